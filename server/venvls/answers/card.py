"""What is known about a package, as labelled lines: the same for the command line and for a hover."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from venvls.answers import words
from venvls.answers.about import About
from venvls.answers.stated import Statement
from venvls.model.names import plain
from venvls.model.record import NamedTuple
from venvls.model.redact import redact

_STATES = {"in-sync": "in sync", "out-of-sync": "out of sync", "unknown": "not known", "not-required": "not required"}
_MOST = 12
"""Names in one line."""
_MOST_LINKS = 6


class Line(NamedTuple):
    """``label`` is empty for a line that goes on from the one before. ``text`` may come from a package's own files: it is to be shown as it
    is, never read as anything else."""

    label: str
    text: str
    address: str = ""
    """An address that the package gives, after its ``text``: a link only where it is a plain one."""


def card(answer: About, place: Callable[[Statement], str], path: Callable[[str], str], *, short: bool = False) -> Iterator[Line]:
    """The lines about a package. ``place`` and ``path`` say how a line of a manifest and a file are shown. ``short`` cuts long lists."""
    yield Line("state", state(answer))
    label = "required"
    for statement in answer.statements:
        remark = "a constraint" if statement.bound else words.aside(statement)
        yield Line(label, f"{place(statement)}  {words.text_of(statement)}{f'  ({remark})' if remark else ''}")
        label = ""
    if answer.sharer is not None:
        yield Line("elsewhere", words.shared(answer.sharer, path))
    if answer.lock is not None:
        stale = ", which is stale" if answer.stale else ""
        yield Line("locked", f"{answer.locked or 'as its source says'} ({path(answer.lock)}{stale})")
    if answer.newest is not None:
        yield Line("newest known", f"{answer.newest}, from what this machine has seen")
    if answer.needed_by:
        yield Line("needed by", _listed([f"{plain(edge.parent)} ({words.need(edge)})" for edge in answer.needed_by], short))
    if answer.needs:
        yield Line("needs", _listed([words.need(edge) for edge in answer.needs], short))
    if answer.extras:
        yield Line("extras", _listed(list(answer.extras), short))
    if answer.source is not None:
        yield Line("source", f"{'editable, ' if answer.source.editable else ''}{redact(answer.source.url)}")
    if answer.inherited:
        yield Line("place", "in the Python below the environment")
    elif answer.place is not None and not short:
        yield Line("place", path(answer.place))
    described = answer.description
    if described is not None:
        size = _size(described.size) if described.size is not None else ""
        home = homepage(answer)
        for name, text in (("size", size), ("Python", described.requires_python), ("licence", described.license)):
            if text:
                yield Line(name, text)
        if home:
            yield Line("homepage", "", home)
        label = "links"
        for name, url in described.urls[:_MOST_LINKS] if short else described.urls:
            if redact(url) != home:
                yield Line(label, name, redact(url))
                label = ""


def _size(number: int) -> str:
    """A number of bytes as people write it."""
    amount = float(number)
    for unit in ("bytes", "kB", "MB"):
        if amount < 1000:
            return f"{amount:.0f} {unit}" if unit == "bytes" or amount >= 10 else f"{amount:.1f} {unit}"
        amount /= 1000
    return f"{amount:.1f} GB"


def state(answer: About) -> str:
    """How it stands, in words, and why."""
    how = _STATES[answer.standing.state]
    return f"{how}: {answer.standing.why}" if answer.standing.why else how


def homepage(answer: About) -> str:
    """The address that the package gives for itself, without secrets; empty where it gives none."""
    described = answer.description
    if described is None:
        return ""
    return redact(described.homepage or next((url for label, url in described.urls if label.lower() == "homepage"), "")
                  or next((url for _, url in described.urls), ""))  # fmt: skip


def _listed(names: list[str], short: bool) -> str:
    if short and len(names) > _MOST:
        return f"{', '.join(names[:_MOST])} and {len(names) - _MOST} more"
    return ", ".join(names)
