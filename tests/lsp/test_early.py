"""A workspace of many projects: what is wrong in the first is shown while the others are searched, and is what is shown in the end."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.histories.editor import Editor
from tests.lsp.editor import make_environment
from tests.memory_machine import MemoryMemory
from venvls.lsp.session import Session
from venvls.workspace import Workspace

PROJECTS = 30


@pytest.fixture
def monorepo(tmp_path: Path) -> Path:
    root = tmp_path.resolve() / "work"
    make_environment(root / "project0" / ".venv", idna="3.4")
    for number in range(PROJECTS):
        folder = root / f"project{number}"
        if number:
            shutil.copytree(root / "project0" / ".venv", folder / ".venv", symlinks=True)
            for file in (folder / ".venv/pyvenv.cfg", folder / ".venv/bin/activate"):
                file.write_text(file.read_text().replace("project0", folder.name))
        folder.joinpath("requirements.txt").write_text("idna\nabsent\n")
    return root


def test_what_is_shown_first_is_what_is_shown_in_the_end(monorepo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    early: list[tuple[dict[str, list[object]], int]] = []
    plain = Session._show_certain

    asked: list[str] = []
    is_certain = Workspace.is_certain
    monkeypatch.setattr(Workspace, "is_certain", lambda self, path: asked.append(path) or is_certain(self, path))

    def show(self: Session, workspace: object) -> None:
        plain(self, workspace)  # type: ignore[arg-type]
        asked.clear()
        plain(self, workspace)  # type: ignore[arg-type]
        assert not any(path.startswith(f"{root}/") for path in asked for root in self.early._certain), "what is certain stays so"
        wire = self.protocol
        early.append((dict(wire.shown), len(wire.projects)))  # type: ignore[attr-defined]

    monkeypatch.setattr(Session, "_show_certain", show)
    monkeypatch.setattr("venvls.lsp.early._SECONDS", 30.0)
    environ = {"PATH": "/usr/bin:/bin", "HOME": str(monorepo.parent), "VENVLS_CACHE": "off"}
    editor = Editor("watching", [monorepo], environ, MemoryMemory(), {}, True, {})
    final = editor.wire.shown
    assert len(final) == PROJECTS == len(editor.wire.projects)
    shown, told = early[0]
    assert 0 < len(shown) < PROJECTS and 0 < told < PROJECTS
    for shown, _ in early:
        assert {path: items for path, items in shown.items() if final[path] != items} == {}
    editor.close()
