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
    marks: dict[str, object] = {}
    for place in places:
        if os.path.isdir(place):
            marks.update((path, _mark(path)) for path in (*(os.path.join(place, name) for name in _INSIDE), *_libraries(place)))
        else:
            marks[place] = _mark(place)
    return marks


def _libraries(prefix: str) -> list[str]:
    libraries = []
    for folder in ("lib", "lib64"):
        try:
            names = os.listdir(os.path.join(prefix, folder))
        except OSError:
            continue
        libraries += [os.path.join(prefix, folder, name, "site-packages") for name in sorted(names)]
    return libraries


def _mark(path: str) -> object:
    try:
        stat = os.stat(path)
    except OSError:
        return None
    return stat.st_mtime_ns, stat.st_ino, stat.st_size
