"""`venvls create --like DIR`: a work tree gets an environment of its own that is as another checkout's is."""

from __future__ import annotations

import re
import subprocess

import pytest

from tests.cli.inside import Inside
from tests.memory_machine import MemoryMachine, MemoryMemory
from venvls.likeness import like
from venvls.workspace import Workspace

CFG = "home = /usr/bin\nversion = 3.11.4\nuv = 0.13.9\n"
SITE = "lib/python3.11/site-packages"
PYPROJECT = """[project]
name = "p"
version = "1"
dependencies = ["a"]
[project.optional-dependencies]
x = ["e", "windows-only; sys_platform == 'win32'"]
y = ["f"]
[dependency-groups]
docs = ["d"]
half = ["d", "gone"]
"""


def workspace(*installed: str, here: str = PYPROJECT) -> Workspace:
    """Two checkouts; the first has an environment of Python 3.11 that uv made, with these packages."""
    tree = {
        "/w/main/pyproject.toml": PYPROJECT, "/w/main/.env/pyvenv.cfg": CFG, "/w/main/.env/bin/python": "", "/w/main/.env/bin/activate": "",
        "/usr/bin/python3": "",
        "/w/main/requirements-lint.txt": "l\n", "/w/new/pyproject.toml": here, "/w/new/requirements-lint.txt": "l\n",
        **{f"/w/main/.env/{SITE}/{name}-1.dist-info/METADATA": f"Name: {name}\nVersion: 1\n" for name in (*installed, "none")},
    }  # fmt: skip
    made = Workspace(MemoryMachine(tree), MemoryMemory())
    made.set_roots(("/w",))
    made.discover()
    return made


def test_what_is_installed_there_is_wanted_here() -> None:
    made = workspace("a", "d", "e", "l")
    likeness = like(made.facts("/w/main"), made.facts("/w/new"), "pip")
    assert likeness is not None
    assert (likeness.python, likeness.tool, likeness.name) == ("3.11", "uv", ".env")
    assert likeness.extras == {"x"}
    assert likeness.groups == {"docs", "lint"}


def test_only_what_this_checkout_knows_is_taken() -> None:
    made = workspace("a", "d", "e", here='[project]\nname = "p"\nversion = "1"\n')
    likeness = like(made.facts("/w/main"), made.facts("/w/new"), "poetry")
    assert likeness is not None
    assert likeness.tool is None, "the project's own tool creates it"
    assert not likeness.extras and not likeness.groups


def test_without_an_environment_there_is_nothing_to_be_like() -> None:
    made = workspace("a")
    assert like(made.facts("/w/new"), made.facts("/w/main"), "pip") is None


@pytest.mark.slow
def test_a_work_tree_gets_its_own_as_the_first_has_it(inside: Inside) -> None:
    inside.write("pyproject.toml", '[project]\nname = "shop"\nversion = "1"\nrequires-python = ">=3.9"\ndependencies = ["alpha"]\n')
    inside.write("requirements.txt", "alpha\n")
    inside.write("requirements-docs.txt", "gamma\n")
    git = ["git", "-c", "user.name=t", "-c", "user.email=t@t"]
    for words in (["init", "-q"], ["add", "."], ["commit", "-qm", "x"], ["worktree", "add", "-q", "../tree"]):
        subprocess.run([*git, *words], cwd=inside.root, check=True)
    inside.good("create", "--group", "docs", "--name", "env")
    tree = inside.root.parent / "tree"
    plan = inside.run("create", "--like", str(inside.root), "--dry-run", cwd=tree)
    assert plan.returncode == 0 and not (tree / "env").exists()
    made = inside.run("create", "--like", str(inside.root), cwd=tree)
    assert made.returncode == 0, made.stderr
    assert re.findall("(?:group|extra) \\w+", made.stderr) == ["group docs"]
    names = {path.name for path in (tree / "env").glob("[lL]ib/**/*.dist-info")}
    assert {"alpha-1.0.dist-info", "gamma-1.0.dist-info"} <= names
    versions = [(folder / "env" / "pyvenv.cfg").read_text() for folder in (inside.root, tree)]
    assert versions[0].split("version_info")[1:] == versions[1].split("version_info")[1:]
    assert str(inside.root) not in (tree / "env" / "pyvenv.cfg").read_text()
    assert "names this project itself" in inside.said("create", "--like", ".")
