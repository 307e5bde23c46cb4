"""What may be looked at: a file of the workspace must not make this machine call another one."""

from __future__ import annotations

from venvls.model.ports import FileView


def is_remote(view: FileView, path: str, naming_file: str) -> bool:
    """Whether ``path`` is a Windows network path that ``naming_file`` or a file next to it names and that is not on the same share.

    Windows sends the person's credentials to the machine in such a path when anything looks at it.
    """
    if view.path.sep != "\\":
        return False
    share = view.path.splitdrive(path)[0].replace("/", "\\")
    own = view.path.splitdrive(naming_file)[0].replace("/", "\\")
    return bool(share.startswith("\\\\") and share.lower() != own.lower())
