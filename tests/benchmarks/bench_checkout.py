"""`git checkout` of a branch on which 300 manifests and locks are other ones: until an editor is shown what a fresh server says.

    python tests/benchmarks --only checkout [--against COMMIT]

150 projects of pip (``requirements.txt``) and 75 of uv (``pyproject.toml`` and ``uv.lock``), each with its environment of nine
distributions. One editor watches files and tells all of them in one notification, one tells nothing: the server notices by itself.
"""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from corpus import make_environment
from table import Bench, Row
from talk import CAPABILITIES, OURS, Talk

OF_PIP, OF_UV = 150, 75
LIMIT, LIMIT_OF_BEFORE, MOST_SECONDS, RUNS = 2.0, 0.2, 120.0, 3
SILENT = {**CAPABILITIES, "workspace": {"configuration": True, "workspaceFolders": True}}
QUIET = ("selected-environment", "unignored-environment")

Shown = dict[str, list[str]]


def build(root: Path) -> list[Path]:
    """The repository, with ``main`` checked out and the branch ``other`` next to it; gives the files that differ."""
    root.mkdir()
    git(root, "init", "-q", "-b", "main")
    (root / ".gitignore").write_text(".venv\n")
    environments = [(root / f"pip{number}", True, number) for number in range(OF_PIP)]
    environments += [(root / f"uv{number}", False, OF_PIP + number) for number in range(OF_UV)]
    installed = {folder: make_environment(folder / ".venv", 9, seed=seed) for folder, _, seed in environments}
    files: list[Path] = []
    for branch in ("main", "other"):
        if branch == "other":
            git(root, "checkout", "-q", "-b", "other")
        files = []
        for folder, of_pip, seed in environments:
            # On the other branch the version of one is another, and one that is missing, too.
            is_other = branch == "other"
            wanted = [*installed[folder], ("absent" if is_other else "missing", "1.0")]
            wanted[seed % 9] = (wanted[seed % 9][0], "99.0" if is_other else wanted[seed % 9][1])
            texts = {"requirements.txt": "".join(f"{name}=={version}\n" for name, version in wanted)} if of_pip else uv_project(wanted)
            for name, text in texts.items():
                (folder / name).write_text(text)
                files.append(folder / name)
        git(root, "add", "-A")
        git(root, "-c", "user.name=n", "-c", "user.email=e@example.org", "commit", "-q", "-m", branch)
    git(root, "checkout", "-q", "main")
    return files


def uv_project(wanted: list[tuple[str, str]]) -> dict[str, str]:
    """A project of uv with its lock."""
    listed = ", ".join(f'"{name}"' for name, _ in wanted)
    needs = ", ".join(f'{{ name = "{name}" }}' for name, _ in wanted)
    packages = "".join(
        f'\n[[package]]\nname = "{name}"\nversion = "{version}"\nsource = {{ registry = "https://example.org/simple" }}\n'
        for name, version in wanted
    )
    return {
        "pyproject.toml": f'[project]\nname = "me"\nversion = "1"\nrequires-python = ">=3.10"\ndependencies = [{listed}]\n',
        "uv.lock": f'version = 1\nrequires-python = ">=3.10"\n\n[[package]]\nname = "me"\nversion = "1"\nsource = {{ virtual = "." }}\n'
        f"dependencies = [{needs}]\n\n[package.metadata]\nrequires-dist = [{needs}]\n{packages}",
    }


def git(root: Path, *words: str) -> None:
    """One command in the repository."""
    subprocess.run(["git", *words], cwd=root, check=True)


def note(message: dict[str, Any], shown: Shown) -> None:
    """Takes what is published into ``shown``."""
    if message.get("method") == "textDocument/publishDiagnostics":
        items = [item for item in message["params"]["diagnostics"] if item["code"] not in QUIET]
        shown[message["params"]["uri"]] = sorted(json.dumps([item["range"], item["code"], item["message"]]) for item in items)


def wrong(shown: Shown) -> Shown:
    """The files at which anything is shown."""
    return {uri: items for uri, items in shown.items() if items}


def opened(talk: Talk, root: Path, capabilities: dict[str, Any]) -> Shown:
    """What a server shows of the repository that has said all that it has to say."""
    shown: Shown = {}
    talk.hello(root, capabilities=capabilities)
    while len(wrong(shown)) < OF_PIP + OF_UV:
        note(talk.receive()[1], shown)
    number, answered = talk.request("venvls/projects", {}), False
    while not answered:
        _, message = talk.receive()
        answered = message.get("id") == number and "method" not in message
        note(message, shown)
    return shown


def taken(root: Path, server: Path, files: list[Path], expected: Shown, *, tells: bool) -> float:
    """Seconds from the end of the checkout until all is shown as a fresh server shows it."""
    git(root, "checkout", "-q", "main")
    time.sleep(2.5)
    with Talk(OURS, server) as talk:
        shown = opened(talk, root, CAPABILITIES if tells else SILENT)
        time.sleep(3)
        git(root, "checkout", "-q", "other")
        began = time.perf_counter()
        if tells:
            talk.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": path.as_uri(), "type": 2} for path in files]})
        when = began
        while when - began < MOST_SECONDS:
            when, message = talk.receive()
            note(message, shown)
            if wrong(shown) == expected:
                return when - began
    raise SystemExit("what is shown is not what a fresh server shows")


def as_a_fresh_one_shows(root: Path, server: Path) -> Shown:
    """What a server that is started now shows: an earlier build may say the same in other words."""
    with Talk(OURS, server) as talk:
        return wrong(opened(talk, root, SILENT))


def rows(bench: Bench) -> Iterator[Row]:
    """An editor that tells of all files, and one that tells nothing; the quickest of each."""
    root = bench.folder / "mono"
    files = build(root)
    git(root, "checkout", "-q", "other")
    expected = {name: as_a_fresh_one_shows(root, server) for name, server in bench.builds.items()}
    for tells, who in ((True, "tells of all files"), (False, "tells nothing")):
        took = {
            name: 1000 * min(taken(root, server, files, expected[name], tells=tells) for _ in range(RUNS))
            for name, server in bench.builds.items()
        }
        yield Row(
            f"git checkout of {len(files)} files, an editor that {who}; limit: {LIMIT:g} s",
            "ms",
            took["ours"],
            1000 * LIMIT,
            took.get("before"),
            1.0,
            LIMIT_OF_BEFORE,
            quiet=True,
        )
