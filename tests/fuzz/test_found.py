"""Texts at which a reader failed once."""

from __future__ import annotations

import re

import pytest

from tests.fuzz import trees
from tests.fuzz.readers import READERS

_PDM = '[metadata]\nlock_version = "{}"\ngroups = ["default"]\n'
_PACKAGE = '[[package]]\nname = "p0"\nversion = {}\ngroups = ["default"]\n'
FOUND = {
    "a digit that is no number": ("pdm.lock", _PDM.format("4\N{SUPERSCRIPT TWO}.5.0") + _PACKAGE.format('"1"')),
    "a list as a version": ("pdm.lock", _PDM.format("4.5.0") + _PACKAGE.format('["1"]') + _PACKAGE.format('"2"')),
    "a key of a mapping that no mapping has": ("environment", "import __editable___a_1_finder\nMAPPING: dict[str, str] = {[]: '/s/a'}"),
    "the only version is a list": ("pdm.lock", _PDM.format("4.5.0") + _PACKAGE.format('["1"]')),
}


@pytest.mark.parametrize(("name", "text"), FOUND.values(), ids=FOUND)
def test_no_reader_fails_there_again(name: str, text: str) -> None:
    READERS[name].read(text.encode())


@pytest.mark.parametrize("revision", ['["2"]', '" "', "{ a = 1 }", "1.5"])
def test_a_lock_of_no_whole_revision_is_not_compared(revision: str) -> None:
    example = next(
        text for text in trees.examples() if text.startswith("stale-lock/settings-of-a-build-backend\n") and "/uv.lock\n" in text
    )
    trees.read(re.sub(r"revision = \d", f"revision = {revision}", example).encode())
