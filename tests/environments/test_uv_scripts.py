"""Where uv keeps the environment of a script, worked out without asking it; the names were given by uv 0.13.9."""

from __future__ import annotations

import pytest

from tests.environments.stating import stating
from tests.memory_tree import Content, MemoryFiles
from venvls.environments import Query, uv
from venvls.environments.uv_scripts import name_of
from venvls.model.manifest import Manifest

NAMES = {
    "/w/s/tool.py": "tool-180c77527d990bde",
    "/w/s/_a.py": "-a-dd04d7da709399b9",
    "/w/s/cafe.py": "cafe-701d0ca8b7552a0c",
    "/w/s/___.py": "61ab37d3bf213c86",
    "/w/s/CAFE": "cafe-c40e7d959dad40fb",
    "/w/s/proj/_a.py": "-a-d3cda62d893f64f3",
    "/w/s/p3/link.py": "link-4b5dc9547d8f094a",
    f"/w/s/{'x' * 150}.py": f"{'x' * 100}-a0d53a94f49facab",
}
OWN = "/home/me/.cache/uv"
OURS = "environments-v2/tool-180c77527d990bde"


def _script(cache: str) -> dict[str, Manifest]:
    table = f'# [tool.uv]\n# cache-dir = "{cache}"\n' if cache else ""
    return {"script": next(iter(stating({"tool.py": f"# /// script\n# dependencies = []\n{table}# ///\n"}).values()))}


@pytest.mark.parametrize("script", NAMES, ids=lambda script: script[-20:])
def test_the_name_is_the_one_that_uv_gives(script: str) -> None:
    assert name_of(script) == NAMES[script]


@pytest.mark.parametrize(
    ("tree", "stated", "environ", "caches"),
    [
        ({}, "", {}, [OWN]),
        ({}, "", {"XDG_CACHE_HOME": "/fast"}, ["/fast/uv"]),
        ({}, "", {"XDG_CACHE_HOME": "relative"}, [OWN]),
        ({}, "/mine", {}, ["/mine"]),
        ({}, "mine", {}, ["/w/s/mine"]),
        ({}, "/mine", {"UV_CACHE_DIR": "/variable"}, ["/variable"]),
        ({"/w/uv.toml": 'cache-dir = "c"\n'}, "", {}, ["/w/c"]),
        ({"/w/pyproject.toml": '[tool.uv]\ncache-dir = "/c"\n'}, "", {}, ["/c"]),
        ({"/w/uv.toml": 'cache-dir = "/c"\n'}, "", {"UV_NO_CONFIG": "1"}, [OWN]),
        ({"/etc/mine.toml": 'cache-dir = "/c"\n'}, "", {"UV_CONFIG_FILE": "/etc/mine.toml"}, ["/c"]),
        ({"/home/me/.config/uv/uv.toml": 'cache-dir = "/c"\n'}, "", {}, ["/c"]),
        ({}, "", {"UV_NO_CACHE": "1"}, []),
    ],
)
def test_the_cache_is_the_one_that_uv_uses(tree: dict[str, Content], stated: str, environ: dict[str, str], caches: list[str]) -> None:
    files = MemoryFiles({"/w/s/tool.py": "", **tree})
    ask = Query(files, environ, "/home/me", "linux", "/w/s/tool.py", _script(stated))
    assert [place.prefix for place in uv.KIND.places(ask)] == [f"{cache}/{OURS}" for cache in caches]


def test_on_windows_only_uv_can_say() -> None:
    ask = Query(MemoryFiles({}), {}, "/home/me", "win32", "/w/s/tool.py", _script(""))
    assert list(uv.KIND.places(ask)) == []
