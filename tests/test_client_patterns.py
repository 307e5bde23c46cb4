"""The VS Code client tells the server of every file the server reads, and wakes up in every folder that has one of the manifests."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from venvls import manifests
from venvls.manifests import locks

CLIENT = Path(__file__).resolve().parent.parent / "client-vscode"
BY_FOLDER = [f"{folder}/base.txt" for folder in manifests.FOLDERS]
BY_NAME = ["requirements.txt", "requirements-dev.in", "dev-requirements.txt", "a_requirements.txt", *BY_FOLDER]
NAMED = [name for one in manifests.FORMATS for name in one.suffixes if not name.startswith(".")]
LOCKS = {
    **{one.name: (one.name,) for one in locks.LOCKS if "." in one.name},
    "conda-lock.yml": ("conda-lock.yml", "conda-lock.yaml"),
    "conda explicit": ("conda-linux-64.lock", "conda-osx-arm64.lock", "conda-win-64.lock"),
    "script lock": ("script.py.lock", "script.pyw.lock"),
}
"""Names of files of each lock format, by the format's name."""


def expanded(pattern: str) -> Iterator[str]:
    """What the braces of a pattern stand for."""
    braces = re.search(r"\{([^{}]*)\}", pattern)
    if braces is None:
        yield pattern
        return
    for choice in braces[1].split(","):
        yield from expanded(pattern[: braces.start()] + choice + pattern[braces.end() :])


def matches(pattern: str, path: str) -> bool:
    def one(text: str) -> str:
        return re.escape(text).replace(r"\*\*/", "(?:.*/)?").replace(r"\*", "[^/]*")

    return any(re.fullmatch(one(each), path) for each in expanded(pattern))


@pytest.mark.parametrize("format_", [*locks.LOCKS, locks.SCRIPT_LOCK], ids=lambda one: one.name)
def test_each_lock_format_has_names_of_files_here(format_: locks.LockFormat) -> None:
    assert all(format_.matches(name) for name in LOCKS[format_.name])


@pytest.mark.parametrize("name", sorted({*BY_NAME, *NAMED, *(name for names in LOCKS.values() for name in names)}))
def test_the_server_is_told_of_the_file(name: str) -> None:
    patterns = re.findall(r"^  '(.*)',$", (CLIENT / "src" / "documents.ts").read_text("utf-8"), re.MULTILINE)
    assert any(matches(pattern, name) for pattern in patterns) or name.endswith(".py")


@pytest.mark.parametrize("name", sorted({*BY_NAME, *NAMED}))
def test_a_folder_with_the_manifest_wakes_the_client(name: str) -> None:
    events = json.loads((CLIENT / "package.json").read_text("utf-8"))["activationEvents"]
    patterns = [event.removeprefix("workspaceContains:") for event in events if event.startswith("workspaceContains:")]
    assert any(matches(pattern, name) for pattern in patterns)
