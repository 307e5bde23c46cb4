"""Programs that npm brings for one system, installed into the tests' folder where they are missing, which is reported first."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests import kept

_PROCESSORS = {"x86_64": "x64", "aarch64": "arm64"}


def installed(package: str, version: str, megabytes: int) -> Path:
    """The folder of a package whose name on npm ends with the system and the processor; the test is skipped outside the long mode."""
    whole = f"{package}-linux-{_PROCESSORS.get(platform.machine(), platform.machine())}"
    return _folder(package, whole, version, megabytes) / "node_modules" / whole


def programs(package: str, version: str, megabytes: int) -> Path:
    """The folder of the programs of any other package; the test is skipped outside the long mode."""
    return _folder(package, package, version, megabytes) / "node_modules" / ".bin"


def _folder(package: str, whole: str, version: str, megabytes: int) -> Path:
    name = package.rpartition("/")[2]
    npm = shutil.which("npm")
    if not os.environ.get("VENVLS_LONG") or npm is None or sys.platform != "linux":
        pytest.skip(f"{name} ({megabytes} MB) is installed from npm on Linux in the long mode only: VENVLS_LONG=1")
    folder = kept.folder() / "tools" / f"{name}-{version}"
    with kept.making(folder) as missing:
        if missing:
            print(f"[venvls tests] installing {name} {version} (about {megabytes} MB) into {folder}", file=sys.stderr, flush=True)
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "package.json").write_text('{"private": true}\n')
            subprocess.run([npm, "install", "--no-audit", "--no-fund", "--ignore-scripts", f"{whole}@{version}"], cwd=folder, check=True)
    return folder
