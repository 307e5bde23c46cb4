"""Writes the table of the standard library's modules: `python3 -m tests.standard_library_names PYTHON…`, one interpreter a minor version.

From 3.10 on an interpreter says it (`sys.stdlib_module_names`, the same on every platform). Before that it is what its folders hold and
what is built in, and the modules of other platforms as 3.10 knows them. 3.14, where no interpreter is given for it, is 3.13 and what
"What's New In Python 3.14" and `Python/stdlib_module_names.h` of its branch add and remove.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

TABLE = Path(__file__).resolve().parent.parent / "server" / "venvls" / "imports" / "standard_library.py"
_PROGRAM = """
import json, pkgutil, sys, sysconfig
names = getattr(sys, "stdlib_module_names", None)
told = names is not None
if names is None:
    folders = [folder for folder in sys.path if folder and "site-packages" not in folder]
    names = set(sys.builtin_module_names) | {found[1] for found in pkgutil.iter_modules(folders)}
print(json.dumps([list(sys.version_info[:2]), told, sorted(names)]))
"""
_OTHER_PLATFORMS = re.compile(
    r"_?(win|ms|nt|mac|osx|os2|scproxy|overlapped|posixshmem|gestalt|ossaudiodev|spwd|nis|dbm|gdbm|tkinter|curses)"
)
_NEW_IN_3_14 = "_apple_support _ast_unparse _hmac _py_warnings _remote_debugging _types _zstd annotationlib compression"
# Named in the documentation or made by the tests of the standard library, and importable in every installation that has them.
_ALSO = ("test", "__main__", "__phello__", "_testcapi", "_testinternalcapi", "_testbuffer", "_testimportmultiple", "_testmultiphase",
         "_ctypes_test", "_xxtestfuzz", "_sysconfigdata", "_testsinglephase", "_testclinic", "_testlimitedcapi", "_testexternalinspection",
         "xxlimited", "xxlimited_35", "xxsubtype", "_xxsubinterpreters", "_xxinterpchannels", "_xxinterpqueues", "_xxtestfuzz")  # fmt: skip


def main(interpreters: list[str]) -> None:
    """Asks every interpreter and writes the table."""
    told: dict[tuple[int, int], set[str]] = {}
    guessed: dict[tuple[int, int], set[str]] = {}
    for interpreter in interpreters:
        done = subprocess.run([interpreter, "-S", "-E", "-c", _PROGRAM], capture_output=True, text=True, check=True)
        version, knows, names = json.loads(done.stdout)
        (told if knows else guessed)[tuple(version)] = {name for name in names if not name.startswith(("_sysconfigdata", "__pyc"))}
    elsewhere = {name for name in told[(3, 10)] if _OTHER_PLATFORMS.match(name)}
    every = told | {version: names | elsewhere for version, names in guessed.items()}
    every.setdefault((3, 14), every[(3, 13)] | set(_NEW_IN_3_14.split()))
    common = set.intersection(*every.values()) - set(_ALSO)
    lines = [f"    (3, {version[1]}): {_text(names - common - set(_ALSO))}" for version, names in sorted(every.items())]
    source = TABLE.read_text("utf-8")
    table = f"_COMMON = {_text(common)}\n_ALSO = {_text(set(_ALSO))}\n_OF: dict[tuple[int, int], str] = {{\n" + ",\n".join(lines) + ",\n}\n"
    head, _, _ = source.partition("# The table;")
    TABLE.write_text(f"{head}# The table; made by tests/standard_library_names.py.\n{table}", "utf-8", newline="\n")


def _text(names: set[str]) -> str:
    """Names as a string over lines."""
    lines, line = [], ""
    for name in sorted(names):
        if len(line) + len(name) > 120:
            lines.append(line)
            line = ""
        line += f"{name} "
    return '"""\n' + "\n".join(text.rstrip() for text in [*lines, line] if text) + '\n"""'


if __name__ == "__main__":
    main(sys.argv[1:])
