"""What a command means in the workspace as it is now, and how it would be done. On the worker."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, cast

from venvls.lsp import uris
from venvls.model.text import quoted

if TYPE_CHECKING:
    from venvls.lsp.session import Session
    from venvls.model.action import Plan, Task, TaskName
    from venvls.workspace import Workspace

LISTS = ("requirements", "files", "groups", "extras")
"""What a command names more than one of."""
_FOR_SCRIPTS = frozenset({"activate", "delete", "select"})
"""Commands that work for a script (PEP 723) as for any project; all others would change an environment that uv manages."""


class Planned(NamedTuple):
    """A task and its plan; ``roots`` are the workspace's folders: nothing outside them is deleted, no program inside them is a tool."""

    task: Task
    plan: Plan
    roots: tuple[str, ...]


def task_of(workspace: Workspace, name: str, given: dict[str, Any]) -> Task | str:
    """The task that a command names; a sentence where it names none that there is."""
    from venvls.model.action import Task

    place = given.get("project") or given.get("uri")
    path = uris.to_path(place) if place and uris.is_uri(place) else place
    if place and path is None:
        return f"{quoted(place[:200])} is not the address of a file: name the folder of a project."
    if name == "create" and (folder := _bare_folder(workspace, path)) is not None:
        return Task("create", folder, given.get("environment"), options=given.get("options", {}))
    if path is not None:
        project = workspace.project_of(workspace.files.path.normpath(path))
        if project is None:
            return "There is no project there: no manifest was found."
    else:
        projects = workspace.folder_projects()
        if len(projects) != 1:
            return "There are several projects: name one of them." if projects else "There is no project here: no manifest was found."
        project = projects[0]
    if name == "add" and not given.get("requirements"):
        return 'Name the requirements to add: {"requirements": ["name>=1"]}.'
    if name == "remove" and not given.get("requirements"):
        return "venvls.remove takes requirements out of the project: name them. venvls.delete deletes the environment."
    if project.root in project.manifests and name not in _FOR_SCRIPTS:
        return f"{project.reason} and installs into it when the script runs: `uv run {workspace.files.path.basename(project.root)}`"
    lists = {key: tuple(given.get(key, ())) for key in LISTS}
    if name not in ("create", "select") and "environment" not in given and project.environment is not None:
        given = {**given, "environment": project.environment.prefix}
    if name == "sync" and not lists["groups"] and not lists["extras"]:
        choice = workspace.facts(project.root).choice
        lists |= {"groups": tuple(sorted(choice.groups)), "extras": tuple(sorted(choice.extras))}
    if name == "add" and given.get("options", {}).get("undo") is True:
        name = "remove"
    return Task(cast("TaskName", name), project.root, given.get("environment"), options=given.get("options", {}), **lists)


def _bare_folder(workspace: Workspace, path: str | None) -> str | None:
    """The folder of the workspace that is meant and has no project yet, or scripts alone: it may get its environment first."""
    projects = workspace.folder_projects()
    if path is None:
        scripts_alone = all(project.root in project.manifests for project in projects)
        return workspace.roots[0] if scripts_alone and len(workspace.roots) == 1 else None
    from venvls.services import is_below

    place = workspace.files.path.normpath(path)
    stat = workspace.files.stat(place)
    inside = any(is_below(place, root, workspace.files) for root in workspace.roots)
    return place if inside and stat is not None and stat.kind == "directory" and workspace.project_of(place) is None else None


def planned(workspace: Workspace, session: Session, name: str, given: dict[str, Any], task: Task | None = None) -> Planned | str:
    """How the ``task`` that a command names would be done now, which is found out where it is not known; a sentence where it is refused."""
    from venvls.services import plan

    meant = task_of(workspace, name, given) if task is None else task
    if isinstance(meant, str):
        return meant
    made = plan(meant, workspace, session.services())
    return made.refusal if made.refusal is not None else Planned(meant, made, workspace.roots)


def planned_for_certain(workspace: Workspace, session: Session, name: str, given: dict[str, Any], task: Task) -> Planned | str:
    """The same. Where it is refused or surprises it is planned again if a look shows that something has changed: somebody has just made the
    project's own environment, say, and nothing is refused, and nobody is asked, for what is no longer so."""
    first = planned(workspace, session, name, given, task)
    doubtful = isinstance(first, str) or bool(first.plan.surprises)
    return planned(workspace, session, name, given) if doubtful and session.look_now() else first


def planned_after_a_while(workspace: Workspace, session: Session, name: str, given: dict[str, Any]) -> Planned | str:
    """The same, after a question that may have been open for long: what is done is what is so now."""
    session.look_now()
    return planned(workspace, session, name, given)
