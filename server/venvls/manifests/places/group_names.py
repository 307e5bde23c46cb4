"""Where tools' settings name a dependency group or an extra of the project, as well as where requirements do: to be renamed with it.

What is not plain (names put together, in another language, in prose) is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from venvls.manifests.places.cursor import toml_place
from venvls.manifests.places.naming import CONFLICT, INI_LISTS, LISTS, OPTIONS
from venvls.model.names import canonical
from venvls.model.text import Span, Text

_STRING = re.compile(r"\"([A-Za-z0-9._-]+)\"|'([A-Za-z0-9._-]+)'")
_WORD = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")
_AFTER_OPTION = {
    kind: re.compile(rf"{options.pattern.removesuffix('$')}({_WORD.pattern})(?![A-Za-z0-9._-])") for kind, options in OPTIONS.items()
}
_AFTER_WORD = {
    kind: re.compile(rf"[\"']{options.pattern.partition('(?:=')[0]}[\"']\s*,\s*[\"']({_WORD.pattern})[\"']")
    for kind, options in OPTIONS.items()
}
_POETRY_HEAD = re.compile(rf"^[ \t]*\[tool\.poetry\.group\.[\"']?({_WORD.pattern.replace('._-', '_-')})[\"']?(?=[.\]])", re.MULTILINE)
_PIXI_HEAD = re.compile(rf"^[ \t]*\[(?:tool\.pixi\.)?feature\.[\"']?({_WORD.pattern.replace('._-', '_-')})[\"']?(?=[.\]])", re.MULTILINE)
_OWN_EXTRAS = re.compile(r"(?<![A-Za-z0-9._/-])(\.|[A-Za-z0-9][A-Za-z0-9._-]*)\[([A-Za-z0-9._, -]+)\]")
_PLAIN_STRING = re.compile(r"[\"']([^\"'\\\n{}]*)[\"']\Z")
_OPTION_ALONE = {"group": re.compile(r"--(?:only-|no-)?group"), "extra": re.compile(r"--(?:no-)?extra")}


def named_in_toml(text: Text, key: str, kind: str) -> Iterator[Span]:
    """The places in a tool's TOML that name the group or extra with this PEP 503 name."""
    for heads in (_POETRY_HEAD, _PIXI_HEAD) if kind == "group" else ():
        yield from (Span(*head.span(1)) for head in heads.finditer(text.source) if canonical(head[1]) == key)
    for pattern in (_AFTER_OPTION[kind], _AFTER_WORD[kind]):
        for match in pattern.finditer(text.source):
            if canonical(match[1]) == key and "#" not in _before(text, match.start(1)):
                yield Span(*match.span(1))
    for match in _STRING.finditer(text.source):
        if canonical(match[1] or match[2]) != key:
            continue
        number = text.position(match.start(), "utf-32").line
        before = _before(text, match.start())
        if "#" in re.sub(_STRING, "", before):
            continue
        table, stated, listed = toml_place(text, number, before)
        path = f"{table}.{stated}" if table and stated else table or stated
        if (listed and LISTS[kind].fullmatch(path)) or (path == "tool.uv.conflicts" and CONFLICT[kind].search(before)):
            yield Span(match.start() + 1, match.end() - 1)


def _before(text: Text, offset: int) -> str:
    """What is before a place on its line."""
    return text.source[text.starts[text.position(offset, "utf-32").line] : offset]


def named_in_ini(text: Text, key: str, kind: str, own: Iterable[str]) -> Iterator[Span]:
    """The places in a tox.ini that name it: its lists, commands' options, and extras of the project (``own`` are its names)."""
    listed = False
    for number, start in enumerate(text.starts):
        line = text.line(number)
        if line.lstrip().startswith(("#", ";")):
            continue
        head = INI_LISTS[kind].match(line)
        if line.strip() and not line[0].isspace():
            listed = head is not None
        if listed:
            begin = head.end() if head is not None else 0
            words = _WORD.finditer(line, begin)
            yield from (Span(start + word.start(), start + word.end()) for word in words if canonical(word[0]) == key)
        yield from (Span(start + first, start + last) for first, last in _in_words(line, key, kind, own))


def named_in_python(source: str, key: str, kind: str, own: Iterable[str]) -> Iterator[Span]:
    """The places in a noxfile.py that name it: strings after an option, in ``dependency_groups(…)``, extras of the project."""
    import tokenize
    from itertools import pairwise

    starts = Text(source).starts
    lines = iter([source[first:last] for first, last in pairwise((*starts, len(source)))])
    calls: list[str] = []
    name, option, comma = "", False, False
    try:
        for token in tokenize.generate_tokens(lambda: next(lines, "")):
            place = starts[token.start[0] - 1] + token.start[1] if token.start[0] <= len(starts) else len(source)
            plain = _PLAIN_STRING.match(token.string) if token.type == tokenize.STRING else None
            if plain is not None:
                inside = Span(place + 1, place + 1 + len(plain[1]))
                if canonical(plain[1]) == key and ((option and comma) or (kind == "group" and "dependency_groups" in calls[-1:])):
                    yield inside
                yield from (Span(inside.start + first, inside.start + last) for first, last in _in_words(plain[1], key, kind, own))
                option, comma = _OPTION_ALONE[kind].fullmatch(plain[1]) is not None, False
            elif token.type == tokenize.OP and token.string in "([{":
                calls.append(name if token.string == "(" else "")
            elif token.type == tokenize.OP and token.string in ")]}":
                del calls[-1:]
            elif token.string == ",":
                comma = True
            elif token.type not in (tokenize.NL, tokenize.COMMENT):
                option = False
            name = token.string if token.type == tokenize.NAME else ""
    except (tokenize.TokenError, SyntaxError):
        return


def _in_words(text: str, key: str, kind: str, own: Iterable[str]) -> Iterator[tuple[int, int]]:
    """Where a line or a string names it after an option, or as an extra of the project."""
    for match in _AFTER_OPTION[kind].finditer(text):
        if canonical(match[1]) == key:
            yield match.span(1)
    for match in _OWN_EXTRAS.finditer(text) if kind == "extra" else ():
        if match[1] == "." or canonical(match[1]) in own:
            yield from (word.span() for word in _WORD.finditer(text, *match.span(2)) if canonical(word[0]) == key)
