"""Whether an import runs, here: by the conditions that it is under, for a Python version and a platform as far as they are known."""

from __future__ import annotations

import re
from functools import lru_cache

from venvls.model.hints import TYPE_CHECKING, Any
from venvls.model.imports import Block, Header, Import, Reach
from venvls.model.record import NamedTuple

if TYPE_CHECKING:
    import ast
    from collections.abc import Sequence

_CATCHES = re.compile(r"\b(?:ImportError|ModuleNotFoundError|Exception|BaseException)\b")
_SUPPRESSES = re.compile(r"\b(?:ImportError|ModuleNotFoundError)\b|\bsuppress\(\s*(?:Base)?Exception\b")
_SYSTEMS = {"win32": "Windows", "linux": "Linux", "darwin": "Darwin"}
_NAMES = {"win32": "nt"}
_STRONGEST: tuple[Reach, ...] = ("never", "typing", "optional")


class Here(NamedTuple):
    """The Python that code is for. ``version`` is major and minor (``None``: not known), ``platform`` is its ``sys.platform``."""

    version: tuple[int, ...] | None = None
    platform: str | None = None


def reach(imported: Import, here: Here) -> Reach:
    """Whether an import runs and has to succeed. What cannot be known is optional."""
    answers = {_within(block, here) for block in imported.blocks}
    return next((answer for answer in _STRONGEST if answer in answers), "always")


@lru_cache(maxsize=4096)
def _within(block: Block, here: Here) -> Reach:
    keyword, text = block.header
    if keyword == "try":
        return "optional" if any(_catches(handler) for handler in block.after) else "always"
    if keyword == "except":
        return "optional"
    if keyword == "with":
        return "optional" if _SUPPRESSES.search(text) else "always"
    if keyword in ("match", "case"):
        return "optional"
    if keyword in ("if", "elif", "else"):
        if keyword == "else" and block.before[-1:] and block.before[-1].keyword != "if":
            # What follows a try that may fail, and did not: another module was there, or a name of some program's own.
            return "optional" if block.before[-1].keyword == "try" else "always"
        own = [text] if keyword != "else" else []
        return _branch(own, [header.text for header in block.before], here)
    return "always"


def _catches(handler: Header) -> bool:
    return not handler.text or _CATCHES.search(handler.text) is not None


def _branch(own: Sequence[str], others: Sequence[str], here: Here) -> Reach:
    """A branch runs where its own condition holds and none of those above it."""
    running = _all_hold(own, others, here, typing=False)
    if running is True:
        return "always"
    if running is None:
        return "optional"
    return "never" if _all_hold(own, others, here, typing=True) is False else "typing"


def _all_hold(own: Sequence[str], others: Sequence[str], here: Here, *, typing: bool) -> bool | None:
    answers = [holds(text, here, typing=typing) for text in own]
    answers += [None if answer is None else not answer for answer in (holds(text, here, typing=typing) for text in others)]
    return False if False in answers else None if None in answers else True


@lru_cache(maxsize=4096)
def holds(condition: str, here: Here, *, typing: bool = False) -> bool | None:
    """Whether a condition holds; ``None`` where that is not known. ``typing`` is the value of ``TYPE_CHECKING``."""
    import ast

    try:
        tree = ast.parse(f"({condition})", mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return _truth(tree.body, here, typing)


def _truth(node: ast.expr, here: Here, typing: bool) -> bool | None:
    import ast

    if isinstance(node, ast.BoolOp):
        answers = [_truth(value, here, typing) for value in node.values]
        decisive = isinstance(node.op, ast.Or)
        return decisive if decisive in answers else None if None in answers else not decisive
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        answer = _truth(node.operand, here, typing)
        return None if answer is None else not answer
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        return _compared(node, here)
    if isinstance(node, ast.Constant):
        return bool(node.value)
    if isinstance(node, ast.Call) and _dotted(node.func) == "sys.platform.startswith" and here.platform is not None:
        prefix = _literal(node.args[0]) if node.args else None
        return here.platform.startswith(prefix) if isinstance(prefix, (str, tuple)) else None
    name = _dotted(node).rpartition(".")[2]
    if name == "TYPE_CHECKING":
        return typing
    if name in ("PY2", "PY3") and here.version is not None:
        return (here.version[0] == 2) == (name == "PY2")
    return None


def _compared(node: ast.Compare, here: Here) -> bool | None:
    import ast

    left, operator, right = node.left, type(node.ops[0]).__name__, node.comparators[0]
    value, literal = _value(left, here), _literal(right)
    if value is None or literal is None:
        return None
    if isinstance(value, tuple):
        if not isinstance(literal, tuple) or not all(isinstance(part, int) for part in literal):
            return None
        # What is asked of the patch version is not known.
        if isinstance(left, ast.Subscript):
            return _ordered(value, operator, literal)
        if len(literal) > 2 and value[:2] == literal[:2]:
            return None
        if len(literal) == 2 and value[:2] == literal and operator in ("Gt", "LtE", "Eq", "NotEq"):
            # The whole version has five parts: (3, 11, 4, …) is more than (3, 11), and never equal to it.
            return operator in ("Gt", "NotEq")
        if len(literal) == 1 and value[:1] == literal:
            return operator in ("Gt", "GtE", "NotEq")
        return _ordered(value[:2], operator, literal[:2])
    return _ordered(value, operator, literal)


def _ordered(value: Any, operator: str, literal: Any) -> bool | None:
    try:
        match operator:
            case "Eq":
                return bool(value == literal)
            case "NotEq":
                return bool(value != literal)
            case "Lt":
                return bool(value < literal)
            case "LtE":
                return bool(value <= literal)
            case "Gt":
                return bool(value > literal)
            case "GtE":
                return bool(value >= literal)
            case "In":
                return value in literal
            case "NotIn":
                return value not in literal
    except TypeError:
        pass
    return None


def _value(node: ast.expr, here: Here) -> Any:
    """What of the Python an expression stands for; ``None`` where it is something else, or not known."""
    import ast

    version = here.version
    if isinstance(node, ast.Subscript) and _dotted(node.value) == "sys.version_info" and version is not None:
        index = node.slice
        if isinstance(index, ast.Constant) and isinstance(index.value, int) and index.value in (0, 1):
            return version[index.value]
        upper = index.upper.value if isinstance(index, ast.Slice) and isinstance(index.upper, ast.Constant) else None
        return (
            version[:upper] if isinstance(index, ast.Slice) and index.lower is None and isinstance(upper, int) and upper in (1, 2) else None
        )
    name = _dotted(node.func if isinstance(node, ast.Call) else node)
    if name == "sys.version_info":
        return version
    if name in ("sys.version_info.major", "sys.version_info.minor") and version is not None:
        return version[0 if name.endswith("major") else 1]
    if name == "sys.platform":
        return here.platform
    if name == "os.name" and here.platform is not None:
        return _NAMES.get(here.platform, "posix")
    if name == "platform.system" and here.platform is not None:
        return _SYSTEMS.get(here.platform)
    return None


def _literal(node: ast.expr) -> Any:
    import ast

    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, (ast.Tuple, ast.List, ast.Set)):
        values = [_literal(element) for element in node.elts]
        return None if None in values else tuple(values)
    return None


def _dotted(node: ast.expr) -> str:
    import ast

    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else ""
