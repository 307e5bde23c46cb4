"""Real environments of several Pythons with real packages: name, version and requirements as importlib.metadata has them."""

from __future__ import annotations

import importlib.metadata
import os
import sys
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.environments.making import program, pythons, run, truth
from venvls.environments import recognise
from venvls.host.files import DiskFiles
from venvls.host.installed import Snapshot
from venvls.model.environment import Environment

PYTHONS = pythons()
# Names that are not normal, extras, markers, namespace packages. Old Pythons get what they can run; their pips would take the newest.
PACKAGES = [
    "requests[socks]",
    "ruamel.yaml",
    "zope.interface",
    "backports.csv",
    "PyYAML",
    "Flask",
    "attrs",
    "importlib_metadata",
    "tox",
    "pytest",
]
OLD_PACKAGES = [
    "requests==2.27.1",
    "ruamel.yaml==0.16.13",
    "zope.interface==5.5.2",
    "backports.csv==1.0.7",
    "PyYAML==5.4.1",
    "Flask==1.1.4",
    "Jinja2==2.11.3",
    "Werkzeug==1.0.1",
    "attrs==21.4.0",
    "importlib_metadata==2.1.3",
    "pytest==4.6.11",
    "six==1.16.0",
]

Facts = dict[str, tuple[str, frozenset[str]]]


def said(path: list[str]) -> Facts:
    """What importlib.metadata finds on a search path, the first of each name."""
    out: Facts = {}
    for one in importlib.metadata.distributions(path=path):
        key = canonicalize_name(one.metadata["Name"])
        out.setdefault(key, (str(Version(one.version)), frozenset(str(Requirement(line)) for line in one.requires or ())))
    return out


def ours(environment: Environment) -> Facts:
    found = Snapshot(environment, DiskFiles())
    out: Facts = {}
    for key, [first, *others] in found.distributions.items():
        assert not others, key
        assert first.sign is None or first.sign == "no-installer", first
        metadata = found.metadata(first)
        assert metadata.problem is None, metadata
        assert Version(metadata.version) == Version(first.version)
        out[key] = (str(Version(first.version)), frozenset(str(Requirement(line)) for line in metadata.requires))
    return out


def compared(prefix: Path) -> Facts:
    environment = recognise(DiskFiles(), str(prefix))
    assert environment is not None
    path = truth(environment.interpreter)["path"]
    assert isinstance(path, list)
    inside = [one for one in path if os.path.isdir(one) and one.startswith(str(prefix.parent))]
    mine = ours(environment)
    assert mine == said(inside)
    return mine


def test_the_environment_that_runs_the_tests() -> None:
    environment = recognise(DiskFiles(), sys.prefix)
    if environment is None:  # run without an environment
        return
    mine = ours(environment)
    real = said([one for one in sys.path if os.path.basename(one) == "site-packages"])
    assert {key: mine.get(key) for key in real} == real


DEVELOPED = """setup(
    name="dev.one", version="1.0+local", install_requires=["six", "requests; python_version < '3'"],
    extras_require={"x:python_version>'2'": ["attrs>=1"], "y": ["attrs"]},
)"""


@pytest.mark.network
@pytest.mark.slow
@pytest.mark.parametrize("minor", ["2.7", "3.6", "3.8", "3.12", "3.13"])
def test_real_packages(tmp_path: Path, minor: str) -> None:
    if minor not in PYTHONS:
        pytest.fail(f"this test needs Python {minor}, and there is none here")
    prefix = tmp_path / "e"
    if minor == "2.7":
        run(program("uv"), "venv", "-q", "--no-project", "-p", PYTHONS["3.9"], tmp_path / "old")
        run(program("uv"), "pip", "install", "-q", "-p", tmp_path / "old", "virtualenv==20.21.1")
        run(tmp_path / "old" / "bin" / "python", "-m", "virtualenv", "-q", "-p", PYTHONS[minor], prefix)
    else:
        run(PYTHONS[minor], "-m", "venv", prefix)
    python = prefix / "bin" / "python"
    if minor in ("2.7", "3.6"):
        run(python, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--no-deps", *OLD_PACKAGES)
    else:
        run(program("uv"), "pip", "install", "-q", "-p", python, *PACKAGES)
        if minor != "3.8":
            run(program("uv"), "pip", "install", "-q", "-p", python, "setuptools")
    for name, text in (("dev_one", DEVELOPED), ("dist_one", "setup(name='dist-one', version='2')")):
        (tmp_path / name).mkdir()
        module = "distutils.core" if name == "dist_one" and minor in ("2.7", "3.6", "3.8") else "setuptools"
        (tmp_path / name / "setup.py").write_text(f"from {module} import setup\n{text}\n")
    if minor in ("2.7", "3.6", "3.8"):  # their setuptools knows no other way
        run(python, "setup.py", "-q", "develop", "--no-deps", cwd=tmp_path / "dev_one")
        run(python, "setup.py", "-q", "install", cwd=tmp_path / "dist_one")
    else:
        run(program("uv"), "pip", "install", "-q", "-p", python, "--no-deps", "--no-build-isolation", "-e", tmp_path / "dev_one")
        run(program("uv"), "pip", "install", "-q", "-p", python, "--no-deps", "--no-build-isolation", tmp_path / "dist_one")
    found = compared(prefix)
    assert {"requests", "ruamel-yaml", "zope-interface", "backports-csv", "pyyaml", "importlib-metadata", "dev-one", "dist-one"} <= set(
        found
    )
    assert found["dev-one"][0] == "1.0+local"
    environment = recognise(DiskFiles(), str(prefix))
    assert environment is not None
    snapshot = Snapshot(environment, DiskFiles())
    direct = snapshot.direct_url(snapshot.distributions["dev-one"][0])
    assert direct is not None
    assert (direct.url, direct.editable) == ((tmp_path / "dev_one").as_uri(), True)
    for several in snapshot.distributions.values():
        assert not snapshot.missing_files(several[0]), several
