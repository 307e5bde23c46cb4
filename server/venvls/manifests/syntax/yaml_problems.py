"""What is said of YAML that is not understood: in a manifest at the place, of a lock as a whole."""

from __future__ import annotations

from collections.abc import Sequence

from venvls.manifests.syntax.yaml_line import Fault
from venvls.model.manifest import Problem

_MOST = 100
_UNREAD = "This part of the file cannot be read: "
_MESSAGES = {
    "conflict": "A merge conflict begins here: decide what stays, and delete the marks.",
    "invalid": f"{_UNREAD}it is not valid YAML, or it is written in a way that is not supported here.",
    "unread": f"{_UNREAD}an alias, a tag or a list in a list, for example, is not supported here.",
    "document": "A second YAML document begins here: only the first is read.",
    "twice": "This key is in the file twice.",
    "size": "This file is too large to be read.",
}


def problems(faults: Sequence[Fault]) -> tuple[Problem, ...]:
    """A problem of the file for each place that was not understood; of very many the first ones."""
    return tuple(Problem("invalid-manifest", _MESSAGES[fault.kind], fault.span) for fault in faults[:_MOST])


def refusal(faults: Sequence[Fault], source: str, name: str, command: str) -> str | None:
    """Why a lock with these faults cannot be read; ``None`` without any. ``command`` is what creates it."""
    if not faults:
        return None
    conflict = next((fault for fault in faults if fault.kind == "conflict"), None)
    first = conflict or min(faults, key=lambda fault: fault.span)
    line = source.count("\n", 0, first.span.start) + 1
    if conflict is not None:
        return f"{name} has a merge conflict at line {line}: resolve it, or create the file again with `{command}`."
    return f"{name} cannot be read at line {line}: create it again with `{command}`."
