"""What the language server protocol promises and pygls 2.1 leaves open; everything else is pygls'.

Every request is answered, whatever it holds and whatever its handler does; order of life is kept (LSP 3.17, "Lifecycle Messages");
nothing a handler raises ends the server; payloads are never logged. Handlers are registered with ``server.feature`` as ever; a plain
function runs on the event loop at once, a coroutine function as a task. They may return lsprotocol objects or plain JSON values.
"""

from __future__ import annotations

import asyncio
import contextvars
import inspect
import itertools
import json
import logging
from collections.abc import Awaitable, Callable
from concurrent.futures import Future, InvalidStateError
from typing import TYPE_CHECKING, Any, Literal, cast
from typing import Protocol as Interface

from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.protocol import LanguageServerProtocol

from venvls.lsp.quick import plain_change
from venvls.lsp.shown import encoded
from venvls.model.text import quoted

if TYPE_CHECKING:
    from cattrs import Converter
    from pygls.lsp.server import LanguageServer

MsgId = int | str
log = logging.getLogger(__name__)

PARSE_ERROR = -32700
INVALID_REQUEST = -32600
METHOD_NOT_FOUND = -32601
INVALID_PARAMS = -32602
INTERNAL_ERROR = -32603
NOT_INITIALIZED = -32002
CANCELLED = -32800

_UNKNOWN = object()


class HandlerStoppedError(Exception):
    """A handler tried to end the process (``sys.exit``, Ctrl+C raised inside it)."""


class Process(Interface):
    """What the protocol needs of the process it runs in."""

    def end(self, code: int) -> None:
        """Ends the process, from any thread."""

    def watch_editor(self, pid: int) -> None:
        """Ends it once the process ``pid`` has ended."""


class Protocol(LanguageServerProtocol):
    """The protocol's state machine. ``state`` goes new → running → shut, and never back. ``server`` is a :class:`Process` too."""

    def __init__(self, server: LanguageServer, converter: Converter) -> None:
        super().__init__(server, converter)
        self._process = cast("Process", server)
        self.state: Literal["new", "running", "shut"] = "new"
        self.send_body: Callable[[bytes], None] = lambda body: None
        self.wait_for: Callable[[Future[Any]], None] = lambda answer: None
        """Leaves a burst of messages waiting for an answer, a moment at most; on the event loop."""
        self._calls: dict[MsgId, asyncio.Task[Any]] = {}
        self._stops: dict[MsgId, Callable[[], None]] = {}
        self._tasks: set[asyncio.Task[Any]] = set()
        self._ids = itertools.count(1)
        self._arrived = 0
        self._taken = 0

    # What comes in

    def arrived(self) -> None:
        """Notes that a message has come and will be handed to :meth:`receive`; on the reading thread, and on no other."""
        self._arrived += 1

    def is_behind(self) -> bool:
        """Whether messages have come that nobody has looked at yet. From any thread."""
        return self._arrived > self._taken

    def receive(self, body: bytes) -> None:
        """Takes one message body; must run on the event loop. Never raises."""
        self._taken += 1
        try:
            try:
                message = json.loads(body)
            except (ValueError, RecursionError):
                self._fail(None, PARSE_ERROR, "The message is not valid JSON.")
                return
            contextvars.copy_context().run(self._dispatch, message)
        except Exception:
            log.exception("a message could not be handled")

    def _dispatch(self, message: Any) -> None:
        if not isinstance(message, dict) or message.get("jsonrpc") != self.VERSION:
            self._fail(None, INVALID_REQUEST, 'The message is not a JSON-RPC 2.0 object ("jsonrpc": "2.0").')
            return
        method, msg_id = message.get("method"), message.get("id", _UNKNOWN)
        if "method" not in message and msg_id is not _UNKNOWN:
            self._take_response(message)
        elif not isinstance(method, str):
            self._fail(msg_id if _is_id(msg_id) else None, INVALID_REQUEST, "The message has no method.")
        elif msg_id is _UNKNOWN:
            self._take_notification(method, message)
        elif not _is_id(msg_id):
            self._fail(None, INVALID_REQUEST, "A request's id must be a number or a string.")
        else:
            self._ctx_msg_id.set(msg_id)
            self._take_request(msg_id, method, message)

    def _take_request(self, msg_id: MsgId, method: str, message: dict[str, Any]) -> None:
        if self.state == "shut":
            self._fail(msg_id, INVALID_REQUEST, "The server is shutting down.")
        elif method == types.INITIALIZE and self.state != "new":
            self._fail(msg_id, INVALID_REQUEST, "The server is already initialized.")
        elif method != types.INITIALIZE and self.state == "new":
            self._fail(msg_id, NOT_INITIALIZED, "The server waits for the initialize request.")
        elif method == types.SHUTDOWN:
            self._shut(msg_id)
        elif (handler := self.fm.features.get(method)) is None:
            self._fail(msg_id, METHOD_NOT_FOUND, f"The server has no request {quoted(method[:100])}.")
        else:
            try:
                params = self._params(method, message)
            except Exception as error:
                self._fail(msg_id, INVALID_PARAMS, f"The parameters of {method} are not valid{_where(error)}.")
                return
            if method == types.INITIALIZE:
                self.begin(params.process_id)
            self._call(msg_id, method, handler, params)

    def _take_notification(self, method: str, message: dict[str, Any]) -> None:
        if method == types.EXIT:
            self._process.end(0 if self.state == "shut" else 1)
            return
        if self.state != "running":
            return
        if method == types.CANCEL_REQUEST:
            params = message.get("params")
            self._cancel(params.get("id") if isinstance(params, dict) else None)
            return
        handler = self.fm.features.get(method)
        if handler is None:
            if not method.startswith("$/") and method not in (types.INITIALIZED, types.SET_TRACE):
                log.debug("no handler for the notification %s", method[:100])
            return
        try:
            params = self._params(method, message)
        except Exception as error:
            log.warning("the parameters of the notification %s are not valid%s; it is ignored", method, _where(error))
            return
        self._call(None, method, handler, params)

    def _take_response(self, message: dict[str, Any]) -> None:
        msg_id = message["id"]
        future = self._request_futures.pop(msg_id, None) if _is_id(msg_id) else None
        result_type = self._result_types.pop(msg_id, None) if _is_id(msg_id) else None
        if future is None or future.done():
            return
        try:
            error = message.get("error")
            if error is not None:
                text, code = (error.get("message"), error.get("code")) if isinstance(error, dict) else (None, None)
                future.set_exception(JsonRpcException(str(text), code if isinstance(code, int) else INTERNAL_ERROR))
            elif result_type is None:
                future.set_result(message.get("result"))
            else:
                future.set_result(self._converter.structure({"result": None, **message}, result_type).result)
        except InvalidStateError:
            pass
        except Exception:
            future.set_exception(JsonRpcException("The editor's answer does not follow the protocol.", INVALID_PARAMS))

    def _params(self, method: str, message: dict[str, Any]) -> Any:
        """The parameters, checked against their LSP type; those of our own requests as plain JSON values."""
        known = types.METHOD_TO_TYPES.get(method)
        if known is None:
            return message.get("params")
        if method == types.TEXT_DOCUMENT_DID_CHANGE and (change := plain_change(message.get("params"))) is not None:
            return change
        message_type = known[0]
        return self._converter.structure({**message, "params": message["params"]} if "params" in message else message, message_type).params

    def as_json(self, params: Any) -> Any:
        """Parameters of the protocol's types as plain JSON values."""
        return self._converter.unstructure(params)

    # Handlers

    def _call(self, msg_id: MsgId | None, method: str, handler: Callable[..., Any], params: Any) -> None:
        try:
            result = handler(params)
        except BaseException as error:
            self._done(msg_id, method, None, error)
            return
        if result is None or not inspect.isawaitable(result):
            self._done(msg_id, method, result, None)
            return
        task = _task(result)
        self._tasks.add(task)
        if msg_id is not None:
            self._calls[msg_id] = task
        task.add_done_callback(lambda task: self._finished(msg_id, method, task))

    def _finished(self, msg_id: MsgId | None, method: str, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if msg_id is not None and self._calls.get(msg_id) is task:
            del self._calls[msg_id]
            self._stops.pop(msg_id, None)
        if task.cancelled():
            self._done(msg_id, method, None, asyncio.CancelledError())
        else:
            error = task.exception()
            self._done(msg_id, method, None if error else task.result(), error)

    def _done(self, msg_id: MsgId | None, method: str, result: Any, error: BaseException | None) -> None:
        if error is None:
            if msg_id is not None:
                self._send_response(msg_id, result)
        elif isinstance(error, asyncio.CancelledError):
            if msg_id is not None:
                self._fail(msg_id, CANCELLED, "The request was cancelled.")
        elif isinstance(error, JsonRpcException):
            if msg_id is None:
                log.warning("%s: %s", method, error.message)
            else:
                self._fail(msg_id, error.code, error.message)
        else:
            log.error("%s failed", method, exc_info=error)
            if msg_id is not None:
                self._fail(
                    msg_id, INTERNAL_ERROR, f"Internal error in venvls while it answered {method}: report it with the log of the server."
                )

    def spawn(self, work: Awaitable[Any], label: str) -> None:
        """Runs ``work`` in the background; must be called on the event loop. A failure is logged."""
        task = _task(work)
        self._tasks.add(task)
        task.add_done_callback(lambda task: self._finished(None, label, task))

    def stop_with(self, stop: Callable[[], None]) -> None:
        """Inside a request's handler: a cancel of this request calls ``stop`` instead of cutting the handler off.

        For work that has a child process: the answer comes when that has ended, not before.
        """
        msg_id = self.msg_id
        if msg_id is not None:
            self._stops[msg_id] = stop

    def _cancel(self, msg_id: object) -> None:
        if not _is_id(msg_id):
            return
        known = cast("MsgId", msg_id)
        if (stop := self._stops.get(known)) is not None:
            stop()
        elif (task := self._calls.get(known)) is not None:
            task.cancel()

    # Life

    def begin(self, process: int | None) -> None:
        """The editor has said hello; ``process`` is its own, where it says so."""
        self.state = "running"
        if process is not None:
            self._process.watch_editor(process)

    def _shut(self, msg_id: MsgId) -> None:
        """Answers at once; whatever still runs is stopped and answered after that."""
        self.state = "shut"
        self._shutdown = True
        self._send_response(msg_id, None)
        for stop in list(self._stops.values()):
            call_safely(stop, "a task could not be stopped")
        for task in list(self._tasks):
            task.cancel()
        for future in list(self._request_futures.values()):
            future.cancel()
        if (handler := self.fm.features.get(types.SHUTDOWN)) is not None:
            self._call(None, types.SHUTDOWN, handler, None)

    # What goes out

    def _fail(self, msg_id: MsgId | None, code: int, message: str) -> None:
        self._send_data({"jsonrpc": self.VERSION, "id": msg_id, "error": {"code": code, "message": message}})

    def _send_response(self, msg_id: MsgId, result: Any = None, error: Any = None) -> None:
        if error is not None:
            self._fail(msg_id, error.code, error.message)
            return
        try:
            self._send_data({"jsonrpc": self.VERSION, "id": msg_id, "result": result})
        except Exception:
            log.exception("an answer could not be written as JSON")
            self._fail(msg_id, INTERNAL_ERROR, "Internal error: an answer could not be written; report it with the server's log.")

    def _send_data(self, data: Any) -> None:
        self.send_body(encoded(data, self._serialize_message))

    def tell(self, method: str, params: Any) -> None:
        """Sends a notification whose parameters are plain JSON values: no conversion is made. From any thread."""
        self._send_data({"jsonrpc": self.VERSION, "method": method, "params": params})

    async def request(self, method: str, params: Any, seconds: float | None = None) -> Any:
        """Sends a request with plain JSON parameters and gives the plain result.

        Raises ``JsonRpcException`` where the editor answers with an error, ``TimeoutError`` after ``seconds`` without an answer.
        """
        msg_id = f"venvls-{next(self._ids)}"
        future: Future[Any] = Future()
        self._request_futures[msg_id] = future
        self._send_data({"jsonrpc": self.VERSION, "id": msg_id, "method": method, "params": params})
        try:
            return await asyncio.wait_for(asyncio.wrap_future(future), seconds)
        except asyncio.TimeoutError as error:  # an alias of the builtin only from Python 3.11 on
            raise TimeoutError(f"the editor did not answer {method} in {seconds} s") from error
        finally:
            self._request_futures.pop(msg_id, None)


def _task(work: Awaitable[Any]) -> asyncio.Task[Any]:
    task = asyncio.get_running_loop().create_task(_contained(work))
    if inspect.iscoroutine(work):
        # Cancelled before its first step, the task never came to await it; closing one that has ended does nothing.
        task.add_done_callback(lambda _: work.close())
    return task


async def _contained(work: Awaitable[Any]) -> Any:
    """``SystemExit`` in a task would end the event loop, and with it the server."""
    try:
        return await work
    except (SystemExit, KeyboardInterrupt) as error:
        raise HandlerStoppedError("a handler tried to end the process") from error


def call_safely(function: Callable[[], None], failure: str) -> None:
    """Calls ``function``; what it raises is logged as ``failure``."""
    try:
        function()
    except Exception:
        log.exception("%s", failure)


def _is_id(value: object) -> bool:
    return isinstance(value, int | str) and not isinstance(value, bool)


def _where(error: BaseException) -> str:
    """Where in the parameters the trouble is, by names only: never by the values, which may be anything."""
    names: list[str] = []
    while True:
        for note in getattr(error, "__notes__", ()):
            name = getattr(note, "name", None)
            if isinstance(name, str) and not name.startswith("_") and (not names or names[-1] != name):
                names.append(name)
        inner = getattr(error, "exceptions", None)
        if not inner:
            break
        error = inner[0]
    names = [name for name in names if name != "params"]
    return f" (at {'.'.join(names)})" if names else ""
