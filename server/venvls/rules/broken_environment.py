"""The environment cannot be used: its interpreter, its base Python or its `pyvenv.cfg` is missing or unreadable.

Nothing runs in a broken environment, and what is installed in it cannot be trusted; so requirements are not compared with it.

Example: the Python it was made with was uninstalled or upgraded, and `.venv/bin/python` is a link to nothing.

Fix it with the action *Recreate the environment*, or `venvls recreate`: it is recreated with the same settings, and what the project
requires is installed again.
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
    """One finding where the chosen environment is broken."""
    environment = facts.environment
    if environment is not None and environment.health == "broken":
        problem = f". {environment.problem}" if environment.problem else ""
        yield from about_project("broken-environment", f"The environment {environment.prefix} is broken{problem}", facts)


RULE = Rule(code="broken-environment", severity="error", doc=__doc__ or "", project=check)
