"""From arguments to a workspace: the options every command shares, and the folders they mean."""

from __future__ import annotations

import os
import stat
import sys

from venvls.cli import volume
from venvls.cli.failure import Failure
from venvls.cli.render.place import relative
from venvls.model.finding import Project
from venvls.model.hints import TYPE_CHECKING, TypeVar
from venvls.model.visible import one_line
from venvls.workspace import Overrides, Workspace

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterable, Sequence

    from venvls.services import Services
    from venvls.workspace import Which

Found = TypeVar("Found")
_EMPTY = "the path is empty: give `.` for this folder"


def add_format(parser: argparse.ArgumentParser, *more: str) -> None:
    """``--format text|json`` and what else a command can print."""
    parser.add_argument("--format", choices=("text", "json", *more), default="text", help="how to print the result (default: text)")


def add_project(parser: argparse.ArgumentParser, *, option: bool = False) -> None:
    """PROJECT, or ``--project DIR`` where the arguments are something else; and ``--env DIR``."""
    if option:
        parser.add_argument("--project", default=".", metavar="DIR", help="the project's folder (default: this one)")
    else:
        parser.add_argument("project", nargs="?", default=".", metavar="PROJECT", help="the project's folder (default: this one)")
    parser.add_argument("--env", metavar="DIR", help="this environment instead of the selected one")


def add_groups(parser: argparse.ArgumentParser) -> None:
    """``--group``, ``--extra``, ``--all-groups``."""
    parser.add_argument("--group", action="append", default=[], metavar="NAME", help="include this dependency group")
    parser.add_argument("--extra", action="append", default=[], metavar="NAME", help="include this extra of the project")
    parser.add_argument("--all-groups", action="store_true", help="include every group")


def overrides(options: argparse.Namespace) -> Overrides:
    """What the shared options say over the settings."""
    environment = getattr(options, "env", None)
    if environment == "":
        raise Failure(_EMPTY)
    return Overrides(
        environment=os.path.abspath(environment) if environment is not None else None,
        groups=tuple(getattr(options, "group", ())),
        extras=tuple(getattr(options, "extra", ())),
        all_groups=bool(getattr(options, "all_groups", False)),
        isolated=bool(getattr(options, "isolated", False)),
    )


def existing(paths: Iterable[str]) -> tuple[str, ...]:
    """The paths, absolute; one that does not exist, cannot be read or is neither a file nor a folder is a failure."""
    absolute_paths = []
    for path in paths:
        if not path:  # a variable that is not set: the current folder was hardly meant
            raise Failure(_EMPTY)
        absolute = os.path.abspath(path)
        try:
            mode = os.stat(absolute).st_mode
        except PermissionError:
            raise Failure(f"`{one_line(path)}` cannot be read: you are not allowed to enter its folder") from None
        except (OSError, ValueError):
            raise Failure(f"there is no file or folder `{one_line(path)}`") from None
        if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):  # a pipe, as `<(command)` is, or a device
            raise Failure(f"`{one_line(path)}` is neither a file nor a folder")
        if not os.access(absolute, os.R_OK):
            raise Failure(f"`{one_line(path)}` cannot be read: you are not allowed to")
        absolute_paths.append(absolute)
    return tuple(absolute_paths)


def open_workspace(paths: Iterable[str], services: Services, chosen: Overrides | None = None, *, discover: bool = True) -> Workspace:
    """A workspace over the folders of ``paths`` (a file stands for its folder), with what is in them already found."""
    folders = dict.fromkeys(_above_tool(path) if os.path.isdir(path) else _folder(path) for path in paths)
    workspace = Workspace(services.machine, services.memory, _log, overrides=chosen or Overrides())
    if chosen is not None and chosen.environment is not None:
        from venvls import environments

        if environments.recognise(workspace.files, chosen.environment) is None:
            raise Failure(f"there is no environment at `{one_line(relative(chosen.environment, os.getcwd()))}`")
    workspace.set_roots(_outermost(folders))
    if discover:
        searched(workspace.discover, workspace)
        for note in workspace.notes:
            volume.note(f"venvls: {one_line(note)}")
    return workspace


def searched(search: Callable[[], Found], workspace: Workspace) -> Found:
    """What a search of the workspace's folders gives; a person at a terminal is told of it where it takes long."""
    if volume.quiet() or sys.__stderr__ is None or not sys.__stderr__.isatty():
        return search()
    from venvls.cli import searching

    return searching.told(search, workspace.roots)


def open_project(given: str, services: Services, chosen: Overrides | None = None, *, bare: bool = False) -> tuple[Workspace, Project]:
    """The workspace and the project that a task's command is about: in the folder ``given``, or, where that is the current one and has
    none, the nearest above it, which is said. A folder that was named is taken as it is. With ``bare`` a folder without a manifest, or
    with scripts alone, is a project too: one that requires nothing yet."""
    path = existing((given,))[0]
    workspace = open_workspace((path,), services, chosen)
    workspace.take_up(path)
    if given == "." and workspace.project_of(path) is None and not workspace.folder_projects():
        home = project_folder(path, services)
        if home != path:
            volume.note(f"venvls: the project is {one_line(home)}")
            workspace = open_workspace((home,), services, chosen)
    below = [project for project in workspace.folder_projects() if project.root not in project.manifests]
    if bare and os.path.isdir(path) and not below and workspace.project_of(path) is None:
        return workspace, Project(path, ())
    return workspace, one_project(path, workspace)


def project_folder(path: str, services: Services) -> str:
    """The nearest folder at or above ``path`` that has a manifest, as far up as a project may be; else the path's own folder."""
    from venvls.manifests import is_manifest
    from venvls.surroundings import Upward

    files = services.machine.files
    folder = path if os.path.isdir(path) else os.path.dirname(path)
    for place in (folder, *Upward(files, services.machine.home()).above(folder)):
        if any(is_manifest(os.path.basename(place), entry.name) for entry in files.list(place) or ()):
            return place
    return folder


def one_project(path: str, workspace: Workspace) -> Project:
    """The project at or above ``path``; a failure where there is none or where several are meant."""
    absolute = existing((path,))[0]
    project = workspace.project_of(absolute)
    if project is not None:
        return project
    below = workspace.folder_projects()
    if len(below) == 1:
        return below[0]
    if below:
        raise Failure(f"there are {len(below)} projects below `{one_line(path)}` ({_listed(below)}); name one of them")
    raise Failure(
        f"there is no project in `{one_line(path)}` or above it: no requirements.txt, pyproject.toml or other manifest. "
        "Create one first; an empty requirements.txt is enough."
    )


def without_environment(choice: Which, workspace: Workspace) -> str:
    """Why there is no working environment, and what to do about it, as sentences."""
    from venvls.cli import suggest

    environment = choice.environment
    if environment is not None:
        why = (environment.problem or f"{environment.prefix} has no interpreter").rstrip(".")
        return f"{why}: `{suggest.command('recreate', choice.project)}`."
    if choice.project is not None:
        return f"{choice.reason}. Create one with `{suggest.command('create', choice.project)}`."
    below = workspace.folder_projects()
    if below:
        return f"{choice.reason}. There are projects below ({_listed(below)}): name one of them."
    return f"{choice.reason}, and no manifest (requirements.txt, pyproject.toml)."


def _listed(projects: Sequence[Project]) -> str:
    shown = ", ".join(one_line(os.path.relpath(project.root)) for project in projects[:5])
    return f"{shown}…" if len(projects) > 5 else shown


def _folder(path: str) -> str:
    """The folder to look into for a file: that of its project, so that the environment next to the project is seen."""
    folder = os.path.dirname(path)
    inner = os.path.basename(folder) in ("requirements", "requirement", "reqs", "constraints")
    return os.path.dirname(folder) if inner else folder


def _above_tool(folder: str) -> str:
    """The folder to look into for another one: itself, but for an environment of tox's that whose file speaks of it."""
    if not os.path.isfile(os.path.join(folder, ".tox-info.json")):
        return folder
    from venvls.discovery import OF_TOX

    above = folder
    while (parent := os.path.dirname(above)) != above:
        above = parent
        if any(os.path.isfile(os.path.join(above, name)) for name in OF_TOX):
            return above
    return folder


def _outermost(folders: Iterable[str]) -> list[str]:
    """The folders without those inside another, so that nothing is walked twice."""
    kept: list[str] = []
    for folder in sorted(folders, key=len):
        if not any(folder == outer or folder.startswith(outer.rstrip(os.sep) + os.sep) for outer in kept):
            kept.append(folder)
    return kept


def _log(message: str) -> None:
    if volume.verbose() or "VENVLS_TRACE" in os.environ:
        print(f"venvls: {message}", file=sys.stderr)
