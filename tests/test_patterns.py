"""The patterns that are kept compiled are what this Python's own ``re`` makes of them."""

from __future__ import annotations

import re
from importlib import import_module

import pytest

from tests import patterns
from venvls.model.patterns import re as quick


@pytest.mark.parametrize("pattern", patterns.wanted(), ids=repr)
def test_a_kept_pattern_is_the_one_that_re_makes(pattern: str | bytes) -> None:
    # Two patterns are equal where their text, their flags and their code are.
    assert quick.compile(pattern) == re.compile(pattern)
    assert dict(quick.compile(pattern).groupindex) == dict(re.compile(pattern).groupindex)


def test_what_is_kept_is_what_this_python_makes() -> None:
    file = patterns.place()
    if file is None:  # a newer Python's engine may be another one: then ``re`` compiles all of them
        return
    kept = import_module(f"venvls.model.patterns.{file.stem}").PATTERNS
    assert len(kept) > 20
    for pattern, made in kept.items():
        assert made == patterns.compiled(pattern), f"{pattern!r}: run `python tests/patterns.py`"


def test_any_other_pattern_is_compiled_as_ever() -> None:
    assert quick.compile("(?P<a>x)|y", re.IGNORECASE) == re.compile("(?P<a>x)|y", re.IGNORECASE)
    assert quick.compile("never kept") == re.compile("never kept")
    assert quick.sub("a+", "b", "caat") == "cbt"
    with pytest.raises(re.error):
        quick.compile("(")
