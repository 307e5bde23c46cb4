"""What the tests keep between runs, and what the tools they run may see: caches and configuration of the tests' own, never the person's.

All of it lies below one folder, ``venvls-tests`` in the person's cache folder. Standard library only.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_FOLDER = "VENVLS_TESTS_FOLDER"
_STEERING = ("UV_", "PIP_", "POETRY_", "PDM_", "HATCH_", "PIPENV_", "TOX_", "VIRTUALENV_", "CONDA_", "PIXI_", "WORKON_HOME")
_REACHING = re.compile(
    r"UV_(DEFAULT_INDEX|INDEX|INDEX_URL|INDEX_\w+_(USERNAME|PASSWORD)|NATIVE_TLS|SYSTEM_CERTS|INSECURE_HOST|HTTP_TIMEOUT|HTTP_RETRIES)"
    r"|PIP_(INDEX_URL|TRUSTED_HOST|CERT|PROXY|DEFAULT_TIMEOUT|RETRIES)"
)
"""Of the variables that steer pip and uv those stay that say how an index is reached."""

STAYING = (
    "UV_INDEX_URL",
    "UV_DEFAULT_INDEX",
    "UV_INDEX",
    "PIP_INDEX_URL",
    "PIP_CONFIG_FILE",
    "UV_CACHE_DIR",
    "UV_LINK_MODE",
    "PIP_CACHE_DIR",
)
"""What is set here and a test that asks a tool must not take away."""


def folder() -> Path:
    """The folder, the same one for every process that a run starts."""
    if named := os.environ.get(_FOLDER):
        return Path(named)
    if os.name == "nt":
        cache = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        cache = Path.home() / "Library" / "Caches"
    else:
        cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return cache / "venvls-tests"


def caches() -> dict[str, str]:
    """The variables that give the tools caches of the tests' own."""
    own = folder() / "caches"
    return {
        _FOLDER: str(folder()),
        "XDG_CACHE_HOME": str(own),
        "UV_CACHE_DIR": str(own / "uv"),
        # Else an environment's files are the cache's: what a test breaks in one would be broken in all.
        "UV_LINK_MODE": "copy",
        "PIP_CACHE_DIR": str(own / "pip"),
        "npm_config_cache": str(own / "npm"),
    }


@contextmanager
def making(place: Path, is_right: Callable[[], bool] = lambda: True) -> Iterator[bool]:
    """Whether the kept folder ``place`` is still to be made, by one process at a time: the others wait and find it made.

    It is made where no earlier run came to the end of it, or where ``is_right`` says that it no longer is what was made.
    """
    from venvls.host.locks import locked  # only what makes something needs the project

    place.parent.mkdir(parents=True, exist_ok=True)
    ready = place / "ready"
    with locked(str(place.with_name(f"{place.name}.lock"))):
        missing = not ready.exists() or not is_right()
        if missing:
            ready.unlink(missing_ok=True)
        yield missing
        if missing:
            ready.touch()


def forget_the_person(configuration: Path) -> None:
    """From now on this process and what it starts see none of the person's caches and settings. How an index is reached stays.

    ``configuration`` is an empty folder: a tool that writes its settings down writes them there.
    """
    reached = {**_index_of_pip(), **_index_of_uv()}
    for name in list(os.environ):
        if name.startswith(_STEERING) and not _REACHING.fullmatch(name):
            del os.environ[name]
    for name, value in reached.items():
        os.environ.setdefault(name, value)
    (configuration / "gitconfig").touch()
    os.environ.update(
        caches(),
        XDG_CONFIG_HOME=str(configuration),
        XDG_CONFIG_DIRS=str(configuration),
        PIP_CONFIG_FILE=os.devnull,
        PIP_DISABLE_PIP_VERSION_CHECK="1",
        GIT_CONFIG_GLOBAL=str(configuration / "gitconfig"),
        GIT_CONFIG_NOSYSTEM="1",
    )


def _index_of_pip() -> dict[str, str]:
    """How the person's pip reaches its index, as variables."""
    if os.environ.get("PIP_CONFIG_FILE") == os.devnull:
        return {}
    listed = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL, timeout=300
    ).stdout
    found: dict[str, str] = {}
    for line in listed.splitlines():
        key, _, value = line.partition("=")
        if key in ("global.index-url", "global.cert", "global.proxy", "global.trusted-host"):
            found["PIP_" + key.partition(".")[2].upper().replace("-", "_")] = value.strip("'\"").replace("\\n", " ").strip()
    return found


def _index_of_uv() -> dict[str, str]:
    """The index of the person's uv, as a variable."""
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    home = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    for file in (home / "uv" / "uv.toml", Path("/etc/uv/uv.toml")):
        with suppress(OSError, ValueError):
            settings = tomllib.loads(file.read_text("utf-8"))
            indexes = [one for one in settings.get("index", ()) if one.get("default")]
            if url := next((one["url"] for one in indexes), settings.get("index-url")):
                return {"UV_DEFAULT_INDEX": url}
    return {}


def verify() -> list[str]:
    """Looks whether uv's cache holds what was published, by the hashes in each package's RECORD; what differs is thrown away and told.

    A package that was right once, and whose files have the sizes and times they had then, is not read again.
    """
    cache = folder() / "caches" / "uv"
    notes = cache.with_name("uv-verified.json")
    known: dict[str, str] = {}
    with suppress(OSError, ValueError):
        known = json.loads(notes.read_text("utf-8"))
    right: dict[str, str] = {}
    wrong: list[str] = []
    for archive in sorted(cache.glob("archive-v*/*")):
        state = _state(archive)
        if known.get(archive.name) == state or not (told := differing(archive)):
            right[archive.name] = state
        else:
            wrong.append(told)
    if wrong:
        shutil.rmtree(cache, ignore_errors=True)
        right = {}
    if cache.parent.is_dir():
        with tempfile.NamedTemporaryFile("w", dir=cache.parent, delete=False, encoding="utf-8") as file:
            json.dump(right, file)
        Path(file.name).replace(notes)
    return wrong


def _state(archive: Path) -> str:
    """Changes when a file of the archive does."""
    digest = hashlib.sha256()
    for at, folders, names in os.walk(archive):
        folders.sort()
        for name in sorted(names):
            stat = os.lstat(os.path.join(at, name))
            digest.update(f"{at}/{name} {stat.st_size} {stat.st_mtime_ns}\n".encode(errors="surrogateescape"))
    return digest.hexdigest()


def differing(archive: Path) -> str | None:
    """A file in a folder of packages that is not what their RECORDs say of it; ``None`` where all are."""
    for record in archive.glob("*.dist-info/RECORD"):
        for row in csv.reader(record.read_text("utf-8").splitlines()):
            name, kind, hashed = row[0], *(row[1].split("=", 1) if len(row) > 1 and "=" in row[1] else ("", ""))
            if kind != "sha256":
                continue
            try:
                content = (archive / name).read_bytes()
            except OSError:
                return f"{name} is missing"
            if base64.urlsafe_b64encode(hashlib.sha256(content).digest()).decode().rstrip("=") != hashed:
                return f"{name} of {record.parent.name} is not what was published"
    return None
