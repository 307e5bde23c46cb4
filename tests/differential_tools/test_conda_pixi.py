"""pixi's locks and environments against rattler, the library that pixi reads, writes and installs them with.

pixi itself cannot be had from an index of Python packages. rattler solves from a channel on this machine, writes pixi.lock, reads every
version of it, and brings a prefix in step with it: what that changes is what we should have told.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.differential.wheels import Wheel, write
from tests.differential_tools import conda_channel, conda_tools
from tests.differential_tools.agreements import record
from tests.differential_tools.conda_channel import MINOR, PYTHON, subdir
from tests.differential_tools.stage import edited, findings, named, speaks, uv, warnings, workspace
from venvls.manifests.pixi import lock as pixi_lock
from venvls.manifests.pixi import reading as pixi_reading

pytestmark = [pytest.mark.network, pytest.mark.slow]

ASK = """
import asyncio, json, os, sys
from pathlib import Path
from rattler import VirtualPackage, install, solve
from rattler.lock import LockChannel, LockFile, LockPlatform
question = json.load(sys.stdin)

def noted(prefix):
    return sorted(path.stem for path in (Path(prefix) / "conda-meta").glob("*.json"))

async def make(channel, platform, environments, lock, **more):
    there = LockPlatform(platform)
    file = LockFile([there])
    for name, (specs, pypi) in environments.items():
        records = await solve([channel], specs, platforms=[platform, "noarch"], virtual_packages=VirtualPackage.detect())
        file.set_channels(name, [LockChannel(channel)])
        for record in records:
            file.add_conda_package(name, there, record)
        for one in pypi:
            file.add_pypi_package(name, there, *one)
    file.to_path(lock)
    return Path(lock).read_text()

def read(lock, **more):
    out = {}
    for name, environment in LockFile.from_path(lock).environments():
        for platform, packages in environment.packages_by_platform().items():
            listed = [[type(one).__name__.startswith("Pypi"), one.name, str(one.version)] for one in packages]
            out.setdefault(name, {})[platform.name] = sorted(listed)
    return out

async def sync(lock, environment, prefix, cache, platform, **more):
    before = noted(prefix)
    found = LockFile.from_path(lock).environment(environment)
    there = next(one for one in found.platforms() if one.name == platform)
    records = found.conda_repodata_records_for_platform(there)
    await install(records, prefix, cache_dir=cache, show_progress=False)
    return [before, noted(prefix)]

async def change(channel, platform, specs, prefix, cache, **more):
    records = await solve([channel], specs, platforms=[platform, "noarch"], virtual_packages=VirtualPackage.detect())
    await install(records, prefix, cache_dir=cache, show_progress=False)

answer = {"change": change, "make": make, "read": read, "sync": sync}[question["do"]](**question)
print(json.dumps(asyncio.run(answer) if asyncio.iscoroutine(answer) else answer), flush=True)
os._exit(0)  # its threads do not always survive Python's own end
"""
MANIFEST = """\
[workspace]
name = "p"
channels = ["@CHANNEL@"]
platforms = ["@SUBDIR@"]

[dependencies]
python = "@MINOR@.*"
alpha = "<2"
under_score-1 = { version = ">=8" }

[pypi-dependencies]
delta = ">=1"

[feature.more.dependencies]
beta = "*"

[feature.other.dependencies]
libtiny = "*"

[environments]
more = ["more"]
other = { features = ["other"], no-default-feature = true }
"""
ENVIRONMENTS = {
    "default": ([f"python {MINOR}.*", "alpha <2", "under_score-1 >=8"], [["delta", "1.0", "https://example.org/f/delta-1.0-py3-none-any.whl"]]),
    "more": ([f"python {MINOR}.*", "alpha <2", "under_score-1 >=8", "beta"], [["delta", "1.0", "https://example.org/f/delta-1.0-py3-none-any.whl"]]),
    "other": (["libtiny"], []),
}  # fmt: skip
CHANGES = {
    "another version": ["python", "alpha ==1.0", "under_score-1"],
    "more": [f"python {MINOR}.*", "alpha <2", "under_score-1", "beta", "stray"],
    "all at once": ["python", "alpha ==2.0", "stray"],
}
STALE = [
    ('alpha = "<2"', 'alpha = ">=2"'),
    ('alpha = "<2"', 'alpha = "<2"\nstray = "*"'),
    ('under_score-1 = { version = ">=8" }\n', ""),
    ('delta = ">=1"', 'delta = ">=2"'),
    ('delta = ">=1"', 'epsilon = "*"'),
    ('delta = ">=1"\n', ""),
    ('python = "@MINOR@.*"', 'python = "3.5.*"'),
    ('channels = ["@CHANNEL@"]', 'channels = ["conda-forge"]'),
    ('channels = ["@CHANNEL@"]', 'channels = ["@CHANNEL@", "conda-forge"]'),
]
FITTING = [
    ('alpha = "<2"', 'alpha = ">=1,<3"  # a remark'),
    ('alpha = "<2"', 'alpha = "1.*"'),
    ('delta = ">=1"', 'delta = { version = "==1.0" }'),
    (
        "[environments]",
        '[target.linux-s390x.dependencies]\nstray = "*"\nalpha = "==7"\n[dependencies.libtiny]\nversion = "*"\n[environments]',
    ),
]


class World:
    """A workspace of pixi: manifest, lock, and its environments, as rattler installs them."""

    def __init__(self, base: Path) -> None:
        self.base = base
        self.channel = conda_channel.make(base / "channel")
        self.project = base / "p"
        self.project.mkdir()
        self.lock, self.manifest = self.project / "pixi.lock", self.project / "pixi.toml"
        self.manifest.write_text(self.filled(MANIFEST), "utf-8")
        self.asked("make", channel=self.channel, environments=ENVIRONMENTS)
        for name in ("default", "more"):
            self.sync(name)

    def filled(self, text: str) -> str:
        """The text with what differs from machine to machine."""
        return text.replace("@CHANNEL@", self.channel).replace("@SUBDIR@", subdir()).replace("@MINOR@", MINOR)

    def asked(self, do: str, **more: object) -> object:
        """What rattler says."""
        question = {"do": do, "lock": str(self.lock), "platform": subdir(), "cache": str(self.base / "cache"), **more}
        return conda_tools.asked(conda_tools.rattler(), ASK, question)

    def prefix(self, name: str = "default") -> Path:
        """Where pixi keeps an environment."""
        return self.project / ".pixi" / "envs" / name

    def sync(self, name: str = "default") -> set[str]:
        """The names of conda's packages that a sync changes; the package of an index is put there as pixi would."""
        answer = self.asked("sync", environment=name, prefix=str(self.prefix(name)))
        assert isinstance(answer, list)
        noted = {"manifest_path": str(self.manifest), "environment_name": name, "pixi_version": "0.50.0"}
        (self.prefix(name) / "conda-meta" / "pixi").write_text(json.dumps(noted), "utf-8")
        self.wheel("delta", "1.0", name)
        return {one.rsplit("-", 2)[0] for one in set(answer[0]) ^ set(answer[1])}

    def wheel(self, name: str, version: str, environment: str = "default", installer: str = "uv-pixi") -> None:
        """A wheel installed into an environment."""
        site = next(path for path in self.prefix(environment).rglob("site-packages") if path.is_dir())
        folder = self.base / "wheels"
        folder.mkdir(exist_ok=True)
        made = write(Wheel(name, version), folder)
        uv(self.project, "pip", "install", "--quiet", "--no-deps", "--no-index", "--upgrade", "--target", str(site), str(made))
        for note in site.glob(f"{name}-*.dist-info/INSTALLER"):
            note.write_text(installer, "utf-8")
        for note in site.glob(f"{name}-*.dist-info/direct_url.json"):
            note.unlink()


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return World(tmp_path_factory.mktemp("pixi").resolve())


@pytest.fixture
def fresh(world: World) -> Iterator[World]:
    yield world
    shutil.rmtree(world.prefix())
    world.sync()


def _told(folder: Path) -> set[str]:
    return {named(one).removeprefix("conda:") for one in findings(folder) if speaks(one)}


def test_an_environment_of_pixi(world: World) -> None:
    found = workspace(world.project).which(str(world.project)).environment
    assert found is not None
    assert (found.kind, found.name, found.prefix, found.version) == ("pixi", "default", str(world.prefix()), PYTHON)
    assert warnings(world.project) == []
    assert _told(world.project) == set()
    record("pixi", "workspace", "fresh", agree=True)


@pytest.mark.parametrize("state", ["missing", "another version", "more", "all at once"])
def test_what_a_sync_would_change(state: str, fresh: World) -> None:
    if specs := CHANGES.get(state):
        fresh.asked("change", channel=fresh.channel, specs=specs, prefix=str(fresh.prefix()))
    if state in ("missing", "all at once"):
        (fresh.prefix() / "conda-meta" / "libtiny-1.2-0.json").unlink()
    ours = _told(fresh.project)
    theirs = fresh.sync()
    record("pixi", "conda packages", state, ours == theirs)
    assert ours == theirs
    assert ours


def test_packages_of_an_index(fresh: World) -> None:
    fresh.wheel("delta", "2.0")
    assert {one.code for one in findings(fresh.project) if one.severity == "warning"} == {"version-mismatch"}
    fresh.wheel("delta", "1.0")
    fresh.wheel("gamma", "1.0")
    assert _told(fresh.project) == {"gamma"}, "what pixi's own installer put there goes"
    fresh.wheel("gamma", "1.0", installer="pip")
    assert _told(fresh.project) == set(), "what pip put there stays"
    for one in fresh.prefix().rglob("delta-1.0.dist-info"):
        shutil.rmtree(one)
    assert _told(fresh.project) == {"delta"}


def test_another_environment_of_the_workspace(world: World) -> None:
    from venvls.workspace import Overrides

    told = findings(world.project, Overrides(environment=str(world.prefix("more"))))
    assert [one.message for one in told if speaks(one)] == []
    (world.prefix("more") / "conda-meta" / "beta-1.0-py_0.json").unlink()
    told = findings(world.project, Overrides(environment=str(world.prefix("more"))))
    assert {named(one) for one in told if speaks(one)} == {"conda:beta"}


@pytest.mark.parametrize(("before", "after"), STALE)
def test_stale(before: str, after: str, world: World) -> None:
    with edited(world.manifest, world.filled(before), world.filled(after)):
        assert any(one.code == "stale-lock" for one in findings(world.project))


@pytest.mark.parametrize(("before", "after"), FITTING)
def test_still_fits(before: str, after: str, world: World) -> None:
    with edited(world.manifest, before, after):
        assert _told(world.project) == set()


URL = "https://conda.anaconda.org/conda-forge"
PACKAGES = {
    "linux-64": [
        ("conda", f"{URL}/linux-64/python-3.12.3-hab00c5b_0_cpython.conda", "python", "3.12.3"),
        ("conda", f"{URL}/linux-64/ca-certificates-2024.2.2-hbcca054_0.conda", "ca-certificates", "2024.2.2"),
        ("conda", f"{URL}/linux-64/_libgcc_mutex-0.1-conda_forge.tar.bz2", "_libgcc_mutex", "0.1"),
        ("pypi", "https://files.pythonhosted.org/packages/6/six-1.16.0-py2.py3-none-any.whl", "six", "1.16.0"),
        ("pypi", "https://files.pythonhosted.org/packages/t/typing_extensions-4.12-py3-none-any.whl", "typing-extensions", "4.12"),
        ("pypi", "git+https://github.com/x/y.git?rev=main#1234567890123456789012345678901234567890", "y", "0.1"),
        ("pypi", "direct+https://example.org/z-1.0.tar.gz", "z", "1.0"),
        ("pypi", ".", "own", "0.1.0"),
    ],
    "osx-arm64": [("conda", f"{URL}/osx-arm64/python-3.12.3-h4a7b5fc_0_cpython.conda", "python", "3.12.3")],
}


def _written(version: int) -> str:
    """A pixi.lock as that version of the format has it."""
    out = [f"version: {version}"]
    if version == 7:
        out += ["platforms:", *(f"- name: {platform}" for platform in PACKAGES)]
    out += ["environments:"]
    for name in ("default", "test"):
        out += [f"  {name}:", "    channels:", f"    - url: {URL}/", "    indexes:", "    - https://pypi.org/simple", "    packages:"]
        for platform, packages in PACKAGES.items():
            out += [
                f"      {platform}:",
                *(f"      - {kind}: {place}" for kind, place, _, _ in packages if name == "default" or kind == "conda"),
            ]
    out += ["packages:"]
    for kind, place, name, number in dict.fromkeys(one for packages in PACKAGES.values() for one in packages):
        own = "path" if kind == "pypi" and "://" not in place else "url"
        quoted = f"'{number}'" if number.count(".") == 1 else number
        if version < 6:
            out += [f"- kind: {kind}", f"  name: {name}", f"  version: {quoted}"]
            out += ["  build: h0_0", "  subdir: linux-64"] if kind == "conda" else []
            out += [f"  {own}: {place}"]
        else:
            out += [f"- {kind}: {place}", *([f"  name: {name}", f"  version: {quoted}"] if kind == "pypi" else [])]
        out += ["  sha256: " + "0" * 64]
        out += ["  depends:", "  - libzlib >=1.2.13,<1.3.0a0", "  constrains:", "  - python_abi 3.12.* *_cp312"] if name == "python" else []
        out += (
            ["  requires_dist:", "  - colorama ; sys_platform == 'win32'", "  requires_python: '>=3.5,!=3.0.*'"] if kind == "pypi" else []
        )
    return "\n".join(out) + "\n"


@pytest.mark.parametrize("version", [4, 5, 6, 7])
def test_every_version_of_the_format(version: int, world: World, tmp_path: Path) -> None:
    lock = tmp_path / "pixi.lock"
    lock.write_text(_written(version), "utf-8")
    theirs = world.asked("read", lock=str(lock))
    mine = pixi_reading.read(lock.read_text("utf-8"), "pixi.lock")
    assert mine.problem is None
    assert not mine.strange
    assert isinstance(theirs, dict)
    for name, platforms in theirs.items():
        for platform, packages in platforms.items():
            found = [mine.packages[one.location] for one in pixi_lock.packages_of(mine, name, platform) or ()]
            ours = {(not one.conda, one.name): one.version for one in found}
            # What a folder decides has no version here.
            assert {key: value for key, value in ours.items() if value is not None} == {
                (pypi, key): number for pypi, key, number in packages if ours.get((pypi, key), "") is not None
            }
            assert len(ours) == len(packages)
    record("pixi", "pixi.lock read by rattler", f"version {version}", agree=True)
