"""Tiny wheels made on the spot: a name, a version, dependencies with markers and extras; no code but one empty module."""

from __future__ import annotations

import base64
import hashlib
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple


class Wheel(NamedTuple):
    """One wheel to be made: ``requires`` are Requires-Dist lines; extras are read off them."""

    name: str
    version: str
    requires: tuple[str, ...] = ()
    extras: tuple[str, ...] = ()

    @property
    def file(self) -> str:
        """The wheel's file name (PEP 427, escaped)."""
        return f"{self.name.replace('-', '_').replace('.', '_')}-{self.version}-py3-none-any.whl"


def write(wheel: Wheel, folder: Path) -> Path:
    """Makes the wheel's file in ``folder``."""
    module = wheel.name.lower().replace("-", "_").replace(".", "_")
    info = f"{wheel.name.replace('-', '_').replace('.', '_')}-{wheel.version}.dist-info"
    metadata = [f"Metadata-Version: 2.1\nName: {wheel.name}\nVersion: {wheel.version}\n"]
    metadata += [f"Provides-Extra: {extra}\n" for extra in wheel.extras]
    metadata += [f"Requires-Dist: {line}\n" for line in wheel.requires]
    files = {
        f"{module}.py": "",
        f"{info}/METADATA": "".join(metadata),
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{name},sha256={_digest(text)},{len(text.encode())}\n" for name, text in files.items()) + f"{info}/RECORD,,\n"
    path = folder / wheel.file
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in {**files, f"{info}/RECORD": record}.items():
            archive.writestr(name, text)
    return path


def write_all(wheels: Iterable[Wheel], folder: Path) -> None:
    """Makes all of them."""
    folder.mkdir(parents=True, exist_ok=True)
    for wheel in wheels:
        write(wheel, folder)


def _digest(text: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
