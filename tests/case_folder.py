"""Writes a case to disk as a real workspace with real-looking environments, complete enough to be called healthy."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path
from typing import NamedTuple

from tests.case_format import Case

DEFAULT_VERSION = "3.12.4"


class Folder(NamedTuple):
    """A case on disk: its workspace, and the base Python's folder beside it."""

    root: Path
    base: Path


def write(case: Case, place: Path) -> Folder:
    """The case's files below ``place``: the workspace in ``work``, the base Python in ``base``."""
    root, base = place / "work", place / "base"
    root.mkdir(parents=True)
    folder = Folder(root, base)
    for path in case.folders:
        (root / path).mkdir(parents=True, exist_ok=True)
    for path, text in case.files.items():
        text = text.replace("{base}", str(base)).replace("{root}", str(root))
        if path.endswith("/@installed"):
            continue
        _put(root / path, text)
    # In a second pass, so that a file the case wrote itself is never replaced.
    for path, text in case.files.items():
        if path == "pyvenv.cfg" or path.endswith("/pyvenv.cfg"):
            _complete_environment((root / path).parent, text, base)
    for path, text in case.files.items():
        if path.endswith("/@installed"):
            _install(root / path.removesuffix("/@installed"), text)
    for path, target in case.links.items():
        link = root / path
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(target.replace("{base}", str(base)).replace("{root}", str(root)))
    return folder


def _put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode("utf-8"))


def _complete_environment(prefix: Path, config: str, base: Path) -> None:
    """Turns a ``pyvenv.cfg`` without ``home`` into what ``python -m venv`` would have left."""
    keys = {key.strip(): value.strip() for key, _, value in (line.partition("=") for line in config.splitlines())}
    if "home" in keys:
        return
    version = keys.get("version") or keys.get("version_info") or DEFAULT_VERSION
    minor = ".".join(version.split(".")[:2])
    executable = base / "bin" / f"python{minor}"
    _put(executable, "#!/bin/sh\nexit 1\n")
    executable.chmod(0o755)
    (base / "lib" / f"python{minor}").mkdir(parents=True, exist_ok=True)
    lines = [f"home = {base / 'bin'}"]
    if "include-system-site-packages" not in keys:
        lines.append("include-system-site-packages = false")
    if "version" not in keys and "version_info" not in keys:
        lines.append(f"version = {version}")
    _put(prefix / "pyvenv.cfg", "".join(line + "\n" for line in lines) + config)
    (prefix / "lib" / f"python{minor}" / "site-packages").mkdir(parents=True, exist_ok=True)
    scripts = prefix / "bin"
    scripts.mkdir(exist_ok=True)
    for name, target in (("python", str(executable)), ("python3", "python"), (f"python{minor}", "python")):
        if not (scripts / name).exists() and not (scripts / name).is_symlink():
            (scripts / name).symlink_to(target)
    if not (scripts / "activate").exists():
        _put(scripts / "activate", f'VIRTUAL_ENV="{prefix}"\nexport VIRTUAL_ENV\n')


def _install(prefix: Path, listing: str) -> None:
    """One complete ``.dist-info`` for each line ``name version | requirement | …``."""
    packages = next((prefix / "lib").glob("python*/site-packages"))
    for line in listing.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        head, *requires = (part.strip() for part in line.split(" | "))
        name, version = head.split()
        extras = sorted({extra for one in requires for extra in re.findall(r"extra\s*==\s*[\"']([^\"']+)[\"']", one)})
        metadata = [
            "Metadata-Version: 2.1",
            f"Name: {name}",
            f"Version: {version}",
            *(f"Provides-Extra: {extra}" for extra in extras),
            *(f"Requires-Dist: {one}" for one in requires),
        ]
        folder = f"{re.sub(r'[-_.]+', '_', name)}-{version}.dist-info"
        record = []
        for file, text in (("METADATA", "\n".join(metadata) + "\n"), ("INSTALLER", "pip\n")):
            if not (packages / folder / file).exists():
                _put(packages / folder / file, text)
            digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
            record.append(f"{folder}/{file},sha256={digest},{len(text.encode())}")
        record.append(f"{folder}/RECORD,,")
        _put(packages / folder / "RECORD", "\n".join(record) + "\n")
