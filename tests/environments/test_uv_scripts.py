"""Where uv keeps the environment of a script, worked out without asking it; the names were given by uv 0.13.9."""

from __future__ import annotations

import pytest

from tests.environments.stating import stating
from tests.memory_tree import Content, MemoryFiles
from venvls.environments import Query, uv
from venvls.environments.uv_scripts import name_of
from venvls.model.manifest import Manifest

NAMES = {
    "/tmp/h/s/tool.py": "tool-a9af47f5407efaa1",
    "/tmp/h/s/_a.py": "-a-cafea6d13acc88a4",
    "/tmp/h/s/cafe.py": "cafe-a711b9a4aac36500",
    "/tmp/h/s/___.py": "e129c27e86f83cac",
    "/tmp/h/s/CAFE": "cafe-bc8e7f22db75ffda",
    "/tmp/h/s/proj/_a.py": "-a-ea68817f103a39a2",
    "/tmp/h/s/p3/link.py": "link-a9fc7f73a953e1f0",
    f"/tmp/h/s/{'x' * 150}.py": f"{'x' * 100}-1365587222608ca0",
}
OWN = "/home/me/.cache/uv"
OURS = "environments-v2/tool-a9af47f5407efaa1"


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
        ({}, "mine", {}, ["/tmp/h/s/mine"]),
        ({}, "/mine", {"UV_CACHE_DIR": "/variable"}, ["/variable"]),
        ({"/tmp/h/uv.toml": 'cache-dir = "c"\n'}, "", {}, ["/tmp/h/c"]),
        ({"/tmp/h/pyproject.toml": '[tool.uv]\ncache-dir = "/c"\n'}, "", {}, ["/c"]),
        ({"/tmp/h/uv.toml": 'cache-dir = "/c"\n'}, "", {"UV_NO_CONFIG": "1"}, [OWN]),
        ({"/etc/mine.toml": 'cache-dir = "/c"\n'}, "", {"UV_CONFIG_FILE": "/etc/mine.toml"}, ["/c"]),
        ({"/home/me/.config/uv/uv.toml": 'cache-dir = "/c"\n'}, "", {}, ["/c"]),
        ({}, "", {"UV_NO_CACHE": "1"}, []),
    ],
)
def test_the_cache_is_the_one_that_uv_uses(tree: dict[str, Content], stated: str, environ: dict[str, str], caches: list[str]) -> None:
    files = MemoryFiles({"/tmp/h/s/tool.py": "", **tree})
    ask = Query(files, environ, "/home/me", "linux", "/tmp/h/s/tool.py", _script(stated))
    assert [place.prefix for place in uv.KIND.places(ask)] == [f"{cache}/{OURS}" for cache in caches]


def test_on_windows_only_uv_can_say() -> None:
    ask = Query(MemoryFiles({}), {}, "/home/me", "win32", "/tmp/h/s/tool.py", _script(""))
    assert list(uv.KIND.places(ask)) == []
