"""What ``list``, ``show``, ``why`` and ``tree`` share: the project they are asked about, and how places and requirements are shown.

They start no program and write nothing.
"""

from __future__ import annotations

import os
from collections.abc import Callable

from venvls.answers import words
from venvls.cli import opening
from venvls.cli.failure import Failure
from venvls.cli.render.place import relative
from venvls.model.hints import TYPE_CHECKING
from venvls.model.names import canonical
from venvls.model.record import NamedTuple
from venvls.model.visible import one_line

if TYPE_CHECKING:
    import argparse

    from venvls.answers.graph import Edge
    from venvls.answers.sharing import Sharer
    from venvls.answers.stated import Statement
    from venvls.model.facts import Facts
    from venvls.services import Services
    from venvls.workspace import Overrides, Workspace


class Asked(NamedTuple):
    """The facts of the project that is asked about, the folder that paths are shown from, and the other projects with its environment."""

    facts: Facts
    cwd: str
    others: tuple[Facts, ...] = ()

    def place(self, statement: Statement) -> str:
        """Where a line stands: ``requirements.txt:3``."""
        if statement.hidden:
            return words.OUTSIDE
        return one_line(f"{relative(statement.path, self.cwd)}:{self.line(statement) + 1}")

    def line(self, statement: Statement) -> int:
        """The number of a line, from 0."""
        return self.facts.manifests[statement.path].text.position(statement.requirement.span.start).line

    def path(self, path: str) -> str:
        """A path as a person reads it here."""
        return one_line(relative(path, self.cwd))

    def lead(self, statement: Statement) -> str:
        """Where a line stands, with the group or extra it belongs to."""
        scope = words.scope_of(statement)
        return f"{self.place(statement)}{f' ({one_line(scope)})' if scope else ''}"


def add_arguments(parser: argparse.ArgumentParser, *, option: bool) -> None:
    """PROJECT (an ``option`` where the arguments are names), the environment, groups, what the needs are read from, the format."""
    opening.add_project(parser, option=option)
    opening.add_groups(parser)
    parser.add_argument("--installed", action="store_true", help="who needs what as it is installed, whatever the lock says")
    opening.add_format(parser)


def asked(options: argparse.Namespace, services: Callable[[], Services]) -> Asked:
    """The project that the options name: the nearest at or above the folder."""
    path = opening.existing((options.project,))[0]
    joined = services()
    folder = opening.project_folder(path, joined)
    workspace = opening.open_workspace((folder,), joined, opening.overrides(options))
    workspace.take_up(path)
    project = workspace.project_of(path) or opening.one_project(folder, workspace)
    facts = workspace.facts(project.root)
    return Asked(facts, os.getcwd(), _others(facts, folder, workspace, joined, opening.overrides(options)))


def _others(facts: Facts, folder: str, workspace: Workspace, services: Services, chosen: Overrides) -> tuple[Facts, ...]:
    """The other projects with the same environment: below the folder, and below the one above it that the environment belongs to."""
    environment = facts.environment
    if environment is None:
        return ()
    home = facts.project.workspace or os.path.dirname(environment.prefix)
    above = folder.startswith(home.rstrip(os.sep) + os.sep)
    if above or chosen.environment is not None:
        # An environment that was named counts for every project of this workspace; whose it is, another one says.
        place = home if above else folder
        workspace = opening.open_workspace((place,), services, chosen._replace(environment=None), discover=False)
        workspace.discover()
    sharing = (each for each in workspace.projects() if each.root != facts.project.root and each.environment is not None)
    return tuple(workspace.facts(each.root) for each in sharing if each.environment and each.environment.real == environment.real)


def key_of(name: str) -> str:
    """The PEP 503 form of a name that was given; a failure where it is none."""
    if not name.strip() or any(character in name for character in "<>=!~;[]@ /\\"):
        raise Failure(f"`{one_line(name)}` is not the name of a package; give the name alone")
    return canonical(name)


def key_here(name: str, facts: Facts) -> str:
    """The key of the package that a name means in this project: conda's own package where there is none of Python's."""
    from venvls.answers.stated import by_name
    from venvls.model.names import OF_CONDA

    key, of_conda = key_of(name), OF_CONDA + name.strip().lower()
    installed = facts.installed.distributions if facts.installed is not None else {}
    locked = facts.locked.packages if facts.locked is not None else {}
    known = [each for each in (key, of_conda) if each in installed or each in by_name(facts) or each in locked]
    return known[0] if known else key


def unknown(name: str, facts: Facts) -> Failure:
    """That nothing is known of a name, with those that are near."""
    from difflib import get_close_matches

    from venvls.answers.graph import reached

    known = {*(facts.installed.distributions if facts.installed is not None else ()), *reached(facts).extras}
    near = get_close_matches(canonical(name), sorted(known), 1)
    return Failure(
        f"`{one_line(name)}` is neither installed nor required here" + (f"; did you mean `{one_line(near[0])}`?" if near else "")
    )


def statement_object(asked: Asked, statement: Statement) -> dict[str, object]:
    """A line as JSON: its place, its text, what it belongs to, and whether it counts."""
    from venvls import payload

    if statement.hidden:
        return {"path": None, "range": None, "text": None, "scope": None, "counts": statement.counts, "applies": statement.applies}
    kind, name = statement.requirement.scope
    return {
        "path": statement.path,
        "range": payload.range_of(asked.facts.manifests[statement.path].text, statement.requirement.span),
        "text": words.text_of(statement),
        "scope": {"kind": kind, "name": name},
        "counts": statement.counts,
        "applies": statement.applies,
    }


def edge_object(edge: Edge) -> dict[str, object]:
    """A need as JSON."""
    return {
        "package": edge.parent,
        "needs": edge.key,
        "extras": list(edge.extras),
        "specifier": edge.specifier,
        "extra": edge.extra or None,
        "marker": edge.marker,
    }


def sharer_object(sharer: Sharer) -> dict[str, object]:
    """Another project that requires a package, as JSON; nothing of a file outside the workspace."""
    hidden = sharer.statement is not None and sharer.statement.hidden
    return {
        "project": sharer.name or None,
        "path": None if hidden else sharer.path,
        "line": None if hidden else sharer.line,
        "workspace_member": sharer.member,
    }


def head(asked: Asked) -> dict[str, object]:
    """What every answer in JSON begins with."""
    from venvls import payload

    facts = asked.facts
    return {"schema": payload.SCHEMA, "project": facts.project.root, "environment": payload.environment(facts.environment)}
