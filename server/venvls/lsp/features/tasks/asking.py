"""What a person is asked before a task that would surprise, and what tasks are called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from venvls.lsp.features import trust
from venvls.lsp.features.tasks.answers import redacted
from venvls.model.visible import one_line

if TYPE_CHECKING:
    from venvls.lsp.server import Server
    from venvls.model.action import Plan, Task

_TITLES = {
    "create": ("Creating an environment", "Create an environment", "Create"),
    "sync": ("Syncing the environment", "Sync the environment", "Sync"),
    "install": ("Installing", "Install", "Install"),
    "recreate": ("Recreating the environment", "Recreate the environment", "Recreate"),
    "repair": ("Repairing the environment", "Repair the environment", "Repair"),
    "remove": ("Removing", "Remove", "Remove"),
    "delete": ("Deleting the environment", "Delete the environment", "Delete"),
    "freeze": ("Listing installed packages", "List installed packages", "List"),
    "compile": ("Compiling requirements", "Compile requirements", "Compile"),
    "upgrade": ("Upgrading", "Upgrade", "Upgrade"),
    "add": ("Adding", "Add", "Add"),
    "undo": ("Removing", "Remove", "Remove"),
}
"""Of each task: the text of its progress, the question before it, and the button that confirms."""
_CANCEL = "Cancel"


async def confirmed(ls: Server, plan: Plan, asked: str) -> bool:
    """Whether the person wants it."""
    verb = _TITLES[_name(plan.task)][2]
    return await trust.question(ls, asked, (verb, _CANCEL)) == verb


def question(plan: Plan) -> str:
    """What a person is asked before it: the task, what surprises, and each command."""
    from venvls import tools

    by = "" if plan.tool in ("", "venvls") else f" with {plan.tool}"
    lines = [f"{title(plan.task, asked=True)}{by}?", *map(one_line, (*plan.surprises, *tools.shown(plan)))]
    return "\n".join(redacted(lines))


def title(task: Task, *, asked: bool = False) -> str:
    """What the task is called while it runs, or where it is ``asked`` for."""
    name = _name(task)
    words = _TITLES[name][asked] if name in _TITLES else name.capitalize()
    named = task.task in ("install", "add", "remove") and task.requirements
    return f"{words} {', '.join(redacted(task.requirements))}" if named else words


def _name(task: Task) -> str:
    return "undo" if task.options.get("undo") is True else task.task
