"""Says everything that is known about packages of a project, from files alone. Starts nothing."""

from __future__ import annotations

import sys

from venvls.answers.card import card
from venvls.cli import answering
from venvls.model.hints import TYPE_CHECKING
from venvls.model.visible import one_line

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterable, Iterator

    from venvls.answers.about import About
    from venvls.model.facts import Facts
    from venvls.services import Services


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``show``."""
    parser.add_argument("names", nargs="+", metavar="NAME", help="packages")
    answering.add_arguments(parser, option=True)


def run(options: argparse.Namespace, services: Callable[[], Services]) -> int:
    """Always 0 where something is known of every name."""
    from venvls.answers.about import about

    for name in options.names:
        answering.key_of(name)
    asked = answering.asked(options, services)
    answers = []
    for name in options.names:
        answer = about(answering.key_here(name, asked.facts), asked.facts, _versions(asked.facts, services), asked.others)
        if answer.installed is None and answer.locked is None and not answer.statements and not answer.needed_by:
            raise answering.unknown(name, asked.facts)
        answers.append(answer)
    sys.stdout.write(_json(answers, asked) if options.format == "json" else "\n".join(_text(each, asked) for each in answers))
    return 0


def _versions(facts: Facts, services: Callable[[], Services]) -> Callable[[str], Iterable[str]]:
    """Which versions of a package this machine knows."""
    from venvls.answers import known

    machine = services().machine
    caches = known.caches(machine.environ(), machine.home(), machine.platform(), machine.files)
    return lambda key: known.versions(key, facts, (), caches)


def _text(answer: About, asked: answering.Asked) -> str:
    lines = [one_line(f"{answer.name} {answer.installed or '(not installed)'}")]
    if answer.description is not None and answer.description.summary:
        lines.append(f"  {one_line(answer.description.summary)}")
    lines += [f"  {label + ':' if label else '':<11} {one_line(text)}" for label, text in _lines(answer, asked)]
    return "\n".join(lines) + "\n"


def _lines(answer: About, asked: answering.Asked) -> Iterator[tuple[str, str]]:
    for line in card(answer, asked.lead, asked.path):
        yield line.label, ": ".join(filter(None, (line.text, line.address)))


def _json(answers: list[About], asked: answering.Asked) -> str:
    import json

    from venvls.model.redact import redact

    objects = [
        {
            "name": answer.key,
            "installed": answer.installed,
            "locked": answer.locked,
            "lock": answer.lock,
            "stale_lock": answer.stale,
            "newest_known": answer.newest,
            "state": answer.standing.state,
            "reason": answer.standing.why or None,
            "requirements": [answering.statement_object(asked, statement) for statement in answer.statements if not statement.bound],
            "constraints": [answering.statement_object(asked, statement) for statement in answer.statements if statement.bound],
            "needed_by": [answering.edge_object(edge) for edge in answer.needed_by],
            "needs": [answering.edge_object(edge) for edge in answer.needs],
            "extras": list(answer.extras),
            "shared_with": answering.sharer_object(answer.sharer) if answer.sharer is not None else None,
            "source": redact(answer.source.url) if answer.source is not None else None,
            "editable": answer.source is not None and answer.source.editable,
            "inherited": answer.inherited,
            "place": answer.place,
            "summary": answer.description.summary if answer.description is not None else None,
            "license": answer.description.license if answer.description is not None else None,
            "homepage": redact(answer.description.homepage) if answer.description is not None else None,
            "urls": [{"label": label, "url": redact(url)} for label, url in (answer.description.urls if answer.description else ())],
            "size": answer.description.size if answer.description is not None else None,
            "requires_python": answer.description.requires_python if answer.description is not None else None,
        }
        for answer in answers
    ]
    return json.dumps({**answering.head(asked), "packages": objects}, indent=2) + "\n"
