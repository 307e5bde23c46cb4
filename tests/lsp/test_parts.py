"""The parts that need no server: framing, URIs, documents, the poller, the worker."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from venvls.host.files import DiskFiles
from venvls.lsp import uris
from venvls.lsp.documents import Documents
from venvls.lsp.encode import overlaps, wanted_kind
from venvls.lsp.framing import Framing, MalformedError, frame
from venvls.lsp.polling import Poller
from venvls.lsp.worker import Worker
from venvls.model.text import width


@given(st.lists(st.binary(max_size=60), max_size=5), st.lists(st.integers(1, 40), min_size=1, max_size=8))
def test_messages_come_whole_however_the_stream_is_cut(bodies: list[bytes], cuts: list[int]) -> None:
    stream, framing, found = b"".join(map(frame, bodies)), Framing(), []
    at, turn = 0, 0
    while at < len(stream):
        step = cuts[turn % len(cuts)]
        found += framing.feed(stream[at : at + step])
        at, turn = at + step, turn + 1
    assert found == bodies and framing.idle


@given(st.binary(min_size=1, max_size=200))
def test_any_bytes_are_a_beginning_or_malformed(data: bytes) -> None:
    framing = Framing()
    try:
        framing.feed(data)
    except MalformedError as error:
        assert str(error)


def test_a_header_without_end_is_malformed_before_it_fills_the_memory() -> None:
    framing = Framing()
    with pytest.raises(MalformedError):
        for _ in range(10_000):
            framing.feed(b"X-Long: " if _ == 0 else b"y" * 100)


@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=30))
def test_a_path_survives_its_uri(name: str) -> None:
    path = os.path.normpath(os.path.join(os.path.abspath(os.sep), "folder", name.replace("\\", "_")))
    assert uris.to_path(uris.from_path(path)) == path


@pytest.mark.skipif(os.name == "nt", reason="file names are bytes on POSIX only")
def test_a_name_that_is_no_utf8_survives_its_uri() -> None:
    path = os.fsdecode(b"/folder/\xff\xfe.txt")
    assert uris.to_path(uris.from_path(path)) == path


@pytest.mark.parametrize("uri", ["untitled:x", "", "file:", "http://[", "file:///a%00b", "vscode-vfs://github/x"])
def test_what_is_no_file_has_no_path(uri: str) -> None:
    assert uris.to_path(uri) is None


LINES = st.lists(st.text(st.sampled_from("ab \U0001f600é\f\u2028\x85"), max_size=5), max_size=5)
ENDS = st.sampled_from(["\n", "\r\n", "\r"])


@given(LINES, ENDS, st.sampled_from(["utf-8", "utf-16", "utf-32"]), st.data())
def test_an_incremental_change_is_the_change_of_the_whole_text(lines: list[str], end: str, units: str, data: st.DataObject) -> None:
    before = end.join(lines)
    first = data.draw(st.integers(0, len(before)))
    last = data.draw(st.integers(first, len(before)))
    if before[first - 1 : first + 1] == "\r\n" or before[last - 1 : last + 1] == "\r\n":
        return  # No position lies inside a line end.

    def position(offset: int) -> SimpleNamespace:
        head = before[:offset].replace("\r\n", "\n").replace("\r", "\n").split("\n")
        return SimpleNamespace(line=len(head) - 1, character=width(head[-1], units))

    path = Path(os.path.abspath(os.sep)) / "x"
    documents = Documents()
    documents.units = units
    documents.open(SimpleNamespace(uri=path.as_uri(), version=1, text=before))
    change = SimpleNamespace(range=SimpleNamespace(start=position(first), end=position(last)), text="new")
    document = documents.change(SimpleNamespace(uri=path.as_uri(), version=2), [change])
    assert document is not None and document.text.source == before[:first] + "new" + before[last:]


def test_a_document_keeps_the_editors_spelling() -> None:
    documents = Documents()
    uri = "file:///C%3A/x/requirements.txt" if os.name == "nt" else "file:///x/requirements%2Etxt"
    document = documents.open(SimpleNamespace(uri=uri, version=1, text=""))
    assert document is not None and documents.uri(document.path) == uri


def test_polling_sees_what_changed_and_nothing_else(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    first.write_text("1")
    poller = Poller(lambda paths: None, lambda found: None, seconds=3600)
    poller.watch(DiskFiles(), [str(first), str(second)])
    assert poller.look() == set()
    second.write_text("new")
    # Naming the same paths again must not forget that one of them changed.
    poller.watch(DiskFiles(), [str(first), str(second)])
    assert poller.look() == {str(second)}
    first.unlink()
    assert poller.look() == {str(first)} and poller.look() == set()


def test_urgent_work_goes_before_patient_work_and_into_its_pauses() -> None:
    worker, order, going = Worker(), [], threading.Event()

    def long() -> None:
        going.set()
        started.wait(120)
        worker.breathe()
        order.append("long")

    started = threading.Event()
    first = worker.patient(long)
    going.wait(120)
    last = worker.patient(lambda: order.append("patient"))
    worker.urgent(lambda: order.append("urgent"))
    started.set()
    first.result(120)
    last.result(120)
    assert order == ["urgent", "long", "patient"]


def test_a_job_that_fails_or_exits_ends_neither_worker_nor_process() -> None:
    worker = Worker()

    def leave() -> None:
        raise SystemExit(1)

    with pytest.raises(RuntimeError):
        worker.urgent(leave).result(120)
    with pytest.raises(ZeroDivisionError):
        worker.urgent(lambda: 1 // 0).result(120)
    assert worker.urgent(lambda: 5).result(120) == 5


@pytest.mark.parametrize(
    ("kind", "only", "wanted"),
    [
        ("quickfix", None, True),
        ("quickfix", [], False),
        ("quickfix", [""], True),
        ("source.a", ["source"], True),
        ("sourcex", ["source"], False),
    ],
)
def test_kinds_are_a_hierarchy(kind: str, only: list[str] | None, wanted: bool) -> None:
    assert wanted_kind(kind, only) is wanted


def test_ranges_that_touch_overlap() -> None:
    def at(first: int, last: int) -> dict[str, dict[str, int]]:
        return {"start": {"line": 0, "character": first}, "end": {"line": 0, "character": last}}

    assert overlaps(at(0, 3), at(3, 3)) and not overlaps(at(0, 3), at(4, 9))
