"""What a person should know of a search (a bound that ended it, a setting that was not understood), said once for as long as it is true."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable
from typing import Any

log = logging.getLogger(__name__)
_WARNING = 2
"""LSP's ``MessageType``."""


class Remarks:
    """``tell`` sends the editor a notification."""

    def __init__(self, tell: Callable[[str, Any], None]) -> None:
        self._tell = tell
        self._said: frozenset[str] = frozenset()

    def say(self, remarks: Iterable[str], wrong: Collection[str]) -> None:
        """Logs what is new among all ``remarks`` that are true now; those about ``wrong`` settings are shown as well."""
        true = dict.fromkeys(remarks)
        for remark in true:
            if remark not in self._said:
                log.warning("%s", remark)
                if remark in wrong:
                    self._tell("window/showMessage", {"type": _WARNING, "message": f"venvls: {remark}"})
        self._said = frozenset(true)
