"""A package the project asks for is not installed in its environment.

Importing it fails, here and in the editor.

Example: `requirements.txt` asks for `requests>=2.31`, and the environment holds no `requests`.

Mend it with the action *Install*, or bring everything in step at once with *Sync the environment* (`venvls sync`).

A requirement whose marker is false for the environment's Python, or whose group or extra nobody chose, is not asked for and never
reported. A path or URL without a name is judged where its project's name can be read from its files.
"""

from __future__ import annotations

from collections.abc import Iterable

from venvls.model.facts import Facts
from venvls.model.requirement import Requirement
from venvls.model.rule import Fault, Rule
from venvls.rules.satisfaction import verdict
from venvls.rules.wording import core_span


def check(requirement: Requirement, facts: Facts, folder: str) -> Iterable[Fault]:
    """A fault on the requirement's own text, without its marker."""
    parsed = requirement.parsed
    judged = verdict(parsed, facts, folder)
    if judged.state == "missing":
        yield Fault(f"{parsed.name or judged.key} is not installed", core_span(parsed))


RULE = Rule(code="missing-requirement", severity="warning", doc=__doc__ or "", requirement=check)
