"""Imports point down only, and what is pure cannot start a program: read from the sources, for every file."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

import pytest

import venvls

PACKAGE = Path(venvls.__file__).parent

# From the ground up: a part imports from rows above it in this table, never from its own row (itself excepted) or from one below.
# ``*`` are the single modules between the families and the faces (engine, workspace, …); they import each other, but not in a circle.
ROWS: tuple[frozenset[str], ...] = (
    frozenset({"model"}),
    frozenset({"standards"}),
    frozenset({"manifests", "environments", "imports", "rules", "actions", "tools"}),
    frozenset({"answers", "guard"}),
    frozenset({"*", "code"}),
    frozenset({"cli", "lsp", "mcp"}),
    frozenset({"__main__"}),
)
MIDDLE = 4
# The only I/O stands aside: it knows the ports it implements and nothing else of ours, and only __main__ knows it.
HOST = "host"
FACES = frozenset({"cli", "lsp", "mcp", "__main__", HOST})
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
            if _is_of_this_package(node):
                continue
            yield from ((node.lineno, _written_out(choice)) for choice in choices)


def _is_of_this_package(call: ast.Call) -> bool:
    """Whether it is ``import_module(f".{…}", __package__)``: what rows name. ``test_rows.py`` loads them all and sees that none climbs."""
    name, *package = call.args
    if not package or not isinstance(package[0], ast.Name) or package[0].id != "__package__" or not isinstance(name, ast.JoinedStr):
        return False
    first, *rest = name.values
    return isinstance(first, ast.Constant) and first.value == "." and all(isinstance(part, ast.FormattedValue) for part in rest)


def _written_out(name: ast.expr) -> str:
    # f"venvls.manifests.{name}" may be any file of that family, and nothing else.
    if isinstance(name, ast.JoinedStr) and name.values:
        name = name.values[0]
        return _written_out(name) if isinstance(name, ast.Constant) and re.fullmatch(r"(\w+\.)+", str(name.value)) else "*"
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
            wrong.append(f'{path}:{line} imports a name that is not written out; say f".{{…}}", __package__')
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


def test_only_faces_and_what_serves_them_know_the_workspace() -> None:
    """A plan is made of what it was given: nothing that is below the workspace climbs back to it."""
    knows = {path for path in sources() if "venvls.workspace" in dict.fromkeys(name for _, name in _imports_of(path))}
    assert {path for path in knows if path.split("/")[0] not in FACES | {"__main__.py"}} == {"services.py"}


def _imports_of(path: str) -> Iterator[tuple[int, str]]:
    return imported(ast.parse((PACKAGE / path).read_text("utf-8")), "venvls." + path.removesuffix(".py").replace("/", "."))


def test_every_folder_is_on_the_map() -> None:
    folders = {path.split("/")[0] for path in sources() if "/" in path}
    assert folders <= {part for row in ROWS for part in row} | {HOST}, "say in ROWS where it stands"


def _module(path: str) -> str:
    return "venvls" + "".join(f".{part}" for part in path.removesuffix(".py").split("/") if part != "__init__")


MODULES = {_module(path): path for path in sources()}


def needs_of(module: str, tree: ast.AST, modules: Collection[str]) -> set[str]:
    """The modules that a module imports, anywhere in it: in functions and for annotations too."""
    needed: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            needed |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            needed |= {whole if (whole := f"{base}.{alias.name}") in modules else base for alias in node.names}
    return (needed & set(modules)) - {module}


def circles(needs: Mapping[str, Collection[str]]) -> dict[str, set[str]]:
    """What is left when everything is taken away that needs, or is needed by, nothing of the rest: the modules in circles."""
    rest = {name: set(needed) for name, needed in needs.items()}
    while True:
        wanted = set().union(*rest.values())
        kept = {name: needed & rest.keys() for name, needed in rest.items() if needed & rest.keys() and name in wanted}
        if kept == rest:
            return rest
        rest = kept


def test_no_modules_import_each_other_in_a_circle() -> None:
    needs = {name: needs_of(name, ast.parse((PACKAGE / path).read_text("utf-8")), MODULES) for name, path in MODULES.items()}
    assert not circles(needs)


def test_a_circle_is_noticed() -> None:
    modules = ("venvls.a", "venvls.b", "venvls.c", "venvls.d")
    texts = (
        "from venvls import b",
        "def f():\n    from venvls.c import x",
        "if TYPE_CHECKING:\n    from venvls.a import y",
        "import venvls.a",
    )
    needs = {name: needs_of(name, ast.parse(text), modules) for name, text in zip(modules, texts, strict=True)}
    assert set(circles(needs)) == {"venvls.a", "venvls.b", "venvls.c"}


# The floors of manifests/, from the ground up. A module imports from its own floor's row or rows above it in this table, never from below;
# a tool's folder may use another tool's that stands before it in its row.
FLOORS: tuple[tuple[str, ...], ...] = (
    ("syntax", "pep508"),
    ("draft", "keyed", "compiled", "requirements", "shortened", "half_typed"),
    ("conda", "hatch", "pdm", "pipenv", "pixi", "poetry", "uv", "pylock"),
    ("pyproject",),
    ("setuptools", "script", "tox"),
    ("places", "locks", "__init__"),
)
HEIGHT = {room: height for height, row in enumerate(FLOORS) for room in row}
ORDER = {room: number for number, room in enumerate(room for row in FLOORS for room in row)}


def climbs(path: str, tree: ast.AST) -> list[str]:
    """Where a file of manifests/ imports from a floor above its own, or from a room behind its own."""
    room = path.split("/")[1].removesuffix(".py")
    wrong = []
    for line, name in imported(tree, _module(path)):
        parts = name.split(".")
        if parts[:2] == ["venvls", "manifests"]:
            target = parts[2] if len(parts) > 2 and parts[2] in HEIGHT else "__init__"
            if HEIGHT[target] > HEIGHT[room] or (target != room and ORDER[target] > ORDER[room]):
                wrong.append(f"{path}:{line} imports {name}: up")
    return wrong


@pytest.mark.parametrize("path", [path for path in sources() if path.startswith("manifests/")])
def test_no_import_runs_up_inside_manifests(path: str) -> None:
    assert not climbs(path, ast.parse((PACKAGE / path).read_text("utf-8")))


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("manifests/syntax/toml.py", "from venvls.manifests.pep508.requirement import parse_requirement"),
        ("manifests/hatch/table.py", "if TYPE_CHECKING:\n    from venvls.manifests.pyproject.reading import read_tables"),
        ("manifests/draft.py", "from venvls.manifests.uv.table import read_uv"),
        ("manifests/tox/toml.py", "from venvls.manifests import locks"),
        ("manifests/uv/lock.py", "from venvls.manifests import parse"),
        ("manifests/conda/lock.py", "from venvls.manifests.pixi.reading import read"),
    ],
)
def test_an_import_that_runs_up_is_noticed(path: str, source: str) -> None:
    assert climbs(path, ast.parse(source))


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("model/text.py", "from venvls.rules import x"),
        ("model/text.py", "from venvls.standards.markers import evaluate"),
        ("standards/markers.py", "from venvls.manifests.pep508.requirement import parse_requirement"),
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
        ("manifests/a.py", "from importlib import import_module\nimport_module(f'..{name}', __package__)"),
        ("manifests/a.py", "from importlib import import_module\nimport_module(f'.{name}', package)"),
        ("manifests/a.py", "from importlib import import_module\nimport_module(name, __package__)"),
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
        ("standards/markers.py", "from venvls.model.environment import Target\nfrom venvls.standards.versions import contains"),
        ("rules/a.py", "from venvls.standards.versions import contains"),
        ("engine.py", "from venvls.rules import RULES\nfrom venvls import settings"),
        ("lsp/a.py", "from pygls.lsp.server import LanguageServer\nfrom venvls import workspace, __version__"),
        ("__main__.py", "from venvls.host.files import Disk"),
        ("manifests/a.py", "from . import b\nfrom .c import d"),
        ("manifests/a.py", "from importlib import import_module\nimport_module('tomllib' if new else 'tomli')"),
        ("manifests/a.py", "from importlib import import_module\nimport_module(f'venvls.manifests.{name}')"),
        ("manifests/a.py", "from importlib import import_module\nimport_module(f'.{row.module}', __package__)"),
    ],
)
def test_what_may_be_is_left_alone(path: str, source: str) -> None:
    assert not violations(path, source)
