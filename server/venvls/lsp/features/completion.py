"""textDocument/completion: what may come next in a manifest, from what this machine knows; nobody is asked and nothing is started."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from venvls.lsp import encode, markup, uris
from venvls.model.text import Position, Span

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lsprotocol import types

    from venvls.answers.completion import Item, Sources
    from venvls.lsp.server import Server
    from venvls.lsp.session import Session
    from venvls.model.facts import Facts
    from venvls.workspace import Workspace

_KINDS = {"package": 9, "extra": 20, "version": 12, "variable": 6, "operator": 24, "value": 12, "group": 9, "path": 17, "folder": 19,
          "option": 14, "setting": 10, "snippet": 15}  # fmt: skip
_STEERS, _ESCAPED = re.compile(r"[\\$}]"), r"\\\g<0>"
_SOURCES = {
    "required": "required in this workspace",
    "installed": "installed",
    "locked": "locked",
    "cached": "in a cache of uv or pip",
    "known": "",
}


async def completed(ls: Server, params: types.CompletionParams) -> list[dict[str, Any]]:
    """What may come next there."""
    path = uris.to_path(params.text_document.uri)
    return await ls.session.look(_completed, ls.session, path, params.position) if path is not None else []


async def resolved(ls: Server, params: types.CompletionItem) -> dict[str, Any] | types.CompletionItem:
    """The same with what the package says of itself."""
    data: Any = params.data
    root, key = (data.get("project"), data.get("package")) if isinstance(data, dict) else (None, None)
    if not isinstance(root, str) or not isinstance(key, str):
        return params
    summary = await ls.session.look(_summary, root, key)
    if summary:
        from lsprotocol import types as protocol

        in_markdown = "markdown items" in ls.session.client.looks
        kind = protocol.MarkupKind.Markdown if in_markdown else protocol.MarkupKind.PlainText
        params.documentation = protocol.MarkupContent(kind, markup.escaped(summary) if in_markdown else markup.plain(summary))
    return params


def _completed(workspace: Workspace, session: Session, path: str, position: types.Position) -> list[dict[str, Any]]:
    from venvls import manifests
    from venvls.answers.completion import suggestions
    from venvls.manifests.places.commas import missing
    from venvls.manifests.places.cursor import typed_at

    readers = [workspace.facts(project.root) for project in workspace.projects_of(path)]
    facts = next((each for each in readers if path in each.manifests), readers[0] if readers else None)
    if facts is None:
        return []
    manifest = facts.manifests.get(path)
    known = manifests.format_of(path.replace("\\", "/").split("/")[-2:])
    format_ = manifest.format if manifest is not None else known.name if known is not None else None
    text, units = session.desk.text(path), session.documents.units
    offset = text.offset(Position(position.line, position.character), units)
    typed = typed_at(text, offset, format_) if format_ is not None else None
    if typed is None or format_ is None:
        return []
    commas = [{"range": encode.span(text, Span(at, at), units), "newText": ","} for at in missing(text, typed, format_)]
    snippets = "snippets" in session.client.looks
    items = suggestions(typed, facts, path, _sources(workspace, facts, snippets=snippets))
    shown = [_item(item, number, encode.span(text, Span(offset - item.width, offset), units), facts) for number, item in enumerate(items)]
    return [{**each, "additionalTextEdits": commas} for each in shown] if commas else shown


def _item(item: Item, number: int, place: dict[str, Any], facts: Facts) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "label": item.label,
        "kind": _KINDS[item.kind],
        "sortText": f"{number:04}",
        "filterText": item.insert,
        "textEdit": {"range": place, "newText": _snippet(item) if item.holes else item.insert},
    }
    if item.holes:
        shown["insertTextFormat"] = 2
    detail = _SOURCES.get(item.detail, item.detail) if item.kind == "package" else item.detail
    if detail:
        shown["detail"] = markup.plain(detail)
    if item.key is not None:
        shown["data"] = {"project": facts.project.root, "package": item.key}
    return shown


def _snippet(item: Item) -> str:
    """The text as LSP's snippet, the holes as places to jump to."""
    parts, done = [], 0
    for number, (start, end) in enumerate(item.holes, 1):
        parts += [_STEERS.sub(_ESCAPED, item.insert[done:start]), f"${{{number}:{_STEERS.sub(_ESCAPED, item.insert[start:end])}}}"]
        done = end
    return "".join([*parts, _STEERS.sub(_ESCAPED, item.insert[done:]), "$0"])


def _sources(workspace: Workspace, facts: Facts, *, snippets: bool) -> Sources:
    from venvls.answers import known
    from venvls.answers.completion import Sources

    machine = workspace.machine
    caches = known.caches(machine.environ(), machine.home(), machine.platform(), machine.files)

    def everywhere() -> Iterable[Facts]:
        return (workspace.facts(project.root) for project in workspace.projects() if project.root != facts.project.root)

    def settings() -> Iterable[tuple[str, str]]:
        from venvls.settings import SETTINGS

        return [(each.key, each.doc) for each in SETTINGS if each.scope != "machine" and "*" not in each.key]

    return Sources(
        lambda: known.names(facts, everywhere(), caches),
        lambda key: known.versions(key, facts, everywhere(), caches),
        settings,
        snippets,
    )


def _summary(workspace: Workspace, root: str, key: str) -> str:
    from venvls.rules.dependencies import installed_as

    if not any(project.root == root for project in workspace.projects()):
        return ""
    facts = workspace.facts(root)
    distribution = installed_as(facts, key)
    if facts.installed is None or distribution is None:
        return ""
    return facts.installed.description(distribution).summary
