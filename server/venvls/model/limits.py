"""How much one manifest may state. A file that states more is not checked at all: said once, and at once."""

from __future__ import annotations

MOST_REQUIREMENTS = 20_000
MOST_OF_A_PACKAGE = 1_000
"""Constraints of one package in one entry, where a tool's table takes several: each of them is a requirement, and is walked to. Sources of
one package (uv): the conditions of neighbours are compared."""
MOST_TABLES = 10_000
"""Requirements with a table of their own in one table of them (Poetry), each written by hand in three lines. They are twice the work of
lines; real projects have a few hundred requirements, and a dozen such tables."""
MOST_SECONDS_OF_A_FILE = 5.0
"""Of processor time, for reading one file. What is known to cost much is bounded by its size; this is for what nobody has thought of."""
MOST_SECONDS = 10.0
"""The same for each answer about a project."""


class TooManyError(Exception):
    """A file states more than is checked; the text says how much, as the end of a sentence."""


def allow(count: int) -> None:
    """Raises where a file states ``count`` requirements and that is too many; asked before the work that each of them is."""
    if count > MOST_REQUIREMENTS:
        raise TooManyError(f"more than {MOST_REQUIREMENTS:,} requirements")


def allow_of_a_package(count: int, what: str = "constraints") -> None:
    """The same where one entry states ``count`` constraints of its package, or sources."""
    if count > MOST_OF_A_PACKAGE:
        raise TooManyError(f"more than {MOST_OF_A_PACKAGE:,} {what} of one package")


def allow_tables(count: int) -> None:
    """The same where ``count`` requirements have a table of their own."""
    if count > MOST_TABLES:
        raise TooManyError(f"more than {MOST_TABLES:,} requirements with a table of their own")
