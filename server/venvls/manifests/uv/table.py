"""``[tool.uv]`` of a pyproject.toml → requirements: ``dev-dependencies`` (the group ``dev``), constraints, overrides.

Constraints and overrides are read for their form alone: what they do to a resolution is in the lock. A requirement that an override
replaces loses its versions here, because uv installs what the override says. Sources, members and settings stay in ``Manifest.tool``.
"""

from __future__ import annotations

from venvls.manifests.draft import Draft, add_requirements
from venvls.model.hints import TYPE_CHECKING
from venvls.model.manifest import Group
from venvls.model.requirement import CONSTRAINT, Scope
from venvls.model.text import Span

if TYPE_CHECKING:
    from venvls.manifests.syntax.toml import Path

_UV: Path = ("tool", "uv")
_BOUNDS = ("constraint-dependencies", "override-dependencies", "build-constraint-dependencies")


def read_uv(draft: Draft) -> None:
    """Adds what ``[tool.uv]`` says to a draft."""
    table = draft.table(_UV)
    legacy: Path = (*_UV, "dev-dependencies")
    if table.get("dev-dependencies") is not None:
        add_requirements(draft, legacy, Scope("group", "dev"))
        if not any(group.kind == "group" and group.key == "dev" for group in draft.groups):
            draft.groups.append(Group("dev", "dev", draft.toml.key_span(legacy) or Span(0, 0)))
    for key in _BOUNDS:
        # Newer ways to write one of these, with tables, are uv's to check.
        if isinstance(table.get(key), list) and all(isinstance(text, str) for text in table[key]):
            add_requirements(draft, (*_UV, key), CONSTRAINT)
    _override(draft)


def _override(draft: Draft) -> None:
    path: Path = (*_UV, "override-dependencies")
    overridden = {
        requirement.parsed.key
        for where, requirement in draft.requirements
        if where[: len(path)] == path and requirement.parsed.marker is None
    }
    if not overridden:
        return
    for number, (where, requirement) in enumerate(draft.requirements):
        if requirement.scope.kind in ("main", "extra", "group") and requirement.parsed.key in overridden:
            draft.requirements[number] = (
                where,
                requirement._replace(parsed=requirement.parsed._replace(specifier="", specifier_span=None)),
            )
