"""Create the project's environment and install what the project requires. Offered wherever there is no environment to install into."""

from __future__ import annotations

from collections.abc import Iterable

from venvls.actions.conditions import REQUIREMENT_CODES, counted, needs_new
from venvls.model.action import Action, Task
from venvls.model.hints import TYPE_CHECKING
from venvls.model.rule import Offer

if TYPE_CHECKING:
    from venvls.model.facts import Facts
    from venvls.model.finding import Finding


def offer(finding: Finding, facts: Facts) -> Iterable[Action]:
    """One offer, where there is no environment of the project's own."""
    if not needs_new(facts):
        return
    number = counted(facts)
    bound = ",".join(dict.fromkeys(specifier for specifier, _ in facts.project.python))
    title = f"Create {_what(facts)}" + (f" with Python {bound}" if bound else "")
    if number:
        title += f" and install {number} requirement{'' if number == 1 else 's'}"
    yield Action("create-environment", title, task=Task("create", project=facts.project.root), preferred=True)


def _what(facts: Facts) -> str:
    """What is created: conda and pixi name theirs, and put it elsewhere."""
    formats = {facts.manifests[path].format for path in facts.project.manifests if path in facts.manifests}
    if "pixi.toml" in formats:
        return "the environment of pixi"
    return "the environment of conda" if formats == {"environment.yml"} else ".venv"


OFFER = Offer(
    "create-environment",
    REQUIREMENT_CODES | {"no-environment", "missing-dependency", "broken-distribution", "python-mismatch"},
    offer,
    __doc__ or "",
)
