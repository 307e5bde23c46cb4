"""The light classes of data do what the standard library's do, which is what type checkers take them for."""

from __future__ import annotations

import ast
import copy
import dataclasses
import pickle
import typing
from pathlib import Path

import pytest

import venvls
from venvls.model import record

PACKAGE = Path(venvls.__file__).parent


class Light(record.NamedTuple):
    """Said of it."""

    a: int
    b: str = "b"
    c: tuple[int, ...] = ()

    def both(self) -> str:
        return f"{self.a}{self.b}"


class Heavy(typing.NamedTuple):
    a: int
    b: str = "b"
    c: tuple[int, ...] = ()


@record.dataclass(frozen=True, slots=True)
class LightData:
    """Said of it."""

    a: int
    b: str = "b"
    c: dict[str, int] = record.field(default_factory=dict)

    def both(self) -> str:
        return f"{self.a}{self.b}"


@dataclasses.dataclass(frozen=True, slots=True)
class HeavyData:
    a: int
    b: str = "b"
    c: dict[str, int] = dataclasses.field(default_factory=dict)


@record.dataclass(slots=True)
class Changing:
    a: int
    b: str = "b"


CALLS: list[tuple[tuple[object, ...], dict[str, object]]] = [
    ((1,), {}), ((1, "x"), {}), ((1, "x", ()), {}), ((), {"a": 1}), ((1,), {"c": ()}), ((), {"b": "x", "a": 1}),
    ((), {}), ((1, 2, 3, 4), {}), ((1,), {"a": 1}), ((1,), {"d": 1}), ((), {"b": "x"}),
]  # fmt: skip


def made(kind: typing.Any, positional: tuple[object, ...], named: dict[str, object]) -> object:
    try:
        one = kind(*positional, **named)
    except TypeError:
        return TypeError
    return (one.a, one.b, one.c)


@pytest.mark.parametrize(("positional", "named"), CALLS)
def test_they_are_made_as_the_originals_are(positional: tuple[object, ...], named: dict[str, object]) -> None:
    assert made(Light, positional, named) == made(Heavy, positional, named)
    assert made(LightData, positional, named) == made(HeavyData, positional, named)


def test_a_light_named_tuple_is_a_tuple() -> None:
    one = Light(1, c=(2,))
    assert isinstance(one, tuple)
    assert one == (1, "b", (2,)) == tuple(Heavy(1, c=(2,)))
    assert hash(one) == hash(Heavy(1, c=(2,)))
    assert repr(one) == repr(Heavy(1, c=(2,))).replace("Heavy", "Light")
    assert (one.both(), Light.__doc__, Light._fields) == ("1b", "Said of it.", ("a", "b", "c"))
    assert one._replace(a=3) == Light(3, "b", (2,))
    assert one._asdict() == {"a": 1, "b": "b", "c": (2,)}
    assert Light._make([1, "b", (2,)]) == one
    assert copy.copy(one) == copy.deepcopy(one) == pickle.loads(pickle.dumps(one)) == one
    assert type(copy.copy(one)) is Light
    with pytest.raises(TypeError):
        one._replace(d=1)  # type: ignore[call-arg]
    with pytest.raises(AttributeError):
        one.d = 1  # type: ignore[attr-defined]
    match one:
        case Light(a, b):
            assert (a, b) == (1, "b")


def test_a_field_without_a_default_cannot_follow_one_that_has_it() -> None:
    with pytest.raises(TypeError):

        class Wrong(record.NamedTuple):
            a: int = 1
            b: int  # type: ignore[misc]


def test_a_light_dataclass_is_the_sum_of_its_fields() -> None:
    one = LightData(1)
    assert one == LightData(1)
    assert one != LightData(2)
    assert one != HeavyData(1)
    assert one.c is not LightData(1).c
    assert repr(one) == repr(HeavyData(1)).replace("Heavy", "Light")
    assert (one.both(), LightData.__doc__) == ("1b", "Said of it.")
    assert record.replace(one, b="x") == LightData(1, "x")
    assert copy.copy(one) == one
    assert hash(LightData(1, "b", 0)) == hash(LightData(1, "b", 0))  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        record.replace(one, d=1)  # type: ignore[call-arg]
    with pytest.raises(AttributeError):
        one.d = 1  # type: ignore[attr-defined]
    changing = Changing(1)
    changing.b = "x"
    assert changing == Changing(1, "x")
    with pytest.raises(TypeError):
        hash(changing)


@pytest.mark.parametrize("path", sorted(path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py")))
def test_nobody_brings_in_the_heavy_ones(path: str) -> None:
    """One module that does is enough to load them for all. The language server's library and the SDK for agents load them anyway."""
    if path.startswith("lsp/") or path == "mcp/server.py":
        return
    tree = ast.parse((PACKAGE / path).read_text("utf-8"))
    hints = {id(inner) for node in ast.walk(tree) if isinstance(node, ast.If) and _for_checkers(node.test) for inner in ast.walk(node)}
    heavy = [
        node.lineno
        for node in ast.walk(tree)
        if id(node) not in hints
        and (
            (isinstance(node, ast.ImportFrom) and node.module in ("typing", "dataclasses"))
            or (isinstance(node, ast.Import) and any(alias.name in ("typing", "dataclasses") for alias in node.names))
        )
    ]
    assert not heavy, "classes of data come from venvls.model.record, TYPE_CHECKING, Literal, cast… from venvls.model.hints"


def _for_checkers(test: ast.expr) -> bool:
    return isinstance(test, ast.Name) and test.id == "TYPE_CHECKING"
