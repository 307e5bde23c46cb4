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
    characters stand there as they are. ``under`` is the key inside the list that it stands below. Where its lines cannot be taken
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
        path, key = line.path, line.key
        if line.goes_on:
            self._go_on(line)
            return
        if not path:
            if key is None or line.opens:
                self.faults.append(Fault("unread", line.span))
                return
            span = self._key_span(line, key)
            if key in self._keys:
                self.faults.append(Fault("twice", span, key))
            self._keys.add(key)
            self.drafts.append(_Draft(key, span))
            if line.value and not self._is_null(line):
                self.drafts[-1].value = self._item(line, None)
            return
        draft = self.drafts[-1]
        if len(path) == 1:
            if not line.opens and not draft.in_list:
                if key is None and draft.value is None:
                    draft.value = self._item(line, None) if line.value and not self._is_null(line) else None
                else:
                    self._strange(line)
                return
            if line.opens and not draft.in_list:
                draft.in_list = True
                dash = self.source[self.source.rfind("\n", 0, line.place) + 1 : line.place]
                draft.dash = dash if dash.strip() == "-" else draft.dash
            draft.under = key
            if key is not None:
                draft.keys.append((key, self._key_span(line, key)))
            if line.value and not self._is_null(line):
                draft.items.append(self._item(line, key))
        elif len(path) == 2 and draft.in_list and path[1] == draft.under and key is None:
            if line.value and not self._is_null(line):
                draft.items.append(self._item(line, draft.under))
        else:
            self._strange(line)

    def _key_span(self, line: Line, key: str) -> Span:
        return Span(line.place, line.place + len(key) + (2 if self.source[line.place] in "'\"" else 0))

    def _is_null(self, line: Line) -> bool:
        return line.value in _NULL and self.source[line.span.start - 1] not in "'\""

    def _strange(self, line: Line) -> None:
        """Lists in lists, tables in tables, endless texts: more than texts. Noted once in a section."""
        if not self.drafts[-1].strange:
            self.drafts[-1].strange = True
            self.faults.append(Fault("unread", Span(line.place, max(line.span.end, line.place)), self.drafts[-1].key))

    def _item(self, line: Line, under: str | None) -> Item:
        source, span = self.source, line.span
        text = line.value or ""
        statement = span
        if not line.flow:
            begin = source.rfind("\n", 0, line.place) + 1
            if "-" in source[begin : line.place]:
                statement = Span(begin, source.find("\n", span.end) + 1 or len(source))
        return Item(text, span, statement, source[span.start : span.end] == text, under)

    def _go_on(self, line: Line) -> None:
        """One more line of the text before."""
        if not self.drafts:
            return
        draft = self.drafts[-1]
        last = draft.items[-1] if draft.items else draft.value
        if last is None or len(last.text) > _LONGEST:
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
