"""Creates the environment of a project with the tool that fits, then brings it in sync (unless --no-sync). It is used from then on."""

from __future__ import annotations

from venvls.cli import opening, running, several, volume
from venvls.model.hints import TYPE_CHECKING
from venvls.model.visible import one_line

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from venvls.model.action import Plan
    from venvls.services import Services


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``create``."""
    parser.add_argument("projects", nargs="*", metavar="PROJECT", help="the projects' folders (default: this one)")
    parser.add_argument("--python", metavar="SPEC", help="a version (3.12), or the path of an interpreter (default: the newest that fits)")
    parser.add_argument("--tool", choices=("auto", "venv", "virtualenv", "uv"), default="auto", help="the tool that creates it")
    parser.add_argument("--name", metavar="NAME", help="the folder's name or path (default: .venv)")
    parser.add_argument("--prompt", metavar="TEXT", help="the name that the shell shows while it is active")
    parser.add_argument("--system-site-packages", action="store_true", help="give it access to the base Python's packages")
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--copies", action="store_true", help="copy the interpreter instead of linking to it")
    how.add_argument("--symlinks", action="store_true", help="link to the interpreter where it is usually copied (Windows)")
    parser.add_argument("--upgrade-deps", action="store_true", help="upgrade pip first")
    parser.add_argument("--without-pip", action="store_true", help="do not install pip")
    over = parser.add_mutually_exclusive_group()
    over.add_argument("--clear", action="store_true", help="replace an existing environment")
    over.add_argument("--upgrade", action="store_true", help="update an existing environment to the current version of its Python")
    parser.add_argument("--no-sync", action="store_true", help="do not install the project's requirements")
    parser.add_argument("--like", metavar="DIR", help="with the Python, tool, groups and extras of this other checkout's environment")
    parser.add_argument("--ignore", action="store_true", help="add it to .gitignore")
    opening.add_groups(parser)
    running.add_yes(parser)
    running.add_discard(parser)
    running.add_dry_run(parser)
    opening.add_format(parser)


_CHOICES = (
    "python", "tool", "name", "prompt", "system_site_packages", "copies", "symlinks", "upgrade_deps", "without_pip", "clear", "upgrade",
    "no_sync",
)  # fmt: skip


def run(options: argparse.Namespace, services: Callable[[], Services]) -> int:
    """Create, select where it would not be chosen by itself, and say where it is; in several projects one after the other."""
    if len(options.projects) > 1:
        joined = services()
        return several.each(options, options.projects, lambda own: _create(own, lambda: joined), joined)
    options.project = options.projects[0] if options.projects else "."
    return _create(options, services)


def _create(options: argparse.Namespace, services: Callable[[], Services]) -> int:
    from venvls.model.record import replace
    from venvls.tools import creating

    here = running.opened(options, services, bare=True)
    while (above := creating.belongs_above(here.task("create", options={"name": options.name or ""}), here.project)) is not None:
        volume.note(f"venvls: the project is {one_line(above)}, which installs {one_line(here.project.root)} from its folder")
        options.project = above
        here = running.opened(options, services)
    chosen = {name.replace("_", "-"): value for name in _CHOICES if (value := getattr(options, name)) not in (None, False, "auto")}
    if options.like is not None:
        here, likeness = _like(here, options, services)
        chosen = likeness | chosen
    task = replace(here.task("create", options=chosen | running.discarding(options)), environment=None)
    made = running.planned(task, here.workspace, here.services)
    settled: Plan | None = made
    if options.clear and made.aside:
        running.agreed(made, options)
        settled = None  # a person may have taken their time
    status = running.perform(task, here.workspace, here.services, options, settled)
    if options.dry_run or options.upgrade or made.environment is None:
        return status
    project = here.workspace.project_of(here.project.root)
    if project is not None and (project.environment is None or project.environment.prefix != made.environment):
        from venvls.model.ports import NotKeptError

        try:
            here.workspace.select(project.root, made.environment)
        except NotKeptError as problem:
            volume.note(f"note: it is not used by itself. {one_line(str(problem))}")
    if options.ignore:
        _ignored(here, made.environment)
    return status


def _like(here: running.Opened, options: argparse.Namespace, services: Callable[[], Services]) -> tuple[running.Opened, dict[str, object]]:
    """The project with the groups and extras that the other checkout's environment has too, and the options that make it alike."""
    from venvls.cli.failure import Failure
    from venvls.likeness import like

    elsewhere, other = opening.open_project(options.like, here.services)
    folder = one_line(options.like)
    if other.root == here.project.root:
        raise Failure(f"`--like {folder}` names this project itself. Name the folder of another checkout of it.")
    tool = here.workspace.described(here.project).tool
    likeness = like(elsewhere.facts(other.root), here.workspace.facts(here.project.root), tool)
    if likeness is None:
        why = opening.without_environment(elsewhere.which(other.root), elsewhere)
        raise Failure(f"there is no working environment in {folder}: {why}")
    options.group = [*options.group, *sorted(likeness.groups)]
    options.extra = [*options.extra, *sorted(likeness.extras)]
    named = (*(f"group {name}" for name in sorted(likeness.groups)), *(f"extra {name}" for name in sorted(likeness.extras)))
    volume.note(f"note: like {one_line(other.root)}: {one_line(', '.join((f'Python {likeness.python}', *named)))}")
    taken = {"python": likeness.python, "tool": likeness.tool, "name": likeness.name}
    return running.opened(options, services), {name: value for name, value in taken.items() if value is not None}


def _ignored(here: running.Opened, prefix: str) -> None:
    """Write the line that the action would offer; nothing where git ignores it already or there is no repository."""
    from venvls.cli.edits import apply

    findings = [finding for finding in here.workspace.check((here.project.root,)).findings if finding.code == "unignored-environment"]
    edits = [
        edit for finding in findings if finding.environment == prefix for action in here.workspace.actions(finding) for edit in action.edits
    ]
    for path in apply(edits):
        volume.note(f"note: {one_line(path)} now names it.")
