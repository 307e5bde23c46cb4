"""Manifests of a project as the kinds of environments are given them: written out, and read by the formats' own readers."""

from __future__ import annotations

from collections.abc import Mapping

import tomlkit

from venvls import manifests
from venvls.model.manifest import Manifest
from venvls.model.text import Text

Tables = Mapping[str, object]


def stating(files: Mapping[str, Tables | str]) -> dict[str, Manifest]:
    """The manifests of these files by their formats; each given as its text, or as its tables."""
    texts = {name: stated if isinstance(stated, str) else tomlkit.dumps(stated) for name, stated in files.items()}
    return {name: manifests.parse(f"/w/{name}", Text(text)) for name, text in texts.items()}
