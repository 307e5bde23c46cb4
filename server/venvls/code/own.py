"""What a project is and declares, together with the projects that share its environment."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache

from venvls.answers.stated import own_names
from venvls.code import declared
from venvls.code.files import CodeFiles
from venvls.imports import first_party
from venvls.model.environment import Environment
from venvls.model.facts import Facts
from venvls.model.hints import Any, TypeVar
from venvls.model.manifest import same_objects
from venvls.model.ports import FileView
from venvls.model.record import NamedTuple
from venvls.settlement import Settlement

_MAY_BE_OF_CONDA = re.compile(r"env|conda|dev|test|req|dep", re.IGNORECASE)
"""In the names of files that conda's environments are made from, whatever people call them (``ci-env.yml``, ``dev.yaml``)."""
_MOST_KEPT = 64
"""Projects, and environments, of which what is known stays between two questions: of thousands hardly any is asked about again."""
_Known = TypeVar("_Known")


class Own(NamedTuple):
    """What one project declares: ``places`` works out once what ``declared`` gives; ``certain`` is whether that is all.

    ``of_conda``: it is made from an environment.yml, and both may be conda's names and Python's. ``names`` gives the packages that are
    named, worked out once for all that share the environment.
    """

    facts: tuple[Facts, ...]
    code: first_party.FirstParty
    places: Callable[[], Mapping[str, frozenset[declared.Place]]]
    own: frozenset[str]
    certain: bool
    of_conda: bool
    names: Callable[[], frozenset[str]]

    @property
    def declared(self) -> Mapping[str, frozenset[declared.Place]]:
        """For each package the places that name it."""
        return self.places()

    @property
    def first(self) -> Facts:
        """The facts of the project itself; the others share its environment."""
        return self.facts[0]

    @property
    def installed(self) -> frozenset[str]:
        """The names of what is installed."""
        return frozenset(self.first.installed.distributions) if self.first.installed is not None else frozenset()


class _Group(NamedTuple):
    """What projects are and declare that share an environment, whichever of them wants to know; ``code`` by the folders that are its tops
    and those around it."""

    facts: tuple[Facts, ...]
    stated: tuple[str, ...]
    own: frozenset[str]
    certain: bool
    of_conda: bool
    places: Callable[[], Mapping[str, frozenset[declared.Place]]]
    names: Callable[[], frozenset[str]]
    code: dict[tuple[tuple[str, ...], tuple[str, ...]], first_party.FirstParty]


class _AtOnce(NamedTuple):
    """What was taken so far in one whole answer: by project, and by environment the facts of all that use it and what they are."""

    own: dict[str, Own]
    together: dict[str, Mapping[str, Facts]]
    groups: dict[str, _Group]


class _Sharing(NamedTuple):
    """The facts of the projects that share an environment, by their roots, as they were when a change was ``told`` of last."""

    told: int
    users: Sequence[str]
    facts: Mapping[str, Facts]


class OwnByProject:
    """What each project is and declares, remembered while its facts and those of the projects with its environment are the same.

    ``told`` gives another number once something was told that may make facts other ones; ``None`` where nobody tells, so that each of the
    projects that share an environment is looked at for each question.
    """

    def __init__(
        self, files: FileView, here: Settlement, facts: Callable[[str], Facts], told: Callable[[], int | None], code: CodeFiles
    ) -> None:
        self._files = files
        self._here = here
        self._facts = facts
        self._told = told
        self._code = code
        self._own: dict[str, Own] = {}
        self._groups: dict[str, _Group] = {}
        self._keepers: dict[str, tuple[Sequence[str], str]] = {}
        self._sharing: dict[str, _Sharing] = {}
        self._at_once: _AtOnce | None = None

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """While this lasts, nothing of what projects are is worked out twice: what was worked out for a project counts without a look
        whether the others have changed."""
        before, self._at_once = self._at_once, self._at_once or _AtOnce({}, {}, {})
        try:
            yield
        finally:
            self._at_once = before

    def forget(self) -> None:
        """Modules came or went: what a project's own code can import is worked out again."""
        self._own.clear()
        self._groups.clear()

    def keeper(self, environment: Environment) -> str | None:
        """Of the projects that use an environment the root of the one that it is most likely for: in whose folder it is, else the first by
        its path. Found once for each sorting."""
        users = self._here.sharing(environment)
        if not users:
            return None
        known = self._keepers.get(environment.real)
        if known is None or known[0] is not users:
            used = {root: self._here.projects[root].environment or environment for root in users}
            first = min(users, key=lambda root: (self._files.path.dirname(used[root].prefix) != root, root))
            known = self._keepers[environment.real] = (users, first)
        return known[1]

    def of(self, facts: Facts) -> Own:
        """What a project is and declares."""
        root, at_once = facts.project.root, self._at_once
        if at_once is not None and (taken := at_once.own.get(root)) is not None and taken.first is facts:
            return taken
        together = self._together(facts)
        shared = (facts, *[each for other, each in together.items() if other != root])
        known = self._own.get(root)
        if known is None or not same_objects(known.facts, shared):
            known = self._worked_out(facts, shared, self._group(shared, together))
        self._keep(self._own, root, known)
        if at_once is not None:
            at_once.own[root] = known
        return known

    def _together(self, facts: Facts) -> Mapping[str, Facts]:
        """The facts of all projects that use the environment of this one, by their roots; in one whole answer each is looked up once,
        and not once for each of the others."""
        environment, at_once = facts.environment, self._at_once
        if environment is None:
            return {}
        together = at_once.together.get(environment.real) if at_once is not None else None
        if together is None:
            together = self._looked_at(facts, environment)
            if at_once is not None:
                at_once.together[environment.real] = together
        return together

    def _looked_at(self, facts: Facts, environment: Environment) -> Mapping[str, Facts]:
        """The facts of all projects that use an environment: of others than this one those of before, where nothing was told since."""
        root, told, users = facts.project.root, self._told(), self._here.sharing(environment)
        known = self._sharing.get(environment.real)
        if known is None or known.told != told or known.users is not users:
            found = {other: facts if other == root else self._facts(other) for other in users}
            if told is not None:
                self._keep(self._sharing, environment.real, _Sharing(told, users, found))
            return found
        if known.facts.get(root) is facts:
            return known.facts
        return {other: facts if other == root else each for other, each in known.facts.items()}

    def _worked_out(self, facts: Facts, shared: tuple[Facts, ...], group: _Group) -> Own:
        project = facts.project
        tops = (*facts.roots, project.workspace or project.root) if not facts.roots else facts.roots
        around = tops if any(self._here.folders.within(project.root, top) for top in tops) else (*tops, project.root)
        if (tops, around) not in group.code:

            def everywhere() -> list[first_party.Below] | None:
                names = [self._code.modules_in(root) for root in around]
                known = [each for each in names if each is not None]
                return known if len(known) == len(names) else None

            group.code[tops, around] = first_party.FirstParty(self._files, tops, group.stated, group.own, everywhere)
        code = group.code[tops, around]
        return Own(shared, code, group.places, group.own, group.certain, group.of_conda, group.names)

    def _group(self, shared: tuple[Facts, ...], together: Mapping[str, Facts]) -> _Group:
        """What the projects of ``shared`` are and declare together; ``together`` are those that use the environment of the first."""
        first, at_once = shared[0], self._at_once
        key = first.environment.real if first.environment is not None else f"\0{first.project.root}"
        # Of all that are together in one whole answer, whichever of them is first.
        counts = at_once is not None and together.get(first.project.root) is first
        if at_once is not None and counts and (taken := at_once.groups.get(key)) is not None:
            return self._keep(self._groups, key, taken)
        shared = tuple(sorted(shared, key=lambda facts: facts.project.root))
        known = self._groups.get(key)
        if known is None or not same_objects(known.facts, shared):
            known = self._group_of(shared)
        if at_once is not None and counts:
            at_once.groups[key] = known
        return self._keep(self._groups, key, known)

    def _group_of(self, shared: tuple[Facts, ...]) -> _Group:
        environment = shared[0].environment
        own = frozenset().union(*map(own_names, shared))
        join = self._files.path.join
        stated: dict[str, None] = {}
        roots = dict.fromkeys((*(each.project.root for each in shared), *(each.project.workspace or each.project.root for each in shared)))
        tools: dict[str, Mapping[str, Any]] = {}
        for each in shared:
            for path, manifest in each.manifests.items():
                if path.endswith("pyproject.toml"):
                    tools.setdefault(path, manifest.tool)
        for root in roots:
            tool = tools.get(join(root, "pyproject.toml"), {})
            stated.update(dict.fromkeys(first_party.stated_folders(root, tool, self._files)))
            stated[root] = None
            stated[join(root, "src")] = None
        of_conda = environment is not None and environment.kind == "conda"
        certain = all(self._is_certain_of_conda(each) if of_conda else _is_certain(each) for each in shared)
        return _Group(
            shared,
            tuple(stated),
            own,
            certain,
            of_conda,
            # Not before somebody wants them: at every key it is another state of the facts.
            cache(lambda: declared.places(shared)),
            cache(lambda: declared.names(shared)),
            {},
        )

    def _keep(self, kept: dict[str, _Known], key: str, known: _Known) -> _Known:
        """Puts what is known last in ``kept``, which loses what was asked for least lately; nothing in the midst of one whole answer."""
        kept.pop(key, None)
        kept[key] = known
        while len(kept) > _MOST_KEPT and self._at_once is None:
            del kept[next(iter(kept))]
        return known

    def _is_certain_of_conda(self, facts: Facts) -> bool:
        """Whether an environment.yml tells all that is in conda's environment: no other file in the folder is one of the kind."""
        formats = {facts.manifests[path].format for path in facts.project.manifests if path in facts.manifests}
        own = facts.environment is not None and not facts.environment.tool_owned
        if "environment.yml" not in formats or not own or not _is_whole(facts):
            return False
        join, root = self._files.path.join, facts.project.root
        others = (entry.name for entry in self._files.list(root) or () if entry.name.lower().endswith((".yml", ".yaml")))
        return not any(_MAY_BE_OF_CONDA.search(name) and join(root, name) not in facts.manifests for name in others)


def _is_certain(facts: Facts) -> bool:
    """Whether a project's files tell all that it declares, and in the words of Python's own packages."""
    if any(manifest.names_python is not None for manifest in facts.manifests.values()) or not _is_whole(facts):
        return False
    environment = facts.environment
    return environment is not None and environment.kind not in ("conda", "pixi", "system", "pyenv")


def _is_whole(facts: Facts) -> bool:
    """Whether all that a project's files say was read."""
    if any(link.failure or link.cycle for link in facts.links):
        return False
    for manifest in facts.manifests.values():
        if not manifest.complete or any(not problem.mild for problem in manifest.problems):
            return False
        if "dependencies" in manifest.dynamic and not (manifest.includes or len(facts.manifests) > 1):
            return False
    return True
