"""No code of the project imports a package that it requires.

What is not used is installed for everybody, and can be in conflict with what is.

Example: `requirements.txt` requires `requests`, and the code has long been using `httpx`.

Fix it with the action *Remove*, where nothing uses the package in another way: it takes the requirement out, and uninstalls the package
with what only it needed.

It is only a hint, and only in `venvls check --imports` of a whole project. Left alone is what is used without an import: packages with
programs or plugins (entry points), type stubs, packages that another one needs or can use (drivers, servers, pins), requirements of groups
and extras, and everything whose module is named anywhere in the project's Python files, settings or scripts. For a package of which that
cannot be told, add its module's name to `[tool.venvls] imports.ignore`.
"""

from __future__ import annotations

from collections.abc import Iterable

from venvls.model.facts import Facts
from venvls.model.finding import Finding
from venvls.model.imports import Sighting
from venvls.model.rule import Rule


def check(sighting: Sighting, facts: Facts) -> Iterable[Finding]:
    """A finding on the requirement's name."""
    if sighting.standing == "unused":
        message = f"{sighting.owners[0]} is required, but no code of the project imports `{sighting.module}`"
        data = {"name": sighting.owners[0]}
        yield Finding("unused-requirement", message, sighting.path, sighting.imported.span, RULE.severity, data=data)


RULE = Rule(code="unused-requirement", severity="hint", doc=__doc__ or "", imports=check)
