"""Every promise of the protocol, kept for a client that is anything but polite."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.lsp.raw_client import SECONDS, RawClient

SERVER = [sys.executable, str(Path(__file__).with_name("promises_server.py"))]
HELLO = {"processId": None, "rootUri": None, "capabilities": {}}
POSITION = {"textDocument": {"uri": "file:///x"}, "position": {"line": 0, "character": 0}}


def at(line: int) -> dict[str, object]:
    return {**POSITION, "position": {"line": line, "character": 0}}


@pytest.fixture
def raw() -> Iterator[RawClient]:
    with RawClient(SERVER) as client:
        yield client


@pytest.fixture
def client(raw: RawClient) -> RawClient:
    raw.request("initialize", HELLO)
    raw.notify("initialized", {})
    return raw


# Every request gets an answer

INVALID = [
    ("textDocument/hover", None),
    ("textDocument/hover", {}),
    ("textDocument/hover", []),
    ("textDocument/hover", "text"),
    ("textDocument/hover", {"textDocument": 1, "position": {"line": 0, "character": 0}}),
    ("textDocument/hover", {"textDocument": {"uri": "file:///x"}, "position": {"line": "zero", "character": 0}}),
    ("textDocument/hover", {"textDocument": {"uri": "file:///x"}, "position": [0, 0]}),
]


@pytest.mark.parametrize(("method", "params"), INVALID, ids=[json.dumps(params)[:60] for _, params in INVALID])
def test_invalid_parameters_are_answered(client: RawClient, method: str, params: object) -> None:
    assert client.refused(method, params)["code"] == -32602
    assert client.request("textDocument/hover", POSITION)["contents"] == "hello"


def test_an_unknown_request_is_answered(client: RawClient) -> None:
    assert client.refused("test/nothing", {})["code"] == -32601
    assert client.refused("$/nothing", {})["code"] == -32601


def test_no_message_box_and_no_stop_for_bad_notifications(client: RawClient) -> None:
    client.notify("textDocument/didOpen", {"textDocument": 5})
    client.notify("test/broken", {})
    client.notify("test/unheardOf", {})
    client.notify("$/unheardOf", {})
    assert client.request("test/echo", {"a": 1}) == {"a": 1}
    assert not client.of("window/showMessage")
    assert client.notification("window/logMessage")["type"] in (1, 2)


@pytest.mark.parametrize("line", [1, 2, 3, 4])
def test_a_handler_that_raises_is_answered_and_ends_nothing(client: RawClient, line: int) -> None:
    error = client.refused("textDocument/hover", at(line))
    assert error["code"] == -32603
    assert "hunter2" not in error["message"] and "Traceback" not in json.dumps(error)
    assert client.request("textDocument/hover", POSITION)["contents"] == "hello"


def test_a_coroutine_that_raises_system_exit_does_not_end_the_server(client: RawClient) -> None:
    assert client.refused("test/exit", {})["code"] == -32603
    assert client.request("test/echo", {"still": "here"}) == {"still": "here"}


ODD = [
    ("no json", b"{nonsense", -32700),
    ("bytes that are not utf-8", b'{"jsonrpc": "2.0", "id": 1, "method": "\xff"}', -32700),
    ("deeper than anybody reads", b"[" * 200_000, -32700),
    ("a list", b"[]", -32600),
    ("a batch", b'[{"jsonrpc": "2.0", "id": 1, "method": "test/echo"}]', -32600),
    ("a number", b"5", -32600),
    ("no version", b'{"id": 77, "method": "test/echo"}', -32600),
    ("version 1", b'{"jsonrpc": "1.0", "id": 77, "method": "test/echo"}', -32600),
    ("no method", b'{"jsonrpc": "2.0"}', -32600),
    ("a method that is no text", b'{"jsonrpc": "2.0", "id": 5, "method": 7}', -32600),
    ("an id that is an object", b'{"jsonrpc": "2.0", "id": {}, "method": "test/echo"}', -32600),
    ("an id that is null", b'{"jsonrpc": "2.0", "id": null, "method": "test/echo"}', -32600),
]


@pytest.mark.parametrize(("body", "code"), [(body, code) for _, body, code in ODD], ids=[name for name, _, _ in ODD])
def test_a_body_that_is_no_request_is_answered_and_reading_goes_on(client: RawClient, body: bytes, code: int) -> None:
    before = len(client.messages)
    client.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
    assert client.wait(lambda m: "error" in m, after=before)["error"]["code"] == code
    assert client.request("test/echo", {"a": 1}) == {"a": 1}


def test_a_response_to_nothing_is_passed_over(client: RawClient) -> None:
    for message in ({"id": "venvls-99", "result": 1}, {"id": 5, "error": "what"}, {"id": {}, "result": None}):
        client.send({"jsonrpc": "2.0", **message})
    assert client.request("test/echo", {"a": 1}) == {"a": 1}


# The life cycle


def test_before_initialize_requests_are_refused_and_notifications_dropped(raw: RawClient) -> None:
    raw.notify("textDocument/didOpen", {"textDocument": {"uri": "file:///x", "languageId": "x", "version": 1, "text": ""}})
    assert raw.refused("textDocument/hover", POSITION)["code"] == -32002
    assert raw.refused("shutdown")["code"] == -32002
    assert raw.refused("test/unknown")["code"] == -32002
    assert raw.request("initialize", HELLO)["capabilities"]
    assert not raw.of("test/opened")


def test_initialize_with_invalid_parameters_can_be_mended(raw: RawClient) -> None:
    assert raw.refused("initialize", {"processId": "me"})["code"] == -32602
    assert raw.refused("textDocument/hover", POSITION)["code"] == -32002
    assert raw.request("initialize", HELLO)["capabilities"]


def test_a_second_initialize_is_refused(client: RawClient) -> None:
    assert client.refused("initialize", HELLO)["code"] == -32600
    assert client.request("test/echo", {"a": 1}) == {"a": 1}


def test_shutdown_answers_at_once_while_handlers_run(client: RawClient) -> None:
    slow = [client.start("test/slow", {"seconds": 600}) for _ in range(12)]
    stoppable = client.start("test/stoppable", {})
    client.request("test/echo", {})
    assert client.request("shutdown") is None
    assert [client.answer(number)["error"]["code"] for number in slow] == [-32800] * 12
    assert "error" in client.answer(stoppable) or client.answer(stoppable)["result"] == {"stopped": True}
    client.notify("exit")
    assert client.ended() == 0


def test_after_shutdown_requests_are_refused_and_exit_is_clean(client: RawClient) -> None:
    client.request("shutdown")
    assert client.refused("test/echo", {})["code"] == -32600
    assert client.refused("shutdown")["code"] == -32600
    assert client.refused("initialize", HELLO)["code"] == -32600
    client.notify("textDocument/didOpen", {"textDocument": {"uri": "file:///x", "languageId": "x", "version": 1, "text": ""}})
    client.notify("exit")
    assert client.ended() == 0
    assert not client.of("test/opened")


@pytest.mark.parametrize("initialized", [True, False])
def test_exit_without_shutdown_is_a_failure(raw: RawClient, initialized: bool) -> None:
    if initialized:
        raw.request("initialize", HELLO)
        raw.start("test/slow", {"seconds": 600})
    raw.notify("exit")
    assert raw.ended() == 1


@pytest.mark.parametrize("shut", [True, False])
def test_an_editor_that_closes_the_pipe_ends_the_server(client: RawClient, shut: bool) -> None:
    if shut:
        client.request("shutdown")
    client.start("test/slow", {"seconds": 600})
    assert client.process.stdin is not None
    client.process.stdin.close()
    assert client.ended() == (0 if shut else 1)


def alive(pid: int) -> bool:
    """Whether a process runs; a zombie does not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return True


def gone(pid: int) -> bool:
    deadline = time.monotonic() + SECONDS
    while alive(pid):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


@pytest.mark.parametrize("reaped", [True, False])
def test_the_server_and_its_children_end_when_the_editor_dies(raw: RawClient, reaped: bool) -> None:
    editor = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    try:
        raw.request("initialize", {**HELLO, "processId": editor.pid})
        child = raw.request("test/child", {})["pid"]
        raw.start("test/slow", {"seconds": 600})
        editor.kill()
        if reaped:
            editor.wait()
        # The pipes stay open: nothing but the process's end tells.
        assert raw.ended() == 1
        assert gone(child)
    finally:
        editor.kill()
        editor.wait()


def test_an_editor_that_is_no_more_at_the_start_ends_the_server(raw: RawClient) -> None:
    editor = subprocess.Popen([sys.executable, "-c", ""])
    editor.wait()
    raw.start("initialize", {**HELLO, "processId": editor.pid})
    assert raw.ended() == 1


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM to catch")
def test_a_termination_signal_takes_the_children_along(client: RawClient) -> None:
    child = client.request("test/child", {})["pid"]
    client.process.send_signal(signal.SIGTERM)
    assert client.ended() == 128 + signal.SIGTERM
    assert gone(child)


# The wire

MALFORMED = [
    b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
    b"\r\n\r\n",
    b"Content-Length: many\r\n\r\n{}",
    b"Content-Length: -5\r\n\r\n{}",
    b"Content-Length:\r\n\r\n{}",
    b"Content-Lenght: 2\r\n\r\n{}",
    b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
    b"Content-Length: 99999999999999999999\r\n\r\n{}",
    b"Content-Length: 99999999999\r\n\r\n{}",
    b"Content-Length: 2\r\nContent-Type: application/vscode-jsonrpc; charset=utf-16\r\n\r\n{}",
    b'{"jsonrpc": "2.0", "id": 1, "method": "initialize"}',
    b"\x00\x00\x00\x00",
    b"\xff\xfeC\x00o\x00",
    b"x" * 5000,
]


@pytest.mark.parametrize("data", MALFORMED, ids=[repr(data[:40]) for data in MALFORMED])
def test_a_malformed_header_ends_the_server_with_a_sentence(raw: RawClient, data: bytes) -> None:
    raw.write(data)
    assert raw.ended() == 1
    assert "not the language server protocol" in raw.stderr
    assert "Traceback" not in raw.stderr


def test_a_malformed_header_after_good_messages_ends_the_server(client: RawClient) -> None:
    client.write(b"Content-Length: 2\r\n\r\n{} and more than was said\r\n\r\n")
    assert client.ended() == 1


def test_an_editor_that_dies_in_the_middle_of_a_message(raw: RawClient) -> None:
    raw.write(b"Content-Length: 500\r\n\r\n{")
    assert raw.process.stdin is not None
    raw.process.stdin.close()
    assert raw.ended() == 1
    assert "middle of a message" in raw.stderr


def test_headers_may_be_spelled_in_any_case_and_order(client: RawClient) -> None:
    body = b'{"jsonrpc":"2.0","id":"h","method":"test/echo","params":{"a":"\xc3\xa4"}}'
    client.write(b"content-type: application/vscode-jsonrpc; charset=utf8\r\nX-Other: 1\r\nCONTENT-LENGTH:%d\r\n\r\n%b" % (len(body), body))
    assert client.answer("h")["result"] == {"a": "ä"}


def test_a_message_may_come_byte_by_byte(client: RawClient) -> None:
    body = b'{"jsonrpc":"2.0","id":"slow","method":"test/echo","params":[1]}'
    for byte in b"Content-Length: %d\r\n\r\n%b" % (len(body), body):
        client.write(bytes([byte]))
    assert client.answer("slow")["result"] == [1]


def test_what_is_printed_stays_out_of_the_editors_pipe(client: RawClient) -> None:
    assert client.request("test/print", {})["child read"] != 0
    assert client.request("test/echo", {"a": 1}) == {"a": 1}


def test_tcp_serves_one_editor() -> None:
    process = subprocess.Popen([*SERVER, "--tcp"], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        with socket.create_connection(("127.0.0.1", int(process.stdout.readline())), timeout=SECONDS) as connection:
            body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": HELLO}).encode()
            connection.sendall(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
            assert b"serverInfo" in connection.recv(10_000)
            connection.sendall(b'Content-Length: 33\r\n\r\n{"jsonrpc":"2.0","method":"exit"}')
            assert process.wait(SECONDS) == 1
    finally:
        process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()


# Work that takes its time


def test_reading_goes_on_while_work_runs(client: RawClient) -> None:
    for _ in range(60):
        client.start("test/slow", {"seconds": 600})
    for _ in range(21):
        assert client.request("test/echo", {"a": 1}) == {"a": 1}


def test_messages_are_handled_in_the_order_they_came(client: RawClient) -> None:
    for number in range(200):
        document = {"uri": f"file:///{number}", "languageId": "x", "version": 1, "text": ""}
        client.notify("textDocument/didOpen", {"textDocument": document})
    client.request("test/echo", {})
    assert [params["uri"] for params in client.of("test/opened")] == [f"file:///{number}" for number in range(200)]


def test_a_cancelled_request_is_answered_cancelled(client: RawClient) -> None:
    number = client.start("test/slow", {"seconds": 600})
    client.notify("$/cancelRequest", {"id": number})
    assert client.answer(number)["error"]["code"] == -32800
    client.notify("$/cancelRequest", {"id": number})
    client.notify("$/cancelRequest", {"id": "unheard of"})
    client.notify("$/cancelRequest", None)
    assert client.request("test/echo", {"a": 1}) == {"a": 1}


def test_a_request_cancelled_before_it_began_leaves_nothing_behind(client: RawClient) -> None:
    """Both messages in one piece: the cancel is read before the request's task has had its first turn."""
    cancelled = {"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": 900}}
    bodies = [{"jsonrpc": "2.0", "id": 900, "method": "test/slow", "params": {"seconds": 1}}, cancelled]
    client.write(b"".join(b"Content-Length: %d\r\n\r\n%b" % (len(body), body) for body in (json.dumps(one).encode() for one in bodies)))
    assert client.answer(900)["error"]["code"] == -32800
    client.request("shutdown")
    client.notify("exit")
    client.ended()
    assert "never awaited" not in client.stderr


def test_a_task_is_answered_when_it_has_stopped(client: RawClient) -> None:
    number = client.start("test/stoppable", {})
    client.notification("test/started")
    client.notify("$/cancelRequest", {"id": number})
    assert client.answer(number)["result"] == {"stopped": True}


def test_a_question_to_an_editor_that_never_answers_ends(client: RawClient) -> None:
    client.silent.add("test/question")
    assert client.refused("test/ask", {})["code"] == -32603
    client.silent.clear()
    client.answers["test/question"] = lambda params: {"got": params}
    assert client.request("test/ask", {"x": 1}) == {"got": {"x": 1}}


@pytest.mark.parametrize(("answer", "title"), [({"title": "Yes"}, "Yes"), (None, None)])
def test_pygls_own_requests_to_the_editor_work_too(client: RawClient, answer: object, title: str | None) -> None:
    client.answers["window/showMessageRequest"] = lambda params: answer
    assert client.request("test/askTyped", {}) == {"title": title}


def test_an_answer_of_another_shape_is_an_error_not_a_hang(client: RawClient) -> None:
    client.answers["window/showMessageRequest"] = lambda params: {"title": {"no": "text"}, "x": 1} if params else None
    answer = client.answer(client.start("test/askTyped", {}))
    assert "error" in answer or answer["result"]


def test_a_slow_reader_does_not_stop_the_server(raw: RawClient) -> None:
    raw.request("initialize", HELLO)
    big = {"text": "x" * 500_000}
    numbers = [raw.start("test/echo", big) for _ in range(20)]
    assert all(raw.answer(number)["result"] == big for number in numbers)


def test_payloads_are_never_logged(client: RawClient) -> None:
    client.request("test/echo", {"password": "hunter2"})
    client.refused("textDocument/hover", {"textDocument": "hunter2"})
    client.notify("textDocument/didOpen", {"textDocument": "hunter2"})
    client.request("shutdown")
    client.notify("exit")
    client.ended()
    assert "hunter2" not in client.stderr
    assert not any("hunter2" in str(params) for params in client.of("window/logMessage"))
