"""The manifest that takes a requirement for which no group, extra or file was named."""

from __future__ import annotations

from venvls.model.hints import TYPE_CHECKING
from venvls.model.requirement import MAIN

if TYPE_CHECKING:
    from venvls.model.facts import Facts
    from venvls.model.manifest import Manifest

_NAMING_FILES = ("pyproject.toml", "setup.cfg")
"""Formats that may say in which file the requirements are, instead of listing them."""


def main_list(facts: Facts) -> Manifest | None:
    """The first of the project's manifests that a person writes; the source of a compiled one, and the file that is named in its place."""
    named = (facts.manifests[path] for path in facts.project.manifests if path in facts.manifests and path not in facts.outside)
    first = next((manifest for manifest in named if not manifest.constraint and manifest.complete), None)
    if first is None:
        return None
    if first.format in _NAMING_FILES and not any(requirement.scope == MAIN for requirement in first.requirements):
        for link in facts.links:
            listed = facts.manifests.get(link.target or "")
            if link.source == first.path and link.include.kind == "requirements" and link.include.group is None and listed is not None:
                return written(listed, facts)
    return written(first, facts)


def written(manifest: Manifest, facts: Facts) -> Manifest:
    """The manifest itself, or the ``.in`` file that it is compiled from."""
    return facts.manifests[source_of(manifest, facts) or manifest.path]


def source_of(manifest: Manifest, facts: Facts) -> str | None:
    """The ``.in`` file that a compiled requirements file is next to; ``None`` for a file that a person writes."""
    if not manifest.path.endswith(".txt"):
        return None
    source = manifest.path[: -len(".txt")] + ".in"
    return source if source in facts.manifests else None


def takes_one_more(manifest: Manifest) -> bool:
    """Whether its list is written so that it can be added to: not in a setup.py that states none, or in the braces of YAML."""
    if manifest.format == "setup.py":
        return any(requirement.scope == MAIN for requirement in manifest.requirements)
    return manifest.format != "environment.yml" or any(each.statement != each.span for each in manifest.requirements)
