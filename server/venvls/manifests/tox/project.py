"""What tox installs into an environment of the project itself: of its pyproject.toml the dependencies, extras and groups that count there.

tox builds the project and installs it with the standards' own metadata. What other tools also read into the file (uv's sources, Poetry's
tables) does not count there, so that nothing is said of such requirements.
"""

from __future__ import annotations

from collections.abc import Mapping

from venvls.manifests.pep508.requirement import parse_requirement
from venvls.model.hints import TYPE_CHECKING
from venvls.model.names import canonical
from venvls.model.record import NamedTuple
from venvls.model.requirement import MAIN, Requirement, Scope

if TYPE_CHECKING:
    from venvls.model.manifest import Include, Manifest, Part


class Installed(NamedTuple):
    """The requirements of the project that count in one environment, all of them always; and the files that are taken in."""

    requirements: tuple[Requirement, ...] = ()
    includes: tuple[Include, ...] = ()


def installed(manifest: Manifest, asked: Part) -> Installed:
    """What of a pyproject.toml tox installs into the environment ``asked``."""
    if manifest.own.poetry is not None or manifest.name is None:
        asked = asked._replace(package=False)
    scopes = _scopes(manifest, asked)
    files = [include for include in manifest.includes if asked.package and (include.group is None or include.group in asked.extras)]
    plain = "dependencies" not in manifest.dynamic or any(include.group is None for include in files)
    elsewhere = _elsewhere(manifest.tool)
    return Installed(
        tuple(
            requirement._replace(scope=MAIN)
            for requirement in manifest.requirements
            if requirement.scope in scopes
            and (plain or requirement.scope != MAIN)
            and requirement.parsed.key not in elsewhere
            and requirement.parsed.key != manifest.name
        ),
        tuple(include._replace(group=None) for include in files),
    )


def _scopes(manifest: Manifest, asked: Part) -> set[Scope]:
    scopes = {Scope("group", member) for group in asked.groups for member in (group, *manifest.members.get(group, ()))}
    if asked.package:
        scopes |= {MAIN, *(Scope("extra", extra) for extra in asked.extras)}
    for scope in tuple(scopes):
        scopes |= {Scope("extra", extra) for extra in manifest.self_extras.get(scope, ())}
    return scopes


def _elsewhere(tool: Mapping[str, object]) -> frozenset[str]:
    """The names that uv takes from another source, or with other versions, than the requirement says."""
    uv = tool.get("uv")
    if not isinstance(uv, Mapping):
        return frozenset()
    sources = uv.get("sources")
    names = {canonical(name) for name in sources} if isinstance(sources, Mapping) else set()
    overrides = uv.get("override-dependencies")
    read = (parse_requirement(text).key for text in overrides if isinstance(text, str)) if isinstance(overrides, list) else ()
    return frozenset((*names, *filter(None, read)))
