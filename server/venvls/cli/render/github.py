"""Findings as GitHub workflow commands, which show them next to the lines of a pull request."""

from __future__ import annotations

from venvls.cli.render import Result
from venvls.cli.render.place import in_report
from venvls.cli.terminal import Terminal
from venvls.model.finding import Finding
from venvls.model.visible import one_line, visible

_COMMANDS = {"error": "error", "warning": "warning", "information": "notice", "hint": "notice"}


def render(result: Result, terminal: Terminal) -> str:
    """One `::error …::message` line for each finding (GitHub: "Workflow commands", setting an error message)."""
    return "".join(_line(finding, result) for finding in result.findings)


def _line(finding: Finding, result: Result) -> str:
    text = result.text_of(finding.path)
    start = text.position(finding.span.start, "utf-32")
    end = text.position(max(finding.span.start, finding.span.end), "utf-32")
    properties = {
        "file": in_report(finding.path, result),
        "line": str(start.line + 1),
        "endLine": str(end.line + 1),
        "col": str(start.character + 1),
        "endColumn": str(end.character + 1),
        "title": f"venvls {finding.code}",
    }
    if end.line != start.line:
        # GitHub takes columns only where both ends stand on one line.
        del properties["col"], properties["endColumn"]
    shown = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{_COMMANDS[finding.severity]} {shown}::{_data(finding.message)}\n"


def _data(value: str) -> str:
    return visible(value).replace("%", "%25").replace("\n", "%0A")


def _property(value: str) -> str:
    return _data(one_line(value)).replace(":", "%3A").replace(",", "%2C")
