"""Texts at which a reader failed once."""

from __future__ import annotations

import pytest

from tests.fuzz.readers import READERS

_PDM = '[metadata]\nlock_version = "{}"\ngroups = ["default"]\n'
_PACKAGE = '[[package]]\nname = "p0"\nversion = {}\ngroups = ["default"]\n'
FOUND = {
    "a digit that is no number": ("pdm.lock", _PDM.format("4\N{SUPERSCRIPT TWO}.5.0") + _PACKAGE.format('"1"')),
    "a list as a version": ("pdm.lock", _PDM.format("4.5.0") + _PACKAGE.format('["1"]') + _PACKAGE.format('"2"')),
    "the only version is a list": ("pdm.lock", _PDM.format("4.5.0") + _PACKAGE.format('["1"]')),
}


@pytest.mark.parametrize(("name", "text"), FOUND.values(), ids=FOUND)
def test_no_reader_fails_there_again(name: str, text: str) -> None:
    READERS[name].read(text.encode())
