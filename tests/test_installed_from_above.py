"""A project whose tool looks at nothing above it uses the environment of one above that installs it from its folder, as in monorepos."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pytest
from typing_extensions import Never

from tests.memory_machine import MemoryMachine, MemoryMemory, environment
from venvls import tools
from venvls.environments.hatch import root_hash
from venvls.model.action import Task
from venvls.model.rule import BasePython, PlanContext
from venvls.services import Services, plan
from venvls.workspace import Workspace

ROOT = '[tool.poetry]\npackage-mode = false\n[tool.poetry.dependencies]\napple = { path = "packages/apple", develop = true }\n'
APPLE = '[tool.poetry]\nname = "apple"\nversion = "1"\n[tool.poetry.dependencies]\npython = ">=3.9"\nsix = ">=1.17"\n'
GIT = {"/w/.git/HEAD": "ref: refs/heads/main\n"}


def opened(tree: Mapping[str, str], folder: str, **more: str) -> Workspace:
    workspace = Workspace(MemoryMachine({**GIT, **tree}, environ=more), MemoryMemory(), strict=True)
    workspace.set_roots((folder,))
    workspace.discover()
    return workspace


def prefix(workspace: Workspace, root: str = "/w/packages/apple") -> str | None:
    project = workspace.project_of(root)
    assert project is not None
    return project.environment.prefix if project.environment is not None else None


TREE = {
    "/w/pyproject.toml": ROOT,
    "/w/packages/apple/pyproject.toml": APPLE,
    **environment("/w/.venv", packages=["six-1.16.0", "apple-1"]),
}


@pytest.mark.parametrize("folder", ["/w", "/w/packages", "/w/packages/apple"])
@pytest.mark.parametrize("active", ["", "/w/.venv"])
def test_it_is_compared_with_the_environment_it_is_installed_in(folder: str, active: str) -> None:
    workspace = opened(TREE, folder, VIRTUAL_ENV=active)
    assert prefix(workspace) == "/w/.venv"
    own = [finding for finding in workspace.check().findings if finding.project == "/w/packages/apple"]
    assert ("version-mismatch", "six 1.16.0 is installed, but >=1.17 is required") in [(each.code, each.message) for each in own]
    assert "no-environment" not in [finding.code for finding in own]


@pytest.mark.parametrize(
    "change",
    [
        {"/w/packages/apple/poetry.lock": '[metadata]\nlock-version = "2.1"\ncontent-hash = "0"\n'},
        {"/w/pyproject.toml": ROOT.replace("packages/apple", "packages/pear")},
        {"/w/pyproject.toml": ROOT.replace('{ path = "packages/apple", develop = true }', '"*"')},
    ],
)
def test_one_that_is_locked_by_itself_or_that_nobody_installs_has_its_own(change: dict[str, str]) -> None:
    assert prefix(opened({**TREE, **change}, "/w")) is None


def test_its_own_environment_goes_first() -> None:
    assert prefix(opened({**TREE, **environment("/w/packages/apple/.venv")}, "/w/packages/apple")) == "/w/packages/apple/.venv"


@pytest.mark.parametrize(
    "above",
    [
        {"/w/requirements.txt": "-e ./packages/apple\n"},
        {"/w/pyproject.toml": '[project]\nname = "w"\nversion = "1"\ndependencies = ["apple @ file:///w/packages/apple"]\n'},
        {"/w/pyproject.toml": '[tool.pdm.dev-dependencies]\ndev = ["-e file:///${PROJECT_ROOT}/packages/apple"]\n'},
    ],
)
def test_whatever_tool_is_above(above: dict[str, str]) -> None:
    rest = {path: text for path, text in TREE.items() if path != "/w/pyproject.toml"}
    assert prefix(opened({**rest, **above}, "/w/packages/apple")) == "/w/.venv"


def test_it_is_synced_with_all_of_it() -> None:
    workspace = opened(TREE, "/w/packages/apple")
    context = PlanContext(
        workspace.facts("/w/packages/apple"), {"poetry": "/opt/poetry"}, (), "/tmp/s", "auto", {}, workspace.machine.contents
    )
    made = tools.plan(Task("sync", "/w/packages/apple", "/w/.venv"), context)
    assert [(step.argv[1], step.cwd) for step in made.steps] == [("lock", "/w"), ("install", "/w")]
    added = tools.plan(Task("add", "/w/packages/apple", "/w/.venv", requirements=("idna",)), context)
    assert [(step.argv[1], step.cwd) for step in added.steps] == [("add", "/w/packages/apple")]
    assert any("keeps an environment for this project alone" in sentence for sentence in added.surprises)


@pytest.mark.parametrize("tools_here", [{}, {"uv": "/opt/uv", "poetry": "/opt/poetry", "hatch": "/opt/hatch"}])
def test_no_second_environment_is_made_without_a_name_for_it(tools_here: dict[str, str]) -> None:
    workspace = opened(TREE, "/w/packages/apple")
    pythons = (BasePython("/opt/py/bin/python3", "3.12.1"),)
    context = PlanContext(workspace.facts("/w/packages/apple"), tools_here, pythons, "/tmp/s", "auto", {}, workspace.machine.contents)
    made = tools.plan(Task("create", "/w/packages/apple"), context)
    assert made.refusal is not None and "/w installs this project in /w/.venv: sync that environment" in made.refusal
    named = tools.plan(Task("create", "/w/packages/apple", options={"name": "mine"}), context)
    assert named.environment == "/w/packages/apple/mine"


def test_a_member_of_a_workspace_of_hatchs_is_where_hatch_installs_it() -> None:
    root = '[project]\nname = "w"\nversion = "1"\n[tool.hatch.envs.default]\nworkspace.members = ["packages/*"]\n'
    member = (
        '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n[project]\nname = "apple"\ndependencies = ["six"]\n'
    )
    files = {"/w/pyproject.toml": root, "/w/packages/apple/pyproject.toml": member}
    assert prefix(opened(files, "/w/packages/apple")) is None
    where = f"/home/me/.local/share/hatch/env/virtual/w/{root_hash('/w', 'linux')}/w"
    for folder in ("/w", "/w/packages/apple"):
        workspace = opened({**files, **environment(where, packages=["six-1.17.0", "w-1"])}, folder)
        assert prefix(workspace) == where
        assert [finding.code for finding in workspace.check().findings if finding.severity != "hint"] == []
    for members in ('["packages/apple"]', '[{ path = "pack*/*" }]', '["*/apple"]'):
        stated = {**files, "/w/pyproject.toml": root.replace('["packages/*"]', members), **environment(where, packages=["six-1.17.0"])}
        assert prefix(opened(stated, "/w/packages/apple")) == where


def test_what_is_installed_from_a_folder_above_is_never_taken_from_an_index_by_its_name() -> None:
    member = '[project]\nname = "apple"\nversion = "1"\ndependencies = ["pear>=1", "six"]\n'
    pear = {"/w/packages/pear/pyproject.toml": '[project]\nname = "Pear"\nversion = "1"\n'}
    pixi = "[workspace]\nname = 'w'\nchannels = []\nplatforms = []\n[pypi-dependencies]\napple = { path = 'packages/apple' }\n"
    hatch = '[project]\nname = "w"\nversion = "1"\n[tool.hatch.envs.default]\nworkspace.members = ["packages/*"]\n'
    for above in (
        {"/w/pyproject.toml": hatch},
        {"/w/pixi.toml": pixi + "pear = { path = 'packages/pear', editable = true }\n"},
        {"/w/requirements.txt": "-e ./packages/apple\n-e packages/pear\n"},
    ):
        tree = {**above, **pear, "/w/packages/apple/pyproject.toml": member, **environment("/w/.venv")}
        for folder in ("/w", "/w/packages/apple"):
            workspace = opened(tree, folder)
            facts = workspace.facts("/w/packages/apple")
            context = PlanContext(facts, {"uv": "/opt/uv"}, (), "/tmp/s", "auto", {}, workspace.machine.contents)
            for task in (
                Task("sync", "/w/packages/apple", "/w/.venv"),
                Task("install", "/w/packages/apple", "/w/.venv", requirements=("pear", "six")),
            ):
                made = tools.plan(task, context)
                words = made.steps[0].argv
                assert "pear from its folder" in made.steps[0].label
                assert words[words.index("-e") + 1] == "/w/packages/pear"
                assert words[words.index("--") + 1 :] == ("six",)
                assert "pear is installed from /w/packages/pear, which may run its build." in made.surprises


class Equipped(MemoryMachine):
    """A machine with every tool."""

    def which(self, program: str, *, outside: Iterable[str] = (), first: str | None = None) -> str | None:
        return f"/opt/{program}"


POETRY, HATCH = (
    {"/w/pyproject.toml": ROOT},
    '[project]\nname = "w"\nversion = "1"\n[tool.hatch.envs.default]\nworkspace.members = ["packages/*"]\n',
)
PIXI = "[workspace]\nname = 'w'\nchannels = []\nplatforms = []\n[pypi-dependencies]\napple = { path = 'packages/apple', editable = true }\n"


@pytest.mark.parametrize(
    ("above", "first"),
    [
        (POETRY, "uv venv"),
        ({"/w/requirements.txt": "-e packages/apple\n"}, "uv venv"),
        ({"/w/pyproject.toml": HATCH}, "hatch env create default"),
        ({"/w/pixi.toml": PIXI}, "pixi install --color never --no-progress --manifest-path /w/pixi.toml"),
    ],
)
def test_where_the_project_above_has_no_environment_yet_it_is_made_there(above: dict[str, str], first: str) -> None:
    member = '[project]\nname = "apple"\nversion = "1"\ndependencies = ["six"]\n'
    tree = {**above, "/w/packages/apple/pyproject.toml": member}
    workspace = opened(tree, "/w")
    pythons = (BasePython("/opt/py/bin/python3", "3.12.1"),)
    services = Services(Equipped(tree), MemoryMemory(), _never, lambda outside, also=(): pythons, lambda: "/tmp/s", _never)
    made = plan(Task("create", "/w/packages/apple"), workspace, services)
    assert made.refusal is None
    assert made.task.project == "/w"
    assert made.surprises[0] == "The environment is made for /w, which installs this project from its folder."
    assert " ".join(made.steps[0].argv).startswith(f"/opt/{first}"), made.steps[0].argv
    named = plan(Task("create", "/w/packages/apple", options={"name": "mine"}), workspace, services)
    assert named.environment == "/w/packages/apple/mine"
    alone = opened(tree, "/w/packages/apple")
    refused = plan(Task("create", "/w/packages/apple"), alone, services)
    assert refused.refusal is not None
    assert refused.refusal.startswith("/w installs this project from its folder: create the environment there")


def _never(*_: object, **__: object) -> Never:
    raise AssertionError("nothing is run, and nothing is written")
