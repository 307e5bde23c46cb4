"""``[tool.hatch.envs.*]`` (and the same in hatch.toml): what Hatch's own environments hold in addition to the project.

Each list becomes a group called ``hatch-<environment>``, that of ``extra-dependencies`` with ``-extra`` behind. It counts in an environment
that Hatch made for it, and nowhere else unless it is chosen: what is under ``test`` is not asked of a ``.venv``. ``template`` passes
settings on to environments that do not state them themselves; every environment's is ``default`` unless it says otherwise, or is
``detached`` (hatch ``project/config.py``). Each element of an override is a group of its own, which counts where the override applies.
"""

from __future__ import annotations

from venvls.manifests.draft import Draft, add_requirement
from venvls.manifests.hatch.envs import MOST, Place, counted, places
from venvls.manifests.hatch.fields import filled
from venvls.manifests.pep508.requirement import parse_requirement
from venvls.manifests.syntax.toml_edits import element_statement
from venvls.model.families import Unknown
from venvls.model.hints import TYPE_CHECKING
from venvls.model.limits import allow
from venvls.model.manifest import Group
from venvls.model.names import canonical
from venvls.model.requirement import Scope
from venvls.model.text import Span

if TYPE_CHECKING:
    from venvls.manifests.syntax.toml import Path


def read_hatch(draft: Draft, root: Path) -> None:
    """Adds what the environments below ``root`` require.

    Its groups are aside: none of the project's own. Which of them count is said for each of Hatch's environments.
    """
    table = draft.table(root)
    draft.own = draft.own._replace(hatch=table)
    stated = table.get("envs")
    if not root and stated is None:
        return  # a hatch.toml about other things: the pyproject.toml counts
    envs = {name: settings for name, settings in stated.items() if isinstance(settings, dict)} if isinstance(stated, dict) else {}
    if len(envs) > MOST:
        return
    groups = [place for place in places(envs) if _add(draft, (*root, "envs", place.env, *place.keys), place)]
    draft.aside |= {canonical(place.group) for place in groups}
    draft.defaults_in["hatch"] = counted(envs)


def fill(draft: Draft, start: int) -> None:
    """Puts folders in the place of fields, in what was read from the number ``start`` on."""
    for number in range(start, len(draft.requirements)):
        path, requirement = draft.requirements[number]
        known = filled(requirement.parsed) if "{" in requirement.parsed.text else None
        if known is not None:
            draft.requirements[number] = (path, requirement._replace(parsed=known))


def _add(draft: Draft, path: Path, place: Place) -> bool:
    """Adds the group of a list, or of one element of an override, and what it requires."""
    key = canonical(place.group)
    if len(place.keys) == 1:
        values, listed = draft.toml.get(path), path
    else:
        listed = path[:-1] if path[-1] != "value" else path[:-2]
        values = [draft.toml.get(path)]
    if not isinstance(values, list):
        return False
    allow(len(draft.requirements) + len(values))
    span = draft.toml.key_span(listed) or Span(0, 0)
    draft.groups.append(Group(key, place.group, span))
    where = [(*path, number) for number in range(len(values))] if len(place.keys) == 1 else [path]
    items = [draft.toml.span_of(item_path) or Span(0, 0) for item_path in where]
    whole = draft.toml.span_of(listed) or Span(0, 0)
    for number, value in enumerate(values):
        if not isinstance(value, str):
            continue
        if "{" in value and filled(parse_requirement(value.strip(" \t"), lenient_path=False)) is None:
            draft.own = draft.own._replace(unknown=(*draft.own.unknown, Unknown(Scope("group", key), "Hatch", items[number])))
            continue
        statement = element_statement(draft.toml.text, whole, items, number) if len(place.keys) == 1 else items[number]
        add_requirement(draft, where[number], value, statement, Scope("group", key), items[number])
        fill(draft, len(draft.requirements) - 1)
        if place.marker:
            requirement_path, requirement = draft.requirements[-1]
            marker = f"({requirement.parsed.marker}) and ({place.marker})" if requirement.parsed.marker else place.marker
            draft.requirements[-1] = (requirement_path, requirement._replace(parsed=requirement.parsed._replace(marker=marker)))
    return True
