"""The groups that uv installs without being asked: ``[tool.uv] default-groups``, else ``dev``; whatever other tools' tables say."""

from __future__ import annotations

from venvls.model.hints import TYPE_CHECKING
from venvls.model.manifest import Defaults
from venvls.model.names import canonical

if TYPE_CHECKING:
    from venvls.model.manifest import Manifest


def default_groups(manifest: Manifest | None) -> Defaults:
    """What of the manifest counts by itself for uv."""
    own = manifest.tool.get("uv") if manifest is not None else None
    return read(own.get("default-groups") if isinstance(own, dict) else None)


def read(stated: object) -> Defaults:
    """What a value of ``default-groups`` says, in settings or in a lock; ``None`` where there is none."""
    if stated == "all":
        return Defaults(all_groups=True)
    if isinstance(stated, list):
        return Defaults(tuple(canonical(name) for name in stated if isinstance(name, str)))
    return Defaults(("dev",))
