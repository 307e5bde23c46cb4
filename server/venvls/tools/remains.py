"""What an interrupted install left of a distribution, to be taken away before it is installed again."""

from __future__ import annotations

import re

from venvls.model.action import Plan
from venvls.model.hints import TYPE_CHECKING
from venvls.model.names import canonical

if TYPE_CHECKING:
    from venvls.model.action import Task
    from venvls.model.environment import Distribution, Installed
    from venvls.model.facts import Facts

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def remains(task: Task, facts: Facts) -> tuple[str, ...]:
    """Folders to move aside: records no installer can uninstall from, all records where there are two, and pip's ``~ame`` folders.

    Only direct children of the environment's own library folders (T19).
    """
    if facts.installed is None or facts.environment is None:
        return ()
    path = facts.files.path
    own = [folder for folder in facts.environment.site_packages if folder.startswith(facts.environment.prefix + path.sep)]
    damaged: dict[str, list[str]] = {}
    named = {canonical(match.group()) for text in task.requirements if (match := _NAME.match(text))}
    for key, records in facts.installed.distributions.items():
        for distribution in records:
            bad = (
                len(records) > 1
                or distribution.sign in ("empty", "unreadable")
                or (key in named and _nameless(distribution, facts.installed))
            )
            if bad and distribution.format == "dist-info":
                damaged.setdefault(key, []).append(distribution.path)
    for left in facts.installed.leftovers:
        damaged.setdefault(canonical(left.name), []).append(left.path)
    paths = task.options.get("paths")
    listed = {str(named_path) for named_path in paths} if isinstance(paths, (list, tuple)) else set()
    metadata_paths = [place for key, every in damaged.items() for place in every if key in named or place in listed]
    return tuple(place for place in dict.fromkeys(metadata_paths) if path.dirname(place) in own)


def _nameless(distribution: Distribution, installed: Installed) -> bool:
    """Whether pip could not uninstall it: it lost its RECORD, or the METADATA that says its version."""
    return installed.missing_files(distribution) is None or installed.metadata(distribution).problem is not None


def cleaning(task: Task, tool: str, facts: Facts) -> Plan:
    """The plan of a repair that installs nothing: only what was left behind is taken away."""
    paths = remains(task, facts)
    if not paths or facts.environment is None:
        return Plan(task, tool, refusal="Nothing to repair was given.")
    surprise = f"{len(paths)} folder{'' if len(paths) == 1 else 's'} that an interrupted installation left are deleted."
    return Plan(task, tool, (), (surprise,), facts.environment.prefix, aside=paths)
