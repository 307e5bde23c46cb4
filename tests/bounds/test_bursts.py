"""Changes that come faster than they can be checked: the last text is checked, and what is asked in between is answered."""

from __future__ import annotations

import asyncio
import json
import random
import threading
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from lsprotocol import types
from lsprotocol.converters import get_converter

from tests.effort import steps
from tests.lsp.editor import Editor, make_environment
from venvls.__main__ import services
from venvls.lsp.quick import plain_change
from venvls.lsp.session import Session
from venvls.lsp.transport import Arrivals
from venvls.model.text import Position, Span, Text


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


def test_a_change_next_to_the_last_costs_the_same_in_a_long_file() -> None:
    """Of the lines that only move none is looked at."""

    def typed(lines: int) -> None:
        text = Text("absent\n" * lines)
        assert text.starts
        for number in range(100):
            place = text.offset(Position(5, number % 3))
            text = text.replaced(Span(place, place), "x")

    # What is read once, when the text is opened, is one step of Python however long the text is.
    assert steps(lambda: typed(10_000)) <= steps(lambda: typed(1_000)) + 10_000 - 1_000 + 100


def test_a_change_that_is_taken_apart_by_hand_is_what_the_protocol_library_makes_of_it() -> None:
    dice = random.Random(11)
    converter = get_converter()
    numbers: list[Any] = [0, 1, 2, 70_000, 2**31 - 1, 2**31, -1, 1.0, "1", None, True]
    compared = 0
    for _ in range(3_000):
        odd = dice.random() < 0.3
        ends = [{"line": dice.choice(numbers if odd else numbers[:4]), "character": dice.choice(numbers[:4])} for _ in "se"]
        change = {"range": dict(zip(("start", "end"), ends, strict=True)), "text": dice.choice(["", "x", "é\n", None if odd else "y"])}
        changes: list[Any] = [change] * dice.randrange(3) + ([dice.choice([{"text": "whole"}, {}, None, 3])] if odd else [])
        params = {"textDocument": {"uri": dice.choice(["file:///a", None if odd else "b"]), "version": dice.choice(numbers[:4])}}
        params["contentChanges"] = dice.choice([changes, None if odd else changes])  # type: ignore[assignment]
        quick = plain_change(params)
        if quick is None:
            assert odd, params
            continue
        expected = converter.structure(params, types.DidChangeTextDocumentParams)
        assert (quick.text_document, list(quick.content_changes)) == (expected.text_document, list(expected.content_changes))
        compared += 1
    assert compared > 2_000


def test_what_arrives_is_taken_in_its_order_and_the_loop_gets_to_other_things() -> None:
    taken: list[object] = []

    async def play() -> None:
        loop = asyncio.get_running_loop()
        arrivals = Arrivals(loop)
        thread = threading.Thread(target=lambda: [arrivals.put(partial(taken.append, number)) for number in range(5_000)])
        thread.start()
        thread.join()
        loop.call_soon(taken.append, "something else")
        while len(taken) < 5_001:
            await asyncio.sleep(0)

    asyncio.run(play())
    assert [item for item in taken if item != "something else"] == list(range(5_000))
    assert taken.index("something else") <= 100


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
    # Changes here and there in texts of many lines, whose starts are looked at only now and then.
    for _ in range(300):
        text = Text("".join(dice.choices(pieces, k=dice.randrange(400))))
        assert text.starts
        around = dice.randrange(len(text.source) + 1)
        for _ in range(12):
            around = dice.randrange(len(text.source) + 1) if dice.random() < 0.2 else around
            start = max(0, min(around + dice.randrange(-5, 20), len(text.source)))
            end = min(len(text.source), start + dice.choice((0, 0, 1, 3, 40)))
            text = text.replaced(Span(start, end), "".join(dice.choices(pieces, k=dice.randrange(4))))
            line = dice.randrange(60)
            assert text.offset(Position(line, 1)) == Text(text.source).offset(Position(line, 1))
            if dice.random() < 0.3:
                assert text.starts == Text(text.source).starts, text.source
        assert text.starts == Text(text.source).starts, text.source
