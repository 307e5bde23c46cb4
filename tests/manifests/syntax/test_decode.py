"""Bytes become text as in pip, and where pip would guess or fail there is a problem at the line."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from venvls.manifests.syntax.decode import decode


@pytest.mark.parametrize(
    ("data", "text", "bom"),
    [
        (b"a==1\n", "a==1\n", False),
        ("# ö\na".encode(), "# ö\na", False),
        (b"", "", False),
        (codecs.BOM_UTF8 + b"a", "a", True),
        (codecs.BOM_UTF16_LE + "aö".encode("utf-16-le"), "aö", True),
        (codecs.BOM_UTF16_BE + "a".encode("utf-16-be"), "a", True),
        (codecs.BOM_UTF32_LE + "a".encode("utf-32-le"), "a", True),
        (codecs.BOM_UTF32_BE + "a".encode("utf-32-be"), "a", True),
        (b"# -*- coding: latin-1 -*-\n# \xf6\na", "# -*- coding: latin-1 -*-\n# ö\na", False),
        (b"\n# coding=cp1252\n# \x80", "\n# coding=cp1252\n# €", False),
    ],
)
def test_what_pip_reads(data: bytes, text: str, bom: bool) -> None:
    decoded = decode(data)
    assert (decoded.text, decoded.bom, decoded.problem) == (text, bom, None)


@pytest.mark.parametrize(
    ("data", "shown", "sentence"),
    [
        (b"flask\n# gr\xf6\xdfer\nx\n", "# größer", "not UTF-8"),
        (b"# coding: nonsense\nflask\n", "nonsense", "not a known encoding"),
        (b"# coding: ascii\n# \xc3\xb6\n", "ascii", "not ascii"),
        (b"# coding: punycode\nflask\n", "punycode", "not a known encoding"),
        (b"# coding: zlib\nx", "zlib", "not a known encoding"),
        ("flask\nx\n".encode("utf-16-le"), "flask", "UTF-16 without a byte order mark"),
        ("flask\nx\n".encode("utf-16-be"), "flask", "UTF-16 without"),
        (b"flask\nx\x00y\n", "\x00", "NUL"),
        (codecs.BOM_UTF16_LE + b"a\x00b", "a\ufffd", "not UTF-16"),
    ],
)
def test_what_pip_cannot_read(data: bytes, shown: str, sentence: str) -> None:
    decoded = decode(data)
    assert decoded.problem is not None
    assert decoded.problem.code == "invalid-manifest"
    assert sentence in decoded.problem.message
    span = decoded.problem.span
    assert shown in decoded.text[span.start : span.end]


@given(
    st.binary(max_size=200)
    | st.builds(
        lambda name, rest: b"# coding: " + name + b"\n" + rest, st.from_regex(rb"[-\w.]{1,12}", fullmatch=True), st.binary(max_size=40)
    )
)
def test_never_an_exception(data: bytes) -> None:
    decoded = decode(data)
    if decoded.problem:
        assert 0 <= decoded.problem.span.start <= decoded.problem.span.end <= len(decoded.text)
