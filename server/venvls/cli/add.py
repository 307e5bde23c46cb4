"""Puts requirements into the project's manifest and installs them; with --undo removes them. Where uv, Poetry or another tool keeps the
project, that tool does both. If the installation fails the manifest is as it was."""

from __future__ import annotations

import os
import sys

from venvls.cli import opening, running, suggest, volume
from venvls.cli.failure import Failure
from venvls.model.hints import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from venvls.model.action import Task
    from venvls.services import Services


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``add``."""
    parser.add_argument("requirements", nargs="+", metavar="REQUIREMENT", help="what to add: requests>=2.31, 'name @ URL', …")
    parser.add_argument("--undo", action="store_true", help="remove them from the manifest instead")
    running.add_project(parser, option=True)
    parser.add_argument("--manifest", metavar="FILE", help="the file to change (default: the project's main one)")
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--group", metavar="NAME", help="in this dependency group")
    where.add_argument("--extra", metavar="NAME", help="in this extra of the project")
    parser.add_argument("--no-sync", action="store_true", help="change the manifest and install nothing")
    running.add_dry_run(parser)
    opening.add_format(parser)


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

    path = opening.existing((options.manifest,))[0] if options.manifest else None
    declared = declaring.edits(options.requirements, facts, undo=options.undo, group=group, extra=extra, path=path)
    if declared.problem is not None:
        raise Failure(declared.problem)
    if options.dry_run:
        verb = "Would remove {} from {}." if options.undo else "Would add {} to {}."
        if options.format == "text" and declared.edits:
            from venvls.cli import diff, exact

            exact.write(diff.unified(declared.path, declared.edits))
        else:
            _say(here, options, verb.format(", ".join(options.requirements), declared.path) if declared.edits else "Nothing to do.")
        return 0
    return _changed(here, options, declared.path, declared.edits)


def _task(here: running.Opened, options: argparse.Namespace, group: str | None, extra: str | None) -> Task:
    from venvls.model.record import replace

    task = here.task("add", *options.requirements, options={"undo": True} if options.undo else {})
    return replace(task, groups=(group,) if group else (), extras=(extra,) if extra else ())


def _changed(here: running.Opened, options: argparse.Namespace, path: str, edits: object) -> int:
    """Write the manifest, compile it where it is a source, and install; put it back where that fails."""
    from venvls.cli.edits import apply

    kept = _bytes(path)
    compiled = path[: -len(".in")] + ".txt" if path.endswith(".in") and os.path.exists(path[: -len(".in")] + ".txt") else None
    pins = _bytes(compiled) if compiled else None
    changed = apply(edits)  # type: ignore[arg-type]
    here.workspace.changed(changed)
    name = os.path.basename(path)
    done = f"{name} {'no longer lists' if options.undo else 'now lists'} {', '.join(options.requirements)}."
    try:
        if compiled is not None and not options.no_sync:
            manifest = here.workspace.facts(here.project.root).manifests.get(compiled)
            files = () if manifest is not None and manifest.own.compiled is not None else (path,)
            made = running.planned(here.task("compile", files=files), here.workspace, here.services)
            running.ran(made, here.workspace, here.services, options)
            here.workspace.changed((compiled,))
        if options.undo or options.no_sync or here.prefix is None:
            create = suggest.command("create", here.project.root)
            _say(
                here,
                options,
                done if here.prefix or options.no_sync else f"{done} There is no environment yet. Create one with `{create}`.",
            )
            return 0
        # Found again: the manifest is another one now.
        here = here._replace(project=opening.one_project(here.project.root, here.workspace))
        status = running.perform(here.task("sync"), here.workspace, here.services, options)
    except (Failure, KeyboardInterrupt):
        for place, data in ((path, kept), (compiled, pins)):
            if place is not None and data is not None:
                _restore(place, data)
        print(f"venvls: {name} was not changed.", file=sys.stderr)
        raise
    if options.format == "text" and not volume.quiet():
        print(done)
    return status


def _say(here: running.Opened, options: argparse.Namespace, message: str) -> None:
    from venvls.model.action import Outcome

    running.say(Outcome(True, message), here.workspace, here.task("add"), options)


def _bytes(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()


def _restore(path: str, data: bytes) -> None:
    from venvls.cli.edits import write

    if _bytes(path) != data:
        write(path, data)
