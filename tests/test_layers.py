"""Imports point down only, and what is pure cannot start a program: read from the sources, for every file."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import venvls

PACKAGE = Path(venvls.__file__).parent

# From the ground up: a part imports from rows above it in this table, never from its own row (itself excepted) or from one below.
# ``*`` are the single modules between the families and the faces (engine, workspace, …); they import each other, but not in a circle.
ROWS: tuple[frozenset[str], ...] = (
    frozenset({"model"}),
    frozenset({"manifests", "environments", "rules", "actions", "tools"}),
    frozenset({"*"}),
    frozenset({"cli", "lsp"}),
    frozenset({"__main__"}),
)
MIDDLE = 2
# The only I/O stands aside: it knows the ports it implements and nothing else of ours, and only __main__ knows it.
HOST = "host"
FACES = frozenset({"cli", "lsp", "__main__", HOST})
IMPURE = frozenset(
    {"os", "pathlib", "subprocess", "asyncio", "tempfile", "shutil", "socket", "glob", "io", "signal", "multiprocessing", "threading",
     "ctypes", "runpy", "pty", "http", "ftplib", "select", "mmap", "fcntl", "msvcrt", "winreg", "webbrowser", "concurrent"}
)  # fmt: skip
IMPURE_PARTS = frozenset({"urllib.request", "urllib.error"})
PROTOCOL = frozenset({"pygls", "lsprotocol"})
PURE_CALLS = frozenset({"open", "exec", "eval", "compile", "__import__", "input", "breakpoint"})


def sources() -> list[str]:
    return sorted(path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py"))


def imported(tree: ast.AST, module: str) -> Iterator[tuple[int, str]]:
    """Line and dotted name of everything a file imports, wherever in the file, in ``TYPE_CHECKING`` too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                base = ".".join([*module.split(".")[: -node.level], *([node.module] if node.module else [])])
            if base == "venvls":
                yield from ((node.lineno, f"venvls.{alias.name}") for alias in node.names)
            else:
                yield node.lineno, base
                yield from ((node.lineno, f"{base}.{alias.name}") for alias in node.names if not base.startswith("venvls"))


def imported_by_name(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and name of what ``import_module`` imports; ``*`` where the name is not written out and could be anything."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and "import_module" in (getattr(node.func, "id", ""), getattr(node.func, "attr", "")):
            choices = [node.args[0]] if node.args else []
            if choices and isinstance(choices[0], ast.IfExp):
                choices = [choices[0].body, choices[0].orelse]
            yield from ((node.lineno, _written_out(choice)) for choice in choices)


def _written_out(name: ast.expr) -> str:
    # f"venvls.manifests.{name}" may be any file of that family, and nothing else.
    if isinstance(name, ast.JoinedStr) and name.values:
        name = name.values[0]
        return _written_out(name) if isinstance(name, ast.Constant) and str(name.value).endswith(".") else "*"
    return name.value if isinstance(name, ast.Constant) and isinstance(name.value, str) else "*"


def row_of(part: str) -> int:
    return next((index for index, row in enumerate(ROWS) if part in row), MIDDLE)


def violations(path: str, source: str) -> list[str]:
    """What a file at ``path`` (below the package) imports or calls against the map."""
    tree = ast.parse(source)
    part = path.split("/")[0].removesuffix(".py")
    if part == "__init__":
        # So that any part of it starts quickly.
        return [f"{path}:{line} imports {name}: the package itself imports nothing" for line, name in imported(tree, "venvls.__init__")]
    wrong: list[str] = []
    static = imported(tree, "venvls." + path.removesuffix(".py").replace("/", "."))
    for line, name in (*static, *(imported_by_name(tree) if part not in FACES else ())):
        where = f"{path}:{line} imports {name}"
        top, _, rest = name.partition(".")
        if top == "venvls":
            target = rest.split(".")[0]
            if target in ("", "__version__") or target == part:
                continue
            if part == HOST:
                wrong += [] if target == "model" else [f"{where}: host knows the model only"]
            elif target == HOST:
                wrong += [] if part == "__main__" else [f"{where}: only __main__ knows the host"]
            elif row_of(target) == row_of(part) != MIDDLE:
                wrong.append(f"{where}: sideways")
            elif row_of(target) > row_of(part):
                wrong.append(f"{where}: upward")
        elif top in PROTOCOL and part != "lsp":
            wrong.append(f"{where}: only lsp knows the protocol")
        elif name == "*":
            wrong.append(f'{path}:{line} imports a name that is not written out; begin it with f"venvls.{part}.…"')
        elif part not in FACES and (top in IMPURE or name in IMPURE_PARTS):
            wrong.append(f"{where}: the core does no I/O and starts nothing")
    if part not in FACES:
        wrong += [
            f"{path}:{node.lineno} calls {node.func.id}: the core does no I/O and starts nothing"
            for node in ast.walk(tree)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in PURE_CALLS
        ]
    return wrong


@pytest.mark.parametrize("path", sources())
def test_imports_point_down(path: str) -> None:
    assert not violations(path, (PACKAGE / path).read_text("utf-8"))


def test_every_folder_is_on_the_map() -> None:
    folders = {path.split("/")[0] for path in sources() if "/" in path}
    assert folders <= {part for row in ROWS for part in row} | {HOST}, "say in ROWS where it stands"


def test_the_middle_has_no_circles() -> None:
    middle = {path.removesuffix(".py") for path in sources() if "/" not in path} - {"__init__", "__main__"}
    needs = {part: middle & _imported_parts(part) - {part} for part in middle}
    while free := {part for part in needs if not needs[part]}:
        needs = {part: rest - free for part, rest in needs.items() if part not in free}
    assert not needs, "these import each other in a circle"


def _imported_parts(part: str) -> set[str]:
    tree = ast.parse((PACKAGE / f"{part}.py").read_text("utf-8"))
    return {name.split(".")[1] for _, name in imported(tree, f"venvls.{part}") if name.startswith("venvls.")}


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("model/text.py", "from venvls.rules import x"),
        ("rules/a.py", "from venvls.manifests.pep508.requirement import parse"),
        ("rules/a.py", "def f():\n    from venvls import engine"),
        ("tools/pip.py", "import subprocess"),
        ("tools/pip.py", "from os import path"),
        ("tools/pip.py", "open('x')"),
        ("manifests/a.py", "import urllib.request"),
        ("manifests/a.py", "from urllib import request"),
        ("manifests/a.py", "from ..rules import x"),
        ("manifests/a.py", "from importlib import import_module\nimport_module('os')"),
        ("manifests/a.py", "import importlib\nimportlib.import_module(name)"),
        ("manifests/a.py", "from importlib import import_module\nimport_module(f'venvls.rules.{name}')"),
        ("manifests/a.py", "from importlib import import_module\nimport_module(f'{name}')"),
        ("engine.py", "from venvls.cli.check import run"),
        ("workspace.py", "import venvls.cli.check"),
        ("workspace.py", "from venvls.host.files import Disk"),
        ("cli/check.py", "from venvls.lsp import serve"),
        ("cli/check.py", "import lsprotocol.types"),
        ("cli/check.py", "from venvls.host.files import Disk"),
        ("host/files.py", "from venvls.settings import read"),
        ("__init__.py", "import re"),
    ],
)
def test_what_must_never_be_is_noticed(path: str, source: str) -> None:
    assert violations(path, source)


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("model/text.py", "from venvls.model.x import y"),
        ("rules/a.py", "from venvls.rules.b import c\nfrom urllib.parse import unquote"),
        ("engine.py", "from venvls.rules import RULES\nfrom venvls import settings"),
        ("lsp/a.py", "from pygls.lsp.server import LanguageServer\nfrom venvls import workspace, __version__"),
        ("__main__.py", "from venvls.host.files import Disk"),
        ("manifests/a.py", "from . import b\nfrom .c import d"),
        ("manifests/a.py", "from importlib import import_module\nimport_module('tomllib' if new else 'tomli')"),
        ("manifests/a.py", "from importlib import import_module\nimport_module(f'venvls.manifests.{name}')"),
    ],
)
def test_what_may_be_is_left_alone(path: str, source: str) -> None:
    assert not violations(path, source)
