"""The distribution that a module is most likely of, where nothing that is installed tells: only names that are known well."""

from __future__ import annotations

from functools import cache

from venvls.imports import well_known
from venvls.model.imports import Import
from venvls.model.names import canonical

_MOST_PARTS, _MOST_NAMES = 8, 50
"""Of a module's name those parts, and of what is taken out of it those names, of which a distribution could be well known."""


def distribution_of(module: str) -> str | None:
    """The distribution that is well known for a module; ``None`` for a name that may be anybody's."""
    called = canonical(module)
    return well_known.distribution_of(module) or (called if called in _names() else None)


@cache
def _names() -> frozenset[str]:
    from venvls.answers import wellknown

    return frozenset(wellknown.names())


def meant(missing: str, imported: Import) -> tuple[str, str | None]:
    """The ``missing`` part of what is imported, and the distribution that is well known for it. Where nothing is there of a namespace that
    many share, it is the shortest part that one is known for (``google.cloud.storage``)."""
    parts = imported.module.split(".")
    longer = [".".join(parts[:number]) for number in range(missing.count(".") + 2, min(len(parts), _MOST_PARTS) + 1)]
    for part in (missing, *longer, *(f"{imported.module}.{name}" for name in imported.names[:_MOST_NAMES])):
        likely = distribution_of(part)
        if likely is not None:
            return part, likely
    return missing, None
