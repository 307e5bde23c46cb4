"""conda on a real disk: the walk notices its prefixes, what it noted is found by its names, and an environment.yml is judged by that."""

from __future__ import annotations

import os
import platform
import sys
from pathlib import Path

import pytest

from tests.memory_machine import MemoryMemory
from venvls.environments import gather
from venvls.host.installed import Snapshot
from venvls.host.machine import ThisMachine
from venvls.host.walk import walk
from venvls.model.finding import Finding
from venvls.model.ports import Wanted
from venvls.workspace import Workspace

YML = """\
dependencies:
  - python=3.11
  - numpy=1.26
  - pandas >=2,<3
  - openssl=1.1.1
  - graphviz
  - r-base
  - pip:
    - requests>=2.31
    - graphviz
"""


def make(prefix: Path, *packages: str, python: tuple[str, ...] = ()) -> None:
    """A prefix as conda leaves it, with records of ``packages`` and dist-infos of ``python``."""
    site = prefix / ("Lib/site-packages" if os.name == "nt" else "lib/python3.11/site-packages")
    site.mkdir(parents=True)
    program = prefix / ("python.exe" if os.name == "nt" else "bin/python")
    program.parent.mkdir(parents=True, exist_ok=True)
    program.write_bytes(b"")
    meta = prefix / "conda-meta"
    meta.mkdir()
    (meta / "history").write_text("==> 2024-05-02 10:00:00 <==\n")
    for package in ("python-3.11.9-hb806964_0_cpython", *packages):
        (meta / f"{package}.json").write_text("{}")
    for package in python:
        name, _, version = package.partition("-")
        info = site / f"{package}.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        (info / "INSTALLER").write_text("conda\n")
        (info / "RECORD").write_text("")


def check(root: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[list[Finding], Workspace]:
    for name in ("VIRTUAL_ENV", "CONDA_PREFIX", "CONDA_DEFAULT_ENV", "CONDA_EXE"):
        monkeypatch.delenv(name, raising=False)
    workspace = Workspace(ThisMachine(), MemoryMemory(), strict=True)
    workspace.set_roots([str(root)])
    workspace.discover()
    return list(workspace.check().findings), workspace


def told(findings: list[Finding]) -> list[tuple[str, str]]:
    return sorted((one.code, str(one.requirement.parsed.key)) for one in findings if one.requirement is not None)


def test_the_walk_notices_prefixes_and_does_not_enter_them(tmp_path: Path) -> None:
    make(tmp_path / ".pixi/envs/default")
    (tmp_path / ".pixi/envs/default/conda-meta/pixi").write_text('{"environment_name": "default"}')
    make(tmp_path / "sub/.conda")
    (tmp_path / "sub/.conda/lib/requirements.txt").parent.mkdir(exist_ok=True)
    (tmp_path / "sub/.conda/lib/requirements.txt").write_text("x\n")
    found = walk(str(tmp_path), wanted=Wanted(lambda folder, name: name == "requirements.txt"))
    assert {Path(one).relative_to(tmp_path).as_posix() for one in found.environments} == {".pixi/envs/default", "sub/.conda"}
    assert found.manifests == ()
    kinds = [(one.kind, one.version) for one in gather(ThisMachine().files, found.environments).environments]
    assert sorted(kinds) == [("conda", "3.11.9"), ("pixi", "3.11.9")]


def test_condas_records_are_found_by_name_and_listed_nowhere(tmp_path: Path) -> None:
    make(tmp_path / "e", "openssl-1.1.1w-h7f8727e_0", "typing_extensions-4.12.2-pyha770c72_0", python=("numpy-1.26.4",))
    (tmp_path / "e/conda-meta/nonsense.json").write_text("{}")
    (tmp_path / "e/conda-meta/a-b-c.json").mkdir()
    [environment] = gather(ThisMachine().files, [str(tmp_path / "e")]).environments
    snapshot = Snapshot(environment, ThisMachine().files)
    assert list(snapshot.distributions) == ["numpy"]
    [openssl] = snapshot.distributions["conda:openssl"]
    assert (openssl.version, openssl.format, snapshot.metadata(openssl).version) == ("1.1.1w", "conda", "1.1.1w")
    assert snapshot.distributions.get("conda:typing_extensions") is not None
    assert snapshot.distributions.get("openssl") is None
    before = snapshot.stamp
    (tmp_path / "e/conda-meta/zlib-1.2.13-h1_0.json").write_text("{}")
    os.utime(tmp_path / "e/conda-meta")
    assert Snapshot(environment, ThisMachine().files).stamp != before


def test_an_environment_in_step_shows_nothing_and_one_package_less_exactly_that(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "environment.yml").write_text(YML)
    packages = ("numpy-1.26.4-py311_0", "pandas-2.2.2-py311_0", "openssl-1.1.1w-h7f8727e_0", "graphviz-9.0.0-h1_0", "r-base-4.3.1-h1_5")
    make(tmp_path / ".conda", *packages, python=("numpy-1.26.4", "pandas-2.2.2", "requests-2.32.0", "graphviz-0.20"))
    findings, workspace = check(tmp_path, monkeypatch)
    [project] = workspace.projects()
    assert project.environment is not None
    assert (project.environment.kind, workspace.described(project).tool) == ("conda", "conda")
    assert told(findings) == []
    (tmp_path / ".conda/conda-meta/pandas-2.2.2-py311_0.json").unlink()
    assert told(check(tmp_path, monkeypatch)[0]) == [("missing-requirement", "conda:pandas")]
    (tmp_path / ".conda/conda-meta/numpy-1.26.4-py311_0.json").rename(tmp_path / ".conda/conda-meta/numpy-1.25.0-py311_0.json")
    assert told(check(tmp_path, monkeypatch)[0]) == [("missing-requirement", "conda:pandas"), ("version-mismatch", "conda:numpy")]


def test_the_python_of_environment_yml(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "environment.yml").write_text("dependencies:\n  - python=3.12\n")
    make(tmp_path / ".conda")
    assert [one.code for one in check(tmp_path, monkeypatch)[0] if one.severity == "warning"] == ["python-mismatch"]


def test_environment_yml_is_not_asked_of_a_virtual_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import venv

    (tmp_path / "environment.yml").write_text("dependencies:\n  - numpy\n  - pip:\n    - flask\n")
    (tmp_path / "requirements.txt").write_text("numpy\n")
    venv.create(tmp_path / ".venv", symlinks=os.name != "nt", with_pip=False)
    assert told(check(tmp_path, monkeypatch)[0]) == [("missing-requirement", "numpy")]


def test_an_explicit_file_is_the_truth(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if sys.platform != "linux" or platform.machine() != "x86_64":
        lock = {"darwin": "osx", "win32": "win"}.get(sys.platform, "linux")
        machine = {"x86_64": "64", "amd64": "64", "arm64": "arm64", "aarch64": "aarch64"}.get(platform.machine().lower(), "64")
        subdir = f"{lock}-{machine}"
    else:
        subdir = "linux-64"
    (tmp_path / "environment.yml").write_text("dependencies:\n  - numpy\n")
    lines = [f"https://conda.anaconda.org/conda-forge/{subdir}/{name}.conda#0" for name in ("numpy-1.26.4-py311_0", "libblas-3.9.0-1_0")]
    (tmp_path / f"conda-{subdir}.lock").write_text("@EXPLICIT\n" + "\n".join(lines) + "\n")
    make(tmp_path / ".conda", "numpy-1.25.0-py311_0")
    findings, _ = check(tmp_path, monkeypatch)
    wrong = sorted((one.code, Path(one.path).name) for one in findings if one.severity == "warning")
    assert wrong == [("missing-requirement", f"conda-{subdir}.lock"), ("version-mismatch", "environment.yml")]


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("python 3.11.9\n", "==3.11.9"), ("nodejs 20.1\npython 3.12 3.11 # both\n", "==3.12.*"), ("python prefix:3.11\n", "==3.11.*"),
        ("python system\n", None), ("python ref:main\n", None), ("python\n", None), ("ruby 3.2.0\n", None), ("# python 3.11\n", None),
    ],
)  # fmt: skip
def test_tool_versions_count_where_there_is_no_python_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, asked: str | None
) -> None:
    (tmp_path / "requirements.txt").write_text("a\n")
    (tmp_path / ".tool-versions").write_text(text)
    [project] = check(tmp_path, monkeypatch)[1].projects()
    assert [specifier for specifier, _ in project.python] == ([asked] if asked else [])
    (tmp_path / ".python-version").write_text("3.9\n")
    [project] = check(tmp_path, monkeypatch)[1].projects()
    assert [specifier for specifier, _ in project.python] == ["==3.9.*"]


def test_setup_files_are_judged_like_any_manifest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import venv

    venv.create(tmp_path / ".venv", symlinks=os.name != "nt", with_pip=False)
    (tmp_path / "setup.cfg").write_text(
        "[options]\ninstall_requires =\n    requests\n[options.extras_require]\nt = pytest\n[flake8]\nx = 1\n"
    )
    (tmp_path / "setup.py").write_text("from setuptools import setup\nsetup(install_requires=['flask'])\n")
    assert told(check(tmp_path, monkeypatch)[0]) == [("missing-requirement", "flask")]  # as setuptools has it: setup.py goes first
    (tmp_path / "setup.py").write_text("from setuptools import setup\nsetup(install_requires=read())\n")
    assert told(check(tmp_path, monkeypatch)[0]) == []
    (tmp_path / "setup.py").write_text("from setuptools import setup\nsetup()\n")
    assert told(check(tmp_path, monkeypatch)[0]) == [("missing-requirement", "requests")]
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "me"\nversion = "1"\ndependencies = ["httpx"]\n')
    assert told(check(tmp_path, monkeypatch)[0]) == [("missing-requirement", "httpx")]
