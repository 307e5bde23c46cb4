"""The name of a project in a folder, for requirements that give a path and no name (``-e .``, ``./lib``); from its files alone."""

from __future__ import annotations

import re
from collections.abc import Mapping

from venvls.model import toml
from venvls.model.ports import FileView

_LARGEST = 1_000_000
# Only a name written as plain text right in the call counts: nothing is run to learn it.
_SETUP_NAME = re.compile(r"\bsetup\([^#]{0,500}?\bname\s*=\s*['\"]([A-Za-z0-9._-]+)['\"]")
_CFG_NAME = re.compile(r"name\s*[=:]\s*([A-Za-z0-9._-]+)\s*$")


def project_name(folder: str, files: FileView) -> str | None:
    """What pyproject.toml, setup.cfg or setup.py in ``folder`` call their project, as written; ``None`` where none says."""
    return (
        _from_pyproject(_read(files, folder, "pyproject.toml"))
        or _from_setup_cfg(_read(files, folder, "setup.cfg"))
        or _from_setup_py(_read(files, folder, "setup.py"))
    )


def _read(files: FileView, folder: str, name: str) -> str:
    data = files.read(files.path.join(folder, name), _LARGEST)
    return data.decode("utf-8-sig", "replace") if data else ""


def _from_pyproject(text: str) -> str | None:
    if not text:
        return None
    try:
        document: Mapping[str, object] = toml.loads(text)
    except (ValueError, RecursionError):
        return None
    tool = document.get("tool")
    for table in (document.get("project"), tool.get("poetry") if isinstance(tool, dict) else None):
        name = table.get("name") if isinstance(table, dict) else None
        if isinstance(name, str) and name:
            return name
    return None


def _from_setup_cfg(text: str) -> str | None:
    section = ""
    for line in text.splitlines():
        if line.startswith("["):
            section = line.strip()
        elif section == "[metadata]" and (match := _CFG_NAME.match(line)):
            return match[1]
    return None


def _from_setup_py(text: str) -> str | None:
    match = _SETUP_NAME.search(text[:60_000])
    return match[1] if match else None
