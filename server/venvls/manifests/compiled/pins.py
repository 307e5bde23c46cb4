"""A compiled requirements file's lines: each pin, and where its ``# via`` comment says it comes from (split and line style)."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Collection, Iterable, Iterator

from venvls.model.manifest import Manifest
from venvls.model.names import canonical
from venvls.model.record import NamedTuple
from venvls.model.requirement import Requirement

_VIA = re.compile(r"#[ \t]*via\b[ \t]*(.*)")
_MORE = re.compile(r"[ \t]*#[ \t]{2,}(\S.*)")
_OF_FILE = re.compile(r"(?:-r|--requirement)[ \t]+(.+?)(?:[ \t]+\(line \d+\))?")
_OF_PROJECT = re.compile(r"(\S+)[ \t]+\((.+?)(?::([^:]*))?\)")
_PIN = re.compile(r"\s*={2,3}\s*([^\s,;*]+)\s*")

_LONGEST = 1_000
"""Characters of one entry of a comment; nobody's path is longer, and the patterns go over it more than once."""


class Pin(NamedTuple):
    """One line. ``version`` is ``None`` for what comes from a URL or a path; ``files`` are the inputs that require it, as written, and
    ``parents`` the packages that do."""

    requirement: Requirement
    version: str | None
    files: tuple[str, ...] = ()
    parents: tuple[str, ...] = ()

    @property
    def key(self) -> str | None:
        """The PEP 503 name."""
        return self.requirement.parsed.key


def pins(manifest: Manifest) -> tuple[Pin, ...]:
    """Every requirement of a compiled file that parses."""
    return tuple(_read(manifest))


def _read(manifest: Manifest) -> Iterator[Pin]:
    source = manifest.text.source
    listed = [requirement for requirement in manifest.requirements if requirement.parsed.error is None]
    for number, requirement in enumerate(listed):
        end = listed[number + 1].span.start if number + 1 < len(listed) else len(source)
        files: list[str] = []
        parents: list[str] = []
        for origin in _origins(source[requirement.span.end : end]):
            if len(origin) > _LONGEST:
                continue
            if match := _OF_FILE.fullmatch(origin):
                files.append(match[1])
            elif match := _OF_PROJECT.fullmatch(origin):
                files.append(match[2])
            elif not origin.startswith("-"):
                parents.append(canonical(origin.partition("[")[0].strip()))
        pin_match = _PIN.fullmatch(requirement.parsed.specifier) if requirement.parsed.url is None else None
        yield Pin(requirement, pin_match[1] if pin_match else None, tuple(files), tuple(parents))


def _origins(text: str) -> Iterator[str]:
    """The entries of the ``via`` comment in what follows a requirement."""
    lines = text.split("\n")
    for number, line in enumerate(lines):
        match = _VIA.search(line)
        if match is None:
            continue
        for entry in match[1].split(","):
            if entry.strip():
                yield entry.strip()
        for more in lines[number + 1 :]:
            inner = _MORE.match(more)
            if inner is None:
                return
            yield inner[1].strip()
        return


def needed_by_others(listed: tuple[Pin, ...], without: Collection[str | None], stated: Iterable[str | None]) -> set[str | None]:
    """The packages that something requires where no input names those in ``without``: an input (``stated`` are those that the inputs name
    now), what has no comment, or a package that is required itself."""
    names = {pin.key for pin in listed}
    needed = {*stated} | {
        pin.key for pin in listed if (pin.key not in without and (pin.files or not pin.parents)) or not names.issuperset(pin.parents)
    }
    children: dict[str, list[str | None]] = {}
    for pin in listed:
        for parent in pin.parents:
            children.setdefault(parent, []).append(pin.key)
    waiting = list(needed)
    while waiting:
        for child in children.get(waiting.pop() or "", ()):
            if child not in needed:
                needed.add(child)
                waiting.append(child)
    return needed


def leading(listed: tuple[Pin, ...]) -> dict[str, str]:
    """For each package that only others require, a package that an input requires and that leads to it."""
    parents: dict[str, list[str]] = {}
    for pin in listed:
        if pin.key is not None:
            parents.setdefault(pin.key, []).extend(pin.parents)
    direct = {pin.key for pin in listed if pin.files and pin.key is not None}
    children: dict[str, list[str]] = {}
    for child, above in parents.items():
        for parent in above:
            children.setdefault(parent, []).append(child)
    # Down from all inputs at once, a step at a time: each package is reached by its shortest way, and looked at once.
    steps = dict.fromkeys(direct, 0)
    hits: dict[str, str] = {}
    waiting = deque(direct)
    while waiting:
        parent = waiting.popleft()
        for child in children.get(parent, ()):
            if child not in steps:
                steps[child] = steps[parent] + 1
                waiting.append(child)
                # The first that it names of those on a shortest way.
                nearest = next(above for above in parents[child] if steps.get(above) == steps[parent])
                hits[child] = nearest if nearest in direct else hits[nearest]
    return hits
