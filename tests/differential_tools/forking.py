"""A tool written in Python, loaded once and forked for each command: the same program, without paying for its imports every time.

Run by the tool's own Python with the names of the modules to load first; reads one JSON object a line (arguments, folder, variables) and
answers each with another (code, output). Where there is no ``fork`` the commands are started as they always are.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import NamedTuple


class Done(NamedTuple):
    """How a command ended; ``output`` is what it said on both channels."""

    returncode: int
    output: str


class Forking:
    """One tool's program, warm. ``main`` is ``module:function``; ``modules`` are loaded beforehand.

    ``variables`` are those it starts with, for what a tool looks up once, when it is loaded: every command has to name them too.
    """

    def __init__(self, program: Path, main: str, modules: tuple[str, ...], variables: dict[str, str] | None = None) -> None:
        self.program = program
        self._process: subprocess.Popen[str] | None = None
        if hasattr(os, "fork"):
            argv = [str(program.with_name("python")), __file__, str(program), main, *modules]
            self._process = subprocess.Popen(
                argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8", env=variables
            )

    def run(self, arguments: list[str], folder: Path, variables: dict[str, str]) -> Done:
        """The command, run to its end."""
        if self._process is None:
            argv = [str(self.program), *arguments]
            done = subprocess.run(argv, cwd=folder, env=variables, capture_output=True, text=True, check=False, timeout=300)
            return Done(done.returncode, done.stdout + done.stderr)
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps([arguments, str(folder), variables]) + "\n")
        self._process.stdin.flush()
        return Done(*json.loads(self._process.stdout.readline()))

    def close(self) -> None:
        """No more commands."""
        if self._process is not None and self._process.stdin and self._process.stdout:
            self._process.stdin.close()
            self._process.wait(timeout=120)
            self._process.stdout.close()


def _serve(program: str, main: str, modules: list[str]) -> None:
    for name in modules:
        with suppress(ImportError):
            import_module(name)
    module, function = main.split(":")
    entry = getattr(import_module(module), function)
    for line in sys.stdin:
        arguments, folder, variables = json.loads(line)
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            os.dup2(writing, 1)
            os.dup2(writing, 2)
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            # They remember what they were opened on: a file, it may be, in which one can seek.
            sys.stdout, sys.stderr = (os.fdopen(number, "w", encoding="utf-8", closefd=False) for number in (1, 2))
            os.chdir(folder)
            os.environ.clear()
            os.environ.update(variables)
            sys.argv = [program, *arguments]
            code = 1
            try:
                code = int(entry() or 0)
            except SystemExit as ended:
                code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
            finally:
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(code)
        os.close(writing)
        with open(reading, "rb") as pipe:
            output = pipe.read().decode("utf-8", "replace")
        _, status = os.waitpid(child, 0)
        print(json.dumps([os.waitstatus_to_exitcode(status), output]), flush=True)


if __name__ == "__main__":
    _serve(sys.argv[1], sys.argv[2], sys.argv[3:])
