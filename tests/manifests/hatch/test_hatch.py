"""``[tool.hatch.envs]`` and hatch.toml: whose requirements count in which environment."""

from __future__ import annotations

import pytest

from tests.memory_tree import MemoryFiles
from venvls import manifests
from venvls.model.environment import Environment
from venvls.model.facts import Choice, Facts
from venvls.model.finding import Project
from venvls.model.text import Text
from venvls.rules import unknown_dependencies

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
dependencies = ["e>=1", "f @ {root:uri}/f", "i @ {home:uri}/i"]
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
        ("hatch", "me", {"a", "b", "e", "f"}),
        ("hatch", "test", {"a", "b", "d", "e", "f", "g"}),
        ("hatch", "docs", {"h"}),
        ("hatch", "more", {"h"}),
        ("hatch", "hatch-test.py3.12", {"a"}),
        ("hatch", "hatch-uv", set()),
        ("venv", ".venv", {"a", "b", "d", "e", "f"}),
        ("uv", "test", {"a", "b", "d", "e", "f"}),
        ("poetry", ".venv", {"a", "d"}),
    ],
)
def test_what_counts_where(kind: str, name: str, expected: set[str]) -> None:
    assert counted(kind, name) == expected


OVERRIDES = """\
[project]
name = "me"
dependencies = ["a"]
[tool.hatch.envs.default]
dependencies = ["d"]
[tool.hatch.envs.t]
matrix = [{ v = ["1", "2"], python = ["3.12"] }]
matrix-name-format = "{variable}{value}"
[tool.hatch.envs.t.overrides]
env.CI.set-dependencies = ["never"]
matrix.v.extra-dependencies = [{ value = "one", if = ["1"] }, { value = "two", if = ["2"] }, { value = "ci", env = ["CI"] }]
matrix.w.extra-dependencies = ["never"]
name."v2$".skip-install = true
name."(a+)+$".extra-dependencies = ["never"]
[tool.hatch.envs.p.overrides]
platform.linux.extra-dependencies = ["l; python_version > '3'"]
platform.windows.set-dependencies = [{ value = "w", platform = ["windows"] }]
[tool.hatch.envs.hatch-test]
extra-dependencies = ["more"]
"""


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("me", {"a", "d"}),
        ("t.py3.12-v1", {"a", "one"}),
        ("t.py3.12-v2", {"two"}),
        ("p", {"a", "l", "w"}),
        ("hatch-test.py3.9", {"a", "more"}),
    ],
)
def test_overrides(name: str, expected: set[str]) -> None:
    """What a variable of the process decides does not count, and neither does what it may replace."""
    assert counted("hatch", name, text=OVERRIDES) == expected


BY_MATRIX = """\
[project]
name = "me"
[tool.hatch.envs.test]
dependencies = ["d{matrix:dj:jango}~={matrix:version}.0", "{matrix:python:none}-x", "in-{env_name}", "plain"]
overrides.matrix.kind.dependencies = [{ value = "of-{matrix:kind}", if = ["full"] }]
overrides.platform.windows.extra-dependencies = ["w{matrix:kind}; python_version < '4'"]
[[tool.hatch.envs.test.matrix]]
py = ["3.12"]
version = ["4.2", "5"]
kind = ["full", "thin"]
[tool.hatch.envs.other]
template = "test"
"""


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "test.py3.12-4.2-full",
            [
                "3.12-x",
                "django~=4.2.0",
                "in-test.py3.12-4.2-full",
                "of-full",
                "plain",
                "wfull (python_version < '4') and (sys_platform == 'win32')",
            ],
        ),
        (
            "test.py3.12-5-thin",
            ["3.12-x", "django~=5.0", "in-test.py3.12-5-thin", "plain", "wthin (python_version < '4') and (sys_platform == 'win32')"],
        ),
        ("other", ["in-other", "none-x", "plain", "unknown", "unknown"]),
        ("me", []),
    ],
)
def test_what_the_environment_fills_in(name: str, expected: list[str]) -> None:
    manifest = manifests.parse("/w/pyproject.toml", Text(BY_MATRIX))
    environment = Environment("/e", "/e", "/e/bin/python", "3.12.1", kind="hatch", name=name)
    facts = Facts(Project("/w", (manifest.path,)), MemoryFiles({}), {manifest.path: manifest}, environment=environment)
    asked = [one for one in manifest.requirements if facts.counts(manifest, one.scope)]
    texts = [f"{one.parsed.name}{one.parsed.specifier} {one.parsed.marker or ''}".rstrip() for one in asked]
    assert sorted([*texts, *("unknown" for _ in unknown_dependencies.check(manifest, facts))]) == expected
    assert {BY_MATRIX[slice(*one.span)] for one in asked} <= set(BY_MATRIX.split('"'))


def test_a_platform_becomes_a_marker() -> None:
    manifest = manifests.parse("/w/pyproject.toml", Text(OVERRIDES))
    markers = {str(one.parsed.key): one.parsed.marker for one in manifest.requirements}
    assert markers["l"] == "(python_version > '3') and (sys_platform == 'linux')"
    assert markers["w"] == "(sys_platform == 'win32') and (sys_platform == 'win32')"
    for one in manifest.requirements:
        assert manifest.text.source[slice(*one.span)] == one.parsed.text, "each is found at its own characters"


@pytest.mark.parametrize(
    "table",
    [
        "overrides = 3",
        "overrides = { matrix = 3 }",
        "overrides = { matrix = { v = 3 } }",
        "overrides = { platform = { linux = { dependencies = [3, { value = 4 }, {}], features = [[]], skip-install = 'x' } } }",
        "matrix = [3, { v = [3] }, { v = 4 }, {}]",
        "matrix = 5",
        f"matrix = [{{ {', '.join(f'v{n} = {list(map(str, range(20)))}' for n in range(10))} }}]",
        "template = 'x'\ndetached = 3\nmatrix-name-format = 7",
        "template = 'me'\nskip-install = 'yes'\ndependencies = 3",
    ],
)
def test_tables_that_hatch_would_refuse(table: str) -> None:
    text = f'[project]\nname = "me"\ndependencies = ["a"]\n[tool.hatch.envs.me]\n{table}\n'
    assert counted("hatch", "me", text=text) <= {"a"}


def test_environments_of_hatch_are_no_groups_of_the_project() -> None:
    assert counted("poetry", ".venv", Choice(all_groups=True)) == {"a", "d"}
    assert counted("poetry", ".venv", Choice(frozenset({"hatch-default"}))) == {"a", "d", "e", "f"}
    assert counted("venv", ".venv", Choice(all_groups=True)) == {"a", "b", "d", "e", "f"}, "only what the default one has"
    assert counted("venv", ".venv", Choice(frozenset({"hatch-test-extra"}))) == {"a", "b", "d", "e", "f", "g"}
    assert counted("venv", ".venv", text=PYPROJECT + "[tool.pdm]\ndistribution = true\n") == {"a", "d"}


def test_a_hatch_toml_speaks_for_the_pyproject_beside_it() -> None:
    project = manifests.parse("/w/pyproject.toml", Text('[project]\nname = "me"\n[dependency-groups]\ndev = ["d"]\ntest = ["t"]\n'))
    own = manifests.parse("/w/hatch.toml", Text('[envs.default]\ndependency-groups = ["test"]\n'))
    for files, kind, expected in (((project, own), "hatch", ["t"]), ((project,), "hatch", []), ((project, own), "venv", ["d", "t"])):
        environment = Environment("/e", "/e", "/e/bin/python", "3.12.1", kind=kind, name="me")  # type: ignore[arg-type]
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
