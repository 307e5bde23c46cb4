"""From an opened folder to what the editor shows, and what it shows after each change: folders, settings, texts, files."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lsp.editor import PULLED, PUSHED, Editor, codes_of, install, make_environment, with_capabilities
from venvls.lsp.features import COMMANDS


def test_the_server_says_what_it_does(behind: Path) -> None:
    with Editor(behind) as editor:
        found = editor.hello["capabilities"]
        assert editor.hello["serverInfo"]["name"] == "venvls"
        assert found["textDocumentSync"]["change"] == 2
        assert found["executeCommandProvider"]["commands"] == list(COMMANDS)
        assert "source.venvls.syncEnvironment" in found["codeActionProvider"]["codeActionKinds"]
        assert found["workspace"]["workspaceFolders"] == {"supported": True, "changeNotifications": True}
        assert "diagnosticProvider" not in found


def test_pull_is_offered_to_those_who_pull(behind: Path) -> None:
    with Editor(behind, capabilities=PULLED) as editor:
        provider = editor.hello["capabilities"]["diagnosticProvider"]
        assert provider["interFileDependencies"] is True and provider["workspaceDiagnostics"] is True


@pytest.mark.parametrize(
    ("offered", "chosen"),
    [(None, "utf-16"), (["utf-8", "utf-16"], "utf-8"), (["utf-32"], "utf-32"), (["utf-7", "utf-16"], "utf-16"), ([], "utf-16")],
)
def test_positions_are_counted_as_the_editor_prefers(behind: Path, offered: list[str] | None, chosen: str) -> None:
    general = {} if offered is None else {"positionEncodings": offered}
    with Editor(behind, capabilities={**PUSHED, "general": general}) as editor:
        assert editor.hello["capabilities"]["positionEncoding"] == chosen


def test_an_unopened_manifest_is_reported(behind: Path) -> None:
    with Editor(behind) as editor:
        shown = editor.published(behind / "requirements.txt")
        assert codes_of(shown) == ["missing-requirement", "version-mismatch"]
        missing = next(one for one in shown if one["code"] == "missing-requirement")
        assert missing["source"] == "venvls" and missing["severity"] == 2
        assert missing["range"] == {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 14}}
        assert "missing-requirement" in missing["codeDescription"]["href"]
        assert missing["data"]["project"] == str(behind)


def test_a_poor_editor_gets_nothing_it_did_not_ask_for(behind: Path) -> None:
    with Editor(behind, capabilities={}) as editor:
        shown = editor.published(behind / "requirements.txt")
        assert set().union(*shown) == {"range", "severity", "code", "source", "message"}


@pytest.mark.parametrize("units", ["utf-8", "utf-16", "utf-32"])
def test_incremental_changes_in_every_unit(behind: Path, units: str) -> None:
    manifest = behind / "requirements.txt"
    width = {"utf-8": 4, "utf-16": 2, "utf-32": 1}[units]
    text = "# \U0001f600\U0001f600 requests\r\nattrs\rflask # \U0001f600\f# \u2028# x\n"
    with Editor(behind, capabilities={**PUSHED, "general": {"positionEncodings": [units]}}) as editor:
        editor.open(manifest, text)
        shown = editor.published(manifest, 1)
        assert codes_of(shown) == ["missing-requirement"]
        assert next(one for one in shown if one["code"] == "missing-requirement")["range"]["start"] == {"line": 2, "character": 0}
        # The comment's sign and the smileys go, so that "requests" is asked for; then "flask" goes.
        editor.change(manifest, 2, (((0, 0), (0, 3 + 2 * width)), ""), (((2, 0), (2, 5)), "idna"))
        shown = editor.published(manifest, 2)
        missing = [one for one in shown if one["code"] == "missing-requirement"]
        assert [one["range"] for one in missing] == [{"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 8}}]
        # One more smiley before a requirement's end: the units of what is sent follow as well.
        editor.replace(manifest, 3, "name-\U0001f600x\n")
        invalid = [one for one in editor.published(manifest, 3) if one["code"] == "invalid-requirement"]
        assert invalid and invalid[0]["range"]["end"]["character"] <= 6 + width


def test_a_buffer_wins_over_the_disk_until_it_is_closed(behind: Path) -> None:
    manifest = behind / "requirements.txt"
    with Editor(behind) as editor:
        editor.settle()
        editor.open(manifest, "idna\n")
        assert codes_of(editor.published(manifest, 1)) == []
        manifest.write_text("flask\n")
        editor.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": manifest.as_uri(), "type": 2}]})
        editor.settle()
        assert codes_of(editor.last(manifest)) == []
        here = len(editor.messages)
        editor.notify("textDocument/didClose", {"textDocument": {"uri": manifest.as_uri()}})
        assert codes_of(editor.published(manifest, after=here)) == ["missing-requirement"]


def test_a_burst_of_keystrokes_ends_with_the_last(behind: Path) -> None:
    manifest = behind / "requirements.txt"
    with Editor(behind) as editor:
        editor.settle()
        editor.open(manifest, "")
        for number in range(300):
            editor.change(manifest, number + 2, (((0, number), (0, number)), "x"))
        shown = editor.published(manifest, 301)
        assert [one["message"] for one in shown if one["code"] == "missing-requirement"] == [f"{'x' * 300} is not installed"]
        versions = [params["version"] for params in editor.of("textDocument/publishDiagnostics") if "version" in params]
        assert versions == sorted(versions)


def test_what_the_editor_has_is_not_sent_again(behind: Path) -> None:
    manifest = behind / "requirements.txt"
    with Editor(behind) as editor:
        editor.settle()
        editor.open(manifest)
        editor.published(manifest, 1)
        end = ((3, 0), (3, 0))
        editor.change(manifest, 2, (end, "# a comment\n"))
        editor.settle()
        assert not [params for params in editor.of("textDocument/publishDiagnostics") if params.get("version") == 2]
        editor.change(manifest, 3, (((0, 0), (0, 0)), "\n"))
        assert min(one["range"]["start"]["line"] for one in editor.published(manifest, 3)) == 1


def test_marks_that_the_editor_may_have_lost_are_sent_again(behind: Path) -> None:
    manifest = behind / "requirements.txt"
    with Editor(behind) as editor:
        editor.settle()
        editor.open(manifest)
        before = editor.published(manifest, 1)
        editor.change(manifest, 2, (((0, 0), (1, 0)), ""), (((0, 0), (0, 0)), "requests>=2.31\n"))
        assert editor.published(manifest, 2) == before


def test_a_change_in_an_include_is_seen_where_it_is_included(behind: Path) -> None:
    manifest, other = behind / "requirements.txt", behind / "more.txt"
    manifest.write_text("-r more.txt\n")
    other.write_text("idna\n")
    with Editor(behind) as editor:
        editor.settle()
        editor.open(other)
        assert codes_of(editor.published(other, 1)) == []
        editor.replace(other, 2, "flask\n")
        assert codes_of(editor.published(other, 2)) == ["missing-requirement"]


def test_a_file_that_goes_away_takes_its_marks_along(behind: Path) -> None:
    manifest = behind / "requirements.txt"
    with Editor(behind) as editor:
        editor.until(manifest, ["missing-requirement", "version-mismatch"])
        editor.request("venvls/projects", {})  # the first look around is over, which shows things more than once
        manifest.unlink()
        here = len(editor.messages)
        editor.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": manifest.as_uri(), "type": 3}]})
        assert editor.published(manifest, after=here) == []


def test_folders_come_and_go(behind: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    make_environment(other / "env")
    (other / "requirements.txt").write_text("flask\n")
    folder = {"uri": other.as_uri(), "name": "other"}
    with Editor(behind) as editor:
        assert [one["root"] for one in editor.request("venvls/projects", {})["projects"]] == [str(behind)]
        editor.notify("workspace/didChangeWorkspaceFolders", {"event": {"added": [folder], "removed": []}})
        editor.until(other / "requirements.txt", ["missing-requirement"])
        roots = {one["root"] for one in editor.notification("venvls/didChangeProjects", after=len(editor.messages) - 1)["projects"]}
        assert roots == {str(behind), str(other)}
        here = len(editor.messages)
        editor.notify("workspace/didChangeWorkspaceFolders", {"event": {"added": [], "removed": [folder]}})
        assert editor.published(other / "requirements.txt", after=here) == []
        assert [one["root"] for one in editor.request("venvls/projects", {})["projects"]] == [str(behind)]


def test_settings_are_asked_for_and_changed(behind: Path) -> None:
    manifest = behind / "requirements.txt"
    section: dict[str, object] = {"rules": {"missing-requirement": "error"}}
    capabilities = with_capabilities(workspace={"configuration": True, "didChangeConfiguration": {"dynamicRegistration": True}})
    with Editor(behind, capabilities=capabilities, answers={"workspace/configuration": lambda params: [section]}) as editor:
        shown = editor.until(manifest, ["missing-requirement", "version-mismatch"])
        assert next(one for one in shown if one["code"] == "missing-requirement")["severity"] == 1
        assert editor.notification("workspace/configuration") == {"items": [{"section": "venvls"}]}
        registered = editor.notification("client/registerCapability")["registrations"]
        assert registered[0]["method"] == "workspace/didChangeConfiguration"
        section["rules"] = {"missing-requirement": "off"}
        editor.notify("workspace/didChangeConfiguration", {"settings": None})
        editor.until(manifest, ["version-mismatch"])


def test_settings_that_are_sent_count_where_they_cannot_be_asked_for(behind: Path) -> None:
    manifest = behind / "requirements.txt"
    with Editor(behind, options={"rules": {"version-mismatch": "hint"}}) as editor:
        shown = editor.until(manifest, ["missing-requirement", "version-mismatch"])
        assert next(one for one in shown if one["code"] == "version-mismatch")["severity"] == 4
        editor.notify("workspace/didChangeConfiguration", {"settings": {"venvls": {"rules.version-mismatch": "off"}}})
        editor.until(manifest, ["missing-requirement"])


def test_an_editor_that_never_gives_its_settings_is_not_waited_for(behind: Path) -> None:
    capabilities = with_capabilities(workspace={"configuration": True})
    with Editor(behind, capabilities=capabilities) as editor:
        editor.silent.add("workspace/configuration")
        editor.published(behind / "requirements.txt")


def test_files_are_watched_where_the_editor_can(behind: Path) -> None:
    capabilities = with_capabilities(workspace={"didChangeWatchedFiles": {"dynamicRegistration": True}})
    with Editor(behind, capabilities=capabilities) as editor:
        registration = editor.notification("client/registerCapability")["registrations"][0]
        assert registration["method"] == "workspace/didChangeWatchedFiles"
        patterns = {watcher["globPattern"] for watcher in registration["registerOptions"]["watchers"]}
        assert {"**/pyvenv.cfg", "**/.git/HEAD", "**/site-packages"} <= patterns
        editor.settle()
        (behind / "requirements.txt").write_text("idna\n")
        editor.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": (behind / "requirements.txt").as_uri(), "type": 2}]})
        # By what the editor says alone: of one that watches, no manifest is looked at now and then.
        editor.until(behind / "requirements.txt", [])


def test_an_editor_that_cannot_watch_registers_nothing(behind: Path) -> None:
    with Editor(behind) as editor:
        editor.settle()
        assert not editor.of("client/registerCapability")


def test_changes_behind_the_editors_back_are_seen_by_polling(behind: Path) -> None:
    manifest = behind / "requirements.txt"
    site = next((behind / ".venv").rglob("site-packages"))
    with Editor(behind) as editor:
        editor.until(manifest, ["missing-requirement", "version-mismatch"])
        install(site, "requests", "2.32.0")
        editor.until(manifest, ["version-mismatch"])
        manifest.write_text("requests\n")
        editor.until(manifest, [])


def test_a_branch_switch_is_seen_by_itself(behind: Path) -> None:
    (behind / ".git").mkdir()
    (behind / ".git" / "HEAD").write_text("ref: refs/heads/main\n")
    (behind / ".gitignore").write_text(".venv\n")
    with Editor(behind) as editor:
        editor.until(behind / "requirements.txt", ["missing-requirement", "version-mismatch"])
        (behind / "sub").mkdir()
        (behind / "sub" / "requirements.txt").write_text("flask\n")
        (behind / ".git" / "HEAD").write_text("ref: refs/heads/a-feature-branch\n")
        assert "missing-requirement" in codes_of(editor.published(behind / "sub" / "requirements.txt"))


def test_a_new_environment_is_seen(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("idna\n")
    with Editor(tmp_path) as editor:
        editor.until(tmp_path / "requirements.txt", ["no-environment"])
        make_environment(tmp_path / ".venv", idna="3.4")
        editor.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": (tmp_path / ".venv" / "pyvenv.cfg").as_uri(), "type": 1}]})
        editor.until(tmp_path / "requirements.txt", [])


def test_a_file_without_a_folder_is_checked(behind: Path) -> None:
    manifest = behind / "requirements.txt"
    with Editor() as editor:
        editor.open(manifest)
        editor.until(manifest, ["missing-requirement", "version-mismatch"])


def test_a_document_that_is_no_file_is_passed_over(behind: Path) -> None:
    with Editor(behind) as editor:
        document = {"uri": "untitled:Untitled-1", "languageId": "pip", "version": 1, "text": "flask\n"}
        editor.notify("textDocument/didOpen", {"textDocument": document})
        editor.notify("textDocument/didChange", {"textDocument": {"uri": "untitled:Untitled-1", "version": 2}, "contentChanges": []})
        editor.settle()
        assert not [params for params in editor.of("textDocument/publishDiagnostics") if params["uri"].startswith("untitled")]


def test_what_was_found_can_be_asked_for(behind: Path) -> None:
    with Editor(behind) as editor:
        project = editor.request("venvls/projects", {})["projects"][0]
        assert project["root"] == str(behind) and project["in_sync"] is False
        assert editor.request("venvls/environments")["environments"] == [project["environment"]]
        which = editor.request("venvls/which", {"uri": (behind / "src" / "x.py").as_uri()})
        assert which["environment"] == project["environment"] and which["reason"]
        assert [one["chosen"] for one in which["candidates"]] == [True]
        assert editor.request("venvls/which", {"uri": "untitled:1"})["environment"] is None
        assert editor.refused("venvls/which", {})["code"] == -32602
        assert editor.notification("venvls/didChangeProjects")["projects"] == [project]


def test_projects_are_told_again_when_one_comes_in_step(behind: Path) -> None:
    manifest = behind / "requirements.txt"
    with Editor(behind) as editor:
        editor.settle()
        editor.open(manifest)
        here = len(editor.messages)
        editor.replace(manifest, 2, "idna\n")
        assert editor.notification("venvls/didChangeProjects", after=here)["projects"][0]["in_sync"] is True
