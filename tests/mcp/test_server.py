"""`venvls mcp` through the SDK's own client and through the inspector, with the extra installed as its users install it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import uv

from tests import pinned
from tests.differential_tools.tools import install
from tests.host_tasks import offline

pytestmark = [pytest.mark.network, pytest.mark.slow]

ROOT = Path(__file__).resolve().parents[2]
DRIVER = Path(__file__).with_name("driver.py")
READING = {"environment_for", "check", "why", "packages", "plan", "explain"}
DOING = {"sync", "add", "remove", "create", "upgrade"}


class Agent:
    """A Python with ``venvls[mcp]``, a project of local wheels, and a state folder of its own."""

    def __init__(self, base: Path, python: Path) -> None:
        self.base, self.python = base, python
        self.project = base / "a project"
        self.project.mkdir(parents=True)
        (self.project / "requirements.txt").write_text("beta\n")
        wheels = offline.index(base / "wheels")
        path = os.pathsep.join([str(Path(uv.find_uv_bin()).parent), os.environ["PATH"]])
        self.environ = {**offline.environ(wheels, base / "cache"), "PATH": path, "VENVLS_STATE_DIR": str(base / "state")}

    def ask(self, *calls: list[Any], words: tuple[str, ...] = (), **more: Any) -> list[dict[str, Any]]:
        argv = [str(self.python), "-m", "venvls", "mcp", *words]
        given = {"argv": argv, "environ": self.environ, "cwd": str(self.project), "calls": calls, **more}
        ran = subprocess.run(
            [str(self.python), str(DRIVER)], input=json.dumps(given), capture_output=True, text=True, timeout=300, check=False
        )
        lines = [json.loads(line) for line in ran.stdout.splitlines()]
        assert len(lines) == len(calls), ran.stderr[-3000:]
        assert "Traceback" not in ran.stderr, ran.stderr[-3000:]
        return lines

    def installed(self) -> set[str]:
        return {path.name.removesuffix(".dist-info") for path in self.project.glob(".venv/[lL]ib/**/*.dist-info")}


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("extra") / "env"
    subprocess.run([uv.find_uv_bin(), "venv", "--quiet", "--no-project", "--python", sys.executable, str(folder)], check=True)
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    install(python, f"{ROOT}[mcp]", pinned.requirement("mcp"))
    return python


@pytest.fixture
def agent(tmp_path: Path, python: Path) -> Agent:
    return Agent(tmp_path, python)


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_the_tools_and_their_types(agent: Agent, mode: str) -> None:
    tools, resources = agent.ask(["tools"], ["resources"], mode=mode)
    listed = {tool["name"]: tool for tool in tools["answer"]["tools"]}
    assert set(listed) == READING | DOING
    for name, tool in listed.items():
        assert tool["description"] and tool["outputSchema"]["properties"], name
        assert tool["annotations"]["readOnlyHint"] is (name in READING)
        assert not {"named", "trusted", "ctx"} & set(tool["inputSchema"].get("properties", {}))
    assert resources["answer"]["resources"] == ["venvls://findings", "venvls://findings/{+path}"]


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_from_no_environment_to_in_sync_by_the_persons_answer(agent: Agent, mode: str) -> None:
    uri = agent.project.as_uri()
    before, made, after, added, why, taken = agent.ask(
        ["tool", "environment_for", {}],
        ["tool", "create", {}],
        ["tool", "environment_for", {"path": "requirements.txt"}],
        ["tool", "add", {"requirements": ["gamma"]}],
        ["tool", "why", {"package": "alpha"}],
        ["tool", "remove", {"requirements": ["beta"]}],
        roots=[uri], trust=True, mode=mode,
    )  # fmt: skip
    assert before["answer"]["environment"] is None and "call `create`" in before["answer"]["next"]
    assert made["answer"]["ok"] and made["answer"]["in_sync"], made
    assert made["progress"], "what the tool does is told while it does it"
    assert len(made["questions"]) == 1 and str(agent.project) in made["questions"][0]
    assert after["answer"]["in_sync"] is True
    run = subprocess.run(
        [*after["answer"]["run_python"], "-c", "import alpha, sys; print(sys.prefix)"], capture_output=True, text=True, check=False
    )
    assert run.stdout.strip() == str(agent.project / ".venv"), run.stderr
    # gamma needs alpha<2 and beta alpha>=2: what fails leaves the manifest as it was.
    assert not added["answer"]["ok"] and "requirements.txt was not changed" in added["answer"]["message"], added
    assert [step["chain"] for step in why["answer"]["required_by"]] == [["beta", "alpha>=2"]]
    assert taken["answer"].get("ok"), taken
    assert (agent.project / "requirements.txt").read_text() == ""
    assert "beta-1.0" not in agent.installed()
    assert len(taken["questions"]) == 1, "the person is asked once"


def test_who_trusts_a_folder_is_asked_once(agent: Agent) -> None:
    """Also where the call that led to the question could not be done."""
    (agent.project / "requirements.txt").unlink()
    for name in ("api", "worker"):
        (agent.project / name).mkdir()
        (agent.project / name / "requirements.txt").write_text("beta\n")
    which, api, worker, upgraded = agent.ask(
        ["tool", "create", {}],
        ["tool", "create", {"path": "api"}],
        ["tool", "create", {"path": "worker"}],
        ["tool", "upgrade", {"path": "worker"}],
        roots=[agent.project.as_uri()], trust=True,
    )  # fmt: skip
    assert "name one as `path`" in which["answer"]["error"]
    assert api["answer"]["environment"]["project"] == str(agent.project / "api")
    assert worker["answer"]["environment"]["project"] == str(agent.project / "worker")
    assert upgraded["answer"]["ok"] and upgraded["answer"]["in_sync"]
    assert len(upgraded["questions"]) == 1


def test_nothing_is_run_without_trust(agent: Agent) -> None:
    """Where the client cannot ask, where the person says no, and that no is remembered."""
    program = agent.project / ".venv" / "bin" / "python"
    program.parent.mkdir(parents=True)
    (agent.project / ".venv" / "pyvenv.cfg").write_text("home = /usr/bin\nversion = 3.12.4\n")
    (agent.project / ".venv" / "bin" / "activate").write_text("")
    program.write_text(f"#!/bin/sh\ntouch '{agent.base}/ran'\n")
    program.chmod(0o755)
    calls: list[list[Any]] = [["tool", name, {"requirements": ["alpha"]} if name in ("add", "remove") else {}] for name in sorted(DOING)]
    for more in ({"trust": None}, {"trust": False}, {"trust": True}):
        for answer in agent.ask(*calls, roots=[agent.project.as_uri()], **more):
            assert "this folder is not trusted" in answer["answer"]["error"]
    assert not (agent.base / "ran").exists()
    assert (agent.project / "requirements.txt").read_text() == "beta\n"
    reading = [["tool", "environment_for", {}], ["tool", "check", {}], ["tool", "packages", {}], ["tool", "plan", {"task": "sync"}]]
    agent.ask(*reading, ["resource", "venvls://findings"])
    assert not (agent.base / "ran").exists()


def test_started_with_trust_no_question_is_asked(agent: Agent) -> None:
    made, synced = agent.ask(["tool", "create", {}], ["tool", "sync", {}], words=("--trust",))
    assert made["answer"]["ok"] and synced["answer"]["in_sync"] and not synced["questions"]
    assert {"alpha-2.0", "beta-1.0"} <= agent.installed()


def test_paths_options_and_addresses_are_refused(agent: Agent) -> None:
    outside = agent.base / "outside"
    outside.mkdir()
    (outside / "requirements.txt").write_text("secret-name\n")
    wrong = ["-e .", "./beta", "beta @ https://me:pw@example.invalid/b.whl", "--index-url=https://x", "beta-1.0-py3-none-any.whl"]
    calls: list[list[Any]] = [["tool", "add", {"requirements": [text]}] for text in wrong]
    calls += [["tool", "check", {"path": path}] for path in ("..", "../outside", str(outside), "/")]
    calls += [
        ["resource", f"venvls://findings/{path}"]
        for path in ("../outside/requirements.txt", "%2e%2e/outside/requirements.txt", "/etc/passwd")
    ]
    calls += [["tool", "create", {"python": "/bin/sh"}], ["tool", "explain", {"code": "nothing"}], ["tool", "plan", {"task": "delete"}]]
    for call, answer in zip(calls, agent.ask(*calls, words=("--trust",)), strict=True):
        assert set(answer["answer"]) <= {"error", "raised"}, call
        assert "secret-name" not in json.dumps(answer) and ":pw@" not in json.dumps(answer)
    assert (agent.project / "requirements.txt").read_text() == "beta\n"
    assert not (agent.project / ".venv").exists()


def test_a_cancelled_task_stops(agent: Agent) -> None:
    """What was being created is gone, and the server still answers."""
    cancelled, after = agent.ask(["cancel", "create", {}], ["tool", "environment_for", {}], words=("--trust",))
    assert cancelled["answer"]["cancelled"]
    environment = after["answer"]["environment"]
    assert environment is None or environment["health"] in ("ok", "incomplete")
    assert agent.ask(["tool", "create", {}], ["tool", "sync", {}], words=("--trust",))[1]["answer"]["in_sync"]


def test_resources_are_the_findings(agent: Agent) -> None:
    whole, manifest = agent.ask(["resource", "venvls://findings"], ["resource", "venvls://findings/requirements.txt"])
    (project,) = json.loads(whole["answer"]["text"])
    assert [finding["code"] for finding in project["findings"]] == ["no-environment"]
    assert json.loads(manifest["answer"]["text"])["findings"] == project["findings"]


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_everything_is_below_the_roots_that_the_client_names_now(agent: Agent, mode: str) -> None:
    """Not below the folder that the server was started in; and other roots count from the next call on."""
    other = agent.base / "other"
    other.mkdir()
    (other / "requirements.txt").write_text("gamma\n")
    started_in, named = str(agent.project / "requirements.txt"), str(other / "requirements.txt")
    look: list[list[Any]] = [
        ["resource", "venvls://findings"],
        ["resource", "venvls://findings/requirements.txt"],
        ["resource", f"venvls://findings/{started_in}"],
        ["tool", "check", {}],
        ["tool", "check", {"path": started_in}],
    ]
    first, second = [other.as_uri()], agent.project.as_uri()
    given = [line["answer"] for line in agent.ask(*look, ["roots", second], *look, roots=first, mode=mode)]
    whole, manifest, refused, checked, outside, _, *later = given
    assert [each["projects"] for each in json.loads(whole["text"])] == [[str(other)]]
    assert {finding["path"] for finding in json.loads(manifest["text"])["findings"]} == {named}
    assert "outside the folders" in refused["raised"] and "outside the folders" in outside["error"]
    assert checked["projects"] == [str(other)]
    assert [each["projects"] for each in json.loads(later[0]["text"])] == [[str(agent.project)]]
    assert all({finding["path"] for finding in json.loads(each["text"])["findings"]} == {started_in} for each in later[1:3])
    assert later[3]["projects"] == later[4]["projects"] == [str(agent.project)]


@pytest.mark.skipif(shutil.which("npm") is None, reason="npm is not here")
def test_the_inspector_calls_a_tool(agent: Agent, tmp_path: Path) -> None:
    """`@modelcontextprotocol/inspector` in its mode for the command line."""
    package = f"@modelcontextprotocol/inspector@{'latest' if pinned.NEWEST else pinned.INSPECTOR}"
    place = tmp_path / "inspector"
    place.mkdir()
    subprocess.run(
        ["npm", "install", "--no-audit", "--no-fund", "--silent", "--prefix", str(place), package], cwd=place, check=True, timeout=600
    )
    program = place / "node_modules" / ".bin" / ("mcp-inspector.cmd" if os.name == "nt" else "mcp-inspector")
    server = [str(agent.python), "-m", "venvls", "mcp", "--root", str(agent.project)]

    def inspected(*words: str) -> dict[str, Any]:
        ran = subprocess.run(
            [str(program), "--cli", *server, *words], cwd=agent.project, capture_output=True, text=True, check=False, timeout=300
        )
        assert ran.returncode == 0, (ran.stdout, ran.stderr)
        answer: dict[str, Any] = json.loads(ran.stdout)
        return answer

    assert {tool["name"] for tool in inspected("--method", "tools/list")["tools"]} == READING | DOING
    answer = inspected("--method", "tools/call", "--tool-name", "check", "--tool-arg", "path=.")
    assert answer["structuredContent"]["findings"][0]["code"] == "no-environment"
