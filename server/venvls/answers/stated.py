"""Which lines of a project's manifests name a package, and which of them count here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from venvls.answers.remembered import of_texts
from venvls.model.facts import Facts
from venvls.model.names import canonical
from venvls.model.record import NamedTuple
from venvls.model.requirement import MAIN, Requirement
from venvls.rules.asked import counted_requirements
from venvls.rules.satisfaction import verdict
from venvls.standards.markers import holds


class Statement(NamedTuple):
    """One requirement at its place, and the PEP 503 name it is about (``None``: an address that does not tell).

    ``counts`` is whether it is required of the environment: its file and its group or extra count. ``applies`` is what its marker comes to
    here; ``None`` where that is not known. ``bound`` is true for a constraint, which installs nothing by itself. Of a statement that is
    ``hidden`` (its file is outside the workspace) nothing may be shown.
    """

    path: str
    requirement: Requirement
    key: str | None
    counts: bool
    applies: bool | None
    bound: bool = False
    hidden: bool = False

    @property
    def in_force(self) -> bool:
        """Whether it leads to an installation here; also where the marker's answer is not known."""
        return self.counts and self.applies is not False and not self.bound

    @property
    def extras(self) -> tuple[str, ...]:
        """The extras it names, PEP 503 forms."""
        return tuple(map(canonical, self.requirement.parsed.extras))


def statements(facts: Facts) -> tuple[Statement, ...]:
    """Every requirement of the project's manifests that can be read, in the order of files and places."""
    return of_texts(facts, "statements", lambda: tuple(_statements(facts)))


def by_name(facts: Facts) -> Mapping[str, tuple[Statement, ...]]:
    """The statements by PEP 503 name."""
    return of_texts(facts, "statements by name", lambda: _by_name(facts))


def own_names(facts: Facts) -> frozenset[str]:
    """The names of the project itself, and of the members of its workspace where the lock knows them: PEP 503 forms."""
    names = (facts.manifests[path].name for path in facts.project.manifests if path in facts.manifests)
    return frozenset(canonical(name) for name in names if name is not None)


def _statements(facts: Facts) -> Iterator[Statement]:
    counted = {path: frozenset(map(id, requirements)) for path, requirements in counted_requirements(facts)}
    bounds = {id(placed.requirement) for listed in facts.constraints.values() for placed in listed}
    dirname = facts.files.path.dirname
    for path, manifest in facts.manifests.items():
        own, folder, hidden = counted.get(path, frozenset()), dirname(path), path in facts.outside
        for requirement in manifest.requirements:
            parsed = requirement.parsed
            if parsed.error is not None:
                continue
            key = parsed.key if parsed.key is not None else verdict(parsed, facts, folder).key
            bound = requirement.scope is not MAIN and requirement.scope.kind == "constraint"
            applies = holds(parsed.marker, facts)
            yield Statement(path, requirement, key, id(requirement) in own, applies, bound or id(requirement) in bounds, hidden)


def _by_name(facts: Facts) -> dict[str, tuple[Statement, ...]]:
    listed: dict[str, list[Statement]] = {}
    for statement in statements(facts):
        if statement.key is not None:
            listed.setdefault(statement.key, []).append(statement)
    return {key: tuple(those) for key, those in listed.items()}
