"""Forty public projects with their tests, as their source distributions have them, each in an environment with what it declares.

The list was fixed before anything was compared, and what it names is pinned. A project is installed once into the tests' folder, editable,
with all its extras and groups; where an extra or a group cannot be (it needs a compiler, or conflicts), it is left out, and the project is
in :data:`LEFT_OUT`'s file.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import uv

from tests import kept, pinned

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

PROJECTS = {
    "alembic": "1.20.1",
    "anyio": "4.16.0",
    "attrs": "26.1.0",
    "beautifulsoup4": "4.15.0",
    "black": "26.10.1",
    "build": "1.6.1",
    "celery": "5.7.0",
    "click": "8.5.1",
    "cookiecutter": "2.7.1",
    "dateparser": "1.5.0",
    "fastapi": "0.165.0",
    "flask": "3.1.3",
    "flit": "4.2.0",
    "httpx": "0.28.1",
    "jinja2": "3.1.6",
    "markdown": "3.11.3",
    "marshmallow": "4.4.0",
    "mkdocs": "1.6.1",
    "nox": "2026.10.20",
    "paramiko": "5.1.0",
    "pexpect": "4.9.0",
    "pip-tools": "7.6.2",
    "poetry-core": "2.5.0",
    "pydantic-settings": "2.16.3",
    "pygments": "2.21.0",
    "pytest": "9.2.0",
    "redis": "8.1.0",
    "requests": "2.34.2",
    "scrapy": "2.19.0",
    "setuptools-scm": "10.3.4",
    "sphinx": "9.0.4",
    "starlette": "1.10.0",
    "structlog": "26.1.0",
    "tenacity": "9.2.1",
    "textual": "8.2.8",
    "tqdm": "4.70.1",
    "trio": "0.35.0",
    "twine": "7.0.0",
    "uvicorn": "0.54.0",
    "werkzeug": "3.1.9",
}
LEFT_OUT = "left-out.json"


def project(name: str) -> Path:
    """The root of a project, unpacked and installed; ``.venv`` is its environment."""
    place = kept.folder() / "real-projects" / f"{name}-{PROJECTS[name]}"
    root = place / "project"
    with kept.making(place) as missing:
        if missing:
            place.mkdir(parents=True, exist_ok=True)
            if root.exists():
                shutil.rmtree(root)
            _unpack(_sdist(name, place), root)
            _install(root, place)
    return root


def python(root: Path) -> Path:
    """The interpreter of a project's environment."""
    return next(path for path in (root / ".venv/bin/python", root / ".venv/Scripts/python.exe") if path.exists())


def left_out(root: Path) -> list[str]:
    """The extras and groups that are not installed."""
    return list(json.loads((root.parent / LEFT_OUT).read_text("utf-8")))


def _sdist(name: str, place: Path) -> Path:
    pinned_at = f"{name}=={PROJECTS[name]}"
    if not list(place.glob("*.tar.gz")):
        command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--no-binary", ":all:", "-d", str(place), pinned_at]
        subprocess.run(command, check=True, stdin=subprocess.DEVNULL, timeout=1800)
    return next(place.glob("*.tar.gz"))


def _unpack(archive: Path, root: Path) -> None:
    with tarfile.open(archive) as packed:
        packed.extractall(root.parent, filter="data")
    top = next(path for path in root.parent.iterdir() if path.is_dir() and path != root)
    top.rename(root)


def _install(root: Path, place: Path) -> None:
    subprocess.run([uv.find_uv_bin(), "venv", "-q", "--clear", "--no-project", "--python", sys.executable, str(root / ".venv")], check=True)
    extras = sorted(set(re.findall(r"^Provides-Extra: *(\S+)", (root / "PKG-INFO").read_text("utf-8"), re.MULTILINE)))
    manifest = root / "pyproject.toml"
    document = tomllib.loads(manifest.read_text("utf-8")) if manifest.exists() else {}
    groups = [word for name in document.get("dependency-groups", {}) for word in ("--group", f"{manifest}:{name}")]
    whole = ["-e", f"{root}[{','.join(extras)}]" if extras else str(root)]
    left: list[str] = []
    if not _pip_install(root, [*whole, *groups]):
        assert _pip_install(root, ["-e", str(root)]), f"{root} cannot be installed"
        left += [extra for extra in extras if not _pip_install(root, ["-e", f"{root}[{extra}]"])]
        left += [group for group in groups[1::2] if not _pip_install(root, ["--group", group])]
    (place / LEFT_OUT).write_text(json.dumps([name.rpartition(":")[2] for name in left]), "utf-8")


def _pip_install(root: Path, wanted: list[str]) -> bool:
    command = [uv.find_uv_bin(), "pip", "install", "-q", "--python", str(root / ".venv"), "--exclude-newer", pinned.AS_OF, *wanted]
    try:
        return subprocess.run(command, check=False, stdin=subprocess.DEVNULL, timeout=400, cwd=root).returncode == 0
    except subprocess.TimeoutExpired:
        return False
