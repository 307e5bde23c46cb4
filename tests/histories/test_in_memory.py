"""A workspace in memory that lives through changes is shown, after each, what a new one would be shown of the same files.

Smaller and quicker than the histories on disk: no tool, no editor, no clock. So every kind of file is in it that an answer can rest on.
"""

from __future__ import annotations

import os
import random
from collections.abc import Mapping

import pytest

from tests.histories.in_memory import Buffers, begun, put, shown
from tests.memory_machine import MemoryMachine, MemoryMemory, environment
from tests.memory_tree import FOLDER, Content, Link
from venvls import synced_groups
from venvls.model.environment import Git
from venvls.model.ports import FileView

ROOT = "/w/p"
SITE = f"{ROOT}/.venv/lib/python3.12/site-packages"
LONG = bool(os.environ.get("VENVLS_LONG"))
SEEDS, ROUNDS = (range(100), 4) if LONG else (range(3), 1)


class GitMachine(MemoryMachine):
    """A machine whose git ignores an environment where a ``.gitignore`` says so."""

    def git(self, prefix: str, files: FileView | None = None) -> Git | None:
        ignored = (files or self.files).read(f"{ROOT}/.gitignore")
        return Git(ROOT, ignored is not None and b".venv" in ignored)


LOCKED = '[[package]]\nname = "{}"\nversion = "{}"\nsource = {{ registry = "https://example.org/simple" }}\n'


def lock(**versions: str) -> str:
    needs = ", ".join(f'{{ name = "{name}" }}' for name in versions)
    own = f'[[package]]\nname = "me"\nversion = "1"\nsource = {{ virtual = "." }}\ndependencies = [{needs}]\n'
    stated = f"[package.metadata]\nrequires-dist = [{needs}]\n"
    return "\n".join(('version = 1\nrequires-python = ">=3.12"\n', own, stated, *(LOCKED.format(*each) for each in versions.items())))


def metadata(name: str, *lines: str) -> str:
    return "\n".join(("Metadata-Version: 2.1", f"Name: {name}", "Version: 1", *lines)) + "\n"


PROJECT = '[project]\nname = "me"\nversion = "1"\nrequires-python = ">=3.12"\ndependencies = ["alpha"]\n'
GROUPS = f'{PROJECT}[dependency-groups]\ndocs = ["sphinx"]\ntests = ["beta>1", {{ include-group = "docs" }}]\n'
LIB = '[project]\nname = "{}"\nversion = "1"\ndependencies = ["{}"]\n'
TOX = "[tox]\nenv_list = a\n[testenv]\nskip_install = true\ndeps = {}\n"
SCRIPT = '# /// script\n# dependencies = ["{}"]\n# ///\n'

TEXTS: Mapping[str, tuple[Content | None, ...]] = {
    f"{ROOT}/requirements.txt": (
        "-r more.txt\n-c limits.txt\n-e ./lib\nalpha\n",
        "alpha\nalpha\nbeta>2\n-r /outside.txt\n",
        "beta[x] ; python_version > '3'\n-r more.txt\n-r gone.txt\n???\n",
        None,
    ),
    f"{ROOT}/more.txt": ("alpha>1\n-r requirements.txt\n", "gamma\n", Link("/outside.txt"), FOLDER, None),
    f"{ROOT}/gone.txt": (None, None, "delta\n"),
    f"{ROOT}/limits.txt": ("alpha<1\nbeta<3\n", "alpha>0\n", None),
    f"{ROOT}/requirements-docs.txt": ("sphinx\n", None),
    "/outside.txt": ("hidden\n???\n", "hidden\nhidden2\n", None),
    f"{ROOT}/pyproject.toml": (PROJECT, GROUPS, PROJECT[:-3], f'{GROUPS}[tool.venvls.sync]\ngroups = ["tests"]\n', None),
    f"{ROOT}/uv.lock": (lock(alpha="1"), lock(alpha="2"), lock(alpha="1", beta="1"), None),
    f"{ROOT}/docs/requirements.txt": ("sphinx\n-r ../more.txt\n", None),
    f"{ROOT}/lib/pyproject.toml": (LIB.format("lib", "beta"), LIB.format("other", "gamma"), None),
    f"{ROOT}/tox.ini": (TOX.format("alpha"), TOX.format("gamma"), None),
    f"{ROOT}/script.py": (SCRIPT.format("alpha"), SCRIPT.format("gamma"), "import alpha\n", None),
    f"{ROOT}/.python-version": ("3.12\n", "3.13\n", None, None),
    f"{ROOT}/.gitignore": (".venv\n", "build\n", None),
    f"{ROOT}/.venv/bin/python": (Link("/opt/py3.12/bin/python3.12"), Link("/opt/py3.12/bin/python3.12"), None),
    f"{SITE}/alpha-1.dist-info/METADATA": (metadata("alpha"), metadata("alpha", "Requires-Dist: beta>1"), None),
    f"{SITE}/beta-1.dist-info/METADATA": (
        metadata("beta", "Provides-Extra: x", "Requires-Dist: gamma ; extra == 'x'"),
        metadata("beta"),
        None,
    ),
    f"{SITE}/beta-1.dist-info/RECORD": ("", None),
    f"{SITE}/lib-1.dist-info/direct_url.json": (f'{{"url": "file://{ROOT}/lib", "dir_info": {{"editable": true}}}}', None),
    f"{SITE}/lib.pth": (f"{ROOT}/lib\n", "/elsewhere\n", None),
    f"{ROOT}/docs/.venv": (None, None, Link("../.venv"), "/w/p/.venv\n"),
}
READ = frozenset(path for path in TEXTS if path.endswith((".txt", ".toml", ".lock", ".ini", ".py")))
"""What is parsed, of which the last stat is told that it was parsed with, also when it is gone."""
SETTINGS: tuple[Mapping[str, object], ...] = (
    {},
    {},
    {"sync.groups": ["docs"]},
    {"rules.missing-requirement": "off"},
    {"rules.version-mismatch": "hint", "sync.extras": ["x"]},
)
TREE: Mapping[str, Content] = {
    **environment(f"{ROOT}/.venv", packages=("alpha-1", "beta-1")),
    **environment(f"{ROOT}/.tox/a"),
    f"{ROOT}/.tox/a/.tox-info.json": "{}",
    f"{SITE}/lib-1.dist-info/METADATA": metadata("lib"),
    f"{ROOT}/.git/HEAD": "ref: refs/heads/main\n",
}


@pytest.mark.parametrize("seed", SEEDS)
def test_after_every_change_it_says_what_a_new_one_says(seed: int) -> None:
    choose = random.Random(seed)
    machine, memory = GitMachine(TREE), MemoryMemory()
    for path, contents in TEXTS.items():
        if contents[0] is not None:
            machine.files.put(path, contents[0])
    settings: Mapping[str, object] = {}
    buffers = Buffers()
    workspace = begun(ROOT, machine, memory, settings, buffers)
    history: list[str] = []
    # Each file changes once a round, in any order, with other things in between.
    steps = [("file", path) for _ in range(ROUNDS) for path in choose.sample(sorted(TEXTS), len(TEXTS))]
    others = ("settings", "buffer", "buffer", "close", "close", "synced")
    for place in sorted(choose.choices(range(len(steps)), k=len(steps) // 3), reverse=True):
        steps.insert(place, (choose.choice(others), choose.choice(sorted(TEXTS))))
    for what, path in (("nothing", ""), *steps):
        standing = machine.files.read(path) if path else None
        content = choose.choice([each for each in TEXTS.get(path, ()) if not isinstance(each, str) or each.encode() != standing] or [None])
        history.append(f"{what} {path} {content!r}")
        if what == "settings":
            workspace.configure(settings := choose.choice(SETTINGS))
        elif what == "synced":
            synced_groups.remember(memory, f"{ROOT}/.venv", ("docs",), ("x",))
            workspace.changed([f"{ROOT}/.venv/pyvenv.cfg"])
        elif what == "buffer" and isinstance(content, str) and path in READ:
            buffers.put(path, content, standing)
            workspace.open(path, content)
        elif what == "close" and buffers.texts:
            closed = choose.choice(sorted(buffers.texts))
            buffers.close(closed)
            workspace.close(closed)
        elif what == "file":
            put(machine, path, content)
            workspace.changed([path])
        fresh = begun(ROOT, machine, memory, settings, buffers)
        assert shown(workspace, TEXTS) == shown(fresh, TEXTS), history
        watched = workspace.outlook.watched()
        assert set(watched) >= set(fresh.outlook.watched()), history
        # Who watches from now on compares with what was seen: so nothing that happened meanwhile is missed, and nothing comes twice.
        for seen, stat in workspace.outlook.seen(set(watched) - READ).items():
            assert machine.files.stat(seen) == stat, (seen, history)
