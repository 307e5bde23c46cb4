"""Commands: trust first, then the task with progress and cancel, then the truth from disk."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.lsp.editor import QUICK, STILL, Editor, codes_of, install, make_environment, wheel
from tests.lsp.raw_client import SECONDS

TRUSTED = {"trusted": True}
SLOW_BACKEND = """
import pathlib, subprocess, sys, time
def get_requires_for_build_wheel(config_settings=None):
    return []
def build_wheel(directory, config_settings=None, metadata_directory=None):
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    pathlib.Path(__file__).with_name("child").write_text(str(child.pid))
    time.sleep(600)
"""


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """A project that asks for a tiny wheel on disk, which its environment lacks."""
    root = tmp_path / "tiny"
    root.mkdir()
    make_environment(root / ".venv")
    (root / "requirements.txt").write_text(f"tinything @ {wheel(tmp_path, 'tinything', '1.0').as_uri()}\n")
    return root


@pytest.fixture(autouse=True)
def _own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Answers are kept; a test must not hear another's."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))


def test_nothing_starts_while_the_client_says_untrusted(tiny: Path) -> None:
    with Editor(tiny, options={"trusted": False}) as editor:
        answer = editor.run("sync", project=str(tiny))
        assert answer["ok"] is False and "not trusted" in answer["message"]
        assert not editor.of("window/showMessageRequest")
        assert codes_of(editor.last(tiny / "requirements.txt")) == ["missing-requirement"]


@pytest.mark.parametrize("answer", [None, {"title": "Do not trust"}])
def test_the_person_is_asked_and_may_say_no(tiny: Path, answer: Any) -> None:
    with Editor(tiny, answers={"window/showMessageRequest": lambda params: answer}) as editor:
        assert editor.run("sync", project=str(tiny))["ok"] is False
        assert str(tiny) in editor.notification("window/showMessageRequest")["message"]


def test_no_is_kept_and_a_closed_box_is_not(tiny: Path) -> None:
    replies: list[Any] = [None, {"title": "Do not trust"}, {"title": "Trust"}]
    with Editor(tiny, answers={"window/showMessageRequest": lambda params: replies.pop(0)}) as editor:
        for _ in range(3):
            assert editor.run("sync", project=str(tiny))["ok"] is False
        assert len(editor.of("window/showMessageRequest")) == 2


def test_settings_cannot_grant_trust(tiny: Path) -> None:
    with Editor(tiny, options={"trusted": False}) as editor:
        editor.notify("workspace/didChangeConfiguration", {"settings": {"venvls": {"trusted": True}}})
        assert editor.run("sync", project=str(tiny))["ok"] is False


def test_a_sync_brings_in_step_and_the_answer_is_kept(tiny: Path) -> None:
    manifest = tiny / "requirements.txt"
    yes = {"window/showMessageRequest": lambda params: params["actions"][0]}
    with Editor(tiny, answers=yes) as editor:
        editor.until(manifest, ["missing-requirement"])
        answer = editor.run("sync", project=str(tiny))
        assert answer["ok"] is True and answer["environment"]["prefix"] == str(tiny / ".venv"), answer
        assert "cancelled" not in answer
        # What the answer says is true when it comes: the marks are gone.
        assert codes_of(editor.last(manifest)) == []
        assert editor.request("venvls/projects", {})["projects"][0]["in_sync"] is True
        steps = [params["value"]["kind"] for params in editor.of("$/progress")]
        assert steps[0] == "begin" and steps[-1] == "end" and steps.count("end") == 1
        assert editor.of("$/progress")[0]["value"]["cancellable"] is True
        questions = [params["message"] for params in editor.of("window/showMessageRequest")]
        assert questions[0].startswith(f"Trust {tiny}?")
    with Editor(tiny, answers=yes) as editor:
        editor.run("sync", project=str(tiny))
        assert not [params for params in editor.of("window/showMessageRequest") if params["message"].startswith("Trust ")]


def test_a_task_is_not_for_what_is_no_longer_so(tiny: Path) -> None:
    """An environment that was made a moment ago is found before anybody is asked whether to install into the one above."""
    more = tiny / "more"
    more.mkdir()
    (more / "requirements.txt").write_text((tiny / "requirements.txt").read_text())
    with Editor(tiny, options=TRUSTED, server=QUICK, environ=STILL) as editor:
        editor.settle()
        for expected in (tiny / ".venv", more / ".venv"):
            if not expected.exists():
                make_environment(expected)
            editor.messages.clear()
            assert editor.run("sync", project=str(more))["cancelled"] is True
            question = editor.notification("window/showMessageRequest")["message"]
            assert f" {expected}{os.sep}" in question, question


def test_the_offered_action_is_the_command(tiny: Path) -> None:
    manifest = tiny / "requirements.txt"
    with Editor(tiny, options=TRUSTED, answers={"window/showMessageRequest": lambda params: params["actions"][0]}) as editor:
        offered = editor.actions(manifest, ((0, 0), (0, 0)))[0]["command"]
        params = {"command": offered["command"], "arguments": offered["arguments"], "workDoneToken": "mine"}
        assert editor.request("workspace/executeCommand", params, 60)["ok"] is True
        assert codes_of(editor.last(manifest)) == []
        assert {params["token"] for params in editor.of("$/progress")} == {"mine"}
        assert not editor.of("window/workDoneProgress/create")


def test_a_surprise_is_shown_before_it_happens(tiny: Path) -> None:
    (tiny / "requirements.txt").write_text("--index-url https://somebody:secret@index.invalid/simple\nidna\n")
    with Editor(tiny, options=TRUSTED, answers={"window/showMessageRequest": lambda params: {"title": "Cancel"}}) as editor:
        answer = editor.run("sync", project=str(tiny))
        assert answer["ok"] is False and "nothing was changed" in answer["message"] and answer["cancelled"] is True
        shown = editor.notification("window/showMessageRequest")["message"]
        assert "index.invalid" in shown and "secret" not in shown
        assert "secret" not in editor.stderr


def test_what_is_done_is_what_was_shown_though_the_answer_comes_late(tiny: Path) -> None:
    """What has changed while the question was open is shown before it happens."""
    manifest = tiny / "requirements.txt"
    manifest.write_text("--index-url https://first.invalid/simple\nidna\n")

    def late(params: dict[str, Any]) -> dict[str, str]:
        if "first.invalid" in params["message"]:
            manifest.write_text("--index-url https://second.invalid/simple\nidna\n")
            return params["actions"][0]
        return {"title": "Cancel"}

    with Editor(tiny, options=TRUSTED, answers={"window/showMessageRequest": late}, server=QUICK, environ=STILL) as editor:
        editor.settle()
        answer = editor.run("sync", project=str(tiny))
        assert answer.get("cancelled") is True, answer
        asked = [params["message"] for params in editor.of("window/showMessageRequest")]
        assert len(asked) == 2 and "second.invalid" in asked[1], asked


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except ProcessLookupError:
        return False
    except OSError:
        return sys.platform != "linux"


@pytest.fixture
def slow(tmp_path: Path) -> Path:
    """A project whose sync would take minutes."""
    root, package = tmp_path / "slow", tmp_path / "slowpackage"
    root.mkdir()
    package.mkdir()
    make_environment(root / ".venv")
    (package / "pyproject.toml").write_text(
        '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n[project]\nname = "slowthing"\nversion = "1"\n'
    )
    (package / "backend.py").write_text(SLOW_BACKEND)
    (root / "requirements.txt").write_text(f"slowthing @ {package.as_uri()}\n")
    return root


def child_of(slow: Path) -> int:
    mark = slow.parent / "slowpackage" / "child"
    deadline = time.monotonic() + SECONDS
    while not (mark.exists() and mark.read_text()):
        assert time.monotonic() < deadline, "the build did not begin"
        time.sleep(0.05)
    return int(mark.read_text())


def start_sync(editor: Editor, slow: Path) -> int:
    arguments = [{"project": str(slow), "confirmed": True}]
    return editor.start("workspace/executeCommand", {"command": "venvls.sync", "arguments": arguments})


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="process groups are POSIX's; Windows has its jobs tested with the tasks")
@pytest.mark.parametrize("how", ["progress", "request"])
def test_a_cancel_stops_the_tool_and_everything_it_started(slow: Path, how: str) -> None:
    with Editor(slow, options=TRUSTED) as editor:
        number = start_sync(editor, slow)
        child = child_of(slow)
        # The server goes on answering meanwhile.
        assert editor.request("venvls/projects", {})["projects"]
        if how == "progress":
            editor.notify("window/workDoneProgress/cancel", {"token": editor.notification("$/progress")["token"]})
        else:
            editor.notify("$/cancelRequest", {"id": number})
        answer = editor.answer(number)["result"]
        assert answer["ok"] is False and "ancelled" in answer["message"] and answer["cancelled"] is True
        assert not alive(child)
        assert editor.of("$/progress")[-1]["value"]["kind"] == "end"


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="process groups are POSIX's; Windows has its jobs tested with the tasks")
@pytest.mark.parametrize("how", ["editor dies", "pipe closes", "shutdown"])
def test_the_tool_does_not_outlive_the_editor(slow: Path, how: str) -> None:
    mother = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    try:
        editor = Mother(slow, mother.pid) if how == "editor dies" else Editor(slow, options=TRUSTED)
        with editor:
            start_sync(editor, slow)
            child = child_of(slow)
            if how == "editor dies":
                mother.kill()
                mother.wait()
            elif how == "pipe closes":
                assert editor.process.stdin is not None
                editor.process.stdin.close()
            else:
                assert editor.request("shutdown") is None
                editor.notify("exit")
            assert editor.ended() == (0 if how == "shutdown" else 1)
            deadline = time.monotonic() + SECONDS
            while alive(child) and time.monotonic() < deadline:
                time.sleep(0.05)
            assert not alive(child)
    finally:
        mother.kill()
        mother.wait()


class Mother(Editor):
    """An editor whose process is another one than ours."""

    def __init__(self, root: Path, pid: int) -> None:
        self._pid = pid
        super().__init__(root, options=TRUSTED)

    def request(self, method: str, params: Any = None, seconds: float = SECONDS) -> Any:
        if method == "initialize":
            params = {**params, "processId": self._pid}
        return super().request(method, params, seconds)


def test_select_needs_no_trust_and_is_kept(tiny: Path) -> None:
    other = tiny / "other"
    make_environment(other)
    with Editor(tiny, options={"trusted": False}) as editor:
        assert editor.request("venvls/projects", {})["projects"][0]["environment"]["name"] == ".venv"
        answer = editor.run("select", project=str(tiny), environment=str(other))
        assert answer["ok"] is True and answer["environment"]["prefix"] == str(other)
        assert editor.run("select", project=str(tiny), environment=str(tiny))["ok"] is False
    with Editor(tiny) as editor:
        assert editor.request("venvls/projects", {})["projects"][0]["environment"]["prefix"] == str(other)


def test_select_without_an_environment_asks_the_person(tiny: Path) -> None:
    make_environment(tiny / "other")
    pick = {"window/showMessageRequest": lambda params: next(one for one in params["actions"] if "other" in one["title"])}
    with Editor(tiny, answers=pick) as editor:
        assert editor.run("select", project=str(tiny))["environment"]["name"] == "other"


def test_activate_gives_the_lines_for_a_shell(tiny: Path) -> None:
    with Editor(tiny, options={"trusted": False}) as editor:
        answer = editor.run("activate", project=str(tiny), shell="fish")
        assert answer["ok"] is True and f"set -gx VIRTUAL_ENV '{tiny / '.venv'}'" in answer["message"]
        assert editor.run("activate", project=str(tiny), shell="sh -c evil")["ok"] is False


def test_create_makes_the_environment_and_fills_it(tiny: Path) -> None:
    import shutil

    shutil.rmtree(tiny / ".venv")
    with Editor(tiny, options=TRUSTED) as editor:
        editor.until(tiny / "requirements.txt", ["no-environment"])
        answer = editor.run("create", uri=(tiny / "requirements.txt").as_uri(), confirmed=True)
        assert answer["ok"] is True and answer["environment"]["prefix"] == str(tiny / ".venv"), answer
        assert answer["message"] == ".venv was created and is now in sync."
        assert codes_of(editor.last(tiny / "requirements.txt")) == []


def test_a_new_environment_that_is_left_empty_is_not_said_to_be_in_step(tiny: Path) -> None:
    import shutil

    shutil.rmtree(tiny / ".venv")
    with Editor(tiny, options=TRUSTED) as editor:
        answer = editor.run("create", project=str(tiny), confirmed=True, options={"no-sync": True})
        assert answer["ok"] is True and answer["message"] == ".venv was created."


def test_freezing_gives_the_lines_and_writes_them_where_asked(tiny: Path) -> None:
    site = next((tiny / ".venv").glob("[lL]ib/**/site-packages"))
    install(site, "alpha", "1.0")
    install(site, "beta", "2.0")
    (site / "beta-2.0.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: beta\nVersion: 2.0\nRequires-Dist: alpha\n")
    with Editor(tiny, options=TRUSTED) as editor:
        answer = editor.run("freeze", project=str(tiny))
        assert answer["ok"] is True and answer["lines"] == ["alpha==1.0", "beta==2.0"], answer
        assert answer["message"] == "2 packages are installed."
        assert answer["environment"]["prefix"] == str(tiny / ".venv")
        assert editor.run("freeze", project=str(tiny), options={"top-level": True})["lines"] == ["beta==2.0"]
        frozen = tiny / "frozen.txt"
        answer = editor.run("freeze", project=str(tiny), path="frozen.txt")
        assert answer["message"] == "frozen.txt was written: 2 requirements." and frozen.read_text() == "alpha==1.0\nbeta==2.0\n"
        frozen.write_bytes(b"# ours\r\nbeta>=1  # why\r\n")
        assert editor.run("freeze", project=str(tiny), path=frozen.as_uri())["ok"] is True
        assert frozen.read_bytes() == b"# ours\r\nbeta>=1  # why\r\nalpha==1.0\r\n"
        assert editor.run("freeze", project=str(tiny), path=frozen.as_uri(), options={"pin": True})["ok"] is True
        assert frozen.read_bytes() == b"# ours\r\nbeta==2.0  # why\r\nalpha==1.0\r\n"
        assert "is already up to date" in editor.run("freeze", project=str(tiny), path=str(frozen))["message"]


def test_freezing_overwrites_nothing_it_should_not(tiny: Path) -> None:
    install(next((tiny / ".venv").glob("[lL]ib/**/site-packages")), "alpha", "1.0")
    frozen = tiny / "frozen.txt"
    frozen.write_text("alpha\n")
    with Editor(tiny, options=TRUSTED) as editor:
        editor.open(frozen, "alpha  # not saved\n")
        answer = editor.run("freeze", project=str(tiny), path=str(frozen))
        assert answer["ok"] is False and "unsaved changes" in answer["message"] and answer["lines"] == ["alpha==1.0"]
        assert "not a regular file" in editor.run("freeze", project=str(tiny), path=".venv")["message"]
        assert editor.run("freeze", project=str(tiny), path="nowhere/frozen.txt")["ok"] is False
        assert frozen.read_text() == "alpha\n"
        assert editor.refused("workspace/executeCommand", {"command": "venvls.freeze", "arguments": [{"path": 5}]})["code"] == -32602
    with Editor(tiny, options={"trusted": False}) as editor:
        assert editor.run("freeze", project=str(tiny), path="other.txt")["ok"] is False
        assert not (tiny / "other.txt").exists()


def test_repair_that_names_nothing_mends_what_is_broken(tiny: Path) -> None:
    """First packages inside an environment, then the environment itself."""
    with Editor(tiny, options=TRUSTED) as editor:
        assert editor.run("sync", project=str(tiny), confirmed=True)["ok"] is True
        answer = editor.run("repair", project=str(tiny), confirmed=True)
        assert answer["ok"] is True and "nothing to repair" in answer["message"], answer
        (module,) = (tiny / ".venv").glob("[lL]ib/**/tinything.py")
        module.unlink()
        (module.parent / "~inything").mkdir()
        answer = editor.run("repair", project=str(tiny), confirmed=True)
        assert answer["ok"] is True and answer["message"] == ".venv was repaired.", answer
        assert module.exists() and not (module.parent / "~inything").exists()
    moved = tiny.parent / "moved"
    tiny.rename(moved)
    with Editor(moved, options=TRUSTED) as editor:
        assert "moved-environment" in codes_of(editor.until(moved / "requirements.txt", ["moved-environment"]))
        assert editor.run("repair", project=str(moved))["cancelled"] is True  # it deletes, so it is asked first
        answer = editor.run("repair", project=str(moved), confirmed=True)
        assert answer["ok"] is True and answer["environment"]["health"] == "ok", answer
        assert codes_of(editor.last(moved / "requirements.txt")) == []


def test_compile_writes_the_pins_and_they_are_seen(tiny: Path) -> None:
    source = tiny / "requirements.in"
    source.write_text((tiny / "requirements.txt").read_text())
    (tiny / "requirements.txt").unlink()
    with Editor(tiny, options=TRUSTED) as editor:
        answer = editor.run("compile", project=str(tiny), confirmed=True)
        assert answer["ok"] is True, answer
        text = (tiny / "requirements.txt").read_text()
        assert "uv pip compile requirements.in -o requirements.txt" in text and "tinything @ file:" in text
        source.write_text("tinything @ file:///nowhere/tinything-1.0-py3-none-any.whl\n")
        answer = editor.run("compile", project=str(tiny), files=[str(source)], confirmed=True)
        assert answer["ok"] is False and answer["message"], answer
        assert (tiny / "requirements.txt").read_text() == text


def test_the_question_before_a_surprise_is_one(tiny: Path) -> None:
    with Editor(tiny, options=TRUSTED) as editor:
        answer = editor.run("recreate", project=str(tiny))
        assert answer["cancelled"] is True
        first, *rest = editor.notification("window/showMessageRequest")["message"].splitlines()
        assert first.startswith("Recreate the environment with ") and first.endswith("?") and rest


def test_a_closed_list_of_environments_is_a_cancel(tiny: Path) -> None:
    with Editor(tiny, options=TRUSTED) as editor:
        assert editor.run("select", project=str(tiny))["cancelled"] is True


INVALID: list[Any] = [
    ["text"], [{}, {}], [[]], [{"project": 5}], [{"requirements": "x"}], [{"requirements": [1]}], [{"options": []}], [{"confirmed": "yes"}],
]  # fmt: skip


@pytest.mark.parametrize("arguments", INVALID, ids=map(str, INVALID))
def test_arguments_of_another_shape_are_refused(tiny: Path, arguments: list[Any]) -> None:
    with Editor(tiny, options=TRUSTED) as editor:
        assert editor.refused("workspace/executeCommand", {"command": "venvls.sync", "arguments": arguments})["code"] == -32602


def test_commands_that_cannot_be_are_answered_with_a_sentence(tiny: Path, tmp_path: Path) -> None:
    with Editor(tiny, options=TRUSTED) as editor:
        assert editor.refused("workspace/executeCommand", {"command": "venvls.explode", "arguments": []})["code"] == -32602
        assert "project" in editor.run("sync", project=str(tmp_path / "nowhere"))["message"]
        answer = editor.run("sync", project=str(tiny), environment=str(tmp_path / "elsewhere"))
        assert answer["ok"] is False and answer["message"]
        answer = editor.run("install", project=str(tiny), requirements=["--index-url=https://evil.invalid"], confirmed=True)
        assert answer["ok"] is False and answer["message"]
        # Most editors drop what a command answers: it is shown, too.
        assert {"type": 2, "message": answer["message"]} in editor.of("window/showMessage")


def test_a_failed_tool_is_shown_as_an_error_with_its_last_lines(tiny: Path, tmp_path: Path) -> None:
    broken = tmp_path / "tinything-1.0-py3-none-any.whl"
    broken.write_bytes(b"no archive")
    with Editor(tiny, options=TRUSTED, answers={"window/showMessageRequest": lambda params: params["actions"][0]}) as editor:
        answer = editor.run("sync", project=str(tiny))
        assert answer["ok"] is False
        (shown,) = editor.of("window/showMessage")
        assert shown["type"] == 1 and shown["message"].startswith(answer["message"])
        logged = [params["message"] for params in editor.of("window/logMessage") if params["type"] == 1]
        assert any("tinything" in message for message in logged)


def test_what_the_person_cancelled_is_not_shown_to_them(tiny: Path) -> None:
    (tiny / "requirements.txt").write_text("--index-url https://index.invalid/simple\nidna\n")
    with Editor(tiny, options=TRUSTED, answers={"window/showMessageRequest": lambda params: {"title": "Cancel"}}) as editor:
        assert editor.run("sync", project=str(tiny))["cancelled"] is True
        assert editor.of("window/showMessage") == []


def test_what_happens_on_save_is_a_setting(tiny: Path) -> None:
    manifest = tiny / "requirements.txt"
    options = {**TRUSTED, "sync": {"onSave": "auto"}}
    with Editor(tiny, options=options, answers={"window/showMessageRequest": lambda params: params["actions"][0]}) as editor:
        editor.until(manifest, ["missing-requirement"])
        editor.open(manifest)
        editor.notify("textDocument/didSave", {"textDocument": {"uri": manifest.as_uri()}})
        editor.until(manifest, [])
