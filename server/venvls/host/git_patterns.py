"""gitignore patterns, matched as git's wildmatch does, in time bounded by pattern × path.

pathspec's regular expressions were tried and left out: of ``*`` and ``!a`` they make an ignored ``a``, which git does not, and seven
stars in one pattern take them seconds.
"""

from __future__ import annotations

import re

from venvls.model.record import NamedTuple

# One element of a pattern: a literal character, one of the two wildcards, or a bracket expression.
_STAR = object()
_ANY = object()
_Token = object
_Segment = tuple[_Token, ...]
_DEEP: _Segment = ()  # stands for `**`, which spans folders

_CLASSES = {
    "alpha": "A-Za-z", "digit": "0-9", "alnum": "A-Za-z0-9", "upper": "A-Z", "lower": "a-z", "space": r"\s", "blank": r" \t",
    "punct": r"!-/:-@\[-`{-~", "xdigit": "0-9A-Fa-f", "cntrl": r"\x00-\x1f\x7f", "print": r"\x20-\x7e", "graph": r"\x21-\x7e",
}  # fmt: skip
_MOST_PATTERNS = 20_000
_LONGEST = 4_096


class Pattern(NamedTuple):
    """One line of an ignore file: ``segments`` of a path; ``anchored`` ones start at the file's folder, others match a name anywhere."""

    segments: tuple[_Segment, ...]
    anchored: bool
    folders_only: bool
    negated: bool


def parse(text: str, *, fold: bool = False) -> tuple[Pattern, ...]:
    """The patterns of an ignore file, in its order; ``fold`` where names are compared without case (``core.ignoreCase``)."""
    out: list[Pattern] = []
    for raw in text.removeprefix("\ufeff").split("\n"):
        line = _trim(raw.removesuffix("\r"))
        if not line or line.startswith("#") or len(line) > _LONGEST:
            continue
        negated = line.startswith("!")
        if negated:
            line = line[1:]
        folders_only = line.endswith("/")
        if folders_only:
            line = line[:-1]
        if not line:
            continue
        anchored = "/" in line
        parts = _split(line.removeprefix("/"))
        # Two stars or more, alone between slashes, span folders.
        segments = tuple(
            _DEEP if anchored and len(part) > 1 and not part.strip("*") else _segment(part.lower() if fold else part) for part in parts
        )
        # A name that cannot match anything (a backslash at the end, a bracket left open) is not a pattern.
        if all(segment is not None for segment in segments):
            out.append(Pattern(tuple(segment for segment in segments if segment is not None), anchored, folders_only, negated))
        if len(out) >= _MOST_PATTERNS:
            break
    return tuple(out)


def decide(patterns: tuple[Pattern, ...], path: str, *, folder: bool) -> bool | None:
    """Whether the last pattern that matches ``path`` ignores it (``True``) or takes it back (``False``); ``None`` where none does.

    ``path`` is relative to the file's folder, with ``/``; only the entry itself is checked, its parents are the caller's.
    """
    names = path.split("/")
    for pattern in reversed(patterns):
        if pattern.folders_only and not folder:
            continue
        if _match_path(pattern.segments, names) if pattern.anchored else _match_name(pattern.segments[0], names[-1]):
            return not pattern.negated
    return None


def _trim(line: str) -> str:
    """The line without trailing blanks, except one that a backslash keeps."""
    end = len(line)
    while end and line[end - 1] == " ":
        backslashes = len(line[: end - 1]) - len(line[: end - 1].rstrip("\\"))
        if backslashes % 2:
            break
        end -= 1
    return line[:end]


def _split(line: str) -> list[str]:
    """The names of a pattern: a slash inside brackets is one of the set, and one behind a backslash is a slash all the same."""
    parts: list[str] = []
    begin = index = 0
    while index < len(line):
        if line[index] == "[":
            bracket, end = _bracket(line, index + 1)
            index = end if bracket is not None else index + 1
        elif line[index] == "/" or line.startswith("\\/", index):
            parts.append(line[begin:index])
            index += 1 if line[index] == "/" else 2
            begin = index
        else:
            index += 2 if line[index] == "\\" else 1
    return [*parts, line[begin:]]


def _segment(part: str) -> _Segment | None:
    tokens: list[_Token] = []
    index = 0
    while index < len(part):
        character = part[index]
        index += 1
        if character == "*":
            if not tokens or tokens[-1] is not _STAR:
                tokens.append(_STAR)
        elif character == "?":
            tokens.append(_ANY)
        elif character == "\\":
            if index >= len(part):
                return None
            tokens.append(part[index])
            index += 1
        elif character == "[":
            bracket, index = _bracket(part, index)
            if bracket is None:
                return None
            tokens.append(bracket)
        else:
            tokens.append(character)
    return tuple(tokens) or None


def _bracket(part: str, index: int) -> tuple[re.Pattern[str] | None, int]:
    """A bracket expression from behind its ``[``, and where it ends."""
    out: list[str] = []
    negated = part[index : index + 1] in ("!", "^")
    if negated:
        index += 1
    first, low = True, ""
    while index < len(part):
        character = part[index]
        if character == "]" and not first:
            return re.compile(f"[{'^' if negated else ''}{''.join(out)}]", re.DOTALL), index + 1
        first = False
        if part.startswith("[:", index) and (end := part.find(":]", index + 2)) > 0:
            if (named := _CLASSES.get(part[index + 2 : end])) is None:
                return None, index
            out.append(named)
            index, low = end + 2, ""
            continue
        # What a range ends with, or a class, begins none: the next dash is one.
        is_range = character == "-" and low != "" and part[index + 1 : index + 2] not in ("", "]")
        if is_range:
            index += 1
            character = part[index]
        if character == "\\":
            index += 1
            character = part[index : index + 1]
            if not character:
                return None, index
        if not is_range:
            out.append(re.escape(character))
        elif low <= character:
            out.append(f"{re.escape(low)}-{re.escape(character)}")
        index, low = index + 1, "" if is_range else character
    return None, index


def _match_name(tokens: _Segment, name: str) -> bool:
    """One name against one segment: on a mismatch only the latest star is tried again, which is enough for ``*``."""
    index = position = 0
    star = -1
    resume = 0
    while position < len(name):
        if index < len(tokens) and tokens[index] is _STAR:
            star, resume = index, position
            index += 1
        elif index < len(tokens) and _match_one(tokens[index], name[position]):
            index += 1
            position += 1
        elif star >= 0:
            resume += 1
            index, position = star + 1, resume
        else:
            return False
    while index < len(tokens) and tokens[index] is _STAR:
        index += 1
    return index == len(tokens)


def _match_one(token: _Token, character: str) -> bool:
    if token is _ANY:
        return True
    if isinstance(token, re.Pattern):
        return token.match(character) is not None
    return token == character


def _match_path(segments: tuple[_Segment, ...], names: list[str]) -> bool:
    """A path against segments, ``**`` for any number of folders; as its last segment it needs something below it."""
    index = position = 0
    star = -1
    resume = 0
    last = len(segments) - 1
    while position < len(names):
        if index <= last and segments[index] == _DEEP:
            if index == last:
                return True
            star, resume = index, position
            index += 1
        elif index <= last and _match_name(segments[index], names[position]):
            index += 1
            position += 1
        elif star >= 0:
            resume += 1
            index, position = star + 1, resume
        else:
            return False
    return index > last
