"""Where a finding is, as the formats show it: a path relative to where the command was run or to the top of the repository, and whether
its text may be shown."""

from __future__ import annotations

import os

from venvls.model.hints import TYPE_CHECKING
from venvls.model.pieces import lru_cache

if TYPE_CHECKING:
    from venvls.cli.render import Result


@lru_cache(maxsize=64)  # thousands of findings are in a few files
def relative(path: str, base: str) -> str:
    """``path`` from ``base`` where it is below it, else as it is."""
    if base and path != base and _inside(path, base):
        return os.path.relpath(path, base)
    return path


def in_report(path: str, result: Result) -> str:
    """``path`` as a report to other programs has it: from the top of the work tree, with slashes; absolute where it is outside."""
    return relative(path, result.top or result.cwd).replace(os.sep, "/")


def shown_folders(result: Result) -> frozenset[str]:
    """The folders of which files may be printed (:func:`may_be_shown`), with every link resolved."""
    roots = {result.cwd, *(project.root for project in result.projects), *(project.workspace or "" for project in result.projects)}
    return frozenset([os.path.realpath(root) for root in roots if root])


def may_be_shown(path: str, folders: frozenset[str]) -> bool:
    """Whether lines of the file may be printed: only of files in the projects checked, not of whatever a ``-r`` points at (threat T13)."""
    # Upwards: a thousand files of a thousand projects must not take a million comparisons.
    here = os.path.realpath(path)
    while here not in folders:
        above = os.path.dirname(here)
        if above == here:
            return False
        here = above
    return True


def _inside(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder if folder.endswith(os.sep) else folder + os.sep)
