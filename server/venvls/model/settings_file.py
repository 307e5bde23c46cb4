"""The small settings files of tools: ``poetry.toml``, ``pdm.toml``, ``uv.toml``, a person's ``config.toml``."""

from __future__ import annotations

from venvls.model.hints import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


def settings_in(data: bytes | None) -> Mapping[str, Any]:
    """The values of a tool's small settings file; empty where there is none or it does not parse: then the tool's defaults count."""
    if data is None:
        return {}
    from venvls.model import toml  # most people have no such files

    try:
        return toml.loads(data.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError):
        return {}
