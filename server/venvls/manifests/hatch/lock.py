"""The lock of one of Hatch's environments: a pylock.toml by any name, or a list of pins where ``lock-filename`` does not end in ``.toml``.

Hatch has it written by uv (``uv pip compile``) or pip, and installs it with ``uv pip sync``. It writes it again whenever what is required
of the environment has changed since it last looked (``project/core.py``, ``prepare_environment``), and nothing in the file says from what
it was made: the lock is stale where it cannot be right, because what is required of this environment is not in it, or in another version.

Nothing is called extraneous. ``uv pip sync`` would remove it, and with it the project itself, which Hatch had installed just before.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from venvls.manifests.compiled.pins import pins
from venvls.manifests.hatch.naming import is_locked
from venvls.manifests.requirements.file import parse
from venvls.model.hints import TYPE_CHECKING
from venvls.model.lock import Locked, LockedSet, Source, Stale
from venvls.model.record import NamedTuple, replace
from venvls.model.text import Span, Text
from venvls.standards.markers import evaluate
from venvls.standards.versions import admits

if TYPE_CHECKING:
    from venvls.manifests.compiled.pins import Pin
    from venvls.model.facts import Facts
    from venvls.model.lock import LockFile

TOOL = "hatch"
_ANY = Source("any")


class _Read(NamedTuple):
    pins: tuple[Pin, ...] = ()
    problem: str | None = None


def locked(file: LockFile, facts: Facts) -> LockedSet:
    """What a list of pins asks of the environment it was written for."""
    name = facts.files.path.basename(file.path)
    read = file.read_as(_Read, _read, name)
    if read.problem is not None or facts.target is None:
        return LockedSet(file.path, TOOL, exact=False, problem=read.problem, unsure=facts.target is None)
    packages: dict[str, Locked] = {}
    versions: dict[str, set[str | None]] = {}
    spans: dict[str, Span] = {}
    unsure = False
    for pin in read.pins:
        holds = evaluate(pin.requirement.parsed.marker, facts.target)
        unsure = unsure or holds is None
        if pin.key is None:
            continue
        versions.setdefault(pin.key, set()).add(pin.version)
        if holds is not False and pin.version is not None:
            packages[pin.key] = Locked(pin.key, pin.version, _ANY)
            spans[pin.key] = pin.requirement.span
    return as_hatch_has_it(
        LockedSet(file.path, TOOL, packages, exact=False, locate=lambda key: spans.get(key, Span(0, 0)), unsure=unsure),
        {key: frozenset(listed) for key, listed in versions.items()},
        facts,
    )


def as_hatch_has_it(read: LockedSet, versions: Mapping[str, frozenset[str | None]], facts: Facts) -> LockedSet:
    """The set as Hatch goes by it where the file is the lock of this environment of its; the same otherwise. ``versions`` are all in it."""
    if not is_locked(facts, read.path):
        return read
    name = facts.files.path.basename(read.path)
    own = frozenset(manifest.name for manifest in facts.manifests.values() if manifest.name is not None)
    return replace(read, tool=TOOL, own=own, stale=next(_differences(name, versions, own, facts), None))


def _read(text: str, name: str) -> _Read:
    if text.lstrip("\ufeff").lstrip().startswith(("lock-version", "[[")):
        return _Read(problem=f"{name} is a pylock.toml by its text: with `lock-filename` it has to be called pylock.NAME.toml.")
    manifest = parse(Text(text), name, constraint=False)
    if manifest.problems:
        return _Read(problem=f"{name} cannot be read: create it again with `hatch env lock`.")
    return _Read(pins(manifest))


def _differences(name: str, versions: Mapping[str, frozenset[str | None]], own: frozenset[str], facts: Facts) -> Iterator[Stale]:
    """What is required of the environment, whatever else somebody chose to have in it, and is not in its lock."""
    for manifest in facts.manifests.values():
        if not manifest.complete or manifest.format == "requirements.txt":
            continue
        counting = facts.counting_by_itself(manifest)
        for requirement in manifest.requirements:
            parsed = requirement.parsed
            if requirement.scope not in counting or parsed.error or parsed.key is None or parsed.key in own:
                continue
            if evaluate(parsed.marker, facts.target) is not True:
                continue
            there = versions.get(parsed.key)
            if there is None:
                yield Stale(f"{name} was made before `{parsed.text}` was added here: create it again.", manifest.path, requirement.span)
            elif parsed.specifier and None not in there and all(admits(parsed.specifier, str(version)) is False for version in there):
                shown = ", ".join(sorted(map(str, there)))
                yield Stale(
                    f"{name} has {parsed.name} {shown}, which this requirement does not allow: create it again.",
                    manifest.path,
                    requirement.span,
                )
