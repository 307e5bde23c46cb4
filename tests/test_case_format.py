"""The cases' own reader: a mark means what the README says, and both a missed and a surplus finding fail."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.case_folder import write
from tests.case_format import CaseError, Place, Seen, compare, parse


def case(text: str, rule: str = "missing-requirement"):  # type: ignore[no-untyped-def]
    return parse(text, name="it", rule=rule)


@pytest.mark.parametrize(
    ("mark", "place"),
    [
        ("#^^^^", Place(0, 5)),
        ("^^^^^", Place(0, 5)),
        ("^", Place(0, 1)),
        (" ^", Place(1, 2)),
        ("#  ^^", Place(3, 5)),
        ("  ^^", Place(2, 4)),
        ("|", Place(0, 0)),
        ("#|", Place(0, 0)),
        ("  |", Place(2, 2)),
        ("#^^^>", Place(0, None)),
    ],
)
def test_a_mark_covers_its_characters(mark: str, place: Place) -> None:
    (expected,) = case(f"Prose.\n-- r.txt --\nflask\n{mark} warning[a-b]\n").expected
    assert (expected.place, expected.severity, expected.code, expected.message, expected.actions) == (place, "warning", "a-b", "", None)


def test_annotations_are_taken_out_and_speak_of_the_line_above() -> None:
    read = case('Prose.\n-- r.txt --\nä\nflask\n#^^^^ error[a] "x \\"y\\"" -> b, c-d\n^ hint[e] ->\n\nend\n-- empty.txt --\n| warning[f]\n')
    assert read.files == {"r.txt": "ä\nflask\n\nend\n", "empty.txt": ""}
    first, second, third = read.expected
    assert (first.place, first.message, first.actions) == (Place(2, 7), 'x "y"', ("b", "c-d"))
    assert (second.place, second.actions) == (Place(2, 3), ())
    assert (third.path, third.place) == ("empty.txt", Place(0, 0))


def test_line_ends_can_be_asked_for() -> None:
    read = case('Prose.\n-- r.txt --\na\nflask\n#^^^^ error[a]\n-- @options.json --\n{"newline": "\\r\\n"}\n')
    assert read.files == {"r.txt": "a\r\nflask\r\n"}
    assert read.expected[0].place == Place(3, 8)


def test_what_comes_after_an_action_is_kept_apart() -> None:
    read = case("Prose.\n-- r.txt --\n-- @fix-it/task.json --\n{}\n-- @fix-it:2/sub/r.txt --\nflask\n-- link -> r.txt --\n-- folder/ --\n")
    assert [(one.action, one.nth, one.path) for one in read.results] == [("fix-it", 1, "task.json"), ("fix-it", 2, "sub/r.txt")]
    assert (read.files, read.links, read.folders) == ({"r.txt": ""}, {"link": "r.txt"}, ("folder",))


@pytest.mark.parametrize(
    "text",
    [
        "-- r.txt --\nflask\n",
        "\n-- r.txt --\nflask\n",
        "Prose.\n-- r.txt --\nflask\n#^^^^ warn[a]\n",
        "Prose.\n-- r.txt --\nflask\n#^^^^^^^^ warning[a]\n",
        'Prose.\n-- r.txt --\nflask\n#^^^^ warning[a] -> x "y"\n',
        "Prose.\n-- r.txt --\n-- r.txt --\n",
    ],
)
def test_a_case_that_cannot_be_meant_is_refused(text: str) -> None:
    with pytest.raises(CaseError):
        case(text)


FLASK = case('Prose.\n-- r.txt --\nflask\n#^^^^ warning[a] "not there" -> fix\n')
SEEN = Seen("r.txt", 0, 5, "warning", "a", "flask is not there", ("fix",))


def test_what_agrees_has_no_differences() -> None:
    assert compare(FLASK, [SEEN]) == []


@pytest.mark.parametrize(
    "change",
    [
        {"path": "s.txt"},
        {"start": 1},
        {"end": 4},
        {"severity": "error"},
        {"code": "b"},
        {"message": "flask"},
        {"actions": ()},
        {"actions": ("fix", "g")},
    ],
)
def test_every_part_is_compared(change: dict[str, object]) -> None:
    assert compare(FLASK, [Seen(**{**{name: getattr(SEEN, name) for name in Seen.__dataclass_fields__}, **change})])


def test_missed_and_surplus_findings_both_fail() -> None:
    assert "nothing like this" in compare(FLASK, [])[0]
    (surplus,) = compare(FLASK, [SEEN, SEEN])
    assert surplus.endswith('flask\n#^^^^ warning[a] "flask is not there" -> fix')


def test_a_vague_annotation_does_not_take_what_a_precise_one_means() -> None:
    both = case('Prose.\n-- r.txt --\nflask\n#^^^^ warning[a]\n#^^^^ warning[a] "two"\n')
    assert compare(both, [Seen("r.txt", 0, 5, "warning", "a", message) for message in ("two", "one")]) == []


def test_remarks_about_every_project_count_in_their_own_folder_only() -> None:
    remark = Seen("r.txt", 0, 5, "hint", "selected-environment", "it")
    assert compare(case("Prose.\n-- r.txt --\nflask\n"), [remark]) == []
    assert compare(case("Prose.\n-- r.txt --\nflask\n", "selected-environment"), [remark])


def test_a_short_environment_is_completed_and_a_spelt_out_one_is_left_alone(tmp_path: Path) -> None:
    text = (
        "Prose.\n-- .venv/pyvenv.cfg --\nversion = 3.11.2\n-- .venv/@installed --\nPy_Socks 1.7 | six; extra == 'more'\n"
        "-- old/pyvenv.cfg --\nhome = {base}/gone\n"
    )
    folder = write(case(text), tmp_path)
    venv = folder.root / ".venv"
    assert "home = " in (venv / "pyvenv.cfg").read_text()
    assert (venv / "bin" / "python").resolve() == folder.base.resolve() / "bin" / "python3.11"
    metadata = (venv / "lib/python3.11/site-packages/Py_Socks-1.7.dist-info/METADATA").read_text()
    assert "Provides-Extra: more\nRequires-Dist: six; extra == 'more'\n" in metadata
    assert sorted(path.name for path in (folder.root / "old").iterdir()) == ["pyvenv.cfg"]
