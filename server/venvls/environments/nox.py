"""nox's own environments: ``.nox/<session>``. An environment like any other, kept by nox for itself (nox ``sessions.py``)."""

from __future__ import annotations

from venvls.environments import venv
from venvls.environments.kind import Kind
from venvls.model.environment import Environment
from venvls.model.ports import FileView
from venvls.model.record import replace


def recognise(view: FileView, prefix: str, expected: bool) -> Environment | None:
    """The environment at ``prefix`` where it is below a ``.nox`` folder."""
    if view.path.basename(view.path.dirname(prefix)) != ".nox":
        return None
    environment = venv.KIND.recognise(view, prefix, expected)
    return replace(environment, kind="nox", tool_owned=True) if environment is not None else None


KIND = Kind("nox", ("pyvenv.cfg",), recognise)
