"""Which file locks one of Hatch's environments; the values are Hatch's own (``tests/differential_tools/test_hatch_locks.py``)."""

from __future__ import annotations

import posixpath

import pytest

from tests.memory_machine import MemoryMachine, MemoryMemory, environment
from venvls import manifests
from venvls.manifests.hatch import naming
from venvls.model.text import Text
from venvls.workspace import Overrides, Workspace

CASES = {
    "nothing is locked": ("[tool.hatch.envs.default]\n", {"default": None}),
    "all are": (
        "[tool.hatch]\nlock-envs = true\n[tool.hatch.envs.test]\n[tool.hatch.envs.docs]\nlocked = false\n",
        {"default": "pylock.toml", "test": "pylock.test.toml", "docs": None, "hatch-build": "pylock.hatch-build.toml"},
    ),
    "those that take after one": (
        "[tool.hatch.envs.default]\nlocked = true\n[tool.hatch.envs.test]\n[tool.hatch.envs.alone]\ndetached = true\n",
        {"default": "pylock.toml", "test": "pylock.test.toml", "alone": None, "me": "pylock.toml"},
    ),
    "a name of its own": (
        "[tool.hatch.envs.base]\nlocked = true\nlock-filename = 'locks/pylock.{env_name}.toml'\n"
        "[tool.hatch.envs.test]\ntemplate = 'base'\n",
        {"default": None, "base": "locks/pylock.base.toml", "test": "locks/pylock.test.toml"},
    ),
    "a matrix": (
        "[tool.hatch.envs.m]\nlocked = true\n[[tool.hatch.envs.m.matrix]]\nv = ['1.2', '3']\n",
        {"m.1.2": "pylock.m-1-2.toml", "m.3": "pylock.m-3.toml"},
    ),
    "fields": (
        "[tool.hatch.envs.m]\nlocked = true\nlock-filename = '{env_type}-{matrix:v}-{matrix:w:none}.txt'\n"
        "[[tool.hatch.envs.m.matrix]]\nv = ['1']\n",
        {"m.1": "virtual-1-none.txt"},
    ),
    "what only the process knows": ("[tool.hatch.envs.default]\nlocked = true\nlock-filename = '{env:NAME}.toml'\n", {"default": None}),
    "what an override decides": (
        "[tool.hatch.envs.default]\nlocked = true\n[tool.hatch.envs.default.overrides]\nplatform.linux.locked = false\n",
        {"default": None},
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_the_lock_of_each_environment(name: str) -> None:
    text, expected = CASES[name]
    table = naming.table_of([manifests.parse("/w/pyproject.toml", Text(f'[project]\nname = "me"\n{text}'))])
    assert {env: naming.lock_path(table, env) for env in expected} == expected


def test_a_lock_outside_the_project_is_not_read() -> None:
    assert naming.lock_in("/w", "locks/a.toml", posixpath) == "/w/locks/a.toml"
    assert naming.lock_in("/w", "../a.toml", posixpath) is None
    assert naming.lock_in("/w", "/etc/passwd", posixpath) is None


PROJECT = """\
[project]
name = "me"
version = "1"
dependencies = ["six>=1"]
[tool.hatch.envs.default]
path = ".venv"
locked = true
[tool.hatch.envs.test]
path = "envs/t"
skip-install = true
dependencies = ["idna"]
lock-filename = "test.lock"
"""
LOCK = 'lock-version = "1.0"\ncreated-by = "uv"\n[[packages]]\nname = "six"\nversion = "1.17.0"\nindex = "https://pypi.org/simple"\n' + (
    'wheels = [{name = "six-1.17.0-py3-none-any.whl", url = "https://f/six-1.17.0-py3-none-any.whl", hashes = {sha256 = "00"}}]\n'
)


def verdicts(pins: str | None, selected: str | None = None, project: str = PROJECT) -> list[tuple[str, str]]:
    tree = {
        "/w/pyproject.toml": project,
        "/w/pylock.toml": LOCK,
        **({"/w/test.lock": pins} if pins is not None else {}),
        **environment("/w/.venv", packages=["six-1.16.0"]),
        **environment("/w/envs/t", packages=["idna-3.9"]),
    }
    workspace = Workspace(MemoryMachine(tree), MemoryMemory(), strict=True, overrides=Overrides(environment=selected))
    workspace.set_roots(("/w",))
    workspace.discover()
    quiet = ("selected-environment", "unignored-environment")
    return [(finding.code, finding.message) for finding in workspace.check().findings if finding.code not in quiet]


def test_each_environment_is_compared_with_its_own_list_and_lock() -> None:
    assert verdicts("idna==3.9\n") == [("version-mismatch", "six 1.16.0 is installed, but 1.17.0 is locked")]
    assert verdicts("idna==3.9\n", "/w/envs/t") == []
    assert verdicts("idna==3.10 \\\n    --hash=sha256:00\n    # via -r /tmp/x.txt\n", "/w/envs/t") == [
        ("version-mismatch", "idna 3.9 is installed, but 3.10 is locked")
    ]
    assert verdicts(None, "/w/envs/t") == [], "the lock of another environment says nothing of this one"


def test_an_environment_that_is_not_locked_is_compared_with_its_list_alone() -> None:
    free = PROJECT.replace("lock-filename", "locked = false\nlock-filename")
    assert verdicts("idna==3.10\n", "/w/envs/t", free) == []


@pytest.mark.parametrize(
    ("pins", "said"),
    [
        ("six==1\n", "test.lock was made before `idna` was added here: create it again."),
        ("idna==2 ; python_version < '3'\n", "idna"),
        ("idna==", "test.lock cannot be read: create it again with `hatch env lock`."),
        (LOCK, "test.lock is a pylock.toml by its text: with `lock-filename` it has to be called pylock.NAME.toml."),
    ],
)
def test_a_lock_that_cannot_be_right(pins: str, said: str) -> None:
    more = PROJECT.replace('["idna"]', '["idna>=3"]') if "idna==2" in pins else PROJECT
    assert [(code, said in message) for code, message in verdicts(pins, "/w/envs/t", more)] == [("stale-lock", True)]
