"""Runs the main job on a small project made for it: an environment that is out of sync is checked, synced and chosen. Works offline.

The project is in a temporary folder and is removed at the end (unless --keep). Each step is the command of that name, run as a
person would run it there.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys

from venvls import payload
from venvls.cli import opening
from venvls.cli.failure import Failure
from venvls.cli.terminal import terminal
from venvls.model.hints import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator

    from venvls.services import Services


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``demo``."""
    parser.add_argument("--keep", action="store_true", help="keep the project, and print where it is")
    opening.add_format(parser)


def run(options: argparse.Namespace, services: Callable[[], Services]) -> int:
    """Run every step; 0 when the project ends in sync, and a sentence where a step did not do what it should."""
    with _folder(options.keep) as folder:
        from venvls.cli import demo_project

        project = demo_project.write(folder)
        with _inside(project):
            if options.format == "json":
                return _as_json(project, services)
            return _as_text(project, services)


def _as_text(project: str, services: Callable[[], Services]) -> int:
    _say(f"A project requires three packages. It is in {project}")
    _command(["create", "--no-sync", *_python()], services)
    _fall_behind(project, services)
    _say("Some time later its environment is out of sync:")
    _expect(_command(["check"], services), 1, "the environment is out of sync, but `venvls check` found no problem")
    _say("What a sync would do:")
    _command(["sync", "--dry-run"], services)
    _say("And now the sync itself:")
    _command(["sync"], services)
    _expect(_command(["check"], services), 0, "the sync is done, but the environment is still out of sync")
    _say("The interpreter an editor would use for it:")
    _command(["which"], services)
    return 0


def _as_json(project: str, services: Callable[[], Services]) -> int:
    """The same steps in silence; the findings before and after, the plan, and the environment as one object."""
    _quiet(["create", "--no-sync", *_python()], services)
    _fall_behind(project, services)
    before = json.loads(_quiet(["check"], services))
    plan = json.loads(_quiet(["sync", "--dry-run"], services))
    _quiet(["sync"], services)
    after = json.loads(_quiet(["check"], services))
    which = json.loads(_quiet(["which"], services))
    in_step = bool(after["projects"]) and all(entry["in_sync"] for entry in after["projects"])
    shown = {
        "schema": payload.SCHEMA,
        "in_sync": in_step,
        "before": before["findings"],
        "plan": plan,
        "after": after["findings"],
        "environment": which["environment"],
    }
    print(json.dumps(shown, indent=2))
    return 0 if in_step and before["findings"] else 2


def _fall_behind(project: str, services: Callable[[], Services]) -> None:
    from venvls.cli import demo_project

    workspace = opening.open_workspace((project,), services())
    environment = workspace.which(project).environment
    if environment is None or not environment.site_packages:
        raise Failure("the environment that was just created was not found")
    demo_project.fall_behind(environment.site_packages[0])


def _python() -> tuple[str, ...]:
    """The Python version that runs this: it is there for certain, and whichever is newest may not be complete."""
    return ("--python", ".".join(map(str, sys.version_info[:2])))


def _command(words: list[str], services: Callable[[], Services]) -> int:
    from venvls.cli import main as run_command

    shown = " ".join(["venvls", *words])
    print(terminal().paint(f"$ {shown}", "strong"), flush=True)
    status = run_command(words, services)
    sys.stdout.flush()
    if status == 2:
        raise Failure(f"`{shown}` failed; its output is above")
    return status


def _quiet(words: list[str], services: Callable[[], Services]) -> str:
    from venvls.cli import main as run_command

    output, errors = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(errors):
        status = run_command([*words, "--format", "json"], services)
    if status == 2:
        lines = errors.getvalue().strip().splitlines() or ["no reason was given"]
        raise Failure(f"`venvls {words[0]}` failed: {lines[-1].removeprefix('venvls: ')}")
    return output.getvalue()


def _say(sentence: str) -> None:
    print(f"\n{sentence}", flush=True)


def _expect(status: int, wanted: int, otherwise: str) -> None:
    if status != wanted:
        raise Failure(otherwise)


@contextlib.contextmanager
def _folder(keep: bool) -> Iterator[str]:
    import shutil
    import tempfile

    folder = os.path.realpath(tempfile.mkdtemp(prefix="venvls-demo-"))
    try:
        yield folder
    finally:
        if keep:
            print(f"venvls: the demo project is in {folder}", file=sys.stderr)
        else:
            shutil.rmtree(folder, ignore_errors=True)
            if os.path.exists(folder):
                print(f"venvls: {folder} could not be deleted completely; delete it by hand", file=sys.stderr)


@contextlib.contextmanager
def _inside(folder: str) -> Iterator[None]:
    """The current folder for the steps, as in a terminal, and not one byte longer: Windows removes no folder somebody is in."""
    before = os.getcwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)
