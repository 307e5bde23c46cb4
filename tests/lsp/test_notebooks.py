"""Notebooks that an editor opens as such: marks in their cells, kept current as cells are edited, added and taken away."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.lsp.editor import PULLED, PUSHED, Editor, make_environment, range_of

FIRST = "%pip install -q strange-thing\nimport os, strange_thing\n"
SECOND = 'word = "é\\t😀"; import yaml\n'


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "work"
    root.mkdir()
    make_environment(root / ".venv", attrs="25.1.0", ipykernel="6.29")
    (root / "pyproject.toml").write_text('[project]\nname = "app"\nversion = "1"\ndependencies = ["attrs", "ipykernel"]\n')
    (root / "analysis.ipynb").write_text('{"cells": []}')
    return root


class Cells:
    """An open notebook, and what the editor shows in its cells."""

    def __init__(self, editor: Editor, path: Path, *texts: str) -> None:
        self.editor, self.uri, self.version = editor, path.as_uri(), 1
        cells = [{"kind": 2, "document": self.cell(number)} for number in range(len(texts))]
        notebook = {"uri": self.uri, "notebookType": "jupyter-notebook", "version": 1, "cells": cells}
        documents = [self._document(number, text) for number, text in enumerate(texts)]
        editor.notify("notebookDocument/didOpen", {"notebookDocument": notebook, "cellTextDocuments": documents})

    def cell(self, number: int) -> str:
        return f"{self.uri.replace('file:', 'vscode-notebook-cell:', 1)}#W{number}sZmlsZQ%3D%3D"

    def _document(self, number: int, text: str) -> dict[str, Any]:
        return {"uri": self.cell(number), "languageId": "python", "version": 1, "text": text}

    def change(self, **cells: Any) -> None:
        self.version += 1
        identifier = {"uri": self.uri, "version": self.version}
        self.editor.notify("notebookDocument/didChange", {"notebookDocument": identifier, "change": {"cells": cells}})

    def until(self, number: int, *wanted: tuple[str, int, int, int]) -> None:
        """Waits until the cell shows exactly these: code, line, first and last character."""

        def shows(message: dict[str, Any]) -> bool:
            if message.get("method") != "textDocument/publishDiagnostics" or message["params"]["uri"] != self.cell(number):
                return False
            return [_mark(item) for item in message["params"]["diagnostics"]] == list(wanted)

        self.editor.wait(shows, 60.0, 0)


def _mark(item: dict[str, Any]) -> tuple[str, int, int, int]:
    start, end = item["range"]["start"], item["range"]["end"]
    return (item["code"], start["line"], start["character"], end["character"])


@pytest.mark.parametrize("capabilities", [PUSHED, PULLED], ids=["pushed to", "pulling"])
def test_cells_are_marked_and_stay_current(project: Path, capabilities: dict[str, Any]) -> None:
    notebook = project / "analysis.ipynb"
    capabilities = {**capabilities, "notebookDocument": {"synchronization": {}}}
    with Editor(project, capabilities=capabilities) as editor:
        assert editor.hello["capabilities"]["notebookDocumentSync"]["notebookSelector"][0]["cells"] == [{"language": "python"}]
        cells = Cells(editor, notebook, FIRST, SECOND)
        # In UTF-16 units, in the cell's own lines; what the notebook installs itself is left alone.
        cells.until(1, ("missing-import", 0, 23, 27))
        cells.until(0)

        asked = {"textDocument": {"uri": cells.cell(1)}, "range": range_of((0, 24), (0, 24)), "context": {"diagnostics": []}}
        add = editor.request("textDocument/codeAction", asked)[0]
        assert add["title"] == "Add PyYAML to [project].dependencies"
        assert _mark(add["diagnostics"][0]) == ("missing-import", 0, 23, 27)

        edit = {"range": range_of((0, 0), (0, 0)), "text": "import absent\n"}
        cells.change(textContent=[{"document": {"uri": cells.cell(1), "version": 2}, "changes": [edit]}])
        cells.until(1, ("missing-import", 0, 7, 13), ("missing-import", 1, 23, 27))

        # The cell that installs is taken away; one with the same import comes in front.
        new = {"uri": cells.cell(7), "languageId": "python", "version": 1, "text": "import strange_thing"}
        structure = {"array": {"start": 0, "deleteCount": 1, "cells": [{"kind": 2, "document": cells.cell(7)}]}}
        cells.change(structure={**structure, "didOpen": [new], "didClose": [{"uri": cells.cell(0)}]})
        cells.until(7, ("missing-import", 0, 7, 20))

        closed = [{"uri": cells.cell(number)} for number in (7, 1)]
        editor.notify("notebookDocument/didClose", {"notebookDocument": {"uri": cells.uri}, "cellTextDocuments": closed})
        cells.until(7)
        cells.until(1)
        assert all((message.get("params") or {}).get("uri") != cells.uri for message in editor.messages)


def test_an_editor_without_notebooks_is_offered_none(project: Path) -> None:
    with Editor(project) as editor:
        assert "notebookDocumentSync" not in editor.hello["capabilities"]


def test_a_notebook_that_cannot_run_here_has_one_action_for_it(project: Path) -> None:
    """In its cells and where it is open as a file; none for other files, and none where ipykernel is installed."""

    def offered(uri: str) -> list[dict[str, Any]]:
        asked = {"textDocument": {"uri": uri}, "range": range_of((0, 0), (0, 0)), "context": {"diagnostics": []}}
        actions: list[dict[str, Any]] = editor.request("textDocument/codeAction", asked)
        return [action for action in actions if "ipykernel" in action["title"]]

    notebook, code = project / "analysis.ipynb", project / "code.py"
    code.write_text("import os\n")
    with Editor(project, capabilities={**PUSHED, "notebookDocument": {"synchronization": {}}}) as editor:
        cells = Cells(editor, notebook, FIRST)
        assert offered(cells.cell(0)) == []
    shutil.rmtree(next((project / ".venv").rglob("ipykernel-*.dist-info")))
    with Editor(project, capabilities={**PUSHED, "notebookDocument": {"synchronization": {}}}) as editor:
        cells = Cells(editor, notebook, FIRST)
        (action,) = offered(cells.cell(0))
        assert action["title"] == "Add ipykernel to the group `dev` and install it: this notebook cannot run without it"
        assert action["command"]["command"] == "venvls.add"
        (given,) = action["command"]["arguments"]
        prefix = str(project / ".venv")
        assert given == {"project": str(project), "environment": prefix, "requirements": ["ipykernel"], "groups": ["dev"]}
        assert offered(notebook.as_uri()) == [action] and offered(code.as_uri()) == []
