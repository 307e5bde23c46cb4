"""A machine in memory: a `Machine` over `MemoryFiles`, so that whole workspaces, Windows ones too, are tested without a disk."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from tests.memory_tree import Content, Link, MemoryFiles
from venvls.host.installed import Snapshot
from venvls.model.contents import Contents
from venvls.model.environment import Environment, Git, Installed
from venvls.model.ports import FileView, Result, WalkResult, Wanted

_PRUNED = {".git", "node_modules", "site-packages", "__pycache__"}


class MemoryMachine:
    """Implements `venvls.model.ports.Machine`. `started` would list programs; there is no way to start one."""

    def __init__(self, tree: Mapping[str, Content], *, windows: bool = False, environ: Mapping[str, str] | None = None) -> None:
        self.files = MemoryFiles(tree, windows=windows)
        self._environ = dict(environ or {})
        self._windows = windows
        self.kept = MemoryStore()

    def environ(self) -> Mapping[str, str]:
        return self._environ

    def home(self) -> str:
        return "C:\\Users\\me" if self._windows else "/home/me"

    def platform(self) -> Mapping[str, str]:
        names = ("nt", "win32", "Windows") if self._windows else ("posix", "linux", "Linux")
        keys = ("os_name", "sys_platform", "platform_system")
        machine = {"platform_machine": "x86_64", "platform_release": "6", "platform_version": "1"}
        return {**dict(zip(keys, names, strict=True)), **machine}

    def walk(
        self,
        root: str,
        *,
        wanted: Wanted,
        exclude: Iterable[str] = (),
        depth: int = 0,
        timeout: float = 0,
        partial: Callable[[WalkResult], None] | None = None,
    ) -> WalkResult:
        environments: list[str] = []
        manifests: list[str] = []
        pending = [root]
        while pending:
            folder = pending.pop(0)
            entries = self.files.list(folder) or ()
            if folder != root and self._is_environment(folder):
                environments.append(folder)
                continue
            for entry in sorted(entries):
                path = self.files.path.join(folder, entry.name)
                if entry.name in (".venv", ".python-envs") and entry.kind in ("link", "file"):
                    environments.append(path)
                elif entry.kind == "directory" and entry.name not in _PRUNED:
                    pending.append(path)
                elif entry.kind == "file" and wanted.manifest is not None and wanted.manifest(folder, entry.name):
                    manifests.append(path)
        return WalkResult(tuple(environments), tuple(manifests))

    def _is_environment(self, folder: str) -> bool:
        """By the marks that a walk of a disk goes by."""
        marks = (("pyvenv.cfg",), ("conda-meta",), ("bin", "activate"), ("Scripts", "activate"))
        return any(self.files.stat(self.files.path.join(folder, *mark)) is not None for mark in marks)

    def reaches(self, root: str, path: str, *, exclude: Iterable[str] = (), depth: int = 0) -> bool:
        return not _PRUNED.intersection(path.replace("\\", "/").split("/"))

    def installed(self, environment: Environment) -> Installed:
        return Snapshot(environment, self.files)

    def git(self, prefix: str, files: FileView | None = None) -> Git | None:
        return None

    def contents(self, folder: str) -> Contents | None:
        return None

    def which(self, program: str, *, outside: Iterable[str] = (), first: str | None = None) -> str | None:
        return None

    def store(self, concern: str, made_by: Iterable[str], places: Iterable[str]) -> MemoryStore:
        return self.kept

    def within(self, seconds: float, work: Callable[[], Result], otherwise: Callable[[], Result]) -> Result:
        return work()


class MemoryStore:
    """Implements `venvls.model.ports.Store`."""

    def __init__(self) -> None:
        self.data: dict[str, bytes] = {}

    def get(self, key: str) -> bytes | None:
        return self.data.get(key)

    def put(self, key: str, data: bytes) -> None:
        self.data[key] = data


class MemoryMemory:
    """Implements `venvls.model.ports.Memory`."""

    def __init__(self) -> None:
        self.selections: dict[str, str] = {}
        self.answers: dict[str, bool] = {}
        self.notes: dict[tuple[str, str], tuple[str, ...]] = {}

    def selected(self, root: str) -> str | None:
        return self.selections.get(root)

    def select(self, root: str, prefix: str | None) -> None:
        if prefix is None:
            self.selections.pop(root, None)
        else:
            self.selections[root] = prefix

    def selections_file(self) -> str | None:
        return None

    def trusted(self, root: str) -> bool | None:
        return self.answers.get(root)

    def trust(self, root: str, answer: bool) -> None:
        self.answers[root] = answer

    def noted(self, concern: str, path: str) -> tuple[str, ...]:
        return self.notes.get((concern, path), ())

    def note(self, concern: str, path: str, texts: Iterable[str]) -> None:
        self.notes[concern, path] = tuple(texts)


def environment(prefix: str, version: str = "3.12.4", packages: Iterable[str] = (), windows: bool = False) -> dict[str, Any]:
    """The files of an environment at `prefix` with `NAME-VERSION` distributions, for a tree in memory."""
    minor = ".".join(version.split(".")[:2])
    if windows:
        site, programs = f"{prefix}\\Lib\\site-packages\\", f"{prefix}\\Scripts\\"
        home, base = "C:\\Python", {"C:\\Python\\python.exe": ""}
        tree: dict[str, Any] = {f"{programs}python.exe": "", f"{programs}activate.bat": "", f"{programs}activate": ""}
    else:
        site, programs = f"{prefix}/lib/python{minor}/site-packages/", f"{prefix}/bin/"
        home, base = f"/opt/py{minor}/bin", {f"/opt/py{minor}/bin/python{minor}": ""}
        tree = {
            f"{programs}python": Link(f"/opt/py{minor}/bin/python{minor}"),
            f"{programs}python{minor}": Link("python"),
            f"{programs}activate": f"VIRTUAL_ENV='{prefix}'\n",
        }
    separator = "\\" if windows else "/"
    tree[f"{prefix}{separator}pyvenv.cfg"] = f"home = {home}\nversion = {version}\n"
    tree[f"{site}pip-24.0.dist-info{separator}METADATA"] = "Metadata-Version: 2.1\nName: pip\nVersion: 24.0\n\n"
    tree[f"{site}pip-24.0.dist-info{separator}INSTALLER"] = "pip\n"
    for package in packages:
        name, _, release = package.rpartition("-")
        info = f"{site}{name.replace('-', '_')}-{release}.dist-info{separator}"
        tree[f"{info}METADATA"] = f"Metadata-Version: 2.1\nName: {name}\nVersion: {release}\n\n"
        tree[f"{info}INSTALLER"] = "pip\n"
    return {**base, **tree}
