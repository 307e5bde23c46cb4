"""An environment, its installed distributions, and the port that reads them lazily. All facts come from files."""

from __future__ import annotations

from venvls.model.hints import TYPE_CHECKING, Literal
from venvls.model.record import NamedTuple, Protocol, dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Kind = Literal["venv", "virtualenv", "uv", "poetry", "pipenv", "pdm", "hatch", "conda", "pixi", "tox", "nox", "pyenv", "system"]
Health = Literal["ok", "broken", "incomplete", "moved"]
Layout = Literal["posix", "windows"]
_SPOKEN = {"cpython": "", "pypy": "PyPy", "graalpy": "GraalPy"}


@dataclass(frozen=True, slots=True)
class Environment:
    """An isolated Python, read from files only; a broken one is a value too, with the reason in ``problem``.

    ``prefix`` is absolute, links in its parents kept as the person sees them; ``real`` is the resolved path and the identity (two
    aliases are one environment). ``version`` is ``X.Y.Z`` where known, else ``X.Y``; ``None`` means unknown. ``base`` is the
    interpreter's home. ``site_packages`` are the folders that hold distributions, this environment's first, then those of the base
    where ``system_site_packages``, then what comes with the base and is always seen (PyPy). ``tool_owned`` marks environments a tool
    keeps for itself (tox, nox): never picked unasked.
    """

    prefix: str
    real: str
    interpreter: str | None
    version: str | None
    implementation: str = "cpython"
    kind: Kind = "venv"
    name: str = ".venv"
    health: Health = "ok"
    problem: str | None = None
    creator: str | None = None
    base: str | None = None
    prompt: str | None = None
    system_site_packages: bool = False
    site_packages: tuple[str, ...] = ()
    layout: Layout = "posix"
    free_threaded: bool = False
    tool_owned: bool = False
    project: str | None = None

    @property
    def minor(self) -> str | None:
        """``X.Y``, or ``None`` where the version is unknown."""
        return ".".join(self.version.split(".")[:2]) if self.version else None

    @property
    def python(self) -> str:
        """Its Python in words: ``Python 3.12.4``, ``Python 3.9.16 (PyPy)``; ``Python`` alone where the version is unknown."""
        name = _SPOKEN.get(self.implementation, self.implementation)
        return f"Python{f' {self.version}' if self.version else ''}{f' ({name})' if name else ''}"


class Distribution(NamedTuple):
    """One installed package: PEP 503 name, version as its folder or metadata says, and the folder or file it was read from.

    ``format`` says how it is recorded; ``sign`` names the cheap sign of an interrupted install, if there is one:
    ``no-installer``, ``empty``, ``unreadable``.
    """

    key: str
    version: str
    path: str
    format: Literal["dist-info", "egg-info", "egg-link", "egg", "conda"] = "dist-info"
    sign: str | None = None


class Metadata(NamedTuple):
    """What a distribution says of itself. ``requires`` are its Requires-Dist lines as written; ``extras`` PEP 503-normalised."""

    name: str
    version: str
    requires: tuple[str, ...] = ()
    extras: tuple[str, ...] = ()
    requires_python: str | None = None
    problem: str | None = None


class Description(NamedTuple):
    """What a distribution tells people of itself, as written, each cut to a line. ``urls`` pairs a label with an address. ``size`` is
    the number of bytes that it takes by its own list of files; ``None`` where that does not tell, or is too long to be added up in passing.
    """

    name: str
    summary: str = ""
    license: str = ""
    homepage: str = ""
    urls: tuple[tuple[str, str], ...] = ()
    requires_python: str = ""
    size: int | None = None


class DirectUrl(NamedTuple):
    """direct_url.json (PEP 610): where a distribution came from, when not from an index."""

    url: str
    editable: bool = False
    vcs: str | None = None
    commit: str | None = None
    requested_revision: str | None = None
    subdirectory: str | None = None
    hashes: tuple[str, ...] = ()


class BuiltFrom(NamedTuple):
    """The state of what a package was built from, as uv compares it: when the last of its files ``changed`` in nanoseconds and which one
    that is, and which of the folders that count are there. ``latest`` is empty in what was recorded at the time."""

    changed: int | None = None
    folders: frozenset[str] = frozenset()
    latest: str = ""


class Leftover(NamedTuple):
    """A folder an interrupted pip left behind (``~ame``), and the name it most likely stood for."""

    name: str
    path: str


class GonePath(NamedTuple):
    """A .pth file of an editable install, and the place of its project's code that it leads to and that is not there."""

    pth: str
    place: str


class Installed(Protocol):
    """What is installed in one environment, as it was on disk at one moment.

    ``distributions`` holds, for each PEP 503 name, everything found under it in the order Python would find it; more than one means
    two versions at once. Names come from folder names; METADATA is opened only by :meth:`metadata`, once.
    ``stamp`` is equal for two snapshots only if nothing was installed or removed between them.
    """

    @property
    def distributions(self) -> Mapping[str, tuple[Distribution, ...]]:
        """What is installed, by name."""

    @property
    def leftovers(self) -> tuple[Leftover, ...]:
        """What interrupted installers left behind."""

    @property
    def added(self) -> tuple[str, ...]:
        """The folders that .pth files add to the search path and that are there."""

    @property
    def gone_paths(self) -> tuple[GonePath, ...]:
        """Where .pth files lead that lead nowhere."""

    @property
    def stamp(self) -> object:
        """Equal for two snapshots only if nothing changed between them."""

    def rest(self) -> None:
        """Takes less room, for as long as nobody wants what can be read again."""

    @property
    def folders(self) -> tuple[str, ...]:
        """Whatever has to be as it was for this to be true, there or not: folders that were listed, .pth files, half-written records."""

    def metadata(self, distribution: Distribution) -> Metadata:
        """What the distribution says of itself; with ``problem`` where that cannot be read."""

    def every_need(self) -> frozenset[str] | None:
        """The Requires-Dist lines of all distributions together; ``None`` where one of them has to be asked by itself."""

    def description(self, distribution: Distribution) -> Description:
        """What the distribution tells people of itself; read from its files each time."""

    def direct_url(self, distribution: Distribution) -> DirectUrl | None:
        """Where it came from, where that was recorded."""

    def wheel_tags(self, distributions: Iterable[Distribution]) -> Mapping[Distribution, tuple[str, ...]]:
        """The tags of their WHEEL files: of those that have one with tags that do not fit every Python 3."""

    def built_from(self, distribution: Distribution) -> BuiltFrom | None:
        """The state of what it was built from when uv installed it; ``None`` where that was not recorded."""

    def entry_points(self, distribution: Distribution) -> Mapping[str, Mapping[str, str]] | None:
        """Its commands and plugins as installed: by group what each name leads to; ``None`` where that cannot be read."""

    def missing_files(self, distribution: Distribution) -> tuple[str, ...] | None:
        """The files of its RECORD that are not there; ``None`` where there is no RECORD to go by."""


class Target(NamedTuple):
    """The Python that markers and Requires-Python are evaluated for; ``markers`` are PEP 508's variables."""

    markers: Mapping[str, str]
    guessed: tuple[str, ...] = ()


ASIDE = ".venvls-aside-"
"""How the name begins that an environment has while a task of ours keeps it out of the way; eight hexadecimal digits, a hyphen and its own
name follow. Where one is left, the task was killed."""
INSTALLERS = frozenset({"pip", "setuptools", "wheel", "distribute"})
"""What stays in an environment, and is installed again in a new one, though no file of the project requires it."""
UNDER_WAY = ("MERGE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD", "BISECT_LOG", "rebase-merge", "rebase-apply", "sequencer")
"""What is in git's folder while an operation of git is not finished."""


class Git(NamedTuple):
    """What git's files say of an environment: ``root`` of the work tree; ``ignored``; how many files of it git ``tracked``."""

    root: str
    ignored: bool
    tracked: int = 0
