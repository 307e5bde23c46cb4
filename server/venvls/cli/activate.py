"""Prints what activates the environment of a project, for eval: quoted for the shell, sourcing no script.

eval "$(venvls activate)"                       bash, zsh, sh
venvls activate --shell fish | source           fish
eval "`venvls activate --shell csh`"            csh, tcsh
venvls activate --shell pwsh | Out-String | iex PowerShell
venvls activate --shell cmd > a.bat             cmd: then `call a.bat`
venvls activate --shell nu | save -f a.nu       nushell: then `source a.nu`
"""

from __future__ import annotations

import json
import os

from venvls import payload
from venvls.cli import exact, opening
from venvls.cli.failure import Failure
from venvls.model.hints import TYPE_CHECKING
from venvls.shells import SHELLS, Activation, UnquotableError, activate

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from venvls.services import Services


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``activate``."""
    parser.add_argument("project", nargs="?", default=".", metavar="PROJECT", help="the project's folder (default: this one)")
    parser.add_argument("--shell", choices=SHELLS, help="the shell to write for (default: the one you are in)")
    opening.add_format(parser)


def run(options: argparse.Namespace, services: Callable[[], Services]) -> int:
    """Print the lines; a failure where the project has no working environment."""
    path = opening.existing((options.project,))[0]
    joined = services()
    workspace = opening.open_workspace((opening.project_folder(path, joined),), joined)
    workspace.take_up(path)
    choice = workspace.which(path)
    environment = choice.environment
    if environment is None or environment.interpreter is None:
        raise Failure(f"there is no working environment for {path}: {opening.without_environment(choice, workspace)}")
    shell = options.shell or _current_shell()
    activation = Activation(environment.prefix, os.path.dirname(environment.interpreter), environment.prompt or environment.name)
    try:
        lines = activate(shell, activation)
    except UnquotableError as problem:
        raise Failure(str(problem)) from None
    if options.format == "json":
        print(
            json.dumps(
                {"schema": payload.SCHEMA, "shell": shell, "lines": lines, "environment": payload.environment(environment)}, indent=2
            )
        )
    else:
        exact.write(lines)
    return 0


def _current_shell() -> str:
    name = os.path.basename(os.environ.get("SHELL", ""))
    if name in SHELLS:
        return name
    if name == "tcsh":
        return "csh"
    return "pwsh" if os.name == "nt" else "bash"
