"""What is said of lines for one name after many keys is what a check of the same text says that knows no text before."""

from __future__ import annotations

import os
import random
from types import ModuleType

import pytest

from tests.memory_machine import MemoryMachine, MemoryMemory, environment
from venvls import engine, graph, manifests, reading
from venvls.manifests.shortened import leaving
from venvls.model.finding import Later
from venvls.model.text import Span, Text
from venvls.rules import conflicting_requirements, duplicate_requirement
from venvls.workspace import Workspace

LINES = ["a", "a>=1", "a<1", "a==2", "A[x]", "b>=2,<1", "b", "b>=2", "c @ https://h/c.whl", "c", "a>=1 ; os_name == 'nt'", "!", "e",
         "b ; os_name == 'posix'", "-r other.txt", "-c bounds.txt", "d>=1"]  # fmt: skip
AROUND = {
    "pyproject.toml": '[project]\nname = "p"\nversion = "1"\ndependencies = [\n{}]\n[dependency-groups]\ndev = [\n{}]\n',
    "Poetry": '[tool.poetry]\nname = "p"\n[tool.poetry.dependencies]\npython = ">=3.8"\n{}[tool.poetry.group.dev.dependencies]\n{}',
    "Pipfile": "[packages]\n{}[dev-packages]\n{}",
    "setup.cfg": "[metadata]\nname = p\n[options]\ninstall_requires =\n{}\n[options.extras_require]\ndev =\n{}",
}
"""Where the lines of each format are."""
PYPROJECT = '[project]\nname = "p"\nversion = "1"\ndependencies = [\n{}]\n[dependency-groups]\ndev = [\n{}]\n'


LONG = bool(os.environ.get("VENVLS_LONG"))


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


def written(name: str, rng: random.Random) -> str:
    """A file of 2 × 12 lines, some of them about the same package."""
    names = [[f"{rng.choice('ab')}{number if rng.random() < 0.9 else ''}" for number in range(start, start + 12)] for start in (0, 12)]
    line = {"pyproject.toml": '  "{}>={}",\n', "Poetry": '{} = ">={}"\n', "Pipfile": '{} = ">={}"\n', "setup.cfg": "    {}>={}\n"}[name]
    return AROUND[name].format(*["".join(line.format(each, rng.randrange(3)) for each in some) for some in names])


def keyed(text: str, before: list[str], rng: random.Random) -> str:
    """The text after a key, which may be an undo, or open something, or take much away."""
    kind, place = rng.random(), rng.randrange(len(text) + 1)
    if kind < 0.3 or not text:
        return rng.choice(before)
    if kind < 0.35:
        return ""
    if kind < 0.45:
        return text[:place]
    if kind < 0.6:
        headers = [number for number, character in enumerate(text) if character in "[]="]
        place = rng.choice(headers) if headers else place
        return text[:place] + rng.choice(("", "x")) + text[place + 1 :]
    if kind < 0.8:
        return text[:place] + rng.choice(('"', "'", "[", "]", "{", "#", "\n", ",", "x", "1", " = ")) + text[place:]
    return text[:place] + text[place + rng.randrange(1, 4) :]


@pytest.mark.parametrize("name", AROUND)
def test_after_keys_that_take_much_away(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for module, least, number in ((reading, "_MANY", 4), (leaving, "FEWEST", 2), (engine, "_MANY", 3)):
        monkeypatch.setattr(module, least, number)
    rng = random.Random(os.urandom(8) if LONG else name)
    path = f"/w/{name if name != 'Poetry' else 'pyproject.toml'}"
    counts = set()
    for _ in range(40 if LONG else 2):
        text = written(name, rng)
        # The project stays one, whatever is typed.
        other, before, whole = {"/w/requirements.txt": "a\nzz\n"}, [text], text
        typed = workspace({**other, path: text})
        typed.open(path, text)
        for _ in range(40):
            text = keyed(text, before, rng)
            before.append(text)
            typed.open(path, text)
            now = manifests.parse(path, Text(text))
            if now.complete:
                assert typed.facts("/w").manifests.get(path) in (None, now), text
            # What is half typed leaves projects, and what is elsewhere in it, as they were before.
            whole = text if now.complete else whole
            fresh = workspace({**other, path: whole})
            fresh.open(path, whole)
            fresh.open(path, text)
            assert typed.facts("/w").manifests.get(path) == fresh.facts("/w").manifests.get(path), text
            for each in (path, "/w/requirements.txt"):
                assert list(typed.findings(each)) == list(fresh.findings(each)), text
            counts.add(len(typed.findings(path)))
    assert len(counts) > 5


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


@pytest.mark.parametrize(
    ("many", "name"),
    [
        ((engine,), "requirements.txt"),
        ((engine,), "pyproject.toml"),
        ((duplicate_requirement,), "requirements.txt"),
        ((engine, duplicate_requirement), "requirements.txt"),
    ],
)
def test_findings_that_are_made_later_are_the_same(many: tuple[ModuleType, ...], name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [*LINES, "x>=1", "y"]
    rng, path = random.Random(str(lines)), f"/w/{name}"
    other = {"/w/other.txt": "a>=1\nb\nd<1\n", "/w/bounds.txt": "a<5\nd<1\n"}
    written = rng.choices(lines, k=8)
    typed = workspace({**other, path: text_of(name, written)})
    made_later = 0
    for _ in range(25):
        place = rng.randrange(len(written) + 1)
        written[place : place + rng.randrange(3)] = rng.choices(lines, k=rng.randrange(3))
        text = text_of(name, written)
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


def test_a_key_in_a_file_with_many_bounds_looks_at_what_it_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    names = [f"p{number}" for number in range(200)]
    path, bounds = "/w/requirements.txt", "".join(f"{name}<5\n" for name in names)
    text = "-c bounds.txt\n" + "".join(f"{name}>=1\n" for name in names)
    looked: list[object] = []
    for module, name in ((conflicting_requirements, "_outcome"), (conflicting_requirements, "_remembered"), (graph, "Placed")):
        make = getattr(module, name)
        monkeypatch.setattr(module, name, lambda *given, make=make: looked.append(given) or make(*given))
    typed = workspace({"/w/bounds.txt": bounds, path: text})
    typed.open(path, text)
    typed.findings(path)
    assert len(looked) > 200
    looked.clear()
    for line, told in (("p100>=2\n", False), ("p100>=9\n", True), ("p100>=1\np100>=9\n", True), ("p100>=1\n", False)):
        typed.open(path, text.replace("p100>=1\n", line))
        conflicts = [finding for finding in typed.findings(path) if finding.code == "conflicting-requirements"]
        assert bool(conflicts) == told
        assert [(finding.related[0].path, finding.related[0].span) for finding in conflicts] == [
            ("/w/bounds.txt", Span(bounds.index("p100<5"), bounds.index("p100<5") + 6)) for _ in conflicts
        ]
    assert len(looked) < 10
    typed.open("/w/bounds.txt", bounds.replace("p7<5", "p7<1"))
    assert [finding.requirement.parsed.key for finding in typed.findings(path) if finding.code == "conflicting-requirements"] == ["p7"]  # type: ignore[union-attr]


def test_lines_with_bounds_that_contradict_each_other_or_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    names = [f"p{number}" for number in range(50)]
    path, bounds = "/w/requirements.txt", "".join(f"{name}<5\n" for name in names)
    text = "-c bounds.txt\n" + "".join(f"{name}>=1\n" for name in names)
    twice, wrong = text.replace("p7>=1\n", "p7>=3\np7<2\n"), text.replace("p0>=1\n", "p0>=9\n")

    def told(text: str) -> list[str]:
        made = workspace({"/w/bounds.txt": bounds, path: text})
        return [finding.message for finding in made.findings(path) if finding.code == "conflicting-requirements"]

    assert told(twice) == ["No version can satisfy both p7<2 and p7>=3"]
    # The first lines are compared, before it is too much.
    monkeypatch.setattr(conflicting_requirements, "_MOST_OF_PROJECT", 60)
    assert told(wrong) == ["No version can satisfy both p0>=9 and p0<5 in bounds.txt"]
