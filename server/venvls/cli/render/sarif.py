"""Findings as SARIF 2.1.0 (OASIS), for code scanning."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from urllib.parse import quote

from venvls import HOME, __version__, page_of_rule
from venvls.cli.indented import dumps
from venvls.cli.render import Result
from venvls.cli.render.fingerprint import fingerprints
from venvls.cli.render.place import in_report
from venvls.cli.terminal import Terminal
from venvls.model.action import Action
from venvls.model.finding import Finding, Severity
from venvls.model.rule import Rule
from venvls.model.text import Span, Text

_LEVELS: dict[Severity, str] = {"error": "error", "warning": "warning", "information": "note", "hint": "note"}
_ROOT = "%SRCROOT%"
_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def render(result: Result, terminal: Terminal) -> str:
    """One SARIF log with one run. Paths inside the repository are relative to `%SRCROOT%`, its top."""
    places = {rule.code: index for index, rule in enumerate(result.rules)}
    run = {
        "tool": {
            "driver": {
                "name": "venvls",
                "semanticVersion": __version__,
                "informationUri": HOME,
                "rules": [_rule(rule) for rule in result.rules],
            }
        },
        "columnKind": "utf16CodeUnits",
        "originalUriBaseIds": {_ROOT: {"uri": _uri(result.top or result.cwd).rstrip("/") + "/"}},
        "results": [
            {**_result(finding, result, places), "partialFingerprints": {"venvls/v1": mark}}
            for finding, mark in zip(result.findings, fingerprints(result), strict=True)
        ],
    }
    return dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}) + "\n"


def _rule(rule: Rule) -> dict[str, object]:
    doc = rule.doc.strip()
    first = " ".join(doc.split("\n\n")[0].split())
    return {
        "id": rule.code,
        "name": "".join(part.capitalize() for part in rule.code.split("-")),
        "shortDescription": {"text": first},
        "fullDescription": {"text": first},
        "help": {"text": doc, "markdown": doc},
        "helpUri": page_of_rule(rule.code),
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
    }


def _result(finding: Finding, result: Result, places: dict[str, int]) -> dict[str, object]:
    shown: dict[str, object] = {
        "ruleId": finding.code,
        "level": _LEVELS[finding.severity],
        "message": {"text": finding.message},
        "locations": [_location(finding.path, finding.span, result)],
    }
    if finding.code in places:
        shown["ruleIndex"] = places[finding.code]
    if finding.related:
        shown["relatedLocations"] = [
            {**_location(related.path, related.span, result), "id": number, "message": {"text": related.message}}
            for number, related in enumerate(finding.related, 1)
        ]
    fixes = [_fix(action, result) for action in _with_edits(result.actions_of(finding))]
    if fixes:
        shown["fixes"] = fixes
    return shown


def _with_edits(actions: Sequence[Action]) -> list[Action]:
    # An edit that makes a new file has no region to replace; SARIF cannot say it.
    return [action for action in actions if action.edits and not any(edit.create for edit in action.edits)]


def _fix(action: Action, result: Result) -> dict[str, object]:
    paths = list(dict.fromkeys(edit.path for edit in action.edits))
    return {
        "description": {"text": action.title},
        "artifactChanges": [
            {
                "artifactLocation": _artifact(path, result),
                "replacements": [
                    {"deletedRegion": _region(result.text_of(path), edit.span), "insertedContent": {"text": edit.new}}
                    for edit in action.edits
                    if edit.path == path
                ],
            }
            for path in paths
        ],
    }


def _location(path: str, span: Span, result: Result) -> dict[str, object]:
    return {"physicalLocation": {"artifactLocation": _artifact(path, result), "region": _region(result.text_of(path), span)}}


def _region(text: Text, span: Span) -> dict[str, int]:
    start, end = text.range(span, "utf-16")
    return {"startLine": start.line + 1, "startColumn": start.character + 1, "endLine": end.line + 1, "endColumn": end.character + 1}


def _artifact(path: str, result: Result) -> dict[str, str]:
    shown = in_report(path, result)
    if not os.path.isabs(shown):
        return {"uri": quote(shown), "uriBaseId": _ROOT}
    return {"uri": _uri(path)}


def _uri(path: str) -> str:
    """An absolute path as a file URI (RFC 8089)."""
    slashed = path.replace("\\", "/") if os.sep == "\\" or re.match(r"[A-Za-z]:\\", path) else path
    if not slashed.startswith("/"):
        slashed = "/" + slashed
    return "file://" + quote(slashed, safe="/:")
