"""Groups and extras that are named for several projects at once: each counts where a project defines it.

A name that none of them defines is a wrong argument; that some of them lack it is right.
"""

from __future__ import annotations

import os

from venvls.cli import opening
from venvls.cli.failure import Failure
from venvls.model.hints import TYPE_CHECKING
from venvls.model.names import canonical

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Sequence

    from venvls.model.finding import Finding, Project
    from venvls.services import Services
    from venvls.workspace import Workspace

_OPTIONS = (("group", "group"), ("extra", "extra"))


def are_named(options: argparse.Namespace) -> bool:
    """Whether the command line names any."""
    return any(getattr(options, option, None) for option, _ in _OPTIONS)


def of_each(options: argparse.Namespace, projects: Iterable[str], services: Services) -> dict[str, dict[str, list[str]]]:
    """For each project that is there the options with the names that it defines; a failure for a name that none of them defines."""
    folders = [project for project in projects if os.path.isdir(project)]
    workspace = opening.open_workspace(opening.existing(folders), services)
    by_folder = {folder: workspace.project_of(os.path.abspath(folder)) for folder in folders}
    there = [project for project in by_folder.values() if project is not None]
    _refuse(options, there, workspace)
    return {
        folder: {
            option: [name for name in getattr(options, option, ()) if project is None or _defines(project, kind, name, workspace)]
            for option, kind in _OPTIONS
        }
        for folder, project in by_folder.items()
    }


def defined_elsewhere(
    options: argparse.Namespace, findings: Sequence[Finding], projects: Sequence[Project], workspace: Workspace, *, folders: bool
) -> frozenset[tuple[str, str]]:
    """The names, each with its kind, that another of the checked projects defines than the one that a finding is about.

    A failure for a name that none of several defines, where ``folders`` were named: of single files others may not be among them.
    """
    several = [project for project in projects if project.part is None]
    if len(several) < 2:
        if folders and not any(finding.code == "unknown-group" for finding in findings):
            _refuse(options, [project for project in several if project.workspace is None], workspace)
        return frozenset()
    if folders:
        _refuse(options, several, workspace)
    return frozenset(
        (str(finding.data["kind"]), str(finding.data["name"]))
        for finding in findings
        if finding.code == "unknown-group"
        and "kind" in finding.data
        and any(_defines(project, str(finding.data["kind"]), str(finding.data["name"]), workspace) for project in several)
    )


def _refuse(options: argparse.Namespace, projects: Sequence[Project], workspace: Workspace) -> None:
    for option, kind in _OPTIONS:
        for name in getattr(options, option, ()):
            if projects and not any(_defines(project, kind, name, workspace) for project in projects):
                what = f"none of these {len(projects)} projects defines a" if len(projects) > 1 else f"{projects[0].root} defines no"
                raise Failure(f"{what} group or extra `{name}`.")


def _defines(project: Project, kind: str, name: str, workspace: Workspace) -> bool:
    """Whether a project has such a group or extra: in a manifest, in a requirements file's name, or as a folder of the project above it."""
    from venvls import discovery

    key = canonical(name)
    facts = workspace.facts(project.root)
    files = discovery.group_of(f"requirements-{key}.txt", facts.files)
    return os.path.basename(project.root) == key or any(
        not manifest.complete
        or (kind == "extra" and "optional-dependencies" in manifest.dynamic)
        or any(group.key == key and group.kind == kind for group in manifest.groups)
        or (manifest.format == "requirements.txt" and discovery.group_of(path, facts.files) == files)
        for path, manifest in facts.manifests.items()
    )
