"""Which characters of a text that is no requirement are wrong, in a sentence. Called only after the text was refused."""

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
    at = _skip(text, 0)
    if at == len(text):
        return Wrong("a project name is missing", 0, len(text))
    name = _NAME.match(text, at)
    if not name:
        return _no_name(text, at)
    at = _skip(text, name.end())
    if text.startswith("[", at):
        after = _extras(text, at)
        if isinstance(after, Wrong):
            return after
        at = _skip(text, after)
    if text.startswith("@", at):
        return _url(text, at)
    return _specifiers(text, at)


def _skip(text: str, at: int) -> int:
    match = _BLANK.match(text, at)
    return match.end() if match else at


def _token(text: str, at: int) -> int:
    """The end of the run of characters that belongs together at ``at``; at least one character."""
    match = _OPERATORS.match(text, at) or _WORD.match(text, at)
    return match.end() if match and match.end() > at else at + 1


def _no_name(text: str, at: int) -> Wrong:
    end = _token(text, at)
    operator = _OPERATORS.match(text, at)
    if operator and _CONFLICT.fullmatch(operator.group()):
        return Wrong("a merge conflict was not resolved here", at, end)
    if operator:
        return Wrong(f"a project name is missing before `{operator.group()}`", at, end)
    if text[at] in "-._":
        return Wrong(f"a project name begins with a letter or a digit, not with `{text[at]}`", at, at + 1)
    bad = next((i for i in range(at, end) if not (text[i].isascii() and (text[i].isalnum() or text[i] in "._-"))), at)
    return Wrong(f"`{_shown(text[bad])}` cannot stand in a project name", bad, bad + 1)


def _shown(character: str) -> str:
    return character if character.isprintable() else f"U+{ord(character):04X}"


def _extras(text: str, opened: int) -> int | Wrong:
    at = _skip(text, opened + 1)
    comma: int | None = None
    while True:
        if at >= len(text):
            return Wrong("`[` is not closed", opened, len(text.rstrip()))
        if text[at] == "]" and comma is None:
            return at + 1
        extra = _NAME.match(text, at)
        if not extra:
            if comma is not None and text[at] in ",]":
                return Wrong("the name of an extra is missing after the comma", comma, at + 1)
            if text[at] in "<>=!~;(@":
                return Wrong("`[` is not closed", opened, at)
            return Wrong(f"`{_shown(text[at])}` cannot begin the name of an extra", at, at + 1)
        at = _skip(text, extra.end())
        if at < len(text) and text[at] == ",":
            comma = at
            at = _skip(text, at + 1)
            continue
        comma = None
        if at < len(text) and text[at] != "]":
            if text[at] in "<>=!~;(@":
                return Wrong("`[` is not closed", opened, at)
            end = _token(text, at)
            if _NAME.match(text, at):
                return Wrong(f"a comma is missing before `{text[at:end]}`", at, end)
            return Wrong(f"`{_shown(text[at])}` cannot stand in the name of an extra", at, at + 1)


def _url(text: str, at: int) -> Wrong:
    start = _skip(text, at + 1)
    if start >= len(text):
        return Wrong("a URL is missing after `@`", at, at + 1)
    end = start
    while end < len(text) and text[end] not in " \t":
        end += 1
    rest = _skip(text, end)
    if rest >= len(text):
        return Wrong("this is not a URL that can be understood", start, end)
    if text[end - 1] == ";":
        return Wrong("put a blank before `;`, or it belongs to the URL", end - 1, end)
    return Wrong(f"`{text[rest : _token(text, rest)]}` is not expected after a URL", rest, _token(text, rest))


def _specifiers(text: str, at: int) -> Wrong:
    opened: int | None = None
    if text.startswith("(", at):
        opened = at
        at = _skip(text, at + 1)
    first = True
    while True:
        if at >= len(text):
            return _end(text, opened)
        operator = _OPERATORS.match(text, at)
        if not operator:
            return _no_operator(text, at, opened, first)
        after = _clause(text, operator.group(), at)
        if isinstance(after, Wrong):
            return after
        at = _skip(text, after)
        first = False
        if text.startswith(",", at):
            following = _skip(text, at + 1)
            if text.startswith(",", following):
                return Wrong("a version is missing between the commas", at, following + 1)
            at = following
            continue
        if at < len(text) and text[at] == ")" and opened is not None:
            at = _skip(text, at + 1)
            if at >= len(text):
                return Wrong("this is not a requirement that can be understood", 0, len(text))
            return Wrong(f"`{text[at : _token(text, at)]}` is not expected after `)`", at, _token(text, at))
        operator = _OPERATORS.match(text, at)
        if operator:
            return Wrong(f"a comma is missing before `{operator.group()}`", at, operator.end())


def _end(text: str, opened: int | None) -> Wrong:
    if opened is not None:
        return Wrong("`(` is not closed", opened, len(text.rstrip()))
    return Wrong("this is not a requirement that can be understood", 0, len(text))


def _no_operator(text: str, at: int, opened: int | None, first: bool) -> Wrong:
    end = _token(text, at)
    word = text[at:end]
    if word == ")":
        return Wrong("`)` closes nothing" if opened is None else "a version is missing before `)`", at, end)
    if first and _LOOKS_LIKE_VERSION.match(word):
        return Wrong(f"an operator is missing before `{word}`; did you mean `=={word}`?", at, end)
    if first and text[at] == ",":
        return Wrong("a version is missing before the comma", at, end)
    if not first and _LOOKS_LIKE_VERSION.match(word):
        return Wrong(f"an operator is missing before `{word}`", at, end)
    if text[at] == "[":
        return Wrong("extras stand right after the name", at, len(text.rstrip()))
    if word[0] == "#":
        return Wrong("a comment needs a blank before `#`", at, end)
    if first and text[at] in "-._":
        return Wrong(f"a project name ends with a letter or a digit, not with `{text[at]}`", at, at + 1)
    where = "after the name" if first else "after the version"
    return Wrong(f"`{word if word.isprintable() else _shown(word[0])}` is not expected {where}", at, end)


def _clause(text: str, operator: str, at: int) -> int | Wrong:
    """The end of one ``operator version``, or what is wrong with it."""
    end = at + len(operator)
    if operator not in OPERATORS:
        if operator.startswith("^"):
            return Wrong("`^` is not a version operator; write `>=` and `<`, as in `>=1.2,<2`", at, at + 1)
        conda = _OF_CONDA.match(text, at)
        if conda is not None:
            return Wrong(f"this is how conda lists a package; for pip write `=={conda[1]}`", at, conda.end())
        quoted = _OF_A_TABLE.match(text, at)
        if quoted is not None:
            return Wrong("this is how a Pipfile or Poetry states a requirement; for pip write it as in `name>=1.2,<2`", at, quoted.end())
        meant = MEANT_OPERATORS.get(operator)
        hint = f"; did you mean `{meant}`?" if meant else ""
        return Wrong(f"`{operator}` is not a version operator{hint}", at, end)
    start = end
    while start < len(text) and text[start].isspace():
        start += 1
    if operator == "===":
        while start < len(text) and not (text[start].isspace() or text[start] in ";),"):
            start += 1
        return start
    found = _VERSION_END.match(text, start)
    stop = found.end() if found else start
    if stop == start:
        return Wrong(f"a version is missing after `{operator}`", at, end)
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
    return Wrong(f"`{version}` is not a version: `{rest}` cannot be understood", after, stop)
