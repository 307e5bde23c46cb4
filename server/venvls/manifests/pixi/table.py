"""``[tool.pixi]`` of a pyproject.toml: what pixi's environments hold in addition to the project's own dependencies.

The tables at the top become the group ``pixi``, a feature the group ``pixi-<name>``. They count in the environments that pixi made, and
nowhere else unless they are chosen: what conda is required is no matter of a ``.venv``. Of a feature of the same name as a dependency
group or an extra that one counts too; the dependencies of ``[project]`` are pixi's as well.
"""

from __future__ import annotations

from venvls.manifests.pixi.tables import Features, features_of, read_pixi
from venvls.model.families import PixiTable
from venvls.model.hints import TYPE_CHECKING
from venvls.model.manifest import Defaults, DefaultsByName, Group
from venvls.model.names import canonical
from venvls.model.requirement import Scope
from venvls.model.text import Span

if TYPE_CHECKING:
    from venvls.manifests.draft import Draft
    from venvls.manifests.syntax.toml import Path

TABLE: Path = ("tool", "pixi")
DEFAULT = "pixi"
"""The group of the tables at the top."""


def read_pyproject_pixi(draft: Draft) -> None:
    """Adds what ``[tool.pixi]`` states to a draft."""
    table = draft.table(TABLE)
    pixi = read_pixi(draft.toml, TABLE, lambda feature: Scope("group", group_of(feature)))
    draft.requirements += pixi.requirements
    draft.problems += pixi.problems
    used = {requirement.scope.name for _, requirement in pixi.requirements}
    for name in (None, *(name for name in draft.table((*TABLE, "feature")) if isinstance(name, str))) if used else ():
        if (key := group_of(name)) in used and not any(group.key == key for group in draft.groups):
            where = TABLE if name is None else (*TABLE, "feature", name)
            draft.groups.append(Group(key, key, draft.toml.key_span(where) or draft.toml.span_of(where) or Span(0, 0)))
    draft.defaults_in["pixi"] = DefaultsByName({name: _defaults(features) for name, features in features_of(table).items()})
    draft.aside |= frozenset(filter(None, used))
    draft.own = draft.own._replace(pixi=PixiTable(table, pixi.python))


def group_of(feature: str | None) -> str:
    """The group that a feature of pixi is; the tables at the top for ``None``."""
    return DEFAULT if feature is None else f"{DEFAULT}-{canonical(feature)}"


def _defaults(features: Features) -> Defaults:
    groups = [DEFAULT] if features.with_default else []
    for name in features.names:
        groups += [group_of(name), canonical(name)]
    return Defaults(tuple(groups), tuple(map(canonical, features.names)))
