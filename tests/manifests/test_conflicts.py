"""A merge conflict in a manifest of any format: one problem at its first mark, nothing of what is in it, and all that is around it."""

from __future__ import annotations

import pytest

from venvls import manifests
from venvls.model.manifest import Manifest
from venvls.model.text import Text

LISTS = '[project]\nname = "me"\nversion = "1"\ndependencies = [\n  "a",\n@  "c",\n]\n[dependency-groups]\nx = ["d"]\n'
FILES = {
    "pyproject.toml": (LISTS, '  "b>=1",\n', '  "b>=2",\n  "new",\n'),
    "Pipfile": ('[packages]\na = "*"\n@c = "*"\n[dev-packages]\nd = "*"\n', 'b = ">=1"\n', 'b = ">=2"\nnew = "*"\n'),
    "pixi.toml": ('[dependencies]\na = "*"\n@c = "*"\n[pypi-dependencies]\nd = "*"\n', 'b = ">=1"\n', 'b = ">=2"\nnew = "*"\n'),
    "hatch.toml": ('[envs.x]\ndependencies = ["a"]\n@[envs.y]\ndependencies = ["d"]\n', 'python = "3.9"\n', 'python = "3.10"\n'),
    "setup.cfg": ("[options]\ninstall_requires =\n  a\n@  c\n[options.extras_require]\nx =\n  d\n", "  b>=1\n", "  b>=2\n  new\n"),
    "setup.py": ('setup(\n  install_requires=[\n    "a",\n@    "c",\n  ],\n)\n', '    "b>=1",\n', '    "b>=2",\n    "new",\n'),
    "environment.yml": ("dependencies:\n  - a\n@  - c\n  - pip:\n    - d\n", "  - b>=1\n", "  - b>=2\n  - new\n"),
    "requirements.txt": ("--pre\na\n@c\n", "b>=1 \\\n  --hash=sha256:00\n", "b>=2\nnew\n"),
    "script.py": (
        '# /// script\n# dependencies = [\n#   "a",\n@#   "c",\n# ]\n# ///\nprint()\n',
        '#   "b>=1",\n',
        '#   "b>=2",\n#   "new",\n',
    ),
}


def read(name: str, text: str, previous: Manifest | None = None) -> Manifest:
    return manifests.parse(f"/p/{name}", Text(text), previous=previous)


def stated(manifest: Manifest) -> list[tuple[str, object]]:
    """What is stated; each place has to be its own."""
    return [(manifest.text.source[slice(*each.span)], each.scope) for each in manifest.requirements]


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
@pytest.mark.parametrize("name", FILES)
def test_in_every_format(name: str, ends: str) -> None:
    around, ours, theirs = (text.replace("\n", ends) for text in FILES[name])
    without = read(name, around.replace("@", ""))
    assert without.complete and without.requirements
    for base in ("", f"||||||| 0a1b2c3{ends}{theirs}"):
        for upper, lower in ((ours, theirs), (theirs, ours), ("", theirs), (ours, "")):
            conflict = f"<<<<<<< HEAD{ends}{upper}{base}======={ends}{lower}>>>>>>> a branch{ends}"
            manifest = read(name, around.replace("@", conflict))
            assert stated(manifest) == stated(without)
            assert manifest.text.source == around.replace("@", conflict)
            assert [(problem.code, manifest.text.source[slice(*problem.span)]) for problem in manifest.problems] == [
                ("invalid-manifest", "<<<<<<< HEAD")
            ]
            assert not manifest.complete and manifest.options == without.options


def test_each_conflict_is_one_problem() -> None:
    conflict = "<<<<<<< HEAD\nb>=1\n=======\n-r new.txt\n>>>>>>> x\n"
    manifest = read("requirements.txt", f"a\n{conflict}c\n{conflict}")
    assert stated(manifest) == stated(read("requirements.txt", "a\nc\n"))
    assert [problem.span.start for problem in manifest.problems] == [2, 2 + len(conflict) + 2]
    assert manifest.includes == ()


def test_a_conflict_over_brackets_and_headers() -> None:
    conflict = "<<<<<<< HEAD\n]\n[dependency-groups]\nx = [\n=======\n]\n[project.scripts]\n>>>>>>> y\n"
    text = LISTS.replace('@  "c",\n]\n[dependency-groups]\nx = [', conflict)
    manifest = read("pyproject.toml", text)
    assert [each.parsed.text for each in manifest.requirements] == ["a", "d"]
    assert len(manifest.problems) == 1


@pytest.mark.parametrize(
    ("marks", "names", "marked"),
    [
        ("<<<<<<< HEAD\nb\n", "a b c", ["<<<<<<< HEAD"]),
        ("b\n>>>>>>> x\n", "a b c", [">>>>>>> x"]),
        ("<<<<<<< HEAD\nb\n=======\nd\n", "a b d c", ["<<<<<<< HEAD"]),
        ("<<<<<<< HEAD\nb\n<<<<<<< HEAD\nd\n=======\n>>>>>>> x\n", "a b c", ["<<<<<<< HEAD", "<<<<<<< HEAD"]),
        ("<<<<<<< HEAD\nb\n=======\n>>>>>>> x\n>>>>>>> x\n", "a c", ["<<<<<<< HEAD", ">>>>>>> x"]),
    ],
)
def test_marks_that_are_taken_out_one_by_one(marks: str, names: str, marked: list[str]) -> None:
    manifest = read("requirements.txt", f"a\n{marks}c\n")
    assert " ".join(each.parsed.text for each in manifest.requirements) == names
    assert [manifest.text.source[slice(*problem.span)] for problem in manifest.problems] == marked


def test_a_line_below_a_heading_is_no_mark() -> None:
    source = '"""\nChanges\n=======\n\n>>> x\n<<<<<<<\n"""\nsetup(install_requires=["a"])\n'
    assert read("setup.py", source).complete


def test_what_is_decided_is_read_as_if_nothing_was() -> None:
    around, ours, theirs = FILES["pyproject.toml"]
    long = around.replace("@", "".join(f'  "p{number}",\n' for number in range(100)) + "@")
    conflict = read("pyproject.toml", long.replace("@", f"<<<<<<< HEAD\n{ours}=======\n{theirs}>>>>>>> x\n"))
    for text in (long.replace("@", ours), long.replace("@", "\n")):
        assert read("pyproject.toml", text, conflict) == read("pyproject.toml", text)
        assert read("pyproject.toml", conflict.text.source, read("pyproject.toml", text)) == conflict


def test_a_python_that_is_not_decided_bounds_nothing() -> None:
    conflict = '<<<<<<< HEAD\nrequires-python = ">=3.9"\n=======\nrequires-python = ">=3.10"\n>>>>>>> x\n'
    assert read("pyproject.toml", f'[project]\nname = "me"\n{conflict}dependencies = ["a"]\n').requires_python is None
