"""Findings and edits as the protocol's plain JSON: no objects in between, since there may be hundreds for each keystroke."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable
from typing import Any

from venvls import page_of_rule
from venvls.lsp.client import Client
from venvls.model.action import Action, Task
from venvls.model.finding import Finding
from venvls.model.text import Span, Text, Units

SOURCE = "venvls"
_SEVERITY = {"error": 1, "warning": 2, "information": 3, "hint": 4}
_UNNECESSARY = 1

Json = dict[str, Any]


def span(text: Text, place: Span, units: Units) -> Json:
    """A span as a range."""
    (line, character), (last, end) = text.range(place, units)
    return {"start": {"line": line, "character": character}, "end": {"line": last, "character": end}}


def placer(text: Text, units: Units) -> Callable[[Span], Json]:
    """:func:`span` for many spans of one text: in plain ASCII a character is a unit of every kind."""
    if not text.source.isascii():
        return lambda place: span(text, place, units)
    starts, size = text.starts, len(text.source)

    def quick(place: Span) -> Json:
        start, end = place
        if not 0 <= start <= end <= size:
            return span(text, place, units)
        line = bisect_right(starts, start) - 1
        last = line if line + 1 == len(starts) or end < starts[line + 1] else bisect_right(starts, end) - 1
        return {
            "start": {"line": line, "character": start - starts[line]},
            "end": {"line": last, "character": end - starts[last]},
        }

    return quick


def diagnostic(
    finding: Finding, text: Text, units: Units, client: Client, uri: Callable[[str], str], text_of: Callable[[str], Text]
) -> Json:
    """A finding as a diagnostic. ``uri`` and ``text_of`` give the URI and text of other files it speaks of."""
    return diagnostics((finding,), text, units, client, uri, text_of)[0]


def diagnostics(
    findings: Iterable[Finding], text: Text, units: Units, client: Client, uri: Callable[[str], str], text_of: Callable[[str], Text]
) -> list[Json]:
    """The findings of one text as diagnostics: there may be thousands."""
    place = placer(text, units)

    def related(finding: Finding) -> list[Json]:
        return [
            {
                "location": {
                    "uri": uri(other.path),
                    "range": place(other.span) if other.path == finding.path else span(text_of(other.path), other.span, units),
                },
                "message": other.message,
            }
            for other in finding.related
        ]

    results = []
    for finding in findings:
        result: Json = {
            "range": place(finding.span),
            "severity": _SEVERITY[finding.severity],
            "code": finding.code,
            "source": SOURCE,
            "message": finding.message,
        }
        if client.code_description:
            result["codeDescription"] = {"href": page_of_rule(finding.code)}
        if finding.unnecessary and client.tags:
            result["tags"] = [_UNNECESSARY]
        if finding.related and client.related:
            result["relatedInformation"] = related(finding)
        if client.diagnostic_data:
            result["data"] = {"project": finding.project, "environment": finding.environment}
        results.append(result)
    return results


def command(title: str, task: Task) -> Json:
    """A task as a command of ours with its one JSON object."""
    return {"title": title, "command": f"venvls.{task.task}", "arguments": [task_object(task)]}


def task_object(task: Task) -> Json:
    """A task as JSON: only what it says."""
    fields: Json = {
        "project": task.project,
        "environment": task.environment,
        "requirements": list(task.requirements),
        "files": list(task.files),
        "groups": list(task.groups),
        "extras": list(task.extras),
        "options": dict(task.options),
    }
    return {name: value for name, value in fields.items() if value not in (None, [], {})}


def workspace_edit(
    action: Action,
    units: Units,
    client: Client,
    uri: Callable[[str], str],
    text_of: Callable[[str], Text],
    version: Callable[[str], int | None],
) -> Json:
    """An action's edits, in the richer form where the editor takes it."""
    by_path: dict[str, list[Json]] = {}
    created: dict[str, None] = {}
    for edit in action.edits:
        by_path.setdefault(edit.path, []).append({"range": span(text_of(edit.path), edit.span, units), "newText": edit.new})
        if edit.create:
            created[edit.path] = None
    if not client.document_changes:
        return {"changes": {uri(path): edits for path, edits in by_path.items()}}
    changes: list[Json] = []
    if client.creates_files:
        changes += [{"kind": "create", "uri": uri(path), "options": {"ignoreIfExists": True}} for path in created]
    changes += [{"textDocument": {"uri": uri(path), "version": version(path)}, "edits": edits} for path, edits in by_path.items()]
    return {"documentChanges": changes}


def overlaps(place: Json, asked: Json) -> bool:
    """Whether two ranges share a place; they may touch."""
    return order(place["start"]) <= order(asked["end"]) and order(asked["start"]) <= order(place["end"])


def wanted_kind(kind: str, only: Iterable[str] | None) -> bool:
    """Whether an editor that requests the kinds ``only`` wants ``kind``: kinds are hierarchical (LSP 3.17, "Code Action Kind")."""
    return only is None or any(kind == wanted or wanted == "" or kind.startswith(f"{wanted}.") for wanted in only)


def order(position: Json) -> tuple[int, int]:
    """What sorts positions as they follow each other."""
    return (position["line"], position["character"])
