"""The JSON of the public surface (``docs/interface.md``): one place makes it, the command line and the language server send it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from venvls.model.action import Action
from venvls.model.environment import Environment
from venvls.model.finding import Finding, Project
from venvls.model.requirement import Requirement
from venvls.model.text import Span, Text

SCHEMA = 1
_QUIET = ("information", "hint")


def environment(shown: Environment | None) -> dict[str, object] | None:
    """ENV: an environment as an object, or null."""
    if shown is None:
        return None
    return {
        "prefix": shown.prefix,
        "interpreter": shown.interpreter,
        "version": shown.version,
        "implementation": shown.implementation,
        "kind": shown.kind,
        "name": shown.name,
        "health": shown.health,
        "problem": shown.problem,
        "project": shown.project,
    }


def project(shown: Project, in_sync: bool) -> dict[str, object]:
    """A project as an object; ``in_sync`` is whether it has no finding at warning or error."""
    return {
        "root": shown.root,
        "manifests": list(shown.manifests),
        "locks": list(shown.locks),
        "tool": shown.tool,
        "environment": environment(shown.environment),
        "reason": shown.reason,
        "in_sync": in_sync,
    }


def projects(shown: Iterable[Project], findings: Sequence[Finding]) -> list[dict[str, object]]:
    """Every project, each with whether it is in sync."""
    behind = {finding.project for finding in findings if finding.severity not in _QUIET}
    return [project(shown_project, shown_project.root not in behind) for shown_project in shown]


def requirement(shown: Requirement, installed: str | None) -> dict[str, object]:
    """A requirement as an object; ``group`` is the group or extra it belongs to."""
    parsed = shown.parsed
    return {
        "name": parsed.key,
        "text": parsed.text,
        "installed": installed,
        "group": shown.scope.name if shown.scope.kind in ("group", "extra") else None,
    }


def range_of(text: Text, span: Span) -> dict[str, object]:
    """A span as an LSP range in UTF-16 units."""
    start, end = text.range(span, "utf-16")
    return {
        "start": {"line": start.line, "character": start.character},
        "end": {"line": end.line, "character": end.character},
    }


def finding(shown: Finding, text: Text, actions: Iterable[Action]) -> dict[str, object]:
    """A finding as an object with the titles of what can be done about it."""
    from venvls.model.redact import redact

    asked = requirement(shown.requirement, shown.installed) if shown.requirement else None
    if asked is not None and isinstance(asked["text"], str):
        asked["text"] = redact(asked["text"])
    return {
        "code": shown.code,
        "severity": shown.severity,
        "message": shown.message,
        "path": shown.path,
        "range": range_of(text, shown.span),
        "project": shown.project,
        "environment": shown.environment,
        "requirement": asked,
        "actions": [{"title": action.title, "kind": action.kind, "id": action.id} for action in actions],
    }
