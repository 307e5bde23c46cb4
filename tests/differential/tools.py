"""The tools whose word counts, asked about a real environment: uv and pip, offline, never changing anything but while setting up."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from importlib.metadata import distribution
from pathlib import Path
from typing import NamedTuple

import uv
from packaging.specifiers import SpecifierSet

_CHANGE = re.compile(r"^ [+~-] ([A-Za-z0-9._-]+?)(?:==| \(| @|$)", re.MULTILINE)
_CHECK = re.compile(r"^The package `([^`]+)` requires `([^`]+)`,? but", re.MULTILINE)


class Answer(NamedTuple):
    """Which names a dry run would install, remove or change, by PEP 503; ``None`` where the tool found no solution. And what it said."""

    changes: frozenset[str] | None
    said: str


def pythons() -> list[Path]:
    """Interpreters to make environments with, three versions far apart where the machine has them."""
    places = [Path(sys.executable).resolve(), *sorted((Path.home() / ".pyenv" / "versions").glob("*/bin/python"))]
    places += [Path(folder) / f"python3.{minor}" for minor in range(8, 15) for folder in os.environ.get("PATH", "").split(os.pathsep)]
    found: dict[tuple[int, int], Path] = {}
    code = "import sys; print(*sys.version_info[:2], sys.implementation.name)"
    for place in places:
        if not place.is_file():
            continue
        try:
            said = subprocess.run([str(place), "-I", "-c", code], capture_output=True, text=True, timeout=120, check=False).stdout.split()
        except (OSError, subprocess.TimeoutExpired):
            continue
        if len(said) == 3 and said[2] == "cpython" and (version := (int(said[0]), int(said[1]))) >= (3, 8):
            found.setdefault(version, place)
    versions = sorted(found)
    return [found[version] for version in sorted({versions[0], versions[len(versions) // 2], versions[-1]})]


def run_uv(*arguments: str, cwd: Path | None = None, check: bool = True) -> subprocess.CompletedProcess[str]:
    """uv, without network, settings files or colours."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("UV_", "PIP_", "VIRTUAL_ENV"))}
    environ.update(UV_NO_CONFIG="1", UV_OFFLINE="1", NO_COLOR="1", UV_LINK_MODE="copy", UV_PYTHON_DOWNLOADS="never")
    return subprocess.run([uv.find_uv_bin(), *arguments], cwd=cwd, env=environ, capture_output=True, text=True, check=check, timeout=120)


def make_environment(prefix: Path, python: Path) -> None:
    """An empty environment of this Python."""
    run_uv("venv", "--no-project", "--python", str(python), str(prefix))


def install(prefix: Path, wheels: Path, names: list[str]) -> None:
    """Installs exactly these, without what they need."""
    run_uv("pip", "install", "--python", str(prefix), "--no-index", "--no-deps", "--find-links", str(wheels), "--prerelease=allow", *names)


def ask_uv(prefix: Path, wheels: Path, manifest: Path, *, dependencies: bool) -> Answer:
    """``uv pip install --dry-run`` for a requirements file."""
    options = [] if dependencies else ["--no-deps"]
    said = run_uv("pip", "install", "--dry-run", "--python", str(prefix), "--no-index", "--find-links", str(wheels), "--prerelease=allow",
                  *options, "-r", str(manifest), cwd=manifest.parent, check=False)  # fmt: skip
    if said.returncode:
        return Answer(None, said.stderr)
    return Answer(frozenset(map(canonical, _CHANGE.findall(said.stderr))), said.stderr)


def pip_runs_in(prefix: Path) -> bool:
    """Whether the pip of this environment can be asked about that one: it runs in the other's Python, which may be too old for it."""
    version = re.search(r"^version_info = ([0-9.]+)", (prefix / "pyvenv.cfg").read_text("utf-8"), re.MULTILINE)
    return version is not None and SpecifierSet(distribution("pip").metadata["Requires-Python"] or "").contains(version[1])


def ask_pip(prefix: Path, wheels: Path, manifest: Path) -> Answer:
    """``pip install --dry-run --no-deps`` for a requirements file, by the pip of this environment for that one."""
    report = manifest.with_suffix(".json")
    said = subprocess.run(
        [sys.executable, "-I", "-m", "pip", "--isolated", "--python", str(prefix), "install", "--dry-run", "--no-deps", "--no-index",
         "--pre", "--disable-pip-version-check", "--quiet", "--report", str(report), "--find-links", str(wheels), "-r", str(manifest)],
        cwd=manifest.parent, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    if said.returncode:
        return Answer(None, said.stderr)
    items = json.loads(report.read_text("utf-8"))["install"]
    return Answer(frozenset(canonical(item["metadata"]["name"]) for item in items), said.stderr)


def check_by_uv(prefix: Path) -> set[tuple[str, str]]:
    """``uv pip check``: pairs of a package and the name of what it lacks."""
    said = run_uv("pip", "check", "--python", str(prefix), check=False)
    return {(canonical(name), _name(need)) for name, need in _CHECK.findall(said.stderr)}


def check_by_pip(prefix: Path) -> set[tuple[str, str]]:
    """``pip check``: pairs of a package and the name of what it lacks."""
    said = subprocess.run(
        [sys.executable, "-I", "-m", "pip", "--isolated", "--disable-pip-version-check", "--python", str(prefix), "check"],
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    pairs = re.findall(r"^(\S+) \S+ (?:requires|has requirement) ([^\s,<>=!~;\[(]+)", said.stdout, re.MULTILINE)
    return {(canonical(name), canonical(need)) for name, need in pairs}


def canonical(name: str) -> str:
    """A name's PEP 503 form, written down apart from the code under test."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _name(requirement: str) -> str:
    return canonical(re.match(r"[A-Za-z0-9._-]+", requirement)[0])  # type: ignore[index]
