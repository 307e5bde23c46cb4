"""A finding: a rule broken at a place; and the project it speaks of."""

from __future__ import annotations

from venvls.model.environment import Environment
from venvls.model.hints import TYPE_CHECKING, Literal
from venvls.model.manifest import Part
from venvls.model.pieces import MappingProxyType
from venvls.model.record import NamedTuple, dataclass
from venvls.model.requirement import Requirement
from venvls.model.text import Span

if TYPE_CHECKING:
    from collections.abc import Mapping

Severity = Literal["error", "warning", "information", "hint"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "information", "hint")

OF_TEXT = frozenset({"invalid-requirement", "invalid-manifest", "unreadable-include", "include-cycle", "unknown-group"})
"""What is true of a text whatever the environment: reported once, however many projects read it."""


class Related(NamedTuple):
    """Another place that explains a finding, and what it has to do with it."""

    path: str
    span: Span
    message: str


class Finding(NamedTuple):
    """One thing that is wrong (or worth saying), where, and what can be done.

    ``span`` is in ``path``'s text. Rules leave ``severity``, ``project`` and ``environment`` at their defaults; the engine fills them
    in. What can be done about it is worked out later (``engine.actions``): most findings are never clicked. ``installed`` is the version
    found, for findings about a distribution. ``data`` is for actions: plain JSON values.
    """

    code: str
    message: str
    path: str
    span: Span
    severity: Severity = "warning"
    requirement: Requirement | None = None
    installed: str | None = None
    related: tuple[Related, ...] = ()
    unnecessary: bool = False
    data: Mapping[str, object] = MappingProxyType({})
    project: str | None = None
    environment: str | None = None


class Candidate(NamedTuple):
    """An environment that was considered for a project, and why it won or lost."""

    environment: Environment
    chosen: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Project:
    """A folder with manifests, the environment chosen for it, and why.

    ``manifests`` are the files that state requirements, the main one first; ``locks`` their locks; ``tool`` the one that keeps the
    project (``pip``, ``uv``, ``poetry``…) and ``tool_reason`` how that is known. ``python`` is what its files ask of a Python, as PEP 440
    specifiers with the file that says it. ``workspace`` is the root whose environment and lock members share. ``stated_elsewhere`` are
    settings of its tool that variables or the person's own files state; ``*`` for any. ``part`` is given for one of a tool's own
    environments (tox): its root is the environment's prefix, and of its manifests one part counts. ``siblings`` are projects, by
    PEP 503 name and folder, that a project above installs from their folders, as it does with this one: never to be had from an index.
    ``installed_above`` is that project's folder, where this one uses its environment; ``installer`` also where it has none yet.
    """

    root: str
    manifests: tuple[str, ...]
    locks: tuple[str, ...] = ()
    tool: str = "pip"
    tool_reason: str = ""
    environment: Environment | None = None
    reason: str = ""
    candidates: tuple[Candidate, ...] = ()
    python: tuple[tuple[str, str], ...] = ()
    workspace: str | None = None
    stated_elsewhere: frozenset[str] = frozenset()
    part: Part | None = None
    siblings: tuple[tuple[str, str], ...] = ()
    installed_above: str | None = None
    installer: str | None = None

    @property
    def is_script(self) -> bool:
        """Whether it is a script with requirements of its own (PEP 723): its file is its root."""
        return self.manifests[:1] == (self.root,)
