"""What a person can do about a finding: an edit of text, or a task; and the plan a tool makes of a task."""

from __future__ import annotations

from collections.abc import Mapping

from venvls.model.hints import Literal
from venvls.model.record import dataclass, field
from venvls.model.text import Span

TaskName = Literal[
    "create", "select", "sync", "install", "recreate", "repair", "remove", "delete", "activate",
    "freeze", "compile", "upgrade", "add", "ignore",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class TextEdit:
    """Replace ``span`` of the file at ``path`` by ``new``. ``create`` allows the file not to exist yet (then the span is empty)."""

    path: str
    span: Span
    new: str
    create: bool = False


@dataclass(frozen=True, slots=True)
class Task:
    """Something to be done to an environment, before any tool has said how.

    ``project`` is a root, ``environment`` a prefix. ``requirements`` are PEP 508 strings, ``files`` requirement files.
    ``options`` holds the task's own choices by the command line's names (``python``, ``tool``, ``name``, ``exact``…).
    """

    task: TaskName
    project: str | None = None
    environment: str | None = None
    requirements: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    extras: tuple[str, ...] = ()
    options: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Action:
    """One offer to a person. ``id`` is stable (its file's name); exactly one of ``edits`` and ``task`` is given.

    ``safe`` marks text edits that ``check --fix`` may apply without asking; ``preferred`` the one the editor applies first.
    """

    id: str
    title: str
    kind: str = "quickfix"
    edits: tuple[TextEdit, ...] = ()
    task: Task | None = None
    preferred: bool = False
    safe: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One program to start: absolute path first, then arguments; never a shell string. ``environ`` is added to the inherited one.

    ``label`` says in a person's words what it does. ``writes`` are paths it may create or change, for the sentence after a failure.
    """

    argv: tuple[str, ...]
    cwd: str
    label: str
    environ: Mapping[str, str] = field(default_factory=dict)
    writes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """The exact steps a tool takes for a task, shown before they run.

    ``surprises`` are things a person would want to know first (an extra index, a URL, a source build, a deletion), one sentence each.
    ``environment`` is the prefix that is locked while it runs. A plan that cannot be made has ``refusal``: what is wrong and what to do.
    ``aside`` are folders moved out of the way before the first step, put back if a step fails, and deleted after the last one: that is
    how something is replaced or removed without a moment in which it is lost. ``fallback`` says what a plan leaves out that the project's
    own tool would do. ``deletes`` is the environment that a step deletes, where a tool does that itself;
    ``makes`` says how many of the first steps make a new one, before those that fill it; 0 where the first step does both.
    """

    task: Task
    tool: str
    steps: tuple[Step, ...] = ()
    surprises: tuple[str, ...] = ()
    environment: str | None = None
    refusal: str | None = None
    fallback: str | None = None
    aside: tuple[str, ...] = ()
    deletes: str | None = None
    makes: int = 1


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a task ended. ``message`` is one sentence for a person, free of secrets."""

    ok: bool
    message: str
    cancelled: bool = False
    output: tuple[str, ...] = ()
    environment: str | None = None
    state: Literal["done", "unchanged", "partial", "refused"] = "done"
