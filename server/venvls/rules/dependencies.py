"""What installed distributions need of each other, and what of it is not there. Worked out once per installed snapshot.

A *node* is a distribution's name, alone or with one of its extras. Its needs are the Requires-Dist lines that are true for the target
(PEP 508 markers), as in ``pip check``; unlike there, the extras that a line requires of another distribution count too, because an
installer would install them. A line that cannot be parsed is skipped: its distribution was installed all the same.
"""

from __future__ import annotations

from venvls.model.environment import Distribution
from venvls.model.facts import Facts, OfEnvironment
from venvls.model.hints import TYPE_CHECKING
from venvls.model.names import canonical
from venvls.model.patterns import re
from venvls.model.pieces import lru_cache
from venvls.model.record import NamedTuple
from venvls.standards.markers import holds
from venvls.standards.versions import contains, standard

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_NEED = re.compile(
    r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[([A-Za-z0-9._,\s-]*)\]\s*)?"
    r"(?:\(((?:[<>=!~][^()@\[\]]*)?)\)|([<>=!~][^()@\[\]]*))?\s*"
)
_STAR = r"((?:>=|<=|>|<|~=)\s*[^\s,]+?)\.\*"
_EXTRA = r"\bextra\b"
_IS_EXTRA = r"""\bextra\s*==\s*["']([A-Za-z0-9._-]+)["']"""
"""Nearly every marker with an extra: true for that one alone, whatever else it says."""
MOST_NEEDS = 5_000
"""Requires-Dist lines of one distribution. Of those that have the most, with an extra for each of hundreds of services, two thousand."""
_LONGEST_CHAIN = 30
"""Names on a way that is told. Each of thousands of packages that lack something may have thousands above it."""
_MANY = 50
_LONGEST = 4096
_DEEPEST = 20_000
_UNREADABLE = frozenset({"empty", "unreadable"})

Node = tuple[str, str]


class Need(NamedTuple):
    """One Requires-Dist line, taken apart; ``key`` is the PEP 503 name, ``specifier`` PEP 440 text. ``refused`` says that it was
    written before PEP 440, as pip does not read it any more; then ``specifier`` is what it was meant to be, as uv reads it."""

    name: str
    key: str
    extras: tuple[str, ...]
    specifier: str
    marker: str | None
    refused: bool = False


class Lack(NamedTuple):
    """A need that is not met: who has it, what it is, and the version that is there instead (``None``: nothing is)."""

    parent: Node
    need: Need
    installed: str | None


class Reach(NamedTuple):
    """What one node needs directly: what is not met, the nodes that meet the rest, and names whose record cannot be read."""

    lacks: tuple[Lack, ...]
    edges: tuple[Node, ...]
    unreadable: tuple[str, ...] = ()


class Outcome(NamedTuple):
    """What one Requires-Dist line comes to, whoever has it: the nodes that meet it (the plain one first), or what is installed instead
    (``lacking``)."""

    need: Need
    edges: tuple[Node, ...] = ()
    lacking: bool = False
    installed: str | None = None


_NOTHING = Reach((), ())


def installed_as(facts: Facts, key: str) -> Distribution | None:
    """The distribution that Python would use under this name, skipping records that give no version; ``None`` where there is none."""
    if facts.installed is None:
        return None
    for distribution in facts.installed.distributions.get(key, ()):
        if distribution.sign not in _UNREADABLE:
            return distribution
    return None


def version_of(facts: Facts, distribution: Distribution) -> str:
    """The installed version: as the folder's name says, or as the metadata says where the folder's name is not a version."""
    if facts.installed is None or standard(distribution.version):
        return distribution.version
    return facts.installed.metadata(distribution).version or distribution.version


def in_range(facts: Facts, distribution: Distribution, specifier: str) -> bool | None:
    """Whether an installed package is in ``specifier``; ``None`` where that has no meaning.

    Folder names are read first, and the metadata before a *no*: pip follows the metadata, and the two can differ (escaped characters).
    """
    if distribution.format == "conda":
        from venvls.standards.conda_versions import fits

        return fits(specifier, distribution.version)
    answer = contains(specifier, distribution.version)
    if answer is False and facts.installed is not None:
        recorded = facts.installed.metadata(distribution).version
        if recorded and recorded != distribution.version:
            return contains(specifier, recorded)
    return answer


@lru_cache(maxsize=16_384)
def parse_need(line: str) -> Need | None:
    """A Requires-Dist line (PEP 508, and the older ``name (>=1)``); ``None`` where it is neither."""
    if len(line) > _LONGEST:
        return None
    body, _, marker = line.partition(";")
    match = _NEED.fullmatch(body)
    if match is None:
        return _parse_by_packaging(line)
    name, extras, bracketed, bare = match.groups()
    keys = tuple(canonical(extra.strip()) for extra in extras.split(",") if extra.strip()) if extras else ()
    specifier = (bracketed or bare or "").strip()
    meant = re.sub(_STAR, r"\1", specifier) if ".*" in specifier else specifier
    return Need(name, canonical(name), keys, meant, marker.strip() or None, meant != specifier)


def reach(facts: Facts, node: Node) -> Reach:
    """What ``node`` needs directly, checked for the target; nothing for a name that is not installed."""
    known = facts.remembered.of(_Trees).reach
    here = known.get(node)
    if here is None:
        here = known[node] = _reach(facts, node)
    return here


class _Trees(OfEnvironment):
    """``reach`` of each node, the nodes in whose trees nothing lacks, and what became of each line by the extra it was required."""

    def __init__(self) -> None:
        self.reach: dict[Node, Reach] = {}
        self.clean: set[Node] = set()
        self.refused: dict[str, str] = {}
        self.crowded: dict[str, None] = {}
        self.outcomes: dict[str, dict[str, Outcome | None]] = {}


def refused_lines(facts: Facts) -> Mapping[str, str]:
    """By name, a Requires-Dist line that pip 24.1 and later refuse; of the distributions whose needs were looked at so far."""
    return facts.remembered.of(_Trees).refused


def crowded(facts: Facts) -> Iterable[str]:
    """The names of those distributions that say that they need more than is checked; of those whose needs were looked at so far."""
    return facts.remembered.of(_Trees).crowded


def extra_lacks(facts: Facts, key: str, extras: Iterable[str]) -> tuple[Lack, ...]:
    """What these extras of an installed distribution need and do not find, extras of extras followed."""
    lacks: list[Lack] = []
    queue: list[Node] = [(key, extra) for extra in extras]
    seen: set[Node] = set(queue)
    while queue:
        here = reach(facts, queue.pop(0))
        lacks += here.lacks
        for edge in here.edges:
            if edge[1] and edge not in seen:
                seen.add(edge)
                queue.append(edge)
    return tuple(dict.fromkeys(lacks))


class Walk:
    """Walks the trees of several requirements, one after the other, each node once.

    Trees in which nothing lacks are remembered and not entered again as long as the snapshot lives.
    """

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        trees = facts.remembered.of(_Trees)
        self._reached, self._clean = trees.reach, trees.clean
        self._seen: set[Node] = set()

    def lacks(self, key: str, extras: tuple[str, ...]) -> tuple[list[tuple[Lack, tuple[str, ...]]], bool]:
        """Each lack first met from here with the names that lead to it, the root's first; and whether the whole tree is known to lack
        nothing."""
        plain: Node = (key, "")
        lacks: list[tuple[Lack, tuple[str, ...]]] = []
        if not extras and plain not in self._clean and plain not in self._seen:
            here = self._reached.get(plain) or reach(self._facts, plain)
            if not here.lacks and self._clean.issuperset(here.edges):  # what it needs was looked at before: the everyday case
                self._clean.add(plain)
        roots = [plain, *[(key, extra) for extra in extras]] if extras else [plain]
        if self._clean.issuperset(roots):
            return lacks, True
        parents: dict[Node, Node | None] = {}
        spoiled = False
        for root in roots:
            if root in self._seen:
                spoiled = True
            elif root not in self._clean:
                parents[root] = None
        queue = list(parents)
        position = 0
        while position < len(queue) and position < _DEEPEST:
            node = queue[position]
            position += 1
            here = self._reached.get(node) or reach(self._facts, node)
            for lack in here.lacks:
                spoiled = True
                lacks.append((lack, _chain(node, parents, key)))
            for edge in here.edges:
                if edge in self._clean:
                    continue
                if edge in self._seen:
                    spoiled = True
                elif edge not in parents:
                    parents[edge] = node
                    queue.append(edge)
        # A tree that runs into one where something lacked is not clean; which of its branches are is not worth knowing.
        (self._seen if spoiled else self._clean).update(parents)
        return lacks, not spoiled


def _chain(node: Node, parents: dict[Node, Node | None], root: str) -> tuple[str, ...]:
    """The names from the root's down to the node's; of a longer way than anybody reads the end, with a mark for what is left out."""
    names: list[str] = []
    step: Node | None = node
    while step is not None:
        if not names or names[-1] != step[0]:
            if len(names) == _LONGEST_CHAIN:
                names += ["…", root]
                break
            names.append(step[0])
        step = parents[step]
    return tuple(reversed(names))


def _reach(facts: Facts, node: Node) -> Reach:
    key, extra = node
    distribution = installed_as(facts, key)
    if distribution is None or facts.installed is None:
        return _NOTHING
    lines = facts.installed.metadata(distribution).requires
    if not lines:
        return _NOTHING
    if len(lines) > MOST_NEEDS:
        facts.remembered.of(_Trees).crowded.setdefault(key)
        return _NOTHING
    lacks: list[Lack] = []
    edges: dict[Node, None] = {}
    unreadable: list[str] = []
    # Many distributions need the same in the same words.
    memo = facts.remembered.of(_Trees).outcomes.setdefault(extra, {})
    for line in _lines_of(extra, lines, distribution.path, facts) if extra else lines:
        if line not in memo:
            memo[line] = outcome(line, extra, facts)
        known = memo[line]
        if known is None:
            continue
        need, met_by, lacking, installed = known
        if need.refused:
            facts.remembered.of(_Trees).refused.setdefault(key, line)
        if met_by:
            for edge in met_by:
                edges[edge] = None
        elif lacking:
            lacks.append(Lack(node, need, installed))
        else:
            unreadable.append(need.key)
    return Reach(tuple(lacks), tuple(edges), tuple(unreadable))


class _Extras(OfEnvironment):
    """For distributions with many conditional lines, by path: those for each extra, and those whose marker has to be evaluated to know.
    Each with its number: a distribution may have a thousand extras, and a line for each."""

    def __init__(self) -> None:
        self.of: dict[str, tuple[dict[str, list[tuple[int, str]]], list[tuple[int, str]]]] = {}


def _lines_of(extra: str, lines: Sequence[str], path: str, facts: Facts) -> list[str]:
    """The lines that may count because of the extra, in their order."""
    if len(lines) < _MANY:
        return [line for line in lines if ";" in line]
    known = facts.remembered.of(_Extras).of
    if path not in known:
        by_extra: dict[str, list[tuple[int, str]]] = {}
        others: list[tuple[int, str]] = []
        equals, word = re.compile(_IS_EXTRA), re.compile(_EXTRA)
        for number, line in enumerate(lines):
            marker = line.partition(";")[2]
            names = equals.findall(marker)
            if len(names) != len(word.findall(marker)):
                others.append((number, line))
                continue
            for name in dict.fromkeys(map(canonical, names)):
                by_extra.setdefault(name, []).append((number, line))
        known[path] = (by_extra, others)
    by_extra, others = known[path]
    return [line for _, line in sorted([*by_extra.get(extra, ()), *others])]


def outcome(line: str, extra: str, facts: Facts) -> Outcome | None:
    """What is there for one line; ``None`` where it does not count. Without edges and not lacking: what is there cannot be read."""
    need = parse_need(line)
    if need is None or not _asked_for(need, facts, extra):
        return None
    there = installed_as(facts, need.key)
    if there is None:
        # Something unreadable under this name is a broken distribution, not a missing one.
        recorded = facts.installed is not None and facts.installed.distributions.get(need.key)
        return Outcome(need, lacking=not recorded)
    if need.specifier and in_range(facts, there, need.specifier) is False:
        return Outcome(need, lacking=True, installed=version_of(facts, there))
    plain = (need.key, "")
    return Outcome(need, (plain, *[(need.key, name) for name in need.extras]) if need.extras else (plain,))


def _asked_for(need: Need, facts: Facts, extra: str) -> bool:
    """Whether a line counts for this node: always for the plain one, because of the extra alone for the other."""
    plainly = holds(need.marker, facts)
    return plainly is False and holds(need.marker, facts, extra) is True if extra else plainly is True


def _parse_by_packaging(line: str) -> Need | None:
    from packaging.requirements import InvalidRequirement, Requirement

    try:
        parsed = Requirement(line)
    except (InvalidRequirement, ValueError, RecursionError):
        return None
    extras = tuple(sorted(canonical(extra) for extra in parsed.extras))
    return Need(parsed.name, canonical(parsed.name), extras, str(parsed.specifier), str(parsed.marker) if parsed.marker else None)
