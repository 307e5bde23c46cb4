"""A line of a POSIX shell → its simple commands, as far as they can be known without running anything.

On doubt there is no answer: a line with a substitution, a group in braces, a ``case`` or an open quote is not taken apart. A word that
has a variable in it is ``None``: it is there, and nobody knows what it is. What a here-document says is data, and left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from venvls.model.record import NamedTuple

Word = str | None
_MOST = 100_000
_OPERATORS = ("&&", "||", "|&", ";;", "&>>", "&>", ";", "|", "&", "\n")
_DOUBTFUL = frozenset({"case", "function", "{", "}", "[[", "coproc"})
_OPENING, _BETWEEN, _CLOSING = (
    frozenset({"if", "while", "until"}),
    frozenset({"then", "elif", "else", "do", "!"}),
    frozenset({"fi", "done"}),
)
_LISTING = frozenset({"for", "select"})
_ASSIGNMENT = re.compile(r"([A-Za-z_]\w*)\+?=")
_NAME = re.compile(r"\$(\w+|[@*#?$!-]|\{\w+\})")


class Simple(NamedTuple):
    """One command: its words, the variables set for it alone, the operator before it, and whether it is a part of a pipe.

    ``inside`` are the numbers of the subshells that it is in, the outermost first; ``sure`` is whether no condition or loop is around it.
    """

    words: tuple[Word, ...]
    assigned: tuple[str, ...] = ()
    after: str = ""
    piped: bool = False
    inside: tuple[int, ...] = ()
    sure: bool = True


class _DoubtError(Exception):
    """What comes cannot be known."""


def commands(line: str) -> tuple[Simple, ...] | None:
    """The simple commands of a line in their order; ``None`` where it cannot be taken apart for sure."""
    if len(line) > _MOST or "\0" in line:
        return None
    try:
        return tuple(_simple(line))
    except _DoubtError:
        return None


def _simple(line: str) -> Iterator[Simple]:
    words: list[Word] = []
    after, piped = "", False
    inside: tuple[int, ...] = ()
    shells = depth = 0
    closed = False  # a subshell ended, and what comes may only lead somewhere or join
    for kind, text in _tokens(line):
        if kind == "word":
            if closed:
                raise _DoubtError
            words.append(text)
            continue
        if text == "(":
            if closed or not _starts_a_command(words):
                raise _DoubtError
            depth += sum(word in _OPENING for word in words)
            words, shells = [], shells + 1
            inside += (shells,)
            continue
        pipe = text in ("|", "|&")
        if words:
            rest, depth, looped = _without_keywords(words, depth)
            if rest and not looped:
                yield _taken(rest, after, piped or pipe, inside, sure=depth == 0)
            after = text or ""
        elif text != "\n":
            after = text or ""
        if text == ")":
            if not inside:
                raise _DoubtError
            inside, after = inside[:-1], ""
        words, piped, closed = [], pipe, text == ")"
    if words:
        rest, depth, looped = _without_keywords(words, depth)
        if rest and not looped:
            yield _taken(rest, after, piped, inside, sure=depth == 0)
    if inside or depth:
        raise _DoubtError


def _starts_a_command(words: list[Word]) -> bool:
    return all(word in _OPENING or word in _BETWEEN for word in words)


def _without_keywords(words: list[Word], depth: int) -> tuple[list[Word], int, bool]:
    """A command without the words of conditions and loops before it, how many of those are open, and whether it only heads a loop."""
    rest = list(words)
    while rest:
        word = rest[0]
        if word in _DOUBTFUL:
            raise _DoubtError
        if word in _LISTING:
            return rest, depth + 1, True
        if word in _CLOSING:
            if depth == 0 or len(rest) > 1:
                raise _DoubtError
            return [], depth - 1, False
        if word not in _OPENING and word not in _BETWEEN:
            break
        depth += word in _OPENING
        rest.pop(0)
    return rest, depth, False


def _taken(words: list[Word], after: str, piped: bool, inside: tuple[int, ...], *, sure: bool) -> Simple:
    assigned: list[str] = []
    rest = list(words)
    while rest and rest[0] is not None and (match := _ASSIGNMENT.match(rest[0])):
        assigned.append(match[1])
        rest.pop(0)
    return Simple(tuple(rest), tuple(assigned), after, piped, inside, sure)


def _tokens(line: str) -> Iterator[tuple[str, Word]]:
    """``("word", text)`` and ``("operator", text)``, parentheses among them; redirections are left out with their targets."""
    place, end = 0, len(line)
    skip = False  # the word that comes is where a redirection leads
    here: list[tuple[str, bool]] = []  # the last lines of here-documents whose text begins after this line, and whether tabs are dropped
    while place < end:
        character = line[place]
        if character in " \t\r":
            place += 1
        elif line.startswith("\\\n", place):
            place += 2
        elif character == "#":
            place = (line.find("\n", place) + 1 or end + 1) - 1
        elif character == "`" or line.startswith("((", place):
            raise _DoubtError
        elif character in "()":
            if skip:
                raise _DoubtError
            place += 1
            yield "operator", character
        elif redirection := re.compile(r"\d*(&>>|&>|<<<|<<-?|>>|>\||>&|<&|<>|<|>)").match(line, place):
            if skip or line.startswith("(", redirection.end()):
                raise _DoubtError
            place = redirection.end()
            if redirection[1] in ("<<", "<<-"):
                last, place = _word(line, _after_blanks(line, place))
                if last is None:
                    raise _DoubtError
                here.append((last, redirection[1] == "<<-"))
            else:
                skip = True
        elif operator := next((each for each in _OPERATORS if line.startswith(each, place)), None):
            if skip or operator == ";;":
                raise _DoubtError
            place += len(operator)
            if operator == "\n":
                for last, indented in here:
                    place = _after_document(line, place, last, indented=indented)
                here.clear()
            yield "operator", operator
        else:
            word, place = _word(line, place)
            if not skip:
                yield "word", word
            skip = False
    if skip or here:
        raise _DoubtError


def _after_blanks(line: str, place: int) -> int:
    while place < len(line) and line[place] in " \t":
        place += 1
    return place


def _after_document(line: str, place: int, last: str, *, indented: bool) -> int:
    """Where the line after a here-document begins that ends with the line ``last``."""
    while place < len(line):
        end = (line.find("\n", place) + 1 or len(line) + 1) - 1
        text = line[place:end]
        place = end + 1
        if (text.lstrip("\t") if indented else text) == last:
            return place
    raise _DoubtError


def _word(line: str, place: int) -> tuple[Word, int]:
    """The word that begins at ``place``, without its quotes, and where it ends."""
    parts: list[str] = []
    known = True
    end = len(line)
    while place < end:
        character = line[place]
        if character in " \t\r\n;|&<>)":
            break
        if character in "(`":
            raise _DoubtError
        if character == "\\":
            if place + 1 >= end:
                raise _DoubtError
            parts.append("" if line[place + 1] == "\n" else line[place + 1])
            place += 2
        elif character == "'":
            closing = line.find("'", place + 1)
            if closing < 0:
                raise _DoubtError
            parts.append(line[place + 1 : closing])
            place = closing + 1
        elif character == '"':
            text, sure, place = _quoted(line, place + 1)
            parts.append(text)
            known = known and sure
        elif character == "$":
            place = _variable(line, place)
            known = False
        else:
            parts.append(character)
            place += 1
    return ("".join(parts) if known else None), place


def _quoted(line: str, place: int) -> tuple[str, bool, int]:
    """What is in double quotes, whether it is known, and where it ends."""
    parts: list[str] = []
    known = True
    while place < len(line):
        character = line[place]
        if character == '"':
            return "".join(parts), known, place + 1
        if character == "`":
            raise _DoubtError
        if character == "$":
            place = _variable(line, place)
            known = False
        elif character == "\\" and line[place + 1 : place + 2] in ('"', "\\", "$", "`", "\n"):
            parts.append(line[place + 1].replace("\n", ""))
            place += 2
        else:
            parts.append(character)
            place += 1
    raise _DoubtError


def _variable(line: str, place: int) -> int:
    """Where a variable ends; all that is more than a name is doubt."""
    match = _NAME.match(line, place)
    if match is None:
        raise _DoubtError
    return match.end()
