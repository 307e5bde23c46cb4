"""What a file of code is by its place and name: who runs it, whether it ships with the project, whether it is a test."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator

from venvls.answers.stated import own_names
from venvls.model.facts import Facts
from venvls.model.hints import Literal
from venvls.model.ports import FileView
from venvls.rules.asked import counted_requirements

# Files that a tool runs where that tool is installed, by name: the distributions of the tool.
_RUNNERS = {
    "noxfile.py": ("nox",),
    "tasks.py": ("invoke",),
    "fabfile.py": ("fabric",),
    "dodo.py": ("doit",),
    "conanfile.py": ("conan",),
    "locustfile.py": ("locust",),
    "duties.py": ("duty",),
    "gunicorn.conf.py": ("gunicorn",),
}
# Names that code of an application has too: they are a tool's in the project's own folder alone.
_ONLY_AT_THE_TOP = frozenset({"tasks.py", "duties.py", "build.py"})
_WORD = re.compile(r"(?<![\w.-])[\w-][\w.-]*")
_PATH = re.compile(r"[\w./-]+")
_LIST = re.compile(r"(?:[\w-]*[-_])?requirements(?:[-_.][\w-]+)?\.(?:txt|in)")
_BUILDS = frozenset({"setup.py", "hatch_build.py", "pdm_build.py"})
# Run by a program that is installed in no environment, or that has them copied from elsewhere.
_NEVER = frozenset({"sconstruct.py", "build.py", "ez_setup.py", "versioneer.py", "gn.py"})
# Code that is not this project's, or that runs where its own requirements are installed.
_ASIDE = frozenset(
    {
        *("docs", "doc", "documentation", "example", "examples", "sample", "samples", "demo", "demos", "fixture", "fixtures", "testdata"),
        *("benchmark", "benchmarks", "vendor", "vendored", "_vendor", "third_party", "extern", "template", "templates"),
        *("test_data", "test-data", "data", "cookiecutter", "contrib", "ci", "recipes", "build", "dist", "playground", "misc"),
    }
)

Runner = Literal["environment", "build", "elsewhere"]
"""Where code runs: in the project's environment, in the one that its build is given, or where nothing is known of what is installed."""


def runner(path: str, facts: Facts) -> Runner:
    """Where the file at ``path`` runs."""
    *folders, name = _below(path, facts).lower().split(facts.files.path.sep)
    folders = [folder for folder in folders if folder]
    if not _ASIDE.isdisjoint(folders) or any("{{" in folder for folder in (*folders, name)):
        return "elsewhere"
    if folders and name in _ONLY_AT_THE_TOP:
        return "environment"
    if name in _BUILDS:
        return "build" if not folders else "elsewhere"
    if name in _NEVER:
        return "elsewhere"
    tools = _RUNNERS.get(name)
    # What a tool runs can import what is installed with the tool: known where that is this environment.
    installed = facts.installed.distributions if facts.installed is not None else {}
    return "environment" if tools is None or any(tool in installed for tool in tools) else "elsewhere"


def ships(path: str, facts: Facts) -> bool:
    """Whether a file is of the project's own package, as far as its place says."""
    join, separator = facts.files.path.join, facts.files.path.sep
    names = [name.replace("-", "_") for name in own_names(facts)]
    manifest = facts.manifests.get(join(facts.project.root, "pyproject.toml"))
    if manifest is None or manifest.name is None or not names:
        return False
    places = (join(facts.project.root, "src", ""), *(join(facts.project.root, name, "") for name in names))
    below = path.split(separator)
    return path.startswith(places) and not {"tests", "test", "testing", "_tests", "conftest.py"} & {*below[-6:]}


def is_test(path: str, files: FileView) -> bool:
    """Whether a file is of tests, by its place and name."""
    return runs_tests(path, files) or not {"tests", "test", "testing"}.isdisjoint(path.split(files.path.sep)[-7:-1])


def runs_tests(path: str, files: FileView) -> bool:
    """Whether a test runner starts with this file, by its name: what else is in a folder of tests may be what they look at."""
    name: str = files.path.basename(path)
    return name.startswith(("test_", "conftest.")) or name.endswith(("_test.py", "_tests.py"))


class _Runners:
    """What tox.ini and noxfile.py of a project say, read once for all of its files: their words as names of packages, and as paths in the
    order of texts."""

    def __init__(self) -> None:
        self.texts: tuple[str, ...] | None = None
        self._names: frozenset[str] | None = None
        self._paths: list[str] | None = None

    @classmethod
    def of(cls, facts: Facts) -> _Runners:
        """That of a project; what is read for it counts while the facts do."""
        runners = facts.remembered.of(cls)
        if runners.texts is None:
            runners.texts = tuple(_of_runners(facts))
        return runners

    @property
    def names(self) -> frozenset[str]:
        """Packages among it by PEP 503 name."""
        if self._names is None:
            words = (word for text in self.texts or () for word in _WORD.findall(text.lower().replace("_", "-")))
            self._names = frozenset(word.partition(".")[0] for word in words)
        return self._names

    def says(self, path: str) -> bool:
        """Whether a path from the project's folder, with slashes, is written there."""
        if _PATH.fullmatch(path) is None:
            named = re.compile(rf"(?<![\w./-]){re.escape(path)}(?![\w-])")
            return any(path in text and named.search(text) is not None for text in self.texts or ())
        if self._paths is None:
            self._paths = sorted(word for text in self.texts or () for word in _PATH.findall(text))
        places = [(wanted, bisect_left(self._paths, wanted)) for wanted in (path, f"{path}.", f"{path}/")]
        words = [(wanted, self._paths[place]) for wanted, place in places if place < len(self._paths)]
        return any(word == path or (wanted != path and word.startswith(wanted)) for wanted, word in words)


def named_by_runners(facts: Facts) -> frozenset[str]:
    """What tox and nox name, packages among it by PEP 503 name: they run the tests in environments of their own, where they install what
    these need."""
    return _Runners.of(facts).names


def is_installed_aside(path: str, facts: Facts) -> bool:
    """Whether a file has an environment of its own, as far as the project's files say: tox or nox names it, or its folder has a list of
    requirements that is none of the project's."""
    paths, root = facts.files.path, facts.project.root
    environment = facts.environment
    if environment is not None and not environment.prefix.startswith(root + paths.sep) and _counts_for_nothing(facts):
        return True
    if ships(path, facts) or not path.startswith(root + paths.sep):
        return False
    below = path[len(root) + 1 :].replace(paths.sep, "/")
    if _Runners.of(facts).says(below):
        return True
    folder = paths.dirname(path)
    while len(folder) > len(root):
        lists = (paths.join(folder, name) for name, kind in facts.files.list(folder) or () if kind != "directory" and _is_list(name))
        if any(listed not in facts.manifests for listed in lists):
            return True
        folder = paths.dirname(folder)
    return False


def _is_list(name: str) -> bool:
    return name.endswith((".txt", ".in")) and _LIST.fullmatch(name) is not None


def _counts_for_nothing(facts: Facts) -> bool:
    """Whether a project states requirements, and none of them is required of the environment: it is another project's."""
    states = any(manifest.requirements for manifest in facts.manifests.values())
    return states and not any(requirements for _, requirements in counted_requirements(facts))


def _of_runners(facts: Facts) -> Iterator[str]:
    """The texts that say what tox and nox install and run."""
    for name in ("tox.ini", "noxfile.py"):
        data = facts.files.read(facts.files.path.join(facts.project.root, name), 1_000_000)
        if data is not None:
            yield data.decode("utf-8", "replace")


def _below(path: str, facts: Facts) -> str:
    """The path from the project's folder; from the workspace's where the project has no environment of its own: it may be a sample."""
    environment, root = facts.environment, facts.project.root
    if environment is None or not environment.prefix.startswith(root + facts.files.path.sep):
        root = next((top for top in facts.roots if path.startswith(top + facts.files.path.sep)), root)
    return path[len(root) :] if path.startswith(root) else path
