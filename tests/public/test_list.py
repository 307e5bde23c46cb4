"""The list of public projects is as wide as it has to be, and its page says who is right wherever the tool and we differ."""

from __future__ import annotations

from collections import Counter

from tests.public.projects import PROJECTS
from tests.public.table import PAGE


def test_every_tool_has_projects_and_many_are_more_than_one_package() -> None:
    by_tool = Counter(project.tool for project in PROJECTS)
    traits = Counter(trait for project in PROJECTS for trait in project.traits)
    assert len(PROJECTS) >= 40
    assert min(by_tool.values()) >= 4, by_tool
    assert set(by_tool) == {"uv", "pip", "poetry", "pdm", "hatch", "pipenv", "pip-tools", "tox"}
    assert traits["workspace"] >= 10
    assert traits["scripts"] + traits["notebooks"] >= 5


def test_the_page_has_every_project_and_a_reason_for_each_difference() -> None:
    page = PAGE.read_text("utf-8")
    lines = [line for line in page.splitlines() if line.startswith("| ") and line.count("|") >= 6]
    assert [project.name for project in PROJECTS if not any(line.startswith(f"| {project.name} ") for line in lines)] == []
    assert "not decided" not in page
