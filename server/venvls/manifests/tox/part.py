"""One environment's part of a file of tox: tox.ini, tox.toml, setup.cfg or pyproject.toml → the requirements that tox installs there."""

from __future__ import annotations

import re

from venvls.manifests.tox.ini import IniFile
from venvls.manifests.tox.lines import Listed
from venvls.model.families import ToxNames, ToxPart, ToxProject
from venvls.model.hints import TYPE_CHECKING
from venvls.model.manifest import Manifest, Own, Part, Problem
from venvls.model.text import Span, Text

if TYPE_CHECKING:
    from venvls.manifests.tox.toml import TomlFile

_LEGACY = ("tool", "tox", "legacy_tox_ini")


def names(path: str, text: Text) -> ToxNames | None:
    """The environments that tox's settings in a file speak of; ``None`` where tox has none there."""
    file, _ = settings_in(path, text)
    return file.names() if file is not None else None


def part(path: str, text: Text, asked: Part) -> Manifest:
    """What the file asks of one environment. Never raises.

    ``own.part`` is ``asked``; ``own.tox_part`` says what of the project is installed there, and whether something could not be told from
    the file alone.
    """
    file, problems = settings_in(path, text) if path == asked.source else (None, ())
    listed, project = file.part(asked.name, asked.platform) if file is not None and asked.name else (Listed(), ToxProject())
    if _base(path) == "pyproject.toml" and (asked.package or asked.groups):
        from venvls.manifests.pyproject import manifest as pyproject_toml
        from venvls.manifests.tox.project import installed

        own = installed(pyproject_toml.parse(text, path), asked)
        listed.requirements += own.requirements
        listed.includes += own.includes
    whole = (*problems, *(file.problems() if file is not None else ()))
    return Manifest(
        path=path,
        format="tox.ini" if isinstance(file, IniFile) else "tox.toml",
        text=text,
        requirements=tuple(sorted(listed.requirements, key=lambda requirement: requirement.span)),
        includes=tuple(sorted(listed.includes, key=lambda include: include.span)),
        options=tuple(listed.options),
        problems=tuple(sorted({*whole, *listed.problems}, key=lambda problem: problem.span)),
        first_statement=file.first_statement() if file is not None else Span(0, 0),
        complete=file is None or file.complete,
        own=Own(part=asked, tox_part=ToxPart(project, listed.unknown)),
    )


def settings_in(path: str, text: Text) -> tuple[IniFile | TomlFile | None, tuple[Problem, ...]]:
    """tox's settings in a file, and what is wrong with the file where it is tox's alone."""
    base = _base(path)
    if base == "tox.ini":
        return IniFile(text.source), ()
    if base == "setup.cfg":
        file = IniFile(text.source, "tox:tox")
        return (file, ()) if file.has("tox:tox") else (None, ())
    from venvls.manifests.syntax.toml import read
    from venvls.manifests.tox.toml import TomlFile

    toml = read(text.source)
    if base != "pyproject.toml":
        return TomlFile(toml, ()), tuple(problem for problem in (toml.problem, toml.newer) if problem is not None)
    table = toml.get(("tool", "tox"))
    if not isinstance(table, dict):
        return None, ()
    if table.keys() - {"legacy_tox_ini"}:
        return TomlFile(toml, ("tool", "tox")), ()
    legacy = table.get("legacy_tox_ini")
    text_offsets = toml.string_offsets(_LEGACY) if isinstance(legacy, str) else None
    if not isinstance(legacy, str) or text_offsets is None:
        return None, ()
    inner, offsets = text_offsets
    if offsets is None:
        return IniFile(legacy, place=lambda offset: inner.start + offset), ()
    return IniFile(legacy, place=lambda offset: offsets[min(offset, len(offsets) - 1)]), ()


def _base(path: str) -> str:
    return re.split(r"[\\/]", path)[-1]
