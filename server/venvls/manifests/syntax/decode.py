"""Bytes of a manifest as text, in pip's way, and a problem where pip would stumble or guess.

Source: pip ``req/req_file.py`` (``BOMS``, ``PEP263_ENCODING_RE``, ``_decode_req_file``). pip's last resort is the machine's own
encoding; ours is latin-1, which is the same everywhere, with a problem at the line that made it necessary.
"""

from __future__ import annotations

from venvls.model.manifest import Problem
from venvls.model.patterns import re
from venvls.model.record import NamedTuple
from venvls.model.text import Span, Text

_CODE = "invalid-manifest"
_BOMS = (
    # UTF-32 first: its little-endian mark begins with UTF-16's.
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
_CODING = re.compile(rb"coding[:=]\s*([-\w.]+)")
_SLOW = frozenset(("idna", "punycode"))  # quadratic, and nobody writes files in them


class Decoded(NamedTuple):
    """A text, how it was encoded, what is wrong with that, and whether it began with a byte order mark (which is not in ``text``)."""

    text: str
    encoding: str
    problem: Problem | None
    bom: bool


def decode(data: bytes, default: str = "utf-8") -> Decoded:
    """The text of a file. Never fails: what cannot be read is read as latin-1 and said in ``problem``."""
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _with(data[len(mark) :], encoding, bom=True)
    declared = _declared(data)
    if declared is not None:
        return _as_declared(data, *declared)
    if b"\x00" in data and (guessed := _utf16_without_mark(data)):
        text = data.decode(guessed, "replace")
        message = "the file is UTF-16 without a byte order mark, which pip cannot read; save it as UTF-8"
        return Decoded(text, guessed, Problem(_CODE, message, _line(text, 0)), False)
    return _with(data, default, bom=False)


def _with(data: bytes, encoding: str, *, bom: bool) -> Decoded:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        if encoding.startswith(("utf-16", "utf-32")):
            text = data.decode(encoding, "replace")
            offset = max(0, text.find("�"))
            problem = Problem(_CODE, f"this is not {encoding[:6].upper()}, although the file's first bytes say so", _line(text, offset))
            return Decoded(text, encoding, problem, bom)
        text = data.decode("latin-1")
        named = encoding.upper()
        problem = Problem(_CODE, f"this line is not {named}; save the file as UTF-8", _line(text, error.start))
        return Decoded(text, "latin-1", problem, bom)
    return Decoded(text, encoding, _nul(text), bom)


def _declared(data: bytes) -> tuple[str, int, int] | None:
    """The coding line of PEP 263: the name, and where it is, in bytes."""
    begin = 0
    for _ in range(2):
        end = data.find(b"\n", begin)
        line = data[begin:] if end < 0 else data[begin:end]
        # A line of a hundred thousand characters is not a coding line.
        if line[:1] == b"#" and (match := _CODING.search(line[:1000])):
            return match[1].decode("ascii", "replace"), begin + match.start(1), begin + match.end(1)
        if end < 0:
            return None
        begin = end + 1
    return None


def _as_declared(data: bytes, name: str, start: int, end: int) -> Decoded:
    import codecs

    try:
        codec = codecs.lookup(name).name
        text = None if codec in _SLOW else data.decode(name)
    except LookupError:
        text = None
    except (UnicodeError, ValueError) as error:
        text, encoding = _guess(data)
        offset = error.start if isinstance(error, UnicodeDecodeError) and encoding == "latin-1" else start
        return Decoded(text, encoding, Problem(_CODE, f"this line is not {name}, although the file says so", _line(text, offset)), False)
    if text is None:
        text, encoding = _guess(data)
        return Decoded(text, encoding, Problem(_CODE, f"`{name}` is not a known encoding", Span(start, end)), False)
    return Decoded(text, codec, _nul(text), False)


def _guess(data: bytes) -> tuple[str, str]:
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return data.decode("latin-1"), "latin-1"


def _utf16_without_mark(data: bytes) -> str | None:
    """Latin text in UTF-16 has a NUL in every second byte, and on one side only."""
    head = data[:2000]
    even, odd = head[0::2].count(0), head[1::2].count(0)
    half = len(head) // 2
    if half and odd > 0.7 * half and even < 0.1 * half:
        return "utf-16-le"
    if half and even > 0.7 * half and odd < 0.1 * half:
        return "utf-16-be"
    return None


def _nul(text: str) -> Problem | None:
    offset = text.find("\x00")
    if offset < 0:
        return None
    return Problem(_CODE, "there is a NUL character here: the file is damaged, or not a text file", Span(offset, offset + 1))


def _line(text: str, offset: int) -> Span:
    """The line around an offset, at least one character wide."""
    index = Text(text)
    line = index.position(offset, "utf-32").line
    start = index.starts[line]
    return Span(start, min(len(text), max(start + 1, start + len(index.line(line)))))
