"""Our verdict on a project that Poetry keeps, against Poetry's own: ``sync --dry-run``, ``check --lock``, ``env info -p``."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.differential_tools import stage
from tests.differential_tools.forking import Done, Forking
from tests.differential_tools.poetry_projects import CHOICES, EDITS, PROJECTS, SOURCE
from tests.differential_tools.small_index import library
from tests.differential_tools.stage import Stage, empty, keep, restore
from tests.differential_tools.tools import environ, tool
from venvls.workspace import Overrides

pytestmark = [pytest.mark.network, pytest.mark.slow]

_LINE = re.compile(r"^ *[-•] (Installing|Updating|Downgrading|Removing) (\S+) \(", re.MULTILINE)
CACHE: dict[str, str] = {}
FEW = ("caret and tilde", "groups", "git", "the project itself", "standard tables")


def forking(**variables: str) -> Forking:
    loaded = ("poetry.console.application", "poetry.puzzle.solver", "poetry.installation.installer", "poetry.installation.executor",
              "poetry.utils.env", "poetry.factory", "poetry.masonry.builders.editable", "poetry.vcs.git", "poetry.console.commands.sync",
              "poetry.repositories.legacy_repository", "poetry.inspection.info", "poetry.inspection.lazy_wheel", "build")  # fmt: skip
    return Forking(tool("poetry"), "poetry.console.application:main", loaded, environ(**variables))


@cache
def program() -> Forking:
    return forking()


def poetry(folder: Path, *arguments: str, check: bool = True, **more: str) -> Done:
    variables = environ(**{"POETRY_VIRTUALENVS_IN_PROJECT": "true", "POETRY_KEYRING_ENABLED": "false", **CACHE, **more})
    done = program().run(["--no-interaction", "--no-ansi", *arguments], folder, variables)
    assert done.returncode == 0 or not check, f"{' '.join(arguments)} in {folder}: {done.output}"
    return done


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Every project, locked and synced."""
    with stage.opened("poetry", tmp_path_factory) as one:
        CACHE["POETRY_CACHE_DIR"] = str(one.base / "cache")  # other wheels stood behind the same address in an earlier run
        for name, text in PROJECTS.items():
            folder = one.project(name, {"pyproject.toml": text + SOURCE, "me/__init__.py": ""})
            if "edited" in text:
                library(folder / "edited", "edited", "1.0", "alpha")
            if '"plain"' in text:
                library(folder / "plain", "plain")
            empty(folder)
            poetry(folder, "install")
            keep(folder)
        yield one
    program().close()


def test_a_local_version_in_place_of_the_locked_one(made: Stage) -> None:
    name = "caret and tilde"
    changed, differing = made.relabelled(name, agree)
    assert differing == {changed}, changed
    restore(made.folders[name])


@pytest.mark.parametrize("name", PROJECTS)
def test_every_state_of_the_environment(name: str, made: Stage) -> None:
    folder = made.folders[name]
    older = ("beta==1.0",) if next(folder.glob(".venv/lib*/**/beta-*.dist-info"), None) else ()
    lost, changed = made.disturbed(name, agree, "alpha", "delta", "gitted", besides=older)
    assert {lost, "stray"} <= changed
    if name in FEW and lost == "alpha":
        assert "alpha" in made.downgraded(name, agree)
    restore(folder)


@pytest.mark.parametrize(("name", "groups", "extras"), CHOICES)
def test_chosen_groups_and_extras(name: str, groups: tuple[str, ...], extras: tuple[str, ...], made: Stage) -> None:
    chosen(made, name, "{} of a plain sync", made.folders[name], groups, extras)


def test_editable_swapped(made: Stage) -> None:
    folder = made.folders["paths"]
    made.install(folder, str(folder / "edited"), "-e", str(folder / "plain"))
    assert agree(made, "paths", "editable and plain swapped", folder) == {"edited", "plain"}
    restore(folder)


def test_another_source(made: Stage) -> None:
    folder = made.folders["git"]
    made.install(folder, str(made.repository()))
    assert agree(made, "git", "another source", folder) == {"gitted"}
    restore(folder)


@pytest.mark.parametrize(("name", "package"), [("url", "delta==1.1"), ("paths", "delta==1.0")])
def test_the_same_wheel_from_the_index(name: str, package: str, made: Stage) -> None:
    folder = made.folders[name]
    made.install(folder, package)
    try:
        agree(made, name, "the same wheel from the index", folder)
    finally:
        restore(folder)


@pytest.mark.parametrize("place", ["@FILES@", "@INDEX@/files"])
def test_a_wheel_in_place_of_the_index(place: str, made: Stage) -> None:
    folder = made.folders["caret and tilde"]
    recorded = next(folder.glob(".venv/lib*/**/delta-*.dist-info"))
    wheel = f"{place}/{recorded.name.removesuffix('.dist-info')}-py3-none-any.whl"
    made.install(folder, wheel.replace("@FILES@", made.files.as_posix()).replace("@INDEX@", made.index))
    try:
        assert agree(made, "caret and tilde", f"a wheel of {place} in place of the index", folder) == {"delta"}
    finally:
        restore(folder)


@pytest.mark.parametrize(("name", "before", "after"), EDITS)
def test_stale(name: str, before: str, after: str, made: Stage) -> None:
    def theirs(folder: Path) -> tuple[bool, str]:
        said = poetry(folder, "check", "--lock", check=False).output
        return "changed significantly" in said, said

    made.stale(name, "pyproject.toml", before, after, theirs)


@pytest.mark.parametrize(
    ("name", "version"),
    [("extras", "2.0"), ("groups", "2.0"), ("markers", "2.0"), ("paths", "2.0"), ("included groups", "2.0"), ("extras", "1.1")],
)
def test_locks_without_groups(name: str, version: str, made: Stage, tmp_path: Path) -> None:
    """Locks of Poetry before 2.1 do not say in which group a package is wanted: Poetry resolves again, and so do we."""
    folder = tmp_path / "old"
    shutil.copytree(made.folders[name], folder, ignore=shutil.ignore_patterns(".venv"))
    empty(folder)
    lock = folder / "poetry.lock"
    text = re.sub(r"^(groups|markers) = .*\n", "", lock.read_text("utf-8"), flags=re.MULTILINE).replace(
        'lock-version = "2.1"', f'lock-version = "{version}"'
    )
    if version == "1.1":
        files = re.findall(r'^name = "(.*)"\n(?:[^[].*\n)*?(files = \[\n(?: .*\n)*\]\n)', text, re.MULTILINE)
        assert files
        text = re.sub(r"^files = \[\n(?: .*\n)*\]\n", 'category = "main"\n', text, flags=re.MULTILINE)
        text += "\n[metadata.files]\n" + "".join(listed.replace("files", package, 1) for package, listed in files)
    lock.write_text(text, "utf-8")
    for groups, extras in (((), ()), *((groups, extras) for project, groups, extras in CHOICES if project == name)):
        assert chosen(made, name, f"lock of format {version}, empty {{}}", folder, groups, extras)


def test_where_the_environment_is(made: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "A Project"
    folder.mkdir()
    (folder / "pyproject.toml").write_text(
        '[tool.poetry]\nname = "My.Project_x"\nversion = "1"\npackage-mode = false\n[tool.poetry.dependencies]\npython = "*"\n'
    )
    cache, config = tmp_path / "cache", tmp_path / "config"
    steering = {"POETRY_CONFIG_DIR": str(config), "POETRY_CACHE_DIR": str(cache)}
    for name, value in steering.items():
        monkeypatch.setenv(name, value)
    other_poetry = forking(**steering)

    def run(*words: str, **more: str) -> Done:
        return other_poetry.run(["--no-interaction", "--no-ansi", *words], folder, environ(**steering, **more))

    def theirs(more: dict[str, str]) -> str:
        said = run("env", "info", "-p", **more)
        return str(folder / said.output.strip()) if said.returncode == 0 and said.output.strip() else ""

    def same(state: str, **more: str) -> Path | None:
        return made.place(state, folder, theirs, **more)

    def settings(text: str) -> None:
        (folder / "poetry.toml").write_text(f"[virtualenvs]\n{text}")

    assert same("no environment yet") is None
    run("env", "use", sys.executable, POETRY_VIRTUALENVS_IN_PROJECT="false")
    named = same("the hashed place")
    assert named is not None and named.is_relative_to(cache)
    other = tmp_path / "active"
    empty(folder, at=other)
    assert same("active, but envs.toml has an entry", VIRTUAL_ENV=str(other)) == named
    (cache / "virtualenvs" / "envs.toml").unlink()
    assert same("active", VIRTUAL_ENV=str(other)) == other.resolve()
    assert same("active, and conda's base", VIRTUAL_ENV=str(other), CONDA_DEFAULT_ENV="base") != other.resolve()
    settings('prompt = "{project_name}"\ncreate = false\n')
    same("create = false")
    empty(folder)
    assert same("create = false, and a .venv") == (folder / ".venv").resolve()
    (folder / "poetry.toml").unlink()
    assert same("in the project's folder") == (folder / ".venv").resolve()
    assert same("in-project = false by variable", POETRY_VIRTUALENVS_IN_PROJECT="false") in (named, None)
    config.mkdir(exist_ok=True)
    (config / "config.toml").write_text("[virtualenvs]\nin-project = false\n")
    same("in-project = false by the person's settings")
    settings("in-project = true\n")
    assert same("in-project = true by the project's settings") == (folder / ".venv").resolve()
    assert same("in-project = false by variable over the project's", POETRY_VIRTUALENVS_IN_PROJECT="0") in (named, None)
    for state, path in (
        ("another virtualenvs.path", (tmp_path / "else").as_posix()),
        ("virtualenvs.path in the cache", "{cache-dir}/mine"),
        ("virtualenvs.path in the project's folder", "envs"),
    ):
        settings(f'in-project = false\npath = "{path}"\n')
        run("env", "use", sys.executable)
        elsewhere = same(state)
        assert elsewhere is not None and elsewhere != named
    same("virtualenvs.path by variable over the project's", POETRY_VIRTUALENVS_PATH=str(tmp_path / "else"))
    other_poetry.close()


def chosen(made: Stage, name: str, state: str, folder: Path, groups: tuple[str, ...], extras: tuple[str, ...]) -> set[str]:
    """The same changes with these groups and extras; ``{}`` in ``state`` is where they are named."""
    words = [*(f"--with={one}" for one in groups), *(f"--extras={one}" for one in extras)]
    return agree(made, name, state.format(" ".join(words)), folder, *words, overrides=Overrides(groups=groups, extras=extras))


def agree(made: Stage, name: str, state: str, folder: Path, *words: str, overrides: Overrides | None = None) -> set[str]:
    """Poetry's set of changes and ours, which have to be equal; gives it."""
    said = poetry(folder, "sync", "--dry-run", *words).output
    changes = {stage.key(match[2]) for line in said.splitlines() if "Skipped" not in line and (match := _LINE.match(line))}
    return made.agree(name, state, folder, changes, said, overrides)
