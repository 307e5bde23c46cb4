"""uv.lock → its packages as plain tables (uv ``crates/uv-resolver/src/lock``, version 1 of the format)."""

from __future__ import annotations

from venvls.manifests.syntax.lock_text import read_lock
from venvls.model.hints import TYPE_CHECKING, Any, TypeVar
from venvls.model.names import canonical
from venvls.model.patterns import re
from venvls.model.pieces import Mapping
from venvls.model.record import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Callable

    Answer = TypeVar("Answer")

VERSION = 1
"""The version of the format that is understood; its revisions only add."""

EXTRAS_NOTED = 2
"""The revision from which extras, too, are noted for certain."""
GROUPS_NOTED = 3
"""The revision from which empty groups, too, are noted for certain."""

_FILES = re.compile(r"(?m)^(?:wheels = \[\n(?: {4}\{[^\n]*\n)*\]|sdist = \{[^\n]*\})\n")

Table = Mapping[str, Any]


@dataclass(slots=True)
class Lock:
    """A lock as read. ``packages`` by PEP 503 name, several where the lock forks. ``problem`` is a sentence where it cannot be
    understood."""

    value: Table = field(default_factory=dict)
    packages: dict[str, list[Table]] = field(default_factory=dict)
    problem: str | None = None
    requiring: dict[str, set[str]] = field(default_factory=dict)
    """Room for who requires each package, once somebody wants to know."""
    answers: dict[object, Any] = field(default_factory=dict)
    """Room for what is worked out once for all members of a workspace, by what it is."""

    def once(self, what: object, work: Callable[[], Answer]) -> Answer:
        """What ``work`` gives, kept as long as the lock's text is the same. All that it depends on next to the lock is in ``what``."""
        if what not in self.answers:
            self.answers[what] = work()
        answer: Answer = self.answers[what]
        return answer

    @property
    def manifest(self) -> Table:
        """What the lock was made from: ``[manifest]``."""
        return table(self.value.get("manifest"))

    @property
    def revision(self) -> int:
        """The revision of the format; 0 for locks of a uv that had none."""
        return int(self.value.get("revision", 0))


def read(text: str, name: str) -> Lock:
    """The lock in ``text``; ``name`` is what messages call it. Never raises."""
    value, problem = read_lock(text, name, "uv lock", _FILES)
    if problem is not None:
        return Lock(problem=problem)
    version = value.get("version")
    if version != VERSION:
        newer = isinstance(version, int) and version > VERSION
        why = "written by a newer uv, in an unknown format" if newer else "not a lock from uv"
        return Lock(problem=f"{name} is {why}: nothing is compared with it.")
    if type(value.get("revision", 0)) is not int:
        return Lock(problem=f"{name} is not a lock from uv: nothing is compared with it.")
    lock = Lock(value)
    for package in tables(value.get("package")):
        key = package.get("name")
        if isinstance(key, str):
            lock.packages.setdefault(canonical(key), []).append(package)
    return lock


def table(value: object) -> Table:
    """``value`` where it is a table, else an empty one."""
    return value if isinstance(value, dict) else {}


def tables(value: object) -> list[Table]:
    """The tables of a list; empty for anything else."""
    return [element for element in value if isinstance(element, dict)] if isinstance(value, list) else []


def names(value: object) -> tuple[str, ...]:
    """The PEP 503 names in a list of texts."""
    return tuple(canonical(element) for element in value if isinstance(element, str)) if isinstance(value, list) else ()
