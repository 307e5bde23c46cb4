"""Symbols, folding, *why* as a call hierarchy, what is offered to whom, and when hints are asked for again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.looks.editor import LOOKS
from tests.lsp.editor import PUSHED, Editor, install, make_environment, range_of, with_capabilities

PROJECT = """[project]
name = "me"
version = "1"
dependencies = [
  "flask>=2",
  "attrs",
]
[dependency-groups]
docs = ["sphinx"]
"""
LOCK = """version = 1
requires-python = ">=3.9"

[[package]]
name = "flask"
version = "3.0"
source = { registry = "https://pypi.org/simple" }
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "work"
    root.mkdir()
    site = make_environment(root / ".venv", flask="3.0", werkzeug="3.0", attrs="23.1")
    (site / "flask-3.0.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: flask\nVersion: 3.0\nRequires-Dist: werkzeug>=3\n")
    (root / "pyproject.toml").write_text(PROJECT)
    return root


@pytest.fixture
def editor(root: Path) -> Iterator[Editor]:
    with Editor(root, capabilities=LOOKS) as editor:
        yield editor


def document(path: Path) -> dict[str, Any]:
    return {"textDocument": {"uri": path.as_uri()}}


def at(path: Path, line: int, character: int) -> dict[str, Any]:
    return {**document(path), "position": {"line": line, "character": character}}


def test_nothing_is_offered_that_the_editor_cannot_show(root: Path) -> None:
    looks = {"hover", "inlayHint", "documentSymbol", "workspaceSymbol", "foldingRange", "definition", "declaration", "references",
             "documentLink", "codeLens", "callHierarchy", "completion", "rename"}  # fmt: skip
    with Editor(root, capabilities=LOOKS) as all_of_it:
        assert {f"{name}Provider" for name in looks} <= all_of_it.hello["capabilities"].keys()
    with Editor(root, capabilities=PUSHED) as nothing:
        assert not {f"{name}Provider" for name in looks} & nothing.hello["capabilities"].keys()
        # Asked all the same, it answers; an editor without Markdown gets none.
        answer = nothing.request("textDocument/hover", at(root / "pyproject.toml", 4, 5))
        assert answer["contents"]["kind"] == "plaintext" and answer["contents"]["value"].startswith("flask 3.0\nstate: in sync\n")


def test_document_symbols(editor: Editor, root: Path) -> None:
    symbols = editor.request("textDocument/documentSymbol", document(root / "pyproject.toml"))
    assert [(each["name"], [child["name"] for child in each["children"]]) for each in symbols] == [
        ("dependencies", ["flask", "attrs"]),
        ("docs", ["sphinx"]),
    ]
    for each in [*symbols, *symbols[0]["children"]]:
        assert each["range"]["start"]["line"] <= each["selectionRange"]["start"]["line"] <= each["range"]["end"]["line"]
    flat = {**LOOKS, "textDocument": {**LOOKS["textDocument"], "documentSymbol": {}}}
    with Editor(root, capabilities=flat) as old:
        symbols = old.request("textDocument/documentSymbol", document(root / "pyproject.toml"))
        assert [(each["name"], each.get("containerName")) for each in symbols][:2] == [("dependencies", None), ("flask", "dependencies")]
        assert symbols[1]["location"]["range"]["start"] == {"line": 4, "character": 3}


def test_workspace_symbols(editor: Editor, root: Path) -> None:
    (root / "other").mkdir()
    (root / "other" / "requirements.txt").write_text("Flask==1.0\n")
    editor.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": (root / "other/requirements.txt").as_uri(), "type": 1}]})
    editor.settle()
    symbols = editor.request("workspace/symbol", {"query": "flask"})
    assert {(each["name"], each["containerName"]) for each in symbols} == {("flask>=2", "work"), ("Flask==1.0", "other")}
    assert editor.request("workspace/symbol", {"query": "sphinx"})[0]["containerName"] == "work, group docs"
    assert editor.request("workspace/symbol", {"query": "zzz"}) == []


def test_folding(editor: Editor, root: Path) -> None:
    assert editor.request("textDocument/foldingRange", document(root / "pyproject.toml")) == [
        {"startLine": 0, "endLine": 6},
        {"startLine": 3, "endLine": 5},
        {"startLine": 7, "endLine": 8},
    ]
    (root / "uv.lock").write_text(LOCK + '\n[[package]]\nname = "attrs"\nversion = "23.1"\n')
    editor.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": (root / "uv.lock").as_uri(), "type": 1}]})
    editor.settle()
    folds = editor.request("textDocument/foldingRange", document(root / "uv.lock"))
    assert [(each["startLine"], each["endLine"]) for each in folds] == [(3, 6), (8, 10)]
    # An editor that gets folds of a Python file from us would not fold anything else in it.
    (root / "setup.py").write_text("from setuptools import setup\nsetup(\n  install_requires=[\n    'a',\n  ])\n")
    editor.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": (root / "setup.py").as_uri(), "type": 1}]})
    assert editor.request("textDocument/foldingRange", document(root / "setup.py")) is None


def test_options_and_includes_are_symbols_without_secrets(editor: Editor, root: Path) -> None:
    (root / "requirements.txt").write_text("-r base.txt\n--index-url https://me:secret@index.example.org/simple\nflask\n")
    editor.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": (root / "requirements.txt").as_uri(), "type": 1}]})
    symbols = editor.request("textDocument/documentSymbol", document(root / "requirements.txt"))
    assert {(each["name"], each["range"]["start"]["line"]) for each in symbols} == {("flask", 2), ("base.txt", 0), ("--index-url", 1)}
    assert "secret" not in str(symbols)


def test_lenses_count_what_a_group_requires(editor: Editor, root: Path) -> None:
    path = root / "pyproject.toml"
    editor.open(path, PROJECT + 'dev = ["flask", "nothing", "attrs>99"]\nempty = []\n')
    lenses = {each["command"]["title"] for each in editor.request("textDocument/codeLens", document(path))}
    assert "group dev: 3 requirements, 2 out of sync" in lenses and "group docs does not count here" in lenses


def test_why_as_a_call_hierarchy(editor: Editor, root: Path) -> None:
    (item,) = editor.request("textDocument/prepareCallHierarchy", at(root / "pyproject.toml", 4, 5))
    assert (item["name"], item["detail"]) == ("flask", "3.0")
    (needed,) = editor.request("callHierarchy/outgoingCalls", {"item": item})
    assert needed["to"]["name"] == "werkzeug"
    assert editor.request("callHierarchy/outgoingCalls", {"item": needed["to"]}) == []
    (parent,) = editor.request("callHierarchy/incomingCalls", {"item": needed["to"]})
    assert parent["from"]["name"] == "flask"
    (line,) = editor.request("callHierarchy/incomingCalls", {"item": parent["from"]})
    assert (line["from"]["name"], line["from"]["detail"]) == ("pyproject.toml", "flask>=2")
    assert line["fromRanges"] == [{"start": {"line": 4, "character": 3}, "end": {"line": 4, "character": 11}}]
    assert editor.request("callHierarchy/incomingCalls", {"item": line["from"]}) == []
    refused = editor.refused("callHierarchy/incomingCalls", {"item": {**item, "data": None}})
    assert refused["code"] == -32602


def test_hints_by_the_setting_and_by_the_range(root: Path) -> None:
    (root / "pyproject.toml").write_text(PROJECT.replace("flask>=2", "flask>=9"))
    whole = {**document(root / "pyproject.toml"), "range": range_of((0, 0), (99, 0))}
    labels = {}
    for mode in ("off", "problems", "all"):
        with Editor(root, capabilities=LOOKS, options={"hints": {"inlay": mode}}) as editor:
            labels[mode] = [each["label"] for each in editor.request("textDocument/inlayHint", whole)]
            part = {**whole, "range": range_of((5, 0), (6, 0))}
            assert [each["label"] for each in editor.request("textDocument/inlayHint", part)] == (["23.1"] if mode == "all" else [])
    assert labels == {"off": [], "problems": ["3.0"], "all": ["3.0", "23.1"]}


def test_hints_are_asked_for_again_when_the_environment_changes_and_not_for_what_is_typed(root: Path) -> None:
    watching = with_capabilities(**LOOKS)
    with Editor(root, capabilities=watching) as editor:
        path = root / "pyproject.toml"
        editor.open(path)
        editor.settle()
        editor.replace(path, 2, PROJECT.replace("attrs", "attrs>=99"))
        editor.published(path, version=2)
        editor.settle()
        assert not editor.of("workspace/inlayHint/refresh")
        site = next(root.glob(".venv/[lL]ib/**/site-packages"))
        install(site, "sphinx", "7.0")
        editor.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": (site / "sphinx-7.0.dist-info").as_uri(), "type": 1}]})
        editor.wait(lambda message: message.get("method") == "workspace/inlayHint/refresh")
        editor.wait(lambda message: message.get("method") == "workspace/codeLens/refresh")


def test_places_where_nothing_is_known(editor: Editor, root: Path) -> None:
    elsewhere = root / "notes.md"
    elsewhere.write_text("flask\n")
    for path, line in ((elsewhere, 0), (root / "pyproject.toml", 0), (root / "nothing.txt", 3)):
        assert editor.request("textDocument/hover", at(path, line, 1)) is None
        assert editor.request("textDocument/definition", at(path, line, 1)) == []
        assert editor.request("textDocument/references", {**at(path, line, 1), "context": {"includeDeclaration": True}}) == []
        assert editor.request("textDocument/prepareCallHierarchy", at(path, line, 1)) is None
    for method in ("documentSymbol", "documentLink", "codeLens"):
        assert editor.request(f"textDocument/{method}", document(elsewhere)) == []
    assert editor.request("textDocument/foldingRange", document(elsewhere)) is None
    untitled = {"textDocument": {"uri": "untitled:1"}, "position": {"line": 0, "character": 0}}
    assert editor.request("textDocument/hover", untitled) is None


def test_places_in_a_half_typed_file_are_where_its_lines_are_now(editor: Editor, root: Path) -> None:
    path = root / "pyproject.toml"
    text = PROJECT + 'all = [{include-group = "docs"}]\n'
    editor.open(path, text)
    assert len(editor.request("textDocument/references", {**at(path, 8, 1), "context": {"includeDeclaration": True}})) == 2
    # A line is half typed, and one above it has become longer.
    typed = text.replace('name = "me"', 'name = "me"  # a long remark').replace('  "attrs",\n', '  "attrs",\n  "\n  "\n')
    editor.replace(path, 2, typed)
    lines = typed.splitlines()

    def marked(place: dict[str, Any]) -> str:
        return lines[place["start"]["line"]][place["start"]["character"] : place["end"]["character"]]

    places = editor.request("textDocument/references", {**at(path, 10, 1), "context": {"includeDeclaration": True}})
    assert [marked(each["range"]).strip('"') for each in places] == ["docs", "docs"]
    assert marked(editor.request("textDocument/prepareCallHierarchy", at(path, 10, 11))[0]["selectionRange"]) == "sphinx"
