"""What a task may delete, and what a plan says of all that goes with it: trees in memory, POSIX and Windows."""

from __future__ import annotations

import pytest

from tests.memory_tree import FOLDER, Content, Link, MemoryFiles
from tests.tools.workbench import bench, environment
from venvls import tools
from venvls.model.action import Task
from venvls.model.contents import Contents, Repository
from venvls.model.environment import Environment
from venvls.model.facts import Facts
from venvls.model.finding import Project
from venvls.model.rule import PlanContext

REQ = {"requirements.txt": "alpha\n"}
CFG = "home = /usr/bin\nversion = 3.12.4\n"
ENV = environment()


def refused(prefix: str, tree: dict[str, Content]) -> str:
    made = tools.plan(Task("delete", "/w/p", prefix), bench(REQ, more=tree))
    assert made.aside == ()
    return made.refusal or ""


NOT_OURS: list[tuple[str, dict[str, Content], str]] = [
    ("/w/p/data-env", {"/w/p/data-env/conda-meta/python-3.12.1-0.json": "{}"}, "neither an interpreter"),
    ("/w/p/x", {"/w/p/x/pyvenv.cfg": CFG, "/w/p/x/essay.txt": "mine"}, "neither an interpreter"),
    ("/w/p/x", {"/w/p/x/pyvenv.cfg": "just a note\n", "/w/p/x/bin/python": ""}, "does not look like an environment"),
    ("/w/p/x", {"/w/p/x/bin/python": "", "/w/p/x/bin/activate": "echo hello"}, "does not look like an environment"),
    ("/w/p/x", {"/w/p/x/conda-meta/notes.txt": "", "/w/p/x/bin/python": ""}, "does not look like an environment"),
    ("/w/p/tests/data/env", {"/w/p/tests/data/env/pyvenv.cfg": CFG, "/w/p/tests/data/env/bin/python": ""}, "is inside /w/p/tests"),
    ("/w/p/wt/.venv", {"/w/p/wt/.git": "gitdir: x", "/w/p/wt/.venv/pyvenv.cfg": CFG, "/w/p/wt/.venv/bin/python": ""}, "is inside /w/p/wt"),
    ("/w/p/e/lib/x", {"/w/p/e/pyvenv.cfg": CFG, "/w/p/e/lib/x/pyvenv.cfg": CFG, "/w/p/e/lib/x/bin/python": ""}, "is inside /w/p/e"),
]  # fmt: skip


@pytest.mark.parametrize(("prefix", "tree", "sentence"), NOT_OURS, ids=[str(number) for number in range(len(NOT_OURS))])
def test_what_no_tool_made_for_this_project_is_not_deleted(prefix: str, tree: dict[str, Content], sentence: str) -> None:
    assert sentence in refused(prefix, tree)


REMAINS: list[dict[str, Content]] = [
    {"pyvenv.cfg": CFG, "bin/python": Link("/gone/python3"), "lib/python3.12/site-packages/a.py": ""},
    {"pyvenv.cfg": CFG, "lib/python3.12/site-packages/a.py": ""},
    {"pyvenv.cfg": CFG, "bin": FOLDER, "include": FOLDER},
    {"pyvenv.cfg": ""},
    {"bin/activate": "VIRTUAL_ENV='/w/p/env'\n", "bin/python": ""},
    {"conda-meta/history": "", "bin/python3.12": ""},
    {"CACHEDIR.TAG": "", "bin": FOLDER},
    {"pyvenv.cfg": CFG, "Scripts/python.exe": "", "Lib/site-packages/a.py": ""},
]


@pytest.mark.parametrize("tree", REMAINS, ids=[str(number) for number in range(len(REMAINS))])
def test_what_is_left_of_an_environment_is_deleted(tree: dict[str, Content]) -> None:
    made = tools.plan(Task("delete", "/w/p", "/w/p/env"), bench(REQ, more={f"/w/p/env/{name}": text for name, text in tree.items()}))
    assert (made.refusal, made.aside) == (None, ("/w/p/env",))


def test_a_junction_is_not_deleted() -> None:
    view = MemoryFiles({"C:\\w\\p\\requirements.txt": "", "C:\\e\\pyvenv.cfg": CFG, "C:\\w\\p\\.venv": Link("C:\\e")}, windows=True)
    env = Environment("C:\\w\\p\\.venv", "C:\\e", None, "3.12.4", layout="windows")
    facts = Facts(Project("C:\\w\\p", ("C:\\w\\p\\requirements.txt",), environment=env), view, environment=env, roots=("C:\\w",))
    for task in (Task("delete", "C:\\w\\p"), Task("recreate", "C:\\w\\p", "C:\\w\\p\\.venv")):
        made = tools.plan(task, PlanContext(facts, {}, (), "C:\\scratch"))
        assert made.aside == ()
        assert made.refusal is not None
    outside = MemoryFiles(
        {"C:\\w\\p\\requirements.txt": "", "C:\\e\\.venv\\pyvenv.cfg": CFG, "C:\\w\\p\\link": Link("C:\\e")}, windows=True
    )
    facts = Facts(Project("C:\\w\\p", ("C:\\w\\p\\requirements.txt",)), outside, roots=("C:\\w",))
    made = tools.plan(Task("delete", "C:\\w\\p", "C:\\w\\p\\link\\.venv"), PlanContext(facts, {}, (), "C:\\scratch"))
    assert "leads out of the workspace" in (made.refusal or "")


HELD = Repository("/w/p/.venv/src/it", "git", "3 files that are not committed")
CLEAN = Repository("/w/p/.venv/src/it", "git", None)
WHOLE = {"/w/p/.venv/pyvenv.cfg": CFG, "/w/p/.venv/bin/python": ""}


def at(contents: Contents, **more: object) -> PlanContext:
    return bench(REQ, env=ENV, more=WHOLE, **more)._replace(contents=lambda folder: contents)  # type: ignore[arg-type]


DELETING = [
    Task("delete", "/w/p"),
    Task("recreate", "/w/p", "/w/p/.venv"),
    Task("create", "/w/p", options={"clear": True}),
]


@pytest.mark.parametrize("task", DELETING, ids=["delete", "recreate", "create --clear"])
def test_a_repository_whose_work_is_nowhere_else_needs_a_word_of_its_own(task: Task) -> None:
    made = tools.plan(task, at(Contents(9, repositories=(HELD,))))
    assert made.refusal == (
        "/w/p/.venv/src/it is a git repository with 3 files that are not committed: save that elsewhere first, "
        "or pass --discard-work to delete it too."
    )
    for word in (1, "yes", {"yes": True}):
        assert tools.plan(Task(task.task, "/w/p", task.environment, options={**task.options, "discard-work": word}), at(
            Contents(9, repositories=(HELD,)))).refusal is not None  # fmt: skip
    agreed = Task(task.task, "/w/p", task.environment, options={**task.options, "discard-work": True})
    made = tools.plan(agreed, at(Contents(9, repositories=(HELD,))))
    assert made.aside == ("/w/p/.venv",)
    assert "The git repository /w/p/.venv/src/it is deleted too, with 3 files that are not committed." in made.surprises


@pytest.mark.parametrize("task", DELETING, ids=["delete", "recreate", "create --clear"])
def test_the_plan_names_repositories_and_strange_entries_and_counts_the_rest(task: Task) -> None:
    made = tools.plan(task, at(Contents(1234, ("notes.txt", "src/mine.py"), (CLEAN,))))
    when = "" if task.task == "delete" else " once the new environment is complete"
    assert made.surprises[:4] == (
        f"Everything in /w/p/.venv is deleted{when}: 1,234 files.",
        "The git repository /w/p/.venv/src/it is deleted too, of which nothing is only there.",
        "/w/p/.venv/notes.txt is deleted too: no tool put it there.",
        "/w/p/.venv/src/mine.py is deleted too: no tool put it there.",
    )


@pytest.mark.parametrize("task", DELETING, ids=["delete", "recreate", "create --clear"])
def test_what_git_tracks_is_never_deleted(task: Task) -> None:
    agreed = Task(task.task, "/w/p", task.environment, options={**task.options, "discard-work": True})
    made = tools.plan(agreed, at(Contents(9, tracked=2)))
    assert "2 files of it are tracked by git" in (made.refusal or "")


def test_a_tool_that_deletes_by_itself_is_held_back_as_well() -> None:
    python = (("<3.12", "/w/p/pyproject.toml"),)
    files = {"pyproject.toml": '[project]\nname = "p"\nversion = "1"\n[tool.uv]\n'}
    context = bench(files, env=ENV, more=WHOLE, python=python)._replace(contents=lambda folder: Contents(9, repositories=(HELD,)))
    assert "--discard-work" in (tools.plan(Task("sync", "/w/p"), context).refusal or "")
