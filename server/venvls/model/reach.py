"""What may be looked at: a file of the workspace must not make this machine call another one."""

from __future__ import annotations

from venvls.model.hints import TYPE_CHECKING

if TYPE_CHECKING:
    from types import ModuleType


def is_remote(place: str, naming: str, path: ModuleType) -> bool:
    """Whether ``place`` is a Windows network path (``\\\\host\\share``, ``//host/share``) that is not on the share that ``naming`` is on.

    ``naming`` is the file that names it, or a folder next to it; ``path`` is ``posixpath`` or ``ntpath``.
    Windows sends the person's credentials to the machine in such a path when anything looks at it.
    """
    if path.sep != "\\":
        return False
    share = path.splitdrive(place)[0].replace("/", "\\")
    own = path.splitdrive(naming)[0].replace("/", "\\")
    return bool(share.startswith("\\\\") and share.lower() != own.lower())
