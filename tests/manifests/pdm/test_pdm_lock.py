"""pdm.lock: which groups count, what is wanted from where, and whether the lock still fits; ``[tool.pdm]`` as a manifest."""

from __future__ import annotations

import hashlib
import json

import pytest

from tests.manifests.locking import LINUX, WINDOWS, locked_set
from venvls import manifests
from venvls.manifests.pdm.stale import workspace_hash
from venvls.model.facts import Choice
from venvls.model.lock import LockedSet
from venvls.model.manifest import Defaults
from venvls.model.text import Text

PYPROJECT = """\
[project]
name = "Me"
requires-python = ">=3.9"
dependencies = ["a[x]", "w; sys_platform == 'win32'", "g @ git+https://example.com/o/g@v1"]
[project.optional-dependencies]
web = ["s"]
[dependency-groups]
Test_It = ["t"]
[tool.pdm.dev-dependencies]
dev = ["-e file:///${PROJECT_ROOT}/ed#egg=ed"]
"""
HASHED = {
    "sources": [],
    "dependencies": ["a[x]", "w; sys_platform == 'win32'", "g @ git+https://example.com/o/g@v1"],
    "dev-dependencies": {"test-it": ["t"], "dev": ["-e file:///${PROJECT_ROOT}/ed#egg=ed"]},
    "optional-dependencies": {"web": ["s"]},
    "requires-python": ">=3.9",
    "resolution": {},
}
HASH = hashlib.sha256(json.dumps(HASHED, sort_keys=True).encode()).hexdigest()


def lock(groups: str = '"default", "dev", "test-it"', strategy: str = '"inherit_metadata"', content: str = HASH, more: str = "") -> str:
    return f"""\
[metadata]
groups = [{groups}]
strategy = [{strategy}]
lock_version = "4.5.1"
content_hash = "sha256:{content}"
{more}
[[package]]
name = "a"
version = "1.0"
groups = ["default"]
dependencies = [
    "deep>=1",
]
files = [
    {{file = "a-1.0-py3-none-any.whl", hash = "sha256:00"}},
]

[[package]]
name = "a"
version = "1.0"
extras = ["x"]
groups = ["default"]
dependencies = [
    "a==1.0",
    "extra-one",
]

[[package]]
name = "deep"
version = "2.0"
groups = ["default"]

[[package]]
name = "extra-one"
version = "2.1"
groups = ["default"]

[[package]]
name = "w"
version = "3.0"
groups = ["default"]
marker = "sys_platform == \\"win32\\""

[[package]]
name = "g"
version = "0.1"
groups = ["default"]
git = "https://example.com/o/g"
ref = "v1"
revision = "abc123"

[[package]]
name = "ed"
version = "1.0"
editable = true
path = "./ed"
groups = ["dev"]

[[package]]
name = "s"
version = "1.0"
groups = ["web"]

[[package]]
name = "t"
version = "1.0"
groups = ["test-it"]
"""


def locked(text: str, pyproject: str = PYPROJECT, **more: object) -> LockedSet:
    return locked_set({"pyproject.toml": pyproject, "pdm.lock": text}, "pdm.lock", **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("groups", "choice", "expected"),
    [
        ('"default", "dev", "test-it"', Choice(), {"ed", "t"}),
        ('"default"', Choice(), set()),
        ('"default", "gone"', Choice(), set()),
        ('"default", "dev", "test-it", "web"', Choice(), {"ed", "t", "s"}),
        ('"default", "dev", "test-it", "web"', Choice(extras=frozenset({"web"})), {"ed", "t", "s"}),
        ('"default", "dev", "test-it", "web"', Choice(frozenset({"dev"})), {"ed"}),
        ('"default", "dev", "test-it", "web"', Choice(frozenset({"dev"}), default=False), {"ed"}),
        ('"default", "dev"', Choice(all_groups=True), {"ed"}),
    ],
)
def test_groups(groups: str, choice: Choice, expected: set[str]) -> None:
    assert set(locked(lock(groups), choice=choice).packages) == {"me", "a", "deep", "extra-one", "g"} | expected


@pytest.mark.parametrize("strategy", ['"inherit_metadata"', ""])
def test_platforms_and_locks_without_groups(strategy: str) -> None:
    text = lock(strategy=strategy)
    assert set(locked(text).packages) == {"me", "a", "deep", "extra-one", "g", "ed", "t"}
    assert set(locked(text, markers=WINDOWS).packages) == {"me", "a", "deep", "extra-one", "g", "ed", "t", "w"}
    assert LINUX is not WINDOWS


def test_sources() -> None:
    found = locked(lock())
    sources = {key: (one.version, one.source.kind, one.source.url, one.source.commit) for key, one in found.packages.items()}
    assert sources["a"] == ("1.0", "any", None, None)
    assert sources["g"] == ("0.1", "vcs", "https://example.com/o/g", "abc123")
    assert sources["ed"] == (None, "editable", "file:///w/ed", None)
    assert sources["me"] == (None, "editable", "file:///w", None)
    assert not found.exact
    assert found.own == {"me"}
    assert found.through["deep"] == "a"
    text = lock()
    span = found.locate("deep")
    assert text[span.start : span.end] == "deep"
    assert text[: span.start].endswith('[[package]]\nname = "')


@pytest.mark.parametrize("setting", ["distribution = false", 'package-type = "application"'])
def test_an_application_is_not_installed(setting: str) -> None:
    assert "me" not in locked(lock(), PYPROJECT + f"[tool.pdm]\n{setting}\n").packages


@pytest.mark.parametrize(
    ("before", "after", "fresh"),
    [
        ("", "", True),
        ("[project]", "# a remark\n[project]", True),
        ('name = "Me"', 'name = "You"', True),
        ('"a[x]"', '"a[x]>=1"', False),
        ('["t"]', '["t", "u"]', False),
        (">=3.9", ">=3.10", False),
        ("[tool.pdm.dev", '[tool.pdm.resolution]\noverrides = {a = "1"}\n[tool.pdm.dev', False),
    ],
)
def test_stale_by_the_content_hash(before: str, after: str, fresh: bool) -> None:
    assert (locked(lock(), PYPROJECT.replace(before, after, 1)).stale is None) is fresh


def test_stale_points_at_what_the_lock_lacks() -> None:
    text = PYPROJECT.replace('["t"]', '["t", "unknown"]')
    stale = locked(lock(), text).stale
    assert stale is not None
    assert text[stale.span.start : stale.span.end] == "unknown"


def test_half_typed_manifests_say_nothing_of_the_lock() -> None:
    assert locked(lock(), PYPROJECT.replace('["t"]', '["t", "')).stale is None


INPUTS = """
[metadata.lock_inputs.project]
requires-python = ">=3.9"
sources = []
[metadata.lock_inputs.project.groups]
default = ["a[x]", "url-sha256:00", "w; sys_platform == \\"win32\\""]
dev = ["url-sha256:01"]
test-it = ["t"]
web = ["s"]
"""


@pytest.mark.parametrize(
    ("before", "after", "fresh"),
    [
        ("", "", True),
        ('"a[x]"', '"A[X]>=1"', True),
        ('"a[x]"', '"a"', False),
        ('"a[x]"', '"a[x]>=2"', False),
        ('["t"]', '["t", "u"]', False),
        ('["t"]', "[]", False),
        ('web = ["s"]', 'web = ["s"]\nmore = ["z"]', False),
        (">=3.9", ">=3.10", False),
    ],
)
def test_stale_by_the_recorded_inputs(before: str, after: str, fresh: bool) -> None:
    assert (locked(lock(content="0", more=INPUTS), PYPROJECT.replace(before, after, 1)).stale is None) is fresh


@pytest.mark.parametrize(
    ("text", "word"),
    [
        (lock().replace('"4.5.1"', '"5.0"'), "newer"),
        (lock().replace('"4.5.1"', '"3.1"'), "old"),
        ("x = [\n", "cannot be read"),
        ("<<<<<<< HEAD\n" + lock(), "merge conflict"),
        ("a = 1\n", "not a lock from PDM"),
    ],
)
def test_locks_that_are_not_understood(text: str, word: str) -> None:
    assert word in (locked(text).problem or "")


def test_dev_dependencies_are_groups() -> None:
    manifest = manifests.parse("/w/pyproject.toml", Text(PYPROJECT))
    found = {(one.scope.kind, one.scope.name, one.parsed.key, one.parsed.editable) for one in manifest.requirements}
    assert ("group", "dev", "ed", True) in found
    assert manifest.defaults == Defaults(all_groups=True)
    requirement = next(one for one in manifest.requirements if one.parsed.key == "ed")
    assert PYPROJECT[requirement.span.start : requirement.span.end] == "file:///${PROJECT_ROOT}/ed#egg=ed"


@pytest.mark.parametrize("table", ['[tool.pdm.version]\nsource = "file"\n', "[tool.pdm.build]\nincludes = []\n"])
def test_settings_of_the_backend_do_not_make_it_pdms(table: str) -> None:
    manifest = manifests.parse("/w/pyproject.toml", Text('[project]\nname = "a"\n' + table))
    assert manifest.own.pdm is False
    assert manifest.defaults is None


def with_options(*words: str) -> str:
    listed = ", ".join(f'"{word}"' for word in words)
    return f"{PYPROJECT}[tool.pdm.options]\nsync = [{listed}]\n"


@pytest.mark.parametrize(
    ("words", "choice", "expected"),
    [
        ((), Choice(), {"ed", "t", "s"}),
        (("--prod",), Choice(), set()),
        (("--prod", "-Gweb"), Choice(), {"s"}),
        (("-G", "test_it"), Choice(), {"t"}),
        (("--with=web,dev",), Choice(), {"s", "ed"}),
        (("--without", "dev"), Choice(), {"t", "s"}),
        (("-d",), Choice(), {"ed", "t"}),
        (("-G", ":all"), Choice(), {"ed", "t", "s"}),
        (("--prod",), Choice(extras=frozenset({"web"})), {"s"}),
        (("-v", "--no-editable"), Choice(), {"ed", "t", "s"}),
    ],
)
def test_what_the_project_puts_behind_every_sync(words: tuple[str, ...], choice: Choice, expected: set[str]) -> None:
    found = locked(lock('"default", "dev", "test-it", "web"'), with_options(*words), choice=choice)
    assert set(found.packages) == {"me", "a", "deep", "extra-one", "g"} | expected


def test_options_about_the_project_itself() -> None:
    assert "me" not in locked(lock(), with_options("--no-self")).packages
    assert locked(lock(), with_options("--no-editable")).packages["me"].source.kind == "path"
    assert set(locked(lock(), with_options("--no-default")).packages) == {"ed", "t"}


def test_the_groups_that_count_by_themselves_are_those_that_are_locked() -> None:
    assert locked(lock('"default", "dev", "web"')).defaults == Defaults(("dev",), ("web",))
    assert locked(lock('"dev"')).defaults == Defaults(("dev",), main=False)
    assert locked(lock('"default", "dev", "test-it"'), choice=Choice(frozenset({"test-it"}))).defaults == Defaults(("test-it",))


@pytest.mark.parametrize(
    ("targets", "markers", "fits"),
    [
        (['requires_python = ">=3.9"'], LINUX, True),
        (['requires_python = ">=3.9"', 'platform = "linux"'], LINUX, True),
        (['platform = "manylinux_2_17_x86_64"'], LINUX, True),
        (['platform = "windows_amd64"'], LINUX, False),
        (['platform = "windows_amd64"'], WINDOWS, True),
        (['platform = "some_day"'], LINUX, True),
        (['requires_python = "<3"'], LINUX, False),
        (['requires_python = ">=3.12.5"'], LINUX, False),
        (['implementation = "pypy"'], LINUX, False),
    ],
)
def test_a_lock_for_another_platform_is_a_sentence(targets: list[str], markers: dict[str, str], fits: bool) -> None:
    written = "[[metadata.targets]]\n" + "\n".join(targets) + "\n"
    found = locked(lock(more=written), markers=markers)
    assert (found.problem is None) == fits, found.problem


def test_a_lock_for_some_of_a_python_fits_where_the_last_number_is_not_known() -> None:
    written = lock(more='[[metadata.targets]]\nrequires_python = ">=3.12.5"\n')
    assert locked(written, markers={**LINUX, "python_full_version": "3.12.0"}, guessed=("python_full_version",)).problem is None


def test_a_workspace_is_locked_with_its_members() -> None:
    root = PYPROJECT + '[tool.pdm.workspace]\nmembers = ["packages/*", "./extra"]\n'
    one = '[project]\nname = "one"\ndependencies = ["a"]\n'
    files = {"pyproject.toml": root, "packages/one/pyproject.toml": one, "extra/pyproject.toml": one, "packages/notes/README": "x"}
    written = lock(content=workspace_hash(root, [("extra", one), ("packages/one", one)], "sha256"))
    assert locked_set({**files, "pdm.lock": written}, "pdm.lock").stale is None
    assert locked_set({**files, "pdm.lock": lock()}, "pdm.lock").stale is not None
    files["packages/one/pyproject.toml"] = one.replace('"a"', '"b"')
    assert locked_set({**files, "pdm.lock": written}, "pdm.lock").stale is not None
    alone = PYPROJECT + '[tool.pdm.workspace]\nmembers = ["nowhere/*"]\n'
    of_alone = lock(content=workspace_hash(alone, [], "sha256"))
    assert locked_set({"pyproject.toml": alone, "pdm.lock": of_alone}, "pdm.lock").stale is None
    deep = root.replace("packages/*", "packages/**")
    assert locked_set({**files, "pyproject.toml": deep, "pdm.lock": written}, "pdm.lock").stale is None, "members that cannot be told"


@pytest.mark.parametrize("odd", ["source = 3", "source = [3]", "resolution = 3", "options = 3", "workspace = 3", "options = {sync = 3}"])
def test_odd_settings_are_no_surprise(odd: str) -> None:
    inputs = '[metadata.lock_inputs.project]\nsources = []\ngroups = {}\nresolution = {}\nrequires-python = ""\n'
    locked(lock(more=inputs), f"{PYPROJECT}[tool.pdm]\n{odd}\n")
    locked(lock(), f"{PYPROJECT}[tool.pdm]\n{odd}\n")
