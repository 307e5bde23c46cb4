"""Which folders the globs of a workspace name: ``*`` stays within a folder, ``**`` crosses folders and is at least one at the end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def any_fits(parts: Sequence[str], patterns: Iterable[Sequence[str]]) -> bool:
    """Whether one of the patterns names the folder; both as the names of folders on the way from the workspace's root."""
    return any(fits(parts, pattern) for pattern in patterns)


def fits(parts: Sequence[str], pattern: Sequence[str]) -> bool:
    """Whether the pattern names the folder, in time that grows with their lengths alone."""
    from fnmatch import fnmatchcase

    # How many parts may be used up so far.
    used = {0}
    for number, segment in enumerate(pattern, 1):
        if segment == "**":
            used = set(range(min(used) + (number == len(pattern)), len(parts) + 1))
        else:
            used = {index + 1 for index in used if index < len(parts) and fnmatchcase(parts[index], segment)}
        if not used:
            return False
    return len(parts) in used
