"""What was worked out before and is still true: kept with the facts, for as long as what it rests on is the same.

The one place of the family that touches ``Facts.remembered``.
"""

from __future__ import annotations

from collections.abc import Callable

from venvls.model.facts import Facts
from venvls.model.hints import TypeVar, cast

Result = TypeVar("Result")


class _Room:
    """What was worked out, by its name: what it rests on, and the result."""

    __slots__ = ("known",)

    def __init__(self) -> None:
        self.known: dict[str, tuple[tuple[object, ...], object]] = {}


def lasting(facts: Facts, name: str, work: Callable[[], Result]) -> Result:
    """``work()``, once for each state of environment, lock and choice of groups."""
    return _kept(facts, name, (), work)


def of_texts(facts: Facts, name: str, work: Callable[[], Result]) -> Result:
    """``work()``, once for each state of the manifests too."""
    return _kept(facts, name, (*facts.manifests.values(), facts.counted, facts.links, facts.project), work)


def _kept(facts: Facts, name: str, rests_on: tuple[object, ...], work: Callable[[], Result]) -> Result:
    room = facts.remembered.of(_Room).known
    known = room.get(name)
    # By identity: comparing manifests would take as long as the work. What is compared is kept, so that its identity stays its own.
    if known is not None and len(known[0]) == len(rests_on) and all(map(_same, known[0], rests_on)):
        return cast("Result", known[1])
    result = work()
    room[name] = (rests_on, result)
    return result


def _same(before: object, now: object) -> bool:
    return before is now
