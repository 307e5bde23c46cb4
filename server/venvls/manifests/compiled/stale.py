"""Whether a compiled requirements file still fits its inputs, from the files alone: nothing is resolved.

Only what must make a compile write something else is said: a requirement that has no pin, a pin that a requirement or a constraint
excludes, a pin for an input that no longer requires it. Where a marker, an override or an input that cannot be read leaves room,
nothing is.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType

from venvls.manifests.compiled.header import Command
from venvls.manifests.compiled.pins import Pin, needed_by_others
from venvls.model.hints import TYPE_CHECKING
from venvls.model.lock import Stale
from venvls.model.record import NamedTuple
from venvls.model.text import Span
from venvls.standards.markers import evaluate
from venvls.standards.versions import admits

if TYPE_CHECKING:
    from venvls.model.facts import Facts
    from venvls.model.manifest import Manifest
    from venvls.model.requirement import Requirement

_UNSAFE = frozenset({"setuptools", "distribute", "pip"})
"""What pip-compile leaves out unless it is told ``--allow-unsafe``."""

_BUILT = ("pyproject.toml", "setup.cfg", "setup.py")


class Compiled(NamedTuple):
    """One compiled file, its command, its lines, and its inputs and ``bounds`` (``-c``) that are known here (by absolute path)."""

    manifest: Manifest
    command: Command
    base: str
    pins: tuple[Pin, ...]
    inputs: tuple[str, ...]
    complete: bool
    bounds: tuple[str, ...] = ()


def stale(compiled: Compiled, facts: Facts) -> Stale | None:
    """The first thing that differs, with its place in the input; ``None`` where nothing is known to."""
    name = str(facts.files.path.basename(compiled.manifest.path))
    difference = next(_differences(compiled, facts, name), None)
    if difference is None or difference.path in facts.outside:
        return None
    return difference._replace(message=f"{difference.message} Compile it again.")


def _differences(compiled: Compiled, facts: Facts, name: str) -> Iterator[Stale]:
    pinned: dict[str, list[Pin]] = {}
    for pin in compiled.pins:
        if pin.key is not None:
            pinned.setdefault(pin.key, []).append(pin)
    readable = compiled.manifest.complete and not compiled.manifest.problems
    stated = tuple(stating(compiled, facts)) if readable else ()
    for path, manifest, bounds in stated:
        for requirement in manifest.requirements:
            if bounds or _counts(requirement, manifest, compiled):
                yield from _of_requirement(requirement, path, pinned, compiled, facts, name, bounds=bounds)
    asked = {path: manifest for path, manifest, bounds in stated if not bounds and not _is_open(manifest)}
    yield from _left_over(asked, compiled, facts, name)


def stating(compiled: Compiled, facts: Facts) -> Iterator[tuple[str, Manifest, bool]]:
    """The inputs and everything they include, each once, and whether it only bounds versions (``-c``)."""
    targets: dict[str, list[tuple[str, bool]]] = {}
    for link in facts.links:
        if link.target is not None and link.failure is None:
            targets.setdefault(link.source, []).append((link.target, link.include.kind == "constraints"))
    seen: set[tuple[str, bool]] = set()
    waiting = [*((path, False) for path in compiled.inputs), *((path, True) for path in compiled.bounds)]
    while waiting:
        path, bounds = waiting.pop(0)
        manifest = facts.manifests.get(path)
        if (path, bounds) in seen or manifest is None:
            continue
        seen.add((path, bounds))
        yield path, manifest, bounds or manifest.constraint
        waiting += [(target, bounds or below) for target, below in targets.get(path, ())]


def _counts(requirement: Requirement, manifest: Manifest, compiled: Compiled) -> bool:
    """Whether the command required this requirement."""
    kind, name = requirement.scope
    written = compiled.command
    if requirement.parsed.key is not None and requirement.parsed.key == manifest.name:
        return False  # the project itself, with extras of its own
    if kind == "extra":
        return written.all_extras or name in written.extras
    return kind == "main" or (kind == "group" and name in written.groups and not manifest.constraint)


def _of_requirement(
    requirement: Requirement, path: str, pinned: dict[str, list[Pin]], compiled: Compiled, facts: Facts, name: str, *, bounds: bool
) -> Iterator[Stale]:
    parsed, key = requirement.parsed, requirement.parsed.key
    if parsed.error is not None or key is None:
        return
    pins = pinned.get(key)
    if parsed.url is not None:
        of_index = not bounds and pins is not None and all(pin.version is not None for pin in pins)
        if of_index and not compiled.command.bends and evaluate(parsed.marker, facts.target) is True:
            message = f"{name} pins {parsed.name} {pins[0].version if pins else ''} of an index, but it is required from another place."
            yield Stale(message, path, requirement.span)
        return
    if pins is None or not any(evaluate(pin.requirement.parsed.marker, facts.target) is not False for pin in pins):
        if not bounds and key not in _UNSAFE and key not in compiled.command.skipped and compiled.complete:
            yield from _not_pinned(requirement, path, pins, compiled, facts, name)
        return
    versions = [pin.version for pin in pins]
    if compiled.command.bends or not parsed.specifier or None in versions or evaluate(parsed.marker, facts.target) is not True:
        return
    if all(admits(parsed.specifier, version) is False for version in versions):
        span = requirement.locate(parsed.specifier_span) if parsed.specifier_span is not None else requirement.span
        yield Stale(f"{name} pins {parsed.name} {versions[0]}, but {parsed.specifier.strip()} is required.", path, span)


def _not_pinned(
    requirement: Requirement, path: str, pins: list[Pin] | None, compiled: Compiled, facts: Facts, name: str
) -> Iterator[Stale]:
    """A requirement without a pin, or with none for this environment. With a marker it may have been left out for the Python and platform
    of whoever compiled: it is required here all the same. A universal one has what any platform needs."""
    parsed = requirement.parsed
    if pins is None and (parsed.marker is None or (compiled.command.universal and "python" not in parsed.marker)):
        yield Stale(f"{parsed.name} is not in {name}, which was compiled before {parsed.name} was added.", path, requirement.span)
    elif not compiled.command.aimed and facts.target is not None and evaluate(parsed.marker, facts.target) is True:
        message = (
            f"{name} does not pin {parsed.name} for this environment, where it is required: it is older, or for another Python or platform."
        )
        yield Stale(message, path, requirement.span)


def _left_over(asked: dict[str, Manifest], compiled: Compiled, facts: Facts, name: str) -> Iterator[Stale]:
    """Pins for inputs that do not name them any more, where nothing else requires them: packages that require each other do not."""
    named_no_more = [(pin, place) for pin in compiled.pins if (place := _named_no_more(pin, asked, compiled, facts)) is not None]
    if not named_no_more:
        return
    stated = {
        requirement.parsed.key
        for manifest in asked.values()
        for requirement in manifest.requirements
        if compiled.command.universal or evaluate(requirement.parsed.marker, facts.target) is not False
    }
    needed = needed_by_others(compiled.pins, {pin.key for pin, _ in named_no_more}, stated)
    for pin, (written, read) in named_no_more:
        if pin.key not in needed:
            message = f"{name} pins {pin.requirement.parsed.name} for {written}, which does not require it any more."
            yield Stale(message, read, Span(0, 0))


def _named_no_more(pin: Pin, asked: dict[str, Manifest], compiled: Compiled, facts: Facts) -> tuple[str, str] | None:
    """The name of the first input that a pin is for, and the path of the first that was read for it, where none of them names it."""
    if pin.key is None or pin.version is None or not pin.files:
        return None
    path = facts.files.path
    places = [str(path.normpath(path.join(compiled.base, file.replace("/", path.sep)))) for file in pin.files]
    read = [target for place in places for target in _read_with(place, facts)]
    if any(target not in asked or any(_names(each, pin, compiled, facts) for each in asked[target].requirements) for target in read):
        return None
    return path.basename(places[0]), read[0]


def _names(requirement: Requirement, pin: Pin, compiled: Compiled, facts: Facts) -> bool:
    """Whether a requirement is why a pin is there. What is required by a marker gets a pin with that: one without any comes from elsewhere
    where the marker does not hold."""
    parsed = requirement.parsed
    if parsed.key != pin.key:
        return False
    elsewhere = pin.requirement.parsed.marker is None and not (compiled.command.universal or compiled.command.aimed)
    return not (elsewhere and parsed.marker is not None and evaluate(parsed.marker, facts.target) is False)


def _read_with(place: str, facts: Facts) -> list[str]:
    return [target for target in stating_together(place, facts.files.path) if target in facts.manifests] or [place]


def stating_together(place: str, path: ModuleType) -> list[str]:
    """The files that a compile of this one reads: what a project that is built requires may be in any of its three."""
    folder, name = path.split(place)
    return [*dict.fromkeys(path.join(folder, other) for other in (name, *_BUILT))] if name in _BUILT else [place]


def _is_open(manifest: Manifest) -> bool:
    """Whether a file may require more than is read of it."""
    hidden = bool({"dependencies", "optional-dependencies"} & set(manifest.dynamic))
    unnamed = any(requirement.parsed.key is None for requirement in manifest.requirements)
    return hidden or unnamed or not manifest.complete or bool(manifest.problems)
