"""A model that calls the tools of a list one after the other: no account, no network.

It answers an agent in the form in which the agent asks: the Messages API, the Responses API, or Gemini's ``streamGenerateContent``.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

Call = tuple[str, dict[str, Any]]
_LAST = "That is all."


class Form(NamedTuple):
    """How a request ends its path, the texts of the tools' results in a request, and the events that answer it."""

    path: str
    results: Callable[[dict[str, Any]], list[str]]
    events: Callable[[dict[str, Any], int, Call | None], Iterator[dict[str, Any]]]


@contextmanager
def scripted(calls: Sequence[Call]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """The address of a server that answers so, and the requests that it was sent."""
    requests: list[dict[str, Any]] = []

    class Answering(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self.send_response(200)
            self.end_headers()

        def do_POST(self) -> None:
            request = json.loads(self.rfile.read(int(self.headers["content-length"])))
            path = self.path.partition("?")[0]
            form = next((form for form in FORMS if path.endswith(form.path)), None)
            if form is None:
                self.send_error(404)
                return
            requests.append(request)
            done = len(form.results(request))
            self.send_response(200)
            self.send_header("content-type", "text/event-stream")
            self.end_headers()
            for event in form.events(request, done, calls[done] if request.get("tools") and done < len(calls) else None):
                name = f"event: {event['type']}\n" if "type" in event else ""
                self.wfile.write(f"{name}data: {json.dumps(event)}\n\n".encode())

        def log_message(self, *_: Any) -> None:
            """Nothing is printed."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", requests
    finally:
        server.shutdown()
        server.server_close()


def results(requests: Sequence[dict[str, Any]]) -> list[str]:
    """The results of all tools that were called, as the model was sent them at last."""
    return max(([*form.results(request)] for request in requests if request.get("tools") for form in FORMS), key=len, default=[])


def blocks(request: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """What the messages of a request of the Messages API are made of."""
    for message in request.get("messages", ()):
        content = message["content"]
        yield from [{"type": "text", "text": content}] if isinstance(content, str) else content


def _messages_results(request: dict[str, Any]) -> list[str]:
    contents = [block["content"] for block in blocks(request) if block.get("type") == "tool_result"]
    return [content if isinstance(content, str) else "".join(part.get("text", "") for part in content) for content in contents]


def _messages_events(request: dict[str, Any], number: int, call: Call | None) -> Iterator[dict[str, Any]]:
    block: dict[str, Any] = {"type": "text", "text": ""}
    delta = {"type": "text_delta", "text": _LAST}
    if call is not None:
        block = {"type": "tool_use", "id": f"toolu_{number}", "name": call[0], "input": {}}
        delta = {"type": "input_json_delta", "partial_json": json.dumps(call[1])}
    model = request["model"]
    message = {"id": f"msg_{number}", "type": "message", "role": "assistant", "model": model, "content": [], "stop_reason": None}
    yield {"type": "message_start", "message": {**message, "stop_sequence": None, "usage": {"input_tokens": 1, "output_tokens": 1}}}
    yield {"type": "content_block_start", "index": 0, "content_block": block}
    yield {"type": "content_block_delta", "index": 0, "delta": delta}
    yield {"type": "content_block_stop", "index": 0}
    stop = "end_turn" if call is None else "tool_use"
    yield {"type": "message_delta", "delta": {"stop_reason": stop, "stop_sequence": None}, "usage": {"output_tokens": 1}}
    yield {"type": "message_stop"}


def _responses_results(request: dict[str, Any]) -> list[str]:
    items = request.get("input", ())
    return [str(item["output"]) for item in items if isinstance(item, dict) and item.get("type") == "function_call_output"]


def _responses_events(request: dict[str, Any], number: int, call: Call | None) -> Iterator[dict[str, Any]]:
    item: dict[str, Any] = {"type": "message", "id": "msg_1", "role": "assistant", "content": [{"type": "output_text", "text": _LAST}]}
    if call is not None:
        item = {
            "type": "function_call",
            "id": f"fc_{number}",
            "call_id": f"call_{number}",
            "name": call[0],
            "arguments": json.dumps(call[1]),
        }
    response: dict[str, Any] = {"id": f"resp_{number}"}
    usage = {"input_tokens": 1, "input_tokens_details": None, "output_tokens": 1, "output_tokens_details": None, "total_tokens": 2}
    yield {"type": "response.created", "response": response}
    yield {"type": "response.output_item.done", "output_index": 0, "item": item}
    yield {"type": "response.completed", "response": {**response, "usage": usage}}


def _gemini_results(request: dict[str, Any]) -> list[str]:
    parts = [part for content in request.get("contents", ()) for part in content.get("parts", ())]
    return [json.dumps(part["functionResponse"]["response"], ensure_ascii=False) for part in parts if "functionResponse" in part]


def _gemini_events(request: dict[str, Any], number: int, call: Call | None) -> Iterator[dict[str, Any]]:
    part: dict[str, Any] = {"text": _LAST} if call is None else {"functionCall": {"name": call[0], "args": call[1]}}
    candidate = {"content": {"role": "model", "parts": [part]}, "finishReason": "STOP", "index": 0}
    yield {"candidates": [candidate], "usageMetadata": {"promptTokenCount": 1, "candidatesTokenCount": 1, "totalTokenCount": 2}}


FORMS = (
    Form("/v1/messages", _messages_results, _messages_events),
    Form("/responses", _responses_results, _responses_events),
    Form(":streamGenerateContent", _gemini_results, _gemini_events),
)
