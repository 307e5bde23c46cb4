"""A manifest: what one file says a project needs. Parsing never fails; what is wrong is said in ``problems``."""

from __future__ import annotations

from venvls.model.hints import TYPE_CHECKING, Any, Literal
from venvls.model.pieces import MappingProxyType, is_
from venvls.model.record import NamedTuple, dataclass, field
from venvls.model.requirement import Requirement, Scope
from venvls.model.text import Span, Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from venvls.model.families import (
        CompiledHeader,
        CondaFile,
        PipenvFile,
        PixiTable,
        PoetryTable,
        PyprojectTable,
        ToxNames,
        ToxPart,
        Unknown,
    )

IncludeKind = Literal["requirements", "constraints"]


def same_objects(some: Sequence[object], others: Sequence[object]) -> bool:
    """Whether both are of the same objects in the same order: what is read of a text is one object for as long as that text is the same."""
    return len(some) == len(others) and all(map(is_, some, others))


class Problem(NamedTuple):
    """Something a parser cannot accept. ``code`` is the rule that reports it; ``message`` is a whole sentence for a person.

    ``mild`` is what the project's own tools accept and others refuse: a warning at most. ``newer`` is what only TOML 1.1 allows: which
    tool reads the file decides whether it is wrong. ``tool`` is the one whose own settings these are, and which does nothing at all with
    such a file.
    """

    code: str
    message: str
    span: Span
    mild: bool = False
    newer: bool = False
    tool: str = ""


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
    """One of several environments that one file of a tool describes, as tox.ini does: its requirements are one part of the file.

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


class Defaults(NamedTuple):
    """What of a manifest counts without being chosen: ``groups`` and ``extras`` by PEP 503 name, ``all_groups`` for every group but those
    that are aside; ``main`` is whether the requirements of the project itself count; ``itself`` how the tool installs the project itself:
    ``editable``, ``built``, or empty where it does not, or nothing follows from that."""

    groups: tuple[str, ...] = ()
    extras: tuple[str, ...] = ()
    all_groups: bool = False
    main: bool = True
    itself: str = ""


class DefaultsByName(NamedTuple):
    """What counts in the environments of one kind: by their names, by what is before the first dot of their names (``families``), and
    in any other."""

    names: Mapping[str, Defaults]
    families: Mapping[str, Defaults] = MappingProxyType({})
    others: Defaults = Defaults()

    def of(self, name: str) -> Defaults:
        """What counts in the environment called ``name``."""
        named = self.names.get(name)
        return named if named is not None else self.families.get(name.partition(".")[0], self.others)


class Own(NamedTuple):
    """What only one family of formats knows of a manifest (:mod:`venvls.model.families`); ``None`` where it says nothing of that family.

    ``compiled`` is the header of a compiled requirements file; ``hatch`` the plain table of Hatch's settings; ``pdm`` whether PDM keeps the
    project; ``tox`` the environments that tox's settings speak of; ``part`` which of several environments this manifest is about;
    ``unknown`` what only a tool can fill in.
    """

    compiled: CompiledHeader | None = None
    conda: CondaFile | None = None
    hatch: Mapping[str, Any] | None = None
    pdm: bool = False
    pipenv: PipenvFile | None = None
    pixi: PixiTable | None = None
    poetry: PoetryTable | None = None
    pyproject: PyprojectTable | None = None
    tox: ToxNames | None = None
    part: Part | None = None
    tox_part: ToxPart | None = None
    unknown: tuple[Unknown, ...] = ()


_NOTHING: Mapping[Any, Any] = MappingProxyType({})  # one for all of thousands of manifests


@dataclass(frozen=True, slots=True)
class Manifest:
    """Everything one manifest states, in the file's order.

    ``first_statement`` is where a remark about the whole file is shown. ``complete`` is false where the text stops making sense:
    what is before it is kept (``requirements``), and ``problems`` says where it stops.
    ``defaults`` is ``None`` where the file does not say what counts without being chosen (then the group ``dev`` does). ``defaults_in``
    says it for the environments of a kind, and ``aside`` are groups that count only where they are named.
    ``name`` is the project's (PEP 503), ``dynamic`` what it says is known only when it is built, ``tool`` the plain tables below
    ``[tool]``. ``members`` gives for a group those that it includes, near and far; ``self_extras`` for a scope the project's own extras
    that its requirements name. ``constraint`` says that the file only bounds versions. ``names_python`` is whether conda's Python is among
    what is required, ``None`` where that is no question. ``own`` holds what only one family of formats knows.
    """

    path: str
    format: str
    text: Text
    requirements: Sequence[Requirement] = ()
    includes: tuple[Include, ...] = ()
    options: tuple[Option, ...] = ()
    problems: tuple[Problem, ...] = ()
    groups: tuple[Group, ...] = ()
    requires_python: PythonBound | None = None
    defaults: Defaults | None = None
    first_statement: Span = Span(0, 0)
    complete: bool = True
    name: str | None = None
    dynamic: tuple[str, ...] = ()
    tool: Mapping[str, Any] = field(default_factory=lambda: _NOTHING)
    members: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: _NOTHING)
    self_extras: Mapping[Scope, tuple[str, ...]] = field(default_factory=lambda: _NOTHING)
    defaults_in: Mapping[str, DefaultsByName] = field(default_factory=lambda: _NOTHING)
    aside: frozenset[str] = frozenset()
    constraint: bool = False
    names_python: bool | None = None
    own: Own = Own()
