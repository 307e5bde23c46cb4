"""How much one manifest may state. A file that states more is not checked at all: said once, and at once."""

from __future__ import annotations

MOST_REQUIREMENTS = 20_000


class TooManyError(Exception):
    """A file states more than is checked; the text says how much, as the end of a sentence."""


def allow(count: int) -> None:
    """Raises where a file states ``count`` requirements and that is too many; asked before the work that each of them is."""
    if count > MOST_REQUIREMENTS:
        raise TooManyError(f"more than {MOST_REQUIREMENTS:,} requirements")
