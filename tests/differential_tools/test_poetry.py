"""Our verdict on a project that Poetry keeps, against Poetry's own: ``sync --dry-run``, ``check --lock``, ``env info -p``."""

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
from tests.differential_tools.poetry_projects import CHOICES, EDITS, PROJECTS, SOURCE
from tests.differential_tools.small_index import library, served
from tests.differential_tools.tools import environ, tool
from tests.memory_machine import MemoryMemory
from venvls.host.machine import ThisMachine
from venvls.model.finding import Finding
from venvls.workspace import Overrides, Workspace

pytestmark = [pytest.mark.network, pytest.mark.slow]

LOCKED_CODES = {"missing-requirement", "version-mismatch", "source-mismatch", "extraneous-package", "missing-extra"}
_LINE = re.compile(r"^ *[-•] (Installing|Updating|Downgrading|Removing) (\S+) \(", re.MULTILINE)
CACHE: dict[str, str] = {}
FEW = ("caret and tilde", "groups", "git", "the project itself", "standard tables")


class Made:
    """The index's URL, the folder of its wheels, and every project by name."""

    def __init__(self, index: str, files: Path) -> None:
        self.index, self.files = index, files
        self.folders: dict[str, Path] = {}


@cache
def program() -> Forking:
    loaded = ("poetry.console.application", "poetry.puzzle.solver", "poetry.installation.installer", "poetry.installation.executor",
              "poetry.utils.env", "poetry.factory", "poetry.masonry.builders.editable", "poetry.vcs.git", "poetry.console.commands.sync",
              "poetry.repositories.legacy_repository", "poetry.inspection.info", "poetry.inspection.lazy_wheel", "build")  # fmt: skip
    return Forking(tool("poetry"), "poetry.console.application:main", loaded)


def poetry(folder: Path, *arguments: str, check: bool = True, **more: str) -> Done:
    variables = environ(**{"POETRY_VIRTUALENVS_IN_PROJECT": "true", "POETRY_KEYRING_ENABLED": "false", **CACHE, **more})
    done = program().run(["--no-interaction", "--no-ansi", *arguments], folder, variables)
    assert done.returncode == 0 or not check, f"{' '.join(arguments)} in {folder}: {done.output}"
    return done


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    """Every project, locked and synced."""
    base = tmp_path_factory.mktemp("poetry")
    repository = _repository(base / "gitted")
    CACHE["POETRY_CACHE_DIR"] = str(base / "cache")  # other wheels stood behind the same address in an earlier run
    with served(base / "index") as url:
        result = Made(url, base / "index" / "files")
        for name, text in PROJECTS.items():
            folder = result.folders[name] = base / name.replace(" ", "-")
            folder.mkdir()
            if "edited" in text:
                library(folder / "edited", "edited", "1.0", "alpha")
            if '"plain"' in text:
                library(folder / "plain", "plain")
            (folder / "me").mkdir()
            (folder / "me" / "__init__.py").touch()
            whole = (
                (text + SOURCE).replace("@INDEX@", url).replace("@GIT@", repository.as_uri()).replace("@FILES@", result.files.as_posix())
            )
            (folder / "pyproject.toml").write_text(whole, "utf-8")
            _uv(folder, "venv", "--quiet", "--python", sys.executable)
            poetry(folder, "install")
            shutil.copytree(folder / ".venv", folder.with_suffix(".venv"), symlinks=True)
        yield result
    program().close()


@pytest.mark.parametrize("name", PROJECTS)
def test_every_state_of_the_environment(name: str, made: Made) -> None:
    folder = made.folders[name]
    assert agree(name, "fresh", folder) == set()
    assert [one for one in findings(folder) if one.severity in ("error", "warning")] == [], "a project in step has no warning"
    installed = {path.name.split("-")[0] for path in folder.glob(".venv/lib*/**/*.dist-info")}
    victim = next(one for one in ("alpha", "delta", "gitted") if one in installed)
    _uv(folder, "pip", "uninstall", "--quiet", victim)
    _install(made, folder, "stray==1.0", "beta==1.0" if "beta" in installed else "stray==1.0")
    assert {victim, "stray"} <= agree(name, "one missing, one extraneous", folder)
    if name in FEW and victim == "alpha":
        _install(made, folder, "alpha==1.0")
        assert "alpha" in agree(name, "one downgraded", folder)
    _restore(folder)


@pytest.mark.parametrize(("name", "groups", "extras"), CHOICES)
def test_chosen_groups_and_extras(name: str, groups: tuple[str, ...], extras: tuple[str, ...], made: Made) -> None:
    words = [*(f"--with={one}" for one in groups), *(f"--extras={one}" for one in extras)]
    assert agree(name, f"{' '.join(words)} of a plain sync", made.folders[name], *words, overrides=Overrides(groups=groups, extras=extras))


def test_editable_swapped(made: Made) -> None:
    folder = made.folders["paths"]
    _install(made, folder, str(folder / "edited"), "-e", str(folder / "plain"))
    assert agree("paths", "editable and plain swapped", folder) == {"edited", "plain"}
    _restore(folder)


def test_another_source(made: Made) -> None:
    folder = made.folders["git"]
    _install(made, folder, str(folder.parent / "gitted"))
    assert agree("git", "another source", folder) == {"gitted"}
    _restore(folder)


@pytest.mark.parametrize(("name", "package"), [("url", "delta==1.1"), ("paths", "delta==1.0")])
def test_the_same_wheel_from_the_index(name: str, package: str, made: Made) -> None:
    folder = made.folders[name]
    _install(made, folder, package)
    try:
        agree(name, "the same wheel from the index", folder)
    finally:
        _restore(folder)


@pytest.mark.parametrize(("name", "before", "after"), EDITS)
def test_stale(name: str, before: str, after: str, made: Made) -> None:
    manifest = made.folders[name] / "pyproject.toml"
    whole = manifest.read_text("utf-8")
    assert before in whole
    try:
        manifest.write_text(whole.replace(before, after, 1), "utf-8")
        said = poetry(made.folders[name], "check", "--lock", check=False)
        ours = any(one.code == "stale-lock" for one in findings(made.folders[name]))
    finally:
        manifest.write_text(whole, "utf-8")
    theirs = "changed significantly" in said.output
    record("poetry", name, f"lock after {before!r} -> {after!r}", ours == theirs)
    assert ours == theirs, said.output


@pytest.mark.parametrize("name", ["extras", "groups", "markers", "paths", "included groups"])
def test_locks_without_groups(name: str, made: Made, tmp_path: Path) -> None:
    """Locks of Poetry before 2.1 do not say in which group a package is wanted: Poetry resolves again, and so do we."""
    folder = tmp_path / "old"
    shutil.copytree(made.folders[name], folder, ignore=shutil.ignore_patterns(".venv"))
    _uv(folder, "venv", "--quiet", "--python", sys.executable)
    lock = folder / "poetry.lock"
    text = re.sub(r"^(groups|markers) = .*\n", "", lock.read_text("utf-8"), flags=re.MULTILINE).replace(
        'lock-version = "2.1"', 'lock-version = "2.0"'
    )
    lock.write_text(text, "utf-8")
    for chosen in ((), *((groups, extras) for project, groups, extras in CHOICES if project == name)):
        groups, extras = chosen or ((), ())
        words = [*(f"--with={one}" for one in groups), *(f"--extras={one}" for one in extras)]
        assert agree(
            name, f"lock without groups, empty {' '.join(words)}", folder, *words, overrides=Overrides(groups=groups, extras=extras)
        )


def test_where_the_environment_is(made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "A Project"
    folder.mkdir()
    (folder / "pyproject.toml").write_text(
        '[tool.poetry]\nname = "My.Project_x"\nversion = "1"\npackage-mode = false\n[tool.poetry.dependencies]\npython = "*"\n'
    )
    cache, config = tmp_path / "cache", tmp_path / "config"
    monkeypatch.setenv("POETRY_CONFIG_DIR", str(config))
    monkeypatch.setenv("POETRY_CACHE_DIR", str(cache))
    steering = {"POETRY_CONFIG_DIR": str(config), "POETRY_CACHE_DIR": str(cache)}

    def same(state: str, **more: str) -> Path | None:
        for key, value in more.items():
            monkeypatch.setenv(key, value)
        variables = environ(**steering, **more)
        # Poetry reads where its settings are when it is loaded.
        argv = [str(tool("poetry")), "--no-interaction", "--no-ansi", "env", "info", "-p"]
        said = subprocess.run(argv, cwd=folder, env=variables, capture_output=True, text=True, check=False, timeout=60).stdout.strip()
        theirs = Path(said).resolve() if said else None
        found = workspace(folder).which(str(folder)).environment
        ours = Path(found.real) if found is not None else None
        record("poetry", "places", state, ours == theirs)
        assert ours == theirs, state
        for key in more:
            monkeypatch.delenv(key)
        return ours

    assert same("no environment yet") is None
    poetry(folder, "env", "use", sys.executable, **steering, POETRY_VIRTUALENVS_IN_PROJECT="false")
    named = same("the hashed place")
    assert named is not None and named.is_relative_to(cache)
    other = tmp_path / "active"
    _uv(folder, "venv", "--quiet", str(other))
    assert same("active, but envs.toml has an entry", VIRTUAL_ENV=str(other)) == named
    (cache / "virtualenvs" / "envs.toml").unlink()
    assert same("active", VIRTUAL_ENV=str(other)) == other.resolve()
    _uv(folder, "venv", "--quiet")
    assert same("in the project's folder") == (folder / ".venv").resolve()
    assert same("in-project = false by variable", POETRY_VIRTUALENVS_IN_PROJECT="false") in (named, None)
    config.mkdir(exist_ok=True)
    (config / "config.toml").write_text("[virtualenvs]\nin-project = false\n")
    same("in-project = false by the person's settings")
    (folder / "poetry.toml").write_text("[virtualenvs]\nin-project = true\n")
    assert same("in-project = true by the project's settings") == (folder / ".venv").resolve()
    (folder / "poetry.toml").write_text(f'[virtualenvs]\nin-project = false\npath = "{(tmp_path / "else").as_posix()}"\n')
    poetry(folder, "env", "use", sys.executable, **steering, POETRY_VIRTUALENVS_IN_PROJECT="false")
    elsewhere = same("another virtualenvs.path")
    assert elsewhere is not None and elsewhere.is_relative_to(tmp_path / "else")


def workspace(folder: Path, overrides: Overrides | None = None) -> Workspace:
    one = Workspace(ThisMachine(), MemoryMemory(), strict=True, overrides=overrides or Overrides())
    one.set_roots([str(folder)])
    one.discover()
    return one


def findings(folder: Path, overrides: Overrides | None = None) -> list[Finding]:
    return [one for one in workspace(folder, overrides).check().findings if one.project == str(folder)]


def agree(name: str, state: str, folder: Path, *words: str, overrides: Overrides | None = None) -> set[str]:
    """Poetry's set of changes and ours, which have to be equal; gives it."""
    said = poetry(folder, "sync", "--dry-run", *words).output
    changes = {_key(match[2]) for line in said.splitlines() if "Skipped" not in line and (match := _LINE.match(line))}
    relevant = [one for one in findings(folder, overrides) if one.code in LOCKED_CODES]
    ours = {_named(one) for one in relevant}
    record("poetry", name, state, ours == changes)
    assert ours == changes, (said, [(one.code, one.message) for one in relevant])
    return ours


def _named(one: Finding) -> str:
    said = one.data.get("name") or (one.requirement.parsed.key if one.requirement is not None else None)
    return str(said) if said else _key(re.split(r"[ \[]", one.message)[0])


def _key(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


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
