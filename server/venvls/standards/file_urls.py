"""Absolute paths as ``file:`` URLs, for either flavour of path; pure text (RFC 8089)."""

from __future__ import annotations

from venvls.model.hints import TYPE_CHECKING

if TYPE_CHECKING:
    from types import ModuleType


def file_url(place: str, path: ModuleType) -> str:
    """The URL of an absolute path; ``path`` is ``posixpath`` or ``ntpath``."""
    from urllib.parse import quote

    plain = place.replace(path.sep, "/")
    if path.sep == "\\" and plain.startswith("//"):
        return f"file:{quote(plain, safe='/')}"
    return f"file://{'' if plain.startswith('/') else '/'}{quote(plain, safe='/:')}"
