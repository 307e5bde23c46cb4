"""``[tool.pdm]`` of a pyproject.toml: ``[tool.pdm.dev-dependencies]``, which are groups, and which groups count.

A project that PDM keeps has all its groups installed unless the person says otherwise (pdm ``cli/filters.py``). ``[tool.pdm.version]`` and
``[tool.pdm.build]`` are settings of the build backend, and say nothing of who keeps the project; nor does the ``distribution`` that many
projects of uv write next to them (FastAPI, Typer).
"""

from __future__ import annotations

from venvls.manifests.draft import Draft, add_requirement
from venvls.manifests.pep508.requirement import parse_requirement
from venvls.manifests.syntax.toml_edits import element_statement
from venvls.model.hints import TYPE_CHECKING
from venvls.model.limits import allow
from venvls.model.manifest import Defaults, Group
from venvls.model.names import canonical
from venvls.model.requirement import Requirement, Scope
from venvls.model.text import Span

if TYPE_CHECKING:
    from venvls.manifests.syntax.toml import Path

_OF_THE_BACKEND = frozenset({"version", "build"})
DEV: Path = ("tool", "pdm", "dev-dependencies")


def read_pdm(draft: Draft) -> None:
    """Adds what ``[tool.pdm]`` states."""
    settings = draft.table(("tool", "pdm"))
    keeps = bool(settings.keys() - (_OF_THE_BACKEND | {"distribution"} if settings.keys() & _OF_THE_BACKEND else _OF_THE_BACKEND))
    draft.own = draft.own._replace(pdm=keeps)
    for group in draft.table(DEV) if "dev-dependencies" in settings else ():
        _group(draft, (*DEV, group), canonical(group))
    uv = draft.toml.get(("tool", "uv"))
    if keeps and draft.defaults is None and not isinstance(uv, dict):
        draft.defaults = Defaults(all_groups=True)


def _group(draft: Draft, path: Path, key: str) -> None:
    if not any(group.key == key and group.kind == "group" for group in draft.groups):
        span = draft.toml.key_span(path) or draft.toml.span_of(path) or Span(0, 0)
        draft.groups.append(Group(key, str(path[-1]), span))
    values = draft.list(path, "requirements")
    allow(len(draft.requirements) + len(values))
    items = draft.toml.element_spans(path, len(values))
    listed = draft.toml.span_of(path) or Span(0, 0)
    for number, value in enumerate(values):
        here = (*path, number)
        if not isinstance(value, str):
            draft.wrong(here, "A requirement must be text in quotes.")
            continue
        statement = element_statement(draft.toml.text, listed, items, number)
        if value.lstrip().startswith("-e "):
            _editable(draft, here, value, statement, Scope("group", key))
        else:
            add_requirement(draft, here, value, statement, Scope("group", key), items[number])


def _editable(draft: Draft, path: Path, value: str, statement: Span, scope: Scope) -> None:
    """``-e file:///${PROJECT_ROOT}/sub#egg=name``, which only these groups take."""
    lead = len(value) - len(value.lstrip())
    text = value.strip()[2:].strip()
    start = value.index(text, lead + 2)
    parsed = parse_requirement(text, editable=True)
    characters = draft.toml.characters(path)
    whole = draft.toml.span_of(path) or statement
    span = characters.locate(Span(start, start + len(text))) if characters is not None else whole
    offsets = characters.starts[start : start + len(text) + 1] if characters is not None and characters.starts is not None else None
    draft.requirements.append((path, Requirement(parsed, span, statement, scope, offsets=offsets)))
