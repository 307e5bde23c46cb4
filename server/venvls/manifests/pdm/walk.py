"""The packages of a pdm.lock that does not say for itself which groups each belongs to: reached from the manifest's requirements.

Locks of PDM before 2.11, and those made with ``--strategy no_inherit_metadata``. A package with extras has an entry of its own, which
depends on the plain one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from venvls.manifests.pdm.reading import Lock, Table
from venvls.manifests.pep508.requirement import parse_requirement
from venvls.model.hints import TYPE_CHECKING
from venvls.model.names import canonical
from venvls.model.requirement import Scope
from venvls.standards.versions import admits

_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")

if TYPE_CHECKING:
    from venvls.model.manifest import Manifest
    from venvls.model.requirement import ParsedRequirement, Requirement
    from venvls.standards.markers import Markers


def reached(lock: Lock, groups: frozenset[str], manifest: Manifest | None, markers: Markers) -> tuple[list[Table], bool]:
    """What the chosen groups lead to, and whether something could not be told."""
    by_name: dict[str, list[Table]] = {}
    for package in lock.packages:
        by_name.setdefault(canonical(str(package["name"])), []).append(package)
    by_identity: dict[int, Table] = {}
    unsure = False
    waiting: list[ParsedRequirement] = [requirement.parsed for requirement in direct(manifest, groups)] if manifest is not None else []
    while waiting:
        need = waiting.pop()
        holds = markers.holds(need.marker)
        unsure = unsure or holds is None
        if not holds or need.key is None:
            unsure = unsure or need.key is None
            continue
        entries = by_name.get(need.key, ())
        fits = _fitting(need, entries)
        unsure = unsure or (not fits and not entries)
        for package in fits:
            if id(package) not in by_identity:
                by_identity[id(package)] = package
                lines = package.get("dependencies")
                waiting += [parse_requirement(line) for line in lines if isinstance(line, str)] if isinstance(lines, list) else []
    return list(by_identity.values()), unsure


def direct(manifest: Manifest, groups: Iterable[str]) -> list[Requirement]:
    """The manifest's own requirements in the given groups, with those that the groups include."""
    scopes: set[Scope] = set()
    for group in groups:
        if group == "default":
            scopes.add(Scope("main"))
        else:
            scopes |= {Scope("extra", group), *(Scope("group", member) for member in (group, *manifest.members.get(group, ())))}
    for scope in tuple(scopes):
        scopes |= {Scope("extra", extra) for extra in manifest.self_extras.get(scope, ())}
    return [
        requirement
        for requirement in manifest.requirements
        if requirement.scope in scopes
        and requirement.parsed.error is None
        and (requirement.parsed.key is None or requirement.parsed.key != manifest.name)
    ]


def names_needed(packages: Iterable[Table]) -> dict[str, list[str]]:
    """By name what each package of a lock needs, by name."""
    needs: dict[str, list[str]] = {}
    for package in packages:
        lines = package.get("dependencies")
        matches = [_NAME.match(line) for line in lines if isinstance(line, str)] if isinstance(lines, list) else []
        needs.setdefault(canonical(str(package["name"])), []).extend(canonical(match[0]) for match in matches if match is not None)
    return needs


def leading(needs: Mapping[str, list[str]], roots: Iterable[Requirement]) -> dict[str, str]:
    """For each package that only others require, the first of ``roots`` that leads to it; ``needs`` is what each needs, by name."""
    direct = list(dict.fromkeys(requirement.parsed.key for requirement in roots if requirement.parsed.key is not None))
    led: dict[str, str] = {key: key for key in direct}
    waiting = direct
    while waiting:
        key = waiting.pop(0)
        for below in needs.get(key, ()):
            if below not in led:
                led[below] = led[key]
                waiting.append(below)
    return {key: root for key, root in led.items() if key != root}


def _fitting(need: ParsedRequirement, entries: Iterable[Table]) -> list[Table]:
    """The entries a requirement means: the plain one and those of its extras, of a version it admits where there are several."""
    wanted = frozenset(canonical(extra) for extra in need.extras)
    listed = [entry for entry in entries if _extras(entry) <= wanted]
    if any(entry.get("version") != listed[0].get("version") for entry in listed):
        listed = [entry for entry in listed if admits(need.specifier, entry.get("version")) is not False]
    return listed


def _extras(entry: Table) -> frozenset[str]:
    listed = entry.get("extras")
    return frozenset(canonical(extra) for extra in listed if isinstance(extra, str)) if isinstance(listed, list) else frozenset()
