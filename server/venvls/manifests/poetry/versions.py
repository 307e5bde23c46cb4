"""Poetry's version constraints → PEP 440 specifiers and PEP 508 markers (poetry-core ``constraints/version/parser.py``).

Caret, tilde, wildcards, bare versions, ``,`` and blanks for *and*, ``||`` for *or*. PEP 440 has no *or*: of alternatives the hull is given,
the narrowest single range that holds them all, so that nothing Poetry admits is ever called wrong.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from venvls.model.record import NamedTuple

LONGEST = 1_000
"""Characters of one constraint; longer ones are not read."""

_VERSION = (
    r"v?(?P<epoch>[0-9]{1,9}!)?(?P<release>[0-9]{1,20}(?:\.[0-9]{1,20}){0,20})"
    r"(?P<rest>(?:[-_.]?(?:alpha|beta|preview|pre|a|b|c|rc)[-_.]?[0-9]*)?(?:-[0-9]+|[-_.]?(?:post|rev|r)[-_.]?[0-9]*)?"
    r"(?:[-_.]?dev[-_.]?[0-9]*)?(?:\+[a-z0-9]+(?:[-_.][a-z0-9]+)*)?)"
)
_SINGLE = re.compile(rf"(?P<operator>\^|~=|~|===|==|!=|<>|>=|<=|=|>|<)?[ \t]*{_VERSION}(?P<wild>(?:\.\*)*)", re.IGNORECASE)
_CARET = re.compile(r"\^([0-9]{1,9}(?:\.[0-9]{1,9}){0,2})")
_ANY = re.compile(r"v?[xX*](?:\.[xX*])*")
_OR = re.compile(r"\|\|?")
# A blank joins two constraints only where the second begins like one; after an operator it belongs to the version that follows.
_AND = re.compile(r",|(?<=[0-9A-Za-z*])[ \t]+(?=[\^~=<>!*0-9vV])")


class Clause(NamedTuple):
    """One PEP 440 clause: ``operator`` and ``version``, for ``==`` and ``!=`` with ``.*`` where the version is a prefix."""

    operator: str
    version: str


@lru_cache(maxsize=8192)
def specifier(constraint: str) -> str | None:
    """The constraint as a PEP 440 specifier set, ``""`` for any version; ``None`` where Poetry would refuse it."""
    if constraint[:1] == "^" and (plain := _CARET.fullmatch(constraint)) is not None:
        # What `poetry add` writes.
        return f">={plain[1]},<{_after_caret([int(number) for number in plain[1].split('.')])}"
    alternatives = read(constraint)
    if alternatives is None:
        return None
    if len(alternatives) == 1:
        return ",".join(f"{clause.operator}{clause.version}" for clause in alternatives[0])
    return _hull(alternatives)


@lru_cache(maxsize=1024)
def python_marker(constraint: str) -> str | None:
    """The constraint on Python as a marker, ``""`` for any; ``None`` where Poetry would refuse it."""
    alternatives = read(constraint)
    if alternatives is None:
        return None
    parts = [" and ".join(_python_clause(clause) for clause in clauses) for clauses in alternatives]
    if "" in parts:
        return ""
    return parts[0] if len(parts) == 1 else " or ".join(f"({part})" for part in parts)


def platform_marker(constraint: str) -> str:
    """Poetry's ``platform`` (``linux``, ``!=win32``, ``linux || darwin``) as a marker."""
    alternatives = []
    for alternative in _OR.split(constraint[:LONGEST]):
        clauses = []
        for part in filter(None, (part.strip() for part in alternative.split(","))):
            match = re.match(r"(==|!=|=)?[ \t]*([^\"'\\]*)$", part)
            if match and match[2]:
                clauses.append(f'sys_platform {"!=" if match[1] == "!=" else "=="} "{match[2]}"')
        alternatives.append(" and ".join(clauses))
    if "" in alternatives:
        return ""
    return alternatives[0] if len(alternatives) == 1 else " or ".join(f"({part})" for part in alternatives)


@lru_cache(maxsize=8192)
def read(constraint: str) -> tuple[tuple[Clause, ...], ...] | None:
    """The alternatives of a constraint, each a conjunction of clauses; an empty one admits everything."""
    if len(constraint) > LONGEST:
        return None
    alternatives = []
    for alternative in _OR.split(constraint.strip()):
        clauses: list[Clause] = []
        for part in _AND.split(alternative.strip().rstrip(",").rstrip()):
            clauses_of_part = _single(part.strip())
            if clauses_of_part is None:
                return None
            clauses += clauses_of_part
        alternatives.append(tuple(clauses))
    return tuple(alternatives)


def _single(part: str) -> Sequence[Clause] | None:
    if _ANY.fullmatch(part):
        return ()
    match = _SINGLE.fullmatch(part)
    if match is None:
        return None
    operator, wild = match["operator"] or "==", bool(match["wild"])
    epoch, release = match["epoch"] or "", [int(number) for number in match["release"].split(".")]
    written = f"{epoch}{match['release']}"
    version = f"{written}{match['rest']}"
    if operator == "^":
        return None if wild else (Clause(">=", version), Clause("<", epoch + _after_caret(release)))
    if operator == "~" or (operator == "~=" and len(release) < 2):
        following = [release[0] + 1] if len(release) == 1 else [release[0], release[1] + 1]
        return None if wild else (Clause(">=", version), Clause("<", epoch + _dotted(following)))
    operator = {"=": "==", "===": "==", "<>": "!="}.get(operator, operator)
    if wild and operator in ("==", "!="):
        return (Clause(operator, f"{written}.*"),) if not match["rest"] else None
    return (Clause(operator, version),)


def _after_caret(release: Sequence[int]) -> str:
    """The first version that a caret leaves out: the leftmost number that is not zero goes up."""
    for place, number in enumerate(release[:3]):
        if number or place == min(len(release), 3) - 1:
            return _dotted([*release[:place], number + 1])
    return _dotted([*release[:2], 1])


def _dotted(release: Sequence[int]) -> str:
    return ".".join(map(str, release))


def _python_clause(clause: Clause) -> str:
    """A clause as a marker: whole minors compare ``python_version``, all else the full version (poetry-core ``packages/utils``)."""
    version = clause.version.removesuffix(".*")
    numbers = version.count(".") + 1
    if clause.version.endswith(".*"):
        if numbers == 2:
            return f'python_version {clause.operator} "{version}"'
        return f'python_full_version {clause.operator} "{version}.*"'
    whole = (clause.operator in (">=", "<") and numbers < 3) or (clause.operator == "==" and numbers == 2)
    return f'{"python_version" if whole else "python_full_version"} {clause.operator} "{version}"'


def _hull(alternatives: Sequence[Sequence[Clause]]) -> str:
    """The narrowest range around all alternatives."""
    from packaging.version import Version

    lows: list[tuple[Version, int, str]] = []
    highs: list[tuple[Version, int, str]] = []
    bounded_below = bounded_above = True
    try:
        for clauses in alternatives:
            bounds = [bound for clause in clauses for bound in _bounds(clause)]
            low = [(Version(clause.version), clause.operator == ">", clause.version) for clause in bounds if clause.operator in (">", ">=")]
            high = [
                (Version(clause.version), clause.operator == "<=", clause.version) for clause in bounds if clause.operator in ("<", "<=")
            ]
            bounded_below, bounded_above = bounded_below and bool(low), bounded_above and bool(high)
            lows += [max(low)] if low else []
            highs += [min(high)] if high else []
    except ValueError:
        return ""
    parts = []
    if bounded_below:
        _, strict, text = min(lows)
        parts.append(f"{'>' if strict else '>='}{text}")
    if bounded_above:
        _, included, text = max(highs)
        parts.append(f"{'<=' if included else '<'}{text}")
    return ",".join(parts)


def _bounds(clause: Clause) -> Sequence[Clause]:
    """What a clause says of the smallest and the largest version."""
    version = clause.version.removesuffix(".*")
    if clause.operator == "~=" or (clause.operator == "==" and clause.version.endswith(".*")):
        match = re.match(r"([0-9]+!)?([0-9]+(?:\.[0-9]+)*)", version)
        if match is None:
            return ()
        numbers = [int(number) for number in match[2].split(".")]
        numbers = numbers[:-1] if clause.operator == "~=" else numbers
        return (Clause(">=", version), Clause("<", (match[1] or "") + _dotted([*numbers[:-1], numbers[-1] + 1])))
    if clause.operator == "==":
        return (Clause(">=", version), Clause("<=", version))
    return (clause,) if clause.operator != "!=" else ()
