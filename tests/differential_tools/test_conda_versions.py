"""conda's order of versions and its specifiers, against rattler: the library that pixi stands on."""

from __future__ import annotations

import random

import pytest

from tests.differential_tools import conda_tools
from tests.differential_tools.agreements import record
from venvls.standards.conda_versions import fits

ASK = """
import json, sys
from rattler import Version, VersionSpec
out = []
for specifier, version in json.load(sys.stdin):
    try:
        out.append(VersionSpec(specifier).matches(Version(version)))
    except Exception:
        out.append(None)
print(json.dumps(out))
"""
VERSIONS = (
    "1", "1.0", "1.0.0", "1.1", "1.2", "1.2.0", "1.2.3", "1.10", "0.4", "0.4.1", "0.10", "2.0", "2.0a1", "2.0rc1", "2.0.post1", "2.0.dev1",
    "1.1.1", "1.1.1a", "1.1.1w", "9e", "9f", "2023.12.25", "1!0.5", "3.1", "3.11.9", "11.8", "12.4.127", "4.0.0b2", "2.38", "1.26.4",
)  # fmt: skip
OPERATORS = ("=", "==", "!=", ">=", "<=", "<", ">", "~=", "")


@pytest.mark.network
def test_versions_and_specifiers() -> None:
    chance = random.Random(20)

    def clause() -> str:
        operator, version = chance.choice(OPERATORS), chance.choice(VERSIONS)
        return f"{operator}{version}.*" if operator in ("", "!=") and chance.random() < 0.3 else operator + version

    def specifier() -> str:
        text = ",".join(clause() for _ in range(chance.choice((1, 1, 2))))
        return f"{text}|{clause()}" if chance.random() < 0.2 else text

    pairs = [(specifier(), chance.choice(VERSIONS)) for _ in range(5_000)]
    answers = conda_tools.asked(conda_tools.rattler(), ASK, pairs)
    different = [
        (*pair, theirs)
        for pair, theirs in zip(pairs, answers, strict=True)
        if theirs is not None and (ours := fits(*pair)) is not None and ours is not theirs
    ]
    record("conda", "specifiers against rattler", f"{len(pairs)} pairs", not different)
    assert different == []
