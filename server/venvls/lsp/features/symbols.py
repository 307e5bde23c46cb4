"""Symbols: groups, extras and requirements of a file; and in the workspace every place that states or locks a package."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from venvls.lsp import encode, uris
from venvls.lsp.reading import entries
from venvls.model.names import plain
from venvls.model.redact import redact
from venvls.model.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lsprotocol import types

    from venvls.lsp.reading import Reading
    from venvls.lsp.server import Server
    from venvls.lsp.session import Session
    from venvls.model.manifest import Manifest
    from venvls.model.requirement import Requirement, Scope
    from venvls.workspace import Workspace

Placed = Callable[[Span], dict[str, Any]]
_FILE, _NAMESPACE, _PACKAGE, _PROPERTY, _CONSTANT = 1, 3, 4, 7, 14
_MOST = 500
_TITLES = {"main": "dependencies", "build": "to build it", "constraint": "constraints"}


async def document(ls: Server, params: types.DocumentSymbolParams) -> list[dict[str, Any]]:
    """The groups, extras and requirements of a file; nested where the editor can show that."""
    path = uris.to_path(params.text_document.uri)
    return await ls.session.look(_document, ls.session, path) if path is not None else []


async def workspace(ls: Server, params: types.WorkspaceSymbolParams) -> list[dict[str, Any]]:
    """Every place of the workspace where a package is required whose name has the query's letters in their order."""
    return await ls.session.look(_workspace, ls.session, params.query)


def _document(workspace: Workspace, session: Session, path: str) -> list[dict[str, Any]]:
    reading = next(session.readings.of(workspace, path), None)
    if reading is None:
        return []
    placed = encode.placer(reading.now, session.documents.units)
    nested = list(_lock(reading, placed)) if reading.manifest is None else list(_manifest(reading, reading.manifest, placed))
    if "nests symbols" in session.client.looks:
        return nested
    uri = session.documents.uri(path)
    return [flat for symbol in nested for flat in _flat(symbol, uri, None)]


def _lock(reading: Reading, placed: Placed) -> Iterator[dict[str, Any]]:
    for entry in entries(reading):
        if (symbol := _symbol(reading, placed, plain(entry.key), "", _PACKAGE, entry.whole, entry.name)) is not None:
            yield symbol


def _manifest(reading: Reading, manifest: Manifest, placed: Placed) -> Iterator[dict[str, Any]]:
    yield from _scopes(reading, manifest, placed)
    for include in manifest.includes:
        if (symbol := _symbol(reading, placed, redact(include.target), include.kind, _FILE, include.span, include.span)) is not None:
            yield symbol
    for option in manifest.options:
        value = redact(option.value) if option.value else ""
        if (symbol := _symbol(reading, placed, option.name, value, _PROPERTY, option.span, option.span)) is not None:
            yield symbol


def _scopes(reading: Reading, manifest: Manifest, placed: Placed) -> Iterator[dict[str, Any]]:
    by_scope: dict[Scope, list[Requirement]] = {}
    for requirement in manifest.requirements:
        by_scope.setdefault(requirement.scope, []).append(requirement)
    heads = {(group.kind, group.key): group for group in manifest.groups}
    for scope in dict.fromkeys((*by_scope, *_empty(manifest))):
        listed = by_scope.get(scope, [])
        own: list[dict[str, Any] | None] = [*_plain(reading, listed)] or [
            _requirement(reading, placed, requirement) for requirement in listed
        ]
        children = [symbol for symbol in own if symbol is not None]
        head = heads.get((scope.kind, scope.name))  # type: ignore[arg-type]
        if head is None and len(by_scope) == 1:
            yield from children
            continue
        spans = [*([head.span] if head is not None else []), *(requirement.span for requirement in listed)]
        whole = Span(min(span.start for span in spans), max(span.end for span in spans))
        name = head.name if head is not None else scope.name or _TITLES.get(scope.kind, scope.kind)
        detail = scope.kind if scope.kind in ("group", "extra") else ""
        symbol = _symbol(reading, placed, name, detail, _NAMESPACE, whole, head.span if head is not None else spans[0])
        if symbol is not None:
            yield {**symbol, "children": children}


def _plain(reading: Reading, listed: list[Requirement]) -> list[dict[str, Any]]:
    """What :func:`_requirement` gives of each, where nothing is unusual: a thousand of them after every keystroke. Else nothing."""
    if reading.same is not None or not reading.now.source.isascii():
        return []
    starts, out = reading.now.starts, []
    line, begin, end = 0, 0, 0  # the line looked at last, and where it is
    for requirement in listed:
        parsed, (first, last) = requirement.parsed, requirement.span
        named = parsed.name_span
        if named is None or requirement.offsets is not None or parsed.name is None:
            return []
        if not begin <= first < end:
            line = bisect_right(starts, first) - 1
            begin, end = starts[line], starts[line + 1] if line + 1 < len(starts) else len(reading.now.source) + 1
        if last >= end:
            return []
        column = first - begin
        inside = {
            "start": {"line": line, "character": column + named[0]},
            "end": {"line": line, "character": column + named[1]},
        }
        detail = parsed.specifier or parsed.url or ""
        out.append(
            {
                "name": parsed.name,
                "detail": redact(detail) if "/" in detail else detail,
                "kind": _CONSTANT if requirement.scope.kind == "constraint" else _PACKAGE,
                "range": {"start": {"line": line, "character": column}, "end": {"line": line, "character": last - begin}},
                "selectionRange": inside,
            }
        )
    return out


def _empty(manifest: Manifest) -> list[Scope]:
    from venvls.model.requirement import Scope

    return [Scope(group.kind, group.key) for group in manifest.groups]


def _requirement(reading: Reading, placed: Placed, requirement: Requirement) -> dict[str, Any] | None:
    parsed = requirement.parsed
    name = parsed.name or redact(parsed.text)
    kind = _CONSTANT if requirement.scope.kind == "constraint" else _PACKAGE
    return _symbol(reading, placed, name, redact(parsed.specifier or parsed.url or ""), kind, requirement.span, requirement.place_of_name)


def _symbol(reading: Reading, placed: Placed, name: str, detail: str, kind: int, whole: Span, own: Span) -> dict[str, Any] | None:
    if reading.same is None:
        place, named = whole, own
    else:
        moved, moved_own = reading.span(whole), reading.span(own)
        if moved is None or moved_own is None:
            return None
        place, named = moved, moved_own
    # The name's place has to lie within the whole (LSP 3.17, DocumentSymbol).
    place = Span(min(place.start, named.start), max(place.end, named.end))
    inside = placed(named)
    return {
        "name": name or "?",
        "detail": detail,
        "kind": kind,
        "range": inside if place == named else placed(place),
        "selectionRange": inside,
    }


def _flat(symbol: dict[str, Any], uri: str, container: str | None) -> Iterator[dict[str, Any]]:
    inside = {"containerName": container} if container else {}
    yield {"name": symbol["name"], "kind": symbol["kind"], "location": {"uri": uri, "range": symbol["selectionRange"]}, **inside}
    for child in symbol.get("children", ()):
        yield from _flat(child, uri, symbol["name"])


def _workspace(workspace: Workspace, session: Session, query: str) -> list[dict[str, Any]]:
    from venvls.answers import words
    from venvls.answers.stated import statements

    letters = query.lower().replace("_", "-").replace(".", "-").strip()
    shown: dict[tuple[str, int], dict[str, Any]] = {}
    for project in workspace.projects():
        facts = workspace.facts(project.root)
        for statement in statements(facts):
            if statement.hidden or statement.key is None or not _matches(letters, statement.key):
                continue
            span = statement.requirement.place_of_name
            text = facts.manifests[statement.path].text
            scope = words.scope_of(statement)
            folder = facts.files.path.basename(project.root)
            shown[(statement.path, span.start)] = {
                "name": words.text_of(statement),
                "kind": _PACKAGE,
                "containerName": f"{folder}, {scope}" if scope else folder,
                "location": {"uri": session.documents.uri(statement.path), "range": encode.span(text, span, session.documents.units)},
            }
            if len(shown) >= _MOST:
                return list(shown.values())
    return list(shown.values())


def _matches(letters: str, key: str) -> bool:
    rest = iter(key)
    return all(letter in rest for letter in letters)
