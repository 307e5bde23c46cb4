"""A lock and its manifest in memory → the locked set."""

from __future__ import annotations

from collections.abc import Mapping

from tests.memory_tree import FOLDER, MemoryFiles
from venvls import manifests
from venvls.manifests import locks
from venvls.model.environment import Environment, Target
from venvls.model.facts import Choice, Facts
from venvls.model.finding import Project
from venvls.model.lock import LockedSet, LockFile
from venvls.model.text import Text

LINUX = {
    "os_name": "posix", "sys_platform": "linux", "platform_system": "Linux", "platform_machine": "x86_64",
    "implementation_name": "cpython", "platform_python_implementation": "CPython", "implementation_version": "3.12.4",
    "python_version": "3.12", "python_full_version": "3.12.4",
}  # fmt: skip
WINDOWS = {**LINUX, "os_name": "nt", "sys_platform": "win32", "platform_system": "Windows", "platform_machine": "AMD64"}


def locked_set(
    files: Mapping[str, str],
    lock: str = "uv.lock",
    *,
    project: str = "/w",
    markers: Mapping[str, str] = LINUX,
    guessed: tuple[str, ...] = (),
    choice: Choice | None = None,
    environment: Environment | None = None,
) -> LockedSet:
    """``files`` by path below ``/w``, the lock among them; the folder ``lib``, which some of them name, is there."""
    view = MemoryFiles({"/w/lib": FOLDER} | {f"/w/{name}": text for name, text in files.items()})
    paths = [f"/w/{name}" for name in files if name.endswith(("pyproject.toml", ".py"))]
    own = [path for path in paths if view.path.dirname(path) == project]
    workspace = "/w" if project != "/w" else None
    facts = Facts(
        Project(project, tuple(own), (f"/w/{lock}",), workspace=workspace),
        view,
        {path: manifests.parse(path, Text(files[path.removeprefix("/w/")])) for path in own},
        environment=environment,
        target=Target(markers, guessed),
        choice=choice or Choice(),
    )
    format_ = locks.lock_format(lock) or locks.SCRIPT_LOCK
    assert format_.matches(lock.rpartition("/")[2])
    return locks.locked(format_, LockFile(f"/w/{lock}", Text(files[lock])), facts)
