"""YAML a line at a time, with the place of every value: linear, fast, and a half-typed line takes no other with it.

Block mappings and lists, texts plain, in quotes and in blocks, on one line or on several, lists and tables in brackets, one document.
What is written in another way (aliases, tags, keys with ``?``) and what is no YAML is noted in ``faults``, and who reads decides: with a
fault there may be more in the file than is known. Without one the lines are those of a whole YAML parser; tested against one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from venvls.manifests.syntax import yaml_flow
from venvls.manifests.syntax.yaml_line import Fault, Line
from venvls.manifests.syntax.yaml_scalars import block, quoted
from venvls.model.text import Span

_PLAIN_KEY = r"(?:[^\s'\"#&*!|>%@`{}\[\],?:<=-]|[?:](?=\S)|-(?=[^\s-]))[^:#\r\n]*(?:(?::(?=\S)|(?<=\S)#)[^:#\r\n]*)*"
_KEY = rf"\"(?:[^\"\\\r\n]|\\.)*\"[ \t]*|'(?:[^'\r\n]|'')*'[ \t]*|{_PLAIN_KEY}"
_LINE = (
    r"( *)((?:-[ \t]+)*(?:-(?=\r?\n|\Z))?)"
    rf"(?:(?=[^:\r\n]*:)({_KEY}):(?:[ \t]+|(?=\r?\n|\Z)))?"
    r"([^\r\n]*)(?:\r?\n|\Z)"
)
_SINGLE = r"'((?:[^']|'')*)'[ \t]*(?:#[^\n]*?)?\r?$"
_DOUBLE = r"\"((?:[^\"\\]|\\.)*)\"[ \t]*(?:#[^\n]*?)?\r?$"
_SIGNS = frozenset("'\"&*!|>%@`{}[]?,#:-")
_CONFLICT = r"(?:<{7}|={7}|>{7}|\|{7})(?:[ \t]|$)"
_SEPARATORS = "\x85\u2028\u2029"
_DEEPEST = 40


def lines(source: str, faults: list[Fault] | None = None) -> Iterator[Line]:
    """The lines of ``source`` that say something; puts what is not understood into ``faults``. Never raises."""
    if "\r" in source:
        source = re.sub(r"\r(?!\n)", "\n", source)
    return _Reading(source, [] if faults is None else faults).lines()


class _Reading:
    """One text that is being read. ``effort`` is how many characters may still be looked at in vain, so that nothing takes longer
    than the text is long."""

    def __init__(self, source: str, faults: list[Fault]) -> None:
        self.source = source
        self.faults = faults
        self.effort = 4 * len(source) + 10_000
        self._after_fault = -1
        self._conflict = False

    def lines(self) -> Iterator[Line]:
        """The lines.

        A mapping at column c has the rank 2c, a list 2c + 1: so a list may be at its key's own column, and a key at a list's column
        ends the list. ``ranks`` and ``paths`` are those of what is open; ``opened`` is the path below a key, or dash, whose value has
        not come yet; ``running`` that of a plain text that may go on in the next line.
        """
        source, faults = self.source, self.faults
        pattern = re.compile(_LINE)
        ranks: list[int] = [-2]
        paths: list[tuple[str, ...]] = [()]
        top = -2
        path: tuple[str, ...] = ()
        opened: tuple[str, ...] | None = ()
        running: tuple[str, ...] | None = None
        fresh = spent = started = False
        position: int | None = 1 if source.startswith("\ufeff") else 0
        for separator in _SEPARATORS:
            if separator in source:
                where = source.index(separator)
                faults.append(Fault("unread", Span(where, where + 1)))
        while position is not None:
            begun, position = position, None
            for match in pattern.finditer(source, begun):
                lead, dash, key, value = match.groups()
                if key is None and not dash:
                    content = value.lstrip(" \t")
                    if not content:
                        continue
                    if content[0] == "#":
                        running = None
                        continue
                    begin = match.start(4)
                    if not lead:
                        mark = re.match(r"(?:---|\.\.\.)(?=[ \t]|$)", value)
                        if mark is not None and started:
                            self._rest(match.start() if value[0] == "-" else match.end())
                            return
                        if mark is not None and value[0] == ".":
                            continue
                        if value[0] == "%" and not started:
                            continue
                        if mark is not None:
                            started = True
                            begin += len(value) - len(value[3:].lstrip(" \t"))
                            value = source[begin : match.end(4)]
                            if not value or value[0] == "#":
                                continue
                            if re.match(rf"(?:{_KEY}):(?:[ \t]|$)|-[ \t]", value):
                                self._fault("invalid", match, None)
                                continue
                    started = True
                    deeper = 2 * len(lead) > top and value[0] != "\t"
                    if deeper and running is None and opened is not None and not spent and (top >= 0 or value[0] in "[{"):
                        given, stop, pending = self._value(match, begin, top >> 1, opened, opens=fresh, key=None, place=begin)
                        if pending is None:
                            continue
                        yield from given
                        # What is below may be what was meant, where this is half a word: it is still taken, and the fault noted.
                        running, spent = (opened if pending else None), bool(given) and given[-1].value is not None
                        if stop:
                            position = stop
                            break
                    elif deeper and running is not None:
                        cut = re.search(r"[ \t]#", value)
                        text = (value[: cut.start()] if cut else value).rstrip(" \t")
                        if re.search(r":(?:[ \t]|$)", text):
                            self._fault("invalid", match, path)
                            running = None
                            continue
                        between = self._empty_before(match.start())
                        yield Line(running, False, None, ("\n" * between or " ") + text, Span(begin, begin + len(text)), begin, True)
                        if cut:
                            running = None
                    else:
                        self._fault("invalid", match, path)
                    continue
                started = True
                column = len(lead)
                if dash:
                    rank, inner = 2 * column + 1, 2 * (column + len(dash))
                    if len(dash) > 2 and dash.count("-") > 1:
                        if spent and rank > top:
                            self._fault("invalid", match, path)
                        nested = self._lists(dash, column, ranks, paths, (*opened, "") if opened is not None and fresh else opened)
                        if nested is None:
                            self._fault("invalid", match, path)
                            running = None
                            continue
                        rank = top = nested
                        path = paths[-1]
                        opened = None
                    place = match.start(3 if key is not None else 4)
                    same = key is not None and top == inner and ranks[-2] == rank
                else:
                    rank, inner, place, same = 2 * column, -1, match.start(3), False
                opens = dash != ""
                if rank != top and not same:
                    if rank > top:
                        if opened is None or spent:
                            self._fault("invalid", match, path)
                            running = None
                        if opened is None:
                            continue
                        ranks.append(rank)
                        paths.append((*opened, "") if dash and fresh else opened)
                        opens = opens or fresh
                        fresh = False
                    else:
                        depth = len(ranks) - 1
                        while ranks[depth] > rank:
                            depth -= 1
                        if ranks[depth] != rank:
                            self._fault("invalid", match, path)
                            running = None
                            continue
                        del ranks[depth + 1 :]
                        del paths[depth + 1 :]
                    top = rank
                    path = paths[-1]
                if key is None:
                    if not value:
                        opened, fresh, spent, running = path, True, False, None
                        continue
                else:
                    if dash and not same:
                        ranks.append(inner)
                        paths.append(path)
                        top = inner
                    if key[0] in "'\"":
                        name = quoted(key.rstrip(" \t")[1:-1], key[0])
                        if name is None:
                            self._fault("unread", match, path)
                            running = opened = None
                            continue
                        key = name
                    elif key[-1] in " \t":
                        key = key.rstrip(" \t")
                    if not value:
                        yield Line(path, opens, key, "", Span(match.end(4), match.end(4)), place)
                        opened, fresh, spent, running = (*path, key), False, False, None
                        continue
                first = value[0]
                begin = match.start(4)
                if first not in _SIGNS:
                    running = path
                    if "#" in value and (cut := re.search(r"[ \t]#", value)):
                        value = value[: cut.start()]
                        running = None
                    value = value.rstrip(" \t")
                    span = Span(begin, begin + len(value))
                    if ": " in value or value[-1] == ":" or ":\t" in value:
                        self._fault("invalid", match, path)
                        yield Line(path, opens, key, None, span, place)
                        running = None
                        opened, fresh, spent = (None if key is None else (*path, key)), False, False
                        continue
                    yield Line(path, opens, key, value, span, place)
                    opened = None
                    continue
                if (first == "'" or first == '"') and value[-1] == first and value.count(first) == 2 and "\\" not in value:
                    yield Line(path, opens, key, value[1:-1], Span(begin + 1, begin + len(value) - 1), place)
                    opened = running = None
                    continue
                if value == "[]" or value == "{}":
                    yield Line(path, opens, key, "", Span(begin, begin + 2), place)
                    opened = running = None
                    continue
                owner = (inner if dash and key is not None else rank) >> 1
                given, stop, pending = self._value(match, begin, owner, path, opens=opens, key=key, place=place)
                yield from given
                running = path if pending else None
                opened = None
                if pending is None or (key is not None and given[-1].value is None):
                    # Below half a value a list may stand as well: the fault is noted.
                    opened, fresh = (path, True) if key is None else ((*path, key), False)
                    spent = False
                if stop:
                    position = stop
                    break

    def _value(
        self, match: re.Match[str], begin: int, limit: int, path: tuple[str, ...], *, opens: bool, key: str | None, place: int
    ) -> tuple[list[Line], int, bool | None]:
        """A value that is no simple text: its lines; where the next line begins, where it takes several; and whether it is a plain text
        that may go on, or none at all yet (``None``). ``limit`` is its owner's column."""
        source, line_end = self.source, match.end(4)
        own = key if key is not None and not path else None
        tagged = False
        while (sign := re.compile(r"(?:&[^\s,\[\]{}]+|!\S*)(?:[ \t]+|$)").match(source, begin, line_end)) is not None:
            tagged = tagged or source[begin] == "!"
            begin = sign.end()
        if tagged:
            self._fault("unread", match, path, own)
        text = source[begin:line_end].rstrip(" \t")
        first = text[:1]
        if first in ("", "#"):
            span = Span(line_end, line_end)
            return ([Line(path, opens, key, "", span, place)] if key is not None else []), 0, None
        strange = [Line(path, opens, key, None, Span(begin, begin + len(text)), place)]
        if first in "'\"":
            return self._quoted(match, begin, limit, strange[0], own)
        if first in "[{":
            return self._flow(match, begin, limit, strange[0])
        if first in "|>":
            header = re.fullmatch(r"[|>](?:[+-]?[1-9]?|[1-9][+-])[ \t]*(?:(?<=[ \t])#.*)?", text)
            if header is None:
                self._fault("invalid", match, path)
                return strange, 0, False
            value, start, finish, stop = block(source, text, match.end(), limit)
            if value is None:
                self._fault("unread", match, path, own)
            return [strange[0]._replace(value=value, span=Span(start, finish))], stop, False
        if first == "*" or (first == "?" and text[1:2] in ("", " ", "\t")):
            self._fault("unread", match, path, own)
            return strange, 0, False
        if first in "%@`,]}*" or (first in ":-" and text[1:2] in ("", " ", "\t")):
            self._fault("invalid", match, path)
            return strange, 0, False
        cut = re.search(r"[ \t]#", text)
        text = (text[: cut.start()] if cut else text).rstrip(" \t")
        if re.search(r":(?:[ \t]|$)", text):
            self._fault("invalid", match, path)
            return strange, 0, False
        return [strange[0]._replace(value=text, span=Span(begin, begin + len(text)))], 0, cut is None

    def _quoted(self, match: re.Match[str], begin: int, limit: int, line: Line, own: str | None) -> tuple[list[Line], int, bool]:
        """A text in quotes, on this line or going on below."""
        source, quote = self.source, self.source[begin]
        pattern = re.compile(_SINGLE if quote == "'" else _DOUBLE, re.MULTILINE | re.DOTALL)
        whole = pattern.match(source, begin, match.end(4))
        stop = 0
        if whole is None and (end := self._region(match.end(4), limit)) > match.end(4):
            whole = pattern.match(source, begin, end)
            self.effort -= end - begin if whole is None else 0
            if whole is not None:
                stop = source.find("\n", whole.end()) + 1 or len(source)
        if whole is None:
            self._fault("invalid", match, line.path)
            return [line], 0, False
        value = quoted(whole[1], quote)
        if value is None:
            self._fault("unread", match, line.path, own)
        return [line._replace(value=value, span=Span(begin + 1, whole.end(1)))], stop, False

    def _flow(self, match: re.Match[str], begin: int, limit: int, line: Line) -> tuple[list[Line], int, bool]:
        """A list or table in brackets, on this line or going on below."""
        source = self.source
        is_list = source[begin] == "["
        if line.key is not None:
            path, opens = (*line.path, line.key), False
        else:
            element = line.opens
            path, opens = ((*line.path, "") if is_list and element else line.path), element
        whole = yaml_flow.read(source, begin, match.end(4), path, opens=opens)
        if whole is None and (end := self._region(match.end(4), limit)) > match.end(4):
            whole = yaml_flow.read(source, begin, end, path, opens=opens)
            self.effort -= end - begin if whole is None else 0
        tail = re.compile(r"[ \t]*(?:#[^\n]*?)?(?:\r?\n|\Z)").match(source, whole[1]) if whole is not None else None
        if whole is None or tail is None:
            self._fault("invalid", match, line.path)
            return [line], 0, False
        given, finish, understood = whole
        if not understood:
            self._fault("unread", match, line.path, line.key if not line.path else None)
        if line.key is not None or (opens and not given):
            given.insert(0, line._replace(value="", span=Span(begin, finish)))
        return given, tail.end() if finish > match.end(4) else 0, False

    def _region(self, start: int, limit: int) -> int:
        """Where the lines end that may go on with a text or bracket which the line that ends at ``start`` began: those that are deeper
        than ``limit``, and those that only close."""
        if self.effort <= 0:
            return start
        deeper = rf" {{{limit + 1},}}(?![ \t\r\n]|-[ \t\r\n]|-\Z)" if limit >= 0 else r" *(?![ \t\r\n]|-[ \t\r\n]|-\Z)"
        marks = r"(?!(?:---|\.\.\.|<{7}|={7}|>{7}|\|{7})[ \t\r\n])"
        match = re.compile(rf"(?:\r?\n(?:{marks}{deeper}[^\n]*(?<!\r)|[ \t]*(?=\r?\n|\Z)|[ \t]*[\]}}][^\r\n]*))*").match(self.source, start)
        return match.end() if match else start

    def _lists(self, dash: str, column: int, ranks: list[int], paths: list[tuple[str, ...]], opened: tuple[str, ...] | None) -> int | None:
        """Takes lists that begin inside a list, on one line; the rank of the innermost, or ``None`` where there is no place for them."""
        offsets = [place.start() for place in re.finditer("-", dash)]
        rank = 2 * column + 1
        if len(offsets) > _DEEPEST:
            return None
        if rank > ranks[-1]:
            if opened is None:
                return None
            ranks.append(rank)
            paths.append(opened)
        else:
            depth = len(ranks) - 1
            while ranks[depth] > rank:
                depth -= 1
            if ranks[depth] != rank:
                return None
            del ranks[depth + 1 :]
            del paths[depth + 1 :]
        for offset in offsets[1:]:
            ranks.append(2 * (column + offset) + 1)
            paths.append((*paths[-1], ""))
        return ranks[-1]

    def _rest(self, start: int) -> None:
        """Notes what follows a document's end."""
        more = re.compile(r"(?:[ \t]*(?:#[^\n]*)?\n)*[ \t]*(?:#[^\n]*\Z)?").match(self.source, start)
        begin = more.end() if more else start
        if begin < len(self.source) and not re.compile(r"\.\.\.\s*\Z").match(self.source, begin):
            end = self.source.find("\n", begin)
            self.faults.append(Fault("document", Span(begin, end if end >= 0 else len(self.source))))

    def _empty_before(self, start: int) -> int:
        """How many empty lines stand right before."""
        count = 0
        while True:
            before = self.source.rfind("\n", 0, max(0, start - 1)) + 1
            if start == 0 or self.source[before:start].strip():
                return count
            count, start = count + 1, before

    def _fault(self, kind: str, match: re.Match[str], path: tuple[str, ...] | None, own: str | None = None) -> None:
        """Notes the line, once for lines that follow each other; a mark of a merge as what it is, once for each merge."""
        text = self.source[match.start() : match.end(4)].rstrip()
        span = Span(match.start() + len(text) - len(text.lstrip()), match.start() + len(text))
        follows = self._after_fault == match.start()
        self._after_fault = match.end()
        if re.match(_CONFLICT, text):
            if text[0] == "<" or not self._conflict:
                self.faults.append(Fault("conflict", span))
            self._conflict = text[0] != ">"
        elif kind == "invalid":
            if not follows:
                self.faults.append(Fault("invalid", span))
        else:
            self.faults.append(Fault("unread", span, path[0] if path else own))
