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
    files = [one for one in manifest.includes if asked.package and (one.group is None or one.group in asked.extras)]
    plain = "dependencies" not in manifest.dynamic or any(one.group is None for one in files)
    elsewhere = _elsewhere(manifest.tool)
    return Installed(
        tuple(
            one._replace(scope=MAIN)
            for one in manifest.requirements
            if one.scope in scopes and (plain or one.scope != MAIN) and one.parsed.key not in elsewhere and one.parsed.key != manifest.name
        ),
        tuple(one._replace(group=None) for one in files),
    )


def _scopes(manifest: Manifest, asked: Part) -> set[Scope]:
    scopes = {Scope("group", one) for group in asked.groups for one in (group, *manifest.members.get(group, ()))}
    if asked.package:
        scopes |= {MAIN, *(Scope("extra", one) for one in asked.extras)}
    for scope in tuple(scopes):
        scopes |= {Scope("extra", one) for one in manifest.self_extras.get(scope, ())}
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
