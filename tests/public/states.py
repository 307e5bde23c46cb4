"""The ways in which a project that is in sync is moved out of it: what is installed, or what its manifest says."""

from __future__ import annotations

import email
import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from tests.differential_tools.stage import key, python
from tests.public.keepers import Ground
from tests.public.listings import Listing, listing, name_of

_STRAYS = ("toml", "six", "sortedcontainers", "zipp")
"""Small packages that need no other; the first that is not installed is the one more."""
_SEEDS = frozenset({"pip", "setuptools", "wheel"})
_TRIES = 4


class State(NamedTuple):
    """A state, and how a project in sync is brought there: gives the packages that it is about, or ``None`` where that is not possible.

    ``edits`` is true where that changes the manifest, and not the environment.
    """

    name: str
    move: Callable[[Ground, Path], frozenset[str] | None]
    edits: bool = False


def installed(prefix: Path) -> dict[str, str]:
    """The versions of what is installed, by name."""
    folders = [
        folder for site in prefix.glob("[lL]ib*/**/site-packages") if "lib64" not in site.parts for folder in site.glob("*.dist-info")
    ]
    pairs = [folder.name.removesuffix(".dist-info").rpartition("-") for folder in folders]
    return {key(name): version for name, _, version in pairs}


def needs(prefix: Path) -> dict[str, frozenset[str]]:
    """The names of what each installed package needs, whatever for."""
    known = {}
    for file in (file for site in prefix.glob("[lL]ib/**/site-packages") for file in site.glob("*.dist-info/METADATA")):
        header = email.message_from_string(file.read_text("utf-8", "replace"))
        required = (re.match(r"[A-Za-z0-9._-]+", line) for line in header.get_all("Requires-Dist", ()))
        known[key(header["Name"])] = frozenset(key(match[0]) for match in required if match)
    return known


@contextmanager
def undone(ground: Ground, prefix: Path) -> Iterator[None]:
    """What is done inside to the environment, and to the manifest that is changed, is undone afterwards."""
    copy = prefix.parent / f".{prefix.name}-as-it-was"
    listed = listing(ground)
    files = [listed.file] if listed else []
    texts = {file: file.read_bytes() for file in files}
    times = {file: file.stat() for file in files}
    shutil.rmtree(copy, ignore_errors=True)
    # Installers replace files and never write into them, so a second name for each is enough.
    shutil.copytree(prefix, copy, symlinks=True, copy_function=_linked)
    try:
        yield
    finally:
        shutil.rmtree(prefix)
        copy.rename(prefix)
        for file, data in texts.items():
            file.write_bytes(data)
            os.utime(file, ns=(times[file].st_atime_ns, times[file].st_mtime_ns))


def _linked(source: str, target: str) -> None:
    os.link(source, target, follow_symlinks=False)


def _fresh(ground: Ground, prefix: Path) -> frozenset[str] | None:
    return frozenset()


def _removed(ground: Ground, prefix: Path) -> frozenset[str] | None:
    names = sorted(set(installed(prefix)) - _SEEDS)
    if not names:
        return None
    gone = sorted({names[len(names) * part // 4] for part in (1, 2, 3)})
    ground.uv("pip", "uninstall", "--quiet", "--no-config", "--python", str(prefix), *gone)
    return frozenset(gone)


def _other_version(ground: Ground, prefix: Path) -> frozenset[str] | None:
    versions = {name: version for name, version in installed(prefix).items() if name not in _SEEDS}
    names = sorted(versions)
    for name in names[len(names) // 3 :][:_TRIES]:
        if _install(ground, prefix, f"{name}<{versions[name]}"):
            return frozenset({name})
    return None


def _more(ground: Ground, prefix: Path) -> frozenset[str] | None:
    stray = _stray(prefix)
    return frozenset({stray}) if _install(ground, prefix, stray) else None


def _stray(prefix: Path) -> str:
    return next(name for name in _STRAYS if name not in installed(prefix))


def _install(ground: Ground, prefix: Path, wanted: str) -> bool:
    words = ("--quiet", "--no-config", "--no-deps", "--only-binary", ":all:", "--python", str(python(prefix)))
    return ground.uv("pip", "install", *words, wanted, check=False)[0] == 0


def _added(ground: Ground, prefix: Path) -> frozenset[str] | None:
    stray = _stray(prefix)
    return _edited(ground, lambda listed: ([*listed.entries, listed.entry(stray, "")], stray))


def _dropped(ground: Ground, prefix: Path) -> frozenset[str] | None:
    def without(listed: Listing) -> tuple[list[str], str] | None:
        first = _first(listed, prefix)
        return ([entry for entry in listed.entries if entry is not first], name_of(first)) if first else None

    return _edited(ground, without)


def _excluded(ground: Ground, prefix: Path) -> frozenset[str] | None:
    """The first requirement no longer accepts the version that is installed."""
    if ground.project.tool == "pip-tools":
        return None  # a compiled file states versions, not what may not be

    def bounded(listed: Listing) -> tuple[list[str], str] | None:
        first = _first(listed, prefix)
        if not first:
            return None
        name = name_of(first)
        new = listed.entry(name, f"!={installed(prefix)[key(name)]}")
        return [new if entry is first else entry for entry in listed.entries], name

    return _edited(ground, bounded)


def _first(listed: Listing, prefix: Path) -> str | None:
    there = installed(prefix)
    return next((entry for entry in listed.entries if name_of(entry) and key(name_of(entry)) in there and ";" not in entry), None)


def _edited(ground: Ground, change: Callable[[Listing], tuple[list[str], str] | None]) -> frozenset[str] | None:
    listed = listing(ground)
    changed = change(listed) if listed else None
    if listed is None or changed is None:
        return None
    listed.file.write_text(listed.written(changed[0]), "utf-8")
    return frozenset({key(changed[1])})


STATES = (
    State("in sync", _fresh),
    State("removed", _removed),
    State("another version", _other_version),
    State("one more", _more),
    State("requirement added", _added, edits=True),
    State("requirement dropped", _dropped, edits=True),
    State("version excluded", _excluded, edits=True),
)
