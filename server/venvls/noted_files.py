"""Files and a machine that note each look at them: who is given these works out an answer whose inputs are known."""

from __future__ import annotations

from venvls.inputs import NOTHING, Bytes, Inputs, is_young
from venvls.model.hints import TYPE_CHECKING, Any, TypeVar
from venvls.model.ports import Entry, FileView, Machine, Result, Stat, Store, WalkResult, Wanted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from types import ModuleType

    from venvls.model.contents import Contents
    from venvls.model.environment import Environment, Git, Installed

    _Subject = TypeVar("_Subject")

_SMALL = 1_000_000
"""Bytes of a file that is kept itself while its stat is too young to tell."""


class NotedFiles:
    """``files``, with every look noted in ``inputs``; implements :class:`venvls.model.ports.FileView`."""

    __slots__ = ("_files", "_inputs", "path")

    def __init__(self, files: FileView, inputs: Inputs) -> None:
        self._files, self._inputs = files, inputs
        self.path: ModuleType = files.path

    def stat(self, path: str) -> Stat | None:
        """As the port says, and noted; so are all others."""
        return self._noted("stat", path, self._files.stat)

    def lstat(self, path: str) -> Stat | None:
        """The entry itself, a link not followed."""
        return self._noted("lstat", path, self._files.lstat)

    def standing(self, folder: str, names: Iterable[str]) -> frozenset[str]:
        """Those of ``names``, paths from ``folder``, at which anything is."""
        return self._noted("standing", (folder, tuple(names)), self._standing)

    def list(self, path: str) -> tuple[Entry, ...] | None:
        """The names in a folder."""
        return self._noted("list", path, self._list)

    def read(self, path: str, limit: int = 10_000_000) -> bytes | None:
        """A file's bytes."""
        return self._read(path, limit, self._files.read)

    def read_entries(self, paths: Iterable[str], limit: int = 10_000_000, until: bytes = b"") -> Sequence[bytes | None]:
        """The bytes of files in folders that were listed, the whole of them."""
        return [self._read(path, limit, self._entry) for path in paths]

    def link(self, path: str) -> str | None:
        """Where a link points."""
        return self._noted("link", path, self._files.link)

    def real(self, path: str) -> str:
        """``path`` with every link resolved."""
        return self._noted("real", path, self._real)

    def _noted(self, how: str, subject: _Subject, look: Callable[[_Subject], Result]) -> Result:
        """What a look shows: the first one counts as what the answer rests on, and while looks are lasting there is no other."""
        looks = self._inputs.of(how)
        if self._inputs.lasting and subject in looks:
            known: Result = looks[subject]
            return known
        shown = look(subject)
        looks.setdefault(subject, shown)
        return shown

    def _standing(self, subject: tuple[str, tuple[str, ...]]) -> frozenset[str]:
        return self._files.standing(*subject)

    def _list(self, path: str) -> tuple[Entry, ...] | None:
        return _shared(path, self._files.list(path))

    def _real(self, path: str) -> str:
        shown = self._files.real(path)
        return path if shown == path else shown  # most are: one text

    def _entry(self, path: str, limit: int) -> bytes | None:
        return self._files.read_entries((path,), limit)[0]

    def _read(self, path: str, limit: int, read: Callable[[str, int], bytes | None]) -> bytes | None:
        looks = self._inputs.of("read")
        if self._inputs.lasting and looks.get(path) is NOTHING:
            return None
        # Looked at first: what changes in between then shows as a change, never the other way round.
        stat = self._files.stat(path)
        data = read(path, limit) if stat is not None else None
        if path not in looks:
            kept = data if data is not None and len(data) <= _SMALL and is_young(stat) else None
            looks[path] = Bytes(stat, kept) if stat is not None else NOTHING
        return data


class NotedMachine:
    """``machine``, with every look at its files and variables noted; implements :class:`venvls.model.ports.Machine`."""

    __slots__ = ("_environ", "_machine", "files")

    def __init__(self, machine: Machine, inputs: Inputs) -> None:
        self._machine = machine
        self._environ = _NotedVariables(machine.environ(), inputs)
        self.files: FileView = NotedFiles(machine.files, inputs)

    def environ(self) -> Mapping[str, str]:
        """The process's variables."""
        return self._environ

    def home(self) -> str:
        """The person's home folder."""
        return self._machine.home()

    def platform(self) -> Mapping[str, str]:
        """PEP 508's platform variables of this machine."""
        return self._machine.platform()

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
        """What is below ``root``. Not noted: a walk is taken again when somebody says so."""
        return self._machine.walk(root, wanted=wanted, exclude=exclude, depth=depth, timeout=timeout, partial=partial)

    def reaches(self, root: str, path: str, *, exclude: Iterable[str] = (), depth: int = 0) -> bool:
        """Whether a walk of ``root`` would come upon ``path``."""
        return self._machine.reaches(root, path, exclude=exclude, depth=depth)

    def installed(self, environment: Environment) -> Installed:
        """What is installed there: the same object for as long as it is true, and so its own record."""
        return self._machine.installed(environment)

    def git(self, prefix: str, files: FileView | None = None) -> Git | None:
        """What git's files say of the environment at ``prefix``."""
        return self._machine.git(prefix, files or self.files)

    def contents(self, folder: str) -> Contents | None:
        """What is below an environment that is to be deleted: looked at when somebody asks, and no verdict's."""
        return self._machine.contents(folder)

    def which(self, program: str, *, outside: Iterable[str] = (), first: str | None = None) -> str | None:
        """The absolute path of a program in ``first`` or on PATH."""
        return self._machine.which(program, outside=outside, first=first)

    def store(self, concern: str, made_by: Iterable[str], places: Iterable[str]) -> Store:
        """What is kept of one concern; whoever keeps it says what it rests on."""
        return self._machine.store(concern, made_by, places)

    def within(self, seconds: float, work: Callable[[], Result], otherwise: Callable[[], Result]) -> Result:
        """What ``work`` gives within so much time."""
        return self._machine.within(seconds, work, otherwise)


if TYPE_CHECKING:
    _Variables = Mapping[str, str]
else:
    _Variables = object


class _NotedVariables(_Variables):
    """The process's variables; those that were looked for are noted, the missing ones too."""

    def __init__(self, environ: Mapping[str, str], inputs: Inputs) -> None:
        self._environ, self._inputs = environ, inputs

    def _value(self, name: Any) -> str | None:
        value = self._environ.get(name)
        self._inputs.of("variable").setdefault(name, value)
        return value

    def __getitem__(self, name: str) -> str:
        value = self._value(name)
        if value is None:
            raise KeyError(name)
        return value

    def get(self, name: str, default: Any = None) -> Any:
        """The variable; ``default`` where there is none."""
        value = self._value(name)
        return default if value is None else value

    def __contains__(self, name: object) -> bool:
        return self._value(name) is not None

    def keys(self) -> Any:
        """The names of all."""
        return self._environ.keys()

    def __iter__(self) -> Iterator[str]:
        return iter(self._environ)

    def __len__(self) -> int:
        return len(self._environ)


_LARGE, _MOST_LISTINGS = 50, 32
_listings: dict[str, tuple[Entry, ...]] = {}


def _shared(path: str, listed: tuple[Entry, ...] | None) -> tuple[Entry, ...] | None:
    """An equal listing that is known already, where it is long: hundreds of projects list one Python's packages, and all keep it."""
    if listed is None or len(listed) < _LARGE:
        return listed
    known = _listings.get(path)
    if known == listed:
        return known
    if len(_listings) >= _MOST_LISTINGS:
        _listings.clear()
    _listings[path] = listed
    return listed
