"""Changes to a TOML text that keep its style: an element more or less in a list, a key more in a table. Gives spans and new text.

Nothing here knows a format; every result is to be tried by its caller (:func:`applied`) before it is offered to a person.
"""

from __future__ import annotations

from venvls.manifests.syntax.toml import Path, TomlText
from venvls.manifests.syntax.toml_statements import Statement, gap_end
from venvls.model.hints import TYPE_CHECKING
from venvls.model.patterns import re
from venvls.model.record import NamedTuple
from venvls.model.text import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

_BARE = r"[A-Za-z0-9_-]+"
_UNPRINTABLE = r"[\x00-\x1f\x7f]"


class Change(NamedTuple):
    """Replace ``span`` by ``new``."""

    span: Span
    new: str


def applied(source: str, change: Change) -> str:
    """``source`` with the change made."""
    return source[: change.span.start] + change.new + source[change.span.end :]


def quoted(text: str, like: str = '"') -> str:
    """``text`` as a TOML string, in the quotes ``like`` where that needs no escapes, else in the other ones."""
    for quote in (like, "'" if like == '"' else '"'):
        if quote not in text and not re.search(_UNPRINTABLE, text) and (quote == "'" or "\\" not in text):
            return f"{quote}{text}{quote}"
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + re.sub(_UNPRINTABLE, lambda match: f"\\u{ord(match[0]):04X}", escaped) + '"'


def key_text(name: str) -> str:
    """``name`` as a key."""
    return name if re.fullmatch(_BARE, name) else quoted(name)


def line_break(source: str, near: int) -> str:
    """The line break in use at ``near``: that of the line before it, or else of the first line."""
    offset = source.rfind("\n", 0, near)
    offset = source.find("\n") if offset < 0 else offset
    return "\r\n" if offset > 0 and source[offset - 1] == "\r" else "\n"


def element_statement(source: str, listed: Span, items: Sequence[Span], number: int) -> Span:
    """What goes when an element goes: its line, where it has one to itself; else the element, the blanks before it and its comma.

    Statements of one list never overlap, so that several can be removed at once; what is left is always valid.
    """
    item = items[number]
    comma = gap_end(source, item.end)
    end = comma + 1 if source.startswith(",", comma) else item.end
    line_start, line_end = _line(source, item)
    first_on_line = _begins_line(source, line_start, item.start)
    if first_on_line and listed.start < line_start and end <= line_end < min(len(source), listed.end):
        rest = source[end:line_end].strip()
        if not rest or rest.startswith("#"):
            return Span(line_start, line_end + 1)
    start = item.start
    if not first_on_line:
        while source[start - 1] in " \t":
            start -= 1
        if source[start - 1] == "[":
            start = item.start
    return Span(start, end)


def _begins_line(source: str, line_start: int, offset: int) -> bool:
    """Whether there are only blanks before a place in its line. Looked at backwards: a long line is not read for each place in it."""
    while offset > line_start and source[offset - 1].isspace():
        offset -= 1
    return offset == line_start


def removal(source: str, listed: Span, items: Sequence[Span], number: int) -> Span:
    """What to remove for one element alone, so that the list looks as if it had never been there."""
    whole = element_statement(source, listed, items, number)
    item = items[number]
    if source[whole.end - 1] == "\n":
        return whole
    if number == len(items) - 1 and number > 0 and whole.end == item.end:
        comma = gap_end(source, items[number - 1].end)
        if source.startswith(",", comma) and not source[comma + 1 : item.start].strip():
            return Span(comma, item.end)
    end = whole.end
    if number == 0 or _begins_line(source, _line(source, item)[0], item.start):
        while source[end : end + 1] in (" ", "\t"):
            end += 1
    return Span(whole.start, end)


def insertion(source: str, listed: Span, items: Sequence[Span], text: str) -> Change:
    """One string more at the end of the list at ``listed``, in its style: quotes, indent, commas, lines."""
    nl = line_break(source, listed.end)
    if not items:
        return _first(source, listed, quoted(text), nl)
    last = items[-1]
    like = source[last.start] if source[last.start] in "\"'" and not source.startswith(source[last.start] * 3, last.start) else '"'
    new = quoted(text, like)
    comma = gap_end(source, last.end)
    has_comma = source.startswith(",", comma)
    line_start, line_end = _line(source, last)
    indent = source[line_start : last.start]
    if indent.strip() or line_start <= listed.start:
        return Change(Span(comma + 1, comma + 1), f" {new},") if has_comma else Change(Span(last.end, last.end), f", {new}")
    if has_comma:
        line_end = _line(source, Span(comma, comma))[1]
        offset = _without_return(source, line_end) if line_end < listed.end else comma + 1
        return Change(Span(offset, offset), f"{nl}{indent}{new},")
    end = _without_return(source, line_end) if line_end < listed.end else last.end
    return Change(Span(last.end, end), f",{source[last.end : end]}{nl}{indent}{new}")


def new_list(source: str, texts: Sequence[str]) -> str:
    """A list of strings, one a line; ``[]`` for none."""
    nl = line_break(source, len(source))
    return f"[{nl}{''.join(f'    {quoted(text)},{nl}' for text in texts)}]" if texts else "[]"


def new_pairs(toml: TomlText, table: Path, pairs: Sequence[tuple[str, str]]) -> Change | None:
    """``key = value`` for each pair, at the end of the table at ``table``, which is made where it is missing.

    ``None`` where the table is inside something that cannot take them.
    """
    source, nl = toml.source, line_break(toml.source, len(toml.source))
    lines = [f"{key_text(key)} = {value}" for key, value in pairs]
    header = toml.table(table)
    if header is not None and header.kind == "table":
        after = (header, *toml.body(table))[-1]
        indent = source[_line(source, after.span)[0] : after.span.start] if after is not header else ""
        return _after(toml, after, [("" if indent.strip() else indent) + line for line in lines])
    pair = toml.pair(table)
    if pair is not None and pair.value is not None:
        return _into_inline(source, pair.value, lines)
    dotted = _dotted(toml, table)
    if dotted is not None:
        statement, prefix = dotted
        return _after(toml, statement, [f"{prefix}.{line}" for line in lines])
    if not all(isinstance(toml.get(table[:length]), dict | None) for length in range(1, len(table) + 1)):
        return None
    block = [f"[{'.'.join(key_text(str(part)) for part in table)}]", *lines]
    akin = [number for number, statement in enumerate(toml.statements) if statement.kind == "table" and statement.names[:1] == table[:1]]
    if akin:
        every = toml.statements
        end = next((number for number in range(akin[-1] + 1, len(every)) if every[number].kind in ("table", "array-table")), len(every))
        return _after(toml, every[end - 1], ["", *block])
    gap = "" if not source.strip() else nl if source.endswith("\n") else nl * 2
    return Change(Span(len(source), len(source)), gap + nl.join(block) + nl)


def _first(source: str, listed: Span, new: str, nl: str) -> Change:
    """The first element of an empty list."""
    bracket = listed.end - 1
    line_start = source.rfind("\n", listed.start, bracket) + 1
    if line_start == 0:
        return Change(Span(listed.start + 1, bracket), new)
    indent = source[line_start:bracket]
    return Change(Span(line_start, line_start), f"{indent}    {new},{nl}")


def _after(toml: TomlText, statement: Statement, lines: Sequence[str]) -> Change:
    """Lines behind a statement's last line."""
    nl = line_break(toml.source, statement.line_end)
    return Change(Span(statement.line_end, statement.line_end), "".join(nl + line for line in lines))


def _into_inline(source: str, value: Span, lines: Sequence[str]) -> Change | None:
    """Pairs at the end of an inline table, which has one line."""
    if not source.startswith("{", value.start):
        return None
    inner = source[value.start + 1 : value.end - 1]
    joined = ", ".join(re.sub(r",?[\r\n]+\s*", " ", line).replace("[ ", "[").replace(" ]", "]") for line in lines)
    if not inner.strip():
        return Change(value, f"{{ {joined} }}")
    offset = value.start + 1 + len(inner.rstrip())
    return Change(Span(offset, offset), f", {joined}")


def _dotted(toml: TomlText, table: Path) -> tuple[Statement, str] | None:
    """The last ``a.b = …`` that adds to ``table``, and how it writes the table's part of the key."""
    dotted: tuple[Statement, str] | None = None
    for path, statement in toml.pairs():
        own = len(statement.key) - (len(path) - len(table))
        if own > 0 and len(path) > len(table) and path[: len(table)] == table:
            dotted = (statement, toml.source[statement.key[0].span.start : statement.key[own - 1].span.end])
    return dotted


def _line(source: str, span: Span) -> tuple[int, int]:
    """Where the line begins in which ``span`` begins, and where the one ends in which it ends."""
    end = source.find("\n", span.end)
    return source.rfind("\n", 0, span.start) + 1, len(source) if end < 0 else end


def _without_return(source: str, line_end: int) -> int:
    return line_end - 1 if source[line_end - 1 : line_end] == "\r" else line_end
