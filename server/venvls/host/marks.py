"""Whether a tool that failed had changed anything: what its plan may write to, looked at before and after; a few stats, nothing is read."""

from __future__ import annotations

import os
from collections.abc import Mapping

from venvls.model.hints import TYPE_CHECKING

if TYPE_CHECKING:
    from venvls.model.action import Plan

_INSIDE = ("pyvenv.cfg", "bin", "Scripts", "conda-meta", os.path.join("Lib", "site-packages"))


def of(plan: Plan) -> Mapping[str, object]:
    """A mark for each place the plan's steps may write to: equal marks mean that nothing was installed, removed or written there.

    Of an environment its library and program folders are looked at: a tool leaves its own lock in the folder itself.
    """
    places = dict.fromkeys(path for step in plan.steps for path in step.writes)
    if plan.environment is not None:
        places[plan.environment] = None
    found: dict[str, object] = {}
    for place in places:
        if os.path.isdir(place):
            found.update((path, _mark(path)) for path in (*(os.path.join(place, one) for one in _INSIDE), *_libraries(place)))
        else:
            found[place] = _mark(place)
    return found


def _libraries(prefix: str) -> list[str]:
    found = []
    for folder in ("lib", "lib64"):
        try:
            names = os.listdir(os.path.join(prefix, folder))
        except OSError:
            continue
        found += [os.path.join(prefix, folder, name, "site-packages") for name in sorted(names)]
    return found


def _mark(path: str) -> object:
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_mtime_ns, found.st_ino, found.st_size
