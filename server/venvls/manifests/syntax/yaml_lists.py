"""The part of YAML that people write lists of packages in: keys, and lists of text below them, with the place of every text.

The lines come from :mod:`~venvls.manifests.syntax.yaml_blocks`; here they are put into sections. What is not understood is noted in
``faults`` and in the section's ``strange``: then there may be more than is known.
"""

from __future__ import annotations

import re

from venvls.manifests.syntax.yaml_blocks import lines
from venvls.manifests.syntax.yaml_line import Fault, Line
from venvls.model.record import NamedTuple
from venvls.model.text import Span

MAX_CHARACTERS = 1_000_000
_LONGEST = 10_000
_NULL = frozenset(("~", "null", "Null", "NULL"))


class Item(NamedTuple):
    """One text of a list, or of a key: what it says, where (without quotes), and the lines that go with it. ``exact`` says that the
    characters are there as they are. ``under`` is the key inside the list that it is below. Where its lines cannot be taken
    out by themselves, ``statement`` is ``span``."""

    text: str
    span: Span
    statement: Span
    exact: bool = True
    under: str | None = None


class Section(NamedTuple):
    """One key of the outermost mapping: its own text, or the items of its list; ``keys`` are those inside the list, with their places.
    ``strange`` says that something in it was not understood."""

    key: str
    key_span: Span
    value: Item | None
    items: tuple[Item, ...]
    strange: bool
    dash: str = "  - "
    keys: tuple[tuple[str, Span], ...] = ()


class Lists(NamedTuple):
    """A whole file: its sections in order, and what was not understood, in order."""

    sections: tuple[Section, ...]
    faults: tuple[Fault, ...]


def read(source: str) -> Lists:
    """The keys of the outermost mapping. Of a second document nothing is read. Never raises."""
    if len(source) > MAX_CHARACTERS:
        return Lists((), (Fault("size", Span(0, 0)),))
    if "\r" in source:
        source = re.sub(r"\r(?!\n)", "\n", source)
    reading = _Reading(source)
    for line in lines(source, reading.faults):
        reading.take(line)
    faults = tuple(sorted(reading.faults, key=lambda fault: fault.span))
    everywhere = any(fault.key is None for fault in faults)
    strange = {fault.key for fault in faults}
    sections = tuple(draft.section(strange=everywhere or draft.key in strange) for draft in reading.drafts)
    return Lists(sections, faults)


class _Draft:
    """A section that is being read."""

    def __init__(self, key: str, key_span: Span) -> None:
        self.key = key
        self.key_span = key_span
        self.value: Item | None = None
        self.items: list[Item] = []
        self.dash = "  - "
        self.keys: list[tuple[str, Span]] = []
        self.under: str | None = None
        self.strange = False
        self.in_list = False

    def section(self, *, strange: bool) -> Section:
        """What was read."""
        return Section(self.key, self.key_span, self.value, tuple(self.items), strange, self.dash, tuple(self.keys))


class _Reading:
    """Sections as their lines come."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.drafts: list[_Draft] = []
        self.faults: list[Fault] = []
        self._keys: set[str] = set()

    def take(self, line: Line) -> None:
        """Takes one line."""
        path, opens, key, value, span, place, goes_on, flow = line
        if goes_on:
            self._go_on(line)
            return
        item = None
        if value and not (value in _NULL and self.source[span.start - 1] not in "'\""):
            item = self._item(value, span, place, flow=flow, under=key if len(path) == 1 else path[-1] if path else None)
        if not path:
            self._top(line, item)
            return
        if not self.drafts:
            # Inside of a list that is no key's, at the very beginning.
            self.faults.append(Fault("unread", line.span))
            return
        draft = self.drafts[-1]
        if len(path) == 1:
            if not draft.in_list:
                if not opens:
                    if key is None and draft.value is None:
                        draft.value = item
                    else:
                        self._strange(line)
                    return
                draft.in_list = True
                dash = self.source[self.source.rfind("\n", 0, place) + 1 : place]
                draft.dash = dash if dash.strip() == "-" else draft.dash
            draft.under = key
            if key is not None:
                draft.keys.append((key, self._key_span(line, key)))
            if item is not None:
                draft.items.append(item)
        elif len(path) == 2 and draft.in_list and path[1] == draft.under and key is None:
            if item is not None:
                draft.items.append(item)
        else:
            self._strange(line)

    def _top(self, line: Line, item: Item | None) -> None:
        """A key of the outermost mapping."""
        key = line.key
        if key is None or line.opens:
            self.faults.append(Fault("unread", line.span))
            return
        span = self._key_span(line, key)
        if key in self._keys:
            self.faults.append(Fault("twice", span, key))
        self._keys.add(key)
        self.drafts.append(_Draft(key, span))
        self.drafts[-1].value = item

    def _key_span(self, line: Line, key: str) -> Span:
        return Span(line.place, line.place + len(key) + (2 if self.source[line.place] in "'\"" else 0))

    def _strange(self, line: Line) -> None:
        """Lists in lists, tables in tables, endless texts: more than texts. Noted once in a section."""
        if not self.drafts[-1].strange:
            self.drafts[-1].strange = True
            self.faults.append(Fault("unread", Span(line.place, max(line.span.end, line.place)), self.drafts[-1].key))

    def _item(self, text: str, span: Span, place: int, *, flow: bool, under: str | None = None) -> Item:
        source = self.source
        statement = span
        if not flow:
            begin = source.rfind("\n", 0, place) + 1
            if "-" in source[begin:place]:
                statement = Span(begin, source.find("\n", span.end) + 1 or len(source))
        return Item(text, span, statement, source[span.start : span.end] == text, under)

    def _go_on(self, line: Line) -> None:
        """One more line of the text before."""
        if not self.drafts:
            return
        draft = self.drafts[-1]
        last = draft.items[-1] if draft.items else draft.value
        if last is None or len(last.text) > _LONGEST or self.source[last.span.end : line.place].strip():
            self._strange(line)
            return
        statement = last.statement
        if statement != last.span:
            statement = Span(statement.start, self.source.find("\n", line.span.end) + 1 or len(self.source))
        else:
            statement = Span(last.span.start, line.span.end)
        whole = Item(f"{last.text}{line.value}", Span(last.span.start, line.span.end), statement, False, last.under)
        if draft.items:
            draft.items[-1] = whole
        else:
            draft.value = whole
