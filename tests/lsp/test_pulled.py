"""Diagnostics for an editor that pulls them."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from tests.effort import Looks
from tests.lsp.editor import PULLED, QUICK, STILL, Editor, codes_of, install, make_environment, with_capabilities


def pull(editor: Editor, path: Path, previous: str | None = None) -> dict[str, Any]:
    params: dict[str, Any] = {"textDocument": {"uri": path.as_uri()}, "identifier": "venvls"}
    if previous is not None:
        params["previousResultId"] = previous
    return editor.request("textDocument/diagnostic", params)


def test_a_document_is_pulled_and_nothing_is_pushed(behind: Path) -> None:
    manifest = behind / "requirements.txt"
    with Editor(behind, capabilities=PULLED) as editor:
        editor.open(manifest)
        first = pull(editor, manifest)
        assert first["kind"] == "full" and codes_of(first["items"]) == ["missing-requirement", "version-mismatch"]
        again = pull(editor, manifest, first["resultId"])
        assert again == {"kind": "unchanged", "resultId": first["resultId"]}
        editor.replace(manifest, 2, "idna\n")
        after = pull(editor, manifest, first["resultId"])
        assert after["kind"] == "full" and codes_of(after["items"]) == []
        assert not editor.of("textDocument/publishDiagnostics")


def test_the_workspace_is_pulled_with_unopened_manifests(behind: Path) -> None:
    manifest, other = behind / "requirements.txt", behind / "more.txt"
    manifest.write_text("-r more.txt\nattrs>=23\n")
    other.write_text("flask\n")
    with Editor(behind, capabilities=PULLED) as editor:
        items = editor.request("workspace/diagnostic", {"previousResultIds": []})["items"]
        found = {one["uri"]: one for one in items}
        assert codes_of(found[manifest.as_uri()]["items"]) == ["version-mismatch"]
        assert codes_of(found[other.as_uri()]["items"]) == ["missing-requirement"]
        assert found[other.as_uri()]["version"] is None
        known = [{"uri": one["uri"], "value": one["resultId"]} for one in items]
        manifest.write_text("attrs>=23\n")
        editor.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": manifest.as_uri(), "type": 2}]})
        again = {one["uri"]: one for one in editor.request("workspace/diagnostic", {"previousResultIds": known})["items"]}
        assert again[manifest.as_uri()]["kind"] == "full"
        assert again[other.as_uri()] == {"kind": "full", "items": [], "uri": other.as_uri(), "version": None}


def test_the_editor_is_told_to_pull_again_when_the_disk_changes(behind: Path) -> None:
    manifest = behind / "requirements.txt"
    with Editor(behind, capabilities=PULLED) as editor:
        pull(editor, manifest)
        editor.settle()
        here = len(editor.messages)
        manifest.write_text("idna\n")
        editor.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": manifest.as_uri(), "type": 2}]})
        editor.notification("workspace/diagnostic/refresh", after=here)
        assert codes_of(pull(editor, manifest)["items"]) == []


def test_an_editor_that_cannot_be_told_to_pull_again_is_pushed_to(behind: Path) -> None:
    """Neovim 0.11 pulls when a document changes, and at no other time: what it pulled would stay after an install."""
    manifest = behind / "requirements.txt"
    with Editor(behind, capabilities=with_capabilities(textDocument={"diagnostic": {"dynamicRegistration": False}})) as editor:
        assert "diagnosticProvider" not in editor.hello["capabilities"]
        editor.open(manifest)
        editor.until(manifest, ["missing-requirement", "version-mismatch"])
        install(site_packages(behind), "requests", "2.32.0")
        editor.until(manifest, ["version-mismatch"])


def test_a_file_that_is_none_of_ours_has_no_diagnostics(behind: Path) -> None:
    with Editor(behind, capabilities=PULLED) as editor:
        assert pull(editor, behind / "x.py")["items"] == []
        assert editor.request("textDocument/diagnostic", {"textDocument": {"uri": "untitled:1"}})["items"] == []


def pull_all(editor: Editor) -> None:
    editor.request("workspace/diagnostic", {"previousResultIds": []})


def site_packages(root: Path) -> Path:
    return next(root.glob(".venv/lib/python*/site-packages"), root / ".venv" / "Lib" / "site-packages")


def test_a_pull_of_the_workspace_does_not_swallow_what_an_open_document_is_to_be_told(behind: Path) -> None:
    """VS Code pulls the workspace every two seconds and leaves aside what that says of open documents."""
    manifest = behind / "requirements.txt"
    manifest.write_text("requests\n")
    with Editor(behind, capabilities=PULLED) as editor:
        editor.open(manifest)
        assert codes_of(pull(editor, manifest)["items"]) == ["missing-requirement"]
        editor.settle()
        here = len(editor.messages)
        install(site_packages(behind), "requests", "2.32.0")
        pull_all(editor)
        pyvenv = behind / ".venv" / "pyvenv.cfg"
        editor.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": pyvenv.as_uri(), "type": 2}]})
        editor.notification("workspace/diagnostic/refresh", after=here)
        assert codes_of(pull(editor, manifest)["items"]) == []


def test_an_edit_that_changes_another_open_document_has_that_pulled_again(behind: Path) -> None:
    manifest, other = behind / "requirements.txt", behind / "more.txt"
    manifest.write_text("-r more.txt\nidna\n")
    other.write_text("flask\n")
    with Editor(behind, capabilities=PULLED) as editor:
        editor.open(manifest)
        editor.open(other)
        pull(editor, manifest)
        assert codes_of(pull(editor, other)["items"]) == ["missing-requirement"]
        editor.settle()
        here = len(editor.messages)
        editor.replace(manifest, 2, "idna\n")
        pull_all(editor)
        editor.notification("workspace/diagnostic/refresh", after=here)
        assert codes_of(pull(editor, other)["items"]) == []


def test_an_editor_that_has_everything_is_not_asked_to_pull_again(behind: Path) -> None:
    manifest = behind / "requirements.txt"
    with Editor(behind, capabilities=PULLED) as editor:
        editor.open(manifest)
        pull(editor, manifest)
        editor.settle()
        pull(editor, manifest)
        here = len(editor.messages)
        for _ in range(3):
            editor.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": manifest.as_uri(), "type": 2}]})
            editor.settle()
            pull_all(editor)
        assert not [message for message in editor.messages[here:] if message.get("method") == "workspace/diagnostic/refresh"]


def test_pulls_of_a_big_workspace_look_at_nothing_again(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """VS Code pulls it every two seconds: what was found stands on the board, and the answer comes from there."""
    make_environment(tmp_path / ".venv", idna="3.4")
    for number in range(60):
        folder = tmp_path / f"part{number:02}"
        folder.mkdir()
        (folder / "requirements.txt").write_text("idna\nrequests\n")
    looks = Looks(tmp_path_factory.mktemp("looks"))
    with Editor(tmp_path, capabilities=PULLED, server=QUICK, environ={**looks.environ, **STILL}) as editor:
        items = editor.request("workspace/diagnostic", {"previousResultIds": []})["items"]
        assert len(items) == 60 and all(codes_of(one["items"]) == ["missing-requirement"] for one in items)
        known = [{"uri": one["uri"], "value": one["resultId"]} for one in items]
        editor.settle()
        assert looks.at(tmp_path), "what is looked at is noticed"
        # Once all is shown, the thread that watches takes its first look, by itself and whenever it gets to it.
        end = time.monotonic() + 60
        while looks.at(tmp_path) and time.monotonic() < end:
            looks.forget()
            for _ in range(20):
                again = editor.request("workspace/diagnostic", {"previousResultIds": known})["items"]
                assert {one["kind"] for one in again} == {"unchanged"}
        assert looks.at(tmp_path) == []
