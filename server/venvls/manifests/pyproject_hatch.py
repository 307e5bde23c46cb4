"""``[tool.hatch.envs.*]`` (and the same in hatch.toml): what Hatch's own environments hold besides the project.

Each list becomes a group called ``hatch-<environment>``, that of ``extra-dependencies`` with ``-extra`` behind. It counts in an environment
that Hatch made for it, and nowhere else unless it is chosen: what stands under ``test`` is not asked of a ``.venv``. ``template`` passes
settings on to environments that do not state them themselves; every environment's is ``default`` unless it says otherwise, or is
``detached`` (hatch ``project/config.py``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from venvls.manifests.pep508 import normalize
from venvls.manifests.toml_edits import element_statement
from venvls.model.manifest import Group
from venvls.model.requirement import Scope
from venvls.model.text import Span

if TYPE_CHECKING:
    from venvls.manifests.pyproject_reading import Draft
    from venvls.manifests.toml_text import Path

AddRequirement = Callable[["Draft", "Path", str, Span, Scope], None]
MOST = 200
"""More environments than these are not read."""
_LISTS = ("dependencies", "extra-dependencies")


def read_hatch(draft: Draft, root: Path, add: AddRequirement) -> None:
    """Adds what the environments below ``root`` ask for; ``add`` adds one requirement.

    ``facts["hatch"]`` is the plain table. ``facts["groups-in"]`` says, by kind and name of an environment, which groups count there
    (``""`` for any other name of that kind); ``facts["groups-aside"]`` that they are none of the project's own groups.
    """
    table = draft.table(root)
    draft.facts["hatch"] = table
    envs = table.get("envs")
    envs = {name: one for name, one in envs.items() if isinstance(one, dict)} if isinstance(envs, dict) else {}
    if len(envs) > MOST:
        return
    for name in envs:
        for option in _LISTS:
            _list(draft, (*root, "envs", name, option), _name(name, option), add)
    counted = {name: _groups(name, envs) for name in {"default", *envs}}
    draft.facts["groups-aside"] = frozenset(_key(name, option) for name in envs for option in _LISTS)
    draft.facts["groups-in"] = MappingProxyType({"hatch": MappingProxyType({"": counted["default"], **counted})})


def _groups(name: str, envs: Mapping[str, Mapping[str, Any]]) -> tuple[str, ...]:
    """The groups that count in one environment: of ``[dependency-groups]``, of extras, and those of its own lists, or its template's."""
    found: list[str] = []
    settled: set[str] = set()
    for one in _line(name, envs):
        table = envs.get(one, {})
        found += [_key(one, option) for option in _LISTS if option in table and option not in settled]
        for option, lead in (("dependency-groups", ""), ("features", "extra:")):
            listed = table.get(option)
            if option not in settled and isinstance(listed, list):
                found += [lead + normalize(item) for item in listed if isinstance(item, str)]
        settled |= table.keys()
    return tuple(dict.fromkeys(found))


def _line(name: str, envs: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """An environment and the templates it takes after, nearest first."""
    line = [name]
    while len(line) < MOST:
        table = envs.get(line[-1], {})
        above = table.get("template", line[-1] if table.get("detached") is True else "default")
        if not isinstance(above, str) or above in line:
            break
        line.append(above)
    return line


def _key(env: str, option: str) -> str:
    return normalize(_name(env, option))


def _name(env: str, option: str) -> str:
    return f"hatch-{env}" if option == "dependencies" else f"hatch-{env}-extra"


def _list(draft: Draft, path: Path, name: str, add: AddRequirement) -> None:
    values = draft.toml.get(path)
    if not isinstance(values, list):
        return
    key = normalize(name)
    draft.groups.append(Group(key, name, draft.toml.key_span(path) or Span(0, 0)))
    items = [draft.toml.span_of((*path, number)) or Span(0, 0) for number in range(len(values))]
    listed = draft.toml.span_of(path) or Span(0, 0)
    for number, value in enumerate(values):
        # Hatch fills in {root:uri} and the like first: a text with such fields is its to understand.
        if isinstance(value, str) and "{" not in value:
            add(draft, (*path, number), value, element_statement(draft.toml.text, listed, items, number), Scope("group", key))
