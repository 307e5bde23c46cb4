"""Finders of editable installations as the backends leave them behind, recorded: what they provide is there, and what is not known is not
reported."""

from __future__ import annotations

import pytest

from tests.memory_tree import MemoryFiles
from venvls.imports.owners import Owners
from venvls.imports.search import Search
from venvls.model.environment import Distribution

_SITE = "/e/lib/python3.12/site-packages"
_HOOK = """import sys
class Finder:
    def find_spec(self, name, path=None, target=None): ...
"""

# The last lines of each finder and the files next to it, by the backend that made them.
_LEFT_BEHIND: dict[str, tuple[dict[str, str], tuple[str, ...]]] = {
    "meson-python 0.18": (
        {
            "dist-editable.pth": "import _dist_editable_loader",
            "_dist_editable_loader.py": _HOOK
            + "def install(package, names, path, cmd, verbose):\n    sys.meta_path.insert(0, Finder())\n"
            + "install(\n    'dist',\n    {'mod_ns', 'mod_native', 'mod'},\n    '/far/build/cp312',\n    ['/far/ninja'],\n    False,\n)\n",
        },
        ("mod", "mod.deep", "mod._inside", "mod_native", "mod_ns.part.inner"),
    ),
    "meson-python 0.22": (
        {
            "dist-editable.pth": "import _dist_editable_loader; _dist_editable_loader.init()",
            "_dist_editable_loader.py": _HOOK
            + "def init():\n    finder = Finder(\n        'dist',\n        {'mod', 'mod_native'},\n        '/far/build/cp312',\n    )\n"
            + "    sys.meta_path.insert(0, finder)\n    sys.path_hooks.insert(0, finder._path_hook)\n",
        },
        ("mod", "mod._inside", "mod_native"),
    ),
    "scikit-build-core 0.11": (
        {
            "_dist_editable.pth": "import _dist_editable\n/far/src\n",
            "_dist_editable.py": _HOOK
            + "def install(*given):\n    sys.meta_path.insert(0, Finder())\n"
            + "install({'mod': '/far/src/mod/__init__.py', 'mod_ns.part.inner': '/far/src/mod_ns/part/inner.py'}, "
            + "{'mod._inside': 'mod/_inside.so', 'mod_native': 'mod_native.so'}, None, False, True, [], [], '')\n",
            "mod/_inside.cpython-312-x86_64-linux-gnu.so": "",
            "mod_native.cpython-312-x86_64-linux-gnu.so": "",
        },
        ("mod", "mod.deep", "mod._inside", "mod_native", "mod_ns.part.inner"),
    ),
    "scikit-build-core 1.1, in place": (
        {
            "_editable_skbc_dist.pth": "import _editable_skbc_dist\n/far/src\n",
            "_editable_skbc_dist.py": _HOOK
            + "def install_inplace(*given):\n    sys.meta_path.insert(0, Finder())\n"
            + "install_inplace(['mod', 'mod_ns'], ['/far/src'], '/far', False, True, [])\n",
        },
        ("mod", "mod._inside", "mod_ns.part.inner"),
    ),
    "maturin, with Python code": ({"dist.pth": "/far/python"}, ("by_path", "by_path._native")),
    "maturin, without": ({"mod/__init__.py": "", "mod/mod.abi3.so": ""}, ("mod", "mod.mod")),
    "setuptools, without any module": (
        {
            "__editable__.dist-1.0.pth": "import __editable___dist_1_0_finder; __editable___dist_1_0_finder.install()",
            "__editable___dist_1_0_finder.py": _HOOK
            + "MAPPING: dict[str, str] = {}\nNAMESPACES: dict[str, list[str]] = {}\n"
            + "def install():\n    sys.meta_path.append(Finder)\n    sys.path_hooks.append(Finder._path_hook)\n",
        },
        (),
    ),
    "virtualenv": (
        {
            "_virtualenv.pth": "import _virtualenv",
            "_virtualenv.py": "import sys\n_PATCH = 'distutils.dist', 'setuptools.dist'\nsys.meta_path.insert(0, object())\n",
        },
        (),
    ),
}


def _files(left_behind: dict[str, str]) -> MemoryFiles:
    far = {"/far/python/by_path/__init__.py": "", "/far/python/by_path/_native.abi3.so": ""}
    return MemoryFiles({**{f"{_SITE}/{name}": text for name, text in left_behind.items()}, **far})


@pytest.mark.parametrize("backend", _LEFT_BEHIND)
def test_what_a_backend_left_behind_is_read(backend: str) -> None:
    left_behind, modules = _LEFT_BEHIND[backend]
    search = Search(_files(left_behind), [_SITE])
    assert [module for module in modules if search.missing(module) is not None] == []
    assert search.missing("nowhere") == "nowhere", "what nobody provides is still missing"


@pytest.mark.parametrize("backend", [name for name, (_, modules) in _LEFT_BEHIND.items() if modules])
def test_what_a_backend_left_behind_is_of_its_distribution(backend: str) -> None:
    left_behind, modules = _LEFT_BEHIND[backend]
    record = "".join(f"{name},,\n" for name in left_behind)
    files = _files({**left_behind, "dist-1.0.dist-info/RECORD": record, "other-1.0.dist-info/RECORD": "other/__init__.py,,\n"})
    installed = {name: (Distribution(name, "1.0", f"{_SITE}/{name}-1.0.dist-info"),) for name in ("dist", "other")}
    owners = Owners(files, installed, Search(files, [_SITE]))
    assert {owners.of(module) for module in modules} == {("dist",)}


@pytest.mark.parametrize(
    "left_behind",
    [
        {
            "x.pth": "import _x_finder",
            "_x_finder.py": _HOOK + "import json\nTABLE = json.load(open('/far/x'))\nsys.meta_path.append(TABLE)\n",
        },
        {"x.pth": "import x_finder", "x_finder/__init__.py": _HOOK + "sys.path_hooks.append(Finder)\n"},
        {"x.pth": "import _x_finder", "_x_finder.cpython-312-x86_64-linux-gnu.so": ""},
    ],
    ids=["reads its table", "a package", "compiled"],
)
def test_of_a_finder_that_names_nothing_nothing_is_known(left_behind: dict[str, str]) -> None:
    assert Search(_files(left_behind), [_SITE]).missing("anything") is None
