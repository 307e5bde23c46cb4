"""venvls.add where no tool keeps the project: its manifest is edited here, compiled where it is a source, and the environment synced.

What does not come to its good end leaves the manifest as it was, unless somebody has edited it in the meantime.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from venvls.lsp import uris
from venvls.lsp.features import unsaved

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from venvls.lsp.server import Server
    from venvls.lsp.session import Session
    from venvls.model.action import Task
    from venvls.model.facts import Facts
    from venvls.model.manifest import Manifest
    from venvls.model.requirement import Scope
    from venvls.workspace import Workspace

Answer = dict[str, Any]


class _Written(NamedTuple):
    """A manifest that was edited: what it said before and says now, the sentence about it, and the tasks that follow."""

    path: str
    before: str
    after: str
    message: str
    then: tuple[tuple[str, dict[str, Any]], ...] = ()


async def added(ls: Server, task: Task, place: str | None, perform: Callable[[str, dict[str, Any]], Awaitable[Answer]]) -> Answer:
    """``{ok, message, environment}``. ``place`` is the manifest's URI or path; ``perform`` runs a task that follows."""
    session = ls.session
    written = await session.run(_write, session, task, place)
    if isinstance(written, str):
        return {"ok": False, "message": written, "environment": None}
    answer: Answer = {"ok": True, "message": "", "environment": None}
    for name, given in written.then:
        answer = await perform(name, given)
        if not answer["ok"]:
            back = await session.run(_put_back, session, written)
            answer["message"] += f" {back}"
            return answer
    return {**answer, "message": f"{written.message} {answer['message']}".rstrip()}


def unsaved_manifest(workspace: Workspace, session: Session, task: Task) -> str | None:
    """Why nothing may be written into the project's manifests now, as a sentence: one has changes that are not saved."""
    for path in workspace.facts(task.project or "").project.manifests:
        if (problem := unsaved.refusal(workspace, session, path)) is not None:
            return problem
    return None


# On the worker


def _write(workspace: Workspace, session: Session, task: Task, place: str | None) -> _Written | str:
    from venvls import declaring

    facts = workspace.facts(task.project or "")
    flavour = workspace.files.path
    named = task.options.get("manifest")
    place = place if place is not None or not isinstance(named, str) else named
    path = uris.to_path(place) if place and uris.is_uri(place) else place
    if path is not None:
        path = flavour.normpath(flavour.join(facts.project.root, path))
    undo = task.task == "remove"
    group, extra = next(iter(task.groups), None), next(iter(task.extras), None)
    declared = declaring.edits(task.requirements, facts, undo=undo, group=group, extra=extra, path=path)
    problem = declared.problem or unsaved.refusal(workspace, session, declared.path)
    if problem is not None:
        return problem
    before = _text(workspace, declared.path)
    if undo:
        from venvls import removals
        from venvls.model.record import replace

        removals.note(replace(task, options={"manifest": declared.path}), facts, session.services().memory)
    if (problem := session.services().write(declared.edits, workspace.roots)) is not None:
        return problem
    session.refreshed((declared.path,))
    verb = "no longer lists" if undo else "now lists"
    message = f"{flavour.basename(declared.path)} {verb} {', '.join(task.requirements)}."
    held = session.documents.get(declared.path) is not None
    then = _then(workspace, task, declared.path, undo=undo, held=held)
    if task.environment is None and not undo:
        message += " There is no environment to install it into yet."
    return _Written(declared.path, before, _text(workspace, declared.path), message, then)


def _then(workspace: Workspace, task: Task, path: str, *, undo: bool, held: bool) -> tuple[tuple[str, dict[str, Any]], ...]:
    """The tasks that follow: a source is compiled, and what was added installed.

    Of a file that the editor holds (``held``) its text counts, which is the old one until it has read the file again: a sync would miss
    what was added, so that it is installed by name.
    """
    if task.options.get("no-sync") is True:
        return ()
    follow_ups: list[tuple[str, dict[str, Any]]] = []
    compiled = f"{path[: -len('.in')]}.txt" if path.endswith(".in") else None
    if compiled is not None and workspace.files.stat(compiled) is not None:
        manifest = workspace.facts(task.project or "").manifests.get(compiled)
        written_by_tool = manifest is not None and manifest.own.compiled is not None
        follow_ups.append(("compile", {"project": task.project, **({} if written_by_tool else {"files": [path]})}))
    if task.environment is not None and undo:
        options = {"uninstall": True, "manifest": path}
        more = {"groups": list(task.groups), "extras": list(task.extras), "requirements": list(task.requirements), "options": options}
        follow_ups.append(("remove", {"project": task.project, "environment": task.environment, **more}))
    elif task.environment is not None:
        here = {"project": task.project, "environment": task.environment}
        install = ("install", {**here, "requirements": list(task.requirements)})
        follow_ups.append(install if held else ("sync", {**here, **_with(workspace, task, path)}))
    return tuple(follow_ups)


def _with(workspace: Workspace, task: Task, path: str) -> dict[str, list[str]]:
    """The group or extra that has to be synced so that what was added is installed: one that does not count by itself."""
    from venvls import discovery

    facts = workspace.facts(task.project or "")
    counted = {(scope.kind, scope.name) for manifest in facts.manifests.values() for scope in _counted(facts, manifest)}
    chosen = {
        "groups": [name for name in (*facts.choice.groups, *task.groups) if name],
        "extras": [name for name in (*facts.choice.extras, *task.extras) if name],
    }
    if not ({("group", name) for name in task.groups} | {("extra", name) for name in task.extras}) - counted:
        chosen = {"groups": [], "extras": []}
    if facts.counted is not None and path not in facts.counted:
        chosen["groups"].append(discovery.group_of(path, workspace.files))
    return {name: sorted(set(names)) for name, names in chosen.items() if names}


def _counted(facts: Facts, manifest: Manifest) -> Iterator[Scope]:
    return (requirement.scope for requirement in manifest.requirements if facts.counts(manifest, requirement.scope))


def _put_back(workspace: Workspace, session: Session, written: _Written) -> str:
    from venvls.model.action import TextEdit
    from venvls.model.text import Span

    name = workspace.files.path.basename(written.path)
    if _text(workspace, written.path) != written.after:
        return f"{name} was changed in the meantime, so it is not changed again."
    edit = TextEdit(written.path, Span(0, len(written.after)), written.before)
    problem = session.services().write((edit,), workspace.roots)
    session.refreshed((written.path,))
    return problem or f"{name} was not changed."


def _text(workspace: Workspace, path: str) -> str:
    from venvls.manifests.syntax.decode import decode

    return decode(workspace.files.read(path) or b"").text
