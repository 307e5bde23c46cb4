"""What conda's packages need of each other, by the locks that keep it: conda-lock's names, and conda's own words in a pixi.lock."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from venvls.manifests.conda.platform import PREFIX
from venvls.model.lock import LockedNeed
from venvls.model.names import canonical

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
"""conda's names; ``__unix`` and its like are of no package."""


def key_of(words: str) -> str | None:
    """The key of what is needed, in conda's words (``python >=3.9,<3.13``); ``None`` for what is no package (``__glibc``)."""
    match = _NAME.match(words.rpartition("::")[2].lstrip())
    return PREFIX + match[0].lower() if match is not None and not match[0].startswith("__") else None


def conda_needs(needs: Iterable[str]) -> Iterator[LockedNeed]:
    """The needs of a conda package. Its versions are in conda's own words, and not given."""
    for words in needs:
        key = key_of(words)
        if key is not None:
            yield LockedNeed(key)


def named_needs(needs: Iterable[str], locked: Mapping[str, object], *, conda: bool) -> Iterator[LockedNeed]:
    """The needs of an entry of conda-lock's: names in its manager's words, what pip puts there or conda."""
    for name in needs:
        of_conda, of_pip = key_of(name), canonical(name)
        if of_conda is not None:
            yield LockedNeed(of_conda if conda or (of_pip not in locked and of_conda in locked) else of_pip)
