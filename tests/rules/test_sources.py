"""Where a package came from, against where a requirement says, to the letter: repositories, archives, folders, wheels, indexes."""

from __future__ import annotations

import json
import ntpath
import posixpath

import pytest

from tests.memory_tree import Link
from tests.rules.building import SITE, distribution, facts, findings
from venvls.rules.sources import parse_source, path_of, wheel_name, wheel_version

COMMIT, OTHER = "a" * 40, "b" * 40
GIT = "lib @ git+https://example.com/me/lib"
ZIP = "lib @ https://example.com/lib-1.zip"
LIB = {"/p/lib/pyproject.toml": '[project]\nname = "lib"\nversion = "1"\n', "/p/link": Link("lib")}


def repository(url: str = "https://example.com/me/lib", commit: str = COMMIT, asked: str = "", folder: str = "", kind: str = "git") -> str:
    info = {"vcs": kind, "commit_id": commit, **({"requested_revision": asked} if asked else {})}
    return json.dumps({"url": url, "vcs_info": info, **({"subdirectory": folder} if folder else {})})


def archive(url: str = "https://example.com/lib-1.zip", folder: str = "", **hashes: str) -> str:
    return json.dumps({"url": url, "archive_info": {"hashes": hashes}, **({"subdirectory": folder} if folder else {})})


def place(url: str, editable: bool = False, folder: str = "") -> str:
    return json.dumps({"url": url, "dir_info": {"editable": editable}, **({"subdirectory": folder} if folder else {})})


@pytest.mark.parametrize(
    ("requirement", "recorded", "message"),
    [
        (GIT, repository(), None),
        (GIT, repository("https://me:secret@EXAMPLE.com/me/lib.git/"), None),
        (GIT, repository("https://example.com/Me/lib.git"), "was installed from another repository, https://example.com/Me/lib.git"),
        ("lib @ git+https://github.com/Me/lib", repository("https://GitHub.com/me/lib/"), None),
        (GIT, repository(kind="hg"), "was installed from another repository, https://example.com/me/lib"),
        (GIT, archive("https://example.com/lib.zip"), "was installed from https://example.com/lib.zip, which is not a repository"),
        (GIT, None, "was installed from a package index, not from git+https://example.com/me/lib"),
        (f"{GIT}#subdirectory=a", repository(folder="a/"), None),
        (f"{GIT}#subdirectory=a", repository(), "was installed from another folder of the repository, its root"),
        (GIT, repository(folder="b"), "was installed from another folder of the repository, b"),
        (f"{GIT}@{COMMIT[:8]}", repository(), None),
        (f"{GIT}@{OTHER}", repository(), "was installed from commit aaaaaaaaaaaa, not bbbbbbbbbbbb"),
        (f"{GIT}@{OTHER}", repository(commit=""), None),
        (f"{GIT}@v2", repository(asked="v1"), "was installed from v1, not v2"),
        (f"{GIT}@v2", repository(asked="v2"), None),
        (f"{GIT}@v2", repository(asked="HEAD"), None),
        (f"{GIT}@v2", repository(asked="abcdef0123456"), None),
        (ZIP, archive("HTTPS://EXAMPLE.com:443/lib%2D1.zip"), None),
        (ZIP, archive("https://example.com:80/lib-1.zip"), "was installed from https://example.com:80/lib-1.zip"),
        (ZIP, archive("http://example.com/lib-1.zip"), "was installed from http://example.com/lib-1.zip"),
        (ZIP.replace("https", "http"), archive("http://example.com:80/lib-1.zip"), None),
        (ZIP, archive("https://example.com/lib-1.zip?x=1"), "was installed from https://example.com/lib-1.zip?x=1"),
        (ZIP.replace(".com", ".com:8443"), archive("https://example.com:8443/lib-1.zip"), None),
        (
            ZIP.replace(".com", ".com:8443"),
            archive("https://example.com:8444/lib-1.zip"),
            "was installed from https://example.com:8444/lib-1.zip",
        ),
        (ZIP, repository("https://example.com/lib-1.zip"), "was installed from https://example.com/lib-1.zip"),
        (ZIP, place("https://example.com/lib-1.zip", editable=True), "was installed from https://example.com/lib-1.zip"),
        (f"{ZIP}#sha256=AA", archive(sha256="aa"), None),
        (f"{ZIP}#sha256=aa", archive(sha256="bb"), "was installed from a file with another sha256 hash"),
        (f"{ZIP}#md5=aa", archive(sha256="bb"), None),
        (f"{ZIP}#subdirectory=x", archive(), "was installed from another folder of the archive, its root"),
        (f"{ZIP}#subdirectory=x&egg=lib", archive(folder="x"), None),
        (ZIP, archive(folder="y"), "was installed from another folder of the archive, y"),
        ("lib @ https://example.com/lib-1-py3-none-any.whl", None, None),
        (
            "lib @ https://example.com/lib-2-py3-none-any.whl",
            None,
            "was installed from a package index, not from https://example.com/lib-2-py3-none-any.whl",
        ),
        ("-e ./lib", place("file:///p/lib", editable=True), None),
        ("-e ./lib", place("file:///p/lib"), "is installed, but not as editable"),
        ("-e ./lib", place("file:///p/other", editable=True), "was installed from /p/other"),
        ("-e ./lib", place("file:///p/link", editable=True), None),
        ("lib @ file:///p/gone", None, None),
        ("-e ./lib", archive(), "was installed from https://example.com/lib-1.zip"),
        ("-e ./lib", None, "was installed from a package index, not as editable from ./lib"),
        ("./lib", place("file:///p/lib", editable=True), "is installed as editable, but the requirement is not editable"),
        ("./lib", place("file:///p/lib"), None),
        ("./lib", None, "was installed from a package index, not from ./lib"),
        ("lib @ file:./lib", place("file:///p/lib/"), None),
        ("lib @ file:///p/lib", place("file://localhost/p/lib"), None),
        ("lib @ file:///p/lib#subdirectory=x", place("file:///p/lib"), "was installed from another folder, its root"),
        ("lib @ file:///p/lib", place("file:///p/lib", folder="y"), "was installed from another folder, y"),
        ("lib @ https://example.com/${WHICH}.zip", place("file:///p/lib"), None),
        ("lib @ git+file:///src/lib", repository("file:///src/lib"), None),
        ("lib @ git+https://gitlab.com/Me/lib", repository("https://gitlab.com/me/Lib"), None),
        ("lib @ git+https://bitbucket.org/Me/lib", repository("https://bitbucket.org/me/Lib"), None),
        ("-e ${HERE}/lib", None, None),
    ],
)
def test_where_it_came_from(requirement: str, recorded: str | None, message: str | None) -> None:
    tree = {**distribution("lib 1", **({"direct_url": recorded} if recorded else {})), **LIB}
    shown = [(each.code, each.message) for each in findings(facts(f"{requirement}\n", tree=tree)) if each.code != "selected-environment"]
    assert shown == ([("source-mismatch", f"lib {message}")] if message else [])


def test_what_older_tools_did_not_write_down_is_not_known() -> None:
    tree = {f"{SITE}/lib-1.egg-info/PKG-INFO": "Metadata-Version: 1.1\nName: lib\nVersion: 1\n"}
    assert "source-mismatch" not in [each.code for each in findings(facts(f"{GIT}\n", tree=tree))]


@pytest.mark.parametrize("place", ["https://example.com/a/lib-1-py3-none-any.whl", "./a/lib-1-py3-none-any.whl"])
def test_what_a_pipfile_calls_a_wheel_is_no_name(place: str) -> None:
    text = f'[packages]\nlabel = {{file = "{place}"}}\n'
    for installed, codes in ((["lib 1"], []), (["lib 2"], ["source-mismatch"]), ([], ["missing-requirement"]), (["label 1"], [])):
        project = facts({"Pipfile": text}, installed, tree={"/p/a/lib-1-py3-none-any.whl": ""})
        assert [each.code for each in findings(project) if each.code != "selected-environment"] == codes


@pytest.mark.parametrize("folder", ["https://example.com/", "/p/", "C:\\wheels\\", ""])
def test_the_name_and_version_of_a_wheel(folder: str) -> None:
    assert (wheel_name(f"{folder}my_lib-1%2B2-py3-none-any.whl"), wheel_version(f"{folder}my_lib-1%2B2-py3-none-any.whl")) == (
        "my_lib",
        "1+2",
    )
    for other in ("lib-1.whl", "lib-1-py3-none-any.zip", "lib-1-py3-none", "lib"):
        assert wheel_name(folder + other) is wheel_version(folder + other) is None


def test_a_repository_that_is_no_url_is_not_known_and_no_folder() -> None:
    assert parse_source("git+git@example.com:me/lib", "/p", posixpath) is None


@pytest.mark.parametrize(
    ("url", "posix", "windows"),
    [
        ("file:///a/b%20c#x=1", "/a/b c", "\\a\\b c"),
        ("file:///C:/a", "/C:/a", "C:\\a"),
        ("file:///C|/a", "/C|/a", "C:\\a"),
        ("file://localhost/a", "/a", "\\a"),
        ("file://server/share/a", "/share/a", "\\\\server\\share\\a"),
        ("file:a/../b", "b", "b"),
        ("file:", "", ""),
    ],
)
def test_the_path_of_a_url(url: str, posix: str, windows: str) -> None:
    assert (path_of(url, posixpath), path_of(url, ntpath)) == (posix, windows)
