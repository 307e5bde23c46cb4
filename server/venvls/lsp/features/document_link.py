"""textDocument/documentLink: files that are included, local projects, and a package's home page, as plain https alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from venvls.lsp import encode, markup, uris

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lsprotocol import types

    from venvls.lsp.reading import Reading
    from venvls.lsp.server import Server
    from venvls.lsp.session import Session
    from venvls.model.text import Span
    from venvls.workspace import Workspace


async def links(ls: Server, params: types.DocumentLinkParams) -> list[dict[str, Any]]:
    """What can be opened from a file."""
    path = uris.to_path(params.text_document.uri)
    return await ls.session.look(_links, ls.session, path) if path is not None else []


def _links(workspace: Workspace, session: Session, path: str) -> list[dict[str, Any]]:
    shown: dict[Span, dict[str, Any]] = {}
    for reading in session.readings.of(workspace, path):
        for span, target, tooltip in _targets(reading, session):
            place = reading.span(span)
            if place is not None and place not in shown:
                shown[place] = {
                    "range": encode.span(reading.now, place, session.documents.units),
                    "target": target,
                    "tooltip": markup.plain(tooltip),
                }
    return [shown[place] for place in sorted(shown)]


def _targets(reading: Reading, session: Session) -> Iterator[tuple[Span, str, str]]:
    from venvls.answers.place import includes_of

    facts, manifest = reading.facts, reading.manifest
    if manifest is None:
        return
    for link in includes_of(facts, reading.path):
        if link.target is not None and link.failure is None:
            yield link.include.span, session.documents.uri(link.target), "the included file"
    for option in manifest.options:
        if option.value is not None and (address := markup.web_address(option.value.strip())) is not None:
            yield option.span, address, f"{option.name}"
    folder = facts.files.path.dirname(reading.path)
    for requirement in manifest.requirements:
        parsed = requirement.parsed
        if parsed.url is None or parsed.url_span is None or parsed.error is not None or "$" in parsed.url:
            continue
        span = requirement.locate(parsed.url_span)
        if (address := markup.web_address(parsed.url)) is not None:
            yield span, address, "where it comes from"
        elif (place := _local(parsed.url, folder, facts)) is not None:
            yield span, session.documents.uri(place), "the project in this folder"


def _local(url: str, folder: str, facts: Any) -> str | None:
    """The manifest of a local project, or the file itself."""
    from venvls.rules.sources import parse_source

    source = parse_source(url, folder, facts.files.path)
    if source is None or source.kind != "path":
        return None
    for name in ("pyproject.toml", "setup.cfg", "setup.py"):
        inside: str = facts.files.path.join(source.place, name)
        standing = facts.files.stat(inside)
        if standing is not None and standing.kind == "file":
            return inside
    standing = facts.files.stat(source.place)
    return source.place if standing is not None and standing.kind == "file" else None
