"""Text of strangers as Markdown that shows it and does nothing else (threat T21): no links, no commands, no images, no HTML."""

from __future__ import annotations

import re

_STEERS = re.compile(r"[\\`*\[\]<&~|]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|\A[#>+=-]")
_BECOMES_A_LINK = re.compile(r"(?i)://|www\.|@|mailto:|xmpp:|command:")
_PARTS_OF_A_LINK = re.compile(r"([.:/@])")
_STEERING = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp", "Co"})
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
_HTTPS = re.compile(r"https://[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+(?::\d{1,5})?(?:/[A-Za-z0-9._~/%+?=&#-]*)?")


def escaped(text: str) -> str:
    """``text`` on one line, every character that Markdown reads as more than itself escaped; addresses do not become links."""
    line = _STEERS.sub(r"\\\g<0>", plain(text))
    return _PARTS_OF_A_LINK.sub(r"\\\1", line) if _BECOMES_A_LINK.search(line) else line


def plain(text: str) -> str:
    """``text`` on one line, without characters that steer what shows it: controls, and those that turn the direction of writing."""
    import unicodedata

    line = " ".join(text.split())
    if line.isascii() and line.isprintable():
        return line
    return "".join(_REPLACEMENT if unicodedata.category(each) in _STEERING else each for each in line)


def web_address(text: str) -> str | None:
    """``text`` where it is a plain ``https`` address that can be in a link; ``None`` for every other."""
    return text if _HTTPS.fullmatch(text) else None


def link(text: str) -> str:
    """A plain ``https`` address as a link; anything else as text."""
    address = web_address(text)
    return f"[{escaped(address)}](<{address}>)" if address is not None else escaped(text)
