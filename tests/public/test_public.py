"""Public projects, each brought in sync by its own tool and moved out of it: the tool's verdict and ours, state by state.

It fetches a few gigabytes and takes an hour or more, so it is collected only where it is wanted (``conftest.py``):
``VENVLS_PUBLIC=1 python3 tests tests/public``, with ``-k NAME`` for one project. Each environment is deleted after its verdict, unless
VENVLS_PUBLIC_GROUND names a folder for them.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.public import table
from tests.public.differences import REASONS
from tests.public.fetch import fetched
from tests.public.keepers import KEEPERS, Ground, Refused
from tests.public.projects import PROJECTS, Public
from tests.public.states import STATES, needs, undone
from tests.public.verdicts import compared

pytestmark = [pytest.mark.network, pytest.mark.slow]


@pytest.mark.parametrize("project", PROJECTS, ids=lambda project: f"{project.tool}-{project.name}")
def test_the_tool_and_we_say_the_same(project: Public, tmp_path: Path) -> None:
    stays = os.environ.get("VENVLS_PUBLIC_GROUND")
    base = Path(stays) / project.tool if stays else tmp_path
    ground = Ground(project, base / project.name / project.stands, {**_own(base), **dict(project.variables)})
    try:
        if not ground.folder.exists():
            fetched(project, base)
        _compare(project, ground)
    finally:
        if not stays:
            shutil.rmtree(base, ignore_errors=True)


def _own(base: Path) -> dict[str, str]:
    return {"HATCH_DATA_DIR": str(base / "hatch-data"), "UV_CONCURRENT_DOWNLOADS": "4", "UV_PYTHON_DOWNLOADS": "never"}


def _compare(project: Public, ground: Ground) -> None:
    keeper = KEEPERS[project.tool]
    try:
        keeper.sync(ground)
    except Refused as refused:
        table.keep(project, [], str(refused))
        assert (project.name, "refused") in REASONS, refused
        return
    prefix = keeper.prefix(ground)
    states, needed = [], needs(prefix)
    for state in STATES:
        with undone(ground, prefix):
            about = state.move(ground, prefix)
            if about is not None:
                states.append(compared(ground, prefix, state.name, about, needed))
        if state.edits and project.tool == "uv":
            keeper.sync(ground)  # uv installs what it has built again where its manifest was written, with the same text too
    table.keep(project, states)
    known = {difference for name, difference in REASONS if name in (project.name, project.tool)}
    unknown = [(state.state, difference, state.said) for state in states for difference in state.differences if difference not in known]
    assert not unknown, "\n".join(f"{state}: {difference}\n{said}" for state, difference, said in unknown)
