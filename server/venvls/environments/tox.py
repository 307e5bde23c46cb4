"""tox's own environments: ``.tox/<env>``. An environment like any other, kept by tox for itself (tox ``session/env_select.py``)."""

from __future__ import annotations

from venvls.environments import venv
from venvls.environments.kind import Kind
from venvls.model.environment import Environment
from venvls.model.ports import FileView
from venvls.model.record import replace


def recognise(view: FileView, prefix: str, expected: bool) -> Environment | None:
    """The environment at ``prefix`` where it is below a ``.tox`` folder or carries tox's mark."""
    marked = view.stat(view.path.join(prefix, ".tox-info.json")) is not None
    if not marked and view.path.basename(view.path.dirname(prefix)) != ".tox":
        return None
    environment = venv.KIND.recognise(view, prefix, expected)
    return replace(environment, kind="tox", tool_owned=True) if environment is not None else None


KIND = Kind("tox", (".tox-info.json", "pyvenv.cfg"), recognise)
