"""textDocument/codeLens: above a file the environment and what to do about it, above groups whether they count.

What a lens does is also a code action (quick fixes, and the source action that syncs), for editors without lenses.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from venvls.lsp import encode, markup, uris
from venvls.model.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lsprotocol import types

    from venvls.lsp.reading import Reading
    from venvls.lsp.server import Server
    from venvls.lsp.session import Session
    from venvls.model.facts import Facts
    from venvls.model.requirement import Scope
    from venvls.workspace import Workspace

_QUIET = ("information", "hint")


async def lenses(ls: Server, params: types.CodeLensParams) -> list[dict[str, Any]]:
    """The lenses of a file."""
    path = uris.to_path(params.text_document.uri)
    return await ls.session.look(_lenses, ls.session, path) if path is not None else []


def _lenses(workspace: Workspace, session: Session, path: str) -> list[dict[str, Any]]:
    reading = next(session.readings.of(workspace, path), None)
    if reading is None or reading.manifest is None or path not in reading.facts.project.manifests:
        return []
    # Of what a script's or a tool's own environment is, no button here makes anything.
    shown = [*(_head(reading, workspace) if reading.facts.project.root != path else ()), *_groups(reading)]
    units = session.documents.units
    placed = []
    for span, command in shown:
        place = reading.span(span)
        if place is not None:
            line = reading.now.position(place.start).line
            start = reading.now.starts[line]
            placed.append({"range": encode.span(reading.now, Span(start, max(start, place.end)), units), "command": command})
    return placed


def _head(reading: Reading, workspace: Workspace) -> Iterator[tuple[Span, dict[str, Any]]]:
    from venvls.model.action import Task

    facts = reading.facts
    project, environment = facts.project, facts.environment
    top = reading.manifest.first_statement if reading.manifest is not None else Span(0, 0)
    if environment is None:
        yield top, encode.command("Create an environment", Task("create", project.root))
        return
    yield top, _words(f"{environment.python} · {environment.name}")
    number = _out_of_sync(facts, workspace)
    if number:
        groups, extras = (tuple(sorted(names)) for names in (facts.choice.groups, facts.choice.extras))
        task = Task("sync", project.root, environment.prefix, groups=groups, extras=extras)
        yield top, encode.command(f"Sync · {number} out of sync", task)
    if facts.locked is not None and facts.locked.stale is not None:
        yield top, encode.command("Lock is stale · Lock", Task("compile", project.root))


def _out_of_sync(facts: Facts, workspace: Workspace) -> int:
    """How many places of the project have something to install."""
    from venvls.actions.conditions import REQUIREMENT_CODES

    codes = REQUIREMENT_CODES | {"missing-dependency", "broken-distribution"}
    paths = (*facts.manifests, *((facts.locked.path,) if facts.locked is not None else ()))
    findings = (each for path in paths for each in workspace.findings(path) if each.project == facts.project.root)
    return len({(each.path, each.span) for each in findings if each.code in codes and each.severity not in _QUIET})


def _groups(reading: Reading) -> Iterator[tuple[Span, dict[str, Any]]]:
    from venvls.model.requirement import Scope

    manifest = reading.manifest
    for group in manifest.groups if manifest is not None else ():
        if manifest is None:
            continue
        title = f"{group.kind} {markup.plain(group.name)}"
        if not reading.facts.counts(manifest, Scope(group.kind, group.key)):
            yield group.span, _words(f"{title} does not count here")
        elif reading.facts.environment is not None and (counted := _counted(reading, Scope(group.kind, group.key))):
            yield group.span, _words(f"{title}: {counted}")


def _counted(reading: Reading, scope: Scope) -> str:
    """How many requirements a group has of its own, and how many of them are out of sync; empty for none."""
    from venvls.answers.place import by_requirement
    from venvls.answers.standing import standing

    known = map(by_requirement(reading.facts).get, map(id, reading.manifest.requirements if reading.manifest is not None else ()))
    own = [each for each in known if each is not None and each.requirement.scope == scope and not each.bound]
    states = [standing(each.key, reading.facts).state for each in own if each.in_force and each.key is not None]
    wrong = states.count("out-of-sync")
    number = f"{len(own)} requirement{'' if len(own) == 1 else 's'}"
    if not own:
        return ""
    if not wrong and "not-required" in states:
        return f"{number}, not part of the workspace's default sync"
    return f"{number}, {wrong} out of sync" if wrong else f"{number}, in sync"


def _words(title: str) -> dict[str, Any]:
    """A lens that only says something."""
    return {"title": title, "command": ""}
