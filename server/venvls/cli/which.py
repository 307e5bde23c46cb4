"""Prints the interpreter for a file or folder, alone on a line; --explain prints every candidate and why it won or lost, --for PROGRAM
the command line or settings that make another program use it."""

from __future__ import annotations

import json
import os
import sys

from venvls import handover, payload
from venvls.cli import exact, opening, suggest
from venvls.model.hints import TYPE_CHECKING
from venvls.model.visible import one_line

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from venvls.services import Services
    from venvls.workspace import Which


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``which``."""
    parser.add_argument("file", nargs="?", default=".", metavar="FILE", help="a file or folder (default: this folder)")
    instead = parser.add_mutually_exclusive_group()
    instead.add_argument("--explain", action="store_true", help="print every candidate and why it was chosen or not")
    instead.add_argument("--for", dest="program", choices=handover.NAMES, help="print what makes this program use the environment")
    opening.add_format(parser)


def run(options: argparse.Namespace, services: Callable[[], Services]) -> int:
    """0 and the interpreter; 1 and a sentence on standard error where there is none."""
    path = opening.existing((options.file,))[0]
    joined = services()
    workspace = opening.open_workspace((opening.project_folder(path, joined),), joined)
    workspace.take_up(path)
    choice = workspace.which(path)
    usable = choice.environment is not None and choice.environment.interpreter is not None
    if options.program and usable:
        from venvls.cli import handing

        handing.print_for(options.program, path, choice, workspace, options.format)
    elif options.program:
        pass  # no settings are better than those of nothing; the sentence below says why
    elif options.format == "json":
        print(json.dumps(_object(choice), indent=2))
    elif options.explain:
        sys.stdout.write(_explained(path, choice))
    elif choice.environment is not None and choice.environment.interpreter is not None:
        exact.write(f"{choice.environment.interpreter}{os.linesep}")
    if not usable:
        print(one_line(f"venvls: no interpreter for {path}: {opening.without_environment(choice, workspace)}"), file=sys.stderr)
        return 1
    return 0


def _object(choice: Which) -> dict[str, object]:
    return {
        "schema": payload.SCHEMA,
        "environment": payload.environment(choice.environment),
        "reason": choice.reason,
        "project": choice.project,
        "synced": list(choice.synced),
        "candidates": [
            {"environment": payload.environment(candidate.environment), "chosen": candidate.chosen, "reason": candidate.reason}
            for candidate in choice.candidates
        ],
    }


def _explained(path: str, choice: Which) -> str:
    lines = [one_line(path)]
    lines.append(f"project: {one_line(choice.project)}" if choice.project else "project: none (no manifest in this folder or above it)")
    if choice.environment is None:
        lines.append(f"environment: none, because {one_line(choice.reason)}")
    for candidate in choice.candidates:
        env = candidate.environment
        mark = "won " if candidate.chosen else "lost"
        lines.append(
            one_line(
                f"  {mark} {env.interpreter or env.prefix} ({env.python if env.version else 'Python unknown'}, {env.kind}): "
                f"{candidate.reason}"
            )
        )
    for name in choice.synced:
        forget = suggest.command(f"select --forget-group {suggest.word(name.partition(' ')[2])}", choice.project)
        lines.append(one_line(f"{name}: counts because you synced it for this environment; `{forget}` forgets it"))
    return "\n".join(lines) + "\n"
