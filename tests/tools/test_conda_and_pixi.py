"""conda, mamba, micromamba and pixi: a task → exact programs and arguments, or one sentence that says how to get the tool."""

# ruff: noqa: E501 - one row of a table is one line
from __future__ import annotations

import shlex

import pytest

from tests.memory_tree import FOLDER, Content
from tests.tools.workbench import Packages, bench, environment
from venvls import tools
from venvls.model.action import Task
from venvls.model.environment import Environment
from venvls.model.facts import Choice
from venvls.model.lock import Locked, LockedSet, Stale
from venvls.model.record import replace
from venvls.model.rule import PlanContext
from venvls.model.text import Span

YML = """\
name: sci
channels:
  - conda-forge
dependencies:
  - python=3.11
  - numpy=1.26
  - pip:
    - requests>=2.31
"""
CONDA = {"conda": "/opt/conda/bin/conda", "uv": "/usr/local/bin/uv"}
P = "/c/envs/sci"
ENV = environment(
    "3.11.9", "conda", prefix=P, real=P, interpreter=f"{P}/bin/python", name="sci", site_packages=(f"{P}/lib/python3.11/site-packages",)
)
FILES = {"environment.yml": YML}
IN_C: dict[str, Content] = {f"{P}/conda-meta": FOLDER}


def at(
    files: dict[str, str] | None = None,
    env: Environment | None = ENV,
    programs: dict[str, str] | None = None,
    more: dict[str, Content] | None = None,
) -> PlanContext:
    made = bench(files or FILES, env=None, programs=CONDA if programs is None else programs, more={**IN_C, **(more or {})})
    if env is None:
        return made
    facts = replace(made.facts, environment=env, installed=Packages(), project=replace(made.facts.project, environment=env))
    return made._replace(facts=facts)


def task(name: str, /, *requirements: str, **options: object) -> Task:
    return Task(name, "/w/p", requirements=requirements, options={key.replace("_", "-"): value for key, value in options.items()})  # type: ignore[arg-type]


def lines(where: PlanContext, what: Task) -> list[str]:
    made = tools.plan(what, where)
    assert made.refusal is None, made.refusal
    for step in made.steps:
        assert step.argv[0].startswith("/")
    return [shlex.join(step.argv) for step in made.steps]


@pytest.mark.parametrize(
    ("what", "programs", "expected"),
    [
        (task("sync"), CONDA, ["/opt/conda/bin/conda env update --prefix /c/envs/sci --file /w/p/environment.yml"]),
        (task("sync", exact=True), CONDA, ["/opt/conda/bin/conda env update --prefix /c/envs/sci --file /w/p/environment.yml --prune"]),
        (task("sync"), {"mamba": "/m/mamba"}, ["/m/mamba env update --prefix /c/envs/sci --file /w/p/environment.yml"]),
        (task("sync"), {"micromamba": "/m/micromamba"}, ["/m/micromamba install --yes --prefix /c/envs/sci --file /w/p/environment.yml"]),
        (task("upgrade"), CONDA, ["/opt/conda/bin/conda update --yes --prefix /c/envs/sci --all"]),
        (task("install", "numpy=1.26"), CONDA, ["/opt/conda/bin/conda install --yes --prefix /c/envs/sci --channel conda-forge numpy=1.26"]),
        (task("repair", "numpy=1.26"), CONDA, ["/opt/conda/bin/conda install --yes --force-reinstall --prefix /c/envs/sci --channel conda-forge numpy=1.26"]),
        (task("install", "requests>=2.31"), CONDA, ["/usr/local/bin/uv pip install --color never --no-python-downloads --python /c/envs/sci/bin/python -- 'requests>=2.31'"]),
    ],
)  # fmt: skip
def test_conda(what: Task, programs: dict[str, str], expected: list[str]) -> None:
    assert lines(at(programs=programs), what) == expected


def test_who_keeps_it_and_why() -> None:
    assert tools.tool_for(at().facts)[0].name == "conda"
    assert "environment.yml" in tools.tool_for(at().facts)[1]
    venv = replace(ENV, kind="venv")
    assert tools.tool_for(at(env=venv).facts)[0].name == "pip"
    both = {**FILES, "requirements.txt": "flask\n"}
    assert tools.tool_for(at(both, env=None).facts)[0].name == "pip"
    assert tools.tool_for(at(env=None).facts)[0].name == "conda"


def test_what_other_files_ask_for_comes_after() -> None:
    steps = lines(at({**FILES, "requirements.txt": "flask\n"}), task("sync"))
    assert steps[0].startswith("/opt/conda/bin/conda env update")
    assert steps[1:] == [
        "/usr/local/bin/uv pip install --color never --no-python-downloads --python /c/envs/sci/bin/python -r /w/p/requirements.txt"
    ]
    included = {"environment.yml": YML + "    - -r requirements.txt\n", "requirements.txt": "flask\n"}
    assert len(lines(at(included), task("sync"))) == 1


def test_without_conda_one_sentence_says_how_to_get_it() -> None:
    made = tools.plan(task("sync"), at(programs={"uv": "/usr/local/bin/uv"}))
    assert made.steps == ()
    assert "neither conda, mamba nor micromamba was found" in (made.refusal or "")
    assert "conda-forge.org" in (made.refusal or "")
    inside = tools.plan(task("sync"), at(programs={"conda": "/w/p/bin/conda"}))
    assert inside.refusal == made.refusal


def test_conda_that_is_a_function_of_the_shell_is_told_by_its_variable() -> None:
    where = at(programs={}, more={"/opt/conda/bin/mamba": "", "/w/p/bin/conda": ""})
    assert lines(where._replace(environ={"CONDA_EXE": "/opt/conda/bin/mamba"}), task("sync"))[0].startswith(
        "/opt/conda/bin/mamba env update"
    )
    assert tools.plan(task("sync"), where._replace(environ={"CONDA_EXE": "/w/p/bin/conda"})).refusal is not None


def test_an_explicit_file_decides() -> None:
    where = at()
    lock = LockedSet(
        "/w/p/conda-linux-64.lock",
        "conda",
        {"conda:numpy": Locked("conda:numpy", "1.26.4"), "requests": Locked("requests", "2.31.0")},
        exact=False,
    )
    where = where._replace(facts=replace(where.facts, locked=lock))
    assert lines(where, task("sync")) == ["/opt/conda/bin/conda install --yes --prefix /c/envs/sci --file /w/p/conda-linux-64.lock"]
    made = tools.plan(task("sync"), where)
    assert "conda-lock install" in (made.fallback or "")
    assert "conda-linux-64.lock is used, not environment.yml." in made.surprises


def test_conda_lock_installs_from_its_own_file_and_makes_it_again() -> None:
    def having(*names: str, **more: object) -> PlanContext:
        where = at(programs={name: f"/b/{name}" for name in names})
        lock = LockedSet("/w/p/conda-lock.yml", "conda-lock", {"conda:numpy": Locked("conda:numpy", "1.26.4")}, exact=False, **more)  # type: ignore[arg-type]
        return where._replace(facts=replace(where.facts, locked=lock, choice=Choice(groups=frozenset({"docs"}))))

    both = having("conda", "conda-lock")
    assert lines(both, task("sync")) == ["/b/conda-lock install --conda /b/conda --prefix /c/envs/sci --extras docs /w/p/conda-lock.yml"]
    assert lines(both, task("compile")) == ["/b/conda-lock lock --conda /b/conda --lockfile /w/p/conda-lock.yml"]
    without = having("conda")
    assert lines(without, task("sync")) == ["/b/conda env update --prefix /c/envs/sci --file /w/p/environment.yml"]
    assert "conda-lock.yml is not used" in (tools.plan(task("sync"), without).fallback or "")
    assert "conda-lock was not found" in (tools.plan(task("compile"), without).refusal or "")
    stale = having("conda", "conda-lock", stale=Stale("x", "/w/p/environment.yml", Span(0, 0)))
    assert lines(stale, task("sync")) == ["/b/conda env update --prefix /c/envs/sci --file /w/p/environment.yml"]


@pytest.mark.parametrize(
    ("yml", "what", "programs", "expected", "prefix"),
    [
        (YML, task("create"), CONDA, "/opt/conda/bin/conda env create --name sci --file /w/p/environment.yml", None),
        (YML, task("create", name=".env"), CONDA, "/opt/conda/bin/conda env create --prefix /w/p/.env --file /w/p/environment.yml", "/w/p/.env"),
        (YML.replace("name: sci\n", ""), task("create"), CONDA, "/opt/conda/bin/conda env create --prefix /w/p/.conda --file /w/p/environment.yml", "/w/p/.conda"),
        (YML.replace("sci", "--x"), task("create"), CONDA, "/opt/conda/bin/conda env create --prefix /w/p/.conda --file /w/p/environment.yml", "/w/p/.conda"),
        (YML, task("create"), {"micromamba": "/m/micromamba"}, "/m/micromamba create --yes --name sci --file /w/p/environment.yml", None),
    ],
)  # fmt: skip
def test_a_new_one(yml: str, what: Task, programs: dict[str, str], expected: str, prefix: str | None) -> None:
    where = at({"environment.yml": yml}, env=None, programs=programs)
    assert lines(where, what) == [expected]
    assert tools.plan(what, where).environment == prefix


def test_what_is_not_done() -> None:
    assert "already exists" in (tools.plan(task("create", name="x"), at(env=None, more={"/w/p/x/a": ""})).refusal or "")
    assert "not a valid folder name" in (tools.plan(task("create", name="../x"), at(env=None)).refusal or "")
    assert "inside the workspace" in (tools.plan(task("recreate"), at()).refusal or "")
    here = replace(ENV, prefix="/w/p/.conda", real="/w/p/.conda")
    made = tools.plan(task("recreate"), at(env=here, more={"/w/p/.conda/conda-meta/history": ""}))
    assert made.aside == ("/w/p/.conda",)
    assert [shlex.join(step.argv) for step in made.steps] == [
        "/opt/conda/bin/conda env create --prefix /w/p/.conda --file /w/p/environment.yml"
    ]


def test_secrets_in_a_channel_are_not_shown() -> None:
    yml = YML.replace("conda-forge", "https://me:secret@host/channel")
    made = tools.plan(task("sync"), at({"environment.yml": yml}))
    assert any("channel" in one for one in made.surprises)
    assert not any("secret" in one for one in made.surprises)


PIXI = "/w/p/.pixi/envs/default"
PIXI_ENV = environment("3.12.1", "pixi", prefix=PIXI, real=PIXI, interpreter=f"{PIXI}/bin/python", name="default")
PYPROJECT = {"pyproject.toml": '[project]\nname = "me"\ndependencies = ["requests"]\n[tool.pixi.workspace]\nchannels = ["conda-forge"]\n'}
FOUND = {"pixi": "/usr/local/bin/pixi"}
QUIET = "--color never --no-progress --manifest-path"


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        (task("sync"), [f"install {QUIET} /w/p/pyproject.toml --environment default"]),
        (task("create"), [f"install {QUIET} /w/p/pyproject.toml --environment default"]),
        (task("compile"), [f"lock {QUIET} /w/p/pyproject.toml"]),
        (task("upgrade"), [f"update {QUIET} /w/p/pyproject.toml", f"install {QUIET} /w/p/pyproject.toml --environment default"]),
        (task("add", "flask>=2"), [f"add {QUIET} /w/p/pyproject.toml --pypi -- 'flask>=2'"]),
        (task("add", "flask>=2", undo=True), [f"remove {QUIET} /w/p/pyproject.toml --pypi -- flask"]),
    ],
)
def test_pixi(what: Task, expected: list[str]) -> None:
    where = at(PYPROJECT, env=PIXI_ENV, programs=FOUND)
    assert lines(where, what) == [f"/usr/local/bin/pixi {line}" for line in expected]


def test_pixi_by_its_own_file_and_in_another_environment() -> None:
    test = replace(PIXI_ENV, name="test", prefix="/w/p/.pixi/envs/test", real="/w/p/.pixi/envs/test")
    where = at(PYPROJECT, env=test, programs=FOUND, more={"/w/p/pixi.toml": ""})
    assert lines(where, task("sync")) == [f"/usr/local/bin/pixi install {QUIET} /w/p/pixi.toml --environment test"]
    assert tools.tool_for(where.facts) == (tools.pixi.TOOL, "pixi.toml is in its folder")
    assert tools.tool_for(at(PYPROJECT, env=replace(PIXI_ENV, kind="venv")).facts)[0].name != "pixi"
    refused = tools.plan(task("sync"), at(PYPROJECT, env=PIXI_ENV, programs={}))
    assert "https://pixi.sh" in (refused.refusal or "")
