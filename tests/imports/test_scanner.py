"""The scanner finds what `ast` finds, at the same places: in real files of several Pythons and in generated code."""

from __future__ import annotations

import ast
import os
import sys
import sysconfig
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import kept
from venvls.imports.reach import Here, reach
from venvls.imports.scanner import probed, scan
from venvls.model.imports import Import

Plain = tuple[int, int, str, tuple[str, ...]]
"""Line, number of dots, module, names."""


def by_ast(source: str) -> list[Plain]:
    """The import statements as `ast` reads them."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tree = ast.parse(source)
    statements: list[Plain] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            statements += [(alias.lineno, 0, alias.name, ()) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            statements.append((node.lineno, node.level, node.module or "", tuple(alias.name for alias in node.names)))
    return sorted(statements)


def by_scanner(source: str) -> list[Plain]:
    """The same by the scanner. `ast` gives the line of the whole statement for `from`, the scanner the name's own."""
    statements: list[Plain] = []
    for imported in scan(source):
        if imported.called:
            continue
        start, end = imported.span
        written = source[start:end]
        plain = "".join(written.replace("\\", " ").split())
        assert plain == imported.module or (not imported.module and set(plain) == {"."}), (plain, imported)
        place = start
        if imported.names:
            place = source.rfind("from", 0, start)
        statements.append((source.count("\n", 0, place) + 1, imported.level, imported.module, imported.names))
    return sorted(statements)


def real_files() -> Iterator[Path]:
    """Some files of this Python's standard library and of packages that are installed for the tests; in the long mode all, and the code of
    the real projects that are kept."""
    library = Path(sysconfig.get_path("stdlib"))
    files = sorted(path for path in library.rglob("*.py") if "site-packages" not in path.parts)
    if os.environ.get("VENVLS_LONG"):
        yield from files
        for place in sorted((kept.folder() / "real-projects").glob("*/project")):
            yield from sorted(place.rglob("*.py"))[:300]
        return
    yield from files[::12]
    packages = Path(sysconfig.get_path("purelib"))
    for name in ("pytest", "_pytest", "hypothesis", "packaging"):
        yield from sorted((packages / name).rglob("*.py"))[::6]


def test_real_files_have_the_imports_that_ast_reads() -> None:
    compared = 0
    for path in real_files():
        source = path.read_bytes().decode("utf-8", "replace").replace("\r\n", "\n").replace("\f", " ")
        try:
            wanted = by_ast(source)
        except (SyntaxError, ValueError):
            continue
        assert by_scanner(source) == wanted, path
        compared += 1
    assert compared > (5000 if os.environ.get("VENVLS_LONG") and (kept.folder() / "real-projects").exists() else 100)


_NAMES = st.sampled_from(["os", "a", "fromage", "x.y", "important", "a . b", "imports", "_import", "from_", "ünder"])
_GAPS = st.sampled_from([" ", "  ", " \\\n ", "\t"])
_NOISE = st.sampled_from(
    [
        '"""import a\nfrom b import c\n"""',
        "x = 'import a' # import b\n",
        "# from x import y",
        "'''\nimport a\n\\'''\nimport b\n'''",
        'f"{1} import x"',
        r'r"\" import a"',
        "x = (1,\n  'import b')",
        "def f():\n    'import q'\n    import inner.one\n",
        "if x: import short",
        "try: import early\nexcept ImportError: pass",
        'y = "a\\\nimport b"',
        "important = 1; import after",
        "class A:\n\tfrom tab import bed\n",
        "if True:\n    if False:\n        from deep import (\n  a, # import c\n  b as c,\n)\n",
        "'#'; import hash",
        "x = [\n1,\n]",
    ]
)


@st.composite
def statements(draw: st.DrawFn) -> str:
    gap, module = draw(_GAPS), draw(_NAMES)
    kind = draw(st.sampled_from(["plain", "as", "two", "from", "star", "relative", "package", "many", "noise"]))
    return {
        "plain": f"import{gap}{module}",
        "as": f"import{gap}{module} as z, q.w",
        "two": f"import{gap}{module},{gap}other",
        "from": f"from{gap}{module}{gap}import{gap}a",
        "star": f"from{gap}{module} import *",
        "relative": f"from{gap}.. {module} import a as b,{gap}c",
        "package": f"from{gap}. import(a)",
        "many": f"from {module} import (a,  # import no\n  b as c,\n)",
        "noise": draw(_NOISE),
    }[kind]


@given(st.lists(statements(), max_size=8))
@settings(max_examples=300, deadline=None)
def test_generated_code_has_the_imports_that_ast_reads(lines: list[str]) -> None:
    source = "\n".join(lines) + "\n"
    assert by_scanner(source) == by_ast(source)


def of(source: str) -> list[tuple[str, str]]:
    """Each module and whether its import runs, for Python 3.11 on Linux."""
    return [(imported.module, reach(imported, Here((3, 11), "linux"))) for imported in scan(source)]


@pytest.mark.parametrize(
    ("source", "wanted"),
    [
        ("lazy import a\nlazy from b import c", [("a", "always"), ("b", "always")]),
        ("import a.\nimport b\nfrom c import", [("a", "always"), ("b", "always"), ("c", "always")]),
        ("def f(:\n  import a\nprint 'x'\nexec 'import b'", [("a", "always")]),
        ("try:\n    import a\nexcept ImportError:\n    import b\nelse:\n    import c",
         [("a", "optional"), ("b", "optional"), ("c", "optional")]),
        ("try:\n    import a\nfinally:\n    x()\nimport b", [("a", "always"), ("b", "always")]),
        ("try:\n    import a\nexcept ValueError:\n    pass\nexcept (KeyError, ModuleNotFoundError):\n    pass", [("a", "optional")]),
        ("try: import a\nexcept: import b", [("a", "optional"), ("b", "optional")]),
        ("if TYPE_CHECKING:\n    import a\nelse:\n    import b", [("a", "typing"), ("b", "always")]),
        ("if not t.TYPE_CHECKING:\n    import a", [("a", "always")]),
        ("if sys.version_info >= (3, 12):\n    import a\nelse:\n    import b", [("a", "never"), ("b", "always")]),
        ("if sys.version_info[0] == 2:\n  import a\nelif sys.version_info[:2] > (3, 10):\n  import b\nelse:\n  import c",
         [("a", "never"), ("b", "always"), ("c", "never")]),
        ("if sys.version_info >= (3, 11, 5):\n    import a", [("a", "optional")]),
        ("if sys.version_info > (3, 11):\n    import a", [("a", "always")]),
        ("if sys.platform == 'win32':\n    import a\nelse:\n    import b", [("a", "never"), ("b", "always")]),
        ("if sys.platform.startswith('linux') and os.name == 'posix':\n    import a", [("a", "always")]),
        ("if False:\n    import a\nif chosen:\n    import b", [("a", "never"), ("b", "optional")]),
        ("with contextlib.suppress(ImportError):\n    import a\nwith open(x) as y:\n    import b", [("a", "optional"), ("b", "always")]),
        ("def f():\n    if x:\n        y()\n    import a\n", [("a", "always")]),
        ("def f():\n    '''\nif x:\n    '''\n    import a\n", [("a", "always")]),
        ("x = importlib.import_module('a.b')\ny = __import__('c')\nz = import_module(name)\nself.import_module('d')",
         [("a.b", "always"), ("c", "always")]),
        ("for x in y:\n  import a\nelse:\n  import b", [("a", "always"), ("b", "always")]),
        ("\ufeffimport a", [("a", "always")]),
    ],
)  # fmt: skip
def test_whether_an_import_runs_is_judged_by_what_it_is_in(source: str, wanted: list[tuple[str, str]]) -> None:
    assert of(source) == wanted


def test_of_more_branches_than_are_looked_at_nothing_is_known() -> None:
    source = "if False:\n  pass\n" + "elif False:\n  pass\n" * 200 + "else:\n  import a\n"
    assert of(source) == [("a", "optional")]
    assert of("if False:\n  pass\nelif False:\n  pass\nelse:\n  import a\n") == [("a", "always")]


def test_the_span_is_the_modules_name() -> None:
    source = "from  a.b  import c as d\nimport x.y as z, w\nfrom .. import q\n"
    assert [source[imported.span.start : imported.span.end] for imported in scan(source)] == ["a.b", "x.y", "w", ".."]
    assert [imported.names for imported in scan(source)] == [("c",), (), (), ("q",)]


def test_what_is_asked_for_first_can_be_done_without() -> None:
    assert probed('import pytest\nnumpy = pytest.importorskip("numpy")\nif find_spec("a.b"): pass') == {"numpy", "a.b"}


@given(st.text(alphabet="import from.\\\n\"'#()as ,x_\t", max_size=60))
@settings(max_examples=300, deadline=None)
def test_no_text_is_too_strange(text: str) -> None:
    for imported in scan(text):
        assert isinstance(imported, Import)
        assert 0 <= imported.span.start <= imported.span.end <= len(text)
    assert sys.getrecursionlimit()
