"""Says before a command runs whether it works on the project's environment: venvls guard -- COMMAND…

Exit status 0: let through (advice on standard error), 1: stopped, with the right command. A single word is read as a line of a shell.
With --hook NAME the message of an agent's command hook is read from standard input and answered in the agent's own JSON.
The command is never run. VENVLS_GUARD=off lets everything through.
"""

from __future__ import annotations

import os
import sys

from venvls.cli.failure import Failure
from venvls.model.hints import TYPE_CHECKING
from venvls.model.visible import one_line

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Sequence

    from venvls.guard.ground import Ground, Here
    from venvls.guard.verdict import Verdict
    from venvls.services import Services

_MOST = 10_000_000


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``guard``."""
    from venvls.guard import hooks

    # Not `choices`: a name that is not known must not end with status 2, which agents take for "stop".
    parser.add_argument("--hook", metavar="NAME", help=f"answer the hook of an agent: {', '.join(hooks.NAMES)}")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="how to print the result (default: text)")
    parser.add_argument("command", nargs="*", metavar="COMMAND", help="the command and its arguments, after --")


def as_hooks_call_it(words: list[str]) -> argparse.Namespace | None:
    """The options of ``--hook NAME`` and of ``-- COMMAND…``, without the parser that any other command line needs."""
    from types import SimpleNamespace

    from venvls.model.hints import cast

    hook = words[1] if len(words) == 2 and words[0] == "--hook" else None
    if hook is None and words[:1] != ["--"]:
        return None
    command = [] if hook is not None else words[1:]
    return cast("argparse.Namespace", SimpleNamespace(hook=hook, format="text", command=command, quiet=False, verbose=False))


def run(options: argparse.Namespace, services: Callable[[], Services]) -> int:
    """0 where the command may run, 1 where it should not; with a hook always 0 but for a name that is not known."""
    if options.hook is not None:
        return _hooked(options.hook, services)
    words: list[str] = options.command
    if not words:
        raise Failure("give the command to look at, for example: venvls guard -- pip install requests")
    verdict = _verdict(words[0] if len(words) == 1 else tuple(words), os.getcwd(), services)
    if options.format == "json":
        import json

        print(
            json.dumps(
                {"schema": 1, "verdict": verdict.kind, "reason": verdict.reason or None, "instead": verdict.instead or None}, indent=2
            )
        )
    elif verdict.kind == "stop":
        print(one_line(verdict.text))
    elif verdict.kind == "advise":
        print(f"venvls: {one_line(verdict.text)}", file=sys.stderr)
    return 1 if verdict.kind == "stop" else 0


def _hooked(name: str, services: Callable[[], Services]) -> int:
    from venvls.guard import hooks

    hook = hooks.hook(name)
    if hook is None:
        print(f"venvls: there is no hook `{one_line(name)}`; there are: {', '.join(hooks.NAMES)}.", file=sys.stderr)
        return 1
    try:
        answer = hook.answer(_asked_verdict(hook.read, services))
    except Exception as problem:
        # An agent whose every command fails because of us is worse than one that was not looked after.
        print(f"venvls: the command was not looked at ({type(problem).__name__}: {one_line(str(problem))}).", file=sys.stderr)
        return 0
    if answer is not None:
        import json

        print(json.dumps(answer))
    return 0


def _asked_verdict(read: Callable[[dict[str, object]], object], services: Callable[[], Services]) -> Verdict:
    from venvls.guard.hooks import Asked
    from venvls.guard.verdict import PASS, mentions

    # JSON is UTF-8, whatever the locale says: without its own bytes a command of an agent would not be looked at.
    text = sys.stdin.buffer.read(_MOST).decode("utf-8-sig", "replace")
    if not mentions(text):
        return PASS
    import json

    message = json.loads(text)
    asked = read(message) if isinstance(message, dict) else None
    return _verdict(asked.command, asked.folder, services) if isinstance(asked, Asked) else PASS


def _verdict(command: str | Sequence[str], folder: str, services: Callable[[], Services]) -> Verdict:
    from venvls.guard.verdict import PASS, mentions

    if os.environ.get("VENVLS_GUARD", "").lower() in ("off", "0", "no", "false") or not os.path.isabs(folder):
        return PASS
    if isinstance(command, str) and not mentions(command):
        return PASS
    from venvls.guard import verdicts

    ground = Looking(services, folder).ground
    return verdicts.of_line(command, folder, ground) if isinstance(command, str) else verdicts.of_words(command, folder, ground)


class Looking:
    """What verdicts rest on, each part looked up when it is first needed."""

    def __init__(self, services: Callable[[], Services], cwd: str) -> None:
        from venvls.guard.ground import Ground

        self._services = services()
        self._cwd = cwd
        machine = self._services.machine
        self.ground: Ground = Ground(machine.files, machine.which, self._project, self._is_project, self._command, os.environ)

    def _project(self, folder: str) -> Here | None:
        from venvls.guard.ground import Here
        from venvls.nearest import nearest

        stat = self._services.machine.files.stat(folder)
        if stat is None or stat.kind != "directory":
            return None
        near = nearest(folder, self._services.machine, self._services.memory)
        if near is None:
            return None
        environment = near.project.environment
        if environment is None:
            return Here(near.project.root, None, "", near.keeper)
        if environment.interpreter is None or environment.health != "ok":
            return None  # a broken environment is a finding, and installs nothing
        return Here(near.project.root, environment.prefix, environment.name, near.keeper)

    def _is_project(self, folder: str) -> bool:
        from venvls.nearest import has_manifest

        return has_manifest(folder, self._services.machine.files)

    def _command(self, words: str, root: str) -> str:
        from venvls.cli import suggest

        return suggest.command(words, root, self._cwd)
