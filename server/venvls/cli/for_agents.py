"""`venvls doctor --agents`: the block for AGENTS.md, which tells a coding agent how this project's environment is used.

It is for everybody who has the project: no path of this machine, no version that another one need not have.
"""

from __future__ import annotations

import os

from venvls.cli.running import Opened
from venvls.model.visible import one_line

_OWN = {"uv": "uv add NAME", "poetry": "poetry add NAME", "pdm": "pdm add NAME", "pipenv": "pipenv install NAME"}


def block(here: Opened) -> str:
    """The block, in Markdown."""
    environment = here.project.environment
    tool = here.workspace.described(here.project).tool or ""
    place = "The project has an environment of its own"
    if environment is not None and os.path.dirname(environment.prefix) == here.project.root:
        place = f"The environment is in `{one_line(environment.name)}`"
    tests = environment is not None and "pytest" in here.workspace.machine.installed(environment).distributions
    own = f" (or `{_OWN[tool]}`)" if tool in _OWN else ""
    lines = [
        "## Python environment",
        "",
        f"- {place}. Without one (a fresh clone or work tree): `venvls create`.",
        "- Run Python with `venvls run -- python …`" + (", the tests with `venvls run -- pytest`." if tests else "."),
        f"- Add a package with `venvls add NAME`{own}. Never use `pip install`, `sudo pip` or `--break-system-packages`.",
        "- After a change of requirements or of the branch: `venvls check` says what is out of sync, `venvls sync` syncs it.",
        "- `venvls which --explain` says which environment is used and why, `venvls why NAME` why a package is there.",
    ]
    return "\n".join(lines) + "\n"
