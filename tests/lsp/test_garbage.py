"""What refers to itself in a circle does not stay until much more was made."""

from __future__ import annotations

import gc
import time
import weakref
from collections.abc import Iterator

import pytest

from tests.memory_tree import MemoryFiles
from venvls.lsp import garbage
from venvls.lsp.garbage import Garbage
from venvls.lsp.polling import Poller


@pytest.fixture
def circle() -> Iterator[weakref.ref[object]]:
    """A circle that nobody has but itself; Python's own looks are off."""

    class Link:
        own: object = None

    gc.collect()
    gc.disable()
    link = Link()
    link.own = link
    known: weakref.ref[object] = weakref.ref(link)
    del link
    yield known
    gc.enable()


def test_it_is_given_back_after_a_minute_and_not_before(circle: weakref.ref[object], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(garbage, "MOST", 10**9)
    times = [0.0, 59.0, 60.0]
    collector = Garbage(lambda: times.pop(0))
    collector.collect()
    assert circle() is not None
    collector.collect()
    assert circle() is None


def test_nothing_waits_for_a_look_at_very_many_objects(circle: weakref.ref[object], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(garbage, "MOST", 0)
    times = [0.0, 60.0]
    Garbage(lambda: times.pop(0)).collect()
    assert circle() is not None


def test_who_looks_at_the_disk_gives_it_back(circle: weakref.ref[object], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(garbage, "MOST", 10**9)
    monkeypatch.setattr(garbage, "SECONDS", 0.0)
    poller = Poller(lambda paths: None, lambda result: None, seconds=0.01)
    poller.watch(MemoryFiles({"/p/a.txt": ""}), ["/p/a.txt"])
    end = time.monotonic() + 60
    while circle() is not None and time.monotonic() < end:
        time.sleep(0.01)
    assert circle() is None


def test_nobody_looks_while_a_workspace_is_looked_at_whole_nor_later_at_very_much_that_stays(circle: weakref.ref[object]) -> None:
    gc.enable()
    before, frozen = gc.get_threshold(), gc.get_freeze_count()
    with garbage.much_is_made(lambda: False):
        made = [[number] for number in range(20 * before[0])]
        assert circle() is not None
    assert (gc.get_threshold(), gc.get_freeze_count()) == (before, frozen)
    try:
        with garbage.much_is_made(lambda: True):
            pass
        assert gc.get_freeze_count() > frozen + len(made)
    finally:
        gc.unfreeze()
