"""TOML values: at once where the text is a statement a line, else by the standard library's parser (tomli on 3.10, the same code).

Either is imported for the first text that needs it. TOML 1.1 is read whatever Python runs this (:mod:`toml_newer`); whether the
project's own tool reads it is a rule's question.
"""

from __future__ import annotations

import sys

from venvls.model.hints import TYPE_CHECKING, Any
from venvls.model.patterns import re

if TYPE_CHECKING:
    from venvls.model.toml_newer import Edit, Older

_STRINGS = r"\"[^\"\\\n]*\"|'[^'\n]*'"
_BRACES = re.compile(
    rf"\{{(?=((?:[^{{}}\"'#\\\n]+|{_STRINGS}|\{{(?:[^{{}}\"'#\\\n]|{_STRINGS})*\}})*))\1(?:(?!\}})|(?<=,)|(?<=,[ \t])|(?<=[ \t][ \t]))"
)
"""An opening brace after which there is more than plain pairs up to its closing one, which TOML 1.0 may not allow."""
_TIME = re.compile(r"(?<=[0-9][0-9])(?<!:[0-9][0-9]):[0-9]{2}(?![:0-9])")


def loads(text: str) -> dict[str, Any]:
    """The values of a text. Raises ValueError where it is no TOML, RecursionError where it nests without end."""
    from venvls.model.toml_lines import read_tables

    values = read_tables(text, parsed)
    return parsed(text) if values is None else values


def parsed(text: str) -> dict[str, Any]:
    """The same by the parser alone."""
    older = _older(text)
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        values: dict[str, Any] = tomllib.loads(text if older is None else older.text)
    except ValueError as error:
        if older is None:
            raise
        raise ValueError(older.placed(str(error))) from None
    return values


def first_newer(text: str) -> Edit | None:
    """The first place of what TOML 1.1 allows and 1.0 does not; ``None`` in most texts."""
    older = _older(text)
    return None if older is None else older.first


def _older(text: str) -> Older | None:
    """The text as TOML 1.0, where it may have something of 1.1."""
    if (
        ("\\" in text and ("\\e" in text or "\\x" in text))
        or ("{" in text and _BRACES.search(text) is not None)
        or (":" in text and _TIME.search(text) is not None)
    ):
        from venvls.model.toml_newer import as_older

        return as_older(text)
    return None
