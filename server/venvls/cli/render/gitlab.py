"""Findings as GitLab's code quality report, which shows them in a merge request."""

from __future__ import annotations

from venvls.cli.indented import dumps
from venvls.cli.render import Result
from venvls.cli.render.fingerprint import fingerprints
from venvls.cli.render.place import in_report
from venvls.cli.terminal import Terminal

_SEVERITIES = {"error": "critical", "warning": "major", "information": "minor", "hint": "info"}


def render(result: Result, terminal: Terminal) -> str:
    """One JSON array (GitLab: "Code Quality", code quality report format). Lines count from 1."""
    issues = []
    for finding, mark in zip(result.findings, fingerprints(result), strict=True):
        start, end = result.text_of(finding.path).range(finding.span, "utf-32")
        issues.append(
            {
                "description": finding.message,
                "check_name": finding.code,
                "fingerprint": mark,
                "severity": _SEVERITIES[finding.severity],
                "location": {"path": in_report(finding.path, result), "lines": {"begin": start.line + 1, "end": end.line + 1}},
            }
        )
    return dumps(issues) + "\n"
