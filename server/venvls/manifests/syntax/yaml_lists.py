"""The part of YAML that people write lists of packages in: keys, and lists of text below them, with the place of every text.

Block lists, lists in brackets on one line, lists below a key inside a list (``- pip:``), quotes, comments. What is written in another way
(anchors, tags, blocks of text, several lines in brackets) is left out and noted in ``strange``: then there may be more than is known.
A line at a time, so that a half-typed line takes no other with it. Tested against a whole YAML parser.
"""

from __future__ import annotations

import re

from venvls.model.record import NamedTuple
from venvls.model.text import Span

MAX_CHARACTERS = 1_000_000
_LINE = r"[^\r\n]*(?:\r\n|\n|\r|$)"
_KEY = r"([A-Za-z0-9_][^\s:#,\[\]{}'\"]*|'[^']*'|\"[^\"\\]*\")[ \t]*:(?:[ \t]+|$)"
_NOT_PLAIN = "&*!|>%@`{}[]?,#:"


class Item(NamedTuple):
    """One text of a list, or of a key: what it says, where (without quotes), and the lines that go with it. ``exact`` says that the
    characters are there as they are. ``under`` is the key inside the list that it is below."""

    text: str
    span: Span
    statement: Span
    exact: bool = True
    under: str | None = None


class Section(NamedTuple):
    """One key at the left margin: its own text, or the items of its list. ``strange`` says that something in it was not understood."""

    key: str
    key_span: Span
    value: Item | None
    items: tuple[Item, ...]
    strange: bool
    dash: str = "  - "


def read(source: str) -> tuple[Section, ...]:
    """The keys at the left margin, in the file's order. Of a second document nothing is read. Never raises."""
    reading = _Reading(source)
    if len(source) > MAX_CHARACTERS:
        return ()
    at = 1 if source[:1] == "\ufeff" else 0
    pattern = re.compile(_LINE)
    while at < len(source):
        match = pattern.match(source, at)
        end = match.end() if match else len(source)
        if not reading.line(at, end):
            break
        at = end
    reading.close()
    return tuple(reading.sections)


class _Reading:
    """Where the reading is: the open key, its list's indentation, and the key inside the list that is open."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.sections: list[Section] = []
        self._key: tuple[str, Span] | None = None
        self._value: Item | None = None
        self._items: list[Item] = []
        self._strange = False
        self._dash: int | None = None
        self._under: str | None = None
        self._under_column = 0
        self._under_dash: int | None = None
        self._written_dash = "  - "
        self._started = False

    def close(self) -> None:
        """Ends the open key."""
        if self._key is not None:
            self.sections.append(Section(*self._key, self._value, tuple(self._items), self._strange, self._written_dash))
        self._key = self._value = None
        self._items, self._strange, self._dash, self._under = [], False, None, None
        self._written_dash = "  - "

    def line(self, start: int, end: int) -> bool:
        """Takes one line; false where the document ends."""
        content = self.source[start:end].rstrip("\r\n")
        text = content.lstrip(" ")
        lead = len(content) - len(text)
        if not text.strip() or text[0] == "#":
            return True
        if lead == 0 and re.match(r"(?:---|\.\.\.)(?:\s|$)", text):
            return text[0] != "." and not self._started
        self._started = True
        if text[0] == "\t":
            self._strange = True
            return True
        if text == "-" or text.startswith(("- ", "-\t")):
            self._item(start + lead, lead, text, Span(start, end))
        elif lead == 0:
            self._top(start, text, Span(start, end))
        elif self._under is not None and lead == self._under_column and (match := re.match(_KEY, text)):
            # One more key in the same element of the list.
            self._open(match[1].strip("'\""), lead)
        else:
            # What goes on in another line, or is nested in a way that says nothing here.
            self._strange = True
        return True

    def _top(self, at: int, text: str, statement: Span) -> None:
        self.close()
        match = re.match(_KEY, text)
        if match is None:
            return
        name = match[1]
        self._key = (name.strip("'\""), Span(at, at + len(name)))
        self._values(at + match.end(), text[match.end() :], statement, None, listed=False)

    def _item(self, at: int, lead: int, text: str, statement: Span) -> None:
        if self._key is None:
            return
        content = text[1:].lstrip(" \t")
        column = lead + len(text) - len(content)
        start = at + len(text) - len(content)
        if self._under is not None and lead >= self._under_column:
            if self._under_dash not in (None, lead):
                self._strange = True
                return
            self._under_dash = lead
            self._values(start, content, statement, self._under, listed=True)
            return
        if self._dash not in (None, lead) or self._value is not None:
            self._strange = True
            return
        if self._dash is None:
            self._written_dash = " " * lead + text[: len(text) - len(content)]
        self._dash, self._under = lead, None
        match = re.match(_KEY, content)
        if match is None:
            self._values(start, content, statement, None, listed=True)
            return
        self._open(match[1].strip("'\""), column)
        rest = content[match.end() :]
        if rest and not rest.startswith("#"):
            self._values(start + match.end(), rest, statement, self._under, listed=True)

    def _open(self, key: str, column: int) -> None:
        self._under, self._under_column, self._under_dash = key, column, None

    def _values(self, at: int, text: str, statement: Span, under: str | None, *, listed: bool) -> None:
        """Notes what is behind a dash or a key: one text, or several in brackets."""
        text = text.rstrip(" \t")
        if not text or text[0] == "#":
            return
        if text[0] == "[":
            self._bracketed(at, text, statement, under)
            return
        found = _scalar(text, "")
        if found is None or found[3]:
            self._strange = True
            return
        value, begin, finish, _, exact = found
        item = Item(value, Span(at + begin, at + finish), statement, exact, under)
        if listed:
            self._items.append(item)
        else:
            self._value = item

    def _bracketed(self, at: int, text: str, statement: Span, under: str | None) -> None:
        place = 1
        while True:
            rest = text[place:]
            blank = len(rest) - len(rest.lstrip(" \t"))
            place += blank
            if place >= len(text):
                self._strange = True
                return
            if text[place] == "]":
                tail = text[place + 1 :].strip()
                self._strange = self._strange or (bool(tail) and not tail.startswith("#"))
                return
            found = _scalar(text[place:], ",]")
            if found is None:
                self._strange = True
                return
            value, begin, finish, _, exact = found
            span = Span(at + place + begin, at + place + finish)
            if value:
                self._items.append(Item(value, span, span, exact, under))
            place += finish + (text[place] in ("'", '"'))
            after = text[place:].lstrip(" \t")
            place = len(text) - len(after)
            if after[:1] == ",":
                place += 1
            elif after[:1] != "]":
                self._strange = True
                return


def _scalar(text: str, ends: str) -> tuple[str, int, int, str, bool] | None:
    """One text at the start: its value, where its characters begin and end, what follows it (no comment), and whether they are exact.

    ``ends`` are characters that end a text without quotes. ``None`` where it is something else.
    """
    if text[0] == "'":
        return _quoted(text, "'")
    if text[0] == '"':
        return _quoted(text, '"')
    if text[0] in _NOT_PLAIN and not (text[0] in ":?" and len(text) > 1 and text[1] not in " \t"):
        return None
    end = len(text)
    for at, sign in enumerate(text):
        if (sign == "#" and at and text[at - 1] in " \t") or sign in ends or (ends and sign in "[{}"):
            if sign in "[{}":
                return None
            end = at
            break
        if sign == ":" and (at + 1 == len(text) or text[at + 1] in " \t"):
            return None  # a mapping
    value = text[:end].rstrip(" \t")
    return value, 0, len(value), "", True


def _quoted(text: str, quote: str) -> tuple[str, int, int, str, bool] | None:
    at = 1
    while at < len(text):
        if quote == '"' and text[at] == "\\":
            at += 2
            continue
        if text[at] == quote:
            if quote == "'" and text[at + 1 : at + 2] == "'":
                at += 2
                continue
            break
        at += 1
    if at >= len(text):
        return None
    inner = text[1:at]
    rest = text[at + 1 :].strip(" \t")
    after = "" if not rest or rest.startswith("#") else rest
    if quote == "'":
        return inner.replace("''", "'"), 1, at, after, "''" not in inner
    if "\\" in inner:
        return None
    return inner, 1, at, after, True
