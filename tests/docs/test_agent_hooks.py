"""`venvls guard` in the agents themselves, with the lines of the page and a scripted model (long mode); the page's list against our own."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import uv

from tests import pinned
from tests.differential_tools.tools import install
from tests.docs import from_npm
from tests.docs.scripted_model import results, scripted
from tests.docs.test_claude_code import PAGE, ROOT
from tests.lsp.editor import make_environment
from venvls.guard import hooks

TEXT = PAGE.read_text("utf-8")
HOOKS = {
    name: (place, block) for place, block, name in re.findall(r"\(`(\.[\w./-]+)`[^)\n]*\):\n\n```json\n(.*--hook ([\w-]+).*)\n```", TEXT)
}
"""For each agent where its hook is written, and how, as the page says."""
_CODEX = """\
model = "m"
model_provider = "local"
[model_providers.local]
name = "local"
base_url = "{address}"
wire_api = "responses"
[projects."{folder}"]
trust_level = "trusted"
"""


PLUGIN = re.search(r"\(`(\.opencode/[\w./-]+)`; tested with opencode itself, ([\d.]+)\)[^\n]*\n\n```js\n(.*?)^```$", TEXT, re.M | re.S)


class Agent(NamedTuple):
    """A program from npm: which, how it is told of a model, its words, its own settings, and how its model runs a command (in a folder).
    ``advised`` says whether the model is told what is only advice."""

    package: str
    version: str
    megabytes: int
    program: str
    words: tuple[str, ...]
    environ: Callable[[str], Mapping[str, str]]
    call: Callable[[str, str], tuple[str, dict[str, Any]]]
    settings: tuple[str, str] = ("", "")
    advised: bool = True


AGENTS = {
    "codex": Agent(
        "@openai/codex", pinned.CODEX, 425, "codex",
        ("exec", "--dangerously-bypass-approvals-and-sandbox", "--dangerously-bypass-hook-trust", "go"),
        lambda address: {},
        lambda line, folder: ("exec_command", {"cmd": line, "workdir": folder}),
        (".codex/config.toml", _CODEX),
    ),
    "gemini": Agent(
        "@google/gemini-cli", pinned.GEMINI, 100, "gemini",
        ("--yolo", "-m", "gemini-2.5-pro", "-p", "go"),
        lambda address: {"GEMINI_API_KEY": "none", "GOOGLE_GEMINI_BASE_URL": address, "GEMINI_CLI_TRUST_WORKSPACE": "true"},
        lambda line, folder: ("run_shell_command", {"command": line, **({"dir_path": "sub"} if folder.endswith("sub") else {})}),
        (".gemini/settings.json", '{"security": {"auth": {"selectedType": "gemini-api-key"}}}'),
        advised=False,
    ),
    "copilot": Agent(
        "@github/copilot", pinned.COPILOT, 190, "copilot",
        ("--yolo", "-p", "go"),
        lambda address: {
            "COPILOT_OFFLINE": "true", "COPILOT_PROVIDER_TYPE": "anthropic", "COPILOT_PROVIDER_BASE_URL": address,
            "COPILOT_PROVIDER_API_KEY": "none", "COPILOT_MODEL": "claude-sonnet-4.5", "COPILOT_ALLOW_ALL": "true",
            "COPILOT_AUTO_UPDATE": "false",
        },
        lambda line, folder: ("bash", {"command": f"cd '{folder}' && {line}", "description": "Run it"}),
    ),
    "qwen": Agent(
        "@qwen-code/qwen-code", pinned.QWEN, 145, "qwen",
        ("--auth-type", "anthropic", "--yolo", "-p", "go"),
        lambda address: {"ANTHROPIC_BASE_URL": address, "ANTHROPIC_API_KEY": "none", "ANTHROPIC_MODEL": "claude-sonnet-4-5"},
        lambda line, folder: ("run_shell_command", {"command": line, "directory": folder, "is_background": False}),
        advised=False,
    ),
    "opencode": Agent(
        "opencode", pinned.OPENCODE, 200, "opencode",
        ("run", "go"),
        lambda address: {"OPENCODE_DISABLE_AUTOUPDATE": "1", "OPENCODE_DISABLE_MODELS_FETCH": "1"},
        lambda line, folder: ("bash", {"command": line, "description": "Run it", "workdir": folder}),
        (
            ".config/opencode/opencode.json",
            '{"model": "anthropic/m", "permission": {"*": "allow"}, "provider": {"anthropic": {"options": '
            '{"baseURL": "{address}/v1", "apiKey": "none"}, "models": {"m": {}}}}}',
        ),
        advised=False,
    ),
}  # fmt: skip


def test_the_page_has_the_lines_of_every_hook() -> None:
    assert set(HOOKS) == set(hooks.NAMES)
    assert all(hooks.hook(name).event in block for name, (_, block) in HOOKS.items())  # type: ignore[union-attr]
    assert all(json.loads(block) for _, block in HOOKS.values())


def test_what_is_called_tested_is_tested() -> None:
    versions = dict(re.findall(r"^\| `([\w-]+)` \|.*itself, ([\d.]+) \|$", TEXT, re.MULTILINE))
    assert PLUGIN is not None
    assert {**versions, "opencode": PLUGIN[2]} == {name: each.version for name, each in AGENTS.items()} | {
        "claude-code": pinned.CLAUDE_CODE
    }


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of a Python that has venvls."""
    folder = tmp_path_factory.mktemp("ours") / "tools"
    subprocess.run([uv.find_uv_bin(), "venv", "--quiet", "--no-project", "--python", sys.executable, str(folder)], check=True)
    install(folder / "bin" / "python", str(ROOT))
    return folder / "bin"


@pytest.mark.slow
@pytest.mark.network
@pytest.mark.parametrize("name", AGENTS)
def test_an_agent_is_stopped_with_the_right_command(name: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    agent = AGENTS[name]
    version = "latest" if pinned.NEWEST else agent.version
    if "/" in agent.package:
        programs = from_npm.programs(agent.package, version, agent.megabytes)
    else:
        programs = from_npm.installed(agent.package, version, agent.megabytes) / "bin"
    ours = request.getfixturevalue("ours")
    folder, home = tmp_path / "work", tmp_path / "home"
    (folder / "sub").mkdir(parents=True)
    subprocess.run(["git", "init", "-q"], cwd=folder, check=True)
    (folder / "requirements.txt").write_text("")
    (folder / "main.py").write_text("print('it ran')\n")
    make_environment(folder / ".venv")
    assert PLUGIN is not None
    place, block = (PLUGIN[1], PLUGIN[3]) if name == "opencode" else HOOKS[name]
    (folder / place).parent.mkdir(parents=True, exist_ok=True)
    (folder / place).write_text(block)
    lines = [
        ("pip install firstthing", str(folder)),
        ("pip install firstthing", str(folder / "sub")),
        (f"{os.path.realpath(sys.executable)} main.py", str(folder)),
    ]
    home.mkdir()
    with scripted([agent.call(*line) for line in lines]) as (address, requests):
        where, text = agent.settings
        if where:
            (home / where).parent.mkdir(parents=True)
            (home / where).write_text(text.replace("{address}", address).replace("{folder}", str(folder)))
        environ = {"PATH": os.pathsep.join([str(ours), str(programs), os.environ["PATH"]]), "HOME": str(home), **agent.environ(address)}
        ran = subprocess.run(
            [str(programs / agent.program), *agent.words], cwd=folder, env=environ, stdin=subprocess.DEVNULL,
            capture_output=True, text=True, timeout=300, check=False,
        )  # fmt: skip
    said = (ran.stdout[-3000:], ran.stderr[-3000:])
    assert ran.returncode == 0, said
    answers = results(requests)
    assert len(answers) == len(lines), (answers, said)
    for stopped in answers[:2]:
        assert "not in the project's environment .venv" in stopped and "`venvls add " in stopped, answers
    assert "it ran" in answers[2], answers
    advice = "This Python is not of the project's environment .venv"
    assert any(advice in json.dumps(each) for each in requests) is agent.advised, said
