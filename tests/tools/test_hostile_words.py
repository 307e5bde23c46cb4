"""Words of a task and names of a manifest that look like options: in no plan of any tool does one of them become an option (T15)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.tools.workbench import bench, environment
from venvls import tools
from venvls.model.action import Plan, Task
from venvls.model.environment import Environment
from venvls.model.facts import Choice
from venvls.model.record import replace
from venvls.model.rule import PlanContext

EVIL = "--evil=x"
"""Stands for ``--index-url=…``, ``--target=…``."""
GROUPS = f'[dependency-groups]\n"{EVIL}" = ["attrs"]\n[project.optional-dependencies]\n"{EVIL}" = ["idna"]\n'
PROJECT = f'[project]\nname = "a"\nversion = "1"\ndependencies = ["six"]\n{GROUPS}'
POETRY = f"""[tool.poetry]
name = "a"
version = "1"
[tool.poetry.dependencies]
python = "*"
[tool.poetry.group."{EVIL}".dependencies]
attrs = "*"
[tool.poetry.extras]
"{EVIL}" = ["six"]
"""
PROJECTS: dict[str, dict[str, str]] = {
    "pip": {"pyproject.toml": PROJECT, "requirements.txt": f"{EVIL}\n-r {EVIL}\nsix\n"},
    "uv": {"pyproject.toml": f"{PROJECT}[tool.uv]\n", "uv.lock": "version = 1\n"},
    "pdm": {"pyproject.toml": f"{PROJECT}[tool.pdm]\n", "pdm.lock": '[metadata]\nlock_version = "4.5.0"\n'},
    "poetry": {"pyproject.toml": POETRY, "poetry.lock": ""},
    "pipenv": {"Pipfile": f'[packages]\nsix = "*"\n["{EVIL}"]\nattrs = "*"\n'},
    "hatch": {"pyproject.toml": f'{PROJECT}[tool.hatch.envs."{EVIL}"]\ndependencies = ["six"]\n'},
    "pixi": {"pixi.toml": f'[workspace]\nname = "a"\nchannels = []\nplatforms = []\n[environments]\n"{EVIL}" = []\n'},
    "conda": {"environment.yml": f"name: {EVIL}\ndependencies:\n  - {EVIL}\n  - pip:\n    - {EVIL}\n"},
    "pylock": {"pyproject.toml": PROJECT, "pylock.toml": 'lock-version = "1.0"\ncreated-by = "x"\npackages = []\n'},
    "pip-tools": {"requirements.in": f"six\n{EVIL}\n", "requirements.txt": "#    pip-compile requirements.in\nsix==1\n"},
}
PROGRAMS = {name: f"/opt/{name}" for name in ("uv", "pdm", "poetry", "pipenv", "hatch", "pixi", "conda", "pip-compile", "pip-sync")}
TASKS = ("create", "sync", "install", "recreate", "repair", "remove", "delete", "compile", "upgrade", "add", "freeze")


def contexts(name: str) -> Iterator[PlanContext]:
    files = PROJECTS[name]
    locks = tuple(file for file in files if file.endswith(".lock") or file == "pylock.toml")
    environments: tuple[Environment | None, ...] = (None, environment(), environment(kind="conda"), environment(kind="hatch"))
    for env in environments:
        for prefer in ("auto", "pip"):
            choice = Choice(frozenset({EVIL}), frozenset({EVIL}))
            yield bench(files, env=env, prefer=prefer, programs=PROGRAMS, locks=locks, choice=choice)


def hostile(task: str) -> Iterator[Task]:
    plain = Task(task, "/w/p", groups=(EVIL,), extras=(EVIL,))  # type: ignore[arg-type]
    yield plain
    for requirements in ((EVIL,), ("six",)):
        yield replace(plain, requirements=requirements)
    yield replace(plain, files=(EVIL,))
    yield replace(plain, environment=EVIL)
    for option in ("name", "python", "tool", "reinstall", "manifest"):
        yield replace(plain, options={option: EVIL})
        yield replace(plain, options={option: [EVIL]})


def taken_for_options(plan: Plan) -> list[tuple[str, ...]]:
    """The programs that are given the word where options may be."""
    return [
        step.argv[: place + 1]
        for step in plan.steps
        for place, word in enumerate(step.argv)
        if word.startswith(EVIL) and "--" not in step.argv[:place]
    ]


@pytest.mark.parametrize("name", PROJECTS)
def test_no_word_of_a_task_or_a_manifest_becomes_an_option(name: str) -> None:
    planned = 0
    for context in contexts(name):
        for task in TASKS:
            for wanted in hostile(task):
                plan = tools.plan(wanted, context)
                assert not taken_for_options(plan), (plan.tool, wanted)
                planned += bool(plan.steps)
    assert planned
