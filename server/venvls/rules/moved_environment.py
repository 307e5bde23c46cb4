"""The environment was moved or copied: its scripts still point to the old place.

An environment contains absolute paths, in its activation scripts and in the first line of each installed program. After a move they lead to
where it was before: to nothing, or to another project's environment.

Example: a project folder was copied together with its `.venv`; `activate` in the copy still activates the original.

Fix it with the action *Recreate the environment*, or `venvls recreate`.
"""

from __future__ import annotations

from venvls.model.facts import Facts
from venvls.model.finding import Finding
from venvls.model.hints import TYPE_CHECKING
from venvls.model.rule import Rule
from venvls.rules.wording import about_project

if TYPE_CHECKING:
    from collections.abc import Iterable


def check(facts: Facts) -> Iterable[Finding]:
    """One finding where the chosen environment is not where it was created."""
    environment = facts.environment
    if environment is not None and environment.health == "moved":
        problem = f". {environment.problem}" if environment.problem else ""
        yield from about_project("moved-environment", f"The environment {environment.prefix} was moved or copied{problem}", facts)


RULE = Rule(code="moved-environment", severity="warning", doc=__doc__ or "", project=check)
