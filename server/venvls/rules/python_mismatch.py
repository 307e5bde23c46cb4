"""The project does not allow the environment's Python version.

A project says which Python versions it supports, in `requires-python`, `.python-version` or its lock. With another one, packages may
refuse to be installed, and the code may fail in ways that others do not see.

Example: `pyproject.toml` says `requires-python = ">=3.11"`, and `.venv` was made with Python 3.9.

Fix it by creating the environment with a Python that fits (the action *Recreate the environment*), by selecting another environment, or by
changing the bound if it is too narrow.

Where only `X.Y` of the environment's version is known, a bound on the third number is not checked.
"""

from __future__ import annotations

from collections.abc import Iterable

from venvls.model.facts import Facts
from venvls.model.finding import Finding
from venvls.model.patterns import re
from venvls.model.rule import Rule
from venvls.rules.wording import about_project, hidden
from venvls.standards.versions import contains, satisfiable

_NUMBERS = re.compile(r"[0-9]+\.[0-9]+(?:\.[0-9]+)?")


def check(facts: Facts) -> Iterable[Finding]:
    """One finding for each file whose bound excludes the environment's Python, on the bound where the file is a manifest."""
    environment = facts.environment
    if not facts.project.python and all(manifest.requires_python is None for manifest in facts.manifests.values()):
        return
    numbers = _NUMBERS.match(environment.version or "") if environment is not None else None
    if environment is None or numbers is None or environment.health == "broken":
        return
    version = numbers[0]
    python = environment.python
    own: set[tuple[str, str]] = set()
    told: set[str] = set()
    for path in facts.project.manifests:
        manifest = facts.manifests.get(path)
        bound = manifest.requires_python if manifest else None
        if manifest is None or bound is None:
            continue
        own.add((bound.specifier, path))
        if facts.counted is not None and path not in facts.counted and manifest.names_python is not None:
            continue  # a bound for conda's or pixi's environments does not count for an environment of another kind
        if _excludes(bound.specifier, version):
            told.add(path)
            message = f"The environment has {python}, but {bound.specifier.strip()} is required"
            substitute = f"This file does not allow the environment's {python}"
            yield Finding(
                code="python-mismatch",
                message=hidden(message, substitute, path, facts),
                path=path,
                span=bound.span,
                data={"python": bound.specifier},
            )
    for specifier, path in facts.project.python:
        # A file may require more than its own bound does: a group of uv's has one as well.
        if (specifier, path) not in own and path not in told and _excludes(specifier, version):
            told.add(path)
            name = facts.files.path.basename(path)
            message = f"The environment has {python}, but {name} requires {specifier.strip()}"
            yield from about_project("python-mismatch", message, facts, {"python": specifier})


def _excludes(specifier: str, version: str) -> bool:
    if version.count(".") >= 2:
        return contains(specifier, version) is False
    return satisfiable(f"{specifier},=={version}.*" if specifier.strip() else "") is False


RULE = Rule(code="python-mismatch", severity="warning", doc=__doc__ or "", project=check)
