"""What uv leaves in an environment although nothing asks for it: the packages that environments are seeded with."""

from __future__ import annotations

from venvls.model.hints import TYPE_CHECKING
from venvls.model.patterns import re

if TYPE_CHECKING:
    from venvls.model.facts import Facts

_SEED = re.compile(r"(?mi)^\s*seed\s*=\s*true\s*$")
_BARE = (3, 12)
"""The Python from which on an environment is made without setuptools and wheel."""


def kept_by_uv(facts: Facts) -> frozenset[str]:
    """The names that ``uv sync`` and ``uv pip sync`` do not remove: none in an environment that uv made without ``--seed``."""
    environment = facts.environment
    if environment is None:
        return frozenset()
    if (environment.creator or "").startswith("uv"):
        data = facts.files.read(facts.files.path.join(environment.prefix, "pyvenv.cfg"), 100_000)
        if data is None or not _SEED.search(data.decode("utf-8", "replace")):
            return frozenset()
    minor = tuple(int(part) for part in (environment.minor or "").split(".") if part.isdecimal())
    return frozenset({"pip", "uv"}) if minor >= _BARE else frozenset({"pip", "setuptools", "uv", "wheel"})
