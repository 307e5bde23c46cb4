"""pylock.toml (PEP 751): what is wanted here, from where, and when it cannot be right."""

from __future__ import annotations

import pytest

from tests.manifests.locking import LINUX, WINDOWS, locked_set
from venvls.manifests import locks
from venvls.manifests.pdm.stale import hashes
from venvls.model.facts import Choice
from venvls.model.manifest import Defaults

PYPROJECT = '[project]\nname = "me"\nversion = "1"\ndependencies = ["a>=1", "w; sys_platform == \'win32\'"]\n'
LOCK = """\
lock-version = "1.0"
created-by = "test"
requires-python = ">=3.10"
extras = ["x"]
dependency-groups = ["dev", "docs"]
default-groups = ["dev"]

[[packages]]
name = "a"
version = "1.2"
wheels = [
    { url = "https://files/a-1.2-cp27-cp27m-win32.whl", hashes = { sha256 = "00" } },
]

[[packages]]
name = "d"
marker = "'dev' in dependency_groups"
archive = { url = "https://example.com/d.zip", hashes = { sha256 = "00" } }

[[packages]]
name = "g"
vcs = { type = "git", url = "https://example.com/g", commit-id = "0123456789012345678901234567890123456789" }

[[packages]]
name = "lib"
directory = { path = "lib", editable = true }

[[packages]]
name = "s"
version = "1"
marker = "'docs' in dependency_groups or 'x' in extras"
sdist = { url = "https://files/s-1.tar.gz", hashes = { sha256 = "00" } }

[[packages]]
name = "w"
version = "1"
marker = "sys_platform == 'win32'"
wheels = []
sdist = { url = "https://files/w-1.tar.gz", hashes = { sha256 = "00" } }
"""
FILES = {"pyproject.toml": PYPROJECT, "pylock.toml": LOCK}


@pytest.mark.parametrize(
    ("choice", "markers", "more"),
    [
        (Choice(), LINUX, {"d"}),
        (Choice(default=False), LINUX, set()),
        (Choice(), WINDOWS, {"d", "w"}),
        (Choice(groups=frozenset({"docs", "none"})), LINUX, {"d", "s"}),
        (Choice(extras=frozenset({"x", "none"})), LINUX, {"d", "s"}),
        (Choice(all_groups=True), LINUX, {"d", "s"}),
    ],
)
def test_what_is_wanted(choice: Choice, markers: dict[str, str], more: set[str]) -> None:
    found = locked_set(FILES, "pylock.toml", choice=choice, markers=markers)
    assert (found.problem, found.stale, found.exact) == (None, None, False)
    assert set(found.packages) == {"a", "g", "lib"} | more


def test_sources_and_places() -> None:
    found = locked_set(FILES, "pylock.toml")
    assert found.packages["a"][1:] == ("1.2", ("registry", None, None, None, ()))
    assert found.packages["lib"].source[:2] == ("editable", "file:///w/lib")
    assert found.packages["g"].source[:3] == ("vcs", "git+https://example.com/g", "0123456789012345678901234567890123456789")
    assert found.packages["d"].source[:2] == ("url", "https://example.com/d.zip")
    assert {key: LOCK[slice(*found.locate(key))] for key in found.packages} == {key: key for key in found.packages}


@pytest.mark.parametrize(("before", "after", "at"), [("a>=1", "a>=2", "a>=2"), ('"a>=1"', '"a>=1", "new"', "new"), ("a>=1", "a", None)])
def test_stale_only_where_it_cannot_be_right(before: str, after: str, at: str | None) -> None:
    text = PYPROJECT.replace(before, after)
    stale = locked_set({**FILES, "pyproject.toml": text}, "pylock.toml").stale
    assert (text[slice(*stale.span)] if stale is not None else None) == at


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (LOCK.replace('">=3.10"', '">=3.13"'), "Python 3.12.4"),
        (LOCK.replace("extras =", "environments = [\"sys_platform == 'win32'\"]\nextras ="), "platform"),
        (LOCK.replace('"1.0"', '"2.0"'), "newer version"),
        (LOCK.replace('created-by = "test"', ""), "does not follow the standard"),
        (LOCK.replace('[[packages]]\nname = "g"', '[[packages]\nname = "g"'), "from line"),
        ("", "does not follow"),
    ],
)
def test_a_lock_that_cannot_be_followed_is_a_sentence(text: str, said: str) -> None:
    assert said in str(locked_set({**FILES, "pylock.toml": text}, "pylock.toml").problem)


FOR_OTHERS = 'name = "w"\nversion = "1"\nrequires-python = "{}"'


@pytest.mark.parametrize(
    ("package", "file", "version", "markers", "said"),
    [
        (">=3.99", ">=3.10", "3.12.4", WINDOWS, "pylock.toml has w for Python >=3.99, not for 3.12.4"),
        (">=3.99", ">=3.10", "3.12.4", LINUX, None),
        (">=3.12.4", ">=3.12.4", "3.12.4", WINDOWS, None),
        (">=3.12.5", ">=3.10", "3.12.0", WINDOWS, None),
        (">=3.13", ">=3.10", "3.12.0", WINDOWS, "not for 3.12:"),
        (">=3.10", ">=3.12.5", "3.12.0", LINUX, None),
        (">=3.10", ">=3.13", "3.12.0", LINUX, "is not for Python 3.12:"),
        ("three", ">=3.10", "3.12.4", LINUX, "does not follow the standard"),
    ],
)
def test_packages_for_another_python(package: str, file: str, version: str, markers: dict[str, str], said: str | None) -> None:
    """What pip and uv refuse is refused, and nothing where the last number of the version decides that and is not known."""
    lock = LOCK.replace('name = "w"\nversion = "1"', FOR_OTHERS.format(package)).replace('">=3.10"', f'"{file}"', 1)
    guessed = ("python_full_version",) if version.endswith(".0") else ()
    there = {**markers, "python_full_version": version}
    found = locked_set({**FILES, "pylock.toml": lock}, "pylock.toml", markers=there, guessed=guessed)
    assert (found.problem is None) == (said is None)
    assert said is None or said in str(found.problem)


def test_uv_comes_first_and_named_locks_are_no_projects() -> None:
    names = [one.name for one in locks.LOCKS]
    assert names.index("uv.lock") < names.index("pylock.toml")
    assert locks.lock_format("pylock.docs.toml") is None


PDM_PROJECT = (
    '[project]\nname = "me"\nversion = "1"\ndependencies = ["a"]\n[dependency-groups]\ntest = ["t"]\n[tool.pdm]\ndistribution = true\n'
)
PDM_LOCK = """\
lock-version = "1.0"
requires-python = ">=3.9"
extras = []
dependency-groups = ["default", "test"]
default-groups = ["default"]
created-by = "pdm"

[[packages]]
name = "a"
version = "1.0"
marker = "'default' in dependency_groups"
wheels = [{name = "a-1.0-py3-none-any.whl", url = "https://files/a-1.0-py3-none-any.whl", hashes = {sha256 = "00"}}]

[[packages]]
name = "t"
version = "1.0"
marker = "'test' in dependency_groups"
directory = { path = "./t", editable = true }

[tool.pdm]
hashes = {sha256 = "HASH"}
"""


def test_a_lock_that_pdm_keeps_is_judged_as_pdm_does() -> None:
    lock = PDM_LOCK.replace("HASH", next(hashes(PDM_PROJECT, "sha256")))
    found = locked_set({"pyproject.toml": PDM_PROJECT, "pylock.toml": lock}, "pylock.toml")
    assert (found.tool, found.stale, found.problem) == ("pdm", None, None)
    assert {key: one.source.kind for key, one in found.packages.items()} == {"a": "any", "t": "editable", "me": "editable"}
    assert found.defaults == Defaults(("test",))
    changed = locked_set({"pyproject.toml": PDM_PROJECT.replace('"a"', '"a>=1"'), "pylock.toml": lock}, "pylock.toml")
    assert changed.stale is not None
    assert "pdm lock" in changed.stale.message
    exported = locked_set({"pyproject.toml": PDM_PROJECT.partition("[tool")[0], "pylock.toml": lock}, "pylock.toml")
    assert (exported.tool, set(exported.packages)) == ("pip", {"a"}), "PDM wrote it for others to install from"
