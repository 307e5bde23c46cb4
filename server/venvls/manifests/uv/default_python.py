"""Which Pythons uv locks for where nobody states ``requires-python``: from the minor version on that it would itself use (uv
``commands/project/lock.rs``: *Defaulting to >=3.12*). That is the Python of the project's ``.venv``, as long as nothing names another.
"""

from __future__ import annotations

from venvls.manifests.uv.difference import stated_elsewhere, uv_table
from venvls.manifests.uv.equal import bounds
from venvls.manifests.uv.members import tables_of_members
from venvls.manifests.uv.reading import Lock, table
from venvls.model.hints import TYPE_CHECKING
from venvls.standards.versions import admits

if TYPE_CHECKING:
    from venvls.model.facts import Facts
    from venvls.model.manifest import Manifest

_NAME_A_PYTHON = ("python", "python-preference", "managed-python", "no-managed-python")


def other_default(lock: Lock, noted: str, manifest: Manifest, facts: Facts) -> str | None:
    """The bound that uv takes, where the lock was made with another one; ``None`` where it is the same, or is not known."""
    python = _minor_of_environment(facts)
    if python is None or bounds(noted) == bounds(python) or "requires-python" in manifest.dynamic:
        return None
    if any(key in uv_table(manifest) or stated_elsewhere(key, manifest, facts) for key in _NAME_A_PYTHON):
        return None
    if lock.manifest.get("members"):
        # One of them is enough to bound the Pythons of all.
        members = tables_of_members(lock, facts.files.path.dirname(manifest.path), facts.files).values()
        if any("requires-python" in table(member.get("project")) for member in members):
            return None
    return python


def _minor_of_environment(facts: Facts) -> str | None:
    """The bound for the Python of the environment; ``None`` where uv might take another Python."""
    environment, path = facts.environment, facts.files.path
    if environment is None or environment.version is None or environment.health != "ok":
        return None
    if environment.prefix != path.join(facts.project.root, ".venv"):
        return None
    version, pins = environment.version, facts.project.python
    if any(admits(specifier, version) is not True for specifier, _ in pins):
        return None
    pin = path.join(facts.project.root, ".python-version")
    if facts.files.stat(pin) is not None and all(place != pin for _, place in pins):
        return None  # what it says is not understood here
    return f">={'.'.join(version.split('.')[:2])}"
