"""What uv's own reader refuses in ``[tool.uv]``, so that every command stops at it (uv ``uv-workspace/src/pyproject.rs``).

Said only of a file that is TOML to its end, and of what is refused whatever else the workspace states. Truth: ``uv lock``.
"""

from __future__ import annotations

from itertools import pairwise

from venvls.manifests.draft import Draft
from venvls.manifests.pep508.requirement import parse_requirement
from venvls.manifests.uv.equal import overlapping
from venvls.model.hints import TYPE_CHECKING, Any
from venvls.model.limits import allow_of_a_package
from venvls.model.manifest import Problem
from venvls.model.names import canonical
from venvls.model.patterns import re
from venvls.model.requirement import Scope
from venvls.model.text import Span

if TYPE_CHECKING:
    from collections.abc import Mapping

    from venvls.manifests.syntax.toml import Path

_UV: Path = ("tool", "uv")
_TABLES = ("sources", "workspace", "dependency-groups")
_SWITCHES = ("managed", "package")
_KINDS = ("git", "url", "path", "index", "workspace")
_REVISIONS = ("rev", "tag", "branch")
_FIELDS = frozenset((*_KINDS, *_REVISIONS, "subdirectory", "lfs", "editable", "package", "marker", "extra", "group"))
_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?")


def read_refused(draft: Draft) -> None:
    """Adds what uv stops at; after the groups and requirements of the file are known."""
    tool = draft.toml.get(_UV)
    if not draft.toml.complete or not isinstance(tool, dict):
        return
    for key in _TABLES:
        if key in tool and not isinstance(tool[key], dict):
            _add(draft, (*_UV, key), f"`tool.uv.{key}` must be a table.")
    for key in _SWITCHES:
        if key in tool and not isinstance(tool[key], bool):
            _add(draft, (*_UV, key), f"`tool.uv.{key}` must be true or false.")
    if isinstance(tool.get("sources"), dict):
        _sources(draft, tool["sources"])
    if "conflicts" in tool:
        _conflicts(draft, tool["conflicts"])
    for key in ("environments", "required-environments"):
        _platforms(draft, key, tool.get(key))
    if isinstance(tool.get("index"), list):
        _indexes(draft, [entry for entry in tool["index"] if isinstance(entry, dict)])
    bounds = tool.get("dependency-groups")
    groups = _groups(draft)
    for name in bounds if isinstance(bounds, dict) else ():
        if ("group", canonical(name)) not in groups:
            _add(
                draft,
                (*_UV, "dependency-groups", name),
                f"There is no group `{name}` in [dependency-groups].",
                "unknown-group",
                of_key=True,
            )


class _Listings:
    """What extras and groups of the file list, each with what it includes; worked out once for each that a source asks for."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._groups = _groups(draft)
        self._direct: dict[Scope, set[str | None]] = {}
        self._whole: dict[tuple[str, str], set[str | None]] = {}

    def of(self, kind: str, key: str) -> set[str | None] | None:
        """The names that an extra or group lists; ``None`` where there is none."""
        if (kind, key) not in self._groups:
            return None
        if not self._direct:
            for _, requirement in self._draft.requirements:
                self._direct.setdefault(requirement.scope, set()).add(requirement.parsed.key)
        if (kind, key) not in self._whole:
            included = self._draft.members.get(key, ()) if kind == "group" else ()
            scopes = (Scope("extra" if kind == "extra" else "group", each) for each in (key, *included))
            self._whole[kind, key] = set().union(*(self._direct.get(scope, ()) for scope in scopes))
        return self._whole[kind, key]


def _sources(draft: Draft, sources: Mapping[str, Any]) -> None:
    seen: set[str] = set()
    listings = _Listings(draft)
    for name, stated in sources.items():
        here: Path = (*_UV, "sources", name)
        if _NAME.fullmatch(name) is None:
            _add(draft, here, f"`{name}` is not a valid package name.", of_key=True)
        elif canonical(name) in seen:
            _add(draft, here, f"`{name}` is another spelling of a name above.", of_key=True)
        seen.add(canonical(name))
        if isinstance(stated, list):
            allow_of_a_package(len(stated), "sources")
            if not stated:
                _add(draft, here, f"There is no source for `{name}` here.", of_key=True)
            for number, source in enumerate(stated):
                _source(draft, (*here, number), name, source, listings)
            _several(draft, here, [source for source in stated if isinstance(source, dict)])
        else:
            _source(draft, here, name, stated, listings)


def _source(draft: Draft, here: Path, name: str, source: object, listings: _Listings) -> None:
    if not isinstance(source, dict):
        _add(draft, here, f'The source of `{name}` must be a table, such as {{ path = "../{name}" }}, or a list of them.')
        return
    kinds = [kind for kind in _KINDS if kind in source]
    revisions = [kind for kind in _REVISIONS if kind in source]
    if not kinds:
        _add(draft, here, f"The source of `{name}` must have one of {', '.join(_KINDS)}.")
    elif len(kinds) > 1 and kinds != ["git", "path"]:
        _add(draft, here, f"The source of `{name}` has both `{kinds[0]}` and `{kinds[1]}`.")
    elif len(revisions) > 1:
        _add(draft, here, f"The source of `{name}` has both `{revisions[0]}` and `{revisions[1]}`.")
    elif revisions and kinds[0] != "git":
        _add(draft, here, f"The source of `{name}` has both `{kinds[0]}` and `{revisions[0]}`.")
    elif "editable" in source and kinds[0] not in ("path", "workspace"):
        _add(draft, here, f"The source of `{name}` has both `{kinds[0]}` and `editable`.")
    elif "extra" in source and "group" in source:
        _add(draft, here, f"The source of `{name}` has both `extra` and `group`.")
    else:
        _listed(draft, here, name, source, listings)
    for key in source:
        if key not in _FIELDS:
            _add(draft, (*here, key), f"uv does not know `{key}` of a source.", of_key=True, mild=True)
    if isinstance(marker := source.get("marker"), str) and not _is_marker(marker):
        _add(draft, (*here, "marker"), f"`{marker}` is not a valid condition.")


def _listed(draft: Draft, here: Path, name: str, source: Mapping[str, Any], listings: _Listings) -> None:
    """A source for an extra or a group counts only where that lists the package."""
    for kind, table in (("extra", "project.optional-dependencies"), ("group", "dependency-groups")):
        scope = source.get(kind)
        if not isinstance(scope, str) or (kind == "extra" and "optional-dependencies" in draft.dynamic):
            continue
        listed = listings.of(kind, canonical(scope))
        if listed is None:
            _add(draft, (*here, kind), f"There is no {kind} `{scope}` in [{table}].", "unknown-group")
        elif canonical(name) not in listed and draft.name not in listed:
            _add(draft, (*here, kind), f"The {kind} `{scope}` does not list `{name}`, whose source is for it alone.", "unknown-group")


def _several(draft: Draft, here: Path, sources: list[dict[str, Any]]) -> None:
    for number, (first, second) in enumerate(pairwise(sources)):
        if any(first.get(kind) != second.get(kind) for kind in ("extra", "group")):
            continue
        if not first.get("marker") or not second.get("marker"):
            _add(draft, (*here, number + 1), "Of several sources each must have a `marker` of its own.")
        elif isinstance(first["marker"], str) and isinstance(second["marker"], str) and overlapping(first["marker"], second["marker"]):
            _add(draft, (*here, number + 1), f"Of several sources one alone may count, and `{first['marker']}` may be true here as well.")


def _conflicts(draft: Draft, conflicts: object) -> None:
    here: Path = (*_UV, "conflicts")
    if not isinstance(conflicts, list):
        _add(draft, here, "`tool.uv.conflicts` must be a list of lists.")
        return
    for number, group in enumerate(conflicts):
        if not isinstance(group, list) or not all(isinstance(item, dict) and item for item in group):
            _add(draft, (*here, number), 'What excludes each other must be a list of tables, such as { extra = "name" }.')
        elif len({tuple(sorted((key, canonical(str(value))) for key, value in item.items())) for item in group}) < 2:
            _add(draft, (*here, number), "At least two things exclude each other.")
        elif any("extra" in item and "group" in item for item in group):
            _add(draft, (*here, number), "What excludes something is an extra or a group, not both.")


def _platforms(draft: Draft, key: str, stated: object) -> None:
    markers = [stated] if isinstance(stated, str) else stated if isinstance(stated, list) else []
    texts = [marker for marker in markers if isinstance(marker, str)]
    for number, marker in enumerate(texts):
        here: Path = (*_UV, key) if isinstance(stated, str) else (*_UV, key, number)
        if not _is_marker(marker):
            _add(draft, here, f"`{marker}` is not a valid condition.")
        elif number and overlapping(texts[number - 1], marker):
            _add(draft, here, f"`{texts[number - 1]}` may be true where this is: uv takes only conditions that exclude each other.")


def _indexes(draft: Draft, indexes: list[dict[str, Any]]) -> None:
    names: set[object] = set()
    defaults = 0
    for number, index in enumerate(indexes):
        here: Path = (*_UV, "index", number)
        if "name" in index and index["name"] in names:
            _add(draft, (*here, "name"), f"There already is an index `{index['name']}`.")
        names.add(index.get("name"))
        defaults += index.get("default") is True
        if defaults > 1 and index.get("default") is True:
            _add(draft, (*here, "default"), "Only one index may be the default.")


def _groups(draft: Draft) -> set[tuple[str, str]]:
    return {(group.kind, group.key) for group in draft.groups}


def _is_marker(text: str) -> bool:
    return parse_requirement(f"name ; {text}", lenient_path=False).error is None


def _add(draft: Draft, path: Path, message: str, code: str = "invalid-manifest", *, of_key: bool = False, mild: bool = False) -> None:
    span = (draft.toml.key_span(path) if of_key else None) or draft.toml.span_of(path) or draft.toml.key_span(path) or Span(0, 0)
    draft.problems.append(Problem(code, message, span, mild, tool="" if mild else "uv"))
