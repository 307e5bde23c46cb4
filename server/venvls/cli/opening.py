"""From arguments to a workspace: the options every command shares, and the folders they mean."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

from venvls.cli.failure import Failure
from venvls.model.finding import Project
from venvls.workspace import Overrides, Workspace

if TYPE_CHECKING:
    import argparse

    from venvls.services import Services


def add_format(parser: argparse.ArgumentParser, *more: str) -> None:
    """``--format text|json`` and what else a command can print."""
    parser.add_argument("--format", choices=("text", "json", *more), default="text", help="how to print the result (default: text)")


def add_groups(parser: argparse.ArgumentParser) -> None:
    """``--group``, ``--extra``, ``--all-groups``."""
    parser.add_argument("--group", action="append", default=[], metavar="NAME", help="count this dependency group too")
    parser.add_argument("--extra", action="append", default=[], metavar="NAME", help="count this extra of the project too")
    parser.add_argument("--all-groups", action="store_true", help="count every group")


def overrides(options: argparse.Namespace) -> Overrides:
    """What the shared options say over the settings."""
    environment = getattr(options, "env", None)
    return Overrides(
        environment=os.path.abspath(environment) if environment else None,
        groups=tuple(getattr(options, "group", ())),
        extras=tuple(getattr(options, "extra", ())),
        all_groups=bool(getattr(options, "all_groups", False)),
    )


def existing(paths: Iterable[str]) -> tuple[str, ...]:
    """The paths, absolute; one that does not exist or cannot be read is a failure."""
    found = []
    for path in paths:
        absolute = os.path.abspath(path)
        if not os.path.exists(absolute):
            raise Failure(f"there is no file or folder {path!r}")
        if not os.access(absolute, os.R_OK):
            raise Failure(f"{path!r} cannot be read; are you allowed to?")
        found.append(absolute)
    return tuple(found)


def open_workspace(paths: Iterable[str], services: Services, chosen: Overrides | None = None, *, discover: bool = True) -> Workspace:
    """A workspace over the folders of ``paths`` (a file stands for its folder), with what is in them already found."""
    folders = dict.fromkeys(path if os.path.isdir(path) else _folder(path) for path in paths)
    workspace = Workspace(services.machine, services.memory, _log, overrides=chosen or Overrides())
    workspace.set_roots(_outermost(folders))
    if discover:
        workspace.discover()
        for note in workspace.notes:
            print(f"venvls: {note}", file=sys.stderr)
    return workspace


def one_project(path: str, workspace: Workspace) -> Project:
    """The project at or above ``path``; a failure where there is none or where several are meant."""
    absolute = existing((path,))[0]
    project = workspace.project_of(absolute)
    if project is not None:
        return project
    below = workspace.projects()
    if len(below) == 1:
        return below[0]
    if below:
        shown = ", ".join(os.path.relpath(one.root) for one in below[:5])
        raise Failure(f"there are {len(below)} projects below {path!r} ({shown}{'…' if len(below) > 5 else ''}); name one")
    raise Failure(f"there is no project in {path!r}: no requirements.txt, pyproject.toml or other manifest")


def _folder(path: str) -> str:
    """The folder to look into for a file: that of its project, so that the environment beside the project is seen."""
    folder = os.path.dirname(path)
    inner = os.path.basename(folder) in ("requirements", "requirement", "reqs", "constraints")
    return os.path.dirname(folder) if inner else folder


def _outermost(folders: Iterable[str]) -> list[str]:
    """The folders without those inside another, so that nothing is walked twice."""
    kept: list[str] = []
    for folder in sorted(folders, key=len):
        if not any(folder == one or folder.startswith(one.rstrip(os.sep) + os.sep) for one in kept):
            kept.append(folder)
    return kept


def _log(message: str) -> None:
    if "VENVLS_TRACE" in os.environ:
        print(f"venvls: {message}", file=sys.stderr)
