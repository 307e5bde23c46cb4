"""Our verdict on a project that Pipenv keeps, against Pipenv's own: ``verify``, ``--venv``, and what its ``requirements`` still lack.

Pipenv has no dry run of a sync. What it would install is what ``pipenv requirements`` prints; uv's pip says what of that is missing.
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
}
EDITS: list[tuple[str, str, str]] = [
    ("plain", '"~=0.1.0"', '"~=0.2.0"'),
    ("plain", 'alpha = "*"', '# a remark\nalpha = "*"'),
    ("plain", 'alpha = "*"', 'Alpha = "*"'),
    ("dev", "[requires]", "[scripts]\nstart = 'x'\n[requires]"),
    ("dev", "[dev-packages]", "[dev-packages]\nalpha = '*'"),
    ("categories", "[Docs_X]", '[Docs_X]\nalpha = "*"'),
    ("names", "allow_prereleases = false", "allow_prereleases = true"),
]
_WOULD = re.compile(r"^ [+-] ([A-Za-z0-9._-]+)(?:==| @|$| \()", re.MULTILINE)


class Made:
    """The index's URL, the folder of its wheels, and every project by name."""

    def __init__(self, index: str, files: Path) -> None:
        self.index, self.files = index, files
        self.folders: dict[str, Path] = {}


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
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    """Every project, locked by Pipenv; what its lock asks for installed."""
    base = tmp_path_factory.mktemp("pipenv")
    library(base / "gitted", "gitted")
    who = ["-c", "user.name=t", "-c", "user.email=t@example.invalid", "-c", "commit.gpgsign=false", "-c", "tag.gpgsign=false"]
    for words in (["init", "--quiet", "--initial-branch=main"], ["add", "."], ["commit", "--quiet", "-m", "x"], ["tag", "v1"]):
        subprocess.run(["git", *who, *words], cwd=base / "gitted", check=True, capture_output=True, timeout=60)
    CACHE["PIPENV_CACHE_DIR"] = str(base / "cache")
    with served(base / "index") as url:
        result = Made(url, base / "index" / "files")
        for name, text in PROJECTS.items():
            folder = result.folders[name] = base / name
            folder.mkdir()
            for local in ("edited", "plain"):
                if f'"./{local}"' in text:
                    library(folder / local, local)
            minor = f"{sys.version_info[0]}.{sys.version_info[1]}"
            whole = (SOURCE + text).replace("@INDEX@", url).replace("@GIT@", (base / "gitted").as_uri()).replace("@MINOR@", minor)
            (folder / "Pipfile").write_text(whole, "utf-8")
            _uv(folder, "venv", "--quiet", "--seed", "--python", sys.executable)
            pipenv(folder, "lock")
            if name == "dev":
                pipenv(folder, "sync", "--dev")
            else:
                _install(result, folder, "-r", str(_requirements(folder, "--dev")))
            shutil.copytree(folder / ".venv", folder.with_suffix(".venv"), symlinks=True)
        yield result
    program().close()


@pytest.mark.parametrize("name", PROJECTS)
def test_every_state_of_the_environment(name: str, made: Made) -> None:
    folder = made.folders[name]
    assert agree(made, name, "fresh", folder) == set()
    assert [one for one in findings(folder) if one.severity in ("error", "warning")] == [], "a project in step has no warning"
    installed = {path.name.split("-")[0] for path in folder.glob(".venv/lib*/**/*.dist-info")}
    victim = next(one for one in ("alpha", "delta", "gitted", "edited", "plain") if one in installed)
    _uv(folder, "pip", "uninstall", "--quiet", victim)
    _install(made, folder, "stray==1.0")
    assert agree(made, name, "one missing, one extraneous", folder) == {victim}
    if victim == "alpha":
        _install(made, folder, "alpha==1.0")
        assert agree(made, name, "one downgraded", folder) == {"alpha"}
    _restore(folder)


def test_chosen_category(made: Made) -> None:
    assert agree(
        made, "categories", "a category chosen", made.folders["categories"], "--categories=packages dev-packages Docs_X", groups=("docs-x",)
    ) == {"epsilon"}


def test_editable_swapped(made: Made) -> None:
    folder = made.folders["editable"]
    _install(made, folder, str(folder / "edited"))
    assert {_named(one) for one in findings(folder) if one.code == "source-mismatch"} == {"edited"}
    _restore(folder)


@pytest.mark.parametrize(("name", "before", "after"), EDITS)
def test_stale(name: str, before: str, after: str, made: Made) -> None:
    pipfile = made.folders[name] / "Pipfile"
    whole = pipfile.read_text("utf-8")
    assert before in whole
    try:
        pipfile.write_text(whole.replace(before, after, 1), "utf-8")
        theirs = pipenv(made.folders[name], "verify", check=False).returncode != 0
        ours = any(one.code == "stale-lock" for one in findings(made.folders[name]))
    finally:
        pipfile.write_text(whole, "utf-8")
    record("pipenv", name, f"lock after {before!r} -> {after!r}", ours == theirs)
    assert ours == theirs


def test_where_the_environment_is(made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "A (Project)"
    folder.mkdir()
    shutil.copy(made.folders["plain"] / "Pipfile", folder)
    home = tmp_path / "home of environments"

    def same(state: str, **more: str) -> Path | None:
        more = {"WORKON_HOME": str(home), **more}
        for key, value in more.items():
            monkeypatch.setenv(key, value)
        said = pipenv(folder, "--venv", check=False, **{"PIPENV_VENV_IN_PROJECT": "", **more})
        theirs = Path(said.output.strip().splitlines()[-1]).resolve() if said.returncode == 0 else None
        found = workspace(folder).which(str(folder)).environment
        ours = Path(found.real) if found is not None else None
        record("pipenv", "places", state, ours == theirs)
        assert ours == theirs, (state, said.output)
        for key in more:
            monkeypatch.delenv(key)
        return ours

    assert same("no environment yet") is None
    pipenv(folder, "--python", sys.executable, PIPENV_VENV_IN_PROJECT="", WORKON_HOME=str(home))
    named = same("the hashed place")
    assert named is not None and named.is_relative_to(home)
    active = tmp_path / "active"
    _uv(folder, "venv", "--quiet", "--seed", str(active))
    assert same("active", VIRTUAL_ENV=str(active)) == active.resolve()
    assert same("active, but to be ignored", VIRTUAL_ENV=str(active), PIPENV_IGNORE_VIRTUALENVS="1") == named
    assert same("active by pipenv shell", VIRTUAL_ENV=str(active), PIPENV_ACTIVE="1") == named
    shutil.copytree(named, home / "by-name", symlinks=True)
    assert same("a name of one's own", PIPENV_CUSTOM_VENV_NAME="by-name") == (home / "by-name").resolve()
    _uv(folder, "venv", "--quiet", "--seed")
    assert same("a .venv beside the named one") == named
    assert same("in-project by variable", PIPENV_VENV_IN_PROJECT="1") == (folder / ".venv").resolve()
    shutil.rmtree(named)
    assert same("a .venv that merely stands there") == (folder / ".venv").resolve()
    shutil.rmtree(folder / ".venv")
    (folder / ".venv").write_text("../active\n")
    assert same("a .venv file with a path") == active.resolve()


def workspace(folder: Path, groups: tuple[str, ...] = ()) -> Workspace:
    one = Workspace(ThisMachine(), MemoryMemory(), strict=True, overrides=Overrides(groups=groups))
    one.set_roots([str(folder)])
    one.discover()
    return one


def findings(folder: Path, groups: tuple[str, ...] = ()) -> list[Finding]:
    return [one for one in workspace(folder, groups).check().findings if one.project == str(folder)]


def agree(made: Made, name: str, state: str, folder: Path, *words: str, groups: tuple[str, ...] = ()) -> set[str]:
    """What Pipenv would still install and what we find, which have to be equal; gives it."""
    file = _requirements(folder, *(words or ("--dev",)))
    dry = _uv(folder, "pip", "install", "--dry-run", "--no-deps", "--no-index", "--find-links", str(made.files), "-r", str(file))
    theirs = {_key(match) for match in _WOULD.findall(dry)}
    relevant = [
        one
        for one in findings(folder, groups)
        if one.code in ("missing-requirement", "version-mismatch", "source-mismatch", "missing-extra")
    ]
    ours = {_named(one) for one in relevant}
    record("pipenv", name, state, ours == theirs)
    assert ours == theirs, (file.read_text(), dry, [(one.code, one.message) for one in relevant])
    return ours


def _requirements(folder: Path, *words: str) -> Path:
    """What the lock asks for, as a requirements file of pip's."""
    said = pipenv(folder, "requirements", *words).output
    lines = [line for line in said.splitlines() if line and not line.startswith(("-i ", "Loading", "--extra", "#"))]
    # A repository on this machine is always asked for as an editable one, which uv does not know.
    lines = [re.sub(r"^-e (git\+.*)#egg=(.*)$", r"\2 @ \1", line) for line in lines]
    file = folder / "asked.in-pip"
    file.write_text("\n".join(lines) + "\n", "utf-8")
    return file


def _named(one: Finding) -> str:
    said = one.data.get("name") or (one.requirement.parsed.key if one.requirement is not None else None)
    return str(said) if said else _key(re.split(r"[ \[]", one.message)[0])


def _key(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _uv(folder: Path, *words: str) -> str:
    variables = environ(VIRTUAL_ENV=str(folder / ".venv"))
    done = subprocess.run([uv.find_uv_bin(), *words], cwd=folder, env=variables, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def _restore(folder: Path) -> None:
    shutil.rmtree(folder / ".venv")
    shutil.copytree(folder.with_suffix(".venv"), folder / ".venv", symlinks=True)


def _install(made: Made, folder: Path, *words: str) -> None:
    _uv(
        folder, "pip", "install", "--quiet", "--no-index", "--no-deps", "--reinstall", "--no-cache", "--find-links", str(made.files), *words
    )
