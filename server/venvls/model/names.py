"""Names of projects and extras in the one form that is compared."""

from __future__ import annotations

from venvls.model.hints import TYPE_CHECKING
from venvls.model.patterns import re

if TYPE_CHECKING:
    from collections.abc import Sequence

OF_CONDA = "conda:"
"""What the keys of packages begin with that conda keeps."""
_RUN = r"--+"


def canonical(name: str) -> str:
    """The PEP 503 form of a name. Called for thousands of names at once: the pattern is for the few that need it."""
    dashed = name.lower().replace("_", "-").replace(".", "-")
    if dashed == name and "--" not in name:
        return name  # one text for both
    return re.sub(_RUN, "-", dashed) if "--" in dashed else dashed


def canonical_each(names: Sequence[str]) -> list[str]:
    """The PEP 503 form of each name, without a call for each. They are ASCII, and no line end is in them."""
    dashed = "\n".join(names).lower().replace("_", "-").replace(".", "-")
    if "--" in dashed:
        return [canonical(name) for name in names]
    return dashed.split("\n") if names else []


def plain(key: str) -> str:
    """The name of a package as people call it: without the mark of those that conda keeps (``conda:zlib``)."""
    return key.removeprefix(OF_CONDA)
