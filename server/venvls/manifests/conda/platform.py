"""conda's names of platforms (``linux-64``, ``osx-arm64``): which one an environment is for, and what its packages are called by."""

from __future__ import annotations

from venvls.model.hints import TYPE_CHECKING

if TYPE_CHECKING:
    from venvls.model.facts import Facts

PREFIX = "conda:"
"""What the keys of conda's own packages begin with, which no name on an index does."""


def platform_of(facts: Facts) -> str | None:
    """conda's name of the platform the environment is for; ``None`` where that is not known."""
    markers = facts.target.markers if facts.target is not None else {}
    machine = markers.get("platform_machine", "").lower()
    system = {"linux": "linux", "darwin": "osx", "win32": "win"}.get(markers.get("sys_platform", ""))
    if system is None or not machine:
        return None
    if machine in ("x86_64", "amd64"):
        return f"{system}-64"
    if machine in ("arm64", "aarch64"):
        return f"{system}-{'aarch64' if system == 'linux' else 'arm64'}"
    return f"{system}-{'32' if machine in ('i386', 'i686', 'x86') else machine}"


def archive_parts(location: str) -> tuple[str, str, str] | None:
    """Name, version and build of a conda package by the URL or path of its archive; ``None`` for what is not an archive."""
    stem = location.partition("#")[0].replace("\\", "/").rpartition("/")[2]
    for ending in (".conda", ".tar.bz2"):
        if stem.endswith(ending):
            # Neither a version nor a build has a dash in it.
            parts = stem[: -len(ending)].rsplit("-", 2)
            return (parts[0], parts[1], parts[2]) if len(parts) == 3 and all(parts) else None
    return None
