"""The same through a real server on pipes: what was done behind its back it shows in the end as a fresh one does, by itself."""

from __future__ import annotations

import shutil
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.histories.ground import Ground, install, write
from tests.lsp.editor import PUSHED, Editor, with_capabilities
from tests.lsp.raw_client import SECONDS

KINDS = {
    "watching": with_capabilities(workspace={"didChangeWatchedFiles": {"dynamicRegistration": True}}),
    "polling": PUSHED,
}


def started(ground: Ground, kind: str, environ: Mapping[str, str] | None = None, **more: Any) -> Editor:
    home = ground.home
    folders = {"XDG_CACHE_HOME": home / ".cache", "XDG_DATA_HOME": home / ".local" / "share", "XDG_CONFIG_HOME": home / ".config"}
    unset = dict.fromkeys(("VIRTUAL_ENV", "CONDA_PREFIX", "CONDA_DEFAULT_ENV", "POETRY_CONFIG_DIR"), "")
    environ = {
        **(environ or {}),
        **unset,
        "HOME": str(home),
        "VENVLS_STATE_DIR": str(home / "state"),
        **{name: str(path) for name, path in folders.items()},
    }
    return Editor(ground.root, capabilities=KINDS[kind], environ=environ, **more)


def shown(editor: Editor) -> dict[str, list[Any]]:
    """What the editor shows now, by file."""
    last = {params["uri"]: params["diagnostics"] for params in editor.of("textDocument/publishDiagnostics")}
    return {uri: sorted(items, key=str) for uri, items in last.items() if items}


@pytest.mark.parametrize("kind", KINDS)
def test_what_happens_behind_a_running_server_is_shown_in_the_end(tmp_path: Path, kind: str) -> None:
    """The editor tells of nothing: one that watches sees neither of an environment elsewhere nor of a folder that is gone."""
    ground = Ground(tmp_path, "poetry")
    elsewhere = ground.places()[0]
    write(ground.root / "sub" / "requirements.txt", "six\n")
    with started(ground, kind) as editor:
        editor.settle()
        before = shown(editor)
        assert len(before) == 2
        ground.make(elsewhere, {"attrs": "1.0"})
        install(elsewhere, "idna", "1.0")
        shutil.rmtree(ground.root / "sub")
        with started(ground, kind) as fresh:
            fresh.settle()
            expected = shown(fresh)
        assert expected != before
        deadline = time.monotonic() + SECONDS
        while shown(editor) != expected and time.monotonic() < deadline:
            time.sleep(0.1)
        assert shown(editor) == expected
        # And it stays so while somebody works in it.
        install(elsewhere, "idna", "3.0")
        editor.open(ground.root / "pyproject.toml")
        with started(ground, kind) as fresh:
            fresh.open(ground.root / "pyproject.toml")
            fresh.settle()
            expected = shown(fresh)
        while shown(editor) != expected and time.monotonic() < deadline:
            time.sleep(0.1)
        assert shown(editor) == expected
