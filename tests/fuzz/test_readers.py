"""No reader fails, whatever it reads: fifty mutilated or changed texts for each in a plain run.

``VENVLS_LONG=1`` goes on for as many minutes as ``VENVLS_MINUTES`` says (ten), shared by all. The seed of a failure is in its message.
"""

from __future__ import annotations

import os
import time
from random import Random

import pytest

from tests.bounds.test_any_input import mutilated
from tests.effort import ends
from tests.fuzz.changed import changed
from tests.fuzz.readers import READERS, example
from tests.together import LONG

MINUTES = float(os.environ.get("VENVLS_MINUTES") or 10)
FIRST = int(os.environ.get("VENVLS_FIRST") or 0)
COUNT = 50


def read(name: str, seed: int) -> None:
    dice = Random(f"{name} {seed}")
    text = example(name, dice)
    text = changed(text, dice) if dice.random() < 0.4 else mutilated(text, dice)
    if dice.random() < 0.2:
        text = mutilated(text + example(name, dice), dice)
    data = text.encode(dice.choice(("utf-8", "utf-8", "utf-8", "utf-16")), "surrogatepass")
    try:
        with ends():
            READERS[name].read(data)
    except BaseException as problem:
        pytest.fail(f"seed {seed}: {problem!r}\n{data!r}"[:4_000])


@pytest.mark.parametrize("name", READERS)
def test_no_text_makes_a_reader_fail(name: str) -> None:
    seed, end = FIRST, time.monotonic() + MINUTES * 60 / len(READERS)
    while seed < FIRST + COUNT or (LONG and time.monotonic() < end):
        read(name, seed)
        seed += 1
    print(f"{name}: {seed - FIRST} texts")
