"""textDocument/hover: what is known about what is there, in Markdown that nothing of a package's own words can steer."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from venvls.lsp import encode, markup, uris
from venvls.lsp.reading import known_versions, subject

if TYPE_CHECKING:
    from lsprotocol import types

    from venvls.answers.card import Line
    from venvls.answers.stated import Statement
    from venvls.answers.telling import Told
    from venvls.lsp.server import Server
    from venvls.lsp.session import Session
    from venvls.model.facts import Facts
    from venvls.workspace import Workspace


async def hover(ls: Server, params: types.HoverParams) -> dict[str, Any] | None:
    """What is there, and what is known about it."""
    path = uris.to_path(params.text_document.uri)
    return await ls.session.look(_hover, ls.session, path, params.position) if path is not None else None


def _hover(workspace: Workspace, session: Session, path: str, position: types.Position) -> dict[str, Any] | None:
    from venvls.answers.telling import tell

    for reading in session.readings.of(workspace, path):
        here = subject(reading, position, session.documents.units)
        place = reading.span(here.span) if here is not None else None
        if here is None or place is None:
            continue
        facts = reading.facts
        told = tell(here, facts, partial(_place, facts), partial(_path, facts), known_versions(workspace, facts))
        if told is not None:
            as_markdown = "markdown" in session.client.looks
            value = _markdown(told) if as_markdown else _text(told)
            return {
                "contents": {"kind": "markdown" if as_markdown else "plaintext", "value": value},
                "range": encode.span(reading.now, place, session.documents.units),
            }
    return None


def _place(facts: Facts, statement: Statement) -> str:
    from venvls.answers import words

    if statement.hidden:
        return words.OUTSIDE
    line = facts.manifests[statement.path].text.position(statement.requirement.span.start).line + 1
    scope = words.scope_of(statement)
    return f"{_path(facts, statement.path)}:{line}{f' ({scope})' if scope else ''}"


def _path(facts: Facts, path: str) -> str:
    """A path as it is seen from the project, or from the workspace of projects that it belongs to."""
    project = facts.project
    root = project.workspace or project.root
    if project.part is not None:  # an environment of tox's: its folder is no place for paths to begin
        root = facts.files.path.dirname(project.part.source)
    elif root in facts.manifests:  # a script
        root = facts.files.path.dirname(root)
    root = root.rstrip(facts.files.path.sep) + facts.files.path.sep
    return path[len(root) :] if path.startswith(root) else path


def _markdown(told: Told) -> str:
    parts = [f"**{markup.escaped(told.title)}**"] if told.title else []
    if told.summary:
        parts.append(markup.escaped(told.summary))
    listed: list[str] = []
    for line in told.lines:
        parts_of_line = (markup.escaped(line.text), markup.link(line.address) if line.address else "")
        text = ": ".join(filter(None, parts_of_line))
        listed.append(f"- {line.label}: {text}" if line.label else f"  - {text}" if listed else f"- {text}")
    return "\n\n".join([*parts, "\n".join(listed)]).rstrip()


def _text(told: Told) -> str:
    lines = [markup.plain(part) for part in (told.title, told.summary) if part]
    return "\n".join([*lines, *(_line(line) for line in told.lines)])


def _line(line: Line) -> str:
    text = ": ".join(markup.plain(part) for part in (line.text, line.address) if part)
    return f"{line.label}: {text}" if line.label else f"  {text}"
