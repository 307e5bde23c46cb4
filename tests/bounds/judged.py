"""A whole check of files in memory: their findings and what can be done about them, as a face would ask for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tests.memory_machine import MemoryMachine, MemoryMemory, environment
from venvls.model.finding import Finding
from venvls.workspace import Workspace

ROOT = "/home/me/p"


def workspace(files: Mapping[str, str | bytes], packages: tuple[str, ...] = ()) -> Workspace:
    """A workspace of one folder with an environment in it that has pip and ``packages``."""
    tree = {f"{ROOT}/{name}": text for name, text in files.items()}
    made = Workspace(MemoryMachine({**environment(f"{ROOT}/.venv", packages=packages), **tree}), MemoryMemory(), strict=True)
    made.set_roots((ROOT,))
    made.discover()
    return made


def judged(files: Mapping[str, str | bytes], packages: tuple[str, ...] = (), *, imports: bool = False) -> tuple[Finding, ...]:
    """All findings; the actions of each are asked for as well."""
    opened = workspace(files, packages)
    findings = opened.check((ROOT,), imports=imports).findings
    for finding in findings:
        opened.actions(finding)
    for root in parts(opened):
        opened.facts(root)
    return findings


def parts(opened: Workspace) -> Iterator[str]:
    """The roots of all projects, tools' own environments among them."""
    return iter([project.root for project in opened.projects()])
