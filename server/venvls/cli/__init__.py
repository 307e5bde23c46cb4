"""The command line: each subcommand is one file with ``arguments(parser)`` and ``run(options, services) -> exit status``.

Nothing but the result goes to standard output; progress and sentences about what went wrong go to standard error. Exit status: 0 in
sync, 1 findings, 2 could not run. A subcommand's file is imported when it is called, so that ``check`` pays for nothing else.
"""

from __future__ import annotations

import errno
import sys

from venvls import HOME
from venvls.cli import plain, volume
from venvls.cli.failure import Failure
from venvls.cli.streams import visible_streams
from venvls.cli.terminal import colours
from venvls.model.hints import TYPE_CHECKING
from venvls.model.pieces import import_module
from venvls.model.visible import one_line

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable
    from typing import NoReturn

    from venvls.services import Services

# Where a person reports an internal error.
ISSUES = f"{HOME}/issues"

# The subcommands in the order of the help; the module's name follows from the command's.
COMMANDS: tuple[tuple[str, str], ...] = (
    ("check", "report what is out of sync"),
    ("envs", "list every environment"),
    ("which", "print the interpreter of a file or folder"),
    ("list", "list what is installed, required and locked, and why"),
    ("show", "say everything that is known about a package"),
    ("why", "say why a package is there"),
    ("tree", "print who needs what"),
    ("create", "create the environment of a project, then sync it"),
    ("sync", "sync the environment with the project's requirements"),
    ("install", "install requirements into the environment"),
    ("add", "add requirements to the manifest, and install them"),
    ("remove", "remove requirements from the manifest, and uninstall them"),
    ("upgrade", "upgrade packages, or the Python of the environment"),
    ("freeze", "write the installed packages to a file"),
    ("compile", "compile requirements.in, or update the lock"),
    ("repair", "fix a damaged environment"),
    ("recreate", "recreate the environment"),
    ("delete", "delete an environment"),
    ("run", "run a command inside the environment"),
    ("doctor", "show what is right, what is wrong, and what fixes it"),
    ("kernel", "list Jupyter's kernels, or make one for a project"),
    ("guard", "say whether a command works on the right environment"),
    ("activate", "print what activates the environment, for eval"),
    ("select", "choose the environment of a project"),
    ("rules", "list the rules"),
    ("explain", "print the documentation of a rule"),
    ("completion", "print what completes the commands in a shell"),
    ("demo", "run the main job on a small bundled project"),
    ("lsp", "start the language server on standard input and output"),
    ("mcp", "serve coding agents on standard input and output"),
)


_QUICK = frozenset({"check", "envs", "list", "show", "tree", "why", "create", "sync"})
"""The commands that are often run without an option."""


def main(arguments: list[str], services: Callable[[], Services]) -> int:
    """Run one command line; every failure is one sentence on standard error and status 2."""
    with visible_streams(colours):
        return _run(arguments, services)


def _run(arguments: list[str], services: Callable[[], Services]) -> int:
    _leave_the_hook()
    try:
        return _dispatch(arguments, services)
    except Failure as failure:
        from venvls.model.redact import redact

        print(f"venvls: {one_line(redact(str(failure)))}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("venvls: stopped.", file=sys.stderr)
        return 2
    except SystemExit as leaving:  # argparse's, after its help
        return leaving.code if isinstance(leaving.code, int) else 0
    except BrokenPipeError:
        # The reader went away (`venvls check | head`): nothing is wrong, and nothing more can be said.
        sys.stdout = None
        return 2
    except Exception as problem:
        if "VENVLS_TRACE" in _environ():
            raise
        if isinstance(problem, OSError) and problem.filename is None and problem.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            sys.stdout = None
            print(f"venvls: the result could not be written: {problem.strerror}.", file=sys.stderr)
            return 2
        if isinstance(problem, FileNotFoundError) and problem.filename is None and not _is_somewhere():
            print("venvls: the folder that this was started in does not exist any more: change to another one.", file=sys.stderr)
            return 2
        from venvls.model.ports import NotKeptError

        if isinstance(problem, NotKeptError):
            print(f"venvls: {one_line(str(problem))}", file=sys.stderr)
            return 2
        from venvls.model.redact import redact

        print(
            f"venvls: internal error ({type(problem).__name__}: {redact(str(problem))}). "
            f"Run it again with VENVLS_TRACE=1 and report the output at {ISSUES}.",
            file=sys.stderr,
        )
        return 2


def _dispatch(arguments: list[str], services: Callable[[], Services]) -> int:
    known = dict(COMMANDS)
    if arguments[:1] == ["help"] and arguments[1:]:
        arguments = [arguments[1], "--help"]
    command = arguments[0] if arguments and arguments[0] in known else None
    if command is None:
        return _help(arguments)
    module = import_module(f".{command}", __package__)
    options = plain.options(declared(command), arguments[1:]) if command in _QUICK else None
    if command == "guard":  # before every command of an agent
        options = module.as_hooks_call_it(arguments[1:])
    options = _parsed(parser(command), arguments[1:]) if options is None else options
    with volume.of(options):
        status: int = module.run(options, services)
    return status


def declared(command: str) -> Callable[[argparse.ArgumentParser], None]:
    """What declares all options of one of :data:`COMMANDS`: its own, and those that every command takes."""
    own = import_module(f".{command}", __package__).arguments

    def declare(parser: argparse.ArgumentParser) -> None:
        own(parser)
        if command not in ("lsp", "mcp"):  # whose standard streams are the editor's
            volume.add(parser)

    return declare


def parser(command: str) -> argparse.ArgumentParser:
    """What takes the arguments of one of :data:`COMMANDS` apart."""
    import argparse

    module = import_module(f".{command}", __package__)
    made = argparse.ArgumentParser(
        prog=f"venvls {command}",
        description=(module.__doc__ or "").strip(),
        formatter_class=_help_formatter,
        allow_abbrev=False,
    )
    declared(command)(made)
    return made


def _help_formatter(prog: str) -> argparse.HelpFormatter:
    # argparse makes one for every option, and asks shutil for the width each time, which brings in four compressors.
    from argparse import RawDescriptionHelpFormatter

    from venvls.cli.terminal import terminal

    return RawDescriptionHelpFormatter(prog, width=terminal().width - 2)


def _parsed(parser: argparse.ArgumentParser, arguments: list[str]) -> argparse.Namespace:
    def error(message: str) -> NoReturn:
        from venvls.cli import did_you_mean

        raise Failure(did_you_mean.option(message, parser))

    parser.error = error  # type: ignore[method-assign]
    return parser.parse_args(arguments)


def _help(arguments: list[str]) -> int:
    if arguments[:1] in (["--version"], ["-V"]):
        from venvls import __version__

        print(f"venvls {__version__}")
        return 0
    if arguments and arguments[0] not in ("-h", "--help", "help"):
        from venvls.cli import did_you_mean

        if arguments[0].startswith("-"):
            raise Failure(f"options come after the command: `{arguments[0]}`. Run `venvls --help` to list the commands.")
        raise Failure(f"there is no command `{arguments[0]}`{did_you_mean.command(arguments[0], (name for name, _ in COMMANDS))}")
    print("Finds the environment of every project, reports what is out of sync, and fixes it.\n\nusage: venvls COMMAND [OPTION…]\n")
    for name, summary in COMMANDS:
        print(f"  {name:<10} {summary}")
    print("\n`venvls COMMAND --help` shows more. All commands except lsp and mcp take -q and -v;")
    print("all except run, lsp and mcp take --format text|json.")
    return 0 if arguments else 2


def _leave_the_hook() -> None:
    """pre-commit runs a hook in an environment of its own and calls that the active one; it is not a project's."""
    import os

    active = os.environ.get("VIRTUAL_ENV")
    if active and os.environ.get("PRE_COMMIT") and os.path.realpath(active) == os.path.realpath(sys.prefix):
        del os.environ["VIRTUAL_ENV"]


def _is_somewhere() -> bool:
    """Whether there is a current folder: somebody may have deleted it meanwhile."""
    import os

    try:
        return bool(os.getcwd())
    except OSError:
        return False


def _environ() -> dict[str, str]:
    import os

    return dict(os.environ)
