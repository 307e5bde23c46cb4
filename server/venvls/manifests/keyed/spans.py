"""Where an entry of a table of requirements is (Poetry, Pipenv): its name, the whole of it, and what removing it removes."""

from __future__ import annotations

from venvls.manifests.syntax.toml import Path, TomlText
from venvls.model.text import Span


def inner(toml: TomlText, path: Path) -> Span:
    """What is between the quotes of the string at ``path``; the whole value where it is none."""
    return inner_of(toml, path, toml.get(path))


def inner_of(toml: TomlText, path: Path, value: object) -> Span:
    """The same where the value is known."""
    span = toml.span_of(path)
    characters = toml.characters_of(span, value) if span is not None else None
    return toml.clamped(characters.inner if characters else span or Span(0, 0))


def key_inner(toml: TomlText, path: Path) -> Span:
    """The characters of the last key of ``path``, without quotes."""
    span = toml.key_span(path) or toml.span_of(path) or Span(0, 0)
    quoted = toml.text[span.start : span.start + 1] in ("'", '"') and span.end - span.start > 1
    return toml.clamped(Span(span.start + 1, span.end - 1) if quoted else span)


def entry_span(toml: TomlText, path: Path, pair: Path) -> Span:
    """From the name to the end of the value; a table's header; the element at ``path``, where the entry at ``pair`` is a list."""
    value = toml.span_of(path) if path != pair else None
    if value is not None:
        return value
    statement = toml.pair(pair)
    if statement is not None:
        return toml.clamped(statement.span)
    value = toml.span_of(path)
    key = toml.key_span(pair)
    if key is not None and value is not None and value.start >= key.end:
        return toml.clamped(Span(key.start, value.end))
    return toml.clamped(value or key or Span(0, 0))


def entry_statement(toml: TomlText, path: Path, pair: Path) -> Span:
    """What goes when the entry goes: its lines, where it has them to itself."""
    if path != pair:
        return toml.span_of(path) or Span(0, 0)
    statement = toml.pair(pair)
    if statement is not None:
        start, end = statement.span.start, statement.line_end
    elif (header := toml.table(pair)) is not None:
        body = toml.body(pair)
        start, end = header.span.start, body[-1].line_end if body else header.line_end
    else:
        return entry_span(toml, path, pair)
    line = toml.text.rfind("\n", 0, start) + 1
    if not toml.text[line:start].strip():
        start = line
    if toml.text.startswith("\r\n", end):
        end += 2
    elif toml.text.startswith("\n", end):
        end += 1
    return toml.clamped(Span(start, end))
