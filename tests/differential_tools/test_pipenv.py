"""Our verdict on a project that Pipenv keeps, against Pipenv's own: ``verify``, ``--venv``, and what its ``requirements`` still lack.

Pipenv has no dry run of a sync. What it would install is what ``pipenv requirements`` prints; uv's pip says what of that is missing.
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
from tests.differential_tools.stage import Stage, empty, findings, keep, named, restore, uv
from tests.differential_tools.tools import environ, tool
from venvls.workspace import Overrides

pytestmark = [pytest.mark.network, pytest.mark.slow]

SOURCE = '[[source]]\nname = "local"\nurl = "@INDEX@/simple"\nverify_ssl = false\n\n'
PROJECTS: dict[str, str] = {
    "plain": '[packages]\nalpha = "*"\nepsilon = "~=0.1.0"\n',
    "dev": '[packages]\nbeta = "==1.0"\n[dev-packages]\ndelta = "*"\n[requires]\npython_version = "@MINOR@"\n',
    "extras": '[packages]\ngamma = {version = "*", extras = ["more"]}\n',
    "markers": '[packages]\nalpha = {version = "<2", markers = "python_version >= \'3.6\'"}\n'
    'windows-only = {version = "*", sys_platform = "== \'win32\'"}\n',
    "categories": '[packages]\nalpha = "*"\n[dev-packages]\ndelta = "*"\n[Docs_X]\nepsilon = "*"\n',
    "names": '[packages]\n"Zeta.Core" = "*"\nALPHA = "<2"\n[scripts]\nstart = "python"\n[pipenv]\nallow_prereleases = false\n',
    "git": '[packages]\ngitted = {git = "@GIT@", ref = "v1"}\nalpha = "*"\n',
    "editable": '[packages]\nedited = {path = "./edited", editable = true}\n',
    "path": '[packages]\nplain = {path = "./plain"}\n',
    "url": '[packages]\ndelta = {file = "@INDEX@/files/delta-1.1-py3-none-any.whl"}\n',
    "two sources": '[[source]]\nname = "second"\nurl = "@INDEX@/simple/"\nverify_ssl = false\n'
    '[packages]\nalpha = {version = "<2", index = "second"}\nbeta = "*"\n[tests]\nalpha = "<2"\ndelta = "*"\n'
    '[requires]\npython_full_version = "@FULL@"\n[pipenv]\ninstall_search_all_sources = true\n',
    "markers in keys": '[packages]\nalpha = {version = "*", os_name = "== \'java\'"}\n'
    'delta = {version = "*", platform_system = "!= \'Java\'", python_version = ">= \'3.0\'"}\n'
    'gamma = {version = "~=1.0", extras = ["more"], markers = "sys_platform != \'win32\' or python_version >= \'3\'"}\n',
}
AGAIN = ("categories", "two sources", "editable")
"""Projects whose environment more than one test looks at."""
FULL = ".".join(map(str, sys.version_info[:3]))
EDITS: list[tuple[str, str, str]] = [
    ("plain", '"~=0.1.0"', '"~=0.2.0"'),
    ("plain", 'alpha = "*"', '# a remark\nalpha = "*"'),
    ("plain", 'alpha = "*"', 'Alpha = "*"'),
    ("dev", "[requires]", "[scripts]\nstart = 'x'\n[requires]"),
    ("dev", "[dev-packages]", "[dev-packages]\nalpha = '*'"),
    ("categories", "[Docs_X]", '[Docs_X]\nalpha = "*"'),
    ("names", "allow_prereleases = false", "allow_prereleases = true"),
    ("two sources", "install_search_all_sources = true", "install_search_all_sources = false"),
    ("two sources", "verify_ssl = false", "verify_ssl = true"),
    ("two sources", 'name = "second"', 'name = "third"'),
    ("two sources", '"@FULL@"', '"3.0.0"'),
    ("two sources", "[tests]", "[more-tests]"),
    ("markers in keys", "== 'java'", "=='java'"),
]
_WOULD = re.compile(r"^ [+-] ([A-Za-z0-9._-]+)(?:==| @|$| \()", re.MULTILINE)


@cache
def program() -> Forking:
    return Forking(tool("pipenv"), "pipenv:cli", ("pipenv.routines.lock", "pipenv.routines.sync", "pipenv.routines.requirements"))


def pipenv(folder: Path, *arguments: str, check: bool = True, **more: str) -> Done:
    steady = {"PIPENV_VENV_IN_PROJECT": "1", "PIPENV_NOSPIN": "1", "PIPENV_YES": "1", "PIPENV_PYTHON": "", "CI": "1", **CACHE}
    variables = {name: value for name, value in environ(**{**steady, **more}).items() if value and not name.startswith("PIP_")}
    done = program().run(list(arguments), folder, variables)
    assert done.returncode == 0 or not check, f"{' '.join(arguments)} in {folder}: {done.output}"
    return done


CACHE: dict[str, str] = {}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Every project, locked by Pipenv; what its lock asks for installed."""
    with stage.opened("pipenv", tmp_path_factory) as one:
        CACHE["PIPENV_CACHE_DIR"] = str(one.base / "cache")
        for name, text in PROJECTS.items():
            folder = one.project(name, {"Pipfile": SOURCE + text}, MINOR=FULL.rpartition(".")[0], FULL=FULL)
            for local in ("edited", "plain"):
                if f'"./{local}"' in text:
                    library(folder / local, local)
            empty(folder, "--seed")
            pipenv(folder, "lock")
            if name == "dev":
                pipenv(folder, "sync", "--dev")
            else:
                one.install(folder, "-r", str(_requirements(folder, "--dev")))
            if name in AGAIN:
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
    lost, changed = made.disturbed(name, agree, "alpha", "delta", "gitted", "edited", "plain")
    assert changed == {lost}, "Pipenv removes nothing"
    if lost == "alpha":
        assert made.downgraded(name, agree) == {"alpha"}
    restore(made.folders[name])


def test_chosen_category(made: Stage) -> None:
    words = "--categories=packages tests"
    assert agree(made, "two sources", "a category chosen", made.folders["two sources"], words, groups=("tests",)) == {"delta"}
    words = "--categories=packages dev-packages Docs_X"
    assert agree(made, "categories", "a category chosen", made.folders["categories"], words, groups=("docs-x",)) == {"epsilon"}


def test_editable_swapped(made: Stage) -> None:
    folder = made.folders["editable"]
    made.install(folder, str(folder / "edited"))
    assert {named(one) for one in findings(folder) if one.code == "source-mismatch"} == {"edited"}
    restore(folder)


def test_a_folder_in_place_of_a_version(made: Stage) -> None:
    """Pipenv's sync leaves a version that is there, wherever it came from."""
    folder = made.folders["categories"]
    made.install(folder, "-e", str(library(made.base / "alpha", "alpha", "2.0")), str(library(made.base / "delta", "delta", "1.1")))
    assert agree(made, "categories", "folders in place of versions", folder) == set()
    restore(folder)


@pytest.mark.parametrize(("name", "before", "after"), EDITS)
def test_stale(name: str, before: str, after: str, made: Stage) -> None:
    def theirs(folder: Path) -> tuple[bool, str]:
        said = pipenv(folder, "verify", check=False)
        return said.returncode != 0, said.output

    made.stale(name, "Pipfile", before.replace("@FULL@", FULL), after, theirs)


def test_wrong_python(made: Stage) -> None:
    """Pipenv asks for another Python where ``[requires]`` is not met; so do we, at the very words."""
    folder = made.folders["two sources"]
    with stage.edited(folder / "Pipfile", FULL, "3.0.1"):
        said = [one.message for one in findings(folder) if one.code == "python-mismatch"]
    assert len(said) == 1
    assert "3.0.1" in said[0]


def test_where_the_environment_is(made: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "A (Project)"
    folder.mkdir()
    shutil.copy(made.folders["plain"] / "Pipfile", folder)
    home = tmp_path / "home of environments"

    def theirs(more: dict[str, str]) -> str:
        said = pipenv(folder, "--venv", check=False, **{"PIPENV_VENV_IN_PROJECT": "", **more})
        return said.output.strip().splitlines()[-1] if said.returncode == 0 else ""

    def same(state: str, **more: str) -> Path | None:
        return made.place(state, folder, theirs, WORKON_HOME=str(home), **more)

    assert same("no environment yet") is None
    pipenv(folder, "--python", sys.executable, PIPENV_VENV_IN_PROJECT="", WORKON_HOME=str(home))
    named = same("the hashed place")
    assert named is not None and named.is_relative_to(home)
    active = tmp_path / "active"
    empty(folder, "--seed", at=active)
    assert same("active", VIRTUAL_ENV=str(active)) == active.resolve()
    assert same("active, but to be ignored", VIRTUAL_ENV=str(active), PIPENV_IGNORE_VIRTUALENVS="1") == named
    assert same("active by pipenv shell", VIRTUAL_ENV=str(active), PIPENV_ACTIVE="1") == named
    shutil.copytree(named, home / "by-name", symlinks=True)
    assert same("a name of one's own", PIPENV_CUSTOM_VENV_NAME="by-name") == (home / "by-name").resolve()
    empty(folder, "--seed")
    assert same("a .venv next to the named one") == named
    assert same("in-project by variable", PIPENV_VENV_IN_PROJECT="1") == (folder / ".venv").resolve()
    shutil.rmtree(named)
    assert same("a .venv that is just there") == (folder / ".venv").resolve()
    shutil.rmtree(folder / ".venv")
    (folder / ".venv").write_text("../active\n")
    assert same("a .venv file with a path") == active.resolve()
    (folder / ".venv").write_text("by-name\n")
    assert same("a .venv file with a name") == (home / "by-name").resolve()
    (folder / ".venv").unlink()
    pipfile = folder / "Pipfile"
    pipfile.write_text(pipfile.read_text("utf-8") + "[pipenv]\nvenv_in_project = true\n", "utf-8")
    empty(folder, "--seed")
    assert same("in-project by the Pipfile") == (folder / ".venv").resolve()
    shutil.rmtree(folder / ".venv")
    pipfile.write_text(pipfile.read_text("utf-8").replace("[pipenv]\nvenv_in_project = true\n", ""), "utf-8")
    pipenv(folder, "--python", sys.executable, PIPENV_VENV_IN_PROJECT="", WORKON_HOME=str(home), PIPENV_PYTHON="3")
    assert same("PIPENV_PYTHON in the name", PIPENV_PYTHON="3") is not None
    assert same("PIPENV_PIPFILE", PIPENV_PIPFILE=str(pipfile), PIPENV_PYTHON="3") is not None


def agree(made: Stage, name: str, state: str, folder: Path, *words: str, groups: tuple[str, ...] = ()) -> set[str]:
    """What Pipenv would still install and what we find, which have to be equal; gives it."""
    file = _requirements(folder, *(words or ("--dev",)))
    dry = uv(folder, "pip", "install", "--dry-run", "--no-deps", "--no-index", "--find-links", str(made.files), "-r", str(file))
    changes = {stage.key(match) for match in _WOULD.findall(dry)}
    return made.agree(name, state, folder, changes, (file.read_text("utf-8"), dry), Overrides(groups=groups))


def _requirements(folder: Path, *words: str) -> Path:
    """What the lock asks for, as a requirements file of pip's."""
    said = pipenv(folder, "requirements", *words).output
    lines = [line for line in said.splitlines() if line and not line.startswith(("-i ", "Loading", "--extra", "#"))]
    # A repository on this machine is always asked for as an editable one, which uv does not know.
    lines = [re.sub(r"^-e (git\+.*)#egg=(.*)$", r"\2 @ \1", line) for line in lines]
    file = folder / "asked.in-pip"
    file.write_text("\n".join(lines) + "\n", "utf-8")
    return file
