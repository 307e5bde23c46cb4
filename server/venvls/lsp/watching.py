"""What the poller, and the editor where it watches, are to look at for the workspace as it is now. On the worker."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from venvls.lsp.polling import Poller
    from venvls.workspace import Workspace


class Watching:
    """``code_wanted`` is told whether an editor that watches is to tell of code too, when that is other than it was."""

    def __init__(self, poller: Callable[[], Poller], code_wanted: Callable[[bool], None]) -> None:
        self._poller, self._code_wanted = poller, code_wanted
        self._is_code_wanted = False

    def update(self, workspace: Workspace, *, editor_watches: bool) -> None:
        """Looks from now on at what answers rest on by now."""
        from venvls.outlook import matters  # on the worker, which alone loads manifests

        # For an editor that watches, too: it leaves out site-packages and .git, what is outside the workspace, what has another name than
        # those it was given, and mostly what is in a folder that comes or goes as a whole.
        wanted, outlook = workspace.code.counts_unopened(), workspace.outlook
        poller = self._poller()
        poller.search_with(
            workspace.searches(), (lambda folder, entry: matters(folder, entry) or workspace.is_code(entry.name)) if wanted else matters
        )
        # An editor that watches tells of code, and of nothing else is there so much.
        code = workspace.code.watched() if wanted and not editor_watches else ()
        folders = dict.fromkeys((*outlook.folders(), *map(workspace.files.path.dirname, code)))
        poller.watch(workspace.files, (*outlook.watched(), *code), folders, outlook.seen)
        if wanted != self._is_code_wanted and editor_watches:
            self._is_code_wanted = wanted
            self._code_wanted(wanted)
