"""Puts the modules that are loaded together (``venvls.host.image.together``) in an order in which each is after those that it needs.

    python tests/load_order.py

After a module of the list has got another import. A new module is put anywhere into its list first: ``tests/cli/test_first_check.py`` says
which is missing, or is there for nothing.
"""

from __future__ import annotations

import re
import subprocess
import sys
import textwrap
from pathlib import Path

FILE = Path(__file__).resolve().parents[1] / "server/venvls/host/image/together.py"
PROGRAM = """
import sys
from importlib import import_module
from importlib.machinery import SourceFileLoader
plainly = SourceFileLoader.exec_module
def noted(loader, module):
    plainly(loader, module)
    if loader.path.startswith(sys.argv[1]):
        print(loader.path[len(sys.argv[1]) + 1 : -3].replace(chr(92), "/"))
SourceFileLoader.exec_module = noted
for written in sys.argv[2:]:
    import_module("venvls." + written.removesuffix("/__init__").replace("/", "."))
"""


def in_order(names: list[str]) -> list[str]:
    """The names as Python is done with them, when it loads each with what that needs."""
    package = FILE.parents[2]
    argv = [sys.executable, "-c", PROGRAM, str(package), *names]
    done = subprocess.run(argv, cwd=package.parent, capture_output=True, text=True, check=True)
    return [name for name in done.stdout.split() if name in names]


def main() -> None:
    """Writes the file again."""

    def sorted_again(group: re.Match[str]) -> str:
        text = " ".join(in_order(group[2].split()))
        return f"{group[1]}{textwrap.fill(text, 136, break_on_hyphens=False)}\n{group[3]}"

    text = FILE.read_text(encoding="utf-8")
    FILE.write_text(re.sub(r'(": """\n)(.*?)(""",\n)', sorted_again, text, flags=re.DOTALL), encoding="utf-8")


if __name__ == "__main__":
    main()
