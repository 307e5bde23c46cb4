"""A finding: a rule broken at a place; and the project it speaks of."""

from __future__ import annotations

from venvls.model.environment import Environment
from venvls.model.hints import TYPE_CHECKING, Any, Literal
from venvls.model.manifest import Part
from venvls.model.pieces import MappingProxyType
from venvls.model.record import NamedTuple, dataclass
from venvls.model.requirement import Requirement
from venvls.model.text import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

Severity = Literal["error", "warning", "information", "hint"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "information", "hint")

OF_TEXT = frozenset({"invalid-requirement", "invalid-manifest", "unreadable-include", "include-cycle", "unknown-group"})
"""What is true of a text whatever the environment: reported once, however many projects read it."""


class Related(NamedTuple):
    """Another place that explains a finding, and what it has to do with it."""

    path: str
    span: Span
    message: str


class Finding(NamedTuple):
    """One thing that is wrong (or worth saying), where, and what can be done.

    ``span`` is in ``path``'s text. Rules leave ``severity``, ``project`` and ``environment`` at their defaults; the engine fills them
    in. What can be done about it is worked out later (``engine.actions``): most findings are never clicked. ``installed`` is the version
    found, for findings about a distribution. ``data`` is for actions: plain JSON values.
    """

    code: str
    message: str
    path: str
    span: Span
    severity: Severity = "warning"
    requirement: Requirement | None = None
    installed: str | None = None
    related: tuple[Related, ...] = ()
    unnecessary: bool = False
    data: Mapping[str, object] = MappingProxyType({})
    project: str | None = None
    environment: str | None = None


if TYPE_CHECKING:
    _Findings = Sequence[Finding]
else:
    _Findings = object


class Later(_Findings):
    """Findings of one file that are made when somebody looks at them, as a tuple of them: of thousands a key changes none and moves all.

    ``make`` gives those with these numbers. They are in the order of their places, and no two have the same.
    """

    __slots__ = ("_count", "_made", "make")

    def __init__(self, count: int, make: Callable[[Sequence[int]], Iterable[Finding]]) -> None:
        self._count, self.make = count, make
        self._made: tuple[Finding, ...] | None = None

    def every(self) -> tuple[Finding, ...]:
        """All of them, made once."""
        if self._made is None:
            self._made = tuple(self.make(range(self._count)))
        return self._made

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.every())

    def __getitem__(self, place: Any) -> Any:
        if self._made is not None or not isinstance(place, int):
            return self.every()[place]
        return next(iter(self.make((range(self._count)[place],))))

    def __contains__(self, item: object) -> bool:
        return item in self.every()

    def __reversed__(self) -> Iterator[Finding]:
        return reversed(self.every())

    def __eq__(self, other: object) -> bool:
        return self.every() == (other.every() if isinstance(other, Later) else other)

    def __hash__(self) -> int:
        return hash(self.every())

    def __repr__(self) -> str:
        return repr(self.every())


_FEW = 100
"""So many are looked at one by one."""


def place_order(finding: Finding) -> tuple[int, int, str]:
    """What sorts the findings of one file."""
    return (finding.span.start, finding.span.end, finding.code)


def in_order(parts: Sequence[Sequence[Finding]], seen: Callable[[Finding], object]) -> Sequence[Finding]:
    """All findings of one file in the order of place; of those that are ``seen`` alike the first. Where some are made later, so are all:
    none of them may be seen alike with another."""
    later = [part for part in parts if isinstance(part, Later)]
    distinct: dict[object, Finding] = {}
    for part in parts:
        for finding in part if not isinstance(part, Later) else ():
            distinct.setdefault(seen(finding), finding)
    others = sorted(distinct.values(), key=place_order)
    if len(later) == 1 and not others:
        return later[0]
    entries: list[int | Finding] = []

    def make(numbers: Sequence[int]) -> list[Finding]:
        many = later[0]
        if not entries and len(later) == 1 and len(others) <= _FEW:
            from bisect import bisect_left

            entries.extend(range(len(many)))
            for finding in reversed(others):
                entries.insert(bisect_left(many, place_order(finding), key=place_order), finding)
        elif not entries:
            in_place: list[Finding] = sorted([*others, *[finding for part in later for finding in part]], key=place_order)
            entries.extend(in_place)
        every = many.every() if len(numbers) > _FEW else many
        return [every[entry] if isinstance(entry, int) else entry for entry in map(entries.__getitem__, numbers)]

    return Later(len(others) + sum(map(len, later)), make) if later else tuple(others)


class Candidate(NamedTuple):
    """An environment that was considered for a project, and why it won or lost."""

    environment: Environment
    chosen: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Project:
    """A folder with manifests, the environment chosen for it, and why.

    ``manifests`` are the files that state requirements, the main one first; ``locks`` their locks; ``tool`` the one that keeps the
    project (``pip``, ``uv``, ``poetry``…) and ``tool_reason`` how that is known. ``python`` is what its files ask of a Python, as PEP 440
    specifiers with the file that says it. ``workspace`` is the root whose environment and lock members share. ``stated_elsewhere`` are
    settings of its tool that variables or the person's own files state; ``*`` for any. ``part`` is given for one of a tool's own
    environments (tox): its root is the environment's prefix, and of its manifests one part counts. ``siblings`` are projects, by
    PEP 503 name and folder, that a project above installs from their folders, as it does with this one: never to be had from an index.
    ``installed_above`` is that project's folder, where this one uses its environment; ``installer`` also where it has none yet.
    """

    root: str
    manifests: tuple[str, ...]
    locks: tuple[str, ...] = ()
    tool: str = "pip"
    tool_reason: str = ""
    environment: Environment | None = None
    reason: str = ""
    candidates: tuple[Candidate, ...] = ()
    python: tuple[tuple[str, str], ...] = ()
    workspace: str | None = None
    stated_elsewhere: frozenset[str] = frozenset()
    part: Part | None = None
    siblings: tuple[tuple[str, str], ...] = ()
    installed_above: str | None = None
    installer: str | None = None

    @property
    def is_script(self) -> bool:
        """Whether it is a script with requirements of its own (PEP 723): its file is its root."""
        return self.manifests[:1] == (self.root,)
