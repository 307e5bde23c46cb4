"""Lists the Jupyter kernels of this person and which environment each starts; --add makes one for the environment of a project,
and with --install also adds ipykernel to the project where its environment has none.

A kernel whose interpreter is gone is named as stale, and the exit status is 1. Nothing is started. Specifications of an environment itself
(`share/jupyter` in its prefix) are not listed: they are seen by the Jupyter that runs there alone.
"""

from __future__ import annotations

import errno
import json
import os
import re
import sys

from venvls import handover, payload
from venvls.cli import opening, running, suggest
from venvls.cli.failure import Failure
from venvls.kernels import PACKAGE, missing
from venvls.model.hints import TYPE_CHECKING, cast
from venvls.model.record import NamedTuple
from venvls.model.visible import one_line

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator

    from venvls.services import Services

_LARGEST = 1_000_000


class Kernel(NamedTuple):
    """A kernel specification: its name, its file, the interpreter that it starts and that one's prefix; ``stale`` says what is wrong."""

    name: str
    path: str
    display: str
    interpreter: str | None
    environment: str | None
    stale: str | None = None


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``kernel``."""
    running.add_project(parser)
    parser.add_argument("--add", action="store_true", help="make a kernel for the environment of the project")
    parser.add_argument(
        "--install", action="store_true", help="with --add: first add ipykernel to the project where it is missing, and install it"
    )
    parser.add_argument("--name", metavar="NAME", help="the name of the new kernel (default: that of the project's folder)")
    running.add_dry_run(parser)
    opening.add_format(parser)


def run(options: argparse.Namespace, services: Callable[[], Services]) -> int:
    """0; 1 where a kernel is stale."""
    if options.add:
        return _add(options, services)
    if options.name or options.dry_run or options.install:
        raise Failure("`--name`, `--install` and `--dry-run` are for `venvls kernel --add`.")
    listed = tuple(kernels())
    if options.format == "json":
        print(json.dumps({"schema": payload.SCHEMA, "kernels": [kernel._asdict() for kernel in listed]}, indent=2))
    elif not listed:
        print("There is no kernel here. Make one for a project with `venvls kernel --add`.")
    else:
        for kernel in listed:
            state = f"stale: {kernel.stale}" if kernel.stale else kernel.environment or kernel.interpreter or "not a Python by its path"
            print(one_line(f"{kernel.name:<20} {state}"))
    return 1 if any(kernel.stale for kernel in listed) else 0


def _add(options: argparse.Namespace, services: Callable[[], Services]) -> int:
    here = running.opened(options, services)
    root = here.project.root
    environment = here.project.environment
    if environment is None or environment.interpreter is None or environment.health != "ok":
        choice = here.workspace.which(root)
        raise Failure(f"there is no working environment for {root}: {opening.without_environment(choice, here.workspace)}")
    folder_name = os.path.basename(root) or "project"
    name = options.name or re.sub(r"[^a-z0-9._-]+", "-", folder_name.lower()).strip("-.") or "project"
    if not re.fullmatch(r"[A-Za-z0-9._-]+", name) or name in (".", ".."):
        raise Failure(f"a kernel's name consists of letters, digits, `.`, `_` and `-`, and `{one_line(name)}` does not.")
    path = os.path.join(data_folder(), "kernels", name, "kernel.json")
    before = _kernel(name, path) if os.path.exists(path) else None
    if before is not None and not before.stale and before.environment != environment.prefix:
        other = before.environment or before.interpreter
        raise Failure(f"the kernel `{name}` exists already and starts {other}. Give another name with --name.")
    if PACKAGE not in here.workspace.machine.installed(environment).distributions:
        if not options.install:
            add = suggest.command("kernel --add --install", root)
            raise Failure(f"ipykernel is not installed in {environment.name}, where a kernel needs it. To add and install it: `{add}`.")
        if not options.dry_run:
            _refuse_unwritable(os.path.dirname(os.path.dirname(path)))
        _installed(here, options, services)
        if options.dry_run:
            return 0
    text = json.dumps(handover.kernel_spec(environment.interpreter, environment.name, root), indent=1) + "\n"
    if options.dry_run:
        sys.stdout.write(f"Would write {one_line(path)}:\n{text}")
        return 0
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        half = f"{path}.{os.getpid()}"
        with open(half, "x", encoding="utf-8") as file:
            file.write(text)
        os.replace(half, path)
    except OSError as problem:
        raise Failure(f"{one_line(path)} cannot be written: {problem.strerror}.") from None
    if options.format == "json":
        print(json.dumps({"schema": payload.SCHEMA, "kernel": _kernel(name, path)._asdict()}, indent=2))
    else:
        print(one_line(f"The kernel `{name}` starts {environment.interpreter}."))
    return 0


def _refuse_unwritable(folder: str) -> None:
    """A failure where no kernel could be written to this folder: the project is not changed for that."""
    try:
        os.makedirs(folder, exist_ok=True)
        problem = None if os.access(folder, os.W_OK) else os.strerror(errno.EACCES)
    except OSError as refused:
        problem = refused.strerror
    if problem is not None:
        raise Failure(f"{one_line(folder)} cannot be written to: {problem}. Nothing was changed.")


def _installed(here: running.Opened, options: argparse.Namespace, services: Callable[[], Services]) -> None:
    """Adds ipykernel to the project and installs it, as ``venvls add`` does."""
    from contextlib import nullcontext, redirect_stdout
    from types import SimpleNamespace

    from venvls.cli import add

    needed = missing(here.workspace.facts(here.project.root))
    if needed is None:
        raise Failure("ipykernel cannot be installed here: add it to the project by hand.")
    given = SimpleNamespace(
        requirements=list(needed.task.requirements),
        undo=False,
        project=here.project.root,
        manifest=None,
        group=next(iter(needed.task.groups), None),
        extra=None,
        no_sync=False,
        dry_run=options.dry_run,
        format="text",
        quiet=options.quiet,
        verbose=options.verbose,
    )
    # Standard output is for the one JSON object.
    with redirect_stdout(sys.stderr) if options.format == "json" else nullcontext():
        add.run(cast("argparse.Namespace", given), services)


def data_folder() -> str:
    """Jupyter's folder of this person, as `jupyter --data-dir` says."""
    chosen = os.environ.get("JUPYTER_DATA_DIR")
    if chosen:
        return os.path.abspath(chosen)
    home = os.path.expanduser("~")
    if sys.platform == "darwin":
        return os.path.join(home, "Library", "Jupyter")
    if os.name == "nt":
        return os.path.join(os.environ.get("APPDATA") or os.path.join(home, "AppData", "Roaming"), "jupyter")
    return os.path.join(os.environ.get("XDG_DATA_HOME") or os.path.join(home, ".local", "share"), "jupyter")


def _folders() -> list[str]:
    """Where Jupyter looks for a person's kernels, in its order."""
    named = [entry for entry in os.environ.get("JUPYTER_PATH", "").split(os.pathsep) if os.path.isabs(entry)]
    return list(dict.fromkeys(os.path.join(folder, "kernels") for folder in (*named, data_folder())))


def kernels() -> Iterator[Kernel]:
    """Every specification of this person, each name once, as Jupyter finds them."""
    seen: set[str] = set()
    for folder in _folders():
        try:
            names = sorted(os.listdir(folder))
        except OSError:
            continue
        for name in names:
            path = os.path.join(folder, name, "kernel.json")
            if name.lower() not in seen and os.path.isfile(path):
                seen.add(name.lower())
                yield _kernel(name, path)


def _kernel(name: str, path: str) -> Kernel:
    try:
        with open(path, encoding="utf-8") as file:
            said = json.loads(file.read(_LARGEST))
        words = said["argv"]
        interpreter = words[0]
        display = str(said.get("display_name", name))
        if not isinstance(interpreter, str):
            raise TypeError  # noqa: TRY301 - as if it were not JSON
    except (OSError, ValueError, KeyError, IndexError, TypeError, AttributeError):
        return Kernel(name, path, name, None, None, f"{path} is not a kernel specification")
    if not os.path.isabs(interpreter):
        return Kernel(name, path, display, None, None)  # found on PATH when it starts
    prefix = os.path.dirname(os.path.dirname(interpreter))
    environment = prefix if any(os.path.exists(os.path.join(prefix, mark)) for mark in ("pyvenv.cfg", "conda-meta")) else None
    stale = None if os.path.exists(interpreter) else f"{interpreter} does not exist"
    return Kernel(name, path, display, interpreter, environment, stale)
