"""A long list that is read again after an edit, most of it left out, is the same as one that is read whole, whatever the edit."""

from __future__ import annotations

import random
from importlib import import_module
from types import ModuleType
from typing import NamedTuple

import pytest

from venvls import manifests
from venvls.manifests.shortened import shortened
from venvls.manifests.shortened.leaving import lines_of
from venvls.model.manifest import Manifest
from venvls.model.text import Text


class Shape(NamedTuple):
    """A format's file around its lines, each with a number; ``%`` is where the lines are."""

    file: str
    around: str
    line: str


SHAPES = {
    "pyproject.toml": Shape(
        "pyproject.toml",
        '[project]\nname = "me"\ndependencies = [\n%]\n\n[project.optional-dependencies]\nx = [\n%]\n[dependency-groups]\n'
        'dev = [\n%  {include-group = "test"},\n]\ntest = ["pytest"]\n[tool.uv]\noverride-dependencies = ["p7>=0"]\n',
        '    "p{0}>={0}",\n',
    ),
    "Poetry": Shape(
        "pyproject.toml",
        '[tool.poetry]\nname = "me"\nversion = "1"\n[tool.poetry.dependencies]\npython = ">=3.8"\n%o = {version = "1", optional = true}\n'
        '[tool.poetry.extras]\nall = ["o", "p7"]\n\n[tool.poetry.group.test.dependencies]\n%[tool.poetry.scripts]\nme = "me:x"\n',
        'p{0} = ">={0}"\n',
    ),
    "Pipfile": Shape("Pipfile", '[packages]\n%\n[dev-packages]\n%\n[requires]\npython_version = "3.11"\n', 'p{0} = ">={0}"\n'),
    "environment.yml": Shape(
        "environment.yml",
        "name: me\ndependencies:\n  - python\n  - numpy\n  - pip:\n%      - -r x.txt\nchannels:\n  - defaults\n",
        "      - p{0}>={0}\n",
    ),
    "setup.cfg": Shape(
        "setup.cfg",
        "[metadata]\nname = me\n[options]\ninstall_requires =\n%\n[options.extras_require]\ntest =\n%",
        "    p{0}>={0}; python_version > '3'\n",
    ),
}
HALF_TYPED = ("pyproject.toml", "Poetry", "Pipfile", "environment.yml")
PIECES = ['"', "'", "[", "]", "{", ",", "#", "\n", '"""', "=", "-", "  ", "\t", "\\", "\r\n", "\r", "me[x]", "p7", "conda:r", "[tool.uv]\n",
          "[project]\n", "[packages]\n", "[tool.poetry.extras]\n", "  - pip:\n", "é", ">=1", ";", "name: x\n", ":",
          'override-dependencies = ["p9"]\n']  # fmt: skip


def whole(name: str, text: str) -> Manifest:
    return manifests.parse(f"/p/{SHAPES[name].file}", Text(text))


def module_of(name: str) -> ModuleType:
    module = next(format_.module for format_ in manifests.FORMATS if format_.name == SHAPES[name].file)
    return import_module(f"venvls.manifests.{module}")


def written(shape: Shape, rng: random.Random, count: int = 70) -> str:
    text, number = shape.around, 0
    while "%" in text:
        listed = "".join(shape.line.format(number + index) + "# why\n" * (rng.random() < 0.005) for index in range(count))
        text, number = text.replace("%", listed, 1), number + count
    return text


def edited(text: str, shape: Shape, rng: random.Random) -> str:
    lines = text.splitlines(keepends=True)
    number, kind = rng.randrange(len(lines)), rng.random()
    if rng.random() < 0.25:
        # What the lines are below.
        number = rng.choice([number for number, line in enumerate(lines) if "p" not in line.split("=")[0] or line.lstrip()[:1].isalpha()])
    line = lines[number]
    place = rng.randrange(len(line) + 1)
    if kind < 0.4:
        lines[number] = line[:place] + rng.choice(PIECES) + line[place:]
    elif kind < 0.55:
        lines[number] = line[:place] + line[place + rng.randrange(1, 4) :]
    elif kind < 0.75:
        del lines[number : number + rng.choice((1, 1, 5, 40))]
    else:
        start = rng.choice((7, 5000))
        lines[number:number] = [shape.line.format(start + index) for index in range(rng.choice((1, 2, 40)))]
    return "".join(lines)


@pytest.mark.parametrize("name", SHAPES)
def test_after_an_edit(name: str) -> None:
    rng, shape, used = random.Random(name), SHAPES[name], 0
    reads = module_of(name)
    text = written(shape, rng)
    before = whole(name, text)
    for _ in range(40):
        new = edited(text, shape, rng)
        expected = whole(name, new)
        read: list[int] = []

        def read_short(short: Text, read: list[int] = read) -> Manifest:
            read.append(len(short.source))
            return reads.parse(short, f"/p/{shape.file}")  # type: ignore[no-any-return]

        again = shortened(before, Text(new), read_short)
        if again is not None:
            used += 1
            assert again == expected
            assert read[0] <= len(new) - 32 * 8  # as many lines, at least
            lines, all_lines = again.requirements.lines, lines_of(list(expected.requirements), new, expected)  # type: ignore[attr-defined]
            if lines is None:
                assert expected.name != before.name
                continue
            assert lines == all_lines if expected.complete else all(one <= other for one, other in zip(lines, all_lines, strict=True))
        if rng.random() < 0.3 and (expected.complete or name in HALF_TYPED) and len(expected.requirements) > 40:
            text, before = new, again or expected
    assert used > 3


@pytest.mark.parametrize("name", SHAPES)
def test_a_key_in_a_long_list_reads_little_of_it(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    reads = module_of(name)
    text = written(SHAPES[name], random.Random(1), 500)
    parse, lengths = reads.parse, []

    def noted(source: Text, *rest: object) -> Manifest:
        lengths.append(len(source.source))
        return parse(source, *rest)  # type: ignore[no-any-return]

    monkeypatch.setattr(reads, "parse", noted)
    before = manifests.parse(f"/p/{SHAPES[name].file}", Text(text))
    after = manifests.parse(
        f"/p/{SHAPES[name].file}", Text(text.replace("p250>=", "p250>", 1).replace('p250 = ">=', 'p250 = ">', 1)), previous=before
    )
    assert lengths[0] == len(text) and sum(lengths[1:]) < 0.1 * len(text)
    assert len(after.requirements) == len(before.requirements)


@pytest.mark.parametrize(
    ("name", "line", "typed"),
    [
        ("pyproject.toml", '    "p50>=50",\n', ['    "', '    p2",', '    "p2"', '    "p50>=50"    "x",', "    {", "    'p\\x',"]),
        ("Poetry", 'p50 = ">=50"\n', ["p", "p2 =", 'p2 = "', 'p2 = "*" x', "p2 = {", 'p2 = {version = "1"', 'p9 = "*"', "p9 = 3"]),
        ("environment.yml", "      - p50>=50\n", ['      - "p', "      - [p", "      - {", "      - *p", "      - 'p'x", "x"]),
        ("Pipfile", 'p50 = ">=50"\n', ["p", "p2 =", 'p2 = "', 'p2 = "*" x', "p2 = {", 'p2 = {version = "1"', 'p7 = "*"', "p7 = 3"]),
    ],
)
def test_a_line_that_is_half_typed_in_a_long_list_reads_little_of_it(
    name: str, line: str, typed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is nearly always half typed while somebody types; and so is the text before each key."""
    reads = module_of(name)
    text = written(SHAPES[name], random.Random(1), 150)
    parse, lengths = reads.parse, []

    def noted(source: Text, *rest: object) -> Manifest:
        lengths.append(len(source.source))
        return parse(source, *rest)  # type: ignore[no-any-return]

    expected = [whole(name, text.replace(line, f"{half}\n")) for half in typed]
    manifest = whole(name, text)
    monkeypatch.setattr(reads, "parse", noted)
    for half, rightly in zip(typed, expected, strict=True):
        manifest = manifests.parse(f"/p/{SHAPES[name].file}", Text(text.replace(line, f"{half}\n")), previous=manifest)
        assert manifest == rightly
        assert manifest.problems
    assert sum(lengths) < 0.3 * len(typed) * len(text)


@pytest.mark.parametrize("name", SHAPES)
def test_what_is_typed_above_all_lines(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    reads = module_of(name)
    text = written(SHAPES[name], random.Random(1))
    previous, ends = whole(name, text), [place for place, character in enumerate(text[:60]) if character == "\n"][:3]
    parse, lengths, totals = reads.parse, [], []

    def noted(source: Text, *rest: object) -> Manifest:
        lengths.append(len(source.source))
        return parse(source, *rest)  # type: ignore[no-any-return]

    for place in ends:
        for typed in ("x", "#", '"', "[", '\n    "p7>=7",', "\n# why"):
            new = text[:place] + typed + text[place:]
            expected = whole(name, new)
            lengths.clear()
            with monkeypatch.context() as patch:
                patch.setattr(reads, "parse", noted)
                assert manifests.parse(f"/p/{SHAPES[name].file}", Text(new), previous=previous) == expected, (place, typed)
            totals.append(sum(lengths))
    # The comment, if nothing else.
    assert min(totals) < 0.7 * len(text)


def read_again(previous: Manifest, new: str, name: str, monkeypatch: pytest.MonkeyPatch) -> tuple[Manifest, int]:
    """A text read with what was read of the one before, and how many characters the format's own reader was given for it."""
    reads = module_of(name)
    parse, lengths = reads.parse, []

    def noted(source: Text, *rest: object) -> Manifest:
        lengths.append(len(source.source))
        return parse(source, *rest)  # type: ignore[no-any-return]

    with monkeypatch.context() as patch:
        patch.setattr(reads, "parse", noted)
        return manifests.parse(previous.path, Text(new), previous=previous), sum(lengths)


@pytest.mark.parametrize(
    ("name", "before", "typed"),
    [
        ("pyproject.toml", "[project]", "[projec]"),
        ("pyproject.toml", "[project]", "[project"),
        ("pyproject.toml", "\ndependencies = [", "\nkeywords = ["),
        ("Poetry", "[tool.poetry.dependencies]", "[tool.poetry.dependencies"),
        ("Poetry", "[tool.poetry.dependencies]", "["),
        ("Pipfile", "[packages]", "[packages"),
        ("Pipfile", "[packages]", "["),
    ],
)
def test_lines_that_come_to_require_nothing_are_not_read_one_by_one(
    name: str, before: str, typed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A header that is typed takes all lines below it."""
    text = written(SHAPES[name], random.Random(1), 150)
    previous, new = whole(name, text), text.replace(before, typed, 1)
    expected = whole(name, new)
    after, read = read_again(previous, new, name, monkeypatch)
    assert after == expected
    assert len(after.requirements) < len(previous.requirements) - 90
    assert read < 0.3 * len(text)


@pytest.mark.parametrize(
    ("name", "before", "typed"),
    [
        ("pyproject.toml", "\ndev = [", "\ndevel = ["),
        ("pyproject.toml", "[project.optional-dependencies]\nx =", "[project.optional-dependencies]\nxy ="),
        ("Poetry", "[tool.poetry.group.test.dependencies]", "[tool.poetry.group.tes.dependencies]"),
        ("Pipfile", "[packages]", "[packagesx]"),
        ("Pipfile", "[dev-packages]", "[dev-package]"),
        ("setup.cfg", "test =", "tes ="),
    ],
)
def test_lines_that_come_to_belong_to_another_group_are_not_read_one_by_one(
    name: str, before: str, typed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = written(SHAPES[name], random.Random(1), 150)
    previous, new = whole(name, text), text.replace(before, typed, 1)
    expected = whole(name, new)
    after, read = read_again(previous, new, name, monkeypatch)
    assert after == expected
    assert after.requirements.scopes == {requirement.scope for requirement in expected.requirements}  # type: ignore[attr-defined]
    assert [one.parsed for one in after.requirements] == [one.parsed for one in previous.requirements]
    assert {one.scope for one in after.requirements} != {one.scope for one in previous.requirements}
    assert read < 0.3 * len(text)
    assert manifests.parse(previous.path, Text(text), previous=after) == previous


@pytest.mark.parametrize(
    ("name", "text", "before", "typed"),
    [
        # Both tables have p30, and are one.
        ("Pipfile", "[packages]\n{0}[dev-packages]\n{0}", "[dev-packages]\n", "\n"),
        # What builds the project is not overridden.
        (
            "pyproject.toml",
            '[dependency-groups]\nrequires = [\n{0}]\n[tool.uv]\noverride-dependencies = ["p7>=0"]\n',
            "[dependency-groups]",
            "[build-system]",
        ),
        # In a group of its own nothing is optional, in the project's own table it is nobody's.
        (
            "Poetry",
            '[tool.poetry]\nname = "me"\n[tool.poetry.group.x.dependencies]\n{0}o = {{version = "1", optional = true}}\n{0}',
            "group.x.dep",
            "dep",
        ),
    ],
)
def test_lines_of_another_group_that_mean_something_else_there(name: str, text: str, before: str, typed: str) -> None:
    line = SHAPES[name].line
    first = "".join(line.format(number) for number in range(70))
    text = text.replace("{0}", first, 1)
    text = text.replace("{0}", first.replace("p", "q").replace("q30", "p30")).replace("{{", "{").replace("}}", "}")
    previous, new = whole(name, text), text.replace(before, typed, 1)
    assert manifests.parse(previous.path, Text(new), previous=previous) == whole(name, new)


def test_a_bracket_that_is_typed_leaves_the_lines_behind_it() -> None:
    text = written(SHAPES["pyproject.toml"], random.Random(1), 150)
    previous, new = whole("pyproject.toml", text), text.replace('    "p50>=50",\n', "    [\n", 1)
    after = manifests.parse("/p/pyproject.toml", Text(new), previous=previous)
    assert after == whole("pyproject.toml", new)
    assert len(after.requirements) == len(previous.requirements) - 1


def test_lines_that_come_to_be_names_of_what_is_dynamic() -> None:
    text = written(SHAPES["pyproject.toml"], random.Random(1))
    new = text.replace("\ndependencies = [", "\ndynamic = [", 1)
    after = manifests.parse("/p/pyproject.toml", Text(new), previous=whole("pyproject.toml", text))
    assert after == whole("pyproject.toml", new)
    assert len(after.dynamic) == 70


@pytest.mark.parametrize(("name", "other"), [("p60", "p5"), ("p5", "p60"), ("p5", "p6")])
def test_what_is_left_out_of_a_table_is_still_named_there(name: str, other: str) -> None:
    """A name that is there twice makes a Pipfile no TOML, however far apart the two are, until one of them goes."""
    text = written(SHAPES["Pipfile"], random.Random(1))
    before = whole("Pipfile", text)
    twice = text.replace(f"{name} = ", f"{other} = ", 1)
    after = manifests.parse("/p/Pipfile", Text(twice), previous=before)
    assert not after.complete
    assert after == whole("Pipfile", twice)
    assert manifests.parse("/p/Pipfile", Text(text), previous=after) == before


def test_a_project_that_requires_an_extra_of_its_own_far_away() -> None:
    text = written(SHAPES["pyproject.toml"], random.Random(1)).replace('"p5>=5"', '"me[x]"', 1)
    before = whole("pyproject.toml", text)
    gone = text.replace("\nx = [", "\ny = [", 1)
    assert manifests.parse("/p/pyproject.toml", Text(gone), previous=before) == whole("pyproject.toml", gone)
    assert [problem.code for problem in whole("pyproject.toml", gone).problems] == ["unknown-group"]
