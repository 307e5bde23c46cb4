"""hatch.toml: what ``[tool.hatch]`` of a pyproject.toml may say, in a file of its own (hatch ``project/config.py``): its environments."""

from __future__ import annotations

from venvls.manifests.draft import Draft
from venvls.manifests.hatch.table import read_hatch
from venvls.manifests.keyed.no_edits import insert_requirement, remove_statement, replace_specifier
from venvls.manifests.syntax.toml import read
from venvls.model.manifest import Defaults, Manifest
from venvls.model.text import Span, Text

__all__ = ["FORMAT", "insert_requirement", "parse", "remove_statement", "replace_specifier"]

FORMAT = "hatch.toml"


def parse(text: Text, path: str, previous: Manifest | None = None) -> Manifest:
    """What the hatch.toml at ``path`` states. Never raises."""
    draft = Draft(read(text.source))
    read_hatch(draft, ())
    first = next(iter(draft.toml.statements), None)
    return Manifest(
        path=path,
        format=FORMAT,
        text=text,
        requirements=tuple(sorted((requirement for _, requirement in draft.requirements), key=lambda requirement: requirement.span)),
        problems=tuple(sorted(draft.problems, key=lambda problem: problem.span)),
        groups=tuple(sorted(draft.groups, key=lambda group: group.span)),
        defaults=Defaults(),
        first_statement=first.span if first else Span(0, 0),
        complete=draft.toml.complete,
        defaults_in=draft.defaults_in,
        aside=draft.aside,
        own=draft.own,
    )
