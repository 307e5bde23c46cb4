"""The environment's creation was interrupted: a part of it is missing.

An incomplete environment looks like a complete one until the missing part is needed: its activation script, or its pip.

Example: `python -m venv .venv` was stopped while it installed pip; `pyvenv.cfg` and the interpreter are there, `bin/activate` is not.

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
    """One finding where the chosen environment is incomplete."""
    environment = facts.environment
    if environment is not None and environment.health == "incomplete":
        problem = f". {environment.problem}" if environment.problem else ""
        yield from about_project("incomplete-environment", f"The environment {environment.prefix} is incomplete{problem}", facts)


RULE = Rule(code="incomplete-environment", severity="warning", doc=__doc__ or "", project=check)
