"""Make a broken or unfit environment again. The old one is aside until the new one is whole, and comes back if that fails."""

from __future__ import annotations

from collections.abc import Iterable

from venvls.actions.conditions import needs_new
from venvls.model.action import Action, Task
from venvls.model.hints import TYPE_CHECKING
from venvls.model.made_by_tools import stranger
from venvls.model.rule import Offer

if TYPE_CHECKING:
    from venvls.model.facts import Facts
    from venvls.model.finding import Finding

_KINDS = frozenset({"venv", "virtualenv", "uv"})


def offer(finding: Finding, facts: Facts) -> Iterable[Action]:
    """One offer, for an environment inside the workspace that a task may delete: no tool of its own looks after it, git does not keep it,
    and it is not in a folder of data, another checkout or another environment."""
    environment = facts.environment
    if environment is None or needs_new(facts) or environment.kind not in _KINDS or environment.tool_owned:
        return
    home = _home(environment.prefix, facts)
    if (facts.git is not None and facts.git.tracked) or home is None or stranger(facts.files, environment.prefix, home) is not None:
        return
    mismatch = finding.code == "python-mismatch"
    bound = finding.data.get("python") if mismatch else None
    title = f"Recreate {environment.name}" + (f" with Python {bound}" if isinstance(bound, str) else "")
    # What is only damaged keeps its Python where that still exists; what has the wrong one gets another.
    options = {"like": environment.minor} if environment.minor and not mismatch else {}
    task = Task("recreate", project=facts.project.root, environment=environment.prefix, options=options)
    yield Action("recreate-environment", f"{title} and install everything again", task=task, preferred=True)


def _home(prefix: str, facts: Facts) -> str | None:
    """The project's folder, or that of the workspace, which the environment is in; ``None`` where it is in neither."""
    separator = facts.files.path.sep
    return next((root for root in (facts.project.root, *facts.roots) if prefix.startswith(root.rstrip(separator) + separator)), None)


OFFER = Offer(
    "recreate-environment",
    frozenset({"broken-environment", "incomplete-environment", "moved-environment", "python-mismatch"}),
    offer,
    __doc__ or "",
)
