"""Git URLs as tools let people write them."""

from __future__ import annotations

import re

_SCP = re.compile(r"(?P<user>[A-Za-z0-9_.-]+@)?(?P<host>[A-Za-z0-9.-]+):(?!//)(?P<path>.+)")


def repository_url(url: str) -> str:
    """A git URL as PEP 508 writes it, without ``git+``: ``git@host:path`` is an ``ssh`` URL."""
    match = _SCP.fullmatch(url)
    return f"ssh://{match['user'] or ''}{match['host']}/{match['path']}" if match and "://" not in url and len(match["host"]) > 1 else url
