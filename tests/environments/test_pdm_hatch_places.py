"""Where PDM and Hatch put a project's environment, worked out without asking them."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.environments.stating import Tables, stating
from tests.memory_tree import Content, MemoryFiles
from venvls.environments import Query, hatch, pdm, recognise

ROOT = "/w/A Project"
# As `pdm venv create` and `hatch env find` name them (md5 and sha256 of the path).
PDM_HASH = pdm.folder_hash(ROOT, "/")
HATCH_HASH = hatch.root_hash(ROOT, "linux")
PDM_DATA = "/home/me/.local/share/pdm/venvs"
HATCH_DATA = "/home/me/.local/share/hatch/env/virtual"


def _hatch(envs: Tables, name: str | None = "me") -> dict[str, Tables]:
    return {"pyproject.toml": {**({"project": {"name": name}} if name else {}), "tool": {"hatch": {"envs": envs}}}}


def _built(backend: str) -> dict[str, Tables]:
    return {"pyproject.toml": {"project": {"name": "me"}, "build-system": {"build-backend": backend}}}


HATCH = _hatch({})


def venv(prefix: str, version: str = "3.12.1") -> dict[str, Content]:
    minor = ".".join(version.split(".")[:2])
    return {
        f"{prefix}/pyvenv.cfg": f"home = /usr/bin\nversion = {version}\n",
        f"{prefix}/bin/python": "",
        f"{prefix}/lib/python{minor}/site-packages/x.py": "",
    }


def test_the_hashes_are_the_tools_own() -> None:
    assert pdm.folder_hash("/tmp/p", "/") == "DLEN90ur"
    assert pdm.folder_hash("C:\\a\\b", "\\") == pdm.folder_hash("C:/a/b", "/")
    assert hatch.root_hash("/tmp/h", "linux") == "H8YOBjZw"
    assert hatch.root_hash("/Tmp/H", "darwin") == hatch.root_hash("/tmp/h", "linux")


@pytest.mark.parametrize(
    ("tree", "environ", "places"),
    [
        ({}, {}, []),
        (venv(f"{ROOT}/.venv"), {}, [f"{ROOT}/.venv"]),
        ({**venv(f"{ROOT}/venv"), **venv(f"{ROOT}/env")}, {}, [f"{ROOT}/venv", f"{ROOT}/env"]),
        (venv(f"{PDM_DATA}/A Project-{PDM_HASH}-3.12"), {}, [f"{PDM_DATA}/A Project-{PDM_HASH}-3.12"]),
        (venv(f"{PDM_DATA}/Other-AAAAAAAA-3.12"), {}, []),
        (venv(f"/data/pdm/venvs/A Project-{PDM_HASH}-x"), {"XDG_DATA_HOME": "/data"}, [f"/data/pdm/venvs/A Project-{PDM_HASH}-x"]),
        (
            {"/home/me/.config/pdm/config.toml": '[venv]\nlocation = "~/v"\n', **venv(f"/home/me/v/A Project-{PDM_HASH}-x")},
            {},
            [f"/home/me/v/A Project-{PDM_HASH}-x"],
        ),
        ({f"{ROOT}/.pdm-python": "/e/bin/python\n", **venv("/e"), **venv(f"{ROOT}/.venv")}, {}, ["/e", f"{ROOT}/.venv"]),
        ({f"{ROOT}/.pdm-python": "/e/bin/python\n", **venv("/e"), **venv("/f")}, {"PDM_PYTHON": "/f/bin/python"}, ["/f"]),
        ({f"{ROOT}/.pdm-python": "/e/bin/python", **venv("/e")}, {"PDM_IGNORE_SAVED_PYTHON": "1"}, []),
        ({f"{ROOT}/.pdm-python": "/e/bin/python", **venv("/e", "3.8.1")}, {}, []),
        ({f"{ROOT}/.pdm-python": "/usr/bin/python", "/usr/bin/python": ""}, {}, []),
        ({**venv("/active"), **venv(f"{ROOT}/.venv")}, {"VIRTUAL_ENV": "/active"}, ["/active", f"{ROOT}/.venv"]),
        ({**venv("/active"), **venv(f"{ROOT}/.venv")}, {"VIRTUAL_ENV": "/active", "PDM_IGNORE_ACTIVE_VENV": "1"}, [f"{ROOT}/.venv"]),
        (
            {f"{ROOT}/pdm.toml": "[python]\nuse_venv = false\n", f"{ROOT}/__pypackages__/3.12/lib/x.py": "", **venv(f"{ROOT}/.venv")},
            {},
            [f"{ROOT}/__pypackages__/3.12"],
        ),
    ],
)  # fmt: skip
def test_pdm(tree: dict[str, Content], environ: dict[str, str], places: list[str]) -> None:
    stated = stating({"pyproject.toml": {"project": {"name": "me", "requires-python": ">=3.9"}}})
    ask = Query(MemoryFiles({f"{ROOT}/x": "", **tree}), environ, "/home/me", "linux", ROOT, stated, ("pdm.lock",))
    assert [place.prefix for place in pdm.KIND.places(ask)] == places


def test_pdm_says_nothing_of_others_projects() -> None:
    ask = Query(MemoryFiles(venv(f"{ROOT}/.venv")), {"VIRTUAL_ENV": "/active"}, "/home/me", "linux", ROOT, {}, ("poetry.lock",))
    assert list(pdm.KIND.places(ask)) == []


def test_pep_582() -> None:
    tree: dict[str, Content] = {
        f"{ROOT}/__pypackages__/3.12/lib/x.py": "",
        f"{ROOT}/.pdm-python": "/usr/bin/python3.12",
        "/usr/bin/python3.12": "",
    }
    found = recognise(MemoryFiles(tree), f"{ROOT}/__pypackages__/3.12", True)
    assert found is not None
    assert (found.kind, found.interpreter, found.version, found.health) == ("pdm", "/usr/bin/python3.12", "3.12", "ok")
    assert found.site_packages == (f"{ROOT}/__pypackages__/3.12/lib",)
    del tree["/usr/bin/python3.12"]
    found = recognise(MemoryFiles(tree), f"{ROOT}/__pypackages__/3.12", True)
    assert found is not None
    assert found.health == "broken"


def _default(table: Tables, **envs: Tables) -> dict[str, Tables]:
    return _hatch({"default": table, **envs})


@pytest.mark.parametrize(
    ("tree", "stated", "environ", "place"),
    [
        ({}, HATCH, {}, f"{HATCH_DATA}/me/{HATCH_HASH}/me"),
        ({}, HATCH, {"HATCH_DATA_DIR": "/d"}, f"/d/env/virtual/me/{HATCH_HASH}/me"),
        ({}, HATCH, {"HATCH_ENV_TYPE_VIRTUAL_PATH": "e"}, f"{ROOT}/e"),
        ({}, _default({"path": ".venv"}), {}, f"{ROOT}/.venv"),
        ({}, {"pyproject.toml": {"project": {"name": "me"}}, "hatch.toml": {"envs": {"default": {"path": "/e"}}}}, {}, "/e"),
        ({}, _hatch({}, None), {}, f"{HATCH_DATA}/{HATCH_HASH}-unmanaged/{HATCH_HASH}/{HATCH_HASH}-unmanaged"),
        ({"/home/me/.config/hatch/config.toml": '[dirs.env]\nvirtual = ".hatch"\n'}, HATCH, {}, f"{ROOT}/.hatch/me"),
        ({"/home/me/.config/hatch/config.toml": '[dirs.env]\nvirtual = "~/.virtualenvs"\n'}, HATCH, {}, "/home/me/.virtualenvs/me"),
        ({"/c.toml": '[dirs]\ndata = "$D/x"\n'}, HATCH, {"HATCH_CONFIG": "/c.toml", "D": "/d"}, f"/d/x/env/virtual/me/{HATCH_HASH}/me"),
        ({"/c.toml": "[dirs"}, HATCH, {"HATCH_CONFIG": "/c.toml"}, f"{HATCH_DATA}/me/{HATCH_HASH}/me"),
        ({}, _built("hatchling.build"), {}, f"{HATCH_DATA}/me/{HATCH_HASH}/me"),
        (venv(f"{ROOT}/.venv"), _built("hatchling.build"), {}, None),
        ({}, _built("setuptools.build_meta"), {}, None),
        ({}, _default({"type": "docker"}), {}, None),
        ({}, _default({"template": "t"}, t={"path": "e", "detached": True}), {}, f"{ROOT}/e"),
        ({}, _default({"matrix": [{"v": ["1"]}]}), {}, None),
        ({}, _default({"overrides": {"env": {"CI": {"path": "e"}}}}), {}, None),
        ({}, _default({"template": 3, "overrides": 4, "path": 5}), {}, f"{HATCH_DATA}/me/{HATCH_HASH}/me"),
    ],
)  # fmt: skip
def test_hatch(tree: dict[str, Content], stated: Mapping[str, Tables], environ: dict[str, str], place: str | None) -> None:
    ask = Query(MemoryFiles({f"{ROOT}/x": "", **tree}), environ, "/home/me", "linux", ROOT, stating(stated))
    assert [one.prefix for one in hatch.KIND.places(ask)] == ([place] if place is not None else [])


def test_hatch_environments_are_known_by_their_place() -> None:
    prefix = f"/d/env/virtual/me/{HATCH_HASH}/test"
    found = recognise(MemoryFiles(venv(prefix)), prefix)
    assert found is not None
    assert (found.kind, found.name) == ("hatch", "test")
