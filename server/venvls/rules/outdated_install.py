"""What is installed was made from an older state of its project, although name and version are right.

`uv sync --check` calls such an environment outdated, and `uv sync` builds and installs the package again. With every tool, commands that
were added to `[project.scripts]` are not there until the project is installed again.

Example: `[project.scripts]` got a new line after the last sync, or the `pyproject.toml` of a path source was changed.

Fix it with *Sync the environment*.

What is looked at with a `uv.lock`: the files that `tool.uv.cache-keys` names (or `pyproject.toml`, `setup.py`, `setup.cfg` and whether
there is a `src` folder) of packages from folders and files of this machine, against what uv wrote down when it installed them; whether it
was uv that installed them; and whether a package of an index was installed from a file. Git's commits and variables in `cache-keys`, and a
`src` folder that was deleted and created again, are not looked at.
"""

from __future__ import annotations

from venvls.model.environment import Distribution
from venvls.model.facts import Facts
from venvls.model.finding import Finding
from venvls.model.hints import TYPE_CHECKING
from venvls.model.manifest import Manifest
from venvls.model.rule import Rule
from venvls.rules.locking import lock_in_force, standing
from venvls.rules.wording import about_project, first_statement, listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from venvls.model.lock import Locked, LockedSet

_MOST_NAMED = 3


def check(facts: Facts) -> Iterable[Finding]:
    """A finding for the project whose commands are not all there, and for each package that its tool would install again."""
    if facts.installed is None:
        return
    named: set[str] = set()
    for path in facts.project.manifests:
        manifest = facts.manifests.get(path)
        what = _lacking(manifest, facts) if manifest is not None else None
        if manifest is not None and manifest.name is not None and what is not None:
            named.add(manifest.name)
            message = f"{manifest.name} is installed without {what}: install it again"
            recorded = facts.installed.direct_url(facts.installed.distributions[manifest.name][0])
            data = {"name": manifest.name, "editable": recorded is not None and recorded.editable}
            yield Finding(code="outdated-install", message=message, path=path, span=first_statement(facts, path), data=data)
    lock = lock_in_force(facts)
    if lock is not None and lock.built is not None:
        yield from _rebuilt(lock, facts, named)


def _lacking(manifest: Manifest, facts: Facts) -> str | None:
    """The commands and plugins that the manifest states and the installed project does not have; ``None`` where all are there."""
    stated = manifest.own.pyproject.entry_points if manifest.own.pyproject is not None else {}
    if not stated or manifest.name is None or facts.installed is None or not manifest.complete or _as_built(manifest.name, facts):
        return None
    record = next(iter(facts.installed.distributions.get(manifest.name, ())), None)
    if record is None or not _is_from(facts.files.path.dirname(manifest.path), record, facts):
        return None
    there = facts.installed.entry_points(record)
    if there is None:
        return None
    absent = {
        group: [name for name, place in names.items() if there.get(group, {}).get(name) != place]
        for group, names in stated.items()
        if group not in _dynamic(manifest)
    }
    commands = [name for group in ("console_scripts", "gui_scripts") for name in absent.get(group, ())]
    if commands:
        return f"the command{'s' if commands[1:] else ''} {_some(commands)}"
    plugins = [name for names in absent.values() for name in names]
    return f"the entry point{'s' if plugins[1:] else ''} {_some(plugins)}" if plugins else None


def _as_built(key: str, facts: Facts) -> bool:
    """Whether its tool has built it from just what is there now: then what is installed is what the build makes of it."""
    lock, record = (
        lock_in_force(facts),
        next(iter(facts.installed.distributions.get(key, ())), None) if facts.installed is not None else None,
    )
    if lock is None or lock.built is None or record is None or facts.installed is None or key not in lock.packages:
        return False
    now, before = lock.built(key), facts.installed.built_from(record)
    return now is not None and before is not None and (now.changed, now.folders) == (before.changed, before.folders)


def _dynamic(manifest: Manifest) -> set[str]:
    names = {"scripts": "console_scripts", "gui-scripts": "gui_scripts"}
    return {names[name] for name in manifest.dynamic if name in names}


def _some(names: list[str]) -> str:
    return listed(names) if len(names) <= _MOST_NAMED else listed([*names[:_MOST_NAMED], f"{len(names) - _MOST_NAMED} more"])


def _is_from(folder: str, record: Distribution, facts: Facts) -> bool:
    from venvls.rules.sources import path_of

    recorded = facts.installed.direct_url(record) if facts.installed is not None else None
    if recorded is None or not recorded.url.startswith("file:") or recorded.vcs is not None or recorded.subdirectory:
        return False
    return facts.files.real(path_of(recorded.url, facts.files.path)) == facts.files.real(folder)


def _rebuilt(lock: LockedSet, facts: Facts, named: set[str]) -> Iterator[Finding]:
    for key, locked in lock.packages.items():
        if key in named or (locked.source.kind == "registry" and not _may_be_a_file(key, facts)):
            continue
        how = standing(key, facts)
        why = _why(locked, lock, facts) if how is not None and how.state == "satisfied" else None
        if why is not None:
            yield from _told(key, f"{lock.tool} would install {key} again: {why}", lock, facts)


def _may_be_a_file(key: str, facts: Facts) -> bool:
    """Whether a package that the lock has from an index may have come from a file: whoever installs from one writes that down."""
    record = next(iter(facts.installed.distributions.get(key, ())), None) if facts.installed is not None else None
    return record is not None and facts.installed is not None and facts.installed.direct_url(record) is not None


def _why(locked: Locked, lock: LockedSet, facts: Facts) -> str | None:
    """Why the tool would install it again, as the end of a sentence."""
    record = facts.installed.distributions[locked.key][0] if facts.installed is not None else None
    if record is None or facts.installed is None or lock.built is None or record.format != "dist-info":
        return None
    if locked.source.kind == "registry":
        recorded = facts.installed.direct_url(record)
        name = recorded.url.rpartition("/")[2] if recorded is not None else ""
        return f"it was installed from a file, {name}, not from the index"
    if locked.source.kind not in ("editable", "path"):
        return None
    now = lock.built(locked.key)
    if now is None:
        return None
    before = facts.installed.built_from(record)
    if before is None:
        return f"it was not installed by {lock.tool}"
    if before.changed != now.changed:
        later = now.changed is not None and (before.changed is None or now.changed > before.changed)
        return f"its {now.latest} has changed since" if later else "a file that it was built from is gone or was replaced"
    new, gone = now.folders - before.folders, before.folders - now.folders
    return f"its folder {min(new or gone)} is {'new' if new else 'gone'}" if new or gone else None


def _told(key: str, message: str, lock: LockedSet, facts: Facts) -> Iterable[Finding]:
    data = {"name": key}
    if key in lock.own:
        yield from about_project("outdated-install", message, facts, data)
        return
    for path, manifest in facts.manifests.items():
        for requirement in manifest.requirements if path not in facts.outside else ():
            if requirement.parsed.key == key and facts.counts(manifest, requirement.scope):
                yield Finding(code="outdated-install", message=message, path=path, span=requirement.span, data=data)
                return
    yield Finding(code="outdated-install", message=message, path=lock.path, span=lock.locate(key), data=data)


RULE = Rule(code="outdated-install", severity="information", doc=__doc__ or "", project=check)
