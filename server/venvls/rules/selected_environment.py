"""The environment that is in use for this project, and why.

This is not a problem: it shows, on the main manifest's first statement, which interpreter the requirements are compared with.

Example: a project with `.venv` next to its `requirements.txt` shows
`Uses /home/ada/app/.venv/bin/python, Python 3.12.4: it is in the project`.

To use another environment, select it: with the action *Select another environment*, or see every candidate with
`venvls which --explain`. `venvls check` prints this hint only with `--verbose`. To hide it everywhere, set
`rules.selected-environment` to `off`.
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
    """One remark for a project whose environment can be used."""
    environment = facts.environment
    # A tool's own environments are where its file says: no remark is needed.
    if environment is None or environment.health == "broken" or facts.project.part is not None:
        return
    version = f", {environment.python}" if environment.version else ""
    reason = f": {facts.project.reason}" if facts.project.reason else ""
    yield from about_project("selected-environment", f"Uses {environment.interpreter or environment.prefix}{version}{reason}", facts)


RULE = Rule(code="selected-environment", severity="hint", doc=__doc__ or "", project=check)
