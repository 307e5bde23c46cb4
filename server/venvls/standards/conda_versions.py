"""Whether a version fits what conda requires (``>=1.2,<2|3.*``), in conda's own order of versions, which is not PEP 440's.

Source: conda's documentation of MatchSpec and ``models/version.py`` (``VersionOrder``, ``VersionSpec``).
"""

from __future__ import annotations

import re
from functools import lru_cache

Part = int | float | str
Order = tuple[tuple[tuple[Part, ...], ...], tuple[tuple[Part, ...], ...]]

_LONGEST = 1_000
_PIECES = r"\d+|\*+|[^\d*]+"
_OPERATORS = ("==", "!=", "<=", ">=", "~=", "=", "<", ">")


@lru_cache(maxsize=4096)
def fits(specifier: str, version: str) -> bool | None:
    """Whether ``version`` is in a conda version specifier; ``None`` where either cannot be understood (regular expressions, brackets).

    ``,`` means and, ``|`` or; ``=1.2`` and ``1.2.*`` all that begin with 1.2; a bare version exactly that one.
    """
    text = re.sub(r"\s+", "", specifier)
    if len(text) > _LONGEST or re.search(r"[()^$\[\]]", text):
        return None
    answers: list[bool | None] = []
    for alternative in text.split("|"):
        clauses = [_clause(clause, version) for clause in alternative.split(",") if clause]
        answers.append(False if False in clauses else None if None in clauses else True)
    return True if True in answers else None if None in answers else False


def _clause(clause: str, version: str) -> bool | None:
    if clause.strip("*") == "":
        return True
    operator = next((sign for sign in _OPERATORS if clause.startswith(sign)), "")
    wanted = clause[len(operator) :]
    prefix = wanted.endswith("*")
    wanted = wanted.rstrip("*").rstrip(".") if prefix else wanted
    here, there = order(version), order(wanted)
    if here is None or there is None or "*" in wanted:
        return None
    if operator == "~=":
        shorter = order(wanted.rpartition(".")[0]) if "_" not in wanted and "-" not in wanted else None
        return None if shorter is None else _less(here, there) is False and _begins(here, shorter)
    if operator in ("", "==", "!=", "="):
        same = _begins(here, there) if prefix or operator == "=" else _equal(here, there)
        return same is not (operator == "!=")
    # ``>=1.2.*`` means what ``>=1.2`` does; conda warns of it.
    if operator == ">=":
        return not _less(here, there)
    if operator == "<":
        return _less(here, there)
    if operator == "<=":
        return _less(here, there) or _equal(here, there)
    return not _less(here, there) and not _equal(here, there)


@lru_cache(maxsize=4096)
def order(version: str) -> Order | None:
    """A version taken apart for comparing: epoch and components, and those of its local part; ``None`` where it is none."""
    text = version.strip().lower()
    if not text or not re.fullmatch(r"[*.+!_0-9a-z-]+", text):
        return None
    if "-" in text:
        if "_" in text:
            return None
        text = text.replace("-", "_")
    epoch, _, rest = text.rpartition("!")
    if epoch and not epoch.isdecimal():
        return None
    rest, plus, local = rest.partition("+")
    if not rest or (plus and not local) or "+" in local:
        return None
    main = _components(rest)
    own = _components(local) if local else ()
    if main is None or own is None:
        return None
    return ((int(epoch or 0),), *main), own


def _components(text: str) -> tuple[tuple[Part, ...], ...] | None:
    # openssl counts 1.0.1, 1.0.1a …: an underscore at the end stays one, elsewhere it is a dot.
    split = (text[:-1].replace("_", ".") + "_" if text.endswith("_") else text.replace("_", ".")).split(".")
    out: list[tuple[Part, ...]] = []
    for component in split:
        pieces = re.findall(_PIECES, component)
        if not pieces or any(len(piece) > 100 for piece in pieces):
            return None
        parts: list[Part] = [_part(piece) for piece in pieces]
        out.append(tuple(parts if pieces[0].isdecimal() else [0, *parts]))
    return tuple(out)


def _part(piece: str) -> Part:
    if piece.isdecimal():
        return int(piece)
    # “post” comes after every number, “dev” before every other word.
    return float("inf") if piece == "post" else "DEV" if piece == "dev" else piece


def _equal(left: Order, right: Order) -> bool:
    return all(_same(a, b) for a, b in zip(left, right, strict=True))


def _same(left: tuple[tuple[Part, ...], ...], right: tuple[tuple[Part, ...], ...]) -> bool:
    return all(_trimmed(a) == _trimmed(b) for a, b in _padded(left, right))


def _trimmed(component: tuple[Part, ...]) -> tuple[Part, ...]:
    end = len(component)
    while end and component[end - 1] == 0:
        end -= 1
    return component[:end]


def _padded(left: tuple[tuple[Part, ...], ...], right: tuple[tuple[Part, ...], ...]) -> list[tuple[tuple[Part, ...], tuple[Part, ...]]]:
    size = max(len(left), len(right))
    return list(zip((*left, *((0,),) * (size - len(left))), (*right, *((0,),) * (size - len(right))), strict=True))


def _less(left: Order, right: Order) -> bool:
    for left_parts, right_parts in zip(left, right, strict=True):
        for mine, theirs in _padded(left_parts, right_parts):
            size = max(len(mine), len(theirs))
            for piece, other in zip((*mine, *(0,) * (size - len(mine))), (*theirs, *(0,) * (size - len(theirs))), strict=True):
                if piece == other:
                    continue
                if isinstance(piece, str) != isinstance(other, str):
                    return isinstance(piece, str)  # words come before numbers
                return piece < other  # type: ignore[operator]
    return False


def _begins(version: Order, prefix: Order) -> bool:
    """Whether a version begins as ``prefix`` does, its last piece a word's beginning or a whole number."""
    if prefix[1]:
        if not _same(version[0], prefix[0]):
            return False
        mine, theirs = version[1], prefix[1]
    else:
        mine, theirs = version[0], prefix[0]
    last = len(theirs) - 1
    if not _same(mine[:last], theirs[:last]):
        return False
    component = mine[last] if len(mine) > last else ()
    wanted = theirs[last]
    end = len(wanted) - 1
    if _trimmed(component[:end]) != _trimmed(wanted[:end]):
        return False
    piece: Part = component[end] if len(component) > end else 0
    if isinstance(wanted[end], str):
        return isinstance(piece, str) and piece.startswith(str(wanted[end]))
    return piece == wanted[end]
