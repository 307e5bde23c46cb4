"""The plugins for Claude Code: what they say against our own command line, and (long mode) in Claude Code itself with a scripted model."""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import uv

from tests import pinned
from tests.differential_tools.tools import install
from tests.docs import from_npm
from tests.docs.scripted_model import blocks, scripted
from tests.lsp.editor import make_environment
from venvls import cli
from venvls.guard import hooks

ROOT = Path(__file__).resolve().parents[2]
MARKETPLACE = ROOT / ".claude-plugin" / "marketplace.json"
PAGE = ROOT / "server" / "docs" / "how-to" / "agents.md"
LONG = bool(os.environ.get("VENVLS_LONG"))


def plugins() -> dict[str, dict[str, Any]]:
    """Each plugin of the marketplace by its name."""
    listed = json.loads(MARKETPLACE.read_text("utf-8"))["plugins"]
    manifests = [ROOT / plugin["source"] / ".claude-plugin" / "plugin.json" for plugin in listed]
    return {plugin["name"]: json.loads(path.read_text("utf-8")) for plugin, path in zip(listed, manifests, strict=True)}


def test_the_marketplace_and_its_plugins_agree() -> None:
    listed = json.loads(MARKETPLACE.read_text("utf-8"))["plugins"]
    assert [plugin["description"] for plugin in listed] == [plugin["description"] for plugin in plugins().values()]
    assert [plugin["name"] for plugin in listed] == [plugin["name"] for plugin in plugins().values()]
    on_page = re.findall(r"claude plugin install (\S+)@venvls", PAGE.read_text("utf-8"))
    assert on_page == [plugin["name"] for plugin in listed]


@pytest.mark.parametrize("name", plugins())
def test_what_a_plugin_starts_is_a_command_of_ours(name: str) -> None:
    """With arguments that the command takes."""
    plugin = plugins()[name]
    servers = [*plugin["lspServers"].values(), *plugin.get("mcpServers", {}).values()]
    lines = [[server["command"], *server["args"]] for server in servers]
    lines += [hook["command"].split() for row in plugin.get("hooks", {}).get("PreToolUse", ()) for hook in row["hooks"]]
    for program, command, *words in lines:
        assert program == "venvls" and command in dict(cli.COMMANDS)
        parser = argparse.ArgumentParser(exit_on_error=False)
        import_module(f"venvls.cli.{command}").arguments(parser)
        options = parser.parse_args(words)
        if command == "guard":
            assert hooks.hook(options.hook) == hooks.hook("claude-code")


def test_a_kind_of_file_belongs_to_one_plugin() -> None:
    """Claude Code gives each to the first server that names it, and Python files often have another: theirs is a plugin of its own."""
    claimed = {
        name: {kind for server in plugin["lspServers"].values() for kind in server["extensionToLanguage"]}
        for name, plugin in plugins().items()
    }
    assert claimed["venvls-imports"] == {".py"}
    assert claimed["venvls"] >= {".txt", ".in", ".toml", ".lock", ".cfg", ".yml"} and ".py" not in claimed["venvls"]


def claude() -> Path:
    """Claude Code itself."""
    return from_npm.installed("@anthropic-ai/claude-code", "latest" if pinned.NEWEST else pinned.CLAUDE_CODE, 240) / "claude"


class Session:
    """Claude Code with a home of its own, and a Python with ``venvls[mcp]`` first on its PATH."""

    def __init__(self, base: Path) -> None:
        self.program = claude()
        self.project = base / "work"
        self.project.mkdir()
        subprocess.run(["git", "init", "-q"], cwd=self.project, check=True)
        folder = base / "tools"
        subprocess.run([uv.find_uv_bin(), "venv", "--quiet", "--no-project", "--python", sys.executable, str(folder)], check=True)
        install(folder / "bin" / "python", f"{ROOT}[mcp]", pinned.requirement("mcp"))
        home = base / "home"
        home.mkdir()
        self.environ = {
            "PATH": os.pathsep.join([str(folder / "bin"), str(self.program.parent), os.environ["PATH"]]),
            "HOME": str(home),
            "VENVLS_STATE_DIR": str(base / "state"),
            "ANTHROPIC_API_KEY": "none",
            "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
            "DISABLE_AUTOUPDATER": "1",
            "ENABLE_TOOL_SEARCH": "false",
        }

    def run(self, *words: str, **more: str) -> str:
        ran = subprocess.run(
            [str(self.program), *words], cwd=self.project, env=self.environ | more, stdin=subprocess.DEVNULL,
            capture_output=True, text=True, timeout=600, check=False,
        )  # fmt: skip
        assert ran.returncode == 0, (words, ran.stdout[-3000:], ran.stderr[-3000:])
        return ran.stdout

    def install(self) -> None:
        """With the lines of the page, and this checkout for the repository that they name."""
        (block,) = re.findall(r"^```console\n(.*?)^```$", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
        for line in block.splitlines():
            if line.startswith("claude "):
                self.run(*line.replace(" venvls/venvls", f" {ROOT}").split()[1:])

    def asked(self, *calls: tuple[str, dict[str, Any]]) -> tuple[list[str], str]:
        """The results of the tools that a model calls one after the other; and all that it was told."""
        with scripted(calls) as (address, requests):
            allowed = ",".join(sorted({name for name, _ in calls}))
            self.run("--print", "go", "--allowedTools", allowed, ANTHROPIC_BASE_URL=address)
        last = max((request for request in requests if request.get("tools")), key=lambda request: len(request["messages"]))
        results = [block["content"] for block in blocks(last) if block["type"] == "tool_result"]
        plain = [result if isinstance(result, str) else "".join(part.get("text", "") for part in result) for result in results]
        return plain, "\n".join(block["text"] for block in blocks(last) if block["type"] == "text")


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Session:
    session = Session(tmp_path_factory.mktemp("claude code"))
    session.install()
    return session


@pytest.mark.slow
@pytest.mark.network
def test_claude_code_finds_nothing_to_say_about_them(session: Session) -> None:
    for path in (ROOT, *(ROOT / ".claude-plugin" / name for name in plugins())):
        assert "Validation passed" in session.run("plugin", "validate", "--strict", str(path))
    listed = session.run("plugin", "list")
    assert all(f"{name}@venvls" in listed for name in plugins()) and "error" not in listed.lower(), listed


@pytest.mark.slow
@pytest.mark.network
def test_a_session_of_claude_code(session: Session) -> None:
    """The guard stops a command, what the agent edits is checked, and the tools answer: the model is scripted, all else is real."""
    make_environment(session.project / ".venv", idna="3.4")
    manifest, code = session.project / "requirements.txt", session.project / "app.py"
    manifest.write_text("idna>=3\n")
    code.write_text("import idna\n")
    results, told = session.asked(
        ("Bash", {"command": "pip install firstthing", "description": "Install it"}),
        ("Read", {"file_path": str(manifest)}),
        ("Edit", {"file_path": str(manifest), "old_string": "idna>=3\n", "new_string": "idna>=3\nfirstthing\n"}),
        ("Read", {"file_path": str(code)}),
        ("Edit", {"file_path": str(code), "old_string": "import idna\n", "new_string": "import idna\nimport yaml\n"}),
        ("Bash", {"command": "sleep 5", "description": "Wait"}),
        # Last, because a server that still connects is no tool yet, and nobody waits for it.
        ("mcp__plugin_venvls_venvls__environment_for", {"path": "."}),
    )
    assert "not in the project's environment .venv" in results[0] and "`venvls add firstthing`" in results[0]
    assert json.loads(results[-1])["environment"]["prefix"] == str(session.project / ".venv")
    assert "firstthing is not installed" in told and "[missing-requirement]" in told
    assert "[missing-import]" in told
