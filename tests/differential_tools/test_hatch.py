"""Our verdict on an environment that Hatch keeps, against Hatch's own: its sync check (``dep/sync.py``), ``dep show``, ``env find``.

Hatch looks at the environment only when the project's dependencies changed, so that its check is called in its own Python. It judges what
is stated alone, not what that needs in turn; so do the codes compared here. It never calls a package extraneous.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import uv

from tests.differential.wheels import Wheel, write
from tests.differential_tools.agreements import record
from tests.differential_tools.forking import Done, Forking
from tests.differential_tools.hatch_projects import BODY, HEAD, OTHERS, OWN_FILE, PROJECTS
from tests.differential_tools.small_index import WHEELS
from tests.differential_tools.tools import environ, tool
from tests.memory_machine import MemoryMemory
from venvls import manifests
from venvls.environments.hatch import default_place
from venvls.environments.kind import Query
from venvls.host.machine import ThisMachine
from venvls.model.finding import Finding
from venvls.model.text import Text
from venvls.workspace import Overrides, Workspace

pytestmark = [pytest.mark.network, pytest.mark.slow]

PYTHON = f"{sys.version_info[0]}.{sys.version_info[1]}"
CODES = {"missing-requirement", "version-mismatch", "source-mismatch", "missing-extra"}
CHECK = """
import json, sys
from hatch.dep.core import Dependency
from hatch.dep.sync import InstalledDistributions
asked, paths, variables = json.loads(sys.stdin.read())
known = InstalledDistributions(sys_path=paths, environment=variables)
print(json.dumps([text for text in asked if not known.dependency_in_sync(Dependency(text))]))
"""


class Made:
    """The folder of the wheels, and every project by name with its environment."""

    def __init__(self, files: Path) -> None:
        self.files = files
        self.folders: dict[str, tuple[Path, Path]] = {}


@cache
def program() -> Forking:
    return Forking(tool("hatch"), "hatch.cli:main", ("hatch.cli", "hatch.env.virtual", "hatch.project.core", "hatch.dep.sync"))


def hatch(folder: Path, *arguments: str, **more: str) -> Done:
    done = program().run([*arguments], folder, environ(HATCH_INTERACTIVE="0", **more))
    assert done.returncode == 0, f"{' '.join(arguments)} in {folder}: {done.output}"
    return done


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    """Every project, with an environment where Hatch looks for it, and everything in it."""
    base = tmp_path_factory.mktemp("hatch")
    (base / "wheels").mkdir()
    result = Made(base / "wheels")
    for wheel in (*WHEELS, Wheel("Me.Too", "1")):
        write(wheel, result.files)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HATCH_DATA_DIR", str(base / "data"))
        for name, text in PROJECTS.items():
            folder = base / name.replace(" ", "-")
            folder.mkdir()
            (folder / "pyproject.toml").write_text(text, "utf-8")
            if name == "a file of its own":
                (folder / "hatch.toml").write_text(OWN_FILE, "utf-8")
            _make(result, name, folder, "default")
        for name, (env, text) in OTHERS.items():
            folder = base / name.replace(" ", "-")
            folder.mkdir()
            (folder / "pyproject.toml").write_text(f"{HEAD}{BODY}{text}".replace("@PY@", PYTHON), "utf-8")
            _make(result, name, folder, env.replace("@PY@", PYTHON))
        yield result
    program().close()


def _make(made: Made, name: str, folder: Path, env: str) -> None:
    data = str(made.files.parent / "data")
    place = Path(hatch(folder, "env", "find", env, HATCH_DATA_DIR=data).output.strip().splitlines()[-1])
    _uv(folder, "venv", "--quiet", "--python", sys.executable, str(place))
    made.folders[name] = (folder, place)
    _install(made, place, "me-too", *asked(folder, made.files.parent, env))


@pytest.mark.parametrize("name", OTHERS)
def test_other_environments(name: str, made: Made) -> None:
    folder, place = made.folders[name]
    env = OTHERS[name][0].replace("@PY@", PYTHON)
    assert agree(name, "fresh", folder, place, made, env) == set()
    wanted = {_key(re.split(r"[ \[<>=;!~]", one)[0]) for one in asked(folder, made.files.parent, env)} - {"windows-only"}
    assert wanted
    _uv(folder, "pip", "uninstall", "--quiet", "--python", str(place), *sorted(wanted))
    _install(made, place, "stray==1.0")
    assert agree(name, "everything missing", folder, place, made, env) == wanted


@pytest.mark.parametrize("name", PROJECTS)
def test_every_state_of_the_environment(name: str, made: Made) -> None:
    folder, place = made.folders[name]
    found = workspace(folder).which(str(folder)).environment
    ours = Path(found.real) if found is not None else None
    record("hatch", name, "place", ours == place.resolve())
    assert ours == place.resolve()
    assert agree(name, "fresh", folder, place, made) == set()
    assert [one for one in findings(folder) if one.severity in ("error", "warning")] == [], "a project in step has no warning"
    victim = "delta" if name in ("features", "markers") else "alpha"
    _uv(folder, "pip", "uninstall", "--quiet", "--python", str(place), victim)
    _install(made, place, "stray==1.0")
    assert agree(name, "one missing, one extraneous", folder, place, made) == {victim}
    if victim == "alpha" and name != "names":
        _install(made, place, "alpha==2.0")
        assert agree(name, "one too new", folder, place, made) == {"alpha"}


def _asked_place(folder: Path, variables: dict[str, str]) -> str | None:
    manifest = manifests.parse(str(folder / "pyproject.toml"), Text((folder / "pyproject.toml").read_text("utf-8")))
    machine = ThisMachine()
    return default_place(Query(machine.files, variables, str(Path.home()), sys.platform, str(folder), {"pyproject.toml": manifest}))


PLACES = {
    "a path": ("[tool.hatch.envs.default]\npath = '.here'\n", {}),
    "the path of a template": ("[tool.hatch.envs.default]\ntemplate = 'base'\n[tool.hatch.envs.base]\ndetached = true\npath = 'its'\n", {}),
    "a path by a variable": ("[tool.hatch.envs.default]\npath = '.here'\n", {"HATCH_ENV_TYPE_VIRTUAL_PATH": "there/env"}),
    "data inside the project": ("[tool.hatch.envs.default]\n", {"HATCH_DATA_DIR": "@ROOT@/data"}),
}


@pytest.mark.parametrize("name", PLACES)
def test_places(name: str, made: Made, tmp_path: Path) -> None:
    text, variables = PLACES[name]
    (tmp_path / "pyproject.toml").write_text(HEAD + text, "utf-8")
    more = {"HATCH_DATA_DIR": str(made.files), **{key: value.replace("@ROOT@", str(tmp_path)) for key, value in variables.items()}}
    said = hatch(tmp_path, "env", "find", **more).output.strip().splitlines()[-1]
    ours = _asked_place(tmp_path, more)
    record("hatch", name, "place", ours == said)
    assert ours == said


@cache
def asked(folder: Path, base: Path, env: str = "default") -> list[str]:
    """What Hatch says an environment of its has to hold."""
    code = "import json, sys\nfrom hatch.cli import hatch\n" + _ASK
    done = subprocess.run(
        [str(tool("hatch").with_name(_python_name())), "-c", code, env],
        cwd=folder, env=environ(HATCH_DATA_DIR=str(base / "data")), capture_output=True, text=True, check=True, timeout=300,
    )  # fmt: skip
    return [str(one) for one in json.loads(done.stdout.strip().splitlines()[-1])]


_ASK = """
import click
from hatch.cli.application import Application

@hatch.command("ask-what-is-needed")
@click.pass_obj
def ask(app):
    print(json.dumps([str(one) for one in app.project.get_environment(sys.argv[1]).dependencies]))

hatch(["ask-what-is-needed"])
"""


def agree(name: str, state: str, folder: Path, place: Path, made: Made, env: str = "default") -> set[str]:
    """What Hatch's own check misses and what we report, which have to be equal; gives it."""
    site = next(str(one) for one in place.glob("[Ll]ib/**/site-packages"))
    payload = json.dumps([asked(folder, made.files.parent, env), [site], _markers()])
    python = str(tool("hatch").with_name(_python_name()))
    done = subprocess.run([python, "-c", CHECK], input=payload, env=environ(), capture_output=True, text=True, check=True, timeout=300)
    missing = {_key(re.split(r"[ \[<>=;!~]", one)[0]) for one in json.loads(done.stdout)}
    relevant = [one for one in findings(folder, place) if one.code in CODES]
    ours = {_key(str(one.requirement.parsed.key)) for one in relevant if one.requirement is not None}
    record("hatch", name, state, ours == missing)
    assert ours == missing, (done.stdout, [(one.code, one.message) for one in relevant])
    return ours


def workspace(folder: Path, place: Path | None = None) -> Workspace:
    overrides = Overrides(environment=str(place)) if place is not None else Overrides()
    one = Workspace(ThisMachine(), MemoryMemory(), strict=True, overrides=overrides)
    one.set_roots([str(folder)])
    one.discover()
    return one


def findings(folder: Path, place: Path | None = None) -> list[Finding]:
    return [one for one in workspace(folder, place).check().findings if one.project == str(folder)]


@cache
def _markers() -> dict[str, str]:
    code = "import json; from pip._vendor.packaging.markers import default_environment as d; print(json.dumps(d()))"
    python = [str(tool("hatch").with_name(_python_name())), "-c", code]
    plain: dict[str, str] = json.loads(subprocess.run(python, capture_output=True, text=True, check=True, timeout=300).stdout)
    return {**plain, "python_version": f"{sys.version_info[0]}.{sys.version_info[1]}"}


def _python_name() -> str:
    return "python.exe" if sys.platform == "win32" else "python"


def _key(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _uv(folder: Path, *words: str) -> None:
    subprocess.run([uv.find_uv_bin(), *words], cwd=folder, env=environ(), check=True, capture_output=True, timeout=300)


def _install(made: Made, place: Path, *words: str) -> None:
    index = ("--no-index", "--find-links", str(made.files), "--no-cache")
    _uv(made.files, "pip", "install", "--quiet", *index, "--python", str(place), *words)
