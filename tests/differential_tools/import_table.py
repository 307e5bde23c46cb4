"""The rows about imports of the page of agreements: for each tool, project and kind, every difference."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tests.differential_tools import agreements


def record(tool: str, project: str, kind: str, apart: Mapping[tuple[bool, str, str], Iterable[str]]) -> None:
    """One project by one tool: one row of agreement, or one for each reason."""
    if not apart:
        agreements.record(tool, project, f"imports: {kind}", True)
    for (is_ours, who, why), names in sorted(apart.items()):
        listed = ", ".join(f"`{name}`" for name in sorted(names))
        agreements.record(tool, project, f"imports: {kind}", False, f"{'we' if is_ours else tool} alone: {listed} ({why}); right: {who}")
