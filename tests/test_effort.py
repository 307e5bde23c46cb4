"""The counters that other tests stand on notice what they are there for."""

from __future__ import annotations

import re
import signal

import pytest

from tests import effort


def test_the_same_work_is_the_same_count() -> None:
    assert effort.steps(lambda: [sum(range(n)) for n in range(500)]) == effort.steps(lambda: [sum(range(n)) for n in range(500)])


def test_what_grows_with_the_square_is_noticed() -> None:
    effort.assert_even(lambda size: [number * 2 for number in range(size)], 500)
    with pytest.raises(AssertionError, match="steps for a size of 50"):
        effort.assert_even(lambda size: [a + b for a in range(size) for b in range(size)], 50)


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="no such timer")
def test_a_regular_expression_without_end_is_given_up() -> None:
    with pytest.raises(effort.Endless), effort.ends(0.2):
        re.match("(a*)*b", "a" * 60)
    with effort.ends(0.2):
        pass
