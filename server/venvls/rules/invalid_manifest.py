"""The file cannot be parsed: invalid TOML or encoding.

No tool can install from such a file. Everything before the mark is still checked; what comes after it is unknown.

Example: a `pyproject.toml` in which `dependencies = [` is never closed.

Fix it at the mark.
"""

from __future__ import annotations

from collections.abc import Iterable

from venvls.model.facts import Facts
from venvls.model.finding import Finding
from venvls.model.manifest import Manifest
from venvls.model.redact import redact
from venvls.model.rule import Rule
from venvls.rules.wording import hidden


def check(manifest: Manifest, facts: Facts) -> Iterable[Finding]:
    """One finding for each place where the file cannot be parsed."""
    for problem in manifest.problems:
        if problem.code == "invalid-manifest":
            message = hidden(redact(problem.message), "This file outside the workspace cannot be parsed", manifest.path, facts)
            yield Finding(code="invalid-manifest", message=message, path=manifest.path, span=problem.span)


RULE = Rule(code="invalid-manifest", severity="error", doc=__doc__ or "", manifest=check)
