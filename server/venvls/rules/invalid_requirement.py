"""This line is not a valid requirement: it does not follow the grammar of PEP 508 or of requirements files.

pip and uv refuse the whole file for one such line.

Example: `requests=>2.31` (the operator is `>=`), or `requests 2.31` (an operator is missing).

A condition after `;` that can be read and not compared (`sys_platform ~= "linux"`) is reported where there is an environment that pip
fills: pip stops at it.

In a project of uv this is also said of a requirement whose entry in `[tool.uv.sources]` leads nowhere, at which uv refuses every
command: to an index that no `[[tool.uv.index]]` of the project or its workspace defines, or to the workspace, of which it is not a
member; and of a member of the workspace that has no such entry.

Fix it at the marked characters. A requirement is a name, extras in brackets, versions, and after `;` a marker:
`requests[socks]>=2.31,<3; python_version >= "3.9"`, or a name, `@` and a URL.
"""

from __future__ import annotations

from venvls.model.facts import Facts
from venvls.model.finding import Finding
from venvls.model.hints import TYPE_CHECKING
from venvls.model.manifest import Manifest
from venvls.model.redact import redact
from venvls.model.requirement import Requirement
from venvls.model.requirement_list import listed
from venvls.model.rule import Fault, Rule
from venvls.model.text import Span
from venvls.rules.wording import hidden
from venvls.standards.markers import holds, refused

if TYPE_CHECKING:
    from collections.abc import Iterable

_OUTSIDE = "This line of a file outside the workspace is not a valid requirement"


def check(manifest: Manifest, facts: Facts) -> Iterable[Finding]:
    """One finding for each requirement that does not parse, and each other line that its parser rejects."""
    told: list[Span] = []
    requirements = listed(manifest.requirements)
    for requirement in requirements if requirements.flawed else ():
        parsed = requirement.parsed
        if parsed.error is not None:
            span = requirement.span if parsed.error_span is None else requirement.locate(parsed.error_span)
            told.append(requirement.statement)
            yield Finding(
                code="invalid-requirement",
                message=hidden(redact(parsed.error), _OUTSIDE, manifest.path, facts),
                path=manifest.path,
                span=span,
                requirement=requirement,
            )
    for problem in manifest.problems:
        # A parser may give the same mistake with the requirement and on its own.
        if problem.code == "invalid-requirement" and not any(
            span.start <= problem.span.start and problem.span.end <= span.end for span in told
        ):
            message = hidden(redact(problem.message), _OUTSIDE, manifest.path, facts)
            yield Finding(code="invalid-requirement", message=message, path=manifest.path, span=problem.span)
    if "uv" in manifest.tool or facts.project.workspace is not None:
        yield from _refused_by_uv(manifest, facts)


def _refused_by_uv(manifest: Manifest, facts: Facts) -> Iterable[Finding]:
    from venvls.model.uv_sources import refused_sources  # few projects have any

    for requirement, why in refused_sources(manifest, facts):
        message = hidden(f"{why}.", _OUTSIDE, manifest.path, facts)
        yield Finding(code="invalid-requirement", message=message, path=manifest.path, span=requirement.span, requirement=requirement)


def check_marker(requirement: Requirement, facts: Facts, folder: str) -> Iterable[Fault]:
    """A fault on a marker that can be read, and that pip stops at."""
    marker = requirement.parsed.marker
    by_uv = facts.environment is not None and facts.environment.kind == "uv"  # which lets it pass
    if marker is not None and facts.target is not None and not by_uv and holds(marker, facts) is None and refused(marker, facts.target):
        message = "the condition compares what cannot be compared, and pip stops at it; texts can only be equal, unequal or `in` another"
        yield Fault(message, requirement.parsed.marker_span)


RULE = Rule(code="invalid-requirement", severity="error", doc=__doc__ or "", manifest=check, requirement=check_marker, about="unknown")
