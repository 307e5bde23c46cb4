"""What tells a finding from others and from itself a commit later: services use it to know which are new."""

from __future__ import annotations

from hashlib import sha256

from venvls.cli.render.place import in_report
from venvls.model.hints import TYPE_CHECKING

if TYPE_CHECKING:
    from venvls.cli.render import Result
    from venvls.model.finding import Finding


def fingerprints(result: Result) -> list[str]:
    """One for each finding, in order, no two alike. They stay where lines above are added and where versions change."""
    counts: dict[str, int] = {}
    marks = []
    for finding in result.findings:
        digest = sha256("\0".join(_subject(finding, result)).encode("utf-8", "surrogateescape")).hexdigest()[:16]
        counts[digest] = counts.get(digest, 0) + 1
        marks.append(f"{digest}:{counts[digest]}")
    return marks


def _subject(finding: Finding, result: Result) -> tuple[str, ...]:
    key = finding.requirement.parsed.key if finding.requirement is not None else None
    about = key or result.text_of(finding.path).source[finding.span.start : finding.span.end]
    project = in_report(finding.project, result) if finding.project else ""
    return finding.code, in_report(finding.path, result), project, about, str(finding.data.get("name", ""))
