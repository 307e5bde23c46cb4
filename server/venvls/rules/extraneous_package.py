"""A package is installed that the lock does not require.

A tool that syncs exactly (`uv sync`, `poetry sync`, `pip-sync`…) would remove it. Until then, code can import it here and fail elsewhere.

Example: `rich` was installed by hand, and `uv.lock` does not list `rich`.

Fix it with *Sync the environment exactly*, or declare the package if the project uses it.

This is only a hint, and only where the project has a lock whose tool syncs exactly. What tools never remove (pip itself, and for some of
them setuptools and wheel) is left out.
"""

from __future__ import annotations

from venvls.model.facts import Facts
from venvls.model.finding import Finding
from venvls.model.hints import TYPE_CHECKING
from venvls.model.names import plain
from venvls.model.rule import Rule
from venvls.rules.locking import WHOLE_LOCK, by_pth_alone, lock_in_force, lock_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from venvls.model.lock import LockedSet


def check(facts: Facts) -> Iterable[Finding]:
    """A finding for each such package, on the lock as a whole: no line is about it."""
    lock = lock_in_force(facts)
    if lock is None or not lock.exact or lock.unsure:
        return
    for key, version in (*sorted(lock.surplus.items()), *_unlocked(lock, facts)):
        yield Finding(
            code="extraneous-package",
            message=f"{plain(key)} {version} is installed, but {lock_name(lock, facts)} does not require it",
            path=lock.path,
            span=WHOLE_LOCK,
            installed=version,
            unnecessary=True,
            data={"name": key, "version": version},
        )


def _unlocked(lock: LockedSet, facts: Facts) -> Iterator[tuple[str, str]]:
    """By name and version, what is installed and not locked. Packages of the base are not this environment's to remove."""
    environment = facts.environment
    if facts.installed is None or environment is None:
        return
    own = environment.prefix.rstrip(facts.files.path.sep) + facts.files.path.sep
    # One after the other: together they may be the names of a workspace's lock, once for each of its members.
    listed = (lock.packages, lock.kept, lock.own)
    for key, (first, *_) in sorted(facts.installed.distributions.items()):
        if not any(key in names for names in listed) and first.path.startswith(own) and not by_pth_alone(first, lock, facts):
            yield key, first.version


RULE = Rule(code="extraneous-package", severity="hint", doc=__doc__ or "", project=check)
