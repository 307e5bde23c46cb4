"""Where uv puts a project's environment, worked out without asking it."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.environments.stating import Tables, stating
from tests.memory_tree import Content, MemoryFiles
from venvls.environments import Query, uv

UV = {"pyproject.toml": {"tool": {"uv": {}}}}
VENV: dict[str, Content] = {"/w/.venv/pyvenv.cfg": "uv = 1\n"}


@pytest.mark.parametrize(
    ("tree", "stated", "locks", "environ", "places"),
    [
        (VENV, {}, ("uv.lock",), {}, ["/w/.venv"]),
        (VENV, UV, (), {}, ["/w/.venv"]),
        (VENV, {}, ("poetry.lock",), {}, []),
        (VENV, {"pyproject.toml": {"tool": {"uv": {"managed": False}}}}, ("uv.lock",), {}, []),
        (VENV, UV, (), {"UV_PROJECT_ENVIRONMENT": "../env"}, ["/env"]),
        (VENV, UV, (), {"UV_PROJECT_ENVIRONMENT": "/opt/env"}, ["/opt/env"]),
        (VENV, {}, (), {"UV_PROJECT_ENVIRONMENT": "/opt/env"}, []),
        ({"/w/.venv": "/cache/me-123\n", "/cache/me-123/pyvenv.cfg": ""}, UV, (), {}, ["/cache/me-123"]),
        ({"/w/x": ""}, UV, (), {}, []),
    ],
)
def test_places(
    tree: dict[str, Content], stated: Mapping[str, Tables], locks: tuple[str, ...], environ: dict[str, str], places: list[str]
) -> None:
    ask = Query(MemoryFiles(tree), environ, "/home/me", "linux", "/w", stating(stated), locks)
    assert [place.prefix for place in uv.KIND.places(ask)] == places
