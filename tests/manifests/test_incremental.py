"""A parse that knows the text before the edit is the same as one that does not, whatever the edit."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.effort import steps
from venvls.manifests.requirements import file as requirements_txt
from venvls.manifests.syntax import unchanged
from venvls.model.manifest import Manifest
from venvls.model.text import Text

lines = st.sampled_from(
    [
        "requests>=2\n",
        "requests>=2\r\n",
        "flask\r",
        "a==1 \\\n",
        "  --hash=sha256:aa\n",
        "  --hash=sha256:bb \\\r\n",
        "# comment\n",
        "# comment \\\n",
        "\n",
        "   \n",
        "-r other.txt\n",
        "-c 'other file.txt'\n",
        "-e ./x[dev]\n",
        "--index-url https://h/s\n",
        "broken=>1\n",
        "a b\n",
        "--nope\n",
        "\\\n",
        "-e 'a\\\n",
        "b'\n",
        "x",
        "\ufeff",
        "\x0c",
        "é ; os_name == 'é' # ö\n",
        "foo[a, \\\n",
        "b] >= 1\n",
        "\\",
        "\n",
    ]
)
texts = st.lists(lines, max_size=12).map("".join)


def parse(text: str, previous: Manifest | None = None, *, constraint: bool = False) -> Manifest:
    return requirements_txt.parse(Text(text), "requirements.txt", previous=previous, constraint=constraint)


@settings(max_examples=1500, deadline=None)
@given(texts, texts, st.data())
def test_after_an_edit(before: str, new: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(before)))
    end = data.draw(st.integers(start, len(before)))
    after = before[:start] + new + before[end:]
    assert parse(after, parse(before)) == parse(after)


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(["a", "\n", "\r", "\\", "#", " ", "==1", "-r x", "\ufeff", "'"]), max_size=10).map("".join))
@example("a\\\r\nb")
def test_after_an_edit_of_single_characters(before: str) -> None:
    for start in range(len(before) + 1):
        for new in ("", "\n", "\r", "\\", "b", "#"):
            after = before[:start] + new + before[start + 1 :]
            assert parse(after, parse(before)) == parse(after)


@given(texts, texts)
def test_between_two_unrelated_texts(before: str, after: str) -> None:
    assert parse(after, parse(before)) == parse(after)


def test_a_constraints_parse_is_not_taken_for_a_requirements_parse() -> None:
    before = parse("a\nb\n", constraint=True)
    assert parse("a\nb\n", before) == parse("a\nb\n")
    assert [r.scope.kind for r in parse("a\nc\n", before).requirements] == ["main", "main"]


def test_what_did_not_change_is_the_same_object() -> None:
    before = parse("".join(f"package-{i}==1.{i}\n" for i in range(100)))
    after = parse(before.text.source.replace("package-50==1.50", "package-50==2.50"), before)
    assert all(a is b for i, (a, b) in enumerate(zip(before.requirements, after.requirements, strict=True)) if i != 50)


def test_a_keystroke_in_a_thousand_lines_is_cheap() -> None:
    """Against reading the same lines anew."""
    source = "".join(f"package-name-{i}=={i % 7}.{i % 13}.{i % 5}\n" for i in range(1000))
    before = parse(source)
    after = source.replace("package-name-500==3.6.0", "package-name-500==3.6.01")
    assert after != source
    assert steps(lambda: parse(after, before)) < 0.6 * steps(lambda: parse(after))


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 3), st.integers(0, 3), st.booleans()), max_size=8))
def test_requirements_in_their_order_after_many_changes(changes: list[tuple[int, int, int, bool]]) -> None:
    """As the tuples that a reading of the whole text gives, whether or not anybody looked in between."""
    lines = [f"p{number}\n" for number in range(10)]
    text = "".join(lines)
    manifest = parse(text)
    for place, gone, new, looks in changes:
        lines[place : place + gone] = [f"n{place}-{number}>={number}\n" for number in range(new)]
        text = "".join(lines)
        manifest = parse(text, manifest)
        if looks:
            assert list(manifest.requirements) == list(parse(text).requirements)
    expected = parse(text).requirements
    assert [manifest.requirements[number] for number in range(len(expected))] == list(expected)
    assert manifest == parse(text)


@pytest.mark.parametrize("equal", [0, 1, 700_000, 1_000_000])
def test_no_part_of_two_texts_is_compared_again_and_again(equal: int) -> None:
    compared: list[int] = []

    def are_equal(start: int, end: int) -> bool:
        compared.append(end - start)
        return end <= equal

    assert unchanged._longest(1_000_000, are_equal) == equal
    assert sum(compared) <= 1_100_000
