"""What code that builds the project imports (``setup.py``, build hooks), against what ``[build-system] requires`` installs for it.

A build is given an environment of its own, which nobody has seen. So something is reported only where it is known what the named packages
bring along, and which package the module is of.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from venvls.answers.stated import statements
from venvls.model.facts import Facts
from venvls.model.imports import Import, Sighting
from venvls.model.manifest import Manifest
from venvls.model.names import canonical

# Build backends and their helpers, and the modules that each of them makes importable in addition to its own name.
_BRINGS = {
    "setuptools": ("pkg_resources", "distutils", "_distutils_hack", "wheel"),
    "wheel": (),
    "cython": ("pyximport",),
    "pybind11": (),
    "setuptools-scm": ("setuptools", "packaging", "tomli", "vcs_versioning"),
    "setuptools-rust": ("setuptools", "semantic_version"),
    "setuptools-git-versioning": ("setuptools", "packaging"),
    "versioneer": (),
    "hatchling": ("packaging", "pathspec", "pluggy", "trove_classifiers", "tomli"),
    "hatch-vcs": ("hatchling", "setuptools_scm", "setuptools", "packaging", "pathspec", "pluggy"),
    "flit-core": (),
    "poetry-core": ("poetry",),
    "pdm-backend": ("pdm",),
    "cffi": ("pycparser", "_cffi_backend"),
    "numpy": (),
    "tomli": (),
    "packaging": (),
}

_MORE = frozenset({"dependencies", "require-runtime-dependencies", "require-runtime-features"})
"""Settings of Hatch's targets and hooks that bring packages of their own into the build."""


def sightings(
    path: str,
    imports: Iterable[Import],
    facts: Facts,
    owners: Callable[[Import], tuple[str, ...]],
    known: Callable[[str], str | None],
) -> Iterator[Sighting]:
    """The ``imports`` of a file that the build cannot have. ``owners`` are the distributions of a module in the project's environment,
    ``known`` is the one that is well known for it."""
    manifest = facts.manifests.get(facts.files.path.join(facts.project.root, "pyproject.toml"))
    if (
        manifest is None
        or not manifest.complete
        or any(not problem.mild for problem in manifest.problems)
        or _asks_for_more(path, manifest, facts)
    ):
        return
    stated = [each for each in statements(facts) if each.requirement.scope.kind == "build" and each.path == manifest.path]
    names = {each.key for each in stated if each.applies is not False}
    if not names or not names <= _BRINGS.keys():
        return
    brought = {module for name in names for module in _BRINGS[name or ""]}
    seen: set[str] = set()
    for imported in imports:
        candidates = {canonical(owner) for owner in (*owners(imported), known(imported.module)) if owner is not None}
        if not candidates or candidates & names or canonical(imported.top) in names or imported.top in brought or imported.top in seen:
            continue
        seen.add(imported.top)
        yield Sighting(path, imported, "undeclared", imported.top, tuple(sorted(candidates)), build=True)


def _asks_for_more(path: str, manifest: Manifest, facts: Facts) -> bool:
    """Whether the build may be given more than ``[build-system] requires``: a hook with packages of its own, a backend in the project's own
    folder, ``setup_requires``."""
    hatch = manifest.tool.get("hatch")
    build = hatch.get("build") if isinstance(hatch, Mapping) else None
    if isinstance(build, Mapping) and _has_key(
        build, frozenset({"dependencies", "require-runtime-dependencies", "require-runtime-features"})
    ):
        return True
    if "backend-path" in manifest.text.source:
        return True
    join = facts.files.path.join
    texts = (facts.files.read(place, 1_000_000) for place in (path, join(facts.project.root, "setup.cfg")))
    return any(text is not None and b"setup_requires" in text for text in texts)


def _has_key(table: Mapping[str, object], keys: frozenset[str]) -> bool:
    return not keys.isdisjoint(table) or any(isinstance(value, Mapping) and _has_key(value, keys) for value in table.values())
