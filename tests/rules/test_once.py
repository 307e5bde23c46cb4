"""What was worked out is not worked out again, and what is as nearly everywhere is not looked at closely: a key costs what it changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import pytest

from tests.rules.building import codes, distribution, facts, findings
from venvls import engine
from venvls.rules import (
    all_met,
    asked,
    broken_distribution,
    conflicting_requirements,
    dependencies,
    duplicate_requirement,
    missing_dependency,
    satisfaction,
)

WORK: tuple[tuple[ModuleType | type, str], ...] = (
    (all_met, "_all_met"),
    (all_met, "outcome"),
    (asked, "_families"),
    (broken_distribution, "_damages"),
    (broken_distribution, "_of_records"),
    (broken_distribution, "_needed"),
    (conflicting_requirements, "_outcome"),
    (conflicting_requirements, "satisfiable"),
    (duplicate_requirement, "_equal"),
    (engine, "asked_about"),
    (dependencies, "_reach"),
    (dependencies, "outcome"),
    (dependencies.Walk, "lacks"),
    (missing_dependency, "_finding"),
    (satisfaction, "_judge"),
    (satisfaction, "_plainly_met"),
)
"""Functions that do work, which others remember or avoid."""


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The names of the functions that were called since it was cleared last."""
    made: list[str] = []

    def counted(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            made.append(name)
            return function(*arguments, **named)

        return call

    for module, name in WORK:
        monkeypatch.setattr(module, name, counted(f"{module.__name__.rpartition('.')[2]}.{name}", getattr(module, name)))
    yield made


INSTALLED = ["app 2 | lib>=1 | low | never; os_name == 'nt' | more; extra == 'x'", "lib 1.5 | low", "low 1", "more 1"]


def test_where_everything_is_there_nothing_is_looked_at_closely(calls: list[str]) -> None:
    assert [each.code for each in findings(facts("app[x]>=1\nlib\nlow==1\n", INSTALLED))] == ["selected-environment"]
    assert "dependencies.lacks" not in calls and calls.count("satisfaction._judge") == 1  # of the extra
    calls.clear()
    assert [each.code for each in findings(facts("app>=1\nlib\nlow==1\n", INSTALLED))] == ["selected-environment"]
    once = {"all_met._all_met", "asked._families", "broken_distribution._damages"}
    most = {**dict.fromkeys(once, 1), "engine.asked_about": 3, "satisfaction._plainly_met": 3}
    assert all(calls.count(name) <= most.get(name, 0) for name in calls), calls


@pytest.mark.parametrize(
    ("text", "again"),
    [
        ("app>=1\nlib\n", set()),
        ("app[x]\ngone\nlib>2\n", set()),
        ("-c c.txt\nlib\n", {"conflicting_requirements._outcome", "conflicting_requirements.satisfiable"}),  # of several files
        ("lib>0\nlow\nlib<3\nlib\nlow>9\nlow<1\napp>=1,<9\n", set()),
        ("./here\nlib\n", {"satisfaction._plainly_met"}),  # a path is another project in another folder
    ],
)
def test_what_is_known_of_the_same_is_not_worked_out_again(text: str, again: set[str], calls: list[str]) -> None:
    project = facts({"requirements.txt": text, "c.txt": "lib<1\n"}, [*INSTALLED, "other 1 | nowhere | lib[y]"], mains=("requirements.txt",))
    first = findings(project)
    assert calls
    calls.clear()
    assert findings(project) == first
    assert set(calls) <= again


def test_a_path_is_another_project_in_another_folder() -> None:
    tree = {f"/p/{folder}lib/pyproject.toml": f'[project]\nname = "{name}"\n' for folder, name in (("", "sound"), ("sub/", "lacking"))}
    texts = {"requirements.txt": "./lib\n-r sub/more.txt\n", "sub/more.txt": "./lib\n"}
    origins = {name: f'{{"url": "file:///p/{folder}lib", "dir_info": {{}}}}' for name, folder in (("sound", ""), ("lacking", "sub/"))}
    tree |= {**distribution("sound 1", direct_url=origins["sound"]), **distribution("lacking 1 | gone", direct_url=origins["lacking"])}
    project = facts(texts, tree=tree, mains=("requirements.txt",))
    for _ in range(3):
        assert codes(project) == ["missing-dependency"]
    tree = {path: content for path, content in tree.items() if "lacking-1" not in path}
    project = facts(texts, tree=tree, mains=("requirements.txt",))
    for _ in range(3):
        assert codes(project) == ["missing-requirement"]
