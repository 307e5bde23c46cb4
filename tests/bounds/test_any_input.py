"""Whatever is in the files of a project, it is judged: mutilated manifests and locks of every format, five hundred in a plain run.

``VENVLS_LONG=1`` goes on for as many minutes as ``VENVLS_MINUTES`` says (ten). The seed of a failure is in its message.
"""

from __future__ import annotations

import os
import time
from random import Random

import pytest

from tests.bounds.judged import judged
from tests.bounds.shapes import CAPPED, LINEAR, Tree
from tests.effort import ends

LONG = bool(os.environ.get("VENVLS_LONG"))
MINUTES = float(os.environ.get("VENVLS_MINUTES") or 10)
SEED = int(os.environ.get("VENVLS_SEED") or 0)
SHAPES = {**LINEAR, **CAPPED}
PIECES = (
    *("\0", "\r", "\n", "\r\n", "\ufeff", "\u2028", "\x85", "\x0c", "\t", " ", "\\", "\\\n", "é", "\U0001f40d", "\ud800", "\udcff"),
    *('"', "'", '"""', "'''", "[", "]", "[[", "]]", "{", "}", "{[", "(", ")", "<", ">", "=", "==", "===", "~="),
    *("!=", ":", ";", ",", ".", "..", "-", "--"),
    *("#", "//", "@", "&a", "*a", "!!", "|", ">-", "%", "${X}", "%(x)s", "{env:X}", "{posargs}", "**", "*", "?", "+"),
    *("0", "1e999", "9" * 400, "-1", "nan", "inf"),
    *("true", "null", "~", "<<: *a", "<<<<<<< ours", "=======", "-r ", "-c ", "-e ", "--hash=", "file:", "file:///", "git+https://u:p@h/r@x#egg=y"),
    *("python_version", "extra", "in", "not in", " and ", " or ", "os_name == ''", "1970-01-01", "1970-01-01T00:00:00Z", "0x", "a" * 3_000),
)  # fmt: skip


def mutilated(text: str, dice: Random) -> str:
    """A text with a few things done to it that editors, merges, tools and people do."""
    for _ in range(dice.choice((1, 1, 2, 5))):
        start = dice.randrange(len(text) + 1)
        end = min(len(text), start + dice.choice((0, 0, 1, 2, 10, 200)))
        what = dice.randrange(6)
        if what == 0:
            text = text[:start] + text[end:]
        elif what == 1:
            text = text[:start]
        elif what == 2:
            text = text[:start] + text[start:end] * dice.choice((2, 3, 50)) + text[end:]
        elif what == 3:
            other = dice.randrange(len(text) + 1)
            text = text[:start] + text[other : other + 60] + text[start:]
        else:
            text = text[:start] + dice.choice(PIECES) + text[end:]
    return text


def files(seed: int) -> dict[str, str | bytes]:
    """The mutilated files of some shape; some of them are no text at all."""
    dice = Random(seed)
    tree: Tree = SHAPES[dice.choice(sorted(SHAPES))](dice.choice((1, 2, 3, 7)))
    names = sorted(tree)
    out: dict[str, str | bytes] = dict(tree)
    for name in dice.sample(names, min(len(names), dice.choice((1, 1, 2)))):
        text = mutilated(tree[name], dice)
        encoding = dice.choice(("utf-8", "utf-8", "utf-8", "utf-8", "utf-16", "latin-1"))
        out[name] = text.encode(encoding, "surrogatepass" if encoding != "latin-1" else "replace")
    return out


def judge(seed: int) -> None:
    tree = files(seed)
    try:
        with ends():
            judged(tree)
    except BaseException as problem:
        pytest.fail(f"seed {seed}: {problem!r}\n{tree!r}"[:4_000])


def test_any_files_are_judged() -> None:
    first = SEED * 1_000_000
    if not LONG:
        for seed in range(first, first + 500):
            judge(seed)
        return
    seed, end = first, time.monotonic() + MINUTES * 60
    while time.monotonic() < end:
        judge(seed)
        seed += 1
    print(f"{seed - first} projects were judged")
