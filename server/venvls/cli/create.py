"""Creates the environment of a project with the tool that fits, then brings it in step (unless --no-sync)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from venvls.cli import opening, running
from venvls.model.action import Task

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from venvls.services import Services


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``create``."""
    parser.add_argument("project", nargs="?", default=".", metavar="PROJECT", help="the project's folder (default: this one)")
    parser.add_argument("--python", metavar="SPEC", help="a version (3.12), or the path of an interpreter (default: the newest that fits)")
    parser.add_argument("--tool", choices=("auto", "venv", "virtualenv", "uv"), default="auto", help="what makes it")
    parser.add_argument("--name", metavar="NAME", help="the folder's name or path (default: .venv)")
    parser.add_argument("--prompt", metavar="TEXT", help="what the shell shows while it is active")
    parser.add_argument("--system-site-packages", action="store_true", help="let it see the base Python's packages")
    parser.add_argument("--copies", action="store_true", help="copy the interpreter instead of linking to it")
    parser.add_argument("--upgrade-deps", action="store_true", help="bring pip to its newest version first")
    parser.add_argument("--without-pip", action="store_true", help="leave pip out")
    parser.add_argument("--clear", action="store_true", help="replace an environment that stands there")
    parser.add_argument("--no-sync", action="store_true", help="do not install the project's requirements")
    opening.add_groups(parser)
    running.add_dry_run(parser)
    opening.add_format(parser)


_CHOICES = ("python", "tool", "name", "prompt", "system_site_packages", "copies", "upgrade_deps", "without_pip", "clear", "no_sync")


def run(options: argparse.Namespace, services: Callable[[], Services]) -> int:
    """Create, and say where it stands."""
    joined = services()
    path = opening.existing((options.project,))[0]
    workspace = opening.open_workspace((path,), joined, opening.overrides(options))
    project = opening.one_project(path, workspace)
    chosen = {name.replace("_", "-"): value for name in _CHOICES if (value := getattr(options, name)) not in (None, False, "auto")}
    choice = workspace.facts(project.root).choice
    task = Task(
        "create",
        project=project.root,
        groups=tuple(sorted(choice.groups)),
        extras=tuple(sorted(choice.extras)),
        options=chosen,
    )
    return running.perform(task, workspace, joined, options)
