"""An import in the last of many branches is under the conditions of those before it: each of them is read and worked out once."""

from __future__ import annotations

import ast

import pytest

from tests.effort import assert_even
from venvls.imports.reach import Here, holds, reach
from venvls.imports.scanner import scan


def _branches(count: int) -> str:
    return "if x:\n  import zz\n" + "".join(f"elif x{number}:\n  import zz\n" for number in range(count))


def test_headers_are_read_once() -> None:
    assert_even(lambda size: scan(_branches(size)), 100)


def test_conditions_are_worked_out_once(monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[object] = []
    parse = ast.parse
    monkeypatch.setattr(ast, "parse", lambda *arguments, **named: parsed.append(arguments) or parse(*arguments, **named))
    holds.cache_clear()
    imports = scan(_branches(200))
    assert {reach(each, Here()) for each in imports} == {"optional"}
    assert len(imports) == 201 and len(parsed) < 500
