"""A real VS Code for the tests: what it takes on Debian, installed once into the user's cache and said before it happens."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests import kept
from tests.pinned import CODE_SERVER, NODE

DEBIAN_PACKAGES = ("chromium", "libkrb5-dev", "libxkbfile-dev", "libsecret-1-dev", "ripgrep", "fonts-dejavu-core")
CLIENT = Path(__file__).resolve().parents[2] / "client-vscode"


@dataclass(frozen=True, slots=True)
class Editor:
    """Where the pieces stand: ``node`` the Node 24 program, ``code_server`` its entry script, ``chromium`` the browser."""

    node: Path
    code_server: Path
    chromium: Path

    def environ(self) -> dict[str, str]:
        """This process's environment with Node 24 first on PATH, and nothing of the virtual environment the tests run in."""
        environ = {name: value for name, value in os.environ.items() if not name.startswith(("VIRTUAL_ENV", "PYTHON", "npm_config_"))}
        return environ | {"PATH": f"{self.node.parent}{os.pathsep}{environ.get('PATH', os.defpath)}"}


def cache() -> Path:
    """The folder that keeps the editor between runs."""
    return kept.folder() / "vscode"


def editor() -> Editor:
    """The editor, installed where it is missing. Raises ``SystemExit`` with a sentence where the machine cannot have it."""
    cache().mkdir(parents=True, exist_ok=True)
    with _alone():
        chromium = _debian()
        node = _node()
        return Editor(node, _code_server(node), chromium)


def _say(text: str) -> None:
    print(f"[venvls tests] {text}", file=sys.stderr, flush=True)


@contextmanager
def _alone() -> Iterator[None]:
    import fcntl  # not on Windows, where this module is only imported

    with (cache() / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _debian() -> Path:
    missing = [package for package in DEBIAN_PACKAGES if not _has_package(package)]
    if missing:
        _say(f"installing Debian packages (about 500 MB on disk): {' '.join(missing)}")
        root = () if os.geteuid() == 0 else ("sudo", "-n")
        quiet = {"DEBIAN_FRONTEND": "noninteractive"}
        _run((*root, "apt-get", "update", "-qq"), quiet)
        _run((*root, "apt-get", "install", "-y", "-qq", "--no-install-recommends", *missing), quiet)
    found = shutil.which("chromium")
    if found is None:
        raise SystemExit("The editor tests need Chromium: apt-get install chromium")
    return Path(found)


def _has_package(name: str) -> bool:
    if shutil.which("dpkg-query") is None:
        raise SystemExit("The editor tests run on Debian and its relatives only (dpkg-query is not there).")
    asked = subprocess.run(("dpkg-query", "-W", "-f", "${Status}", name), capture_output=True, text=True, check=False)
    return asked.stdout == "install ok installed"


def _node() -> Path:
    package = f"node-linux-{ {'x86_64': 'x64', 'aarch64': 'arm64'}[platform.machine()] }"
    folder = cache() / f"node-{NODE}"
    program = folder / "node_modules" / package / "bin" / "node"
    with _once(folder, f"Node {NODE} (the npm package {package}, about 200 MB)") as needed:
        if needed:
            _npm(folder, ("--ignore-scripts", f"{package}@{NODE}"), {})
            program.chmod(0o755)
    return program


def _code_server(node: Path) -> Path:
    folder = cache() / f"code-server-{CODE_SERVER}"
    entry = folder / "node_modules" / "code-server" / "out" / "node" / "entry.js"
    with _once(folder, f"code-server {CODE_SERVER} (VS Code's workbench, about 900 MB; compiles for some minutes)") as needed:
        if needed:
            first = {"PATH": f"{node.parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}", "npm_config_nodedir": str(node.parents[1])}
            _npm(folder, (f"code-server@{CODE_SERVER}",), first)
    return entry


@contextmanager
def _once(folder: Path, what: str) -> Iterator[bool]:
    """Whether the folder has to be filled; an interrupted filling does not count and is begun again."""
    stamp = folder / ".complete"
    if stamp.exists():
        yield False
        return
    _say(f"installing {what} into {folder}")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    yield True
    stamp.touch()


def _npm(folder: Path, arguments: tuple[str, ...], environ: Mapping[str, str]) -> None:
    if shutil.which("npm") is None:
        raise SystemExit("The editor tests need npm: apt-get install npm")
    (folder / "package.json").write_text('{"private": true}\n', encoding="utf-8")
    _run(("nice", "-n", "5", "npm", "install", "--no-audit", "--no-fund", "--loglevel=error", *arguments), environ, folder)


def _run(argv: tuple[str, ...], environ: Mapping[str, str], cwd: Path | None = None) -> None:
    done = subprocess.run(argv, env={**os.environ, **environ}, cwd=cwd, capture_output=True, text=True, check=False)
    if done.returncode:
        tail = "\n".join((done.stdout + done.stderr).splitlines()[-30:])
        raise SystemExit(f"`{' '.join(argv)}` failed with {done.returncode}:\n{tail}")


if __name__ == "__main__":
    print(editor())
