"""`venvls doctor` with every tool installed that it looks for: versions come from what installers recorded, no tool is started.

    python tests/benchmarks --only doctor

Must reach: one second. The tools are installed once by uv, from its cache or the network; where neither has them,
those of the machine count.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

from corpus import make_environment, make_requirements
from table import Bench, Row
from whole import plain, seconds, venvls

TOOLS = ("pip-tools", "poetry", "pdm", "hatch", "pipenv", "tox", "nox", "virtualenv", "uv")
LIMIT_MS = 1_000


def install(folder: Path) -> tuple[str, int]:
    """The search path with all tools, and how many there are."""
    import uv

    programs = folder / "tools" / "bin"
    installed = 0
    subprocess.run([uv.find_uv_bin(), "venv", "--quiet", str(folder / "tools")], check=True)
    argv = [uv.find_uv_bin(), "pip", "install", "--quiet", "--python", str(programs / "python"), *TOOLS]
    if subprocess.run(argv, check=False, capture_output=True).returncode == 0:
        installed = len(TOOLS)
    return os.pathsep.join([str(programs), os.environ["PATH"]]), installed


def rows(bench: Bench) -> Iterator[Row]:
    """The doctor of a small project."""
    path, installed = install(bench.folder)
    root = bench.folder / "project"
    root.mkdir()
    make_requirements(root / "requirements.txt", make_environment(root / ".venv", 1))
    environ = {"PATH": path}
    commands = {name: venvls(source, "doctor", cwd=root, environ=environ)._replace(status=1) for name, source in bench.builds.items()}
    argv, _, variables, _ = commands["ours"]
    done = subprocess.run(argv, cwd=root, env=plain() | variables, capture_output=True, text=True, check=False)
    missing = [tool for tool in ("poetry", "pdm", "hatch", "pipenv") if tool not in done.stdout] if installed else []
    if missing:
        raise SystemExit(f"the doctor does not name {', '.join(missing)}")
    took = {name: 1_000 * spent for name, spent in seconds(commands, 3).items()}
    yield Row(f"doctor, {installed or 'the machine’s'} tools; limit: 1 s", "ms", took["ours"], LIMIT_MS, took.get("before"), 1.0)
