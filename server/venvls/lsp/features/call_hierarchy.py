"""Call hierarchy: who requires a package (incoming), and what it requires (outgoing). *Why* in any editor, without a view of ours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pygls.exceptions import JsonRpcInvalidParams

from venvls.lsp import uris
from venvls.lsp.reading import subject
from venvls.model.names import plain
from venvls.model.text import Span

if TYPE_CHECKING:
    from lsprotocol import types

    from venvls.answers.stated import Statement
    from venvls.lsp.server import Server
    from venvls.lsp.session import Session
    from venvls.model.facts import Facts
    from venvls.workspace import Workspace

_PACKAGE, _FILE = 4, 1
_LINES = ""
"""The name, in an item's data, of what is no package but a line of a manifest."""


async def prepared(ls: Server, params: types.CallHierarchyPrepareParams) -> list[dict[str, Any]] | None:
    """The package that is there."""
    path = uris.to_path(params.text_document.uri)
    return await ls.session.look(_prepared, ls.session, path, params.position) if path is not None else None


async def incoming(ls: Server, params: types.CallHierarchyIncomingCallsParams) -> list[dict[str, Any]]:
    """Who requires the package: lines of manifests, and other packages."""
    return await ls.session.look(_incoming, ls.session, *_meant(params.item))


async def outgoing(ls: Server, params: types.CallHierarchyOutgoingCallsParams) -> list[dict[str, Any]]:
    """What the package requires."""
    return await ls.session.look(_outgoing, ls.session, *_meant(params.item))


def _meant(item: types.CallHierarchyItem) -> tuple[str, str]:
    data: Any = item.data
    root, key = (data.get("project"), data.get("package")) if isinstance(data, dict) else (None, None)
    if not isinstance(root, str) or not isinstance(key, str):
        raise JsonRpcInvalidParams("This item is not one of venvls.")
    return root, key


def _prepared(workspace: Workspace, session: Session, path: str, position: types.Position) -> list[dict[str, Any]] | None:
    for reading in session.readings.of(workspace, path):
        here = subject(reading, position, session.documents.units)
        if here is not None and here.key is not None and here.kind in ("requirement", "extra", "marker", "locked"):
            return [_item(session, reading.facts, here.key)]
    return None


def _incoming(workspace: Workspace, session: Session, root: str, key: str) -> list[dict[str, Any]]:
    from venvls.answers.graph import reached
    from venvls.answers.stated import by_name

    facts = _facts(workspace, root)
    if facts is None or key == _LINES:
        return []
    calls = [
        {"from": _line(session, facts, each), "fromRanges": [_range(session, facts, each)]}
        for each in by_name(facts).get(key, ())
        if each.in_force and not each.hidden
    ]
    for parent in dict.fromkeys(edge.parent for edge in reached(facts).parents.get(key, ()) if edge.parent != key):
        item = _item(session, facts, parent)
        calls.append({"from": item, "fromRanges": [item["selectionRange"]]})
    return calls


def _outgoing(workspace: Workspace, session: Session, root: str, key: str) -> list[dict[str, Any]]:
    from venvls.answers.graph import graph, reached

    facts = _facts(workspace, root)
    if facts is None or key == _LINES:
        return []
    needs = dict.fromkeys(edge.key for edge in graph(facts).active(key, reached(facts).extras.get(key, ())))
    own = _item(session, facts, key)["selectionRange"]
    return [{"to": _item(session, facts, needed), "fromRanges": [own]} for needed in needs if needed != key]


def _facts(workspace: Workspace, root: str) -> Facts | None:
    return workspace.facts(root) if any(project.root == root for project in workspace.projects()) else None


def _item(session: Session, facts: Facts, key: str) -> dict[str, Any]:
    """A package, at the place where it is best looked up: the lock, the line that requires it, its record."""
    from venvls.answers.place import Subject
    from venvls.answers.places import Place, definitions
    from venvls.answers.standing import standing
    from venvls.answers.stated import by_name
    from venvls.answers.tree import version_here

    main = next(iter(facts.project.manifests), facts.project.root)
    lines = [Place(each.path, each.requirement.span) for each in by_name(facts).get(key, ()) if not each.hidden]
    path, span = (*definitions(Subject("requirement", Span(0, 0), key, key), main, facts), *lines, Place(main, Span(0, 0)))[0]
    place = _place(session, facts, path, span)
    how = standing(key, facts)
    return {
        "name": plain(key),
        "kind": _PACKAGE,
        "detail": " ".join(filter(None, (version_here(facts, key), how.why if how.state == "out-of-sync" else ""))),
        "uri": session.documents.uri(path),
        "range": place,
        "selectionRange": place,
        "data": {"project": facts.project.root, "package": key},
    }


def _line(session: Session, facts: Facts, statement: Statement) -> dict[str, Any]:
    from venvls.answers import words

    place = _range(session, facts, statement)
    return {
        "name": facts.files.path.basename(statement.path),
        "kind": _FILE,
        "detail": " ".join(filter(None, (words.text_of(statement), words.scope_of(statement)))),
        "uri": session.documents.uri(statement.path),
        "range": place,
        "selectionRange": place,
        "data": {"project": facts.project.root, "package": _LINES},
    }


def _range(session: Session, facts: Facts, statement: Statement) -> dict[str, Any]:
    return _place(session, facts, statement.path, statement.requirement.span)


def _place(session: Session, facts: Facts, path: str, span: Span) -> dict[str, Any]:
    """The place in the text as it is now; the head of a file whose lines are other ones by now."""
    nowhere = {"line": 0, "character": 0}
    return session.readings.range(path, span, facts) or {"start": nowhere, "end": nowhere}
