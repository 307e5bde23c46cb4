"""What a project says of the format of its lock: ``[tool.pdm.lock]`` since PDM 2.29.4, else ``pdm.toml`` (pdm ``project/core.py``).

``PDM_LOCK_FORMAT`` and the person's own settings, which count where the project says nothing, are not looked at.
"""

from __future__ import annotations

from venvls.model.hints import TYPE_CHECKING
from venvls.model.pieces import Mapping
from venvls.model.settings_file import settings_in

if TYPE_CHECKING:
    from venvls.model.manifest import Manifest
    from venvls.model.ports import FileView

_SIZE = 1_000_000  # bytes; what is larger is no file of settings


def keeps_pylock(root: str, manifest: Manifest | None, files: FileView) -> bool:
    """Whether PDM keeps a pylock.toml for the project in ``root`` in place of a pdm.lock. ``manifest`` is its pyproject.toml, where that
    has been read already: the facts of a workspace's member do not have the root's."""
    join = files.path.join
    tools = manifest.tool if manifest is not None else settings_in(files.read(join(root, "pyproject.toml"), _SIZE)).get("tool")
    stated = _lock_format(tools.get("pdm") if isinstance(tools, Mapping) else None)
    if stated is None:
        stated = _lock_format(settings_in(files.read(join(root, "pdm.toml"), _SIZE)))
    return stated == "pylock"


def _lock_format(settings: object) -> object:
    lock = settings.get("lock") if isinstance(settings, dict) else None
    return lock.get("format") if isinstance(lock, dict) else None
