"""Findings as JSON, exactly as `docs/interface.md` says; `schema` changes when it does."""

from __future__ import annotations

from venvls import payload
from venvls.cli.indented import dumps
from venvls.cli.render import Result
from venvls.cli.terminal import Terminal


def render(result: Result, terminal: Terminal) -> str:
    """One JSON object. Lines and characters count from 0, characters in UTF-16 units."""
    findings = [payload.finding(finding, result.text_of(finding.path), result.actions_of(finding)) for finding in result.findings]
    # A file without a fault does not make its project one without any.
    projects = payload.projects(result.projects, (*result.findings, *(result.elsewhere or ())))
    content = {"schema": payload.SCHEMA, "projects": projects, "findings": findings}
    return dumps(content) + "\n"
