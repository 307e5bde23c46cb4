"""`venvls which --for PROGRAM`: the words of a command line, or settings, that make another program use a file's environment."""

from __future__ import annotations

import json
import os

from venvls import handover, payload
from venvls.cli import exact, suggest, volume
from venvls.cli.running import quoted
from venvls.model.hints import TYPE_CHECKING
from venvls.model.visible import one_line

if TYPE_CHECKING:
    from venvls.handover import Handover, Program
    from venvls.model.environment import Environment
    from venvls.workspace import Which, Workspace

_RUFFS = ("ruff.toml", ".ruff.toml")


def print_for(name: str, path: str, choice: Which, workspace: Workspace, form: str) -> None:
    """Print what ``handover`` gives for the program ``name``; on standard error what is missing in the environment for it."""
    environment = choice.environment
    assert environment is not None and environment.interpreter is not None  # noqa: S101 (said to the type checker; the caller looked)
    program = handover.program(name)
    own = os.path.join(os.path.dirname(environment.interpreter), name + (".exe" if environment.layout == "windows" else ""))
    seat = handover.Seat(
        environment,
        environment.interpreter,
        "" if os.path.isdir(path) else path,
        workspace.files.path,
        own if workspace.files.stat(own) is not None else None,
        choice.project is not None and _states_python(choice.project, workspace),
    )
    given = program.give(seat)
    installed = _has(program, environment, workspace)
    if installed is False:
        add = suggest.command(f"add {program.package}", choice.project)
        volume.note(one_line(f"note: {program.package} is not installed in {environment.name}, where it has to be: `{add}`"))
    exact.write(_json(program, given, environment, installed) if form == "json" else _text(given))


def _text(given: Handover) -> str:
    return f"{quoted(given.argv)}\n" if given.argv is not None else json.dumps(given.settings, indent=2) + "\n"


def _json(program: Program, given: Handover, environment: Environment, installed: bool | None) -> str:
    document = {
        "schema": payload.SCHEMA,
        "program": program.name,
        "environment": payload.environment(environment),
        "argv": list(given.argv) if given.argv is not None else None,
        "settings": given.settings,
        "settings_kind": given.kind,
        "installed": installed,
    }
    return json.dumps(document, indent=2) + "\n"


def _has(program: Program, environment: Environment, workspace: Workspace) -> bool | None:
    """Whether what has to be in the environment is there; ``None`` where nothing has to be."""
    return program.package in workspace.machine.installed(environment).distributions if program.package is not None else None


def _states_python(root: str, workspace: Workspace) -> bool:
    """Whether the project's files say which Python it is written for, in the words that Ruff reads too."""
    manifests = workspace.facts(root).manifests.values()
    if any(manifest.requires_python is not None or "target-version" in (manifest.tool.get("ruff") or {}) for manifest in manifests):
        return True
    return bool(workspace.files.standing(root, _RUFFS))
