"""The words of the answers that both faces use."""

from __future__ import annotations

from collections.abc import Callable

from venvls.answers.graph import Edge
from venvls.answers.sharing import Sharer
from venvls.answers.stated import Statement
from venvls.model.names import plain
from venvls.model.redact import redact

OUTSIDE = "a file outside the workspace"


def text_of(statement: Statement) -> str:
    """A line's requirement as written, without secrets; nothing of one that must not be shown."""
    return f"({OUTSIDE})" if statement.hidden else redact(statement.requirement.parsed.text.strip())


def scope_of(statement: Statement) -> str:
    """The group or extra a line is in: ``group dev``; empty for the main requirements."""
    kind, name = statement.requirement.scope
    if kind in ("group", "extra"):
        return f"{kind} {name}"
    return {"build": "to build it", "constraint": "constraint"}.get(kind, "")


def aside(statement: Statement) -> str:
    """Why a line does not count here; empty where it does."""
    if statement.bound:
        return ""
    if statement.counts and statement.applies is False:
        return "its marker is false here"
    return "" if statement.counts else "it does not count here"


def need(edge: Edge) -> str:
    """What is needed: ``name[extras]>=1``, with the extra that is the reason."""
    because = f" (extra {edge.extra})" if edge.extra else ""
    return f"{wanted(edge)}{because}"


def wanted(edge: Edge) -> str:
    """What is needed, as a requirement without its marker."""
    extras = f"[{','.join(edge.extras)}]" if edge.extras else ""
    return f"{plain(edge.key)}{extras}{edge.specifier}"


def shared(sharer: Sharer, path: Callable[[str], str]) -> str:
    """Which other project requires a package: ``required by the workspace member a (packages/a/pyproject.toml:5)``."""
    if sharer.member:
        who = f"the workspace member {sharer.name}" if sharer.name else "another member of the workspace"
    else:
        who = "another project with this environment"
    hidden = sharer.statement is not None and sharer.statement.hidden
    place = OUTSIDE if hidden else path(sharer.path) + (f":{sharer.line + 1}" if sharer.line is not None else "")
    return f"{'' if sharer.itself else 'required by '}{who} ({place})"
