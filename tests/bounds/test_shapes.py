"""Whatever a project is made of, judging it is work that grows with its size and no faster. Counted, not timed.

What happens inside one line of Python (a pattern, a search) cannot be counted: with ``VENVLS_LONG=1`` projects are so large that it shows.
"""

from __future__ import annotations

import os

import pytest

from tests.bounds.judged import judged
from tests.bounds.shapes import CAPPED, LINEAR
from tests.effort import assert_even, ends, steps

LONG = bool(os.environ.get("VENVLS_LONG"))
UNCOUNTED = ("doubling names",)
"""Cut off where counting what is left takes long: these only end."""
SIZES = {
    "includes that lead nowhere": 150,
    "conditional needs": 100,
    "sources for a group": 300,
    "Pythons of groups": 300,
    "one package required often, from many sources": 150,
    "members of a lock": 150,
    "members of a lock and its root": 150,
}
"""Where little is done for each, its square shows late."""
OF_MANY_FILES = ("members", "members of a lock", "members of a lock and its root")


@pytest.mark.parametrize("name", LINEAR)
def test_work_grows_with_the_project(name: str) -> None:
    assert_even(lambda size: judged(LINEAR[name](size)), SIZES.get(name, 20))
    if LONG:
        with ends():
            judged(LINEAR[name](1_000 if name in OF_MANY_FILES else 4_000))


@pytest.mark.parametrize("name", CAPPED)
def test_what_would_double_is_cut_off(name: str) -> None:
    shape = CAPPED[name]
    with ends():
        judged(shape(60))
    if name not in UNCOUNTED:
        most = max(steps(lambda size=size: judged(shape(size))) for size in (12, 24))
        assert steps(lambda: judged(shape(48))) <= 4.5 * most + 2_000
