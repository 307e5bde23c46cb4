"""Deleting an environment, alone or for another in its place: what may be deleted, and what a person has to know that goes with it.

Deleted is what a tool recognisably made, that contains an interpreter or what is left of one, that git does not track, and that is where
the project keeps its environments. The runner looks again before it acts.
"""

from __future__ import annotations

from venvls.model import made_by_tools
from venvls.model.action import Plan
from venvls.model.hints import TYPE_CHECKING
from venvls.model.record import replace
from venvls.tools import places

if TYPE_CHECKING:
    from collections.abc import Iterator

    from venvls.model.action import Task
    from venvls.model.contents import Contents
    from venvls.model.rule import PlanContext

_NAMED = 20


def plan(task: Task, context: PlanContext) -> Plan:
    """The plan of ``delete``."""
    environment = context.facts.environment
    prefix = task.environment or (environment.prefix if environment is not None else None)
    if prefix is None:
        return Plan(task, "venvls", refusal="There is no environment to delete.")
    problem = refusal(prefix, context)
    if problem is not None:
        return Plan(task, "venvls", refusal=problem)
    return Plan(task, "venvls", environment=prefix, aside=(prefix,))


def refusal(prefix: str, context: PlanContext) -> str | None:
    """Why an environment may not be deleted, as a sentence; ``None`` where it may (T17)."""
    facts = context.facts
    path = facts.files.path
    stat = facts.files.lstat(prefix)
    if stat is None:
        return f"{prefix} does not exist."
    if stat.kind != "directory":
        return f"{prefix} is a link or a file that leads to an environment elsewhere: delete it by hand."
    home = facts.project.root if facts.project.part is None else path.dirname(facts.project.part.source)
    roots = [root for root in (*facts.roots, home) if places.within(prefix, root, facts)]
    if not roots or any(places.within(root, prefix, facts) for root in (*facts.roots, home)):
        return f"{prefix} is not inside the workspace: delete it with the tool that created it."
    if not places.within(facts.files.real(prefix), roots[0], facts):
        return f"{prefix} is reached through a link that leads out of the workspace: delete it by hand."
    if (problem := made_by_tools.doubt(facts.files, prefix)) is not None:
        return problem
    if (stranger := made_by_tools.stranger(facts.files, prefix, home if home in roots else roots[0])) is not None:
        return f"{prefix} is inside {stranger}, where this project does not keep environments: delete it by hand."
    if facts.git is not None and facts.git.tracked and facts.environment is not None and facts.environment.prefix == prefix:
        return _tracked(prefix, facts.git.tracked)
    return None


def checked(made: Plan, context: PlanContext) -> Plan:
    """A plan with what its deletion takes along; refused where that is a repository whose work is nowhere else."""
    prefix = _deleted(made, context)
    if prefix is None:
        return made
    contents = context.contents(prefix)
    if contents is not None and contents.tracked:
        return Plan(made.task, made.tool, refusal=_tracked(prefix, contents.tracked))
    if made.task.options.get("discard-work") is not True:
        for repository in contents.repositories if contents is not None else ():
            if repository.work is not None:
                return Plan(made.task, made.tool, refusal=repository.refusal)
    return replace(made, surprises=(*_lost(prefix, contents, alone=made.task.task == "delete", context=context), *made.surprises))


def _deleted(made: Plan, context: PlanContext) -> str | None:
    """The environment that the plan deletes, by itself or through its tool."""
    if made.refusal is not None:
        return None
    if made.environment is not None and made.environment in made.aside:
        empty = made_by_tools.is_empty_shell(context.facts.files, made.environment)
        return None if empty and made.task.task != "delete" else made.environment
    return made.deletes


def _lost(prefix: str, contents: Contents | None, *, alone: bool, context: PlanContext) -> Iterator[str]:
    """One sentence for the environment, one for each repository and each entry that no tool put there."""
    path = context.facts.files.path
    when = "" if alone else " once the new environment is complete"
    if contents is None:
        yield f"Everything in {prefix} is deleted{when}."
        return
    count = "1 file" if contents.files == 1 else f"{contents.files:,} files"
    yield f"Everything in {prefix} is deleted{when}: {count if contents.complete else f'more than {count}'}."
    for repository in contents.repositories:
        held = f"with {repository.work}" if repository.work is not None else "of which nothing is only there"
        yield f"The {repository.system} repository {repository.path} is deleted too, {held}."
    for name in contents.unknown[:_NAMED]:
        yield f"{path.join(prefix, name)} is deleted too: no tool put it there."
    if len(contents.unknown) > _NAMED:
        yield f"{len(contents.unknown) - _NAMED:,} more entries that no tool put there are deleted too."


def _tracked(prefix: str, count: int) -> str:
    files = "1 file of it is" if count == 1 else f"{count:,} files of it are"
    return f"{prefix} is not deleted: {files} tracked by git. Remove them from the repository first (git rm -r --cached)."
