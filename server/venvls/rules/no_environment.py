"""The project states requirements and has no environment to install them in.

Without an environment the requirements end up in the system's Python, where projects get into each other's way, or nowhere.

Example: a folder with a `requirements.txt` that asks for `requests`, and no `.venv` beside it or above it.

Said once, at the project itself: a folder below it that holds its docs, tests or examples waits for the project's environment.

Mend it with the action *Create an environment*, or with `venvls create`, which also installs what the project asks for. If the
environment stands somewhere else, select it.
"""

from __future__ import annotations

from collections.abc import Iterable

from venvls.model.facts import Facts
from venvls.model.finding import Finding
from venvls.model.rule import Rule
from venvls.rules.asked import judged
from venvls.rules.wording import about_project


def check(facts: Facts) -> Iterable[Finding]:
    """One finding where at least one requirement counts and no environment was chosen."""
    # uv makes a script's environment when it is run; nobody has to.
    asking = [path for path, requirements in judged(facts) if requirements and facts.manifests[path].format != "script"]
    if facts.environment is not None or facts.beside is not None or not asking:
        return
    others = len(facts.project.candidates)
    known = f"; {others} other {'environment was' if others == 1 else 'environments were'} found, but not chosen" if others else ""
    yield from about_project("no-environment", f"This project has no environment for its requirements{known}", facts)


RULE = Rule(code="no-environment", severity="warning", doc=__doc__ or "", project=check)
