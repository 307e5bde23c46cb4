"""What a project is and declares, together with the projects that share its environment."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import is_

from venvls.answers.stated import own_names
from venvls.code import declared
from venvls.code.files import CodeFiles
from venvls.imports import first_party
from venvls.model.environment import Environment
from venvls.model.facts import Facts
from venvls.model.ports import FileView
from venvls.model.record import NamedTuple
from venvls.settlement import Settlement


class Own(NamedTuple):
    """What one project declares: ``declared`` gives for each package the places that name it; ``certain`` is whether that is all."""

    facts: tuple[Facts, ...]
    code: first_party.FirstParty
    declared: Mapping[str, frozenset[declared.Place]]
    own: frozenset[str]
    certain: bool

    @property
    def first(self) -> Facts:
        """The facts of the project itself; the others share its environment."""
        return self.facts[0]

    @property
    def installed(self) -> frozenset[str]:
        """The names of what is installed."""
        return frozenset(self.first.installed.distributions) if self.first.installed is not None else frozenset()


class OwnByProject:
    """What each project is and declares, remembered while its facts and those of the projects with its environment are the same."""

    def __init__(self, files: FileView, here: Settlement, facts: Callable[[str], Facts], code: CodeFiles) -> None:
        self._files = files
        self._here = here
        self._facts = facts
        self._code = code
        self._own: dict[str, Own] = {}

    def forget(self) -> None:
        """Modules came or went: what a project's own code can import is worked out again."""
        self._own.clear()

    def of(self, facts: Facts) -> Own:
        """What a project is and declares."""
        environment = facts.environment
        others = (project.root for project in self._here.projects.values() if project.environment and project.root != facts.project.root)
        beside = [root for root in others if _same_environment(self._here.projects[root].environment, environment)]
        shared = (facts, *map(self._facts, beside))
        known = self._own.get(facts.project.root)
        if known is None or len(known.facts) != len(shared) or not all(map(is_, known.facts, shared)):
            known = self._own[facts.project.root] = self._worked_out(facts, shared)
        return known

    def _worked_out(self, facts: Facts, shared: tuple[Facts, ...]) -> Own:
        own = frozenset().union(*map(own_names, shared))
        join = self._files.path.join
        stated: dict[str, None] = {}
        roots = dict.fromkeys((*(each.project.root for each in shared), *(each.project.workspace or each.project.root for each in shared)))
        for root in roots:
            tools = [each.manifests.get(join(root, "pyproject.toml")) for each in shared]
            tool = next((manifest.tool for manifest in tools if manifest is not None), {})
            stated.update(dict.fromkeys(first_party.stated_folders(root, tool, self._files)))
            stated[root] = None
            stated[join(root, "src")] = None
        tops = (*facts.roots, facts.project.workspace or facts.project.root) if not facts.roots else facts.roots
        around = tops if any(self._here.within(facts.project.root, top) for top in tops) else (*tops, facts.project.root)

        def everywhere() -> list[first_party.Below] | None:
            names = [self._code.modules_in(root) for root in around]
            known = [each for each in names if each is not None]
            return known if len(known) == len(names) else None

        code = first_party.FirstParty(self._files, tops, stated, own, everywhere)
        return Own(shared, code, declared.places(shared), own, all(map(_is_certain, shared)))


def _same_environment(environment: Environment | None, other: Environment | None) -> bool:
    return environment is not None and other is not None and environment.real == other.real


def _is_certain(facts: Facts) -> bool:
    """Whether a project's files tell all that it declares, and in the words of Python's own packages."""
    if any(link.failure or link.cycle for link in facts.links):
        return False
    for manifest in facts.manifests.values():
        if not manifest.complete or any(not problem.mild for problem in manifest.problems) or manifest.names_python is not None:
            return False
        if "dependencies" in manifest.dynamic and not (manifest.includes or len(facts.manifests) > 1):
            return False
    environment = facts.environment
    return environment is not None and environment.kind not in ("conda", "pixi", "system", "pyenv")
