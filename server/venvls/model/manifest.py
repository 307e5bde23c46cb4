"""A manifest: what one file says a project needs. Parsing never fails; what is wrong is said in ``problems``."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from venvls.model.hints import Literal
from venvls.model.record import NamedTuple, dataclass, field
from venvls.model.requirement import Requirement
from venvls.model.text import Span, Text

IncludeKind = Literal["requirements", "constraints"]


class Problem(NamedTuple):
    """Something a parser cannot accept. ``code`` is the rule that reports it; ``message`` is a whole sentence for a person."""

    code: str
    message: str
    span: Span


class Include(NamedTuple):
    """A reference to another manifest (``-r``, ``-c``, setuptools' ``file = …``). ``target`` is as written, never expanded."""

    target: str
    span: Span
    kind: IncludeKind = "requirements"
    group: str | None = None


class Option(NamedTuple):
    """A line or setting that changes how requirements are installed (``--index-url``), name without value."""

    name: str
    value: str | None
    span: Span


class PythonBound(NamedTuple):
    """What a manifest says of the Python it needs, as a PEP 440 specifier set, and where."""

    specifier: str
    span: Span


class Part(NamedTuple):
    """One of several environments that a tool's file speaks of at once, as tox.ini does: what is asked there is one part of the file.

    ``name`` is the environment's, ``platform`` its ``sys_platform``, ``source`` the path of the tool's file. ``package`` says that the
    project itself is installed there, with ``extras``; ``groups`` are its dependency groups that are (PEP 503 names).
    """

    tool: str
    name: str
    platform: str
    source: str
    package: bool = False
    extras: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()


Hint = str | Part | None
"""How a file is to be read: as ``requirements`` or ``constraints`` whatever its name, or as one part of it; ``None`` as its name says."""


class Group(NamedTuple):
    """A dependency group (PEP 735) or an extra, and the groups it includes. ``key`` is the PEP 503 form of its name."""

    key: str
    name: str
    span: Span
    kind: Literal["group", "extra"] = "group"
    includes: tuple[tuple[str, Span], ...] = ()


@dataclass(frozen=True, slots=True)
class Manifest:
    """Everything one manifest states, in the file's order.

    ``first_statement`` is where a remark about the whole file is shown. ``complete`` is false where the text stops making sense:
    what stands before it is kept (``requirements``), and ``problems`` says where it stops.
    ``default_groups`` is ``None`` where the file does not say (then ``dev`` counts), else the names it says, ``("*",)`` for all.
    ``facts`` carries what only one format knows (a project's own name, a tool's table), as plain data.
    """

    path: str
    format: str
    text: Text
    requirements: tuple[Requirement, ...] = ()
    includes: tuple[Include, ...] = ()
    options: tuple[Option, ...] = ()
    problems: tuple[Problem, ...] = ()
    groups: tuple[Group, ...] = ()
    requires_python: PythonBound | None = None
    default_groups: tuple[str, ...] | None = None
    first_statement: Span = Span(0, 0)
    complete: bool = True
    facts: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
