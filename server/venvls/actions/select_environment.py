"""Use another environment for the project. The choice is kept in the person's own state, not in the workspace."""

from __future__ import annotations

from collections.abc import Iterable

from venvls.model.action import Action, Task
from venvls.model.hints import TYPE_CHECKING
from venvls.model.rule import Offer

if TYPE_CHECKING:
    from venvls.model.facts import Facts
    from venvls.model.finding import Finding

_MOST = 3


def offer(finding: Finding, facts: Facts) -> Iterable[Action]:
    """The usable candidates by name, a few of them, and one offer that asks which; for no environment at all only those that exist."""
    project = facts.project
    others = [candidate.environment for candidate in project.candidates if not candidate.chosen and candidate.environment.health == "ok"]
    for environment in [environment for environment in others if not environment.tool_owned][:_MOST]:
        place = environment.prefix
        inside = project.root.rstrip(facts.files.path.sep) + facts.files.path.sep
        place = place[len(inside) :] if place.startswith(inside) else place
        version = f" ({environment.python})" if environment.version else ""
        task = Task("select", project.root, environment.prefix)
        yield Action("select-environment", f"Use {place}{version}", task=task)
    if finding.code != "no-environment" and not others:
        yield Action("select-environment", "Select another environment…", task=Task("select", project.root))


OFFER = Offer(
    "select-environment",
    frozenset(
        {"selected-environment", "no-environment", "broken-environment", "moved-environment", "incomplete-environment", "python-mismatch"}
    ),
    offer,
    __doc__ or "",
    compares=True,
)
