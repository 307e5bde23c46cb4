"""Which folders the globs of a workspace name: ``*``, ``?`` and ``[…]`` stay within one name, dots in front too; ``**`` crosses any number
of folders, at the end at least one (as Rust's ``glob``, which uv uses)."""

from __future__ import annotations

from venvls.model.hints import TYPE_CHECKING
from venvls.model.patterns import re
from venvls.model.pieces import lru_cache

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from venvls.model.ports import FileView

MOST = 2_000
"""Folders looked at, and patterns."""
_MOST_DEEP = 200
"""Patterns with ``**``: how a folder is put to one of them grows with both."""
_DEEPEST = 40
_NEVER = frozenset({".git", ".venv", "venv", "node_modules", "__pycache__", "site-packages"})
"""Folders that ``**`` is not followed into: large, and no place for a member."""

_Seen = set[tuple[int, str, int]]


class Globs:
    """Patterns, each the names of folders on the way from the workspace's root, sorted once by how each of hundreds of folders is put to
    them: those without any glob, those that name each folder on the way (by how many, and by how the first one begins before any glob), and
    those with ``**``, each with what its last part says. Of thousands of patterns, which no workspace has, the first count."""

    __slots__ = ("_by_length", "_deep", "_literal")

    def __init__(self, patterns: Sequence[Sequence[str]]) -> None:
        self._literal: set[tuple[str, ...]] = set()
        self._by_length: dict[int, dict[str, list[list[Callable[[str], object]]]]] = {}
        self._deep: list[tuple[Callable[[str], object], Sequence[str]]] = []
        for pattern in patterns[:MOST]:
            if "**" in pattern:
                if len(self._deep) < _MOST_DEEP:
                    self._deep.append((_is(pattern[-1]), pattern))
            elif not any(map(_is_glob, pattern)):
                self._literal.add(tuple(pattern))
            else:
                beginning = re.split(r"[*?\[]", pattern[0], maxsplit=1)[0]
                self._by_length.setdefault(len(pattern), {}).setdefault(beginning, []).append([_is(segment) for segment in pattern])

    def name(self, parts: Sequence[str]) -> bool:
        """Whether one of them names the folder, which is given as they are."""
        if tuple(parts) in self._literal:
            return True
        first, rest = parts[0] if parts else "", parts[1:]
        by_beginning = self._by_length.get(len(parts), {})
        for size in range(len(first) + 1) if len(by_beginning) > len(first) else {*map(len, by_beginning)}:
            for is_first, *others in by_beginning.get(first[:size], ()):
                if is_first(first) and all(is_named(part) for is_named, part in zip(others, rest, strict=True)):
                    return True
        return any(fits(parts, pattern) for is_last, pattern in self._deep if is_last(parts[-1] if parts else ""))


def _is(segment: str) -> Callable[[str], object]:
    """Whether a name is what one part of a pattern says, as a function of it."""
    if segment in ("*", "**"):
        return _is_any
    return _named(segment) if _is_glob(segment) else segment.__eq__


def _is_any(name: str) -> bool:
    return True


def fits(parts: Sequence[str], pattern: Sequence[str]) -> bool:
    """Whether the pattern names the folder, in time that grows with their lengths alone."""
    # How many parts may be used up so far.
    used = {0}
    for number, segment in enumerate(pattern, 1):
        if segment == "**":
            used = set(range(min(used) + (number == len(pattern)), len(parts) + 1))
        elif segment == "*" or not _is_glob(segment):
            used = {index + 1 for index in used if index < len(parts) and segment in ("*", parts[index])}
        else:
            named = _named(segment)
            used = {index + 1 for index in used if index < len(parts) and named(parts[index])}
        if not used:
            return False
    return len(parts) in used


def _is_glob(segment: str) -> bool:
    return "*" in segment or "?" in segment or "[" in segment


@lru_cache(maxsize=2 * MOST)
def _named(segment: str) -> Callable[[str], object]:
    """Whether a name is what the segment says, as a function of it. Python's own keeps 256 of these, and makes all others each time."""
    from fnmatch import translate

    return re.compile(translate(segment)).match


def patterns_of(listed: object) -> list[list[str]] | None:
    """The patterns of a list in a manifest, as the names in each; ``None`` for what is no list of texts, or too deep."""
    if listed is None:
        return []
    if not isinstance(listed, list) or not all(isinstance(text, str) for text in listed):
        return None
    patterns = [[part for part in text.replace("\\", "/").split("/") if part not in ("", ".")] for text in listed]
    patterns = [
        [part for index, part in enumerate(pattern) if part != "**" or pattern[index + 1 : index + 2] != ["**"]] for pattern in patterns
    ]
    return patterns if all(len(pattern) <= _DEEPEST for pattern in patterns) else None


def folders(root: str, patterns: Sequence[Sequence[str]], files: FileView) -> set[str] | None:
    """The folders with a pyproject.toml that the patterns name, from ``root`` with ``/``; ``None`` where there are too many to look at."""
    seen: _Seen = set()
    named = {folder for number, pattern in enumerate(patterns) for folder in _expand(root, "", pattern, files, (seen, number))}
    return named if len(seen) < MOST else None


def _expand(root: str, folder: str, pattern: Sequence[str], files: FileView, met: tuple[_Seen, int]) -> Iterator[str]:
    """The folders below ``folder`` with a pyproject.toml that fit; ``met`` are the places that have been looked at, for which pattern."""
    seen, number = met
    place = (number, folder, len(pattern))
    if place in seen or len(seen) >= MOST or folder.count("/") >= _DEEPEST:
        return
    seen.add(place)
    if not pattern:
        if folder and files.stat(files.path.join(root, *folder.split("/"), "pyproject.toml")) is not None:
            yield folder
        return
    from fnmatch import fnmatchcase

    first, rest = pattern[0], pattern[1:]
    if first != "**" and not _is_glob(first):
        yield from _expand(root, f"{folder}/{first}" if folder else first, rest, files, met)
        return
    if first == "**" and rest:
        yield from _expand(root, folder, rest, files, met)
    for name in _inner(root, folder, files, links=first != "**"):
        below = f"{folder}/{name}" if folder else name
        if first != "**":
            if fnmatchcase(name, first):
                yield from _expand(root, below, rest, files, met)
        elif name not in _NEVER:
            if not rest:
                yield from _expand(root, below, (), files, met)
            yield from _expand(root, below, pattern, files, met)


def _inner(root: str, folder: str, files: FileView, *, links: bool) -> Iterable[str]:
    here = files.path.join(root, *folder.split("/")) if folder else root
    return [entry.name for entry in files.list(here) or () if entry.kind == "directory" or (links and entry.kind == "link")]
