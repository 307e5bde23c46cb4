"""``script.py.lock``, which ``uv lock --script`` writes → the locked set of that script: a uv.lock whose roots are in ``[manifest]``."""

from __future__ import annotations

from venvls.manifests.uv.lock import locked_script
from venvls.model.hints import TYPE_CHECKING

if TYPE_CHECKING:
    from venvls.model.facts import Facts
    from venvls.model.lock import LockedSet, LockFile


def locked(file: LockFile, facts: Facts) -> LockedSet:
    """What the lock asks of the script's environment."""
    return locked_script(file, facts)
