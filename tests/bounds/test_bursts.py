"""Changes that come faster than they can be checked: the last text is checked, and what is asked in between is answered."""

from __future__ import annotations

import asyncio
import json
import random
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.lsp.editor import Editor, make_environment
from venvls.__main__ import services
from venvls.lsp.session import Session
from venvls.model.text import Span, Text


def _framed(message: dict[str, Any]) -> bytes:
    body = json.dumps({"jsonrpc": "2.0", **message}).encode()
    return b"Content-Length: %d\r\n\r\n%b" % (len(body), body)


def test_a_burst_is_one_check_of_the_last_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("venvls.lsp.session._BURST_SECONDS", 1e9)
    manifest = tmp_path / "requirements.txt"
    manifest.write_text("absent\n")
    make_environment(tmp_path / ".venv")
    told: list[dict[str, Any]] = []
    waiting = [True]

    async def burst() -> None:
        protocol = SimpleNamespace(tell=lambda method, params: told.append(params), is_behind=lambda: waiting[0], spawn=lambda *_: None)
        session = Session(protocol, services)  # type: ignore[arg-type] - a protocol with messages that nobody has looked at yet
        session.roots = (str(tmp_path),)
        session.documents.open(SimpleNamespace(uri=manifest.as_uri(), version=1, text="absent\n"))  # type: ignore[arg-type]
        session.start()
        await session.ready()
        told.clear()
        for version in range(2, 200):
            session.documents.change(
                SimpleNamespace(uri=manifest.as_uri(), version=version),  # type: ignore[arg-type]
                [SimpleNamespace(text=f"absent{version}\n")],  # type: ignore[list-item]
            )
            session.edited(str(manifest), touched=False)
            await asyncio.sleep(0)
        waiting[0] = False
        while not any(params.get("version") for params in told):
            await asyncio.sleep(0.01)

    asyncio.run(burst())
    published = [params for params in told if "diagnostics" in params]
    assert [params["version"] for params in published] == [199]
    assert "absent199 is not installed" in [item["message"] for item in published[0]["diagnostics"]]


def test_ten_thousand_changes_at_once(tmp_path: Path) -> None:
    manifest = tmp_path / "requirements.txt"
    manifest.write_text("".join(f"absent{number}\n" for number in range(300)))
    make_environment(tmp_path / ".venv")
    document = {"uri": manifest.as_uri()}
    with Editor(tmp_path) as editor:
        editor.open(manifest)
        editor.published(manifest, 1)
        here = len(editor.messages)
        sent = []
        for number in range(10_000):
            column, text = (0, "x") if number % 2 == 0 else (1, "")
            place = {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": column}}
            params = {"textDocument": {**document, "version": number + 2}, "contentChanges": [{"range": place, "text": text}]}
            sent.append(_framed({"method": "textDocument/didChange", "params": params}))
            if number == 5_000:
                where = {"textDocument": document, "position": {"line": 3, "character": 2}}
                sent.append(_framed({"id": "between", "method": "textDocument/hover", "params": where}))
        editor.write(b"".join(sent))
        assert "absent3" in json.dumps(editor.answer("between")["result"])
        shown = editor.published(manifest, 10_001, after=here)
        assert "absent0 is not installed" in [item["message"] for item in shown]
        # One for each second that the burst takes, however slow the machine is: never one for each change.
        count = sum(message.get("method") == "textDocument/publishDiagnostics" for message in editor.messages[here:])
        assert count < 100


def test_lines_of_a_changed_text_are_those_of_the_same_text_read_anew() -> None:
    dice = random.Random(7)
    pieces = ["\r", "\n", "\r\n", "a", "bc", "é", "\u2028", ""]
    for _ in range(3_000):
        text = Text("".join(dice.choices(pieces, k=dice.randrange(12))))
        for _ in range(3):
            assert text.starts
            start = dice.randrange(len(text.source) + 1)
            end = dice.randrange(start, len(text.source) + 1)
            text = text.replaced(Span(start, end), "".join(dice.choices(pieces, k=dice.randrange(4))))
            assert text.starts == Text(text.source).starts, text.source
