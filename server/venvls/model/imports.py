"""What code imports, where, and under which conditions; and what is known of a module that it names."""

from __future__ import annotations

from venvls.model.hints import Literal
from venvls.model.record import NamedTuple
from venvls.model.text import Span


class Header(NamedTuple):
    """The first line of a compound statement: its keyword (``if``, ``except``…) and what is written after it, up to the colon."""

    keyword: str
    text: str


class Block(NamedTuple):
    """A block that an import is in. ``before`` are the headers of the same statement above it, the nearest first (of an ``else``: its
    ``if``); ``after`` are those below it (of a ``try``: its ``except``)."""

    header: Header
    before: tuple[Header, ...] = ()
    after: tuple[Header, ...] = ()


class Import(NamedTuple):
    """One module that code imports. ``module`` is its dotted name, empty for ``from . import x``; ``span`` is where that name is written.

    ``names`` are what ``from`` takes out of it; ``level`` is the number of dots before it. ``blocks`` are what it is in, the innermost
    first. ``called`` says that it is no statement but a call with a literal (``import_module("x")``).
    """

    module: str
    span: Span
    names: tuple[str, ...] = ()
    level: int = 0
    blocks: tuple[Block, ...] = ()
    called: bool = False

    @property
    def top(self) -> str:
        """The first part of the module's name."""
        return self.module.partition(".")[0]


Reach = Literal["always", "optional", "typing", "never"]
"""Whether an import runs: ``optional`` may fail or may not run at all, ``typing`` is for type checkers alone, ``never`` not here."""

Standing = Literal["missing", "undeclared", "development", "unused", "unrecorded", "unread"]


class Unread(NamedTuple):
    """Why nothing is known of what a file of code imports, as the end of a sentence. ``common``: real files are like that too. ``whole``:
    it is the code of a project of which not all was found."""

    why: str
    common: bool = False
    whole: bool = False


class Sighting(NamedTuple):
    """An import about which something is to be reported; or, with its own path and span, a requirement that no import uses, or a package
    that no requirement names; or a file whose imports were not read, and why (``unread``).

    ``module`` is the part of its name that is meant. ``owners`` are the distributions that provide it here (PEP 503 names), ``declared``
    the requirement of the project that would provide it, ``known`` the distribution that is well known for it. ``needed_by`` are the
    packages of the project's requirements that lead to the first owner; ``scopes`` what the groups and extras are called that declare it,
    and ``unsynced`` are these by kind and name, where they would have to be synced. ``requested`` says that the first owner was installed
    by its name (PEP 376's REQUESTED), not because another package needs it. ``build`` says that a build runs the code.
    ``dispensable`` says why the project may do without a module that is missing: code ``elsewhere`` does, nothing that has to run imports
    the ``file``, or only a ``function`` imports the module. ``offered`` is false where the first owner's name is not one for the manifest.
    """

    path: str
    imported: Import
    standing: Standing
    module: str
    owners: tuple[str, ...] = ()
    declared: str | None = None
    known: str | None = None
    needed_by: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ()
    requested: bool = False
    unsynced: tuple[tuple[str, str], ...] = ()
    build: bool = False
    dispensable: Literal["", "elsewhere", "file", "function"] = ""
    offered: bool = True
    unread: Unread | None = None
