"""The conditions of ``{ replace = "if" }`` in tox.toml: read as syntax, answered for one environment, never run.

Source: tox ``config/loader/toml/_replace.py``. What depends on a variable (``env.CI``) or the machine has no answer.
"""

from __future__ import annotations

import ast

from venvls.manifests.tox.names import factor_holds

_LONGEST = 2_000


def verdict(condition: str, name: str, platform: str) -> bool | None:
    """Whether a condition holds for the environment ``name``; ``None`` where the file alone does not tell."""
    try:
        tree = ast.parse(condition, mode="eval") if len(condition) <= _LONGEST else None
        value = _value(tree.body, name, platform) if tree is not None else None
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return bool(value) if value is not None else None


def _value(node: ast.expr, name: str, platform: str) -> bool | str | None:
    if isinstance(node, ast.BoolOp):
        answers = [None if (answer := _value(part, name, platform)) is None else bool(answer) for part in node.values]
        decisive = isinstance(node.op, ast.Or)
        return decisive if decisive in answers else None if None in answers else not decisive
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        inner = _value(node.operand, name, platform)
        return None if inner is None else not inner
    if isinstance(node, ast.Compare) and len(node.ops) == 1 and isinstance(node.ops[0], (ast.Eq, ast.NotEq)):
        left, right = _value(node.left, name, platform), _value(node.comparators[0], name, platform)
        return None if left is None or right is None else (left == right) is isinstance(node.ops[0], ast.Eq)
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.Name) and node.id == "env_name":
        return name
    factor = _factor(node)
    return factor_holds(factor, name, platform) if factor is not None else None


def _factor(node: ast.expr) -> str | None:
    """The factor required by ``factor.NAME`` or ``factor["NAME"]``."""
    if isinstance(node, (ast.Attribute, ast.Subscript)) and isinstance(node.value, ast.Name) and node.value.id == "factor":
        if isinstance(node, ast.Attribute):
            return node.attr
        if isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str):
            return node.slice.value
    return None
