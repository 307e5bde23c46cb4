"""An editor on a workspace of two members with an environment each, one of which gets another environment while the editor is open."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.differential_tools.tools import environ, tool
from tests.lsp.editor import make_environment

EXPECTED = ["left: only_right", "right: only_left", "right, another environment: only_right"]
"""What basedpyright cannot import in each member's code."""


def workspace(base: Path) -> Path:
    """The members ``left`` and ``right``; ``right/other`` is the environment that comes later. Gives the folder."""
    for member, folder in (("left", ".venv"), ("right", ".venv"), ("right", "other")):
        package = make_environment(base / member / folder) / ("only_left" if folder == "other" else f"only_{member}")
        package.mkdir()
        (package / "__init__.py").write_text("")
        (base / member / "requirements.txt").write_text("")
        (base / member / "code.py").write_text("import only_left\nimport only_right\n")
    (base / ".git").mkdir()
    return base


def seen(argv: Sequence[str], base: Path) -> list[str]:
    """What the editor's script wrote into ``seen.log``, with venvls and basedpyright on its PATH and a home of its own."""
    home = base.parent / "home"
    home.mkdir()
    programs = (Path(sys.executable).parent, tool("basedpyright").parent)
    variables = environ(HOME=str(home), PATH=os.pathsep.join([*map(str, programs), os.environ["PATH"]]))
    variables = {name: value for name, value in variables.items() if not name.startswith("XDG_")}
    done = subprocess.run(argv, cwd=base, env=variables, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=900, check=False)
    assert (base / "seen.log").exists(), (done.stdout[-2000:], done.stderr[-2000:])
    return (base / "seen.log").read_text().splitlines()
