"""File paths ↔ ``file:`` URIs (RFC 8089), as the language server protocol and VS Code spell them."""

from __future__ import annotations

import os
import re
from functools import lru_cache
from urllib.parse import quote_from_bytes, unquote_to_bytes, urlsplit

_DRIVE = re.compile(r"/[A-Za-z]:")


def is_uri(place: str) -> bool:
    """Whether a text is a URI rather than a path: its scheme has two letters at least, a drive of Windows has one."""
    return re.match(r"[A-Za-z][A-Za-z0-9+.-]+:", place) is not None


@lru_cache(maxsize=256)
def to_path(uri: str) -> str | None:
    """The absolute path a ``file:`` URI names; ``None`` for any other URI (``untitled:``, ``vscode-vfs:``…)."""
    try:
        parts = urlsplit(uri)
    except ValueError:
        return None
    if parts.scheme != "file" or not parts.path:
        return None
    path = os.fsdecode(unquote_to_bytes(parts.path))
    if "\0" in path:
        return None
    if os.name == "nt":
        if _DRIVE.match(path):
            path = path[1].upper() + path[2:]
        if parts.netloc and parts.netloc != "localhost":
            path = f"//{parts.netloc}{path}"
    return os.path.normpath(path)


def from_path(path: str) -> str:
    """The ``file:`` URI of an absolute path."""
    if os.name == "nt":
        path = path.replace("\\", "/")
        if path.startswith("//"):
            host, _, rest = path[2:].partition("/")
            return f"file://{host}/{quote_from_bytes(os.fsencode(rest), safe='/~@$')}"
        path = "/" + path[0].lower() + path[1:]
    return "file://" + quote_from_bytes(os.fsencode(path), safe="/~@$")
