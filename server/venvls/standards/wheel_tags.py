"""Whether what a wheel was built for (its tags, PEP 425) fits a Python: only what can be told from files is denied.

Which C library a Linux has, and which release of a system, is not known here. A machine that runs programs of another kind (32 bits on
64, Intel's on Apple's) is given the benefit of the doubt.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from venvls.model.record import NamedTuple

_INTERPRETER = re.compile(r"(py|cp|pp)(\d)_?(\d*)")
_SYSTEMS = (
    ("manylinux", "linux"),
    ("musllinux", "linux"),
    ("linux_", "linux"),
    ("macosx_", "darwin"),
    ("win32", "win32"),
    ("win_", "win32"),
)
_NAMES = {"pp": "pypy", "cp": "cpython"}
_MACHINES = {
    "x86_64": ("x86_64", "amd64"),
    "aarch64": ("aarch64", "arm64"),
    "ppc64le": ("ppc64le",),
    "s390x": ("s390x",),
    "riscv64": ("riscv64",),
}


class Python(NamedTuple):
    """A Python that wheels are for: ``minor`` is its ``X.Y``, ``machine`` what ``platform_machine`` is, both as markers say them."""

    minor: str
    implementation: str
    free_threaded: bool
    system: str
    machine: str


def fits(tags: Iterable[str], python: Python) -> bool:
    """Whether one of the tags may fit; also where nothing is known of it."""
    return any(_fits(tag, python) for tag in tags)


def _fits(tag: str, python: Python) -> bool:
    parts = tag.split("-")
    if len(parts) != 3:
        return True
    interpreters, abis, platforms = (part.split(".") for part in parts)
    by_python = any(_by_python(interpreter, abi, python) for interpreter in interpreters for abi in abis)
    return by_python and any(_by_platform(platform, python) for platform in platforms)


def _by_python(interpreter: str, abi: str, python: Python) -> bool:
    match = _INTERPRETER.fullmatch(interpreter)
    if match is None:
        return True
    kind, major, minor = match.groups()
    own_major, _, own_minor = python.minor.partition(".")
    if not own_minor.isdecimal():
        return True
    if major != own_major:
        return False
    if kind == "py":
        return not minor or int(minor) <= int(own_minor)
    if python.implementation not in _NAMES.values():
        return True
    if python.implementation != _NAMES[kind]:
        return False
    if abi.startswith("abi3"):
        return not minor or int(minor) <= int(own_minor)
    if minor != own_minor:
        return False
    return kind != "cp" or abi == "none" or abi.endswith("t") == python.free_threaded


def _by_platform(platform: str, python: Python) -> bool:
    system = next((system for start, system in _SYSTEMS if platform.startswith(start)), None)
    if system is None:
        return True
    if system != python.system:
        return False
    known = next((names for name, names in _MACHINES.items() if platform.endswith(name)), None) if system == "linux" else None
    machine = python.machine.lower()
    return known is None or not any(machine in names for names in _MACHINES.values()) or machine in known
