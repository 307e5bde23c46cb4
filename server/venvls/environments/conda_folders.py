"""Where conda, mamba and micromamba keep environments by name: told by variables, ``.condarc`` and ``environments.txt``; nothing is listed.

Source: conda ``base/context.py`` (``envs_dirs``), ``core/envs_manager.py`` (``environments.txt``); mamba's ``MAMBA_ROOT_PREFIX``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from venvls.environments.kind import Query

_LIMIT = 1_000_000
# Where the installers put conda when nobody says otherwise.
_ROOTS = ("miniconda3", "miniforge3", "anaconda3", "mambaforge", "micromamba", "mamba", ".conda", ".local/share/mamba")
_SYSTEM = ("/opt/conda", "/opt/miniconda3", "/opt/miniforge3", "/opt/anaconda3", "/opt/homebrew/Caskroom/miniconda/base")
_KEYS = ("envs_dirs:", "envs_path:", "env_dirs:")
_VARIABLE = r"\$(?:\{(\w+)\}|(\w+))"


def registered(query: Query, name: str) -> Iterator[str]:
    """The prefixes of this name that conda wrote down for the person (``~/.conda/environments.txt``), that still exist."""
    path = query.files.path
    data = query.files.read(path.join(query.home, ".conda", "environments.txt"), _LIMIT)
    for line in data.decode("utf-8", "surrogateescape").splitlines() if data else ():
        prefix = line.strip()
        if path.isabs(prefix) and path.basename(prefix) == name and path.basename(path.dirname(prefix)) == "envs":
            yield path.normpath(prefix)


def searched(query: Query) -> Iterator[str]:
    """The folders conda would look for a name in, the first that has it wins; some may not exist."""
    seen: set[str] = set()
    for folder in _folders(query):
        if folder not in seen:
            seen.add(folder)
            yield folder


def _folders(query: Query) -> Iterator[str]:
    path, environ = query.files.path, query.environ
    separator = ";" if path.sep == "\\" else ":"
    for variable in ("CONDA_ENVS_DIRS", "CONDA_ENVS_PATH"):
        for folder in environ.get(variable, "").split(separator):
            if path.isabs(folder):
                yield path.normpath(folder)
    roots = list(_roots(query))
    for place in (
        *(path.join(query.home, name) for name in (".condarc", ".conda/.condarc", ".mambarc")),
        *_joined(query, roots, ".condarc"),
    ):
        yield from _stated(query, str(path.normpath(place)))
    yield from _joined(query, roots, "envs")


def _joined(query: Query, roots: list[str], name: str) -> Iterator[str]:
    return (str(query.files.path.join(root, name)) for root in roots)


def _roots(query: Query) -> Iterator[str]:
    """The folders conda itself may be installed in: those the variables tell of, then where installers put it."""
    path, environ = query.files.path, query.environ
    for variable in ("MAMBA_ROOT_PREFIX", "CONDA_ROOT", "_CONDA_ROOT"):
        if path.isabs(environ.get(variable, "")):
            yield path.normpath(environ[variable])
    for variable in ("CONDA_EXE", "_CE_CONDA_EXE", "MAMBA_EXE"):
        program = environ.get(variable, "")
        if path.isabs(program):
            yield path.dirname(path.dirname(path.normpath(program)))
    active = environ.get("CONDA_PREFIX", "")
    if path.isabs(active):
        above = path.dirname(path.normpath(active))
        yield path.dirname(above) if path.basename(above) == "envs" else path.normpath(active)
    for name in _ROOTS:
        yield path.normpath(path.join(query.home, name))
    if query.platform == "win32":
        local = environ.get("LOCALAPPDATA") or path.join(query.home, "AppData", "Local")
        for base in (local, environ.get("PROGRAMDATA") or "C:\\ProgramData"):
            yield from (path.join(base, name) for name in _ROOTS[:3])
    else:
        yield from _SYSTEM


def _stated(query: Query, place: str) -> Iterator[str]:
    """The ``envs_dirs`` of a .condarc: a short list in YAML, one a line or in brackets. What is written otherwise is passed over."""
    data = query.files.read(place, _LIMIT)
    if data is None:
        return
    inside = False
    for line in data.decode("utf-8-sig", "replace").splitlines():
        text = line.split(" #", 1)[0].strip()
        if not text or text.startswith("#"):
            continue
        written: list[str] = []
        if not line[:1].isspace() and not text.startswith("-"):
            inside = text.startswith(_KEYS)
            rest = text.partition(":")[2].strip() if inside else ""
            if rest.startswith("[") and rest.endswith("]"):
                written = rest[1:-1].split(",")
        elif inside and text.startswith("- "):
            written = [text[2:]]
        for entry in written:
            folder = _expanded(query, entry.strip().strip("'\""))
            if folder is not None:
                yield folder


def _expanded(query: Query, written: str) -> str | None:
    path = query.files.path
    text = re.sub(_VARIABLE, lambda match: query.environ.get(match[1] or match[2], match[0]), written)
    if text == "~" or text.startswith(("~/", "~\\")):
        text = path.join(query.home, text[2:])
    return str(path.normpath(text)) if path.isabs(text) else None
