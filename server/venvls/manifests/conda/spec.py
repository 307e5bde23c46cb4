"""One package as conda requires it: ``numpy``, ``numpy=1.26``, ``numpy >=1.26,<2``, ``conda-forge::numpy=1.26=py312_0``.

``numpy[version='>=1.26']`` is the long way to say it. Source: conda's documentation of MatchSpec, ``models/match_spec.py``.
"""

from __future__ import annotations

import re

from venvls.model.record import NamedTuple
from venvls.model.text import Span

_NAME = r"[A-Za-z0-9_][A-Za-z0-9_.-]*"
_SPEC = re.compile(
    rf"(?:(?P<channel>[^\s\[\]=<>!~]*?)(?:/(?P<subdir>[a-z0-9-]+))?:(?:[^\s:]*):)?"
    rf"(?P<name>{_NAME})(?P<rest>.*)",
    re.DOTALL,
)
_VERSION = r"version[ \t]*=[ \t]*(?:'([^']*)'|\"([^\"]*)\"|([^,'\"\]\s]+))"
_PYTHON_BOUND = r"(==|!=|<=|>=|~=|<|>|=)?\s*(\d+(?:\.\d+)*)(\.\*|\*)?"
LONGEST = 1_000


class CondaSpec(NamedTuple):
    """What one line requires. ``specifier`` is conda's own text (``=1.26``, ``==1.26``, ``>=1,<2``; empty for any); ``build`` its build.

    Spans are relative to the line. ``error`` is a sentence where it is none.
    """

    name: str | None
    name_span: Span | None
    specifier: str = ""
    specifier_span: Span | None = None
    channel: str | None = None
    build: str | None = None
    error: str | None = None


def parse_spec(text: str) -> CondaSpec:
    """A line taken apart. Never raises."""
    match = _SPEC.fullmatch(text) if len(text) <= LONGEST else None
    if match is None:
        return CondaSpec(None, None, error=f"`{text[:80]}` is not a valid package for conda; write, for example, numpy or numpy>=1.26.")
    name = match["name"]
    start = match.start("name")
    here = CondaSpec(name, Span(start, start + len(name)), channel=match["channel"] or None)
    rest, offset = match["rest"], match.start("rest")
    bracket = rest.find("[")
    if bracket >= 0:
        version_match = re.search(_VERSION, rest[bracket:])
        if not rest.rstrip().endswith("]"):
            return here._replace(error="The bracket is not closed: `]` is missing.")
        if version_match is not None:
            number = next(index for index in (1, 2, 3) if version_match[index] is not None)
            span = Span(offset + bracket + version_match.start(number), offset + bracket + version_match.end(number))
            version = version_match[number].strip()
            return here._replace(specifier=_plain(version), specifier_span=span)
        rest = rest[:bracket]
    body = rest.strip()
    if not body:
        return here
    lead = offset + len(rest) - len(rest.lstrip())
    version, build = _parted(body, spaced=rest[:1].isspace())
    if version is None:
        return here._replace(error=f"`{body}` is not a valid version; write, for example, =1.26 or >=1.26,<2.")
    return here._replace(specifier=version, specifier_span=Span(lead, lead + len(body)), build=build)


def _parted(body: str, *, spaced: bool) -> tuple[str | None, str | None]:
    """Version and build of what follows a name."""
    if body[0] in "<>!~" or body.startswith("=="):
        version, _, build = body.partition(" ") if not re.search(r"[<>=!~,|]\s|\s[<>=!~,|]", body) else (body, "", "")
        if version.startswith("==") and "=" in version[2:]:
            version, _, build = version[2:].partition("=")
            version = f"=={version}"
        return (None, None) if version in ("==", "<", ">", "<=", ">=", "!=", "~=") else (version, build.strip() or None)
    if body[0] == "=":
        parts = [part.strip() for part in body[1:].split("=")]
        if not parts[0]:
            return None, None
        if len(parts) > 2:
            return None, None
        if len(parts) == 2:
            return (parts[0] if parts[0].endswith("*") else f"=={parts[0]}"), parts[1] or None
        return _plain(f"={parts[0]}"), None
    if not spaced:
        return None, None
    words = body.split()
    if "=" in words[0] and not re.search(r"[<>!~]=|==|\|=|,=", words[0]):
        version, _, build = words[0].partition("=")
        return (version if version.endswith("*") else f"=={version}"), build or None
    if len(words) == 2 and not re.search(r"[,|<>=!~]$", words[0]) and not re.match(r"[,|<>=!~]", words[1]):
        return _plain(words[0]), words[1]
    return _plain(body), None


def _plain(version: str) -> str:
    """A bare version means exactly that one; said with ``==``. What has operators or stars stays as it is."""
    text = re.sub(r"\s+", "", version)
    if text.startswith("=") and not text.startswith("==") and re.search(r"[,|*]", text):
        return text[1:] if text[1:2].isdecimal() and "," not in text and "|" not in text else text
    return f"=={text}" if re.fullmatch(r"[A-Za-z0-9._+!-]+", text) else text


def python_bound(specifier: str) -> str | None:
    """What conda's words about Python mean as PEP 440 specifiers; ``None`` where they require nothing, or cannot be said so."""
    out: list[str] = []
    for clause in specifier.split(","):
        match = re.fullmatch(_PYTHON_BOUND, clause.strip())
        if match is None:
            return None
        operator, version, star = match.groups()
        if operator in (None, "=") or star:
            operator = operator if operator in ("!=", ">=", "<=", "<", ">", "~=") else "=="
            out.append(f"{operator}{version}" if operator not in ("==", "!=") else f"{operator}{version}.*")
        else:
            # conda's ``==3.12`` is 3.12.0 to the letter, and nobody means that.
            out.append(f"=={version}.*" if operator == "==" and version.count(".") < 2 else f"{operator}{version}")
    return ",".join(out) or None
