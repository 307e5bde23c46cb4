"""Which characters of a text that is not a requirement are wrong, in a sentence. Called only after the text was refused."""

from __future__ import annotations

import re

from venvls.model.text import Wrong
from venvls.standards.versions import MEANT_OPERATORS, OPERATORS

_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9_])?(?![^\W_])")
_BLANK = re.compile(r"[ \t]*")
_OPERATORS = re.compile(r"[<>=!~^]+")
_VERSION_END = re.compile(r"[^\s,;)\[\]<>=!~]*")
_WORD = re.compile(r"[^\s,;()\[\]<>=!~^@]+")
_LOOKS_LIKE_VERSION = re.compile(r"v?[0-9]+(?:[.!][0-9A-Za-z]|$)|v?[0-9]+$")
_CONFLICT = re.compile(r"<{7}|={7}|>{7}")
# ``name = "^1.2"``, a line of a TOML table.
_OF_A_TABLE = re.compile(r"=\s*(?:\"[^\"]*\"|'[^']*'|\{[^{}]*\})")
# ``name=1.2=py312h1``, as "conda list --export" writes it.
_OF_CONDA = re.compile(r"=([0-9][A-Za-z0-9.!+_]*)=[A-Za-z0-9_.]+(?=\s*(?:#|$))")
_RELEASE = re.compile(r"v?(?:[0-9]+!)?[0-9]+(\.[0-9]+)*", re.ASCII | re.IGNORECASE)
_VERSION = re.compile(
    r"v?(?:[0-9]+!)?[0-9]+(?:\.[0-9]+)*(?:[-_.]?(?:alpha|beta|preview|pre|a|b|c|rc)[-_.]?[0-9]*)?"
    r"(?:-[0-9]+|[-_.]?(?:post|rev|r)[-_.]?[0-9]*)?(?:[-_.]?dev[-_.]?[0-9]*)?",
    re.ASCII | re.IGNORECASE,
)
_LOCAL = re.compile(r"\+[a-z0-9]+(?:[-_.][a-z0-9]+)*", re.ASCII | re.IGNORECASE)


def explain(text: str) -> Wrong:
    """What is wrong with ``text``, which is a requirement without its marker and is known to be refused."""
    position = _skip(text, 0)
    if position == len(text):
        return Wrong("a project name is missing", 0, len(text))
    name = _NAME.match(text, position)
    if not name:
        return _no_name(text, position)
    position = _skip(text, name.end())
    if text.startswith("[", position):
        after = _extras(text, position)
        if isinstance(after, Wrong):
            return after
        position = _skip(text, after)
    if text.startswith("@", position):
        return _url(text, position)
    return _specifiers(text, position)


def _skip(text: str, position: int) -> int:
    match = _BLANK.match(text, position)
    return match.end() if match else position


def _token(text: str, position: int) -> int:
    """The end of the run of characters that belongs together at ``position``; at least one character."""
    match = _OPERATORS.match(text, position) or _WORD.match(text, position)
    return match.end() if match and match.end() > position else position + 1


def _no_name(text: str, position: int) -> Wrong:
    end = _token(text, position)
    operator = _OPERATORS.match(text, position)
    if operator and _CONFLICT.fullmatch(operator.group()):
        return Wrong("a merge conflict was not resolved here", position, end)
    if operator:
        return Wrong(f"a project name is missing before `{operator.group()}`", position, end)
    if text[position] in "-._":
        return Wrong(f"a project name must begin with a letter or a digit, not with `{text[position]}`", position, position + 1)
    bad = next((i for i in range(position, end) if not (text[i].isascii() and (text[i].isalnum() or text[i] in "._-"))), position)
    return Wrong(f"`{_shown(text[bad])}` cannot be in a project name", bad, bad + 1)


def _shown(character: str) -> str:
    return character if character.isprintable() else f"U+{ord(character):04X}"


def _extras(text: str, opened: int) -> int | Wrong:
    position = _skip(text, opened + 1)
    comma: int | None = None
    while True:
        if position >= len(text):
            return Wrong("`[` is not closed", opened, len(text.rstrip()))
        if text[position] == "]" and comma is None:
            return position + 1
        extra = _NAME.match(text, position)
        if not extra:
            if comma is not None and text[position] in ",]":
                return Wrong("the name of an extra is missing after the comma", comma, position + 1)
            if text[position] in "<>=!~;(@":
                return Wrong("`[` is not closed", opened, position)
            return Wrong(f"`{_shown(text[position])}` cannot begin the name of an extra", position, position + 1)
        position = _skip(text, extra.end())
        if position < len(text) and text[position] == ",":
            comma = position
            position = _skip(text, position + 1)
            continue
        comma = None
        if position < len(text) and text[position] != "]":
            if text[position] in "<>=!~;(@":
                return Wrong("`[` is not closed", opened, position)
            end = _token(text, position)
            if _NAME.match(text, position):
                return Wrong(f"a comma is missing before `{text[position:end]}`", position, end)
            return Wrong(f"`{_shown(text[position])}` cannot be in the name of an extra", position, position + 1)


def _url(text: str, position: int) -> Wrong:
    start = _skip(text, position + 1)
    if start >= len(text):
        return Wrong("a URL is missing after `@`", position, position + 1)
    end = start
    while end < len(text) and text[end] not in " \t":
        end += 1
    rest = _skip(text, end)
    if rest >= len(text):
        return Wrong("this is not a valid URL", start, end)
    if text[end - 1] == ";":
        return Wrong("put a space before `;`, otherwise it belongs to the URL", end - 1, end)
    return Wrong(f"`{text[rest : _token(text, rest)]}` is not expected after a URL", rest, _token(text, rest))


def _specifiers(text: str, position: int) -> Wrong:
    opened: int | None = None
    if text.startswith("(", position):
        opened = position
        position = _skip(text, position + 1)
    first = True
    while True:
        if position >= len(text):
            return _end(text, opened)
        operator = _OPERATORS.match(text, position)
        if not operator:
            return _no_operator(text, position, opened, first)
        after = _clause(text, operator.group(), position)
        if isinstance(after, Wrong):
            return after
        position = _skip(text, after)
        first = False
        if text.startswith(",", position):
            following = _skip(text, position + 1)
            if text.startswith(",", following):
                return Wrong("a version is missing between the commas", position, following + 1)
            position = following
            continue
        if position < len(text) and text[position] == ")" and opened is not None:
            position = _skip(text, position + 1)
            if position >= len(text):
                return Wrong("this is not a valid requirement", 0, len(text))
            return Wrong(f"`{text[position : _token(text, position)]}` is not expected after `)`", position, _token(text, position))
        operator = _OPERATORS.match(text, position)
        if operator:
            return Wrong(f"a comma is missing before `{operator.group()}`", position, operator.end())


def _end(text: str, opened: int | None) -> Wrong:
    if opened is not None:
        return Wrong("`(` is not closed", opened, len(text.rstrip()))
    return Wrong("this is not a valid requirement", 0, len(text))


def _no_operator(text: str, position: int, opened: int | None, first: bool) -> Wrong:
    end = _token(text, position)
    word = text[position:end]
    if word == ")":
        return Wrong("`)` has no matching `(`" if opened is None else "a version is missing before `)`", position, end)
    if first and _LOOKS_LIKE_VERSION.match(word):
        return Wrong(f"an operator is missing before `{word}`; did you mean `=={word}`?", position, end)
    if first and text[position] == ",":
        return Wrong("a version is missing before the comma", position, end)
    if not first and _LOOKS_LIKE_VERSION.match(word):
        return Wrong(f"an operator is missing before `{word}`", position, end)
    if text[position] == "[":
        return Wrong("extras must come directly after the name", position, len(text.rstrip()))
    if word[0] == "#":
        if position and text[position - 1] in " \t":
            return Wrong("a comment is possible only in a requirements file; leave it out here", position, len(text))
        return Wrong("put a space before `#` to start a comment", position, end)
    if first and text[position] in "-._":
        return Wrong(f"a project name must end with a letter or a digit, not with `{text[position]}`", position, position + 1)
    where = "after the name" if first else "after the version"
    return Wrong(f"`{word if word.isprintable() else _shown(word[0])}` is not expected {where}", position, end)


def _clause(text: str, operator: str, position: int) -> int | Wrong:
    """The end of one ``operator version``, or what is wrong with it."""
    end = position + len(operator)
    if operator not in OPERATORS:
        if operator.startswith("^"):
            return Wrong("`^` is not a version operator; write `>=` and `<`, as in `>=1.2,<2`", position, position + 1)
        conda = _OF_CONDA.match(text, position)
        if conda is not None:
            return Wrong(f"this is how conda lists a package; for pip, write `=={conda[1]}`", position, conda.end())
        quoted = _OF_A_TABLE.match(text, position)
        if quoted is not None:
            return Wrong(
                "this is how a Pipfile or Poetry writes a requirement; for pip, write it like `name>=1.2,<2`", position, quoted.end()
            )
        meant = MEANT_OPERATORS.get(operator)
        hint = f"; did you mean `{meant}`?" if meant else ""
        return Wrong(f"`{operator}` is not a version operator{hint}", position, end)
    start = end
    while start < len(text) and text[start].isspace():
        start += 1
    if operator == "===":
        while start < len(text) and not (text[start].isspace() or text[start] in ";),"):
            start += 1
        return start
    version_end = _VERSION_END.match(text, start)
    stop = version_end.end() if version_end else start
    if stop == start:
        return Wrong(f"a version is missing after `{operator}`", position, end)
    return _version(text[start:stop], operator, start) or stop


def _version(version: str, operator: str, start: int) -> Wrong | None:
    match = _VERSION.match(version)
    stop = start + len(version)
    if not match:
        return Wrong(f"`{version}` is not a version", start, stop)
    rest = version[match.end() :]
    after = start + match.end()
    release = _RELEASE.match(version)
    if operator in ("==", "!="):
        if rest == ".*" and release and release.end() != match.end():
            return Wrong("`.*` cannot follow a pre-, post- or development release", after, stop)
        local = _LOCAL.fullmatch(rest)
        if rest in ("", ".*") or local:
            return None
    elif rest.startswith(".*"):
        return Wrong(f"`.*` can only be used with `==` and `!=`, not with `{operator}`", after, after + 2)
    elif rest.startswith("+"):
        return Wrong(f"a local version can only be used with `==` and `!=`, not with `{operator}`", after, stop)
    elif not rest:
        if operator == "~=" and release and release.group(1) is None:
            return Wrong(f"`~=` needs at least two numbers, as in `~={version}.0`", start, stop)
        return None
    return Wrong(f"`{version}` is not a version: `{rest}` is not valid in it", after, stop)
