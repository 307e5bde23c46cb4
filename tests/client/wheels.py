"""A folder of tiny wheels: the package index of the editor tests."""

from __future__ import annotations

import base64
import hashlib
import zipfile
from pathlib import Path

WHEELS = (
    ("apple", "1.0", ()),
    ("apple", "2.0", ()),
    ("pear", "1.0", ("seed>=1",)),
    ("pear", "1.5", ("seed>=1",)),
    ("seed", "1.0", ()),
    ("plum", "3.1", ()),
    ("PyYAML", "6.0", ()),
    ("ipykernel", "6.29", ()),
)
MODULES = {"PyYAML": "yaml"}
"""The modules that are called otherwise than their distribution."""


def build(folder: Path) -> Path:
    """Every wheel of ``WHEELS``, and ``slow``, an sdist whose build takes a minute, in ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, version, requires in WHEELS:
        _wheel(folder, name, version, requires)
    return folder


def _wheel(folder: Path, name: str, version: str, requires: tuple[str, ...]) -> None:
    info = f"{name}-{version}.dist-info"
    needs = "".join(f"Requires-Dist: {one}\n" for one in requires)
    files = {
        f"{MODULES.get(name, name)}/__init__.py": f'__version__ = "{version}"\n',
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{needs}",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{path},sha256={_digest(text)},{len(text.encode())}\n" for path, text in files.items())
    with zipfile.ZipFile(folder / f"{name}-{version}-py3-none-any.whl", "w") as wheel:
        for path, text in files.items():
            wheel.writestr(path, text)
        wheel.writestr(f"{info}/RECORD", f"{record}{info}/RECORD,,\n")


def _digest(text: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
