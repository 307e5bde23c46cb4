"""venvls/pythons: the base Pythons of this machine a new environment can be made with, the best for the project first.

Each Python is started once to say what it is: only in a trusted workspace, and in a thread of its own, for it may take seconds.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from pygls.exceptions import JsonRpcInvalidParams

from venvls.lsp import uris
from venvls.lsp.features import trust

if TYPE_CHECKING:
    from venvls.lsp.server import Server
    from venvls.lsp.session import Session
    from venvls.model.facts import Facts
    from venvls.model.rule import BasePython
    from venvls.workspace import Workspace

_NO_PROJECT = "There is no project there: no manifest was found."


async def pythons(ls: Server, params: Any) -> dict[str, Any]:
    """``{project}`` (a folder, or the ``file:`` URI of one) → ``{pythons: [{executable, version, implementation, reason?}], reason?}``.

    Those that the project's files do not admit come last, with the ``reason``. An empty list has a ``reason`` of its own.
    """
    place = params.get("project") if isinstance(params, dict) else None
    if not isinstance(place, str):
        raise JsonRpcInvalidParams("venvls/pythons takes {project}: the folder of the project that needs an environment.")
    path = uris.to_path(place) if uris.is_uri(place) else place
    facts = await ls.session.run(_facts, path) if path else None
    if facts is None:
        return {"pythons": [], "reason": _NO_PROJECT}
    if not await trust.known(ls, facts.project.root):
        return {"pythons": [], "reason": trust.REFUSED}
    described = await asyncio.to_thread(_described_pythons, ls.session, facts)
    return {"pythons": described} if described else {"pythons": [], "reason": "No Python was found on this machine."}


def _facts(workspace: Workspace, path: str) -> Facts | None:
    import venvls.tools  # noqa: F401  # here and not in the thread that wants it: see `features`

    project = workspace.project_of(workspace.files.path.normpath(path))
    return workspace.facts(project.root) if project is not None else None


def _described_pythons(session: Session, facts: Facts) -> list[dict[str, str]]:
    """In a thread of its own: looks at files and starts Pythons, and leaves the workspace alone."""
    from venvls.model.rule import PlanContext
    from venvls.tools import places

    context = PlanContext(facts, {}, session.services().pythons(facts.roots or (facts.project.root,)), "")
    usable = places.pythons(context)
    best = places.choose(None, context)
    described = {python: _described(python, context.facts) for python in usable}
    # Newest first as they come; the sort keeps that among equals. Pre-releases and those that do not fit come last.
    return [
        described[python]
        for python in sorted(usable, key=lambda python: (python is not best, "reason" in described[python], not _final(python)))
    ]


def _final(python: BasePython) -> bool:
    return python.version.replace(".", "").isdecimal()


def _described(python: BasePython, facts: Facts) -> dict[str, str]:
    from venvls.standards.python_versions import fits

    described = {"executable": python.executable, "version": python.version, "implementation": python.implementation}
    for specifier, source in facts.project.python:
        if not fits(specifier, python.version):
            return {**described, "reason": f"{facts.files.path.basename(source)} requires Python {specifier}"}
    return described
