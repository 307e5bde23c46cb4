"""Says everything that is known about packages of a project, from files alone. Starts nothing."""

from __future__ import annotations

import sys

from venvls.answers.card import card
from venvls.cli import answering
from venvls.model.hints import TYPE_CHECKING
from venvls.model.visible import one_line

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from venvls.answers.about import About
    from venvls.services import Services


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``show``."""
    parser.add_argument("names", nargs="+", metavar="NAME", help="packages")
    answering.add_arguments(parser, option=True)


def run(options: argparse.Namespace, services: Callable[[], Services]) -> int:
    """Always 0 where something is known of every name."""
    from venvls.answers.about import about

    keys = tuple(map(answering.key_of, options.names))
    asked = answering.asked(options, services)
    answers = []
    for key, name in zip(keys, options.names, strict=True):
        answer = about(key, asked.facts, others=asked.others)
        if answer.installed is None and answer.locked is None and not answer.statements and not answer.needed_by:
            raise answering.unknown(name, asked.facts)
        answers.append(answer)
    sys.stdout.write(_json(answers, asked) if options.format == "json" else "\n".join(_text(each, asked) for each in answers))
    return 0


def _text(answer: About, asked: answering.Asked) -> str:
    lines = [one_line(f"{answer.name} {answer.installed or '(not installed)'}")]
    if answer.description is not None and answer.description.summary:
        lines.append(f"  {one_line(answer.description.summary)}")
    lines += [f"  {label + ':' if label else '':<11} {one_line(text)}" for label, text in card(answer, asked.lead, asked.path)]
    return "\n".join(lines) + "\n"


def _json(answers: list[About], asked: answering.Asked) -> str:
    import json

    from venvls.model.redact import redact

    objects = [
        {
            "name": answer.key,
            "installed": answer.installed,
            "locked": answer.locked,
            "lock": answer.lock,
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
            "requires_python": answer.description.requires_python if answer.description is not None else None,
        }
        for answer in answers
    ]
    return json.dumps({**answering.head(asked), "packages": objects}, indent=2) + "\n"
