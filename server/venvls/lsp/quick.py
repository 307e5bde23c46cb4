"""The one message that comes by the thousand, taken apart by hand: a burst of changes is as long as one of them takes.

Only what is exactly as the protocol has it; for anything else ``None``, and lsprotocol says what is wrong with it.
"""

from __future__ import annotations

from typing import Any

from venvls.model.record import NamedTuple
from venvls.model.text import Position, Range


class Identifier(NamedTuple):
    """Which document, as which version."""

    version: int
    uri: str


class Change(NamedTuple):
    """A stretch of a text and what is written in its place."""

    range: Range
    text: str


class Changes(NamedTuple):
    """What lsprotocol's parameters of the same message have, without its checks of each field: they are made here."""

    text_document: Identifier
    content_changes: list[Change]


def plain_change(params: Any) -> Changes | None:
    """The parameters of a ``textDocument/didChange``."""
    try:
        document = params["textDocument"]
        uri, version = document["uri"], document["version"]
        changes = [_change(change) for change in params["contentChanges"]]
    except (KeyError, TypeError, ValueError):
        return None
    if type(uri) is not str or not _counts(version):
        return None
    return Changes(Identifier(version, uri), changes)


def _change(change: Any) -> Change:
    text, start, end = change["text"], change["range"]["start"], change["range"]["end"]
    places = (start["line"], start["character"], end["line"], end["character"])
    if type(text) is not str or not all(map(_counts, places)):
        raise ValueError
    return Change(Range(Position(places[0], places[1]), Position(places[2], places[3])), text)


def _counts(number: object) -> bool:
    return type(number) is int and 0 <= number < 2**31
