"""Where Poetry and Pipenv put environments: settings of all kinds, on trees in memory, for all platforms."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from hashlib import sha256

import pytest

from tests.environments.stating import Tables, stating
from tests.memory_tree import Content, MemoryFiles
from venvls.environments import pipenv, poetry
from venvls.environments.kind import Query

POETRY = {"pyproject.toml": {"tool": {"poetry": {"name": "My.App", "dependencies": {"python": ">=3.10"}}}}}
PIPFILE: Mapping[str, Tables] = {"Pipfile": {"packages": {}}}
BASE = "my-app-" + base64.urlsafe_b64encode(sha256(b"/p").digest()).decode()[:8]
NAME = "p-" + base64.urlsafe_b64encode(sha256(b"/p/Pipfile").digest()[:6]).decode()


def ask(stated: Mapping[str, Tables], tree: Mapping[str, Content] | None = None, platform: str = "linux", **environ: str) -> Query:
    windows = platform == "win32"
    files = MemoryFiles(tree or {}, windows=windows)
    return Query(files, environ, "C:\\Users\\me" if windows else "/home/me", platform, "C:\\p" if windows else "/p", stating(stated))


def first_two(one: Query) -> list[str]:
    return [place.prefix for place, _ in zip(poetry.places(one), range(2), strict=False)]


@pytest.mark.parametrize(
    ("tree", "environ", "expected"),
    [
        ({}, {}, ["/p/.venv", f"/home/me/.cache/pypoetry/virtualenvs/{BASE}-py3.16"]),
        ({}, {"XDG_CACHE_HOME": "/c"}, ["/p/.venv", f"/c/pypoetry/virtualenvs/{BASE}-py3.16"]),
        ({}, {"POETRY_CACHE_DIR": "/c"}, ["/p/.venv", f"/c/virtualenvs/{BASE}-py3.16"]),
        ({}, {"POETRY_VIRTUALENVS_PATH": "~/e"}, ["/p/.venv", f"/home/me/e/{BASE}-py3.16"]),
        ({}, {"VIRTUAL_ENV": "/a"}, ["/a", "/p/.venv"]),
        ({}, {"CONDA_PREFIX": "/a", "CONDA_DEFAULT_ENV": "base"}, ["/p/.venv", f"/home/me/.cache/pypoetry/virtualenvs/{BASE}-py3.16"]),
        ({}, {"POETRY_VIRTUALENVS_CREATE": "false"}, ["/p/.venv"]),
        (
            {"/home/me/.cache/pypoetry/virtualenvs/envs.toml": f'[{BASE}]\nminor = "3.9"\npatch = "3.9.1"\n'},
            {"VIRTUAL_ENV": "/a"},
            ["/p/.venv", f"/home/me/.cache/pypoetry/virtualenvs/{BASE}-py3.9"],
        ),
        (
            {"/home/me/.config/pypoetry/config.toml": '[virtualenvs]\nin-project = false\npath = "{cache-dir}/v"\n'},
            {"POETRY_CACHE_DIR": "/c"},
            [f"/c/v/{BASE}-py3.16", f"/c/v/{BASE}-py3.15"],
        ),
        (
            {
                "/home/me/.config/pypoetry/config.toml": "[virtualenvs]\nin-project = true\n",
                "/p/poetry.toml": "[virtualenvs]\nin-project = false\npath='/e'",
            },
            {},
            [f"/e/{BASE}-py3.16", f"/e/{BASE}-py3.15"],
        ),
        ({"/p/poetry.toml": "[virtualenvs]\nin-project = false\n"}, {"POETRY_VIRTUALENVS_IN_PROJECT": "1"}, ["/p/.venv"]),
        ({"/b/python3.12": "", "/p/poetry.toml": "[[broken"}, {}, ["/p/.venv", f"/home/me/.cache/pypoetry/virtualenvs/{BASE}-py3.16"]),
    ],
)
def test_poetry(tree: dict[str, Content], environ: dict[str, str], expected: list[str]) -> None:
    assert first_two(ask(POETRY, tree, **environ))[: len(expected)] == expected


def test_poetry_on_other_platforms() -> None:
    assert first_two(ask(POETRY, platform="darwin"))[1].startswith("/home/me/Library/Caches/pypoetry/virtualenvs/my-app-")
    found = first_two(ask(POETRY, platform="win32", LOCALAPPDATA="C:\\Users\\me\\AppData\\Local"))
    assert found[0] == "C:\\p\\.venv"
    assert found[1].startswith("C:\\Users\\me\\AppData\\Local\\pypoetry\\Cache\\virtualenvs\\my-app-")


def test_no_places_for_projects_of_other_tools() -> None:
    assert list(poetry.places(ask({}))) == []
    assert list(poetry.places(ask({"pyproject.toml": {"project": {"name": "x"}}}))) == []
    assert list(poetry.places(ask(POETRY)._replace(locks=("uv.lock",)))) == []
    assert list(pipenv.places(ask(POETRY))) == []


@pytest.mark.parametrize(
    ("tree", "stated", "environ", "expected"),
    [
        ({}, PIPFILE, {}, [f"/home/me/.local/share/virtualenvs/{NAME}", "/p/.venv"]),
        ({}, PIPFILE, {"XDG_DATA_HOME": "/x"}, [f"/x/virtualenvs/{NAME}", "/p/.venv"]),
        ({}, PIPFILE, {"WORKON_HOME": "$BASE/w", "BASE": "/b"}, [f"/b/w/{NAME}", "/p/.venv"]),
        ({}, PIPFILE, {"PIPENV_VENV_IN_PROJECT": "yes"}, ["/p/.venv"]),
        ({}, PIPFILE, {"PIPENV_NO_VENV_IN_PROJECT": "1"}, [f"/home/me/.local/share/virtualenvs/{NAME}"]),
        ({}, {"Pipfile": {"pipenv": {"venv_in_project": True}}}, {}, ["/p/.venv"]),
        (
            {},
            {"Pipfile": {"pipenv": {"venv_in_project": True}}},
            {"PIPENV_VENV_IN_PROJECT": "0"},
            [f"/home/me/.local/share/virtualenvs/{NAME}"],
        ),
        ({}, PIPFILE, {"PIPENV_CUSTOM_VENV_NAME": "mine", "WORKON_HOME": "~/w"}, ["/home/me/w/mine", "/p/.venv"]),
        ({}, PIPFILE, {"PIPENV_PYTHON": "/usr/bin/python3.9", "WORKON_HOME": "/w"}, [f"/w/{NAME}-python3.9", "/p/.venv"]),
        ({}, PIPFILE, {"VIRTUAL_ENV": "/a", "WORKON_HOME": "/w"}, ["/a", f"/w/{NAME}", "/p/.venv"]),
        ({}, PIPFILE, {"VIRTUAL_ENV": "/a", "PIPENV_ACTIVE": "1", "WORKON_HOME": "/w"}, [f"/w/{NAME}", "/p/.venv"]),
        ({}, PIPFILE, {"VIRTUAL_ENV": "/a", "PIPENV_IGNORE_VIRTUALENVS": "1", "WORKON_HOME": "/w"}, [f"/w/{NAME}", "/p/.venv"]),
        ({"/p/.venv": "named\n", "/w/named/pyvenv.cfg": ""}, PIPFILE, {"WORKON_HOME": "/w"}, ["/w/named"]),
        ({"/p/.venv": "../q/e\n", "/q/e/pyvenv.cfg": ""}, PIPFILE, {}, ["/q/e"]),
    ],
)
def test_pipenv(tree: dict[str, Content], stated: Mapping[str, Tables], environ: dict[str, str], expected: list[str]) -> None:
    assert [place.prefix for place in pipenv.places(ask(stated, tree, **environ))] == expected


def test_pipenv_on_windows() -> None:
    assert next(iter(pipenv.places(ask(PIPFILE, platform="win32")))).prefix.startswith("C:\\Users\\me\\.virtualenvs\\p-")


def test_kinds_are_told_by_their_names() -> None:
    tree: dict[str, Content] = {"/usr/bin/python3.12": "", "/p/Pipfile": ""}
    for prefix in ("/v/app-AbCd_123-py3.12", "/w/p-AbCd_123", "/w/other"):
        tree |= {f"{prefix}/pyvenv.cfg": "home = /usr/bin\nversion = 3.12.1\n", f"{prefix}/bin/python": "", f"{prefix}/bin/activate": ""}
        tree[f"{prefix}/lib/python3.12/site-packages/pip-1.dist-info/METADATA"] = ""
    tree["/w/p-AbCd_123/.project"] = "/p\n"
    files = MemoryFiles(tree)
    found = poetry.KIND.recognise(files, "/v/app-AbCd_123-py3.12", True)
    assert found is not None
    assert (found.kind, found.version) == ("poetry", "3.12.1")
    theirs = pipenv.KIND.recognise(files, "/w/p-AbCd_123", True)
    assert theirs is not None
    assert (theirs.kind, theirs.project) == ("pipenv", "/p")
    assert pipenv.KIND.recognise(files, "/w/other", True) is None
