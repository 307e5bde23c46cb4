"""The locks of Hatch's environments against Hatch: which are locked and where, what it installs from one, when it writes another one.

Hatch looks only at the exit status of ``uv pip sync --dry-run``, which is 0 whatever differs: what counts here is what that says it
would do. Two things of it are not ours: it removes what is in no lock, and with it the project that Hatch has just installed there.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import uv

from tests.differential.wheels import write
from tests.differential_tools.agreements import record
from tests.differential_tools.small_index import BACKEND, WHEELS
from tests.differential_tools.tools import environ, tool
from tests.manifests.hatch.test_naming import CASES
from tests.memory_machine import MemoryMemory
from venvls import manifests
from venvls.host.machine import ThisMachine
from venvls.manifests.hatch.naming import lock_path
from venvls.model.finding import Finding
from venvls.model.text import Text
from venvls.workspace import Overrides, Workspace

pytestmark = [pytest.mark.network, pytest.mark.slow]

ASK = """
import json, sys
from hatch.cli import hatch
import click

@hatch.command("ask-which-lock")
@click.pass_obj
def ask(app):
    from hatch.env.lock import resolve_lockfile_path
    told = {}
    for name in [*app.project.config.envs, *app.project.config.internal_envs]:
        environment = app.project.get_environment(name)
        told[name] = resolve_lockfile_path(environment).relative_to(environment.root).as_posix() if environment.locked else None
    print(json.dumps(told))

hatch(["ask-which-lock"])
"""
HEAD = '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n[project]\nname = "me"\nversion = "1"\n'
UV = "installer = 'uv'\n"
KEPT = {
    "the default one": ("default", "[tool.hatch.envs.default]\n" + UV + "locked = true\ndependencies = ['beta']\n"),
    "not the project": (
        "default",
        "[tool.hatch]\nlock-envs = true\n[tool.hatch.envs.default]\n" + UV + "skip-install = true\ndependencies = ['beta', 'delta']\n",
    ),
    "another, with features": (
        "test",
        "[tool.hatch.envs.test]\n" + UV + "locked = true\nfeatures = ['web']\ndependency-groups = ['dev']\n",
    ),
    "pins": ("it", "[tool.hatch.envs.it]\n" + UV + "locked = true\nlock-filename = '{env_name}.lock'\ndependencies = ['gamma[more]']\n"),
    "detached": ("docs", "[tool.hatch.envs.docs]\n" + UV + "detached = true\nlocked = true\ndependencies = ['Zeta_Core', 'beta<2']\n"),
}  # fmt: skip
LISTS = 'dependencies = ["alpha<2"]\n[project.optional-dependencies]\nweb = ["delta"]\n[dependency-groups]\ndev = ["epsilon<0.2"]\n'


def hatch(folder: Path, *words: str) -> str:
    index = {"UV_NO_INDEX": "1", "UV_FIND_LINKS": str(folder.parent / "wheels"), "UV_NO_CONFIG": "1"}
    variables = environ(HATCH_INTERACTIVE="0", HATCH_DATA_DIR=str(folder.parent / "data"), **index)
    done = subprocess.run([str(tool("hatch")), *words], cwd=folder, env=variables, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("name", [name for name in CASES if not name.startswith("what ")])
def test_which_are_locked_and_where(name: str, tmp_path: Path) -> None:
    text = f'[project]\nname = "me"\nversion = "1"\n{CASES[name][0]}'
    (tmp_path / "pyproject.toml").write_text(text, "utf-8")
    python = str(tool("hatch").with_name("python.exe" if sys.platform == "win32" else "python"))
    done = subprocess.run([python, "-c", ASK], cwd=tmp_path, env=environ(), capture_output=True, text=True, timeout=300, check=True)
    theirs = json.loads(done.stdout.strip().splitlines()[-1])
    table = manifests.parse("/w/pyproject.toml", Text(text)).own.hatch or {}
    ours = {env: lock_path(table, env) for env in theirs}
    record("hatch", f"locks: {name}", "place", ours == theirs)
    assert ours == theirs


@pytest.mark.parametrize("name", KEPT)
def test_a_lock_and_its_environment_in_every_state(name: str, tmp_path: Path) -> None:
    (tmp_path / "wheels").mkdir()
    for wheel in WHEELS:
        write(wheel, tmp_path / "wheels")
    env, text = KEPT[name]
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "backend.py").write_text(BACKEND, "utf-8")
    manifest = folder / "pyproject.toml"
    manifest.write_text(HEAD + LISTS + text, "utf-8")
    hatch(folder, "env", "lock", env)
    place = hatch(folder, "env", "find", env).strip().splitlines()[-1]
    (lock,) = [*folder.glob("pylock*"), *folder.glob("*.lock")]
    _agree(name, "fresh", folder, place, lock)
    packages = sorted(_listed(place) & {"alpha", "beta", "delta", "epsilon", "gamma", "zeta-core"})
    assert packages, "the lock was installed"
    _uv(folder, "pip", "uninstall", "--python", place, packages[0])
    assert packages[0] in _agree(name, "one missing", folder, place, lock)
    _uv(
        folder,
        "pip",
        "install",
        "--no-deps",
        "--python",
        place,
        f"{packages[0]}<={'0.1.0' if packages[0] == 'epsilon' else '1.0'}",
        "stray",
    )
    _agree(name, "another version, and one more", folder, place, lock)
    for change, changed in (
        ("added", manifest.read_text("utf-8").replace("['", "['windows-only', 'stray', '", 1 if "['web']" not in text else 0)),
        ("excluded", manifest.read_text("utf-8").replace("beta", "beta!=2.0,!=1.0", 1) if name in ("not the project",) else ""),
        ("of another environment", manifest.read_text("utf-8") + "[tool.hatch.envs.other]\ndetached = true\ndependencies = ['stray']\n"),
    ):
        if not changed or changed == manifest.read_text("utf-8"):
            continue
        before = manifest.read_text("utf-8")
        stands = lock.read_text("utf-8")
        manifest.write_text(changed, "utf-8")
        ours = [finding for finding in _findings(folder, place) if finding.code == "stale-lock"]
        if change == "excluded":
            assert ours, "no version is left: Hatch would stop"
        else:
            hatch(folder, "env", "lock", env)
            theirs = _stated(lock.read_text("utf-8")) != _stated(stands)
            record("hatch", f"locks: {name}", f"a requirement {change}", theirs == bool(ours))
            assert theirs == bool(ours), (change, ours)
        manifest.write_text(before, "utf-8")
        lock.write_text(stands, "utf-8")


def _stated(text: str) -> list[str]:
    """A lock without its comments: uv writes the name of Hatch's temporary file into them, another one each time."""
    return [line for line in text.splitlines() if not line.lstrip().startswith("#")]


def _agree(name: str, state: str, folder: Path, place: str, lock: Path) -> set[str]:
    """The packages that ``uv pip sync`` would install or replace, and those we report, which have to be the same; gives them."""
    done = _uv(folder, "pip", "sync", "--dry-run", "--preview-features", "pylock", "--python", place, str(lock))
    theirs = {_key(match[1]) for match in re.finditer(r"^ \+ ([A-Za-z0-9._-]+)==", done, re.MULTILINE)}
    wrong = {"missing-requirement", "missing-dependency", "version-mismatch", "source-mismatch"}
    findings = [finding for finding in _findings(folder, place) if finding.code in wrong]
    ours = {_key(re.match(r"[A-Za-z0-9._-]+", finding.message)[0]) for finding in findings}  # type: ignore[index]
    record("hatch", f"locks: {name}", state, ours == theirs)
    assert ours == theirs, (done, [(finding.code, finding.message) for finding in findings])
    return ours


def _findings(folder: Path, place: str) -> list[Finding]:
    workspace = Workspace(ThisMachine(), MemoryMemory(), strict=True, overrides=Overrides(environment=place))
    workspace.set_roots([str(folder)])
    workspace.discover()
    return [finding for finding in workspace.check().findings if finding.project == str(folder)]


def _listed(place: str) -> set[str]:
    return {_key(folder.name.partition("-")[0]) for folder in Path(place).glob("[Ll]ib/**/site-packages/*.dist-info")}


def _key(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _uv(folder: Path, *words: str) -> str:
    index = ("--no-config", "--no-index", "--find-links", str(folder.parent / "wheels"), "--no-cache")
    options = index if words[1] != "uninstall" else ("--no-config",)
    done = subprocess.run(
        [uv.find_uv_bin(), *words, *options], cwd=folder, env=environ(), capture_output=True, text=True, timeout=300, check=True
    )
    return done.stderr + done.stdout
