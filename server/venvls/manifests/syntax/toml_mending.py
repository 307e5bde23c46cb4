"""TOML text → values; where it does not parse, what of it does, and a sentence for a person about where it stops.

A half-typed file is the normal case in an editor. Fixing keeps every offset: characters are blanked or overwritten, never moved, so
that what is read from the fixed text is at the same place in the person's own.
"""

from __future__ import annotations

from venvls.manifests.syntax.toml_statements import Statement, cuts, innermost, statements, string_end
from venvls.model import toml
from venvls.model.hints import TYPE_CHECKING, Any
from venvls.model.manifest import Problem
from venvls.model.patterns import re
from venvls.model.record import NamedTuple
from venvls.model.text import Span, nth_line

if TYPE_CHECKING:
    from collections.abc import Iterator

LARGEST = 5_000_000
"""Longer texts (in characters) are not read: some 400,000 lines, for which the parser needs about four seconds."""
MEND_UP_TO = 100_000
"""Longer ones keep what is before the error: each try is one more parse."""
_ROUNDS = 4
_LONGEST_KEY = 1_000  # dots; the parser's time grows with their square
_PLACE = r"\(at line (\d+), column (\d+)\)$"
_HEADER_LINE = r"(?m)^\[\[?[ \t]*[A-Za-z][\w-]*(?:[ \t]*\.[ \t]*(?:[\w-]+|\"[^\"\n]*\"|'[^'\n]*'))*[ \t]*\]\]?[ \t]*\r?(?:#.*)?$"
_KEY = r"(?:[\w.-]+|\"[^\"\n]*\"|'[^'\n]*')"
_STATEMENT = rf"\s*{_KEY}[ \t]*="
_LONE_BRACKET = r"(?m)^[ \t]*([\[{])[ \t]*$"
_LONGEST_LINE, _MOST_QUOTES = 2_000, 60
_WORD = r"[^\s,\]}#]+|\S"
_VISIBLE = r"[^\r\n]"
_OPEN_ON_A_LINE = ("Illegal character '\\n'", "Found invalid character '\\n'")
_OPEN_TO_THE_END = 'Expected "\'" '

_SENTENCES = (
    ("key", "This key has too many parts."),
    ("nested", "Lists and tables are nested too deeply here."),
    ("Unclosed array", "A comma or the closing bracket of the list is missing here."),
    ("Unclosed inline table", "A comma or the closing brace is missing here."),
    ("Unterminated string", "This string has no closing quote."),
    ("Expected \"'", "This string has no closing quote."),
    *((words, "This string has no closing quote on its line.") for words in _OPEN_ON_A_LINE),
    ("Illegal character", "This character is not allowed in a TOML string."),
    ("Found invalid character", "This character is not allowed in a TOML file."),
    ("Expected '='", "A key needs `=` and a value after it."),
    ("Expected ']", "The closing bracket of this table's name is missing."),
    ("Expected newline", "Nothing more is allowed on this line: each statement needs its own line."),
    ("Cannot overwrite", "This key already has a value in its table."),
    ("Duplicate inline table key", "This key already has a value in its table."),
    ("Cannot declare", "This table is declared twice."),
    ("Cannot mutate", "This table is already complete, and nothing can be added to it."),
    ("Invalid value", "A value is missing here, or it is not a TOML value: text needs quotes."),
    ("Invalid statement", "This is neither a key with a value nor a table's name in brackets."),
    ("Invalid initial character for a key", "A key is expected here, in quotes if it has characters other than letters, digits, - and _."),
    ("Unescaped", "A backslash in a string needs one of b t n f r u U \" \\ after it; in single quotes it is a normal character."),
    ("Invalid hex", "\\u needs four hexadecimal digits, \\U needs eight."),
    ("Escaped character", "These digits are not the number of a character."),
    ("Exceeds the limit", "This number has too many digits."),
)  # fmt: skip
_WHOLE_STATEMENT = ("Cannot overwrite", "Cannot declare", "Cannot mutate", "Duplicate inline")
_STRINGS = ("Unterminated string", "Expected \"'", *_OPEN_ON_A_LINE)


class Fault(NamedTuple):
    """Why a text does not parse, in the parser's words, and the offset at which it gave up."""

    reason: str
    offset: int


class Reading(NamedTuple):
    """What was read: ``text`` is the source with what does not parse blanked; ``problem`` the first place where it does not; ``newer``
    the first place of a text that parses which TOML 1.0 does not allow."""

    value: dict[str, Any]
    text: str
    problem: Problem | None = None
    newer: Problem | None = None


def load(source: str) -> Reading:
    """What ``source`` says. Never raises; where it does not parse the reading has a ``problem``, and what is kept around it."""
    if len(source) > LARGEST:
        message = f"The file is too large to be read: {len(source):,} characters, the limit is {LARGEST:,}."
        return Reading({}, "", Problem("invalid-manifest", message, Span(0, min(len(source), _line_end(source, 0)))))
    text = " " + source[1:] if source.startswith("\ufeff") else source
    value = _attempt(text)
    if not isinstance(value, Fault):
        newer = toml.first_newer(text)
        return Reading(
            value, text, newer=Problem("invalid-manifest", f"{newer.what} is TOML 1.1.", newer.shown, True, True) if newer else None
        )
    kept, mended = _mend(text, value)
    return Reading(kept, mended, _problem(text, value))


def _attempt(text: str) -> dict[str, Any] | Fault:
    """The values of ``text``, or where it stops."""
    if text.count(".") > _LONGEST_KEY and (start := _long_key(text)) is not None:
        return Fault("key", start)
    try:
        value: dict[str, Any] = toml.loads(text)
    except RecursionError:
        return Fault("nested", _too_deep(text))
    except (ValueError, OverflowError) as error:
        reason = str(error)
        place = re.search(_PLACE, reason)
        if place is None:
            if reason.startswith(_OPEN_TO_THE_END) and (end := _line_end(text, text.rfind("'"))) < len(text):
                # No quote like it comes after it.
                return Fault(_OPEN_ON_A_LINE[0], end)
            return Fault(reason, _long_number(text) if reason.startswith("Exceeds") else len(text))
        return Fault(reason, min(len(text), nth_line(text, int(place[1])) + int(place[2]) - 1))
    return value


def _mend(text: str, fault: Fault) -> tuple[dict[str, Any], str]:
    """The values of as much of ``text`` as can be kept, and the text they were read from."""
    best, place = text, fault
    for _ in range(_ROUNDS if len(text) <= MEND_UP_TO else 0):
        further: tuple[int, str, Fault] | None = None
        for candidate in _candidates(best, place):
            result = _attempt(candidate)
            if not isinstance(result, Fault):
                return result, candidate
            if result.offset > place.offset and (further is None or result.offset > further[0]):
                further = (result.offset, candidate, result)
        if further is None:
            break
        _, best, place = further
    broken = _broken(best, place.offset)
    before = best[: broken.span.start] if broken else ""
    result = _attempt(before)
    return ({}, "") if isinstance(result, Fault) else (result, before)


def _broken(text: str, offset: int) -> Statement | None:
    """The statement in which parsing stopped: the first that is visibly unfinished, or else the last one that begins no later."""
    broken = None
    for statement in statements(text):
        if statement.span.start > offset:
            break
        broken = statement
        if not statement.closed:
            break
    return broken


def _candidates(text: str, fault: Fault) -> Iterator[str]:
    """Texts like ``text`` that may parse further, those that lose least first."""
    broken = _broken(text, fault.offset)
    if broken is None:
        return
    start, offset = broken.span.start, fault.offset
    tail = _tail(text, broken)
    if broken.value is not None and broken.value.start < offset and not fault.reason.startswith("Cannot"):
        head, line_end = _line_start(text, offset), _line_end(text, offset)
        is_header = re.compile(_HEADER_LINE).match(text, head) is not None
        # A table's name is no part of the value, though it begins with a bracket.
        opened = innermost(text, broken.value.start, min(tail, head if is_header else offset))
        if opened is not None:
            # A bracket that was just typed, and perhaps something in it, with the elements that were there before after it.
            opened_end = _line_end(text, opened)
            if not text[opened + 1 : opened_end].strip():
                yield text[:opened] + " " + text[opened + 1 :]
            elif opened > _line_end(text, start):
                yield text[:opened] + _blank(text[opened:opened_end]) + text[opened_end:]
        if offset >= tail:
            for lone in reversed([*re.compile(_LONE_BRACKET).finditer(text, _line_end(text, start), tail)]):
                # It took the closing bracket of what it is in.
                yield text[: lone.end(1) - 1] + " " + text[lone.end(1) :]
                break
            # What stops the parser is the next statement.
            yield from _closed(text, broken, tail, offset)
        if fault.reason.startswith("Unclosed") and offset < len(text) and text[offset - 1].isspace():
            yield text[: offset - 1] + "," + text[offset:]
        yield from _in_one_line(text, broken, offset)
        if head > broken.value.start and not is_header:
            blank = _blank(text[head:line_end])
            if fault.reason.startswith("Unclosed array") and blank:
                yield text[:head] + "," + blank[1:] + text[line_end:]
            yield text[:head] + blank + text[line_end:]
        if offset < tail:
            yield from _closed(text, broken, tail, offset)
    yield text[:start] + _blank(text[start:tail]) + text[tail:]


def _in_one_line(text: str, broken: Statement, offset: int) -> Iterator[str]:
    """A text without what was typed between the elements of a list in one line: a word, or a text whose quotes take those of the next."""
    start, end = broken.value.start if broken.value is not None else 0, _line_end(text, broken.span.start)
    line = text[start:end]
    if offset > end or line[:1] not in ("[", "{") or line.rstrip()[-1:] not in ("]", "}") or len(line) > _LONGEST_LINE:
        return
    quotes = [match.start() for match in re.finditer(r"[\"']", line)]
    if len(quotes) > _MOST_QUOTES:
        return
    at = offset - start
    typed = [(at, quote) for quote in quotes if quote > at >= 0][:1]
    pairs = [pair for ahead in (1, 2) for pair in zip(quotes, quotes[ahead:], strict=False)]
    for left, right in (*typed, *sorted(pairs, key=lambda pair: (pair[1] > at, abs(pair[0] - at)))):
        mended = line[:left] + " " * (right - left) + line[right:]
        if not isinstance(_attempt(f"a = {mended}"), Fault):
            yield text[:start] + mended + text[end:]
            return


def _closed(text: str, broken: Statement, tail: int, offset: int) -> Iterator[str]:
    """Texts in which a statement is closed before what comes after it, at its line's end first."""
    start = broken.span.start
    first_end = _line_end(text, start)
    # What is open on the line of a key is closed there where the next line is a statement again, as it is while somebody types.
    is_a_line = broken.kind == "pair" and first_end < tail and _begins_statement(text, first_end)
    if is_a_line and text[first_end:offset].strip():
        # A parser of TOML 1.1 takes such a statement for a part of the braces that were just opened; those inside are indented.
        is_a_line = text[start:first_end].rstrip().endswith("{")
    if is_a_line and text[start:first_end].rstrip().endswith("{"):
        is_a_line = _indent(text, first_end + 1) <= _indent(text, _line_start(text, start))
    for cut, closers in reversed(cuts(text, start if broken.value is None else broken.value.start, min(offset, tail))):
        if not isinstance(_attempt(text[start:cut] + closers), Fault):
            if is_a_line and len(closers) <= first_end - cut:
                yield text[:cut] + closers + _blank(text[cut + len(closers) : first_end]) + text[first_end:]
            if is_a_line:
                yield text[:start] + _blank(text[start:first_end]) + text[first_end:]
            # The line break before a following table has to stay.
            if len(closers) <= tail - cut - (text[tail - 1] == "\n"):
                yield text[:cut] + closers + _blank(text[cut + len(closers) : tail]) + text[tail:]
            if text[tail:].strip():
                yield text[:start] + _blank(text[start:tail]) + text[tail:]
            yield text[:cut] + closers
            break


def _indent(text: str, offset: int) -> int:
    """How many blanks the line that begins at ``offset`` begins with."""
    line = text[offset : _line_end(text, offset)]
    return len(line) - len(line.lstrip(" \t"))


def _begins_statement(text: str, offset: int) -> bool:
    """Whether what comes next is a table or a key with a value."""
    following = re.compile(_STATEMENT).match(text, offset) or re.compile(_HEADER_LINE).search(text, offset, _line_end(text, offset + 1))
    return following is not None


def _tail(text: str, broken: Statement) -> int:
    """Where the text makes sense again after a broken statement: its line's end; or the next table or key, where it is open or is one."""
    if broken.kind == "junk" or (broken.kind == "pair" and broken.line_end < len(text.rstrip())):
        return broken.line_end
    first_end = _line_end(text, broken.span.start)
    match = re.compile(_HEADER_LINE).search(text, first_end)
    end = match.start() if match else len(text)
    if broken.kind == "pair":
        # A key inside braces is mostly indented over the one that they are the value of.
        indent = broken.span.start - _line_start(text, broken.span.start)
        key = re.compile(rf"(?m)^[ \t]{{0,{indent}}}{_KEY}[ \t]*=(?!=)").search(text, first_end, end)
        end = key.start() if key else end
    return end


def _problem(text: str, fault: Fault) -> Problem:
    """The fault as a sentence, at the characters that a person has to look at."""
    broken = _broken(text, fault.offset)
    message = next((sentence for words, sentence in _SENTENCES if fault.reason.startswith(words)), "This is not valid TOML.")
    if broken is not None and broken.kind == "pair" and not broken.closed and not fault.reason.startswith(_STRINGS):
        head = _line_start(text, fault.offset)
        begins = f"The value that begins on line {text.count(chr(10), 0, broken.span.start) + 1} is not closed before"
        if broken.span.start < head and re.compile(_HEADER_LINE).match(text, head):
            return Problem("invalid-manifest", f"{begins} this table.", _line(text, head))
        if not text[fault.offset :].strip() and broken.value is not None and broken.value.start < broken.value.end:
            message = f"{begins} the file ends."
    return Problem("invalid-manifest", message, _place(text, fault, broken))


def _place(text: str, fault: Fault, broken: Statement | None) -> Span:
    """Which characters to underline: never none, where there are any."""
    offset = fault.offset
    if broken is not None and fault.reason.startswith(_WHOLE_STATEMENT):
        return Span(broken.key[0].span.start, broken.key[-1].span.end) if broken.key else broken.span
    if broken is not None and broken.value is not None and fault.reason.startswith(_STRINGS):
        opened = _open_string(text, broken.value, offset)
        if opened is not None:
            return Span(opened, opened + len(text[opened : _line_end(text, opened)].rstrip()))
    if offset < len(text) and text[offset] not in " \t\r\n":  # Python knows more blanks than TOML.
        word = re.compile(_WORD).match(text, offset)
        return Span(offset, word.end() if word else offset + 1)
    # It stops at a blank or at the end: what is before, on its line, is what is unfinished.
    end = len(text[:offset].rstrip())
    line = _line(text, _line_start(text, end))
    # Nothing is before it where the file begins with a carriage return alone.
    return Span(line.start, end) if line.start < end else line


def _line(text: str, start: int) -> Span:
    """The line that begins at ``start``, without the blanks around it."""
    line = text[start : _line_end(text, start)]
    # A line of nothing but blanks (TOML knows fewer of them than Python) is shown whole.
    return Span(start + len(line) - len(line.lstrip()), start + len(line.rstrip())) if line.strip() else Span(start, start + len(line))


def _blank(text: str) -> str:
    """As many blanks, line breaks kept."""
    return re.sub(_VISIBLE, " ", text)


def _open_string(text: str, value: Span, offset: int) -> int | None:
    """Where the string begins that is open at ``offset``."""
    position = value.start
    while position < min(offset, value.end):
        if text[position] in "\"'":
            end, closed = string_end(text, position)
            if not closed:
                return position
            position = end
        elif text[position] == "#":
            position = _line_end(text, position)
        else:
            position += 1
    return None


def _line_start(text: str, offset: int) -> int:
    """Where the line of ``offset`` begins."""
    return text.rfind("\n", 0, offset) + 1


def _line_end(text: str, offset: int) -> int:
    """Where the line of ``offset`` ends."""
    end = text.find("\n", offset)
    return len(text) if end < 0 else end


def _too_deep(text: str) -> int:
    """Where brackets are nested too deeply to be read."""
    depth = 0
    for match in re.finditer(r"[\[\]{}]", text):
        depth = depth + 1 if match[0] in "[{" else max(0, depth - 1)
        if depth > 100:
            return match.start()
    return 0


def _long_key(text: str) -> int | None:
    """Where something is that may be a dotted key of absurdly many parts."""
    if all(line.count(".") <= _LONGEST_KEY for line in text.split("\n")):
        return None
    dots, start = 0, 0
    for match in re.finditer(r"[\w\"'-][ \t]*\.|[^\w\-\"' \t.]", text):
        dots = dots + 1 if match[0][-1] == "." else 0
        start = start if dots else match.end()
        if dots > _LONGEST_KEY:
            return start
    return None


def _long_number(text: str) -> int:
    """Where the number with too many digits is."""
    return next((match.start() for match in re.finditer(r"[0-9_]+", text) if match.end() - match.start() > 4000), len(text))
