"""What differs between a pyproject.toml and a uv.lock, in words, with the place it is shown at; requirements compared one by one."""

from __future__ import annotations

from venvls.manifests.uv.equal import follows
from venvls.manifests.uv.noted import Entry, Part, Place, entries_of, matches, parts, settled_by, sources_of
from venvls.manifests.uv.reading import Lock, Table, table
from venvls.model.hints import TYPE_CHECKING
from venvls.model.names import canonical
from venvls.model.patterns import re
from venvls.model.record import NamedTuple
from venvls.model.requirement import Scope
from venvls.model.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from venvls.model.facts import Facts
    from venvls.model.manifest import Manifest
    from venvls.model.requirement import Requirement

_MOST_FOLDERS = 64
_LARGEST_SETTINGS = 1_000_000
_MOST_ALIKE = 100
"""Requirements of one name that are compared with each other."""


class Difference(NamedTuple):
    """What differs, as the subject and verb of a sentence, and where in the pyproject.toml."""

    what: str
    span: Span


def compare(
    asked: Iterable[Requirement],
    noted: list[Table],
    lock: Lock,
    manifest: Manifest,
    facts: Facts | None,
    *,
    gone: Span,
    group: str | None = None,
    more: Mapping[int, str | None] | None = None,
) -> Iterator[Difference]:
    """Each requirement that the lock has no note of, and each note that no requirement stands for.

    ``group`` is the one they are listed in; ``more`` gives by the identity of a requirement what else has to hold for it.
    """
    sources = sources_of(manifest, facts)
    entries = entries_of(noted)
    by_name: dict[str, list[Entry]] = {}
    for entry in entries:
        by_name.setdefault(entry.key, []).append(entry)
    python = str(lock.value.get("requires-python") or "")
    own_place = place_of(manifest, facts)
    met: set[int] = set()
    asked = list(asked)
    alike: dict[str | None, list[Requirement]] = {}
    for requirement in asked:
        alike.setdefault(requirement.parsed.key, []).append(requirement)
    for requirement in asked:
        if requirement.parsed.error is not None or requirement.parsed.key is None:
            return  # uv refuses the file; another rule says why
        named = by_name.get(requirement.parsed.key, ())
        condition = (more or {}).get(id(requirement), "")
        for part in parts(requirement, sources, Scope("group", group) if group is not None else requirement.scope):
            fits = [entry for entry in named if matches(requirement, part, entry, python, own_place, more=condition)]
            if not fits and part.source is not None and sources_not_sure(part, requirement, manifest, facts):
                fits = list(named)
            if (
                not fits
                and part.rest <= part.certain
                and not (part.source is None and _said_again(requirement, alike[requirement.parsed.key]))
            ):
                yield Difference(f"`{requirement.parsed.text}` is different from what was locked", requirement.span)
            met.update(map(id, fits))
    for entry in entries:
        if id(entry) not in met and not _is_narrowed(entry, by_name[entry.key]):
            yield Difference(f"{entry.key} was required differently when it was made", gone)


def _said_again(requirement: Requirement, named: list[Requirement]) -> bool:
    """Whether another one of those of its name requires all that this requirement does: uv passes over it then."""
    alike = [other for other in named if other.scope == requirement.scope and other.parsed.url is None]
    return requirement.parsed.url is None and _is_narrowed(_as_entry(requirement), list(map(_as_entry, alike)))


def _is_narrowed(entry: Entry, entries: list[Entry]) -> bool:
    """Whether another of the entries requires as much; of those that require the same, the first counts. Not asked of very many."""
    if len(entries) > _MOST_ALIKE:
        return False
    first = entries.index(entry)
    return any(_narrows(other, entry) and (number < first or not _narrows(entry, other)) for number, other in enumerate(entries))


def _as_entry(requirement: Requirement) -> Entry:
    parsed = requirement.parsed
    return Entry(parsed.key or "", frozenset(map(canonical, parsed.extras)), parsed.specifier, parsed.marker or "", {})


def _narrows(entry: Entry, other: Entry) -> bool:
    """Whether one note or requirement requires all that the other does, and more or as much."""
    same_place = entry.source == other.source and entry.marker in ("", other.marker)
    return same_place and entry.extras >= other.extras and follows(other.specifier, entry.specifier)


def settings_of(manifest: Manifest, facts: Facts) -> Table | None:
    """The settings of a project or a workspace's root that do not belong to a pyproject.toml alone: those of the ``uv.toml`` there, which
    takes the place of ``[tool.uv]``, else that table. ``None`` where the ``uv.toml`` cannot be read: uv then ends."""
    path = facts.files.path.join(facts.files.path.dirname(manifest.path), "uv.toml")
    if facts.files.stat(path) is None:
        return uv_table(manifest)
    from venvls.model import toml

    try:
        return table(toml.loads((facts.files.read(path, _LARGEST_SETTINGS) or b"").decode("utf-8-sig")))
    except (ValueError, RecursionError):
        return None


def stated_elsewhere(key: str, manifest: Manifest, facts: Facts, *, own_file: bool = True) -> bool:
    """Whether a setting of uv comes, or may come, from another place than this pyproject.toml; with ``own_file`` the project's own
    ``uv.toml`` is another place."""
    if facts.project.stated_elsewhere & {key, "*"}:
        return True
    exists = facts.files.stat
    path = facts.files.path
    folder = facts.project.workspace or path.dirname(manifest.path)
    if exists(path.join(folder, "uv.toml")) is not None:
        return own_file
    if "uv" in table(settled_by(manifest, facts)):
        return False
    # Without a table of its own a project follows the nearest folder above that has settings.
    for _ in range(_MOST_FOLDERS):
        above = path.dirname(folder)
        if above == folder:
            return False
        folder = above
        if exists(path.join(folder, "uv.toml")) is not None:
            return True
        data = facts.files.read(path.join(folder, "pyproject.toml"), 1_000_000)
        if data is not None and b"tool.uv" in data:
            return True
    return False


def sources_not_sure(part: Part, requirement: Requirement, manifest: Manifest, facts: Facts | None) -> bool:
    """Whether a source may be left out for a reason that is not known here: a setting, or two conditions that cannot both hold."""
    if requirement.parsed.marker and part.marker != requirement.parsed.marker:
        return True
    return facts is not None and any(stated_elsewhere(key, manifest, facts) for key in ("no-sources", "no-sources-package"))


def place_of(manifest: Manifest, facts: Facts | None) -> Place | None:
    """Where the lock is that this manifest is compared with."""
    if facts is None:
        return None
    return Place(facts.files, facts.project.workspace or facts.files.path.dirname(manifest.path))


def uv_table(manifest: Manifest) -> Table:
    """``[tool.uv]``."""
    return table(manifest.tool.get("uv"))


def place(manifest: Manifest, key: str, otherwise: Span | None = None) -> Span:
    """Where a key is; found by its text, which is enough for a remark."""
    for match in _KEY.finditer(manifest.text.source):
        if match[1] == key:
            return Span(*match.span(1))
    return otherwise or manifest.first_statement


_KEY = re.compile(r"(?m)^[ \t]*([A-Za-z0-9_-]+)(?=[ \t]*=)")
