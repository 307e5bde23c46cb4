"""Imports in an environment of conda's against the environment.yml that it is made from: what is there, but named by nothing.

A package of conda's has a name of its own next to that of Python's package in it (``py-opencv`` has ``opencv-python``), and either may be
what the file names.
"""

from __future__ import annotations

from collections.abc import Callable

from venvls.answers.standing import SEEDS
from venvls.code.modules import Modules
from venvls.code.own import Own
from venvls.imports.conda_records import CondaPackages, CondaRecord
from venvls.model.imports import Import, Sighting
from venvls.model.names import OF_CONDA, canonical
from venvls.rules.dependencies import installed_as


def undeclared(
    path: str,
    imported: Import,
    owners: tuple[str, ...],
    modules: Modules,
    own: Own,
    by_python: Callable[[str], tuple[str, ...] | None],
    was_requested: Callable[[str], bool],
) -> Sighting | None:
    """What is to be reported of a module that is there and whose ``owners`` no requirement names; nothing on any doubt.

    ``by_python`` tells for a package of Python's which others lead to it (``None``: not known), ``was_requested`` whether it was
    installed by its name.
    """
    named = frozenset(canonical(key.removeprefix(OF_CONDA)) for key in own.declared)
    if modules.owners.owed or modules.conda is None or not named.isdisjoint((canonical(imported.top), *owners)):
        return None
    if len(owners) > 1:
        return None
    packages = modules.conda.packages()
    of_conda = {canonical(key.removeprefix(OF_CONDA)) for key in own.declared if key.startswith(OF_CONDA)}
    if packages is None or not of_conda <= packages.by_name.keys():
        # What is yet to be installed may bring whatever there is: it may be a name for other packages.
        return None
    holding = _holding(imported, owners, packages, own, is_namespace=modules.search.is_namespace(imported.top))
    if len(holding) > 1 or not packages.meant_by(named).isdisjoint(holding):
        return None
    needed = by_python(owners[0]) if owners else ()
    if needed is None:
        return None
    owner = owners[0] if owners else ""
    # In conda's packages are notes of what their makers requested.
    requested = bool(owner) and not holding and was_requested(owner)
    for key, record in holding.items():
        owner, needed, requested = record.name, packages.chain(named, key) or needed, record.requested
    if not owner or owner in SEEDS:
        return None
    module = modules.search.below_namespace(imported.module, imported.names)
    # What pip installed need not be on a channel, and what another file than conda's lists has not conda's names.
    offered = bool(holding) and all(own.first.manifests[each].format == "environment.yml" for each in own.first.project.manifests)
    return Sighting(path, imported, "undeclared", module, (owner,), needed_by=needed, requested=requested and not needed, offered=offered)


def _holding(imported: Import, owners: tuple[str, ...], packages: CondaPackages, own: Own, *, is_namespace: bool) -> dict[str, CondaRecord]:
    """conda's packages that have the module, or the record of the package of Python's that has it."""
    holding = {} if is_namespace else {canonical(record.name): record for record in packages.with_module(imported.top)}
    for owner in owners:
        distribution = installed_as(own.first, owner)
        record = packages.with_info(own.first.files.path.basename(distribution.path)) if distribution is not None else None
        if record is not None:
            holding[canonical(record.name)] = record
    return holding
