"""[tool.poetry] and poetry.lock: what they ask for, where it stands, and which packages count."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

import pytest

from tests.memory_tree import MemoryFiles
from venvls import manifests
from venvls.manifests.locks import lock_format, locked
from venvls.manifests.poetry.versions import python_marker, specifier
from venvls.model.environment import Target
from venvls.model.facts import Choice, Facts
from venvls.model.finding import Project
from venvls.model.lock import LockedSet, LockFile, Source
from venvls.model.manifest import Defaults, Manifest
from venvls.model.requirement import Scope
from venvls.model.text import Text

PYPROJECT = """\
[tool.poetry]
name = "De.mo"
package-mode = false
[tool.poetry.dependencies]
python = "^3.10"
requests = "^2.31"
rich = {version = ">=13", optional = true, extras = ["jupyter"], markers = "python_version < '3.13'"}
six = {version = "*", optional = true}
foo = [
  {version = "<2", python = "<3.8"},
  {version = ">=2", python = "^3.8", platform = "linux"},
]
bar = {git = "git@github.com:a/b.git", branch = "main", subdirectory = "x"}
baz = {path = "../baz", develop = true}
bad = "^x"
[tool.poetry.dependencies.sub]
version = "~1.2.3"
[tool.poetry.extras]
cli = ["rich"]
[tool.poetry.group.dev.dependencies]
pytest = "8.*"
[tool.poetry.group.docs]
optional = true
include-groups = ["dev"]
[tool.poetry.group.docs.dependencies]
sphinx = "*"
"""
LOCK = """\
[[package]]
name = "Requests"
version = "2.32.0"
optional = false
python-versions = ">=3.8"
groups = ["main"]
files = [
    {file = "requests.whl", hash = "sha256:0"},
]

[[package]]
name = "rich"
version = "13.0"
optional = true
python-versions = "*"
groups = ["main", "docs"]
markers = {main = "extra == \\"cli\\"", docs = "python_version < '3'"}
files = []

[[package]]
name = "foo"
version = "1.0"
optional = false
python-versions = "*"
groups = ["main"]
markers = "python_version < '3.8'"
files = []

[[package]]
name = "foo"
version = "2.0"
optional = false
python-versions = "*"
groups = ["main"]
markers = "python_version >= '3.8'"
files = []

[[package]]
name = "baz"
version = "0.1"
optional = false
python-versions = "*"
groups = ["dev"]
files = []
develop = true

[package.source]
type = "directory"
url = "../baz"

[[package]]
name = "bar"
version = "1"
optional = false
python-versions = "*"
groups = ["Docs"]
files = []

[package.source]
type = "git"
url = "git@github.com:a/b.git"
reference = "main"
resolved_reference = "0123456789012345678901234567890123456789"
subdirectory = "x"

[extras]
cli = ["rich"]

[metadata]
lock-version = "2.1"
python-versions = "^3.10"
content-hash = "@HASH@"
"""


DEFAULT = Choice()


def parse(text: str) -> Manifest:
    return manifests.parse("/p/pyproject.toml", Text(text))


def judge(lock: str, manifest: Manifest, choice: Choice = DEFAULT, python: str = "3.11") -> LockedSet:
    target = Target({"python_version": python, "python_full_version": f"{python}.4", "sys_platform": "linux"})
    files = MemoryFiles({"/p/pyproject.toml": manifest.text.source, "/p/poetry.lock": lock})
    facts = Facts(Project("/p", (manifest.path,), ("/p/poetry.lock",)), files, {manifest.path: manifest}, choice=choice, target=target)
    format_ = lock_format("poetry.lock")
    assert format_ is not None
    return locked(format_, LockFile("/p/poetry.lock", Text(lock)), facts)


def with_hash(values: Any) -> str:
    return LOCK.replace("@HASH@", sha256(json.dumps(values, sort_keys=True).encode()).hexdigest())


def test_every_dependency_is_pep_508() -> None:
    found = [(one.parsed.text, one.scope, one.parsed.editable) for one in parse(PYPROJECT).requirements if one.parsed.error is None]
    assert found == [
        ("requests>=2.31,<3", Scope("main"), False),
        ("rich[jupyter]>=13; python_version < '3.13'", Scope("extra", "cli"), False),
        ("six", Scope("extra", ""), False),
        ('foo<2; python_version < "3.8"', Scope("main"), False),
        ('foo>=2; python_version >= "3.8" and python_version < "4" and sys_platform == "linux"', Scope("main"), False),
        ("bar @ git+ssh://git@github.com/a/b.git@main#subdirectory=x", Scope("main"), False),
        ("baz @ ../baz", Scope("main"), True),
        ("sub>=1.2.3,<1.3", Scope("main"), False),
        ("pytest==8.*", Scope("group", "dev"), False),
        ("sphinx", Scope("group", "docs"), False),
    ]


def test_the_parts_stand_where_they_are_written() -> None:
    manifest = parse(PYPROJECT)
    by_name = {one.parsed.name: one for one in manifest.requirements}

    def written(name: str, part: str) -> str:
        return PYPROJECT[slice(*by_name[name].locate(getattr(by_name[name].parsed, part)))]

    assert PYPROJECT[slice(*by_name["requests"].span)] == 'requests = "^2.31"'
    assert [written("requests", part) for part in ("name_span", "specifier_span")] == ["requests", "^2.31"]
    assert [written("rich", part) for part in ("extras_span", "marker_span")] == ['["jupyter"]', "python_version < '3.13'"]
    assert written("bar", "url_span") == "git@github.com:a/b.git"
    assert PYPROJECT[slice(*by_name["sub"].statement)] == '[tool.poetry.dependencies.sub]\nversion = "~1.2.3"\n'


def test_what_else_the_table_says() -> None:
    manifest = parse(PYPROJECT)
    assert manifest.defaults == Defaults(("dev",))
    assert manifest.requires_python is not None
    assert manifest.requires_python.specifier == ">=3.10,<4"
    assert manifest.name == "de-mo"
    assert [PYPROJECT[slice(*one.span)] for one in manifest.problems] == ["^x"]


@pytest.mark.parametrize("cut", range(0, len(PYPROJECT), 7))
def test_half_typed_text_is_read(cut: int) -> None:
    manifest = parse(PYPROJECT[:cut])
    assert all(0 <= one.span.start <= one.span.end <= cut for one in (*manifest.requirements, *manifest.problems))


def test_standard_dependencies_are_only_completed() -> None:
    text = '[project]\nname = "x"\ndependencies = ["a"]\n[tool.poetry.dependencies]\na = {path = "a", develop = true}\n'
    assert [one.parsed.text for one in parse(text).requirements] == ["a"]


def test_edits() -> None:
    manifest = parse(PYPROJECT)
    by_name = {one.parsed.name: one for one in manifest.requirements}

    def after(edit: Any) -> str:
        return PYPROJECT[: edit.span.start] + edit.new + PYPROJECT[edit.span.end :]

    assert 'requests = ">=3"\n' in after(manifests.replace_specifier(manifest, by_name["requests"], ">=3"))
    assert '{version = "==13.1", optional' in after(manifests.replace_specifier(manifest, by_name["rich"], "==13.1"))
    assert after(manifests.remove_statement(manifest, by_name["requests"])) == PYPROJECT.replace('requests = "^2.31"\n', "")
    assert 'baz = {path = "../baz", develop = true}\n' in PYPROJECT
    assert '\nnew = ">=1"\n' in after(manifests.insert_requirement(manifest, "new>=1"))


@pytest.mark.parametrize(
    ("constraint", "pep440", "marker"),
    [
        ("^0.0.3", ">=0.0.3,<0.0.4", 'python_full_version >= "0.0.3" and python_full_version < "0.0.4"'),
        ("^3.8", ">=3.8,<4", 'python_version >= "3.8" and python_version < "4"'),
        ("~1", ">=1,<2", 'python_version >= "1" and python_version < "2"'),
        ("1.2", "==1.2", 'python_version == "1.2"'),
        (">=1 <2", ">=1,<2", 'python_version >= "1" and python_version < "2"'),
        (
            "~2.7 || ^3.6",
            ">=2.7,<4",
            '(python_version >= "2.7" and python_version < "2.8") or (python_version >= "3.6" and python_version < "4")',
        ),
        ("*", "", ""),
        ("^x", None, None),
        ("1" * 5000, None, None),
    ],
)
def test_constraints(constraint: str, pep440: str | None, marker: str | None) -> None:
    assert (specifier(constraint), python_marker(constraint)) == (pep440, marker)


def versions(found: LockedSet) -> dict[str, str | None]:
    return {key: one.version for key, one in found.packages.items()}


def test_packages_of_the_chosen_groups_and_extras() -> None:
    manifest = parse(PYPROJECT)
    assert versions(judge(LOCK, manifest)) == {"requests": "2.32.0", "foo": "2.0", "baz": "0.1"}
    assert versions(judge(LOCK, manifest, python="3.7"))["foo"] == "1.0"
    assert "rich" in judge(LOCK, manifest, Choice(extras=frozenset({"cli"}))).packages
    assert "bar" in judge(LOCK, manifest, Choice(groups=frozenset({"docs"}))).packages
    assert set(judge(LOCK, manifest, Choice(default=False)).packages) == {"requests", "foo"}


def test_sources_and_places() -> None:
    found = judge(LOCK, parse(PYPROJECT), Choice(all_groups=True))
    assert found.packages["baz"].source == Source("editable", "file:///baz")
    assert found.packages["bar"].source == Source("vcs", "ssh://git@github.com/a/b.git", "0123456789012345678901234567890123456789", "x")
    place = found.locate("foo")
    assert LOCK[place.start :].startswith('foo"\nversion = "2.0"')
    assert found.kept == {"pip"}


def test_the_project_itself_is_editable() -> None:
    found = judge(LOCK, parse('[project]\nname = "Me"\nversion = "1"\n[tool.poetry]\n'))
    assert found.packages["me"].source == Source("editable", "file:///p")
    assert found.own == {"me"}


def test_stale() -> None:
    text = '[tool.poetry]\nname = "x"\n[tool.poetry.dependencies]\nrequests = "*"\n'
    manifest = parse(text)
    fresh = with_hash({"dependencies": {"requests": "*"}, "dev-dependencies": None, "extras": None, "source": None})
    assert judge(fresh, manifest).stale is None
    changed = parse(text + 'late = "*"\n')
    stale = judge(fresh, changed).stale
    assert stale is not None
    assert changed.text.source[slice(*stale.span)] == 'late = "*"'
    assert judge(fresh, parse(text + 'late = "')).stale is None, "half-typed"


def test_hashes_with_standard_tables() -> None:
    text = '[project]\nname = "x"\nversion = "1"\ndependencies = ["requests"]\n[dependency-groups]\ndev = ["foo"]\n'
    project = {"dependencies": ["requests"]}
    whole = {"project": project, "dependency-groups": {"dev": ["foo"]}, "tool": {"poetry": {}}}
    old = {"project": project, "tool": {"poetry": {}}}
    header = "# This file is automatically @generated by Poetry {} and should not be changed by hand.\n\n"
    assert judge(with_hash(whole), parse(text)).stale is None
    assert judge(header.format("2.2.1") + with_hash(old), parse(text)).stale is None
    assert judge(header.format("2.3.0") + with_hash(old), parse(text)).stale is not None


@pytest.mark.parametrize(
    "text", ["", "[", "[metadata]\n", LOCK.replace("2.1", "3.0"), "<<<<<<< ours\n" + LOCK, "package = 3\n[metadata]\nlock-version = 'x'\n"]
)
def test_a_lock_that_cannot_be_understood_is_a_sentence(text: str) -> None:
    problem = judge(text, parse(PYPROJECT)).problem
    assert problem is not None
    assert problem.endswith(".")


def test_old_locks_are_walked() -> None:
    lock = """\
[[package]]
name = "requests"
version = "2.0"
optional = false
python-versions = "*"

[package.dependencies]
idna = ">=2"
PySocks = {version = ">=1", optional = true, markers = "extra == \\"socks\\""}

[package.extras]
socks = ["PySocks (>=1)"]

[[package]]
name = "idna"
version = "2.5"
optional = false
python-versions = "*"

[[package]]
name = "pysocks"
version = "1.7"
optional = true
python-versions = "*"

[[package]]
name = "unused"
version = "1"
optional = false
python-versions = "*"

[metadata]
lock-version = "1.1"
content-hash = "x"

[metadata.files]
requests = [
    {file = "a", hash = "b"},
]
"""
    head = '[tool.poetry]\nname = "x"\npackage-mode = false\n[tool.poetry.dependencies]\n'
    assert set(judge(lock, parse(head + 'requests = "*"\n')).packages) == {"requests", "idna"}
    assert set(judge(lock, parse(head + 'requests = {version = "*", extras = ["socks"]}\n')).packages) == {"requests", "idna", "pysocks"}


@pytest.mark.parametrize(
    ("project", "table", "expected"),
    [
        ('dependencies = ["a"]', 'b = "*"', {("a", "main")}),
        ("dependencies = []", 'b = "*"', {("b", "main")}),
        ('optional-dependencies = {web = ["a"]}', 'b = "*"', {("a", "extra")}),
        ("optional-dependencies = {web = []}", 'b = "*"', {("b", "main")}),
        ('dynamic = ["dependencies"]\noptional-dependencies = {web = ["a"]}', 'b = "*"\nc = {version = "*", optional = true}',
         {("a", "extra"), ("b", "main")}),
        ('dependencies = ["a"]\ndynamic = ["optional-dependencies"]', 'b = "*"\nc = {version = "*", optional = true}',
         {("a", "main"), ("c", "extra")}),
    ],
)  # fmt: skip
def test_which_of_two_tables_asks(project: str, table: str, expected: set[tuple[str, str]]) -> None:
    """poetry-core ``DependencyGroup``: the table of Poetry asks only for what the standard one leaves to it."""
    text = f'[project]\nname = "me"\n{project}\n[tool.poetry.dependencies]\n{table}\n'
    assert {(one.parsed.key, one.scope.kind) for one in parse(text).requirements} == expected


def test_the_groups_that_count_by_themselves() -> None:
    text = '[project]\nname = "me"\n[dependency-groups]\ntest = ["a"]\nlint = ["b"]\n'
    assert judge(LOCK, parse(text)).defaults == Defaults(("test", "lint"))
    optional = text + "[tool.poetry.group.lint]\noptional = true\n[tool.poetry.requires-plugins]\nx = '*'\n"
    assert judge(LOCK, parse(optional)).defaults == Defaults(("test",))
