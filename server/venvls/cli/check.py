"""Says what is out of sync in the projects at or under PATH. Starts no program of the workspace and writes nothing without --fix."""

from __future__ import annotations

import os
import sys

from venvls.cli import opening, volume
from venvls.cli.failure import Failure
from venvls.model.hints import TYPE_CHECKING
from venvls.model.record import NamedTuple
from venvls.model.visible import one_line

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from venvls.model.finding import Finding
    from venvls.services import Services
    from venvls.workspace import Report, Workspace

_ON_REQUEST = frozenset({"selected-environment"})
"""Says what is in use, which is nothing to look at: as a hint it is for programs, and for whoever asks."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``check``."""
    parser.add_argument(
        "paths", nargs="*", default=["."], metavar="PATH", help="folders, or one manifest (it and what it includes); - for standard input"
    )
    parser.add_argument("--stdin-filename", metavar="FILE", help="the file whose text comes through standard input, where PATH is -")
    parser.add_argument("--env", metavar="DIR", help="compare with this environment instead of the selected one")
    parser.add_argument("--select", action="append", default=[], metavar="CODE", help="report only these rules")
    parser.add_argument("--ignore", action="append", default=[], metavar="CODE", help="do not report these rules")
    parser.add_argument("--imports", action="store_true", help="also compare what the code imports with what is installed and required")
    parser.add_argument("--fix", action="store_true", help="apply the text edits that are safe")
    parser.add_argument("--watch", action="store_true", help="check again whenever something changes")
    opening.add_groups(parser)
    parser.add_argument("--isolated", action="store_true", help="without the groups and extras that you synced before")
    opening.add_format(parser, "sarif", "github", "junit", "gitlab")
    parser.add_argument("--output-file", metavar="FILE", help="write the result to this file instead of standard output")
    parser.add_argument("--exit-zero", action="store_true", help="end with status 0 whatever was found")


def run(options: argparse.Namespace, services: Callable[[], Services]) -> int:
    """Check once (or for ever with ``--watch``); 1 where anything at warning or error was found."""
    paths: tuple[str, ...]
    typed = None
    if "-" in options.paths or options.stdin_filename is not None:
        from venvls.cli import standard_input

        paths, typed = (standard_input.path(options),), standard_input.text()
    else:
        paths = opening.existing(options.paths or ["."])
    wanted = _Wanted(_codes(options.select), _codes(options.ignore), options.format == "json" or volume.verbose())
    joined = services()
    # Code belongs to the project above it.
    folders = tuple(opening.project_folder(path, joined) for path in paths) if options.imports else paths
    workspace = opening.open_workspace(folders, joined, opening.overrides(options))
    if not workspace.projects() and all(map(os.path.isdir, paths)):
        # A folder inside a project was named, as one does in a terminal: the project is what is meant.
        paths = tuple(opening.project_folder(path, joined) for path in paths)
        workspace = opening.open_workspace(paths, joined, opening.overrides(options))
    if typed is not None:
        workspace.open(paths[0], typed)
    with workspace.round():
        whole = workspace.check(paths, imports=options.imports)
        if options.group or options.extra:
            from venvls.cli import named_groups

            whole_folders = all(map(os.path.isdir, paths))
            elsewhere = named_groups.defined_elsewhere(options, whole.findings, whole.projects, workspace, folders=whole_folders)
            wanted = wanted._replace(elsewhere=elsewhere)
        report = wanted.of(whole)
        for path in paths:
            if options.imports and path.endswith((".py", ".pyi", ".pyw", ".ipynb")):
                continue
            if (typed is not None or os.path.isfile(path)) and not workspace.reads(path):
                place = one_line(os.path.relpath(path))
                volume.note(f"venvls: {place} is not a manifest (requirements.txt, pyproject.toml, …), so it is not checked")
        if options.fix and _fix(report, workspace):
            report = wanted.of(workspace.check(paths, imports=options.imports))
        if not options.watch:
            # What is offered is for the state that was checked: no project is looked at once more for it.
            return _show(report, workspace, options, joined)
    return _watch(workspace, options, paths, wanted, joined)


def _show(report: Report, workspace: Workspace, options: argparse.Namespace, services: Services) -> int:
    from venvls.cli.render import render_check

    if options.format == "json":
        report = report._replace(projects=tuple(map(workspace.described, report.projects)))
    loud = any(finding.severity in ("error", "warning") for finding in report.findings)
    refusal = None
    if loud and options.format == "text":
        from venvls.cli.refused import refusals

        refusal = refusals(workspace, services)
    file = options.output_file is not None
    shown = render_check(options.format, report, workspace.actions, _chosen(options), file=file, refusal=refusal)
    if options.output_file is not None:
        from venvls.cli import output_file

        output_file.write(options.output_file, shown)
    else:
        sys.stdout.write(shown)
        sys.stdout.flush()
    return 1 if loud and not options.exit_zero else 0


def _chosen(options: argparse.Namespace) -> str:
    """The options that say which groups and extras count, as they were given."""
    if not (options.group or options.extra or options.all_groups):
        return ""
    from venvls.cli.suggest import word

    given = [*(f"--group {word(name)}" for name in options.group), *(f"--extra {word(name)}" for name in options.extra)]
    return " ".join([*given, *(["--all-groups"] if options.all_groups else [])])


def _codes(given: list[str]) -> frozenset[str]:
    codes = frozenset(code.strip() for item in given for code in item.split(",") if code.strip())
    if codes:
        from venvls.rules import codes as every_code

        known = set(every_code())
        for code in sorted(codes - known):
            from venvls.cli import did_you_mean

            raise Failure(f"there is no rule `{code}`{did_you_mean.ending(code, sorted(known), '. Run `venvls rules` to list them.')}")
    return codes


class _Wanted(NamedTuple):
    """Which findings are to be shown: of these codes (all where there are none), not of those, and whether with those on request.

    ``elsewhere`` are groups and extras by kind and name that another checked project defines: that one lacks them is no fault of its.
    """

    select: frozenset[str]
    ignore: frozenset[str]
    every: bool
    elsewhere: frozenset[tuple[str, str]] = frozenset()

    def of(self, report: Report) -> Report:
        """The report with those findings alone."""
        elsewhere = None if report.elsewhere is None else tuple(filter(self._shown, report.elsewhere))
        return report._replace(findings=tuple(filter(self._shown, report.findings)), elsewhere=elsewhere)

    def _shown(self, finding: Finding) -> bool:
        if finding.code in self.ignore or (self.select and finding.code not in self.select):
            return False
        if finding.code == "unknown-group" and (finding.data.get("kind"), finding.data.get("name")) in self.elsewhere:
            return False
        return self.every or finding.severity != "hint" or finding.code not in _ON_REQUEST - self.select


def _fix(report: Report, workspace: Workspace) -> bool:
    """Apply the safe edits of every finding; true where any file changed."""
    from venvls.cli.edits import apply

    edits = [edit for finding in report.findings for action in workspace.actions(finding) if action.safe for edit in action.edits]
    changed = apply(edits, workspace.roots)
    workspace.changed(changed)
    for path in changed:
        volume.note(f"venvls: fixed {one_line(path)}")
    return bool(changed)


def _watch(workspace: Workspace, options: argparse.Namespace, paths: tuple[str, ...], wanted: _Wanted, services: Services) -> int:
    """Check, then look at the stat of every watched path twice a second and check again when one differs; until interrupted.

    Where a folder that is known moves, all of them are searched again: a manifest or an environment may have come, or gone.
    """
    import time

    files = workspace.files
    while True:
        # Taken before the check, so that a change during it is not missed.
        before = {path: files.lstat(path) for path in workspace.outlook.watched()}
        folders = {folder: files.stat(folder) for folder in workspace.outlook.folders()}
        with workspace.round():
            _show(wanted.of(workspace.check(paths, imports=options.imports)), workspace, options, services)
        before = {path: files.lstat(path) for path in workspace.outlook.watched()} | before
        folders = {folder: files.stat(folder) for folder in workspace.outlook.folders()} | folders
        differing: list[str] = []
        news = False
        while not (differing or news):
            time.sleep(0.5)
            differing = [path for path, stat in before.items() if path not in folders and files.lstat(path) != stat]
            seen = {folder: files.stat(folder) for folder in folders}
            if seen != folders:
                folders = seen
                news = workspace.take(workspace.searches()())
        workspace.changed(differing)
