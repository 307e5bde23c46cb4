"""One walk: it finds every environment and manifest, passes over what is not the workspace's own, and no bad folder stops it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.effort import assert_even, ends
from venvls.host import forking
from venvls.host import walk as walking
from venvls.host.walk import exclusion, walk
from venvls.model.ports import WalkResult, Wanted

ENVIRONMENTS = Wanted()
MANIFESTS = Wanted(lambda folder, name: name in ("requirements.txt", "pyproject.toml"))
BOTH = pytest.mark.parametrize("wanted", [ENVIRONMENTS, MANIFESTS], ids=["environments", "manifests"])


def plant(root: Path, *names: str) -> None:
    """Files, or with a final ``/`` folders."""
    for name in names:
        path = root / name
        if name.endswith("/"):
            path.mkdir(parents=True, exist_ok=True)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()


def below(root: Path, found: WalkResult) -> list[str]:
    return sorted(os.path.relpath(path, root).replace(os.sep, "/") for path in found.environments)


@BOTH
def test_environments_of_any_name_at_any_depth(tmp_path: Path, wanted: Wanted) -> None:
    plant(tmp_path, ".venv/pyvenv.cfg", "a/b/c/d/e/f/any name/pyvenv.cfg", "conda/conda-meta/", "p/.venv", "q/.python-envs", "plain/x.py")
    assert below(tmp_path, walk(str(tmp_path), wanted=wanted)) == [
        ".venv", "a/b/c/d/e/f/any name", "conda", "p/.venv", "q/.python-envs",
    ]  # fmt: skip


@BOTH
@pytest.mark.parametrize("folder", ["node_modules", "site-packages", ".git", ".hg", "__pycache__", "a/node_modules/b"])
def test_other_peoples_folders_are_passed_over(tmp_path: Path, wanted: Wanted, folder: str) -> None:
    plant(tmp_path, f"{folder}/e/pyvenv.cfg", f"{folder}/requirements.txt", "mine/pyvenv.cfg")
    found = walk(str(tmp_path), wanted=wanted)
    assert below(tmp_path, found) == ["mine"]
    assert found.manifests == ()


def test_the_inside_of_an_environment_is_not_visited(tmp_path: Path) -> None:
    plant(tmp_path, ".venv/pyvenv.cfg", ".venv/src/dep/requirements.txt", ".venv/inner/pyvenv.cfg", "requirements.txt")
    found = walk(str(tmp_path), wanted=MANIFESTS)
    assert below(tmp_path, found) == [".venv"]
    assert [os.path.relpath(path, tmp_path) for path in found.manifests] == ["requirements.txt"]


@BOTH
def test_a_project_that_is_its_own_environment_hides_nothing(tmp_path: Path, wanted: Wanted) -> None:
    plant(tmp_path, "p/pyvenv.cfg", "p/pyproject.toml", "p/sub/.venv/pyvenv.cfg", "p/lib/x/requirements.txt", "p/src/x/requirements.txt")
    found = walk(str(tmp_path), wanted=wanted)
    assert below(tmp_path, found) == ["p", "p/sub/.venv"]
    assert [os.path.relpath(path, tmp_path) for path in found.manifests] == (
        [os.path.join("p", "pyproject.toml")] if wanted.manifest else []
    )
    assert below(tmp_path, walk(str(tmp_path / "p"), wanted=wanted)) == ["p", "p/sub/.venv"]


def test_a_killed_uv_venv_is_reported_too(tmp_path: Path) -> None:
    plant(tmp_path, "e/bin/activate", "e/lib/", "other/activate")
    assert below(tmp_path, walk(str(tmp_path), wanted=ENVIRONMENTS)) == ["e"]


@BOTH
def test_links_to_environments_are_reported_once(tmp_path: Path, wanted: Wanted) -> None:
    outside, root = tmp_path / "outside", tmp_path / "root"
    plant(outside, "kept/pyvenv.cfg", "folder/deep/pyvenv.cfg")
    plant(root, "real/pyvenv.cfg", "p/", "a/", "b/")
    (root / "alias").symlink_to(root / "real")
    (root / "a" / "one").symlink_to(outside / "kept")
    (root / "b" / "two").symlink_to(outside / "kept")
    (root / "p" / ".venv").symlink_to(root / "real")
    (root / "into").symlink_to(outside / "folder")
    (root / "loop").symlink_to(root)
    (root / "circle").symlink_to(root / "circle")
    found = below(root, walk(str(root), wanted=wanted))
    assert found.count("real") == 1
    assert "p/.venv" in found  # which environment a project's .venv is, is always said
    assert "alias" not in found
    assert len({"a/one", "b/two"} & set(found)) == 1
    assert len(found) == 3


def test_a_root_that_is_a_link_is_entered(tmp_path: Path) -> None:
    plant(tmp_path, "real/e/pyvenv.cfg")
    (tmp_path / "alias").symlink_to(tmp_path / "real")
    assert walk(str(tmp_path / "alias"), wanted=ENVIRONMENTS).environments == (str(tmp_path / "alias" / "e"),)


def test_a_dangling_venv_link_is_reported(tmp_path: Path) -> None:
    (tmp_path / ".venv").symlink_to(tmp_path / "gone")
    assert below(tmp_path, walk(str(tmp_path), wanted=ENVIRONMENTS)) == [".venv"]


@pytest.mark.parametrize(
    ("error", "said"),
    [(PermissionError(13, "x"), "permission"), (OSError(40, "x"), "circle"), (OSError(5, "x"), "disk"), (OSError(116, "x"), "network")],
)
def test_a_folder_that_cannot_be_read_is_said_and_the_rest_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: OSError, said: str
) -> None:
    plant(tmp_path, "a/e/pyvenv.cfg", "bad/e/pyvenv.cfg", "z/e/pyvenv.cfg")
    _failing(monkeypatch, str(tmp_path / "bad"), error)
    found = walk(str(tmp_path), wanted=ENVIRONMENTS)
    assert below(tmp_path, found) == ["a/e", "z/e"]
    [(folder, reason)] = found.skipped
    assert folder == str(tmp_path / "bad")
    assert said in reason


@pytest.mark.parametrize("error", [FileNotFoundError(2, "x"), NotADirectoryError(20, "x")])
def test_a_folder_that_disappears_is_no_event(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: OSError) -> None:
    plant(tmp_path, "bad/", "z/e/pyvenv.cfg")
    _failing(monkeypatch, str(tmp_path / "bad"), error)
    found = walk(str(tmp_path), wanted=ENVIRONMENTS)
    assert below(tmp_path, found) == ["z/e"]
    assert found.skipped == ()


def _failing(monkeypatch: pytest.MonkeyPatch, folder: str, error: OSError) -> None:
    real = os.scandir

    def scandir(path: str) -> object:
        if path == folder:
            raise error
        return real(path)

    monkeypatch.setattr(walking.os, "scandir", scandir)


def test_a_root_that_is_not_there_is_said(tmp_path: Path) -> None:
    found = walk(str(tmp_path / "none"), wanted=ENVIRONMENTS)
    assert found.environments == ()
    assert [folder for folder, _ in found.skipped] == [str(tmp_path / "none")]
    plant(tmp_path, "file")
    assert walk(str(tmp_path / "file"), wanted=ENVIRONMENTS).skipped
    assert walk("\0", wanted=ENVIRONMENTS).skipped


def test_entries_are_work_that_grows_with_their_number_only(tmp_path: Path) -> None:
    def walked(size: int) -> None:
        if not (tmp_path / str(size)).exists():
            plant(tmp_path / str(size), *map(str, range(size)))
        walk(str(tmp_path / str(size)), wanted=MANIFESTS)

    walked(100)
    walked(200)
    assert_even(walked, 100)


@pytest.mark.slow
def test_a_hundred_thousand_entries_in_one_folder_hide_nothing(tmp_path: Path) -> None:
    big = tmp_path / "big"
    big.mkdir()
    for number in range(100_000):
        (big / str(number)).touch()
    plant(tmp_path, "big/e/pyvenv.cfg", "z/e/pyvenv.cfg")
    for wanted in (ENVIRONMENTS, MANIFESTS):
        with ends():
            found = walk(str(tmp_path), wanted=wanted)
        assert below(tmp_path, found) == ["big/e", "z/e"]
    shutil.rmtree(big)


@BOTH
def test_bounds_are_named_when_they_bite(tmp_path: Path, wanted: Wanted) -> None:
    plant(tmp_path, "e/pyvenv.cfg", "a/e/pyvenv.cfg", "a/b/e/pyvenv.cfg")
    found = walk(str(tmp_path), wanted=wanted, depth=2)
    assert (below(tmp_path, found), found.limit) == (["a/e", "e"], "depth")
    found = walk(str(tmp_path), wanted=wanted, depth=3)
    assert (len(found.environments), found.limit) == (3, None)
    assert walk(str(tmp_path), wanted=wanted, most=4).limit == "entries"
    ticks = iter(range(1000))
    found = walk(str(tmp_path), wanted=wanted, timeout=2.5, clock=lambda: next(ticks))
    assert found.limit == "timeout"
    assert below(tmp_path, found) == ["e"]


@BOTH
def test_a_large_tree_walked_by_several_processes_is_the_same_tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wanted: Wanted) -> None:
    plant(tmp_path, *(f"p{number}/deep/.venv/pyvenv.cfg" for number in range(40)), "p3/deep/er/requirements.txt", "q/.venv/pyvenv.cfg")
    (tmp_path / "p1" / "alias").symlink_to(tmp_path / "p2" / "deep" / ".venv")
    _failing(monkeypatch, str(tmp_path / "p5" / "deep"), PermissionError(13, "x"))

    def walked(count: int, **bounds: float) -> tuple[object, ...]:
        monkeypatch.setattr(walking, "_WORTH_SHARING", 10)
        monkeypatch.setattr(walking.forking, "processes", lambda: count)
        found = walk(str(tmp_path), wanted=wanted, **bounds)  # type: ignore[arg-type]
        return sorted(found.environments), sorted(found.manifests), sorted(found.skipped), found.limit

    alone = walked(1)
    assert len(alone[0]) == 40  # type: ignore[arg-type]
    assert walked(2) == walked(3) == walked(7) == alone
    assert walked(2, depth=2) == walked(1, depth=2)
    assert walked(2, depth=2)[3] == "depth"
    assert walked(2, most=60)[3] == "entries"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
def test_a_process_that_dies_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    here = os.getpid()
    made: list[int] = []
    plain = os.fork

    def fork() -> int:
        made.append(plain())
        return made[-1]

    monkeypatch.setattr(os, "fork", fork)

    def work(part: list[int]) -> object:
        if os.getpid() != here and 1 in part:
            os.kill(os.getpid(), 9)
        if os.getpid() != here and 2 in part:
            raise ValueError
        return part

    assert forking.share(work, range(8), 4) == [[0, 4], [1, 5], [2, 6], [3, 7]]
    assert len(made) == 3
    for process in made:  # None of them is left behind as a zombie.
        with pytest.raises(ChildProcessError):
            os.waitpid(process, os.WNOHANG)


@pytest.mark.parametrize("name", ["fork", "pipe"])
def test_a_system_that_allows_no_more_processes_loses_nothing(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    def refused() -> None:
        raise BlockingIOError(11, "x")

    monkeypatch.setattr(forking.os, name, refused)
    assert forking.share(sum, range(8), 3) == [9, 12, 7]


def test_a_process_with_threads_is_not_copied() -> None:
    import threading

    done = threading.Event()
    thread = threading.Thread(target=done.wait)
    thread.start()
    try:
        assert forking.processes() == 1
    finally:
        done.set()
        thread.join()


def test_partial_results_come_first_and_grow(tmp_path: Path) -> None:
    plant(tmp_path, "e/pyvenv.cfg", "a/e/pyvenv.cfg", "a/b/e/pyvenv.cfg", "a/b/requirements.txt")
    told: list[WalkResult] = []
    ticks = iter(range(1000))
    found = walk(str(tmp_path), wanted=MANIFESTS, partial=told.append, clock=lambda: next(ticks))
    assert [len(one.environments) + len(one.manifests) for one in told] == [1, 2, 3, 4]
    assert told[-1] == found


def test_the_first_projects_are_told_with_their_environments(tmp_path: Path) -> None:
    """Before the other thousands have been listed: what is wrong in them can be shown at once."""
    for number in range(40):
        plant(tmp_path, f"p{number}/requirements.txt", f"p{number}/.venv/pyvenv.cfg", f"p{number}/src/x/requirements.txt")
    told: list[WalkResult] = []
    found = walk(str(tmp_path), wanted=MANIFESTS, partial=told.append, clock=lambda: 0.0)
    assert 0 < len(told[0].manifests) == len(told[0].environments) < 10
    assert {Path(path).parent for path in told[0].manifests} == {Path(path).parent for path in told[0].environments}
    whole = walk(str(tmp_path), wanted=MANIFESTS)
    assert sorted(found.manifests) == sorted(whole.manifests) and sorted(found.environments) == sorted(whole.environments)
    for depth in (1, 2, 3):
        some, others = (walk(str(tmp_path), wanted=MANIFESTS, depth=depth, partial=each) for each in (told.append, None))
        assert (sorted(some.manifests), sorted(some.environments), some.limit) == (
            sorted(others.manifests), sorted(others.environments), others.limit,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("patterns", "left"),
    [
        ([], ["build/e", "docs/old/e", "docs/older/e", "x/build/e", "x/deep/gen-1/e"]),
        (["build"], ["docs/old/e", "docs/older/e", "x/deep/gen-1/e"]),
        (["**/build/**"], ["docs/old/e", "docs/older/e", "x/deep/gen-1/e"]),
        (["docs/old"], ["build/e", "docs/older/e", "x/build/e", "x/deep/gen-1/e"]),
        (["/build"], ["docs/old/e", "docs/older/e", "x/build/e", "x/deep/gen-1/e"]),
        (["docs/*/e"], ["build/e", "x/build/e", "x/deep/gen-1/e"]),
        (["x/**/gen-?"], ["build/e", "docs/old/e", "docs/older/e", "x/build/e"]),
        (["gen-*", "old*"], ["build/e", "x/build/e"]),
        (["x/", "./docs"], ["build/e"]),
        (["", "[", "(?", "**", "*" * 100 + "z"], ["build/e", "docs/old/e", "docs/older/e", "x/build/e", "x/deep/gen-1/e"]),
    ],
)
def test_excludes(tmp_path: Path, patterns: list[str], left: list[str]) -> None:
    plant(tmp_path, *(f"{name}/e/pyvenv.cfg" for name in ("build", "docs/old", "docs/older", "x/build", "x/deep/gen-1")))
    assert below(tmp_path, walk(str(tmp_path), wanted=ENVIRONMENTS, exclude=patterns)) == left


def test_an_exclude_of_many_stars_ends() -> None:
    excluded = exclusion(["*a" * 30 + "*b", "p/" + "*a" * 30 + "*b", "**/a/" * 30 + "b"], "/")
    assert excluded is not None
    with ends():
        assert not excluded("/p/" + "a" * 250)
        assert not excluded("/" + "a/" * 200)
