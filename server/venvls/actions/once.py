"""What actions work out of a whole manifest, once: there may be thousands of findings in it, each with its offers."""

from __future__ import annotations

from collections.abc import Callable

from venvls.model.hints import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from venvls.model.facts import Facts
    from venvls.model.manifest import Manifest

_Answer = TypeVar("_Answer")


class _Known:
    """Answers by what works them out and the manifest's path, each with the manifest that it is of."""

    def __init__(self) -> None:
        self.answers: dict[tuple[object, ...], tuple[Manifest, Any]] = {}


def once(work: Callable[..., _Answer], manifest: Manifest, facts: Facts, *more: object) -> _Answer:
    """What ``work``, a function of a module, makes of a manifest and ``more``; kept while the manifest is the same object, as it is while
    its text is the same."""
    answers, key = facts.remembered.of(_Known).answers, (work, manifest.path, *more)
    known = answers.get(key)
    if known is None or known[0] is not manifest:
        known = answers[key] = (manifest, work(manifest, *more))
    answer: _Answer = known[1]
    return answer
