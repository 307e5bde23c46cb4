"""Names of projects and extras in the one form that is compared."""

from __future__ import annotations

from venvls.model.patterns import re

OF_CONDA = "conda:"
"""What the keys of packages begin with that conda keeps."""
_RUN = r"--+"


def canonical(name: str) -> str:
    """The PEP 503 form of a name. Called for thousands of names at once: the pattern is for the few that need it."""
    dashed = name.lower().replace("_", "-").replace(".", "-")
    return re.sub(_RUN, "-", dashed) if "--" in dashed else dashed


def plain(key: str) -> str:
    """The name of a package as people call it: without the mark of those that conda keeps (``conda:zlib``)."""
    return key.removeprefix(OF_CONDA)
