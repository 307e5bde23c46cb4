"""Names of projects and extras in the one form that is compared."""

from __future__ import annotations

import re

_RUN = r"--+"


def canonical(name: str) -> str:
    """The PEP 503 form of a name. Called for thousands of names at once: the pattern is for the few that need it."""
    plain = name.lower().replace("_", "-").replace(".", "-")
    return re.sub(_RUN, "-", plain) if "--" in plain else plain
