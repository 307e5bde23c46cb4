"""The verdict all requirement rules share: is a requirement satisfied by what is installed, for this target?

As in pip's own check of what is installed: a false marker satisfies; names compare by PEP 503; the installed version is in the specifier,
pre-releases admitted, and in the constraints in force; a direct reference agrees with direct_url.json (see ``sources``); then the extras'
own needs are there (see ``dependencies``). What cannot be known from files is not checked, and never reported.
"""

from __future__ import annotations

from venvls.model.environment import Distribution
from venvls.model.facts import Facts, Placed
from venvls.model.hints import TYPE_CHECKING, Literal
from venvls.model.names import canonical
from venvls.model.record import NamedTuple
from venvls.model.requirement import ParsedRequirement
from venvls.rules.dependencies import Lack, extra_lacks, in_range, installed_as, version_of
from venvls.rules.locking import coverage, left_out, standing
from venvls.standards.markers import holds
from venvls.standards.versions import plainly

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from venvls.model.lock import Locked, LockedSet
    from venvls.model.manifest import Manifest

State = Literal["satisfied", "inapplicable", "left-out", "unknown", "missing", "broken", "version", "source", "extra", "gone"]


class Verdict(NamedTuple):
    """The state of a requirement. ``key`` is the name it was checked by; ``installed`` the version found under it.

    ``constraint`` is the bound that the version breaks where the requirement itself is met; ``difference`` ends the sentence
    "NAME …" for another source; ``lacks`` is what its extras miss. ``locked`` is the package in the lock where that decided.
    """

    state: State
    key: str | None = None
    installed: str | None = None
    distribution: Distribution | None = None
    constraint: Placed | None = None
    difference: str = ""
    lacks: tuple[Lack, ...] = ()
    locked: Locked | None = None


_UNKNOWN = Verdict("unknown")


class _Verdicts:
    """Verdicts by the requirement itself, kept next to its own so that its identity stays its own, and by all that a requirement means;
    and by identity those that are plainly met, of which nobody may want to know more."""

    def __init__(self) -> None:
        self.met: dict[int, ParsedRequirement] = {}
        self.latest: dict[int, tuple[ParsedRequirement, Verdict]] = {}
        self.lock: LockedSet | None = None  # with which the latest were made
        self.by_meaning: dict[tuple[object, ...], Verdict] = {}


def verdict(parsed: ParsedRequirement, facts: Facts, folder: str) -> Verdict:
    """The state of ``parsed`` in ``facts.installed``; ``folder`` is where its relative paths start. Worked out once for each meaning."""
    # By the object first: several rules ask about the same one in turn. It is kept next to its verdict, so that its identity stays its own.
    remembered = facts.remembered.of(_Verdicts)
    if remembered.lock is not facts.locked:
        remembered.lock, remembered.latest = facts.locked, {}
    same = remembered.latest.get(id(parsed))
    if same is not None:
        return same[1]
    met = _plainly_met(parsed, facts)
    if met is not None:
        remembered.latest[id(parsed)] = (parsed, met)
        return met
    memo = remembered.by_meaning
    url = parsed.url
    place = None if url is None else (url, folder, parsed.editable)
    covered = coverage(parsed, facts)
    meaning = (parsed.key, parsed.specifier, parsed.extras, parsed.marker, place, parsed.error is None, parsed.label, covered)
    known = memo.get(meaning)
    if known is None:
        known = memo[meaning] = _judge_alone(parsed, facts, folder) if covered == "none" else _judge_covered(parsed, facts, folder, covered)
    if url is None:
        remembered.latest[id(parsed)] = (parsed, known)
    return known


def plainly_met(needs: Iterable[ParsedRequirement], facts: Facts) -> Mapping[int, ParsedRequirement]:
    """Those of ``needs``, by identity, that are names, maybe with bounds and a true marker, which what is installed fits: in nearly every
    file nearly all lines. Their verdict is that they are satisfied, with nothing more to say; none is made. Others may be among them."""
    met = facts.remembered.of(_Verdicts).met
    if facts.locked is not None or facts.installed is None:
        return met
    found, bounded = facts.installed.distributions.get, facts.constraints
    for parsed in needs:
        if id(parsed) in met:
            continue
        _, _, key, extras, specifier, url, marker, _, _, _, _, _, _, error, _, _ = parsed
        if url is not None or extras or error is not None or key is None or key in bounded or not (records := found(key)):
            continue
        _, version, _, form, sign = records[0]
        if sign is not None or form == "conda" or plainly(specifier or f"=={version}", version) is not True:
            continue
        if marker is None or holds(marker, facts) is True:
            met[id(parsed)] = parsed
    return met


def _plainly_met(parsed: ParsedRequirement, facts: Facts) -> Verdict | None:
    """The verdict on a name with its bounds that what is installed fits, with nothing else to it: most lines of most files. ``None`` for
    all others, the unsatisfied ones among them."""
    _, _, key, extras, specifier, url, marker, _, _, _, _, _, _, error, _, _ = parsed
    if marker is not None or url is not None or extras or error is not None or key is None or facts.locked is not None:
        return None
    records = facts.installed.distributions.get(key) if facts.installed is not None and key not in facts.constraints else None
    if not records:
        return None
    distribution = records[0]
    _, version, _, form, sign = distribution
    if sign is not None or form == "conda" or plainly(specifier or f"=={version}", version) is not True:
        return None
    return Verdict("satisfied", key, version, distribution)


def _judge_covered(parsed: ParsedRequirement, facts: Facts, folder: str, covered: str) -> Verdict:
    """The lock's word; where another file that it was not made from states the same, what is wrong by itself too."""
    if covered == "stale":
        return _judge_by_stale_lock(parsed, facts, folder)
    by_lock = _judge_by_lock(parsed, facts)
    if by_lock.state not in ("satisfied", "inapplicable", "left-out") or covered != "shared":
        return by_lock
    by_itself = _judge(parsed, facts, folder)
    return by_lock if by_itself.state in ("satisfied", "inapplicable") else by_itself


def _judge_alone(parsed: ParsedRequirement, facts: Facts, folder: str) -> Verdict:
    """The requirement by itself. A stale lock's own word is not taken, but what it leaves out no sync of the workspace has brought."""
    by_itself = _judge(parsed, facts, folder)
    is_stale = facts.locked is not None and facts.locked.stale is not None
    return (
        by_itself._replace(state="left-out")
        if is_stale and by_itself.state == "missing" and by_itself.key in left_out(facts)
        else by_itself
    )


def _judge_by_stale_lock(parsed: ParsedRequirement, facts: Facts, folder: str) -> Verdict:
    """The requirement by itself, and then the version that the lock still says."""
    by_itself = _judge_alone(parsed, facts, folder)
    how = standing(parsed.key, facts) if by_itself.state == "satisfied" and parsed.key is not None else None
    return by_itself if how is None or how.state != "version" else by_itself._replace(state="version", locked=how.locked)


def _judge_by_lock(parsed: ParsedRequirement, facts: Facts) -> Verdict:
    """The locked package under this name decides; what the lock leaves out is not required in this environment."""
    if facts.installed is None or parsed.key is None:
        return _UNKNOWN
    if holds(parsed.marker, facts) is False:
        return Verdict("inapplicable", parsed.key)  # the lock may contain it anyway, through another package: then that is reported there
    how = standing(parsed.key, facts)
    if how is None:
        return Verdict("inapplicable", parsed.key)
    return Verdict(how.state, parsed.key, how.installed, difference=how.difference, locked=how.locked)


def _judge(parsed: ParsedRequirement, facts: Facts, folder: str) -> Verdict:
    if parsed.error is not None or facts.installed is None:
        return _UNKNOWN
    applies = holds(parsed.marker, facts)
    if applies is None:
        return _UNKNOWN
    if not applies:
        return Verdict("inapplicable", parsed.key)
    key = parsed.key or _key_of_source(parsed, facts, folder)
    if (key is None or parsed.editable) and _leads_nowhere(parsed, facts, folder):
        return Verdict("gone", key)
    if key is None:
        return _UNKNOWN
    distribution = installed_as(facts, key)
    if distribution is None and parsed.label:
        own = _key_of_source(parsed, facts, folder)
        if own is None:
            return _UNKNOWN
        key, distribution = own, installed_as(facts, own)
    if distribution is None:
        recorded = facts.installed.distributions.get(key)
        if recorded:
            return Verdict("broken", key, recorded[0].version, recorded[0])
        # A project that requires itself (for its extras) is often not meant to be installed.
        return _UNKNOWN if parsed.url is None and key in _own_names(facts) else Verdict("missing", key)
    return _judge_installed(parsed, facts, folder, key, distribution)


def _judge_installed(parsed: ParsedRequirement, facts: Facts, folder: str, key: str, distribution: Distribution) -> Verdict:
    here = Verdict("satisfied", key, version_of(facts, distribution), distribution)
    if parsed.specifier:
        inside = in_range(facts, distribution, parsed.specifier)
        if inside is not True:
            return here._replace(state="unknown" if inside is None else "version")
    if parsed.url is not None:
        difference = _source_difference(parsed, facts, folder, distribution)
        if difference is not None:
            return here._replace(state="source", difference=difference)
    for placed in facts.constraints.get(key, ()):
        bound = placed.requirement.parsed
        if holds(bound.marker, facts) is True and in_range(facts, distribution, bound.specifier) is False:
            return here._replace(state="version", constraint=placed)
    if parsed.extras:
        lacks = extra_lacks(facts, key, tuple(canonical(extra) for extra in parsed.extras))
        if lacks:
            return here._replace(state="extra", lacks=lacks)
    return here


class _OwnNames:
    """The names of the project's own manifests: asked for each of thousands that are not installed."""

    def __init__(self) -> None:
        self.of: Mapping[str, Manifest] | None = None
        self.names: frozenset[str] = frozenset()


def _own_names(facts: Facts) -> frozenset[str]:
    known = facts.remembered.of(_OwnNames)
    if known.of is not facts.manifests:
        names = [facts.manifests[path].name for path in facts.project.manifests if path in facts.manifests]
        known.of, known.names = facts.manifests, frozenset([canonical(name) for name in names if name is not None])
    return known.names


def _source_difference(parsed: ParsedRequirement, facts: Facts, folder: str, distribution: Distribution) -> str | None:
    from venvls.rules.sources import difference, parse_source

    # A variable is never expanded (T11): of such a reference the name alone is known.
    if parsed.url is None or facts.installed is None or "$" in parsed.url:
        return None
    source = parse_source(parsed.url, folder, facts.files.path)
    if source is None:
        return None
    return difference(source, parsed.editable, distribution, facts.installed.direct_url(distribution), facts.files, parsed.url)


def _leads_nowhere(parsed: ParsedRequirement, facts: Facts, folder: str) -> bool:
    """Whether it is the path of something on this machine that is not there."""
    from venvls.rules.sources import is_local, parse_source

    if parsed.url is None or "$" in parsed.url or not is_local(parsed.url):
        return False
    source = parse_source(parsed.url, folder, facts.files.path)
    # Merely looking on another machine would tell it who is asking.
    return source is not None and not source.place.startswith(("\\\\", "//")) and facts.files.lstat(source.place) is None


def _key_of_source(parsed: ParsedRequirement, facts: Facts, folder: str) -> str | None:
    from venvls.rules.local_projects import project_name
    from venvls.rules.sources import parse_source, wheel_name

    if parsed.url is None or "$" in parsed.url:
        return None
    source = parse_source(parsed.url, folder, facts.files.path)
    if source is None:
        return None
    name = wheel_name(source.place)
    if name is None and source.kind == "path":
        name = project_name(facts.files.path.join(source.place, source.subdirectory or ""), facts.files)
    return canonical(name) if name else None
