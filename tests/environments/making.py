"""Real environments for the tests: every Python of this machine, and the tools that make environments."""

from __future__ import annotations

import functools
import json
import os
import subprocess
import sys
from pathlib import Path

CLEAN = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV", "CONDA", "UV_PYTHON", "PYENV"))}


@functools.cache
def pythons() -> dict[str, str]:
    """Every base Python: ``X.Y`` → an executable, the one that runs the tests for its own version."""
    home = Path.home()
    kept = (home / ".pyenv" / "versions", home / ".local" / "share" / "uv" / "python")
    places = [path for folder in kept for path in sorted(folder.glob("*/bin/python"))]
    places.append(Path(sys.base_prefix) / ("python.exe" if os.name == "nt" else "bin/python3"))
    found: dict[str, str] = {}
    for place in places:
        code = "import sys; print('%d.%d' % sys.version_info[:2])"
        try:
            done = subprocess.run([str(place), "-S", "-c", code], capture_output=True, text=True, timeout=120, check=False, env=CLEAN)
        except (OSError, subprocess.TimeoutExpired):
            continue
        if done.returncode == 0:
            found[done.stdout.strip()] = str(place)
    return found


def run(*argv: str | Path, cwd: Path | None = None) -> str:
    """Output of a program that must succeed."""
    done = subprocess.run([str(one) for one in argv], capture_output=True, text=True, check=False, env=CLEAN, cwd=cwd, timeout=300)
    assert done.returncode == 0, f"{argv}: {done.stdout}{done.stderr}"
    return done.stdout


def program(name: str) -> str:
    """A tool installed beside the Python that runs the tests."""
    scripts = Path(sys.executable).parent
    return str(scripts / (name + ".exe" if os.name == "nt" else name))


TRUTH = r"""
import json, platform, site, sys
print(json.dumps({
    "prefix": sys.prefix, "version": "%d.%d.%d" % sys.version_info[:3], "implementation": platform.python_implementation().lower(),
    "path": sys.path,
}))
"""


def truth(python: str | None) -> dict[str, object]:
    """What the environment's own interpreter says of itself."""
    assert python is not None
    answer = json.loads(run(python, "-c", TRUTH))
    assert isinstance(answer, dict)
    return answer
