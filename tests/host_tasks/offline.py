"""Tiny wheels made here, a variable set that keeps every tool off the network, and the Pythons of this machine."""

from __future__ import annotations

import base64
import hashlib
import os
import re
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path


def large_wheel(folder: Path, name: str, version: str, *requires: str, files: int) -> Path:
    """A wheel with a package of many small modules, each of which knows the version."""
    parts = {f"{name}/__init__.py": f"__version__ = {version!r}\n"}
    parts |= {f"{name}/part{number}.py": f"version = {version!r}\n" for number in range(files)}
    return wheel(folder, name, version, *requires, parts=parts)


def wheel(folder: Path, name: str, version: str, *requires: str, module: str = "", parts: Mapping[str, str] | None = None) -> Path:
    """A wheel without code but for one module that knows its version, or the files of ``parts``."""
    key = re.sub(r"[-_.]+", "_", name).lower()
    info = f"{key}-{version}.dist-info"
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n" + "".join(f"Requires-Dist: {one}\n" for one in requires)
    files = {
        **(parts or {f"{key}.py": module or f"__version__ = {version!r}\n"}),
        f"{info}/METADATA": metadata,
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: venvls-tests\nRoot-Is-Purelib: true\nTag: py2-none-any\nTag: py3-none-any\n",
    }
    lines = []
    for path, text in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
        lines.append(f"{path},sha256={digest},{len(text.encode())}\n")
    files[f"{info}/RECORD"] = "".join(lines) + f"{info}/RECORD,,\n"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{key}-{version}-py2.py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for inner, text in files.items():
            archive.writestr(inner, text)
    return path


def index(folder: Path) -> Path:
    """A folder of wheels: ``alpha`` 1 and 2, ``beta`` that needs ``alpha``, ``gamma`` that contradicts ``beta``."""
    wheel(folder, "alpha", "1.0")
    wheel(folder, "alpha", "2.0")
    wheel(folder, "beta", "1.0", "alpha>=2")
    wheel(folder, "gamma", "1.0", "alpha<2")
    return folder


def environ(wheels: Path, cache: Path) -> Mapping[str, str]:
    """The process's variables, with pip and uv told to use nothing but ``wheels``."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "UV_", "VIRTUALENV_"))}
    return kept | {
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": str(wheels),
        "PIP_CONFIG_FILE": os.devnull,
        "UV_OFFLINE": "1",
        "UV_NO_INDEX": "1",
        "UV_FIND_LINKS": str(wheels),
        "UV_NO_CONFIG": "1",
        "UV_CACHE_DIR": str(cache),
        "UV_LINK_MODE": "copy",  # what a test breaks in an environment must not be broken in the cache
        "PIP_CACHE_DIR": str(cache),
    }


def program(name: str) -> str:
    """A tool that stands beside the Python that runs the tests."""
    path = Path(sys.executable).parent / (f"{name}.exe" if os.name == "nt" else name)
    assert path.exists(), f"{name} is in the test group of pyproject.toml and not installed"
    return str(path)
