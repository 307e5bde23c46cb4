"""The project has requirements, but no environment to install them in.

Without an environment the requirements end up in the system's Python, where projects conflict with each other, or nowhere.

Example: a folder with a `requirements.txt` that requires `requests`, and no `.venv` next to it or above it.

This is reported once, at the project itself, and not again for folders below it with its docs, tests or examples.

Fix it with the action *Create an environment*, or with `venvls create`, which also installs what the project requires. If the
environment is somewhere else, select it.
"""

from __future__ import annotations

from collections.abc import Iterable

from venvls.model.facts import Facts
from venvls.model.finding import Finding
from venvls.model.rule import Rule
from venvls.rules.asked import counted_requirements
from venvls.rules.wording import about_project


def check(facts: Facts) -> Iterable[Finding]:
    """One finding where at least one requirement counts and no environment was chosen."""
    # uv makes a script's environment when it is run; nobody has to.
    asking = [path for path, requirements in counted_requirements(facts) if requirements and facts.manifests[path].format != "script"]
    if facts.environment is not None or facts.main_project is not None or not asking:
        return
    others = len(facts.project.candidates)
    known = f"; {others} other {'environment was' if others == 1 else 'environments were'} found, but not selected" if others else ""
    yield from about_project("no-environment", f"This project has requirements, but no environment to install them in{known}", facts)


RULE = Rule(code="no-environment", severity="warning", doc=__doc__ or "", project=check)
