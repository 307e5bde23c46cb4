"""The repository that a report speaks of: services know its files by their paths from its top."""

from __future__ import annotations

import os
from collections.abc import Iterable


def top(cwd: str, roots: Iterable[str]) -> str:
    """The folder that reports are relative to: the git work tree one is in, else that of the projects, else ``cwd``."""
    own = _work_tree(cwd)
    if own is not None:
        return own
    trees = {_work_tree(root) for root in roots}
    common = trees.pop() if len(trees) == 1 else None
    return common or cwd


def _work_tree(folder: str) -> str | None:
    while True:
        marker = os.path.join(folder, ".git")
        # A file in worktrees and submodules.
        if os.path.isfile(marker) or os.path.isfile(os.path.join(marker, "HEAD")):
            return folder
        parent = os.path.dirname(folder)
        if parent == folder:
            return None
        folder = parent
