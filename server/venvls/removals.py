"""What a person removed from a project and what is still installed of it: a list of what is installed does not bring it back.

Noted in the person's state with the time of its record, so that the same package installed again later counts as new.
"""

from __future__ import annotations

from venvls.model.hints import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from venvls.model.action import Task
    from venvls.model.facts import Facts
    from venvls.model.ports import Memory

_CONCERN = "removed"
_MOST = 500


def note(task: Task, facts: Facts, memory: Memory) -> None:
    """Note what ``task`` removes, before it is uninstalled: nothing of it that stays is listed again."""
    from venvls.tools import removing

    leaving = removing.going(task, facts)
    marks = [mark for key in (*leaving.named, *leaving.orphans, *leaving.left) for mark in _marks(key, facts)]
    if marks:
        kept = [mark for mark in memory.noted(_CONCERN, facts.project.root) if mark not in marks]
        memory.note(_CONCERN, facts.project.root, (kept + marks)[-_MOST:])


def removed(facts: Facts, memory: Memory) -> frozenset[str]:
    """The PEP 503 names that were removed from the project and are installed as they were then."""
    noted = memory.noted(_CONCERN, facts.project.root)
    names = {mark.partition(" ")[0] for mark in noted}
    return frozenset(key for key in names if any(mark in noted for mark in _marks(key, facts)))


def _marks(key: str, facts: Facts) -> Iterator[str]:
    for distribution in facts.installed.distributions.get(key, ()) if facts.installed is not None else ():
        stat = facts.files.stat(distribution.path)
        if stat is not None:
            yield f"{key} {stat.mtime_ns}"
