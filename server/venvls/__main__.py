"""Where host, workspace and faces are joined; the only file that knows all of them.

A check that nothing changed for ends here (``again``): until then as little as can be is loaded, not even what makes annotations lazy.
"""

import gc
import sys

TYPE_CHECKING = False  # nothing is imported here that could come from the image
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import TextIO

    from venvls.model.action import Outcome, Plan, TextEdit
    from venvls.model.rule import BasePython
    from venvls.services import Notices, Services


def main(arguments: list[str] | None = None) -> int:
    """Run ``venvls`` with these arguments (the process's by default); the exit status is 0, 1 or 2 as ``docs/interface.md`` says."""
    if arguments is not None:
        return _command(arguments)
    try:
        return _main(sys.argv[1:])
    except KeyboardInterrupt:  # at any moment: most of a short command is what loads it
        print("venvls: stopped.", file=sys.stderr)
        return _leave(2)


def _main(given: list[str]) -> int:
    place = None
    # Nearly all that a command makes it keeps to its end: looking for what could be thrown away took a tenth of its time, of the largest
    # files too.
    gc.set_threshold(1_000_000)
    if given[:1] in (["check"], ["envs"]):
        from venvls.host import again

        place = again.place_of(given)
        status = None if place is None else again.printed(place)
        if status is not None:
            return _leave(status)
    from venvls.host import image

    image.use(given)
    if given[:1] in (["lsp"], ["mcp"]):
        return _command(given)
    if place is None:
        return _leave(_command(given))
    from venvls.host.noting import noting

    return _leave(noting(place, lambda: _command(given)))


def _command(arguments: list[str]) -> int:
    if arguments[:1] == ["lsp"]:
        return _serve(arguments[1:])
    if arguments[:1] == ["mcp"]:
        return _serve_agents(arguments[1:])
    from venvls import cli

    return cli.main(arguments, services)


def _leave(status: int) -> int:
    """Ends the process here where nobody waits for more: taking apart what a check made takes a tenth of its whole time."""
    import os

    image = sys.modules.get("venvls.host.image")
    try:
        for stream in filter(None, (sys.stdout, sys.stderr)):
            stream.flush()
        if image is not None:
            image.keep()
        threading = sys.modules.get("threading")
        if (threading is None or threading.active_count() == 1) and sys.gettrace() is None and sys.getprofile() is None:
            os._exit(status)
    except BrokenPipeError:
        _to_nowhere(sys.stdout)  # nobody reads any more: else the interpreter complains of it at its end
    except OSError as problem:  # the disk is full
        _to_nowhere(sys.stdout)
        print(f"venvls: the result could not be written: {problem.strerror}.", file=sys.stderr)
        return 2
    except ValueError:
        pass  # closed already
    return status


def _to_nowhere(stream: "TextIO") -> None:
    """What is still in the stream's buffer, and all that follows, is dropped in silence."""
    import os

    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
    except (OSError, ValueError):
        pass


def services() -> "Services":
    """The real machine behind the ports."""
    from venvls.host.machine import ThisMachine
    from venvls.host.remembered import Remembered
    from venvls.services import Services

    return Services(
        ThisMachine(),
        Remembered(),
        run=_run,
        pythons=_pythons,
        scratch=_scratch,
        write=_write,
        notices=_notices,
        give_back=_give_back,
        recorded=_recorded,
        variables=_variables,
    )


def _run(plan: "Plan", *, report: "Callable[[str], None]", cancelled: "Callable[[], bool]", roots: tuple[str, ...] = ()) -> "Outcome":
    from venvls.host.tasks import run

    return run(plan, report=report, cancelled=cancelled, roots=roots)


def _pythons(outside: tuple[str, ...], also: tuple[str, ...] = ()) -> "tuple[BasePython, ...]":
    from venvls.host.pythons import base_pythons

    return base_pythons(outside, also=also)


def _recorded(name: str, path: str) -> str | None:
    from venvls.host.tool_versions import recorded

    return recorded(name, path)


def _variables(outside: tuple[str, ...]) -> dict[str, str]:
    import os

    from venvls.host.processes import cleaned

    return cleaned(os.environ, outside)


def _scratch() -> str:
    """A folder to run tools in that only the person can write to; where there can be none, one that only the system can (T7)."""
    from venvls.host.state import StateError, scratch

    try:
        return scratch()
    except StateError:
        import os

        return os.environ.get("SystemRoot") or os.sep  # noqa: SIM112 - Windows writes it so


def _write(edits: "Iterable[TextEdit]", roots: tuple[str, ...] = ()) -> str | None:
    from venvls.cli.edits import apply
    from venvls.cli.failure import Failure

    try:
        apply(edits, roots)
    except Failure as failure:
        return str(failure)
    return None


def _give_back() -> None:
    from venvls.host.memory import give_back

    give_back()


def _notices() -> "Notices | None":
    from venvls.host.notices import open_notices

    return open_notices()


def _serve(arguments: list[str]) -> int:
    from venvls.host import image
    from venvls.lsp import serve

    try:
        return serve(arguments, services)
    finally:
        image.keep()


def _serve_agents(arguments: list[str]) -> int:
    from venvls.mcp import serve

    return serve(arguments, services)


if __name__ == "__main__":
    sys.exit(main())
