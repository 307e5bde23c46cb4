"""Code actions: offered for a range, resolved against the text as it is, and the source action for the file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.lsp.editor import LITERALS, Editor, with_capabilities

RESOLVES = with_capabilities(
    textDocument={"codeAction": {**LITERALS, "dataSupport": True, "resolveSupport": {"properties": ["edit"]}}}
)  # fmt: skip
SYNC = "source.venvls.syncEnvironment"
LINE = {name: ((number, 0), (number, 0)) for number, name in enumerate(("requests", "attrs", "idna"))}
ATTRS = ((1, 6), (1, 6))


def applied(text: str, edits: list[dict[str, Any]]) -> str:
    lines = text.splitlines(keepends=True)
    starts = [sum(map(len, lines[:number])) for number in range(len(lines) + 1)]
    for edit in sorted(edits, key=lambda one: -one["range"]["start"]["line"]):
        first, last = (starts[edit["range"][end]["line"]] + edit["range"][end]["character"] for end in ("start", "end"))
        text = text[:first] + edit["newText"] + text[last:]
    return text


def test_the_preferred_action_comes_first(behind: Path) -> None:
    with Editor(behind) as editor:
        offered = editor.actions(behind / "requirements.txt", LINE["requests"])
        preferred = [one.get("isPreferred", False) for one in offered]
        assert preferred[0] and preferred == sorted(preferred, reverse=True)
        install = offered[0]
        assert install["command"]["command"] == "venvls.install"
        assert install["command"]["arguments"][0]["requirements"] == ["requests>=2.31"]
        assert [one["code"] for one in install["diagnostics"]] == ["missing-requirement"]


def test_only_what_is_in_the_range_is_answered(behind: Path) -> None:
    with Editor(behind) as editor:
        offered = editor.actions(behind / "requirements.txt", LINE["idna"], only=["quickfix"])
        assert offered == []


def test_a_requirement_is_answered_anywhere_on_its_line(behind: Path) -> None:
    """Only the specifier is marked; a person may be on the name, behind it, or in the comment."""
    manifest = behind / "requirements.txt"
    manifest.write_text("idna\n  attrs>=23  # a remark of ours\n")
    with Editor(behind) as editor:
        for character in (0, 3, 9, 30):
            offered = editor.actions(manifest, ((1, character), (1, character)), only=["quickfix"])
            assert offered[0]["command"]["arguments"][0]["requirements"] == ["attrs>=23"]
            assert [each["code"] for each in offered[0]["diagnostics"]] == ["version-mismatch"]


def test_the_nearest_findings_actions_come_first(behind: Path) -> None:
    pyproject = behind / "pyproject.toml"
    pyproject.write_text('[project]\nname = "x"\nversion = "1"\ndependencies = ["flask", "attrs>=23", "idna>=99"]\n')
    line = pyproject.read_text().splitlines()[3]
    with Editor(behind) as editor:
        for name in ("flask", "attrs", "idna"):
            place = (3, line.index(name) + 1)
            offered = editor.actions(pyproject, (place, place), only=["quickfix"])
            wanted = [
                each["command"]["arguments"][0].get("requirements", [""])[0] for each in offered if each["title"].startswith("Install")
            ]
            assert wanted[0].startswith(name)
            assert sorted(wanted) == ["attrs>=23", "flask", "idna>=99"]
            preferred = [each["diagnostics"][0]["message"].split()[0] for each in offered if each.get("isPreferred")]
            assert preferred == [name], "what an editor does unasked about is the fix of this one"


def test_one_mend_for_two_findings_is_offered_once(behind: Path) -> None:
    with Editor(behind) as editor:
        offered = editor.actions(behind / "requirements.txt", only=["quickfix"])
        syncs = [one for one in offered if one.get("command", {}).get("command") == "venvls.sync"]
        assert len(syncs) == 1
        assert {one["code"] for one in syncs[0]["diagnostics"]} == {"missing-requirement", "version-mismatch"}


@pytest.mark.parametrize(
    ("only", "kinds"),
    [
        ([SYNC], {SYNC}),
        (["source"], {SYNC}),
        (["source.venvls"], {SYNC}),
        (["quickfix"], {"quickfix"}),
        (["refactor"], {"refactor.rewrite"}),
        (["refactor.extract"], set()),
        (["sour"], set()),
    ],
)
def test_the_editor_says_which_kinds_it_wants(behind: Path, only: list[str], kinds: set[str]) -> None:
    with Editor(behind) as editor:
        offered = editor.actions(behind / "requirements.txt", only=only)
        assert {one["kind"] for one in offered} == kinds
        if SYNC in kinds:
            assert offered[0]["command"]["command"] == "venvls.sync"


def test_the_source_action_creates_where_there_is_no_environment(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("idna\n")
    with Editor(tmp_path) as editor:
        assert editor.actions(tmp_path / "requirements.txt", only=[SYNC])[0]["command"]["command"] == "venvls.create"
        assert editor.actions(tmp_path / "other.py", only=[SYNC]) == []


@pytest.mark.parametrize("rich", [True, False])
def test_an_edit_stands_in_the_action(behind: Path, rich: bool) -> None:
    manifest = behind / "requirements.txt"
    capabilities = with_capabilities() if rich else {"textDocument": {"codeAction": LITERALS}}
    with Editor(behind, capabilities=capabilities) as editor:
        editor.open(manifest, version=7)
        edit = next(one["edit"] for one in editor.actions(manifest, ATTRS) if "edit" in one)
        if rich:
            assert edit["documentChanges"][0]["textDocument"] == {"uri": manifest.as_uri(), "version": 7}
        edits = edit["documentChanges"][0]["edits"] if rich else edit["changes"][manifest.as_uri()]
        assert "attrs>=22.2.0\n" in applied(manifest.read_text(), edits)


def test_an_edit_is_resolved_against_the_text_as_it_is(behind: Path) -> None:
    manifest = behind / "requirements.txt"
    with Editor(behind, capabilities=RESOLVES) as editor:
        assert editor.hello["capabilities"]["codeActionProvider"]["resolveProvider"] is True
        editor.open(manifest)
        offered = next(one for one in editor.actions(manifest, ATTRS, ["quickfix"]) if "command" not in one)
        assert "edit" not in offered
        resolved = editor.request("codeAction/resolve", offered)
        assert resolved["title"] == offered["title"]
        assert "attrs>=22.2.0\n" in applied(manifest.read_text(), resolved["edit"]["documentChanges"][0]["edits"])
        editor.change(manifest, 2, (((0, 0), (0, 0)), "# a line before\n"))
        assert editor.refused("codeAction/resolve", offered)["code"] == -32801
        assert editor.refused("codeAction/resolve", {"title": "not ours"})["code"] == -32602


def test_an_action_that_is_whole_is_resolved_to_itself(behind: Path) -> None:
    with Editor(behind, capabilities=RESOLVES) as editor:
        offered = [one for one in editor.actions(behind / "requirements.txt") if "command" in one]
        assert offered
        for one in offered:
            assert editor.request("codeAction/resolve", one) == one


def test_an_editor_without_literals_gets_commands(behind: Path) -> None:
    with Editor(behind, capabilities={}) as editor:
        offered = editor.actions(behind / "requirements.txt")
        assert offered and all(set(one) == {"title", "command", "arguments"} for one in offered)


def test_a_list_is_sorted_when_that_is_looked_for(behind: Path) -> None:
    manifest = behind / "requirements.txt"
    with Editor(behind) as editor:
        editor.open(manifest)
        (offered,) = editor.actions(manifest, LINE["idna"], only=["refactor"])
        assert offered["title"] == "Sort this list"
        (changed,) = offered["edit"]["documentChanges"]
        assert changed["textDocument"]["version"] == 1
        assert applied(manifest.read_text(), changed["edits"]) == "attrs>=23\nidna\nrequests>=2.31\n"
        titles = [action["title"] for action in editor.actions(manifest, LINE["idna"])]
        assert "Sort this list" not in titles  # nobody pressed a key for it
