"""Says what is out of sync in the projects at or under PATH. Starts no program of the workspace and writes nothing without --fix."""

from __future__ import annotations

import os
import sys

from venvls.cli import opening
from venvls.cli.failure import Failure
from venvls.model.hints import TYPE_CHECKING
from venvls.model.visible import one_line

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from venvls.services import Services
    from venvls.workspace import Report, Workspace


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``check``."""
    parser.add_argument("paths", nargs="*", default=["."], metavar="PATH", help="folders, or one manifest (it and what it includes)")
    parser.add_argument("--env", metavar="DIR", help="compare with this environment instead of the selected one")
    parser.add_argument("--select", action="append", default=[], metavar="CODE", help="report only these rules")
    parser.add_argument("--ignore", action="append", default=[], metavar="CODE", help="do not report these rules")
    parser.add_argument("--fix", action="store_true", help="apply the text edits that are safe")
    parser.add_argument("--watch", action="store_true", help="check again whenever something changes")
    opening.add_groups(parser)
    opening.add_format(parser, "sarif", "github")


def run(options: argparse.Namespace, services: Callable[[], Services]) -> int:
    """Check once (or for ever with ``--watch``); 1 where anything at warning or error was found."""
    paths = opening.existing(options.paths or ["."])
    wanted = _codes(options.select), _codes(options.ignore)
    joined = services()
    workspace = opening.open_workspace(paths, joined, opening.overrides(options))
    if not workspace.projects() and all(map(os.path.isdir, paths)):
        # A folder inside a project was named, as one does in a terminal: the project is what is meant.
        paths = tuple(opening.project_folder(path, joined) for path in paths)
        workspace = opening.open_workspace(paths, joined, opening.overrides(options))
    report = _filtered(workspace.check(paths), *wanted)
    for path in paths:
        if os.path.isfile(path) and not workspace.reads(path):
            print(
                f"venvls: {one_line(os.path.relpath(path))} is not a manifest (requirements.txt, pyproject.toml, …), so it is not checked",
                file=sys.stderr,
            )
    if options.fix and _fix(report, workspace):
        report = _filtered(workspace.check(paths), *wanted)
    return _watch(workspace, options, paths, wanted) if options.watch else _show(report, workspace, options)


def _show(report: Report, workspace: Workspace, options: argparse.Namespace) -> int:
    from venvls.cli.render import render_check

    if options.format == "json":
        report = report._replace(projects=tuple(map(workspace.described, report.projects)))
    sys.stdout.write(render_check(options.format, report, workspace.actions, _chosen(options)))
    sys.stdout.flush()
    return 1 if any(finding.severity in ("error", "warning") for finding in report.findings) else 0


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
        from venvls.rules import RULES

        known = {rule.code for rule in RULES}
        for code in sorted(codes - known):
            raise Failure(f"there is no rule `{code}`. Run `venvls rules` to list them.")
    return codes


def _filtered(report: Report, select: frozenset[str], ignore: frozenset[str]) -> Report:
    kept = tuple(one for one in report.findings if (not select or one.code in select) and one.code not in ignore)
    return report._replace(findings=kept)


def _fix(report: Report, workspace: Workspace) -> bool:
    """Apply the safe edits of every finding; true where any file changed."""
    from venvls.cli.edits import apply

    edits = [edit for finding in report.findings for action in workspace.actions(finding) if action.safe for edit in action.edits]
    changed = apply(edits, workspace.roots)
    workspace.changed(changed)
    for path in changed:
        print(f"venvls: fixed {one_line(path)}", file=sys.stderr)
    return bool(changed)


def _watch(workspace: Workspace, options: argparse.Namespace, paths: tuple[str, ...], wanted: tuple[frozenset[str], frozenset[str]]) -> int:
    """Check, then look at the stat of every watched path twice a second and check again when one differs; until interrupted."""
    import time

    files = workspace.files
    while True:
        # Taken before the check, so that a change during it is not missed.
        before = {path: files.lstat(path) for path in workspace.watched()}
        _show(_filtered(workspace.check(paths), *wanted), workspace, options)
        before = {path: files.lstat(path) for path in workspace.watched()} | before
        differing: list[str] = []
        while not differing:
            time.sleep(0.5)
            differing = [path for path, stat in before.items() if files.lstat(path) != stat]
        workspace.changed(differing)
