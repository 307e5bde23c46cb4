"""What ``venvls remove`` says a project's own tool will take away, against what the tool then takes away."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import uv

from tests.differential_tools.tools import environ, tool

pytestmark = [pytest.mark.network, pytest.mark.slow]

STATED = """\
[project]
name = "me"
version = "1"
requires-python = ">=3.10,<4"
dependencies = ["requests<3", "idna"]
[project.optional-dependencies]
x = ["six"]
[dependency-groups]
dev = ["iniconfig"]
docs = ["packaging"]
[tool.pdm]
distribution = false
"""
FOLDERS = """\
[project]
name = "me"
version = "1"
requires-python = ">=3.10,<4"
dependencies = ["a @ file://{0}/a"]
[tool.poetry]
package-mode = false
"""
LIBRARY = '[project]\nname = "{0}"\nversion = "1"\ndependencies = [{1}]\n[build-system]\nrequires = ["setuptools"]\n'
SITE = "import importlib.metadata as m; print(*sorted(d.name.lower() for d in m.distributions()))"


@pytest.mark.parametrize("name", ["uv", "pdm", "poetry"])
def test_what_goes_is_what_was_told(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "me"
    folder.mkdir()
    python = folder / (".venv/Scripts/python.exe" if os.name == "nt" else ".venv/bin/python")
    path = os.pathsep.join([str(tool(name).parent), str(Path(uv.find_uv_bin()).parent), os.environ.get("PATH", "")])
    variables = environ(PATH=path, VIRTUAL_ENV=str(folder / ".venv"), UV_PYTHON_DOWNLOADS="never")

    def run(*words: object, failing: bool = False) -> str:
        ran = subprocess.run([*map(str, words)], cwd=folder, env=variables, capture_output=True, text=True, check=False, timeout=900)
        assert failing or ran.returncode == 0, (words, ran.stdout, ran.stderr)
        return ran.stdout + ran.stderr

    (folder / "pyproject.toml").write_text(STATED if name != "poetry" else FOLDERS.format(tmp_path.as_posix()))
    run("uv", "venv", "--quiet", "--seed", "--python", sys.executable)
    if name == "uv":
        run("uv", "sync", "--quiet", "--all-extras", "--all-groups", "--inexact")
    elif name == "pdm":
        run(tool("pdm"), "install", "--quiet", "-G", "x")
    else:
        # Poetry resolves folders without an index; what it would build in them is installed by another tool.
        for library, needs in (("a", f'"b @ file://{tmp_path.as_posix()}/b"'), ("b", "")):
            (tmp_path / library / library).mkdir(parents=True)
            (tmp_path / library / library / "__init__.py").touch()
            (tmp_path / library / "pyproject.toml").write_text(LIBRARY.format(library, needs))
        run(tool("poetry"), "lock", "--no-interaction")
        run("uv", "pip", "install", "--quiet", tmp_path / "a", tmp_path / "b")
    run("uv", "pip", "install", "--quiet", "tomli")
    gone = "a" if name == "poetry" else "requests"

    told = run(sys.executable, "-m", "venvls", "remove", gone, "--dry-run")
    listed = re.findall(r"note: ([\w, -]+) (?:is|are) removed from|require then: ([\w, -]+)\.", told)
    words = {each for pair in listed for text in pair for each in text.split(", ") if each}
    before = set(run(python, "-c", SITE).split())
    run(tool(name), "remove", gone, *(["--no-interaction"] if name == "poetry" else []))
    assert words == before - set(run(python, "-c", SITE).split())


ROOT = """\
[project]
name = "root"
version = "1"
requires-python = ">=3.10"
dependencies = ["idna", "six"]
[tool.uv.workspace]
members = ["m", "n"]
[dependency-groups]
dev = ["packaging"]
"""
MEMBER = """\
[project]
name = "{0}"
version = "1"
requires-python = ">=3.10"
dependencies = [{1}]
{2}"""
BUILT = '[build-system]\nrequires = ["uv_build"]\nbuild-backend = "uv_build"\n'
WORKSPACES = {
    "alone": ('"requests<3", "six"', '[dependency-groups]\ndev = ["iniconfig"]\nlint = ["pluggy"]\n', '"certifi", "toml"', ""),
    "default groups": (
        '"requests<3"',
        '[dependency-groups]\ndev = ["iniconfig"]\nlint = ["pluggy"]\n[tool.uv]\ndefault-groups = ["lint"]\n',
        '"toml"',
        "",
    ),
    "a sibling": ('"requests<3", "n"', "[tool.uv.sources]\nn = { workspace = true }\n" + BUILT, '"certifi", "toml"', BUILT),
    "the sibling itself": ('"requests<3", "n"', "[tool.uv.sources]\nn = { workspace = true }\n" + BUILT, '"certifi", "toml"', BUILT),
}


@pytest.mark.parametrize("place", ["m", "."])
@pytest.mark.parametrize("name", WORKSPACES)
def test_what_goes_in_a_workspace(name: str, place: str, tmp_path: Path) -> None:
    needs, more, others, built = WORKSPACES[name]
    folder = tmp_path / "w"
    for member, text in (("m", MEMBER.format("m", needs, more)), ("n", MEMBER.format("n", others, built))):
        (folder / member / "src" / member).mkdir(parents=True)
        (folder / member / "src" / member / "__init__.py").touch()
        (folder / member / "pyproject.toml").write_text(text)
    (folder / "pyproject.toml").write_text(ROOT)
    python = folder / (".venv/Scripts/python.exe" if os.name == "nt" else ".venv/bin/python")
    variables = environ(PATH=os.pathsep.join([str(Path(uv.find_uv_bin()).parent), os.environ.get("PATH", "")]), UV_PYTHON_DOWNLOADS="never")

    def run(*words: object) -> str:
        ran = subprocess.run(
            [*map(str, words)], cwd=folder / place, env=variables, capture_output=True, text=True, check=False, timeout=900
        )
        assert ran.returncode == 0, (words, ran.stdout, ran.stderr)
        return ran.stdout + ran.stderr

    def installed() -> set[str]:
        told = run(python, "-I", "-c", SITE)
        return set(told.split())

    run("uv", "sync", "--quiet", "--all-packages", "--all-groups", "--python", sys.executable)
    run("uv", "pip", "install", "--quiet", "--python", python, "tomli")
    gone = "six" if place == "." else "n" if name == "the sibling itself" else "requests"
    told = run(sys.executable, "-m", "venvls", "remove", gone, "--dry-run")
    listed = re.findall(r"note: ([\w, -]+) (?:is|are) removed from|require then: ([\w, -]+)\.", told)
    words = {each for pair in listed for text in pair for each in text.split(", ") if each}
    before = installed()
    run("uv", "remove", gone)
    assert words == before - installed()
