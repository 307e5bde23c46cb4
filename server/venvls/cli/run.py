"""Runs a command inside the project's environment, without activating it: venvls run [--project DIR] [--] CMD…

The command is looked for in the environment first, then on PATH. Its exit status is that of `venvls run`.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys

from venvls.cli import opening, suggest, volume
from venvls.cli.failure import Failure
from venvls.model.hints import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from venvls.model.environment import Environment
    from venvls.model.ports import Machine
    from venvls.services import Services

_PIP = re.compile(r"pip[\d.]*")


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``run``."""
    parser.add_argument("--project", default=".", metavar="DIR", help="the project's folder (default: this one)")
    parser.add_argument("command", nargs=argparse.REMAINDER, metavar="CMD", help="the command and its arguments")


def run(options: argparse.Namespace, services: Callable[[], Services]) -> int:
    """Become the command (POSIX), or start it and wait (Windows)."""
    words = options.command[1:] if options.command[:1] == ["--"] else options.command
    if not words:
        raise Failure("give a command to run, for example: venvls run -- python -V")
    path = opening.existing((options.project,))[0]
    joined = services()
    workspace = opening.open_workspace((opening.project_folder(path, joined),), joined)
    workspace.take_up(path)
    choice = workspace.which(path)
    environment = choice.environment
    if environment is None or environment.interpreter is None:
        raise Failure(f"there is no working environment for {path}: {opening.without_environment(choice, workspace)}")
    environ = inside(environment, os.environ)
    program = program_of(words[0], environment, joined.machine)
    if program is None:
        raise Failure(f"there is no command `{words[0]}` in {environment.prefix} or on PATH.")
    if _PIP.fullmatch(words[0]) and os.path.dirname(program) != os.path.dirname(environment.interpreter):
        # The one program that a person surely means to be the environment's own: what it installed would go elsewhere.
        mend = suggest.command("repair --pip", choice.project)
        volume.note(
            f"note: {environment.name} has no pip: this runs {program}, which works on another environment. `{mend}` installs pip here."
        )
    sys.stdout.flush()
    sys.stderr.flush()
    try:
        if os.name == "posix":
            os.execve(program, words, environ)  # noqa: S606 - what the person typed, in the environment that was chosen
        return subprocess.call([program, *words[1:]], env=environ)  # noqa: S603
    except OSError as problem:
        raise Failure(f"{program} cannot be started: {problem.strerror or 'it is not a program'}.") from None


def inside(environment: Environment, environ: os._Environ[str] | dict[str, str]) -> dict[str, str]:
    """The variables of a process in the environment: what activating it would set."""
    variables = {
        name: value for name, value in environ.items() if name.upper() not in ("PYTHONHOME", "VIRTUAL_ENV_PROMPT", "__PYVENV_LAUNCHER__")
    }
    variables["VIRTUAL_ENV"] = environment.prefix
    variables["PATH"] = os.pathsep.join([_programs_of(environment), *([variables["PATH"]] if variables.get("PATH") else [])])
    return variables


def program_of(name: str, environment: Environment, machine: Machine) -> str | None:
    """The program that ``name`` starts: a path's, the environment's or one of PATH, never one of the current folder by its name alone."""
    if os.path.dirname(name):
        return os.path.abspath(name) if os.path.isfile(name) else None
    return machine.which(name, first=_programs_of(environment))


def _programs_of(environment: Environment) -> str:
    return os.path.dirname(environment.interpreter or environment.prefix)
