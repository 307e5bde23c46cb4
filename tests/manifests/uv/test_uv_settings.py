"""Settings, sources and members against a uv.lock, in memory; against uv itself in ``tests/differential_tools/test_uv_stale.py``."""

from __future__ import annotations

import pytest

from tests.manifests.locking import locked_set
from tests.memory_tree import MemoryFiles
from venvls.expectations import Sources, uv_settings_elsewhere
from venvls.manifests.uv.members import missing_member
from venvls.manifests.uv.reading import Lock
from venvls.model.environment import Environment

HEAD = '[project]\nname = "me"\nversion = "1"\ndependencies = ["a"]\n'
LOCK = (
    'version = 1\nrevision = 5\n{}[[package]]\nname = "a"\nversion = "1"\nsource = {{ registry = "x" }}\n'
    '[[package]]\nname = "me"\nversion = "1"\nsource = {{ virtual = "." }}\ndependencies = [{{ name = "a" }}]\n'
    '[package.metadata]\nrequires-dist = [{{ name = "a"{} }}]\n'
)


def _stale(tool: str, noted: str = "", source: str = "", **more: str) -> str | None:
    found = locked_set({"pyproject.toml": HEAD + tool, "uv.lock": LOCK.format(noted, source), **more}).stale
    return found.message if found is not None else None


@pytest.mark.parametrize(
    ("tool", "noted", "said"),
    [
        ('[tool.uv]\nprerelease = "if-necessary"\n', "", None),
        ('[tool.uv]\nprerelease = "if-necessary-or-explicit"\n', "", None),
        ("[tool.uv]\n", '[options]\nprerelease-mode = "if-necessary-or-explicit"\n', None),
        ("[tool.uv]\n", '[options]\nprerelease-mode = "allow"\n', "prerelease"),
        ("[tool.uv]\n", '[options]\nresolution-mode = "lowest"\n', "resolution"),
        ("[tool.uv]\nresolution = 3\n", '[options]\nresolution-mode = "lowest"\n', None),
        ("[tool.uv]\n", '[options]\nexclude-newer = "2025-01-01T00:00:00Z"\n', "exclude-newer"),
        ('[tool.uv]\nexclude-newer = "2025-01-01T00:00:00.123456789Z"\n', '[options]\nexclude-newer = "2025-01-01T00:00:00Z"\n', None),
        ('[tool.uv]\nexclude-newer = "no day"\n', '[options]\nexclude-newer = "2025-01-01T00:00:00Z"\n', None),
        ('[tool.uv]\nexclude-newer = "3 days, 2 hours"\n', '[options]\nexclude-newer-span = "P3DT2H"\n', None),
        ('[tool.uv]\nexclude-newer = "2 hours 3 days"\n', '[options]\nexclude-newer-span = "P3DT2H"\n', None),
        ('[tool.uv]\nexclude-newer = "4 days"\n', '[options]\nexclude-newer-span = "P3D"\n', "exclude-newer"),
        ('[tool.uv]\nconstraint-dependencies = ["nobody-needs-it<2"]\n', "", None),
        ('[tool.uv]\nconstraint-dependencies = ["a<2"]\n', "", "constraint-dependencies"),
        ('[tool.uv]\nconstraint-dependencies = ["a", "a[x]; os_name == \'nt\'"]\n', "", None),
        ("[tool.uv]\nconstraint-dependencies = [\"a<2; os_name == 'nt'\"]\n", "", "constraint-dependencies"),
        ("[tool.uv]\n", '[manifest]\nconstraints = [{ name = "a", marker = "os_name == \'nt\'" }]\n', None),
        ("[tool.uv]\n", '[manifest]\nconstraints = [{ name = "a", specifier = "<2" }]\n', "constraint-dependencies"),
        ('[tool.uv]\noverride-dependencies = ["a"]\n', "", "override-dependencies"),
        ('[tool.uv]\nexclude-dependencies = ["b"]\n', "", None),
        ('[tool.uv]\nexclude-dependencies = ["A"]\n', '[manifest]\nexcludes = ["a"]\n', None),
        ("[tool.uv]\n", '[manifest]\nexcludes = ["b"]\n', "exclude-dependencies"),
        ('[tool.uv]\nconflicts = [[{ extra = "x" }, 3]]\n', "", None),
        ("[tool.uv]\ndependency-metadata = [3, {}]\n", "", None),
    ],
)
def test_settings(tool: str, noted: str, said: str | None) -> None:
    found = _stale(tool, noted)
    assert (found is None) if said is None else (f"`{said}` was different" in str(found))


@pytest.mark.parametrize(
    ("own", "fits"),
    [
        ("", False),
        ('prerelease = "allow"\n', True),
        ("prerelease = \n", True),
        ('prerelease = "allow"\nresolution = "lowest"\n', False),
    ],
)
def test_a_file_of_its_own_takes_the_place_of_the_table(own: str, fits: bool) -> None:
    noted = '[options]\nprerelease-mode = "allow"\n'
    assert "prerelease" in str(_stale("", noted))
    assert (_stale('[tool.uv]\nresolution = "lowest"\n', noted, **{"uv.toml": own}) is None) is fits
    assert (_stale("", noted, **{"uv.toml": own}) is None) is fits


@pytest.mark.parametrize(
    ("sources", "noted", "fits"),
    [
        ('a = { path = "lib" }', ', directory = "lib"', True),
        ('a = { path = "lib/../lib" }', ', directory = "./lib"', True),
        ('a = { path = "lib" }', ', directory = "other"', False),
        ('a = { path = "lib" }', ', editable = "lib"', False),
        ('a = { path = "lib", editable = true }', ', virtual = "lib"', True),
        ('a = { path = "lib", package = false }', ', virtual = "lib"', True),
        ('a = { path = "lib", package = false }', ', directory = "lib"', False),
        ('a = { path = "lib", package = true }', ', directory = "lib"', True),
        ('a = { path = "lib" }', ', virtual = "lib"', False),
        ("a = { workspace = true }", ', editable = "lib"', True),
        ("a = { workspace = true }", ', virtual = "lib"', True),
        ("a = { workspace = true }", ', directory = "lib"', False),
        ("a = { workspace = true, editable = false }", ', directory = "lib"', True),
        ("a = { workspace = true, editable = false }", ', virtual = "lib"', True),
        ("a = { workspace = true, editable = false }", ', editable = "lib"', False),
        ('a = { path = "lib", extra = "x" }', "", True),
        ('a = { path = "lib", group = "dev" }', "", True),
        (
            'a = { path = "lib", marker = "os_name == \'nt\'" }',
            ', directory = "lib", marker = "os_name == \'nt\'" }, { name = "a", marker = "os_name != \'nt\'"',
            True,
        ),
        ('a = { path = "lib", marker = "os_name == \'nt\'" }', ', directory = "lib", marker = "os_name == \'nt\'"', False),
        ('a = { path = "lib", marker = "os_name == \'nt\'" }', ', directory = "lib", marker = "os_name != \'nt\'"', False),
        ("a = 3", "", True),
        ("a = []", "", True),
    ],
)
def test_sources(sources: str, noted: str, fits: bool) -> None:
    assert (_stale(f"[tool.uv.sources]\n{sources}\n", "", noted) is None) is fits


@pytest.mark.parametrize("option", ["no-sources = true", 'no-sources-package = ["A"]'])
def test_sources_that_do_not_count(option: str) -> None:
    assert _stale(f'[tool.uv]\n{option}\n[tool.uv.sources]\na = {{ path = "lib" }}\n') is None


@pytest.mark.parametrize(
    ("members", "exclude", "said"),
    [
        (["p/*"], [], None),
        (["p/**"], [], "p/one/in was not yet a member"),
        (["**"], [], "p/one/in was not yet a member"),
        (["**/one"], [], None),
        (["p/o*"], ["p/one"], "p/one is not a member"),
        (["q/*"], [], "p/one is not a member"),
        (["p/[!a]*"], [], None),
        (["p/*", "p/one/**"], ["p/**/in"], None),
        ([3], [], None),
        (["a/" * 1000], [], None),
        (["**/" * 30 + "one"], [], None),
    ],
)
def test_members(members: list[object], exclude: list[object], said: str | None) -> None:
    text = '[project]\nname = "x"\n'
    files = MemoryFiles({"/w/p/one/pyproject.toml": text, "/w/p/one/in/pyproject.toml": text, "/w/p/two/readme": ""})
    lock = Lock({"manifest": {"members": ["one"]}}, {"one": [{"name": "one", "source": {"virtual": "p/one"}}]})
    found = missing_member(lock, "/w", {"members": members, "exclude": exclude}, files)
    assert (found is None) if said is None else (said in str(found))


@pytest.mark.parametrize(
    ("platform", "environ", "files", "keys"),
    [
        ("linux", {}, {}, set()),
        ("linux", {"UV_EXCLUDE_NEWER": "1 week"}, {}, {"exclude-newer"}),
        ("linux", {"UV_NO_CONFIG": "1"}, {}, {"*"}),
        ("linux", {}, {"/home/me/.config/uv/uv.toml": 'prerelease = "allow"\n'}, {"prerelease"}),
        ("darwin", {"XDG_CONFIG_HOME": "/x"}, {"/x/uv/uv.toml": 'prerelease = "allow"\n'}, {"prerelease"}),
        ("linux", {}, {"/etc/uv/uv.toml": 'exclude-newer = "1 day"\n'}, {"exclude-newer"}),
        ("linux", {}, {"/etc/uv/uv.toml": "= broken"}, set()),
        ("linux", {"UV_INDEX_URL": "https://x", "UV_INDEX": "https://y"}, {}, {"index-url", "index-by-variable"}),
        ("linux", {"UV_PYTHON": "3.12", "UV_MANAGED_PYTHON": "1"}, {}, {"python", "managed-python"}),
        ("linux", {}, {"/home/me/.config/uv/.python-version": "3.12\n"}, {"python"}),
    ],
)
def test_settings_from_elsewhere(platform: str, environ: dict[str, str], files: dict[str, str], keys: set[str]) -> None:
    sources = Sources(
        MemoryFiles(files),
        lambda path: "",
        environ,
        lambda folder: iter(()),
        "/home/me",
        platform,
        lambda kind: True,
        lambda folder: (),
        {},
        {},
    )
    assert uv_settings_elsewhere(sources) == keys


@pytest.mark.parametrize(("noted", "fits"), [("virtual", True), ("directory", False)])
def test_a_source_that_calls_itself_no_package(noted: str, fits: bool) -> None:
    own = '[project]\nname = "a"\nversion = "1"\n[tool.uv]\npackage = false\n'
    stale = _stale('[tool.uv.sources]\na = { path = "inner" }\n', "", f', {noted} = "inner"', **{"inner/pyproject.toml": own})
    assert (stale is None) is fits


def test_what_is_no_package_is_read_again_too() -> None:
    own = '[project]\nname = "a"\nversion = "1"\ndependencies = ["b"]\n'
    lock = LOCK.format("", ', virtual = "inner"').replace('source = { registry = "x" }', 'source = { virtual = "inner" }', 1)
    for noted, stale in (("", True), ('[package.metadata]\nrequires-dist = [{ name = "b" }]\n', False)):
        tool = '[tool.uv.sources]\na = { path = "inner", package = false }\n'
        text = lock.replace('[[package]]\nname = "me"', noted + '[[package]]\nname = "me"')
        found = locked_set({"pyproject.toml": HEAD + tool, "uv.lock": text, "inner/pyproject.toml": own}).stale
        assert (found is not None) is stale


def test_old_development_requirements_are_of_no_group_that_includes_theirs() -> None:
    """As uv 0.13.9 locks them."""
    groups = '[dependency-groups]\ndev = ["b"]\ndocs = [{ include-group = "dev" }]\n[tool.uv]\ndev-dependencies = ["c"]\n'
    noted = '[package.metadata.requires-dev]\ndev = [{ name = "b" }, { name = "c" }]\ndocs = [{ name = "b" }]\n'
    lock = LOCK.format("", "") + noted
    assert locked_set({"pyproject.toml": HEAD + groups, "uv.lock": lock}).stale is None
    assert locked_set({"pyproject.toml": HEAD + groups.replace('"c"', '"d"'), "uv.lock": lock}).stale is not None


@pytest.mark.parametrize(
    ("asked", "noted", "fits"),
    [
        (["a", "a>=1"], ["", ">=1"], True),
        (["a>=1"], ["", ">=1"], True),
        (["a", "a>=1"], [">=1"], True),
        (["a>=1", "a>=0.5"], [">=1"], True),
        (["a>=1", "a; os_name == 'nt'"], [">=1"], True),
        (["a>=1", "a>=1"], [">=1"], True),
        (["a>=1", "a>=1"], [""], False),
        (["a>=1", "a<99"], [">=1"], False),
        (["a"], [">=1"], False),
        (["a[x]", "a>=1"], [">=1"], False),
        (["a>=1", "a>=2"], [">=1"], False),
        (["a>=1; os_name == 'nt'", "a"], [""], False),
    ],
)
def test_what_another_requirement_of_the_list_requires_as_well(asked: list[str], noted: list[str], fits: bool) -> None:
    """``uv lock --check`` of uv 0.13.9 passes over it, in the manifest and in the lock."""
    notes = ", ".join(f'{{ name = "a", specifier = "{bound}" }}' if bound else '{ name = "a" }' for bound in noted)
    lock = LOCK.format("", "").replace('requires-dist = [{ name = "a" }]', f"requires-dist = [{notes}]")
    head = HEAD.replace('["a"]', str(asked))
    stale = locked_set({"pyproject.toml": head.replace("\\'", "'"), "uv.lock": lock}).stale
    assert (stale is None) is fits


@pytest.mark.parametrize(
    ("noted", "version", "more", "fits"),
    [
        (">=3.12", "3.12.4", {}, True),
        (">=3.11", "3.12.4", {}, False),
        (">=3.12,<3.14", "3.12.4", {}, False),
        (">=3.11", None, {}, True),
        (">=3.11", "3.12.4", {".python-version": "any\n"}, True),
        (">=3.11", "3.12.4", {"uv.toml": ""}, True),
    ],
)
def test_without_requires_python(noted: str, version: str | None, more: dict[str, str], fits: bool) -> None:
    """uv takes the environment's minor version then; where it might take another Python, nothing is said."""
    lock = LOCK.format(f'requires-python = "{noted}"\n', "")
    environment = Environment("/w/.venv", "/w/.venv", "/w/.venv/bin/python", version)
    files = {"pyproject.toml": HEAD + "[tool.uv]\n", "uv.lock": lock, **more}
    stale = locked_set(files, environment=environment).stale
    assert (stale is None) is fits, stale
    elsewhere = Environment("/w/other", "/w/other", "/w/other/bin/python", version)
    assert locked_set(files, environment=elsewhere).stale is None


def test_one_member_bounds_the_pythons_of_all() -> None:
    member = '[project]\nname = "one"\nversion = "1"\n'
    lock = LOCK.format('requires-python = ">=3.11"\n[manifest]\nmembers = ["me", "one"]\n', "")
    lock += '[[package]]\nname = "one"\nversion = "1"\nsource = { virtual = "one" }\n'
    root = HEAD + '[tool.uv.workspace]\nmembers = ["one"]\n'
    environment = Environment("/w/.venv", "/w/.venv", "/w/.venv/bin/python", "3.12.4")
    for bound, fits in (("", False), ('requires-python = ">=3.11"\n', True)):
        files = {"pyproject.toml": root, "uv.lock": lock, "one/pyproject.toml": member + bound}
        assert (locked_set(files, environment=environment).stale is None) is fits


@pytest.mark.parametrize(
    ("stated", "fits"),
    [
        ("[tool.uv]\nindex = []\n", True),
        ('[[tool.uv.index]]\nurl = "https://one.example/simple"\ndefault = true\n', True),
        ('[[tool.uv.index]]\nurl = "https://me:secret@ONE.example:443/simple"\n', True),
        ('[[tool.uv.index]]\nurl = "https://one.example/simple/"\n', False),
        ('[[tool.uv.index]]\nurl = "https://two.example/simple"\n', False),
        ('[[tool.uv.index]]\nname = "two"\nurl = "https://two.example/simple"\nexplicit = true\n', False),
        ('[[tool.uv.index]]\nurl = "https://two.example/a b"\n', True),
        ('[[tool.uv.index]]\nurl = "wheels"\n', False),
        ('[tool.uv]\nindex-url = "https://one.example/simple"\n', True),
        ('[tool.uv]\nindex-url = "https://two.example/simple"\n', False),
        ('[tool.uv]\nindex-url = "https://two.example/simple"\nno-index = true\n', True),
        ('[tool.uv]\nextra-index-url = ["https://one.example/simple"]\n', True),
        ('[tool.uv]\nfind-links = ["wheels"]\n', False),
        ("[tool.uv]\nindex-url = 3\n", True),
    ],
)
def test_indexes(stated: str, fits: bool) -> None:
    """A package of the lock comes from one.example."""
    lock = LOCK.format("", "").replace('registry = "x"', 'registry = "https://one.example/simple"')
    stale = locked_set({"pyproject.toml": HEAD + stated, "uv.lock": lock}).stale
    assert (stale is None) is fits
    assert stale is None or "a came from one.example, by an index that is not stated here" in stale.message


def test_an_index_that_a_source_named_is_known() -> None:
    lock = LOCK.format("", ', index = "https://one.example/simple"').replace('registry = "x"', 'registry = "https://one.example/simple"')
    stated = '[[tool.uv.index]]\nname = "two"\nurl = "https://two.example/simple"\n[tool.uv.sources]\na = { index = "one" }\n'
    assert locked_set({"pyproject.toml": HEAD + stated, "uv.lock": lock}).stale is None


@pytest.mark.parametrize(
    ("stated", "noted", "fits"),
    [
        ("", "", True),
        ("[project.optional-dependencies]\nX_x = []\n", "", False),
        ("[project.optional-dependencies]\nX_x = []\n", '[package.metadata]\nprovides-extras = ["x-x"]\n', True),
        ("[dependency-groups]\ndev = []\n", "", False),
        ("[dependency-groups]\ndev = []\n", "[package.metadata.requires-dev]\ndev = []\n", True),
        ('[dependency-groups]\ndev = ["b"]\n', "[package.metadata.requires-dev]\ndev = []\n", False),
        (
            '[dependency-groups]\ndev = ["b.b>=1.5"]\n',
            '[package.metadata.requires-dev]\ndev = [{ name = "b-b", specifier = ">=1.5" }]\n',
            True,
        ),
        (
            '[dependency-groups]\ndev = [{ include-group = "low" }]\nlow = ["b", { include-group = "dev" }]\n',
            '[package.metadata.requires-dev]\ndev = [{ name = "b" }]\nlow = [{ name = "b" }]\n',
            True,
        ),
        ('[dependency-groups]\ndev = [{ include-group = "gone" }]\n', "", True),
        ('[tool.uv]\ndev-dependencies = ["b"]\n', "", False),
        ('[tool.uv]\ndev-dependencies = ["b"]\n', '[package.metadata.requires-dev]\ndev = [{ name = "b" }]\n', True),
        (
            '[dependency-groups]\ndev = ["b"]\n[tool.uv.dependency-groups]\ndev = { requires-python = ">=3.11" }\n',
            '[package.metadata.requires-dev]\ndev = [{ name = "b", marker = "python_full_version >= \'3.11\'" }]\n',
            True,
        ),
        ("[dependency-groups]\ndev = 3\n", "", True),
    ],
)
def test_extras_and_groups_of_a_path_source(stated: str, noted: str, fits: bool) -> None:
    own = '[project]\nname = "a"\nversion = "1.0.0"\n'
    lock = LOCK.format("", ', directory = "inner"').replace(
        'source = { registry = "x" }\n', f'source = {{ directory = "inner" }}\n{noted}', 1
    )
    files = {"pyproject.toml": HEAD + '[tool.uv.sources]\na = { path = "inner" }\n', "uv.lock": lock, "inner/pyproject.toml": own + stated}
    assert (locked_set(files).stale is None) is fits
    assert locked_set({**files, "uv.lock": lock.replace("revision = 5", "revision = 1")}).stale is None or not fits


def test_a_lock_without_notes_says_nothing_of_extras_and_groups() -> None:
    lock = (
        LOCK.format("", "").replace('source = { registry = "x" }', 'source = { directory = "inner" }', 1).partition("[package.metadata]")[0]
    )
    own = '[project]\nname = "a"\nversion = "1"\n[project.optional-dependencies]\nx = ["b"]\n[dependency-groups]\ndev = []\n'
    files = {"pyproject.toml": HEAD + '[tool.uv.sources]\na = { path = "inner" }\n', "uv.lock": lock, "inner/pyproject.toml": own}
    assert locked_set(files).stale is None


def test_a_wheel_that_is_gone() -> None:
    lock = LOCK.format("", ', path = "in/a-1-py3-none-any.whl"').replace('registry = "x"', 'path = "in/a-1-py3-none-any.whl"')
    files = {"pyproject.toml": HEAD + '[tool.uv.sources]\na = { path = "in/a-1-py3-none-any.whl" }\n', "uv.lock": lock}
    assert locked_set({**files, "in/a-1-py3-none-any.whl": ""}).stale is None
    assert "the file of a, in/a-1-py3-none-any.whl, does not exist" in str(locked_set(files).stale)
