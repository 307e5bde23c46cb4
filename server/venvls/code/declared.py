"""Which lines of a project name a package, for what its code may import: those that count here, and the groups and extras of the others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from venvls import discovery
from venvls.answers.stated import Statement, by_name
from venvls.model.facts import Facts
from venvls.model.hints import Literal
from venvls.model.record import NamedTuple
from venvls.model.requirement_list import listed


class Place(NamedTuple):
    """Where a package is named. ``counted``: by a line that counts here; ``group`` and ``extra`` (with its name): by that one, whether or
    not it counts; ``main``: by a line of the project's own that does not count (another platform's). ``called`` is how people call it."""

    kind: Literal["counted", "main", "group", "extra"]
    name: str = ""
    called: str = ""


COUNTED = Place("counted")
_MAIN = Place("main")
_NOT_HERE = Place("main", called="another platform's or Python's")
"""Of a line whose marker is false here: no sync brings the package, whatever is chosen."""
_SIDE = frozenset({"dev", "test", "tests", "testing", "docs", "doc", "lint", "ci", "typing"})
"""What files of requirements are called that are for those who work on the project."""


def places(shared: Iterable[Facts]) -> Mapping[str, frozenset[Place]]:
    """The places of each package, by PEP 503 name, in the manifests of projects that share one environment."""
    named: dict[str, set[Place]] = {}
    for facts in shared:
        known: dict[tuple[object, ...], Place] = {}
        for key, statements in by_name(facts).items():
            own = named.setdefault(key, set())
            for statement in statements:
                if statement.requirement.scope.kind == "build":
                    continue
                alike = (statement.path, statement.requirement.scope, statement.counts, statement.bound)
                place = known.get(alike) or known.setdefault(alike, _place(statement, facts))
                own.add(place if statement.applies is not False or place.kind == "main" else _NOT_HERE)
                if statement.in_force:
                    own.add(COUNTED)
    # Nearly all are the same few, and a server keeps them for each package of each project.
    same: dict[frozenset[Place], frozenset[Place]] = {}
    every = {key: frozenset(own - {_NOT_HERE} or own) for key, own in named.items() if own}
    return {key: same.setdefault(own, own) for key, own in every.items()}


def names(shared: Iterable[Facts]) -> frozenset[str]:
    """The packages that :func:`places` gives places of."""
    named: set[str | None] = set()
    for facts in shared:
        every = [listed(manifest.requirements) for manifest in facts.manifests.values()]
        if any(each.flawed or each.linked or any(scope.kind == "build" for scope in each.scopes) for each in every):
            named.update(places([facts]))
        else:
            named.update(*[each.keys for each in every])
    return frozenset(filter(None, named))


def unsynced(named: frozenset[Place]) -> tuple[Place, ...]:
    """The groups and extras that alone name a package, and that do not count here; none where anything else does."""
    if not all(place.kind in ("group", "extra") for place in named):
        return ()
    # A compiled file stands for the group of its source: one of the two is enough to say.
    return tuple({(place.kind, place.name): place for place in sorted(named, reverse=True)}.values())[::-1]


def development(named: frozenset[Place]) -> tuple[Place, ...]:
    """The groups and extras that alone name a package, whether or not they count; none where a line of the project's own does."""
    without = named - {COUNTED}
    return tuple(sorted(without)) if all(place.kind in ("group", "extra") for place in without) else ()


def _place(statement: Statement, facts: Facts) -> Place:
    scope = statement.requirement.scope
    if scope.kind in ("group", "extra"):
        return Place("group" if scope.kind == "group" else "extra", scope.name or "", f"the {scope.kind} `{scope.name}`")
    manifest = facts.manifests.get(statement.path)
    if manifest is not None and manifest.format.startswith("requirements"):
        group = discovery.group_of(statement.path, facts.files)
        own = statement.path in facts.project.manifests
        # What counts by itself may be what ships needs, whatever its file is called.
        if own and (group in _SIDE or (group and not statement.counts)) and not statement.bound:
            return Place("group", group, f"`{facts.files.path.basename(statement.path)}`")
    return _MAIN
