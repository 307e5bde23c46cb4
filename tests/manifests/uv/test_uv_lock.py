"""uv.lock: what is wanted here, from where, what may stay, and whether the lock still fits."""

from __future__ import annotations

import pytest

from tests.manifests.locking import LINUX, WINDOWS, locked_set
from venvls.manifests.uv.equal import bounds, same_marker, same_specifier
from venvls.model.environment import Environment, Target
from venvls.model.facts import Choice
from venvls.standards.markers import UV, Markers

PYPROJECT = """\
[project]
name = "me"
version = "1"
requires-python = ">=3.10"
dependencies = ["a", "w; sys_platform == 'win32'", "lib", "g", "forked"]
[project.optional-dependencies]
x = ["b[y]"]
[dependency-groups]
dev = ["d"]
docs = ["s"]
[tool.uv.sources]
lib = { path = "lib" }
g = { git = "https://example.com/o/g", tag = "v1" }
"""
LOCK = """\
version = 1
revision = 3
requires-python = ">=3.10"

[[package]]
name = "a"
version = "1.0"
source = { registry = "https://index.example/simple" }
dependencies = [
    { name = "deep", marker = "python_full_version >= '3.12'" },
]
sdist = { url = "https://files/a.tar.gz", hash = "sha256:00" }
wheels = [
    { url = "https://files/a.whl", hash = "sha256:00" },
]

[[package]]
name = "b"
version = "2.0"
source = { registry = "https://index.example/simple" }

[package.optional-dependencies]
y = [
    { name = "by" },
]

[[package]]
name = "by"
version = "2.1"
source = { registry = "https://index.example/simple" }

[[package]]
name = "d"
version = "3.0"
source = { url = "https://example.com/d-3.0-py3-none-any.whl" }

[[package]]
name = "deep"
version = "4.0"
source = { registry = "https://index.example/simple" }

[[package]]
name = "forked"
version = "1.0"
source = { registry = "https://index.example/simple" }
resolution-markers = [
    "python_full_version < '3.12'",
]

[[package]]
name = "forked"
version = "2.0"
source = { registry = "https://index.example/simple" }
resolution-markers = [
    "python_full_version >= '3.12'",
]

[[package]]
name = "g"
version = "1"
source = { git = "https://example.com/o/g?subdirectory=sub&tag=v1#0123456789012345678901234567890123456789" }

[[package]]
name = "lib"
source = { directory = "lib" }

[[package]]
name = "me"
version = "1"
source = { editable = "." }
dependencies = [
    { name = "a" },
    { name = "forked", version = "1.0", source = { registry = "https://index.example/simple" }, marker = "python_full_version < '3.12'" },
    { name = "forked", version = "2.0", source = { registry = "https://index.example/simple" }, marker = "python_full_version >= '3.12'" },
    { name = "g" },
    { name = "lib" },
    { name = "w", marker = "sys_platform == 'win32'" },
]

[package.optional-dependencies]
x = [
    { name = "b", extra = ["y"] },
]

[package.dev-dependencies]
dev = [
    { name = "d" },
]
docs = [
    { name = "s" },
]

[package.metadata]
requires-dist = [
    { name = "a" },
    { name = "b", extras = ["y"], marker = "extra == 'x'" },
    { name = "forked" },
    { name = "g", git = "https://example.com/o/g?tag=v1" },
    { name = "lib", directory = "lib" },
    { name = "w", marker = "sys_platform == 'win32'" },
]
provides-extras = ["x"]

[package.metadata.requires-dev]
dev = [{ name = "d" }]
docs = [{ name = "s" }]

[[package]]
name = "s"
version = "5.0"
source = { registry = "https://index.example/simple" }

[[package]]
name = "w"
version = "6.0"
source = { registry = "https://index.example/simple" }
"""
BUILD = '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n'
FILES = {"pyproject.toml": PYPROJECT + BUILD, "uv.lock": LOCK}
ALWAYS = {"a", "forked", "g", "lib", "me"}


@pytest.mark.parametrize(
    ("choice", "markers", "more"),
    [
        (Choice(), LINUX, {"deep", "d"}),
        (Choice(), WINDOWS, {"deep", "d", "w"}),
        (Choice(), {**LINUX, "python_version": "3.11", "python_full_version": "3.11.2"}, {"d"}),
        (Choice(default=False), LINUX, {"deep"}),
        (Choice(groups=frozenset({"docs"})), LINUX, {"deep", "d", "s"}),
        (Choice(all_groups=True), LINUX, {"deep", "d", "s"}),
        (Choice(extras=frozenset({"x", "nothing"})), LINUX, {"deep", "d", "b", "by"}),
    ],
    ids=["linux", "windows", "older Python", "no default groups", "a group", "all groups", "an extra"],
)
def test_what_is_wanted(choice: Choice, markers: dict[str, str], more: set[str]) -> None:
    found = locked_set(FILES, choice=choice, markers=markers)
    assert (found.problem, found.stale, found.unsure) == (None, None, False)
    assert set(found.packages) == ALWAYS | more


def test_versions_sources_and_ways() -> None:
    found = locked_set(FILES)
    packages = found.packages
    assert packages["forked"].version == "2.0"
    assert packages["me"].source[:2] == ("editable", "file:///w")
    assert packages["lib"][1:] == (None, ("path", "file:///w/lib", None, None, ()))
    assert packages["d"].source.url == "https://example.com/d-3.0-py3-none-any.whl"
    assert packages["g"].source[:4] == ("vcs", "https://example.com/o/g", "0123456789012345678901234567890123456789", "sub")
    assert (found.exact, found.own, found.through["deep"]) == (True, {"me"}, "a")
    older = locked_set(FILES, markers={**LINUX, "python_version": "3.11", "python_full_version": "3.11.2"})
    assert older.packages["forked"].version == "1.0"


def test_a_package_is_shown_at_its_name() -> None:
    found = locked_set(FILES)
    for key in found.packages:
        assert LOCK[slice(*found.locate(key))] == key
    span = found.locate("forked")
    assert LOCK[span.end :].startswith('"\nversion = "2.0"'), "of two the one that is wanted here"


def test_an_unknown_patch_version_leaves_only_open_what_depends_on_it() -> None:
    guessed = ("python_full_version", "implementation_version")
    assert not locked_set(FILES, guessed=guessed).unsure
    narrow = {
        **FILES,
        "uv.lock": LOCK.replace(
            '{ name = "deep", marker = "python_full_version >= \'3.12\'" }',
            '{ name = "deep", marker = "python_full_version >= \'3.12.3\'" }',
        ),
    }
    found = locked_set(narrow, guessed=guessed)
    assert found.unsure
    assert "deep" not in found.packages


@pytest.mark.parametrize(
    ("creator", "version", "cfg", "kept"),
    [
        ("uv 0.9", "3.12.1", "uv = 0.9\n", set()),
        ("uv 0.9", "3.12.1", "uv = 0.9\nseed = true\n", {"pip", "uv"}),
        ("venv", "3.12.1", "", {"pip", "uv"}),
        ("virtualenv 20", "3.11.1", "", {"pip", "setuptools", "wheel", "uv"}),
    ],
)
def test_what_uv_never_removes(creator: str, version: str, cfg: str, kept: set[str]) -> None:
    environment = Environment("/w/.venv", "/w/.venv", "/w/.venv/bin/python", version, creator=creator)
    assert locked_set({**FILES, ".venv/pyvenv.cfg": cfg}, environment=environment).kept == kept


@pytest.mark.parametrize(
    ("before", "after", "at"),
    [
        ('"a", ', '"a>=1", ', "a>=1"),
        ('"a", ', "", "dependencies"),
        ('"a", ', '"a", "new", ', "new"),
        ("'win32'", "'linux'", "w; sys_platform == 'linux'"),
        ('version = "1"', 'version = "2"', "version"),
        (">=3.10", ">=3.11", ">=3.11"),
        ('x = ["b[y]"]', 'x = ["b"]', "b"),
        ('x = ["b[y]"]', 'x = ["b[y]"]\nz = ["a"]', "a"),
        ('docs = ["s"]', "docs = []", "docs"),
        ('docs = ["s"]', 'docs = ["s"]\nmore = []', "more"),
        ('tag = "v1"', 'tag = "v2"', "g"),
        ('{ path = "lib" }', '{ path = "lib", editable = true }', "lib"),
        (BUILD, "", "[project]"),
    ],
)
def test_a_changed_manifest_makes_it_stale_where_it_changed(before: str, after: str, at: str) -> None:
    changed = FILES["pyproject.toml"].replace(before, after, 1)
    assert changed != FILES["pyproject.toml"]
    found = locked_set({**FILES, "pyproject.toml": changed}).stale
    assert found is not None
    assert found.path == "/w/pyproject.toml"
    shown = changed[slice(*found.span)]
    assert shown == at or (at == "[project]" and found.span == locked_set({**FILES, "pyproject.toml": changed}).stale.span)  # type: ignore[union-attr]
    assert "uv lock" in found.message


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('"a", ', '"A", '),
        ('"a", ', '"a", "a", '),
        ("sys_platform == 'win32'", "platform_system=='Windows'"),
        ('version = "1"', 'version = "1.0"'),
        (">=3.10", ">=3.10.0,!=3.10.3"),
        ("[tool.uv.sources]", "[tool.ruff]\nline-length = 1\n[tool.uv.sources]"),
        ("dependencies = [", "dependencies = [ # half-typed\n", ),
        ('"a", ', '"a" "b", '),
    ],
)  # fmt: skip
def test_what_does_not_matter_leaves_it_fresh(before: str, after: str) -> None:
    assert locked_set({**FILES, "pyproject.toml": FILES["pyproject.toml"].replace(before, after, 1)}).stale is None


# As `uv lock` writes it; `uv lock --check` says of each of the changes below what is said here.
GROUPS_PYTHONS = {
    "pyproject.toml": """[project]
name = "me"
version = "1"
requires-python = ">=3.10"
[dependency-groups]
dev = []
docs = [{ include-group = "dev" }]
[tool.uv.dependency-groups]
dev = { requires-python = ">=3.11" }
docs = { requires-python = "<3.13" }
""",
    "uv.lock": """version = 1
revision = 5
requires-python = ">=3.10"

[[package]]
name = "me"
version = "1"
source = { virtual = "." }

[package.group-requires-python]
dev = ">=3.11"
docs = ">=3.11,<3.13"

[package.metadata]

[package.metadata.requires-dev]
dev = []
docs = []
""",
}


@pytest.mark.parametrize(
    ("before", "after", "stale"),
    [
        ("", "", False),
        (">=3.11", ">=3.12", True),
        ("<3.13", "<3.14", True),
        ('docs = { requires-python = "<3.13" }\n', "", True),
        (", ", ",  ", False),
        ('">=3.11"', '" >= 3.11 "', False),
    ],
)
def test_a_groups_own_bound_on_the_python_is_a_part_of_the_lock(before: str, after: str, stale: bool) -> None:
    changed = GROUPS_PYTHONS["pyproject.toml"].replace(before, after, 1)
    found = locked_set({**GROUPS_PYTHONS, "pyproject.toml": changed}).stale
    assert (found is not None) == stale
    assert found is None or "`requires-python` of a group was different" in found.message


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<<<<<<< ours\nversion = 1\n=======\n>>>>>>> theirs\n", "merge conflict"),
        ("version = 1\n[[package]\n", "from line 2 on"),
        ("version = 2\n", "newer uv"),
        ("", "not a lock from uv"),
        ("version = 1\npackage = 3\n", None),
        ("version = 1\n[[package]]\nname = 3\nsource = 4\n", None),
        ("version = 1\nx = " + "[" * 5000, "cannot be read"),
    ],
)
def test_a_broken_lock_is_a_sentence(text: str, said: str | None) -> None:
    found = locked_set({**FILES, "uv.lock": text})
    assert (found.problem is None) if said is None else (said in str(found.problem))


WORKSPACE = {
    "pyproject.toml": '[project]\nname = "top"\nversion = "1"\ndependencies = ["one"]\n[tool.uv.workspace]\nmembers = ["p/*"]\n'
    "[tool.uv.sources]\none = { workspace = true }\n",
    "p/one/pyproject.toml": '[project]\nname = "one"\nversion = "1"\ndependencies = ["a"]\n[dependency-groups]\ndev = ["b"]\n',
    "p/two/pyproject.toml": '[project]\nname = "two"\nversion = "1"\ndependencies = ["c"]\n',
    "uv.lock": "version = 1\nrevision = 3\n"
    '[manifest]\nmembers = ["one", "top", "two"]\n'
    + "".join(f'[[package]]\nname = "{name}"\nversion = "1"\nsource = {{ registry = "x" }}\n' for name in "abc")
    + '[[package]]\nname = "top"\nversion = "1"\nsource = { virtual = "." }\ndependencies = [{ name = "one" }]\n'
    '[package.metadata]\nrequires-dist = [{ name = "one", virtual = "p/one" }]\n'
    '[[package]]\nname = "one"\nversion = "1"\nsource = { virtual = "p/one" }\ndependencies = [{ name = "a" }]\n'
    '[package.dev-dependencies]\ndev = [{ name = "b" }]\n[package.metadata]\nrequires-dist = [{ name = "a" }]\n'
    '[package.metadata.requires-dev]\ndev = [{ name = "b" }]\n'
    '[[package]]\nname = "two"\nversion = "1"\nsource = { virtual = "p/two" }\ndependencies = [{ name = "c" }]\n'
    '[package.metadata]\nrequires-dist = [{ name = "c" }]\n',
}


@pytest.mark.parametrize(("at", "wanted"), [("/w", {"a"}), ("/w/p/one", {"a", "b"}), ("/w/p/two", {"c"})])
def test_a_member_wants_its_own_and_leaves_the_others_theirs(at: str, wanted: set[str]) -> None:
    found = locked_set(WORKSPACE, project=at)
    assert found.stale is None
    assert set(found.packages) == wanted
    assert {"a", "b", "c"} <= wanted | found.kept


@pytest.mark.parametrize(
    ("root", "own", "choice", "missing", "command"),
    [
        ("", "", Choice(), {"b"}, "uv sync --all-packages"),
        ('["dev"]', "", Choice(), {"b"}, "uv sync --all-packages"),
        ('"all"', "", Choice(), {"b"}, "uv sync --all-packages"),
        ("[]", "", Choice(), {"b"}, "uv sync --inexact --package one"),
        ('["docs"]', "", Choice(), {"b"}, "uv sync --inexact --package one"),
        ('["docs"]', "[]", Choice(), set(), "uv sync --all-packages"),
        ("[]", "[]", Choice(frozenset({"dev"})), {"b"}, "uv sync --inexact --package one --group dev"),
    ],
)
def test_the_command_that_installs_what_is_left_out(root: str, own: str, choice: Choice, missing: set[str], command: str) -> None:
    """What ``uv sync --all-packages`` and ``uv sync --package one`` of uv 0.13.9 install: those of all members go by the root's groups."""
    files = dict(WORKSPACE)
    for path, stated in (("pyproject.toml", root), ("p/one/pyproject.toml", own)):
        files[path] += f"[tool.uv]\ndefault-groups = {stated}\n" if stated else ""
    found = locked_set(files, project="/w/p/one", choice=choice)
    assert (set(found.left_out), found.left_out_by()) == (missing, command)


def test_a_member_below_another_member_that_has_the_root_as_its_source() -> None:
    nested = {
        "pyproject.toml": '[project]\nname = "top"\nversion = "1"\n[tool.uv.workspace]\nmembers = ["ex", "ex/c/*"]\n',
        "ex/pyproject.toml": '[project]\nname = "ex"\nversion = "1"\ndependencies = ["top"]\n'
        "[tool.uv.sources]\ntop = { workspace = true }\n",
        "ex/c/in/pyproject.toml": '[project]\nname = "in"\nversion = "1"\ndependencies = ["a"]\n',
        "uv.lock": "version = 1\nrevision = 3\n"
        '[manifest]\nmembers = ["ex", "in", "top"]\n'
        '[[package]]\nname = "a"\nversion = "1"\nsource = { registry = "x" }\n'
        '[[package]]\nname = "top"\nversion = "1"\nsource = { virtual = "." }\n'
        '[[package]]\nname = "ex"\nversion = "1"\nsource = { virtual = "ex" }\ndependencies = [{ name = "top" }]\n'
        '[package.metadata]\nrequires-dist = [{ name = "top", virtual = "." }]\n'
        '[[package]]\nname = "in"\nversion = "1"\nsource = { virtual = "ex/c/in" }\ndependencies = [{ name = "a" }]\n'
        '[package.metadata]\nrequires-dist = [{ name = "a" }]\n',
    }
    for project in ("/w", "/w/ex", "/w/ex/c/in"):
        assert locked_set(nested, project=project).stale is None
    changed = {**nested, "ex/c/in/pyproject.toml": nested["ex/c/in/pyproject.toml"].replace('"a"', '"a", "b"')}
    assert locked_set(changed, project="/w/ex/c/in").stale is not None


def test_a_new_and_a_vanished_member_make_the_lock_stale() -> None:
    new = {**WORKSPACE, "p/three/pyproject.toml": '[project]\nname = "three"\nversion = "1"\n'}
    assert "p/three" in str(locked_set(new).stale)
    unmanaged = {**WORKSPACE, "p/three/pyproject.toml": '[project]\nname = "three"\nversion = "1"\n[tool.uv]\nmanaged = false\n'}
    assert locked_set(unmanaged).stale is None
    for managed in ("true", "false"):
        own = WORKSPACE["p/two/pyproject.toml"] + f"[tool.uv]\nmanaged = {managed}\n"
        assert ("p/two is not a member" in str(locked_set({**WORKSPACE, "p/two/pyproject.toml": own}).stale)) is (managed == "false")
    gone = {name: text for name, text in WORKSPACE.items() if "two" not in name}
    assert "p/two" in str(locked_set(gone).stale)


def test_markers() -> None:
    markers = Markers(Target(LINUX), UV)
    table = {
        "python_full_version == '3.12.*'": True,
        "python_full_version != '3.12.*' or sys_platform == 'linux' and os_name == 'nt'": False,
        "(sys_platform == 'win32' or python_version >= '3.9') and 'lin' in sys_platform": True,
        "'3.9' <= python_version": True,
        "python_version not in '3.10 3.11'": True,
        "python_version ~= '3.11'": True,
        "platform_release >= '5'": None,
        "platform_release >= '5' and sys_platform == 'win32'": False,
        "platform_release >= '5' or sys_platform == 'linux'": True,
        "extra == 'extra-2-me-x'": False,
        "no marker": None,
        "": None,
        "(" * 5000: None,
    }
    assert {text: markers.holds(text) for text in table} == table
    assert markers.holds("extra == 'extra-2-me-x' and extra != 'b'", frozenset({"extra-2-me-x"})) is True


def test_equal_texts_in_other_words() -> None:
    assert same_specifier(">=1, <2", "<2,>=1.0")
    assert not same_specifier(">=1", ">=2")
    assert same_marker("python_version > '3.10'", None, "python_full_version >= '3.11'", ">=3.9")
    assert same_marker('os_name == "nt"', "x", "os_name == 'nt' and extra == 'x'", "")
    assert not same_marker("python_version > '3.10'", None, "python_full_version >= '3.10'", ">=3.9")
    assert not same_marker("", None, "sys_platform == 'win32'", "")
    assert bounds("~=3.10") == bounds(">=3.10,<4")
    assert bounds("==3.11.*") == (((3, 11), True), ((3, 12), False))


@pytest.mark.parametrize(
    ("marker", "python", "always"),
    [
        ("python_version>='3.8'", ">=3.10", True),
        ("python_version>'3'", ">=3.10", True),
        ("python_version!='2.7'", ">=3.10", True),
        ("python_version not in '2.7 3.8'", ">=3.10", True),
        ("python_version>='3.10'", ">3.10", True),
        ("python_version>'3.10'", ">=3.10", False),
        ("python_version~='3.8'", ">=3.10", False),
        ("python_version~='3.8'", "~=3.10", True),
        ("python_version<'4'", ">=3.10", False),
        ("python_version<'3.13'", ">=3.10,<3.13", True),
        ("python_version<'3.12'", ">=3.10,<3.13", False),
        ("python_full_version<='3.12'", ">=3.10,<3.13", False),
        ("python_version=='3.11'", "==3.11.*", True),
        ("python_full_version>='3.11.1'", "==3.11.*", False),
        ("python_version>='3'", "<4", False),
        ("implementation_version>='3.8'", ">=3.10", False),
        ("python_version>='3.8' and sys_platform=='linux'", ">=3.10", False),
    ],
)
def test_what_requires_python_says_already(marker: str, python: str, always: bool) -> None:
    """As ``uv lock --check`` of uv 0.13.9 takes them."""
    assert same_marker(marker, None, "", python) is always
    assert same_marker("", None, marker, python) is always
    assert same_marker(marker, "x", "extra == 'x'", python) is always
