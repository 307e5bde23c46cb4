"""What is said of lines for one name after many keys is what a check of the same text says that knows no text before."""

from __future__ import annotations

import random
from types import ModuleType

import pytest

from tests.memory_machine import MemoryMachine, MemoryMemory, environment
from venvls import engine
from venvls.model.finding import Later
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


@pytest.mark.parametrize("many", [(engine,), (duplicate_requirement,), (engine, duplicate_requirement)])
def test_findings_that_are_made_later_are_the_same(many: tuple[ModuleType, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [*LINES, "x>=1", "y"]
    rng, path = random.Random(str(lines)), "/w/requirements.txt"
    other = {"/w/other.txt": "a>=1\nb\nd<1\n", "/w/bounds.txt": "a<5\nd<1\n"}
    written = rng.choices(lines, k=8)
    typed = workspace({**other, path: text_of("requirements.txt", written)})
    made_later = 0
    for _ in range(25):
        place = rng.randrange(len(written) + 1)
        written[place : place + rng.randrange(3)] = rng.choices(lines, k=rng.randrange(3))
        text = text_of("requirements.txt", written)
        with monkeypatch.context() as patched:
            for module in many:
                patched.setattr(module, "_MANY", 1)
            typed.open(path, text)
            findings = typed.findings(path)
        made_later += isinstance(findings, Later)
        fresh = workspace({**other, path: text})
        expected = fresh.findings(path)
        assert [findings[number] for number in range(len(findings))] == list(expected)
        assert findings == expected
    assert made_later


@pytest.mark.parametrize("line", ["missing{0}", "a{1}", "missing{1}"], ids=["not installed", "there twice", "both"])
def test_a_key_makes_none_of_many_findings(line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    path, made = "/w/requirements.txt", []
    for module, name in ((engine, "_placed"), (duplicate_requirement, "_finding")):
        make = getattr(module, name)
        monkeypatch.setattr(module, name, lambda *given, make=make: made.append(given) or make(*given))
    text = "".join(f"{line.format(number, number // 2)}\n" for number in range(300))
    typed = Workspace(
        MemoryMachine({**environment("/w/.venv", packages=[f"a{number}-1" for number in range(150)]), path: text}), MemoryMemory()
    )
    typed.set_roots(["/w"])
    typed.discover()
    for key in ("", "a", "a\n"):
        typed.open(path, key + text)
        findings = typed.findings(path)
        assert len(findings) >= 150
        assert len(made) < 60
    assert findings[len(findings) - 1].span.end == len(key + text) - 1
