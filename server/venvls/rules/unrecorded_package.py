"""A package was installed by name, but no file of the project names it.

The next environment will not have it, and nobody else's has it.

Example: `pip install httpx` in a terminal, and `requirements.txt` does not list `httpx`.

Fix it with the action *Add*, which puts the package into the project's requirements; or uninstall what was only tried.

It is only a hint, at the head of the project's list of requirements, in an editor and in `venvls check --imports`. pip notes which packages
were named in its command; uv notes it for all, so that of those only what nothing else requires is reported (it may also be left over from
a package that is gone). Left alone are pip and other
tools that keep environments, what another project with the same environment names, and environments that a lock describes exactly (there
it is `extraneous-package`) or that conda made.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from venvls.model.facts import Facts
from venvls.model.finding import Finding
from venvls.model.imports import Sighting
from venvls.model.rule import Rule
from venvls.model.text import Span
from venvls.rules.wording import first_statement

_LIST = re.compile(r"^[ \t]*(?:(dependencies)[ \t]*=[ \t]*\[|(\[tool\.poetry\.dependencies\])|(\[packages\]))", re.MULTILINE)


def check(sighting: Sighting, facts: Facts) -> Iterable[Finding]:
    """A finding at the head of the list."""
    environment = facts.environment
    if sighting.standing == "unrecorded" and environment is not None:
        name = sighting.owners[0]
        message = f"{name} was installed into {environment.name} by name, but no file of the project lists it"
        if not sighting.requested:
            message = f"{name} is installed in {environment.name}, but nothing requires it and no file of the project lists it"
        data = {"name": name, "add": name}
        yield Finding("unrecorded-package", message, sighting.path, _head(facts, sighting.path), RULE.severity, data=data)


def _head(facts: Facts, path: str) -> Span:
    """The name of the list, else the file's first statement."""
    manifest = facts.manifests.get(path)
    match = _LIST.search(manifest.text.source) if manifest is not None and path.endswith((".toml", "Pipfile")) else None
    return Span(*match.span(match.lastindex or 0)) if match is not None else first_statement(facts, path)


RULE = Rule(code="unrecorded-package", severity="hint", doc=__doc__ or "", imports=check)
