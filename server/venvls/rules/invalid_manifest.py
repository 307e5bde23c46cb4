"""The file, or a part of it, cannot be parsed: invalid TOML, YAML or encoding, or a merge conflict.

No tool can install from such a file. What can be read is still checked; what else the file requires is unknown, so nothing is called in
sync. In an `environment.yml` this is also said of a part that is YAML, but written in a way that venvls does not read: aliases (`*a`),
tags (`!!str`), lists in lists.

What the project's own tools accept and others refuse is a warning: a list that is both stated and `dynamic` (PEP 808), where the build
backend builds it.

What only TOML 1.1 allows (line breaks and a last comma in braces, `\\e`, `\\x41`, times without seconds) is read everywhere, and reported
where the project's tool refuses it. uv, Pipenv and pixi read it. pip, Poetry, PDM, Hatch, tox and most build backends do from Python 3.15
on: a warning where it is not known which Python that is, or which tool.

A file that states more than 20,000 requirements, and a project that takes more than 10 seconds of processor time to check, are given up:
that is reported here, at the file or at the project's first manifest, and every other project is checked. Where a check fails because of
an error in venvls itself, a warning here says what could not be compared: the rest is compared, and nothing is called in sync.

Example: a `pyproject.toml` in which `dependencies = [` is never closed.

Fix it at the mark.
"""

from __future__ import annotations

from venvls.model.facts import Facts
from venvls.model.finding import Finding
from venvls.model.hints import TYPE_CHECKING
from venvls.model.manifest import Manifest
from venvls.model.redact import redact
from venvls.model.rule import Rule
from venvls.rules.wording import hidden

if TYPE_CHECKING:
    from collections.abc import Iterable


def check(manifest: Manifest, facts: Facts) -> Iterable[Finding]:
    """One finding for each place where the file cannot be parsed."""
    for problem in manifest.problems:
        if problem.code == "invalid-manifest":
            said, mild = problem.message, problem.mild
            if problem.newer:
                from venvls.rules.toml_versions import refused_by  # few files have any of it

                refused = refused_by(manifest, facts)
                if refused is None:
                    continue
                said, mild = f"{said.removesuffix('.')}, which {refused[0]}.", not refused[1]
            message = hidden(redact(said), "This file outside the workspace cannot be parsed", manifest.path, facts)
            data = {"mild": True} if mild else {}
            yield Finding(code="invalid-manifest", message=message, path=manifest.path, span=problem.span, data=data)


RULE = Rule(code="invalid-manifest", severity="error", doc=__doc__ or "", manifest=check)
