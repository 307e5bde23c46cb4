"""Make a broken or unfit environment again. The old one is aside until the new one is whole, and comes back if that fails."""

from __future__ import annotations

from collections.abc import Iterable

from venvls.actions.conditions import needs_new
from venvls.model.action import Action, Task
from venvls.model.hints import TYPE_CHECKING
from venvls.model.rule import Offer

if TYPE_CHECKING:
    from venvls.model.facts import Facts
    from venvls.model.finding import Finding

_KINDS = frozenset({"venv", "virtualenv", "uv"})


def offer(finding: Finding, facts: Facts) -> Iterable[Action]:
    """One offer, for an environment inside the workspace that no tool of its own looks after and git does not keep."""
    environment = facts.environment
    if environment is None or needs_new(facts) or environment.kind not in _KINDS or environment.tool_owned:
        return
    if (facts.git is not None and facts.git.tracked) or not _inside(environment.prefix, facts):
        return
    mismatch = finding.code == "python-mismatch"
    bound = finding.data.get("python") if mismatch else None
    title = f"Recreate {environment.name}" + (f" with Python {bound}" if isinstance(bound, str) else "")
    # What is only damaged keeps its Python where that still exists; what has the wrong one gets another.
    options = {"like": environment.minor} if environment.minor and not mismatch else {}
    task = Task("recreate", project=facts.project.root, environment=environment.prefix, options=options)
    yield Action("recreate-environment", f"{title} and install everything again", task=task, preferred=True)


def _inside(prefix: str, facts: Facts) -> bool:
    separator = facts.files.path.sep
    return any(prefix.startswith(root.rstrip(separator) + separator) for root in (facts.project.root, *facts.roots))


OFFER = Offer(
    "recreate-environment",
    frozenset({"broken-environment", "incomplete-environment", "moved-environment", "python-mismatch"}),
    offer,
    __doc__ or "",
)
