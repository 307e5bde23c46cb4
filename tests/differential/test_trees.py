"""`venvls tree`, `tree --invert` and `why` against `uv tree` on projects by chance, with markers, extras, groups, and circles."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import NamedTuple

import pytest

from tests.differential.tools import canonical, run_uv
from tests.differential.wheels import Wheel, write_all
from tests.memory_machine import MemoryMemory
from venvls.answers import tree as trees
from venvls.answers.graph import reached
from venvls.answers.why import why
from venvls.host.machine import ThisMachine
from venvls.model.facts import Facts
from venvls.workspace import Overrides, Workspace

NAMES = tuple(f"{word}-{number}" for number in range(4) for word in ("ab", "cd", "ef", "gh"))
EXTRAS = ("fast", "full")
MARKERS = ("sys_platform == 'win32'", "sys_platform == 'linux'", "python_version >= '3.9'", "os_name == 'nt' or python_version < '3.8'")
_ROW = re.compile(r"(?P<stem>[│├└─ ]*)(?P<name>[a-z0-9-]+)(?:\[(?P<asked>[^\]]*)\])? v\S+(?P<rest>.*)")


class Need(NamedTuple):
    """``parent`` needs ``child``, because of an extra of its own or a group of the project."""

    parent: str
    child: str
    because: str


def wheels(random: Random) -> list[Wheel]:
    """Every name once; needs run both ways, so that there are circles."""
    made = []
    for name in NAMES:
        requires = [_need(random, random.choice(NAMES)) for _ in range(random.choice((0, 0, 1, 2, 3)))]
        requires += [f"{_need(random, random.choice(NAMES), plain=True)} ; extra == '{extra}'" for extra in EXTRAS]
        requires.append(f"{name}[fast] ; extra == 'all'")
        made.append(Wheel(name, "1.0", tuple(requires), (*EXTRAS, "all")))
    return made


def _need(random: Random, name: str, *, plain: bool = False) -> str:
    extras = random.choice(("", "", "", "[fast]", "[full]", "[all]"))
    marker = "" if plain or random.random() < 0.7 else f" ; {random.choice(MARKERS)}"
    return f"{name}{extras}{random.choice(('', '>=1', '<2'))}{marker}"


def project(random: Random, folder: Path, links: Path) -> None:
    """A pyproject.toml with requirements, an extra and two groups."""

    def listed(most: int) -> str:
        return "".join(f'"{_need(random, name)}", ' for name in random.sample(NAMES, random.randint(1, most)))

    (folder / "pyproject.toml").write_text(
        f'[project]\nname = "me"\nversion = "1"\nrequires-python = ">=3.8"\ndependencies = [{listed(4)}]\n'
        f"[project.optional-dependencies]\nx = [{listed(2)}]\n[dependency-groups]\ndev = [{listed(2)}]\ndocs = [{listed(2)}]\n"
        f'[tool.uv]\nno-index = true\nfind-links = ["{links.as_posix()}"]\n',
        "utf-8",
    )


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Path]]:
    """Locked projects with an empty environment, which says for what Python the markers are meant."""
    base = tmp_path_factory.mktemp("trees")
    run_uv("venv", "--no-project", str(base / "venv"))
    folders = []
    for seed in range(12):
        folder = base / str(seed)
        folder.mkdir()
        write_all(wheels(Random(seed)), folder / "wheels")
        project(Random(seed), folder, folder / "wheels")
        shutil.copytree(base / "venv", folder / ".venv", symlinks=True)
        _uv("lock", cwd=folder)
        folders.append(folder)
    yield folders


def _uv(*words: str, cwd: Path) -> str:
    # Unlike elsewhere the project's own settings count: they name the wheels.
    from tests.differential_tools.tools import environ, tool

    done = subprocess.run([str(tool("uv")), *words], cwd=cwd, env=environ(UV_OFFLINE="1"), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def facts(folder: Path, **chosen: tuple[str, ...]) -> Facts:
    workspace = Workspace(ThisMachine(), MemoryMemory(), overrides=Overrides(**chosen), strict=True)
    workspace.set_roots([str(folder)])
    workspace.discover()
    return workspace.facts(str(folder))


def said_by_uv(text: str, *, inverted: bool = False) -> set[Need]:
    """The needs that a tree of uv's shows."""
    needs: set[Need] = set()
    above: list[str] = []
    for line in text.splitlines():
        match = _ROW.fullmatch(line)
        if match is None:
            continue
        depth, name = len(match["stem"]) // 4, match["name"]
        because = re.search(r"\((?:extra|group): ([^)]*)\)", match["rest"])
        del above[depth:]
        if depth and above[-1] != name:
            pair = (name, above[-1]) if inverted else (above[-1], name)
            needs.add(Need(*pair, canonical(because[1]) if because else ""))
        above.append(name)
    return needs


def said_by_us(project: Facts, *, inverted: bool = False) -> set[Need]:
    needs: set[Need] = set()
    above: list[str] = []
    for row in (trees.inverted if inverted else trees.tree)(project):
        name = row.key or "me"
        del above[row.depth :]
        if row.depth and above[-1] != name:
            because = row.edge.extra if row.edge else row.statement.requirement.scope.name if row.statement else ""
            needs.add(Need(*((name, above[-1]) if inverted else (above[-1], name)), because or ""))
        above.append(name)
    return needs


def test_the_tree_of_a_lock(made: list[Path]) -> None:
    for folder in made:
        assert said_by_us(facts(folder, extras=("x",))) == said_by_uv(_uv("tree", "--frozen", cwd=folder)), folder
        chosen = facts(folder, extras=("x",), groups=("docs",))
        assert said_by_us(chosen) == said_by_uv(_uv("tree", "--frozen", "--group", "docs", cwd=folder)), folder


def test_the_tree_upside_down(made: list[Path]) -> None:
    for folder in made:
        here = said_by_us(facts(folder, extras=("x",)), inverted=True)
        there = said_by_uv(_uv("tree", "--frozen", "--invert", cwd=folder), inverted=True)
        # uv begins with what needs nothing, and so leaves out what only needs each other.
        assert here >= there, folder
        assert here == said_by_us(facts(folder, extras=("x",))), folder


def test_every_step_of_every_chain(made: list[Path]) -> None:
    for folder in made:
        project = facts(folder, extras=("x",))
        needs = said_by_uv(_uv("tree", "--frozen", cwd=folder))
        for key in reached(project).extras:
            chains = why(key, project).chains
            assert chains, (folder, key)
            for chain in chains:
                scope = chain.statement.requirement.scope.name or ""
                steps = [Need("me", str(chain.statement.key), scope), *(Need(edge.parent, edge.key, edge.extra) for edge in chain.edges)]
                # That a package asks for an extra of its own uv does not show.
                assert {step for step in steps if step.parent != step.child} <= needs, (folder, key)
