"""pixi.toml, ``[tool.pixi]``, pixi.lock and conda-lock.yml: what they ask for, in which environment, and when a lock no longer fits."""

# ruff: noqa: E501 - one row of a table is one line
from __future__ import annotations

import io
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.effort import assert_even, ends
from tests.memory_tree import FOLDER, Content, MemoryFiles
from venvls import discovery, manifests
from venvls.manifests import locks
from venvls.manifests.pixi import reading as pixi_reading
from venvls.manifests.syntax.yaml_blocks import lines
from venvls.model.environment import Environment, Target
from venvls.model.facts import Choice, Facts
from venvls.model.finding import Project
from venvls.model.lock import LockedSet, LockFile
from venvls.model.manifest import Manifest
from venvls.model.requirement import MAIN, Scope
from venvls.model.text import Text

PIXI = """\
[workspace]
name = "p"
channels = ["conda-forge"]
platforms = ["linux-64", "osx-arm64", "win-64"]

[dependencies]
python = "3.12.*"
numpy = ">=1.26,<2"
scipy = { version = "1.11.*", build = "py312*" }
mine = { path = "../mine" }
__glibc = ">=2.17"

[target.linux-64.dependencies]
numpy = ">=1.26.4"

[target.win.dependencies]
pywin32 = "*"

[pypi-dependencies]
"Flask" = { version = ">=2", extras = ["async"], env-markers = "python_version < '4'" }
own = { path = ".", editable = true }
gitted = { git = "https://example.org/g.git", branch = "main" }

[feature.test.dependencies]
pytest = "*"

[feature.lint.pypi-dependencies]
ruff = "==0.5.0"

[environments]
test = ["test"]
all = { features = ["test", "lint"], solve-group = "default" }
"""
LINUX = {
    "sys_platform": "linux",
    "platform_machine": "x86_64",
    "os_name": "posix",
    "python_version": "3.12",
    "python_full_version": "3.12.1",
}


def parsed(source: str, name: str = "pixi.toml") -> Manifest:
    return manifests.parse(f"/w/{name}", Text(source))


def said(found: Manifest) -> list[tuple[str | None, str, Scope, str | None]]:
    return [(one.parsed.key, one.parsed.specifier, one.scope, one.parsed.marker) for one in found.requirements]


def test_what_pixi_toml_asks_for() -> None:
    found = parsed(PIXI)
    test, lint = Scope("group", "test"), Scope("group", "lint")
    assert said(found) == [
        ("conda:numpy", ">=1.26,<2", MAIN, "(sys_platform != 'linux' or platform_machine != 'x86_64')"),
        ("conda:scipy", "1.11.*", MAIN, None),
        ("conda:mine", "", MAIN, None),
        ("conda:numpy", ">=1.26.4", MAIN, "sys_platform == 'linux' and platform_machine == 'x86_64'"),
        ("conda:pywin32", "", MAIN, "sys_platform == 'win32'"),
        ("flask", ">=2", MAIN, "python_version < '4'"),
        ("own", "", MAIN, None),
        ("gitted", "", MAIN, None),
        ("conda:pytest", "", test, None),
        ("ruff", "==0.5.0", lint, None),
    ]
    assert found.problems == ()
    assert found.requires_python is not None
    assert (found.requires_python.specifier, PIXI[slice(*found.requires_python.span)]) == ("==3.12.*", "3.12.*")
    places = [PIXI[slice(*one.locate(one.parsed.specifier_span))] for one in found.requirements if one.parsed.specifier_span]
    assert places == [">=1.26,<2", "1.11.*", ">=1.26.4", ">=2", "==0.5.0"]
    flask = next(one.parsed for one in found.requirements if one.parsed.key == "flask")
    assert flask.extras == ("async",)
    urls = {one.parsed.key: (one.parsed.url, one.parsed.editable) for one in found.requirements if one.parsed.url}
    assert urls == {"own": (".", True), "gitted": ("git+https://example.org/g.git", False)}
    assert discovery.says_something(found)


@pytest.mark.parametrize(
    ("kind", "name", "choice", "counted"),
    [
        ("pixi", "default", Choice(), set()),
        ("pixi", "test", Choice(), {"test"}),
        ("pixi", "all", Choice(), {"test", "lint"}),
        ("pixi", "default", Choice(groups=frozenset({"lint"})), {"lint"}),
        (None, None, Choice(), set()),
    ],
)
def test_a_feature_counts_in_its_environments(kind: Any, name: str, choice: Choice, counted: set[str]) -> None:
    found = parsed(PIXI + "[feature.dev.dependencies]\nx = '*'\n")
    environment = Environment("/w/e", "/w/e", None, "3.12.1", kind=kind, name=name) if kind else None
    facts = Facts(Project("/w", (found.path,)), MemoryFiles({}), {found.path: found}, environment=environment, choice=choice)
    assert {one for one in ("test", "lint", "dev") if facts.counts(found, Scope("group", one))} == counted
    assert facts.counts(found, MAIN)


def test_no_default_feature() -> None:
    found = parsed(PIXI + "docs = { features = ['lint'], no-default-feature = true }\n")
    assert found.requirements[0].scope == Scope("group", "default")
    for name, counted in (("default", True), ("test", True), ("docs", False)):
        environment = Environment("/w/e", "/w/e", None, "3.12.1", kind="pixi", name=name)
        facts = Facts(Project("/w", (found.path,)), MemoryFiles({}), {found.path: found}, environment=environment)
        assert facts.counts(found, Scope("group", "default")) is counted
    assert Facts(Project("/w", (found.path,)), MemoryFiles({}), {found.path: found}).counts(found, Scope("group", "default"))


def test_no_matter_of_python() -> None:
    assert not discovery.says_something(parsed('[workspace]\nchannels = []\n[dependencies]\ncmake = "*"\ngxx = "*"\n'))
    assert discovery.says_something(parsed('[dependencies]\ncmake = "*"\n[feature.x.dependencies]\npython = "*"\n'))


PYPROJECT = """\
[project]
name = "me"
dependencies = ["requests"]
[dependency-groups]
test = ["pytest"]
dev = ["black"]
[tool.pixi.workspace]
channels = ["conda-forge"]
platforms = ["linux-64"]
[tool.pixi.dependencies]
numpy = "*"
[tool.pixi.feature.dev.dependencies]
zlib = "*"
[tool.pixi.environments]
test = ["test", "dev"]
"""


def test_pyproject_asks_conda_only_in_environments_of_pixi() -> None:
    found = parsed(PYPROJECT, "pyproject.toml")
    assert [(one.parsed.key, one.scope.name) for one in found.requirements] == [
        ("requests", None), ("pytest", "test"), ("black", "dev"), ("conda:numpy", "pixi"), ("conda:zlib", "pixi-dev"),
    ]  # fmt: skip

    def counted(kind: Any, name: str) -> set[str | None]:
        environment = Environment("/w/e", "/w/e", None, "3.12.1", kind=kind, name=name)
        facts = Facts(Project("/w", (found.path,)), MemoryFiles({}), {found.path: found}, environment=environment)
        return {one.parsed.key for one in found.requirements if facts.counts(found, one.scope)}

    assert counted("venv", ".venv") == {"requests", "black"}
    assert counted("pixi", "default") == {"requests", "conda:numpy"}
    assert counted("pixi", "test") == {"requests", "conda:numpy", "conda:zlib", "pytest", "black"}


@pytest.mark.parametrize(
    ("line", "key", "specifier"),
    [
        ('a = "*"', "conda:a", ""), ('a = ">=1,<2"', "conda:a", ">=1,<2"), ('a = "1.2.*"', "conda:a", "1.2.*"), ('a = "==1.2"', "conda:a", "==1.2"),
        ('a = "=1.2"', "conda:a", "=1.2"), ('a = "~=1.2"', "conda:a", "~=1.2"), ('a = ">=1|3.*"', "conda:a", ">=1|3.*"), ('a = "1.2"', "conda:a", ""),
        ('A = { channel = "x" }', "conda:a", ""), ('a.version = ">=1"', "conda:a", ">=1"), ('"_x_y" = "*"', "conda:_x_y", ""),
    ],
)  # fmt: skip
def test_versions_of_conda(line: str, key: str, specifier: str) -> None:
    found = parsed(f"[dependencies]\n{line}\n")
    assert [(one.parsed.key, one.parsed.specifier) for one in found.requirements] == [(key, specifier)]
    assert found.problems == ()


@pytest.mark.parametrize("line", ['"a b" = "*"', "a = 1", 'a = ">=1,<"'])
def test_what_is_no_package(line: str) -> None:
    assert [one.code for one in parsed(f"[dependencies]\n{line}\n").problems] in (["invalid-requirement"], [])
    assert parsed(f"[dependencies]\n{line}\nb = '*'\n").requirements[-1].parsed.key == "conda:b"


def test_edits() -> None:
    found = parsed(PIXI)
    for edit, expected in (
        (manifests.insert_requirement(found, "rich>=13"), 'rich = ">=13"\n'),
        (manifests.replace_specifier(found, found.requirements[0], ">=2"), 'numpy = ">=2"\n'),
        (manifests.replace_specifier(found, found.requirements[1], "1.12.*"), 'scipy = { version = "1.12.*", build = "py312*" }\n'),
    ):
        text = PIXI[: edit.span.start] + edit.new + PIXI[edit.span.end :]
        assert expected in text
        assert parsed(text).problems == ()
    removed = manifests.remove_statement(found, found.requirements[0])
    assert '\nnumpy = ">=1.26,<2"' not in PIXI[: removed.span.start] + removed.new + PIXI[removed.span.end :]


URL = "https://conda.anaconda.org/conda-forge"
LOCK = f"""\
version: 6
environments:
  default:
    channels:
    - url: {URL}/
    indexes:
    - https://pypi.org/simple
    packages:
      linux-64:
      - conda: {URL}/linux-64/python-3.12.1-h0_0_cpython.conda
      - conda: {URL}/linux-64/numpy-1.26.4-py312_0.conda
      - conda: {URL}/linux-64/libblas-3.9.0-20_h0.conda
      - pypi: https://files.pythonhosted.org/f/Flask-2.3.0-py3-none-any.whl
      - pypi: .
packages:
- conda: {URL}/linux-64/libblas-3.9.0-20_h0.conda
  sha256: 00
- conda: {URL}/linux-64/numpy-1.26.4-py312_0.conda
  depends:
  - libblas >=3.9,<4
  - python >=3.12,<3.13.0a0
  purls:
  - pkg:pypi/numpy?source=hash-mapping
- conda: {URL}/linux-64/python-3.12.1-h0_0_cpython.conda
- pypi: https://files.pythonhosted.org/f/Flask-2.3.0-py3-none-any.whl
  name: flask
  version: 2.3.0
  requires_dist:
  - numpy ; extra == 'x'
- pypi: .
  name: me
  version: 0.1.0
  editable: true
"""
SMALL = """\
[workspace]
channels = ["conda-forge"]
platforms = ["linux-64"]
[dependencies]
python = "3.12.*"
numpy = ">=1.26"
[pypi-dependencies]
flask = ">=2"
me = { path = ".", editable = true }
"""
E = "/w/.pixi/envs/default"
META: dict[str, Content] = {
    f"{E}/conda-meta/pixi": "{}",
    f"{E}/conda-meta/numpy-1.26.4-py312_0.json": "{}",
    f"{E}/conda-meta/zlib-1.3-h0_0.json": "{}",
}


def lock_of(
    files: dict[str, str], lock: str = "pixi.lock", kind: Any = "pixi", name: str = "default", markers: dict[str, str] = LINUX
) -> LockedSet:
    view = MemoryFiles({**META, **{f"/w/{path}": text for path, text in files.items()}, f"{E}/bin": FOLDER})
    own = [f"/w/{path}" for path in files if manifests.format_of(("w", path)) is not None]
    facts = Facts(
        Project("/w", tuple(own), (f"/w/{lock}",)),
        view,
        {path: manifests.parse(path, Text(files[path.removeprefix("/w/")])) for path in own},
        environment=Environment(E, E, f"{E}/bin/python", "3.12.1", kind=kind, name=name),
        target=Target(markers),
    )
    format_ = locks.lock_format(lock)
    assert format_ is not None
    return locks.locked(format_, LockFile(f"/w/{lock}", Text(files[lock])), facts)


def test_pixi_lock() -> None:
    found = lock_of({"pixi.toml": SMALL, "pixi.lock": LOCK})
    assert {key: one.version for key, one in found.packages.items()} == {
        "conda:python": "3.12.1", "conda:numpy": "1.26.4", "conda:libblas": "3.9.0", "flask": "2.3.0", "me": None,
    }  # fmt: skip
    assert (found.exact, found.unsure, found.stale, found.problem) == (True, False, None, None)
    assert found.surplus == {"conda:zlib": "1.3"}
    assert LOCK[slice(*found.locate("flask"))].endswith("Flask-2.3.0-py3-none-any.whl")


@pytest.mark.parametrize(("kind", "name", "markers"), [("venv", ".venv", LINUX), ("pixi", "default", {**LINUX, "sys_platform": "darwin"})])
def test_pixi_lock_says_nothing_elsewhere(kind: Any, name: str, markers: dict[str, str]) -> None:
    found = lock_of({"pixi.toml": SMALL, "pixi.lock": LOCK}, kind=kind, name=name, markers=markers)
    assert (dict(found.packages), found.stale, found.unsure, dict(found.surplus)) == ({}, None, True, {})


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ('numpy = ">=1.26"', 'numpy = ">=2"', "numpy>=2 is required, but pixi.lock has 1.26.4"),
        ('numpy = ">=1.26"', 'numpy = ">=1.26"\nscipy = "*"', "scipy is required, but it is not in pixi.lock"),
        ('python = "3.12.*"', 'python = ">=3.13"', "Python >=3.13 is required, but pixi.lock has 3.12.1"),
        ('flask = ">=2"', 'flask = ">=3"', "flask>=3 is required"),
        ('flask = ">=2"', 'flask = ">=2"\nrich = "*"', "rich is required"),
        ('["conda-forge"]', '["conda-forge", "bioconda"]', "channels"),
        ('["conda-forge"]', '["main"]', "channels"),
        # What fits, or what only pixi knows:
        ('numpy = ">=1.26"', 'numpy = "1.26.*"', None),
        ('flask = ">=2"', 'flask = "*"\nnumpy = "*"', None),
        ('["conda-forge"]', '["https://conda.anaconda.org/conda-forge"]', None),
        ('["conda-forge"]', '["./local"]', None),
        ('["conda-forge"]', '[{ channel = "main", priority = 1 }]', None),
        ('numpy = ">=1.26"', 'numpy = ">=1.26"\n[target.win-64.dependencies]\nx = "*"', None),
        ('numpy = ">=1.26"', 'numpy = ">=1.26"\n[feature.x.dependencies]\nx = "*"', None),
        ('numpy = ">=1.26"', 'numpy = { version = ">=1.26", build = "*cuda*" }', None),
        ('numpy = ">=1.26"', 'numpy = ">=1.26', None),
        ('numpy = ">=1.26"', 'numpy = ">=1.26"\ncuda = { version = "*", when = "__cuda>=12" }', None),
        ('numpy = ">=1.26"', 'numpy = "1.26"', None),
        (
            'flask = ">=2"',
            'flask = ">=3"\n[pypi-options.dependency-overrides]\nFlask = ">=2"\n[pypi-dependencies.me]\npath = "."\n[x]',
            None,
        ),
        ('platforms = ["linux-64"]', 'platforms = ["linux-64", { name = "gpu", platform = "linux-64", cuda = "12" }]', None),
    ],
)
def test_when_pixi_lock_no_longer_fits(before: str, after: str, told: str | None) -> None:
    text = SMALL.replace(before, after)
    assert text != SMALL
    stale = lock_of({"pixi.toml": text, "pixi.lock": LOCK}).stale
    assert (stale is None) == (told is None), stale
    assert stale is None or (told or "") in stale.message


def test_an_environment_that_holds_nothing() -> None:
    lock = "version: 7\nplatforms:\n- name: linux-64\nenvironments:\n  default:\n    channels:\n    - url: https://x/y/\n    packages: {}\npackages: []\n"
    text = '[workspace]\nchannels = ["https://x/y"]\nplatforms = ["linux-64"]\n[feature.a.dependencies]\npython = "*"\nzlib = "*"\n'
    assert lock_of({"pixi.toml": text, "pixi.lock": lock}).stale is None
    stale = lock_of({"pixi.toml": text.replace("feature.a.", ""), "pixi.lock": lock}).stale
    assert stale is not None
    assert stale.message == "pixi.lock contains nothing for linux-64, which the manifest lists."


def test_toml_of_pixi_may_be_newer() -> None:
    text = '[dependencies]\npython = { # ours\n    version = "3.12.*", # "x" }\n    channel = "a,b",\n}\nzlib = { version = ">=1,<2",\n}\nx = "*"\n'
    found = parsed(text)
    assert found.problems == ()
    assert [(one.parsed.key, one.parsed.specifier) for one in found.requirements] == [("conda:zlib", ">=1,<2"), ("conda:x", "")]
    spec = found.requirements[0]
    assert spec.parsed.specifier_span is not None
    assert text[slice(*spec.locate(spec.parsed.specifier_span))] == ">=1,<2"
    edit = manifests.replace_specifier(found, spec, ">=2")
    assert '{ version = ">=2",\n}' in text[: edit.span.start] + edit.new + text[edit.span.end :]
    assert [one.code for one in parsed("[dependencies]\nx = {\n").problems] == ["invalid-manifest"]


def test_what_was_taken_out() -> None:
    lock = LOCK.replace("- pypi: .\n  name: me\n  version: 0.1.0\n  editable: true\n", "").replace("      - pypi: .\n", "")
    text = SMALL.replace('me = { path = ".", editable = true }\n', "")
    assert lock_of({"pixi.toml": text, "pixi.lock": lock}).stale is None
    # Flask may need numpy with an extra: what that leads to is not left over.
    assert lock_of({"pixi.toml": text.replace('numpy = ">=1.26"\n', ""), "pixi.lock": lock}).stale is None
    alone = text.replace('flask = ">=2"\n', "")
    stale = lock_of({"pixi.toml": alone, "pixi.lock": lock}).stale
    assert stale is not None
    assert "flask" in stale.message
    stale = lock_of(
        {"pixi.toml": text.replace('numpy = ">=1.26"', 'libblas = "*"'), "pixi.lock": lock.replace("  - numpy ; extra == 'x'\n", "")}
    ).stale
    assert stale is not None
    assert stale.message == "pixi.lock contains numpy, which nothing requires any more."


@pytest.mark.parametrize(
    "lock",
    [
        "",
        "version: 99\n",
        "version: 6\nenvironments:\n  default: 3\n",
        "\x00",
        "version: 1\nmetadata: {}\npackage: []\n",
        LOCK[: len(LOCK) // 3],
    ],
)
def test_a_broken_lock_is_a_sentence_or_silence(lock: str) -> None:
    found = lock_of({"pixi.toml": SMALL, "pixi.lock": lock})
    assert found.problem is not None or found.unsure or found.stale is not None


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_a_lock_laid_out_by_another_program(ending: str) -> None:
    import ruamel.yaml

    yaml = ruamel.yaml.YAML()
    yaml.indent(mapping=4, sequence=6, offset=3)
    yaml.width = 10_000
    written = io.StringIO()
    yaml.dump(yaml.load(LOCK), written)
    found = lock_of({"pixi.toml": SMALL, "pixi.lock": written.getvalue().replace("\n", ending)})
    assert found.stale is None
    assert len(found.packages) == 5


def test_lines_are_those_of_a_whole_yaml_parser() -> None:
    import ruamel.yaml

    chance = random.Random(7)
    texts = (
        "a",
        "1.0",
        ">=1,<2",
        "x: y",
        "it's",
        "- z",
        "#h",
        "a #b",
        "http://x/y#z",
        "[]",
        "{a}",
        "",
        "tab\tin",
        "é",
        "null",
        "@x",
        "a:b",
        "'q'",
        '"d"',
    )

    def value(depth: int) -> Any:
        roll = chance.random()
        if depth > 3 or roll < 0.5:
            return chance.choice(texts)
        if roll < 0.75:
            return [value(depth + 1) if chance.random() < 0.3 else chance.choice(texts) for _ in range(chance.randint(1, 3))]
        return {f"k{number}": value(depth + 1) for number in range(chance.randint(1, 3))}

    for _ in range(200):
        whole = {f"t{number}": value(0) for number in range(3)}
        yaml = ruamel.yaml.YAML(typ="safe", pure=True)
        yaml.default_flow_style = False
        yaml.width = 10_000
        written = io.StringIO()
        yaml.dump(whole, written)
        source = written.getvalue()
        leaves = [line.value for line in lines(source) if line.value is not None and line.span.end > line.span.start and line.value != ""]
        expected = sorted(text for text in _leaves(whole) if text)
        assert sorted(leaves) == expected, source


def _leaves(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [leaf for one in value.values() for leaf in _leaves(one)]
    if isinstance(value, list):
        return [leaf for one in value for leaf in _leaves(one)]
    return [value]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("      linux-64:\n", "<<<<<<< HEAD\n=======\n>>>>>>> x\n      linux-64:\n"), ("packages:\n- ", "packages:\nxyz\n- "),
        ("      linux-64:\n", "      linux-64: *l\n"), ("  depends:\n", "  depends: !x\n"), ("packages:\n- ", "packages:\n- - x: y\n- "),
    ],
)  # fmt: skip
def test_a_lock_that_is_not_understood_is_not_compared_with(old: str, new: str) -> None:
    assert old in LOCK
    lock = lock_of({"pixi.toml": SMALL, "pixi.lock": LOCK.replace(old, new, 1)})
    assert "pixi.lock" in (lock.problem or "")
    assert ("merge conflict at line" in (lock.problem or "")) is ("<<<<" in new)
    assert (lock.packages, lock.surplus, lock.stale) == ({}, {}, None)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("linux-64:\n", "linux-64:  # ours\n"), ("\npackages:\n", "\npackages: &p  # all: of them\n"), ("\npackages:\n- ", "\npackages:\n- # first\n  "),
        ("\npackages:\n", "\n# packages:\n\npackages:\n"), ("version: 6\n", "\ufeffversion: 6\n"), ("version: 6\n", "%YAML 1.2\n---\nversion: 6\n"),
    ],
)  # fmt: skip
def test_the_ways_a_lock_may_be_written(old: str, new: str) -> None:
    assert old in LOCK
    plain = lock_of({"pixi.toml": SMALL, "pixi.lock": LOCK})
    lock = lock_of({"pixi.toml": SMALL, "pixi.lock": LOCK.replace(old, new)})
    assert (lock.problem, lock.unsure, lock.stale) == (None, False, None)
    assert dict(lock.packages) == dict(plain.packages)


def test_a_lock_of_megabytes_is_work_that_grows_with_it_only() -> None:
    head, rest = LOCK.split("packages:\n- ", 1)

    def source(size: int) -> str:
        return f"{head}packages:\n" + "".join(f"- {rest}".replace("libblas-3.9", f"lib{number}-3.9") for number in range(size))

    assert_even(lambda size: pixi_reading.read(source(size), "pixi.lock"), 30)
    assert len(source(3_000)) > 1_500_000
    with ends():
        assert pixi_reading.read(source(3_000), "pixi.lock").problem is None


@pytest.mark.parametrize(("piece", "tail"), [("a: b", "\rx"), ("- ", ""), ("'", ""), ('"\\', ""), ("a", ""), (" ", "a:"), ("k:\n", "")])
def test_hostile_lines_are_work_that_grows_with_them_only(piece: str, tail: str) -> None:
    assert_even(lambda size: list(lines(piece * size + tail)), 500)
    with ends():
        list(lines(piece * 200_000 + tail))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_whatever_is_typed_nothing_breaks(data: st.DataObject) -> None:
    def broken(whole: str) -> str:
        at = data.draw(st.integers(0, len(whole)))
        end = data.draw(st.integers(at, min(len(whole), at + 40)))
        return whole[:at] + data.draw(st.text(alphabet="[]{}\"'\n\r:-# =,a1", max_size=6)) + whole[end:]

    found = parsed(broken(PIXI))
    assert all(0 <= one.span.start <= one.span.end <= len(found.text.source) for one in (*found.requirements, *found.problems))
    lock_of({"pixi.toml": broken(SMALL), "pixi.lock": broken(LOCK)})
    lock_of({"environment.yml": YML, "conda-lock.yml": broken(CONDA_LOCK + "".join(ENTRIES))}, "conda-lock.yml", "conda", "p")


YML = "name: p\nchannels: [conda-forge]\ndependencies:\n  - python=3.12\n  - numpy>=1.26\n  - pywin32  # [win]\n  - pip:\n    - flask>=2\n"
CONDA_LOCK = """\
# made by conda-lock
version: 1
metadata:
  content_hash:
    linux-64: 00
  channels:
  - url: conda-forge
    used_env_vars: []
  platforms:
  - linux-64
  - osx-arm64
  sources:
  - environment.yml
package:
"""


def entry(name: str, version: str, manager: str = "conda", category: str = "main", platform: str = "linux-64", *needs: str) -> str:
    listed = "".join(f"    {need}: ''\n" for need in needs)
    return (
        f"- name: {name}\n  version: {version}\n  manager: {manager}\n  platform: {platform}\n"
        + (f"  dependencies:\n{listed}" if needs else "  dependencies: {}\n")
        + f"  url: https://x/{name}\n  hash:\n    md5: '0'\n  category: {category}\n  optional: false\n"
    )


ENTRIES = [
    entry("python", "3.12.1"), entry("numpy", "1.26.4", "conda", "main", "linux-64", "python", "libblas"), entry("libblas", "3.9.0"), entry("pip", "24.0"),
    entry("flask", "2.3.0", "pip"), entry("Sphinx", "7.0", "pip", "docs"), entry("pytest", "8.0", "conda", "dev"), entry("numpy", "1.0", platform="osx-arm64"),
]  # fmt: skip


def test_conda_lock_yml() -> None:
    found = lock_of({"environment.yml": YML, "conda-lock.yml": CONDA_LOCK + "".join(ENTRIES)}, "conda-lock.yml", "conda", "p")
    assert {key: one.version for key, one in found.packages.items()} == {
        "conda:python": "3.12.1", "conda:numpy": "1.26.4", "conda:libblas": "3.9.0", "conda:pip": "24.0", "flask": "2.3.0", "conda:pytest": "8.0",
    }  # fmt: skip
    assert (found.exact, found.unsure, found.covers) == (False, True, frozenset({"/w/environment.yml"}))
    assert lock_of({"environment.yml": YML, "conda-lock.yml": CONDA_LOCK}, "conda-lock.yml", "venv").packages == {}
    assert lock_of({"conda-lock.yml": "version: 3\n"}, "conda-lock.yml", "conda").problem is not None


@pytest.mark.parametrize(
    ("yml", "told"),
    [
        (YML, None),
        (YML.replace("numpy>=1.26", "numpy>=2"), "numpy>=2 is required, but conda-lock.yml has 1.26.4."),
        (YML.replace("numpy>=1.26", "numpy\n  - scipy"), "scipy is required, but it is not in conda-lock.yml."),
        (YML.replace("flask>=2", "flask>=3"), "flask>=3 is required, but conda-lock.yml has 2.3.0."),
        (YML.replace("  - numpy>=1.26\n", ""), "conda-lock.yml contains libblas, which nothing requires any more."),
        (YML.replace("    - flask>=2\n", "    - flask\n    - -r more.txt\n"), None),
        (YML.replace("flask>=2", "torch"), "torch is required, but it is not in conda-lock.yml."),
        (YML.replace("flask>=2", "num"), None),
    ],
)
def test_when_conda_lock_yml_no_longer_fits(yml: str, told: str | None) -> None:
    whole = CONDA_LOCK + "".join(ENTRIES[:5])
    stale = lock_of({"environment.yml": yml, "conda-lock.yml": whole}, "conda-lock.yml", "conda", "p").stale
    assert (stale.message if stale is not None else None) == told
