"""TOML values: at once where the text is a statement a line, else by the standard library's parser (tomli on 3.10, the same code).

Either is imported for the first text that needs it.
"""

from __future__ import annotations

import sys

from venvls.model.hints import Any


def loads(text: str) -> dict[str, Any]:
    """The values of a text. Raises ValueError where it is no TOML, RecursionError where it nests without end."""
    from venvls.model.toml_lines import read_tables

    values = read_tables(text, parsed)
    return parsed(text) if values is None else values


def parsed(text: str) -> dict[str, Any]:
    """The same by the parser alone."""
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    values: dict[str, Any] = tomllib.loads(text)
    return values
