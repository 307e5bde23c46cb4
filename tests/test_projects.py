"""Which environment a project gets, and why: each tree says in one sentence what a person expects of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.lsp.editor import make_environment
from tests.memory_machine import MemoryMachine, MemoryMemory, environment
from tests.memory_tree import Link
from venvls.host.machine import ThisMachine
from venvls.workspace import Workspace

REQUIREMENTS = {"requirements.txt": "six\n"}


def conda(prefix: str) -> dict[str, Any]:
    return {
        f"{prefix}/conda-meta/history": "==> 2024-05-02 10:00:00 <==\n",
        f"{prefix}/conda-meta/python-3.11.9-hb806964_0_cpython.json": "{}",
        f"{prefix}/bin/python": Link("python3.11"),
        f"{prefix}/bin/python3.11": "",
        f"{prefix}/lib/python3.11/site-packages/README.txt": "",
    }


def workspace(tree: dict[str, Any], *roots: str, memory: MemoryMemory | None = None, **machine: Any) -> Workspace:
    made = Workspace(MemoryMachine(tree, **machine), memory or MemoryMemory(), strict=True)
    made.set_roots(roots or ("/w",))
    made.discover()
    return made


def chosen(made: Workspace, path: str) -> str | None:
    found = made.which(path).environment
    return found.prefix if found else None


TREES: dict[str, tuple[dict[str, Any], dict[str, str], dict[str, str | None]]] = {
    ".venv beside the manifest": ({"/w/requirements.txt": "", **environment("/w/.venv")}, {}, {"/w": "/w/.venv"}),
    "an environment of any name": ({"/w/requirements.txt": "", **environment("/w/my stuff")}, {}, {"/w/x.py": "/w/my stuff"}),
    ".venv before any other name": (
        {"/w/requirements.txt": "", **environment("/w/aaa"), **environment("/w/.venv"), **environment("/w/venv")},
        {},
        {"/w": "/w/.venv"},
    ),
    "the one whose Python fits": (
        {"/w/requirements.txt": "", "/w/.python-version": "3.9\n", **environment("/w/.venv"), **environment("/w/old", "3.9.2")},
        {},
        {"/w": "/w/old"},
    ),
    "the one that is not broken": (
        {
            "/w/requirements.txt": "",
            "/w/.venv/pyvenv.cfg": "home = /gone\n",
            "/w/.venv/bin/python": Link("/gone"),
            **environment("/w/venv"),
        },
        {},
        {"/w": "/w/venv"},
    ),
    "two folders down": ({"/w/requirements.txt": "", **environment("/w/tools/envs/main")}, {}, {"/w": "/w/tools/envs/main"}),
    "the active one of several": (
        {"/w/requirements.txt": "", **environment("/w/.venv"), **environment("/w/other")},
        {"VIRTUAL_ENV": "/w/other"},
        {"/w": "/w/other"},
    ),
    "uv pays no attention to the active one": (
        {"/w/pyproject.toml": "[project]\nname='w'\n[tool.uv]\n", **environment("/w/.venv"), **environment("/w/other")},
        {"VIRTUAL_ENV": "/w/other"},
        {"/w": "/w/.venv"},
    ),
    "UV_PROJECT_ENVIRONMENT": (
        {"/w/pyproject.toml": "[project]\nname='w'\n[tool.uv]\n", **environment("/w/.venv"), **environment("/w/.elsewhere")},
        {"UV_PROJECT_ENVIRONMENT": ".elsewhere"},
        {"/w": "/w/.elsewhere"},
    ),
    "an active one elsewhere, where the project has none": (
        {"/w/requirements.txt": "", **environment("/home/me/envs/a")},
        {"VIRTUAL_ENV": "/home/me/envs/a"},
        {"/w": "/home/me/envs/a"},
    ),
    "its own before an active one elsewhere": (
        {"/w/requirements.txt": "", **environment("/w/.venv"), **environment("/home/me/envs/a")},
        {"VIRTUAL_ENV": "/home/me/envs/a"},
        {"/w": "/w/.venv"},
    ),
    "an active one of conda's, where the project has none": (
        {"/w/requirements.txt": "", **conda("/home/me/conda/envs/a")},
        {"CONDA_PREFIX": "/home/me/conda/envs/a", "CONDA_DEFAULT_ENV": "a"},
        {"/w": "/home/me/conda/envs/a"},
    ),
    "never conda's base, which is active in every shell": (
        {"/w/requirements.txt": "", **conda("/home/me/conda")},
        {"CONDA_PREFIX": "/home/me/conda", "CONDA_DEFAULT_ENV": "base"},
        {"/w": None},
    ),
    "VIRTUAL_ENV before CONDA_PREFIX": (
        {"/w/requirements.txt": "", **conda("/home/me/conda/envs/a"), **environment("/home/me/envs/b")},
        {"CONDA_PREFIX": "/home/me/conda/envs/a", "CONDA_DEFAULT_ENV": "a", "VIRTUAL_ENV": "/home/me/envs/b"},
        {"/w": "/home/me/envs/b"},
    ),
    "the nearest above": (
        {"/w/a/b/requirements.txt": "", **environment("/w/.venv"), **environment("/w/a/.venv")},
        {},
        {"/w/a/b": "/w/a/.venv", "/w/x.py": "/w/.venv"},
    ),
    "never a sibling's": (
        {"/w/a/requirements.txt": "", "/w/b/requirements.txt": "", **environment("/w/a/.venv")},
        {},
        {"/w/a": "/w/a/.venv", "/w/b": None},
    ),
    "not one above whose Python does not fit": (
        {"/w/a/pyproject.toml": "[project]\nname='a'\nrequires-python='>=3.13'\n", **environment("/w/.venv", "3.9.1")},
        {},
        {"/w/a": None},
    ),
    "the workspace's own, for a member of a uv workspace": (
        {
            "/w/pyproject.toml": "[project]\nname='w'\n[tool.uv.workspace]\nmembers=['packages/*']\nexclude=['packages/no']\n",
            "/w/packages/a/pyproject.toml": "[project]\nname='a'\n",
            "/w/packages/no/pyproject.toml": "[project]\nname='no'\n[tool.uv]\n",
            **environment("/w/.venv"),
            **environment("/w/packages/a/.venv"),
            **environment("/w/packages/no/.venv"),
        },
        {},
        {"/w/packages/a": "/w/.venv", "/w/packages/no": "/w/packages/no/.venv"},
    ),
    "a link in requirements/ to the project's own pyproject.toml is no second project": (
        {
            "/w/pyproject.toml": "[project]\nname='w'\n",
            "/w/requirements/pyproject.toml": Link("../pyproject.toml"),
            "/w/reqs/pyproject.toml": "[project]\nname='other'\n",
            "/w/reqs/dev.txt": "six\n",
            "/w/dev_requirements.txt": "six\n",
            **environment("/w/.venv"),
        },
        {},
        {"/w/requirements": "/w/.venv", "/w/reqs": "/w/.venv"},
    ),
    ".venv is a file that holds a path": (
        {"/w/requirements.txt": "", "/w/.venv": "/home/me/envs/w\n", **environment("/home/me/envs/w")},
        {},
        {"/w": "/home/me/envs/w"},
    ),
    ".venv is a link to one of several": (
        {
            "/w/requirements.txt": "",
            "/w/.venv": Link("envs/py312"),
            **environment("/w/envs/py311", "3.11.2"),
            **environment("/w/envs/py312"),
            **environment("/w/envs/py313", "3.13.1"),
        },
        {},
        {"/w": "/w/.venv"},
    ),
    "the active one before a link to another": (
        {
            "/w/requirements.txt": "",
            "/w/.venv": Link("envs/py312"),
            **environment("/w/envs/py311", "3.11.2"),
            **environment("/w/envs/py312"),
        },
        {"VIRTUAL_ENV": "/w/envs/py311"},
        {"/w": "/w/envs/py311"},
    ),
    ".venv is a link": ({"/w/requirements.txt": "", "/w/.venv": Link("../envs/w"), **environment("/envs/w")}, {}, {"/w": "/w/.venv"}),
    ".python-envs names its last line": (
        {"/w/requirements.txt": "", "/w/.python-envs": "one\ntwo\n", **environment("/w/one"), **environment("/w/two")},
        {},
        {"/w": "/w/two"},
    ),
    "requirements/*.txt belong to the folder above": (
        {"/w/requirements/base.txt": "", **environment("/w/.venv")},
        {},
        {"/w/requirements/base.txt": "/w/.venv"},
    ),
    "tox's own are never picked": ({"/w/requirements.txt": "", **environment("/w/.tox/py312")}, {}, {"/w": None}),
}


@pytest.mark.parametrize("name", TREES)
def test_choice(name: str) -> None:
    tree, environ, expected = TREES[name]
    made = workspace(tree, environ=environ)
    assert {path: chosen(made, path) for path in expected} == expected


def test_an_environment_above_one_folder_is_not_of_another_next_to_it() -> None:
    tree = {"/h/a/b/requirements.txt": "", "/h/a/requirements.txt": "", "/h/c/requirements.txt": "", **environment("/h/a/.venv")}
    made = workspace(tree, "/h/a/b", "/h/c")
    assert {path: chosen(made, path) for path in ("/h/a/b", "/h/c")} == {"/h/a/b": "/h/a/.venv", "/h/c": None}


def test_a_default_that_cannot_be_understood_is_shown_and_nothing_else_is_taken() -> None:
    made = workspace({"/w/requirements.txt": "six\n", "/w/.python-envs": "nowhere\n", **environment("/w/one")})
    codes = {finding.code: finding.message for finding in made.check().findings}
    assert "nowhere" in codes["broken-environment"]
    assert "missing-requirement" not in codes


def test_the_persons_choice_wins_and_is_forgotten_on_request() -> None:
    memory = MemoryMemory()
    tree = {"/w/requirements.txt": "", **environment("/w/.venv"), **environment("/w/other")}
    made = workspace(tree, memory=memory)
    made.select("/w", "/w/other")
    assert chosen(made, "/w") == "/w/other"
    assert made.which("/w").reason == "you selected it"
    assert chosen(workspace(tree, memory=memory), "/w") == "/w/other"
    made.select("/w", None)
    assert chosen(made, "/w") == "/w/.venv"


def test_a_selected_environment_that_is_gone_does_not_stand_in_the_way() -> None:
    memory = MemoryMemory()
    memory.select("/w", "/w/gone")
    assert chosen(workspace({"/w/requirements.txt": "", **environment("/w/.venv")}, memory=memory), "/w") == "/w/.venv"


def test_two_hundred_projects_get_two_hundred_right_answers() -> None:
    tree: dict[str, Any] = {"/w/pyproject.toml": "[project]\nname='w'\n", **environment("/w/.venv", "3.13.0")}
    expected: dict[str, str | None] = {"/w": "/w/.venv"}
    for number in range(200):
        root = f"/w/group{number % 7}/p{number}"
        kind = number % 4
        tree[f"{root}/pyproject.toml"] = f"[project]\nname='p{number}'\nrequires-python='>=3.{8 + number % 6}'\n"
        if kind == 0:
            tree.update(environment(f"{root}/.venv"))
            expected[root] = f"{root}/.venv"
        elif kind == 1:
            tree.update(environment(f"{root}/odd name", f"3.{8 + number % 6}.1"))
            tree.update(environment(f"{root}/older", "3.7.1"))
            expected[root] = f"{root}/odd name"
        elif kind == 2:
            expected[root] = "/w/.venv"
        else:
            tree[f"{root}/.venv"] = f"/envs/p{number}\n"
            tree.update(environment(f"/envs/p{number}"))
            expected[root] = f"/envs/p{number}"
    made = workspace(tree)
    assert {project.root: project.environment.prefix if project.environment else None for project in made.projects()} == expected


def test_every_candidate_is_explained() -> None:
    tree = {
        "/w/a/requirements.txt": "",
        "/w/b/requirements.txt": "",
        "/w/a/.python-version": "3.12",
        **environment("/w/a/.venv"),
        **environment("/w/a/old", "3.8.1"),
        **environment("/w/b/.venv"),
        **environment("/w/.venv"),
        **environment("/w/a/.tox/py312"),
    }
    found = {one.environment.prefix: (one.chosen, one.reason) for one in workspace(tree).which("/w/a/x.py").candidates}
    assert found["/w/a/.venv"] == (True, ".venv is in this folder")
    assert found["/w/a/old"] == (False, "its Python is 3.8.1, and /w/a/.python-version requires ==3.12.*")
    assert found["/w/b/.venv"] == (False, "it belongs to /w/b")
    assert found["/w/.venv"] == (False, "it is further away")
    assert found["/w/a/.tox/py312"][0] is False
    assert len(found) == 5


def test_folders_of_a_multi_root_workspace_keep_their_own_and_share_what_belongs_to_nobody() -> None:
    tree = {"/x/a/requirements.txt": "", "/x/b/requirements.txt": "", **environment("/x/a/.venv"), **environment("/x/env")}
    made = workspace(tree, "/x/a", "/x/b", "/x/env")
    assert chosen(made, "/x/a") == "/x/a/.venv"
    assert chosen(made, "/x/b") in ("/x/env", None)


def test_windows() -> None:
    tree = {"C:\\w\\requirements.txt": "six\nrich\n", **environment("C:\\w\\.venv", packages=["six-1.16.0"], windows=True)}
    made = workspace(tree, "C:\\w", windows=True)
    found = made.which("C:\\w\\main.py").environment
    assert found is not None
    assert found.interpreter == "C:\\w\\.venv\\Scripts\\python.exe"
    assert [(one.code, one.requirement.parsed.name) for one in made.check().findings if one.requirement] == [
        ("missing-requirement", "rich")
    ]


def test_requirements_of_a_side_folder_are_not_asked_of_an_environment_above_unless_chosen() -> None:
    tree = {
        "/w/requirements.txt": "six\n",
        "/w/docs/requirements.txt": "sphinx\n",
        "/w/tests/data/app/requirements.txt": "django\n",
        "/w/services/api/requirements.txt": "flask\n",
        **environment("/w/.venv", packages=["six-1.16.0"]),
    }
    assert _missing(workspace(tree)) == ["flask"]
    made = Workspace(MemoryMachine(tree), MemoryMemory(), editor={"sync.groups": ["docs"]}, strict=True)
    made.set_roots(["/w"])
    made.discover()
    assert _missing(made) == ["flask", "sphinx"]
    assert _missing(workspace({**tree, **environment("/w/docs/.venv")})) == ["flask", "sphinx"]


def test_requirements_files_stand_for_groups() -> None:
    tree: dict[str, Any] = {f"/w/requirements{name}.txt": f"p{name or '-main'}\n" for name in ("", "-dev", "-docs", "_lint")}
    tree.update(environment("/w/.venv"))
    assert _missing(workspace(tree)) == ["p-dev", "p-main"]
    assert [one.requirement.parsed.key for one in workspace(tree).check(["/w/requirements-docs.txt"]).findings if one.requirement] == [
        "p-docs"
    ]
    only: dict[str, Any] = {"/w/requirements-docs.txt": "sphinx\n", **environment("/w/.venv")}
    assert _missing(workspace(only)) == ["sphinx"]


def _missing(made: Workspace) -> list[str]:
    return sorted(
        one.requirement.parsed.key or "" for one in made.check().findings if one.code == "missing-requirement" and one.requirement
    )


SCRIPT = "# /// script\n# dependencies = [{}]\n# ///\nprint()\n"


def test_an_opened_script_is_a_project_of_its_own_and_is_never_judged_by_the_environment_beside_it() -> None:
    tree = {"/w/requirements.txt": "six\n", "/w/tool.py": SCRIPT.format('"rich"'), **environment("/w/.venv", packages=["six-1.16.0"])}
    made = workspace(tree)
    assert [project.root for project in made.projects()] == ["/w"]
    made.open("/w/tool.py", SCRIPT.format('"rich", "a=>1"'))
    # uv's own environment, which is not there yet: never the one next to it, in which rich is missing.
    no_environment = ("no-environment", "information")
    assert [(each.code, each.severity) for each in made.findings("/w/tool.py")] == [no_environment, ("invalid-requirement", "error")]
    made.open("/w/tool.py", SCRIPT.format('"rich"'))
    assert [(each.code, each.severity) for each in made.findings("/w/tool.py")] == [no_environment]
    made.open("/w/tool.py", "print()\n")
    assert [project.root for project in made.projects()] == ["/w"]
    assert [one.code for one in made.check(["/w/tool.py"]).findings] == []


def test_the_broken_environment_that_was_passed_over_is_named_in_the_reason() -> None:
    broken = {"/w/.venv/pyvenv.cfg": "home = /gone\n", "/w/.venv/bin/python": Link("/gone")}
    made = workspace({"/w/requirements.txt": "", **broken, **environment("/w/venv")})
    assert made.which("/w").reason == "venv is in this folder, and .venv is broken"


def test_outside_of_git_the_environment_of_the_project_above_is_found_too() -> None:
    tree = {"/x/app/requirements.txt": "", "/x/app/inner/requirements.txt": "", **environment("/x/app/.venv"), **environment("/x/.venv")}
    assert chosen(workspace(tree, "/x/app/inner"), "/x/app/inner") == "/x/app/.venv"
    assert chosen(workspace({"/x/inner/requirements.txt": "", **environment("/x/.venv")}, "/x/inner"), "/x/inner") is None


def test_an_environment_that_git_ignores_from_now_on_is_no_longer_told(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "HEAD").write_text("ref: refs/heads/main\n")
    (tmp_path / "requirements.txt").write_text("six\n")
    make_environment(tmp_path / ".venv", six="1.16.0")
    (tmp_path / ".venv" / ".gitignore").unlink(missing_ok=True)
    made = Workspace(ThisMachine(), MemoryMemory(), strict=True)
    made.set_roots([str(tmp_path)])
    made.discover()
    assert "unignored-environment" in {one.code for one in made.check().findings}
    (tmp_path / ".gitignore").write_text(".venv/\n")
    made.changed([str(tmp_path / ".gitignore")])
    assert "unignored-environment" not in {one.code for one in made.check().findings}


def test_which_folders_are_projects_and_which_of_their_files_count() -> None:
    made = workspace(
        {
            "/w/pyproject.toml": "[project]\nname='w'\n",
            "/w/dev_requirements.txt": "six\n",
            "/w/requirements/pyproject.toml": "[project]\nname='w'\n",
            "/w/requirements/base.txt": "six\n",
            "/w/reqs/docs.txt": "six\n",
            "/x/reqs/pyproject.toml": "[project]\nname='other'\n",
            "/x/pyproject.toml": "[project]\nname='x'\n",
            "/x/x/__init__.py": "",
            "/x/x/aio/__init__.py": "",
            "/x/x/aio/setup.py": "setup(install_requires=['six'])\n",
            "/x/plugin/setup.py": "setup(install_requires=['six'])\n",
        },
        "/w",
        "/x",
    )
    assert {one.root: {path[len(one.root) + 1 :] for path in one.manifests} for one in made.projects()} == {
        "/w": {"pyproject.toml", "dev_requirements.txt", "requirements/base.txt", "reqs/docs.txt"},
        "/x": {"pyproject.toml"},
        "/x/reqs": {"pyproject.toml"},
        "/x/plugin": {"setup.py"},
    }
