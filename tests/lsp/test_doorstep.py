"""The editor is answered before the server is loaded, and what it says meanwhile waits, in its order."""

from __future__ import annotations

import copy
import json
import os
import random
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cattrs import ClassValidationError
from lsprotocol import converters, types

import venvls
from tests.looks.editor import LOOKS
from tests.lsp.editor import PULLED, PUSHED, SERVER, make_environment, with_capabilities
from tests.lsp.raw_client import RawClient
from venvls.lsp import greeting
from venvls.lsp.doorstep import Doorstep
from venvls.lsp.framing import Framing, frame

ALL = with_capabilities(
    workspace={
        "configuration": True,
        "symbol": {"dynamicRegistration": True},
        "didChangeConfiguration": {"dynamicRegistration": True},
        "didChangeWatchedFiles": {"dynamicRegistration": True},
        "diagnostics": {"refreshSupport": True},
        "inlayHint": {"refreshSupport": True},
        "codeLens": {"refreshSupport": True},
    },
    textDocument={
        **PULLED["textDocument"],
        **LOOKS["textDocument"],
        "hover": {"contentFormat": ["markdown", "plaintext"]},
        "completion": {"completionItem": {"snippetSupport": True, "documentationFormat": ["markdown"]}},
        "rename": {"prepareSupport": True},
    },
    notebookDocument={"synchronization": {"dynamicRegistration": True}},
    experimental={"venvls": {"driftQuestion": True}},
)


def hello(capabilities: Any, **more: Any) -> dict[str, Any]:
    return {"processId": None, "rootUri": None, "capabilities": capabilities, **more}


def request(method: str, params: Any, number: Any = 1) -> bytes:
    return frame(json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": params}).encode())


def notification(method: str, params: Any) -> bytes:
    return frame(json.dumps({"jsonrpc": "2.0", "method": method, "params": params}).encode())


def places(value: Any, above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Where anything is in these capabilities."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield (*above, name)
            yield from places(inner, (*above, name))


def put(capabilities: Any, place: tuple[str, ...], value: Any) -> Any:
    """A copy with another value at that place; ``...`` takes it out."""
    changed = copy.deepcopy(capabilities)
    inner = changed
    for name in place[:-1]:
        inner = inner[name]
    if value is ...:
        del inner[place[-1]]
    else:
        inner[place[-1]] = value
    return changed


# What is read and answered


def variants() -> list[Any]:
    """Capabilities in which one thing is missing or false, and some in which many are."""
    generator = random.Random(11)
    made: list[Any] = [{}, PUSHED, PULLED, LOOKS, ALL]
    every = list(places(ALL))
    for place in every:
        made.append(put(ALL, place, ...))
        value: Any = ALL
        for name in place:
            value = value[name]
        if isinstance(value, bool):
            made.append(put(ALL, place, not value))
    for _ in range(40):
        capabilities: Any = ALL
        for place in generator.sample(every, 8):
            if place in set(places(capabilities)):
                capabilities = put(capabilities, place, ...)
        made.append(capabilities)
    return made


def test_capabilities_are_read_as_lsprotocol_reads_them() -> None:
    converter, compared = converters.get_converter(), 0
    for capabilities in variants():
        params = hello(capabilities)
        read = greeting.read(params)
        assert read is not None, capabilities
        try:
            structured = converter.structure(params, types.InitializeParams)
        except ClassValidationError:
            continue  # without a field that has to be there: the editor shows what it can all the same
        assert read == greeting.read(converter.unstructure(structured))
        compared += 1
    assert compared > 100


def test_each_ability_counts() -> None:
    """Else the comparison above would be one of nothing with nothing."""
    full = greeting.read(hello(ALL))
    assert full is not None
    differ = [name for name in full.client._fields if getattr(full.client, name) != getattr(greeting.Client(), name)]
    assert sorted({*full.client._fields} - {*differ}) == ["resolves_edits"]
    resolves = put(ALL, ("textDocument", "codeAction"), {"resolveSupport": {"properties": ["edit"]}, "dataSupport": True})
    assert greeting.read(hello(resolves)).client.resolves_edits  # type: ignore[union-attr]


def test_the_answer_is_one_that_lsprotocol_knows() -> None:
    converter = converters.get_converter()
    for capabilities in ({}, PUSHED, PULLED, ALL):
        read = greeting.read(hello(capabilities))
        assert read is not None
        given = json.loads(json.dumps(greeting.answer(read)))
        result = converter.unstructure(converter.structure(given, types.InitializeResult))
        assert result["capabilities"].keys() == given["capabilities"].keys()


@pytest.mark.parametrize(
    ("params", "folders", "path"),
    [
        ({"workspaceFolders": [{"uri": "file:///a", "name": "a"}, {"uri": "file:///b", "name": "b"}]}, ("file:///a", "file:///b"), ""),
        ({"workspaceFolders": [], "rootUri": "file:///a"}, (), ""),
        ({"workspaceFolders": None, "rootUri": "file:///a", "rootPath": "/b"}, ("file:///a",), ""),
        ({"rootPath": "/b"}, (), "/b"),
        ({"rootUri": None, "rootPath": None}, (), ""),
    ],
)
def test_the_folders_are_the_newest_field_that_is_there(params: dict[str, Any], folders: tuple[str, ...], path: str) -> None:
    read = greeting.read({"processId": 5, "capabilities": {}, **params})
    assert read is not None and (read.folders, read.path, read.process) == (folders, path, 5)


def test_what_is_not_as_the_protocol_has_it_is_not_read() -> None:
    """The server says what is wrong with it then."""
    for odd in (None, [], "text", 5, {}, {"capabilities": None}, {"capabilities": []}, {"capabilities": "all"}):
        assert greeting.read(odd) is None, odd
    for name, value in (("processId", "me"), ("processId", True), ("rootUri", 5), ("rootPath", []), ("workspaceFolders", [5]),
                        ("workspaceFolders", [{}]), ("workspaceFolders", {"uri": "x"}), ("workspaceFolders", [{"uri": None}])):  # fmt: skip
        assert greeting.read({**hello({}), name: value}) is None, (name, value)
    known = greeting.read(hello(ALL))
    assert known is not None
    for place in places(ALL):
        for odd in ("yes", 5, [[]], {"a": "b"}):
            read = greeting.read(hello(put(ALL, place, odd)))
            if read is not None:
                *flags, looks = zip(read.client, known.client, strict=True)
                assert all(flag in (was, False) for flag, was in flags) and looks[0] <= looks[1], (place, odd)


# Who waits for what


class Taker:
    """A server that only writes down."""

    def __init__(self) -> None:
        self.taken: list[Any] = []
        self.whole = threading.Event()

    def greeted(self, said: greeting.Greeting) -> None:
        self.taken.append(said.path)

    def message(self, body: bytes) -> None:
        self.taken.append(json.loads(body)["method"])

    def ended(self, failure: str | None) -> None:
        self.taken.append(failure)
        self.whole.set()


def exchange(*data: bytes, before: int, answered: bool = True) -> tuple[list[Any], list[Any]]:
    """What is answered, and what a server is given that comes after so many of the pieces."""
    ends = [os.pipe(), os.pipe()]
    modes = ("rb", "wb")
    (source, editor), (heard, sink) = ([os.fdopen(end, mode) for end, mode in zip(pair, modes, strict=True)] for pair in ends)
    with source, heard, sink:
        door, taker = Doorstep(source, sink), Taker()
        for number, piece in enumerate((*data, None)):
            if number == before:
                answers = _waiting(heard) if before and answered else []
                door.hand_over(taker)
            if piece is None:
                editor.close()
            else:
                editor.write(piece)
                editor.flush()
        assert taker.whole.wait(60)
        if answered and not before:
            answers = _waiting(heard)
        return answers, taker.taken


def _waiting(heard: Any) -> list[Any]:
    return [json.loads(body) for body in Framing().feed(heard.read1(100_000))]


@pytest.mark.parametrize("before", [0, 1, 3])
def test_the_hello_is_answered_and_the_rest_is_handed_over_in_order(before: int) -> None:
    pieces = (request("initialize", hello({}, rootPath="/work"), "one"), notification("initialized", {}), request("shutdown", None, 2))
    answers, taken = exchange(*pieces, before=before)
    assert [answer["id"] for answer in answers] == ["one"]
    assert answers[0]["result"]["serverInfo"]["name"] == "venvls"
    assert taken == ["/work", "initialized", "shutdown", None]


def test_only_the_first_message_is_answered_at_the_door() -> None:
    pieces = (request("shutdown", None, 1), request("initialize", hello({}), 2))
    assert exchange(*pieces, before=2, answered=False) == ([], ["shutdown", "initialize", None])


LOADED = """
import sys, venvls.__main__
from venvls.host import image
import venvls.lsp.doorstep
print(*sorted({name.partition(".")[0] for name in sys.modules} & {*sys.argv[1].split(",")}))
"""
DEAR = "asyncio,attr,attrs,cattrs,inspect,logging,lsprotocol,pygls,typing,urllib"


def test_next_to_nothing_is_loaded_before_the_answer() -> None:
    bare = {**os.environ, "PYTHONPATH": str(Path(venvls.__file__).parents[1])}  # -S: nothing that an environment's .pth files load
    ran = subprocess.run([sys.executable, "-S", "-c", LOADED, DEAR], capture_output=True, text=True, check=True, env=bare, timeout=120)
    assert ran.stdout.split() == []


# The whole server


def test_all_that_is_said_at_once_is_answered_in_its_order(tmp_path: Path) -> None:
    """As much as an editor can say before the server is loaded: a file, a look at it, a cancel, a second hello, goodbye."""
    make_environment(tmp_path / ".venv", idna="3.4")
    manifest = tmp_path / "requirements.txt"
    manifest.write_text("idna>=3.5\n")
    document = {"uri": manifest.as_uri(), "languageId": "pip", "version": 1, "text": "idna>=3.6\n"}
    look = {"textDocument": {"uri": manifest.as_uri()}, "position": {"line": 0, "character": 1}}
    folders = [{"uri": tmp_path.as_uri(), "name": "work"}]
    with RawClient(SERVER) as client:
        client.write(
            b"".join(
                [
                    request("initialize", hello(ALL, workspaceFolders=folders, processId=os.getpid()), 1),
                    notification("$/cancelRequest", {"id": 1}),
                    request("initialize", hello({}), 2),
                    notification("initialized", {}),
                    notification("textDocument/didOpen", {"textDocument": document}),
                    request("textDocument/hover", look, 3),
                ]
            )
        )
        assert client.answer(1)["result"]["capabilities"]["hoverProvider"]
        assert client.answer(2)["error"]["code"] == -32600
        assert "3.6" in json.dumps(client.answer(3)["result"])
        client.write(request("shutdown", None, 4) + notification("exit", None))
        assert client.ended() == 0
        numbers = [message["id"] for message in client.messages if "result" in message or "error" in message]
        assert numbers[:2] == [1, 2] and sorted(numbers) == [1, 2, 3, 4]
        assert "Traceback" not in client.stderr


def test_goodbye_before_the_server_is_loaded() -> None:
    with RawClient(SERVER) as client:
        client.write(request("initialize", hello({}), 1) + request("shutdown", None, 2) + notification("exit", None))
        assert client.ended() == 0
        assert [message.get("id") for message in client.messages] == [1, 2]


def test_an_editor_that_goes_away_after_its_hello() -> None:
    with RawClient(SERVER) as client:
        client.write(request("initialize", hello({}), 1))
        assert client.process.stdin is not None
        client.process.stdin.close()
        assert client.ended() == 1
        assert "Traceback" not in client.stderr
