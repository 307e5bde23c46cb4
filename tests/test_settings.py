"""Settings that are not understood are said, with what may have been meant; and the table knows every kind, rule and tool there is."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.cli.inside import Inside
from tests.host_tasks import offline
from tests.lsp.editor import Editor
from venvls import environments, settings, tools

FILE = "/p/pyproject.toml"


@pytest.mark.parametrize("value", [float("inf"), float("-inf"), float("nan"), 10**400, -1, True, "12", 1_000_001])
@pytest.mark.parametrize("key", ["search.depth", "search.timeout"])
def test_a_number_is_finite_and_not_absurd(key: str, value: object) -> None:
    kind = "whole number" if key == "search.depth" else "number"
    known = settings.read({}, {FILE: {key: value}})
    assert known.problems == (f"[tool.venvls] of {FILE}: `{key}` must be a {kind} from 0 to 1,000,000.",)
    assert (known.depth, known.timeout) == (12, 30.0)
    assert settings.read({key: value}).problems != ()


def test_a_number_of_folders_is_whole_and_one_of_seconds_need_not_be() -> None:
    assert settings.read({"search.depth": 2.5}).problems != ()
    assert settings.read({"search.depth": 3.0, "search.timeout": 0.5}) == settings.Settings(depth=3, timeout=0.5)


@pytest.mark.parametrize(
    ("table", "problem"),
    [
        ({"rules": {"nope": "off"}}, "there is no rule `nope`."),
        ({"rules": {"missing-requirements": "off"}}, "there is no rule `missing-requirements`; did you mean `missing-requirement`?"),
        ({"rules.no-enviroment": "off"}, "there is no rule `no-enviroment`; did you mean `no-environment`?"),
        ({"kinds": {"nonsense": False}}, "there is no kind of environment `nonsense`."),
        ({"kinds": {"cond": False}}, "there is no kind of environment `cond`; did you mean `conda`?"),
        ({"sync": {"tol": "uv"}}, "there is no setting `sync.tol`; did you mean `sync.tool`?"),
        ({"rule": {"no-environment": "off"}}, "there is no setting `rule.no-environment`; did you mean `rules.no-environment`?"),
        ({"tools": {"uvx": {"path": "/x"}}}, "there is no tool `uvx`; did you mean `uv`?"),
        ({"colour": "red"}, "there is no setting `colour`."),
        ({"sync": {"tool": "npm"}}, "`sync.tool` must be one of auto, pip, uv."),
        ({"x" * 1_000: 1}, f"there is no setting `{'x' * 60}…`."),
    ],
)
def test_what_is_unknown_is_said_in_a_file_and_in_the_editor(table: dict[str, object], problem: str) -> None:
    assert settings.read({}, {FILE: table}).problems == (f"[tool.venvls] of {FILE}: {problem}",)
    assert settings.read(table).problems == (f"the editor's settings: {problem}",)


def test_what_is_known_is_not_complained_of() -> None:
    known = {"kinds.uv": True, "rules.no-environment": "off", "tools.uv.path": "/x", "sync": {"tool": "uv"}}
    assert settings.read({**known, "environment": {"follow": "on"}, "trace": {"server": "off"}}).problems == ()


def test_many_wrong_settings_are_said_shortly() -> None:
    said = settings.read({}, {FILE: {f"wrong-{number}": 1 for number in range(100_000)}}).problems
    assert len(said) < 30
    assert said[-1].endswith("there are more unknown or invalid settings.")


def test_the_nearest_file_and_the_editor_win() -> None:
    outer = {"sync": {"tool": "pip"}, "rules": {"stale-lock": "off", "no-environment": "off"}}
    inner = {"rules": {"stale-lock": "error"}}
    merged = settings.read({"rules.no-environment": "hint"}, {"/p/pyproject.toml": outer, "/p/a/pyproject.toml": inner})
    assert (merged.sync_tool, dict(merged.rules)) == ("pip", {"stale-lock": "error", "no-environment": "hint"})


def test_every_kind_can_be_switched_off() -> None:
    """``virtualenv`` is told from ``venv`` by what made it; the machine's own Pythons (``system``) are not looked for."""
    recognised = {kind.name for kind in environments.KINDS}
    assert set(settings.KINDS) == recognised - {"system"} | {"virtualenv"}


def test_every_program_a_person_may_name_is_one_that_is_started() -> None:
    programs = {"pip-tools": "pip-compile"}
    assert {programs.get(name, name) for name in settings.PROGRAMS} <= set(tools.PROGRAMS)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / "pyproject.toml").write_text('[project]\nname = "p"\nversion = "1"\n[tool.venvls.rules]\nstale-look = "off"\n')
    return tmp_path / "p"


def test_the_command_line_says_it(folder: Path, tmp_path: Path) -> None:
    inside = Inside(tmp_path / "elsewhere", offline.index(tmp_path / "wheels"))
    shutil.copy(folder / "pyproject.toml", inside.root)
    ran = inside.run("check")
    path = inside.root / "pyproject.toml"
    assert f"venvls: [tool.venvls] of {path}: there is no rule `stale-look`; did you mean `stale-lock`?" in ran.stderr


def test_the_editor_is_told_once(folder: Path) -> None:
    problem = f"venvls: [tool.venvls] of {folder / 'pyproject.toml'}: there is no rule `stale-look`; did you mean `stale-lock`?"
    with Editor(folder, options={"kinds": {"condo": False}}) as editor:
        editor.open(folder / "pyproject.toml")
        editor.settle()
        editor.notify("workspace/didChangeConfiguration", {"settings": {"venvls": {"sync.tool": "pip"}}})
        editor.settle()
        shown = [params["message"] for params in editor.of("window/showMessage")]
        assert shown == [problem, "venvls: the editor's settings: there is no kind of environment `condo`; did you mean `conda`?"]
