"""Imports that another source of diagnostics has marked already, as the editor tells: what we mark there too is shown as a hint."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from venvls.model.finding import Finding


class Marks:
    """The names by document. The event loop writes, the worker reads; what is kept for a document never changes."""

    def __init__(self) -> None:
        self._names: dict[str, dict[str, frozenset[str]]] = {}

    def put(self, path: str, uri: str, names: frozenset[str]) -> bool:
        """The names marked in a document: of a file, or of a cell of it. Whether they are other ones than before."""
        known = self._names.get(path, {})
        if known.get(uri, frozenset()) == names:
            return False
        self._names[path] = {**{other: those for other, those in known.items() if other != uri}, **({uri: names} if names else {})}
        return True

    def lowered(self, finding: Finding, source: str) -> Finding:
        """The finding as it is shown; ``source`` is the text of its file."""
        if finding.code != "missing-import" or finding.severity == "hint":
            return finding
        written = source[finding.span.start : finding.span.end]
        names = frozenset[str]().union(*self._names.get(finding.path, {}).values())
        is_marked = any(name == written or name.startswith(f"{written}.") or written.startswith(f"{name}.") for name in names)
        return finding._replace(severity="hint") if is_marked else finding
