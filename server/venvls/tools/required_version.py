"""Whether a project lets the tool that is on this machine work on it at all: uv and Poetry stop where it requires another version of them.

The version is what the tool's installer recorded; where nothing is recorded, the tool is left to decide. Settings of uv count from the
project's folder on upwards, and those of a ``uv.toml`` instead of those of the pyproject.toml next to it.
"""

from __future__ import annotations

import re

from venvls.model import toml
from venvls.model.hints import TYPE_CHECKING
from venvls.standards.versions import contains, standard

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from venvls.model.facts import Facts
    from venvls.model.rule import PlanContext

_LARGEST = 1_000_000
_MOST_FOLDERS = 64
_BARE = re.compile(r"\d[^,*]*")
_CLAUSES = re.compile(r"\s*(===|==|~=|!=|<=|>=|<|>)[^,]+(,\s*(===|==|~=|!=|<=|>=|<|>)[^,]+)*")


def refused_by_uv(executable: str, context: PlanContext) -> str | None:
    """Why uv would stop at ``required-version``, as a sentence."""
    facts = context.facts
    if "*" in facts.project.stated_elsewhere:
        return None
    start = facts.project.workspace or facts.project.root
    folder = facts.files.path.dirname(start) if facts.project.is_script else start
    place, settings = next(_settings(folder, facts), ("", {}))
    return _refused("uv", executable, settings.get("required-version"), place, "pipx upgrade uv", context)


def refused_by_poetry(executable: str, context: PlanContext) -> str | None:
    """Why Poetry would stop at ``requires-poetry``, as a sentence."""
    place = context.facts.files.path.join(context.facts.project.root, "pyproject.toml")
    manifest = context.facts.manifests.get(place)
    table = manifest.tool.get("poetry") if manifest is not None else None
    wanted = table.get("requires-poetry") if isinstance(table, dict) else None
    return _refused("Poetry", executable, wanted, place, "pipx upgrade poetry", context)


def _refused(name: str, executable: str, wanted: object, place: str, upgrade: str, context: PlanContext) -> str | None:
    if not isinstance(wanted, str):
        return None
    specifier = f"=={wanted.strip()}" if _BARE.fullmatch(wanted.strip()) else wanted.strip()
    if _CLAUSES.fullmatch(specifier) is None:
        return None
    version = context.recorded(name.lower(), executable)
    if version is None or not standard(version) or contains(specifier, version) is not False:
        return None
    there = f"{place} requires {name} {specifier}, and {name} {version} is on this machine, which refuses to work here"
    return f"{there}: install one that fits (`{upgrade}`, for the newest), then try again."


def _settings(folder: str, facts: Facts) -> Iterator[tuple[str, Mapping[str, object]]]:
    """The settings of uv that are in force in a folder, nearest first: each with its file."""
    path = facts.files.path
    for _ in range(_MOST_FOLDERS):
        own = path.join(folder, "uv.toml")
        if (value := _read(own, facts)) is not None:
            yield own, value
        project = path.join(folder, "pyproject.toml")
        tool = (_read(project, facts) or {}).get("tool")
        if isinstance(tool, dict) and isinstance(table := tool.get("uv"), dict):
            yield project, table
        if path.dirname(folder) == folder:
            return
        folder = path.dirname(folder)


def _read(place: str, facts: Facts) -> Mapping[str, object] | None:
    data = facts.files.read(place, _LARGEST)
    if data is None:
        return None
    try:
        return toml.loads(data.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError):
        return {}
