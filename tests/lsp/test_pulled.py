"""Diagnostics for an editor that pulls them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.lsp.editor import PULLED, Editor, codes_of


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


def test_a_file_that_is_none_of_ours_has_no_diagnostics(behind: Path) -> None:
    with Editor(behind, capabilities=PULLED) as editor:
        assert pull(editor, behind / "x.py")["items"] == []
        assert editor.request("textDocument/diagnostic", {"textDocument": {"uri": "untitled:1"}})["items"] == []
