"""Messages out of a byte stream: the base protocol's headers (LSP 3.17, "Base Protocol"), without any I/O.

A stream that is not LSP is recognised at the first byte that cannot belong to a header, so that nobody waits for a message that will
never be whole.
"""

from __future__ import annotations

import re

from venvls.model.text import quoted

LONGEST_HEADER = 4096
LARGEST_BODY = 256 * 1024 * 1024

_FIELD = re.compile(rb"([A-Za-z][A-Za-z0-9-]{0,63}):[ \t]*([\x20-\x7e\t]*)\Z")
_HALF_FIELD = re.compile(rb"[A-Za-z][A-Za-z0-9-]{0,63}(:[\x20-\x7e\t]*)?\r?\Z")
_CHARSET = re.compile(r"charset\s*=\s*\"?([^\s;\"]+)", re.IGNORECASE)


class MalformedError(ValueError):
    """The stream is not the language server protocol; the text says what came instead of what."""


class Framing:
    """Takes bytes as they come and gives back whole message bodies."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._scanned = 0
        self._length: int | None = None
        self._in_body = False

    @property
    def idle(self) -> bool:
        """Whether the stream may end here: no message has begun."""
        return not self._buffer and not self._in_body and self._length is None

    def feed(self, data: bytes) -> list[bytes]:
        """The bodies that are complete now. Raises :class:`MalformedError`; the stream cannot be read on after that."""
        self._buffer += data
        bodies: list[bytes] = []
        while True:
            if self._in_body:
                length = self._length or 0
                if len(self._buffer) < length:
                    return bodies
                bodies.append(bytes(self._buffer[:length]))
                self._consume(length)
                self._in_body, self._length = False, None
            elif not self._header_line():
                return bodies

    def _consume(self, count: int) -> None:
        del self._buffer[:count]
        self._scanned = 0

    def _header_line(self) -> bool:
        """Takes one header line off the buffer; false where it is not whole yet."""
        end = self._buffer.find(b"\n", self._scanned)
        if end < 0:
            self._scanned = len(self._buffer)
            half = bytes(self._buffer[: LONGEST_HEADER + 1])
            if len(half) > LONGEST_HEADER or (half and half != b"\r" and not _HALF_FIELD.match(half)):
                raise MalformedError(f"expected a header such as Content-Length, not {_shown(half)}")
            return False
        line = bytes(self._buffer[:end])
        if line.endswith(b"\r"):
            line = line[:-1]
        self._consume(end + 1)
        if line:
            self._field(line)
        elif self._length is None:
            raise MalformedError("a message has no Content-Length header")
        else:
            self._in_body = True
        return True

    def _field(self, line: bytes) -> None:
        match = _FIELD.match(line) if len(line) <= LONGEST_HEADER else None
        if match is None:
            raise MalformedError(f"expected a header such as Content-Length, not {_shown(line)}")
        name, value = match[1].lower(), match[2].decode("ascii").strip()
        if name == b"content-length":
            if self._length is not None:
                raise MalformedError("a message has two Content-Length headers")
            if not value.isdecimal() or len(value) > 18:
                raise MalformedError(f"Content-Length is not a number: {quoted(value[:40])}")
            self._length = int(value)
            if self._length > LARGEST_BODY:
                raise MalformedError(f"a message of {value} bytes is larger than {LARGEST_BODY} bytes, the most that is read")
        elif name == b"content-type":
            charset = _CHARSET.search(value)
            if charset and charset[1].lower() not in ("utf-8", "utf8"):
                raise MalformedError(f"the charset {quoted(charset[1][:40])} is not known; only utf-8 is")


def frame(body: bytes) -> bytes:
    """A body with its header."""
    return b"Content-Length: %d\r\n\r\n%b" % (len(body), body)


def _shown(line: bytes) -> str:
    return repr(line[:40].decode("latin-1"))
