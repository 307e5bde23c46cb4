"""Findings as a JUnit report, which most build servers show as tests: a suite for each project, a failed test for each problem."""

from __future__ import annotations

import re
from collections.abc import Iterable

from venvls.cli.render import Result
from venvls.cli.render.place import in_report
from venvls.cli.terminal import Terminal
from venvls.model.finding import Finding

_LOUD = ("error", "warning")
_NO_CHARACTER = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold, not even escaped."""
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;"}


def render(result: Result, terminal: Terminal) -> str:
    """An XML document. A project without problems is a suite with one test that passed, so that it does not look as if it was not run."""
    suites: dict[str, list[Finding]] = {project.root: [] for project in result.projects}
    for finding in result.findings:
        suites.setdefault(finding.project or finding.path, []).append(finding)
    shown = [_suite(in_report(root, result), findings, result) for root, findings in suites.items()]
    failures = sum(_failures(findings) for findings in suites.values())
    tests = sum(max(1, len(findings)) for findings in suites.values())
    counts = _attributes(name="venvls", tests=tests, failures=failures, errors=0)
    return "".join(['<?xml version="1.0" encoding="utf-8"?>\n', f"<testsuites{counts}>\n", *shown, "</testsuites>\n"])


def _suite(name: str, findings: list[Finding], result: Result) -> str:
    tests = [_test(finding, result) for finding in findings] or [f"    <testcase{_attributes(name='in sync', classname=name)}/>\n"]
    counts = _attributes(name=name, tests=len(tests), failures=_failures(findings), errors=0, skipped=0)
    return "".join([f"  <testsuite{counts}>\n", *tests, "  </testsuite>\n"])


def _test(finding: Finding, result: Result) -> str:
    path = in_report(finding.path, result)
    start = result.text_of(finding.path).position(finding.span.start, "utf-32")
    place = f"{path}:{start.line + 1}:{start.character + 1}"
    head = _attributes(name=f"{finding.code} {place}", classname=path, file=path, line=start.line + 1)
    if finding.severity in _LOUD:
        inner = f"<failure{_attributes(type=finding.code, message=finding.message)}>{_escaped(f'{place}: {finding.message}')}</failure>"
    else:
        inner = f"<system-out>{_escaped(finding.message)}</system-out>"
    return f"    <testcase{head}>{inner}</testcase>\n"


def _failures(findings: Iterable[Finding]) -> int:
    return sum(finding.severity in _LOUD for finding in findings)


def _attributes(**values: object) -> str:
    return "".join(f' {name}="{_escaped(str(value))}"' for name, value in values.items())


def _escaped(text: str) -> str:
    safe = _NO_CHARACTER.sub("\N{REPLACEMENT CHARACTER}", text)
    return "".join(_ESCAPES.get(character, character) for character in safe)
