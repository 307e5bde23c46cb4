"""Which tools refuse a pyproject.toml for what only TOML 1.1 allows: what the rule says of them, on the Python that runs the tests."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.differential_tools.tools import environ, tool

pytestmark = [pytest.mark.network, pytest.mark.slow]

OLDER = "t = { a = 1 }\n"
NEWER = ("t = {\n  a = 1\n}\n", "t = { a = 1, }\n", 't = "\\e\\x41"\n', "t = 07:32\n")
HEAD = '[project]\nname = "demo"\nversion = "1"\nrequires-python = ">=3.10"\ndependencies = []\n[dependency-groups]\na = []\n[tool.own]\n'
ASKED = {
    "uv": ("lock", "--offline"),
    "poetry": ("check",),
    "pdm": ("lock",),
    "hatch": ("env", "show"),
    "pip": ("install", "--dry-run", "--group", "a"),
}
BY_TOMLLIB = (3, 11) <= sys.version_info[:2] < (3, 15)


@pytest.mark.parametrize("name", ASKED)
def test_who_refuses_toml_1_1(name: str, tmp_path: Path) -> None:
    def accepts(syntax: str) -> bool:
        (tmp_path / "pyproject.toml").write_text(HEAD + syntax, encoding="utf-8")
        argv = [sys.executable, "-m", "pip"] if name == "pip" else [str(tool(name))]
        done = subprocess.run([*argv, *ASKED[name]], cwd=tmp_path, env=environ(), capture_output=True, check=False, timeout=300)
        return done.returncode == 0

    assert accepts(OLDER)
    expected = name == "uv" or not BY_TOMLLIB
    some = NEWER if name == "uv" else NEWER[:1]
    assert [accepts(syntax) for syntax in some] == [expected] * len(some)
