"""What is said of lines for one name after many keys is what a check of the same text says that knows no text before."""

from __future__ import annotations

import random

import pytest

from tests.memory_machine import MemoryMachine, MemoryMemory, environment
from venvls.rules import conflicting_requirements, duplicate_requirement
from venvls.workspace import Workspace

LINES = ["a", "a>=1", "a<1", "a==2", "A[x]", "b>=2,<1", "b", "b>=2", "c @ https://h/c.whl", "c", "a>=1 ; os_name == 'nt'", "!", "e",
         "b ; os_name == 'posix'", "-r other.txt", "-c bounds.txt", "d>=1"]  # fmt: skip
PYPROJECT = '[project]\nname = "p"\nversion = "1"\ndependencies = [\n{}]\n[dependency-groups]\ndev = [\n{}]\n'


def workspace(files: dict[str, str]) -> Workspace:
    made = Workspace(MemoryMachine({**environment("/w/.venv", packages=("a-1", "b-2")), **files}), MemoryMemory(), strict=True)
    made.set_roots(["/w"])
    made.discover()
    return made


def text_of(name: str, lines: list[str]) -> str:
    if name == "requirements.txt":
        return "".join(f"{line}\n" for line in lines)
    quoted = [f'  "{line}",\n' for line in lines if line[0] != "-"]
    return PYPROJECT.format("".join(quoted[::2]), "".join(quoted[1::2]))


@pytest.mark.parametrize("name", ["requirements.txt", "pyproject.toml"])
@pytest.mark.parametrize("most", [None, 7])
def test_after_many_keys(name: str, most: int | None, monkeypatch: pytest.MonkeyPatch) -> None:
    if most is not None:
        monkeypatch.setattr(duplicate_requirement, "_MOST_OF_FILE", most)
        monkeypatch.setattr(conflicting_requirements, "_MOST_OF_PROJECT", most)
    rng = random.Random(f"{name} {most}")
    path, other = f"/w/{name}", {"/w/other.txt": "a>=1\nb\nd<1\n", "/w/bounds.txt": "a<5\nd<1\n"}
    lines = rng.choices(LINES, k=8)
    typed = workspace({**other, path: text_of(name, lines)})
    told = set()
    for _ in range(60):
        place = rng.randrange(len(lines) + 1)
        lines[place : place + rng.randrange(3)] = rng.choices(LINES, k=rng.randrange(3))
        text = text_of(name, lines)
        typed.open(path, text)
        findings = typed.findings(path)
        fresh = workspace({**other, path: text_of(name, lines)})
        fresh.open(path, text)
        assert findings == fresh.findings(path)
        told |= {finding.code for finding in findings}
    assert told >= {"duplicate-requirement", "conflicting-requirements"}
