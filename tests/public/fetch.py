"""The public projects' files: source distributions from the index, trees from their repositories' archives; kept between runs."""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import urllib.request
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import uv

from tests import kept
from tests.differential_tools.tools import environ
from tests.public.projects import PROJECTS, Public

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

TREES = "VENVLS_PUBLIC_TREES"
"""A folder of trees, ``owner/name@commit`` below it, for where repositories cannot be reached."""


def fetched(project: Public, base: Path) -> Path:
    """A new folder with the project's files below ``base``; gives the one that its tool is run in."""
    folder = base / project.name
    if project.version:
        _unpack(_archive(project), folder)
    if project.tree:
        source = Path(os.environ[TREES]) / project.tree if TREES in os.environ else _downloaded(project.tree)
        for path in project.files or _below(source, project.stands):
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source / path, folder / path)
    return folder / project.stands


def _below(source: Path, stands: str) -> Iterable[str]:
    return (path.relative_to(source).as_posix() for path in (source / stands).rglob("*") if path.is_file())


def _archive(project: Public) -> Path:
    """The source distribution of a version, as the index's own hash says it is."""
    package = _packages()[project.name]
    file = kept.folder() / "public" / package["url"].rpartition("/")[2]
    if not file.exists():
        data = _read(package["url"])
        assert hashlib.sha256(data).hexdigest() == package["hashes"]["sha256"], project.name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    return file


_PACKAGES: dict[str, Any] = {}


def _packages() -> dict[str, Any]:
    """Where the source distribution of each project is."""
    if not _PACKAGES:
        with tempfile.TemporaryDirectory() as base:
            wanted = Path(base, "wanted.in")
            wanted.write_text("".join(f"{project.name}=={project.version}\n" for project in PROJECTS if project.version), "utf-8")
            words = ("--no-deps", "--universal", "--python-version", "3.13", "--format", "pylock.toml", "--no-config", "--quiet")
            argv = [uv.find_uv_bin(), "pip", "compile", *words, str(wanted), "-o", str(Path(base, "pylock.toml"))]
            subprocess.run(argv, check=True, env=environ(), timeout=300)
            lock = tomllib.loads(Path(base, "pylock.toml").read_text("utf-8"))
        _PACKAGES.update({package["name"]: package["sdist"] for package in lock["packages"]})
    return _PACKAGES


def _downloaded(tree: str) -> Path:
    repository, _, commit = tree.partition("@")
    folder = kept.folder() / "public" / tree
    if not folder.exists():
        data = _read(f"https://github.com/{repository}/archive/{commit}.tar.gz")
        _unpack(io.BytesIO(data), folder)
    return folder


def _read(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=120) as answer:
        data: bytes = answer.read()
    return data


def _unpack(archive: Path | io.BytesIO, folder: Path) -> None:
    """What is in the one folder of an archive, in ``folder``."""
    with (
        tempfile.TemporaryDirectory() as base,
        tarfile.open(archive) if isinstance(archive, Path) else tarfile.open(fileobj=archive) as tar,
    ):
        tar.extractall(base, filter="data")
        (top,) = Path(base).iterdir()
        shutil.copytree(top, folder, symlinks=True, dirs_exist_ok=True)
