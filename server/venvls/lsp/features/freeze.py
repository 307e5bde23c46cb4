"""venvls.freeze: the lines that say what is installed, and the requirements file that is updated with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from venvls.lsp import uris
from venvls.lsp.features import unsaved

if TYPE_CHECKING:
    from collections.abc import Sequence

    from venvls.lsp.session import Session
    from venvls.model.action import Task
    from venvls.workspace import Workspace


def frozen(workspace: Workspace, session: Session, task: Task, output: Sequence[str], place: str | None) -> dict[str, Any]:
    """``{ok, message, lines}``. On the worker. ``place`` is the file to write: its URI or path, a relative one below the project."""
    from venvls import freezing, removals

    facts = workspace.facts(task.project or "")
    removed = removals.removed(facts, session.services().memory)
    lines = freezing.wanted(output, facts, top_level=task.options.get("top-level") is True, removed=removed)
    listed = list(lines.values())
    if not place:
        return {"ok": True, "message": _counted(len(listed)), "lines": listed}
    path = uris.to_path(place) if uris.is_uri(place) else place
    if path is None:
        return {"ok": False, "message": f"{place} is not a file: name the requirements file to write.", "lines": listed}
    flavour = workspace.files.path
    path = flavour.normpath(flavour.join(facts.project.root, path))
    if (held := unsaved.refusal(workspace, session, path)) is not None:
        return {"ok": False, "message": held, "lines": listed}
    made = freezing.written(path, lines, facts, pin=task.options.get("pin") is True)
    problem = made.refusal or session.services().write(made.edits, workspace.roots)
    if problem is not None:
        return {"ok": False, "message": problem, "lines": listed}
    session.refreshed((path,))
    return {"ok": True, "message": " ".join((made.message, *made.notes)), "lines": listed}


def _counted(number: int) -> str:
    return f"{number} {'package is' if number == 1 else 'packages are'} installed."
