"""A task on the command line: planned, shown, run with the tool's own lines on standard error, and the facts read again after it.

An explicit command is the consent (``docs/interface.md``, Trust); ``--dry-run`` prints the plan and starts nothing of the workspace.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from venvls import payload
from venvls.cli import opening, suggest, volume
from venvls.cli.failure import Failure
from venvls.model.action import Task
from venvls.model.hints import TYPE_CHECKING
from venvls.model.record import NamedTuple, replace
from venvls.model.redact import redact
from venvls.model.visible import one_line
from venvls.services import in_sync, plan

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping

    from venvls.model.action import Outcome, Plan, TaskName
    from venvls.model.finding import Project
    from venvls.services import Services
    from venvls.workspace import Overrides, Workspace

_IN_SYNC = "The project is in sync: everything that it requires is installed."
_DELETING = frozenset({"create", "recreate", "delete"})
"""Tasks whose commands have asked for what they delete (:func:`agreed`) before they run."""


class Opened(NamedTuple):
    """What a task's command works on."""

    services: Services
    workspace: Workspace
    project: Project

    @property
    def prefix(self) -> str | None:
        """The prefix of the project's environment."""
        return self.project.environment.prefix if self.project.environment is not None else None

    def task(self, name: TaskName, *requirements: str, files: tuple[str, ...] = (), options: Mapping[str, object] | None = None) -> Task:
        """A task of the project in its environment, with the groups and extras that count."""
        if not self.project.manifests:
            return Task(name, self.project.root, options=options or {})
        choice = self.workspace.facts(self.project.root).choice
        return Task(
            name,
            self.project.root,
            self.prefix,
            requirements=requirements,
            files=files,
            groups=tuple(sorted(choice.groups)),
            extras=tuple(sorted(choice.extras)),
            options=options or {},
        )


def opened(options: argparse.Namespace, services: Callable[[], Services], *, bare: bool = False) -> Opened:
    """The project that ``options.project`` names, found and settled; with ``bare`` also a folder that has none yet."""
    joined = services()
    chosen = opening.overrides(options)
    workspace, project = opening.open_project(options.project, joined, chosen, bare=bare)
    if not project.manifests and (chosen.groups or chosen.extras):
        raise Failure(f"{project.root} has no manifest, and so no group or extra `{(*chosen.groups, *chosen.extras)[0]}`.")
    if chosen.groups or chosen.extras:
        _refuse_unknown(workspace, project, chosen)
    return Opened(joined, workspace, project)


def _refuse_unknown(workspace: Workspace, project: Project, chosen: Overrides) -> None:
    """A failure where a group or an extra was chosen that the project does not define: to pass it over in silence would mislead."""
    from venvls import discovery
    from venvls.model.names import canonical

    for finding in workspace.check((project.root,)).findings:
        if finding.project == project.root and finding.code == "unknown-group" and "kind" in finding.data:
            raise Failure(f"{finding.message}.")
    facts = workspace.facts(project.root)
    own = [facts.manifests[path] for path in project.manifests if path in facts.manifests]
    made_later = chosen.extras and any("optional-dependencies" in manifest.dynamic for manifest in own)
    if project.workspace is not None or made_later or any(manifest.groups or not manifest.complete for manifest in own):
        return
    # What no manifest of the project speaks of is not a finding (a setting may be for many projects), but no answer to who asks either.
    named = {discovery.group_of(manifest.path, facts.files) for manifest in facts.manifests.values()}
    for name in (*chosen.groups, *chosen.extras):
        if discovery.group_of(f"requirements-{canonical(name)}.txt", facts.files) not in named:
            raise Failure(f"{project.root} defines no group or extra `{name}`.")


def add_project(parser: argparse.ArgumentParser, *, option: bool = False) -> None:
    """PROJECT, or ``--project DIR`` where the arguments are something else; and ``--env DIR``."""
    opening.add_project(parser, option=option)


def add_dry_run(parser: argparse.ArgumentParser) -> None:
    """``--dry-run``."""
    parser.add_argument("--dry-run", action="store_true", help="print the plan and do nothing")


def add_yes(parser: argparse.ArgumentParser) -> None:
    """``--yes``."""
    parser.add_argument("--yes", action="store_true", help="do not ask for confirmation")


def add_discard(parser: argparse.ArgumentParser) -> None:
    """``--discard-work``."""
    help_text = "also delete repositories inside it whose work is nowhere else (changes not committed, commits not pushed)"
    parser.add_argument("--discard-work", action="store_true", help=help_text)


def discarding(options: argparse.Namespace) -> dict[str, object]:
    """The task's option for ``--discard-work``."""
    return {"discard-work": True} if options.discard_work else {}


def perform(task: Task, workspace: Workspace, services: Services, options: argparse.Namespace, made: Plan | None = None) -> int:
    """Plan the task, where there is no plan yet, and run it (or print it); 0 when it was done, 2 with a sentence when it could not be."""
    made = made or planned(task, workspace, services)
    if getattr(options, "dry_run", False):
        if task.task == "sync" and not task.options.get("exact") and _in_sync(task, workspace):
            made = replace(made, surprises=(_IN_SYNC, *made.surprises))
        sys.stdout.write(shown(made, options.format))
        return 0
    outcome = ran(made, workspace, services, options)
    named = (tuple(getattr(options, "group", None) or ()), tuple(getattr(options, "extra", None) or ()))
    if any(named) and task.task in ("sync", "create", "recreate") and made.environment is not None:
        from venvls.synced_groups import remember

        remember(services.memory, made.environment, *named)
    workspace.discover()
    say(outcome, workspace, task, options)
    return 0


def _in_sync(task: Task, workspace: Workspace) -> bool:
    return task.project is not None and workspace.project_of(task.project) is not None and in_sync(workspace, task.project)


def planned(task: Task, workspace: Workspace, services: Services) -> Plan:
    """The plan of a task; a failure where there is none."""
    made = plan(task, workspace, services)
    if made.refusal is not None:
        from venvls.cli.instead import instead

        raise Failure(instead(made, workspace))
    return made


def ran(made: Plan, workspace: Workspace, services: Services, options: argparse.Namespace) -> Outcome:
    """Run a plan to its good end; a failure with the cause where it had another."""
    # Where there is nothing to do, why is what the outcome says.
    for remark in (*made.surprises, *([made.fallback] if made.fallback else [])) if made.steps or made.aside else ():
        volume.note(f"note: {one_line(redact(remark))}")
    if volume.verbose():
        volume.note(shown(made, "text").rstrip())
    if made.deletes is not None and made.task.task not in _DELETING and not getattr(options, "yes", False):
        _agreed_to_replace(made, made.deletes)
    with interruptible() as stopped:
        outcome = services.run(made, report=_report, cancelled=stopped, roots=workspace.roots)
    if not outcome.ok:
        raise Failure(outcome.message, interrupted=outcome.cancelled)
    return outcome


@contextmanager
def interruptible() -> Iterator[Callable[[], bool]]:
    """While a task runs, Ctrl-C asks it to stop, so that it can put back what it moved and say how things are; a second one ends it.

    Gives what the task has to ask.
    """
    import signal
    import threading

    asked = threading.Event()
    if threading.current_thread() is not threading.main_thread() or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield asked.is_set
        return

    def stop(number: int, frame: object) -> None:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        asked.set()

    signal.signal(signal.SIGINT, stop)
    try:
        yield asked.is_set
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def agreed(made: Plan, options: argparse.Namespace) -> None:
    """Ask before something is deleted: on a terminal the person, elsewhere ``--yes`` has to be there."""
    prefix = made.environment or made.task.environment
    if options.yes or options.dry_run or prefix is None or not os.path.lexists(prefix):
        return
    if not sys.stdin.isatty():
        raise Failure(f"would delete {suggest.below(prefix)}. Pass --yes to confirm.")
    verb = "Delete" if made.task.task == "delete" else "Recreate"
    sys.stderr.write(f"{shown(made, 'text')}{verb} {suggest.below(prefix)}? [y/N] ")
    sys.stderr.flush()
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        raise Failure("nothing was changed.")


def _agreed_to_replace(made: Plan, prefix: str) -> None:
    """Ask where the tool would delete an environment in a task that is not about that: nobody who syncs has said so."""
    where = suggest.below(prefix)
    if not sys.stdin.isatty():
        recreate = suggest.command("recreate", made.task.project)
        raise Failure(f"{made.tool} would delete {where}, since its Python does not fit this project. Recreate it with `{recreate}`.")
    sys.stderr.write(f"Delete {where} and make another? [y/N] ")
    sys.stderr.flush()
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        raise Failure("nothing was changed.")


def shown(made: Plan, form: str) -> str:
    """A plan for reading: what each step does, its exact words, and what would surprise; or the same as JSON."""
    if form == "json":
        steps = [{"label": step.label, "argv": [redact(word) for word in step.argv], "cwd": step.cwd} for step in made.steps]
        document = {
            "schema": payload.SCHEMA,
            "task": made.task.task,
            "tool": made.tool,
            "steps": steps,
            "replaced": list(made.aside),
            "surprises": [redact(surprise) for surprise in made.surprises],
            "fallback": made.fallback,
        }
        return json.dumps(document, indent=2) + "\n"
    lines = [f"{made.task.task} with {made.tool}:"] if made.steps or made.aside else ["Nothing to do."]
    replaced = "  -  {} is moved aside first, and deleted at the end" if made.steps else "  -  delete {}"
    lines += [replaced.format(one_line(path)) for path in made.aside]
    for number, step in enumerate(made.steps, 1):
        lines += [f"  {number}. {one_line(step.label)}", f"     {one_line(quoted(step.argv))}"]
    lines += [f"  note: {one_line(redact(remark))}" for remark in (*made.surprises, *([made.fallback] if made.fallback else []))]
    return "\n".join(lines) + "\n"


def quoted(argv: tuple[str, ...]) -> str:
    """A command's words for reading, quoted as a POSIX shell would need them; secrets left out. Nothing is ever run from this text."""
    from shlex import quote

    return " ".join(quote(redact(word)) for word in argv)


def say(outcome: Outcome, workspace: Workspace, task: Task, options: argparse.Namespace) -> None:
    """Print how a task ended."""
    project = workspace.project_of(task.project) if task.project else None
    environment = project.environment if project else None
    if project is None:
        environment = next((known for known in workspace.environments() if known.prefix == outcome.environment), None)
    if options.format == "json":
        print(json.dumps({"ok": outcome.ok, "message": outcome.message, "environment": payload.environment(environment)}, indent=2))
    elif not volume.quiet():
        print(outcome.message)


def _report(line: str) -> None:
    volume.note(f"  {one_line(redact(line))}")
