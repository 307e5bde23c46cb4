"""Whether a pdm.lock was made for this Python and platform: PDM follows it only where one of its targets fits (``pdm lock --platform``).

Source: pdm ``cli/actions.py`` (``resolve_from_lockfile``), dep-logic ``tags/tags.py``. What is not known of either side fits.
"""

from __future__ import annotations

from collections.abc import Mapping

from venvls.model.hints import TYPE_CHECKING
from venvls.standards.python_versions import as_known, fits

if TYPE_CHECKING:
    from venvls.manifests.pdm.reading import Lock
    from venvls.model.environment import Target
    from venvls.model.facts import Facts

_SYSTEMS = {"windows": "win32", "linux": "linux", "manylinux": "linux", "musllinux": "linux", "alpine": "linux", "macos": "darwin"}
_MACHINES = {"amd64": "x86_64", "x86_64": "x86_64", "arm64": "aarch64", "aarch64": "aarch64", "x86": "x86", "i686": "x86"}


def unfit(lock: Lock, name: str, facts: Facts) -> str | None:
    """Why nothing can be installed from the lock here, as a sentence; ``None`` where something can."""
    listed = lock.metadata.get("targets")
    targets = [target for target in listed if isinstance(target, Mapping)] if isinstance(listed, list) else []
    if not targets or facts.target is None or any(_fits(target, facts.target) for target in targets):
        return None
    made_for = ", ".join(dict.fromkeys(str(target.get("platform") or f"Python {target.get('requires_python')}") for target in targets))
    return f"{name} is only for {made_for}: PDM installs nothing from it here. Run `pdm lock`."


def _fits(target: Mapping[str, object], here: Target) -> bool:
    wanted, markers = target.get("requires_python"), here.markers
    if isinstance(wanted, str) and not fits(wanted, as_known(here)):
        return False
    implementation, ours = target.get("implementation"), markers.get("implementation_name")
    if isinstance(implementation, str) and ours and implementation.lower() != ours.lower():
        return False
    platform = target.get("platform")
    if not isinstance(platform, str):
        return True
    system = _SYSTEMS.get(platform.partition("_")[0])
    if system is not None and markers.get("sys_platform") and system != markers["sys_platform"]:
        return False
    machine = next((machine for ending, machine in _MACHINES.items() if platform.endswith(f"_{ending}")), None)
    own = _MACHINES.get(markers.get("platform_machine", "").lower())
    return machine is None or own is None or machine == own
