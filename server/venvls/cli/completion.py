"""Prints what completes venvls's commands, options and values in a shell. It is made from the commands' own tables of options.

bash        eval "$(venvls completion bash)"                                      in ~/.bashrc
zsh         eval "$(venvls completion zsh)"                                       in ~/.zshrc, after compinit
fish        venvls completion fish > ~/.config/fish/completions/venvls.fish
PowerShell  venvls completion pwsh | Out-String | Invoke-Expression               in $PROFILE
"""

from __future__ import annotations

import json
import sys

from venvls import payload
from venvls.cli import opening
from venvls.model.hints import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from venvls.services import Services

SHELLS = ("bash", "zsh", "fish", "pwsh")


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``completion``."""
    parser.add_argument("shell", choices=SHELLS, metavar="SHELL", help="bash, zsh, fish or pwsh")
    opening.add_format(parser)


def run(options: argparse.Namespace, services: Callable[[], Services]) -> int:
    """Print the shell's lines."""
    from venvls.cli import completing

    lines = completing.script(options.shell, completing.tables())
    if options.format == "json":
        print(json.dumps({"schema": payload.SCHEMA, "shell": options.shell, "lines": lines}, indent=2))
    else:
        sys.stdout.write(lines)
    return 0
