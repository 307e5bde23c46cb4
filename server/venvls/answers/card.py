"""What is known about a package, as labelled lines: the same for the command line and for a hover."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from venvls.answers import words
from venvls.answers.about import About
from venvls.answers.stated import Statement
from venvls.model.record import NamedTuple
from venvls.model.redact import redact

_STATES = {"in-sync": "in sync", "out-of-sync": "out of sync", "unknown": "not known", "not-required": "not required"}
_MOST = 12
"""Names in one line."""


class Line(NamedTuple):
    """``label`` is empty for a line that goes on from the one before. ``text`` may come from a package's own files: it is to be shown as it
    is, never read as anything else."""

    label: str
    text: str


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
        yield Line("locked", f"{answer.locked or 'as its source says'} ({path(answer.lock)})")
    if answer.needed_by:
        yield Line("needed by", _listed([f"{edge.parent} ({words.need(edge)})" for edge in answer.needed_by], short))
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
        for name, text in (("Python", described.requires_python), ("licence", described.license), ("homepage", homepage(answer))):
            if text:
                yield Line(name, text)


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
