"""Messages for the editor as JSON, in which what a person reads is made visible: the one place that every message passes on its way out.

Data stays what it is: a path with an escape in it is another path, and a text edit writes what it writes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from venvls.model.visible import Exact, one_line, visible

_LINES = frozenset({"message", "lines"})
"""Fields for reading whose text may have lines."""
_FIELDS = frozenset({"title", "label", "detail", "description", "reason", "problem", "says", "name", "text"}) | _LINES
# In JSON of ASCII whatever is not simply printed is an escape. Hardly any message holds one.
_ESCAPE = re.compile(r"\\u|\\[rtbf]|\x7f|\\n")


def encoded(message: Any, plain: Callable[[Any], Any]) -> bytes:
    """A message as JSON. ``plain`` gives an object of the protocol's types as plain values."""
    # Ours are trees: nothing in them leads back to itself.
    body = json.dumps(message, default=plain, separators=(",", ":"), check_circular=False)
    if ("\\" in body or "\x7f" in body) and _ESCAPE.search(body):
        body = json.dumps(_shown(message, plain), separators=(",", ":"))
    return body.encode("ascii")


def _shown(value: Any, plain: Callable[[Any], Any], field: str = "") -> Any:
    if isinstance(value, str):
        if field not in _FIELDS or isinstance(value, Exact):
            return value
        return visible(value) if field in _LINES else one_line(value)
    if isinstance(value, dict):
        return {name: _shown(inner, plain, name if isinstance(name, str) else "") for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_shown(inner, plain, field) for inner in value]
    return value if value is None or isinstance(value, bool | int | float) else _shown(plain(value), plain, field)
