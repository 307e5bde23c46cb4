"""The page of the VS Code extension names every command that the palette has."""

from __future__ import annotations

import json
from pathlib import Path

CLIENT = Path(__file__).resolve().parents[2] / "client-vscode"


def test_every_command_is_in_the_table() -> None:
    package = json.loads((CLIENT / "package.json").read_text("utf-8"))
    texts = json.loads((CLIENT / "package.nls.json").read_text("utf-8"))
    rows = "\n".join(line for line in (CLIENT / "README.md").read_text("utf-8").splitlines() if line.startswith("| venvls: "))
    titles = [texts[command["title"].strip("%")] for command in package["contributes"]["commands"]]
    # A row may be for two: `Create Environment… / with Defaults`.
    assert [title for title in titles if " ".join(title.split()[-2:]) not in rows] == []
