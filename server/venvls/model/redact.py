"""Text without the secrets that are in URLs, for every message, log line and shown command (T20)."""

from __future__ import annotations

from venvls.model.patterns import re

# Both patterns start at a fixed sign and never go back over what they have read: linear, also for hostile text.
_USER = r"//([^\s/?#\\]*)@"
_QUERY = r"(?i)([?&](?:[a-z_-]*(?:token|password|passwd|secret|signature|api[_-]?key)|sig|key)=)[^\s&#\"']+"
# Where a login is not a secret: the fixed user of the ssh services.
_PUBLIC_USERS = frozenset({"git", "hg", "svn", "bzr"})


def redact(text: str) -> str:
    """``text`` with ``user:password@`` in URLs, and secrets in their queries, replaced by ``***``.

    A user without a password is hidden as well: most tokens are there alone. ``git@`` and the like stay.
    """
    if "//" not in text:
        return text
    return re.sub(_QUERY, r"\1***", re.sub(_USER, _hidden, text))


def masked(text: str) -> str:
    """``text`` with the same secrets covered character for character, so that columns keep their meaning."""
    if "//" not in text:
        return text
    text = re.sub(_USER, lambda match: match[0] if match[1] in _PUBLIC_USERS else f"//{'*' * len(match[1])}@", text)
    return re.sub(_QUERY, lambda match: match[1] + "*" * (len(match[0]) - len(match[1])), text)


def _hidden(match: re.Match[str]) -> str:
    return match[0] if match[1] in _PUBLIC_USERS else "//***@"
