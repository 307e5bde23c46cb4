"""Whether a pdm.lock still fits its pyproject.toml: by PDM's own content hash, or by the inputs that newer locks write down.

The hash is that of :meth:`PyProject.content_hash` (pdm ``project/project_file.py``); PDM before 2.17 knew no ``[dependency-groups]``, and
the oldest hashed the overrides alone. A lock is fresh if one of these hashes is its own. Recorded inputs (``lock_inputs``, pdm
``project/lockfile/freshness.py``) are compared by names, extras, groups, bounds of the Python, ``resolution`` and sources; requirements
that PDM wrote there as a hash are not.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from venvls.manifests.pdm.members import member_texts, texts_of, workspace
from venvls.manifests.pdm.reading import Lock
from venvls.manifests.pdm.selection import declared
from venvls.manifests.pdm.walk import direct
from venvls.manifests.pep508.requirement import parse_requirement
from venvls.model import toml
from venvls.model.hints import TYPE_CHECKING, Any
from venvls.model.lock import Stale
from venvls.model.names import canonical
from venvls.model.text import Span
from venvls.standards.versions import admits

if TYPE_CHECKING:
    from venvls.model.facts import Facts
    from venvls.model.lock import Locked
    from venvls.model.manifest import Manifest
    from venvls.model.requirement import Requirement

_MEND = "Run `pdm lock`."
_LONGEST = 5_000
"""Characters of a setting in which a URL is looked for."""
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")


def stale(lock: Lock, name: str, manifest: Manifest, packages: Mapping[str, Locked], facts: Facts) -> Stale | None:
    """Why the lock no longer fits, and where; ``None`` where it does, or where that is not known (a half-typed manifest)."""
    if not manifest.complete or manifest.own.pyproject is None:
        return None
    if "lock_inputs" in lock.metadata:
        return next(_by_inputs(lock, name, manifest, packages, facts), None)
    members = member_texts(manifest, facts.files)
    if lock.fresh is None or lock.fresh[0] is not manifest.text or members:
        lock.fresh = (manifest.text, members is None or _fits(lock, manifest, members))
    if lock.fresh[1]:
        return None
    span = next((requirement.span for requirement in _asked(lock, manifest) if _unfit(requirement, packages, facts)), Span(0, 0))
    return Stale(f"{name} was made before this file changed, and does not match it any more. {_MEND}", manifest.path, span)


def stale_in_workspace(
    lock: Lock, name: str, manifest: Manifest, folder: str, packages: Mapping[str, Locked], facts: Facts
) -> Stale | None:
    """The same for a member of the workspace whose root is above it: the lock is made of the root's file and of all members'. ``folder``
    is the member's, as PDM writes it."""
    root = facts.project.workspace
    data = facts.files.read(facts.files.path.join(root, "pyproject.toml")) if root is not None else None
    algorithm, _, written = str(lock.metadata.get("content_hash", "")).partition(":")
    if root is None or data is None or not written or not manifest.complete or "lock_inputs" in lock.metadata:
        return None
    source = data.decode("utf-8", "replace")
    try:
        listed: object = toml.loads(source.removeprefix("\ufeff"))
        for key in ("tool", "pdm", "workspace"):
            listed = listed.get(key) if isinstance(listed, Mapping) else None
        members = texts_of(listed, root, facts.files) if isinstance(listed, Mapping) else None
        if members is None:
            return None
        members = tuple((path, manifest.text.source if path == folder else text) for path, text in members)
        if not all("[project" in text for _, text in members) or written == workspace_hash(source, members, algorithm):
            return None
    except (ValueError, TypeError, AttributeError, RecursionError):
        return None
    asked = direct(manifest, ("default",))
    span = next((requirement.span for requirement in asked if _unfit(requirement, packages, facts)), Span(0, 0))
    return Stale(f"{name} was made before this workspace changed, and does not match it any more. {_MEND}", manifest.path, span)


def hashes(source: str, algorithm: str) -> Iterator[str]:
    """The content hashes that versions of PDM give a pyproject.toml. Raises ``ValueError`` and ``TypeError`` where it has none."""
    data = toml.loads(source.removeprefix("\ufeff"))
    project: Mapping[str, Any] = data.get("project", {})
    settings: Mapping[str, Any] = data.get("tool", {}).get("pdm", {})
    resolution = settings.get("resolution", {})
    own: Mapping[str, Any] = settings.get("dev-dependencies", {})
    every: dict[str, list[Any]] = {}
    for listed in (data.get("dependency-groups", {}), own):
        for group, requirements in listed.items():
            every.setdefault(canonical(group), []).extend(requirements)
    for groups in (every, own):
        common = {
            "sources": settings.get("source", []),
            "dependencies": project.get("dependencies", []),
            "dev-dependencies": groups,
            "optional-dependencies": project.get("optional-dependencies", {}),
            "requires-python": project.get("requires-python", ""),
        }
        for last in ({"resolution": resolution}, {"overrides": resolution.get("overrides", {})}):
            yield hashlib.new(algorithm, json.dumps({**common, **last}, sort_keys=True).encode("utf-8")).hexdigest()


def workspace_hash(source: str, members: Iterable[tuple[str, str]], algorithm: str) -> str:
    """The content hash of a workspace: the root's, and that of each member under its path."""
    whole = hashlib.new(algorithm, next(hashes(source, algorithm)).encode())
    for folder, text in members:
        whole.update(b"\0" + folder.encode() + b"\0" + _newest(text, algorithm).encode())
    return whole.hexdigest()


@lru_cache(maxsize=1024)
def _newest(source: str, algorithm: str) -> str:
    """The hash that the newest PDM gives a member: the same text again at every keystroke in the root's."""
    return next(hashes(source, algorithm))


def _fits(lock: Lock, manifest: Manifest, members: tuple[tuple[str, str], ...]) -> bool:
    algorithm, _, written = str(lock.metadata.get("content_hash", "")).partition(":")
    source = manifest.text.source
    try:
        if not algorithm:
            return not written
        if not workspace(manifest):
            return written in hashes(source, algorithm)
        # Members without [project] are read as those of other tools' are: for PDM to say.
        return not all("[project" in text for _, text in members) or written == workspace_hash(source, members, algorithm)
    except (ValueError, TypeError, AttributeError, RecursionError):
        return True  # something PDM itself could not hash: it is for PDM to say


def _asked(lock: Lock, manifest: Manifest) -> list[Requirement]:
    return direct(manifest, lock.groups or ("default", *declared(manifest)[1]))


def _unfit(requirement: Requirement, packages: Mapping[str, Locked], facts: Facts) -> bool:
    """Whether a requirement is one that the locked packages do not satisfy, where its marker leaves no doubt."""
    parsed = requirement.parsed
    if parsed.key is None or parsed.url is not None or parsed.marker is not None:
        return False
    locked = packages.get(parsed.key)
    if locked is None:
        return facts.target is not None
    return locked.version is not None and admits(parsed.specifier, locked.version) is False


def _by_inputs(lock: Lock, name: str, manifest: Manifest, packages: Mapping[str, Locked], facts: Facts) -> Iterator[Stale]:
    recorded = lock.metadata.get("lock_inputs")
    project = recorded.get("project") if isinstance(recorded, dict) else None
    groups = project.get("groups") if isinstance(project, dict) else None
    if not isinstance(project, dict) or not isinstance(groups, dict):
        return
    extras, own = declared(manifest)
    known = {canonical(group) for group in groups}
    for group in manifest.groups:
        if group.key not in known:
            yield Stale(f"{name} was made before the group {group.name} was added. {_MEND}", manifest.path, group.span)
    for key, lines in groups.items():
        if canonical(key) not in {"default", *extras, *own}:
            yield Stale(f"{name} was made with a group {key} that does not exist any more. {_MEND}", manifest.path, Span(0, 0))
        else:
            yield from _of_group(canonical(key), lines, name, manifest)
    if (bound := manifest.requires_python) is not None and _moved(bound.specifier, project.get("requires-python")):
        yield Stale(f"{name} was made for other Python versions. {_MEND}", manifest.path, bound.span)
    if any(key in project and project[key] != now for key, now in _settings(manifest)):
        yield Stale(f"{name} was made with other settings of PDM. {_MEND}", manifest.path, Span(0, 0))
    for requirement in _asked(lock, manifest):
        if _unfit(requirement, packages, facts) and requirement.parsed.key in packages:
            yield Stale(
                f"{name} contains another {requirement.parsed.name} than this requirement allows. {_MEND}", manifest.path, requirement.span
            )


def _settings(manifest: Manifest) -> Iterator[tuple[str, object]]:
    """``[tool.pdm.resolution]`` and ``[[tool.pdm.source]]`` as PDM records them."""
    settings = manifest.tool.get("pdm")
    table: Mapping[str, Any] = settings if isinstance(settings, Mapping) else {}
    resolution, listed = table.get("resolution", {}), table.get("source", [])
    if isinstance(resolution, Mapping):
        yield "resolution", _recorded({key: value for key, value in resolution.items() if key != "lock_inputs"})
    if not isinstance(listed, list) or not all(isinstance(entry, Mapping) for entry in listed):
        return
    sources = []
    for source in listed:
        shown = {key: value for key, value in source.items() if key not in ("username", "password")}
        shown.update(
            {key: sorted(map(str, shown[key])) for key in ("include_packages", "exclude_packages") if isinstance(shown.get(key), list)}
        )
        if shown.get("url"):
            shown["url"] = _hidden(str(shown["url"]))
        sources.append(_recorded(shown))
    yield "sources", sources


def _recorded(value: object) -> object:
    """A setting as it is recorded: what holds a URL as a hash, points in time as text."""
    if isinstance(value, Mapping):
        return {key: _recorded(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_recorded(element) for element in value]
    if isinstance(value, str):
        return _hidden(value) if _URL.search(value, 0, _LONGEST) else value
    return value.isoformat() if hasattr(value, "isoformat") else value


def _hidden(text: str) -> str:
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def _of_group(group: str, lines: object, name: str, manifest: Manifest) -> Iterator[Stale]:
    texts = [line for line in lines if isinstance(line, str)] if isinstance(lines, list) else []
    recorded = {_identity(text) for text in texts if not text.startswith("url-sha256:")}
    listed = [
        requirement for requirement in direct(manifest, [group]) if requirement.parsed.key is not None and requirement.parsed.url is None
    ]
    for requirement in listed:
        if (requirement.parsed.key, _normal(requirement.parsed.extras)) not in recorded:
            yield Stale(f"{name} was made before {requirement.parsed.name} was added. {_MEND}", manifest.path, requirement.span)
    stated = {(requirement.parsed.key, _normal(requirement.parsed.extras)) for requirement in listed}
    for key, _ in sorted(recorded - stated, key=str):
        yield Stale(f"{name} was made with {key}, which is not required any more. {_MEND}", manifest.path, Span(0, 0))


def _identity(line: str) -> tuple[str | None, frozenset[str]]:
    parsed = parse_requirement(line)
    return parsed.key, _normal(parsed.extras)


def _normal(extras: Iterable[str]) -> frozenset[str]:
    return frozenset(map(canonical, extras))


def _moved(stated: str, recorded: object) -> bool:
    """Whether two bounds of the Python differ for certain; PDM writes them in a shape of its own, unless they are of the plainest."""
    plain = (">=", "<")
    before, now = ([part.strip() for part in text.split(",") if part.strip()] for text in (str(recorded), stated))
    simple = all(
        part.startswith(plain) and not part.startswith("<=") and part.lstrip("<>=").strip().count(".") == 1 for part in before + now
    )
    return simple and {part.replace(" ", "") for part in before} != {part.replace(" ", "") for part in now}
