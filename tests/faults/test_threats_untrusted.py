"""Threats T1 to T6, T8, T9 and T14: what looks at a checkout starts nothing in it; what is asked for is no fake."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.faults.hostile import Hostile, started, traced, venvls
from tests.lsp.editor import Editor, codes_of, make_environment, wheel
from venvls.lsp.features import COMMANDS
from venvls.lsp.session import Session

UNTRUSTED = {"trusted": False}


@pytest.fixture
def hostile(tmp_path: Path) -> Hostile:
    return Hostile(tmp_path).everything()


LOOKS: list[tuple[str, ...]] = [
    ("check", "."),
    ("check", "--format", "json", "."),
    ("check", "--format", "sarif", "--all-groups", "."),
    ("envs",),
    ("which", "--explain"),
    ("which", "setup.py"),
    ("activate", "--shell", "bash"),
    ("sync", "--dry-run"),
    ("sync", "--dry-run", "--format", "json"),
    ("install", "--dry-run", "absent"),
]


@pytest.mark.parametrize("arguments", LOOKS, ids=" ".join)
def test_t1_t2_t8_t14_a_look_starts_nothing(hostile: Hostile, arguments: tuple[str, ...]) -> None:
    log = hostile.folder / "trace"
    done = venvls(*arguments, cwd=hostile.root, environ=hostile.environ, before=traced(log))
    assert done.returncode in (0, 1), done.stderr
    assert done.stdout
    assert hostile.marks == ""
    assert started(log)[1:] == []


def test_t1_planning_a_new_environment_starts_nothing_of_the_workspace(hostile: Hostile) -> None:
    log = hostile.folder / "trace"
    done = venvls("create", "--dry-run", "--name", "new", cwd=hostile.root, environ=hostile.environ, before=traced(log))
    assert done.returncode == 0 and "new" in done.stdout, done.stderr
    assert str(hostile.root / "bin") not in done.stdout
    assert hostile.marks == ""
    assert not [path for path in started(log) if path.startswith((str(hostile.root), "."))]


def test_t1_t6_an_untrusted_session_starts_nothing(hostile: Hostile) -> None:
    log = hostile.folder / "trace"
    manifest = hostile.root / "requirements.txt"
    with Editor(hostile.root, options=UNTRUSTED, environ=hostile.environ, before=traced(log)) as editor:
        editor.open(manifest)
        editor.until(manifest, ["missing-requirement", "missing-requirement", "version-mismatch"])
        editor.replace(manifest, 2, "thing>=3\nabsent\nother\n-e .\n")
        assert len(editor.published(manifest, 2)) >= 3
        assert editor.actions(manifest)
        assert editor.request("venvls/environments", {})["environments"][0]["interpreter"] == str(hostile.root / ".venv/bin/python")
        editor.request("venvls/which", {"uri": manifest.as_uri()})
        for command in COMMANDS:
            name = command.removeprefix("venvls.")
            if name in ("select", "activate"):
                continue
            answer = editor.run(name, project=str(hostile.root), requirements=["absent"], confirmed=True)
            assert answer["ok"] is False and "not trusted" in answer["message"], (name, answer)
        assert editor.run("activate", project=str(hostile.root), shell="bash")["ok"] is True
        assert editor.run("select", project=str(hostile.root), environment=str(hostile.root / ".venv"))["ok"] is True
        editor.notify("textDocument/didSave", {"textDocument": {"uri": manifest.as_uri()}})
        editor.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": manifest.as_uri(), "type": 2}]})
        editor.settle()
        assert not editor.of("window/showMessageRequest")
        editor.request("shutdown")
        editor.notify("exit")
        assert editor.ended() == 0
    assert hostile.marks == ""
    assert started(log)[1:] == []


EVIL_TABLE = '[tool.venvls]\nserver.python = "{bad}"\n"tools.uv.path" = "{bad}"\n'
EVIL_TABLE += '[tool.venvls.tools]\nvirtualenv.path = "{bad}"\npip.path = "bin/uv"\n'


def test_t3_a_checkout_cannot_name_a_program(hostile: Hostile) -> None:
    bad = hostile.program(hostile.folder / "outside" / "uv")
    with (hostile.root / "pyproject.toml").open("a") as file:
        file.write(EVIL_TABLE.format(bad=bad))
    done = venvls("sync", "--dry-run", "--format", "json", cwd=hostile.root, environ=hostile.environ)
    assert done.returncode == 0, done.stderr
    assert [word for step in json.loads(done.stdout)["steps"] for word in step["argv"] if str(bad) in word] == []
    for key in ("server.python", "tools.uv.path", "tools.virtualenv.path"):
        assert f"`{key}` can only be set in the editor's settings" in done.stderr
    assert "there is no tool `pip`" in done.stderr
    done = venvls("create", "--tool", "virtualenv", "--name", "new", "--no-sync", cwd=hostile.root, environ=hostile.environ)
    assert done.returncode == 0, done.stderr
    assert hostile.marks == ""


SENT: list[dict[str, Any]] = [
    {"tools": {"uv": {"path": "{bad}"}, "virtualenv": {"path": "{bad}"}}, "server": {"python": "{bad}"}},
    {"tools.uv.path": "{bad}", "tools.virtualenv.path": "{bad}", "server.python": "{bad}"},
    {"tools": {"uv.path": "{bad}"}, "server.python": "{bad}"},
]


def filled(value: Any, bad: Path) -> Any:
    return {key: filled(one, bad) for key, one in value.items()} if isinstance(value, dict) else value.replace("{bad}", str(bad))


@pytest.mark.parametrize("sent", SENT)
def test_t4_settings_that_slip_through_count_for_nothing_while_untrusted(tmp_path: Path, sent: dict[str, Any]) -> None:
    """The server asks itself: it does not believe that a client held restricted settings back (vscode#335112)."""
    from venvls.__main__ import services

    (tmp_path / "requirements.txt").write_text("absent\n")
    seen = {}
    for trusted in (False, None, True):
        session = Session(SimpleNamespace(tell=lambda *told: None), services)  # type: ignore[arg-type] - nobody listens here
        session.roots, session.trusted, session.editor = (str(tmp_path),), trusted, filled({**sent, "search.depth": "x"}, tmp_path / "evil")
        chosen = session.workspace().settings_for(str(tmp_path))
        seen[trusted] = (dict(chosen.programs), chosen.server_python)
    assert seen[False] == seen[None] == ({}, "")
    assert seen[True][0]["uv"] == seen[True][1] == str(tmp_path / "evil")


@pytest.mark.parametrize("trusted", [{"trusted": False}, {}])
def test_t4_whatever_way_they_come(hostile: Hostile, trusted: dict[str, Any]) -> None:
    bad = hostile.program(hostile.folder / "outside" / "uv")
    sent = filled(SENT[0], bad)
    no = {"window/showMessageRequest": lambda params: {"title": "Do not trust"}, "workspace/configuration": lambda params: [sent]}
    with Editor(hostile.root, options={**sent, **trusted}, answers=no, environ=hostile.environ) as editor:
        editor.notify("workspace/didChangeConfiguration", {"settings": {"venvls": {**sent, "trusted": True}}})
        assert editor.run("sync", project=str(hostile.root), confirmed=True)["ok"] is False
        assert editor.run("create", project=str(hostile.root), options={"name": "new"}, confirmed=True)["ok"] is False
    assert hostile.marks == ""


def tiny(folder: Path) -> Path:
    """A project that a sync brings in step."""
    root = folder / "tiny"
    make_environment(root / ".venv")
    (root / "requirements.txt").write_text(f"tinything @ {wheel(folder, 'tinything', '1.0').as_uri()}\n")
    return root


def asked(editor: Editor) -> list[str]:
    return [params["message"] for params in editor.of("window/showMessageRequest") if params["message"].startswith("Trust ")]


def test_t5_who_says_nothing_is_untrusted_and_the_person_is_asked_once(tmp_path: Path) -> None:
    root, state = tiny(tmp_path), tmp_path / "state"
    other = Hostile(tmp_path, "other").everything()
    before = sorted(str(path) for path in root.rglob("*") if ".venv" not in path.parts)
    yes = {"window/showMessageRequest": lambda params: params["actions"][0]}
    environ = {"VENVLS_STATE_DIR": str(state)}
    with Editor(root, options={}, answers=yes, environ=environ) as editor:
        editor.until(root / "requirements.txt", ["missing-requirement"])
        assert asked(editor) == []  # Looking needs no question.
        params = {"command": "venvls.sync", "arguments": [{"project": str(root), "confirmed": True}]}
        both = [editor.start("workspace/executeCommand", params) for _ in range(2)]
        assert [editor.answer(one, 60)["result"]["ok"] for one in both] == [True, True]
        assert len(asked(editor)) == 1 and str(root) in asked(editor)[0]
    with Editor(root, answers=yes, environ=environ) as editor:
        assert editor.run("sync", project=str(root), confirmed=True)["ok"] is True
        assert asked(editor) == []
    assert sorted(str(path) for path in root.rglob("*") if ".venv" not in path.parts) == before
    assert (state / "trust.json").exists()
    # The answer spoke of that workspace and of no other.
    with Editor(other.root, answers={"window/showMessageRequest": lambda params: None}, environ=environ) as editor:
        assert editor.run("sync", project=str(other.root), confirmed=True)["ok"] is False
        assert len(asked(editor)) == 1
    assert other.marks == ""


@pytest.mark.parametrize("said", ["true", 1, [True], {"trusted": True}, None])
def test_t5_only_true_is_trust(tmp_path: Path, said: Any) -> None:
    root = tiny(tmp_path)
    no = {"window/showMessageRequest": lambda params: None}
    with Editor(root, options={"trusted": said}, answers=no, environ={"VENVLS_STATE_DIR": str(tmp_path / "state")}) as editor:
        assert editor.run("sync", project=str(root), confirmed=True)["ok"] is False
        assert len(asked(editor)) == 1


def test_t9_a_sync_takes_no_program_out_of_the_workspace(tmp_path: Path) -> None:
    """Once somebody has asked for a sync, programs start; the fakes that PATH leads to are not among them."""
    hostile = Hostile(tmp_path)
    hostile.shadows()
    make_environment(hostile.root / ".venv")
    (hostile.root / "requirements.txt").write_text(f"tinything @ {wheel(tmp_path, 'tinything', '1.0').as_uri()}\n")
    log = tmp_path / "trace"
    done = venvls("sync", cwd=hostile.root, environ=hostile.environ, before=traced(log))
    assert done.returncode == 0, done.stderr
    assert hostile.marks == ""
    fakes = (str(hostile.root / "bin"), "./", "bin/")
    assert not [path for path in started(log) if path.startswith(fakes)]
    assert venvls("check", cwd=hostile.root, environ=hostile.environ).returncode == 0


def test_t9_no_folder_of_the_workspace_is_on_the_path_of_a_tool(tmp_path: Path) -> None:
    """A tool looks for git by itself: folders of the workspace, that of another root too, are gone from its PATH."""
    first, second = tiny(tmp_path), Hostile(tmp_path, "second")
    second.shadows()
    tool = tmp_path / "outside" / "uv"
    tool.parent.mkdir()
    tool.write_text(f'#!/bin/sh\necho "$PATH" >> "{tmp_path / "path"}"\nexec "{Path(sys.executable).parent / "uv"}" "$@"\n')
    tool.chmod(0o755)
    options = {"trusted": True, "tools": {"uv": {"path": str(tool)}}}
    with Editor(first, second.root, options=options, environ=second.environ) as editor:
        answer = editor.run("sync", project=str(first), confirmed=True)
        assert answer["ok"] is True, answer
        assert codes_of(editor.last(first / "requirements.txt")) == []
    entries = (tmp_path / "path").read_text().strip().split(os.pathsep)
    assert entries and not [entry for entry in entries if not os.path.isabs(entry) or entry.startswith((str(second.root), str(first)))]
    assert second.marks == ""
