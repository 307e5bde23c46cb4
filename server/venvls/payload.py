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


def environment(found: Environment | None) -> dict[str, object] | None:
    """ENV: an environment as an object, or null."""
    if found is None:
        return None
    return {
        "prefix": found.prefix,
        "interpreter": found.interpreter,
        "version": found.version,
        "implementation": found.implementation,
        "kind": found.kind,
        "name": found.name,
        "health": found.health,
        "problem": found.problem,
        "project": found.project,
    }


def project(found: Project, in_sync: bool) -> dict[str, object]:
    """A project as an object; ``in_sync`` is whether it has no finding at warning or error."""
    return {
        "root": found.root,
        "manifests": list(found.manifests),
        "locks": list(found.locks),
        "tool": found.tool,
        "environment": environment(found.environment),
        "reason": found.reason,
        "in_sync": in_sync,
    }


def projects(found: Iterable[Project], findings: Sequence[Finding]) -> list[dict[str, object]]:
    """Every project, each with whether it is in sync."""
    behind = {finding.project for finding in findings if finding.severity not in _QUIET}
    return [project(one, one.root not in behind) for one in found]


def requirement(found: Requirement, installed: str | None) -> dict[str, object]:
    """A requirement as an object; ``group`` is the group or extra it belongs to."""
    parsed = found.parsed
    return {
        "name": parsed.key,
        "text": parsed.text,
        "installed": installed,
        "group": found.scope.name if found.scope.kind in ("group", "extra") else None,
    }


def range_of(text: Text, span: Span) -> dict[str, object]:
    """A span as an LSP range in UTF-16 units."""
    start, end = text.range(span, "utf-16")
    return {
        "start": {"line": start.line, "character": start.character},
        "end": {"line": end.line, "character": end.character},
    }


def finding(found: Finding, text: Text, actions: Iterable[Action]) -> dict[str, object]:
    """A finding as an object with the titles of what can be done about it."""
    from venvls.model.redact import redact

    asked = requirement(found.requirement, found.installed) if found.requirement else None
    if asked is not None and isinstance(asked["text"], str):
        asked["text"] = redact(asked["text"])
    return {
        "code": found.code,
        "severity": found.severity,
        "message": found.message,
        "path": found.path,
        "range": range_of(text, found.span),
        "project": found.project,
        "environment": found.environment,
        "requirement": asked,
        "actions": [{"title": action.title, "kind": action.kind, "id": action.id} for action in actions],
    }
