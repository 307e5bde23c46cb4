"""TOML values by the standard library's parser (tomli on 3.10, the same code), imported when the first text is read."""

from __future__ import annotations

import sys
from collections.abc import Mapping

from venvls.model.hints import Any


def loads(text: str) -> dict[str, Any]:
    """The values of a text. Raises ValueError where it is no TOML, RecursionError where it nests without end."""
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    values: dict[str, Any] = tomllib.loads(text)
    return values


def settings(data: bytes | None) -> Mapping[str, Any]:
    """The values of a tool's small settings file; empty where there is none or it does not parse: then the tool's defaults count."""
    if data is None:
        return {}
    try:
        return loads(data.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError):
        return {}
