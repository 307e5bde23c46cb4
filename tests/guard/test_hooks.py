"""`venvls guard` as a process: plain, and as the hook of each agent with messages as the agent sends them.

Those of Codex, Gemini CLI, Copilot CLI and Qwen Code were sent by the programs themselves (`tests/docs/test_agent_hooks.py`),
that of Cursor is of the shape that it documents.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.inside import Inside
from tests.host_tasks import offline
from tests.lsp.editor import make_environment
from venvls.__main__ import main
from venvls.guard import hooks
from venvls.guard.verdict import Verdict

STOP = Verdict("stop", "No.", "`venvls add x`")


@pytest.fixture(scope="module")
def inside(tmp_path_factory: pytest.TempPathFactory) -> Inside:
    base = tmp_path_factory.mktemp("guard")
    inside = Inside(base / "a project", offline.index(base / "wheels"))
    inside.write("requirements.txt", "")
    make_environment(inside.root / ".venv")
    # What the shell of an agent finds first is not the project's.
    make_environment(base / "elsewhere")
    (base / "elsewhere" / "bin" / "pip").write_text("#!/bin/sh\ntouch ran\n")
    (base / "elsewhere" / "bin" / "pip").chmod(0o755)
    inside.environ["PATH"] = f"{base / 'elsewhere' / 'bin'}:{inside.environ['PATH']}"
    return inside


def messages(command: str, folder: str) -> dict[str, dict[str, Any]]:
    """For each agent what it sends before it runs a command of a shell."""
    common = {"session_id": "abc123", "transcript_path": "/home/me/session.jsonl", "cwd": folder}
    return {
        "claude-code": {
            **common, "permission_mode": "default", "hook_event_name": "PreToolUse", "tool_name": "Bash", "tool_use_id": "toolu_01ABC123",
            "tool_input": {"command": command, "description": "Install it", "timeout": 120000},
        },
        "codex": {
            **common, "permission_mode": "default", "hook_event_name": "PreToolUse", "tool_name": "Bash", "turn_id": "1",
            "tool_use_id": "call_1", "model": "m", "tool_input": {"command": command},
        },
        "cursor": {
            "hook_event_name": "beforeShellExecution", "conversation_id": "conv-123", "generation_id": "gen-456",
            "workspace_roots": [folder], "command": command, "cwd": "",
        },
        "gemini": {
            **common, "hook_event_name": "BeforeTool", "timestamp": "2026-11-28T12:00:00Z", "tool_name": "run_shell_command",
            "tool_input": {"command": command, "description": "Install it"},
        },
        "copilot": {
            "sessionId": "abc123", "timestamp": 1704614600000, "cwd": folder, "toolName": "bash",
            "toolArgs": {"command": command, "description": "Install it"},
        },
        "qwen": {
            **common, "hook_event_name": "PreToolUse", "timestamp": "2026-11-29T12:00:00.000Z", "permission_mode": "default",
            "prompt_id": "abc123########0", "tool_name": "run_shell_command", "tool_use_id": "toolu_1", "tool_call_id": "call_1",
            "tool_input": {"command": command, "description": "Install it", "is_background": False},
        },
    }  # fmt: skip


def reason(name: str, answer: dict[str, Any]) -> str:
    """Why the agent's command is stopped, where its own documentation says that it looks."""
    if name in ("claude-code", "codex", "qwen"):
        own = answer["hookSpecificOutput"]
        assert (own["hookEventName"], own["permissionDecision"]) == ("PreToolUse", "deny")
        return str(own["permissionDecisionReason"])
    if name == "cursor":
        assert answer["permission"] == "deny"
        return str(answer["agent_message"])
    if name == "gemini":
        assert answer["decision"] == "deny"
        return str(answer["reason"])
    assert answer["permissionDecision"] == "deny"
    return str(answer["permissionDecisionReason"])


def test_every_hook_has_a_message() -> None:
    assert tuple(messages("x", "/x")) == hooks.NAMES


@pytest.mark.parametrize("name", hooks.NAMES)
def test_a_message_is_read_and_a_stop_is_said(name: str) -> None:
    hook = hooks.hook(name)
    assert hook is not None
    asked = hook.read(messages("pip install x", "/work")[name])
    assert asked == hooks.Asked("pip install x", "/work")
    assert reason(name, hook.answer(STOP) or {}) == "No. Use `venvls add x`."
    for kind in ("pass", "advise"):
        said = json.dumps(hook.answer(Verdict(kind, "Hm.")))  # type: ignore[arg-type]
        assert "allow" not in said and "deny" not in said


@pytest.mark.parametrize(
    ("name", "more", "folder"),
    [
        ("gemini", {"dir_path": "sub"}, "/work/sub"),
        ("gemini", {"dir_path": ""}, "/work"),
        ("qwen", {"directory": "/work/sub"}, "/work/sub"),
        ("qwen", {"directory": "C:\\work"}, "C:\\work"),
    ],
)
def test_the_folder_that_a_command_names_for_itself(name: str, more: dict[str, Any], folder: str) -> None:
    message = messages("pip install x", "/work")[name]
    message["tool_input"] |= more
    hook = hooks.hook(name)
    assert hook is not None and hook.read(message) == hooks.Asked("pip install x", folder)


def test_arguments_of_copilot_as_text() -> None:
    """Older versions send them so."""
    message = messages("pip install x", "/work")["copilot"]
    message["toolArgs"] = json.dumps(message["toolArgs"])
    hook = hooks.hook("copilot")
    assert hook is not None and hook.read(message) == hooks.Asked("pip install x", "/work")


@pytest.mark.parametrize("name", hooks.NAMES)
@pytest.mark.parametrize(
    "odd", [{}, {"tool_name": "Read", "toolName": "view"}, {"tool_name": "Bash", "tool_input": "pip", "cwd": "/"}, {"cwd": 3}]
)
def test_another_message_is_nothing_to_it(name: str, odd: dict[str, Any]) -> None:
    hook = hooks.hook(name)
    assert hook is not None and hook.read(odd) is None


@pytest.mark.parametrize("name", ["claude-code", "cursor"])
def test_a_hook_as_a_process(inside: Inside, name: str) -> None:
    message = json.dumps(messages("pip install requests", str(inside.root))[name])
    ran = inside.run("guard", "--hook", name, typed=message, cwd=inside.root.parent)
    assert (ran.returncode, ran.stderr) == (0, "")
    said = reason(name, json.loads(ran.stdout))
    assert "not in the project's environment .venv" in said
    assert f"venvls add --project '{inside.root}' requests" in said or "venvls add requests" in said
    assert not (inside.root / "ran").exists()


def said(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, text: str, *words: str) -> tuple[int, str, str]:
    import io
    import sys

    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode()), encoding="ascii"))
    status = main(["guard", *words])
    out, err = capsys.readouterr()
    return status, out, err


def test_what_is_no_message_stops_nothing(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    for text in (
        "",
        "pip",
        "[1, 'pip']",
        '["pip"]',
        '{"pip": ',
        '{"tool_name": "Bash", "tool_input": {"command": ["pip", 3]}, "cwd": "pip"}',
    ):
        status, out, err = said(capsys, monkeypatch, text, "--hook", "claude-code")
        assert (status, out) == (0, ""), text
        assert "Traceback" not in err
    status, out, err = said(capsys, monkeypatch, "{}", "--hook", "nobody")
    assert (status, out) == (1, "")
    assert "there is no hook `nobody`; there are: claude-code," in err


def test_plain(inside: Inside, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(inside.root)
    monkeypatch.setenv("PATH", inside.environ["PATH"])
    status, out, _ = said(capsys, monkeypatch, "", "--", "pip", "install", "requests")
    assert status == 1 and out.endswith("Use `venvls add requests`.\n")
    assert said(capsys, monkeypatch, "", "--", "cd . && pip install requests")[0] == 1
    assert said(capsys, monkeypatch, "", "--", "ls", "-la") == (0, "", "")
    status, out, _ = said(capsys, monkeypatch, "", "--format", "json", "--", "pip", "install", "requests")
    assert (status, json.loads(out)["verdict"], json.loads(out)["instead"]) == (1, "stop", "`venvls add requests`")
    assert said(capsys, monkeypatch, "", "--")[0] == 2
    monkeypatch.setenv("VENVLS_GUARD", "off")
    assert said(capsys, monkeypatch, "", "--", "pip", "install", "requests") == (0, "", "")
    message = json.dumps(messages("pip install requests", str(inside.root))["claude-code"])
    assert said(capsys, monkeypatch, message, "--hook", "claude-code") == (0, "", "")


def test_a_command_of_no_interest_loads_nearly_nothing(tmp_path: Path) -> None:
    """It runs before every command of an agent: nothing of a project is looked at for `ls`."""
    import subprocess
    import sys

    program = "import sys; from venvls.__main__ import main; main(['guard', '--', 'ls -la']); print(*sys.modules)"
    ran = subprocess.run(
        [sys.executable, "-S", "-c", program], capture_output=True, text=True, check=True, env={"PYTHONPATH": ":".join(sys.path)}
    )
    loaded = set(ran.stdout.split())
    ours = {"venvls.guard.verdicts", "venvls.workspace", "venvls.settlement", "venvls.manifests", "venvls.rules", "venvls.tools"}
    assert not loaded & {*ours, "argparse", "json", "re", "collections", "typing"}
    program = program.replace("ls -la", "pip install x")
    ran = subprocess.run(
        [sys.executable, "-S", "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": ":".join(sys.path)},
        cwd=tmp_path,
    )
    assert not set(ran.stdout.split()) & {"argparse", "venvls.workspace", "venvls.rules", "venvls.tools", "subprocess", "asyncio", "typing"}
