"""What is being typed at a place of a manifest: a requirement, a path, an option, a group's name…

Read from the lines around it alone, since a text that is being typed often does not parse.
"""

from __future__ import annotations

import re

from venvls.manifests.conda.platform import PREFIX
from venvls.manifests.places.naming import CONFLICT, INI_LISTS, LISTS, OPTIONS
from venvls.model.hints import Literal
from venvls.model.record import NamedTuple
from venvls.model.text import Text

Kind = Literal["requirement", "name", "specifier", "own-extras", "path", "option", "group", "extra", "setting"]
_MOST_LINES = 2_000
"""Lines that are looked back over for the table or list a place is in."""
_MOST_TEXT = 100_000
"""Characters of a setup.py that are looked back over."""

_PATH_OPTION = re.compile(r"\s*(?:-r|-c|-e|--requirement|--constraint|--editable)(?:[ \t]+|=)")
_TABLE = re.compile(r"\s*\[{1,2}\s*([^\[\]\n]+?)\s*\]{1,2}\s*(?:#.*)?$")
_HEADER = re.compile(r"\s*\[[^=\]]*$")
"""The name of a table that is being typed: no list of requirements begins a line with a list."""
_KEY = re.compile(r"\s*((?:[A-Za-z0-9_-]+|\"[^\"]*\"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|\"[^\"]*\"))*)\s*=(?!=)")
_INCLUDE_GROUP = re.compile(r"include-group\s*=\s*[\"']([^\"']*)$")
_REQUIREMENT_LISTS = re.compile(
    r"project\.dependencies|project\.optional-dependencies\.[^.]+|dependency-groups\.[^.]+|build-system\.requires|dependencies"
    r"|tool\.uv\.(?:dev|constraint|override|build-constraint)-dependencies|tool\.pdm\.dev-dependencies\.[^.]+"
    r"|(?:tool\.tox\.)?(?:env_run_base|env\.[^.]+)\.deps|tool\.hatch\.envs\.[^.]+\.(?:extra-)?dependencies|envs\.[^.]+\.(?:extra-)?dependencies|tool\.flit\.metadata\.requires"
)
_NAME_TABLES = re.compile(
    r"tool\.poetry\.(?:dev-)?dependencies|tool\.poetry\.group\.[^.]+\.dependencies|packages|dev-packages"
    r"|(?:tool\.pixi\.)?(?:feature\.[^.]+\.)?(?:pypi-|host-|build-)?dependencies"
)
_OF_CONDA = re.compile(r"(?:tool\.pixi\.)?(?:feature\.[^.]+\.)?(?:host-|build-)?dependencies(?:\..*)?")
_NAMED = re.compile(rf"(?:{_NAME_TABLES.pattern})\.([^.]+)")
_FIELD = re.compile(r"(?:^|[{,])\s*(version|extras|path|file|develop)\s*=\s*\[?(?:\s*[\"'][^\"']*[\"']\s*,)*\s*$")
_PATH_TABLES = re.compile(r"tool\.uv\.sources(?:\..*)?|tool\.poetry\..*")
_SETUP_LISTS = re.compile(r"\b(install_requires|setup_requires|tests_require|extras_require)\s*=\s*(?=[\[({])")
_OPTION_WORD = re.compile(r"[A-Za-z0-9._-]*$")
_INI_LISTS = re.compile(r"(?:install_requires|setup_requires|tests_require|deps|requires)\s*[=:]")


class Typed(NamedTuple):
    """``text`` is what is before the place, from ``start`` on. ``quote`` is the sign of the string it is in, empty outside of one;
    ``bare`` says that it is in a list of strings without being one yet. ``after`` is what follows it on the line. ``name`` is the package
    that a ``specifier`` or its ``own-extras`` are of, where another place names it."""

    kind: Kind
    text: str
    start: int
    quote: str = ""
    bare: bool = False
    after: str = ""
    name: str = ""


def typed_at(text: Text, offset: int, format: str) -> Typed | None:
    """What is being typed at ``offset``; ``None`` in a comment, and where nothing of ours stands."""
    number = text.position(offset, "utf-32").line
    begin = text.starts[number]
    before, line = text.source[begin:offset], text.line(number)
    after = line[len(before) :]
    if format == "requirements.txt":
        return _in_requirements(before, begin, after)
    if format in ("setup.cfg", "tox.ini"):
        return _in_ini(text, number, before, begin, after)
    if format == "environment.yml":
        return _in_yaml(text, number, before, begin, after)
    if format == "script":
        if not before.startswith("#"):
            return None
        width = 2 if before.startswith("# ") else 1
        return _in_toml(text, number, before[width:], begin + width, after, comment="#")
    if format == "setup.py":
        return _in_setup(text.source[:offset], after)
    if format in ("pyproject.toml", "Pipfile", "hatch.toml", "pixi.toml", "tox.toml"):
        return _in_toml(text, number, before, begin, after)
    return None


def _in_requirements(before: str, begin: int, after: str) -> Typed | None:
    if before.lstrip().startswith("#") or re.search(r"\s#", before):
        return None
    named = _PATH_OPTION.match(before)
    if named is not None:
        return Typed("path", before[named.end() :], begin + named.end(), after=after)
    start = len(before) - len(before.lstrip())
    kind: Kind = "option" if before[start:].startswith("-") else "requirement"
    return Typed(kind, before[start:], begin + start, after=after) if kind != "option" or " " not in before[start:] else None


def _in_ini(text: Text, number: int, before: str, begin: int, after: str) -> Typed | None:
    if before.lstrip().startswith(("#", ";")):
        return None
    if (option := _after_option(before, begin, after)) is not None:
        return option
    inline = _INI_LISTS.match(before)
    listed = next((kind for kind, keys in INI_LISTS.items() if keys.match(before)), None)
    if listed is not None:
        return _word(listed, before, begin, after)
    if inline is None and not before.startswith((" ", "\t")):
        return None
    if inline is None:
        section, key = "", ""
        for line in range(number - 1, max(-1, number - _MOST_LINES), -1):
            above = text.line(line)
            if not key and above and not above[0].isspace() and not above.startswith(("#", ";", "[")):
                key = above
            if above.startswith("["):
                section = above
                break
        listed = next((kind for kind, keys in INI_LISTS.items() if keys.match(key)), None)
        if listed is not None:
            return _word(listed, before, begin, after)
        if not _INI_LISTS.match(key) and "extras_require" not in section:
            return None
    start = inline.end() if inline is not None else 0
    start += len(before[start:]) - len(before[start:].lstrip())
    # A condition of tox's goes before the requirement.
    factor = re.match(r"[A-Za-z0-9_!,{}-]+:\s+", before[start:])
    start += factor.end() if factor is not None else 0
    return Typed("requirement", before[start:], begin + start, after=after)


def _in_yaml(text: Text, number: int, before: str, begin: int, after: str) -> Typed | None:
    item = re.match(r"\s*-\s+(?=[^\s#]*)", before)
    if item is None or "#" in before:
        return None
    for line in range(number, max(-1, number - _MOST_LINES), -1):
        above = text.line(line)
        if re.match(r"\s*-?\s*[A-Za-z_]+:\s*(?:#.*)?$", above):
            known = above.strip().lstrip("- ").partition(":")[0] in ("dependencies", "pip")
            return Typed("requirement", before[item.end() :], begin + item.end(), after=after) if known else None
    return None


def _in_toml(text: Text, number: int, before: str, begin: int, after: str, comment: str = "") -> Typed | None:
    string = _string(before)
    if string == -1:
        return None
    table, key, listed = toml_place(text, number, before, comment)
    path = f"{table}.{key}" if table and key else table or key
    if string is not None:
        quote, content = before[string], before[string + 1 :]
        place = begin + string + 1
        if _INCLUDE_GROUP.search(before):
            return Typed("group", content, place, quote, after=after)
        if listed and _REQUIREMENT_LISTS.fullmatch(path):
            return Typed("requirement", content, place, quote, after=after)
        for kind, lists in LISTS.items():
            if (listed and lists.fullmatch(path)) or (path == "tool.uv.conflicts" and CONFLICT[kind].search(before[:string])):
                return Typed("group" if kind == "group" else "extra", content, place, quote, after=after)
        return _after_option(before, begin, after) or _in_table_of_names(table, key, before[:string], content, place, quote, after)
    if _HEADER.match(before):
        return None
    word = re.search(r"[A-Za-z0-9._-]*$", before)
    start = word.start() if word is not None else len(before)
    if listed and _REQUIREMENT_LISTS.fullmatch(path) and not re.search(r"[\"'{}\]]\s*$", before[:start]):
        return Typed("requirement", before[start:], begin + start, bare=True, after=after)
    if not listed and not before[:start].strip() and not key:
        if _NAME_TABLES.fullmatch(table):
            return Typed("name", before[start:], begin + start, after=after)
        if table == "tool.venvls" or table.startswith("tool.venvls."):
            return Typed("setting", f"{table[len('tool.venvls') :].lstrip('.')}.{before[start:]}".lstrip("."), begin + start, after=after)
    return None


def _in_table_of_names(table: str, key: str, lead: str, content: str, place: int, quote: str, after: str) -> Typed | None:
    """What is typed in a string that belongs to a package whose name is a key: Poetry's, Pipenv's and pixi's tables, uv's sources."""
    field = _FIELD.search(lead)
    plain = _NAMED.fullmatch(f"{table}.{key}")
    below = _NAMED.fullmatch(table)
    name = below[1] if below is not None else plain[1] if plain is not None else ""
    what = field[1] if field is not None else "version" if plain is not None and re.search(r"=\s*$", lead) and "{" not in lead else ""
    if what in ("path", "file") and (name or _PATH_TABLES.fullmatch(table)):
        return Typed("path", content, place, quote, after=after)
    if name and what in ("version", "extras"):
        name = PREFIX + name if _OF_CONDA.fullmatch(table) else name
        return Typed("specifier" if what == "version" else "own-extras", content, place, quote, after=after, name=name)
    return None


def _after_option(before: str, begin: int, after: str) -> Typed | None:
    """A group or an extra that is named after an option of a command: ``uv sync --group do``."""
    start = len(before) - len(_OPTION_WORD.search(before)[0])  # type: ignore[index]
    for kind, options in OPTIONS.items():
        if options.search(before[:start]):
            return Typed("group" if kind == "group" else "extra", before[start:], begin + start, after=after)
    return None


def _word(kind: str, before: str, begin: int, after: str) -> Typed:
    """A group or an extra in a list of words."""
    start = len(before) - len(_OPTION_WORD.search(before)[0])  # type: ignore[index]
    return Typed("group" if kind == "group" else "extra", before[start:], begin + start, after=after)


def _in_setup(before: str, after: str) -> Typed | None:
    """What is typed in a list of requirements that setup.py gives setuptools."""
    heads = list(_SETUP_LISTS.finditer(before, max(0, len(before) - _MOST_TEXT)))
    if not heads:
        return None
    quote, start, depth = "", 0, 0
    position = heads[-1].end()
    while position < len(before):
        sign = before[position]
        if quote:
            if sign == "\\":
                position += 1
            elif sign == quote or sign == "\n":
                quote = ""
        elif sign in "\"'":
            quote, start = sign, position + 1
        elif sign == "#":
            position = before.find("\n", position)
            if position < 0:
                return None
        else:
            depth += (sign in "[({") - (sign in "])}")
            if depth == 0:
                return None
        position += 1
    keyed = heads[-1][1] == "extras_require" and depth < 2
    return Typed("requirement", before[start:], start, quote, after=after) if quote and not keyed else None


def comment_at(line: str) -> int | None:
    """Where a line's comment begins; ``None`` where it has none."""
    comment, _ = _scanned(line)
    return comment


def _string(before: str) -> int | None:
    """Where the string begins that is open at the end of ``before``; ``None`` outside of one, -1 in a comment."""
    comment, string = _scanned(before)
    return -1 if comment is not None else string


def _scanned(before: str) -> tuple[int | None, int | None]:
    """Where a comment begins, and where the string that is open at the end."""
    quote, start = "", 0
    position = 0
    while position < len(before):
        sign = before[position]
        if not quote:
            if sign == "#":
                return position, None
            if sign in "\"'":
                quote, start = sign, position
        elif sign == "\\" and quote == '"':
            position += 1
        elif sign == quote:
            quote = ""
        position += 1
    return None, start if quote else None


def toml_place(text: Text, number: int, before: str, comment: str = "") -> tuple[str, str, bool]:
    """The table a line is in, the key whose value it is a part of, and whether a list is open there."""
    depth = 0
    key = ""
    for line in range(number, max(-1, number - _MOST_LINES), -1):
        written = before if line == number else text.line(line).removeprefix(comment).removeprefix(" " if comment else "")
        if line != number or not written.lstrip().startswith("["):
            head = _TABLE.match(written) if depth <= 0 and not key else None
            head = head or (_TABLE.match(written) if line != number else None)
            if head is not None and "=" not in written:
                return head[1].replace('"', "").replace(" ", ""), key, depth > 0
        bare = re.sub(r"\"(?:[^\"\\]|\\.)*\"?|'[^']*'?", "", written).partition("#")[0]
        if not key:
            depth += bare.count("[") - bare.count("]")
            stated = _KEY.match(written)
            if stated is not None and (line == number or depth > 0):
                key = stated[1].replace('"', "").replace("'", "").replace(" ", "")
    return "", key, depth > 0
