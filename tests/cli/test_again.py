"""A check that nothing changed for prints what it printed before, and never what is not true any more.

``VENVLS_LONG=1`` makes 2,000 random changes instead of 50, other ones each time.
"""

from __future__ import annotations

import builtins
import errno
import io
import marshal
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from venvls.__main__ import main
from venvls.host import again, forking, noting, state, store

LONG = bool(os.environ.get("VENVLS_LONG"))
# The kernel's own tick; two seconds are for file systems that have a slower one.
TICK = 0.02

pytestmark = pytest.mark.skipif(os.name != "posix", reason="nothing is kept on Windows")


def run_noted(words: list[str], run: Callable[[], int]) -> int:
    """The exit status of ``run``, kept with what it prints where such a command line's is."""
    place = again.place_of(words)
    return run() if place is None else noting.noting(place, run)


def printed(words: list[str]) -> int | None:
    """The exit status of what was printed again; ``None`` where nothing was."""
    place = again.place_of(words)
    return None if place is None else again.printed(place)


class Project:
    """A project in a work tree, with all that a check looks at, and the command line that checks it."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self._capsys = folder, capsys
        self.root = folder / "work" / "project"
        self.site = self.root / ".venv/lib/python3.12/site-packages"
        self.site.mkdir(parents=True)
        (self.root.parent / ".git").mkdir()
        (self.root.parent / ".git/HEAD").write_text("ref: refs/heads/main\n")
        (self.root / ".venv/bin").mkdir()
        (self.root / ".venv/bin/python").symlink_to(sys.executable)
        (self.root / ".venv/pyvenv.cfg").write_text(f"home = {os.path.dirname(sys.executable)}\nversion = 3.12.4\n")
        for name, version, needs in (("a", "1.0", "b>=1"), ("b", "1.1", ""), ("c", "2.0", ""), ("d", "1.0", "c<2")):
            self.install(name, version, needs)
        (self.root / "requirements.txt").write_text("-r base.txt\na==1.0\nc\n")
        (self.root / "base.txt").write_text("b>=1\n")
        (self.root / "pyproject.toml").write_text('[project]\nname = "p"\nversion = "1"\ndependencies = ["d"]\n')

    def install(self, name: str, version: str, needs: str = "") -> None:
        info = self.site / f"{name}-{version}.dist-info"
        info.mkdir(exist_ok=True)
        needed = f"Requires-Dist: {needs}\n" if needs else ""
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{needed}\n")
        (info / "INSTALLER").write_text("pip\n")
        (info / "WHEEL").write_text("Wheel-Version: 1.0\nTag: py3-none-any\n")

    def fresh(self, *arguments: str, command: str = "check") -> tuple[int, str]:
        """What the command says and its status, worked out; it is kept where it can be."""
        self._capsys.readouterr()
        words = [command, *arguments]
        status = run_noted(words, lambda: main(words))
        return status, self._capsys.readouterr().out

    def again(self, *arguments: str, command: str = "check") -> tuple[int, str] | None:
        """What was kept of the command, where that is true."""
        self._capsys.readouterr()
        status = printed([command, *arguments])
        out = self._capsys.readouterr().out
        assert status is not None or not out
        return None if status is None else (status, out)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Project:
    made = Project(tmp_path.resolve(), capsys)
    monkeypatch.setenv("VENVLS_CACHE", str(made.folder / "cache"))
    monkeypatch.setenv("VENVLS_STATE_DIR", str(made.folder / "state"))
    monkeypatch.setenv("HOME", str(made.folder))
    monkeypatch.chdir(made.root)
    monkeypatch.setattr(store, "_FRESH_NS", int(TICK * 1e9))
    time.sleep(2 * TICK)
    return made


def change(project: Project, rng: random.Random, monkeypatch: pytest.MonkeyPatch) -> str:
    """One random change to something that a check may look at; says which."""

    def file() -> Path:
        files = [path for path in project.root.parent.rglob("*") if path.is_file() and not path.is_symlink() and path.name != "HEAD"]
        return rng.choice(sorted(files))

    def same_size() -> str:
        path = file()
        before, data = path.stat(), bytearray(path.read_bytes() or b"x")
        place = rng.randrange(len(data))
        data[place] = rng.choice(b"012=<>abcd\n")
        path.write_bytes(data)
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
        return f"same size and time: {path}"

    def line() -> str:
        path = rng.choice(sorted(project.root.glob("*.t*")) or [project.root / "requirements.txt"])
        text = path.read_text() if path.exists() else ""
        added = rng.choice(("d\n", "missing\n", "a<1\n", "# comment\n", "b ; python_version < '3'\n", "-r more.txt\n", "-c base.txt\n"))
        path.write_text(added if path.suffix == ".txt" and rng.random() < 0.5 else text + (added if path.suffix == ".txt" else "\n"))
        return f"line: {path}"

    def replaced() -> str:
        path = file()
        half = path.with_name(path.name + "~")
        half.write_bytes(path.read_bytes()[: rng.choice((None, None, 20))])
        half.replace(path)
        return f"replaced: {path}"

    def deleted() -> str:
        path = file()
        path.unlink()
        return f"deleted: {path}"

    def installed() -> str:
        name, version, needs = rng.choice("abcde"), rng.choice(("1.0", "2.0", "0.5")), rng.choice(("", "missing", "b", "c<2"))
        if project.site.is_dir():
            project.install(name, version, needs)
        return f"installed: {name} {version}"

    def removed() -> str:
        infos = sorted(project.site.glob("*.dist-info"))
        if infos:
            shutil.rmtree(rng.choice(infos))
        return "removed a package"

    def content(name: str, texts: tuple[str, ...]) -> Callable[[], str]:
        def make() -> str:
            path = project.root / name
            if path.exists() and rng.random() < 0.4:
                path.unlink()
            elif path.parent.is_dir():
                path.write_text(rng.choice(texts))
            return f"content: {name}"

        return make

    def link() -> str:
        path = project.root / ".venv/bin/python"
        path.unlink(missing_ok=True)
        if path.parent.is_dir():
            path.symlink_to(rng.choice((sys.executable, "/nowhere/python", "python3")))
        return "link of the interpreter"

    def moved() -> str:
        here, there = project.root / ".venv", project.root / "other"
        if here.exists() and not there.exists():
            here.rename(there)
        elif there.exists() and not here.exists():
            there.rename(here)
        return "environment moved"

    def selected() -> str:
        state.select_environment(str(project.root), rng.choice((None, str(project.root / "other"), str(project.root / ".venv"))))
        return "selection"

    def variable() -> str:
        if rng.random() < 0.5:
            monkeypatch.delenv("VIRTUAL_ENV", raising=False)
        else:
            monkeypatch.setenv("VIRTUAL_ENV", str(project.root / rng.choice((".venv", "other"))))
        return "variable"

    def above() -> str:
        path = project.root.parent / rng.choice((".gitignore", ".python-version", "requirements.txt"))
        if path.exists():
            path.unlink()
        else:
            path.write_text(rng.choice((".venv\n", "3.11\n", "z\n")))
        return f"above: {path}"

    changes = (
        *(same_size, line, line, replaced, deleted, installed, removed, link, moved, selected, variable, above),
        content(".gitignore", ("*\n", ".venv/\n", "")),
        content(".python-version", ("3.11\n", "3.12\n")),
        content("more.txt", ("zzz\n", "a\n")),
        content(
            "pyproject.toml",
            ('[tool.venvls]\nrules.missing-dependency = "off"\n', '[project]\nname="p"\nversion="1"\ndependencies=["a"]\n'),
        ),
        content("sub/requirements.txt", ("x\n",)),
        content(".venv/lib/python3.12/site-packages/more.pth", ("../more\n", str(project.root) + "\n")),
        content(".venv/pyvenv.cfg", (f"home = {os.path.dirname(sys.executable)}\nversion = 3.12.4\n", "home = /nowhere\n", "")),
        content("poetry.lock", ("", '[[package]]\nname = "a"\nversion = "1.0"\n')),
    )
    return rng.choice(changes)()


def test_no_answer_is_given_again_that_is_not_true_any_more(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every change is compared with a fresh check of the same moment; what is kept from the moment before must not differ."""
    seed = random.randrange(10**9) if LONG else 11
    rng = random.Random(seed)
    (project.root / "sub").mkdir()
    changes = 2000 if LONG else 50
    hits = differing = 0
    whole = shutil.copytree(project.root, project.folder / "whole", symlinks=True)
    before = project.fresh()
    for number in range(changes):
        if number % 25 == 24:  # else little is left after a while
            shutil.rmtree(project.root)
            shutil.copytree(whole, project.root, symlinks=True)
            os.chdir(project.root)
        what = change(project, rng, monkeypatch)
        time.sleep(2 * TICK)
        kept = project.again()
        now = project.fresh()
        assert kept is None or kept == now, f"seed {seed}, change {number}: {what}"
        differing += now != before
        before = now
        hits += project.again() == now
    # The changes do change answers, and what is kept is given again where nothing changed.
    assert differing > changes / 5
    assert hits > changes / 2


def make_prefix(prefix: Path) -> None:
    """What is an environment by its files, if nothing is there yet."""
    (prefix / "bin").mkdir(parents=True, exist_ok=True)
    if not (prefix / "bin" / "python").is_symlink():
        (prefix / "bin" / "python").symlink_to(sys.executable)
    (prefix / "pyvenv.cfg").write_text(f"home = {os.path.dirname(sys.executable)}\nversion = 3.12.4\n")


def change_folders(root: Path, rng: random.Random) -> str:
    """One random change to folders and what marks environments; says which."""
    folders = sorted(path for path in root.rglob("*") if path.is_dir() and not path.is_symlink() and ".venv/lib" not in str(path))
    folder, other = rng.choice(folders), rng.choice(folders)
    new = folder / f"new{rng.randrange(3)}"

    def set_back() -> None:
        """A new environment in a folder whose time says that nothing came."""
        before = folder.stat()
        make_prefix(folder / "environment")
        os.utime(folder, ns=(before.st_atime_ns, before.st_mtime_ns))

    def replaced() -> None:
        """Another folder takes the place, with its own times."""
        if not folder.is_relative_to(other) and not other.is_relative_to(folder):
            shutil.rmtree(folder)
            other.rename(folder)

    def exchanged() -> None:
        target = folder / rng.choice(("pyvenv.cfg", ".venv", ".python-envs"))
        if target.is_dir():
            shutil.rmtree(target)
        elif target.exists():
            target.unlink()
        else:
            target.write_text(rng.choice(("home = /nowhere\n", f"{other}\n", "nothing\n")))

    def linked() -> None:
        if new.is_symlink():
            new.unlink()
        elif not new.exists():
            new.symlink_to(other)

    def made() -> None:
        if not new.is_symlink():
            make_prefix(new / ".venv")

    def renamed() -> None:
        if not new.exists() and not new.is_symlink() and folder.parent != root.parent:
            folder.rename(folder.with_name(f"renamed{rng.randrange(1000)}"))

    def excluded() -> None:
        (root / "pyproject.toml").write_text(f'[tool.venvls]\nsearch.exclude = ["{folder.name}"]\n')

    def ignored() -> None:
        (root / ".gitignore").write_text(f"{folder.name}/\n")

    def hidden() -> None:
        folder.chmod(0o700 if folder.stat().st_mode & 0o77 else 0o755)

    kinds = (set_back, replaced, exchanged, linked, made, made, renamed, excluded, ignored, hidden, lambda: shutil.rmtree(folder))
    chosen = rng.choice(kinds)
    chosen()
    return f"{chosen.__name__}: {folder}, {other}"


def test_no_list_of_environments_is_given_again_that_is_not_true_any_more(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same for `envs`, whose answer rests on the folders of a tree; they are looked at in parts and by two processes."""
    from venvls.host import looks, walk

    monkeypatch.setattr(again, "_WORTH_SHARING", 0)
    monkeypatch.setattr(looks, "_PART", 3)
    monkeypatch.setattr(walk, "_WORTH_SHARING", 8)
    monkeypatch.setattr(forking, "processes", lambda: 2 if sys.platform == "linux" else 1)
    seed = random.randrange(10**9) if LONG else 11
    rng = random.Random(seed)
    for number in range(8):
        make_prefix(project.root / f"part{number % 4}" / f"inner{number}" / ".venv")
    whole = shutil.copytree(project.root, project.folder / "whole", symlinks=True)
    changes = 2000 if LONG else 40
    hits = differing = 0
    time.sleep(2 * TICK)
    before = project.fresh(command="envs")
    for number in range(changes):
        if number % 20 == 19:  # else little is left after a while
            shutil.rmtree(project.root)
            shutil.copytree(whole, project.root, symlinks=True)
            os.chdir(project.root)
        what = change_folders(project.root, rng)
        time.sleep(2 * TICK)
        kept = project.again(command="envs")
        now = project.fresh(command="envs")
        assert kept is None or kept == now, f"seed {seed}, change {number}: {what}"
        differing += now != before
        before = now
        hits += project.again(command="envs") == now
    assert differing > changes / 5
    assert hits > changes * 0.9


def test_nothing_changed_and_nothing_of_a_check_is_loaded(project: Project) -> None:
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    # What was loaded is said at the very end; not by `-X importtime`, which does not see what is loaded together.
    program = (
        "import os, sys; leave = os._exit; "
        "os._exit = lambda status: (print(*sys.modules, file=sys.stderr, flush=True), leave(status)); "
        "from venvls.__main__ import main; main()"
    )
    time.sleep(2.2)
    for command, status in (("check", 1), ("envs", 0)):
        said = [
            subprocess.run([sys.executable, "-c", program, command], capture_output=True, text=True, env=environ, check=False)
            for _ in range(2)
        ]
        assert said[0].stdout == said[1].stdout != ""
        assert said[0].returncode == said[1].returncode == status
        first, again = (set(each.stderr.split()) for each in said)
        assert "venvls.workspace" in first and "venvls.__main__" in again
        assert "venvls.cli" not in again
        assert len([name for name in again if name.startswith("venvls")]) < 10


@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is always full here")
def test_a_full_disk_is_one_sentence_the_second_time_too(unbuffered: str, project: Project) -> None:
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONUNBUFFERED": unbuffered}
    argv = [sys.executable, "-m", "venvls", "check"]
    time.sleep(2.2)
    subprocess.run(argv, stdout=subprocess.DEVNULL, env=environ, check=False)
    with open("/dev/full", "w") as full:
        done = subprocess.run([*argv[:1], "-X", "importtime", *argv[1:]], stdout=full, stderr=subprocess.PIPE, text=True, env=environ)
    assert done.returncode == 2
    assert [line for line in done.stderr.splitlines() if not line.startswith("import time:")] == [
        "venvls: the result could not be written: No space left on device."
    ]
    assert "venvls.host.again" in done.stderr and "venvls.host.image" not in done.stderr  # by which all else would be loaded


def test_the_words_of_the_command_the_folder_and_the_variables_count(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    first = project.fresh()
    assert project.again() == first
    assert project.again("--format", "json") is None
    assert project.again("--exit-zero") is None
    monkeypatch.chdir(project.root.parent)
    assert project.again() is None
    monkeypatch.chdir(project.root)
    assert project.again() == first
    monkeypatch.setenv("ANY_OTHER", "1")
    assert project.again() is None


def test_what_writes_watches_or_reads_standard_input_is_never_kept(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    for words in (
        ["--fix"],
        ["--watch"],
        ["--output-file", "x"],
        ["-"],
        ["--stdin-filename=requirements.txt"],
        ["--format", "json", "--fix"],
    ):
        ran: list[int] = []

        def run(ran: list[int] = ran) -> int:
            ran.append(1)
            print("text")
            return 0

        for _ in range(2):
            assert printed(["check", *words]) is None
            assert run_noted(["check", *words], run) == 0
        assert len(ran) == 2
    assert printed(["sync"]) is None
    assert not (project.folder / "cache").exists()


def test_nothing_is_kept_of_what_has_only_just_changed(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "_FRESH_NS", 3_600_000_000_000)
    project.fresh()
    assert project.again() is None


@pytest.mark.parametrize("form", ["text", "json", "github", "sarif", "junit", "gitlab"])
def test_every_format_is_printed_as_before(form: str, project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    first = project.fresh("--format", form)
    assert first[0] == 1 and first[1]
    assert project.again("--format", form) == first
    assert (main(["check", "--format", form]), capsys.readouterr().out) == first


def test_a_walk_that_copies_of_the_process_share_is_noted_whole(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    from venvls.host import walk

    monkeypatch.setattr(walk, "_WORTH_SHARING", 8)
    monkeypatch.setattr(forking, "processes", lambda: 3 if sys.platform == "linux" else 1)
    for number in range(12):
        (project.root / f"part{number}" / "inner").mkdir(parents=True)
    time.sleep(2 * TICK)
    assert project.again() is None
    before = kept(project)
    for number in range(12):
        (project.root / f"part{number}" / "inner" / "requirements.txt").write_text("nowhere\n")
        time.sleep(2 * TICK)
        assert project.again() is None
        now = kept(project)
        assert now != before
        before = now


def kept(project: Project) -> tuple[int, str]:
    """What a check says, once it is kept. In a process with much behind it, what is thrown away or ends meanwhile may look at the disk too:
    then an answer is not kept, and the next one is."""
    for _ in range(5):
        said = project.fresh()
        if (again := project.again()) is not None:
            assert again == said
            return said
    pytest.fail("nothing is kept")


def test_a_damaged_or_strange_answer_is_as_if_there_were_none(project: Project) -> None:
    before = project.fresh()
    (kept,) = (project.folder / "cache" / "answers").iterdir()
    whole = kept.read_bytes()
    for data in (b"", whole[:-1], whole[:40] + bytes([whole[40] ^ 1]) + whole[41:]):
        kept.write_bytes(data)
        assert project.again() is None
    place = again.place_of(["check"])
    assert place is not None
    for strange in ((0, "text", ()), "text", (0, "text", ([], {}, []))):
        place[0].put(place[1], marshal.dumps(strange))
        assert project.again() is None
    assert project.fresh() == project.again() == before
    kept.chmod(0o666)
    assert project.again() is None


def test_a_cache_that_cannot_be_written_or_is_inside_the_project_is_not_used(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    (project.folder / "cache").write_text("a file")
    project.fresh()
    assert project.again() is None
    monkeypatch.setenv("VENVLS_CACHE", str(project.root / "cache"))
    project.fresh()
    assert project.again() is None
    assert not (project.root / "cache").exists()


def test_what_is_said_on_the_side_is_not_kept_and_no_failure(project: Project) -> None:
    def complain() -> int:
        print("result")
        print("on the side", file=sys.stderr)
        return 0

    def hurry() -> int:
        print("result")
        assert forking.extra is not None
        forking.extra.lose()  # as a search does that took too long
        return 0

    for run in (complain, hurry, lambda: 2):
        run_noted(["check"], run)
        assert printed(["check"]) is None


def test_a_failure_leaves_python_as_it_was(project: Project) -> None:
    functions = [getattr(os, name) for name in ("stat", "open", "scandir", "access", "fork")] + [builtins.open, io.open, sys.stdout]

    def fail() -> int:
        raise ValueError("nothing")

    with pytest.raises(ValueError, match=r"^nothing$"):
        run_noted(["check"], fail)
    assert functions == [getattr(os, name) for name in ("stat", "open", "scandir", "access", "fork")] + [builtins.open, io.open, sys.stdout]


def test_off_means_off(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VENVLS_CACHE", "off")
    project.fresh()
    assert project.again() is None
    assert not (project.folder / "cache").exists()


def test_a_current_folder_that_is_closed_meanwhile_is_a_sentence(
    project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Somebody takes the permission away while other folders are looked at: nothing is worked out in one of those instead."""
    status, text = project.fresh()
    assert (status, text) == project.again()
    capsys.readouterr()

    def refused(folder: int) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    with monkeypatch.context() as closed:
        # The user who runs the tests may enter any folder, so the system's refusal is made.
        closed.setattr(os, "fchdir", refused)
        status_then = printed(["check"])
    told = capsys.readouterr()
    os.chdir(project.root)
    assert (status_then, told.out) == (2, "")
    assert told.err == "venvls: the current folder cannot be entered any more: Permission denied.\n"
    assert project.again() == (status, text)
