"""The demo's project: three tiny packages as wheels, a manifest that requires them, and an environment that is out of sync.

Everything is made here from a few lines of text, so that the demo needs neither a network nor a build tool.
"""

from __future__ import annotations

import base64
import hashlib
import os
import zipfile

from venvls.model.record import NamedTuple

MANIFEST = """\
# What the shop needs. The packages come from a folder, so that this works offline.
--no-index
--find-links ../wheels
greetings>=1.2
prices==3.1
tables~=0.3
"""


class Package(NamedTuple):
    """A distribution of the demo."""

    name: str
    version: str
    requires: tuple[str, ...] = ()


PACKAGES = (Package("greetings", "1.2.1"), Package("prices", "3.1"), Package("tables", "0.3.2", ("prices>=3",)))
BEHIND = (Package("greetings", "1.0"), Package("tables", "0.3.2", ("prices>=3",)))


def write(folder: str) -> str:
    """Writes the wheels and the project below ``folder``; gives the project's folder."""
    wheels, project = os.path.join(folder, "wheels"), os.path.join(folder, "shop")
    os.mkdir(wheels)
    os.mkdir(project)
    for package in PACKAGES:
        _wheel(wheels, package)
    with open(os.path.join(project, "requirements.txt"), "w", encoding="utf-8", newline="\n") as file:
        file.write(MANIFEST)
    return project


def fall_behind(site_packages: str) -> None:
    """Installs what somebody had installed some time ago, as an installer would have left it."""
    for package in BEHIND:
        files = {**_files(package), f"{_info(package)}/INSTALLER": b"pip\n"}
        files[f"{_info(package)}/RECORD"] = _record(package, files)
        for name, content in files.items():
            path = os.path.join(site_packages, *name.split("/"))
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as file:
                file.write(content)


def _wheel(folder: str, package: Package) -> None:
    """One wheel (PyPA: binary distribution format)."""
    files = _files(package)
    files[f"{_info(package)}/RECORD"] = _record(package, files)
    with zipfile.ZipFile(os.path.join(folder, f"{package.name}-{package.version}-py3-none-any.whl"), "w") as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0)), content)


def _files(package: Package) -> dict[str, bytes]:
    metadata = [
        "Metadata-Version: 2.1",
        f"Name: {package.name}",
        f"Version: {package.version}",
        *(f"Requires-Dist: {requirement}" for requirement in package.requires),
    ]
    return {
        f"{package.name}.py": f'"""A package of the venvls demo."""\n\n__version__ = "{package.version}"\n'.encode(),
        f"{_info(package)}/METADATA": ("\n".join(metadata) + "\n").encode(),
        f"{_info(package)}/WHEEL": b"Wheel-Version: 1.0\nGenerator: venvls-demo\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }


def _info(package: Package) -> str:
    return f"{package.name}-{package.version}.dist-info"


def _record(package: Package, files: dict[str, bytes]) -> bytes:
    rows = []
    for name, content in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
        rows.append(f"{name},sha256={digest},{len(content)}")
    return "\n".join([*rows, f"{_info(package)}/RECORD,,", ""]).encode()
