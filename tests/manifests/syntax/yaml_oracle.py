"""A whole YAML parser's reading of a text and ours, in one shape: every text with the keys above it and where it begins."""

from __future__ import annotations

from typing import Any

import ruamel.yaml

from venvls.manifests.syntax.yaml_blocks import lines
from venvls.manifests.syntax.yaml_line import Fault

_NOWHERE = -1
Leaf = tuple[tuple[str, ...], str, int]


def truth(source: str) -> list[Leaf] | None:
    """What the parser reads; ``None`` where it refuses the text."""
    try:
        node = ruamel.yaml.YAML(typ="safe", pure=True).compose(source)
        leaves: list[Leaf] = []
        _walk(node, (), leaves)
    except (ruamel.yaml.error.YAMLError, ValueError, RecursionError):  # the last one: an alias inside what it names
        return None
    return leaves


def same(theirs: list[Leaf], own: list[Leaf]) -> bool:
    """Whether both read the same, each text at the same place."""
    return len(theirs) == len(own) and all(
        left[:2] == right[:2] and left[2] in (_NOWHERE, right[2]) for left, right in zip(theirs, own, strict=True)
    )


def _walk(node: Any, path: tuple[str, ...], leaves: list[Leaf]) -> None:
    kind = type(node).__name__
    if kind == "MappingNode":
        for key, value in node.value:
            _walk(value, (*path, key.value if isinstance(key.value, str) else "?"), leaves)
    elif kind == "SequenceNode":
        for value in node.value:
            _walk(value, (*path, "") if type(value).__name__ == "SequenceNode" else path, leaves)
    elif kind == "ScalarNode" and node.value:
        # The parser's place of a block is that of its sign, and of a text with an anchor that of the anchor.
        shift = 1 if node.style in ("'", '"') else 0
        leaves.append((path, node.value, _NOWHERE if node.style in ("|", ">") or node.anchor else node.start_mark.index + shift))


def ours(source: str) -> tuple[list[Leaf], list[Fault]]:
    """What our reader gives, and what it says that it did not understand."""
    faults: list[Fault] = []
    leaves: list[Leaf] = []
    for line in lines(source, faults):
        if line.value is None:
            assert faults, source
        elif line.goes_on:
            path, text, place = leaves[-1]
            leaves[-1] = (path, text + line.value, place)
        elif line.value:
            path = (*line.path, line.key) if line.key is not None else line.path
            leaves.append((path, line.value, line.span.start))
    return leaves, faults
