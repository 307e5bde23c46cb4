"""A lock as the environment should follow it: the exact packages for the chosen groups and extras, on this platform and Python."""

from __future__ import annotations

from venvls.model.hints import TYPE_CHECKING, Literal, TypeVar
from venvls.model.record import NamedTuple, dataclass, field
from venvls.model.text import Span, Text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from venvls.model.environment import BuiltFrom
    from venvls.model.manifest import Defaults, Manifest

Read = TypeVar("Read")
Answer = TypeVar("Answer")
SourceKind = Literal["registry", "any", "url", "vcs", "path", "editable", "virtual"]


class Source(NamedTuple):
    """Where a locked package comes from. ``url`` is absolute (a ``file:`` URL for paths); ``commit`` the exact one of a VCS source.

    ``any`` is a version whose origin the tool does not compare (pip-sync, PDM, Pipenv). ``virtual`` is a project that is locked and never
    installed itself (uv's ``virtual``, Poetry's ``package-mode = false``).
    """

    kind: SourceKind
    url: str | None = None
    commit: str | None = None
    subdirectory: str | None = None
    hashes: tuple[str, ...] = ()


REGISTRY = Source("registry")


class Locked(NamedTuple):
    """One package that the lock wants installed. ``version`` is ``None`` where the source decides (a path that is built)."""

    key: str
    version: str | None
    source: Source = REGISTRY


class LockedNeed(NamedTuple):
    """One thing that a locked package needs: the name, with these extras of it. ``extra`` is the extra of the package that has the need
    because of which it counts; empty where it always does. ``specifier`` is PEP 440 text where the lock keeps it. ``holds`` is what the
    marker comes to for the project's Python; ``None`` where that is not known."""

    key: str
    extras: tuple[str, ...] = ()
    specifier: str = ""
    extra: str = ""
    marker: str | None = None
    holds: bool | None = True


@dataclass(slots=True)
class LockFile:
    """A lock's text at one moment. ``parsed`` is room for what its format made of it, so that it is parsed once, ``answers`` for what
    :meth:`last` keeps."""

    path: str
    text: Text
    parsed: object = None
    answers: dict[object, tuple[object, object]] = field(default_factory=dict)

    def last(self, what: object, rests_on: object, work: Callable[[], Answer]) -> Answer:
        """What ``work`` makes of the lock and of what the answer ``rests_on`` next to it: with each key in a manifest mostly the same
        again. Only what was made last is kept."""
        known = self.answers.get(what)
        if known is None or known[0] != rests_on:
            known = self.answers[what] = (rests_on, work())
        answer: Answer = known[1]  # type: ignore[assignment]
        return answer

    def read_as(self, kind: type[Read], read: Callable[[str, str], Read], name: str) -> Read:
        """What ``read`` makes of the text, worked out once. ``name`` is what messages call the file."""
        if not isinstance(self.parsed, kind):
            self.parsed = read(self.text.source, name)
        return self.parsed


class Others(NamedTuple):
    """What is known of a workspace next to one of its projects: ``checked`` are the roots of all projects, whose own checks say whether the
    lock fits them, ``roots`` the folders opened; ``stated`` gives a manifest, ``None`` where it cannot be read."""

    checked: frozenset[str]
    roots: tuple[str, ...]
    stated: Callable[[str], Manifest | None]


class Stale(NamedTuple):
    """Why a lock no longer matches its manifest: one sentence, and the place in the manifest that differs (the whole file's otherwise)."""

    message: str
    path: str
    span: Span


@dataclass(frozen=True, slots=True)
class LockedSet:
    """What one lock asks of the environment, given the facts.

    ``packages`` by PEP 503 name, markers already applied. ``exact`` is whether the tool removes what is not in it; ``kept`` are names
    it never removes (``pip`` and its like). ``locate`` gives the place of a package in the lock's text, the name and version a person
    would look for; it is asked only when there is something to show there. ``covers`` are the manifests the lock was made from; empty
    means every manifest of the project that is not a requirements file. ``through`` gives for an indirect package the name of a direct
    requirement that leads to it, where that is cheap to know. ``own`` are the names of the project and its workspace's members, and
    ``folder_of`` gives the folder that the lock notes for one of them, from its own with ``/``; ``None`` where it notes none.
    ``defaults`` are what of the covered manifests its tool installs in addition to what is chosen; ``None`` where the manifest itself says.
    ``surplus`` is what is there as well, in no listing of Python's packages, and would be removed: version by key (pixi, conda's own).
    ``left_out`` are names that only a member of a workspace requires, or its groups, which a plain sync of the root leaves out;
    ``left_out_by`` gives the command that installs them.
    ``stale`` says that the manifest changed after the lock was made. ``problem`` is a sentence where the lock could not be understood:
    then nothing is compared with it. ``unsure`` is true where the set cannot be known statically (then no package is called extraneous).
    ``built`` gives the state of what a package from a folder or file of this machine is built from, for a tool that would build it again
    when that changed; ``None`` where it is not known.
    ``loses_needs`` is whether the tool is known to lose what a package needs, and was not told to: a need of a package that it locked and
    that is nowhere in the lock is then a fault of the lock.
    ``by_specifier`` is whether the tool takes a locked version as ``==`` has it, which local versions of the same release fit too.
    ``needs`` gives what a locked package needs of others, for every extra it has; ``None`` where the lock does not keep that.
    """

    path: str
    tool: str
    packages: Mapping[str, Locked] = field(default_factory=dict)
    exact: bool = True
    kept: frozenset[str] = frozenset()
    locate: Callable[[str], Span] = lambda key: Span(0, 0)
    covers: frozenset[str] = frozenset()
    through: Mapping[str, str] = field(default_factory=dict)
    own: frozenset[str] = frozenset()
    folder_of: Callable[[str], str | None] = lambda key: None
    defaults: Defaults | None = None
    surplus: Mapping[str, str] = field(default_factory=dict)
    left_out: frozenset[str] = frozenset()
    left_out_by: Callable[[], str] = lambda: ""
    stale: Stale | None = None
    problem: str | None = None
    unsure: bool = False
    loses_needs: bool = False
    by_specifier: bool = False
    needs: Callable[[str], tuple[LockedNeed, ...]] | None = None
    built: Callable[[str], BuiltFrom | None] | None = None
