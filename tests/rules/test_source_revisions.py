"""What of a repository was required and what was installed: commits, tags, branches; and what is behind the `#` of a path."""

from __future__ import annotations

import posixpath

import pytest

from tests.memory_tree import FOLDER, MemoryFiles
from venvls.model.environment import DirectUrl, Distribution
from venvls.rules.sources import difference, parse_source

COMMIT, OTHER = "0123456789abcdef0123456789abcdef01234567", "f" * 40
HERE = Distribution("lib", "1.0", "/w/x")


@pytest.mark.parametrize(
    ("wanted", "commit", "requested", "says"),
    [
        (COMMIT, COMMIT, None, None),
        (COMMIT[:8], COMMIT, "main", None),  # the beginning of a commit is that commit
        (OTHER, COMMIT, "main", "was installed from commit 0123456789ab, not ffffffffffff"),
        (OTHER, None, "main", None),  # nobody recorded what is there
        ("1234567", COMMIT, "main", "was installed from commit 0123456789ab, not 1234567"),
        ("deadbeef", COMMIT, "main", "was installed from main, not deadbeef"),  # letters alone may be a branch
        ("deadbeefcafe", COMMIT, "main", "was installed from commit 0123456789ab, not deadbeefcafe"),
        ("v2", COMMIT, "v1", "was installed from v1, not v2"),
        ("v2", COMMIT, "v2", None),
        ("v2", COMMIT, COMMIT, None),  # a commit may be what the tag names
        ("v2", COMMIT, "HEAD", None),
        ("v2", COMMIT, None, None),
    ],
)
def test_revisions(wanted: str, commit: str | None, requested: str | None, says: str | None) -> None:
    url = "https://host/lib.git"
    source = parse_source(f"git+{url}@{wanted}", "/w", posixpath)
    assert source is not None
    recorded = DirectUrl(url, vcs="git", commit=commit, requested_revision=requested)
    assert difference(source, False, HERE, recorded, MemoryFiles({}), url) == says


@pytest.mark.parametrize(
    ("wanted", "installed", "fits"),
    [
        ("./lib", "file:///w/lib", True),
        ("./lib#egg=lib", "file:///w/lib", True),
        ("file:lib#egg=lib", "file:///w/lib", True),
        ("./lib#subdirectory=a", "file:///w/lib", False),
        ("./c#", "file:///w/c%23", True),  # a folder whose name ends so: nothing is stated behind it
        ("./c#/lib", "file:///w/c%23/lib", True),
        ("file:///w/c%23/lib", "file:///w/c%23/lib", True),
    ],
)
def test_what_is_behind_a_path(wanted: str, installed: str, fits: bool) -> None:
    files = MemoryFiles({"/w/lib": FOLDER, "/w/c#/lib": FOLDER})
    source = parse_source(wanted, "/w", posixpath)
    assert source is not None
    assert (difference(source, False, HERE, DirectUrl(installed), files, wanted) is None) is fits
