"""The imports of a Python text, with the exact place of each module's name. Fast, and right for code of any Python version.

``import`` is a keyword: outside strings and comments it is an import statement wherever it occurs. So the text is searched for that
word, and only what is before the last one is taken apart into strings, comments and the rest. A parser of the standard library would cost
ten times as much, and knows the grammar of its own Python alone; half-typed code has imports too. ``tests/imports/test_scanner.py`` holds
the answers equal to those of ``ast``.

What nobody writes by hand is not read to its end: :class:`~venvls.model.limits.TooManyError` says what there is too much of.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from venvls.imports.blocks import Blocks
from venvls.model.imports import Import
from venvls.model.limits import TooManyError
from venvls.model.text import Span

MOST_IMPORTS = 5_000
"""Imports in one file. Real ones have at most a few hundred; those that generators write, two thousand."""
_MOST_NAMES = 50_000
"""Names that the ``from`` imports of one file take out of modules."""
_LONGEST_NAME = 500
"""Characters of one module's name, as it is written."""
_LONGEST_STATEMENT = 100_000
"""Characters after the word ``import`` of one statement."""
_MOST_PIECES = 500_000
"""Strings and comments before the last import."""

# What is no code: comments and strings. A string that does not end is one up to the end of its line, or of the text.
_NO_CODE = re.compile(
    r"#[^\r\n]*"
    # A backslash may be the last of all: where that is no end, the whole rest is looked at again for each string.
    r'|"""[^"\\]*(?:(?:\\.?|"(?!""))[^"\\]*)*(?:"""|\Z)'
    r"|'''[^'\\]*(?:(?:\\.?|'(?!''))[^'\\]*)*(?:'''|\Z)"
    r'|"[^"\\\r\n]*(?:\\(?:\r\n|.)[^"\\\r\n]*)*"?'
    r"|'[^'\\\r\n]*(?:\\(?:\r\n|.)[^'\\\r\n]*)*'?",
    re.DOTALL,
)
_GAP = r"(?:[ \t\f]|\\\r?\n|\\\r)*"
_NAME = r"[^\W\d]\w*"
_DOTTED = rf"{_NAME}(?:{_GAP}\.{_GAP}{_NAME})*"
# After a gap there is always something: what does not match is given up in linear time.
_FROM = re.compile(rf"from{_GAP}(?:(?P<dots>\.(?:{_GAP}\.)*)(?:{_GAP}(?P<below>{_DOTTED}))?|(?P<module>{_DOTTED})){_GAP}")
_MODULE = re.compile(rf"{_GAP}({_DOTTED})(?:{_GAP}\bas\b{_GAP}{_NAME})?{_GAP}(,?)")
_NAMES = re.compile(r"\((?:[^()#]|#[^\r\n]*)*\)?|(?:\\\r?\n|\\\r|[^\r\n;#])*")
_TAKEN = re.compile(rf"({_NAME}|\*)(?:\s+as\s+{_NAME})?")
_COMMENT = re.compile(r"#[^\r\n]*")
_JOINED = re.compile(r"\\\r?\n|\\\r")
_LITERAL = re.compile(r"""\s*\(\s*[rRuU]?(?P<quote>["'])(?P<module>[\w.]+)(?P=quote)\s*[,)]""")
_PROBED = re.compile(r"""(?:find_spec|importorskip|find_loader|_available|_installed)\s*\(\s*["']([\w.]+)["']""")
_LAZY = re.compile(r"\blazy[ \t\f]+\Z")
_BEFORE = 500
"""Characters before ``import`` in which its ``from`` is looked for."""


def scan(source: str, plain: frozenset[str] = frozenset()) -> tuple[Import, ...]:
    """Every import of a text, in the order of places. Relative ones and those that cannot fail are among them.

    What an import is in is not looked for where it is relative, or of a top-level module in ``plain``. ``TooManyError`` where the text is
    none that somebody wrote.
    """
    return tuple(_scan(source, plain))


def probed(source: str) -> frozenset[str]:
    """Modules that a text asks for before it uses them (``find_spec("x")``, ``pytest.importorskip("x")``): it can do without."""
    if "find_spec" not in source and "importorskip" not in source and "find_loader" not in source and "_available" not in source:
        return frozenset()
    return frozenset(match[1] for match in _PROBED.finditer(source))


def _scan(source: str, plain: frozenset[str]) -> Iterator[Import]:
    beyond = (len(source) + 1, len(source) + 1)
    no_code = map(re.Match.span, _NO_CODE.finditer(source))
    begin, end = next(no_code, beyond)
    blocks = Blocks(source)
    tries = count = names = 0
    place = source.find("import")
    while place >= 0:
        after = place + 6
        kind = _kind(source, place, after)
        if kind:
            while end <= place:
                blocks.no_code.append((begin, end))
                begin, end = next(no_code, beyond)
                if len(blocks.no_code) > _MOST_PIECES:
                    raise TooManyError(f"more than {_MOST_PIECES:,} strings and comments before an import")
            if begin <= place:
                after = end
            else:
                # The word counts as well: what begins nothing that can be read takes as long.
                tries += 1
                _allow(tries, names)
                for imported in _statement(source, place, blocks, plain) if kind == "statement" else _call(source, place, kind, blocks):
                    count, names = count + 1, names + len(imported.names)
                    _allow(count, names)
                    yield imported
        place = source.find("import", after)


def _allow(imports: int, names: int) -> None:
    if imports > MOST_IMPORTS:
        raise TooManyError(f"more than {MOST_IMPORTS:,} imports")
    if names > _MOST_NAMES:
        raise TooManyError(f"more than {_MOST_NAMES:,} imported names")


def _kind(source: str, place: int, after: int) -> str:
    """What the word may be, by the letters around it alone: ``statement``, the name of a function, or nothing."""
    following = source[after : after + 1]
    before = source[place - 1 : place] if place else ""
    if before == "_" and following == "_":
        return "__import__" if source[place - 2 : place] == "__" and source.startswith("__", after) else ""
    if following == "_":
        return "import_module" if source.startswith("_module", after) and not (before.isalnum() or before == "_") else ""
    if following.isalnum() or before.isalnum() or before == "_":
        return ""
    return "statement"


def _statement(source: str, place: int, blocks: Blocks, plain: frozenset[str]) -> Iterator[Import]:
    head = _from(source, place)
    start = head.start() if head is not None else place
    if not _begins(source, start):
        return
    if head is None:
        after = place + 6
        while (match := _MODULE.match(source, after)) is not None:
            module = _plain(match[1])
            inside = () if module.partition(".")[0] in plain else blocks.around(start)
            yield Import(module, _named(match, 1), blocks=inside)
            after = match.end()
            if not match[2]:
                break
        return
    dots = (head["dots"] or "").count(".")
    group = "module" if not dots else "below" if head["below"] else "dots"
    span = _named(head, group)
    module = _plain(head[group]) if group != "dots" else ""
    inside = () if not dots and module.partition(".")[0] in plain else blocks.around(start)
    yield Import(module, span, _taken(source, place + 6), dots, inside)


def _named(match: re.Match[str], group: str | int) -> Span:
    """Where a module's name is written."""
    start, end = match.span(group)
    if end - start > _LONGEST_NAME:
        raise TooManyError(f"more than {_LONGEST_NAME} characters of one module's name")
    return Span(start, end)


def _from(source: str, place: int) -> re.Match[str] | None:
    """The ``from …`` that ends right before ``place``."""
    start = place
    while (start := source.rfind("from", max(0, place - _BEFORE), start)) >= 0:
        match = _FROM.fullmatch(source, start, place)
        if match is not None and not (start and (source[start - 1].isalnum() or source[start - 1] in "_.")):
            following = source[start + 4]
            if not (following.isalnum() or following == "_"):
                return match
        # Between the two there are names and dots alone.
        if "\n" in source[start:place] and "\\" not in source[start:place]:
            return None
    return None


def _begins(source: str, start: int) -> bool:
    """Whether a statement can begin here: on a line of its own, after a colon or a semicolon, or after ``lazy``."""
    for _ in range(2):
        end = start
        while end and source[end - 1] in " \t\f":
            end -= 1
        if not end or source[end - 1] in "\n\r;:\ufeff":
            return True
        lazy = _LAZY.search(source, max(0, start - 50), start)
        if lazy is None:
            return False
        start = lazy.start()
    return False


def _taken(source: str, after: int) -> tuple[str, ...]:
    """What is taken out of the module: the names after ``import``."""
    while after < len(source) and source[after] in " \t\f\\\r\n":
        if source[after] in "\r\n" and source[after - 1] not in "\\\r":
            return ()
        after += 1
    # Statements that go on in each other would be looked at as often.
    match = _NAMES.match(source, after, after + _LONGEST_STATEMENT)
    if match is not None and match.end() == after + _LONGEST_STATEMENT:
        raise TooManyError(f"more than {_LONGEST_STATEMENT:,} characters of one import")
    text = match[0] if match is not None else ""
    if "#" in text:
        text = _COMMENT.sub("", text)
    return tuple(name[1] for name in _TAKEN.finditer(_JOINED.sub(" ", text)))


def _call(source: str, place: int, name: str, blocks: Blocks) -> Iterator[Import]:
    """``import_module("x")`` and ``__import__("x")``; of another object's methods, and of what is not written out, nothing is known."""
    start = place - 2 if name == "__import__" else place
    if source[start - 1 : start] == "." and not source.endswith(("importlib", "builtins"), max(0, start - 10), start - 1):
        return
    match = _LITERAL.match(source, start + len(name))
    if match is not None and not match["module"].startswith(".") and not match["module"].endswith("."):
        yield Import(match["module"], _named(match, "module"), blocks=blocks.around(start), called=True)


def _plain(written: str) -> str:
    return written if written.replace(".", "").replace("_", "").isalnum() else "".join(_JOINED.sub("", written).split())
