"""pyproject.toml → requirements: ``[project]`` (PEP 621), ``[dependency-groups]`` (735), ``[build-system]`` (518).

What other tables of ``[tool]`` say of dependencies is for those tools' own formats; only ``[tool.setuptools.dynamic]`` (the files that
stand for dynamic dependencies) and ``[tool.uv]`` (:mod:`uv.table`) are read here.
"""

from __future__ import annotations

from venvls.manifests.pyproject.reading import DEPENDENCIES, GROUPS, read_tables
from venvls.manifests.syntax.toml import TomlText
from venvls.model.manifest import Manifest
from venvls.model.text import Span, Text

__all__ = ["FORMAT", "parse"]

FORMAT = "pyproject.toml"


def parse(text: Text, path: str, previous: Manifest | None = None) -> Manifest:
    """What the pyproject.toml at ``path`` states. Never raises."""
    draft = read_tables(text)
    return Manifest(
        path=path,
        format=FORMAT,
        text=text,
        requirements=tuple(sorted((requirement for _, requirement in draft.requirements), key=lambda requirement: requirement.span)),
        includes=tuple(sorted(draft.includes, key=lambda include: include.span)),
        problems=tuple(sorted(draft.problems, key=lambda problem: problem.span)),
        groups=tuple(sorted(draft.groups, key=lambda group: group.span)),
        requires_python=draft.requires_python,
        defaults=draft.defaults,
        first_statement=_first_statement(draft.toml),
        complete=draft.toml.complete,
        name=draft.name,
        dynamic=draft.dynamic,
        tool=draft.tool,
        members=draft.members,
        self_extras=draft.self_extras,
        defaults_in=draft.defaults_in,
        aside=draft.aside,
        own=draft.own,
    )


def _first_statement(toml: TomlText) -> Span:
    """Where a remark about the whole file is shown."""
    key = toml.key_span(DEPENDENCIES)
    header = toml.table(("project",)) or toml.table(("tool", "poetry")) or toml.table(GROUPS) or next(iter(toml.statements), None)
    start, end = key or (header.span if header else Span(0, 0))
    # A half-typed text is read as if it were closed; what was added in thought is past its end.
    return Span(min(start, len(toml.source)), min(end, len(toml.source)))
