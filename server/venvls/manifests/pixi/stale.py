"""Whether a pixi.lock still matches its manifest, as far as that can be said for certain without pixi.

As pixi's own check of a lock (``lock_file/satisfiability``) for one environment and platform: it is there; its channels are the same;
everything required is locked, in a version that is required; and everything locked is led to by something required. What only pixi
can know (builds, contents of folders, what a config file says) is passed over: then nothing is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from venvls.manifests.conda.platform import PREFIX
from venvls.manifests.pixi.tables import Features, features_of
from venvls.model.hints import TYPE_CHECKING, Any, cast
from venvls.model.lock import Stale
from venvls.model.names import canonical
from venvls.model.record import NamedTuple
from venvls.model.requirement import MAIN, Requirement, Scope
from venvls.model.text import Span
from venvls.standards.conda_versions import fits
from venvls.standards.markers import UV, Markers
from venvls.standards.versions import admits

if TYPE_CHECKING:
    from venvls.manifests.pixi.reading import Lock, Named, Package
    from venvls.model.environment import Target
    from venvls.model.manifest import Manifest

_WORD = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*")
_NOWHERE = Span(0, 0)


class _Held(NamedTuple):
    """What the lock holds for one environment and platform, by name; ``provided`` are names on an index that conda packages stand for."""

    conda: Mapping[str, Package]
    pypi: Mapping[str, Package]
    provided: frozenset[str]


def stale_for(
    lock: Lock,
    manifest: Manifest,
    environment: str,
    platform: str | None,
    named: tuple[Named, ...] | None,
    target: Target | None,
    name: str,
) -> Stale | None:
    """The first thing that shows that the lock is not of this manifest; ``None`` where it fits, or where that is not known.

    ``named`` are the packages of the environment on the platform, ``name`` is the lock's file name.
    """
    own = manifest.own.pixi
    if own is None:
        return None
    table = own.table
    features = features_of(table).get(environment)
    if lock.strange or features is None or not features.plain or not manifest.complete or manifest.problems:
        return None
    asked = _asked(manifest, features, environment, Markers(target, UV))
    if asked is None:
        return None
    if environment not in lock.environments:
        return Stale(f"{name} does not contain the environment {environment}: it was made before that was added.", manifest.path, _NOWHERE)
    if named is None and not asked:
        return None
    if named is None:
        return _platform(lock, table, features, environment, platform, manifest.path, name)
    if not _same_channels(table, features, lock.channels.get(environment, ())):
        return Stale(f"{name} was made with other channels.", manifest.path, _NOWHERE)
    if any(reference.location not in lock.packages or reference.kind not in ("conda", "pypi") for reference in named):
        return None
    packages = [lock.packages[reference.location] for reference in named]
    held = _Held(
        {package.name: package for package in packages if package.conda},
        {package.name: package for package in packages if not package.conda},
        frozenset(name for package in packages if package.conda for name in (canonical(package.name), *package.purls)),
    )
    wrong = _python(manifest, features, held, name) or next(
        filter(None, (_wrong(requirement, held, manifest.path, name) for requirement in asked)), None
    )
    return wrong or _left_over(asked, held, manifest, name)


def _platform(
    lock: Lock, table: Mapping[str, Any], features: Features, environment: str, platform: str | None, path: str, name: str
) -> Stale | None:
    """A platform that the manifest lists and the lock has nothing for."""
    listed = _workspace(table).get("platforms")
    plain = isinstance(listed, list) and all(isinstance(entry, str) for entry in listed)
    narrowed = any("platforms" in _feature(table, feature) for feature in features.names)
    if (
        not plain
        or narrowed
        or platform is None
        or platform not in cast("list[str]", listed)
        or lock.subdirs.get(platform, platform) != platform
    ):
        return None
    if any(lock.subdirs.get(subdir, subdir) == platform for subdir in lock.environments[environment]):
        return None
    return Stale(f"{name} contains nothing for {platform}, which the manifest lists.", path, _NOWHERE)


def _same_channels(table: Mapping[str, Any], features: Features, urls: tuple[str, ...]) -> bool:
    """Whether the channels may be those of the lock; true where only pixi knows."""
    listed = _workspace(table).get("channels")
    if not isinstance(listed, list) or not all(isinstance(channel, str) for channel in listed) or not features.with_default:
        return True
    if any("channels" in _feature(table, feature) for feature in features.names):
        return True
    if any(channel.startswith((".", "/", "\\")) or "$" in channel for channel in listed):
        return True
    if len(listed) != len(urls):
        return False
    return all(_is_channel(channel, url) for channel, url in zip(listed, urls, strict=True))


def _is_channel(written: str, url: str) -> bool:
    written, url = written.rstrip("/"), url.rstrip("/")
    return url == written if "://" in written else url == written or url.endswith(f"/{written}")


def _asked(manifest: Manifest, features: Features, environment: str, markers: Markers) -> list[Requirement] | None:
    """What is required in the environment on this platform; ``None`` where that is not known."""
    counting = manifest.defaults_in["pixi"].of(environment)
    scopes = {*(Scope("group", name) for name in counting.groups), *(Scope("extra", name) for name in counting.extras)}
    scopes |= {MAIN} if features.with_default else set()
    counted = []
    for requirement in manifest.requirements:
        if requirement.scope not in scopes or (requirement.parsed.key == manifest.name and requirement.parsed.url is None):
            continue  # a project that requires itself means its extras
        holds = markers.holds(requirement.parsed.marker)
        if holds is None or requirement.parsed.key is None or requirement.parsed.error:
            return None
        if holds:
            counted.append(requirement)
    return counted


def _python(manifest: Manifest, features: Features, held: _Held, name: str) -> Stale | None:
    """The Python required at the top, against the locked one."""
    python = manifest.own.pixi.python if manifest.own.pixi is not None else None
    locked = held.conda.get("python")
    if python is None or not features.with_default:
        return None
    if locked is None:
        return Stale(f"Python is required, but it is not in {name}.", manifest.path, python.span)
    if locked.version is not None and fits(python.specifier, locked.version) is False:
        message = f"Python {python.specifier} is required, but {name} has {locked.version}."
        return Stale(message, manifest.path, python.span)
    return None


def _wrong(requirement: Requirement, held: _Held, path: str, name: str) -> Stale | None:
    """Why the lock does not contain what one requirement requires."""
    parsed = requirement.parsed
    key = parsed.key or ""
    shown = parsed.name or key
    missing = Stale(f"{shown} is required, but it is not in {name}.", path, requirement.span)
    if key.startswith(PREFIX):
        package = held.conda.get(key[len(PREFIX) :])
        inside = None if package is None or package.version is None else fits(parsed.specifier, package.version)
    else:
        package = held.pypi.get(key)
        if package is None and key in held.provided:
            return None
        inside = None if package is None or package.version is None or parsed.url else admits(parsed.specifier, package.version)
    if package is None:
        return missing
    if inside is False:
        return Stale(f"{shown}{parsed.specifier} is required, but {name} has {package.version}.", path, requirement.span)
    return None


def _left_over(asked: Iterable[Requirement], held: _Held, manifest: Manifest, name: str) -> Stale | None:
    """A package that nothing required leads to: what required it was taken out. Reached generously, whatever extras and markers say."""
    table = manifest.own.pixi.table if manifest.own.pixi is not None else {}
    if any(held_package.local for held_package in (*held.conda.values(), *held.pypi.values())) or _hides(table):
        return None
    by_provided: dict[str, list[str]] = {}
    for key, package in held.conda.items():
        for provided in (canonical(package.name), *package.purls):
            by_provided.setdefault(provided, []).append(key)
    names = [requirement.parsed.key or "" for requirement in asked]
    conda = ["python", *(key[len(PREFIX) :] for key in names if key.startswith(PREFIX))]
    pypi = [key for key in names if not key.startswith(PREFIX)]
    if not pypi and held.pypi:
        first = min(held.pypi)
        return Stale(f"{name} contains {first} from an index, but no package from an index is required.", manifest.path, _NOWHERE)
    seen: set[str] = set()
    reached: set[str] = set()
    while conda or pypi:
        if pypi:
            key = pypi.pop()
            if key in reached:
                continue
            reached.add(key)
            conda += by_provided.get(key, ())
            if key in held.pypi:
                pypi += [canonical(word[0]) for need in held.pypi[key].needs if (word := _WORD.match(need))]
            continue
        key = conda.pop()
        if key in seen or key not in held.conda:
            continue
        seen.add(key)
        conda += [word[0].lower() for need in held.conda[key].needs if (word := _WORD.match(need.rpartition("::")[2]))]
    over = sorted((held.conda.keys() - seen) | (held.pypi.keys() - reached))
    return Stale(f"{name} contains {over[0]}, which nothing requires any more.", manifest.path, _NOWHERE) if over else None


def _hides(table: Mapping[str, Any], depth: int = 0) -> bool:
    """Whether more may be required than is read here: what single machines get, what packages in development need."""
    if depth > 8:
        return True
    hidden = "dev" in table or "when" in table or "package" in table
    return hidden or any(
        _hides(inner, depth + 1) for key, inner in table.items() if isinstance(inner, dict) and key not in ("tasks", "activation")
    )


def _workspace(table: Mapping[str, Any]) -> Mapping[str, Any]:
    workspace = table.get("workspace", table.get("project"))
    return workspace if isinstance(workspace, dict) else {}


def _feature(table: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    features = table.get("feature")
    feature = features.get(name) if isinstance(features, dict) else None
    return feature if isinstance(feature, dict) else {}
