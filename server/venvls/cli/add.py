"""Puts requirements into the project's manifest and installs them; with --undo removes them. Where uv, Poetry or another tool keeps the
project, that tool does both. If the installation fails the manifest is as it was, unless somebody has
edited it in the meantime."""

from __future__ import annotations

import os
import sys

from venvls.cli import opening, running, suggest, volume
from venvls.cli.failure import Failure
from venvls.model.hints import TYPE_CHECKING
from venvls.model.names import canonical
from venvls.model.redact import redact
from venvls.model.visible import one_line

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from venvls.model.action import Task
    from venvls.model.facts import Facts
    from venvls.services import Services


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``add``."""
    parser.add_argument("requirements", nargs="+", metavar="REQUIREMENT", help="what to add: requests>=2.31, 'name @ URL', …")
    parser.add_argument("--undo", action="store_true", help="remove them instead, as `venvls remove` does")
    running.add_project(parser, option=True)
    add_place(parser)
    parser.add_argument("--no-sync", action="store_true", help="change the manifest and install nothing")
    running.add_dry_run(parser)
    opening.add_format(parser)


def add_place(parser: argparse.ArgumentParser) -> None:
    """``--manifest``, ``--group`` and ``--extra``: which list is changed."""
    parser.add_argument("--manifest", metavar="FILE", help="the file to change (default: the project's main one)")
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--group", metavar="NAME", help="in this dependency group")
    where.add_argument("--extra", metavar="NAME", help="in this extra of the project")


def run(options: argparse.Namespace, services: Callable[[], Services]) -> int:
    """Add, and say what came of it."""
    group, extra = options.group, options.extra
    options.group, options.extra = [], []
    here = running.opened(options, services)
    facts = here.workspace.facts(here.project.root)
    task = _task(here, options, group, extra)
    made = running.planned(task, here.workspace, here.services)
    if made.steps and options.manifest is None:
        return running.perform(task, here.workspace, here.services, options)
    from venvls import declaring

    path = opening.existing((options.manifest,))[0] if options.manifest is not None else None
    declared = declaring.edits(options.requirements, facts, undo=options.undo, group=group, extra=extra, path=path)
    if declared.problem is not None:
        more = (_elsewhere(options, facts) or _only_installed(options.requirements, facts)) if options.undo else ""
        raise Failure(declared.problem + more)
    if options.dry_run:
        verb = "Would remove {} from {}." if options.undo else "Would add {} to {}."
        if options.format == "text" and declared.edits:
            from venvls.cli import diff, exact

            exact.write(diff.unified(declared.path, declared.edits))
            if options.undo and not options.no_sync:
                uninstalled = running.planned(_uninstall(task, declared.path), here.workspace, here.services)
                sys.stdout.write(running.shown(uninstalled, "text") if uninstalled.steps else "")
        else:
            _say(here, options, verb.format(_named(options), declared.path) if declared.edits else "Nothing to do.")
        return 0
    return _changed(here, options, task, declared.path, declared.edits)


def _task(here: running.Opened, options: argparse.Namespace, group: str | None, extra: str | None) -> Task:
    from venvls.model.record import replace

    task = here.task("remove" if options.undo else "add", *options.requirements)
    return replace(task, groups=(group,) if group else (), extras=(extra,) if extra else ())


def _uninstall(task: Task, path: str) -> Task:
    """What takes the requirements out of the environment that ``path`` no longer lists."""
    from venvls.model.record import replace

    return replace(task, options={"uninstall": True, "manifest": path})


def _changed(here: running.Opened, options: argparse.Namespace, task: Task, path: str, edits: object) -> int:
    """Write the manifest, compile it where it is a source, and install; put it back where that fails."""
    from venvls.cli.edits import apply

    if options.undo:
        from venvls import removals

        removals.note(_uninstall(task, path), here.workspace.facts(here.project.root), here.services.memory)
    kept = _bytes(path)
    compiled = path[: -len(".in")] + ".txt" if path.endswith(".in") and os.path.exists(path[: -len(".in")] + ".txt") else None
    pins = _bytes(compiled) if compiled else None
    changed = apply(edits)  # type: ignore[arg-type]
    listed, compiled_pins = _bytes(path), None
    here.workspace.changed(changed)
    name = os.path.basename(path)
    done = f"{name} {'no longer lists' if options.undo else 'now lists'} {_named(options)}."
    try:
        if compiled is not None and not options.no_sync:
            manifest = here.workspace.facts(here.project.root).manifests.get(compiled)
            files = () if manifest is not None and manifest.own.compiled is not None else (path,)
            made = running.planned(here.task("compile", files=files), here.workspace, here.services)
            running.ran(made, here.workspace, here.services, options)
            compiled_pins = _bytes(compiled)
            here.workspace.changed((compiled,))
        if options.no_sync or here.prefix is None:
            create = suggest.command("create", here.project.root)
            hint = "" if here.prefix or options.no_sync or options.undo else f" There is no environment yet. Create one with `{create}`."
            _say(here, options, f"{done}{hint}")
            return 0
        if options.undo:
            return _uninstalled(here, options, _uninstall(task, path), done)
        # Found again: the manifest is another one now.
        here = here._replace(project=opening.one_project(here.project.root, here.workspace))
        status = running.perform(here.task("sync"), here.workspace, here.services, options)
    except (Exception, KeyboardInterrupt):
        if compiled is not None and pins is not None:
            _restore(compiled, pins, compiled_pins)
        print(f"venvls: {_restore(path, kept, listed)}", file=sys.stderr)
        raise
    if options.format == "text" and not volume.quiet():
        print(done)
    return status


def _uninstalled(here: running.Opened, options: argparse.Namespace, task: Task, done: str) -> int:
    made = running.planned(task, here.workspace, here.services)
    outcome = running.ran(made, here.workspace, here.services, options) if made.steps else None
    for remark in made.surprises if outcome is None else ():
        volume.note(f"note: {one_line(remark)}")
    here.workspace.discover()
    _say(here, options, f"{done} {outcome.message}" if outcome is not None else done)
    return 0


def _elsewhere(options: argparse.Namespace, facts: Facts) -> str:
    """How to remove the requirements from another list of the project that has all of them, as a sentence after another."""
    from venvls import declaring

    keys = {canonical(text) for text in options.requirements}
    for path in facts.project.manifests:
        manifest = facts.manifests.get(path)
        for requirement in manifest.requirements if manifest is not None else ():
            if requirement.parsed.key not in keys:
                continue
            kind, name = requirement.scope
            chosen = {kind: name} if kind in ("group", "extra") else {}
            for file in (None, path) if chosen else (path,):
                if declaring.edits(options.requirements, facts, undo=True, path=file, **chosen).problem is None:
                    words = " ".join(["remove", *map(suggest.word, options.requirements)])
                    words += "".join(f" --{kind} {suggest.word(name or '')}" for kind, name in chosen.items())
                    words += f" --manifest {suggest.below(path)}" if file is not None else ""
                    where = f"the {kind} {name}" if chosen else suggest.below(path)
                    return f" Remove it from {where} with `{suggest.command(words, facts.project.root)}`."
    return ""


def _only_installed(requirements: list[str], facts: Facts) -> str:
    """What to do about packages that are in the environment and in no list, as a sentence after another."""
    there = facts.installed.distributions if facts.installed is not None else {}
    names = [name for text in requirements if (name := canonical(text)) in there]
    if not names or facts.environment is None:
        return ""
    exact = suggest.command("sync --exact", facts.project.root)
    which = "It is" if len(names) == 1 else f"{', '.join(names)} are"
    return f" {which} only installed in {facts.environment.name}: `{exact}` removes everything that nothing requires."


def _named(options: argparse.Namespace) -> str:
    """The requirements for a person's eyes."""
    return redact(", ".join(options.requirements))


def _say(here: running.Opened, options: argparse.Namespace, message: str) -> None:
    from venvls.model.action import Outcome

    running.say(Outcome(True, message), here.workspace, here.task("add"), options)


def _bytes(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()


def _restore(path: str, before: bytes, written: bytes | None) -> str:
    """Put a file back as it was, unless somebody has edited it since it was ``written``, where that is known; what came of it, as a
    sentence."""
    from venvls.cli.edits import write

    name = os.path.basename(path)
    try:
        now = _bytes(path)
        if now != before and written not in (None, now):
            return f"{name} was changed in the meantime, so it is not changed again."
        if now != before:
            write(path, before)
    except Failure as failure:
        return one_line(str(failure))
    except OSError:
        return f"{name} was changed in the meantime, so it is not changed again."
    return f"{name} was not changed."
