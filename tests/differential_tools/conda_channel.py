"""A channel of tiny conda packages on this machine, made from nothing: archives, and the repodata.json that says what there is.

``alpha`` has four versions and needs ``libtiny``; ``beta`` needs ``alpha``; ``python`` is this Python's version and no program that runs.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import platform
import sys
import tarfile
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

MINOR = f"{sys.version_info[0]}.{sys.version_info[1]}"
PYTHON = ".".join(map(str, sys.version_info[:3]))
_SITE = "site-packages"


def subdir() -> str:
    """conda's name of this machine's platform."""
    system = {"linux": "linux", "darwin": "osx", "win32": "win"}[sys.platform]
    arm = platform.machine().lower() in ("arm64", "aarch64")
    return f"{system}-{('aarch64' if system == 'linux' else 'arm64') if arm else '64'}"


class Made(NamedTuple):
    """One package. ``python`` says that it is one of Python, for any platform."""

    name: str
    version: str
    build: str
    depends: tuple[str, ...]
    files: Mapping[str, str]
    python: bool = False


def _library(name: str, version: str, *depends: str) -> Made:
    info = f"{_SITE}/{name}-{version}.dist-info"
    files = {
        # No module: conda would start Python to compile it.
        f"{_SITE}/{name}/data": "",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{info}/INSTALLER": "conda\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\n",
        f"{info}/RECORD": "",
    }
    return Made(name, version, "py_0", ("python", *depends), files, python=True)


def _python() -> Made:
    place, library = ("python.exe", f"Lib/{_SITE}") if os.name == "nt" else ("bin/python", f"lib/python{MINOR}/{_SITE}")
    files = {place: "#!/bin/sh\nexit 0\n", f"{library}/README.txt": "", f"{library.rpartition('/')[0]}/os.py": ""}
    return Made("python", PYTHON, "h1_0_cpython", (), files)


PACKAGES = (
    _python(),
    Made("libtiny", "1.2", "0", (), {"share/libtiny": ""}),
    Made("under_score-1", "9e", "h0", (), {"share/under": ""}),
    *(_library("alpha", version, "libtiny >=1") for version in ("1.0", "1.1", "1.10", "2.0")),
    _library("beta", "1.0", "alpha"),
    _library("stray", "1.0"),
)


def make(folder: Path) -> str:
    """The channel in ``folder``; its URL."""
    listed: dict[str, dict[str, object]] = {subdir(): {}, "noarch": {}}
    for package in PACKAGES:
        where = "noarch" if package.python else subdir()
        index: dict[str, object] = {
            "name": package.name,
            "version": package.version,
            "build": package.build,
            "build_number": 0,
            "depends": list(package.depends),
            "subdir": where,
            "timestamp": 1_700_000_000_000,
        }
        if package.python:
            index["noarch"] = "python"
        data = _archive(package, index)
        name = f"{package.name}-{package.version}-{package.build}.tar.bz2"
        (folder / where).mkdir(parents=True, exist_ok=True)
        (folder / where / name).write_bytes(data)
        digests = {"md5": hashlib.md5(data).hexdigest(), "sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}
        listed[where][name] = {**index, **digests}
    for where, packages in listed.items():
        repodata = {"info": {"subdir": where}, "packages": packages, "packages.conda": {}, "repodata_version": 1}
        (folder / where / "repodata.json").write_text(json.dumps(repodata), "utf-8")
    return folder.as_uri()


def _archive(package: Made, index: Mapping[str, object]) -> bytes:
    paths = [
        {"_path": path, "path_type": "hardlink", "sha256": hashlib.sha256(text.encode()).hexdigest(), "size_in_bytes": len(text)}
        for path, text in package.files.items()
    ]
    contents = {
        **package.files,
        "info/index.json": json.dumps(index),
        "info/paths.json": json.dumps({"paths": paths, "paths_version": 1}),
        "info/files": "".join(f"{path}\n" for path in package.files),
    }
    if package.python:
        contents["info/link.json"] = json.dumps({"noarch": {"type": "python"}, "package_metadata_version": 1})
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w:bz2") as archive:
        for path, text in contents.items():
            member = tarfile.TarInfo(path)
            member.size, member.mode = len(text), 0o755 if path.startswith("bin/") else 0o644
            archive.addfile(member, io.BytesIO(text.encode()))
    return written.getvalue()
