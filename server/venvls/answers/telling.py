"""What there is to say about what is at a place: a title and labelled lines, without any markup."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from venvls.answers import words
from venvls.answers.about import about
from venvls.answers.card import Line, card
from venvls.answers.graph import graph
from venvls.answers.place import Subject
from venvls.answers.stated import Statement, statements
from venvls.answers.tree import version_here
from venvls.model.facts import Facts
from venvls.model.names import canonical
from venvls.model.record import NamedTuple
from venvls.model.redact import redact
from venvls.rules.dependencies import installed_as
from venvls.standards.markers import holds

_OPTIONS = {
    "index-url": "the package index that is used",
    "extra-index-url": "another package index that is used",
    "find-links": "a folder or page of packages that is looked at as well",
    "no-index": "no package index is used",
    "no-binary": "these packages are built from source",
    "only-binary": "these packages are never built from source",
    "prefer-binary": "older wheels go before newer sources",
    "require-hashes": "every package needs a hash",
    "pre": "pre-releases count",
    "trusted-host": "this host's certificate is not checked",
    "no-deps": "what the packages need is not installed",
    "use-feature": "a feature of pip that is switched on",
}


class Told(NamedTuple):
    """A ``title`` (empty for none), a ``summary`` in the package's own words, and lines. All of it is text, never markup."""

    title: str
    summary: str = ""
    lines: tuple[Line, ...] = ()


def tell(
    subject: Subject,
    facts: Facts,
    place: Callable[[Statement], str],
    path: Callable[[str], str],
    versions: Callable[[str], Iterable[str]] = lambda key: (),
) -> Told | None:
    """What is known about a subject; ``None`` where nothing is. ``place`` and ``path`` say how a line and a file are shown, ``versions``
    which versions of a package this machine knows."""
    if subject.kind in ("requirement", "locked"):
        return _package(subject, facts, place, path, versions)
    if subject.kind == "extra" and subject.key is not None:
        return _extra(subject.key, canonical(subject.text), facts)
    if subject.kind == "marker":
        return _variable(subject, facts)
    if subject.kind == "group":
        return _group(subject, facts)
    if subject.kind == "include":
        return _include(subject, facts, path)
    if subject.kind == "python":
        return _python(subject, facts)
    if subject.option is not None:
        name = subject.option.name.lstrip("-")
        value = redact(subject.option.value) if subject.option.value else ""
        meaning = _OPTIONS.get(name)
        return Told(f"--{name}", lines=tuple(Line(*pair) for pair in (("value", value), ("means", meaning or "")) if pair[1]))
    return None


def marker_verdict(statement: Statement, facts: Facts) -> str:
    """What a line's marker comes to here, as a sentence without a final stop; empty where it has none."""
    marker = statement.requirement.parsed.marker
    if not marker:
        return ""
    environment = facts.environment
    where = f"{environment.python} in {environment.name}" if environment is not None else "an unknown Python"
    verbs = {True: "is true", False: "is false", None: "may be true or false, which is not known,"}
    return f"{verbs[holds(marker, facts)]} for {where}"


def _package(
    subject: Subject,
    facts: Facts,
    place: Callable[[Statement], str],
    path: Callable[[str], str],
    versions: Callable[[str], Iterable[str]],
) -> Told | None:
    if subject.key is None:
        return None
    answer = about(subject.key, facts, versions)
    lines = list(card(answer, place, path, short=True))
    if subject.statement is not None and (verdict := marker_verdict(subject.statement, facts)):
        lines.insert(1, Line("marker", verdict))
    summary = answer.description.summary if answer.description is not None else ""
    return Told(f"{answer.name} {answer.installed or ''}".rstrip(), summary, tuple(lines))


def _extra(key: str, extra: str, facts: Facts) -> Told:
    adds = [edge for edge in graph(facts).needs(key) if edge.extra == extra]
    distribution = installed_as(facts, key)
    known = facts.installed.metadata(distribution).extras if facts.installed is not None and distribution is not None else None
    lines = [Line("" if number else "adds", f"{words.wanted(edge)} ({_state(edge.key, facts)})") for number, edge in enumerate(adds)]
    if not adds:
        unheard = known is not None and extra not in known
        lines.append(Line("adds", f"{key} has no extra of this name" if unheard else "nothing here" if known else "not known from files"))
    return Told(f"{key}[{extra}]", lines=tuple(lines))


def _state(key: str, facts: Facts) -> str:
    distribution = installed_as(facts, key)
    return f"{distribution.version} is installed" if distribution is not None else "not installed"


def _variable(subject: Subject, facts: Facts) -> Told | None:
    statement = subject.statement
    if facts.target is None or statement is None:
        return None
    value = facts.target.markers.get(subject.text)
    if value is None:
        return None
    unsure = " (its files do not say the last number)" if subject.text in facts.target.guessed else ""
    lines = [Line("here", f"{value}{unsure}"), Line("marker", marker_verdict(statement, facts))]
    return Told(subject.text, lines=tuple(lines))


def _group(subject: Subject, facts: Facts) -> Told:
    kind = subject.group.kind if subject.group is not None else "group"
    own = [each for each in statements(facts) if (each.requirement.scope.kind, each.requirement.scope.name) == (kind, subject.key)]
    counts = any(each.counts for each in own)
    state = "counts here" if counts else "does not count here: it is not chosen" if own else "has no requirement of its own"
    lines = [Line("state", state)]
    if subject.group is not None and subject.group.includes:
        lines.append(Line("includes", ", ".join(name for name, _ in subject.group.includes)))
    lines += [Line("", f"{words.text_of(each)} ({version_here(facts, each.key) or 'not installed'})") for each in own[:20] if each.key]
    return Told(f"{kind} {subject.text}", lines=tuple(lines))


def _include(subject: Subject, facts: Facts, path: Callable[[str], str]) -> Told | None:
    link = subject.link
    if link is None:
        return None
    kind = "constraints" if link.include.kind == "constraints" else "requirements"
    if link.failure is not None or link.target is None:
        return Told(redact(link.include.target), lines=(Line("state", link.failure or "it names a variable, which is not looked up"),))
    manifest = facts.manifests.get(link.target)
    if link.target in facts.outside:
        return Told(path(link.target), lines=(Line("state", "it is outside the workspace, and is not shown"),))
    count = len(manifest.requirements) if manifest is not None else 0
    return Told(path(link.target), lines=(Line("contains", f"{count} {kind if count != 1 else kind[:-1]}"),))


def _python(subject: Subject, facts: Facts) -> Told | None:
    environment = facts.environment
    if subject.python is None:
        return None
    from venvls.standards.python_versions import fits

    lines: list[Line] = []
    if environment is not None and environment.version is not None:
        verdict = "which fits" if fits(subject.python.specifier, environment.version) else "which does not fit"
        lines = [Line("here", f"{environment.python} in {environment.name}, {verdict}")]
    return Told(f"Python {subject.python.specifier}", lines=tuple(lines))
