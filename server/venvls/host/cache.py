"""The person's cache folder: where it is, and when what is in it can be trusted.

It is not inside a workspace, and nobody else may have been able to write to it. ``VENVLS_CACHE`` names another folder; ``off`` means none.
Loaded before anything else, and where Python keeps no compiled files compiled each time: so it is short, and imports next to nothing.
"""

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


def cache_folder() -> "str | None":
    """The person's cache folder for venvls, which need not exist; ``None`` where there is to be none."""
    chosen = os.environ.get("VENVLS_CACHE", "")
    if chosen:
        return chosen if os.path.isabs(chosen) else None
    home = os.path.expanduser("~")
    if sys.platform == "win32":
        base = os.path.join(os.environ.get("LOCALAPPDATA") or os.path.join(home, "AppData", "Local"), "venvls", "Cache")
    elif sys.platform == "darwin":
        base = os.path.join(home, "Library", "Caches", "venvls")
    else:
        named = os.environ.get("XDG_CACHE_HOME", "")
        base = os.path.join(named if os.path.isabs(named) else os.path.join(home, ".cache"), "venvls")
    return base if os.path.isabs(base) else None


def is_in_a_workspace(folder: str, places: "Sequence[str]") -> bool:
    """Whether a repository, or what this command was asked about, may have brought the folder. The person's home did not."""
    home, real = os.path.realpath(os.path.expanduser("~")), os.path.realpath(folder)
    here = os.getcwd()
    if not any(place and place[0] != "-" for place in places[1:]):
        places = (*places, here)
    asked_about = {os.path.realpath(os.path.join(here, place)) for place in places}
    above = real
    while above != home and not home.startswith(os.path.join(above, "")):
        if above in asked_about or os.path.lexists(os.path.join(above, ".git")):
            return True
        above = os.path.dirname(above)
    return False


def trusted(path: str, most: int) -> bytes:
    """The content of a plain file that, like its folder, this person alone can write to; an ``OSError`` for any other."""
    flags = os.O_RDONLY
    for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY", "O_CLOEXEC"):
        flags |= getattr(os, name, 0)
    above = os.lstat(os.path.dirname(path))
    number = os.open(path, flags)
    try:
        standing = os.fstat(number)
        if standing.st_mode >> 12 != 0o10 or standing.st_size > most:
            raise OSError("not a plain file, or too large")
        if hasattr(os, "geteuid") and any(each.st_uid != os.geteuid() or each.st_mode & 0o022 for each in (above, standing)):
            raise OSError("somebody else may have written it")
        parts = []
        while part := os.read(number, standing.st_size + 1):
            parts.append(part)
        return b"".join(parts)
    finally:
        os.close(number)
