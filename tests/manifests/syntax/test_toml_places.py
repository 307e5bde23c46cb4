"""Where the parts of nested values are: exactly where tomlkit, which keeps the characters of each item, has read them."""

from __future__ import annotations

import random

import tomlkit
from tomlkit.items import Array, InlineTable, Item

from tests.effort import assert_even
from venvls.manifests.syntax import toml
from venvls.manifests.syntax.toml_statements import gap_end, read_key
from venvls.model.text import Span

Path = tuple[str | int, ...]
SCALARS = (
    *("1", "-1.5", "+2", "1e5", "1_000", "0x1F", "inf", "nan", "true", "false", "07:32:00", "1979-05-27", "1979-05-27T07:32:00Z"),
    *("1979-05-27 07:32:00", "1979-05-27 07:32:00.5-07:00", "'b'", "''", '""', '"a"', '"\\" ] }"', '"é, #"', '"""x\ny"""', "'''z'''"),
)


def by_tomlkit(item: Item | bool, text: str, offset: int, path: Path, spans: dict[Path, Span]) -> int:
    """Where ``item``, which is written at ``offset``, ends; notes all that is in it."""
    if isinstance(item, Array):
        offset = gap_end(text, offset + 1)
        for number in range(len(item)):
            end = by_tomlkit(item[number], text, offset, (*path, number), spans)
            spans[(*path, number)] = Span(offset, end)
            offset = gap_end(text, end)
            offset = gap_end(text, offset + 1) if text.startswith(",", offset) else offset
        return offset + 1
    if isinstance(item, InlineTable):
        offset = gap_end(text, offset + 1)
        while not text.startswith("}", offset):
            parts, after = read_key(text, offset)
            inner, here = item, path
            for part in parts:
                inner, here = inner[part.name], (*here, part.name)  # type: ignore[assignment]
                spans.setdefault((*here, toml._KEY), part.span)
            offset = gap_end(text, after + 1)
            end = by_tomlkit(inner, text, offset, here, spans)
            spans[here] = Span(offset, end)
            offset = gap_end(text, end)
            offset = gap_end(text, offset + 1) if text.startswith(",", offset) else offset
        return offset + 1
    written = str(item).lower() if isinstance(item, bool) else item.as_string()
    assert text.startswith(written, offset)
    return offset + len(written)


def value(dice: random.Random, depth: int) -> str:
    def gap() -> str:
        return dice.choice(("", " ", "\n", " # c, ]}\n", "\r\n  "))

    kind = dice.random() if depth else 0.0
    if kind < 0.3:
        return dice.choice(SCALARS)
    if kind < 0.7:
        items = [f"{gap()}{value(dice, depth - 1)}{gap()}" for _ in range(dice.randrange(4))]
        return f"[{','.join(items)}{',' if items and dice.random() < 0.3 else ''}{gap()}]"
    keys = dice.sample(("a", "b . s", '"x\\u00e9"', "'q r'", "c-d.t", "1"), dice.randrange(4))
    return "{" + ",".join(f" {key} = {value(dice, depth - 1)} " for key in keys) + "}"


def test_places_in_nested_values_are_those_of_tomlkit() -> None:
    dice = random.Random(5)
    for _ in range(800):
        written = value(dice, 3)
        text = f"x = {written}\n"
        expected: dict[Path, Span] = {}
        by_tomlkit(tomlkit.value(written), text, 4, (), expected)
        assert toml._inside(text, Span(4, 4 + len(written))) == expected, written


def test_each_part_of_a_value_is_looked_at_once() -> None:
    def inside(size: int) -> None:
        text = "x = [" + '{ version = "1", python = "<3" }, ' * size + "]\n"
        assert len(toml._inside(text, Span(4, len(text) - 1))) == 5 * size

    assert_even(inside, 200)
