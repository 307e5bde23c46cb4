"""Readers that go away, streams that are closed and disks that are full: no noise, and no more than one sentence."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.inside import Inside

COMMANDS = ["rules", "--help", "check --help", "explain stale-lock", "check", "check --format json", "envs", "which", "doctor", "--version"]
posix = pytest.mark.skipif(os.name == "nt", reason="shell lines and devices are POSIX's")


@pytest.fixture
def shop(inside: Inside) -> Inside:
    inside.write("requirements.txt", "six\n")
    return inside


@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize("words", COMMANDS)
def test_a_reader_that_goes_away_is_no_failure(shop: Inside, words: str, unbuffered: str) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    argv = [sys.executable, "-m", "venvls", *words.split()]
    try:
        ran = subprocess.run(
            argv, cwd=shop.root, env=shop.environ | {"PYTHONUNBUFFERED": unbuffered}, stdout=writer, stderr=subprocess.PIPE, check=False
        )
    finally:
        os.close(writer)
    assert b"Broken" not in ran.stderr and b"Exception" not in ran.stderr and b"internal error" not in ran.stderr
    assert ran.returncode in (0, 1, 2)


@posix
@pytest.mark.parametrize("words", COMMANDS)
def test_closed_streams_are_no_failure(shop: Inside, words: str) -> None:
    wanted = shop.run(*words.split()).returncode
    for closed in (">&-", "2>&-", ">&- 2>&-"):
        ran = shell(shop, f'"$PYTHON" -m venvls {words} {closed}')
        assert (ran.returncode, ran.stderr.count("\n") <= 1) == (wanted, True), (closed, ran.stderr)
        assert "internal" not in ran.stderr and "Exception" not in ran.stderr


@posix
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is always full here")
@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize("words", ["rules", "check", "check --format json", "--help"])
def test_a_full_disk_is_one_sentence(shop: Inside, words: str, unbuffered: str) -> None:
    ran = shell(shop, f'PYTHONUNBUFFERED={unbuffered} "$PYTHON" -m venvls {words} > /dev/full')
    assert ran.returncode == 2
    assert ran.stderr == "venvls: the result could not be written: No space left on device.\n"


@posix
@pytest.mark.parametrize("words", ["check", "add six", "which"])
def test_a_deleted_folder_is_one_sentence(shop: Inside, words: str) -> None:
    ran = shell(shop, f'mkdir gone && cd gone && rmdir ../gone && "$PYTHON" -m venvls {words}')
    assert (ran.returncode, ran.stderr.count("\n")) == (2, 1)
    assert "does not exist any more" in ran.stderr


def shell(inside: Inside, line: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", "-c", line], cwd=inside.root, env=inside.environ | {"PYTHON": sys.executable, "LC_ALL": "C"}, capture_output=True, text=True,
        stdin=subprocess.DEVNULL, check=False,
    )  # fmt: skip
