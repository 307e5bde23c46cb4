"""A task on the command line: planned, shown, run with the tool's own lines on standard error, and the facts read again after it.

An explicit command is the consent (``design/interface.md``, Trust); ``--dry-run`` prints the plan and starts nothing of the workspace.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from venvls import payload
from venvls.cli.failure import Failure
from venvls.model.redact import redact
from venvls.services import plan

if TYPE_CHECKING:
    import argparse

    from venvls.model.action import Outcome, Plan, Task
    from venvls.services import Services
    from venvls.workspace import Workspace


def add_dry_run(parser: argparse.ArgumentParser) -> None:
    """``--dry-run``."""
    parser.add_argument("--dry-run", action="store_true", help="print the plan and do nothing")


def perform(task: Task, workspace: Workspace, services: Services, options: argparse.Namespace) -> int:
    """Plan the task and run it (or print it); 0 when it was done, 2 with a sentence when it could not be."""
    made = plan(task, workspace, services)
    if made.refusal is not None:
        raise Failure(made.refusal)
    if getattr(options, "dry_run", False):
        sys.stdout.write(shown(made, options.format))
        return 0
    for surprise in made.surprises:
        print(f"note: {redact(surprise)}", file=sys.stderr)
    outcome = services.run(made, report=_report, cancelled=lambda: False, roots=workspace.roots)
    if not outcome.ok:
        if outcome.output and options.format == "text":
            print("\n".join(outcome.output[-20:]), file=sys.stderr)
        raise Failure(outcome.message)
    workspace.discover()
    _say(outcome, workspace, task, options)
    return 0


def shown(made: Plan, form: str) -> str:
    """A plan for reading: what each step does, its exact words, and what would surprise; or the same as JSON."""
    if form == "json":
        steps = [{"label": step.label, "argv": [redact(word) for word in step.argv], "cwd": step.cwd} for step in made.steps]
        surprises = [redact(surprise) for surprise in made.surprises]
        return (
            json.dumps(
                {"schema": payload.SCHEMA, "task": made.task.task, "tool": made.tool, "steps": steps, "surprises": surprises}, indent=2
            )
            + "\n"
        )
    if not made.steps:
        return "Nothing to do.\n"
    lines = [f"{made.task.task} with {made.tool}:"]
    for number, step in enumerate(made.steps, 1):
        lines += [f"  {number}. {step.label}", f"     {quoted(step.argv)}"]
    lines += [f"  note: {redact(surprise)}" for surprise in made.surprises]
    return "\n".join(lines) + "\n"


def quoted(argv: tuple[str, ...]) -> str:
    """A command's words for reading, quoted as a POSIX shell would need them; secrets left out. Nothing is ever run from this text."""
    from shlex import quote

    return " ".join(quote(redact(word)) for word in argv)


def _say(outcome: Outcome, workspace: Workspace, task: Task, options: argparse.Namespace) -> None:
    project = workspace.project_of(task.project) if task.project else None
    environment = project.environment if project else None
    if options.format == "json":
        print(json.dumps({"ok": True, "message": outcome.message, "environment": payload.environment(environment)}, indent=2))
    else:
        print(outcome.message)


def _report(line: str) -> None:
    print(f"  {redact(line)}", file=sys.stderr, flush=True)
