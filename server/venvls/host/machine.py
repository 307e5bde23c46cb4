"""The machine around the workspace: files, variables, platform, programs by absolute path, and what is installed, remembered."""

from __future__ import annotations

import os
import sys
import time
from _thread import allocate_lock  # what threading.Lock is, without the rest of threading

from venvls.host import forking, patience
from venvls.host.files import DiskFiles
from venvls.host.installed import Snapshot
from venvls.host.site_folders import Stamp, stamp_of
from venvls.host.walk import reaches, walk
from venvls.model.environment import Environment, Git, Installed
from venvls.model.hints import TYPE_CHECKING
from venvls.model.ports import FileView, Result, Store, WalkResult, Wanted
from venvls.model.record import NamedTuple, replace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from venvls.model.contents import Contents

# A file system's clock ticks as rarely as every two seconds (FAT): a folder changed that recently may change again unseen.
_TICK_NS = 2_100_000_000
_MOST_SNAPSHOTS = 64


class _Listed(NamedTuple):
    """A snapshot, when it was read, the names there shortly before (where its folders were young), and whether nothing in it speaks of an
    installer still at work."""

    snapshot: Snapshot
    listed_at: int
    names: int | None
    whole: bool


class ThisMachine:
    """Implements :class:`venvls.model.ports.Machine`. ``environ`` replaces the process's variables, for tests. Safe in threads."""

    def __init__(self, environ: Mapping[str, str] | None = None, files: FileView | None = None) -> None:
        self.files: FileView = files or DiskFiles()
        self._environ = environ
        self._snapshots: dict[tuple[str, tuple[str, ...]], _Listed] = {}
        self._lock = allocate_lock()

    def environ(self) -> Mapping[str, str]:
        """The process's variables."""
        return os.environ if self._environ is None else self._environ

    def home(self) -> str:
        """The person's home folder."""
        environ = self.environ()
        named = environ.get("USERPROFILE" if os.name == "nt" else "HOME")
        return named if named and os.path.isabs(named) else os.path.expanduser("~")

    def platform(self) -> Mapping[str, str]:
        """PEP 508's variables that are the machine's, not the interpreter's."""
        if sys.platform == "linux":  # what the module platform says there, without the time it takes to import
            system, _, release, version, machine = os.uname()
        else:
            from platform import uname

            system, _, release, version, machine = uname()[:5]
        return {
            "os_name": os.name,
            "sys_platform": sys.platform,
            "platform_machine": machine,
            "platform_system": system,
            "platform_release": release,
            "platform_version": version,
        }

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
        """What is below ``root``; 0 means no bound."""
        return walk(root, wanted=wanted, exclude=exclude, depth=depth, timeout=timeout, partial=partial, home=self.home())

    def reaches(self, root: str, path: str, *, exclude: Iterable[str] = (), depth: int = 0) -> bool:
        """Whether a walk of ``root`` with these bounds would come upon ``path``."""
        return reaches(root, path, exclude=exclude, depth=depth, home=self.home())

    def installed(self, environment: Environment) -> Installed:
        """What is installed there; the same object again while nothing changed, which costs one stat a folder.

        A folder that changed in these two seconds may change again and bear the same time: until then its names are compared as well, and
        it is read once more when they are over.
        """
        key = (environment.real, environment.site_packages)
        with self._lock:
            known = self._snapshots.get(key)
        now = time.time_ns()
        if known is not None and stamp_of(self.files, known.snapshot.folders) == known.snapshot.stamp:
            if not _is_young(known.snapshot.stamp, known.listed_at):
                return known.snapshot
            if known.whole and _is_young(known.snapshot.stamp, now) and self._names(known.snapshot.folders) == known.names:
                return known.snapshot
        # Before the reading: what comes in between shows as a change, never the other way round.
        folders = environment.site_packages if known is None else known.snapshot.folders
        names = self._names(folders) if _is_young(stamp_of(self.files, folders), now) else None
        fresh = Snapshot(self._with_user_site(environment), self.files)
        if known is not None and _same(known.snapshot, fresh):
            fresh = known.snapshot
        with self._lock:
            while len(self._snapshots) >= _MOST_SNAPSHOTS and key not in self._snapshots:
                self._snapshots.pop(next(iter(self._snapshots)))
            self._snapshots[key] = _Listed(fresh, now, names, _is_whole(fresh))
        return fresh

    def _names(self, folders: Iterable[str]) -> int:
        """A number that is another one when a name in one of the folders came or went."""
        return hash(tuple([frozenset(self.files.list(folder) or ()) for folder in folders]))

    def git(self, prefix: str, files: FileView | None = None) -> Git | None:
        """What git's files say of the environment at ``prefix``; ``None`` outside a work tree."""
        from venvls.host.git_ignore import git_state

        return git_state(prefix, environ=self.environ(), files=files or self.files)

    def contents(self, folder: str) -> Contents | None:
        """What is below an environment that is to be deleted."""
        from venvls.host.contents import contents

        return contents(folder, self.environ())

    def which(self, program: str, *, outside: Iterable[str] = (), first: str | None = None) -> str | None:
        """The absolute path of a program in the folder ``first`` or on PATH, or ``None``.

        Relative entries of PATH, and those inside ``outside``, are passed over.

        On Windows the extensions of PATHEXT are tried, and never the current folder, where a workspace could have put a ``git.exe``.
        """
        if not program or "\0" in program or os.path.basename(program) != program or program in (".", ".."):
            return None
        environ = self.environ()
        forbidden = [_real(folder) for folder in outside]
        names = [program]
        if os.name == "nt":
            endings = [ending for ending in environ.get("PATHEXT", ".COM;.EXE;.BAT;.CMD").split(";") if ending]
            if not program.lower().endswith(tuple(ending.lower() for ending in endings)):
                names = [program + ending for ending in endings]
        for entry in (*(() if first is None else (first,)), *environ.get("PATH", os.defpath).split(os.pathsep)):
            folder = entry.strip('"') if os.name == "nt" else entry
            if "\0" in folder or not os.path.isabs(folder):
                continue
            for name in names:
                path = os.path.join(folder, name)
                # A link on PATH may lead into the workspace as well; asked only where there is something.
                if not os.path.isfile(path) or not os.access(path, os.X_OK):
                    continue
                if not _is_inside(folder, forbidden) and not _is_inside(path, forbidden):
                    return os.path.normpath(path)
        return None

    def store(self, concern: str, made_by: Iterable[str], places: Iterable[str]) -> Store:
        """What is kept of one concern between runs."""
        from venvls.host.store import Store as Kept

        return Kept(concern, made_by, ("", *places))

    def within(self, seconds: float, work: Callable[[], Result], otherwise: Callable[[], Result]) -> Result:
        """What ``work`` gives, or ``otherwise`` where it took more than ``seconds`` of processor time."""

        def given_up() -> Result:
            if forking.extra is not None:
                forking.extra.lose()  # it depends on how fast this machine was
            return otherwise()

        return patience.within(seconds, work, given_up)

    def _with_user_site(self, environment: Environment) -> Environment:
        """The environment with the person's own site-packages, which Python searches before the base's where it lets those in (PEP 370)."""
        added = self._user_site(environment)
        if not added:
            return environment
        own = [folder for folder in environment.site_packages if folder.startswith(os.path.join(environment.prefix, ""))]
        others = [folder for folder in environment.site_packages if folder not in own]
        return replace(environment, site_packages=(*own, *added, *others))

    def _user_site(self, environment: Environment) -> tuple[str, ...]:
        """The folders of the person's own packages for this Python, whether they exist or not."""
        if not environment.system_site_packages or environment.implementation != "cpython" or not environment.minor:
            return ()
        environ = self.environ()
        if environ.get("PYTHONNOUSERSITE"):
            return ()
        minor = environment.minor
        base = environ.get("PYTHONUSERBASE")
        if environment.layout == "windows":
            base = base or os.path.join(environ.get("APPDATA") or self.home(), "Python")
            return (os.path.join(base, f"Python{minor.replace('.', '')}", "site-packages"),)
        if sys.platform == "darwin" and not base:
            framework = os.path.join(self.home(), "Library", "Python", minor, "lib", "python", "site-packages")
            return (framework, os.path.join(self.home(), ".local", "lib", f"python{minor}", "site-packages"))
        base = base or os.path.join(self.home(), ".local")
        return (os.path.join(base, "lib", f"python{minor}", "site-packages"),)


def _is_young(stamp: Stamp, listed_at: int) -> bool:
    """Whether a folder had changed so shortly before it was listed that a later change may bear the same time."""
    return any(isinstance(mark, tuple) and listed_at - mark[0] < _TICK_NS for _, mark in stamp)


def _is_whole(snapshot: Snapshot) -> bool:
    return not snapshot.leftovers and all(
        distribution.sign is None for several in snapshot.distributions.values() for distribution in several
    )


def _same(snapshot: Snapshot, other: Snapshot) -> bool:
    return (
        snapshot.stamp == other.stamp
        and snapshot.distributions == other.distributions
        and ((snapshot.leftovers, snapshot.gone_paths) == (other.leftovers, other.gone_paths))
    )


def _real(path: str) -> str:
    try:
        return os.path.normcase(os.path.realpath(path))
    except (OSError, ValueError):
        return os.path.normcase(os.path.abspath(path))


def _is_inside(path: str, folders: list[str]) -> bool:
    """Whether ``path`` is in one of ``folders`` (real, normalised), by its name or behind its links."""
    if not folders:
        return False
    for place in {_real(path), os.path.normcase(os.path.abspath(path))}:
        for folder in folders:
            if place == folder or place.startswith(folder.rstrip(os.sep) + os.sep):
                return True
    return False
