"""What git ignores and tracks, read without git: compared with git itself on generated trees."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import unicodedata
import warnings
from pathlib import Path

import pytest

from tests.effort import assert_even, ends
from venvls.host import git_patterns
from venvls.host.git_ignore import git_state
from venvls.model.environment import Git

GIT = shutil.which("git") or "git"


@pytest.fixture
def environ(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """A person without configuration of their own."""
    home = tmp_path / "home"
    home.mkdir()
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "XDG_"))}
    return {**kept, "HOME": str(home), "GIT_CONFIG_NOSYSTEM": "1", "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@b.invalid",
            "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@b.invalid", "LC_ALL": "C"}  # fmt: skip


def git(folder: Path, environ: dict[str, str], *argv: str, given: str = "") -> str:
    done = subprocess.run([GIT, *argv], cwd=folder, env=environ, input=given, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stderr
    return done.stdout


def repository(folder: Path, environ: dict[str, str], *options: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    git(folder, environ, "init", "-q", *options)
    return folder


def environment(folder: Path) -> Path:
    (folder / "bin").mkdir(parents=True)
    (folder / "pyvenv.cfg").write_text("home = /usr/bin\n")
    (folder / "bin" / "python").touch()
    return folder


def put(root: Path, **ignores: str) -> None:
    for name, text in ignores.items():
        (root / name / ".gitignore").write_text(text)


def test_outside_any_work_tree(tmp_path: Path, environ: dict[str, str]) -> None:
    assert git_state(str(environment(tmp_path / ".venv")), environ=environ) is None


@pytest.mark.parametrize(
    ("lines", "ignored"),
    [
        ("", False), (".venv", True), (".venv/", True), ("/.venv", True), ("*/.venv", False), ("**/.venv", True), (".v*", True),
        (".venv\n!.venv", False), ("*\n!.gitignore", True), ("# .venv", False), (r"\.venv", True), (".venv  ", True), (".venv\r\n", True),
        (".ven[uv]", True), (".ven[!uv]", False), (".venv/*", True), (".venv/bin", False), ("\ufeff.venv", True), ("[", False),
        ("pyvenv.cfg", True), ("venv", False), (".VENV", False),
    ],
)  # fmt: skip
def test_a_gitignore_beside_it(tmp_path: Path, environ: dict[str, str], lines: str, ignored: bool) -> None:
    root = repository(tmp_path / "r", environ)
    prefix = environment(root / ".venv")
    (root / ".gitignore").write_bytes(lines.encode())
    assert git_state(str(prefix), environ=environ) == Git(str(root), ignored)
    assert bool(git(root, environ, "check-ignore", ".venv/pyvenv.cfg")) is ignored


def test_its_own_gitignore_counts(tmp_path: Path, environ: dict[str, str]) -> None:
    root = repository(tmp_path / "r", environ)
    prefix = environment(root / "a" / "env")
    (prefix / ".gitignore").write_text("# Created by venv; see https://docs.python.org/3/library/venv.html\n*\n")
    assert git_state(str(prefix), environ=environ) == Git(str(root), True)


def test_exclude_file_and_the_persons_own(tmp_path: Path, environ: dict[str, str]) -> None:
    root = repository(tmp_path / "r", environ)
    prefix = environment(root / ".venv")
    (root / ".git" / "info").mkdir(exist_ok=True)
    (root / ".git" / "info" / "exclude").write_text(".venv\n")
    assert git_state(str(prefix), environ=environ) == Git(str(root), True)
    (root / ".git" / "info" / "exclude").unlink()
    home = Path(environ["HOME"])
    (home / ".config" / "git").mkdir(parents=True)
    (home / ".config" / "git" / "ignore").write_text(".venv\n")
    assert git_state(str(prefix), environ=environ) == Git(str(root), True)
    (home / ".gitconfig").write_text("[include]\n\tpath = more ; comment\n[core]\n")
    (home / "more").write_text('[core]\n\texcludesFile = "~/my ignore"\n')
    assert git_state(str(prefix), environ=environ) == Git(str(root), False)
    (home / "my ignore").write_text("/.venv/\n")
    assert git_state(str(prefix), environ=environ) == Git(str(root), True)
    assert git(root, environ, "check-ignore", ".venv")


@pytest.mark.parametrize("version", [2, 3, 4])
def test_tracked_files_are_counted(tmp_path: Path, environ: dict[str, str], version: int) -> None:
    root = repository(tmp_path / "r", environ)
    prefix = environment(root / "sub" / ".venv")
    for name in ("a", "sub/.venv-notes", "sub/b" * 30, "sub/.venv/lib/x", "zz/.venv/pyvenv.cfg", "sub/ü"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).touch()
    git(root, environ, "add", "-f", ".")
    git(root, environ, "update-index", "--index-version", str(version))
    if version == 3:
        (root / "later").touch()
        git(root, environ, "add", "-N", "later")
    listed = git(root, environ, "ls-files", "sub/.venv").split()
    assert git_state(str(prefix), environ=environ) == Git(str(root), False, len(listed))
    assert len(listed) == 3
    git(root, environ, "rm", "-q", "-r", "--cached", "sub/.venv")
    assert git_state(str(prefix), environ=environ) == Git(str(root), False, 0)


def test_a_sha256_repository(tmp_path: Path, environ: dict[str, str]) -> None:
    root = repository(tmp_path / "r", environ, "--object-format=sha256")
    prefix = environment(root / ".venv")
    (root / "other").touch()
    git(root, environ, "add", ".")
    assert git_state(str(prefix), environ=environ) == Git(str(root), False, 2)


def test_worktree_and_submodule(tmp_path: Path, environ: dict[str, str]) -> None:
    root = repository(tmp_path / "r", environ)
    (root / "a").touch()
    git(root, environ, "add", ".")
    git(root, environ, "commit", "-q", "-m", "x")
    git(root, environ, "worktree", "add", "-q", str(tmp_path / "w"))
    prefix = environment(tmp_path / "w" / ".venv")
    assert git_state(str(prefix), environ=environ) == Git(str(tmp_path / "w"), False)
    (root / ".git" / "info").mkdir(exist_ok=True)
    (root / ".git" / "info" / "exclude").write_text(".venv\n")
    assert git_state(str(prefix), environ=environ) == Git(str(tmp_path / "w"), True)
    git(tmp_path / "w", environ, "add", "-f", ".venv/pyvenv.cfg")
    assert git_state(str(prefix), environ=environ) == Git(str(tmp_path / "w"), True, 1)
    git(root, environ, "-c", "protocol.file.allow=always", "submodule", "add", "-q", str(root), "sub")
    inner = environment(root / "sub" / "env")
    assert git_state(str(inner), environ=environ) == Git(str(root / "sub"), False)


def test_a_link_is_judged_as_a_link(tmp_path: Path, environ: dict[str, str]) -> None:
    root = repository(tmp_path / "r", environ)
    (root / ".venv").symlink_to(environment(tmp_path / "elsewhere"))
    (root / ".gitignore").write_text(".venv/\n")
    assert git_state(str(root / ".venv"), environ=environ) == Git(str(root), False)
    (root / ".gitignore").write_text(".venv\n")
    assert git_state(str(root / ".venv"), environ=environ) == Git(str(root), True)
    git(root, environ, "add", "-f", ".venv")
    assert git_state(str(root / ".venv"), environ=environ) == Git(str(root), True, 1)


def test_names_without_case_where_git_is_told_so(tmp_path: Path, environ: dict[str, str]) -> None:
    root = repository(tmp_path / "r", environ)
    prefix = environment(root / ".venv")
    (root / ".gitignore").write_text(".VENV\n")
    git(root, environ, "config", "core.ignoreCase", "true")
    assert git_state(str(prefix), environ=environ) == Git(str(root), True)


@pytest.mark.parametrize("version", [2, 4])
@pytest.mark.parametrize(
    ("on_disk", "in_index", "setting"),
    [
        (".venv", ".VENV", "core.ignoreCase"),
        (unicodedata.normalize("NFD", "é"), unicodedata.normalize("NFC", "é"), "core.precomposeUnicode"),
        (unicodedata.normalize("NFC", "é"), unicodedata.normalize("NFD", "é"), "core.precomposeUnicode"),
    ],
    ids=["case", "composed", "taken apart"],
)
def test_what_git_tracks_is_counted_by_any_spelling_where_a_folder_has_several(
    tmp_path: Path, environ: dict[str, str], on_disk: str, in_index: str, setting: str, version: int
) -> None:
    """Otherwise `remove` would delete, by a name typed otherwise, what git keeps."""
    root = repository(tmp_path / "r", environ)
    prefix = environment(root / on_disk)
    empty = git(root, environ, "hash-object", "-w", "--stdin").strip()
    for name in (f"{in_index}/pyvenv.cfg", f"{in_index}-not/x"):
        git(root, {**environ, "LC_ALL": "C.UTF-8"}, "update-index", "--add", "--cacheinfo", f"100644,{empty},{name}")
    git(root, environ, "update-index", "--index-version", str(version))
    assert git_state(str(prefix), environ=environ) == Git(str(root), False, 0)
    git(root, environ, "config", setting, "true")
    assert git_state(str(prefix), environ=environ) == Git(str(root), False, 1)


@pytest.mark.parametrize(
    "broken", [b"", b"DIRC", b"DIRC\0\0\0\2\0\0\0\5" + b"x" * 70, b"DIRC\0\0\0\4\xff\xff\xff\xff" + b"\xff" * 500, b"x" * 100]
)
def test_a_broken_index_tracks_nothing(tmp_path: Path, environ: dict[str, str], broken: bytes) -> None:
    root = repository(tmp_path / "r", environ)
    prefix = environment(root / ".venv")
    (root / ".git" / "index").write_bytes(broken)
    assert git_state(str(prefix), environ=environ) == Git(str(root), False, 0)


def test_many_stars_are_work_that_grows_with_them_only() -> None:
    patterns = git_patterns.parse("*a" * 100 + "*b\n" + "**/" * 300 + "b\n" + "/x" + "/**/a" * 100 + "/b")
    with ends():
        assert git_patterns.decide(patterns, "x/" + "a/" * 500 + "a" * 255, folder=False) is None
    assert_even(lambda size: git_patterns.decide(git_patterns.parse("**/" * size + "b"), "x/" + "a/" * 20 + "a", folder=False), 20)
    assert_even(lambda size: git_patterns.decide(git_patterns.parse("**/" * 20 + "b"), "x/" + "a/" * size + "a", folder=False), 20)


PIECES = [
    "a",
    "b",
    "ab",
    "*",
    "**",
    "?",
    "[ab]",
    "[!a]",
    "[a-b]",
    "a*",
    "*b",
    r"\a",
    r"\*",
    "[]a]",
    "[[:alpha:]]",
    "[",
    "a\\",
    "***",
    "a**b",
    "[^b]*",
]


def test_every_path_as_git_says(tmp_path: Path, environ: dict[str, str]) -> None:
    """Random ignore files at several levels; git is asked about every path of the tree."""
    seed = 20240
    generator = random.Random(seed)
    root = repository(tmp_path / "r", environ)
    names = ["a", "b", "ab", "*", "[", "ba"]
    folders = [""] + [f"{one}/" for one in names] + [f"{one}/{two}/" for one in names for two in names]
    for folder in folders:
        (root / folder).mkdir(exist_ok=True)
    asked = [folder.rstrip("/") for folder in folders if folder] + [f"{folder}{name}x" for folder in folders for name in ("a", "b", "")]
    for name in asked:
        if name.endswith("x"):
            (root / name).touch()
    for round_ in range(60):
        ignores = {folder: _lines(generator) for folder in generator.sample(folders, 4)} | {"": _lines(generator)}
        for folder in folders:
            (root / folder / ".gitignore").unlink(missing_ok=True)
        for folder, text in ignores.items():
            (root / folder / ".gitignore").write_text(text)
        said = set(git(root, environ, "check-ignore", "--stdin", "-z", "--no-index", given="\0".join(asked) + "\0").split("\0"))
        for name in asked:
            if name.endswith("x"):
                state = git_state(str(root / name), environ=environ)  # a file is judged as itself
                assert state is not None
                assert state.ignored is (name in said), (round_, name, ignores)


def test_every_set_as_git_says(tmp_path: Path, environ: dict[str, str]) -> None:
    """Random sets of characters in brackets, each asked about every character that it may be about."""
    generator = random.Random(20241)
    root = repository(tmp_path / "r", environ)
    letters = ("a", "b", "c", "-", "]", "[", "!", "\\\\", "[:alpha:]", "[:digit:]", "1", "&", "~", "|")
    asked = ["a", "b", "c", "d", "-", "]", "[", "!", "1", "2", "&", "~", "|", "^"]
    for name in asked:
        (root / f"x{name}").touch()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for _ in range(150):
            line = f"x[{''.join(generator.choices(letters, k=generator.randint(1, 5)))}]"
            (root / ".gitignore").write_text(f"{line}\n")
            given = "\0".join(f"x{name}" for name in asked) + "\0"
            ignored = set(git(root, environ, "check-ignore", "--stdin", "-z", "--no-index", given=given).split("\0"))
            patterns = git_patterns.parse(f"{line}\n")
            for name in asked:
                assert (git_patterns.decide(patterns, f"x{name}", folder=False) or False) is (f"x{name}" in ignored), (line, name)


def _lines(generator: random.Random) -> str:
    lines = []
    for _ in range(generator.randint(1, 4)):
        parts = [generator.choice(PIECES) + generator.choice(["", "", "", "x"]) for _ in range(generator.choice([1, 1, 1, 2, 2, 3]))]
        line = "/".join(parts)
        lines.append(generator.choice(["", "", "!"]) + generator.choice(["", "", "/"]) + line + generator.choice(["", "", "/", " "]))
    return "\n".join(lines) + "\n"
