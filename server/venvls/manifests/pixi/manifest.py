"""pixi.toml → requirements: the tables at the top, each feature's as a group of its name.

A feature counts in the environments of pixi that it is part of (``defaults_in``), and elsewhere where it is chosen. The tables at
the top count everywhere, unless an environment leaves them out (``no-default-feature``): then they are the group ``default``.
"""

from __future__ import annotations

from venvls.manifests.keyed import edits as keyed_edits
from venvls.manifests.pixi.tables import Features, features_of, read_pixi
from venvls.manifests.syntax.toml import Path, TomlText, read
from venvls.model.action import TextEdit
from venvls.model.families import PixiTable
from venvls.model.hints import Any
from venvls.model.manifest import Defaults, DefaultsByName, Group, Manifest, Own, PythonBound
from venvls.model.names import canonical
from venvls.model.requirement import MAIN, Requirement, Scope
from venvls.model.text import Span, Text

FORMAT = "pixi.toml"
_DEFAULT = Scope("group", "default")


def parse(text: Text, path: str, previous: Manifest | None = None) -> Manifest:
    """What the pixi.toml at ``path`` states. Never raises."""
    toml = read(text.source)
    environments = features_of(toml.value)
    pixi = read_pixi(toml, (), _scopes(toml.value))
    header = toml.table(("dependencies",)) or toml.table(("pypi-dependencies",)) or next(iter(toml.statements), None)
    defaults = {name: _defaults(features) for name, features in environments.items()}
    groups, python = _features(toml), pixi.python
    return Manifest(
        path=path,
        format=FORMAT,
        text=text,
        requirements=tuple(requirement for _, requirement in pixi.requirements),
        problems=tuple(sorted((*([toml.problem] if toml.problem else ()), *pixi.problems), key=lambda problem: problem.span)),
        groups=groups,
        requires_python=PythonBound(python.pep440, python.span) if python is not None and python.pep440 else None,
        defaults=defaults["default"],
        first_statement=toml.clamped(header.span) if header is not None else Span(0, 0),
        complete=toml.complete,
        defaults_in={"pixi": DefaultsByName(defaults)},
        aside=frozenset(group.key for group in groups),
        names_python=pixi.names_python,
        own=Own(pixi=PixiTable(toml.value, python)),
    )


def insert_requirement(manifest: Manifest, text: str, scope: Scope = MAIN) -> TextEdit:
    """A package of an index more, at the end of its table, which is made where it is missing."""
    toml = read(manifest.text.source)
    if scope.kind == "main" or scope == _DEFAULT:
        return keyed_edits.insert(manifest, toml, ("pypi-dependencies",), text)
    spelled = next((group.name for group in manifest.groups if group.key == scope.name), scope.name)
    if scope.kind != "group" or not spelled:
        return keyed_edits.nothing(manifest)
    return keyed_edits.insert(manifest, toml, ("feature", spelled, "pypi-dependencies"), text)


def replace_specifier(manifest: Manifest, requirement: Requirement, new_specifier: str) -> TextEdit:
    """Other versions for a package, in the place of those it has."""
    return keyed_edits.replace_specifier(manifest, _find(manifest, requirement), requirement, new_specifier)


def remove_statement(manifest: Manifest, requirement: Requirement) -> TextEdit:
    """A package taken out with its line, or with the table that is its own."""
    return keyed_edits.remove(manifest, _find(manifest, requirement), requirement)


def _scopes(table: dict[str, Any]) -> Any:
    everywhere = all(features.with_default for features in features_of(table).values())
    return lambda feature: Scope("group", canonical(feature)) if feature is not None else MAIN if everywhere else _DEFAULT


def _defaults(features: Features) -> Defaults:
    return Defaults((*(("default",) if features.with_default else ()), *map(canonical, features.names)))


def _features(toml: TomlText) -> tuple[Group, ...]:
    features = toml.get(("feature",))
    groups: dict[str, Group] = {}
    for name in features if isinstance(features, dict) else ():
        place = toml.key_span(("feature", name)) or toml.span_of(("feature", name)) or Span(0, 0)
        groups.setdefault(canonical(name), Group(canonical(name), name, toml.clamped(place)))
    return tuple(groups.values())


def _find(manifest: Manifest, requirement: Requirement) -> tuple[TomlText, Path] | None:
    toml = read(manifest.text.source)
    pixi = read_pixi(toml, (), _scopes(toml.value))
    return next(((toml, path) for path, other in pixi.requirements if other.span == requirement.span), None)
