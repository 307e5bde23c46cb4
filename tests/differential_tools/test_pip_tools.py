"""Our verdict on compiled requirements, against ``pip-sync --dry-run`` and against what compiling again would write.

Where a file does not count (another group's) what it asks for is never called extraneous here; pip-sync, told only of the others,
removes it.
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
from tests.differential_tools.small_index import served
from tests.differential_tools.tools import environ, tool
from tests.memory_machine import MemoryMemory
from venvls.host.machine import ThisMachine
from venvls.model.finding import Finding
from venvls.workspace import Workspace

pytestmark = [pytest.mark.network, pytest.mark.slow]

LOCKED_CODES = {"missing-requirement", "version-mismatch", "source-mismatch", "extraneous-package", "missing-extra"}
PYPROJECT = (
    '[project]\nname = "Me_Too"\nversion = "1"\ndependencies = ["beta"]\n'
    '[project.optional-dependencies]\nweb = ["delta"]\nother = ["gamma"]\n'
)
MARKERS = "epsilon ; python_version >= '3'\nwindows-only ; sys_platform == 'win32'\nalpha\n"
Files = dict[str, str]
PROJECTS: dict[str, tuple[Files, tuple[str, ...]]] = {
    "plain": ({"requirements.in": "beta\nepsilon<0.2\n"}, ("compile requirements.in",)),
    "hashes": ({"requirements.in": "alpha<2\n"}, ("compile --generate-hashes requirements.in",)),
    "extras": ({"requirements.in": "gamma[more]>=1\n"}, ("compile --no-strip-extras requirements.in",)),
    "stripped extras": ({"requirements.in": "Gamma[more]\n"}, ("compile --strip-extras requirements.in",)),
    "line style": ({"requirements.in": "beta\ngamma[more]\n"}, ("compile --annotation-style=line requirements.in",)),
    "no annotations": ({"requirements.in": "beta\n"}, ("compile --no-annotate requirements.in",)),
    "markers": ({"requirements.in": MARKERS}, ("compile requirements.in",)),
    "two inputs": (
        {"requirements.in": "alpha\n", "requirements-dev.in": "delta\n"},
        ("compile -o requirements.txt requirements.in requirements-dev.in",),
    ),
    "layers": (
        {"requirements.in": "beta\n", "requirements-dev.in": "-c requirements.txt\ndelta\nalpha\n"},
        ("compile requirements.in", "compile requirements-dev.in"),
    ),
    "nested": (
        {
            "requirements.in": "-r requirements/base.in\n-c requirements/bounds.in\ndelta\n",
            "requirements/base.in": "beta\n",
            "requirements/bounds.in": "alpha<2\n",
        },
        ("compile requirements.in",),
    ),
    "folder": (
        {"requirements/base.in": "alpha\n", "requirements/dev.in": "-r base.in\nepsilon\n"},
        ("compile requirements/base.in", "compile requirements/dev.in"),
    ),
    "pyproject": ({"pyproject.toml": PYPROJECT}, ("compile --extra=web -o requirements.txt pyproject.toml",)),
    "uv": ({"requirements.in": "Zeta.Core\ngamma[more]\n"}, ("uv requirements.in -o requirements.txt",)),
    "uv universal": ({"requirements.in": MARKERS}, ("uv --universal --generate-hashes requirements.in -o requirements.txt",)),
    "uv pyproject": ({"pyproject.toml": PYPROJECT}, ("uv pyproject.toml --all-extras --output-file requirements.txt",)),
}  # fmt: skip
EDITS: list[tuple[str, str, str, str]] = [
    ("plain", "requirements.in", "epsilon<0.2", "epsilon<0.3"),
    ("plain", "requirements.in", "epsilon<0.2", "epsilon>=0.2"),
    ("plain", "requirements.in", "beta\n", ""),
    ("plain", "requirements.in", "beta\n", "beta\nalpha\n"),
    ("plain", "requirements.in", "beta\n", "beta\ndelta\n"),
    ("plain", "requirements.in", "beta\n", "# a remark\nBeta  # another\n"),
    ("hashes", "requirements.in", "alpha<2", "alpha<1.2"),
    ("extras", "requirements.in", "gamma", "Gamma"),
    ("line style", "requirements.in", "beta\n", ""),
    ("markers", "requirements.in", "windows-only", "stray"),
    ("markers", "requirements.in", "alpha", "alpha\nstray; sys_platform == 'win32'"),
    ("two inputs", "requirements-dev.in", "delta", "stray"),
    ("layers", "requirements-dev.in", "delta", "gamma"),
    ("nested", "requirements/base.in", "beta", "alpha"),
    ("nested", "requirements/bounds.in", "alpha<2", "alpha<1.2"),
    ("folder", "requirements/dev.in", "epsilon", "epsilon\nstray"),
    ("pyproject", "pyproject.toml", '["delta"]', '["delta", "stray"]'),
    ("pyproject", "pyproject.toml", '["gamma"]', '["gamma", "stray"]'),
    ("pyproject", "pyproject.toml", '["beta"]', "[]"),
    ("uv", "requirements.in", "Zeta.Core", "zeta_core>=2"),
    ("uv", "requirements.in", "gamma[more]", "stray"),
    ("uv universal", "requirements.in", "alpha", "alpha\nstray; sys_platform == 'win32'"),
    ("uv pyproject", "pyproject.toml", '["gamma"]', '["gamma", "stray"]'),
]


class Made:
    """The index's URL, the folder of its wheels, and every project by name."""

    def __init__(self, index: str, files: Path) -> None:
        self.index, self.files = index, files
        self.folders: dict[str, Path] = {}


@cache
def program() -> Forking:
    loaded = ("piptools.scripts.compile", "piptools.scripts.sync", "pip._internal.commands.install", "pip._internal.index.package_finder")
    return Forking(tool("pip-tools"), "piptools.__main__:cli", loaded)


def run(made: Made, folder: Path, words: str) -> Done:
    """``compile …`` and ``sync …`` of pip-tools, or ``uv pip compile`` as ``uv …``."""
    first, *rest = words.split()
    if first == "uv":
        argv = [uv.find_uv_bin(), "pip", "compile", *rest]
        variables = environ(UV_DEFAULT_INDEX=f"{made.index}/simple", UV_NO_CONFIG="1", UV_CACHE_DIR=str(folder.parent / "uv-cache"))
        done = subprocess.run(argv, cwd=folder, env=variables, capture_output=True, text=True, check=False, timeout=60)
        return Done(done.returncode, done.stdout + done.stderr)
    variables = environ(PIP_INDEX_URL=f"{made.index}/simple", PIP_CONFIG_FILE="/dev/null", PIP_DISABLE_PIP_VERSION_CHECK="1")
    quiet = ["--no-emit-index-url", "--quiet"] if first == "compile" else []
    return program().run([first, *quiet, *rest], folder, variables)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    """Every project, compiled and synced."""
    base = tmp_path_factory.mktemp("pip-tools")
    with served(base / "index") as url:
        result = Made(url, base / "index" / "files")
        for name, (files, commands) in PROJECTS.items():
            folder = result.folders[name] = base / name.replace(" ", "-")
            for path, text in files.items():
                (folder / path).parent.mkdir(parents=True, exist_ok=True)
                (folder / path).write_text(text, "utf-8")
            _uv(folder, "venv", "--quiet", "--seed", "--python", sys.executable)
            for command in commands:
                done = run(result, folder, command)
                assert done.returncode == 0, done.output
            _uv(folder, "pip", "uninstall", "--quiet", "packaging")
            _install(result, folder, *(word for one in compiled(folder) for word in ("-r", one)))
            shutil.copytree(folder / ".venv", folder.with_suffix(".venv"), symlinks=True)
        yield result
    program().close()


@pytest.mark.parametrize("name", PROJECTS)
def test_every_state_of_the_environment(name: str, made: Made) -> None:
    folder = made.folders[name]
    assert agree(name, "fresh", folder, made) == set()
    assert [one for one in findings(folder) if one.severity in ("error", "warning")] == [], "a project in step has no warning"
    installed = {path.name.split("-")[0] for path in folder.glob(".venv/lib*/**/*.dist-info")}
    victim = next(one for one in ("delta", "alpha") if one in installed)
    _uv(folder, "pip", "uninstall", "--quiet", victim)
    assert agree(name, "one missing", folder, made) == {victim}
    _install(made, folder, "stray==1.0", *(["alpha==1.0"] if "alpha" in installed else []))
    assert {"stray"} <= agree(name, "one extraneous, one downgraded", folder, made)
    _restore(folder)


def test_pip_tools_in_the_environment_is_kept_with_what_it_needs(made: Made) -> None:
    folder = made.folders["plain"]
    site = next(folder.glob(".venv/lib*/**/site-packages"))
    for name, needs in (("pip-tools", "needed"), ("needed", "deeper"), ("deeper", "")):
        info = site / f"{name.replace('-', '_')}-9.0.dist-info"
        info.mkdir()
        text = f"Metadata-Version: 2.1\nName: {name}\nVersion: 9.0\n" + (f"Requires-Dist: {needs}\n" if needs else "")
        (info / "METADATA").write_text(text, "utf-8")
        (info / "INSTALLER").write_text("pip\n", "utf-8")
        (info / "RECORD").write_text("", "utf-8")
    assert agree("plain", "pip-tools inside", folder, made) == set()
    _restore(folder)


@pytest.mark.parametrize(("name", "file", "before", "after"), EDITS)
def test_stale(name: str, file: str, before: str, after: str, made: Made) -> None:
    folder = made.folders[name]
    manifest = folder / file
    whole = manifest.read_text("utf-8")
    kept = {one: (folder / one).read_text("utf-8") for one in compiled(folder)}
    assert before in whole
    try:
        manifest.write_text(whole.replace(before, after, 1), "utf-8")
        ours = any(one.code == "stale-lock" for one in findings(folder))
        for command in PROJECTS[name][1]:
            run(made, folder, command)
        theirs = any(_pins((folder / one).read_text("utf-8")) != _pins(text) for one, text in kept.items())
    finally:
        manifest.write_text(whole, "utf-8")
        for one, text in kept.items():
            (folder / one).write_text(text, "utf-8")
    record("pip-tools", name, f"{file} after {before!r} -> {after!r}", ours == theirs)
    assert ours == theirs


def _pins(text: str) -> list[str]:
    """The lines without their comments: who asks for a package may change without a change of what is installed."""
    return [line.partition("#")[0].strip() for line in text.splitlines() if line.partition("#")[0].strip()]


def compiled(folder: Path) -> list[str]:
    """The project's compiled files, by path below its folder."""
    return sorted(path.relative_to(folder).as_posix() for path in (*folder.glob("*.txt"), *folder.glob("requirements/*.txt")))


def findings(folder: Path) -> list[Finding]:
    one = Workspace(ThisMachine(), MemoryMemory(), strict=True)
    one.set_roots([str(folder)])
    one.discover()
    return [finding for finding in one.check().findings if finding.project == str(folder)]


def agree(name: str, state: str, folder: Path, made: Made) -> set[str]:
    """pip-sync's set of changes and ours, which have to be equal; gives it."""
    python = folder / ".venv" / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    if PROJECTS[name][1][0].startswith("uv "):
        said = _uv_sync(made, folder, python)
        changes = {_key(match[1]) for match in re.finditer(r"^ [-+~] ([A-Za-z0-9._-]+)==", said.output, re.MULTILINE)}
    else:
        said = run(made, folder, f"sync --dry-run --python-executable {python} {' '.join(compiled(folder))}")
        changes = {_key(match[1]) for match in re.finditer(r"^  ([A-Za-z0-9._-]+)", said.output, re.MULTILINE)}
        assert said.returncode == (1 if changes else 0), said.output
    relevant = [one for one in findings(folder) if one.code in LOCKED_CODES]
    ours = {_named(one) for one in relevant}
    record("pip-tools", name, state, ours == changes)
    assert ours == changes, (said.output, [(one.code, one.message) for one in relevant])
    return ours


def _uv_sync(made: Made, folder: Path, python: Path) -> Done:
    """What uv's own sync would do; what a seeded environment holds besides pip is left out of it when the project is made."""
    index = ("--no-index", "--find-links", str(made.files))
    argv = [uv.find_uv_bin(), "pip", "sync", "--dry-run", "--no-config", *index, "--python", str(python), *compiled(folder)]
    done = subprocess.run(argv, cwd=folder, env=environ(), capture_output=True, text=True, check=True, timeout=60)
    return Done(done.returncode, done.stderr)


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
