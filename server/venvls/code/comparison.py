"""A file's imports against what its environment has and its project declares: what is missing, undeclared, or only for developers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache, partial

from venvls.code import declared, known, roles
from venvls.code.modules import Modules
from venvls.code.own import Own
from venvls.model.imports import Import, Sighting
from venvls.model.names import canonical
from venvls.model.ports import FileView
from venvls.rules.dependencies import installed_as


class _File:
    """What is wanted for each of thousands of imports of one file, worked out when it is wanted first."""

    def __init__(self, path: str, own: Own) -> None:
        self.absent = cache(lambda: frozenset(own.declared.keys() - own.installed))
        self.is_installed_aside = cache(lambda: roles.is_installed_aside(path, own.first))
        self.named_by_runners = cache(lambda: roles.named_by_runners(own.first))
        self.ships = cache(lambda: roles.ships(path, own.first))
        self.needed_by = cache(partial(_needed_by, own=own))
        lock = own.first.locked
        self.locked = cache(lambda: frozenset(lock.packages.keys() - own.installed) if lock is not None else frozenset[str]())


def sightings(path: str, imports: Iterable[Import], modules: Modules, own: Own, files: FileView) -> Iterator[Sighting]:
    """What is to be reported of a file's imports, in the order of places."""
    seen: set[tuple[str, str]] = set()
    file = _File(path, own)
    for imported in imports:
        top = imported.top
        missing = modules.search.missing(imported.module, imported.names)
        sighting = (
            _missing(path, imported, missing, modules, own, files, file)
            if missing is not None
            else _unfit(path, imported, modules, own, files, file)
        )
        if sighting is not None and sighting.standing == "undeclared" and not (own.of_conda or sighting.needed_by):
            sighting = sighting._replace(requested=_was_requested(sighting.owners[0], own, files))
        # A module is reported once a file, where it is imported first.
        if sighting is not None and (sighting.standing, sighting.module) not in seen:
            seen.add((sighting.standing, sighting.module))
            if not own.code.provides(path, top, elsewhere=_is_of_package(sighting)):
                yield sighting


def _is_of_package(sighting: Sighting) -> bool:
    """Whether it is known which package the module is of."""
    return bool(sighting.owners or sighting.declared or sighting.known)


def _was_requested(owner: str, own: Own, files: FileView) -> bool:
    """Whether a distribution was installed by its name, as pip and uv note it."""
    distribution = installed_as(own.first, owner)
    if distribution is None or distribution.format != "dist-info":
        return False
    return files.stat(files.path.join(distribution.path, "REQUESTED")) is not None


def _unfit(path: str, imported: Import, modules: Modules, own: Own, files: FileView, file: _File) -> Sighting | None:
    """What is to be reported of a module that is there: nothing declares what it is of, or only what does not ship does."""
    if not own.certain:
        return None
    owners = modules.owners.of(imported.module, imported.names)
    if any(owner in own.own for owner in owners):
        return None
    named = [owner for owner in owners if owner in own.declared]
    if not named and own.of_conda:
        from venvls.code import conda

        by_name = partial(_was_requested, own=own, files=files)
        return conda.undeclared(path, imported, owners, modules, own, file.needed_by, by_name)
    if not named:
        return _undeclared(path, imported, owners, modules, file)
    places = declared.development(frozenset().union(*(own.declared[owner] for owner in named)))
    if not places or own.of_conda or not file.ships():
        return None
    if _in_function(imported) and any(place.kind == "extra" for place in places):
        return None
    module = modules.search.below_namespace(imported.module, imported.names)
    return Sighting(path, imported, "development", module, tuple(named), scopes=tuple(place.called for place in places))


def _missing(path: str, imported: Import, missing: str, modules: Modules, own: Own, files: FileView, file: _File) -> Sighting | None:
    module, likely = known.meant(missing, imported)
    named = next((key for key in (canonical(missing), canonical(likely or missing)) if key in own.declared), None)
    if named is None:
        named = modules.cached.among(file.absent(), imported.module, imported.names)
    places = own.declared[named] if named is not None else frozenset()
    unsynced = declared.unsynced(places)
    if named is not None and declared.COUNTED not in places and not unsynced:
        # For another platform or Python: it is known to whoever wrote that.
        return None
    if named is None and roles.is_test(path, files):
        if likely is None and (_in_function(imported) or not roles.runs_tests(path, files)):
            # Tests write modules of their own and import them; what is next to them is what they look at.
            return None
        if canonical(likely or missing) in file.named_by_runners():
            return None
    if named is None and file.is_installed_aside():
        return None
    if named is not None and named in own.installed:
        # It is installed and provides something else: what the name stands for is not known.
        return None
    if named is None and likely is None:
        # It says what to install, never whether to report: that cannot depend on what else was on this machine.
        likely = _locked_or_cached(missing, imported, modules, file)
    sighting = Sighting(path, imported, "missing", module, declared=named, known=likely if named is None else None)
    choices = tuple((place.kind, place.name) for place in unsynced)
    return sighting._replace(scopes=tuple(place.called for place in unsynced), unsynced=choices)


def _locked_or_cached(missing: str, imported: Import, modules: Modules, file: _File) -> str | None:
    """The package of a module whose name may be anybody's: the lock names it, or it was once installed here from the public index."""
    called, locked = canonical(missing), file.locked()
    if called in locked or modules.cached.is_public(called, imported.module, imported.names):
        return called
    return modules.cached.among(locked, imported.module, imported.names)


def _in_function(imported: Import) -> bool:
    return any(block.header.keyword in ("def", "class") for block in imported.blocks)


def _undeclared(path: str, imported: Import, owners: tuple[str, ...], modules: Modules, file: _File) -> Sighting | None:
    if not owners:
        return None
    if len(owners) > 1 and modules.search.is_namespace(imported.top):
        return None
    needed = file.needed_by(owners[0])
    if needed is None:
        return None
    module = modules.search.below_namespace(imported.module, imported.names)
    return Sighting(path, imported, "undeclared", module, owners, needed_by=needed)


def _needed_by(owner: str, own: Own) -> tuple[str, ...] | None:
    """The packages from a requirement down to the one that needs ``owner``; empty where it is left over, ``None`` where an extra that the
    project's own lines name brings it, or where that is not known."""
    from venvls.answers.why import why

    for facts in own.facts:
        answer = why(owner, facts, most=1)
        # What a group or an extra that does not count here brings may be installed with it.
        chains = answer.chains or answer.aside
        if chains:
            chain = chains[0]
            last = chain.edges[-1] if chain.edges else None
            # A line that names an extra means what the extra brings.
            if len(chain.edges) == 1 and last is not None and last.extra:
                return None
            parents = [edge.parent for edge in chain.edges]
            return tuple(dict.fromkeys(parents))
        if answer.needed_by:
            return tuple(dict.fromkeys(edge.parent for edge in answer.needed_by))[:1]
    return () if installed_as(own.first, owner) is not None else None
