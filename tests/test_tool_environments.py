"""tox's own environments as projects of their own: which are compared with what, and that nobody else's choice changes."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.memory_machine import MemoryMachine, MemoryMemory, environment
from tests.standing.monorepos import environment as written
from venvls import tools
from venvls.__main__ import main
from venvls.model.action import Plan, Task
from venvls.model.rule import PlanContext
from venvls.services import Services, plan
from venvls.workspace import Overrides, Workspace

INI = "[tox]\nenv_list = py{311,312}\n[testenv]\nskip_install = true\ndeps =\n    six\n    py312: idna>=3\n"
TREE: Mapping[str, Any] = {
    "/w/requirements.txt": "six\n",
    "/w/tox.ini": INI,
    **environment("/w/.venv", packages=["six-1.16.0"]),
    **environment("/w/.tox/py311", "3.11.4", ["six-1.16.0"]),
    **environment("/w/.tox/py312", "3.12.4", ["idna-2.0"]),
}


def workspace(tree: Mapping[str, Any], root: str = "/w", **more: Any) -> Workspace:
    overrides, editor = more.pop("overrides", Overrides()), more.pop("editor", None)
    made = Workspace(MemoryMachine(tree, **more), MemoryMemory(), strict=True, overrides=overrides, editor=editor)
    made.set_roots((root,))
    made.discover()
    return made


def wrong(made: Workspace, paths: tuple[str, ...] | None = None) -> list[tuple[str, str, str]]:
    """What is out of step: environment, code, and the characters that are marked."""
    report = made.check(paths)
    quiet = ("selected-environment", "unignored-environment")
    return [
        ((one.environment or "-").replace("\\", "/").split("/")[-1], one.code, report.texts[one.path].source[slice(*one.span)])
        for one in report.findings
        if one.code not in quiet
    ]


def roots(made: Workspace) -> list[str]:
    return [one.root for one in made.projects()]


def test_each_is_compared_with_its_own_part_and_the_folder_keeps_its_environment() -> None:
    made = workspace(TREE)
    assert roots(made) == ["/w", "/w/.tox/py311", "/w/.tox/py312"]
    assert [one.root for one in made.folder_projects()] == ["/w"]
    assert wrong(made) == [("py312", "missing-requirement", "six"), ("py312", "version-mismatch", ">=3")]
    assert [one.environment for one in made.check().findings if one.path.endswith("requirements.txt")] == ["/w/.venv"]
    for path in ("/w", "/w/tox.ini", "/w/x.py"):
        assert (made.which(path).environment or made).prefix == "/w/.venv"  # type: ignore[union-attr]
    inside = made.which("/w/.tox/py311")
    assert inside.environment is not None
    assert (inside.environment.prefix, inside.project) == ("/w/.tox/py311", "/w/.tox/py311")
    assert [one.chosen for one in inside.candidates] == [True]
    assert [(one.name, one.project) for one in made.environments()] == [("py311", "/w"), ("py312", "/w"), (".venv", "/w")]


def test_a_file_may_belong_to_several_projects() -> None:
    made = workspace(TREE)
    assert [one.root for one in made.projects_of("/w/tox.ini")] == ["/w", "/w/.tox/py311", "/w/.tox/py312"]
    assert [one.root for one in made.projects_of("/w/requirements.txt")] == ["/w"]
    assert wrong(made, ("/w/tox.ini",)) == wrong(made)
    assert wrong(made, ("/w/requirements.txt",)) == []
    # What both environments read is told of each, and an edit of the file reaches both.
    made.open("/w/tox.ini", INI.replace("six", "attrs"))
    assert sorted(one[0] for one in wrong(made) if one[2] == "attrs") == ["py311", "py312"]
    made.close("/w/tox.ini")
    assert wrong(made, ("/w/tox.ini",)) == [("py312", "missing-requirement", "six"), ("py312", "version-mismatch", ">=3")]


OWN = {**TREE, "/w/.tox/py39/pyvenv.cfg": "home = /gone\nversion = 3.9.1\n"}
SETTINGS: dict[str, tuple[dict[str, Any], list[str]]] = {
    "one that the file no longer names": ({**TREE, **environment("/w/.tox/py38", "3.8.1")}, ["py311", "py312"]),
    "one that is broken": ({**OWN, "/w/tox.ini": INI.replace("{311", "{39,311")}, ["py311", "py312"]),
    "another place": ({**TREE, "/w/tox.ini": INI.replace("[testenv]", "work_dir = build/tox\n[testenv]")}, []),
    "that place": (
        {
            **TREE,
            "/w/tox.ini": INI.replace("[testenv]", "toxworkdir = {toxinidir}{/}build/tox\n[testenv]"),
            **environment("/w/build/tox/py311", "3.11.4"),
            "/w/build/tox/py311/.tox-info.json": "{}",
        },
        ["py311"],
    ),
    "a place that hangs on a variable": (
        {**TREE, "/w/tox.ini": INI.replace("[testenv]", "work_dir = {env:PLACE:.tox}\n[testenv]")},
        ["py311", "py312"],
    ),
    "no list, the Python says it": ({**TREE, "/w/tox.ini": "[testenv]\ndeps = six\n"}, ["py311", "py312"]),
    "the environment that packages are built in": ({**TREE, **environment("/w/.tox/.pkg")}, ["py311", "py312"]),
    "setup.cfg": ({**TREE, "/w/tox.ini": None, "/w/setup.cfg": INI.replace("[tox]", "[tox:tox]")}, ["py311", "py312"]),
    "a setup.cfg about other things": ({**TREE, "/w/tox.ini": None, "/w/setup.cfg": "[flake8]\nx = 1\n"}, []),
    "tox.ini before tox.toml": ({**TREE, "/w/tox.toml": 'env_list = ["nothing"]\n'}, ["py311", "py312"]),
    "a file of another folder": ({**TREE, "/w/tox.ini": None, "/w/sub/tox.ini": INI}, []),
}


@pytest.mark.parametrize("name", SETTINGS)
def test_which_environments_are_compared(name: str) -> None:
    tree, expected = SETTINGS[name]
    made = workspace({path: text for path, text in tree.items() if text is not None})
    assert [one.part.name for one in made.projects() if one.part is not None] == expected


def test_switched_off_or_with_another_environment_named_there_are_none() -> None:
    off = workspace(TREE, editor={"kinds.tox": "off"})
    named = workspace(TREE, overrides=Overrides(environment="/w/.venv"))
    for made in (off, named):
        assert roots(made) == ["/w"]
        assert wrong(made) == []
    broken = {"/w/tox.ini": "[testenv]\ndeps = six>=\n"}
    assert [one[1] for one in wrong(workspace(broken))] == ["invalid-requirement"]
    table = '[project]\nname = "x"\n[tool.tox.env_run_base]\ndeps = ["six>="]\n'
    for name, text in (("setup.cfg", "[tox:tox]\n[testenv]\ndeps = six>=\n"), ("pyproject.toml", table)):
        assert [one[1:] for one in wrong(workspace({f"/w/{name}": text, "/w/tox.toml": 'env_run_base.deps = ["a>="]'}))] == [
            ("invalid-requirement", ">=")
        ]
    assert wrong(workspace(broken, editor={"kinds.tox": "off"})) == []


def test_files_that_are_wrong_on_purpose_are_left_alone() -> None:
    bad = "[testenv]\ndeps = six>=\n"
    tree = {"/w/pyproject.toml": '[project]\nname = "x"\n', "/w/tests/fixtures/a/tox.ini": bad, "/w/{{name}}/tox.ini": bad}
    assert wrong(workspace({**tree, **environment("/w/.venv")})) == []


def test_a_file_that_becomes_wrong_while_it_is_written() -> None:
    made = workspace({"/w/requirements.txt": "", "/w/tox.ini": "[testenv]\ndeps = six\n", **environment("/w/.venv")})
    assert roots(made) == ["/w"]
    made.open("/w/tox.ini", "[testenv]\ndeps = six>=\n")
    assert [one.code for one in made.findings("/w/tox.ini")] == ["invalid-requirement"]
    assert made.which("/w/tox.ini").project == "/w"
    made.open("/w/tox.ini", "[testenv]\ndeps = six>=1\n")
    assert (made.findings("/w/tox.ini"), roots(made)) == ((), ["/w"])


def test_an_environment_is_known_as_soon_as_the_file_names_it() -> None:
    made = workspace({**TREE, **environment("/w/.tox/py310", "3.10.1")})
    assert "/w/.tox/py310" not in roots(made)
    made.open("/w/tox.ini", INI.replace("{311", "{310,311"))
    assert ("py310", "missing-requirement", "six") in wrong(made)
    made.close("/w/tox.ini")
    assert "/w/.tox/py310" not in roots(made)


PYPROJECT = """[project]
name = "mine"
version = "1"
dependencies = ["six>=1", "mine[web]", "gone; python_version < '3'"]
[project.optional-dependencies]
web = ["flask"]
docs = ["sphinx"]
[dependency-groups]
base = ["attrs"]
test = [{ include-group = "base" }, "pytest"]
lint = ["ruff"]
[tool.uv.sources]
flask = { path = "x" }
"""
OF_PROJECT = "[tox]\nenv_list = a\n[testenv]\n{}\n"


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("skip_install = true", []),
        ("package = skip", []),
        ("package = wheel", ["six>=1"]),
        ("extras = docs", ["six>=1", "sphinx"]),
        ("skip_install = true\ndependency_groups = Test", ["attrs", "pytest"]),
        ("use_develop = true\ndependency_groups =\n  lint\n", ["ruff", "six>=1"]),
        ("package = external", []),
        ("package = {env:HOW:wheel}", []),
        ("runner = uv-venv-lock-runner\ndeps = never", []),
        ("install_command = pip install --no-deps {packages}\ndeps = never", []),
        ("pylock = pylock.toml", []),
    ],
)
def test_what_of_the_project_tox_installs(said: str, expected: list[str]) -> None:
    made = workspace({"/w/pyproject.toml": PYPROJECT, "/w/tox.ini": OF_PROJECT.format(said), **environment("/w/.tox/a")})
    assert sorted(one[2] for one in wrong(made, ("/w/tox.ini",)) if one[0] == "a") == []
    assert sorted(one[2].strip('"') for one in wrong(made) if one[0] == "a") == expected


def test_no_package_at_all_and_a_project_elsewhere() -> None:
    for core in ("no_package = true", "skipsdist = True", "package_root = lib"):
        tox = OF_PROJECT.replace("env_list", f"{core}\nenv_list").format("dependency_groups = lint")
        made = workspace({"/w/pyproject.toml": PYPROJECT, "/w/tox.ini": tox, **environment("/w/.tox/a")})
        assert [one[2] for one in wrong(made) if one[0] == "a"] == ([] if "root" in core else ["ruff"])


def test_settings_inside_pyproject_toml() -> None:
    native = PYPROJECT + '[tool.tox]\nenv_list = ["a"]\nenv_run_base.deps = ["attrs>=99"]\n'
    legacy = PYPROJECT + '[tool.tox]\nlegacy_tox_ini = """\n[tox]\nenv_list = a\n[testenv]\ndeps =\n    attrs>=99\n"""\n'
    for text in (native, legacy):
        made = workspace({"/w/pyproject.toml": text, **environment("/w/.tox/a")})
        assert sorted(one[2] for one in wrong(made) if one[0] == "a") == ["attrs>=99", "six>=1"]
        assert [one.root for one in made.projects_of("/w/pyproject.toml")] == ["/w", "/w/.tox/a"]


def test_windows() -> None:
    tree = {"C:\\w\\tox.ini": "[tox]\nenv_list = a\n[testenv]\nskip_install=1\ndeps =\n  win32: six\n  linux: idna\n"}
    made = workspace({**tree, **environment("C:\\w\\.tox\\a", windows=True)}, "C:\\w", windows=True)
    assert wrong(made) == [("a", "missing-requirement", "six")]


def planned(tree: Mapping[str, Any], task: str, programs: Mapping[str, str] | None = None, **options: Any) -> Plan:
    made = workspace(tree)
    facts = made.facts("/w/.tox/py312")
    found = {"tox": "/opt/tox", "uv": "/opt/uv"} if programs is None else programs
    return tools.plan(Task(task, "/w/.tox/py312", "/w/.tox/py312", **options), PlanContext(facts, found, (), "/tmp"))  # type: ignore[arg-type]


def test_only_tox_touches_them() -> None:
    recorded = {"PythonRun": {"deps": {"requirements": ["six", "IDNA>=3"], "options": []}}}
    for record, again in ((None, ()), ({"PythonRun": {"deps": {"requirements": ["six"]}}}, ()), (recorded, ("-r",))):
        tree = {**TREE, **({"/w/.tox/py312/.tox-info.json": json.dumps(record)} if record is not None else {})}
        plan = planned(tree, "sync")
        assert [step.argv for step in plan.steps] == [("/opt/tox", "run", *again, "-e", "py312", "--notest")]
        assert (plan.steps[0].cwd, plan.environment, plan.tool) == ("/w", "/w/.tox/py312", "tox")
        assert any("deletes" in one for one in plan.surprises) is bool(again)
    assert planned(TREE, "recreate").steps[0].argv[:3] == ("/opt/tox", "run", "-r")
    assert "pipx install tox" in (planned(TREE, "sync", {}).refusal or "")
    for task in ("create", "install", "upgrade", "freeze", "compile", "repair"):
        assert "tox.ini" in (planned(TREE, task, requirements=("six",)).refusal or ""), task
    assert planned(TREE, "delete").aside == ("/w/.tox/py312",)


class Equipped(MemoryMachine):
    def which(self, program: str, *, outside: object = ()) -> str | None:
        return "/opt/tox" if program == "tox" else None


def _never(*_: object, **__: object) -> Any:
    raise AssertionError("nothing runs here")


def test_what_nothing_lacks_in_tox_does_not_make_again() -> None:
    """Also where the ``.venv`` that tox writes makes it the folder's own environment."""
    tree = {
        "/w/pyproject.toml": '[project]\nname = "app"\nversion = "1"\ndependencies = ["six"]\n[dependency-groups]\ndev = ["ruff"]\n',
        "/w/tox.ini": "[testenv]\ndeps = idna\n",
        "/w/.venv": ".tox/py312\n",
        "/w/.tox/py312/.tox-info.json": json.dumps({"PythonRun": {"deps": {"requirements": ["idna", "six"]}}}),
    }
    for packages, again in ((["idna-3.10", "six-1.17.0", "app-1"], ()), (["idna-3.10", "app-1"], ("-r",))):
        made = workspace({**tree, **environment("/w/.tox/py312", "3.12.4", packages)})
        services = Services(Equipped(tree), MemoryMemory(), _never, lambda outside, also=(): (), lambda: "/scratch", _never)
        for root in ("/w", "/w/.tox/py312"):
            steps = plan(Task("sync", root, "/w/.tox/py312"), made, services).steps
            assert [step.argv[1:] for step in steps] == [("run", *again, "-e", "py312", "--notest")], root


def test_what_is_offered() -> None:
    made = workspace(TREE)
    offered = {one.code: [action.id for action in made.actions(one)] for one in made.check().findings if one.environment == "/w/.tox/py312"}
    assert offered == {"missing-requirement": ["sync-environment"], "version-mismatch": ["sync-environment", "change-specifier"]}
    described = {one.root: made.described(one).tool for one in made.projects()}
    assert described == {"/w": "pip", "/w/.tox/py311": "tox", "/w/.tox/py312": "tox"}


@pytest.mark.skipif(sys.platform == "win32", reason="its environments are made of POSIX links")
def test_what_tox_alone_keeps_is_compared_and_nothing_else_is_called_in_sync(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "app"\nversion = "1"\ndependencies = ["six"]\n')
    (tmp_path / "tox.ini").write_text("[tox]\nenv_list = py\n[testenv]\ndeps = idna\n")
    written(tmp_path / ".tox" / "py", {"six": "1.17.0", "idna": "3.10", "app": "1"}, conda=False)
    assert main(["check", str(tmp_path)]) == 0
    said = capsys.readouterr().out
    assert "information[no-environment] This project has no environment to work in, only those of tox (py)" in said
    assert "In sync: 1 project" in said
    assert "1 project without an environment not compared." in said
    assert main(["doctor", str(tmp_path)]) == 0
    assert "note environment:  This project has no environment to work in" in capsys.readouterr().out
