"""A project in memory and the bench a tool plans at: everything by absolute path, nothing on the disk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tests.memory_tree import FOLDER, Content, MemoryFiles
from venvls import graph, manifests
from venvls.model.environment import BuiltFrom, Distribution, Environment, Git, Leftover, Metadata
from venvls.model.facts import Choice, Facts
from venvls.model.finding import Project
from venvls.model.manifest import Manifest
from venvls.model.rule import BasePython, PlanContext
from venvls.model.text import Text

PROGRAMS = {"uv": "/usr/local/bin/uv", "virtualenv": "/usr/local/bin/virtualenv"}
WINDOWS_PROGRAMS = {"uv": "C:\\Tools\\uv.exe"}
PYTHONS = (
    BasePython("/opt/py315/bin/python3", "3.15.0a2"),
    BasePython("/opt/py313t/bin/python3", "3.13.1", "cpythont"),
    BasePython("/opt/py313/bin/python3", "3.13.1"),
    BasePython("/opt/pypy/bin/pypy3", "3.11.9", "pypy"),
    BasePython("/usr/bin/python3", "3.11.2", externally_managed=True),
    BasePython("/opt/py39/bin/python3", "3.9.18"),
)
WINDOWS_PYTHONS = (BasePython("C:\\Python312\\python.exe", "3.12.4"),)


class Packages:
    """What is installed, as plain data."""

    def __init__(self, *distributions: Distribution, leftovers: tuple[Leftover, ...] = ()) -> None:
        self.distributions: dict[str, tuple[Distribution, ...]] = {}
        for one in distributions:
            self.distributions[one.key] = (*self.distributions.get(one.key, ()), one)
        self.leftovers = leftovers
        self.added: tuple[str, ...] = ()
        self.gone_paths = ()
        self.stamp = 0

    def metadata(self, one: Distribution) -> Metadata:
        return Metadata(one.key, one.version)

    def every_need(self) -> frozenset[str] | None:
        return None

    def wheel_tags(self, distributions: Iterable[Distribution]) -> dict[Distribution, tuple[str, ...]]:
        return {}

    def built_from(self, one: Distribution) -> BuiltFrom | None:
        return None

    def entry_points(self, one: Distribution) -> None:
        return None

    def missing_files(self, one: Distribution) -> tuple[str, ...] | None:
        return ()


def environment(version: str | None = "3.12.4", kind: str = "venv", **more: object) -> Environment:
    values: dict[str, object] = {
        "prefix": "/w/p/.venv",
        "real": "/w/p/.venv",
        "interpreter": "/w/p/.venv/bin/python",
        "site_packages": ("/w/p/.venv/lib/python3.12/site-packages",),
    }
    return Environment(version=version, kind=kind, **(values | more))  # type: ignore[arg-type]


def pip_of(place: Environment) -> Distribution:
    return Distribution("pip", "24.0", f"{place.site_packages[0]}/pip-24.0.dist-info")


def bench(
    files: Mapping[str, str],
    *,
    env: Environment | None = None,
    packages: Packages | None = None,
    programs: Mapping[str, str] | None = None,
    prefer: str = "auto",
    more: Mapping[str, Content] | None = None,
    choice: Choice | None = None,
    locks: tuple[str, ...] = (),
    python: tuple[tuple[str, str], ...] = (),
    git: Git | None = None,
    counted: frozenset[str] | None = None,
) -> PlanContext:
    """``files`` are manifests of the project at ``/w/p``, by path below it; ``more`` other entries of the tree by absolute path."""
    tree: dict[str, Content] = {"/w/p": FOLDER, **{f"/w/p/{name}": text for name, text in files.items()}, **(more or {})}
    if env is not None and env.health == "ok":
        tree.setdefault(f"{env.prefix}/pyvenv.cfg", "home = /usr/bin\n")
    view = MemoryFiles(tree)

    def load(path: str, hint: str | None) -> Manifest | str:
        data = view.read(path)
        return "It does not exist." if data is None else manifests.parse(path, Text(data.decode()), hint)

    named = tuple(f"/w/p/{name}" for name in files if manifests.format_of(f"/w/p/{name}".split("/")[-2:]) is not None)
    reached = graph.follow(named, load, view)
    project = Project("/w/p", named, locks=tuple(f"/w/p/{lock}" for lock in locks), environment=env, python=python)
    facts = Facts(
        project,
        view,
        reached.manifests,
        tuple(reached.links),
        env,
        packages if packages is not None or env is None else Packages(pip_of(env)),
        constraints=reached.constraints,
        choice=choice or Choice(),
        git=git,
        roots=("/w",),
        counted=counted,
    )
    return PlanContext(facts, PROGRAMS if programs is None else programs, PYTHONS, "/scratch", prefer)
