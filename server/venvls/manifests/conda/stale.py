"""Whether a conda-lock.yml still fits its environment.yml, as far as the two themselves tell.

conda-lock's own hash is not asked: it takes in tables of virtual packages that differ from one of its versions to the next, and options of
its command line that are written down nowhere. What is said here is certain without it: something required is not locked, or in another
version; or something locked is led to by nothing that is required. A test holds it against conda-lock's own verdict.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from venvls.manifests.conda.platform import PREFIX
from venvls.model.hints import TYPE_CHECKING
from venvls.model.lock import Stale
from venvls.model.names import canonical
from venvls.model.text import Span
from venvls.standards.conda_versions import fits
from venvls.standards.versions import admits

if TYPE_CHECKING:
    from venvls.manifests.conda.reading import Package
    from venvls.model.manifest import Manifest
    from venvls.model.requirement import Requirement


def stale_for(packages: Sequence[Package], manifest: Manifest, name: str) -> Stale | None:
    """The first thing that shows it; ``packages`` are those of one platform in all categories, ``name`` is the lock's file name."""
    if not manifest.complete or manifest.problems or manifest.includes or not packages:
        return None
    conda = {package.name: package for package in packages if package.conda}
    pip = {package.name: package for package in packages if not package.conda}
    for requirement in manifest.requirements:
        wrong = None if _is_selected(requirement, manifest) else _wrong(requirement, conda, pip, manifest.path, name)
        if wrong is not None:
            return wrong
    return _left_over(manifest, conda, pip, name)


def _is_selected(requirement: Requirement, manifest: Manifest) -> bool:
    """Whether a comment says that the line is for some platforms only (``# [linux]``), as conda-lock understands it."""
    source = manifest.text.source
    end = source.find("\n", requirement.span.end)
    return "[" in source[requirement.span.end : end if end >= 0 else len(source)].partition("#")[2]


def _wrong(requirement: Requirement, conda: dict[str, Package], pip: dict[str, Package], path: str, name: str) -> Stale | None:
    parsed = requirement.parsed
    key = parsed.key or ""
    of_conda = key.startswith(PREFIX)
    if not of_conda and (parsed.marker or parsed.url or not key):
        return None
    held = conda.get(key[len(PREFIX) :]) if of_conda else pip.get(key)
    if held is None:
        # What pip is required may be there as a package of conda, under a name that is like it (torch, pytorch).
        if not of_conda and any(key in canonical(package_name) or canonical(package_name) in key for package_name in conda):
            return None
        return Stale(f"{parsed.name} is required, but it is not in {name}.", path, requirement.span)
    inside = fits(parsed.specifier, held.version) if of_conda else admits(parsed.specifier, held.version)
    if inside is False:
        return Stale(f"{parsed.name}{parsed.specifier} is required, but {name} has {held.version}.", path, requirement.span)
    return None


def _left_over(manifest: Manifest, conda: dict[str, Package], pip: dict[str, Package], name: str) -> Stale | None:
    """A package that nothing required leads to: what required it was taken out."""
    names = [requirement.parsed.key or "" for requirement in manifest.requirements]
    # conda gives every Python a pip; what pip needs of an index may be conda's.
    seen = _reached(["python", "pip", *(package_name[len(PREFIX) :] for package_name in names if package_name.startswith(PREFIX))], conda)
    over = sorted(conda.keys() - seen)
    # What extras bring is not written down: of pip's packages only that there should be none at all is certain.
    if not over and all(package_name.startswith(PREFIX) for package_name in names):
        over = sorted(pip)
    return Stale(f"{name} contains {over[0]}, which nothing requires any more.", manifest.path, Span(0, 0)) if over else None


def _reached(roots: Iterable[str], packages: dict[str, Package]) -> set[str]:
    queue, seen = list(roots), set()
    while queue:
        key = queue.pop()
        if key not in seen and key in packages:
            seen.add(key)
            queue += map(str.lower, packages[key].needs)
    return seen
