"""``[tool.hatch.envs]`` and hatch.toml: whose requirements count in which environment."""

from __future__ import annotations

import pytest

from tests.memory_tree import MemoryFiles
from venvls import manifests
from venvls.model.environment import Environment
from venvls.model.facts import Choice, Facts
from venvls.model.finding import Project
from venvls.model.text import Text

PYPROJECT = """\
[build-system]
build-backend = "hatchling.build"
[project]
name = "me"
dependencies = ["a"]
[project.optional-dependencies]
x = ["b"]
[dependency-groups]
dev = ["d"]
[tool.hatch.envs.default]
dependencies = ["e>=1", "f @ {root:uri}/f"]
features = ["x"]
[tool.hatch.envs.test]
extra-dependencies = ["g"]
dependency-groups = ["dev"]
[tool.hatch.envs.docs]
detached = true
dependencies = ["h"]
[tool.hatch.envs.more]
template = "docs"
"""


def counted(kind: str, name: str, choice: Choice | None = None, text: str = PYPROJECT) -> set[str]:
    manifest = manifests.parse("/w/pyproject.toml", Text(text))
    environment = Environment("/e", "/e", "/e/bin/python", "3.12.1", kind=kind, name=name)  # type: ignore[arg-type]
    facts = Facts(
        Project("/w", (manifest.path,)), MemoryFiles({}), {manifest.path: manifest}, environment=environment, choice=choice or Choice()
    )
    return {str(one.parsed.key) for one in manifest.requirements if facts.counts(manifest, one.scope)}


@pytest.mark.parametrize(
    ("kind", "name", "expected"),
    [
        ("hatch", "me", {"a", "b", "e"}),
        ("hatch", "test", {"a", "b", "d", "e", "g"}),
        ("hatch", "docs", {"a", "h"}),
        ("hatch", "more", {"a", "h"}),
        ("venv", ".venv", {"a", "d"}),
        ("venv", "test", {"a", "d"}),
    ],
)
def test_what_counts_where(kind: str, name: str, expected: set[str]) -> None:
    assert counted(kind, name) == expected


def test_environments_of_hatch_are_no_groups_of_the_project() -> None:
    assert counted("venv", ".venv", Choice(all_groups=True)) == {"a", "d"}
    assert counted("venv", ".venv", Choice(frozenset({"hatch-default"}))) == {"a", "d", "e"}
    assert counted("venv", ".venv", text=PYPROJECT + "[tool.pdm]\ndistribution = true\n") == {"a", "d"}


def test_a_hatch_toml_speaks_for_the_pyproject_beside_it() -> None:
    project = manifests.parse("/w/pyproject.toml", Text('[project]\nname = "me"\n[dependency-groups]\ndev = ["d"]\ntest = ["t"]\n'))
    own = manifests.parse("/w/hatch.toml", Text('[envs.default]\ndependency-groups = ["test"]\n'))
    environment = Environment("/e", "/e", "/e/bin/python", "3.12.1", kind="hatch", name="me")
    for files, expected in (((project, own), ["t"]), ((project,), [])):
        listed = {one.path: one for one in files}
        facts = Facts(Project("/w", tuple(listed)), MemoryFiles({}), listed, environment=environment)
        assert [one.parsed.key for one in project.requirements if facts.counts(project, one.scope)] == expected


def test_wrong_requirements_are_shown() -> None:
    text = PYPROJECT.replace("e>=1", "e=>1")
    manifest = manifests.parse("/w/pyproject.toml", Text(text))
    assert ["=>" in text[one.span.start : one.span.end] for one in manifest.problems] == [True]


def test_hatch_toml() -> None:
    text = '[envs.default]\ndependencies = [\n  "e>=1",\n]\n'
    manifest = manifests.parse("/w/hatch.toml", Text(text))
    assert [(one.parsed.key, one.scope.name, text[one.span.start : one.span.end]) for one in manifest.requirements] == [
        ("e", "hatch-default", "e>=1")
    ]
    edit = manifests.replace_specifier(manifest, manifest.requirements[0], "==2")
    assert text[: edit.span.start] + edit.new + text[edit.span.end :] == text.replace(">=1", "==2")
    edit = manifests.remove_statement(manifest, manifest.requirements[0])
    assert '"e' not in text[: edit.span.start] + edit.new + text[edit.span.end :]
    assert manifests.insert_requirement(manifest, "z").new == ""


@pytest.mark.parametrize(
    "text",
    [
        "envs = 1\n",
        "[envs]\ndefault = []\n",
        "[envs.default]\ndependencies = 1\ntemplate = 2\n",
        "[envs.a]\ntemplate = 'b'\n[envs.b]\ntemplate = 'a'\n",
        "[envs.",
    ],
)
def test_what_is_no_environment_is_passed_over(text: str) -> None:
    assert manifests.parse("/w/hatch.toml", Text(text)).requirements == ()
