"""requirements.in that nobody compiled yet, without uv: pip-compile does it, from the environment before PATH; an exact sync likewise."""

from __future__ import annotations

from tests.tools.workbench import Packages, bench, environment, pip_of
from venvls import tools
from venvls.model.action import Task
from venvls.model.environment import Distribution
from venvls.model.rule import PlanContext

IN = {"requirements.in": "alpha\n"}
ENV = environment()
PY = "/w/p/.venv/bin/python"
ON_PATH = {"pip-compile": "/opt/bin/pip-compile", "pip-sync": "/opt/bin/pip-sync"}


def at(*, inside: bool, programs: dict[str, str], files: dict[str, str] | None = None) -> PlanContext:
    more = (Distribution("pip-tools", "7.6", f"{ENV.site_packages[0]}/pip_tools-7.6.dist-info"),) if inside else ()
    return bench(files or IN, env=ENV, packages=Packages(pip_of(ENV), *more), programs=programs)


def words(task: Task, context: PlanContext) -> list[str]:
    made = tools.plan(task, context)
    assert made.refusal is None, made.refusal
    return [" ".join(step.argv) for step in made.steps]


COMPILE = Task("compile", "/w/p")
EXACT = Task("sync", "/w/p", "/w/p/.venv", options={"exact": True})


def test_it_is_compiled_by_what_is_there() -> None:
    assert words(COMPILE, at(inside=False, programs=ON_PATH)) == [
        "/opt/bin/pip-compile --quiet --output-file=requirements.txt -- requirements.in"
    ]
    assert words(COMPILE, at(inside=True, programs=ON_PATH)) == [
        f"{PY} -I -m piptools compile --quiet --output-file=requirements.txt -- requirements.in"
    ]
    assert "uv was not found" in (tools.plan(COMPILE, at(inside=False, programs={})).refusal or "")
    assert words(COMPILE, at(inside=True, programs={"uv": "/opt/bin/uv"}))[0].startswith("/opt/bin/uv pip compile")


def test_an_exact_sync_compiles_first() -> None:
    assert words(EXACT, at(inside=True, programs={})) == [
        f"{PY} -I -m piptools compile --quiet --output-file=requirements.txt -- requirements.in",
        f"{PY} -I -m piptools sync --python-executable {PY} /w/p/requirements.txt",
    ]
    assert words(EXACT, at(inside=False, programs=ON_PATH))[1] == f"/opt/bin/pip-sync --python-executable {PY} /w/p/requirements.txt"


def test_nothing_is_removed_where_another_file_counts_too() -> None:
    context = at(inside=True, programs={}, files={**IN, "requirements-dev.txt": "beta\n"})
    assert "pip cannot remove" in (tools.plan(EXACT, context).refusal or "")
