"""Where Pythons are on Linux: as findpython finds them there, without the time it takes to import. A test compares the two."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress

_SUFFIXES = ("", ".sh", ".bash", ".csh", ".zsh", ".fish", ".py")
_NAME = re.compile(
    r"(?:(?:iron|active|micro)?python|jython|pypy|anaconda|miniconda|stackless|pyston)"
    r"(?:\d(?:\.?\d{1,2}(?:[cpm]|td?){0,3})?(?:-[\d.]+)*)?"
    rf"(?:{'|'.join(map(re.escape, _SUFFIXES))})"
)
_INSTALLED = ("", "install")
"""Below a folder of rye's or uv's: where the Python itself is."""


def on_path(variables: Mapping[str, str]) -> Iterable[str]:
    """What is named like a Python in the folders of PATH."""
    for entry in dict.fromkeys(filter(None, variables.get("PATH", "").split(os.pathsep))):
        yield from _in(entry)


def of_managers() -> Iterable[tuple[str, str]]:
    """The Pythons of pyenv, asdf, rye and uv, each with the manager's name."""
    pyenv, asdf = _root("PYENV_ROOT", "~/.pyenv"), _root("ASDF_DATA_DIR", "~/.asdf")
    for name, folder in (("asdf", os.path.join(asdf, "installs", "python")), ("pyenv", os.path.join(pyenv, "versions"))):
        for version in _listed(folder):
            programs = os.path.join(version, "bin")
            yield from ((name, path) for path in _in(programs if os.path.isdir(programs) else version))
    own = os.environ.get("XDG_DATA_HOME", "").strip() or "~/.local/share"
    for name, folder in (("rye", _root("RYE_PY_ROOT", "~/.rye/py")), ("uv", _root("UV_PYTHON_INSTALL_DIR", f"{own}/uv/python"))):
        for version in _listed(folder):
            places = (os.path.join(version, inner, "bin", "python3") for inner in _INSTALLED)
            yield from ((name, path) for path in [next(filter(os.path.exists, places), None)] if path is not None)


def _in(folder: str) -> Iterable[str]:
    for path in _listed(folder, _NAME.fullmatch):
        known = os.path.splitext(path)[1] in _SUFFIXES
        if os.path.isfile(path) and os.access(path, os.R_OK) and (known or os.access(path, os.X_OK)):
            yield path


def _listed(folder: str, named: Callable[[str], object] = bool) -> list[str]:
    with suppress(OSError):
        names = [name for name in os.listdir(folder) if named(name)]
        return [os.path.join(os.path.abspath(folder), name) for name in names]
    return []


def _root(variable: str, usual: str) -> str:
    return os.path.expanduser(os.path.expandvars(os.environ.get(variable, usual)))
