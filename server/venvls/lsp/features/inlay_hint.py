"""textDocument/inlayHint: at the end of a requirement, what is installed instead of what it says. How much is a setting."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from venvls.lsp import markup, uris
from venvls.model.text import Position

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lsprotocol import types

    from venvls.answers.hints import Hint
    from venvls.lsp.reading import Reading
    from venvls.lsp.server import Server
    from venvls.lsp.session import Session
    from venvls.workspace import Workspace


async def hints(ls: Server, params: types.InlayHintParams) -> list[dict[str, Any]]:
    """The hints of a stretch of a file."""
    path = uris.to_path(params.text_document.uri)
    return await ls.session.look(_hints, ls.session, path, params.range) if path is not None else []


def _hints(workspace: Workspace, session: Session, path: str, place: types.Range) -> list[dict[str, Any]]:
    mode = workspace.settings_for(path).hints
    if mode == "off":
        return []
    units = session.documents.units
    shown: dict[int, dict[str, Any]] = {}
    for reading in session.readings.of(workspace, path):
        first = reading.now.offset(Position(place.start.line, place.start.character), units)
        last = reading.now.offset(Position(place.end.line, place.end.character), units)
        for offset, hint in _placed(reading, first, last, everything=mode == "all"):
            if offset not in shown:
                position = reading.now.position(offset, units)
                shown[offset] = {
                    "position": {"line": position.line, "character": position.character},
                    "label": markup.plain(hint.text),
                    "paddingLeft": True,
                    "tooltip": markup.plain(hint.why),
                }
    return [shown[offset] for offset in sorted(shown)]


def _placed(reading: Reading, first: int, last: int, *, everything: bool) -> Iterator[tuple[int, Hint]]:
    from venvls.answers.hints import hint
    from venvls.answers.place import by_requirement

    manifest = reading.manifest
    statements = by_requirement(reading.facts) if manifest is not None else {}
    for requirement in manifest.requirements if manifest is not None else ():
        place = reading.span(requirement.span)
        statement = statements.get(id(requirement))
        if place is None or place.end < first or place.start > last or statement is None:
            continue
        words = hint(statement, reading.facts)
        if words is not None and (everything or words.problem):
            yield place.start + words.offset - requirement.span.start, words
