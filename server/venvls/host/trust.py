"""Whether the person trusts a workspace: the answer to the one question, kept by the workspace's real path.

An answer is for exactly that root; a folder above or below it asks for itself.
"""

from __future__ import annotations

import os

from venvls.host import state

_CONCERN = "trust"


def answer(root: str) -> bool | None:
    """What the person said about this workspace; ``None`` where they were never asked."""
    value = state.load(_CONCERN).get(_identity(root))
    return value if isinstance(value, bool) else None


def remember(root: str, trusted: bool) -> None:
    """Keep the answer. Raises :class:`venvls.host.state.StateError` where it cannot be written."""
    key = _identity(root)
    state.update(_CONCERN, lambda data: data.__setitem__(key, trusted))


def _identity(root: str) -> str:
    return os.path.normcase(os.path.realpath(root))
