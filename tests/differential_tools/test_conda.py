"""Our verdict on conda environments that conda made, against conda's own code and program, and conda-lock's.

conda has no dry run of ``env update``. What its reading of an environment.yml asks for, and what its records of a prefix hold, it is
asked for directly; environments are made, changed and exported by its program.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.differential.wheels import Wheel, write
from tests.differential_tools import conda_channel, conda_tools
from tests.differential_tools.agreements import record
from tests.differential_tools.conda_channel import PYTHON, subdir
from tests.differential_tools.forking import Done, Forking
from tests.differential_tools.stage import edited, findings, named, uv, warnings, workspace
from tests.differential_tools.tools import environ
from venvls.workspace import Overrides

pytestmark = [pytest.mark.network, pytest.mark.slow]

HEAD = 'name: p\nchannels: ["@CHANNEL@"]\nplatforms: [@SUBDIR@]\ndependencies:\n  - python\n'
PROJECTS = {
    "any version": "  - alpha\n",
    "bounds": "  - alpha >=1,<2\n",
    "fuzzy": "  - alpha=1.1\n",
    "exact": "  - alpha==1.1\n",
    "exact with build": "  - alpha=1.1=py_0\n",
    "brackets": "  - alpha[version='>=1.1,<2']\n",
    "either": "  - alpha 1.0|2.*\n",
    "anything but": "  - alpha!=2.0\n",
    "star": "  - alpha=1.1.*\n",
    "order of versions": "  - alpha>1.9\n",
    "names": "  - Under_Score-1 >=9\n  - ALPHA\n",
    "several": "  - beta\n  - libtiny >=1.3\n  - stray\n",
    "list of pip": "  - alpha\n  - pip\n  - pip:\n    - delta==1.0\n    - epsilon>=0.1\n",
}
EDITS = [
    ("alpha <2", "alpha =2"),
    ("alpha <2", "alpha <2\n  - beta"),
    ("alpha <2", "stray"),
    ("  - under_score-1\n", ""),
    ("alpha <2", "alpha <2 # a remark"),
]
ASK = """
import json, sys
from conda.core.prefix_data import PrefixData
from conda.models.match_spec import MatchSpec
from conda.env.env import from_file
from packaging.requirements import Requirement
files, prefix = json.load(sys.stdin)
PrefixData._cache_.clear()
records = list(PrefixData(prefix, pip_interop_enabled=True).iter_records())
out = {}
for file in files:
    asked = from_file(file).dependencies
    specs = [MatchSpec(spec) for spec in asked.get("conda", ())]
    lacking = {spec.name for spec in specs if not any(spec.match(one) for one in records)}
    installed = {one.name: one.version for one in records}
    for text in asked.get("pip", ()):
        wanted = Requirement(text)
        if wanted.name not in installed or not wanted.specifier.contains(installed[wanted.name], prereleases=True):
            lacking.add(wanted.name)
    out[file] = sorted(lacking)
print(json.dumps(out))
"""


class World:
    """The channel's URL, conda's variables, and an environment that conda made in a project of its own."""

    def __init__(self, base: Path) -> None:
        self.base = base
        self.channel = conda_channel.make(base / "channel")
        self.variables = {
            "HOME": str(base / "home"),
            "CONDARC": str(base / "condarc"),
            "CONDA_PKGS_DIRS": str(base / "packages"),
            "CONDA_SOLVER": "classic",
            "CONDA_REPODATA_FNS": "repodata.json",
            "CONDA_ADD_PIP_AS_PYTHON_DEPENDENCY": "false",
            "CONDA_REPORT_ERRORS": "false",
            "CONDA_OFFLINE": "true",
            "CONDA_ALWAYS_YES": "true",
            "CONDA_QUIET": "true",
        }
        (base / "home").mkdir()
        self.project = self.written(base / "own", "  - alpha <2\n  - under_score-1\n")
        self.prefix = self.project / ".conda"

    def written(self, folder: Path, dependencies: str) -> Path:
        """A project with an environment.yml."""
        folder.mkdir(parents=True, exist_ok=True)
        text = (HEAD + dependencies).replace("@CHANNEL@", self.channel).replace("@SUBDIR@", subdir())
        (folder / "environment.yml").write_text(text, "utf-8")
        return folder

    def conda(self, *words: str) -> str:
        """What conda says."""
        return _ran(conda_program(), words, self)

    def install(self, *specs: str) -> None:
        """``conda install`` from the channel alone."""
        self.conda("install", "--prefix", str(self.prefix), "--override-channels", "--channel", self.channel, *specs)

    def lock(self, *words: str, folder: Path) -> str:
        """What conda-lock says, in a folder."""
        return _ran(conda_lock_program(), words, self, folder)


@cache
def conda_program() -> Forking:
    return Forking(conda_tools.conda(), "conda.cli.main:main", ("conda.cli.install", "conda.cli.main_env_create", "conda.resolve"))


@cache
def conda_lock_program() -> Forking:
    return Forking(conda_tools.conda().with_name("conda-lock"), "conda_lock:main", ("conda_lock.conda_lock",))


def _ran(program: Forking, words: tuple[str, ...], world: World, folder: Path | None = None) -> str:
    done: Done = program.run(list(words), folder or world.base, {**environ(), **world.variables})
    assert done.returncode == 0, f"{' '.join(words)}: {done.output}"
    return done.output


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    made = World(tmp_path_factory.mktemp("conda").resolve())
    made.conda("env", "create", "--prefix", str(made.prefix), "--file", str(made.project / "environment.yml"))
    shutil.copytree(made.prefix, made.base / "kept", symlinks=True)
    yield made
    conda_program().close()
    conda_lock_program().close()


@pytest.fixture
def fresh(world: World) -> Iterator[World]:
    """The environment as conda made it, again afterwards."""
    yield world
    shutil.rmtree(world.prefix)
    shutil.copytree(world.base / "kept", world.prefix, symlinks=True)


def test_an_environment_conda_made(world: World) -> None:
    found = workspace(world.project).which(str(world.project)).environment
    assert found is not None
    assert (found.kind, found.prefix, found.version, found.health) == ("conda", str(world.prefix), PYTHON, "ok")
    assert warnings(world.project) == []
    listed = {one["name"]: one["version"] for one in json.loads(world.conda("list", "--json", "--prefix", str(world.prefix)))}
    facts = workspace(world.project).facts(str(world.project))
    assert facts.installed is not None
    ours = {name: facts.installed.distributions[f"conda:{name}"][0].version for name in listed}
    record("conda", "conda list", "names and versions", ours == listed)
    assert ours == listed


def _remove(world: World) -> None:
    world.conda("remove", "--force", "--prefix", str(world.prefix), "alpha", "under_score-1")


def _pip(world: World) -> None:
    site = next(path for path in world.prefix.rglob("site-packages") if path.is_dir())
    folder = world.base / "wheels"
    folder.mkdir(exist_ok=True)
    wheels = [write(Wheel(name, version), folder) for name, version in (("delta", "1.0"), ("epsilon", "0.0.5"))]
    uv(world.project, "pip", "install", "--quiet", "--no-deps", "--no-index", "--target", str(site), *map(str, wheels))


STATES = {
    "as made": lambda world: None,
    "one missing": _remove,
    "another version": lambda world: world.install("alpha=2.0"),
    "an older version": lambda world: world.install("alpha=1.0"),
    "a version with two digits": lambda world: world.install("alpha=1.10"),
    "more installed": lambda world: world.install("beta", "stray"),
    "pip on top": _pip,
}


@pytest.mark.parametrize("state", STATES)
def test_every_environment_yml(state: str, fresh: World) -> None:
    STATES[state](fresh)
    folders = {name: fresh.written(fresh.base / "projects" / name.replace(" ", "-"), text) for name, text in PROJECTS.items()}
    files = {name: str(folder / "environment.yml") for name, folder in folders.items()}
    python = conda_tools.conda().with_name("python.exe" if sys.platform == "win32" else "python")
    theirs = conda_tools.asked(python, ASK, [list(files.values()), str(fresh.prefix)], fresh.variables)
    different = {}
    for name, folder in folders.items():
        told = [one for one in findings(folder, Overrides(environment=str(fresh.prefix))) if one.severity in ("error", "warning")]
        ours = {named(one).removeprefix("conda:") for one in told}
        record("conda", name, state, ours == set(theirs[files[name]]))
        if ours != set(theirs[files[name]]):
            different[name] = (ours, theirs[files[name]], [one.message for one in told])
    assert different == {}


@pytest.mark.parametrize("how", ["", "--no-builds", "--from-history"])
def test_what_conda_exports_is_in_step(how: str, fresh: World) -> None:
    _pip(fresh)
    folder = fresh.base / f"exported{how}"
    folder.mkdir()
    text = fresh.conda("env", "export", "--prefix", str(fresh.prefix), *([how] if how else []))
    (folder / "environment.yml").write_text(text, "utf-8")
    overrides = Overrides(environment=str(fresh.prefix))
    told = [one.message for one in findings(folder, overrides) if one.severity in ("error", "warning")]
    record("conda", "conda env export", how or "whole", told == [])
    assert told == []
    if not how:
        _remove(fresh)
        assert {named(one) for one in findings(folder, overrides) if one.code == "missing-requirement"} == {"conda:alpha", "conda:under_score-1"}


def test_explicit_file(fresh: World) -> None:
    """``conda list --explicit``, and what installing from it changes in each state."""
    lock = fresh.project / f"conda-{subdir()}.lock"
    lock.write_text(fresh.conda("list", "--explicit", "--md5", "--prefix", str(fresh.prefix)), "utf-8")
    try:
        for state in ("as made", "one missing", "another version", "more installed"):
            STATES[state](fresh)
            ours = {named(one).removeprefix("conda:") for one in findings(fresh.project) if one.severity in ("error", "warning", "hint")}
            before = _noted(fresh)
            fresh.conda("install", "--prefix", str(fresh.prefix), "--file", str(lock))
            theirs = {name.rsplit("-", 2)[0] for name in before ^ _noted(fresh)}
            record("conda", "conda list --explicit", state, ours == theirs)
            assert ours == theirs, state
    finally:
        lock.unlink()


def test_conda_lock(fresh: World) -> None:
    """conda-lock's file: what it renders is what we read, what it installs is what we ask for, and when it would lock again."""
    folder = fresh.project
    lock = folder / "conda-lock.yml"
    made = ("lock", "--no-mamba", "--no-micromamba", "--conda", str(conda_tools.conda()), "--file", "environment.yml")
    fresh.lock(*made, folder=folder)
    try:
        fresh.lock("render", "--kind", "explicit", folder=folder)
        rendered = folder / f"conda-{subdir()}.lock"
        theirs = {line.rpartition("/")[2].rsplit("-", 2)[0] for line in rendered.read_text("utf-8").splitlines() if "://" in line}
        rendered.unlink()
        locked = workspace(folder).facts(str(folder)).locked
        assert locked is not None
        assert locked.tool == "conda-lock"
        ours = {key.removeprefix("conda:") for key in locked.packages}
        record("conda", "conda-lock.yml", "rendered", ours == theirs)
        assert ours == theirs
        for state in ("as made", "one missing", "another version"):
            STATES[state](fresh)
            ours = {named(one).removeprefix("conda:") for one in findings(folder) if one.severity in ("error", "warning", "hint")}
            before = _noted(fresh)
            fresh.lock("install", "--conda", str(conda_tools.conda()), "--prefix", str(fresh.prefix), "conda-lock.yml", folder=folder)
            theirs = {name.rsplit("-", 2)[0] for name in before ^ _noted(fresh)}
            record("conda", "conda-lock.yml", state, ours == theirs)
            assert ours == theirs, state
        whole = lock.read_text("utf-8")
        for before_edit, after in EDITS:
            with edited(folder / "environment.yml", before_edit, after):
                told = any(one.code == "stale-lock" for one in findings(folder))
                said = fresh.lock(*made, "--check-input-hash", folder=folder)
            lock.write_text(whole, "utf-8")
            agree = told == ("already locked" not in said)
            record("conda", "conda-lock.yml", f"lock after {before_edit!r} -> {after!r}", agree)
            assert agree, (before_edit, after, said)
    finally:
        lock.unlink(missing_ok=True)


def _noted(world: World) -> set[str]:
    return {path.stem for path in (world.prefix / "conda-meta").glob("*.json")}
