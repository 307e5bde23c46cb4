"""A Python file as syntax: one call's arguments, and those of its values that are written out. Nothing is run.

Python's own parser does the work, for the syntax of the Python that runs this; a file of another syntax (Python 2) says nothing.
"""

from __future__ import annotations

import ast
import builtins
import warnings
from collections.abc import Iterator

from venvls.model.patterns import re
from venvls.model.record import NamedTuple
from venvls.model.text import Span, Text

MAX_CHARACTERS = 300_000
_DEEPEST = 50
_MOST = 50_000
"""Places that are looked at for the texts of all lists of a file."""
_QUOTES = ('"""', "'''", '"', "'")
_PIECE = r"\"[^\"\\\n]*\"|'[^'\\\n]*'"
_PIECES = re.compile(rf"(?:{_PIECE})(?:[ \t]*(?:#[^\n]*)?\r?\n\s*(?:{_PIECE}))+")
_BINDING_ANYTHING = ("exec", "globals", "locals", "vars", "execfile")
_OF_PYTHON_2 = "Missing parentheses in call to"


class Literal(NamedTuple):
    """A text that is written out. ``span`` covers its quotes; ``inner`` its characters, ``None`` where they are not there one by one
    (escapes, several pieces side by side)."""

    text: str
    span: Span
    inner: Span | None

    def pieces(self, source: str) -> list[Literal]:
        """The texts on lines of their own that Python joins to this one, as where a comma is missing; nothing where it is another."""
        written = source[self.span.start : self.span.end]
        if self.inner is not None or "\n" not in written or _PIECES.fullmatch(written) is None:
            return []
        spans = [Span(*match.span()).shifted(self.span.start) for match in re.finditer(_PIECE, written)]
        return [Literal(source[span.start + 1 : span.end - 1], span, Span(span.start + 1, span.end - 1)) for span in spans]

    def lines(self) -> Iterator[Literal]:
        """Its lines without blanks around them, blank ones and comments left out: setuptools takes a text for a list of its lines, and a
        ``#`` after a blank for a comment (setuptools ``_reqs.py``)."""
        offset = 0
        for line in self.text.splitlines(keepends=True):
            text = without_comment(line.strip())
            if text:
                lead = offset + len(line) - len(line.lstrip())
                start = self.inner.start + lead if self.inner is not None else 0
                yield Literal(text, self.span, Span(start, start + len(text)) if self.inner is not None else None)
            offset += len(line)


def without_comment(line: str) -> str:
    """A line of a list of requirements as setuptools takes it: without a comment, which begins the line or follows a blank."""
    return "" if line.startswith("#") else line.partition(" #")[0].rstrip()


class Module:
    """A parsed file. Names count where the module binds them once, to something that is written out."""

    def __init__(self, source: str, tree: ast.Module) -> None:
        self._source = source
        self._starts = [*Text(source).starts]
        self._starts[0] += source[:1] == "\ufeff"
        self._ascii = source.isascii()
        self._tree = tree
        self._bound: dict[str, ast.expr | None] | None = None
        self._steps = 0
        self._all_names: set[str] | None = None
        self.half_typed: list[Span] = []
        """Words without quotes in the lists that were looked at, where only a text has a meaning."""

    def only_call(self, name: str) -> ast.Call | None:
        """The one call of a function of this name, or of an attribute of this name; ``None`` where there is none or several."""
        calls: list[ast.Call] = []
        for node in ast.walk(self._tree):
            if isinstance(node, ast.Call):
                called = node.func
                if (called.id if isinstance(called, ast.Name) else called.attr if isinstance(called, ast.Attribute) else "") == name:
                    calls.append(node)
        return calls[0] if len(calls) == 1 else None

    def arguments(self, call: ast.Call) -> dict[str, ast.expr]:
        """A call's named arguments, with those of a written-out dictionary that is spread into it."""
        out: dict[str, ast.expr] = {}
        for keyword in call.keywords:
            if keyword.arg is not None:
                out[keyword.arg] = keyword.value
                continue
            for key, value in self.pairs(keyword.value)[0]:
                out.setdefault(key.text, value)
        return out

    def literal(self, node: ast.expr) -> Literal | None:
        """The text that a node is, or that the name it is stands for; ``None`` where it is none."""
        node = self._resolved(node)
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            return self._literal(node, node.value)
        return None

    def pieces(self, literal: Literal) -> list[Literal]:
        """:meth:`Literal.pieces` of a text of this file."""
        return literal.pieces(self._source)

    def literals(self, node: ast.expr) -> tuple[list[Literal], bool]:
        """Every text written out in a list, tuple, set or sum of such, and whether that is all there is in it."""
        literals: list[Literal] = []
        whole = self._collect(node, literals, _DEEPEST)
        return literals, whole

    def lists(self, node: ast.expr) -> list[ast.List | ast.Tuple | ast.Set]:
        """The lists that are written out and make up a list, as its terms or elements, in the order in which they are named."""
        node = self._resolved(node)
        if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
            return [node]
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            return [*self.lists(node.left), *self.lists(node.right)]
        return []

    def all_lists(self) -> Iterator[ast.List | ast.Tuple | ast.Set]:
        """Every list, tuple and set that is written out anywhere in the file."""
        return (node for node in ast.walk(self._tree) if isinstance(node, (ast.List, ast.Tuple, ast.Set)))

    def pairs(self, node: ast.expr) -> tuple[list[tuple[Literal, ast.expr]], bool]:
        """The entries of a dictionary whose keys are written out (``{…}`` or ``dict(…)``), and whether those are all."""
        node = self._resolved(node)
        out: list[tuple[Literal, ast.expr]] = []
        whole = True
        if isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                literal = self.literal(key) if key is not None else None
                if literal is None:
                    whole = False
                else:
                    out.append((literal, value))
            return out, whole
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "dict" and not node.args:
            for keyword in node.keywords:
                if keyword.arg is None:
                    whole = False
                else:
                    # A keyword has a place from Python 3.9 on.
                    start = self._offset(keyword.lineno, keyword.col_offset)
                    span = Span(start, start + len(keyword.arg))
                    out.append((Literal(keyword.arg, span, span), keyword.value))
            return out, whole
        return out, False

    def span(self, node: ast.expr) -> Span:
        """Where a node is."""
        end_line, end_column = node.end_lineno or node.lineno, node.end_col_offset or node.col_offset
        return Span(self._offset(node.lineno, node.col_offset), self._offset(end_line, end_column))

    def _collect(self, node: ast.expr, literals: list[Literal], depth: int) -> bool:
        node = self._resolved(node)
        self._steps += 1
        # A few names that double each other stand for more than could ever be read.
        if depth <= 0 or self._steps > _MOST:
            return False
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            literals.append(self._literal(node, node.value))
            return True
        if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
            # No short circuit: what is written out behind an unknown element counts too.
            answers = [self._collect(element, literals, depth - 1) for element in node.elts]
            return all(answers)
        if isinstance(node, ast.Starred):
            return self._collect(node.value, literals, depth - 1)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            return self._sum(node, literals, depth)
        if (word := self._half_typed(node)) is not None:
            self.half_typed.append(word)
            if isinstance(node, ast.Compare):
                # ``idna>`` and the text on the next line.
                self._collect(node.comparators[-1], literals, depth - 1)
            return True
        return False

    def _half_typed(self, node: ast.expr) -> Span | None:
        """The place of a word in a list that names nothing, alone or compared with a version: a requirement that lacks its quotes.
        Running it fails, whatever else is in the file."""
        word = node.left if isinstance(node, ast.Compare) and len(node.ops) == 1 else node
        if not isinstance(word, ast.Name) or not isinstance(getattr(node, "comparators", [ast.Constant("")])[0], ast.Constant):
            return None
        known = self._known_names()
        return None if word.id in known or "*" in known else self.span(word)

    def _known_names(self) -> set[str]:
        """Every name that anything in the file may bind, and those that Python itself has; all where a star import may bind any."""
        if self._all_names is None:
            names = set(dir(builtins))
            for node in ast.walk(self._tree):
                names.update(_bound_by(node))
            self._all_names = names
        return self._all_names

    def _sum(self, node: ast.BinOp, literals: list[Literal], depth: int) -> bool:
        """A sum of lists. One of texts makes a single text, half of which says nothing."""
        sides = [self._resolved(side) for side in (node.left, node.right)]
        if any(isinstance(side, ast.Constant) for side in sides):
            return False
        answers = [self._collect(side, literals, depth - 1) for side in sides]
        return all(answers)

    def _resolved(self, node: ast.expr) -> ast.expr:
        for _ in range(5):
            if not isinstance(node, ast.Name):
                return node
            bound = self._names().get(node.id)
            if bound is None:
                return node
            node = bound
        return node

    def _names(self) -> dict[str, ast.expr | None]:
        """What each name of the module is bound to; ``None`` for one bound twice, in a branch or a loop, or taken from elsewhere."""
        if self._bound is None:
            self._bound = {}
            top = {id(statement) for statement in self._tree.body}
            for node in ast.walk(self._tree):
                if isinstance(node, ast.Assign):
                    simple = id(node) in top and len(node.targets) == 1
                    for target in node.targets:
                        self._bind(target, node.value if simple else None)
                elif isinstance(node, ast.AnnAssign):
                    self._bind(node.target, node.value if id(node) in top else None)
                elif isinstance(node, (ast.For, ast.NamedExpr, ast.Delete)):
                    for target in node.targets if isinstance(node, ast.Delete) else [node.target]:
                        self._bind(target, None)
                elif isinstance(node, ast.Call) and (name := _changed(node)) is not None:
                    self._bound[name] = None
        return self._bound

    def _bind(self, target: ast.expr, value: ast.expr | None) -> None:
        assert self._bound is not None  # noqa: S101 - said to the type checker
        if isinstance(target, ast.Name):
            self._bound[target.id] = value if target.id not in self._bound else None
        elif isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name):
            # ``extras["all"] = …``: what was written out still is there, unless it is this very key.
            return
        elif isinstance(target, (ast.Tuple, ast.List)):
            for element in target.elts:
                self._bind(element, None)

    def _literal(self, node: ast.Constant, text: str) -> Literal:
        span = self.span(node)
        written = self._source[span.start : span.end]
        prefix = len(written) - len(written.lstrip("rRuU"))
        quote = next((mark for mark in _QUOTES if written.startswith(mark, prefix)), "")
        inner = Span(span.start + prefix + len(quote), span.end - len(quote))
        exact = bool(quote) and self._source[inner.start : inner.end] == text
        return Literal(text, span, inner if exact else None)

    def _offset(self, line: int, column: int) -> int:
        """The place of a line (from 1) and a column in UTF-8 bytes."""
        start = self._starts[min(line - 1, len(self._starts) - 1)]
        if self._ascii:
            return start + column
        end = self._source.find("\n", start)
        content = self._source[start : len(self._source) if end < 0 else end]
        return start + len(content.encode("utf-8", "surrogatepass")[:column].decode("utf-8", "ignore"))


def read_module(source: str) -> Module | None:
    """A Python file as syntax; ``None`` where it is none, or too large or too deep to be read."""
    if len(source) > MAX_CHARACTERS or "\0" in source:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return Module(source, ast.parse(source.removeprefix("\ufeff")))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def read_but_one_line(source: str) -> tuple[Module, Span] | None:
    """A file of which one line is not Python, as it is while somebody types: the rest of it as syntax, and where that line is. ``None``
    where more is wrong, or where it is Python 2."""
    if len(source) > MAX_CHARACTERS or (error := _error(source)) is None or error.lineno is None or error.msg.startswith(_OF_PYTHON_2):
        return None
    opened = re.search(r" on line (\d+)$", error.msg)
    # A word without quotes is only wrong where the next line begins.
    suspects = (error.lineno,) if error.msg.startswith("unterminated") else (error.lineno - 1, error.lineno)
    lines = source.split("\n")
    for number in (*((int(opened[1]),) if opened else ()), *suspects):
        if 0 < number <= len(lines) and (written := lines[number - 1]).strip():
            for blanked in _blanked(written.rstrip("\r"), error):
                rest = "\r" * written.endswith("\r")
                module = read_module("\n".join([*lines[: number - 1], blanked + rest, *lines[number:]]))
                if module is not None:
                    start = sum(map(len, lines[: number - 1])) + number - 1 + len(written) - len(written.lstrip())
                    return module, Span(start, start + len(written.strip()))
    return None


def _blanked(line: str, error: SyntaxError) -> Iterator[str]:
    """A line without what may be wrong in it, what leaves most of it first: a quote before a text in quotes, what follows a quote, the
    quote alone, all of it; and a statement in its place, where a block must not be empty."""
    quote = (error.offset or 0) - 1
    if error.msg.startswith("unterminated"):
        first = re.search(r"""(?<!["'])["'](?=["']\w)""", line)
        if first is not None:
            yield f"{line[: first.start()]} {line[first.end() :]}"
    if error.msg.startswith("unterminated") and line[quote : quote + 1] in ("'", '"'):
        yield line[:quote] + " " * (len(line) - quote)
        yield f"{line[:quote]} {line[quote + 1 :]}"
    yield " " * len(line)
    indent = len(line) - len(line.lstrip())
    yield f"{line[:indent]}0{' ' * (len(line) - indent - 1)}"


def _error(source: str) -> SyntaxError | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(source.removeprefix("\ufeff"))
    except SyntaxError as error:
        return error
    except (ValueError, RecursionError, MemoryError):
        pass
    return None


def _bound_by(node: ast.AST) -> Iterator[str]:
    """The names that a node by itself may bind; ``*`` for any."""
    if isinstance(node, ast.Name):
        if not isinstance(node.ctx, ast.Load):
            yield node.id
    elif isinstance(node, ast.alias):
        yield (node.asname or node.name).partition(".")[0]
    elif isinstance(node, ast.arg):
        yield node.arg
    elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        yield node.name
    elif isinstance(node, (ast.ExceptHandler, ast.MatchAs, ast.MatchStar)):
        yield node.name or ""
    elif isinstance(node, ast.MatchMapping):
        yield node.rest or ""
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _BINDING_ANYTHING:
        yield "*"


def _changed(call: ast.Call) -> str | None:
    """The name whose value a call takes something away from, or replaces something in."""
    method = call.func
    taking = isinstance(method, ast.Attribute) and method.attr in ("remove", "pop", "clear", "update", "setdefault")
    return method.value.id if taking and isinstance(method, ast.Attribute) and isinstance(method.value, ast.Name) else None
