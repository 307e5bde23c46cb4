"""Writes down what is installed, by pip or uv: to standard output, or with --output into a requirements file, whose comments, order and
markers stay where it exists already."""

from __future__ import annotations

import json
import os
import sys

from venvls import payload
from venvls.cli import opening, running, volume
from venvls.cli.failure import Failure
from venvls.model.hints import TYPE_CHECKING
from venvls.model.visible import one_line

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Mapping

    from venvls.model.facts import Facts
    from venvls.services import Services


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``freeze``."""
    running.add_project(parser)
    parser.add_argument("-o", "--output", metavar="FILE", help="the requirements file to write")
    parser.add_argument("--top-level", action="store_true", help="only packages that the project names, or that no other package requires")
    parser.add_argument("--pin", action="store_true", help="also replace the ranges of an existing file by the installed versions")
    running.add_dry_run(parser)
    opening.add_format(parser)


def run(options: argparse.Namespace, services: Callable[[], Services]) -> int:
    """Freeze; on ``--dry-run`` print the plan alone."""
    from venvls import freezing, removals

    here = running.opened(options, services)
    task = here.task("freeze")
    if options.dry_run and options.output and options.format == "text":
        return _shown(here, options)
    if options.dry_run:
        return running.perform(task, here.workspace, here.services, options)
    made = running.planned(task, here.workspace, here.services)
    with running.interruptible() as stopped:
        outcome = here.services.run(made, report=lambda line: None, cancelled=stopped, roots=here.workspace.roots)
    if not outcome.ok:
        raise Failure(outcome.message, interrupted=outcome.cancelled)
    facts = here.workspace.facts(here.project.root)
    removed = removals.removed(facts, here.services.memory)
    lines = freezing.wanted(outcome.output, facts, top_level=options.top_level, removed=removed)
    sentence = _write(os.path.abspath(options.output), lines, facts, pin=options.pin) if options.output else ""
    if options.format == "json":
        document = {"schema": payload.SCHEMA, "requirements": list(lines.values()), "output": options.output, "message": sentence or None}
        print(json.dumps(document, indent=2))
    elif sentence:
        if not volume.quiet():
            print(sentence)
    else:
        sys.stdout.write("".join(f"{one_line(line)}\n" for line in lines.values()))
    return 0


def _shown(here: running.Opened, options: argparse.Namespace) -> int:
    """Print what would be written as a patch; what is installed is read from files, nothing is started."""
    from venvls import freezing, removals
    from venvls.cli import diff, exact

    running.planned(here.task("freeze"), here.workspace, here.services)
    facts = here.workspace.facts(here.project.root)
    removed = removals.removed(facts, here.services.memory)
    lines = freezing.wanted(freezing.listed(facts), facts, top_level=options.top_level, removed=removed)
    path = os.path.abspath(options.output)
    made = freezing.written(path, lines, facts, pin=options.pin)
    if made.refusal is not None:
        raise Failure(made.refusal)
    for note in made.notes:
        volume.note(f"note: {one_line(note)}")
    exact.write(diff.unified(path, made.edits))
    return 0


def _write(path: str, lines: Mapping[str, str], facts: Facts, *, pin: bool) -> str:
    from venvls import freezing
    from venvls.cli.edits import apply

    made = freezing.written(path, lines, facts, pin=pin)
    if made.refusal is not None:
        raise Failure(made.refusal)
    for note in made.notes:
        volume.note(f"note: {one_line(note)}")
    apply(made.edits)
    return made.message
