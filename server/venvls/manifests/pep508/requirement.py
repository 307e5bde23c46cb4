"""One requirement's text, taken apart with the place of every part. What is accepted is what ``packaging`` (and pip around it) accepts.

A compiled pattern holds the whole of PEP 508 and PEP 440 as people write it, so that thousands of lines are read without importing
``packaging``. What the pattern does not take goes to ``packaging``; what that refuses is explained by :mod:`pep508.errors`.
"""

from __future__ import annotations

from venvls.manifests.pep508.reference import (
    Reference,
    is_archive,
    is_url,
    looks_like_path,
    read_path,
    read_url,
    unknown_scheme,
)
from venvls.model.names import canonical
from venvls.model.patterns import re
from venvls.model.pieces import lru_cache
from venvls.model.requirement import ParsedRequirement
from venvls.model.text import Span, Wrong
from venvls.standards.markers import marker_error

MAX_LENGTH = 50_000
"""Characters of one requirement; the longest real ones have some hundred."""

_MEMO_LENGTH = 2_000

_NAME = r"[A-Z0-9](?:[A-Z0-9._-]*[A-Z0-9_])?"
_RELEASE = r"v?(?:[0-9]+!)?[0-9]+(?:\.[0-9]+)*"
_PHASE = (
    r"(?:[-_.]?(?:alpha|beta|preview|pre|a|b|c|rc)[-_.]?[0-9]*)?"
    r"(?:-[0-9]+|[-_.]?(?:post|rev|r)[-_.]?[0-9]*)?(?:[-_.]?dev[-_.]?[0-9]*)?"
)
_LOCAL = r"(?:\+[a-z0-9]+(?:[-_.][a-z0-9]+)*)?"
_CLAUSE = (
    rf"(?:(?:==|!=)[ \t]*{_RELEASE}(?:\.\*|{_PHASE}{_LOCAL})|(?:<=|>=|<|>)[ \t]*{_RELEASE}{_PHASE}"
    rf"|~=[ \t]*v?(?:[0-9]+!)?[0-9]+(?:\.[0-9]+)+{_PHASE}|===[ \t]*[A-Z0-9._+!*-]+(?=[ \t;)]|$))"
)
# Each run of blanks follows something that must be there: two runs side by side would be tried in every split, which is quadratic.
_CLAUSES = rf"{_CLAUSE}[ \t]*(?:,[ \t]*{_CLAUSE}[ \t]*)*(?:,[ \t]*)?"
_EXTRAS = rf"\[[ \t]*(?:{_NAME}[ \t]*(?:,[ \t]*{_NAME}[ \t]*)*)?\]"
_HEAD = rf"[ \t]*({_NAME})[ \t]*(?:({_EXTRAS})[ \t]*)?"
# The whole grammar is compiled when the first line needs it. Nearly none does: this part of it, with the same groups, is what people write.
_BOUND = r"(?:(?:[<>=!]=|[<>]) ?[0-9]+(?:\.[0-9]+)*|~= ?[0-9]+(?:\.[0-9]+)+)"
_EVERYDAY = re.compile(
    r"(?s)([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9_])?)(\[[A-Za-z0-9]+(?:[,_-][A-Za-z0-9]+)*\])?()"
    rf" ?({_BOUND}(?:, ?{_BOUND})*)?(?: ?;[ \t]*(.*))?"
)
_REQUIREMENT = rf"(?ais){_HEAD}(?:\([ \t]*({_CLAUSES})?\)[ \t]*|({_CLAUSES}))?(?:;[ \t]*(.*))?"
_AT_URL = rf"(?ais){_HEAD}@[ \t]*([^ \t]+)(?:[ \t]+(?:;[ \t]*(.*))?)?"
_LOOSE = rf"(?ais)[ \t]*({_NAME})[ \t]*(\[[^\]]*\])?([^;]*)(?:;[ \t]*(.*))?"
_VARIABLE = r"\$\{[A-Z0-9_]+\}"


def parse_requirement(text: str, *, editable: bool = False, lenient_path: bool = True) -> ParsedRequirement:
    """A requirement's parts, or ``error`` and ``error_span`` where it is none.

    With ``lenient_path`` the text is one of a requirements file: URLs and paths may be alone, ``;`` parts off the marker before
    anything else, and ``${VARIABLES}`` are left as they are (pip, ``req/constructors.py``). Without, it is PEP 508 to the letter.
    ``editable`` says that the text was after ``-e``. Equal texts give the same object.
    """
    if len(text) <= _MEMO_LENGTH:
        return _remembered(text, editable, lenient_path)
    if len(text) > MAX_LENGTH:
        return _wrong(text, Wrong(f"this is longer than {MAX_LENGTH} characters: too long for a requirement", 0, 80), editable)
    return _parse(text, editable, lenient_path)


def _parse(text: str, editable: bool, lenient: bool) -> ParsedRequirement:
    if lenient and "${" in text and re.search(_VARIABLE, text):
        return _with_variable(text, editable)
    match = None if editable else _EVERYDAY.fullmatch(text)
    if match and match.lastindex == 4 and not match[2]:
        return _bounded(text, match)
    match = match or (None if editable else re.fullmatch(_REQUIREMENT, text))
    if match and not (lenient and match.end(1) == match.end() and is_archive(match[1])):
        return _named(text, match, lenient)
    if editable:
        return _editable(text)
    return _line(text) if lenient else _strict(text)


_remembered = lru_cache(maxsize=65536)(_parse)
forget = _remembered.cache_clear
"""Takes less room: equal texts are parsed once more, to another object."""


_FIRST = tuple([Span(0, length) for length in range(64)])
"""Where names are in requirements: most begin with theirs, and no two of a length differ."""
_SHORT = 96
_bounds_at: dict[tuple[int, int], Span] = {}  # of thousands of requirements most have their bounds at one of a few hundred places


def _bounded(text: str, match: re.Match[str]) -> ParsedRequirement:
    """As :func:`_named` for a name and its bounds alone: thousands of lines are nothing else."""
    name, _, _, specifier, _ = match.groups()
    place = _FIRST[len(name)] if len(name) < len(_FIRST) else _make(Span, (0, len(name)))
    ends = match.span(4)
    bounds = _bounds_at.get(ends) or _make(Span, ends)
    if ends[1] < _SHORT:
        _bounds_at[ends] = bounds
    # By place, and without the class's own call.
    return _make(
        ParsedRequirement,
        (text, name, canonical(name), (), specifier, None, None, False, place, None, bounds, None, None, None, None, False),
    )


_make = tuple.__new__


def _named(text: str, match: re.Match[str], lenient: bool) -> ParsedRequirement:
    """The everyday requirement: the pattern has proved all but the marker."""
    name, extras, enclosed, specifier, marker = match.groups()
    marker_span: Span | None = None
    if marker is not None:
        marker = marker.rstrip(" \t")
        marker_span = Span(match.start(5), match.start(5) + len(marker))
        if not marker and lenient:
            marker = marker_span = None
        else:
            wrong = marker_error(marker)
            if wrong:
                return _wrong_marker(text, wrong, match.start(5), name=name, name_span=Span(*match.span(1)))
    specifier_span = None
    if enclosed or specifier:
        start = match.start(3 if enclosed else 4)
        specifier = (enclosed or specifier).rstrip(" \t")
        specifier_span = Span(start, start + len(specifier))
    else:
        specifier = ""
    return ParsedRequirement(
        text,
        name,
        canonical(name),
        _extras(extras) if extras else (),
        specifier,
        None,
        marker,
        False,
        Span(*match.span(1)),
        Span(*match.span(2)) if extras else None,
        specifier_span,
        None,
        marker_span,
    )


def _extras(bracketed: str) -> tuple[str, ...]:
    inner = bracketed[1:-1].strip()
    return tuple(extra.strip() for extra in inner.split(",")) if inner else ()


def _wrong(text: str, wrong: Wrong, editable: bool = False, *, name: str | None = None, name_span: Span | None = None) -> ParsedRequirement:
    start = min(wrong.start, max(0, len(text) - 1))
    end = max(wrong.end, min(start + 1, len(text)))
    return ParsedRequirement(
        text,
        name,
        canonical(name) if name else None,
        editable=editable,
        name_span=name_span,
        error=wrong.message,
        error_span=Span(start, min(end, len(text))),
    )


def _wrong_marker(text: str, wrong: Wrong, start: int, *, name: str | None = None, name_span: Span | None = None) -> ParsedRequirement:
    """A marker's error at its place; a missing marker is shown on the ``;``."""
    if start >= len(text) or not text[start:].strip():
        semicolon = text.rfind(";", 0, start + 1)
        return _wrong(text, Wrong("a condition is missing after `;`", semicolon, semicolon + 1), name=name, name_span=name_span)
    return _wrong(text, Wrong(wrong.message, wrong.start + start, wrong.end + start), name=name, name_span=name_span)


def _at_url(text: str, match: re.Match[str]) -> ParsedRequirement:
    name, extras, url, marker = match.groups()
    marker = marker.rstrip(" \t") if marker is not None else None
    if marker is not None and (wrong := marker_error(marker)):
        return _wrong_marker(text, wrong, match.start(4), name=name, name_span=Span(*match.span(1)))
    return ParsedRequirement(
        text,
        name,
        canonical(name),
        _extras(extras) if extras else (),
        url=url,
        marker=marker,
        name_span=Span(*match.span(1)),
        extras_span=Span(*match.span(2)) if extras else None,
        url_span=Span(*match.span(3)),
        marker_span=Span(match.start(4), match.start(4) + len(marker)) if marker is not None else None,
    )


def _strict(text: str) -> ParsedRequirement:
    """PEP 508 to the letter, for what the everyday pattern did not take."""
    if match := re.fullmatch(_AT_URL, text):
        return _at_url(text, match)
    head, semicolon, marker = text.partition(";")
    name = re.match(_LOOSE, text)
    if not _accepted(head if semicolon else text):
        from venvls.manifests.pep508.errors import explain

        return _wrong(text, explain(head), name=name[1] if name else None, name_span=Span(*name.span(1)) if name else None)
    if semicolon and (wrong := marker_error(marker.strip(" \t"))):
        lead = len(marker) - len(marker.lstrip(" \t"))
        return _wrong_marker(text, wrong, len(head) + 1 + lead)
    match = re.fullmatch(_LOOSE, text)
    if match is None:
        return _wrong(text, Wrong("this is not a valid requirement", 0, len(text)))
    return _unusual(text, match)


def _accepted(text: str) -> bool:
    from packaging.requirements import InvalidRequirement, Requirement

    try:
        Requirement(text)
    except (InvalidRequirement, RecursionError, ValueError):
        return False
    return True


def _unusual(text: str, match: re.Match[str]) -> ParsedRequirement:
    """Parts of a text that ``packaging`` accepts although the everyday pattern did not: ``name>=1,`` and such."""
    name, extras, specifier, marker = match.groups()
    start, end = match.span(3)
    while start < end and specifier and text[start] in " \t(":
        start += 1
    while end > start and text[end - 1] in " \t)":
        end -= 1
    if not text[start:end].isascii() and "===" not in text[start:end]:
        # The pattern of packaging takes `~=1.0.poſt1`; no version can be compared with that.
        return _wrong(text, Wrong(f"`{text[start:end]}` is not a version", start, end), name=name, name_span=Span(*match.span(1)))
    marker = marker.rstrip(" \t") if marker else None
    return ParsedRequirement(
        text,
        name,
        canonical(name),
        _extras(extras) if extras else (),
        text[start:end],
        None,
        marker,
        False,
        Span(*match.span(1)),
        Span(*match.span(2)) if extras else None,
        Span(start, end) if end > start else None,
        None,
        Span(match.start(4), match.start(4) + len(marker)) if marker else None,
    )


def _line(text: str) -> ParsedRequirement:
    """A requirements file's line: pip parts off the marker first, then sees a URL, a path or a requirement."""
    url = is_url(text)
    semicolon = text.find("; " if url else ";")
    head = (text if semicolon < 0 else text[:semicolon]).rstrip()
    marker = None if semicolon < 0 else text[semicolon + 1 :].strip()
    marker_start = semicolon + 1 + len(text[semicolon + 1 :]) - len(text[semicolon + 1 :].lstrip()) if semicolon >= 0 else 0
    if marker and (wrong := marker_error(marker)):
        return _wrong_marker(text, wrong, marker_start)
    if url:
        return _direct(text, read_url(head, editable=False), marker, marker_start)
    if match := re.fullmatch(_AT_URL, head):
        parsed = _at_url(head, match)
        return _again(parsed, text, marker, marker_start)
    if wrong := unknown_scheme(head):
        return _wrong(text, wrong)
    if looks_like_path(head):
        return _direct(text, read_path(head), marker, marker_start)
    if match := re.fullmatch(_REQUIREMENT, head):
        return _again(_named(head, match, False), text, marker, marker_start)
    return _again(_strict(head), text, marker, marker_start)


def _again(parsed: ParsedRequirement, text: str, marker: str | None, marker_start: int) -> ParsedRequirement:
    """The same parts as a requirement of the longer ``text``, which ends with a marker."""
    if parsed.text == text:
        return parsed
    return ParsedRequirement(
        text,
        parsed.name,
        parsed.key,
        parsed.extras,
        parsed.specifier,
        parsed.url,
        marker or None,
        parsed.editable,
        parsed.name_span,
        parsed.extras_span,
        parsed.specifier_span,
        parsed.url_span,
        Span(marker_start, marker_start + len(marker)) if marker else None,
        parsed.error,
        parsed.error_span,
    )


def _direct(
    text: str, reference: Reference | Wrong, marker: str | None = None, marker_start: int = 0, *, editable: bool = False
) -> ParsedRequirement:
    if isinstance(reference, Wrong):
        return _wrong(text, reference, editable)
    return ParsedRequirement(
        text,
        reference.name,
        canonical(reference.name) if reference.name else None,
        reference.extras,
        "",
        reference.url,
        marker or None,
        editable,
        reference.name_span,
        reference.extras_span,
        None,
        reference.url_span,
        Span(marker_start, marker_start + len(marker)) if marker else None,
    )


def _editable(text: str) -> ParsedRequirement:
    """What is after ``-e``: ``name @ url``, a version control URL, or a folder."""
    if match := re.fullmatch(_AT_URL, text):
        parsed = _at_url(text, match)
        if parsed.error is None and parsed.url is not None:
            reference = read_url(parsed.url, editable=True) if is_url(parsed.url) else None
            if isinstance(reference, Wrong) and "egg=" not in reference.message:
                return _wrong(text, Wrong(reference.message, *match.span(3)), True)
        return ParsedRequirement(
            text, parsed.name, parsed.key, parsed.extras, "", parsed.url, parsed.marker, True, parsed.name_span, parsed.extras_span,
            None, parsed.url_span, parsed.marker_span, parsed.error, parsed.error_span,
        )  # fmt: skip
    for vcs in ("git:", "hg:", "bzr:", "svn:"):
        # pip reads `git://…` as `git+git://…` here.
        if text.lower().startswith(vcs):
            reference = read_url(f"{vcs[:-1]}+{text}", editable=True)
            return _direct(text, _back(reference, len(vcs)), editable=True)
    if is_url(text):
        return _direct(text, read_url(text, editable=True), editable=True)
    if wrong := unknown_scheme(text):
        return _wrong(text, wrong, True)
    match = re.fullmatch(_REQUIREMENT, text)
    if match and (match[3] or match[4] or match[5] is not None) and not looks_like_path(text):
        return _wrong(text, Wrong("`-e` needs a folder or a version control URL such as `git+https://…`", 0, len(text)), True)
    return _direct(text, read_path(text), editable=True)


def _back(reference: Reference | Wrong, by: int) -> Reference | Wrong:
    """The same reference in the text before ``by`` characters were put in front."""
    if isinstance(reference, Wrong):
        return Wrong(reference.message, max(0, reference.start - by), reference.end - by)
    return Reference(
        reference.url[by:],
        Span(0, reference.url_span.end - by),
        reference.name,
        reference.name_span.shifted(-by) if reference.name_span else None,
        reference.extras,
        reference.extras_span.shifted(-by) if reference.extras_span else None,
    )


def _with_variable(text: str, editable: bool) -> ParsedRequirement:
    """A text with ``${VARIABLE}``: nothing is expanded and nothing is held against it; only what no variable can change is told.

    A variable in the marker leaves open whether the requirement counts at all, so that not even its name is claimed.
    """
    if is_url(text) or re.match(_AT_URL, text):
        parsed = _editable(text) if editable else _line(text)
        if parsed.error is None and not (parsed.marker and re.search(_VARIABLE, parsed.marker)):
            return parsed
    head, _, marker = text.partition(";")
    match = re.match(_LOOSE, head)
    if editable or looks_like_path(head) or not match or head[match.end(1) :].startswith("$") or "${" in marker:
        return ParsedRequirement(text, editable=editable)
    marker = marker.strip()
    if marker and (wrong := marker_error(marker)):
        return _wrong_marker(text, wrong, text.index(marker, len(head)))
    start = text.index(marker, len(head)) if marker else 0
    return ParsedRequirement(
        text,
        match[1],
        canonical(match[1]),
        marker=marker or None,
        name_span=Span(*match.span(1)),
        marker_span=Span(start, start + len(marker)) if marker else None,
    )
