"""textDocument/foldingRange: tables, lists and runs of requirements, and the entries of a lock."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from venvls.lsp import uris
from venvls.lsp.reading import entries

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lsprotocol import types

    from venvls.lsp.reading import Reading
    from venvls.lsp.server import Server
    from venvls.lsp.session import Session
    from venvls.model.text import Span
    from venvls.workspace import Workspace

_LIST = ("main", "group", "extra", "build")


async def ranges(ls: Server, params: types.FoldingRangeParams) -> list[dict[str, Any]]:
    """What can be folded."""
    path = uris.to_path(params.text_document.uri)
    return await ls.session.look(_ranges, ls.session, path) if path is not None else []


def _ranges(workspace: Workspace, session: Session, path: str) -> list[dict[str, Any]]:
    reading = next(session.readings.of(workspace, path), None)
    if reading is None:
        return []
    folds = dict.fromkeys(fold for fold in _lines(reading) if fold[1] > fold[0])
    return [{"startLine": start, "endLine": end} for start, end in folds]


def _lines(reading: Reading) -> Iterator[tuple[int, int]]:
    if reading.manifest is None:
        for entry in entries(reading):
            whole = reading.read.source[entry.whole.start : entry.whole.end].rstrip()
            yield _of(reading, entry.whole.start, entry.whole.start + len(whole))
        return
    # The requirements of one scope that follow each other are one list; a whole file of nothing else needs no fold.
    run: list[Span] = []
    scope: object = None
    for requirement in (*reading.manifest.requirements, None):
        if requirement is None or requirement.scope != scope:
            if len(run) > 1 and (scope is not None and getattr(scope, "kind", "") in _LIST) and not _whole_file(reading):
                yield _of(reading, run[0].start, run[-1].end)
            run = []
        if requirement is not None:
            scope = requirement.scope
            run.append(requirement.span)


def _whole_file(reading: Reading) -> bool:
    return reading.manifest is not None and reading.manifest.format == "requirements.txt"


def _of(reading: Reading, start: int, end: int) -> tuple[int, int]:
    from venvls.model.text import Span

    place = reading.span(Span(start, end))
    return (0, 0) if place is None else (reading.now.position(place.start).line, reading.now.position(place.end).line)
