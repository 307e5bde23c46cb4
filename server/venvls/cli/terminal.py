"""What the terminal can show: colour, width, and a progress line on standard error."""

from __future__ import annotations

import os
import sys
import time

from venvls.cli.streams import raw
from venvls.model.hints import TYPE_CHECKING, Literal
from venvls.model.record import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import IO

Paint = Literal["error", "warning", "information", "hint", "good", "strong", "faint", "gutter"]

_CODES: Mapping[Paint, str] = {
    "error": "1;31",
    "warning": "1;33",
    "information": "1;36",
    "hint": "36",
    "good": "1;32",
    "strong": "1",
    "faint": "2",
    "gutter": "1;34",
}
_END = "\x1b[0m"
DEFAULT_WIDTH = 100


class Terminal(NamedTuple):
    """How to write to one stream: with colour or not, and how many columns are worth filling."""

    colour: bool = False
    width: int = DEFAULT_WIDTH

    def paint(self, text: str, paint: Paint) -> str:
        """``text`` in that colour, or as it is where there is none."""
        return f"\x1b[{_CODES[paint]}m{text}{_END}" if self.colour and text else text


def terminal(stream: IO[str] | None = None, environ: Mapping[str, str] | None = None) -> Terminal:
    """The terminal behind ``stream`` (standard output). Colour only on a terminal; ``NO_COLOR`` (no-color.org) and ``TERM=dumb`` turn it
    off, ``FORCE_COLOR`` on."""
    stream = sys.stdout if stream is None else stream
    environ = os.environ if environ is None else environ
    shown = _is_terminal(stream)
    if environ.get("NO_COLOR"):
        colour = False
    elif environ.get("FORCE_COLOR", "0") not in ("", "0"):
        colour = True
    else:
        colour = shown and environ.get("TERM") != "dumb" and _understands_colour(stream)
    return Terminal(colour, _width(stream, environ) if shown else DEFAULT_WIDTH)


def colours(stream: IO[str]) -> tuple[str, ...]:
    """What :meth:`Terminal.paint` may have put into a text for ``stream``: all that we ever tell a terminal in the middle of one."""
    return (_END, *(f"\x1b[{code}m" for code in _CODES.values())) if terminal(stream).colour else ()


def _is_terminal(stream: IO[str]) -> bool:
    try:
        return stream.isatty()
    except (AttributeError, ValueError):  # replaced by something else, or closed
        return False


def _width(stream: IO[str], environ: Mapping[str, str]) -> int:
    columns = environ.get("COLUMNS", "")
    if columns.isdecimal() and int(columns) > 0:
        return int(columns)
    try:
        return os.get_terminal_size(stream.fileno()).columns or DEFAULT_WIDTH
    except (OSError, ValueError):
        return DEFAULT_WIDTH


def _understands_colour(stream: IO[str]) -> bool:
    """Whether escape codes work there. Windows' console has to be asked to understand them."""
    if sys.platform != "win32":
        return True
    import ctypes
    import msvcrt

    kernel = ctypes.windll.kernel32
    try:
        handle = msvcrt.get_osfhandle(stream.fileno())
    except (OSError, ValueError):
        return False
    mode = ctypes.c_ulong()
    if not kernel.GetConsoleMode(handle, ctypes.byref(mode)):
        return False
    return bool(kernel.SetConsoleMode(handle, mode.value | 0x0004))  # ENABLE_VIRTUAL_TERMINAL_PROCESSING


class Progress:
    """One line that says what is going on, written over itself; nothing at all where standard error is not a terminal.

    It appears only after a moment, so that what is quick does not flicker, and is gone when the block ends.
    """

    __slots__ = ("_began", "_last", "_shown", "_stream", "_terminal")

    DELAY = 0.3
    PAUSE = 0.1

    def __init__(self, stream: IO[str] | None = None, environ: Mapping[str, str] | None = None) -> None:
        stream = sys.stderr if stream is None else stream
        environ = os.environ if environ is None else environ
        # It steers the terminal, so it writes past what makes texts visible.
        self._stream = raw(stream) if _is_terminal(stream) and environ.get("TERM") != "dumb" and _understands_colour(stream) else None
        self._terminal = terminal(stream, environ)
        self._began = time.monotonic()
        self._last = 0.0
        self._shown = False

    def show(self, text: str) -> None:
        """Replaces the line by ``text``, cut to the terminal's width."""
        now = time.monotonic()
        if self._stream is None or now - self._began < self.DELAY or now - self._last < self.PAUSE:
            return
        from venvls.cli.render.cells import fitted

        line = fitted(text, self._terminal.width - 1)
        self._stream.write(f"\r\x1b[2K{self._terminal.paint(line, 'faint')}")
        self._stream.flush()
        self._last, self._shown = now, True

    def clear(self) -> None:
        """Takes the line away; call it before anything else is written."""
        if self._stream is not None and self._shown:
            self._stream.write("\r\x1b[2K")
            self._stream.flush()
            self._shown = False

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *_: object) -> None:
        self.clear()
