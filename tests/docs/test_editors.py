"""README's lines for editors, tried in the editors themselves; and the page about the language server against the server."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.lsp.editor import make_environment
from venvls import cli
from venvls.host.walk import _HIDDEN_KEPT
from venvls.lsp.features import COMMANDS, FEATURES

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "server" / "docs" / "language-server.md"
PACKAGES = {"nvim": "neovim", "emacs": "emacs-nox elpa-eglot"}
"""What Debian calls them. The tests take the editors that they find; nobody has to have one."""

NEOVIM = """
vim.wait(20000, function() return #vim.diagnostic.get(0) > 0 end, 50)
local said = {}
for _, one in ipairs(vim.diagnostic.get(0)) do table.insert(said, "finding " .. one.code) end
local place = { start = { line = 0, character = 0 }, ["end"] = { line = 0, character = 4 } }
local asked = { textDocument = vim.lsp.util.make_text_document_params(), range = place, context = { diagnostics = {} } }
for _, answer in pairs(vim.lsp.buf_request_sync(0, "textDocument/codeAction", asked, 20000) or {}) do
  for _, action in ipairs(answer.result or {}) do table.insert(said, "action " .. action.title) end
end
local command = { command = "venvls.activate", arguments = { { shell = "fish" } } }
for _, answer in pairs(vim.lsp.buf_request_sync(0, "workspace/executeCommand", command, 20000) or {}) do
  table.insert(said, "command " .. tostring(answer.result.ok))
end
vim.fn.writefile(said, "said.log")
vim.cmd("qa!")
"""
EMACS = """
(package-initialize)
(require 'eglot)
(setq eglot-sync-connect 20 eglot-autoshutdown nil)
(find-file "requirements.txt")
(apply #'eglot (eglot--guess-contact))
(let ((turns 0)) (while (and (< turns 200) (null (flymake-diagnostics))) (accept-process-output nil 0.1) (setq turns (1+ turns))))
(defun ask (method params) (jsonrpc-request (eglot--current-server-or-lose) method params))
(let ((place '(:start (:line 0 :character 0) :end (:line 0 :character 4))) (document (eglot--TextDocumentIdentifier)) said)
  (dolist (one (flymake-diagnostics)) (push (concat "finding " (flymake-diagnostic-text one)) said))
  (mapc (lambda (one) (push (concat "action " (plist-get one :title)) said))
        (ask :textDocument/codeAction (list :textDocument document :range place :context '(:diagnostics []))))
  (push (format "command %s" (if (eq t (plist-get (ask :workspace/executeCommand
        '(:command "venvls.activate" :arguments [(:shell "fish")])) :ok)) "true" "false")) said)
  (write-region (mapconcat #'identity said "\\n") nil "said.log"))
(kill-emacs)
"""


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE | re.DOTALL)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "work"
    root.mkdir()
    make_environment(root / ".venv", idna="3.4")
    (root / "requirements.txt").write_text("attrs\nidna\n")
    (root / ".git").mkdir()
    return root


def tried(program: str, project: Path, *arguments: str) -> list[str]:
    """What the editor saw, as ``finding …``, ``action …`` and ``command …``."""
    home = project.parent / "home"
    home.mkdir()
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "VIRTUAL_ENV"))}
    environ |= {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}", "HOME": str(home)}
    done = subprocess.run(
        [program, *arguments], cwd=project, env=environ, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120, check=False
    )
    log = project / "said.log"
    assert log.exists(), (done.returncode, done.stdout[-2000:], done.stderr[-2000:])
    return log.read_text().splitlines()


FOUND = {name: path for name in PACKAGES if (path := shutil.which(name)) is not None}


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(FOUND))
def test_the_lines_for_an_editor_work_in_it(name: str, project: Path, tmp_path: Path) -> None:
    script = tmp_path / "script"
    if name == "nvim":
        modern = "0.11" in subprocess.run([FOUND[name], "--headless", "-u", "NONE", "-c", "echo has('nvim-0.11') ? '0.11' : ''", "-c", "q"],
                                          capture_output=True, text=True, check=True).stderr  # fmt: skip
        script.write_text(NEOVIM)
        (tmp_path / "init.lua").write_text(blocks("lua")[0 if modern else 1])
        said = tried(FOUND[name], project, "--headless", "-u", str(tmp_path / "init.lua"), "requirements.txt", "-c", f"luafile {script}")
    else:
        if subprocess.run([FOUND[name], "--batch", "--eval", "(require 'eglot)"], capture_output=True, check=False).returncode != 0:
            pytest.xfail("this Emacs has no eglot: apt-get install elpa-eglot")
        script.write_text(blocks("elisp")[0] + EMACS)
        said = tried(FOUND[name], project, "--batch", "-l", str(script))
    assert any("missing-requirement" in line for line in said if line.startswith("finding ")), said
    assert "action Install attrs into .venv" in said
    assert "command true" in said


def test_helix_is_told_which_files() -> None:
    """Helix is in no package of Debian's: that its lines are TOML and name the server for the languages is what can be said."""
    if sys.version_info < (3, 11):
        import tomli as toml
    else:
        import tomllib as toml
    said = toml.loads(next(block for block in blocks("toml") if "language-server" in block))
    assert said["language-server"]["venvls"] == {"command": "venvls", "args": ["lsp"]}
    assert {one["name"]: "venvls" in one["language-servers"] for one in said["language"]} == {"pip-requirements": True, "toml": True}


def test_what_the_command_line_does_an_editor_can_do_too() -> None:
    """But for what is a request, a diagnostic or a hover there, what only prints, and `run`: the server runs no program of one's choice."""
    looking = {"check", "envs", "which", "list", "show", "why", "tree", "doctor", "rules", "explain", "completion", "guard"}
    otherwise = {*looking, "run", "demo", "lsp"}
    assert {f"venvls.{name}" for name, _ in cli.COMMANDS if name not in otherwise} == set(COMMANDS)


def test_the_page_names_every_command_and_request() -> None:
    page = PAGE.read_text("utf-8")
    assert sorted(re.findall(r"^\| `(venvls\.\w+)`", page, re.MULTILINE)) == sorted(COMMANDS)
    assert set(re.findall(r"^\| `(venvls/\w+)`", page, re.MULTILINE)) == {name for name, _ in FEATURES if name.startswith("venvls/")}
    assert all(f"`{name}`" in page for name in _HIDDEN_KEPT)
