"""Who needs what, against pipdeptree (what is installed) and `poetry show --tree` (what is locked).

Poetry draws the same tree for every platform and extra: what it shows besides ours must be something that its lock does not want here.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from tests.differential import test_trees as by_chance
from tests.differential.tools import canonical, install, make_environment, pythons
from tests.differential.wheels import write_all
from tests.differential_tools.poetry_projects import PROJECTS, SOURCE
from tests.differential_tools.small_index import served
from tests.differential_tools.tools import environ, tool
from venvls.answers import tree as trees
from venvls.answers.graph import graph
from venvls.answers.stated import statements

pytestmark = [pytest.mark.network, pytest.mark.slow]

POETRY = ("groups", "dev-dependencies", "standard tables", "markers", "caret and tilde", "extras", "both tables")


def test_what_is_installed_by_pipdeptree(tmp_path: Path) -> None:
    for seed in range(3):
        folder = tmp_path / str(seed)
        folder.mkdir()
        write_all(by_chance.wheels(Random(seed)), folder / "wheels")
        (folder / "requirements.txt").write_text("".join(f"{name}\n" for name in by_chance.NAMES))
        make_environment(folder / ".venv", pythons()[-1])
        names = Random(seed).sample(by_chance.NAMES, 12)
        install(folder / ".venv", folder / "wheels", list(names))
        python = next((folder / ".venv").glob("[bS]*/python*"))
        words = [str(tool("pipdeptree")), "--python", str(python), "--extras", "none", "--json"]
        listed = json.loads(subprocess.run(words, env=environ(), capture_output=True, text=True, check=True).stdout)
        needs = [(each["package"]["key"], need["key"], need["required_version"]) for each in listed for need in each["dependencies"]]
        theirs = {(canonical(parent), canonical(key), "" if version == "Any" else version) for parent, key, version in needs}
        network = graph(by_chance.facts(folder), installed=True)
        ours = {(edge.parent, edge.key, edge.specifier) for name in names for edge in network.needs(name) if not edge.extra}
        assert ours == theirs, seed


@pytest.fixture(scope="module")
def locked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Path]]:
    base = tmp_path_factory.mktemp("poetry")
    folders = {}
    with served(base / "index") as index:
        for name in POETRY:
            folder = folders[name] = base / name.replace(" ", "-")
            folder.mkdir()
            (folder / "pyproject.toml").write_text((PROJECTS[name] + SOURCE).replace("@INDEX@", index))
            _poetry(folder, "lock")
        yield folders


def _poetry(folder: Path, *words: str) -> str:
    variables = environ(POETRY_VIRTUALENVS_IN_PROJECT="true", POETRY_CACHE_DIR=str(folder.parent / "cache"))
    done = subprocess.run([str(tool("poetry")), *words], cwd=folder, env=variables, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("name", POETRY)
def test_what_is_locked_by_poetry(name: str, locked: dict[str, Path]) -> None:
    folder = locked[name]
    theirs: set[tuple[str, str]] = set()
    above: list[str] = []
    for line in _poetry(folder, "show", "--tree").splitlines():
        words = line.lstrip("│├└─ ")
        if not words:
            continue
        depth, package = (len(line) - len(words)) // 4, canonical(words.split()[0])
        del above[depth:]
        theirs.add((above[-1] if above else "", package))
        above.append(package)
    facts = by_chance.facts(folder)
    assert facts.locked is not None and facts.locked.problem is None and facts.locked.stale is None
    ours: set[tuple[str, str]] = set()
    above = []
    for row in trees.tree(facts):
        del above[row.depth :]
        if row.key is not None:
            ours.add((above[-1], row.key))
        above.append(row.key or "")
    assert ours <= theirs
    wanted = facts.locked.packages
    stated = {each.key for each in statements(facts) if each.in_force}
    for parent, package in theirs - ours:
        # A line of the manifest that is optional, a package that no such line leads to, or a marker that does not hold.
        assert package not in wanted or (package not in stated if not parent else parent not in wanted), (parent, package)
