"""A dependency of an installed package is missing, or is installed in a version that the package does not allow.

The manifest's own line is satisfied, but importing the package fails, or it behaves as its authors never tested.

Example: `flask` is installed, and `werkzeug`, which flask requires in version 3 or newer, is not installed, or is 2.0.

Fix it with the action *Sync the environment*, or install the named package. `pip check` reports the same; here it is shown at the
requirement that leads to it, once for each missing package. What the manifest itself requires is not reported a second time.

With a lock its packages are what is compared. Poetry and PDM sometimes lose what a package needs when they lock: what is then nowhere in
the lock is reported as well, and installed by its name, since no sync brings it.
"""

from __future__ import annotations

from venvls.model.facts import Facts
from venvls.model.finding import Finding
from venvls.model.hints import TYPE_CHECKING
from venvls.model.names import canonical
from venvls.model.record import NamedTuple
from venvls.model.requirement import Requirement
from venvls.model.requirement_list import KnownNeeds
from venvls.model.rule import Rule
from venvls.rules.all_met import all_met, extras_met
from venvls.rules.asked import counted_requirements
from venvls.rules.dependencies import Lack, Walk
from venvls.rules.locking import indirect, is_covered, lock_in_force, standing
from venvls.rules.satisfaction import Verdict, plainly_met, verdict
from venvls.rules.wording import core_span, hidden

if TYPE_CHECKING:
    from collections.abc import Iterable


class _Lacking(NamedTuple):
    """A dependency that is not satisfied, the names that lead to it, and the requirement they begin with."""

    path: str
    requirement: Requirement
    verdict: Verdict
    lack: Lack
    chain: tuple[str, ...]


_STANDING = frozenset({"satisfied", "version", "source", "extra"})
_NEVER_LOCKED = frozenset({"pip", "setuptools", "wheel", "distribute"})
"""Poetry up to 1.1 leaves them out of its locks."""
_WANTING = frozenset({"missing", "version", "broken"})


class _Sound:
    """Requirements whose whole tree is there."""

    def __init__(self) -> None:
        self.requirements = KnownNeeds()


def check(facts: Facts) -> Iterable[Finding]:
    """One finding for each missing dependency, at the first requirement whose tree it is in."""
    if facts.installed is None:
        return
    sound = facts.remembered.of(_Sound).requirements
    counted = list(counted_requirements(facts))
    if facts.locked is None:
        unknown = [need for _, requirements in counted for need in requirements.needs_besides(sound)]
        if unknown and all_met(facts, len(unknown)):
            sound.update(plainly_met(unknown, facts))
    lock = lock_in_force(facts)
    loses = lock is not None and lock.loses_needs and not lock.unsure
    doubtful = [
        (path, requirement)
        for path, requirements in counted
        for requirement in requirements.besides(sound)
        # What a lock covers is checked by the lock, package for package; but for what the lock itself has lost.
        if loses or not is_covered(requirement.parsed, facts)
    ]
    lacking = [
        each
        for each in _lacking(doubtful, sound, facts)
        if not loses or not is_covered(each.requirement.parsed, facts) or _is_lost(each, facts)
    ]
    if lacking:
        yield from _told(lacking, facts)


def _is_lost(lacking: _Lacking, facts: Facts) -> bool:
    """Whether a dependency is nowhere in the lock although packages need it that are all there as locked: no sync will bring it. What other
    versions than the locked ones need, goes with them."""
    key, lock = lacking.lack.need.key, lock_in_force(facts)
    if lock is None or key in lock.packages or key in _NEVER_LOCKED or lacking.lack.installed is not None:
        return False
    standings = [standing(name, facts) for name in lacking.chain]
    return all(each is not None and each.state == "satisfied" for each in standings)


def _lacking(doubtful: Iterable[tuple[str, Requirement]], sound: KnownNeeds, facts: Facts) -> Iterable[_Lacking]:
    """What lacks in the trees of these requirements; those in whose trees nothing does are noted as sound, by identity."""
    doubtful = tuple(doubtful)
    nothing_lacks = all_met(facts, len(doubtful))
    walk = Walk(facts)
    dirname = facts.files.path.dirname
    manifest = folder = ""
    for path, requirement in doubtful:
        if path is not manifest:
            manifest, folder = path, dirname(path)
        parsed = requirement.parsed
        here = verdict(parsed, facts, folder)
        clean = True
        if here.state in _STANDING and here.key is not None:
            # What another version or source would need of its extras is not known yet.
            extras = () if not parsed.extras or here.state in ("version", "source") else tuple(map(canonical, parsed.extras))
            if not nothing_lacks or (extras and not extras_met([(here.key, extra) for extra in extras], facts)):
                lacks, clean = walk.lacks(here.key, extras)
                for lack, chain in lacks:
                    yield _Lacking(path, requirement, here, lack, chain)
        # A path means another project in another folder, so such a requirement is looked at each time.
        if clean and parsed.url is None:
            sound[id(parsed)] = parsed


def _told(lacking: list[_Lacking], facts: Facts) -> Iterable[Finding]:
    """One finding for one cause: what a manifest's own line or an extra says already is left to that."""
    verdicts = [
        verdict(requirement.parsed, facts, facts.files.path.dirname(path))
        for path, requirements in counted_requirements(facts)
        for requirement in requirements
    ]
    wanting = {each.key for each in verdicts if each.state in _WANTING} | {how.locked.key for _, how in indirect(facts)}
    spoken = {lack for each in verdicts for lack in each.lacks}
    told: set[tuple[str, str]] = set()
    for missing in lacking:
        need = missing.lack.need
        once = (need.key, "" if missing.lack.installed is None else need.specifier)
        if missing.lack not in spoken and need.key not in wanting and once not in told:
            told.add(once)
            yield _finding(missing, facts)


def _finding(lacking: _Lacking, facts: Facts) -> Finding:
    lack, chain, requirement = lacking.lack, lacking.chain, lacking.requirement
    need = f"{lack.need.name}{lack.need.specifier}"
    state = "which is not installed" if lack.installed is None else f"but {lack.installed} is installed"
    through = f" (required through {' → '.join(chain[:-1])})" if len(chain) > 1 else ""
    message = f"{lack.parent[0]} requires {need}, {state}{through}"
    relative = core_span(requirement.parsed)
    return Finding(
        code="missing-dependency",
        message=hidden(message, "A dependency of a package in this file is missing, or its version does not fit", lacking.path, facts),
        path=lacking.path,
        span=requirement.span if relative is None else requirement.locate(relative),
        requirement=requirement,
        installed=lacking.verdict.installed,
        data={"name": lack.need.key, "requirement": need, "chain": [*chain, lack.need.key], "found": lack.installed},
    )


RULE = Rule(code="missing-dependency", severity="warning", doc=__doc__ or "", project=check)
