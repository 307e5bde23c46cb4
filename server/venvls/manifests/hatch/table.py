"""``[tool.hatch.envs.*]`` (and the same in hatch.toml): what Hatch's own environments hold in addition to the project.

Each list becomes a group called ``hatch-<environment>``, that of ``extra-dependencies`` with ``-extra`` behind. It counts in an environment
that Hatch made for it, and nowhere else unless it is chosen: what is under ``test`` is not asked of a ``.venv``. ``template`` passes
settings on to environments that do not state them themselves; every environment's is ``default`` unless it says otherwise, or is
``detached`` (hatch ``project/config.py``). Each element of an override is a group of its own, which counts where the override applies.
So is what the environments of a matrix make of one element (``django=={matrix:django}``), once for each text that it becomes.
"""

from __future__ import annotations

from venvls.manifests.draft import Draft, add_requirement
from venvls.manifests.hatch.envs import MOST, Place, counted, places
from venvls.manifests.hatch.fields import filled, in_environment, is_by_environment
from venvls.manifests.pep508.requirement import parse_requirement
from venvls.manifests.syntax.toml_edits import element_statement
from venvls.model.families import Unknown
from venvls.model.hints import TYPE_CHECKING
from venvls.model.limits import allow
from venvls.model.manifest import Group
from venvls.model.names import canonical
from venvls.model.record import NamedTuple
from venvls.model.requirement import Scope
from venvls.model.text import Span

if TYPE_CHECKING:
    from venvls.manifests.hatch.envs import Counted
    from venvls.manifests.syntax.toml import Path


class _Open(NamedTuple):
    """An element that environments fill in, each in its own way: the group of its list, where it is, and what it says."""

    group: str
    path: Path
    text: str
    statement: Span
    span: Span
    marker: str


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
    fields: list[_Open] = []
    groups = [place for place in places(envs) if _add(draft, (*root, "envs", place.env, *place.keys), place, fields)]
    draft.aside |= {canonical(place.group) for place in groups}
    known = counted(envs)
    draft.defaults_in["hatch"] = known.with_groups(_fill_in(draft, fields, known) if fields else {})


def fill(draft: Draft, start: int) -> None:
    """Puts folders in the place of fields, in what was read from the number ``start`` on."""
    for number in range(start, len(draft.requirements)):
        path, requirement = draft.requirements[number]
        known = filled(requirement.parsed) if "{" in requirement.parsed.text else None
        if known is not None:
            draft.requirements[number] = (path, requirement._replace(parsed=known))


def _fill_in(draft: Draft, fields: list[_Open], known: Counted) -> dict[str, list[str]]:
    """Adds what the environments make of these elements; gives the groups of it that count in each, by its final name."""
    more: dict[str, list[str]] = {}
    for field in fields:
        made: dict[str, str] = {}
        for name, values in known.values.items():
            if field.group not in known.by_name[name].groups or (become := in_environment(field.text, name, values)) is None:
                continue
            text, origins = become
            if text not in made:
                if filled(parse_requirement(text.strip(" \t"), lenient_path=False)) is None:
                    continue
                allow(len(draft.requirements) + 1)
                # No group that anybody can name has a blank in it.
                made[text] = f"{field.group} {text}"
                _add_filled(draft, field, text, origins, made[text])
            more.setdefault(name, []).append(made[text])
        draft.aside |= frozenset(made.values())
        unknown = Unknown(Scope("group", field.group), "Hatch", field.span, tuple(made.values()))
        draft.own = draft.own._replace(unknown=(*draft.own.unknown, unknown))
    return more


def _add_filled(draft: Draft, field: _Open, text: str, origins: list[int], group: str) -> None:
    """Adds one text that an element becomes, each of its characters where the one is that it is from."""
    add_requirement(draft, field.path, text, field.statement, Scope("group", group), field.span)
    path, requirement = draft.requirements[-1]
    characters = draft.toml.characters_of(field.span, field.text)
    if characters is not None and requirement.parsed.text:
        lead = len(text) - len(text.lstrip(" \t"))
        own = origins[lead : lead + len(requirement.parsed.text)]
        span = characters.locate(Span(own[0], own[-1] + 1))
        offsets = (*(characters.locate(Span(origin, origin + 1)).start for origin in own), span.end)
        draft.requirements[-1] = (path, requirement._replace(span=span, offsets=offsets))
    fill(draft, len(draft.requirements) - 1)
    _mark(draft, field.marker)


def _mark(draft: Draft, marker: str) -> None:
    """Gives the last requirement a condition more."""
    if marker:
        path, requirement = draft.requirements[-1]
        whole = f"({requirement.parsed.marker}) and ({marker})" if requirement.parsed.marker else marker
        draft.requirements[-1] = (path, requirement._replace(parsed=requirement.parsed._replace(marker=whole)))


def _add(draft: Draft, path: Path, place: Place, fields: list[_Open]) -> bool:
    """Adds the group of a list, or of one element of an override, and what it requires; what environments fill in goes to ``fields``."""
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
        statement = element_statement(draft.toml.text, whole, items, number) if len(place.keys) == 1 else items[number]
        if is_by_environment(value):
            fields.append(_Open(key, where[number], value, statement, items[number], place.marker))
            continue
        if "{" in value and filled(parse_requirement(value.strip(" \t"), lenient_path=False)) is None:
            draft.own = draft.own._replace(unknown=(*draft.own.unknown, Unknown(Scope("group", key), "Hatch", items[number])))
            continue
        add_requirement(draft, where[number], value, statement, Scope("group", key), items[number])
        fill(draft, len(draft.requirements) - 1)
        _mark(draft, place.marker)
    return True
