"""Which version of a tool a program is: by what its installer recorded next to it, else by what the program says of itself.

Starting eight tools written in Python took half a minute; their records are read in milliseconds. A record counts only where it names
this very program, with its size, so that a copy that something else put there is started all the same.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Mapping


def versions(
    programs: Mapping[str, str], scratch: str, recorded: Callable[[str, str], str | None], environ: Mapping[str, str]
) -> dict[str, str]:
    """The version of each program, or ``version unknown``. Those of which nothing is recorded are started at the same time, in
    ``scratch`` and with the variables ``environ``, by which they load nothing of the workspace."""
    known = {name: recorded(name, path) for name, path in programs.items()}
    started = {name: _start(programs[name], scratch, environ) for name, version in known.items() if version is None}
    return {name: version or _answer(started[name]) for name, version in known.items()}


def _start(program: str, scratch: str, environ: Mapping[str, str]) -> subprocess.Popen[str] | None:
    try:
        return subprocess.Popen(  # noqa: S603 - one of our tools, outside the workspace
            [program, "--version"], cwd=scratch, env=environ, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True, errors="replace",
        )  # fmt: skip
    except OSError:
        return None


def _answer(process: subprocess.Popen[str] | None) -> str:
    answer = ""
    if process is not None:
        with process:
            try:
                answer, _ = process.communicate(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
    return next((word.strip("(),") for word in answer.split() if word[:1].isdecimal()), "version unknown")
