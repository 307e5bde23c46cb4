"""Environment markers (PEP 508) as nearly everybody writes them: comparisons of a variable with a text, joined by ``and`` and ``or``."""

from __future__ import annotations

import re

_TERM = re.compile(r"\s*([a-z_]+)\s*(==|!=|<=|>=|<|>)\s*(?:'([^'\"]*)'|\"([^'\"]*)\")\s*(?:(and|or)\b|$)")

Term = tuple[str, str, str, "str | None"]
"""Variable, operator, text, and the ``and`` or ``or`` before the next one."""


def terms(marker: str) -> list[Term] | None:
    """The comparisons of a marker in their order; ``None`` where there is more to it (brackets, ``in``) or something is wrong."""
    found: list[Term] = []
    position = 0
    while True:
        match = _TERM.match(marker, position)
        if match is None:
            return None
        name, operator, single, double, joint = match.groups()
        found.append((name, operator, double if single is None else single, joint))
        if joint is None:
            return found
        position = match.end()
