"""One pip for all tests of this folder: its own parser answers questions over a pipe."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest


class Pip:
    """A process with an installed pip that says what it makes of a text."""

    def __init__(self, folder: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-W", "ignore", str(Path(__file__).with_name("pip_oracle.py"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=folder,
            env={**os.environ, "PYTHONIOENCODING": "utf-8"},
            text=True,
            encoding="utf-8",
        )

    def ask(self, question: object) -> object:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps(question) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def lines(self, text: str) -> list[dict[str, object]]:
        """Each logical line of ``text``: what pip read, or why it refused."""
        answer = self.ask(text)
        assert isinstance(answer, dict)
        return answer["lines"]

    def whole(self, path: Path) -> list[list[object]]:
        """The requirements of a file and all it includes: text, editable, constraint."""
        answer = self.ask({"path": str(path)})
        assert isinstance(answer, list)
        return answer


@pytest.fixture(scope="session")
def pip(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pip]:
    one = Pip(tmp_path_factory.mktemp("pip"))
    yield one
    assert one.process.stdin
    assert one.process.stdout
    one.process.stdin.close()
    one.process.wait(timeout=120)
    one.process.stdout.close()
