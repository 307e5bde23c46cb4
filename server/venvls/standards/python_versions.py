"""Whether a Python version fits what a project requires, where the patch version may be unknown."""

from __future__ import annotations

from venvls.model.hints import TYPE_CHECKING
from venvls.model.pieces import lru_cache
from venvls.standards import versions

if TYPE_CHECKING:
    from venvls.model.environment import Target


def as_known(target: Target) -> str | None:
    """The version of a target's Python, with as many numbers as are known."""
    return target.markers.get("python_version" if "python_full_version" in target.guessed else "python_full_version")


@lru_cache(maxsize=4096)
def fits(specifier: str, version: str | None) -> bool:
    """Whether ``version`` (``X.Y`` or ``X.Y.Z``) is in a PEP 440 specifier set.

    Unknown fits: no version, a specifier that does not parse, and ``X.Y`` where some ``X.Y.Z`` would fit.
    """
    if version is None or not specifier.strip():
        return True
    whole = len(version.split(".")) >= 3
    if whole and (plainly := versions.plainly(specifier, version)) is not None:
        return plainly
    from packaging.specifiers import SpecifierSet

    try:
        asked = SpecifierSet(specifier)
        if whole:
            return asked.contains(version, prereleases=True)
        mentioned = {part.version for part in asked if part.version.startswith(f"{version}.") and not part.version.endswith("*")}
        edges = {f"{version}.0", f"{version}.999", *mentioned}
        return any(asked.contains(edge, prereleases=True) for edge in edges)
    except ValueError:
        return True


def pinned(text: str) -> str | None:
    """A PEP 440 specifier for a ``.python-version`` file's first request, or ``None`` where it requires nothing we can compare.

    ``3.12`` means any 3.12; ``3.12.4`` exactly that; ``pypy3.10-7.3.12``, ``cpython@3.11`` and names of pyenv environments carry
    at most a version. Lines that are blank or comments are passed over (pyenv, uv).
    """
    for line in text.splitlines():
        request = line.split("#", 1)[0].strip()
        if not request:
            continue
        if request[0] in "<>=!~":
            return request
        for prefix in ("cpython@", "cpython-", "cpython", "python@", "python-", "python", "pypy@", "pypy-", "pypy"):
            if request.lower().startswith(prefix):
                request = request[len(prefix) :]
                break
        numbers = request.split("-")[0].rstrip("t").split(".")
        if not (numbers[0].isdecimal() and all(number.isdecimal() for number in numbers)):
            return None
        return f"=={'.'.join(numbers)}" if len(numbers) >= 3 else f"=={'.'.join(numbers)}.*"
    return None


def of_tool_versions(text: str) -> str | None:
    """A PEP 440 specifier for the Python of a ``.tool-versions`` file (asdf, mise): its first version, the others are for fallback.

    ``None`` where it names no Python, or one without a version: ``system``, ``latest``, ``path:…``, ``ref:…``.
    """
    for line in text.splitlines():
        words = line.split("#", 1)[0].split()
        if len(words) >= 2 and words[0] == "python":
            return pinned(words[1].removeprefix("prefix:"))
    return None
