"""The requirements of one file, as keys change them: one line is another, and thousands only move."""

from __future__ import annotations

from bisect import bisect_left
from itertools import compress, count, pairwise

from venvls.model.hints import TYPE_CHECKING, Any
from venvls.model.pieces import is_, not_
from venvls.model.record import NamedTuple
from venvls.model.requirement import MAIN, ParsedRequirement, Requirement, Scope
from venvls.model.text import Span

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    _Sequence = Sequence[Requirement]
    _Needs = dict[int, ParsedRequirement]
else:
    _Sequence = object
    _Needs = dict

_MAIN_ALONE = frozenset({MAIN})
_PLAIN = (MAIN, (), (), None)  # what follows the places of a requirement, of nearly all
_NO_NAMES: frozenset[str | None] = frozenset()
_MOST_NAMES = 1_000
"""Names in changes after which nobody wanted to know what is repeated."""
_MANY = 100
"""Of so many all others are put in their places as well."""
_MOST_FILES = 100
"""Files of which is noted that all of them is known."""


class KnownNeeds(_Needs):
    """What was looked at of what requirements say, by identity; kept, so that it stays its own, and never less. ``files`` are what files
    say, with the numbers of what was not among it when it was so much: of what a file becomes only that and the change are looked at."""

    __slots__ = ("files",)

    def __init__(self) -> None:
        super().__init__()
        self.files: dict[int, tuple[tuple[ParsedRequirement, ...], list[int], int]] = {}

    def note(self, needs: tuple[ParsedRequirement, ...], before: tuple[ParsedRequirement, ...], unknown: list[int]) -> list[int]:
        """Note which of a file's ``needs`` are ``unknown``, and forget what they were ``before``."""
        self.files.pop(id(before), None)
        if len(self.files) >= _MOST_FILES:
            self.files.clear()
        self.files[id(needs)] = (needs, unknown, len(self))
        return unknown


class _Grown(NamedTuple):
    """What a file's requirements said ``before`` a change, and that those from ``low`` to ``high`` were replaced by ``new`` ones."""

    before: tuple[ParsedRequirement, ...]
    low: int
    high: int
    new: int


class Requirements(_Sequence):
    """The requirements of one file, as a tuple of them, made for keys: one changes a line and moves thousands. Those behind a change are
    moved when somebody wants their places, which most checks do not.

    ``needs`` is what each says, ``scopes`` are the scopes that any has, ``flawed`` is whether any is no valid one.
    ``keys`` are their names (PEP 503), ``linked`` is whether any names a URL or path. ``lines`` is for who reads long lists again: a byte
    for each; ``bounds`` for who takes them as bounds, with the path of their file. Both are ``None`` while nobody has looked."""

    __slots__ = (
        "_before",
        "_grown",
        "_in_order",
        "_numbers",
        "_placed",
        "_repeated",
        "bounds",
        "flawed",
        "keys",
        "lines",
        "linked",
        "needs",
        "scopes",
    )

    def __init__(self, items: Sequence[Requirement] = ()) -> None:
        # The items, and from which of them on they are so much further: in one field, which is changed at once.
        self._placed: tuple[tuple[Requirement, ...], int, int] = (tuple(items), 0, 0)
        self.needs: tuple[ParsedRequirement, ...] = tuple([item.parsed for item in items])
        scopes = frozenset([item.scope for item in items])
        self.scopes: frozenset[Scope] = _MAIN_ALONE if scopes == _MAIN_ALONE else scopes
        self.keys: tuple[str | None, ...] = tuple([need.key for need in self.needs])
        self.flawed: bool = _any_flawed(self.needs)
        self.linked: bool = _any_linked(self.needs)
        self.lines: bytes | None = None
        self.bounds: tuple[str, dict[str, Any]] | None = None
        self._repeated: dict[str, tuple[ParsedRequirement, ...]] | None = None
        self._in_order: bool | None = None
        # What they said before the last change, and which of these are new since.
        self._grown: _Grown | None = None
        # What was repeated before the last changes, and the names in them.
        self._before: tuple[Mapping[str, tuple[ParsedRequirement, ...]], frozenset[str | None]] | None = None

    def replaced(self, low: int, high: int, new: Sequence[Requirement], by: int) -> Requirements:
        """Those before ``low``, then ``new``, then those from ``high`` on, which are ``by`` characters further than they were."""
        items, first, moved = self._placed
        if not moved:
            first = high
        head, between, tail = items[:low], items[high:first], items[max(high, first) :]
        if moved and first < low:
            head = (*items[:first], *_moved(items[first:low], moved))
        made = Requirements.__new__(Requirements)
        made.lines = made.bounds = made._repeated = made._in_order = None
        made._placed = ((*head, *new, *_moved(between, by), *tail), len(head) + len(new) + len(between), moved + by)
        needs = [item.parsed for item in new]
        made.needs = (*self.needs[:low], *needs, *self.needs[high:])
        made._grown = _Grown(self.needs, low, high, len(needs))
        scopes = {item.scope for item in new}
        same = self.scopes >= scopes and (low == high or len(self.scopes) == 1)
        made.scopes = self.scopes if same and made.needs else frozenset([item.scope for item in made._placed[0]])
        keys = [need.key for need in needs]
        made.keys = (*self.keys[:low], *keys, *self.keys[high:])
        known, names = (self._repeated, _NO_NAMES) if self._repeated is not None else self._before or (None, _NO_NAMES)
        made._before = None if known is None or len(names) > _MOST_NAMES else (known, names.union(self.keys[low:high], keys))
        made.flawed = _any_flawed(made.needs if self.flawed else needs)
        made.linked = _any_linked(made.needs if self.linked else needs)
        if self._in_order is not None:
            # Those that only moved are in the order that they were in.
            near = [made[number] for number in range(max(low - 1, 0), min(low + len(needs) + 1, len(made.needs)))]
            made._in_order = self._in_order and _follow_each_other(near)
        return made

    def rescoped(self, low: int, high: int, scope: Scope) -> Requirements:
        """The same, with those from ``low`` to ``high`` in another scope; ``lines`` stay."""
        made = Requirements.__new__(Requirements)
        for name in ("_before", "_grown", "_in_order", "_repeated", "flawed", "keys", "lines", "linked", "needs"):
            setattr(made, name, getattr(self, name))
        made.bounds = None
        items = self._all()
        # As below, by the thousand.
        make = tuple.__new__
        between = [make(Requirement, (*item[:3], scope, *item[4:])) for item in items[low:high]]
        items = (*items[:low], *between, *items[high:])
        made._placed, made.scopes = (items, 0, 0), frozenset([item.scope for item in items])
        return made

    def without(self, numbers: Sequence[int]) -> Requirements:
        """All but those with these few numbers, in their order; what is known of the others stays known."""
        made = self
        for number in reversed(numbers):
            made = made.replaced(number, number + 1, (), 0)
        return made

    @property
    def are_in_order(self) -> bool:
        """Whether each, with all that belongs to it, is behind the one before."""
        if self._in_order is None:
            self._in_order = _follow_each_other(self._all())
        return self._in_order

    @property
    def is_grown(self) -> bool:
        """Whether they are what others became by a change, nearly all of them the same objects."""
        return self._grown is not None

    def rest(self) -> None:
        """Takes less room, where all are plain: their places are numbers until somebody wants them."""
        self.bounds = None
        items, _, moved = self._placed
        if not moved and all([item[3:] == _PLAIN for item in items]):  # noqa: C419 - quicker
            from array import array

            offsets = [offset for item in items for span in item[1:3] for offset in span]
            self._numbers: Sequence[int] = array("H" if not offsets or max(offsets) < 1 << 16 else "Q", offsets)
            del self._placed

    def __getattr__(self, name: str) -> Any:
        # Called only for what is not there: at every key nobody waits for it.
        if name != "_placed":
            raise AttributeError(name)
        four = iter(self._numbers)
        spans = zip(self.needs, zip(four, four, four, four, strict=True), strict=True)
        items = [Requirement(need, Span(start, end), Span(begin, close)) for need, (start, end, begin, close) in spans]
        placed = self._placed = (tuple(items), 0, 0)
        return placed

    def before(self, offset: int) -> int:
        """How many begin, with all that belongs to them, before ``offset``."""
        items, first, moved = self._placed
        low, high = 0, len(items)
        while low < high:
            middle = (low + high) // 2
            start = items[middle].statement.start
            if (start + moved if middle >= first else start) < offset:
                low = middle + 1
            else:
                high = middle
        return low

    @property
    def repeated(self) -> Mapping[str, tuple[ParsedRequirement, ...]]:
        """The names that more than one of them has, each with what those say: the same object as before a change where that is the same."""
        if self._repeated is None:
            self._repeated, self._before = self._find_repeated(), None
        return self._repeated

    def numbers_of(self, names: Collection[str | None]) -> dict[str, list[int]]:
        """Which ones have these names, in the order of the file."""
        numbers: dict[str, list[int]] = {}
        for number in compress(count(), map(names.__contains__, self.keys)):
            numbers.setdefault(self.keys[number] or "", []).append(number)
        return numbers

    def _find_repeated(self) -> dict[str, tuple[ParsedRequirement, ...]]:
        if self._before is not None:
            known, names = dict(self._before[0]), self._before[1]
        else:
            known, names = {}, frozenset()
            if len(frozenset(self.keys)) < len(self.keys):
                from collections import Counter

                names = frozenset([key for key, number in Counter(self.keys).items() if number > 1])
        groups: dict[str, list[ParsedRequirement]] = {}
        for need in compress(self.needs, map(names.__contains__, self.keys)):
            if need.key is not None:
                groups.setdefault(need.key, []).append(need)
        for name in names:
            if name is not None and len(groups.get(name, ())) < 2:
                known.pop(name, None)
        for name, group in groups.items():
            before = known.get(name, ())
            if len(group) > 1 and not (len(before) == len(group) and all(map(is_, before, group))):
                known[name] = tuple(group)
        return known

    def besides(self, known: Mapping[int, object]) -> list[Requirement]:
        """Those whose meaning is, by its identity, not among the ``known``."""
        return self.at(self.unknown(known))

    def at(self, numbers: Sequence[int]) -> list[Requirement]:
        """Those with these numbers."""
        every = self._all() if len(numbers) > _MANY else self
        return [every[number] for number in numbers]

    def needs_besides(self, known: Mapping[int, object]) -> list[ParsedRequirement]:
        """What those say."""
        return [self.needs[number] for number in self.unknown(known)]

    def unknown(self, known: Mapping[int, object]) -> list[int]:
        """The numbers of those whose meaning is, by its identity, not among the ``known``."""
        needs, grown = self.needs, self._grown
        if not isinstance(known, KnownNeeds):
            return _unknown(needs, known)
        if (noted := known.files.get(id(needs))) is not None:
            return known.note(needs, needs, _unknown_of(noted[1], needs, known)) if noted[2] != len(known) and noted[1] else noted[1]
        if grown is None or (noted := known.files.get(id(grown.before))) is None:
            return known.note(needs, needs, _unknown(needs, known))
        _, low, high, new = grown
        by, before = new - (high - low), noted[1]
        if noted[2] != len(known):
            before = _unknown_of(before, grown.before, known)
        behind = before[bisect_left(before, high) :]
        between = _unknown_of(range(low, low + new), needs, known)
        every = [*before[: bisect_left(before, low)], *between, *([number + by for number in behind] if by else behind)]
        return known.note(needs, grown.before, every)

    def __len__(self) -> int:
        return len(self.needs)

    def __iter__(self) -> Iterator[Requirement]:
        return iter(self._all())

    def __getitem__(self, place: Any) -> Any:
        if not isinstance(place, int):
            return self._all()[place]
        items, first, moved = self._placed
        item = items[place]
        return item if not moved or (place if place >= 0 else place + len(items)) < first else _moved((item,), moved)[0]

    def __contains__(self, item: object) -> bool:
        return item in self._all()

    def __reversed__(self) -> Iterator[Requirement]:
        return reversed(self._all())

    def __eq__(self, other: object) -> bool:
        return self._all() == (other._all() if isinstance(other, Requirements) else other)

    def __hash__(self) -> int:
        return hash(self._all())

    def __repr__(self) -> str:
        return repr(self._all())

    def _all(self) -> tuple[Requirement, ...]:
        items, first, moved = self._placed
        if moved:
            items = (*items[:first], *_moved(items[first:], moved))
            self._placed = (items, 0, 0)
        return items


def _unknown(needs: tuple[ParsedRequirement, ...], known: Mapping[int, object]) -> list[int]:
    # Without a line of Python for each: nearly all of thousands are known.
    return list(compress(count(), map(not_, map(known.__contains__, map(id, needs)))))


def _unknown_of(numbers: Sequence[int], needs: tuple[ParsedRequirement, ...], known: Mapping[int, object]) -> list[int]:
    # As above.
    return list(compress(numbers, map(not_, map(known.__contains__, map(id, map(needs.__getitem__, numbers))))))


def listed(requirements: Sequence[Requirement]) -> Requirements:
    """``requirements`` as such a sequence, the same one where they are."""
    return requirements if isinstance(requirements, Requirements) else Requirements(requirements)


def _follow_each_other(items: Sequence[Requirement]) -> bool:
    return all([one.statement.end <= other.statement.start for one, other in pairwise(items)])  # noqa: C419 - quicker


def _any_flawed(needs: Collection[ParsedRequirement]) -> bool:
    return any([need.error is not None for need in needs])  # noqa: C419 - a list is quicker, and nearly always there is none


def _any_linked(needs: Collection[ParsedRequirement]) -> bool:
    return any([need.url is not None for need in needs])  # noqa: C419 - as above


def _moved(items: tuple[Requirement, ...], by: int) -> list[Requirement] | tuple[Requirement, ...]:
    if not by:
        return items
    # By the thousand: twice as quick as calling the classes.
    make = tuple.__new__
    return [
        make(Requirement, (
            parsed,
            make(Span, (start + by, end + by)),
            make(Span, (begin + by, close + by)),
            scope,
            hashes,
            options,
            offsets if offsets is None else tuple([offset + by for offset in offsets]),
        ))
        for parsed, (start, end), (begin, close), scope, hashes, options, offsets in items
    ]  # fmt: skip
