"""What the core needs from the machine, as protocols. ``host`` implements them; tests use trees in memory.

``FileView`` is read-only and answers with values, never with exceptions a caller has to know: a path that cannot be read is
``None``. ``path`` is ``posixpath`` or ``ntpath``, so that a Windows tree can be looked at from anywhere.
"""

from __future__ import annotations

from venvls.model.environment import Environment, Git, Installed
from venvls.model.hints import TYPE_CHECKING, Literal, TypeVar
from venvls.model.record import NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from types import ModuleType

    from venvls.model.contents import Contents

Result = TypeVar("Result")
EntryKind = Literal["file", "directory", "link", "other"]


class Entry(NamedTuple):
    """One name in a folder. ``kind`` is that of the entry itself, a link not followed."""

    name: str
    kind: EntryKind


class Stat(NamedTuple):
    """What one stat says: kind after following links, size in bytes, modification time in nanoseconds, identity (the file system's and the
    file's own), mode, the owner's number (0 on Windows), and when any of that or the content was last changed, which no program can set
    back (on Windows: when it was made)."""

    kind: EntryKind
    size: int
    mtime_ns: int
    identity: tuple[int, int]
    mode: int = 0o644
    owner: int = 0
    changed_ns: int = 0


class FileView(Protocol):
    """A read-only look at files."""

    path: ModuleType

    def stat(self, path: str) -> Stat | None:
        """What is at ``path``, links followed; ``None`` where nothing is or it cannot be seen."""

    def lstat(self, path: str) -> Stat | None:
        """The entry itself, a link not followed."""

    def standing(self, folder: str, names: Iterable[str]) -> frozenset[str]:
        """Those of ``names``, paths from ``folder``, at which anything is, links followed."""

    def list(self, path: str) -> tuple[Entry, ...] | None:
        """The names in a folder, in no order; ``None`` where it cannot be listed."""

    def read(self, path: str, limit: int = 10_000_000) -> bytes | None:
        """A file's bytes; ``None`` where it cannot be read or is larger than ``limit``."""

    def read_entries(self, paths: Iterable[str], limit: int = 10_000_000, until: bytes = b"") -> Sequence[bytes | None]:
        """As :meth:`read` of each, for files in folders that a listing showed: for reading thousands of them. Where only what is before
        the first ``until`` is wanted, what is after it may be left out."""

    def link(self, path: str) -> str | None:
        """Where a link points, as written; ``None`` where it is none."""

    def real(self, path: str) -> str:
        """``path`` with every link resolved, as far as it exists."""


class WalkResult(NamedTuple):
    """What one walk of a folder saw: places that may be environments, manifests, and folders it could not or did not enter.

    ``environments`` are prefixes (a folder with pyvenv.cfg, conda-meta, …) or pointers (a ``.venv`` file or link, a ``.python-envs`` file).
    ``skipped`` pairs a folder with the reason.
    ``limit`` names the bound that ended the walk early, if one did: ``depth``, ``timeout`` or ``entries``.
    """

    environments: tuple[str, ...]
    manifests: tuple[str, ...]
    skipped: tuple[tuple[str, str], ...] = ()
    limit: str | None = None


class Wanted(NamedTuple):
    """What a walk reports. ``manifest`` says by folder and name whether a file is one; ``None`` looks for environments alone,
    which lets the walk pass over folders that have no folders in them."""

    manifest: Callable[[str, str], bool] | None = None


class Store(Protocol):
    """Bytes by key, kept between runs as far as that works out; next to nothing is lost without them."""

    def get(self, key: str) -> bytes | memoryview | None:
        """What was kept under the key; ``None`` where nothing was, or nothing that can be relied on."""

    def put(self, key: str, data: bytes) -> None:
        """Keep ``data`` in place of what was there."""


class Within(Protocol):
    """What ``work`` gives; where it takes more than ``seconds`` of processor time it is left, and ``otherwise`` gives the result."""

    def __call__(self, seconds: float, work: Callable[[], Result], otherwise: Callable[[], Result]) -> Result: ...  # noqa: D102


def however_long(seconds: float, work: Callable[[], Result], otherwise: Callable[[], Result]) -> Result:
    """What ``work`` gives, where nobody looks at the time: a :class:`Within`."""
    return work()


class Machine(Protocol):
    """The machine around the workspace: variables, the platform, tools and Pythons by absolute path, what is installed."""

    files: FileView

    def environ(self) -> Mapping[str, str]:
        """The process's variables."""

    def home(self) -> str:
        """The person's home folder."""

    def platform(self) -> Mapping[str, str]:
        """PEP 508's platform variables of this machine: os_name, sys_platform, platform_machine, platform_system, …"""

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

    def reaches(self, root: str, path: str, *, exclude: Iterable[str] = (), depth: int = 0) -> bool:
        """Whether a walk of ``root`` with these bounds would come upon ``path``, if it is there."""

    def installed(self, environment: Environment) -> Installed:
        """What is installed there; the same object again while nothing changed."""

    def git(self, prefix: str, files: FileView | None = None) -> Git | None:
        """What git's files say of the environment at ``prefix``; ``None`` outside a work tree. ``files`` are looked at for it."""

    def contents(self, folder: str) -> Contents | None:
        """What is below an environment that is to be deleted; ``None`` where nobody looks."""

    def which(self, program: str, *, outside: Iterable[str] = (), first: str | None = None) -> str | None:
        """The absolute path of a program in the folder ``first`` or on PATH, folders inside ``outside`` passed over."""

    def store(self, concern: str, made_by: Iterable[str], places: Iterable[str]) -> Store:
        """What is kept of one concern: until one of the sources ``made_by`` changes, and never in the folders ``places``."""

    def within(self, seconds: float, work: Callable[[], Result], otherwise: Callable[[], Result]) -> Result:
        """As :class:`Within` says."""


class NotKeptError(Exception):
    """What a person chose could not be kept; its text is a sentence that says why."""


class Memory(Protocol):
    """What is remembered for a person between runs, in their state folder; never in the workspace."""

    def selected(self, root: str) -> str | None:
        """The prefix the person selected for the project at ``root``."""

    def select(self, root: str, prefix: str | None) -> None:
        """Keep the selection; ``None`` forgets it. Raises :class:`NotKeptError` where it cannot be kept."""

    def selections_file(self) -> str | None:
        """The file that selections are kept in, which other processes of the person's write too; ``None`` where there is none."""

    def trusted(self, root: str) -> bool | None:
        """Whether the person trusts the workspace folder ``root``; ``None`` where they were not asked."""

    def trust(self, root: str, answer: bool) -> None:
        """Keep the answer; where it cannot be kept, until this process ends."""

    def noted(self, concern: str, path: str) -> tuple[str, ...]:
        """What was noted under a concern for a project or environment, in its order; empty where nothing was."""

    def note(self, concern: str, path: str, texts: Iterable[str]) -> None:
        """Keep the notes in place of earlier ones; none forgets them. What cannot be kept is let go: it only makes things easier."""
