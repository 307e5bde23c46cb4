"""Standard output and error of the command line: whatever a command prints is made visible on its way out, so that none can forget.

What a program reads to the byte (a path, a shell's lines) goes past it by ``cli/exact.py``.
"""

from __future__ import annotations

import os
import sys

from venvls.model.hints import TYPE_CHECKING
from venvls.model.visible import visible

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import IO, Any


class Visible:
    """A text stream that writes only what can be seen. Of what steers a terminal only the ``colours`` stay, which are ours."""

    __slots__ = ("_colours", "_stream")

    def __init__(self, stream: IO[str], colours: tuple[str, ...]) -> None:
        self._stream, self._colours = stream, colours

    def write(self, text: str) -> int:
        """Writes ``text``, made visible."""
        return self._stream.write(self._coloured(text) if self._colours and "\x1b" in text else visible(text))

    def writelines(self, lines: Any) -> None:
        """Writes each of them."""
        for text in lines:
            self.write(text)

    def raw(self) -> IO[str]:
        """The stream itself, for what steers the terminal."""
        return self._stream

    def _coloured(self, text: str) -> str:
        import re

        pieces = re.split(f"({'|'.join(map(re.escape, self._colours))})", text)
        return "".join(piece if number % 2 else visible(piece) for number, piece in enumerate(pieces))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def raw(stream: IO[str]) -> IO[str]:
    """What is behind a stream of ours; any other is itself."""
    return stream.raw() if isinstance(stream, Visible) else stream


class visible_streams:  # noqa: N801 - read as a function; contextlib would be a hundredth of a first check
    """While a command runs, both streams are :class:`Visible`; ``colours`` gives what each of them may hold.

    A file name may also hold what their encoding cannot: that is no reason to stop.
    """

    def __init__(self, colours: Callable[[IO[str]], tuple[str, ...]]) -> None:
        self._colours = colours
        self._ours: dict[str, Visible] = {}

    def __enter__(self) -> None:
        for name in ("stdout", "stderr"):
            stream = getattr(sys, name)
            if stream is None:  # closed by whoever started this: what is said goes nowhere
                stream = open(os.devnull, "w", encoding="utf-8")
                setattr(sys, name, stream)
            if isinstance(stream, Visible):
                continue
            if (reconfigure := getattr(stream, "reconfigure", None)) is not None:
                reconfigure(errors="backslashreplace")
            self._ours[name] = Visible(stream, self._colours(stream))
            setattr(sys, name, self._ours[name])

    def __exit__(self, *failure: object) -> None:
        for name, made in self._ours.items():
            if getattr(sys, name) is made:  # else the command put something there itself
                setattr(sys, name, made.raw())
