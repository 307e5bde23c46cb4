"""``python_requires`` of setuptools: which of its clauses PEP 440 does not know."""

from __future__ import annotations


def wrong_clause(text: str) -> str | None:
    """The first clause of a specifier set that is none; ``None`` where all are."""
    from packaging.specifiers import InvalidSpecifier, Specifier

    def known(clause: str) -> bool:
        try:
            Specifier(clause)
        except InvalidSpecifier:
            return False
        return True

    clauses = (part.strip() for part in text.split(","))
    return next((clause for clause in clauses if clause and not known(clause)), None)
