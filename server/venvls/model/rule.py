"""The shape of a rule, an offer of an action, and a tool: what a family's files export and the engine understands."""

from __future__ import annotations

from venvls.model.facts import Facts
from venvls.model.finding import Finding, Related, Severity
from venvls.model.hints import TYPE_CHECKING
from venvls.model.manifest import Manifest
from venvls.model.record import NamedTuple
from venvls.model.requirement import Requirement
from venvls.model.text import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from venvls.model.action import Action, Plan, Task
    from venvls.model.contents import Contents
    from venvls.model.environment import Environment
    from venvls.model.imports import Sighting


class Fault(NamedTuple):
    """What a requirement rule found. ``span`` is relative to the requirement's text (``None``: all of it), so that the same text in
    another place need not be checked again."""

    message: str
    span: Span | None = None
    installed: str | None = None
    related: tuple[Related, ...] = ()
    data: Mapping[str, object] = {}


if TYPE_CHECKING:
    RequirementCheck = Callable[[Requirement, Facts, str], Iterable[Fault]]
    """Gets the requirement, the facts and the folder of its manifest (what relative paths start from). It may look at
    ``requirement.parsed`` alone: the answer is remembered by that and the folder, as long as the facts' ``remembered`` lives."""
    ManifestCheck = Callable[[Manifest, Facts], Iterable[Finding]]
    ProjectCheck = Callable[[Facts], Iterable[Finding]]
    ImportCheck = Callable[[Sighting, Facts], Iterable[Finding]]


class Rule(NamedTuple):
    """One thing that can be wrong. At least one of the checks is given.

    ``requirement`` runs for each requirement that counts, in a usable environment; ``manifest`` for each manifest on its own;
    ``project`` once a project, and is also told of a project without an environment; ``imports`` for each import of code that stands out.
    ``doc`` is the module's docstring: the documentation.
    ``about`` is the one state (``rules/satisfaction.py``) in which ``requirement`` can report something, and is called; empty: in any.
    """

    code: str
    severity: Severity
    doc: str
    requirement: RequirementCheck | None = None
    manifest: ManifestCheck | None = None
    project: ProjectCheck | None = None
    about: str = ""
    imports: ImportCheck | None = None


class Offer(NamedTuple):
    """One action a person may take. ``answers`` are rule codes; ``offer`` gives the action for one finding, or nothing.

    ``id`` is the file's name with hyphens. The family's list is the order in which they are shown. ``compares`` is true of one that looks
    at the environments that were not chosen (``candidates`` of a project), which are worked out for such offers alone.
    """

    id: str
    answers: frozenset[str]
    offer: Callable[[Finding, Facts], Iterable[Action]]
    doc: str
    compares: bool = False


def _unseen(folder: str) -> Contents | None:
    return None


class PlanContext(NamedTuple):
    """What a tool needs to know to plan: the facts of the project, absolute paths of the programs found, base Pythons, settings.

    ``programs`` maps ``uv``, ``poetry``… to absolute paths outside the workspace. ``pythons`` are base interpreters, newest first.
    ``prefer`` is the ``sync.tool`` setting. ``scratch`` is a neutral folder to run in. ``contents`` looks into a folder that is to be
    deleted; ``None`` where it cannot. ``standing`` is the environment already there at the folder that a ``create`` names. ``in_sync`` says
    of a sync that nothing is wrong which it could fix, as far as is known. ``recorded`` gives the version of a tool's program where that is
    known without starting it. ``as_named`` gives an environment by the kind and name that the project's settings have for its place.
    """

    facts: Facts
    programs: Mapping[str, str]
    pythons: tuple[BasePython, ...]
    scratch: str
    prefer: str = "auto"
    environ: Mapping[str, str] = {}
    contents: Callable[[str], Contents | None] = _unseen
    standing: Environment | None = None
    in_sync: bool = False
    recorded: Callable[[str, str], str | None] = lambda name, path: None
    as_named: Callable[[Environment], Environment] = lambda environment: environment


class BasePython(NamedTuple):
    """A Python on the machine that environments can be made with."""

    executable: str
    version: str
    implementation: str = "cpython"
    architecture: str = ""
    externally_managed: bool = False
    source: str = ""


class Tool(NamedTuple):
    """One tool. ``owns`` says why a project belongs to it, or ``None``; ``plan`` makes the steps of a task it ``does``."""

    name: str
    does: frozenset[str]
    owns: Callable[[Facts], str | None]
    plan: Callable[[Task, PlanContext], Plan]
    doc: str
