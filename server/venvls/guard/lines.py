"""A line of a POSIX shell → its simple commands, as far as they can be known without running anything.

On doubt there is no answer: a line with a substitution, a here-document, a group, a loop or an open quote is not taken apart. A word
that holds a variable is ``None``: it is there, and nobody knows what it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from venvls.model.record import NamedTuple

Word = str | None
_MOST = 100_000
_OPERATORS = ("&&", "||", "|&", ";;", "&>>", "&>", ";", "|", "&", "\n")
_KEYWORDS = frozenset({"if", "for", "while", "until", "case", "select", "function", "{", "}", "[[", "coproc", "!"})
_ASSIGNMENT = re.compile(r"([A-Za-z_]\w*)\+?=")
_NAME = re.compile(r"\$(\w+|[@*#?$!-]|\{\w+\})")


class Simple(NamedTuple):
    """One command: its words, the variables set for it alone, the operator before it, and whether it is a part of a pipe."""

    words: tuple[Word, ...]
    assigned: tuple[str, ...] = ()
    after: str = ""
    piped: bool = False


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
    for kind, text in _tokens(line):
        if kind == "word":
            words.append(text)
            continue
        pipe = text in ("|", "|&")
        if words:
            yield _taken(words, after, piped or pipe)
            after = text or ""
        elif text != "\n":
            after = text or ""
        words, piped = [], pipe
    if words:
        yield _taken(words, after, piped)


def _taken(words: list[Word], after: str, piped: bool) -> Simple:
    assigned: list[str] = []
    rest = list(words)
    while rest and rest[0] is not None and (match := _ASSIGNMENT.match(rest[0])):
        assigned.append(match[1])
        rest.pop(0)
    if rest and rest[0] in _KEYWORDS:
        raise _DoubtError
    return Simple(tuple(rest), tuple(assigned), after, piped)


def _tokens(line: str) -> Iterator[tuple[str, Word]]:
    """``("word", text)`` and ``("operator", text)``; redirections are left out with their targets."""
    place, end = 0, len(line)
    skip = False  # the word that comes is where a redirection leads
    while place < end:
        character = line[place]
        if character in " \t\r":
            place += 1
        elif line.startswith("\\\n", place):
            place += 2
        elif character == "#":
            place = (line.find("\n", place) + 1 or end + 1) - 1
        elif character in "()`":
            raise _DoubtError
        elif redirection := re.compile(r"\d*(&>>|&>|<<<|<<|>>|>\||>&|<&|<>|<|>)").match(line, place):
            if redirection[1] in ("<<", "<<<") or line.startswith("(", redirection.end()):
                raise _DoubtError
            place, skip = redirection.end(), True
        elif operator := next((each for each in _OPERATORS if line.startswith(each, place)), None):
            if skip or operator == ";;":
                raise _DoubtError
            place += len(operator)
            yield "operator", operator
        else:
            word, place = _word(line, place)
            if not skip:
                yield "word", word
            skip = False
    if skip:
        raise _DoubtError


def _word(line: str, place: int) -> tuple[Word, int]:
    """The word that begins at ``place``, without its quotes, and where it ends."""
    parts: list[str] = []
    known = True
    end = len(line)
    while place < end:
        character = line[place]
        if character in " \t\r\n;|&<>":
            break
        if character in "()`":
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
