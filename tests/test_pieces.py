"""Pieces of the standard library are what they are there, for all that venvls does with them."""

from __future__ import annotations

import collections.abc
import functools
import importlib
import operator
import types

import pytest

from venvls.model import pieces


def test_they_are_the_standard_librarys_own() -> None:
    assert pieces.Mapping is collections.abc.Mapping and pieces.MappingProxyType is types.MappingProxyType
    assert (pieces.is_, pieces.not_) == (operator.is_, operator.not_)
    assert pieces.import_module(".names", "venvls.model") is importlib.import_module(".names", "venvls.model")
    with pytest.raises(ModuleNotFoundError, match="no_such_module"):
        pieces.import_module(".no_such_module", "venvls.model")


def test_answers_are_kept_and_the_oldest_let_go() -> None:
    asked: list[tuple[int, ...]] = []

    def double(number: int, times: int = 2) -> int:
        """Twice as much."""
        asked.append((number, times))
        return number * times

    ours, theirs = pieces.lru_cache(maxsize=2)(double), functools.lru_cache(maxsize=2)(double)
    for kept in (ours, theirs):
        asked.clear()
        answers = [kept(1), kept(1), kept(2), kept(3), kept(1), kept(3), kept(3, times=3)]
        assert answers == [2, 2, 4, 6, 2, 6, 9] and asked == [(1, 2), (2, 2), (3, 2), (1, 2), (3, 3)]
        kept.cache_clear()
        assert kept(3) == 6 and asked[-1] == (3, 2)
        assert (kept.__name__, kept.__doc__, kept.__wrapped__, kept.__module__) == ("double", "Twice as much.", double, __name__)
    assert tuple(ours.cache_info()) == tuple(theirs.cache_info())
