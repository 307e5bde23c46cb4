"""The language server: a session behind the protocol, and the list of what it answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import venvls
from venvls.lsp.features import FEATURES, handler
from venvls.lsp.greeting import Greeting
from venvls.lsp.runtime import Runtime
from venvls.lsp.session import Session

if TYPE_CHECKING:
    from venvls.services import Services


class Server(Runtime):
    """The server of one editor. ``services`` is called on the worker's thread, after the editor was answered."""

    def __init__(self, services: Callable[[], Services]) -> None:
        super().__init__("venvls", venvls.__version__)
        self.session = Session(self.protocol, services)
        self.closing.append(self.session.close)
        for method, place in FEATURES:
            self.feature(method)(self._heard(handler(place)))

    def greeted(self, greeting: Greeting) -> None:
        """As :meth:`Runtime.greeted`, and what the editor can do and has open is known from here on."""
        super().greeted(greeting)
        self.session.greeted(greeting)

    def _heard(self, handle: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
        def call(ls: Any, params: Any) -> Any:
            self.session.heard()
            return handle(ls, params)

        return call
