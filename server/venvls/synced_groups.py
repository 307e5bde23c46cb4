"""The groups and extras that a person synced for an environment: kept in their state, so that the next sync has them too.

They are kept in the file of selections, which every window looks at.
"""

from __future__ import annotations

from venvls import discovery
from venvls.model.hints import TYPE_CHECKING
from venvls.model.names import canonical
from venvls.model.requirement import Scope

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from venvls.model.manifest import Manifest
    from venvls.model.ports import FileView, Memory

_CONCERN = "environments"
_MOST = 200


def remember(memory: Memory, prefix: str, groups: Iterable[str], extras: Iterable[str]) -> None:
    """Keep what was synced by name into the environment at ``prefix``."""
    kept = memory.noted(_CONCERN, prefix)
    new = [f"group {canonical(name)}" for name in groups] + [f"extra {canonical(name)}" for name in extras]
    if not set(new) <= set(kept):
        memory.note(_CONCERN, prefix, tuple(dict.fromkeys((*kept, *new)))[:_MOST])


def forget(memory: Memory, prefix: str, names: Iterable[str]) -> tuple[str, ...]:
    """Forget groups and extras by their names; gives those that were remembered."""
    gone = {canonical(name) for name in names}
    kept = memory.noted(_CONCERN, prefix)
    memory.note(_CONCERN, prefix, [text for text in kept if text.partition(" ")[2] not in gone])
    return tuple(dict.fromkeys(name for text in kept if (name := text.partition(" ")[2]) in gone))


def remembered(memory: Memory, prefix: str, manifests: Mapping[str, Manifest], files: FileView) -> frozenset[Scope]:
    """The scopes that were synced there and that the project still defines."""
    texts = memory.noted(_CONCERN, prefix)
    if not texts:
        return frozenset()
    defined = {Scope(group.kind, group.key) for manifest in manifests.values() for group in manifest.groups}
    defined |= {requirement.scope for manifest in manifests.values() for requirement in manifest.requirements}
    defined |= {Scope("group", name) for path in manifests if (name := discovery.group_of(path, files)) is not None}
    return frozenset(scope for text in texts for scope in defined if f"{scope.kind} {scope.name}" == text)
