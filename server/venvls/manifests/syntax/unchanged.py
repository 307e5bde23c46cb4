"""Which whole lines two versions of a text have in common at their beginning and end."""

from __future__ import annotations

from collections.abc import Callable

from venvls.model.record import NamedTuple


class Cut(NamedTuple):
    """The lines, or characters, that differ: from ``start`` to ``old_end`` in the old text, to ``new_end`` in the new one."""

    start: int
    old_end: int
    new_end: int

    @property
    def by(self) -> int:
        """How much further on the common end is in the new text."""
        return self.new_end - self.old_end


def common_cut(old: str, new: str) -> Cut:
    """The smallest stretch of whole logical lines outside of which both texts are equal.

    Only ``\\n`` not preceded by a backslash counts as the end of a logical line, which is cautious and always right: a stretch cut there
    is read the same on its own. Equality is tried by halving, so that the comparing is done by the string type.
    """
    prefix, old_end, _ = changed(old, new)
    suffix = len(old) - old_end
    start = old.rfind("\n", 0, prefix) + 1
    while start > 0 and _continued(old, start - 1):
        start = old.rfind("\n", 0, start - 1) + 1
    from_end = suffix
    while True:
        line_break = old.find("\n", len(old) - from_end) if from_end else -1
        if line_break < 0:
            return Cut(start, len(old), len(new))
        rest = len(old) - line_break - 1
        # The characters before the line end may be in the part that differs: look at both.
        if not _continued(old, line_break) and not _continued(new, len(new) - rest - 1):
            return Cut(start, line_break + 1, len(new) - rest)
        from_end = rest


def changed(old: str, new: str) -> Cut:
    """The characters outside of which both texts are equal."""
    shorter = min(len(old), len(new))
    prefix = _longest(shorter, lambda known, n: old[known:n] == new[known:n])
    suffix = _longest(shorter - prefix, lambda known, n: old[len(old) - n : len(old) - known] == new[len(new) - n : len(new) - known])
    return Cut(prefix, len(old) - suffix, len(new) - suffix)


def _continued(text: str, newline: int) -> bool:
    """Whether the line that ends at ``newline`` ends with a backslash."""
    before = newline - 1
    if before >= 0 and text[before] == "\r":
        before -= 1
    return before >= 0 and text[before] == "\\"


def _longest(limit: int, are_equal: Callable[[int, int], bool]) -> int:
    """The largest count up to ``limit`` of equal characters. ``are_equal`` compares those from a count that is known to be equal."""
    low, high = 0, limit
    while low < high:
        middle = (low + high + 1) // 2
        if are_equal(low, middle):
            low = middle
        else:
            high = middle - 1
    return low
