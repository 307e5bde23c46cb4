"""Compiled requirements files → what ``pip-sync`` (or ``uv pip sync``) wants installed: pip-tools' lock, written as a manifest.

Several of them may count at once (``requirements.txt``, ``requirements-dev.txt``): one set is made of all that count, as ``pip-sync
requirements.txt requirements-dev.txt`` would. Each line is also a requirement of its own file and is checked there; what the lock adds is
that the inputs' lines are checked by the pins, that nothing else should be installed, and that the inputs may have changed since.

Truth: ``pip-sync --dry-run`` (piptools ``sync.py``). Two things differ on purpose: pip-sync installs again whatever came from a URL, each
time; here its origin is compared. And what a compiled file of the project that does not count requires is not called extraneous.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from venvls.manifests.compiled.header import base_folder, command
from venvls.manifests.compiled.neighbours import required_by_neighbours
from venvls.manifests.compiled.pins import Pin, leading, pins
from venvls.manifests.compiled.seeds import kept_by_uv
from venvls.manifests.compiled.stale import Compiled, stale, stating, stating_together
from venvls.model.families import CompiledHeader
from venvls.model.hints import TYPE_CHECKING
from venvls.model.lock import Locked, LockedSet, Source
from venvls.model.names import canonical
from venvls.model.record import NamedTuple, replace
from venvls.model.text import Span
from venvls.standards.markers import evaluate

if TYPE_CHECKING:
    from venvls.model.environment import Installed
    from venvls.model.facts import Facts
    from venvls.model.lock import LockFile
    from venvls.model.manifest import Manifest

_ANY = Source("any")
_NEVER_REMOVED = ("pip", "pip-tools", "pip-review", "pkg-resources", "python", "wsgiref", "argparse")
_BEFORE_3_12 = ("setuptools", "distribute", "wheel")


def locked(file: LockFile, facts: Facts) -> LockedSet:
    """What the project's compiled files that count ask of its environment."""
    every = [manifest for manifest in facts.manifests.values() if is_compiled(manifest)]
    counted = [manifest for manifest in every if facts.counted is None or manifest.path in facts.counted]
    first = facts.manifests.get(file.path)
    header = first.own.compiled if first is not None else None
    tool = "uv" if header is not None and header.tool == "uv" else "pip-tools"
    before = file.parsed if isinstance(file.parsed, _Before) else _Before()
    # Lines are taken apart once for each state of each file, not once for each keystroke in an input.
    lines = {
        manifest.path: (manifest, known[1] if (known := before.lines.get(manifest.path)) and known[0] is manifest else pins(manifest))
        for manifest in counted
    }
    read = [_read(manifest, facts, lines[manifest.path][1]) for manifest in counted]
    together = _together(read, facts)
    covers = {
        path
        for compiled in read
        for path in (compiled.manifest.path, *(path for path, _, bounds in stating(compiled, facts) if not bounds))
    }
    bounding = {path for compiled in read for path, _, bounds in stating(compiled, facts) if bounds}
    others = {key for manifest in every if manifest not in counted for key in _names(manifest)}
    recompiled = before.lines.keys() != lines.keys() or any(before.lines[path][0] is not lines[path][0] for path in lines)
    neighbours = (
        frozenset(required_by_neighbours({facts.files.path.dirname(manifest.path) for manifest in every}, facts))
        if recompiled
        else before.neighbours
    )
    kept = (
        others
        | neighbours
        | together.conflicting
        | _by_url(read)
        | (kept_by_uv(facts) | {"pip"} if tool == "uv" else _kept_by_pip_sync(facts))
    )
    spans = {
        pin.key: pin.requirement.span
        for compiled in read
        if compiled.manifest.path == file.path
        for pin in compiled.pins
        if pin.key is not None
    }
    result = LockedSet(
        file.path,
        tool,
        together.packages,
        exact=True,
        kept=frozenset(kept),
        locate=lambda key: spans.get(key, Span(0, 0)),
        # Files that do not count lock nothing of what does: the compiled file itself is all it speaks of then.
        covers=frozenset(covers or (file.path,)),
        through=leading(tuple(pin for compiled in read for pin in compiled.pins)),
        own=_own(facts),
        stale=next((old for compiled in read if (old := stale(compiled, facts)) is not None), None),
        unsure=facts.target is None or not counted or together.unsure or _others_ask(covers | bounding, facts),
        by_specifier=True,
    )
    # The same object again while it says the same, so that verdicts resting on it last.
    same = not recompiled and before.result is not None and replace(result, locate=before.result.locate) == before.result
    file.parsed = _Before(lines, before.result if same else result, neighbours)
    return before.result if same and before.result is not None else result


class _Before(NamedTuple):
    """What was worked out last: each file's lines, the set, and what ``neighbours`` require."""

    lines: Mapping[str, tuple[Manifest, tuple[Pin, ...]]] = MappingProxyType({})
    result: LockedSet | None = None
    neighbours: frozenset[str] = frozenset()


def is_compiled(manifest: Manifest) -> bool:
    """Whether a manifest is a compiled requirements file that installs something."""
    return manifest.own.compiled is not None and not manifest.constraint


def _read(manifest: Manifest, facts: Facts, listed: tuple[Pin, ...]) -> Compiled:
    path = facts.files.path
    header = manifest.own.compiled or CompiledHeader("", "")
    written = command(header)
    base = base_folder(header, manifest.path, path)
    named, bounding = (
        [str(path.normpath(path.join(base, file.replace("/", path.sep)))) for file in files] for files in (written.inputs, written.bounds)
    )
    if not named:
        # Somebody's own command, or pip-compile's default: the comments name the files.
        named = _mentioned(listed, base, facts) or [path.splitext(manifest.path)[0] + ".in"]
    named = [target for place in named for target in stating_together(place, path)]
    known = tuple(target for target in dict.fromkeys(named) if target in facts.manifests and target != manifest.path)
    bounds = tuple(target for target in dict.fromkeys(bounding) if target in facts.manifests and target not in known)
    return Compiled(manifest, written, base, listed, known, complete=written.plain, bounds=bounds)


def _mentioned(listed: Iterable[Pin], base: str, facts: Facts) -> list[str]:
    path = facts.files.path
    files = dict.fromkeys(file for pin in listed for file in pin.files)
    return [str(path.normpath(path.join(base, file.replace("/", path.sep)))) for file in files]


class _Together:
    """What several compiled files require together."""

    def __init__(self) -> None:
        self.packages: dict[str, Locked] = {}
        self.conflicting: set[str] = set()
        self.unsure = False


def _together(read: Iterable[Compiled], facts: Facts) -> _Together:
    together = _Together()
    for pin in (pin for compiled in read for pin in compiled.pins):
        holds = evaluate(pin.requirement.parsed.marker, facts.target)
        if holds is None:
            together.unsure = True
        if not holds:
            continue
        if pin.key is None:
            together.unsure = True
        elif pin.version is not None:
            known = together.packages.setdefault(pin.key, Locked(pin.key, pin.version, _ANY))
            if known.version != pin.version:
                together.conflicting.add(pin.key)
    for key in together.conflicting:
        # pip-sync refuses it; each line is checked by itself then.
        del together.packages[key]
    return together


def _names(manifest: Manifest) -> Iterator[str]:
    return (requirement.parsed.key for requirement in manifest.requirements if requirement.parsed.key is not None)


def _by_url(read: Iterable[Compiled]) -> set[str]:
    """What comes from a URL or a path: its line checks it, by its origin."""
    return {pin.key for compiled in read for pin in compiled.pins if pin.key is not None and pin.version is None}


def _own(facts: Facts) -> frozenset[str]:
    return frozenset(manifest.name for manifest in facts.manifests.values() if manifest.name is not None)


def _others_ask(covers: Iterable[str], facts: Facts) -> bool:
    """Whether files that count and that no compiled one was made from require something too: what that needs is not known."""
    covered = set(covers)
    return any(
        path not in covered
        and (facts.counted is None or path in facts.counted)
        and any(requirement.parsed.error is None and facts.counts(manifest, requirement.scope) for requirement in manifest.requirements)
        for path, manifest in facts.manifests.items()
    )


def _kept_by_pip_sync(facts: Facts) -> set[str]:
    """What pip-sync leaves alone: itself, pip, and whatever they need that is installed (piptools ``get_dists_to_ignore``)."""
    if facts.installed is None:
        return set(_NEVER_REMOVED)
    minor = (facts.environment.minor if facts.environment is not None else None) or "3.12"
    older = tuple(int(part) for part in minor.split(".") if part.isdecimal()) < (3, 12)
    start = (*_NEVER_REMOVED, *_BEFORE_3_12) if older else _NEVER_REMOVED
    kept: set[str] = set(start)
    waiting = [name for name in start if name in facts.installed.distributions]
    while waiting:
        for name in _needs(waiting.pop(), facts.installed, facts):
            if name not in kept and name in facts.installed.distributions:
                kept.add(name)
                waiting.append(name)
    return kept


def _needs(key: str, installed: Installed, facts: Facts) -> Iterator[str]:
    from venvls.manifests.pep508.requirement import parse_requirement

    for text in installed.metadata(installed.distributions[key][0]).requires:
        parsed = parse_requirement(text)
        if parsed.key is not None and evaluate(parsed.marker, facts.target) is not False:
            yield canonical(parsed.key)
