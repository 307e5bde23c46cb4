"""Projects that Poetry and Pipenv keep: task → argv, the environment, what a person is told, and what is done without the tool."""

from __future__ import annotations

import pytest

from tests.tools.workbench import PROGRAMS, bench, environment
from venvls import tools
from venvls.model.action import Task
from venvls.model.facts import Choice
from venvls.model.lock import Locked, LockedSet, Source, Stale
from venvls.model.rule import PlanContext
from venvls.model.text import Span

POETRY, PIPENV, UV = "/usr/local/bin/poetry", "/usr/local/bin/pipenv", "/usr/local/bin/uv"
ALL = {**PROGRAMS, "poetry": POETRY, "pipenv": PIPENV}
QUIET = "--no-interaction --no-ansi"
PYPROJECT = """\
[tool.poetry]
name = "me"
[tool.poetry.dependencies]
idna = "^3"
flask = {version = "*", optional = true}
[tool.poetry.extras]
Web = ["flask"]
[tool.poetry.group.dev.dependencies]
pytest = "*"
[tool.poetry.group.Docs_X]
optional = true
[tool.poetry.group.Docs_X.dependencies]
sphinx = "*"
"""
PIPFILE = '[packages]\nidna = "*"\n[dev-packages]\npytest = "*"\n[Docs_X]\nsphinx = "*"\n'
DEFAULT = Choice()
POETRY_LOCKED = LockedSet(
    "/w/p/poetry.lock",
    "poetry",
    {"idna": Locked("idna", "3.4"), "me": Locked("me", None, Source("editable", "file:///w/p"))},
    own=frozenset({"me"}),
)
PIPENV_LOCKED = LockedSet("/w/p/Pipfile.lock", "pipenv", {"idna": Locked("idna", "3.4")})


def poetry(choice: Choice = DEFAULT, locked: LockedSet | None = POETRY_LOCKED, programs: dict[str, str] = ALL) -> PlanContext:
    at = bench({"pyproject.toml": PYPROJECT}, env=environment(), locks=("poetry.lock",), choice=choice, programs=programs)
    at.facts.locked = locked
    return at


def pipenv(choice: Choice = DEFAULT, locked: LockedSet | None = PIPENV_LOCKED, programs: dict[str, str] = ALL) -> PlanContext:
    at = bench({"Pipfile": PIPFILE}, env=environment(), locks=("Pipfile.lock",), choice=choice, programs=programs)
    at.facts.locked = locked
    return at


def task(name: str, *requirements: str, **options: object) -> Task:
    lists = {key: tuple(options.pop(key)) for key in ("groups", "extras") if key in options}  # type: ignore[arg-type]
    return Task(name, "/w/p", requirements=requirements, options=options, **lists)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("asked", "choice", "words"),
    [
        (task("sync"), DEFAULT, f"install {QUIET}"),
        (task("sync", exact=True), DEFAULT, f"sync {QUIET}"),
        (task("sync", groups=["docs-x", "none"], extras=["web"]), DEFAULT, f"install {QUIET} --with=Docs_X --extras=Web"),
        (task("sync"), Choice(frozenset({"docs-x"}), default=False), f"install {QUIET} --only=main,Docs_X"),
        (task("sync"), Choice(all_groups=True), f"install {QUIET} --with=dev --with=Docs_X"),
        (task("install", "idna"), DEFAULT, f"install {QUIET}"),
        (task("upgrade"), DEFAULT, f"update {QUIET}"),
        (task("upgrade", "idna>=3"), DEFAULT, f"update {QUIET} -- idna"),
        (task("compile"), DEFAULT, f"lock {QUIET}"),
        (task("add", "six>=1"), DEFAULT, f"add {QUIET} -- six>=1"),
        (task("add", "six", groups=["dev"]), DEFAULT, f"add {QUIET} --group=dev -- six"),
        (task("add", "six; python_version < '4'"), DEFAULT, f"add {QUIET} --markers=python_version < '4' -- six"),
        (task("add", "six>=1", undo=True), DEFAULT, f"remove {QUIET} -- six"),
    ],
)
def test_poetry(asked: Task, choice: Choice, words: str) -> None:
    plan = tools.plan(asked, poetry(choice))
    assert plan.refusal is None
    assert [" ".join(step.argv) for step in plan.steps] == [f"{POETRY} {words}"]
    assert plan.steps[0].cwd == "/w/p"
    if asked.task != "compile":
        assert plan.steps[0].environ["VIRTUAL_ENV"] == "/w/p/.venv"


@pytest.mark.parametrize(
    ("asked", "choice", "words"),
    [
        (task("sync"), DEFAULT, ["sync --dev"]),
        (task("sync", exact=True), DEFAULT, ["sync --dev", "clean"]),
        (task("sync"), Choice(default=False), ["sync"]),
        (task("sync", groups=["docs-x"]), DEFAULT, ["sync --categories=packages dev-packages Docs_X"]),
        (task("sync"), Choice(all_groups=True), ["sync --categories=packages dev-packages Docs_X"]),
        (task("upgrade", "idna"), DEFAULT, ["update --dev idna"]),
        (task("compile"), DEFAULT, ["lock"]),
        (task("add", "six>=1"), DEFAULT, ["install six>=1"]),
        (task("add", "six", groups=["dev"]), DEFAULT, ["install --dev six"]),
        (task("add", "six", undo=True), DEFAULT, ["uninstall six"]),
    ],
)
def test_pipenv(asked: Task, choice: Choice, words: list[str]) -> None:
    plan = tools.plan(asked, pipenv(choice))
    assert plan.refusal is None
    assert [" ".join(step.argv) for step in plan.steps] == [f"{PIPENV} {one}" for one in words]
    assert plan.steps[0].environ["PIPENV_PIPFILE"] == "/w/p/Pipfile"


def test_a_stale_lock_is_made_again_first() -> None:
    stale = Stale("It changed.", "/w/p/pyproject.toml", Span(0, 0))
    plan = tools.plan(task("sync"), poetry(locked=LockedSet("/w/p/poetry.lock", "poetry", stale=stale)))
    assert [step.argv[1] for step in plan.steps] == ["lock", "install"]
    assert any("does not match" in one for one in plan.surprises)
    plan = tools.plan(task("sync"), pipenv(locked=LockedSet("/w/p/Pipfile.lock", "pipenv", stale=stale)))
    assert [step.argv[1] for step in plan.steps] == ["lock", "sync"]


def test_sources_and_indexes_are_said_first() -> None:
    packages = {"x": Locked("x", "1", Source("vcs", "https://user:secret@host/x.git", "0" * 40))}
    plan = tools.plan(task("sync"), poetry(locked=LockedSet("/w/p/poetry.lock", "poetry", packages)))
    assert any("x is fetched from https://***@host/x.git" in one for one in plan.surprises)
    source = '[[source]]\nname = "i"\nurl = "https://user:secret@inner/simple"\nverify_ssl = true\n'
    at = bench({"Pipfile": source + PIPFILE}, env=environment(), locks=("Pipfile.lock",), programs=ALL)
    said = tools.plan(task("sync"), at).surprises
    assert any("https://***@inner/simple" in one for one in said)
    assert not any("secret" in one for one in said)


@pytest.mark.parametrize("make", [poetry, pipenv])
def test_without_its_tool_the_locked_versions_are_installed(make) -> None:  # type: ignore[no-untyped-def]
    plan = tools.plan(task("sync"), make(programs=PROGRAMS))
    assert plan.refusal is None
    assert [step.argv[-3:] for step in plan.steps] == [("--no-deps", "--", "idna==3.4")]
    assert plan.fallback is not None
    assert "pipx install" in plan.fallback


@pytest.mark.parametrize("asked", [task("compile"), task("add", "six"), task("sync", exact=True), task("upgrade")])
def test_without_its_tool_nothing_else_is_done(asked: Task) -> None:
    for at in (poetry(programs=PROGRAMS), pipenv(programs=PROGRAMS)):
        refusal = tools.plan(asked, at).refusal
        assert refusal is not None
        assert "pipx install" in refusal


def test_options_in_disguise_are_refused() -> None:
    for at in (poetry(), pipenv()):
        assert tools.plan(task("add", "--pre"), at).refusal is not None


def test_which_tool_keeps_a_project_and_why() -> None:
    assert tools.tool_for(poetry().facts)[0].name == "poetry"
    assert tools.tool_for(pipenv().facts)[1] == "Pipfile.lock is in its folder"
    assert tools.tool_for(bench({"Pipfile": PIPFILE}, env=environment()).facts)[0].name == "pipenv"
    assert tools.tool_for(bench({"pyproject.toml": PYPROJECT}, env=environment()).facts)[0].name == "poetry"
    assert tools.tool_for(bench({"pyproject.toml": '[project]\nname = "x"\n'}, env=environment()).facts)[0].name not in ("poetry", "pipenv")


INIT = '[project]\nname = "me"\nversion = "1"\n[build-system]\nrequires = ["poetry-core>=2"]\nbuild-backend = "poetry.core.masonry.api"\n'


@pytest.mark.parametrize("name", ["sync", "add", "compile"])
def test_what_poetry_init_writes_is_a_project_of_poetrys(name: str) -> None:
    """No lock and no ``[tool.poetry]`` yet: the backend alone says it, to check's search of environments too."""
    at = bench({"pyproject.toml": INIT}, env=environment(), programs=ALL)
    assert tools.tool_for(at.facts)[0].name == "poetry"
    plan = tools.plan(task(name, *(["idna"] if name == "add" else [])), at)
    assert plan.tool == "poetry" and plan.steps[0].argv[0] == POETRY


def test_what_poetry_only_builds_is_installed_by_any_tool_where_poetry_is_not_there() -> None:
    at = bench({"pyproject.toml": INIT}, env=environment(), programs=PROGRAMS)
    plan = tools.plan(task("sync"), at)
    assert plan.refusal is None and plan.tool != "poetry"


def test_a_lock_of_another_tool_says_more_than_the_backend() -> None:
    at = bench({"pyproject.toml": INIT}, env=environment(), locks=("uv.lock",), programs=ALL)
    assert tools.tool_for(at.facts)[0].name == "uv"
