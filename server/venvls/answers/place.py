"""What is at a place of a manifest or a lock: a requirement, one of its extras, a group, an include…"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from venvls.answers.remembered import of_texts
from venvls.answers.stated import Statement, statements
from venvls.model.facts import Facts, Link
from venvls.model.hints import Literal
from venvls.model.manifest import Group, Manifest, Option, PythonBound
from venvls.model.names import canonical
from venvls.model.record import NamedTuple
from venvls.model.requirement import Requirement
from venvls.model.text import Span

Kind = Literal["requirement", "extra", "marker", "group", "include", "option", "python", "locked"]
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_.]*")
_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")


class Subject(NamedTuple):
    """What is at ``span``. ``key`` is the PEP 503 name it is about: of a package, or of a group or extra (``group``, ``extra``).

    ``text`` is the word that is meant: an extra as written, a variable of a marker. ``statement`` is the line for ``requirement``,
    ``extra`` and ``marker``; ``group`` is given for the place that defines one, and ``text`` alone for one that names it.
    """

    kind: Kind
    span: Span
    key: str | None = None
    text: str = ""
    statement: Statement | None = None
    group: Group | None = None
    link: Link | None = None
    option: Option | None = None
    python: PythonBound | None = None


def subject_at(facts: Facts, path: str, offset: int) -> Subject | None:
    """What is in a manifest at ``offset``; ``None`` where nothing does that anything is known of."""
    manifest = facts.manifests.get(path)
    if manifest is None:
        return None
    found: Statement | None = None
    for requirement in manifest.requirements:
        if requirement.span.start <= offset <= requirement.span.end and requirement.parsed.error is None:
            statement = by_requirement(facts).get(id(requirement))
            # One text may say something else for each environment: what it says for this one goes first.
            if statement is not None and (found is None or statement.counts):
                found = statement
                if found.counts:
                    break
    if found is not None:
        return _part(found, offset)
    return next(_others(facts, manifest, offset), None)


def by_requirement(facts: Facts) -> Mapping[int, Statement]:
    """The statements by the identity of their requirement."""
    return of_texts(facts, "statements by requirement", lambda: {id(each.requirement): each for each in statements(facts)})


def includes_of(facts: Facts, path: str) -> tuple[Link, ...]:
    """The includes of one file, followed."""
    return tuple(link for link in facts.links if link.source == path)


def extras_of(requirement: Requirement) -> Iterator[tuple[str, Span]]:
    """The extras a requirement names, as written, each at its place."""
    if requirement.parsed.extras_span is not None:
        yield from _words(requirement, requirement.parsed.extras_span, _NAME)


def _part(statement: Statement, offset: int) -> Subject:
    """The part of a requirement that is there: an extra, a variable of its marker, else the whole."""
    requirement = statement.requirement
    parsed = requirement.parsed
    for word, span in extras_of(requirement):
        if span.start <= offset <= span.end:
            return Subject("extra", span, statement.key, word, statement)
    if parsed.marker_span is not None:
        for word, span in _words(requirement, parsed.marker_span, _WORD):
            quoted = parsed.text[: max(0, _relative(requirement, span))][-1:] in ("'", '"')
            if span.start <= offset < span.end and not quoted and word not in ("and", "or", "in", "not", "extra"):
                return Subject("marker", span, statement.key, word, statement)
    return Subject("requirement", requirement.span, statement.key, parsed.name or "", statement)


def _words(requirement: Requirement, relative: Span, pattern: re.Pattern[str]) -> Iterator[tuple[str, Span]]:
    for match in pattern.finditer(requirement.parsed.text, relative.start, relative.end):
        yield match[0], requirement.locate(Span(*match.span()))


def _relative(requirement: Requirement, span: Span) -> int:
    """Where a place of the manifest is in the requirement's own text."""
    offsets = requirement.offsets
    if offsets is None:
        return span.start - requirement.span.start
    return next((number for number, place in enumerate(offsets) if place >= span.start), len(offsets))


def _others(facts: Facts, manifest: Manifest, offset: int) -> Iterator[Subject]:
    for group in manifest.groups:
        if group.span.start <= offset <= group.span.end:
            yield Subject("group", group.span, group.key, group.name, group=group)
        for name, span in group.includes:
            if span.start <= offset <= span.end:
                yield Subject("group", span, canonical(name), name)
    for link in includes_of(facts, manifest.path):
        if link.include.span.start <= offset <= link.include.span.end:
            yield Subject("include", link.include.span, link=link)
    for option in manifest.options:
        if option.span.start <= offset <= option.span.end:
            yield Subject("option", option.span, text=option.name, option=option)
    python = manifest.requires_python
    if python is not None and python.span.start <= offset <= python.span.end:
        yield Subject("python", python.span, python=python)
