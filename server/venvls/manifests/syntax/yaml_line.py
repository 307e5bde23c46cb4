"""What the reader of YAML gives: lines, and the places that it did not understand."""

from __future__ import annotations

from venvls.model.hints import Literal
from venvls.model.record import NamedTuple
from venvls.model.text import Span


class Line(NamedTuple):
    """One key, or one text of a list. ``path`` are the keys above it (``""`` for a list inside a list); ``opens`` that it begins an
    element of a list.

    ``key`` is ``None`` for a text without one: an element, or the value of the key that ends ``path``. ``value`` is the text (``""``
    where it is in the lines below, or is empty) at ``span``, without quotes; ``None`` where it is written in a way that is not
    understood. ``place`` is where the key, or else the text, begins. ``goes_on`` says that the text of the line before goes on with
    ``value``, ``flow`` that it is in brackets or braces.
    """

    path: tuple[str, ...]
    opens: bool
    key: str | None
    value: str | None
    span: Span
    place: int = 0
    goes_on: bool = False
    flow: bool = False


class Fault(NamedTuple):
    """A place that was not understood. ``conflict``: the mark of a merge. ``invalid``: no YAML, or half-typed. ``unread``: YAML that is
    not read here; below ``key`` alone, where there is one. ``document``: where a second document begins, of which nothing is read.
    ``twice``: a key that was before. ``size``: a text that is too large, of which nothing is read."""

    kind: Literal["conflict", "invalid", "unread", "document", "twice", "size"]
    span: Span
    key: str | None = None
