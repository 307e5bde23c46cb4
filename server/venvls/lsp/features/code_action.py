"""Code actions: what can be done about the diagnostics in a range and on its lines, the source action that syncs, and sorting a list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.exceptions import JsonRpcContentModified, JsonRpcInvalidParams

from venvls.lsp import encode, uris
from venvls.lsp.features import SORT, SYNC

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from venvls.lsp.server import Server
    from venvls.lsp.session import Session
    from venvls.model.action import Action
    from venvls.model.finding import Finding
    from venvls.model.text import Text, Units
    from venvls.workspace import Workspace

_MOST_ON_LINE = 20
"""Findings that are only on the same line whose actions are offered: a lock of one line may have thousands."""


async def offered(ls: Server, params: types.CodeActionParams) -> list[dict[str, Any]]:
    """The actions for a range, the nearest finding's first, and of those the preferred."""
    path = ls.session.documents.place_of(params.text_document.uri)
    if path is None:
        return []
    # A cell's places are in its own text.
    cell = params.text_document.uri if uris.to_path(params.text_document.uri) is None else None
    only = params.context.only
    kinds = None if only is None else [str(getattr(kind, "value", kind)) for kind in only]
    start, end = params.range.start, params.range.end
    asked = {"start": {"line": start.line, "character": start.character}, "end": {"line": end.line, "character": end.character}}
    actions = await ls.session.run(_offered, ls.session, path, cell, asked, kinds)
    # Sorting is for who looks for it, by a menu or a key: not what an editor shows wherever the cursor is.
    if encode.wanted_kind(SORT, kinds) and (kinds is not None or params.context.trigger_kind == types.CodeActionTriggerKind.Invoked):
        actions += await ls.session.run(_sorting, ls.session, path, start)
    return actions


async def resolved(ls: Server, params: types.CodeAction) -> dict[str, Any] | types.CodeAction:
    """The action again, with its edit as the text is now; refused where the text has changed since it was offered.

    One that is whole already (a command, an edit) is given back as it is: editors resolve those too.
    """
    data = params.data
    if data is None and (params.command is not None or params.edit is not None):
        return params
    if not isinstance(data, dict) or not isinstance(data.get("path"), str):
        raise JsonRpcInvalidParams("This code action is not from venvls.")
    edit = await ls.session.run(_resolved, ls.session, data)
    if edit is None:
        raise JsonRpcContentModified("The file has changed since this was offered.")
    kind = params.kind
    return {"title": params.title, "kind": str(getattr(kind, "value", kind)) if kind else "quickfix", "data": data, "edit": edit}


def _offered(
    workspace: Workspace, session: Session, path: str, cell: str | None, asked: dict[str, Any], only: Sequence[str] | None
) -> list[dict[str, Any]]:
    merged: dict[object, dict[str, Any]] = {}
    nearness: dict[object, int] = {}
    for near, finding, item in _near(workspace, session, path, cell, asked):
        for action in workspace.actions(finding):
            if not encode.wanted_kind(action.kind, only):
                continue
            # Two findings with the same fix offer it once, for both.
            key = (action.id, action.title, action.edits, repr(action.task))
            if key in merged:
                if session.client.action_literals:
                    merged[key]["diagnostics"].append(item)
            elif (shown := _shown(session, path, finding, action, item)) is not None:
                merged[key], nearness[key] = shown, near
    nearest = min((nearness[each] for each, entry in merged.items() if entry.get("isPreferred")), default=0)
    for each, entry in merged.items():
        if nearness[each] > nearest:
            # An editor's "fix this" takes the preferred one: it must not be that of a neighbour.
            entry.pop("isPreferred", None)
    actions = [merged[key] for key in sorted(merged, key=lambda key: (nearness[key], not merged[key].get("isPreferred", False)))]
    if encode.wanted_kind(SYNC, only) and (sync := _sync(workspace, session, path)) is not None:
        actions.append(sync)
    if encode.wanted_kind("quickfix", only) and (kernel := _kernel(workspace, session, path)) is not None:
        actions.append(kernel)
    return actions


def _kernel(workspace: Workspace, session: Session, path: str) -> dict[str, Any] | None:
    """Of a notebook whose environment has no ipykernel: what adds and installs it. No finding, for it may run elsewhere."""
    if not path.endswith(".ipynb") or (project := workspace.project_of(path)) is None:
        return None
    from venvls import kernels

    needed = kernels.missing(workspace.facts(project.root))
    if needed is None:
        return None
    title = f"Add {kernels.PACKAGE} to {needed.place} and install it: this notebook cannot run without it"
    command = encode.command(title, needed.task)
    return {"title": title, "kind": "quickfix", "command": command} if session.client.action_literals else command


def _near(
    workspace: Workspace, session: Session, path: str, cell: str | None, asked: dict[str, Any]
) -> Iterator[tuple[int, Finding, dict[str, Any]]]:
    """The findings marked in a range (0), then those about a requirement that it touches (1), then those on its lines (2)."""
    units = session.documents.units
    near: list[tuple[int, Finding, Finding, Text]] = []
    for finding, shown, text in _seen_in(workspace, session, path, cell):
        how = _how_near(shown, text, units, asked)
        if how is not None:
            near.append((how, finding, shown, text))
    near.sort(key=lambda each: each[0])
    on_line = 0
    for how, finding, shown, text in near:
        on_line += how == 2
        if on_line <= _MOST_ON_LINE:
            shown = shown._replace(severity=session.board.marks.lowered(finding, workspace.text(path).source).severity)
            yield how, finding, encode.diagnostic(shown, text, units, session.client, session.documents.uri, session.desk.text)


def _seen_in(workspace: Workspace, session: Session, path: str, cell: str | None) -> Iterator[tuple[Finding, Finding, Text]]:
    """The findings of a file, or of one cell of a notebook: each as it is and as it is shown, with the text that it is shown in."""
    findings = workspace.findings(path)
    if cell is None:
        text = workspace.text(path)
        yield from ((finding, finding, text) for finding in findings)
        return
    notebook = session.desk.notebook(path)
    for finding in findings if notebook is not None else ():
        placed = notebook.placed(finding) if notebook is not None else None
        if placed is not None and placed[0].uri == cell:
            yield finding, placed[1], placed[0].text


def _how_near(finding: Finding, text: Text, units: Units, asked: dict[str, Any]) -> int | None:
    marked = encode.span(text, finding.span, units)
    if encode.overlaps(marked, asked):
        return 0
    about = finding.requirement
    # The requirement may be stated in another file than the one where the finding is marked: in a lock's manifest.
    if about is not None and about.statement.start <= finding.span.start <= about.statement.end:
        if encode.overlaps(encode.span(text, about.span, units), asked):
            return 1
        source = text.source[about.statement.start : about.statement.end]
        whole = encode.span(text, about.statement._replace(end=about.statement.start + len(source.rstrip())), units)
        marked = {
            "start": min(whole["start"], marked["start"], key=encode.order),
            "end": max(whole["end"], marked["end"], key=encode.order),
        }
    return 2 if marked["start"]["line"] <= asked["end"]["line"] and asked["start"]["line"] <= marked["end"]["line"] else None


def _shown(session: Session, path: str, finding: Finding, action: Action, item: dict[str, Any]) -> dict[str, Any] | None:
    command = encode.command(action.title, action.task) if action.task is not None else None
    if not session.client.action_literals:
        return command
    result: dict[str, Any] = {"title": action.title, "kind": action.kind, "diagnostics": [item]}
    if action.preferred:
        result["isPreferred"] = True
    if command is not None:
        result["command"] = command
    elif session.client.resolves_edits:
        result["data"] = {
            "path": path,
            "version": session.desk.version(path),
            "code": finding.code,
            "span": list(finding.span),
            "action": action.id,
            "title": action.title,
        }
    else:
        result["edit"] = _edit(session, action)
    return result


def _resolved(workspace: Workspace, session: Session, data: dict[str, Any]) -> dict[str, Any] | None:
    path = data["path"]
    if data.get("version") != session.desk.version(path):
        return None
    for finding in workspace.findings(path):
        if finding.code == data.get("code") and list(finding.span) == data.get("span"):
            for action in workspace.actions(finding):
                if action.id == data.get("action") and action.title == data.get("title"):
                    return _edit(session, action)
    return None


def _edit(session: Session, action: Action) -> dict[str, Any]:
    return encode.workspace_edit(
        action, session.documents.units, session.client, session.documents.uri, session.desk.text, session.desk.version
    )


def _sorting(workspace: Workspace, session: Session, path: str, position: types.Position) -> list[dict[str, Any]]:
    from venvls.model.action import Action
    from venvls.sorting import sorted_list

    reading = next(session.readings.of(workspace, path), None)
    if reading is None or reading.manifest is None or reading.same is not None or not session.client.action_literals:
        return []
    offset = reading.offset(position, session.documents.units)
    edit = sorted_list(reading.manifest, offset) if offset is not None else None
    if edit is None:
        return []
    action = Action("sort-list", "Sort this list", kind=SORT, edits=(edit,))
    return [{"title": action.title, "kind": action.kind, "edit": _edit(session, action)}]


def _sync(workspace: Workspace, session: Session, path: str) -> dict[str, Any] | None:
    from venvls.model.action import Task

    # A script (PEP 723) is a project by itself, whose environment only uv makes.
    project = workspace.project_of(path)
    if project is None or project.root == path or path not in (*project.manifests, *workspace.facts(project.root).manifests):
        return None
    environment = project.environment
    if environment is None:
        title, task = "Create an environment and install all requirements", Task("create", project.root)
    else:
        title, task = f"Sync {environment.name} with this project", Task("sync", project.root, environment.prefix)
    command = encode.command(title, task)
    return {"title": title, "kind": SYNC, "command": command} if session.client.action_literals else command
