"""What is below a folder that is to be deleted: counted, unknown entries named, repositories looked into. No link is followed."""

from __future__ import annotations

import os
import re
from contextlib import suppress

from venvls.model.contents import Contents, Repository
from venvls.model.hints import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_MOST_ENTRIES = 2_000_000
_MOST_REPOSITORIES = 100
_MOUNT_POINT = 0xA0000003  # a Windows junction: a folder to every call that does not ask for this tag
_SYSTEMS = {
    ".git": "git",
    ".hg": "Mercurial",
    ".svn": "Subversion",
    ".bzr": "Bazaar",
    ".jj": "Jujutsu",
    "_darcs": "Darcs",
    ".fslckout": "Fossil",
}
_BARE = frozenset({"HEAD", "objects", "refs"})
# What venv, virtualenv, uv, pip, Pipenv, tox, conda and pixi put at the top of an environment.
_TOOLS_PUT = frozenset(
    {
        "pyvenv.cfg", "bin", "scripts", "lib", "lib64", "libs", "include", "share", "local", "etc", "man", "doc", "sbin", "var", "ssl",
        "cachedir.tag", ".gitignore", ".lock", ".project", ".tox-info.json", "pip-selfcheck.json", "pip-delete-this-directory.txt",
        "conda-meta", "condabin", "compiler_compat", "library", "dlls", "tools", "tcl", "menu", "info", "libexec", "site-packages",
        "__pycache__", ".python", "tmp", "log", ".pkg", "src", "news.txt",
    }
)  # fmt: skip
_PROGRAM = re.compile(
    r"(python|pypy|graalpy|vcruntime|api-ms-|ucrtbase|msvcp|concrt|zlib|license|x86_64-|aarch64-|sqlite|libcrypto|libssl)", re.I
)


def contents(folder: str, environ: Mapping[str, str] | None = None) -> Contents:
    """Everything below ``folder``, which is an environment."""
    from venvls.host.git_ignore import tracked

    files = 0
    seen = 0
    places: list[tuple[str, str]] = []
    unknown: list[str] = []
    waiting = [folder]
    while waiting and seen < _MOST_ENTRIES:
        inner = waiting.pop()
        names: set[str] = set()
        with suppress(OSError), os.scandir(inner) as entries:
            for entry in entries:
                seen += 1
                names.add(entry.name)
                folder_here = is_folder(entry)
                if entry.name in _SYSTEMS:
                    places.append((inner, _SYSTEMS[entry.name]))
                elif inner == folder and not _is_known(entry.name):
                    unknown.append(entry.name)
                if not folder_here:
                    files += 1
                else:
                    waiting.append(entry.path)
        if names >= _BARE and os.path.basename(inner) != ".git" and ".git" not in inner.split(os.sep):
            places.append((inner, "git"))
    unknown += _loose_sources(folder, {place for place, _ in places})
    return Contents(
        files,
        tuple(sorted(unknown)),
        tuple(_looked_into(path, system, environ) for path, system in sorted(places)[:_MOST_REPOSITORIES]),
        tracked(folder, environ=environ),
        not waiting and len(places) <= _MOST_REPOSITORIES,
    )


def is_folder(entry: os.DirEntry[str]) -> bool:
    """Whether an entry is a folder of its own: neither a link nor, on Windows, a junction."""
    try:
        return entry.is_dir(follow_symlinks=False) and not is_junction(entry.stat(follow_symlinks=False) if os.name == "nt" else None)
    except OSError:
        return False


def is_junction(standing: object) -> bool:
    """Whether what a stat that follows nothing tells is a Windows junction."""
    return getattr(standing, "st_reparse_tag", 0) == _MOUNT_POINT


def _is_known(name: str) -> bool:
    return name.lower() in _TOOLS_PUT or _PROGRAM.match(name) is not None or name.startswith(".venvls-")


def _loose_sources(folder: str, repositories: set[str]) -> list[str]:
    """What is in ``src``, where pip puts its clones, and is none."""
    source = os.path.join(folder, "src")
    names: list[str] = []
    with suppress(OSError):
        names = os.listdir(source)
    return [
        f"src{os.sep}{name}" for name in names if os.path.join(source, name) not in repositories and name != "pip-delete-this-directory.txt"
    ]


def _looked_into(path: str, system: str, environ: Mapping[str, str] | None) -> Repository:
    if system != "git":
        return Repository(path, system, "work that may be nowhere else")
    from venvls.host.git_work import work

    try:
        return Repository(path, system, work(path, environ))
    except (OSError, ValueError, IndexError, RecursionError, MemoryError):
        return Repository(path, system, "work that may be nowhere else")
