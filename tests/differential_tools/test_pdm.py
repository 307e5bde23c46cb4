"""Our verdict on a project that PDM keeps, against PDM's own: ``sync --dry-run``, ``lock --check``, ``info --python``.

PDM installs what comes from a local folder again at every sync, also where nothing changed, and leaves out what it finds installed in
editable mode where the lock names a version. The first is taken out of its answer here; of the second there is a row of its own.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import uv

from tests.differential_tools.agreements import record
from tests.differential_tools.forking import Done, Forking
from tests.differential_tools.small_index import library, served
from tests.differential_tools.tools import environ, tool
from tests.memory_machine import MemoryMemory
from venvls.host.machine import ThisMachine
from venvls.model.finding import Finding
from venvls.workspace import Overrides, Workspace

pytestmark = [pytest.mark.network, pytest.mark.slow]

LOCKED_CODES = {"missing-requirement", "version-mismatch", "source-mismatch", "extraneous-package", "missing-extra"}
HEAD = '[project]\nname = "Me.Too"\nversion = "0.1.0"\nrequires-python = ">=3.9"\n'
APP = "[tool.pdm]\ndistribution = false\n"
SOURCE = '[[tool.pdm.source]]\nname = "pypi"\nurl = "@INDEX@/simple"\nverify_ssl = false\n'
PROJECTS: dict[str, str] = {
    "plain": HEAD + 'dependencies = ["alpha<2", "epsilon~=0.1.0"]\n' + APP,
    "groups": HEAD
    + 'dependencies = ["beta"]\n[dependency-groups]\ntest = ["delta", {include-group = "Lint_It"}]\nLint_It = ["epsilon"]\n' + APP,
    "dev-dependencies": HEAD + 'dependencies = ["alpha"]\n' + APP + '[tool.pdm.dev-dependencies]\ndev = ["gamma[more]"]\n',
    "extras of requirements": HEAD + 'dependencies = ["gamma[more]>=1"]\n' + APP,
    "optional": HEAD
    + 'dependencies = ["alpha"]\n[project.optional-dependencies]\nweb = ["delta"]\nAll_Of = ["me-too[web]", "epsilon"]\n' + APP,
    "markers": HEAD
    + "dependencies = [\"alpha<1.1; python_version < '3.0'\", "
    + "\"alpha~=1.2; python_version >= '3.0'\", \"windows-only; sys_platform == 'win32'\"]\n" + APP,
    "names": HEAD + 'dependencies = ["Zeta_Core<2", "ALPHA<2"]\n' + APP,
    "git": HEAD + 'dependencies = ["gitted @ git+@GIT@@v1", "alpha"]\n' + APP,
    "paths": HEAD + 'dependencies = ["alpha"]\n' + APP + '[tool.pdm.dev-dependencies]\ndev = ["-e file:///${PROJECT_ROOT}/edited#egg=edited"]\n',
    "url": HEAD + 'dependencies = ["delta @ @INDEX@/files/delta-1.1-py3-none-any.whl", "beta"]\n' + APP,
    "the project itself": HEAD.replace("Me.Too", "me")
    + 'dependencies = ["alpha>=1.1"]\n[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n[tool.pdm]\n',
    "excludes": HEAD + 'dependencies = ["beta"]\n' + APP + '[tool.pdm.resolution]\nexcludes = ["alpha"]\n',
}  # fmt: skip
CHOICES: list[tuple[str, tuple[str, ...], tuple[str, ...]]] = [
    ("optional", (), ("web",)),
    ("optional", (), ("all-of",)),
    ("groups", ("test",), ()),
]
EDITS: list[tuple[str, str, str]] = [
    ("plain", "alpha<2", "alpha<3"),
    ("plain", "[project]", "# a remark\n[project]"),
    ("plain", 'version = "0.1.0"', 'version = "0.2.0"'),
    ("plain", ">=3.9", ">=3.10"),
    ("plain", '"alpha<2",', '"alpha<2", "stray",'),
    ("groups", '["epsilon"]', '["epsilon", "stray"]'),
    ("dev-dependencies", "gamma[more]", "gamma"),
    ("dev-dependencies", "distribution = false", "distribution = false\nignore_package_warnings = []"),
    ("optional", '["delta"]', '["delta>=1"]'),
    ("excludes", 'excludes = ["alpha"]', 'excludes = ["alpha", "x"]'),
    ("url", 'name = "pypi"', 'name = "elsewhere"'),
]
BASE: dict[str, str] = {}


class Made:
    """The index's URL, the folder of its wheels, and every project by name."""

    def __init__(self, index: str, files: Path) -> None:
        self.index, self.files = index, files
        self.folders: dict[str, Path] = {}


@cache
def program() -> Forking:
    loaded = ("pdm.core", "pdm.cli.actions", "pdm.resolver.resolvelib", "pdm.installers.synchronizers", "pdm.project.core", "unearth",
              "pdm.cli.commands.sync", "pdm.cli.commands.lock", "pdm.models.repositories", "pdm.models.session")  # fmt: skip
    return Forking(tool("pdm"), "pdm.core:main", loaded)


def pdm(folder: Path, *arguments: str, check: bool = True, **more: str) -> Done:
    done = program().run([*arguments], folder, environ(PDM_CHECK_UPDATE="0", **BASE, **more))
    assert done.returncode == 0 or not check, f"{' '.join(arguments)} in {folder}: {done.output}"
    return done


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    """Every project, locked and synced."""
    base = tmp_path_factory.mktemp("pdm")
    repository = _repository(base / "gitted")
    BASE.update(PDM_CACHE_DIR=str(base / "cache"), PDM_LOG_DIR=str(base / "log"))
    with served(base / "index") as url:
        result = Made(url, base / "index" / "files")
        for name, text in PROJECTS.items():
            folder = result.folders[name] = base / name.replace(" ", "-")
            folder.mkdir()
            if "backend-path" in text:
                library(folder, "me")
            if "edited" in text:
                library(folder / "edited", "edited", "1.0", "epsilon")
            whole = (text + SOURCE).replace("@INDEX@", url).replace("@GIT@", repository.as_uri().replace("file:///", "file://localhost/"))
            (folder / "pyproject.toml").write_text(whole, "utf-8")
            _uv(folder, "venv", "--quiet", "--python", sys.executable)
            pdm(folder, "lock", *(("-G", ":all") if name == "optional" else ()))
            pdm(folder, "sync")
            shutil.copytree(folder / ".venv", folder.with_suffix(".venv"), symlinks=True)
        yield result
    program().close()


@pytest.mark.parametrize("name", PROJECTS)
def test_every_state_of_the_environment(name: str, made: Made) -> None:
    folder = made.folders[name]
    assert agree(name, "fresh", folder) == set()
    assert [one for one in findings(folder) if one.severity in ("error", "warning")] == [], "a project in step has no warning"
    installed = {path.name.split("-")[0] for path in folder.glob(".venv/lib*/**/*.dist-info")}
    victim = next(one for one in ("alpha", "delta", "gitted", "beta") if one in installed)
    _uv(folder, "pip", "uninstall", "--quiet", victim)
    _install(made, folder, "stray==1.0")
    assert agree(name, "one missing, one extraneous", folder) == {victim}
    if victim == "alpha":
        _install(made, folder, "alpha==1.0")
        assert "alpha" in agree(name, "one downgraded", folder)
    _restore(folder)


@pytest.mark.parametrize(("name", "groups", "extras"), CHOICES)
def test_chosen_groups_and_extras(name: str, groups: tuple[str, ...], extras: tuple[str, ...], made: Made) -> None:
    folder = made.folders[name]
    shutil.rmtree(folder / ".venv")
    _uv(folder, "venv", "--quiet", "--python", sys.executable)
    words = [word for one in (*groups, *extras) for word in ("-G", one)]
    assert agree(name, f"{' '.join(words)}, empty", folder, *words, overrides=Overrides(groups=groups, extras=extras))
    _restore(folder)


@pytest.mark.parametrize("name", ["extras of requirements", "groups", "markers", "paths"])
def test_locks_without_groups(name: str, made: Made, tmp_path: Path) -> None:
    """Without ``inherit_metadata`` PDM resolves from the lock again, and so do we."""
    folder = tmp_path / "old"
    shutil.copytree(made.folders[name], folder, ignore=shutil.ignore_patterns(".venv", "pdm.lock", ".pdm-python"))
    _uv(folder, "venv", "--quiet", "--python", sys.executable)
    pdm(folder, "lock", "--strategy", "no_inherit_metadata")
    assert agree(name, "lock without groups, empty", folder)


@pytest.mark.parametrize(("name", "before", "after"), EDITS)
def test_stale(name: str, before: str, after: str, made: Made) -> None:
    manifest = made.folders[name] / "pyproject.toml"
    whole = manifest.read_text("utf-8")
    assert before in whole
    try:
        manifest.write_text(whole.replace(before, after, 1), "utf-8")
        said = pdm(made.folders[name], "lock", "--check", check=False)
        ours = any(one.code == "stale-lock" for one in findings(made.folders[name]))
    finally:
        manifest.write_text(whole, "utf-8")
    theirs = said.returncode != 0
    record("pdm", name, f"lock after {before!r} -> {after!r}", ours == theirs)
    assert ours == theirs, said.output


def test_an_editable_in_place_of_a_version(made: Made) -> None:
    folder = made.folders["plain"]
    _install(made, folder, "-e", str(library(folder.parent / "alpha", "alpha", "1.2")))
    assert agree("plain", "editable in place of a version", folder) == set()
    _restore(folder)


def test_where_the_environment_is(made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "A Project"
    folder.mkdir()
    (folder / "pyproject.toml").write_text(HEAD + "dependencies = []\n" + APP)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    (tmp_path / "config" / "pdm").mkdir(parents=True)

    def fresh(*words: str, **more: str) -> str:
        # PDM reads where a person's data and settings are when it is loaded.
        variables = environ(PDM_CHECK_UPDATE="0", **BASE, **more)
        done = subprocess.run([str(tool("pdm")), *words], cwd=folder, env=variables, capture_output=True, text=True, check=True, timeout=60)
        return done.stdout.strip()

    def same(state: str, **more: str) -> Path | None:
        for key, value in more.items():
            monkeypatch.setenv(key, value)
        saved = folder / ".pdm-python"
        before = saved.read_text() if saved.exists() else None
        found = workspace(folder).which(str(folder)).environment
        ours = Path(found.real) if found is not None else None
        said = fresh("info", "--python", **more)
        theirs = Path(said).parent.parent.resolve()
        # PDM writes down what it chose.
        saved.unlink(missing_ok=True)
        if before is not None:
            saved.write_text(before)
        for key in more:
            monkeypatch.delenv(key)
        record("pdm", "places", state, ours == theirs)
        assert ours == theirs, (state, said)
        return ours

    fresh("venv", "create", sys.executable, PDM_VENV_IN_PROJECT="0")
    named = same("the place named by a hash")
    assert named is not None and named.is_relative_to(tmp_path / "data")
    other = tmp_path / "active"
    _uv(folder, "venv", "--quiet", "--python", sys.executable, str(other))
    assert same("active", VIRTUAL_ENV=str(other)) == other.resolve()
    assert same("active, ignored", VIRTUAL_ENV=str(other), PDM_IGNORE_ACTIVE_VENV="1") == named
    _uv(folder, "venv", "--quiet", "--python", sys.executable)
    assert same("in the project's folder") == (folder / ".venv").resolve()
    assert same("PDM_PYTHON", PDM_PYTHON=str(_python(other))) == other.resolve()
    (folder / ".pdm-python").write_text(_python(other).as_posix())
    assert same("saved") == other.resolve()
    assert same("saved, ignored", PDM_IGNORE_SAVED_PYTHON="1") == (folder / ".venv").resolve()
    (folder / ".pdm-python").unlink()
    shutil.rmtree(folder / ".venv")
    (tmp_path / "config" / "pdm" / "config.toml").write_text(f'[venv]\nlocation = "{(tmp_path / "else").as_posix()}"\n')
    fresh("venv", "create", sys.executable, PDM_VENV_IN_PROJECT="0")
    elsewhere = same("another venv.location")
    assert elsewhere is not None and elsewhere.is_relative_to(tmp_path / "else")


def workspace(folder: Path, overrides: Overrides | None = None) -> Workspace:
    one = Workspace(ThisMachine(), MemoryMemory(), strict=True, overrides=overrides or Overrides())
    one.set_roots([str(folder)])
    one.discover()
    return one


def findings(folder: Path, overrides: Overrides | None = None) -> list[Finding]:
    return [one for one in workspace(folder, overrides).check().findings if one.project == str(folder)]


def agree(name: str, state: str, folder: Path, *words: str, overrides: Overrides | None = None) -> set[str]:
    """PDM's set of changes and ours, which have to be equal; gives it."""
    said = pdm(folder, "sync", "--dry-run", *words).output
    changes = {_key(match[1]) for match in re.finditer(r"^  - (\S+) (.*)$", said, re.MULTILINE) if not _same(match[2])}
    relevant = [one for one in findings(folder, overrides) if one.code in LOCKED_CODES and one.data.get("name") != "me"]
    ours = {_named(one) for one in relevant}
    record("pdm", name, state, ours == changes)
    assert ours == changes, (said, [(one.code, one.message) for one in relevant])
    return ours


def _same(change: str) -> bool:
    """A local folder that is installed again as it is: "1.0 -> 1.0"."""
    before, arrow, after = change.partition(" -> ")
    return bool(arrow) and before == after


def _named(one: Finding) -> str:
    said = one.data.get("name") or (one.requirement.parsed.key if one.requirement is not None else None)
    return str(said) if said else _key(re.split(r"[ \[]", one.message)[0])


def _key(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _python(prefix: Path) -> Path:
    return prefix / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")


def _uv(folder: Path, *words: str) -> None:
    variables = environ(VIRTUAL_ENV=str(folder / ".venv"))
    subprocess.run([uv.find_uv_bin(), *words], cwd=folder, env=variables, check=True, capture_output=True, timeout=60)


def _restore(folder: Path) -> None:
    shutil.rmtree(folder / ".venv")
    shutil.copytree(folder.with_suffix(".venv"), folder / ".venv", symlinks=True)


def _install(made: Made, folder: Path, *words: str) -> None:
    _uv(
        folder, "pip", "install", "--quiet", "--no-index", "--no-deps", "--reinstall", "--no-cache", "--find-links", str(made.files), *words
    )


def _repository(folder: Path) -> Path:
    library(folder, "gitted")
    who = ["-c", "user.name=t", "-c", "user.email=t@example.invalid", "-c", "commit.gpgsign=false", "-c", "tag.gpgsign=false"]
    for words in (["init", "--quiet", "--initial-branch=main"], ["add", "."], ["commit", "--quiet", "-m", "x"], ["tag", "v1"]):
        subprocess.run(["git", *who, *words], cwd=folder, check=True, capture_output=True, timeout=60)
    return folder
