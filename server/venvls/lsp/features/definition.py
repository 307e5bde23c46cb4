"""Definition and references: from a requirement to its lock entry, its project, its record, and to every place that names it, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from venvls.lsp import uris
from venvls.lsp.reading import subject

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lsprotocol import types

    from venvls.answers.places import Place
    from venvls.lsp.server import Server
    from venvls.lsp.session import Session
    from venvls.model.facts import Facts
    from venvls.workspace import Workspace


async def definition(ls: Server, params: types.DefinitionParams) -> list[dict[str, Any]]:
    """Where what is there is decided."""
    path = uris.to_path(params.text_document.uri)
    return await ls.session.look(_definition, ls.session, path, params.position) if path is not None else []


async def references(ls: Server, params: types.ReferenceParams) -> list[dict[str, Any]]:
    """Every place of the workspace that names the same."""
    path = uris.to_path(params.text_document.uri)
    return await ls.session.look(_references, ls.session, path, params.position) if path is not None else []


def _definition(workspace: Workspace, session: Session, path: str, position: types.Position) -> list[dict[str, Any]]:
    from venvls.answers.places import definitions

    for reading in session.readings.of(workspace, path):
        here = subject(reading, position, session.documents.units)
        places = definitions(here, path, reading.facts) if here is not None else []
        if places:
            return _shown(session, places, reading.facts)
    return []


def _references(workspace: Workspace, session: Session, path: str, position: types.Position) -> list[dict[str, Any]]:
    from venvls.answers.places import references as named

    for reading in session.readings.of(workspace, path):
        here = subject(reading, position, session.documents.units)
        if here is not None:
            # What names a group is in the reading's own facts; a package is named all over the workspace as it is now.
            if own := named(here, reading.facts, ()):
                return _shown(session, own, reading.facts)
            return _shown(session, named(here, reading.facts, (workspace.facts(project.root) for project in workspace.projects())), None)
    return []


def _shown(session: Session, places: Iterable[Place], facts: Facts | None) -> list[dict[str, Any]]:
    ranges = ((path, session.readings.range(path, span, facts)) for path, span in places)
    return [{"uri": session.documents.uri(path), "range": place} for path, place in ranges if place is not None]
