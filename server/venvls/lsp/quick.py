"""The one message that comes by the thousand, taken apart by hand: a burst of changes is as long as one of them takes.

Only what is exactly as the protocol has it; for anything else ``None``, and lsprotocol says what is wrong with it.
"""

from __future__ import annotations

from typing import Any

from lsprotocol import types


def plain_change(params: Any) -> types.DidChangeTextDocumentParams | None:
    """The parameters of a ``textDocument/didChange``."""
    try:
        document = params["textDocument"]
        uri, version = document["uri"], document["version"]
        changes = [_change(change) for change in params["contentChanges"]]
    except (KeyError, TypeError, ValueError):
        return None
    if type(uri) is not str or not _counts(version):
        return None
    return types.DidChangeTextDocumentParams(types.VersionedTextDocumentIdentifier(version, uri), changes)


def _change(change: Any) -> types.TextDocumentContentChangePartial:
    text, start, end = change["text"], change["range"]["start"], change["range"]["end"]
    places = (start["line"], start["character"], end["line"], end["character"])
    if type(text) is not str or not all(map(_counts, places)):
        raise ValueError
    return types.TextDocumentContentChangePartial(
        range=types.Range(types.Position(places[0], places[1]), types.Position(places[2], places[3])), text=text
    )


def _counts(number: object) -> bool:
    return type(number) is int and 0 <= number < 2**31
