"""A key in the manifest of a locked project: 40 requirements, 400 packages in the lock and installed, each kind of lock and of edit.

    python tests/benchmarks/bench_locked_key.py [--keys N] [--only WORD]

Counted is the time of the processor that the thread takes, and compared is the quickest of all keys of a kind. Most edits make the lock
stale, as a person's do. Each kind must reach 3 ms, which is what a key may take until its diagnostics are published. Exit status 1 where a
limit is missed.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parent))
from corpus import make_environment
from table import Bench, Row
from whole import ROOT

DIRECT, LOCKED = 40, 400
LIMIT_MS = 3.0
Releases = list[tuple[str, str]]


class Kind(NamedTuple):
    """A kind of lock: its file, the manifest's, what is around the requirements there, how one is written, and how the lock is made."""

    lock: str
    manifest: str
    head: str
    tail: str
    line: str
    made: Callable[[Releases, str], str]

    def text(self, releases: Releases) -> str:
        """The manifest."""
        return self.head + "".join(self.line.format(name=name, version=version) for name, version in releases) + self.tail


def needs(releases: Releases) -> list[Releases]:
    """What each package needs: the first ones lead to all others."""
    return [releases[DIRECT + number * 9 : DIRECT + number * 9 + 9] for number in range(len(releases))]


def uv(releases: Releases, manifest: str) -> str:
    """uv.lock."""
    parts = ['version = 1\nrevision = 3\nrequires-python = ">=3.8"\n']
    for (name, version), needed in zip(releases, needs(releases), strict=True):
        listed = "".join(f'    {{ name = "{need}" }},\n' for need, _ in needed)
        source = 'source = { registry = "https://pypi.org/simple" }\n'
        parts.append(f'\n[[package]]\nname = "{name}"\nversion = "{version}"\n{source}dependencies = [\n{listed}]\n')
    direct = "".join(f'    {{ name = "{name}" }},\n' for name, _ in releases[:DIRECT])
    noted = "".join(f'    {{ name = "{name}", specifier = ">={version}" }},\n' for name, version in releases[:DIRECT])
    parts.append(
        f'\n[[package]]\nname = "shop"\nversion = "1"\nsource = {{ virtual = "." }}\ndependencies = [\n{direct}]\n'
        f"\n[package.metadata]\nrequires-dist = [\n{noted}]\n"
    )
    return "".join(parts)


def poetry(releases: Releases, manifest: str) -> str:
    """poetry.lock."""
    from venvls.manifests.poetry.lock import content_hash
    from venvls.model import toml

    parts = []
    for (name, version), needed in zip(releases, needs(releases), strict=True):
        listed = "".join(f'{need} = ">={least}"\n' for need, least in needed)
        parts.append(
            f'[[package]]\nname = "{name}"\nversion = "{version}"\ndescription = ""\noptional = false\npython-versions = ">=3.8"\n'
            f'groups = ["main"]\nfiles = []\n\n[package.dependencies]\n{listed}\n'
        )
    digest = content_hash(toml.loads(manifest))
    parts.append(f'[metadata]\nlock-version = "2.1"\npython-versions = ">=3.8"\ncontent-hash = "{digest}"\n')
    return "".join(parts)


def pdm(releases: Releases, manifest: str) -> str:
    """pdm.lock."""
    from venvls.manifests.pdm.stale import hashes

    digest = next(iter(hashes(manifest, "sha256")))
    parts = [
        '[metadata]\ngroups = ["default"]\nstrategy = ["inherit_metadata"]\nlock_version = "4.5.0"\n'
        f'content_hash = "sha256:{digest}"\n\n[[metadata.targets]]\nrequires_python = ">=3.8"\n'
    ]
    for (name, version), needed in zip(releases, needs(releases), strict=True):
        listed = "".join(f'    "{need}>={least}",\n' for need, least in needed)
        groups = 'groups = ["default"]\n'
        parts.append(f'\n[[package]]\nname = "{name}"\nversion = "{version}"\n{groups}dependencies = [\n{listed}]\nfiles = []\n')
    return "".join(parts)


def pipenv(releases: Releases, manifest: str) -> str:
    """Pipfile.lock."""
    from venvls.manifests.pipenv.lock import content_hash
    from venvls.model import toml

    listed = {name: {"hashes": [], "index": "pypi", "version": f"=={version}"} for name, version in releases}
    meta = {"hash": {"sha256": content_hash(toml.loads(manifest))}, "pipfile-spec": 6, "requires": {}, "sources": []}
    return json.dumps({"_meta": meta, "default": listed, "develop": {}}, indent=4)


PROJECT = '[project]\nname = "shop"\nversion = "1"\nrequires-python = ">=3.8"\ndependencies = [\n'
KINDS = (
    Kind("uv.lock", "pyproject.toml", PROJECT, "]\n", '    "{name}>={version}",\n', uv),
    Kind("poetry.lock", "pyproject.toml", PROJECT, "]\n[tool.poetry]\npackage-mode = false\n", '    "{name}>={version}",\n', poetry),
    Kind("pdm.lock", "pyproject.toml", PROJECT, "]\n[tool.pdm]\ndistribution = false\n", '    "{name}>={version}",\n', pdm),
    Kind("Pipfile.lock", "Pipfile", "[packages]\n", "", '{name} = ">={version}"\n', pipenv),
)


def edits(kind: Kind, releases: Releases) -> dict[str, Callable[[int], str]]:
    """What is typed, by kind: the manifest after each key."""
    text, (name, version) = kind.text(releases), releases[DIRECT // 2]
    line = kind.line.format(name=name, version=version)
    new = kind.line.format(name="unheard-of", version="1")
    return {
        "a comment": lambda number: f"{text}# {'x' * number}\n",
        "a digit of a version": lambda number: text.replace(line, kind.line.format(name=name, version=f"0.{number}")),
        "a version half typed": lambda number: text.replace(line, kind.line.format(name=name, version="." if number % 2 else "1.")),
        "a new line, and undone": lambda number: text.replace(line, new + line) if number % 2 else text,
        "a line deleted, and undone": lambda number: text.replace(line, "") if number % 2 else text,
    }


def build(folder: Path, kind: Kind) -> Releases:
    """The locked project in ``folder``; gives the packages, the direct ones first."""
    releases = make_environment(folder / ".venv", LOCKED)
    for info in (folder / ".venv").glob("lib/*/site-packages/*.dist-info/METADATA"):
        info.write_text(info.read_text().partition("Requires-Dist")[0] + "\n")  # what needs what, the lock says
    text = kind.text(releases[:DIRECT])
    (folder / kind.manifest).write_text(text)
    (folder / kind.lock).write_text(kind.made(releases, text))
    return releases


def typed(folder: Path, kind: Kind, keys: int) -> dict[str, float]:
    """Milliseconds of the quickest key of each kind of edit."""
    from venvls.host.machine import ThisMachine
    from venvls.host.remembered import Remembered
    from venvls.workspace import Workspace

    releases = build(folder, kind)
    path, text = str(folder / kind.manifest), kind.text(releases[:DIRECT])
    workspace = Workspace(ThisMachine(), Remembered(), strict=True)
    workspace.set_roots([str(folder)])
    workspace.discover()
    workspace.open(path, text)
    codes = [finding.code for finding in workspace.findings(path) if finding.severity != "hint"]
    assert not codes, (kind.lock, codes)
    time.sleep(2.5)  # a folder that changed a moment ago is listed anew each time, on purpose: not what is measured here
    workspace.findings(path)
    # As the server does for itself.
    gc.set_threshold(7_000, 10, 10)
    gc.collect()
    gc.freeze()
    quickest: dict[str, float] = {}
    for edit, change in edits(kind, releases[:DIRECT]).items():
        took = []
        for number in range(keys):
            began = time.thread_time()
            workspace.open(path, change(number))
            workspace.findings(path)
            took.append((time.thread_time() - began) * 1000)
        # What is done and undone takes turns: the slower counts.
        quickest[edit] = max(min(took[turn::2]) for turn in (0, 1))
    return quickest


def measured(folder: Path, source: Path, kind: Kind, keys: int) -> dict[str, float]:
    """The same with the build in ``source``, in a process of its own."""
    folder.mkdir()
    environ = {**os.environ, "PYTHONPATH": str(source)}
    argv = [sys.executable, __file__, "--typed", str(folder), "--only", kind.lock, "--keys", str(keys)]
    took: dict[str, float] = json.loads(subprocess.run(argv, env=environ, check=True, stdout=subprocess.PIPE).stdout)
    return took


def rows(bench: Bench) -> Iterator[Row]:
    """The slowest kind of edit for each lock."""
    for kind in KINDS:
        took = {
            name: max(measured(bench.folder / f"{kind.lock}-{name}", source, kind, 10).values()) for name, source in bench.builds.items()
        }
        work = f"key in a project with {kind.lock}, {DIRECT} of {LOCKED} packages; limit: {LIMIT_MS:g} ms"
        yield Row(work, "ms", took["ours"], LIMIT_MS, took.get("before"), limit=1.0, quiet=True)


def main() -> int:
    """Prints each kind of edit; 1 where one is over the limit."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--keys", type=int, default=20)
    parser.add_argument("--only", default="")
    parser.add_argument("--typed", type=Path)
    options = parser.parse_args()
    kinds = [kind for kind in KINDS if options.only in kind.lock]
    if options.typed is not None:
        print(json.dumps(typed(options.typed, kinds[0], options.keys)))
        return 0
    missed = False
    with tempfile.TemporaryDirectory() as folder:
        for kind in kinds:
            print(f"{kind.lock} (limit {LIMIT_MS:g} ms)")
            for edit, took in measured(Path(folder).resolve() / kind.lock, ROOT / "server", kind, options.keys).items():
                missed |= took > LIMIT_MS
                print(f"  {edit:<30} {took:>8.2f} ms{'  MISSED' if took > LIMIT_MS else ''}")
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
