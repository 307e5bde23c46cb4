"""What the project's lock says about an installed package. With a lock that fits its manifest, the lock is the truth.

A stale lock is not: it is reported as stale, and the manifest is compared with the environment until the lock is updated. Where the
manifest still agrees with it, the versions it keeps are compared as well (``still_locked``).
"""

from __future__ import annotations

from venvls.model.environment import Distribution
from venvls.model.facts import Facts, OfEnvironment
from venvls.model.finding import Finding, Related
from venvls.model.hints import TYPE_CHECKING, Literal
from venvls.model.record import NamedTuple
from venvls.model.redact import redact
from venvls.model.text import Span
from venvls.rules.asked import counted_requirements
from venvls.rules.dependencies import installed_as, version_of
from venvls.rules.wording import first_statement
from venvls.standards.markers import holds
from venvls.standards.versions import contains, equal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from venvls.model.lock import Locked, LockedSet
    from venvls.model.manifest import Manifest
    from venvls.model.requirement import ParsedRequirement
    from venvls.rules.sources import Source

WHOLE_LOCK = Span(0, 0)
"""The place of a finding about a lock as a whole."""


class Standing(NamedTuple):
    """How a locked package compares with the environment; ``difference`` ends the sentence "NAME …" for another source.

    ``left-out`` is not installed, and no plain sync of the workspace would install it: see ``left_out``.
    """

    state: Literal["satisfied", "missing", "left-out", "version", "source"]
    locked: Locked
    installed: str | None = None
    difference: str = ""


def lock_in_force(facts: Facts) -> LockedSet | None:
    """The lock to compare with; ``None`` where there is none, or one that cannot be read or is stale."""
    locked = facts.locked
    return locked if locked is not None and locked.problem is None and locked.stale is None else None


class _Covered:
    """The requirements that the lock was made from, by identity (``by_path`` keeps them), and those of them that others state as well."""

    def __init__(self) -> None:
        self.by_path: Mapping[str, Manifest] | None = None
        self.lines: frozenset[int] = frozenset()
        self.shared: frozenset[int] = frozenset()


def is_covered(parsed: ParsedRequirement, facts: Facts) -> bool:
    """Whether the lock in force was made from a file with this requirement: then the locked package decides, not the requirement."""
    return coverage(parsed, facts) in ("lock", "shared")


def coverage(parsed: ParsedRequirement, facts: Facts) -> Literal["none", "lock", "shared", "stale"]:
    """Whether the lock in force was made from a file with this requirement; ``shared`` where another file that counts states the same,
    to the letter; ``stale`` where a stale lock still says which version."""
    if facts.locked is None:
        return "none"
    if facts.locked.stale is not None:
        return "stale" if parsed.key in _still_locked(facts) else "none"
    known = _covered(facts)
    place = id(parsed)
    return "none" if place not in known.lines else "shared" if place in known.shared else "lock"


def _covered(facts: Facts) -> _Covered:
    known = facts.remembered.of(_Covered)
    lock = lock_in_force(facts)
    if lock is None:
        return _NOTHING_COVERED
    if known.by_path is facts.manifests:  # asked several times for each requirement
        return known
    inside: set[int] = set()
    outside: set[int] = set()
    for manifest in facts.manifests.values():
        covers = manifest.path in lock.covers if lock.covers else manifest.format != "requirements.txt"
        if not covers and facts.counted is not None and manifest.path not in facts.counted:
            continue
        for requirement in manifest.requirements:
            if requirement.parsed.key is None or requirement.scope.kind in ("build", "constraint"):
                continue
            if covers:
                inside.add(id(requirement.parsed))
            elif facts.counts(manifest, requirement.scope):
                outside.add(id(requirement.parsed))
    known.by_path, known.lines, known.shared = facts.manifests, frozenset(inside), frozenset(inside & outside)
    return known


_NOTHING_COVERED = _Covered()


def _still_locked(facts: Facts) -> frozenset[str]:
    if facts.locked is None or facts.locked.stale is None:
        return frozenset()
    from venvls.rules.still_locked import still_locked

    return still_locked(facts)


class _Standings(OfEnvironment):
    """What was compared by the name of the package, and for which lock: it stays true for as long as that wants the very same, whatever a
    manifest says."""

    def __init__(self) -> None:
        self._wanted: tuple[object, ...] = ()
        self._known: dict[str, Standing] = {}

    def of(self, lock: LockedSet, facts: Facts) -> dict[str, Standing]:
        """What is known of this lock's packages, and room for more."""
        wanted = (lock.tool, lock.left_out, facts.project.manifests[:1])
        if not self._wanted or self._wanted[0] is not lock.packages or self._wanted[1:] != wanted:
            self._wanted, self._known = (lock.packages, *wanted), {}
        return self._known


def standing(key: str, facts: Facts) -> Standing | None:
    """How the locked package of this name compares with the environment; ``None`` where the lock does not list this name."""
    lock = lock_in_force(facts) or (facts.locked if key in _still_locked(facts) else None)
    locked = lock.packages.get(key) if lock is not None else None
    if lock is None or locked is None:
        return None
    known = facts.remembered.of(_Standings).of(lock, facts)
    if key not in known:
        known[key] = _compared(key, locked, lock, facts)
    return known[key]


def _compared(key: str, locked: Locked, lock: LockedSet, facts: Facts) -> Standing:
    distribution = installed_as(facts, key)
    if distribution is None:
        return Standing("left-out" if key in left_out(facts) else "missing", locked)
    if by_pth_alone(distribution, lock, facts):
        folder = facts.files.path.dirname(distribution.path)
        return Standing("missing", locked, difference=f": {lock.tool} does not count what a .pth file adds from {folder}")
    installed = version_of(facts, distribution)
    wrong = _wrong_source(locked, distribution, facts)
    if wrong is not None:
        return Standing("source", locked, installed, wrong)
    if locked.version is not None and not _is_locked_version(installed, locked.version, lock):
        return Standing("version", locked, installed)
    return Standing("satisfied", locked, installed)


def _is_locked_version(installed: str, version: str, lock: LockedSet) -> bool:
    return equal(installed, version) or (lock.by_specifier and contains(f"=={version}", installed) is True)


def left_out(facts: Facts) -> frozenset[str]:
    """What only this member of a workspace requires and a plain sync leaves out, by its lock, stale or not; empty once anything was
    installed for it alone."""
    lock = facts.locked
    if lock is None or not lock.left_out or facts.installed is None:
        return frozenset()
    return frozenset() if any(key in facts.installed.distributions for key in lock.left_out) else lock.left_out


def by_pth_alone(distribution: Distribution, lock: LockedSet, facts: Facts) -> bool:
    """Whether a distribution is in a folder that only a .pth file adds, which uv does not look into and pip does."""
    added = facts.installed.added if facts.installed is not None and lock.tool == "uv" else ()
    return bool(added) and distribution.format != "egg-link" and facts.files.path.dirname(distribution.path) in added


class _Indirect:
    """What :func:`indirect` gives: with a lock, records are of one state of the facts."""

    def __init__(self) -> None:
        self.of: LockedSet | None = None
        self.found: tuple[tuple[LockedSet, Standing], ...] = ()


def indirect(facts: Facts) -> tuple[tuple[LockedSet, Standing], ...]:
    """The locked packages that no manifest line names, and that are not as locked; of a stale lock those in another version. Several rules
    ask."""
    known = facts.remembered.of(_Indirect)
    if known.of is None or known.of is not facts.locked:
        known.of, known.found = facts.locked, tuple(_indirect(facts))
    return known.found


def _indirect(facts: Facts) -> Iterator[tuple[LockedSet, Standing]]:
    lock = facts.locked
    if lock is None or facts.installed is None:
        return
    if lock.stale is not None:
        still = _still_locked(facts)
        direct = {
            requirement.parsed.key for _, requirements in (counted_requirements(facts) if still else ()) for requirement in requirements
        }
        compared = (standing(key, facts) for key in lock.packages if key not in direct)
        yield from ((lock, how) for how in compared if how is not None and how.state == "version")
        return
    asked = (requirement.parsed for _, requirements in counted_requirements(facts) for requirement in requirements)
    direct = {parsed.key for parsed in asked if is_covered(parsed, facts) and holds(parsed.marker, facts) is not False}
    for key in lock.packages:
        if key not in direct:
            how = standing(key, facts)
            if how is not None and how.state not in ("satisfied", "left-out"):
                yield lock, how


def told(code: str, message: str, lock: LockedSet, how: Standing, facts: Facts) -> Finding:
    """A finding at the package's place in the lock, joined to the manifest line that leads to it where that is known."""
    key = how.locked.key
    if key in lock.own and facts.project.manifests:
        main = facts.project.manifests[0]
        return Finding(
            code=code, message=message, path=main, span=first_statement(facts, main), installed=how.installed, data={"name": key}
        )
    data: dict[str, object] = {"name": key, "locked": how.locked.version}
    return Finding(
        code=code,
        message=message,
        path=lock.path,
        span=lock.locate(key),
        installed=how.installed,
        related=tuple(_leading_to(key, lock, facts)),
        data=data,
    )


def lock_name(lock: LockedSet, facts: Facts) -> str:
    """The lock's file name, for messages."""
    name: str = facts.files.path.basename(lock.path)
    return name


def lock_place(key: str, facts: Facts) -> tuple[Related, ...]:
    """The place of a package in the lock, for a finding in a manifest."""
    lock = facts.locked
    return (Related(lock.path, lock.locate(key), "locked here"),) if lock is not None else ()


def _leading_to(key: str, lock: LockedSet, facts: Facts) -> Iterable[Related]:
    direct = lock.through.get(key)
    if direct is None:
        return
    for path, requirements in counted_requirements(facts):
        for requirement in requirements:
            if requirement.parsed.key == direct:
                yield Related(path, requirement.span, f"{requirement.parsed.name} leads to it")
                return


def _wrong_source(locked: Locked, distribution: Distribution, facts: Facts) -> str | None:
    """What differs between the locked origin and the recorded one, as the end of a sentence; ``None`` if nothing does or is known to."""
    recorded = facts.installed.direct_url(distribution) if facts.installed is not None else None
    source = locked.source
    if source.kind == "registry":
        if recorded is None:
            return None
        # A wheel that a person gave pip is recorded as a direct file: the version tells enough then, for all tools but Poetry.
        if recorded.url.endswith((".whl", ".tar.gz", ".zip")) and (facts.locked is None or facts.locked.tool != "poetry"):
            return None
        how = "as editable " if recorded.editable else ""
        return f"was installed {how}from {redact(recorded.url)}, but the lock requires it from a package index"
    if source.url is None:
        return None
    if recorded is None and distribution.format == "dist-info":
        # A tool that installs from a lock writes the origin down; what has none came from an index.
        return "was installed from a package index, but the lock names another source"
    from venvls.rules.sources import difference

    wanted = _source(locked, source.url, facts)
    return difference(wanted, source.kind == "editable", distribution, recorded, facts.files, source.url) if wanted is not None else None


def _source(locked: Locked, url: str, facts: Facts) -> Source | None:
    from venvls.rules.sources import parse_source

    source = locked.source
    if source.kind == "vcs" and not url.startswith(("git+", "hg+", "svn+", "bzr+")):
        url = f"git+{url}"
    parsed = parse_source(url, facts.files.path.dirname(facts.project.manifests[0]) if facts.project.manifests else "", facts.files.path)
    if parsed is None:
        return None
    return parsed._replace(revision=source.commit or parsed.revision, subdirectory=source.subdirectory or parsed.subdirectory)
