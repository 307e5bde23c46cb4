"""Which environment belongs to which project, and why.

The order, for one project:

1. what the person selected;
2. what the project's own files or its tool's variables name (``.python-envs``, ``UV_PROJECT_ENVIRONMENT``, a uv workspace's root);
3. the environments in its folder: the active one, then by name, then the shallowest;
4. the nearest environment above it, up to the workspace's folder, that no other project owns in between; or that of a project above
   which installs this one from its folder;
5. an environment of a sibling folder that belongs to no project; 6. the active one (``VIRTUAL_ENV``, ``CONDA_PREFIX``).

Within a step a healthy environment whose Python fits comes first. From step 4 on, one whose Python does not fit is not taken: it
was made for something else. A tool's own environments (tox, nox) are listed and never taken.
"""

from __future__ import annotations

from venvls.lookalikes import is_material_prefix
from venvls.model.environment import Environment
from venvls.model.finding import Candidate
from venvls.model.hints import TYPE_CHECKING
from venvls.model.ports import FileView
from venvls.model.record import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from venvls.model.member_globs import Globs

DEFAULT_NAMES = (".venv", "venv", "env", ".env")
# What makes a folder look like a project's before any of its files has been read.
_SIGNS = ("pyproject.toml", "requirements.txt", "requirements.in", "requirements", "reqs", "setup.py", "setup.cfg", "Pipfile")


class Named(NamedTuple):
    """An environment that the project's own files name, and which file says so."""

    environment: Environment
    reason: str


class Expectation(NamedTuple):
    """What a project's files ask of its environment.

    ``python`` pairs each specifier with the file that says it. ``named`` are environments its files name, the first wins.
    ``ignores_active`` is true for tools that pay no attention to ``VIRTUAL_ENV`` (uv), ``stays`` for those that use no environment above
    the project's folder. ``given`` is that of a project above which installs this one from its folder. ``stated_elsewhere``,
    ``siblings`` and ``installer`` as in ``Project``.
    """

    root: str
    python: tuple[tuple[str, str], ...] = ()
    named: tuple[Named, ...] = ()
    ignores_active: bool = False
    stays: bool = False
    stated_elsewhere: frozenset[str] = frozenset()
    given: Named | None = None
    siblings: tuple[tuple[str, str], ...] = ()
    installer: str | None = None


class Landscape:
    """Everything there is to choose from: workspace folders, project folders, environments, and the active one. ``above`` gives the folders
    above one that may say something of it (:class:`venvls.surroundings.Upward`)."""

    __slots__ = ("_above", "_around", "_material", "_owned", "active", "environments", "files", "names", "projects", "roots")

    def __init__(
        self,
        files: FileView,
        roots: tuple[str, ...],
        projects: frozenset[str],
        environments: tuple[Environment, ...],
        active: Environment | None = None,
        names: tuple[str, ...] = DEFAULT_NAMES,
        above: Callable[[str], Iterable[str]] = lambda path: (),
    ) -> None:
        self.files, self.roots, self.projects, self.environments = files, roots, projects, environments
        self.active, self.names = active, names
        self._above = above
        self._around: dict[str, tuple[str, ...]] = {}
        self._owned: dict[str | None, list[Environment]] = {}
        self._material: list[Environment] = []
        for environment in environments:
            owner = self.owner(environment)
            if owner is not None and is_material_prefix(environment, owner, files):
                self._material.append(environment)
            else:
                self._owned.setdefault(owner, []).append(environment)

    def owner(self, environment: Environment) -> str | None:
        """The project folder an environment is in: its nearest ancestor that is one; ``None`` where there is none."""
        if environment.project is not None:
            return environment.project
        return next((folder for folder in self.above(environment.prefix) if folder in self.projects), None)

    def owned(self, root: str | None) -> Sequence[Environment]:
        """The environments of one project folder; those of no project for ``None``."""
        return self._owned.get(root, ())

    def is_material(self, environment: Environment) -> bool:
        """Whether an environment is test data, and so nobody's."""
        return environment in self._material

    def around(self, environment: Environment) -> Sequence[str]:
        """The folders that an environment of no known project is near to: its own, and the one above, unless its own is a project's."""
        known = self._around.get(environment.prefix)
        if known is None:
            folders = (*self._above(environment.prefix),)[:2]
            known = folders[:1] if folders and is_project_folder(folders[0], self.files) else folders
            self._around[environment.prefix] = known
        return known

    def above(self, path: str) -> Iterator[str]:
        """The folders above ``path`` that may say something of it, the nearest first."""
        return iter(self._above(path))


class Choice(NamedTuple):
    """The environment chosen for a project, or none; and the reason, as the end of "… because"."""

    environment: Environment | None
    reason: str


def choose(expectation: Expectation, land: Landscape, selected: Environment | None = None) -> Choice:
    """The environment of one project, and why."""
    if selected is not None:
        return Choice(selected, "you selected it")
    if expectation.named:
        return Choice(expectation.named[0].environment, expectation.named[0].reason)
    active = None if expectation.ignores_active else land.active
    own = [environment for environment in land.owned(expectation.root) if not environment.tool_owned]
    if own:
        best = min(own, key=lambda environment: _rank(environment, expectation, land, active))
        return Choice(best, _own_reason(best, expectation, land, active))
    for environment, reason in _elsewhere(expectation, land, active):
        if not unfit(environment, expectation) and environment.health != "broken":
            return Choice(environment, reason)
    return Choice(None, "there is no environment in this folder or above it")


def explain(expectation: Expectation, land: Landscape, selected: Environment | None = None) -> tuple[Candidate, ...]:
    """Every environment that could be meant, the chosen one first, each with why it won or lost."""
    choice = choose(expectation, land, selected)
    seen: set[str] = set()
    won, lost = [], []
    named = {entry.environment.real for entry in expectation.named}
    stated = (*expectation.named, *([expectation.given] if expectation.given is not None else ()))
    everything = (*([selected] if selected else ()), *(entry.environment for entry in stated), *land.environments)
    for environment in (*everything, *([land.active] if land.active else ())):
        if environment.real in seen:
            continue
        seen.add(environment.real)
        if choice.environment is not None and environment.real == choice.environment.real:
            won.append(Candidate(environment, True, choice.reason))
        else:
            lost.append(Candidate(environment, False, _why_not(environment, expectation, land, choice, named)))
    distance = {candidate.environment.real: _distance(candidate.environment.prefix, expectation.root, land) for candidate in lost}
    return (*won, *sorted(lost, key=lambda candidate: (distance[candidate.environment.real], candidate.environment.prefix)))


def unfit(environment: Environment, expectation: Expectation) -> str | None:
    """What the project's files ask of a Python and this one is not, as a clause; ``None`` where it fits or is unknown."""
    if not expectation.python:
        return None
    from venvls.standards.python_versions import fits

    for specifier, source in expectation.python:
        if not fits(specifier, environment.version):
            return f"its Python is {environment.version}, and {source} requires {specifier}"
    return None


def _rank(environment: Environment, expectation: Expectation, land: Landscape, active: Environment | None) -> tuple[object, ...]:
    path = land.files.path
    name = path.basename(environment.prefix)
    direct = path.dirname(environment.prefix) == expectation.root
    return (
        environment.health == "broken",
        unfit(environment, expectation) is not None,
        not (active is not None and active.real == environment.real),
        not direct,
        environment.health != "ok",
        land.names.index(name) if direct and name in land.names else len(land.names),
        environment.prefix.count(path.sep),
        environment.prefix,
    )


def _own_reason(best: Environment, expectation: Expectation, land: Landscape, active: Environment | None) -> str:
    path = land.files.path
    if active is not None and active.real == best.real:
        return f"it is active ({_variable(active)}) and is in this folder"
    others = [environment for environment in land.owned(expectation.root) if environment.real != best.real and not environment.tool_owned]
    if path.dirname(best.prefix) == expectation.root:
        name = path.basename(best.prefix)
        if name == land.names[0]:
            return f"{name} is in this folder"
        if not others:
            return f"it is the only environment in this folder ({name})"
        broken = next(
            (environment.name for environment in others if environment.health == "broken" and environment.name in land.names), None
        )
        return f"{name} is in this folder, and {broken} is broken" if broken else f"{name} is the best of {len(others) + 1} environments"
    return (
        "it is the only environment below this folder"
        if not others
        else f"it is the nearest of {len(others) + 1} environments below this folder"
    )


def _variable(active: Environment) -> str:
    """The variable that an activation of this kind sets."""
    return "CONDA_PREFIX" if active.kind in ("conda", "pixi") else "VIRTUAL_ENV"


def _elsewhere(expectation: Expectation, land: Landscape, active: Environment | None) -> Iterator[tuple[Environment, str]]:
    path = land.files.path
    loose = [environment for environment in land.owned(None) if not environment.tool_owned]
    for folder in (expectation.root, *(land.above(expectation.root) if not expectation.stays else ())):
        near = [environment for environment in land.owned(folder) if not environment.tool_owned]
        near += [environment for environment in loose if folder in land.around(environment)]
        above = Expectation(folder, expectation.python)
        own_name = path.basename(expectation.root)
        near.sort(key=lambda environment: (path.basename(environment.prefix) != own_name, *_rank(environment, above, land, active)))
        yield from ((nearest, f"it is the nearest, in {folder}") for nearest in near)
    if expectation.given is not None:
        yield expectation.given.environment, expectation.given.reason
    opened = [path.dirname(root) for root in land.roots if root in (expectation.root, *land.above(expectation.root))]
    for environment in () if expectation.stays else loose:
        if environment.prefix in land.roots or path.dirname(environment.prefix) in opened:
            yield environment, "it is a folder of this workspace and belongs to no other project"
    if active is not None and land.owner(active) in (None, expectation.root):
        yield active, f"it is active ({_variable(active)}), and the project has no environment of its own"


def is_project_folder(folder: str, files: FileView) -> bool:
    """Whether a folder looks like a project's, read or not."""
    return any(files.stat(files.path.join(folder, sign)) is not None for sign in _SIGNS)


def _why_not(environment: Environment, expectation: Expectation, land: Landscape, choice: Choice, named: Iterable[str]) -> str:
    if environment.tool_owned:
        return f"{environment.kind} uses it for itself only"
    if environment.real in named:
        return "another environment is named before it"
    if environment.health == "broken":
        return environment.problem or "it is broken"
    wrong = unfit(environment, expectation)
    if wrong:
        return wrong
    owner = land.owner(environment)
    if land.is_material(environment):
        return "it is what tests work on, not an environment to use"
    if owner == expectation.root:
        return f"{choice.reason}" if choice.environment is None else f"another environment comes first: {choice.reason}"
    if owner is not None and owner not in land.above(expectation.root):
        return f"it belongs to {owner}"
    return "it is further away" if choice.environment else "it is outside this folder and the folders above it"


def _distance(prefix: str, root: str, land: Landscape) -> int:
    path = land.files.path
    try:
        relative: str = path.relpath(prefix, root)
    except ValueError:  # another drive
        return 1_000
    return relative.count(path.sep)


def is_member(member: str, workspace_root: str, table: Mapping[str, object], files: FileView) -> bool:
    """Whether a workspace's ``table`` in ``workspace_root`` admits the folder ``member`` (globs in ``members``, less ``exclude``)."""
    relative = files.path.relpath(member, workspace_root).replace(files.path.sep, "/")
    return _any_glob(relative, table.get("members")) and not _any_glob(relative, table.get("exclude"))


def is_excluded(folder: str, workspace_root: str, table: Mapping[str, object], files: FileView) -> bool:
    """Whether a workspace's ``table`` in ``workspace_root`` names the folder, or one above it, in ``exclude``."""
    parts = files.path.relpath(folder, workspace_root).replace(files.path.sep, "/").split("/")
    return any(_any_glob("/".join(parts[:number]), table.get("exclude")) for number in range(1, len(parts) + 1))


def _any_glob(relative: str, patterns: object) -> bool:
    if not isinstance(patterns, (list, tuple)):
        return False
    globs = next((known for those, known in _recent if those is patterns), None)
    if globs is None:
        from venvls.model.member_globs import MOST, Globs

        texts = [pattern for pattern in patterns[:MOST] if isinstance(pattern, str)]
        globs = Globs([tuple(text.strip("/").removeprefix("./").split("/")) for text in texts])
        _recent[:] = [(patterns, globs), *_recent[:3]]
    return globs.name(relative.split("/"))


_recent: list[tuple[object, Globs]] = []
"""The lists of patterns that were asked for last, held so that no other object can be taken for one: a workspace asks for each of its
members, and to tell a thousand patterns apart by what they say takes longer than to look one folder up. What a file states stays so."""
