"""Changes that come faster than they can be checked: the last text is checked, and what is asked in between is answered."""

from __future__ import annotations

import asyncio
import json
import random
import re
import threading
from concurrent.futures import Future
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from lsprotocol import types
from lsprotocol.converters import get_converter

from tests.effort import steps
from tests.lsp.editor import PULLED, PUSHED, QUICK, STILL, Editor, make_environment, range_of
from venvls.__main__ import services
from venvls.lsp import transport
from venvls.lsp.quick import plain_change
from venvls.lsp.session import Session
from venvls.lsp.transport import Arrivals
from venvls.model.text import Position, Span, Text


def _framed(message: dict[str, Any]) -> bytes:
    body = json.dumps({"jsonrpc": "2.0", **message}).encode()
    return b"Content-Length: %d\r\n\r\n%b" % (len(body), body)


def test_a_burst_is_one_check_of_the_last_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("venvls.lsp.typed._BURST_SECONDS", 1e9)
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
        session.close()

    asyncio.run(burst())
    published = [params for params in told if "diagnostics" in params]
    assert [params["version"] for params in published] == [199]
    assert "absent199 is not installed" in [item["message"] for item in published[0]["diagnostics"]]


QUESTIONS: dict[str, tuple[int, dict[str, Any]]] = {
    # after how many changes which question comes
    "hover": (2_000, {"position": {"line": 1, "character": 2}}),
    "definition": (4_000, {"position": {"line": 0, "character": 5}}),
    "codeAction": (6_000, {"range": range_of((1, 0), (1, 3)), "context": {"diagnostics": []}}),
    "diagnostic": (8_000, {}),
}
AT_ONCE = 50
"""Messages that are taken in before the event loop gets to something else, and in all while a question is answered."""


@pytest.mark.parametrize("capabilities", [PUSHED, PULLED], ids=["pushed", "pulled"])
def test_what_is_asked_amid_ten_thousand_changes_is_answered_before_the_rest_is_taken_in(
    tmp_path: Path, capabilities: dict[str, Any]
) -> None:
    """How many milliseconds that is: ``tests/benchmarks/bench_burst.py``."""
    manifest, other = tmp_path / "requirements.txt", tmp_path / "other.txt"
    # The name has the number of the last change that was taken in.
    manifest.write_text("-r other.txt\nabsent00001\n" + "".join(f"missing{number}\n" for number in range(300)))
    other.write_text("six\n")
    make_environment(tmp_path / ".venv")
    document = {"uri": manifest.as_uri()}
    asked = {name: row for name, row in QUESTIONS.items() if name != "diagnostic" or capabilities is PULLED}
    sent = []
    for version in range(2, 10_002):
        change = {"range": range_of((1, 6), (1, 11)), "text": f"{version:05}"}
        params = {"textDocument": {**document, "version": version}, "contentChanges": [change]}
        sent.append(_framed({"method": "textDocument/didChange", "params": params}))
        for name, (after, given) in asked.items():
            if after == version:
                sent.append(_framed({"id": name, "method": f"textDocument/{name}", "params": {"textDocument": document, **given}}))
    # However slow the machine is: what is asked is waited for.
    environ = {**STILL, "VENVLS_TEST_ANSWER_SECONDS": "100"}
    with Editor(tmp_path, capabilities=capabilities, server=QUICK, environ=environ) as editor:
        editor.open(manifest)
        editor.settle()
        here = len(editor.messages)
        editor.write(b"".join(sent))
        for name, (after, _) in asked.items():
            text = json.dumps(editor.answer(name)["result"])
            if name == "definition":
                assert other.as_uri() in text
            else:
                (taken,) = {int(number) for number in re.findall(r"absent(\d{5})", text)}
                # Two turns of the event loop before the question's handler runs, and as many messages while it is answered.
                assert after <= taken <= after + 4 * AT_ONCE, name
        if capabilities is PULLED:
            last = editor.request("textDocument/diagnostic", {"textDocument": document})["items"]
        else:
            last = editor.published(manifest, 10_001, after=here)
        assert "absent10001 is not installed" in [item["message"] for item in last]
        told = [message["params"] for message in editor.messages[here:] if message.get("method") == "textDocument/publishDiagnostics"]
        # A check for each question at most, and one for each second that the burst takes, however slow the machine is.
        assert len(told) < 100
        versions = [params["version"] for params in told]
        assert versions == sorted(versions)
        answers = [message["id"] for message in editor.messages[here:] if message.get("id") in asked]
        assert answers == list(asked)


def test_a_burst_waits_for_an_answer_a_moment_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    """And not for the next question, while the first has no answer: one of the next messages may take it back."""
    monkeypatch.setattr(transport, "_ANSWER_SECONDS", 0.02)
    taken: list[int] = []

    async def play() -> None:
        arrivals = Arrivals(asyncio.get_running_loop())
        never: Future[None] = Future()
        for number in range(3_000):
            arrivals.put(partial(taken.append, number))
        arrivals.wait_for(never)
        while len(taken) < 3_000:
            arrivals.wait_for(Future())
            await asyncio.sleep(0)
        never.cancel()
        # Answered in time: the rest is taken in at once, whatever the moment is.
        monkeypatch.setattr(transport, "_ANSWER_SECONDS", 1e6)
        answer: Future[None] = Future()
        arrivals.wait_for(answer)
        for number in range(3_000):
            arrivals.put(partial(taken.append, number))
        for _ in range(10):
            await asyncio.sleep(0)
        assert len(taken) == 3_000 + AT_ONCE
        threading.Thread(target=answer.set_result, args=(None,)).start()
        while len(taken) < 6_000:
            await asyncio.sleep(0)

    asyncio.run(asyncio.wait_for(play(), 60))
    assert taken == [*range(3_000), *range(3_000)]


def test_a_message_or_two_do_not_wait_for_an_answer() -> None:
    """One of them may be that nobody wants to know any more."""
    taken: list[int] = []

    async def play() -> None:
        arrivals = Arrivals(asyncio.get_running_loop())
        arrivals.wait_for(Future())
        for number in range(AT_ONCE):
            arrivals.put(partial(taken.append, number))
        await asyncio.sleep(0)

    asyncio.run(play())
    assert taken == list(range(AT_ONCE))


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
        assert _fields(quick) == _fields(converter.structure(params, types.DidChangeTextDocumentParams))
        compared += 1
    assert compared > 2_000


def _fields(params: Any) -> list[Any]:
    """All that is read of a change, whoever took it apart."""
    ends = [(change.range.start, change.range.end, change.text) for change in params.content_changes]
    places = [(start.line, start.character, end.line, end.character, text) for start, end, text in ends]
    return [params.text_document.uri, params.text_document.version, *places]


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
