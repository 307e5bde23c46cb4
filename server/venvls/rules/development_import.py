"""Code that ships imports a package that only a group or an extra of the project names.

Whoever installs the project alone does not get the package, or only as long as another one requires it; without it the import fails.

Example: `src/app/__init__.py` imports `rich`, which only the group `dev` requires.

Fix it by moving the requirement to those of the project itself (the action *Add* adds it there), or by importing the package only where it
may be missing: in `try` with `except ImportError`.

Code that ships is what is below `src/`, or in the package that is called as the project; tests, scripts and tools are not. A package of an
extra may be imported inside functions.
"""

from __future__ import annotations

from collections.abc import Iterable

from venvls.model.facts import Facts
from venvls.model.finding import Finding
from venvls.model.imports import Sighting
from venvls.model.rule import Rule
from venvls.rules.wording import listed


def check(sighting: Sighting, facts: Facts) -> Iterable[Finding]:
    """A finding on the module's name."""
    if sighting.standing != "development":
        return
    owner = sighting.owners[0]
    named = f"`{sighting.module}`" if owner == sighting.module else f"`{sighting.module}` (of {owner})"
    naming = "names" if len(sighting.scopes) == 1 else "name"
    message = f"{named} is imported by code that ships, but only {listed(sighting.scopes)} {naming} it"
    data = {"module": sighting.module, "add": owner}
    yield Finding("development-import", message, sighting.path, sighting.imported.span, RULE.severity, data=data)


RULE = Rule(code="development-import", severity="information", doc=__doc__ or "", imports=check)
