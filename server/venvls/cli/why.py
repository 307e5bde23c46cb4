"""Says why a package is there: every chain from a line of a manifest to it, the shortest first, and so which lines to edit."""

from __future__ import annotations

import sys

from venvls.answers import words
from venvls.cli import answering
from venvls.cli.render.cells import columns
from venvls.model.hints import TYPE_CHECKING
from venvls.model.names import plain
from venvls.model.visible import one_line

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterable

    from venvls.answers.why import Chain, Why
    from venvls.services import Services


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``why``."""
    parser.add_argument("name", metavar="NAME", help="a package")
    answering.add_arguments(parser, option=True)


def run(options: argparse.Namespace, services: Callable[[], Services]) -> int:
    """Always 0 where anything is known of the package."""
    from venvls.answers.why import why

    answering.key_of(options.name)
    asked = answering.asked(options, services)
    answer = why(answering.key_here(options.name, asked.facts), asked.facts, asked.others, installed=options.installed)
    if answer.installed is None and not (answer.chains or answer.aside or answer.bounds or answer.needed_by or answer.own or answer.sharer):
        raise answering.unknown(options.name, asked.facts)
    sys.stdout.write(_json(answer, asked) if options.format == "json" else _text(answer, asked))
    return 0


def _text(answer: Why, asked: answering.Asked) -> str:
    name = one_line(plain(answer.key) + (f" {answer.installed}" if answer.installed is not None else ""))
    lines = []
    if answer.chains:
        rest = "" if answer.installed is not None else ", but not installed"
        source = f", by {asked.path(answer.lock)}" if answer.lock is not None and any(chain.edges for chain in answer.chains) else ""
        lines += [f"{name} is required{rest}{source}:", *_chains(answer.chains, asked)]
        if answer.more:
            lines.append("  … and there are more ways than these.")
    elif answer.own:
        lines.append(f"{name} is this project.")
    elif answer.sharer is not None:
        rest = "" if answer.installed is not None else ", but not installed"
        lines.append(f"{name} is {words.shared(answer.sharer, asked.path)}{rest}.")
        if answer.aside:
            lines += ["  In this project only what does not count requires it:", *_chains(answer.aside, asked)]
    elif answer.aside:
        lines += [f"{name} is required by nothing that counts here, only by:", *_chains(answer.aside, asked)]
    elif answer.seed and answer.installed is not None:
        lines.append(f"{name} comes with the environment: nothing requires it.")
    elif answer.left_over:
        lines.append(f"{name} is left over: nothing requires it.")
    else:
        lines.append(f"{name} is not installed, and nothing requires it.")
    if answer.needed_by and not answer.chains and answer.sharer is None:
        needing = (f"{plain(edge.parent)} ({words.need(edge)})" for edge in answer.needed_by)
        lines.append(one_line(f"  {', '.join(needing)} would need it, which nothing requires either."))
    lines += [f"  {asked.place(bound)}  {one_line(words.text_of(bound))}  (a constraint)" for bound in answer.bounds]
    return "\n".join(lines) + "\n"


def _chains(chains: Iterable[Chain], asked: answering.Asked) -> list[str]:
    rows = []
    for chain in chains:
        remark = words.aside(chain.statement)
        steps = [words.text_of(chain.statement), *(words.need(edge) for edge in chain.edges)]
        rows.append((asked.lead(chain.statement), one_line(" → ".join(steps) + (f"  ({remark})" if remark else ""))))
    width = max((columns(place) for place, _ in rows), default=0)
    return [f"  {place}{' ' * (width - columns(place))}  {steps}" for place, steps in rows]


def _json(answer: Why, asked: answering.Asked) -> str:
    import json

    def shown(chains: Iterable[Chain]) -> list[dict[str, object]]:
        return [
            {
                "requirement": answering.statement_object(asked, chain.statement),
                "chain": [answering.edge_object(edge) for edge in chain.edges],
            }
            for chain in chains
        ]

    document = {
        **answering.head(asked),
        "name": answer.key,
        "installed": answer.installed,
        "lock": answer.lock,
        "required_by": shown(answer.chains),
        "more": answer.more,
        "not_counted": shown(answer.aside),
        "constraints": [answering.statement_object(asked, bound) for bound in answer.bounds],
        "needed_by": [answering.edge_object(edge) for edge in answer.needed_by],
        "shared_with": answering.sharer_object(answer.sharer) if answer.sharer is not None else None,
        "left_over": answer.left_over,
    }
    return json.dumps(document, indent=2) + "\n"
