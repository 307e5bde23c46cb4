"""Where packages are in the text of a lock, whatever its format: for who looks at a place there, not for who compares what it says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from venvls.manifests.conda.platform import PREFIX, archive_parts
from venvls.model.names import canonical
from venvls.model.record import NamedTuple
from venvls.model.text import Span

_TOML = re.compile(r"^\[\[packages?\]\][ \t]*\r?\n(?:[^\[\n][^\n]*\n)*?name = [\"']([^\"'\n]*)[\"']", re.MULTILINE)
_PIPFILE = re.compile(r"^ {8}\"([^\"\n]+)\": \{", re.MULTILINE)
_PIPFILE_SECTION = re.compile(r"^ {4}\"([^\"\n]+)\": \{", re.MULTILINE)
_ITEM = re.compile(r"^(?:  )?- .*(?:\r?\n(?:(?:  )?  (?!- )|[ \t]*\r?$).*)*", re.MULTILINE)
_FIELD = re.compile(r"^(?:  )?[ -] (conda|pypi|url|path|kind|name|manager):[ \t]+[\"']?([^\s\"'#][^\r\n]*?)[\"']?[ \t]*\r?$", re.MULTILINE)
_HEAD = re.compile(r"^packages?:[ \t]*\r?$", re.MULTILINE)
_REFERENCE = re.compile(r"^ +- (conda|pypi): (\S+)[ \t]*\r?$", re.MULTILINE)
_EXPLICIT = re.compile(r"^(?![ \t]*#)\S*/([^/\s#]+)(?:\.conda|\.tar\.bz2)(?:#\S*)?[ \t]*\r?$", re.MULTILINE)
_EXPLICIT_PIP = re.compile(r"^#[ \t]*pip[ \t]+([A-Za-z0-9][A-Za-z0-9._-]*)[ \t]+@[^\r\n]*", re.MULTILINE)
_WORD = re.compile(r"[\"']([A-Za-z0-9][A-Za-z0-9._-]*)")


class Entry(NamedTuple):
    """One locked package: its key (a PEP 503 name, or ``conda:`` and conda's), where the name stands, and its whole stretch, up to the next
    one's."""

    key: str
    name: Span
    whole: Span


def entries(file_name: str, text: str) -> Iterator[Entry]:
    """The packages of a lock in the order of its text; none for a format that is not known here."""
    if file_name == "Pipfile.lock":
        yield from _pipfile(text)
    elif file_name == "pixi.lock" or file_name.startswith("conda-lock."):
        yield from _yaml(text)
    elif file_name.startswith("conda-") and file_name.endswith(".lock"):
        yield from _explicit(text)
    elif file_name.endswith((".lock", ".toml")):
        yield from _following(_TOML.finditer(text), len(text))


def mentions(file_name: str, text: str, known: Iterable[Entry], place: Span) -> Iterator[Entry]:
    """Where, at ``place`` (whole lines), a lock names a package that is ``known`` outside of its own entry: what others need, and what an
    environment of pixi's consists of."""
    keys = {entry.key: entry for entry in known}
    if file_name == "pixi.lock":
        for match in _REFERENCE.finditer(text, *place):
            span = Span(*match.span(2))
            key = _key_of(match[1], match[2])
            if key in keys:
                yield Entry(key, span, span)
    elif file_name.endswith((".lock", ".toml")) and not file_name.startswith(("Pipfile", "conda-")):
        names = {entry.name for entry in keys.values()}
        for match in _WORD.finditer(text, *place):
            span = Span(*match.span(1))
            if span not in names and (key := canonical(match[1])) in keys:
                yield Entry(key, span, span)


def _following(matches: Iterator[re.Match[str]], end: int) -> Iterator[Entry]:
    """Entries that reach up to the next one's beginning."""
    listed = list(matches)
    for number, match in enumerate(listed):
        until = listed[number + 1].start() if number + 1 < len(listed) else end
        yield Entry(canonical(match[1]), Span(*match.span(1)), Span(match.start(), until))


def _pipfile(text: str) -> Iterator[Entry]:
    sections = list(_PIPFILE_SECTION.finditer(text))
    for number, section in enumerate(sections):
        end = sections[number + 1].start() if number + 1 < len(sections) else len(text)
        if section[1] != "_meta":
            yield from _following(_PIPFILE.finditer(text, section.end(), end), end)


def _yaml(text: str) -> Iterator[Entry]:
    """Items of the list of packages: pixi's, and conda-lock's."""
    head = _HEAD.search(text)
    for item in _ITEM.finditer(text, head.end()) if head is not None else ():
        fields = {match[1]: match for match in reversed(list(_FIELD.finditer(text, item.start(), item.end())))}
        kind = fields["kind"][2] if "kind" in fields else fields["manager"][2] if "manager" in fields else ""
        conda = "conda" in fields or kind == "conda"
        place = fields.get("conda") or (fields.get("url") if conda and "manager" not in fields else None)
        archive = archive_parts(place[2]) if place is not None else None
        if (named := fields.get("name")) is not None:
            yield Entry(PREFIX + named[2].lower() if conda else canonical(named[2]), Span(*named.span(2)), Span(*item.span()))
        elif archive is not None and place is not None:
            start = text.rindex("/", 0, place.end(2)) + 1
            yield Entry(PREFIX + archive[0].lower(), Span(start, start + len(archive[0])), Span(*item.span()))


def _explicit(text: str) -> Iterator[Entry]:
    """Lines of URLs, and those for pip that conda-lock writes as comments."""
    for match in sorted((*_EXPLICIT.finditer(text), *_EXPLICIT_PIP.finditer(text)), key=lambda match: match.start()):
        archive = archive_parts(f"{match[1]}.conda") if match.re is _EXPLICIT else None
        if archive is not None:
            yield Entry(PREFIX + archive[0].lower(), Span(match.start(1), match.start(1) + len(archive[0])), Span(*match.span()))
        elif match.re is _EXPLICIT_PIP:
            yield Entry(canonical(match[1]), Span(*match.span(1)), Span(*match.span()))


def _key_of(kind: str, location: str) -> str:
    """The key of what one line of an environment names, where its address alone tells; else empty."""
    if kind == "conda":
        archive = archive_parts(location)
        return PREFIX + archive[0].lower() if archive is not None else ""
    file = location.rpartition("/")[2]
    return canonical(file.partition("-")[0]) if file.endswith(".whl") else ""
