"""pdm.lock → its packages as plain tables (pdm ``project/lockfile``)."""

from __future__ import annotations

import re
from collections.abc import Mapping

from venvls.manifests.syntax.lock_text import read_lock
from venvls.model.hints import Any
from venvls.model.names import canonical
from venvls.model.record import dataclass, field

NEWEST = (4, 5)
"""The version of the format that is understood, major and minor."""

_FILES = re.compile(r"^files = \[\n(?: {4}\{[^\n]*\n)*\]\n", re.MULTILINE)

Table = Mapping[str, Any]


@dataclass(slots=True)
class Lock:
    """A lock as read. ``groups`` is ``None`` where it names none. ``inherits`` says that each package names its groups and marker itself.

    ``problem`` is a sentence where it cannot be understood. ``fresh`` remembers which state of the manifest it was last found to
    fit or not.
    """

    metadata: Table = field(default_factory=dict)
    packages: list[Table] = field(default_factory=list)
    problem: str | None = None
    fresh: tuple[object, bool] | None = None

    @property
    def groups(self) -> frozenset[str] | None:
        """The groups it was made for, PEP 503 names; ``default`` are the main requirements."""
        listed = self.metadata.get("groups")
        return frozenset(canonical(group) for group in listed if isinstance(group, str)) if isinstance(listed, list) else None

    @property
    def inherits(self) -> bool:
        """The ``inherit_metadata`` strategy: the usual one since PDM 2.11."""
        strategy = self.metadata.get("strategy")
        return isinstance(strategy, list) and "inherit_metadata" in strategy


def read(text: str, name: str) -> Lock:
    """The lock in ``text``; ``name`` is what messages call it. Never raises."""
    value, problem = read_lock(text, name, "pdm lock", _FILES)
    if problem is not None:
        return Lock(problem=problem)
    metadata = value.get("metadata")
    version = metadata.get("lock_version") if isinstance(metadata, dict) else None
    numbers = [int(part) for part in str(version).split(".") if part.isdecimal()]
    if not isinstance(metadata, dict) or len(numbers) < 2:
        return Lock(problem=f"{name} is not a lock from PDM: nothing is compared with it.")
    if numbers[0] != NEWEST[0] or numbers[1] > NEWEST[1]:
        age = "a newer" if tuple(numbers[:2]) > NEWEST else "an old"
        return Lock(problem=f"{name} was written by {age} PDM, in an unknown format: nothing is compared with it.")
    listed = value.get("package")
    tables: list[Table] = (
        [package for package in listed if isinstance(package, dict) and isinstance(package.get("name"), str)]
        if isinstance(listed, list)
        else []
    )
    return Lock(metadata, tables)
