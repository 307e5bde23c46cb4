"""METADATA, PKG-INFO, requires.txt, direct_url.json, RECORD: read as importlib.metadata reads them, whatever stands in them."""

from __future__ import annotations

import importlib.metadata
from email import message_from_string
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packaging.requirements import Requirement

from venvls.host.eggs import read_egg_requires
from venvls.host.recorded import every_need, read_direct_url, read_metadata, read_record
from venvls.model.environment import Metadata
from venvls.model.names import canonical


def read(data: bytes | None) -> Metadata:
    return read_metadata(data, "METADATA", "key", "9")


def test_the_fields() -> None:
    data = (
        b"Metadata-Version: 2.1\nName: Foo_Bar\nversion: 1.0\nSummary: about\n        Requires-Dist: not-one\nREQUIRES-DIST: a>=1\n"
        b"Requires-Dist: b (>=2)\n ; python_version < '3'\nProvides-Extra: Some_Extra\nRequires-Python: >=3.8\nDescription: x\n        \n"
        b"        Name: other\nRequires-Dist: c\n\nRequires-Dist: in-the-body\nName: body\n"
    )
    for ends in (data, data.replace(b"\n", b"\r\n")):
        assert read(ends) == Metadata("Foo_Bar", "1.0", ("a>=1", "b (>=2) ; python_version < '3'", "c"), ("some-extra",), ">=3.8")


@pytest.mark.parametrize(
    ("data", "said", "name"),
    [
        (None, "missing", "key"), (b"", "empty", "key"), (b" \n\n ", "empty", "key"),
        (b"Name: a\nVersion: 1\nAuthor: \xe9\n", "not UTF-8", "a"),
        (b"\xef\xbb\xbfName: a\nVersion: 1\n", "byte order mark", "a"), (b"Version: 1\n", "does not give its name", "key"),
        (b"Name: a\n", "does not give its version", "a"), (b"\nName: a\nVersion: 1\n", "does not give its name", "key"),
        (b"\0" * 100, "does not give its name", "key"), (b"garbage\nName: a\nVersion: 1\n", "does not give its name", "key"),
        (b"Name:\nVersion:\n", "does not give its name", "key"), (b"<html>: x\n", "does not give its name", "key"),
    ],
)  # fmt: skip
def test_a_broken_file_is_said_and_the_rest_read(data: bytes | None, said: str, name: str) -> None:
    found = read(data)
    assert said in (found.problem or "")
    assert "METADATA" in (found.problem or "")
    assert found.name == name


FIELDS = ["Name", "Version", "Requires-Dist", "Provides-Extra", "Requires-Python", "name", "Summary", "X", "Requires-Dist "]
LINES = st.one_of(
    st.builds(lambda name, value: f"{name}: {value}", st.sampled_from(FIELDS), st.sampled_from(["a", "", " b ", "c: d", "e\t"])),
    st.sampled_from(["", " continued", "\tcontinued", " ", "no colon", "no colon: really", ": x"]),
)


@settings(derandomize=True, max_examples=500, deadline=None)
@given(st.lists(LINES, max_size=12), st.sampled_from(["\n", "\r\n"]))
def test_headers_end_where_pythons_own_parser_says(lines: list[str], ends: str) -> None:
    text = ends.join(lines)
    message = message_from_string(text)
    expected = [" ".join(value.split()) for value in message.get_all("Requires-Dist", [])]
    assert [" ".join(one.split()) for one in read(text.encode()).requires] == expected, text


def test_what_many_need_is_read_at_once() -> None:
    files = [f"Metadata-Version: 2.1\nName: {name}\nRequires-Dist: {name}-core>=1 \nRequires-Dist: all\n" for name in "abc"]
    whole = [f"{file}\nRequires-Dist: in-the-body\n".encode() for file in files]
    assert every_need([whole, [b"Metadata-Version: 2.1\nRequires-Dist: d"]]) == {"a-core>=1", "b-core>=1", "c-core>=1", "all", "d"}
    for unusual in (b"Requires-Dist: a\n ; os_name == 'x'\n", b"requires-dist: a\n", b"X: y\r\n\r\n", b"no field\nName: x\n", b"\n", b""):
        assert every_need([[whole[0]], [unusual, whole[1]]]) is None
    assert every_need([whole, [None]]) is None


@settings(derandomize=True, max_examples=150, deadline=None)
@given(st.lists(st.lists(LINES, max_size=5).map("\n".join), min_size=1, max_size=3))
def test_what_is_read_at_once_is_what_each_says(texts: list[str]) -> None:
    files = [text.encode() for text in texts]
    together = every_need([files[:1], files[1:]])
    assert together is None or together == {line for file in files for line in read(file).requires}


@pytest.mark.parametrize(
    "text",
    [
        "a\nb>=1\n", "[x]\na\n", "[:python_version < '3']\na\n",
        "[x:os_name == 'nt' or os_name == 'posix']\na\nb @ https://x/y\n\n[z]\nc[d]\n",
        "a @ file:///x\n\n[dev:]\nb\n", "", "\n\n", "[]\na\n",
    ],
)  # fmt: skip
def test_egg_requirements_as_importlib_metadata_means_them(tmp_path: Path, text: str) -> None:
    folder = tmp_path / "foo.egg-info"
    folder.mkdir()
    (folder / "PKG-INFO").write_text("Metadata-Version: 1.0\nName: foo\nVersion: 1\n")
    (folder / "requires.txt").write_text(text)
    [one] = importlib.metadata.distributions(path=[str(tmp_path)])
    requires, _ = read_egg_requires(text.encode())
    assert [str(Requirement(line)) for line in requires] == [str(Requirement(line)) for line in one.requires or ()]


def test_egg_extras() -> None:
    assert read_egg_requires(b"[Some_X:os_name == 'nt']\na\n[some-x]\nb\n[:os_name=='nt']\nc\n[only]\n")[1] == ("some-x", "only")


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"{}", b'{"url": 1}', b"\xff", b'{"url": null}', b"[" * 100_000, None])
def test_direct_urls_that_are_none(data: bytes | None) -> None:
    assert read_direct_url(data) is None


def test_direct_urls() -> None:
    found = read_direct_url(
        b'{"url": "file:///x", "dir_info": {"editable": true}, "vcs_info": 3,'
        b' "archive_info": {"hash": "sha256=a", "hashes": {"sha256": "a", "md5": "b"}}}'
    )
    assert found is not None
    assert (found.url, found.editable, found.vcs, found.hashes) == ("file:///x", True, None, ("sha256=a", "md5=b"))


def test_records() -> None:
    assert read_record(None) is None
    assert read_record(b"a,b,c\r\n\r\nd\n") == ("a", "d")
    assert read_record(b'"a,b",x,1\n') == ("a,b",)
    assert len(read_record(b"a,,\n" * 100, 10) or ()) == 10


@settings(derandomize=True, deadline=None)
@given(st.text(alphabet="aB-_.0", min_size=1))
def test_names_are_normalised_as_pep_503_says(name: str) -> None:
    import re

    assert canonical(name) == re.sub(r"[-_.]+", "-", name).lower()
