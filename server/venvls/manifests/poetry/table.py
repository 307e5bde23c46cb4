"""``[tool.poetry]`` of a pyproject.toml → requirements, groups, extras and the Python required (poetry-core ``factory.py``).

What its environments and its lock need to know is in ``Manifest.own.poetry``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from venvls.manifests.keyed.requirement import Part, Stated, keyed_requirement
from venvls.manifests.keyed.spans import entry_span, entry_statement, inner, inner_of, key_inner
from venvls.manifests.pep508.repository import repository_url
from venvls.manifests.poetry.versions import platform_marker, python_marker, specifier
from venvls.model.families import PoetryTable
from venvls.model.hints import TYPE_CHECKING, Any
from venvls.model.limits import allow, allow_of_a_package, allow_tables
from venvls.model.manifest import Defaults, Group, Problem, PythonBound
from venvls.model.names import canonical
from venvls.model.requirement import MAIN, Scope
from venvls.model.text import Span
from venvls.standards.markers import marker_error

if TYPE_CHECKING:
    from venvls.manifests.draft import Draft
    from venvls.manifests.syntax.toml import Path

TABLE: Path = ("tool", "poetry")
NEVER = Scope("extra", "")
"""The scope of an optional dependency that no extra names: nothing chooses it."""

_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")
_CONDITIONS = frozenset({"markers", "python", "platform"})
_SOURCES = frozenset({"git", "path", "file", "url"})
_PACKAGES = ("dependencies", "dev-dependencies")
_LEGACY = ("dependencies", "source", "extras", "dev-dependencies")
_PROJECT = ("requires-python", "dependencies", "optional-dependencies")


def read_poetry(draft: Draft) -> None:
    """Adds what ``[tool.poetry]`` states to what the standard tables have stated before it."""
    table = draft.table(TABLE)
    if isinstance(name := table.get("name"), str) and name and draft.name is None:
        draft.name = canonical(name)
    extras = _extras(draft, table)
    _dependencies(draft, (*TABLE, "dependencies"), MAIN, extras, _main_counts(draft))
    _python(draft)
    optional = _groups(draft, table)
    if draft.defaults is None and not isinstance(draft.toml.get(("tool", "uv")), dict):
        draft.defaults = Defaults(tuple(key for key, is_optional in optional.items() if not is_optional))
    mode = table.get("package-mode", True)
    own = draft.toml.get(("project", "name")) or table.get("name")
    stated = PoetryTable(
        package_mode=mode if isinstance(mode, bool) else True,
        name=own if isinstance(own, str) else "non-package-mode",
        groups=optional,
        python=draft.requires_python.specifier if draft.requires_python is not None else None,
    )
    draft.own = draft.own._replace(poetry=stated)


def without_packages(tool: dict[str, Any]) -> dict[str, Any]:
    """The plain tables below ``[tool]`` with what ``[tool.poetry]`` requires left out: the requirements say that. Every key stays."""
    table = tool.get("poetry")
    if not isinstance(table, dict):
        return tool
    plain = {key: {} if key in _PACKAGES and isinstance(value, dict) else value for key, value in table.items()}
    if isinstance(groups := plain.get("group"), dict):
        plain["group"] = {
            name: {key: {} if key in _PACKAGES else value for key, value in group.items()} if isinstance(group, dict) else group
            for name, group in groups.items()
        }
    return {**tool, "poetry": plain}


def content(values: Mapping[str, Any], *, with_groups: bool = True) -> Mapping[str, Any]:
    """What Poetry's content hash is made of (``packages/locker.py``); ``with_groups`` is false for locks of Poetry before 2.3."""
    project, groups = values.get("project", {}), values.get("dependency-groups", {}) if with_groups else {}
    own = values.get("tool", {}).get("poetry", {})
    standard = {key: project[key] for key in _PROJECT if project.get(key) is not None}
    poetry = {}
    for key in (*_LEGACY, "group"):
        value = own.get(key)
        if value is None and (key not in _LEGACY or standard or groups):
            continue
        poetry[key] = value
    if not (standard or groups):
        return poetry
    whole: dict[str, Any] = {"tool": {"poetry": poetry}}
    if standard:
        whole["project"] = standard
    if groups:
        whole["dependency-groups"] = groups
    return whole


def _main_counts(draft: Draft) -> frozenset[bool]:
    """Which of ``[tool.poetry.dependencies]`` require packages: those that are optional (``True``), those that are not (``False``).

    The others only add to what ``[project]`` requires (a source, say); poetry-core ``packages/dependency_group.py``.
    """
    project = draft.toml.get(("project",))
    listed: Mapping[str, Any] = project if isinstance(project, dict) else {}
    optional = listed.get("optional-dependencies")
    stated = {False} if listed.get("dependencies") else set()
    stated |= {True for switch in (optional.values() if isinstance(optional, dict) else ()) if switch}
    completes = not stated or bool({"dependencies", "optional-dependencies"} & set(draft.dynamic))
    return frozenset({True, False} - stated) if completes else frozenset()


def _extras(draft: Draft, table: Mapping[str, Any]) -> dict[str, list[str]]:
    """For each optional dependency the extras that bring it; adds the extras as groups."""
    bringing: dict[str, list[str]] = {}
    project = draft.toml.get(("project",))
    if isinstance(project, dict) and (project.get("dependencies") or project.get("optional-dependencies")):
        return bringing
    path: Path = (*TABLE, "extras")
    for extra in draft.table(path) if table.get("extras") is not None else ():
        _add_group(draft, (*path, extra), "extra", ())
        known = {canonical(name) for name in draft.table((*TABLE, "dependencies"))}
        for number, name in enumerate(draft.list((*path, extra), "names of dependencies")):
            if not isinstance(name, str):
                draft.wrong((*path, extra, number), "The name of a dependency must be text in quotes.")
                continue
            bringing.setdefault(canonical(name), []).append(canonical(extra))
            if canonical(name) not in known and draft.toml.complete:
                draft.wrong((*path, extra, number), f"There is no dependency `{name}` in [tool.poetry.dependencies].")
    return bringing


def _groups(draft: Draft, table: Mapping[str, Any]) -> dict[str, bool]:
    """Adds the dependency groups; gives for each group of the file whether it is optional."""
    optional = {group.key: False for group in draft.groups if group.kind == "group"}
    standard = set(optional)
    for name in draft.table((*TABLE, "group")) if table.get("group") is not None else ():
        path: Path = (*TABLE, "group", name)
        settings, key = draft.table(path), canonical(name)
        optional[key] = optional.get(key, False) or settings.get("optional") is True
        includes = _includes(draft, (*path, "include-groups")) if settings.get("include-groups") is not None else ()
        _add_group(draft, path, "group", includes)
        # A group that [dependency-groups] fills is only completed here: sources, not packages.
        if settings.get("dependencies") is not None and not (key in standard and _is_filled(draft, key)):
            _dependencies(draft, (*path, "dependencies"), Scope("group", key), {})
    if table.get("dev-dependencies") is not None:
        optional.setdefault("dev", False)
        _add_group(draft, (*TABLE, "dev-dependencies"), "group", (), name="dev")
        _dependencies(draft, (*TABLE, "dev-dependencies"), Scope("group", "dev"), {})
    return optional


def _is_filled(draft: Draft, key: str) -> bool:
    return any(requirement.scope == Scope("group", key) for _, requirement in draft.requirements)


def _includes(draft: Draft, path: Path) -> tuple[tuple[str, Span], ...]:
    names = enumerate(draft.list(path, "group names"))
    return tuple((canonical(name), inner(draft.toml, (*path, number))) for number, name in names if isinstance(name, str))


def _add_group(draft: Draft, path: Path, kind: str, includes: tuple[tuple[str, Span], ...], name: str | None = None) -> None:
    """A group or extra more, or what one of its name also includes."""
    name = str(path[-1]) if name is None else name
    key = canonical(name)
    for number, known in enumerate(draft.groups):
        if known.key == key and known.kind == kind:
            draft.groups[number] = Group(key, known.name, known.span, known.kind, known.includes + includes)
            return
    span = draft.toml.key_span(path) or draft.toml.span_of(path) or Span(0, 0)
    draft.groups.append(Group(key, name, span, "extra" if kind == "extra" else "group", includes))


def _python(draft: Draft) -> None:
    """``python`` among the dependencies is what the project asks of its Python, unless ``requires-python`` says so."""
    path: Path = (*TABLE, "dependencies", "python")
    value = draft.toml.get(path)
    if value is None or draft.requires_python is not None:
        return
    if isinstance(value, dict) and isinstance(value.get("version"), str):
        path, value = (*path, "version"), value["version"]
    bound = specifier(value) if isinstance(value, str) else None
    if bound is None:
        draft.wrong(path, 'The Python version must be a version constraint in quotes, such as "^3.10".', "invalid-requirement")
    elif bound:
        draft.requires_python = PythonBound(bound, inner(draft.toml, path))


def _dependencies(
    draft: Draft, path: Path, scope: Scope, extras: Mapping[str, Iterable[str]], counted: frozenset[bool] = frozenset({True, False})
) -> None:
    """Adds the dependencies of the table at ``path``; ``counted`` says which, by whether they are optional."""
    if not counted:
        return
    entries = draft.table(path)
    allow(len(draft.requirements) + len(entries))
    allow_tables(sum([isinstance(value, dict) for value in entries.values()]))
    for name, value in entries.items():
        here: Path = (*path, name)
        if name.lower() == "python":
            continue
        if not _NAME.fullmatch(name):
            draft.problems.append(Problem("invalid-requirement", f"`{name}` is not a valid package name.", key_inner(draft.toml, here)))
            continue
        several = list(enumerate(value)) if isinstance(value, list) else [(None, value)]
        allow_of_a_package(len(several))
        for number, entry in several:
            if (isinstance(entry, dict) and entry.get("optional") is True) not in counted:
                continue
            _dependency(draft, here if number is None else (*here, number), here, name, entry, scope, extras)


def _dependency(draft: Draft, path: Path, pair: Path, name: str, value: object, scope: Scope, extras: Mapping[str, Iterable[str]]) -> None:
    table: Mapping[str, Any] = value if isinstance(value, dict) else {"version": value}
    version_path: Path = (*path, "version") if isinstance(value, dict) else path
    written = table.get("version", "*")
    if not isinstance(written, str):
        draft.wrong(version_path, "This must be text in quotes.", "invalid-requirement")
        return
    if len(table) == 1 and "version" in table and (versions := specifier(written)) is not None:
        # Nothing but a version: nearly all of them, and by the thousand.
        allow(len(draft.requirements) + 1)
        part = Part(versions, inner_of(draft.toml, version_path, written)) if versions else None
        stated = Stated(
            Part(name, key_inner(draft.toml, pair)),
            entry_span(draft.toml, path, pair),
            entry_statement(draft.toml, path, pair),
            specifier=part,
        )
        draft.requirements.append((path, keyed_requirement(stated, scope)))
        return
    for key in ("markers", "python"):
        if not isinstance(table.get(key, ""), str):
            draft.wrong((*path, key), "This must be text in quotes.", "invalid-requirement")
            return
    problem, marker = (None, None) if _CONDITIONS.isdisjoint(table) else _marker(draft, path, table)
    url = None if _SOURCES.isdisjoint(table) else _url(draft, path, table)
    versions = specifier(written) if url is None else ""
    if versions is None:
        problem = f"`{written}` is not a valid version constraint; write, for example, ^1.2, ~1.2, >=1.2,<2 or 1.2.*."
        draft.problems.append(Problem("invalid-requirement", problem, inner(draft.toml, version_path)))
    wanted = table.get("extras")
    stated = Stated(
        name=Part(name, key_inner(draft.toml, pair)),
        span=entry_span(draft.toml, path, pair),
        statement=entry_statement(draft.toml, path, pair),
        extras=tuple(extra for extra in wanted if isinstance(extra, str)) if isinstance(wanted, list) else (),
        extras_span=draft.toml.span_of((*path, "extras")) if wanted else None,
        specifier=Part(versions, inner(draft.toml, version_path)) if versions else None,
        url=url,
        marker=marker,
        editable=table.get("develop") is True and "path" in table,
        error=problem,
    )
    scopes = [scope]
    if table.get("optional") is True and scope == MAIN:
        scopes = [Scope("extra", extra) for extra in extras.get(canonical(name), ())] or [NEVER]
    allow(len(draft.requirements) + len(scopes))
    draft.requirements += [(path, keyed_requirement(stated, single_scope)) for single_scope in scopes]


def _marker(draft: Draft, path: Path, table: Mapping[str, Any]) -> tuple[str | None, Part | None]:
    """``markers``, ``python`` and ``platform`` together; a problem's sentence first, where one of them cannot be understood."""
    parts: list[tuple[str, str]] = []
    written = table.get("markers")
    if isinstance(written, str) and written.strip():
        wrong = marker_error(written)
        if wrong:
            place = draft.toml.locate((*path, "markers"), Span(wrong.start, wrong.end)) or Span(0, 0)
            if place.end > len(draft.toml.source):
                place = inner(draft.toml, (*path, "markers"))
            draft.problems.append(Problem("invalid-requirement", f"{wrong.message[:1].upper()}{wrong.message[1:].rstrip('.')}.", place))
            return wrong.message, None
        parts.append(("markers", written))
    if isinstance(python := table.get("python"), str):
        marker = python_marker(python)
        if marker is None:
            problem = f"`{python}` is not a valid version constraint; write, for example, ^3.10 or >=3.10,<3.13."
            draft.problems.append(Problem("invalid-requirement", problem, inner(draft.toml, (*path, "python"))))
            return problem, None
        parts.append(("python", marker))
    if isinstance(platform := table.get("platform"), str):
        parts.append(("platform", platform_marker(platform)))
    parts = [(key, text) for key, text in parts if text]
    if not parts:
        return None, None
    text = parts[0][1] if len(parts) == 1 else " and ".join(f"({text})" if " or " in text else text for _, text in parts)
    return None, Part(text, inner(draft.toml, (*path, parts[0][0])))


def _url(draft: Draft, path: Path, table: Mapping[str, Any]) -> Part | None:
    """Where the dependency comes from, when not from an index: as PEP 508 writes it, or a path as written."""
    for key in ("git", "path", "file", "url"):
        value = table.get(key)
        if not isinstance(value, str):
            continue
        folder = table.get("subdirectory")
        if key == "git":
            revision = next((table[kind] for kind in ("branch", "tag", "rev") if isinstance(table.get(kind), str)), None)
            value = f"git+{repository_url(value)}{'@' + revision if revision else ''}"
        if isinstance(folder, str) and folder:
            value = f"{value.rstrip('/')}/{folder}" if key == "path" else f"{value}#subdirectory={folder}"
        return Part(value, inner(draft.toml, (*path, key)))
    return None
