"""One answer, wherever a person is: a project is judged the same from its root, a member, a subfolder and a folder in between."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.lsp.editor import make_environment

Run = Callable[..., subprocess.CompletedProcess[str]]


def uv(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = (sys.executable, "-m", "uv", "--offline", "--quiet", *arguments, "--python", sys.executable)
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def project(folder: Path, name: str, *dependencies: str, more: str = "") -> None:
    folder.mkdir(parents=True, exist_ok=True)
    text = f'[project]\nname = "{name}"\nversion = "0"\nrequires-python = ">=3.9"\ndependencies = {json.dumps(dependencies)}\n'
    (folder / "pyproject.toml").write_text(text + more)


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A workspace of uv with two members, locked and synced by uv."""
    root = tmp_path / "home" / "code" / "orchard"
    project(root, "orchard", more='[tool.uv.workspace]\nmembers = ["packages/*"]\n')
    project(root / "packages" / "apple", "apple", "pear", more="[tool.uv.sources]\npear = { workspace = true }\n")
    project(root / "packages" / "pear", "pear")
    (root / "packages" / "apple" / "src" / "deep").mkdir(parents=True)
    done = uv(root, "sync", "--all-packages")
    assert done.returncode == 0, done.stderr
    return root


@pytest.fixture
def at(tmp_path: Path) -> Run:
    """Runs venvls in a folder, as a person whose home folder is ``home``."""

    def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
        environ = {name: value for name, value in os.environ.items() if name not in ("VIRTUAL_ENV", "CONDA_PREFIX")}
        environ |= {"HOME": str(tmp_path / "home"), "VENVLS_STATE_DIR": str(tmp_path / "state")}
        environ["PATH"] = os.pathsep.join((str(Path(sys.executable).parent), environ.get("PATH", "")))
        return subprocess.run(
            (sys.executable, "-m", "venvls", *arguments), cwd=folder, env=environ, capture_output=True, text=True, check=False
        )

    return run


def checked(at: Run, folder: Path, *paths: str) -> dict[str, Any]:
    return json.loads(at(folder, "check", "--format", "json", *paths).stdout)


def about(report: dict[str, Any], root: Path) -> list[tuple[str, str, str]]:
    shown = [one for one in report["findings"] if one["code"] != "selected-environment"]
    return sorted((one["code"], one["path"], one["message"]) for one in shown if one["project"] == str(root))


@pytest.mark.parametrize("git", [True, False], ids=["in git", "without git"])
def test_a_member_is_judged_by_its_workspace_from_everywhere(workspace: Path, at: Run, git: bool) -> None:
    if git:
        subprocess.run(("git", "init", "--quiet", str(workspace)), check=True)
    member = workspace / "packages" / "apple"
    interpreter = str(workspace / ".venv" / "bin" / "python")
    places = (workspace, workspace / "packages", member, member / "src", member / "src" / "deep")
    for place in places:
        assert at(place, "which").stdout.strip() == interpreter
        found = next(one for one in checked(at, place)["projects"] if one["root"] == str(member))
        assert (found["environment"]["prefix"], found["locks"], found["tool"], found["in_sync"]) == (
            str(workspace / ".venv"), [str(workspace / "uv.lock")], "uv", True,
        )  # fmt: skip
    project(member, "apple", "pear", "melon", more="[tool.uv.sources]\npear = { workspace = true }\n")
    assert uv(workspace, "lock", "--check").returncode != 0
    answers = {json.dumps(about(checked(at, place), member)) for place in places}
    assert len(answers) == 1
    assert "stale-lock" in answers.pop()


def test_a_member_opened_alone_is_synced_in_its_workspace_and_installs_no_sibling_by_name(workspace: Path, at: Run) -> None:
    member = workspace / "packages" / "apple"
    plan = at(member, "sync", "--dry-run", "--format", "json").stdout
    assert "uv" in plan and "sync" in plan
    assert "pip" not in plan and "pear" not in plan
    (workspace / ".venv").rename(workspace / "moved")
    made = at(member, "create", "--dry-run", "--format", "json").stdout
    assert str(workspace / ".venv") in made
    assert str(member / ".venv") not in made and '"pear"' not in made


def test_where_there_is_none_yet_the_project_above_that_installs_a_member_gets_it(tmp_path: Path, at: Run) -> None:
    root = tmp_path / "home" / "code" / "orchard"
    project(root, "orchard", f"apple @ {(root / 'apple').as_uri()}")
    project(root / "apple", "apple")
    for folder, words in ((root / "apple", ()), (root, ("apple",))):
        made = at(folder, "create", "--dry-run", *words)
        assert f"venvls: the project is {root}, which installs {root / 'apple'} from its folder" in made.stderr
        assert f"{root / '.venv'}" in made.stdout and f"{root / 'apple' / '.venv'}" not in made.stdout
    named = at(root / "apple", "create", "--dry-run", "--name", "mine")
    assert f"{root / 'apple' / 'mine'}" in named.stdout and not named.stderr


def test_an_outer_environment_is_a_plain_projects_from_both_sides(tmp_path: Path, at: Run) -> None:
    outer = tmp_path / "home" / "code"
    (outer / "sub" / "deep").mkdir(parents=True)
    subprocess.run((sys.executable, "-m", "venv", "--without-pip", str(outer / ".venv")), check=True)
    (outer / "sub" / "requirements.txt").write_text("six\n")
    for place in (outer, outer / "sub", outer / "sub" / "deep"):
        assert at(place, "which").stdout.strip() == str(outer / ".venv" / "bin" / "python")
        assert [code for code, _, _ in about(checked(at, place), outer / "sub")] == ["missing-requirement"]
    (outer / "a" / "b").mkdir(parents=True)
    assert at(outer / "a" / "b", "which").stdout.strip() == str(outer / ".venv" / "bin" / "python")


def test_nobody_is_given_an_environment_of_the_home_folder(tmp_path: Path, at: Run) -> None:
    home = tmp_path / "home"
    (home / "code").mkdir(parents=True)
    subprocess.run((sys.executable, "-m", "venv", "--without-pip", str(home / ".venv")), check=True)
    (home / "code" / "requirements.txt").write_text("six\n")
    assert at(home / "code", "which").returncode == 1
    assert [code for code, _, _ in about(checked(at, home / "code"), home / "code")] == ["no-environment"]


def test_a_project_of_uv_below_an_environment_has_none_of_its_own(tmp_path: Path, at: Run) -> None:
    outer = tmp_path / "home" / "code"
    project(outer / "sub", "sub", more='[dependency-groups]\ndev = ["six"]\n[tool.uv]\n')
    subprocess.run((sys.executable, "-m", "venv", "--without-pip", str(outer / ".venv")), check=True)
    for place in (outer, outer / "sub"):
        assert [code for code, _, _ in about(checked(at, place), outer / "sub")] == ["no-environment"]
        assert at(outer / "sub", "which").returncode == 1


def test_a_work_tree_inside_the_checkout_is_a_world_of_its_own(tmp_path: Path, at: Run) -> None:
    outer = tmp_path / "home" / "code"
    outer.mkdir(parents=True)
    (outer / "requirements.txt").write_text("six\n")
    git = ("git", "-c", "user.name=a", "-c", "user.email=a@example.org", "-C", str(outer))
    for command in (("init", "--quiet"), ("add", "."), ("commit", "--quiet", "-m", "x"), ("worktree", "add", "--quiet", ".wt/x")):
        subprocess.run((*git, *command), check=True, capture_output=True)
    subprocess.run((sys.executable, "-m", "venv", "--without-pip", str(outer / ".venv")), check=True)
    tree = outer / ".wt" / "x"
    assert at(tree, "which").returncode == 1
    for place in (outer, tree):
        found = {one["root"]: one["environment"] for one in checked(at, place)["projects"]}
        assert found.get(str(tree)) is None


@pytest.mark.parametrize("command", ["sync", "upgrade", "repair", "doctor", "create", "freeze", "compile"])
def test_a_task_in_a_subfolder_is_about_the_project_above_and_says_so(tmp_path: Path, at: Run, command: str) -> None:
    outer = tmp_path / "home" / "code"
    (outer / "src" / "app").mkdir(parents=True)
    (outer / "requirements.txt").write_text("six\n")
    done = at(outer / "src" / "app", command, *(["--dry-run"] if command != "doctor" else []))
    assert "there is no project" not in done.stderr
    assert f"venvls: the project is {outer}" in done.stderr
    named = at(outer, "sync", "--dry-run", "src/app")
    assert "the project is" not in named.stderr


def test_an_environment_above_is_listed_and_is_deleted_only_after_a_question(tmp_path: Path, at: Run) -> None:
    outer = tmp_path / "home" / "code"
    (outer / "src" / "app").mkdir(parents=True)
    (outer / "requirements.txt").write_text("six\n")
    make_environment(outer / ".venv", six="1.17.0")
    assert str(outer / ".venv") in at(outer / "src" / "app", "envs").stdout
    for command in ("delete", "recreate"):
        done = at(outer / "src" / "app", command)
        assert (done.returncode, (outer / ".venv" / "pyvenv.cfg").exists()) == (2, True)
        assert f"venvls: the project is {outer}" in done.stderr
        assert f"{outer / '.venv'}" in done.stderr and "Pass --yes to confirm" in done.stderr


def test_what_another_member_or_project_requires_is_not_left_over(workspace: Path, tmp_path: Path, at: Run) -> None:
    member = "the workspace member pear (packages/pear/pyproject.toml)"
    assert member in at(workspace, "why", "pear").stdout
    for folder in (workspace, workspace / "packages" / "apple", workspace / "packages" / "pear"):
        for command in (("list",), ("why", "pear"), ("show", "pear")):
            shown = at(folder, *command).stdout
            assert "pear" in shown and "left over" not in shown
    assert at(workspace, "list", "--unrequired").stdout == "Nothing is left over.\n"
    # Nothing but the lock is left to tell.
    (workspace / "packages").rename(tmp_path / "moved")
    assert "the workspace member pear (uv.lock)" in at(workspace, "why", "pear").stdout

    plain = tmp_path / "home" / "plain"
    (plain / "docs").mkdir(parents=True)
    make_environment(plain / ".venv", alpha="1.0", beta="1.0", gamma="1.0")
    (plain / "requirements.txt").write_text("alpha\n")
    (plain / "docs" / "requirements.txt").write_text("beta\n")
    required = "required by another project with this environment"
    assert at(plain, "why", "beta").stdout == f"beta 1.0 is {required} (docs/requirements.txt:1).\n"
    assert f"is {required} ({plain / 'requirements.txt'}:1)" in at(plain / "docs", "why", "alpha").stdout
    for folder in (plain, plain / "docs"):
        assert [row.split()[0] for row in at(folder, "list", "--unrequired").stdout.splitlines()[1:]] == ["gamma"]
        named = at(folder, "list", "--unrequired", "--env", str(plain / ".venv")).stdout
        assert [row.split()[0] for row in named.splitlines()[1:]] == ["gamma"]
