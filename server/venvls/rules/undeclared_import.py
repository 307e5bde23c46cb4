"""The code imports a package that is installed, but that no requirement of the project names.

It works here because another package brought it in, because it was left over, or because somebody installed it by name (`pip install
NAME`). It fails where that other package no longer requires it, and in any new environment.

Example: `import urllib3` in a project that requires `requests` alone.

Fix it with the action *Add*, which puts the package into the project's requirements. What `setup.py` and build hooks import has to be in
`[build-system] requires` of `pyproject.toml` instead, where *Add* puts it: a build is given an environment of its own with these packages
alone.

What an extra brings that a requirement names counts as required (`fastapi[standard]`), as do all groups, extras and requirements files of
the project and of those that share its environment. Where a manifest cannot be read whole, nothing is reported.
"""

from __future__ import annotations

from collections.abc import Iterable

from venvls.model.facts import Facts
from venvls.model.finding import Finding
from venvls.model.imports import Sighting
from venvls.model.rule import Rule


def check(sighting: Sighting, facts: Facts) -> Iterable[Finding]:
    """A finding on the module's name."""
    if sighting.standing != "undeclared":
        return
    owner = sighting.owners[0]
    named = f"`{sighting.module}`" if owner == sighting.module else f"`{sighting.module}` (of {owner})"
    needed = sighting.needed_by
    why = f"it is there because {needed[-1]} requires it" if needed else "it is left over: nothing requires it"
    if sighting.requested:
        why = "it was installed by name, and no file records that"
    message = f"{named} is imported, but the project does not require it: {why}"
    data: dict[str, str | None] = {"module": sighting.module, "add": owner if sighting.offered else None}
    if sighting.build:
        # What builds the project is no requirement of the project itself: it is not offered as one. Of several packages none is.
        message = f"{named} is imported, but `[build-system] requires` does not name it: a build in isolation fails there"
        data["add"], data["build"] = None, owner if len(sighting.owners) == 1 else None
    yield Finding("undeclared-import", message, sighting.path, sighting.imported.span, RULE.severity, data=data)


RULE = Rule(code="undeclared-import", severity="information", doc=__doc__ or "", imports=check)
