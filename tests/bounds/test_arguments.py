"""Twelve commands with arguments that make no sense: each answer is one clear sentence, nothing is traced, nothing is changed."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

from tests.lsp.editor import Editor, make_environment
from venvls.lsp.features import TASKS

PROJECT = "PROJECT"
BAD: list[dict[str, Any]] = [
    {"project": "a\0b"},
    {"project": "relative"},
    {"project": "/"},
    {"project": "file:///%00"},
    {"project": "x" * 100_000},
    {"uri": "untitled:x"},
    {"uri": "file://host/share/requirements.txt"},
    {"project": PROJECT, "environment": "a\0b"},
    {"project": PROJECT, "environment": "\ud800"},
    {"project": PROJECT, "files": ["\0"]},
    {"project": PROJECT, "options": {"name": "\0"}},
    {"project": PROJECT, "path": "\0"},
    {"project": PROJECT, "shell": "\0"},
    {"project": 5},
    {"project": PROJECT, "requirements": "idna"},
    {"project": PROJECT, "options": ["name"]},
]
ALSO: dict[str, list[dict[str, Any]]] = {
    "create": [{"environment": "/"}, {"environment": "relative/.venv"}, {"options": {"name": "../up"}}, {"options": {"name": {"a": 1}}}],
    "select": [{"environment": "/"}, {"environment": "relative/.venv"}],
    "sync": [{"environment": "/"}, {"requirements": ["-r /etc/hosts"]}, {"files": ["../../etc/hosts"]}],
    "install": [{"environment": "/"}, {"requirements": ["\0"]}, {"requirements": ["-r /etc/hosts"]}, {"requirements": ["a b c"]}],
    "recreate": [{"environment": "/"}, {"environment": "relative/.venv"}],
    "remove": [{"environment": "/"}, {"environment": "relative/.venv"}, {"environment": ""}],
    "activate": [{"shell": "nosuch"}],
    "freeze": [{"path": "untitled:x"}],
    "upgrade": [{"requirements": ["-r /etc/hosts"]}, {"files": ["../../etc/hosts"]}],
    "add": [{}, {"requirements": [""]}, {"requirements": ["\0"]}, {"requirements": ["a b c"]}],
}


def _everything(root: Path) -> dict[str, bytes]:
    """All files but those of the environment, which a repair may put right."""
    files = (path for path in root.rglob("*") if path.is_file() and ".venv" not in path.parts)
    return {str(path): path.read_bytes() for path in files}


def test_each_answer_is_one_sentence(tmp_path: Path) -> None:
    root = tmp_path / "work"
    root.mkdir()
    make_environment(root / ".venv", idna="3.4", pip="24.0")
    (root / "requirements.txt").write_text("idna\n")
    before = _everything(tmp_path)
    with Editor(root, options={"trusted": True}, environ={"PATH": os.devnull}) as editor:
        editor.settle()
        for task in TASKS:
            for arguments in (*BAD, *({"project": PROJECT, **more} for more in ALSO.get(task, ()))):
                given = {name: str(root) if value == PROJECT else value for name, value in arguments.items()}
                answer = editor.answer(editor.start("workspace/executeCommand", {"command": f"venvls.{task}", "arguments": [given]}))
                said = answer.get("error") or answer["result"]
                told = f"{task} {str(arguments)[:100]}: {said}"
                if "error" in answer:
                    assert said["code"] == -32602, told
                elif said["ok"]:
                    # What the command does not use may be anything.
                    assert task in ("repair", "activate", "compile") and "environment" in given, told
                    continue
                sentence = said["message"]
                assert sentence == sentence.strip() and "\n" not in sentence and len(sentence) < 1_000, told
                assert sentence[-1] in ".?!})" or "`" in sentence, told
                assert not re.search(r"Traceback|[a-z]Error\b|Exception|object at 0x", sentence), told
        assert "Traceback" not in editor.stderr
    assert _everything(tmp_path) == before
