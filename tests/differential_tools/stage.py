"""A tool's projects on one stage: set up, brought from one state into the next, and our verdict on each beside the tool's own.

The tests of a tool say what its projects are, how the tool is asked, and how its answer reads; everything else stands here.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
import uv as _uv

from tests.differential.wheels import Wheel, write
from tests.differential_tools.agreements import record
from tests.differential_tools.small_index import library, served
from tests.differential_tools.tools import environ
from tests.memory_machine import MemoryMemory
from venvls.host.machine import ThisMachine
from venvls.model.finding import Finding
from venvls.workspace import Overrides, Workspace

LOCKED_CODES = frozenset({"missing-requirement", "version-mismatch", "source-mismatch", "extraneous-package", "missing-extra"})
"""What speaks of the locked set."""


class Stage:
    """The projects of one tool by name, each in a folder below ``base``; ``index`` is the URL of the small index, ``files`` its wheels."""

    def __init__(self, tool: str, base: Path, index: str) -> None:
        self.tool, self.base, self.index = tool, base, index
        self.files = base / "index" / "files"
        self.folders: dict[str, Path] = {}

    def project(self, name: str, files: Mapping[str, str], **marks: str) -> Path:
        """A new project. ``@INDEX@``, ``@FILES@``, ``@GIT@`` (the repository of ``gitted``) and ``marks`` are filled in."""
        folder = self.folders[name] = self.base / name.replace(" ", "-")
        for path, text in files.items():
            if "@GIT@" in text and "GIT" not in marks:
                marks["GIT"] = self.repository().as_uri()
            for mark, value in {"INDEX": self.index, "FILES": self.files.as_posix(), **marks}.items():
                text = text.replace(f"@{mark}@", value)
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text, "utf-8")
        return folder

    def repository(self) -> Path:
        """A repository of a project ``gitted``, tagged ``v1``."""
        folder = self.base / "gitted"
        if not folder.exists():
            library(folder, "gitted")
            who = ["-c", "user.name=t", "-c", "user.email=t@example.invalid", "-c", "commit.gpgsign=false", "-c", "tag.gpgsign=false"]
            for words in (["init", "--quiet", "--initial-branch=main"], ["add", "."], ["commit", "--quiet", "-m", "x"], ["tag", "v1"]):
                subprocess.run(["git", *who, *words], cwd=folder, check=True, capture_output=True, timeout=300)
        return folder

    def install(self, folder: Path, *words: str) -> None:
        """``uv pip install`` into the project's environment, of the index's wheels and without what they need."""
        index = ("--no-index", "--no-deps", "--reinstall", "--no-cache", "--find-links", str(self.files))
        uv(folder, "pip", "install", "--quiet", *index, *words)

    def record(self, name: str, state: str, ours: object, theirs: object, *said: object) -> None:
        """A row of the table of agreements, and a failed test where it is a disagreement; ``said`` tells why."""
        record(self.tool, name, state, ours == theirs)
        assert ours == theirs, (name, state, *said)

    def agree(
        self, name: str, state: str, folder: Path, theirs: Iterable[str], said: object, overrides: Overrides | None = None
    ) -> set[str]:
        """The names of what would change, which ``theirs`` has to equal."""
        relevant = [one for one in findings(folder, overrides) if one.code in LOCKED_CODES]
        ours = {named(one) for one in relevant}
        self.record(name, state, ours, set(theirs), said, [(one.code, one.message) for one in relevant])
        return ours

    def in_step(self, name: str, agree: Compare) -> Path:
        """A project as it was kept: nothing would change, and nobody is warned; gives its folder."""
        folder = self.folders[name]
        assert agree(self, name, "fresh", folder) == set()
        assert warnings(folder) == [], "a project in step has no warning"
        return folder

    def disturbed(self, name: str, agree: Compare, *names: str, besides: tuple[str, ...] = ()) -> tuple[str, set[str]]:
        """A project in step, of which the first of ``names`` that is installed is then taken away, and ``stray`` (and ``besides``) put
        there; gives the one that is gone, and what would change."""
        folder = self.in_step(name, agree)
        lost = victim(folder, *names)
        uv(folder, "pip", "uninstall", "--quiet", lost)
        self.install(folder, "stray==1.0", *besides)
        return lost, agree(self, name, "one missing, one extraneous", folder)

    def downgraded(self, name: str, agree: Compare) -> set[str]:
        """What would change once ``alpha`` is of its first version."""
        self.install(self.folders[name], "alpha==1.0")
        return agree(self, name, "one downgraded", self.folders[name])

    def relabelled(self, name: str, agree: Compare) -> tuple[str, set[str]]:
        """A project in step, of which one package is then of a local version of the locked one; gives that, and what would change."""
        folder = self.in_step(name, agree)
        changed = victim(folder, "alpha", "delta")
        recorded = next(folder.glob(f".venv/lib*/**/{changed}-*.dist-info"))
        version = recorded.name.removesuffix(".dist-info").rpartition("-")[2]
        self.install(folder, str(write(Wheel(changed, f"{version}+local"), self.base)))
        # As an index would have given it, not a file.
        next(folder.glob(f".venv/lib*/**/{changed}-{version}+local.dist-info/direct_url.json")).unlink()
        return changed, agree(self, name, "a local version in place of the locked one", folder)

    def stale(
        self, name: str, file: str, before: str, after: str, theirs: Callable[[Path], tuple[bool, object]], what: str = "lock"
    ) -> None:
        """Our word on a lock after an edit of one file, and the tool's: whether the lock is stale, and what it said."""
        folder = self.folders[name]
        with edited(folder / file, before, after):
            ours = any(one.code == "stale-lock" for one in findings(folder))
            their, said = theirs(folder)
        self.record(name, f"{what} after {before!r} -> {after!r}", ours, their, said)

    def place(self, state: str, folder: Path, theirs: Callable[[dict[str, str]], str], **variables: str) -> Path | None:
        """Where we and the tool see the project's environment with these variables; ``theirs`` gives a path, or nothing for none."""
        with pytest.MonkeyPatch.context() as patch:
            for key, value in variables.items():
                patch.setenv(key, value)
            found = workspace(folder).which(str(folder)).environment
        ours = Path(found.real) if found is not None else None
        said = theirs(variables)
        self.record("places", state, ours, Path(said).resolve() if said else None, said)
        return ours


Compare = Callable[[Stage, str, str, Path], set[str]]
"""Compares a tool's changes to a project in a state with ours, and gives them: stage, project, state, folder."""


@contextmanager
def opened(tool: str, factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """An empty stage, while its index is served."""
    base = factory.mktemp(tool)
    with served(base / "index") as url:
        yield Stage(tool, base, url)


def workspace(folder: Path, overrides: Overrides | None = None) -> Workspace:
    """Our view of a folder."""
    one = Workspace(ThisMachine(), MemoryMemory(), strict=True, overrides=overrides or Overrides())
    one.set_roots([str(folder)])
    one.discover()
    return one


def findings(folder: Path, overrides: Overrides | None = None) -> list[Finding]:
    """What we find in the project of a folder."""
    return [one for one in workspace(folder, overrides).check().findings if one.project == str(folder)]


def warnings(folder: Path) -> list[tuple[str, str]]:
    """What a person would be warned of: nothing, for a project in step."""
    return [(one.code, one.message) for one in findings(folder) if one.severity in ("error", "warning")]


def named(one: Finding) -> str:
    """The package that a finding speaks of."""
    said = one.data.get("name") or (one.requirement.parsed.key if one.requirement is not None else None)
    return str(said) if said else key(re.split(r"[ \[]", one.message)[0])


def speaks(one: Finding) -> bool:
    """Whether a finding says that something differs: a hint may, that an environment was selected does not."""
    return one.severity != "information" and one.code != "selected-environment"


def key(name: str) -> str:
    """A name as PEP 503 writes it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def victim(folder: Path, *names: str) -> str:
    """The first of ``names`` that is installed: the one to be taken away."""
    installed = {path.name.split("-")[0] for path in folder.glob(".venv/lib*/**/*.dist-info")}
    return next(one for one in names if one in installed)


def empty(folder: Path, *words: str, at: Path | None = None) -> None:
    """A new environment, ``.venv`` unless ``at`` says another place."""
    uv(folder, "venv", "--quiet", "--clear", "--no-project", "--python", sys.executable, *words, *([str(at)] if at is not None else []))


def keep(folder: Path) -> None:
    """Remembers the environment as it is, for tests that come later; copying takes its time."""
    shutil.copytree(folder / ".venv", folder.with_suffix(".venv"), symlinks=True)


def restore(folder: Path) -> None:
    """The environment as it was when it was kept; left as it is where it was not."""
    kept = folder.with_suffix(".venv")
    if kept.exists():
        shutil.rmtree(folder / ".venv")
        shutil.copytree(kept, folder / ".venv", symlinks=True)


@contextmanager
def edited(file: Path, before: str, after: str) -> Iterator[None]:
    """A file with one thing in it changed, for as long as it lasts."""
    whole = file.read_text("utf-8")
    assert before in whole
    try:
        file.write_text(whole.replace(before, after, 1), "utf-8")
        yield
    finally:
        file.write_text(whole, "utf-8")


def uv(folder: Path, *words: str, check: bool = True, **more: str) -> str:
    """What uv says on both channels, run in a folder with its ``.venv`` active."""
    variables = environ(**{"VIRTUAL_ENV": str(folder / ".venv"), **more})
    argv = [_uv.find_uv_bin(), *words]
    done = subprocess.run(argv, cwd=folder, env=variables, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0 or not check, f"{' '.join(words)} in {folder}: {done.stderr}"
    return done.stdout + done.stderr


def python(prefix: Path) -> Path:
    """The interpreter of an environment."""
    return prefix / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
