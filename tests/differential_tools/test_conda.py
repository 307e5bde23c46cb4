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
from tests.differential_tools.stage import edited, findings, named, speaks, uv, warnings, workspace
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

ASK_LOCK = """
import json, pathlib, sys
from conda_lock.content_hash import backwards_compatible_content_hashes
from conda_lock.lockfile import parse_conda_lock_file
from conda_lock.src_parser import make_lock_spec
from conda_lock.virtual_package import default_virtual_package_repodata
place, platform, folder, texts = json.load(sys.stdin)
lock = parse_conda_lock_file(pathlib.Path(place))
noted, repo, changed = lock.metadata.content_hash[platform], default_virtual_package_repodata(), []
for text in texts:
    file = pathlib.Path(folder) / "environment.yml"
    file.write_text(text)
    spec = make_lock_spec(src_files=[file], mapping_url="")
    changed.append(noted not in backwards_compatible_content_hashes(spec, repo, platform))
packages = {one.name: one.version for one in lock.package if one.platform == platform}
print(json.dumps({"changed": changed, "packages": packages}))
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
            # Neither conda-lock's own plugin nor the look for a graphics card: each starts Python anew.
            "CONDA_NO_PLUGINS": "true",
            "CONDA_OVERRIDE_CUDA": "",
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
    loaded = ("conda.cli.conda_argparse", "conda.cli.install", "conda.cli.main_env_create", "conda.core.solve", "conda.plugins.manager")
    more = ("conda.core.link", "conda.gateways.repodata.jlap.interface", "conda.trust.signature_verification", "archspec.cpu", "pycosat")
    return Forking(conda_tools.conda(), "conda.cli.main:main", (*loaded, *more))


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
        assert {named(one) for one in findings(folder, overrides) if one.code == "missing-requirement"} == {
            "conda:alpha",
            "conda:under_score-1",
        }


def test_explicit_file(fresh: World) -> None:
    """``conda list --explicit``, and what installing from it changes in each state."""
    lock = fresh.project / f"conda-{subdir()}.lock"
    lock.write_text(fresh.conda("list", "--explicit", "--md5", "--prefix", str(fresh.prefix)), "utf-8")
    try:
        assert _told(fresh.project) == set()
        for state in ("one missing", "another version", "more installed"):
            STATES[state](fresh)
            ours = _told(fresh.project)
            before = _noted(fresh)
            fresh.conda("install", "--prefix", str(fresh.prefix), "--file", str(lock))
            theirs = {name.rsplit("-", 2)[0] for name in before ^ _noted(fresh)}
            record("conda", "conda list --explicit", state, ours == theirs)
            assert ours == theirs, state
    finally:
        lock.unlink()


def test_conda_lock(fresh: World) -> None:
    """conda-lock's file: what conda-lock would install from it, and when its own hash says that the environment.yml is another one."""
    folder = fresh.project
    lock, manifest = folder / "conda-lock.yml", folder / "environment.yml"
    made = ("lock", "--no-mamba", "--no-micromamba", "--conda", str(conda_tools.conda()), "--file", "environment.yml")
    fresh.lock(*made, folder=folder)
    try:
        assert _told(folder) == set()
        whole = manifest.read_text("utf-8")
        texts = [whole.replace(before, after) for before, after in EDITS]
        python = conda_tools.conda().with_name("python.exe" if sys.platform == "win32" else "python")
        theirs = conda_tools.asked(python, ASK_LOCK, [str(lock), subdir(), str(fresh.base), texts], fresh.variables)
        locked = workspace(folder).facts(str(folder)).locked
        assert locked is not None
        assert locked.tool == "conda-lock"
        ours = {key.removeprefix("conda:"): one.version for key, one in locked.packages.items()}
        record("conda", "conda-lock.yml", "its contents", ours == theirs["packages"])
        assert ours == theirs["packages"]
        for (before, after), changed in zip(EDITS, theirs["changed"], strict=True):
            with edited(manifest, before, after):
                told = any(one.code == "stale-lock" for one in findings(folder))
            record("conda", "conda-lock.yml", f"lock after {before!r} -> {after!r}", told == changed)
            assert told == changed, (before, after)
        with edited(manifest, "alpha <2", "alpha <3"):
            # Its hash tells every change; what still fits is no reason for a warning.
            assert _told(folder) == set()
        _remove(fresh)
        assert _told(folder) == {"alpha", "under_score-1"}
    finally:
        lock.unlink(missing_ok=True)


def _told(folder: Path) -> set[str]:
    """The packages that a finding speaks of, hints too."""
    return {named(one).removeprefix("conda:") for one in findings(folder) if speaks(one)}


def _noted(world: World) -> set[str]:
    return {path.stem for path in (world.prefix / "conda-meta").glob("*.json")}
