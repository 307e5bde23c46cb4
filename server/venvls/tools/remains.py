"""What an interrupted install left of a distribution, to be taken away before it is installed again."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from venvls.model.action import Task
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
    found: list[str] = []
    for text in task.requirements:
        match = _NAME.match(text)
        key = re.sub(r"[-_.]+", "-", match.group()).lower() if match else ""
        records = facts.installed.distributions.get(key, ())
        found += [one.path for one in records if one.format == "dist-info" and (len(records) > 1 or one.sign in ("empty", "unreadable"))]
        found += [left.path for left in facts.installed.leftovers if re.sub(r"[-_.]+", "-", left.name).lower() == key]
    return tuple(one for one in dict.fromkeys(found) if path.dirname(one) in own)
