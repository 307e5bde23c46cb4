"""A package in the environment is damaged: its installation was interrupted, or its records contradict each other.

An interrupted installer leaves a package that looks installed and is not: an empty record, a record without the files it lists, folders
whose names begin with `~`, or two versions of one name at once. Most tools do not notice.

A wheel of another Python or another system, in an environment that was copied or mounted, is reported as well; `pip check` and
`uv pip check` say so too.

An editable install is damaged too where the folder that it leads to is gone: it looks installed, and importing it fails. So is a
requirement such as `-e ../lib` whose folder is not there.

A package that says that it requires more than 5,000 others is reported too: that is more than is checked, and none of them is.

Example: uv was stopped while it installed `requests`: its record is in `site-packages`, but half of its files are not.

Fix it with the action *Reinstall the package*, or `venvls repair`, which also deletes what the interrupted installation left.
"""

from __future__ import annotations

from venvls.model.environment import Distribution, Installed
from venvls.model.facts import Facts, OfEnvironment
from venvls.model.finding import Finding
from venvls.model.hints import TYPE_CHECKING
from venvls.model.names import canonical, plain
from venvls.model.patterns import re
from venvls.model.record import NamedTuple
from venvls.model.requirement import Requirement
from venvls.model.rule import Fault, Rule
from venvls.rules.asked import counted_requirements
from venvls.rules.dependencies import MOST_NEEDS, crowded, reach, refused_lines
from venvls.rules.satisfaction import verdict
from venvls.rules.wording import about_project, core_span, hidden, listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_EDITABLE = r"\A(?:__editable__\.|_)"


class Damage(NamedTuple):
    """One damaged package: its name, a sentence, the version found, and what is to be deleted. ``only_needed``: reported only where
    something needs the package. ``editable``: the folder to install it from once more, empty where that is gone too.
    ``reinstall`` is whether the same version again would be any better.
    """

    key: str
    message: str
    installed: str | None
    paths: tuple[str, ...]
    only_needed: bool = False
    editable: str | None = None
    reinstall: bool = True


class _Known(OfEnvironment):
    def __init__(self) -> None:
        self.damages: tuple[Damage, ...] | None = None


def check(facts: Facts) -> Iterable[Finding]:
    """One finding for each damaged package, at the requirement that needs it, or on the first statement where none does."""
    if facts.installed is None:
        return
    known = facts.remembered.of(_Known)
    if known.damages is None:
        known.damages = tuple(_damages(facts.installed, facts))
    # The rule about missing dependencies has looked at what is required; what only pip refuses is for pip to say.
    refused = refused_lines(facts) if not _kept_by_uv(facts) else {}
    unchecked = (*(_refused(key, line, facts) for key, line in refused.items()), *(_crowded(key, facts) for key in crowded(facts)))
    damaged = (*known.damages, *unchecked)
    if not damaged:
        return
    needed = _needed(facts, {damage.key for damage in damaged})
    for damage in damaged:
        place = needed.get(damage.key)
        data: dict[str, object] = {"name": damage.key, "paths": list(damage.paths)}
        if not damage.reinstall:
            data["reinstall"] = False
        if damage.editable is not None:
            data["editable"] = damage.editable
        if place is not None:
            path, requirement = place
            relative = core_span(requirement.parsed)
            yield Finding(
                code="broken-distribution",
                message=hidden(damage.message, "A package that this file needs is damaged", path, facts),
                path=path,
                span=requirement.span if relative is None else requirement.locate(relative),
                requirement=requirement,
                installed=damage.installed,
                data=data,
            )
        elif not damage.only_needed:
            yield from about_project("broken-distribution", damage.message, facts, data)


def check_requirement(requirement: Requirement, facts: Facts, folder: str) -> Iterable[Fault]:
    """A fault on a path that leads nowhere: an installer refuses the file, and what was installed from there does not work."""
    parsed = requirement.parsed
    if verdict(parsed, facts, folder).state == "gone":
        yield Fault(f"{parsed.url} does not exist, so that nothing can be installed from it: correct the path", core_span(parsed))


def _damages(installed: Installed, facts: Facts) -> Iterator[Damage]:
    for key, records in installed.distributions.items():
        if (len(records) > 1 or records[0].sign is not None) and _own(records[0].path, facts):
            yield from _of_records(key, records, installed)
    yield from _foreign(installed, facts)
    if installed.gone_paths:
        yield from _unreachable(installed, facts)
    left: dict[str, list[str]] = {}
    for leftover in installed.leftovers:
        if _own(leftover.path, facts):
            left.setdefault(canonical(leftover.name), []).append(leftover.path)
    for key, paths in left.items():
        names = ", ".join(facts.files.path.basename(path) for path in paths[:3])
        yield Damage(key, f"An interrupted installation left {names} in the environment", None, tuple(paths))


def _foreign(installed: Installed, facts: Facts) -> Iterator[Damage]:
    """Wheels of another Python or system: the environment was copied, mounted, or filled for another machine."""
    environment, target = facts.environment, facts.target
    if environment is None or environment.minor is None or target is None:
        return
    sound = [records[0] for records in installed.distributions.values() if len(records) == 1 and records[0].sign is None]
    for distribution, tags in installed.wheel_tags(sound).items():
        if not tags or not _own(distribution.path, facts):
            continue
        from venvls.standards.wheel_tags import Python, fits

        system, machine = target.markers["sys_platform"], target.markers.get("platform_machine", "")
        python = Python(environment.minor, environment.implementation, environment.free_threaded, system, machine)
        if not fits(tags, python):
            key, version, path, _, _ = distribution
            message = f"{key} {version} was built for {tags[0]}, which {environment.python} cannot use here"
            yield Damage(key, message, version, (path,))


def _kept_by_uv(facts: Facts) -> bool:
    return (facts.locked is not None and facts.locked.tool == "uv") or (facts.environment is not None and facts.environment.kind == "uv")


def _refused(key: str, line: str, facts: Facts) -> Damage:
    version = facts.installed.distributions[key][0].version if facts.installed is not None else None
    message = f"{key} {version} says that it requires `{plain(line)}`, which pip 24.1 and later refuse: they stop at this package"
    return Damage(key, message, version, (), only_needed=True, reinstall=False)


def _crowded(key: str, facts: Facts) -> Damage:
    version = facts.installed.distributions[key][0].version if facts.installed is not None else None
    message = f"{key} {version} says that it requires more than {MOST_NEEDS:,} packages, which are too many to be checked"
    return Damage(key, message, version, (), only_needed=True, reinstall=False)


def _unreachable(installed: Installed, facts: Facts) -> Iterator[Damage]:
    """Editable installs whose code is not where it was: their project moved, or what a strict install builds was deleted."""
    from venvls.rules.sources import path_of

    for gone in installed.gone_paths:
        stem = re.sub(_EDITABLE, "", facts.files.path.basename(gone.pth).removesuffix(".pth"))
        names = map(canonical, (stem, stem.partition("-")[0]))
        key = next((name for name in names if name in installed.distributions), "")
        distribution = installed.distributions[key][0] if key else None
        recorded = installed.direct_url(distribution) if distribution is not None else None
        if distribution is not None and recorded is not None and recorded.editable and _own(distribution.path, facts):
            path = facts.files.path
            folder = path_of(recorded.url, path)
            whole = any(facts.files.stat(path.join(folder, name)) for name in ("pyproject.toml", "setup.py"))
            message = f"{key} is installed as editable, but {gone.place}, where its code was, does not exist"
            yield Damage(key, message, distribution.version, (), editable=folder if whole else "")


def _own(path: str, facts: Facts) -> bool:
    """Whether a record is the environment's own and an installer's: what is in the base cannot be fixed here, and Debian's packages
    (``dist-packages``) are recorded as dpkg sees fit, some twice and with files that it put elsewhere."""
    files, environment = facts.files.path, facts.environment
    inside = environment is not None and path.startswith(environment.prefix.rstrip(files.sep) + files.sep)
    return inside and files.basename(files.dirname(path)) != "dist-packages"


def _of_records(key: str, records: tuple[Distribution, ...], installed: Installed) -> Iterator[Damage]:
    # All are of one folder: the same name further down the search path is shadowed, which is how a base environment is meant to work.
    first = records[0]
    together = [record for record in records if record.format in ("dist-info", "egg-info")]
    paths = tuple(record.path for record in together)
    if len(together) > 1:
        versions = list(dict.fromkeys(record.version for record in together))
        times = f"recorded {len(together)} times in site-packages"
        how = f"{key} is {times}, as {listed(versions)}" if versions[1:] else f"{key} {versions[0]} is {times}"
        yield Damage(key, f"{how}: only one of them can be complete", first.version, paths)
    elif first.sign == "empty":
        yield Damage(key, f"{key}'s installation was interrupted: its record is empty", first.version, (first.path,))
    elif first.sign == "unreadable":
        yield Damage(key, f"{key}'s METADATA cannot be read", first.version, (first.path,), only_needed=True)
    elif first.sign == "no-installer":
        missing = installed.missing_files(first)
        if missing is None:
            # RECORD is written last.
            yield Damage(key, f"{key}'s installation was interrupted: its RECORD is missing", first.version, (first.path,))
        elif missing:
            files = "1 file is missing" if len(missing) == 1 else f"{len(missing)} files are missing"
            yield Damage(key, f"{key}'s installation was interrupted: {files}", first.version, (first.path,))


def _needed(facts: Facts, keys: set[str]) -> dict[str, tuple[str, Requirement]]:
    """For each of these names the first requirement whose tree contains it."""
    needed: dict[str, tuple[str, Requirement]] = {}
    seen: set[tuple[str, str]] = set()
    for path, requirements in counted_requirements(facts):
        for requirement in requirements:
            here = verdict(requirement.parsed, facts, facts.files.path.dirname(path))
            if here.key is None or here.state in ("inapplicable", "left-out"):
                continue
            if here.key in keys:
                # The line that names it comes before one that leads to it.
                known = needed.get(here.key)
                if known is None or known[1].parsed.key != here.key:
                    needed[here.key] = (path, requirement)
            for key in _tree((here.key, *map(canonical, requirement.parsed.extras)), facts, seen) & keys:
                needed.setdefault(key, (path, requirement))
    return needed


def _tree(root: tuple[str, ...], facts: Facts, seen: set[tuple[str, str]]) -> set[str]:
    """The names reached from here that were not reached before."""
    queue = [(root[0], extra) for extra in ("", *root[1:])]
    names: set[str] = set()
    while queue:
        node = queue.pop()
        if node not in seen:
            seen.add(node)
            names.add(node[0])
            here = reach(facts, node)
            queue += (*here.edges, *((key, "") for key in here.unreadable))
    return names


RULE = Rule(code="broken-distribution", severity="warning", doc=__doc__ or "", requirement=check_requirement, project=check, about="gone")
