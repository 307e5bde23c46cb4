"""What `python3 tests` does. Standard library only, but for what it starts.

Everything under this checkout's own Python, in one process more than there are cores, and meanwhile the part without editors under the
oldest and the newest other Python from 3.10 to 3.13 found on the machine, with the least priority; of a test with many examples each of the
two runs a quarter.
The last line is pytest's summary of the first; a failure of the others is a failed test in it (`tests/test_pythons.py`).
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

sys.path.insert(1, str(Path(__file__).resolve().parents[1]))
sys.path.insert(1, str(Path(__file__).resolve().parents[1] / "server"))

import checkout
from tests import pythons

USAGE = """python3 tests [--fast] [--here | --newest] [PYTEST ARGUMENTS]
python3 tests --docs

  --fast   a look between two edits, in two processes: without what is slow, needs a package index or starts many processes (the editor,
           what a command does to an environment, faults and threats, most of the language server's requests), with a fifth of the cases
           through a language client and of the generated examples, and without the other Pythons. tests/fast.py lists it. With any argument
           of pytest it only leaves out what is slow or needs a package index
  --here   leaves out the other Pythons only
  --newest takes the newest versions of all that is pinned (tests/pinned.py, pyproject.toml) instead, and leaves out the other Pythons:
           for a run that is read and decides nothing
  --docs   writes the generated pages of server/docs, and runs nothing
  -k TEXT, a path, or any other argument of pytest is handed on (and leaves out the other Pythons)
"""


def main(arguments: list[str]) -> int:
    """Runs the suite; the exit status is pytest's."""
    if "-h" in arguments or "--help" in arguments:
        print(USAGE, end="")
        return 0
    fast = "--fast" in arguments
    given = [argument for argument in arguments if argument not in ("--fast", "--here", "--newest")]
    try:
        python = checkout.prepare("dev")
        if "--docs" in arguments:
            return checkout.become([str(python), str(checkout.ROOT / "tests" / "documentation.py")])
        if "--newest" in arguments:
            python = pythons.newest(checkout.ROOT, python)
            os.environ["VENVLS_TEST_NEWEST"] = "1"
        alone = fast or given or "--here" in arguments or "--newest" in arguments
        os.environ.pop(pythons.VERDICTS, None)
        if not alone:
            pythons.begin(checkout.ROOT, python)
    except RuntimeError as error:
        print(f"tests: {error}", file=sys.stderr)
        return 2
    except checkout.SetupError as error:
        print(f"tests: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("tests: interrupted.", file=sys.stderr)
        return 130
    options = ["-o", "tmp_path_retention_policy=failed", "--durations=25", "--durations-min=1"]
    if fast:
        options += ["-m", "not slow and not network"]
    cores = os.cpu_count() or 1
    if fast and not given:
        options += ["-n", str(cores), "--dist", "worksteal"]
        os.environ[pythons.FAST] = "1"
    elif not given:
        # Tests wait for tools and editors half of their time: one process more than there are cores.
        options += ["-n", str(cores + 1), "--dist", "loadfile", "--no-loadscope-reorder"]
    # Where Python writes no compiled files by itself (most containers), each of thousands of processes would compile all of it again.
    places = [str(checkout.ROOT / "server"), str(checkout.ROOT / "tests")]
    subprocess.run([str(python), "-m", "compileall", "-qq", "-j", "0", *places], check=False)
    command = [str(python), "-m", "pytest", f"--rootdir={checkout.ROOT}", "-c", str(checkout.ROOT / "pyproject.toml"), *options, *given]
    if not any(Path(argument.split("::")[0]).exists() for argument in given if not argument.startswith("-")):
        command.append(str(checkout.ROOT / "tests"))
    return checkout.become(command)
