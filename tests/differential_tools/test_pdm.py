"""Our verdict on a project that PDM keeps, against PDM's own: ``sync --dry-run``, ``lock --check``, ``info --python``.

PDM installs what comes from a local folder again at every sync, also where nothing changed, and leaves out what it finds installed in
editable mode where the lock names a version. The first is taken out of its answer here; of the second there is a row of its own.
"""

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
from tests.differential_tools.small_index import library
from tests.differential_tools.stage import Stage, empty, findings, keep, python, restore, uv
from tests.differential_tools.tools import environ, tool
from venvls.workspace import Overrides

pytestmark = [pytest.mark.network, pytest.mark.slow]

HEAD = '[project]\nname = "Me.Too"\nversion = "0.1.0"\nrequires-python = ">=3.9"\n'
APP = "[tool.pdm]\ndistribution = false\n"
SOURCE = '[[tool.pdm.source]]\nname = "pypi"\nurl = "@INDEX@/simple"\nverify_ssl = false\n'
GROUPS = (
    'dependencies = ["alpha<2"]\n[project.optional-dependencies]\nweb = ["gamma[more]"]\n'
    '[dependency-groups]\ntest = ["delta"]\nlint = ["epsilon"]\n'
)
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
    "overrides": HEAD + 'dependencies = ["beta", "delta"]\n' + APP
    + '[tool.pdm.resolution.overrides]\nalpha = "1.1"\ndelta = "@INDEX@/files/delta-1.0-py3-none-any.whl"\n',
    "strategies": HEAD + 'dependencies = ["beta>=1", "epsilon"]\n' + APP,
    "all groups": HEAD + GROUPS + APP,
    "some groups": HEAD + GROUPS + APP,
    "options": HEAD + GROUPS + APP + '[tool.pdm.options]\nsync = ["--prod", "-G", "web"]\n',
    "recorded inputs": HEAD + GROUPS + APP + "[tool.pdm.resolution]\nlock_inputs = true\n",
    "pylock": HEAD + GROUPS.replace('"epsilon"', '"gitted @ git+@GIT@@v1"') + APP
    + '[tool.pdm.dev-dependencies]\ndev = ["-e file:///${PROJECT_ROOT}/edited#egg=edited", '
    + '"delta @ @INDEX@/files/delta-1.1-py3-none-any.whl"]\n',
}  # fmt: skip
LOCKED_WITH: dict[str, tuple[str, ...]] = {
    "optional": ("-G", ":all"),
    "strategies": ("--strategy", "static_urls,direct_minimal_versions,no_cross_platform"),
    "all groups": ("-G", ":all"),
    "some groups": ("-G", "test", "-G", "web"),
    "options": ("-G", ":all"),
}
CHOICES: list[tuple[str, tuple[str, ...], tuple[str, ...]]] = [
    ("optional", (), ("web",)),
    ("optional", (), ("all-of",)),
    ("groups", ("test",), ()),
    ("all groups", ("test",), ()),
    ("all groups", (), ("web",)),
    ("options", (), ("web",)),
    ("pylock", ("dev",), ()),
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
    ("overrides", 'alpha = "1.1"', 'alpha = "1.2"'),
    ("options", '"--prod"', '"--dev"'),
    ("some groups", '["epsilon"]', '["epsilon", "stray"]'),
    ("recorded inputs", "alpha<2", "alpha<3"),
    ("recorded inputs", "alpha<2", "alpha<1.2"),
    ("recorded inputs", '["epsilon"]', '["epsilon", "stray"]'),
    ("recorded inputs", ">=3.9", ">=3.10"),
    ("recorded inputs", 'version = "0.1.0"', 'version = "0.2.0"'),
    ("recorded inputs", "lock_inputs = true", 'lock_inputs = true\nexcludes = ["x"]'),
    ("pylock", "alpha<2", "alpha<3"),
    ("pylock", 'version = "0.1.0"', 'version = "0.2.0"'),
    ("pylock", '["gamma[more]"]', '["gamma"]'),
]
BASE: dict[str, str] = {}


def forking(**variables: str) -> Forking:
    loaded = ("pdm.core", "pdm.cli.actions", "pdm.resolver.resolvelib", "pdm.installers.synchronizers", "pdm.project.core", "unearth",
              "pdm.cli.commands.sync", "pdm.cli.commands.lock", "pdm.models.repositories", "pdm.models.session")  # fmt: skip
    return Forking(tool("pdm"), "pdm.core:main", loaded, environ(**variables))


@cache
def program() -> Forking:
    return forking()


def pdm(folder: Path, *arguments: str, check: bool = True, **more: str) -> Done:
    done = program().run([*arguments], folder, environ(PDM_CHECK_UPDATE="0", **BASE, **more))
    assert done.returncode == 0 or not check, f"{' '.join(arguments)} in {folder}: {done.output}"
    return done


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Every project, locked and synced."""
    with stage.opened("pdm", tmp_path_factory) as one:
        BASE.update(PDM_CACHE_DIR=str(one.base / "cache"), PDM_LOG_DIR=str(one.base / "log"))
        repository = one.repository().as_uri().replace("file:///", "file://localhost/")
        for name, text in PROJECTS.items():
            if "backend-path" in text:
                library(one.base / name.replace(" ", "-"), "me")
            settings = {"pdm.toml": '[lock]\nformat = "pylock"\n'} if name == "pylock" else {}
            folder = one.project(name, {"pyproject.toml": text + SOURCE, **settings}, GIT=repository)
            if "edited" in text:
                library(folder / "edited", "edited", "1.0", "epsilon")
            empty(folder)
            pdm(folder, "lock", *LOCKED_WITH.get(name, ()))
            pdm(folder, "sync")
            keep(folder)
        yield one
    program().close()


def test_a_local_version_in_place_of_the_locked_one(made: Stage) -> None:
    name = next(iter(PROJECTS))
    changed, differing = made.relabelled(name, agree)
    assert differing == set(), changed
    restore(made.folders[name])


@pytest.mark.parametrize("name", PROJECTS)
def test_every_state_of_the_environment(name: str, made: Stage) -> None:
    lost, changed = made.disturbed(name, agree, "alpha", "delta", "gitted", "beta")
    assert changed == {lost}, "PDM removes nothing"
    if lost == "alpha":
        assert "alpha" in made.downgraded(name, agree)
    restore(made.folders[name])


@pytest.mark.parametrize(("name", "groups", "extras"), CHOICES)
def test_chosen_groups_and_extras(name: str, groups: tuple[str, ...], extras: tuple[str, ...], made: Stage) -> None:
    folder = made.folders[name]
    empty(folder)
    words = [word for one in (*groups, *extras) for word in ("-G", one)]
    assert agree(made, name, f"{' '.join(words)}, empty", folder, *words, overrides=Overrides(groups=groups, extras=extras))
    restore(folder)


@pytest.mark.parametrize("name", ["extras of requirements", "groups", "markers", "paths"])
def test_locks_without_groups(name: str, made: Stage, tmp_path: Path) -> None:
    """Without ``inherit_metadata`` PDM resolves from the lock again, and so do we."""
    folder = tmp_path / "old"
    shutil.copytree(made.folders[name], folder, ignore=shutil.ignore_patterns(".venv", "pdm.lock", ".pdm-python"))
    empty(folder)
    pdm(folder, "lock", "--strategy", "no_inherit_metadata")
    assert agree(made, name, "lock without groups, empty", folder)


@pytest.mark.parametrize(("name", "before", "after"), EDITS)
def test_stale(name: str, before: str, after: str, made: Stage) -> None:
    made.stale(name, "pyproject.toml", before, after, locked_no_more)


def locked_no_more(folder: Path) -> tuple[bool, str]:
    said = pdm(folder, "lock", "--check", check=False)
    return said.returncode != 0, said.output


@pytest.mark.parametrize(
    ("settings", "table", "kept"),
    [
        ("", "", "pdm"),
        ("", '[tool.pdm.lock]\nformat = "pylock"\n', "pylock"),
        ('[lock]\nformat = "pylock"\n', "", "pylock"),
        ('[lock]\nformat = "pylock"\n', '[tool.pdm.lock]\nformat = "pdm"\n', "pdm"),
    ],
)
def test_the_one_of_two_locks_counts_that_pdm_is_set_to(settings: str, table: str, kept: str, made: Stage) -> None:
    name = f"two locks, pdm.toml {settings!r}, pyproject.toml {table!r}"
    folder = made.project(name, {"pyproject.toml": HEAD + 'dependencies = ["alpha<1.2"]\n' + APP + SOURCE})
    empty(folder)
    pyproject = folder / "pyproject.toml"
    # The one that counts is made last, for another requirement.
    for format_ in sorted(("pdm", "pylock"), key=kept.__eq__):
        if format_ == kept:
            pyproject.write_text(pyproject.read_text().replace("<1.2", ">=1.2"))
        pdm(folder, "lock", "-L", {"pdm": "pdm.lock", "pylock": "pylock.toml"}[format_], PDM_LOCK_FORMAT=format_)
    pyproject.write_text(pyproject.read_text() + table)
    (folder / "pdm.toml").write_text(settings)
    assert agree(made, name, "empty", folder) == {"alpha"}
    made.stale(name, "pyproject.toml", "[project]", "[project]", locked_no_more)
    made.stale(name, "pyproject.toml", ">=1.2", "<1.2", locked_no_more)


def test_a_lock_for_another_platform(made: Stage, tmp_path: Path) -> None:
    """PDM refuses it; we say so at the lock and judge by nothing in it."""
    folder = tmp_path / "elsewhere"
    shutil.copytree(made.folders["plain"], folder, ignore=shutil.ignore_patterns("pdm.lock"))
    pdm(folder, "lock", "--platform", "linux" if sys.platform == "win32" else "windows")
    refused = pdm(folder, "sync", "--dry-run", check=False)
    problems = [one.message for one in findings(folder) if one.code == "stale-lock"]
    made.record("plain", "lock for another platform", bool(problems), refused.returncode != 0, refused.output)
    assert "is only for" in problems[0]


WORKSPACE = {
    "pyproject.toml": HEAD + 'dependencies = ["alpha<2"]\n[dependency-groups]\ndev = ["delta"]\n' + APP
    + '[tool.pdm.workspace]\nmembers = ["packages/*", "extra"]\n' + SOURCE,
    "extra/pyproject.toml": HEAD.replace("Me.Too", "extra") + 'dependencies = ["beta"]\n' + APP,
}  # fmt: skip


def test_a_workspace(made: Stage) -> None:
    """One lock for root and members, which are installed in editable mode; a change of a member makes the lock stale."""
    packages = made.base / "workspace" / "packages"
    library(packages / "one", "one", "1.0", "epsilon")
    library(packages / "two", "two", "1.0", "one", "gamma[more]")
    (packages / "no project").mkdir()
    folder = made.project("workspace", WORKSPACE)
    empty(folder)
    pdm(folder, "lock")
    assert agree(made, "workspace", "empty", folder) == {"alpha", "delta", "epsilon", "gamma", "one", "two"}
    pdm(folder, "sync")
    made.in_step("workspace", agree)
    for member in ("one", "two"):
        assert stage.warnings(packages / member) == [], "a member that was opened alone"
        opened = stage.workspace(packages / member).which(str(packages / member))
        assert opened.environment is not None and opened.environment.prefix == str(folder / ".venv")
    uv(folder, "pip", "uninstall", "--quiet", "one", "epsilon")
    assert {stage.named(each) for each in findings(packages / "one") if each.code in stage.LOCKED_CODES} == {"one", "epsilon"}
    assert agree(made, "workspace", "one missing", folder) == {"one", "epsilon"}
    made.install(folder, str(packages / "one"))
    assert "one" in {one.data.get("name") for one in findings(folder) if one.code == "source-mismatch"}
    for file, before, after in (
        ("pyproject.toml", "alpha<2", "alpha<3"),
        ("packages/one/pyproject.toml", "epsilon", "delta"),
        ("packages/one/pyproject.toml", 'version = "1.0"', 'version = "1.1"'),
        ("extra/pyproject.toml", "beta", "alpha"),
        ("pyproject.toml", '"packages/*", "extra"', '"packages/*"'),
    ):
        made.stale("workspace", file, before, after, locked_no_more, what=f"lock after {file}")
    with stage.edited(packages / "one" / "pyproject.toml", "epsilon", "delta"):
        for member in ("one", "two"):
            assert "stale-lock" in {each.code for each in findings(packages / member)}


def test_an_editable_in_place_of_a_version(made: Stage) -> None:
    folder = made.folders["plain"]
    made.install(folder, "-e", str(library(made.base / "alpha", "alpha", "1.2")))
    assert agree(made, "plain", "editable in place of a version", folder) == set()
    restore(folder)


def test_where_the_environment_is(made: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "A Project"
    folder.mkdir()
    (folder / "pyproject.toml").write_text(HEAD + "dependencies = []\n" + APP)
    # PDM reads where a person's data and settings are when it is loaded.
    steering = {"XDG_DATA_HOME": str(tmp_path / "data"), "XDG_CONFIG_HOME": str(tmp_path / "config")}
    for name, value in steering.items():
        monkeypatch.setenv(name, value)
    (tmp_path / "config" / "pdm").mkdir(parents=True)
    other_pdm = forking(**steering)
    saved = folder / ".pdm-python"

    def run(*words: str, **more: str) -> str:
        done = other_pdm.run([*words], folder, environ(PDM_CHECK_UPDATE="0", **BASE, **steering, **more))
        assert done.returncode == 0, done.output
        return done.output.strip().splitlines()[-1]

    def create() -> None:
        run("venv", "create", sys.executable, PDM_VENV_IN_PROJECT="0")

    def theirs(more: dict[str, str]) -> str:
        before = saved.read_text() if saved.exists() else None
        said = run("info", "--packages", **more)
        # PDM writes down what it chose.
        saved.unlink(missing_ok=True)
        if before is not None:
            saved.write_text(before)
        # Of an environment it says where the packages are, of __pypackages__ the folder itself.
        return str(next((one for one in Path(said).parents if (one / "pyvenv.cfg").exists()), said))

    def same(state: str, **more: str) -> Path | None:
        return made.place(state, folder, theirs, **more)

    def settings(text: str) -> None:
        (folder / "pdm.toml").write_text(text)

    create()
    named = same("the place named by a hash")
    assert named is not None and named.is_relative_to(tmp_path / "data")
    other = tmp_path / "active"
    empty(folder, at=other)
    assert same("active", VIRTUAL_ENV=str(other)) == other.resolve()
    assert same("active, ignored", VIRTUAL_ENV=str(other), PDM_IGNORE_ACTIVE_VENV="1") == named
    empty(folder)
    assert same("in the project's folder") == (folder / ".venv").resolve()
    settings("[venv]\nin_project = false\n")
    assert same("in_project = false, and a .venv") == (folder / ".venv").resolve()
    assert same("PDM_PYTHON", PDM_PYTHON=str(python(other))) == other.resolve()
    saved.write_text(python(other).as_posix())
    assert same("saved") == other.resolve()
    assert same("saved, ignored", PDM_IGNORE_SAVED_PYTHON="1") == (folder / ".venv").resolve()
    saved.unlink()
    (folder / "__pypackages__" / f"{sys.version_info[0]}.{sys.version_info[1]}" / "lib").mkdir(parents=True)
    assert same("__pypackages__, and a .venv") == (folder / ".venv").resolve()
    settings("[python]\nuse_venv = false\n")
    assert same("__pypackages__, and no environments wanted") == next(folder.glob("__pypackages__/*")).resolve()
    settings("")
    assert same("__pypackages__, and no environments wanted by variable", PDM_USE_VENV="0") is not None
    shutil.rmtree(folder / "__pypackages__")
    shutil.rmtree(folder / ".venv")
    (tmp_path / "config" / "pdm" / "config.toml").write_text(f'[venv]\nlocation = "{(tmp_path / "else").as_posix()}"\n')
    create()
    elsewhere = same("another venv.location")
    assert elsewhere is not None and elsewhere.is_relative_to(tmp_path / "else")
    settings(f'[venv]\nlocation = "{(tmp_path / "third").as_posix()}"\n')
    create()
    elsewhere = same("a venv.location of the project's settings")
    assert elsewhere is not None and elsewhere.is_relative_to(tmp_path / "third")
    other_pdm.close()


def agree(made: Stage, name: str, state: str, folder: Path, *words: str, overrides: Overrides | None = None) -> set[str]:
    """PDM's set of changes and ours, which have to be equal; gives it. The project itself is left out: it is installed every time."""
    said = pdm(folder, "sync", "--dry-run", *words).output
    changes = {stage.key(match[1]) for match in re.finditer(r"^  - (\S+) (.*)$", said, re.MULTILINE) if not _same(match[2])}
    return made.agree(name, state, folder, changes - {"me"}, said, overrides)


def _same(change: str) -> bool:
    """A local folder that is installed again as it is: "1.0 -> 1.0"."""
    before, arrow, after = change.partition(" -> ")
    return bool(arrow) and before == after
