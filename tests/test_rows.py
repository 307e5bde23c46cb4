"""Every module that a row of a family names is there, with what the family calls in it. A row is a string until its module is first
needed: without this, a wrong one would come to light in front of a person."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from importlib import import_module

import pytest

from venvls import actions, cli, environments, manifests, rules, tools
from venvls.cli import render
from venvls.lsp import features
from venvls.manifests import locks

_EDITS = {"insert_requirement": 2, "replace_specifier": 3, "remove_statement": 2}


def rows() -> Iterator[tuple[str, str, str, int]]:
    """Package, module, name of a function, and with how many arguments it is called."""
    for form in manifests.FORMATS:
        yield "venvls.manifests", form.module, "parse", 3
        yield from (("venvls.manifests", form.edits or form.module, name, count) for name, count in _EDITS.items())
    for lock in (*locks.LOCKS, locks.SCRIPT_LOCK, locks.COMPILED):
        yield "venvls.manifests", lock.module, "locked", 2
    for _, place in features.FEATURES:
        file, _, name = place.partition(".")
        yield "venvls.lsp.features", file, name, 2
    for command, _ in cli.COMMANDS:
        yield "venvls.cli", command, "arguments", 1
        yield "venvls.cli", command, "run", 2
    for form in render.FORMATS:
        yield "venvls.cli.render", form, "render", 2


@pytest.mark.parametrize(("package", "module", "name", "count"), sorted(set(rows())))
def test_what_a_row_names_is_there(package: str, module: str, name: str, count: int) -> None:
    loaded = import_module(f".{module}", package)
    assert loaded.__name__.startswith(f"{package}."), "a row names a module of its own family"
    inspect.signature(getattr(loaded, name)).bind(*range(count))


@pytest.mark.parametrize(
    ("package", "family", "name"),
    [
        (environments, environments.KINDS, "KIND"),
        (tools, tools.TOOLS, "TOOL"),
        (rules, rules.every_rule(), "RULE"),
        (actions, actions.OFFERS, "OFFER"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_what_a_file_exports_is_in_the_list_of_its_family(package: object, family: tuple[object, ...], name: str) -> None:
    """The other way round, where a family loads all its files at once: none of them is forgotten."""
    exported = [value for module in vars(package).values() if (value := vars(module).get(name) if inspect.ismodule(module) else None)]
    assert sorted(map(id, exported)) == sorted(map(id, family))
