"""What is known of each project: its facts and what was worked out from them; which of it is kept for how long, and in how much room; when
it counts without another look.

Knows nothing of how facts come about, and of when they are true no longer.
"""

from __future__ import annotations

from venvls.model.hints import TYPE_CHECKING
from venvls.model.requirement_list import listed

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from venvls.basis import Basis
    from venvls.inputs import Inputs
    from venvls.model.facts import Facts, Link
    from venvls.model.finding import Finding

_MOST_WARM = 32
"""Projects of which is kept what was worked out on the way to their findings."""
_NOWHERE: Mapping[str, list[Link]] = {}


class Known:
    """One project's facts and what has been worked out from them. ``read`` are the looks at files that this took, ``as_of`` which sorting
    these were last taken again in, ``looked_at`` the moment at which somebody looked last whether all is true; ``outside`` are the includes
    that lead out of the workspace, by the file that has them."""

    __slots__ = ("_lasting", "as_of", "basis", "facts", "files", "looked_at", "outside", "read", "whole")

    def __init__(self, basis: Basis, facts: Facts, read: Inputs, as_of: int) -> None:
        self.basis, self.facts, self.read, self.as_of = basis, facts, read, as_of
        self.whole: dict[str, list[Finding]] | None = None
        outside: dict[str, list[Link]] = {}
        for link in facts.links:
            if link.target in facts.outside:
                outside.setdefault(link.source, []).append(link)
        self.outside = outside or _NOWHERE
        self.files: dict[str, list[Sequence[Finding]]] = {}
        self._lasting: tuple[object, ...] | None = None
        self.looked_at = 0

    def lasting(self) -> tuple[object, ...]:
        """What verdicts on single requirements rest on."""
        if self._lasting is None:
            self._lasting = self.basis.lasting()
        return self._lasting

    def states(self) -> int:
        """How many requirements there are."""
        return sum([len(manifest.requirements) for manifest in self.basis.manifests])

    def rest(self) -> None:
        """Takes less room: what was worked out on the way to the findings is worked out once more where somebody wants it."""
        self._lasting = None
        self.read.rest()
        self.facts.rest()
        for manifest in self.facts.manifests.values():
            listed(manifest.requirements).rest()
            manifest.text.rest()


class KnownProjects:
    """What is known of each project, by root. ``open_paths`` are the files that an editor holds, as they come and go."""

    def __init__(self, open_paths: Collection[str]) -> None:
        self._open_paths = open_paths
        self._now: dict[str, Known] = {}
        self._warm: dict[str, Known] = {}  # those that were looked at last
        self._earlier: dict[str, Known] = {}
        self._moment = 0
        self.told_at = 0
        """The moment at which something was last told to be other than it was."""
        self.round_since: int | None = None

    def get(self, root: str) -> Known | None:
        """What was worked out last."""
        return self._now.get(root)

    def every(self) -> Iterator[Known]:
        """What was worked out last, of each project."""
        return iter(self._now.values())

    def put(self, root: str, known: Known) -> Known:
        """This is known from now on."""
        self._now[root] = known
        return known

    def taken(self, root: str) -> Known | None:
        """What is known of a project and counts without another look: in a round, where there was one in it."""
        known = self._now.get(root) if self.round_since is not None else None
        return known if known is not None and known.looked_at >= max(self.round_since or 0, self.told_at) else None

    def look_again(self) -> None:
        """Something may be other than it was: also in a round, what is known counts after another look."""
        self.told_at = self.tick()

    def tick(self) -> int:
        """The number of a moment that comes after all others."""
        self._moment += 1
        return self._moment

    def forget(self, root: str) -> None:
        """What was known is worked out again when it is wanted."""
        del self._now[root]

    def earlier(self, root: str) -> Known | None:
        """What was known of a project with open files before they said what no verdict could outlive, or nothing at all."""
        return self._earlier.get(root)

    def put_earlier(self, root: str, known: Known) -> None:
        """This may soon be true again."""
        self._earlier[root] = known

    def settle(self, roots: Collection[str]) -> None:
        """Leaves these projects; what was known of others may be true again while their files are open."""
        self.look_again()
        gone = {root: known for root, known in self._now.items() if root not in roots}
        self._earlier = {root: known for root, known in {**self._earlier, **gone}.items() if self._is_open(known)}
        self._now = {root: known for root, known in self._now.items() if root in roots}

    def keep_warm(self, root: str, known: Known) -> None:
        """Puts projects to rest that were not asked about for long, but for those that have a file open: of this one somebody wants to know
        just now, and what is known is true."""
        known.looked_at = self._moment
        self._warm.pop(root, None)
        self._warm[root] = known
        for cold in list(self._warm)[:-_MOST_WARM]:
            if not self._is_open(self._warm[cold]):
                rested = self._warm.pop(cold)
                rested.rest()
                # Many projects may share one environment.
                installed = rested.facts.installed
                if installed is not None and all(other.facts.installed is not installed for other in self._warm.values()):
                    installed.rest()

    def _is_open(self, known: Known) -> bool:
        """Whether an editor holds any of a project's manifests."""
        return not known.facts.manifests.keys().isdisjoint(self._open_paths)


class Round:
    """While it lasts, there is one look at each project, whoever asks for it: an answer about many, or about one in several steps, rests on
    one state of each. What somebody is told of meanwhile (:meth:`KnownProjects.look_again`) is looked at again.

    A round in a round is part of it. While one ``pauses``, answers have looks of their own.
    """

    __slots__ = ("_before", "_known", "_pauses")

    def __init__(self, known: KnownProjects, *, pauses: bool = False) -> None:
        self._known, self._pauses, self._before = known, pauses, known.round_since

    def __enter__(self) -> None:
        known = self._known
        self._before = known.round_since
        if self._pauses:
            known.round_since = None
        elif known.round_since is None:
            known.round_since = known.tick()

    def __exit__(self, *_: object) -> None:
        self._known.round_since = self._before
