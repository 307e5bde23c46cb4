"""One random history over one workspace: what happens, the editor that sees it, and a fresh one that only sees how it ended."""

from __future__ import annotations

import os
import random
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tests.histories.editor import Editor
from tests.histories.ground import FILES, NAMES, OTHER_VERSION, VERSION, VERSIONS, Ground, Selections, install, site_of, write
from venvls import manifests
from venvls.model.manifest import Manifest
from venvls.model.text import Text

_LINES = (
    *("idna>=2", "idna<2", "idna==3.0", "attrs", "attrs>=2 ; python_version < '3.12'", "six", "nothing-like-it", "-r more.txt"),
    *("-c constraints.txt", "# a remark", "", "-e ./part", "idna >> 2", "six[extra]", "-r lib/requirements.txt"),
)
_PINS = ("3.11", "3.12", "3.9\n", "")
_SETTINGS: tuple[dict[str, object], ...] = (
    {},
    {"search.exclude": ["lib", "packages", "sub"]},
    {"search.depth": 1},
    {"rules.missing-requirement": "error"},
    {"rules.version-mismatch": "off"},
    {"sync.groups": ["test"]},
    {"search.names": ["venv", ".venv"]},
)
_TABLES = (
    "",
    '[tool.venvls]\nsearch.exclude = ["packages", "lib", "copy"]\n',
    "[tool.venvls]\nsearch.depth = 1\n",
    '[tool.venvls.rules]\nmissing-requirement = "hint"\n',
)
_PAUSE = 0.006
"""Longer than the file system's clock takes for a tick: two states of one file do not bear the same time."""


class Difference(AssertionError):
    """What the editor was shown is not what a fresh one is shown."""


class History:
    """A history of ``kind`` of editor over ``tool``'s workspace below ``folder``, the same for the same ``seed``; one without a seed
    begins without an environment."""

    def __init__(self, folder: Path, tool: str, kind: str, seed: object) -> None:
        self.dice = random.Random(f"{tool} {kind} {seed}")
        self.ground = Ground(folder, tool)
        self.kind, self.memory, self.settings, self.trusted = kind, Selections(self.ground.home / "state.json"), _SETTINGS[0], True
        self.roots = [self.ground.root]
        self.steps: list[str] = []
        self._good: dict[Path, str] = {}
        self._git = False
        for place in self.ground.places()[: self.dice.randrange(2) if seed is not None else 0]:
            self._make(place)
        self._known = self.ground.files()
        self.editor = self._editor({})

    def codes(self, name: str) -> list[str]:
        """The codes that are shown at a file of the workspace, without the remark which environment it is."""
        items = self.editor.shown().get(str(self.ground.root / name), [])
        return sorted({item["code"] for item in items} - {"selected-environment", "unignored-environment"})

    def run(self, steps: int) -> None:
        """That many steps; after each, the editor is shown what a fresh one would be."""
        try:
            for _ in range(steps):
                self.step()
                self.compare()
        finally:
            self.editor.close()

    def step(self, name: str | None = None) -> None:
        """One step, a random one where none is named."""
        name = name or self.dice.choice(_STEPS)
        self.act(getattr(self, f"do_{name}"), name=name)

    def act(self, work: Callable[..., object], *arguments: Any, name: str = "") -> None:
        """Something happens; the editor tells what it sees of it, and waits until the server is done."""
        self.steps.append(name)
        time.sleep(_PAUSE)
        work(*arguments)
        after = self.ground.files()
        changed = [Path(path) for path, state in after.items() if self._known.get(path) != state]
        gone = [Path(path) for path in self._known if path not in after]
        self._known = after
        self.editor.happened(changed, gone)
        self.editor.rest()

    def compare(self) -> None:
        """Fails where anything that is shown, of files or projects, is not what a fresh editor is shown."""
        texts = {path: list(dict.fromkeys([self._good.get(path, text), text])) for path, text in self.editor.texts.items()}
        fresh = self._editor(texts)
        try:
            shown, expected = self.editor.shown(), fresh.shown()
            for path in sorted({*shown, *expected}):
                if shown.get(path, []) != expected.get(path, []):
                    raise Difference(self._told(path, shown.get(path, []), expected.get(path, [])))
            if self.editor.wire.projects != fresh.wire.projects:
                raise Difference(self._told("projects", self.editor.wire.projects or [], fresh.wire.projects or []))
        finally:
            fresh.close()

    def _told(self, what: str, shown: list[Any], expected: list[Any]) -> str:
        def lines(items: list[Any], others: list[Any]) -> Iterator[str]:
            return (f"    {item}" for item in items if item not in others)

        steps = "\n".join(f"    {step}" for step in self.steps)
        return "\n".join(
            [
                f"{what} ({self.ground.tool}, {self.kind})",
                "  only shown:",
                *lines(shown, expected),
                "  only fresh:",
                *lines(expected, shown),
                steps,
            ]
        )

    def _editor(self, texts: dict[Path, list[str]]) -> Editor:
        return Editor(self.kind, self.roots, self.ground.environ, self.memory, self.settings, self.trusted, texts)

    # What a step may be. Each tells in ``steps`` what it did.

    def do_type(self) -> None:
        path = self._document()
        if path is not None:
            self._type(path, self._mutated(path, self.editor.texts.get(path) or _read(path)))

    def do_save(self) -> None:
        path = self._any(list(self.editor.texts))
        if path is not None:
            self._note(path)
            write(path, self.editor.texts[path])
            self.editor.save(path)

    def do_let_go(self) -> None:
        path = self._any(list(self.editor.texts))
        if path is not None:
            self._note(path)
            self._good.pop(path, None)
            self.editor.let_go(path)

    def do_write(self) -> None:
        path = self._any(self._manifests())
        if path is not None:
            content = self._mutated(path, _read(path))
            self._note(path, content)
            write(path, content)

    def do_create(self) -> None:
        folder = self.dice.choice([self.ground.root, *self._folders()])
        name = self.dice.choice(
            ["requirements.txt", "requirements-dev.txt", "more.txt", "tox.ini", "lib/requirements.txt", *FILES[self.ground.tool]]
        )
        content = next((files[name] for files in FILES.values() if name in files), "six\n")
        self._note(folder / name)
        write(folder / name, content)

    def do_delete(self) -> None:
        path = self._any(self._manifests())
        if path is not None:
            self._note(path)
            path.unlink(missing_ok=True)

    def do_rename(self) -> None:
        path = self._any(self._manifests())
        if path is not None:
            target = path.with_name(self.dice.choice(["requirements.txt", "requirements-test.txt", "kept.bak", "more.txt"]))
            self._note(path, target)
            path.replace(target)

    def do_rename_folder(self) -> None:
        path = self._any(self._folders())
        target = self.ground.root / self.dice.choice(["lib", "packages", "other", "deep/er"])
        if path is not None and not target.exists() and path not in target.parents:
            self._note(path, target)
            target.parent.mkdir(exist_ok=True)
            path.rename(target)

    def do_delete_folder(self) -> None:
        path = self._any(self._folders())
        if path is not None:
            self._note(path)
            shutil.rmtree(path)

    def do_copy_folder(self) -> None:
        target = self.ground.root / "copy"
        if not target.exists():
            self._note(target)
            source = self.dice.choice([self.ground.root, *self._folders()])
            shutil.copytree(source, target, symlinks=True, ignore=shutil.ignore_patterns("copy", ".git"))

    def do_git(self) -> None:
        ground = self.ground
        if not self._git:
            self._git = True
            self._note("init, commit, branch")
            write(ground.root / ".gitignore", ".tox\n.venv\nvenv\n")
            ground.git("init", "-q", "-b", "main")
            ground.git("add", "-A")
            ground.git("commit", "-qm", "first")
            ground.git("branch", "other")
            return
        what = self.dice.choice(("commit", "switch", "merge", "conflict", "worktree", "no worktree", "stash", "pop", "reset"))
        self._note(what)
        if what == "commit":
            ground.git("add", "-A")
            ground.git("commit", "-qm", "more")
        elif what == "switch":
            ground.git("checkout", "-qf", self.dice.choice(("main", "other")))
        elif what == "merge":
            ground.git("merge", "-q", "-X", "theirs", self.dice.choice(("main", "other")))
        elif what == "conflict":
            ground.git("merge", "-q", self.dice.choice(("main", "other")))
        elif what == "worktree":
            ground.git("worktree", "add", "-f", "--detach", "tree")
        elif what == "no worktree":
            ground.git("worktree", "remove", "--force", "tree")
        elif what == "stash":
            ground.git("stash", "-u")
        elif what == "pop":
            ground.git("stash", "pop")
        else:
            ground.git("reset", "-q", "--hard")

    def do_ignore(self) -> None:
        path = self.ground.root / self.dice.choice((".gitignore", ".git/info/exclude", "lib/.gitignore"))
        if self._git and path.parent.is_dir():
            content = self.dice.choice((".venv\n", "venv\n", "*\n", ""))
            self._note(path, repr(content))
            write(path, content)

    def do_package(self) -> None:
        prefix = self._any(self._environments())
        if prefix is not None:
            name, version = self.dice.choice(NAMES), self.dice.choice((*VERSIONS, None))
            self._note(prefix, name, version)
            install(prefix, name, version)

    def do_make(self) -> None:
        self._make(self.dice.choice(self.ground.places()))

    def do_run(self) -> None:
        """A real tool in another window: it makes an environment, or changes one that a real tool has made."""
        prefixes = [prefix for prefix in self._environments() if self.ground.is_real(prefix)]
        prefix = self._any(prefixes)
        if prefix is None or self.dice.random() < 0.2:
            place, maker = self.dice.choice(self.ground.places()), self.dice.choice(("venv", "uv"))
            self._note(maker, place)
            self.ground.run_maker(maker, place)
        else:
            installer = self.dice.choice(("uv", "uv", "uv", "pip"))
            name, version = self.dice.choice(NAMES), self.dice.choice((*VERSIONS, None))
            self._note(installer, prefix, name, version)
            self.ground.start_installer(installer, prefix, name, version).wait()

    def do_move_environment(self) -> None:
        prefix = self._any(self._environments())
        target = self.dice.choice([*self.ground.places(), *(folder / ".venv" for folder in self._folders())])
        if prefix is not None and not os.path.lexists(target) and prefix not in target.parents:
            self._note(prefix, target)
            target.parent.mkdir(parents=True, exist_ok=True)
            prefix.rename(target)

    def do_rename_environment(self) -> None:
        prefix = self._any(self._environments())
        if prefix is not None:
            target = prefix.with_name(self.dice.choice((".venv", "venv", "env", "venv2", "demo")))
            if not os.path.lexists(target):
                self._note(prefix, target)
                prefix.rename(target)

    def do_break(self) -> None:
        prefix = self._any(self._environments())
        if prefix is not None:
            part = self.dice.choice(("pyvenv.cfg", "bin/python", "bin/python3.11", "bin", "lib", "bin/activate", "conda-meta"))
            self._note(prefix, part)
            _remove(prefix / part)

    def do_delete_environment(self) -> None:
        prefix = self._any(self._environments())
        if prefix is not None:
            self._note(prefix)
            _remove(prefix)

    def do_link(self) -> None:
        prefix = self._any(self._environments())
        link = self.ground.root / ".venv"
        if prefix is not None and prefix != link:
            self._note(prefix)
            _remove(link)
            if self.dice.random() < 0.5:
                link.symlink_to(prefix)
            else:
                write(link, str(prefix))

    def do_pin(self) -> None:
        folder = self.dice.choice([self.ground.root, self.ground.root.parent, *self._folders()])
        path = folder / self.dice.choice((".python-version", ".tool-versions"))
        content = self.dice.choice(_PINS)
        self._note(path, repr(content))
        if not content:
            path.unlink(missing_ok=True)
        else:
            write(path, content if path.name == ".python-version" else f"python {content.strip()}.0\n")

    def do_configure(self) -> None:
        self.settings = self.dice.choice(_SETTINGS)
        self._note(self.settings)
        self.editor.configure(self.settings)

    def do_table(self) -> None:
        path = self.ground.root / "pyproject.toml"
        before = _read(path).partition("[tool.venvls")[0]
        table = self.dice.choice(_TABLES)
        self._note(table)
        write(path, before + table)

    def do_select(self) -> None:
        """As another window, or a terminal, does it."""
        folder = self.dice.choice([self.ground.root, *self._folders()])
        prefix = self.dice.choice([None, *self._environments()])
        self._note(folder, prefix)
        self.memory.select(str(folder), None if prefix is None else str(prefix))

    def do_trust(self) -> None:
        self.trusted = not self.trusted
        self.editor.trust(self.trusted)

    def do_folders(self) -> None:
        extra = self.ground.home / "work" / "extra"
        if extra in self.roots:
            self.roots.remove(extra)
            self._note("removed")
            self.editor.folders([], [extra])
        else:
            if not extra.exists():
                write(extra / "requirements.txt", "six\n")
                write(extra / "pyproject.toml", FILES["uv"]["pyproject.toml"])
            self.roots.append(extra)
            self._note("added")
            self.editor.folders([extra], [])

    # What there is

    def _note(self, *what: object) -> None:
        self.steps[-1:] = [" ".join([self.steps[-1], *map(str, what)])] if self.steps else []

    def _any(self, choices: list[Path]) -> Path | None:
        return self.dice.choice(sorted(choices)) if choices else None

    def _document(self) -> Path | None:
        return self._any(self._manifests())

    def _type(self, path: Path, content: str) -> None:
        self._note(path, repr(content[-60:]))
        for text in (*(() if path in self.editor.texts else (_read(path),)), content):
            parsed = manifests.parse(str(path), Text(text)) if manifests.is_one(str(path), text) else None
            if isinstance(parsed, Manifest) and parsed.complete:
                self._good[path] = text
        self.editor.type(path, content)

    def _make(self, place: Path) -> None:
        packages = {name: self.dice.choice(VERSIONS) for name in NAMES if self.dice.random() < 0.6}
        version = self.dice.choice((VERSION, VERSION, OTHER_VERSION))
        if self.steps:
            self._note(place, version, packages)
        self.ground.make(place, packages, version)

    def _mutated(self, path: Path, content: str) -> str:
        lines = content.splitlines(keepends=True)
        dice = self.dice
        if path.suffix == ".txt":
            place = dice.randrange(len(lines) + 1)
            lines[place : place + dice.randrange(2)] = [dice.choice(_LINES) + "\n"]
            return "".join(lines)
        old, new = dice.choice(
            (("idna>=2", "idna<2"), ("idna<2", "idna>=2"), ("attrs", "six"), ("six", "attrs"), (">=3.9", ">=3.12"), (">=3.12", ">=3.9"))
        )
        if dice.random() < 0.1 and lines:
            return content[: dice.randrange(len(content) + 1)]
        if dice.random() < 0.2:
            return content.replace('"demo"', '"renamed"') if '"demo"' in content else content.replace('"renamed"', '"demo"')
        return content.replace(old, new, 1)

    def _manifests(self) -> list[Path]:
        names = {Path(name).name for files in FILES.values() for name in files} | {"requirements-dev.txt", "requirements-test.txt"}
        return [
            Path(path) for path in self._known if os.path.basename(path) in names and os.path.isfile(path) and "site-packages" not in path
        ]

    def _folders(self) -> list[Path]:
        inside = [path for path in self.ground.root.iterdir() if path.is_dir() and not path.is_symlink() and not path.name.startswith(".")]
        return sorted(path for path in inside if not (path / "pyvenv.cfg").exists() and path.name != "tree")

    def _environments(self) -> list[Path]:
        prefixes = {Path(path).parent for path in self._known if os.path.basename(path) in ("pyvenv.cfg", "conda-meta")}
        return sorted(prefix for prefix in prefixes if site_of(prefix) is not None and "tree" not in prefix.parts)


def _read(path: Path) -> str:
    return path.read_text() if path.is_file() else ""


def _remove(path: Path) -> None:
    if path.is_symlink() or path.is_file():
        path.unlink()
    elif path.is_dir():
        shutil.rmtree(path)


_WEIGHTS: dict[str, int] = {
    "type": 4, "write": 3, "package": 3, "make": 3, "git": 3,
    "trust": 1, "run": 1, "move_environment": 1,
}  # fmt: skip
_STEPS = tuple(
    name
    for method in vars(History)
    if method.startswith("do_")
    for name in [method.removeprefix("do_")] * _WEIGHTS.get(method.removeprefix("do_"), 2)
)
