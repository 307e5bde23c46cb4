"""The tables of a pyproject.toml read one after the other: what they state, and what is wrong with it at its very characters."""

from __future__ import annotations

from venvls.manifests.draft import Draft, add_requirements
from venvls.manifests.pyproject.groups import check_includes, group_members, self_extras
from venvls.manifests.syntax.toml import Path, read
from venvls.model.families import PyprojectTable
from venvls.model.hints import TYPE_CHECKING
from venvls.model.limits import allow
from venvls.model.manifest import Defaults, Group, Include, Problem, PythonBound
from venvls.model.names import canonical
from venvls.model.requirement import BUILD, MAIN, Requirement, Scope
from venvls.model.text import Span, Text
from venvls.standards.versions import is_clause

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

DEPENDENCIES: Path = ("project", "dependencies")
EXTRAS: Path = ("project", "optional-dependencies")
GROUPS: Path = ("dependency-groups",)
_REFUSING = {
    "setuptools": "setuptools",
    "hatchling": "hatchling",
    "flit_core": "flit",
    "uv_build": "uv_build",
    "mesonpy": "meson-python",
}
"""Build backends that refuse a list which is stated and dynamic, by how their modules begin (setuptools 84.2, hatchling 1.33, flit 4.2,
uv_build 0.13, meson-python 0.22). pdm-backend 2.5, poetry-core 2.5 and scikit-build-core 1.1 build it."""
_DYNAMIC: Path = ("tool", "setuptools", "dynamic")


def read_tables(text: Text) -> Draft:
    """Everything a pyproject.toml says, in the order of its standards."""
    draft = Draft(read(text.source))
    project = draft.table(("project",))
    name = project.get("name")
    dynamic = tuple(item for item in draft.list(("project", "dynamic"), "names") if isinstance(item, str)) if project else ()
    tool = draft.table(("tool",))
    draft.name = canonical(name) if isinstance(name, str) and name else None
    draft.dynamic, draft.tool = dynamic, tool
    allow(sum(len(value) for path in (EXTRAS, GROUPS) for value in draft.table(path).values() if isinstance(value, list)))
    _requires_python(draft)
    add_requirements(draft, DEPENDENCIES, MAIN)
    for extra in draft.table(EXTRAS) if project else ():
        _group(draft, (*EXTRAS, extra), "extra")
    if dynamic:
        _dynamic(draft, dynamic)
    for group in draft.table(GROUPS):
        _group(draft, (*GROUPS, group), "group")
    build = draft.table(("build-system",))
    add_requirements(draft, ("build-system", "requires"), BUILD)
    backend = build.get("build-backend")
    version = project.get("version")
    is_project = draft.toml.get(("project",)) is not None
    stated = PyprojectTable(
        version if isinstance(version, str) else None, backend if isinstance(backend, str) else None, is_project, _entry_points(project)
    )
    draft.own = draft.own._replace(pyproject=stated)
    if "uv" in tool:
        from venvls.manifests.uv.table import read_uv

        read_uv(draft)
    if "pdm" in tool:
        from venvls.manifests.pdm.table import read_pdm

        read_pdm(draft)
    if "hatch" in tool or str(backend).startswith("hatchling."):
        from venvls.manifests.hatch.table import fill, read_hatch

        if str(backend).startswith("hatchling."):
            fill(draft, 0)
        read_hatch(draft, ("tool", "hatch"))
    if "poetry" in tool or str(backend).startswith("poetry."):
        from venvls.manifests.poetry.table import read_poetry, without_packages

        read_poetry(draft)
        draft.tool = without_packages(draft.tool)
    if isinstance(tool.get("pixi"), dict):
        from venvls.manifests.pixi.table import read_pyproject_pixi

        read_pyproject_pixi(draft)
    _finish_groups(draft, dynamic)
    return draft


def _entry_points(project: Mapping[str, object]) -> dict[str, dict[str, str]]:
    """The tables ``scripts``, ``gui-scripts`` and ``entry-points`` of ``[project]``, by the groups they are installed as."""
    more = project.get("entry-points")
    tables = {
        "console_scripts": project.get("scripts"),
        "gui_scripts": project.get("gui-scripts"),
        **(more if isinstance(more, dict) else {}),
    }
    stated = {group: value for group, value in tables.items() if isinstance(value, dict) and value}
    return {
        group: {name: "".join(place.split()) for name, place in value.items() if isinstance(place, str)} for group, value in stated.items()
    }


def _group(draft: Draft, path: Path, kind: str) -> None:
    """Adds a dependency group or an extra with its requirements."""
    name = str(path[-1])
    key, span = canonical(name), draft.toml.key_span(path) or draft.toml.span_of(path) or Span(0, 0)
    if (kind, key) in draft.group_keys:
        draft.problems.append(Problem("invalid-manifest", f"`{name}` is another spelling of a name above.", span))
    draft.group_keys.add((kind, key))
    included = add_requirements(draft, path, Scope("group" if kind == "group" else "extra", key))
    draft.groups.append(Group(key, name, span, "group" if kind == "group" else "extra", included))


def read_script(source: str) -> Draft:
    """The block of a script (PEP 723): ``dependencies`` and ``requires-python`` are at the top, as TOML at its own offsets."""
    draft = Draft(read(source))
    tool = draft.tool = draft.table(("tool",))
    _requires_python(draft, ("requires-python",))
    add_requirements(draft, ("dependencies",), MAIN)
    if "uv" in tool:
        from venvls.manifests.uv.table import read_uv

        read_uv(draft)
    return draft


def _requires_python(draft: Draft, path: Path = ("project", "requires-python")) -> None:
    """Reads ``requires-python``; an invalid clause is shown at its characters."""
    value = draft.toml.get(path)
    if value is None:
        return
    if not isinstance(value, str):
        draft.wrong(path, '`requires-python` must be text in quotes, such as ">=3.10".')
        return
    offset = 0
    for clause in value.split(","):
        text = clause.strip()
        if text and not is_clause(text):
            start = offset + clause.index(text)
            span = draft.toml.locate(path, Span(start, start + len(text))) or draft.inner(path)
            draft.problems.append(
                Problem("invalid-requirement", f"`{text}` is not a valid version specifier; write, for example, >=3.10 or ==3.12.*.", span)
            )
            return
        offset += len(clause) + 1
    draft.requires_python = PythonBound(value, draft.inner(path))


def _dynamic(draft: Draft, dynamic: tuple[str, ...]) -> None:
    """Adds the files that setuptools reads dynamic dependencies from."""
    for field, where in (("dependencies", DEPENDENCIES), ("optional-dependencies", EXTRAS)):
        if field in dynamic and draft.toml.get(where) is not None:
            number = next(number for number, item in enumerate(draft.toml.get(("project", "dynamic"))) if item == field)
            place = ("project", "dynamic", number)
            if refusing := _refusing(draft.toml.get(("build-system", "build-backend"))):
                draft.wrong(
                    place, f"`{field}` cannot be both dynamic and listed in [project]: {refusing}, which builds the project, refuses it."
                )
            else:
                those = ", ".join(_REFUSING.values())
                message = f"`{field}` is both dynamic and listed in [project], as PEP 808 allows; {those} refuse it."
                draft.wrong(place, message, mild=True)
    if "dependencies" in dynamic:
        _files(draft, (*_DYNAMIC, "dependencies", "file"), None)
    optional = draft.toml.get((*_DYNAMIC, "optional-dependencies"))
    if "optional-dependencies" in dynamic and isinstance(optional, dict):
        for extra in optional:
            path = (*_DYNAMIC, "optional-dependencies", extra)
            draft.groups.append(Group(canonical(extra), extra, draft.toml.key_span(path) or Span(0, 0), "extra"))
            _files(draft, (*path, "file"), canonical(extra))


def _refusing(backend: object) -> str | None:
    """The project's build backend, where it refuses what PEP 808 allows: a list that is stated, and made longer by the build. Where none
    is stated, setuptools builds."""
    module = backend if isinstance(backend, str) else "setuptools"
    return next((name for start, name in _REFUSING.items() if module.startswith(start)), None)


def _files(draft: Draft, path: Path, group: str | None) -> None:
    """Adds an include for each file named at ``path``: one string, or a list of them."""
    value = draft.toml.get(path)
    if isinstance(value, str):
        draft.includes.append(Include(value, draft.inner(path), group=group))
        return
    for number, target in enumerate(draft.list(path, "file names")):
        if isinstance(target, str):
            draft.includes.append(Include(target, draft.inner((*path, number)), group=group))
        else:
            draft.wrong((*path, number), "A file name must be text in quotes.")


def _finish_groups(draft: Draft, dynamic: tuple[str, ...]) -> None:
    """What can be said once all groups are known: members, unknown names, circles, defaults."""
    members = group_members(draft.groups)
    draft.members, name = members, draft.name
    requirements = [requirement for _, requirement in draft.requirements]
    draft.self_extras = self_extras(requirements, name)
    known_all = draft.toml.complete
    draft.problems.extend(check_includes(draft.groups, members, known_all))
    if known_all and name is not None and "optional-dependencies" not in dynamic:
        extras = {group.key for group in draft.groups if group.kind == "extra"}
        draft.problems.extend(_unknown_extras(requirements, name, extras))
    _default_groups(draft, known_all)
    if "uv" in draft.tool:
        from venvls.manifests.uv.refused import read_refused

        read_refused(draft)


def _unknown_extras(requirements: Iterable[Requirement], name: str, extras: set[str]) -> Iterable[Problem]:
    """Extras of the project itself that it requires and does not define."""
    for requirement in requirements:
        parsed = requirement.parsed
        if parsed.key == name and parsed.extras_span is not None and not parsed.url and requirement.scope.kind != "build":
            for extra in parsed.extras:
                if canonical(extra) not in extras:
                    message = f"This project has no extra `{extra}` in [project.optional-dependencies]."
                    yield Problem("unknown-group", message, requirement.locate(parsed.extras_span))


def _default_groups(draft: Draft, known_all: bool) -> None:
    """uv's ``default-groups``: names, or ``"all"``."""
    path: Path = ("tool", "uv", "default-groups")
    value = draft.toml.get(path)
    if value == "all":
        draft.defaults = Defaults(all_groups=True)
    elif value is not None:
        names = draft.list(path, "group names")
        draft.defaults = Defaults(tuple(canonical(name) for name in names if isinstance(name, str)))
        known = set(map(canonical, draft.table(GROUPS)))
        for number, name in enumerate(names):
            if isinstance(name, str) and known_all and canonical(name) not in known:
                draft.problems.append(
                    Problem("unknown-group", f"There is no group `{name}` in [dependency-groups].", draft.inner((*path, number)))
                )
