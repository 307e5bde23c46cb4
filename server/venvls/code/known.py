"""The distribution that a module is most likely of, where nothing that is installed tells: only names that are known well."""

from __future__ import annotations

from venvls.imports import well_known
from venvls.model.names import canonical


def distribution_of(module: str) -> str | None:
    """The distribution that is well known for a module; ``None`` for a name that may be anybody's."""
    from venvls.answers import wellknown

    called = canonical(module)
    return well_known.distribution_of(module) or (called if called in wellknown.names() else None)
