"""The Python an environment's markers are evaluated for: PEP 508 variables from its facts and this machine's platform."""

from __future__ import annotations

from venvls.model.environment import Environment, Target
from venvls.model.hints import TYPE_CHECKING
from venvls.model.pieces import lru_cache

if TYPE_CHECKING:
    from collections.abc import Mapping

_WINDOWS = {"os_name": "nt", "sys_platform": "win32", "platform_system": "Windows"}
_PLATFORM_NAME = {"cpython": "CPython", "pypy": "PyPy", "graalpy": "GraalVM"}


def target_of(environment: Environment, platform: Mapping[str, str]) -> Target:
    """PEP 508's variables for ``environment``; ``guessed`` names those its files do not say: the patch version, where only X.Y is known,
    and ``python_version`` too, where not even that is.

    An environment in Windows' layout is one of Windows, wherever its files are looked at from (a WSL share, a test).
    """
    is_windows = environment.layout == "windows"
    return _target(environment.version or "3", environment.minor, environment.implementation, is_windows, tuple(platform.items()))


@lru_cache(maxsize=64)
def _target(version: str, minor: str | None, implementation: str, is_windows: bool, platform: tuple[tuple[str, str], ...]) -> Target:
    """The same object for all environments of one Python: there are thousands."""
    numbers = len(version.split("."))
    known = numbers >= 3
    markers = dict(platform)
    if is_windows:
        markers.update(_WINDOWS)
    markers.update(
        python_version=minor or version,
        python_full_version=version if known else f"{version}.0",
        implementation_name=implementation,
        platform_python_implementation=_PLATFORM_NAME.get(implementation, implementation),
    )
    if known or implementation == "cpython":
        markers["implementation_version"] = markers["python_full_version"]
    guessed = () if known else ("python_full_version", "implementation_version")
    return Target(markers, guessed if numbers >= 2 else ("python_version", *guessed))
