"""setup.py → the requirements it writes down plainly. It is a program: read as syntax, never run; what it works out is not known.

Taken are the arguments of the one call of ``setup``: text, lists and dictionaries of it, their sums, and names that the module binds once
to such a thing. Every part of a list that is written out counts, what is next to it unknown or not. Source: setuptools ``dist.py``
(``install_requires``, ``extras_require`` with ``name:marker`` keys, ``setup_requires``, ``python_requires``).
"""

from __future__ import annotations

import ast

from venvls.manifests.pep508.requirement import parse_requirement
from venvls.manifests.pyproject.groups import self_extras
from venvls.manifests.syntax.python import MAX_CHARACTERS, Literal, Module, read_but_one_line, read_module
from venvls.manifests.syntax.toml_edits import element_statement
from venvls.model.hints import TYPE_CHECKING
from venvls.model.limits import allow
from venvls.model.manifest import Group, Manifest, Problem, PythonBound
from venvls.model.names import canonical
from venvls.model.requirement import BUILD, MAIN, Requirement, Scope
from venvls.model.text import Span, Text
from venvls.standards.markers import marker_error
from venvls.standards.versions import wrong_clause

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

FORMAT = "setup.py"


def parse(text: Text, path: str, previous: Manifest | None = None) -> Manifest:
    """What the setup.py at ``path`` states for all to read. Never raises; of a file without a call of ``setup`` the manifest is empty."""
    draft = _Draft(text.source)
    return Manifest(
        path=path,
        format=FORMAT,
        text=text,
        requirements=tuple(sorted(draft.requirements, key=lambda requirement: requirement.span)),
        problems=tuple(sorted(draft.problems, key=lambda problem: problem.span)),
        groups=tuple(draft.groups),
        requires_python=draft.requires_python,
        first_statement=draft.call_span,
        complete=draft.complete and not draft.unknown,
        name=draft.name,
        dynamic=tuple(draft.unknown),
        self_extras=self_extras(draft.requirements, draft.name),
    )


class _Draft:
    """What has been read."""

    def __init__(self, source: str) -> None:
        self.requirements: list[Requirement] = []
        self.problems: list[Problem] = []
        self.groups: list[Group] = []
        self.unknown: list[str] = []
        self.requires_python: PythonBound | None = None
        self.name: str | None = None
        self.complete = False
        self.call_span = Span(0, 0)
        self._source = source
        self._statements: dict[Span, Span] | None = None
        if len(source) > MAX_CHARACTERS:
            self.unknown.append("install_requires")
            self.problems.append(Problem("invalid-manifest", "This file is too large to be read.", Span(0, 0)))
        module = read_module(source)
        self.complete = module is not None
        half_typed = read_but_one_line(source) if module is None else None
        if half_typed is not None:
            module = half_typed[0]
        call = module.only_call("setup") if module is not None else None
        if module is None or call is None:
            return
        if half_typed is not None:
            self.problems.append(Problem("invalid-manifest", "This line is not valid Python.", half_typed[1]))
        self.call_span = module.span(call.func)
        arguments = module.arguments(call)
        name = arguments.get("name")
        literal = module.literal(name) if name is not None else None
        self.name = canonical(literal.text) if literal is not None and literal.text else None
        if (node := arguments.get("python_requires")) is not None:
            self._python(module, node)
        if (node := arguments.get("install_requires")) is not None:
            self._listed(module, node, MAIN, "install_requires")
        if (node := arguments.get("setup_requires")) is not None:
            self._listed(module, node, BUILD, "setup_requires")
        if (node := arguments.get("extras_require")) is not None:
            self._extras(module, node)
        for word in sorted({*module.half_typed}):
            self.problems.append(Problem("invalid-manifest", "A requirement in this list needs quotes; this word names nothing.", word))
        self.complete = self.complete and not module.half_typed

    def _python(self, module: Module, node: ast.expr) -> None:
        literal = module.literal(node)
        if literal is None or not literal.text.strip():
            return
        if wrong := wrong_clause(literal.text):
            message = f"`{wrong}` is not a valid version specifier; write, for example, >=3.10 or ==3.12.*."
            self.problems.append(Problem("invalid-requirement", message, literal.span))
        else:
            self.requires_python = PythonBound(literal.text.strip(), literal.inner or literal.span)

    def _listed(self, module: Module, node: ast.expr, scope: Scope, what: str, marker: str = "") -> None:
        literals, whole = module.literals(node)
        if not whole:
            self.unknown.append(what)
        allow(len(self.requirements) + len(literals))
        for literal in self._parted(module, literals):
            for number, line in enumerate(literal.lines()):
                alone = number == 0 and "\n" not in literal.text
                self._requirement(line, scope, marker, self._statement(module, literal) if alone else None)

    def _statement(self, module: Module, literal: Literal) -> Span:
        """What goes when a text goes: in a list its comma with it, or its line where it has one to itself."""
        if self._statements is None:
            self._statements = {}
            for listed in module.all_lists():
                where, items = module.span(listed), [module.span(element) for element in listed.elts]
                self._statements |= {item: element_statement(self._source, where, items, at) for at, item in enumerate(items)}
        return self._statements.get(literal.span, literal.span)

    def _parted(self, module: Module, literals: Iterable[Literal]) -> Iterator[Literal]:
        """The texts, apart where Python joins two whole requirements because the comma between them is missing."""
        for literal in literals:
            pieces = module.pieces(literal)
            if not pieces or not _are_apart(pieces, literal.text):
                yield literal
                continue
            yield from pieces
            for piece in pieces[:-1]:
                message = f"A comma is missing after this text: Python joins it with the one on the next line, to `{literal.text}`."
                self.problems.append(Problem("invalid-manifest", message, piece.span))

    def _extras(self, module: Module, node: ast.expr) -> None:
        pairs, whole = module.pairs(node)
        if not whole:
            self.unknown.append("extras_require")
        known: set[str] = set()
        for key, value in pairs:
            name, _, marker = key.text.partition(":")
            extra = canonical(name.strip())
            if marker.strip() and marker_error(marker.strip()):
                self.unknown.append("extras_require")
                continue
            if extra and extra not in known:
                known.add(extra)
                self.groups.append(Group(extra, name.strip(), key.inner or key.span, "extra"))
            self._listed(module, value, Scope("extra", extra) if extra else MAIN, "extras_require", marker.strip())

    def _requirement(self, line: Literal, scope: Scope, marker: str, statement: Span | None) -> None:
        """``statement`` is what goes with it; ``None`` for one of several in a text."""
        text = line.text
        parsed = parse_requirement(text, lenient_path=False)
        if marker and not parsed.error:
            # The key's marker counts for each requirement below it.
            joined = f"({parsed.marker}) and ({marker})" if parsed.marker else marker
            separator = " ; " if parsed.url is not None else "; "
            body = text.partition(";")[0].rstrip() if parsed.marker else text
            parsed = parsed._replace(text=f"{body}{separator}{joined}", marker=joined, marker_span=None)
        if line.inner is None:
            # Put together from several pieces: there is no place for each character.
            where = line.span
            exact = parsed._replace(name_span=None, extras_span=None, specifier_span=None, url_span=None, marker_span=None)
            requirement = Requirement(exact, where, where, scope, offsets=(where.start,) * len(parsed.text) + (where.end,))
        else:
            where = line.inner
            offsets = tuple(range(where.start, where.end)) if parsed.text != text else None
            if offsets is not None:
                offsets = (*offsets, *(where.end - 1,) * (len(parsed.text) - len(offsets)), where.end)
            requirement = Requirement(parsed, where, statement or where, scope, offsets=offsets)
        self.requirements.append(requirement)
        if parsed.error:
            wrong = parsed.error_span or Span(0, len(text))
            message = parsed.error if parsed.error.endswith(".") else f"{parsed.error}."
            place = requirement.locate(wrong) if line.inner is not None else where
            self.problems.append(Problem("invalid-requirement", message[:1].upper() + message[1:], place))


def _are_apart(pieces: Iterable[Literal], joined: str) -> bool:
    """Whether these are requirements of their own: each is one, and together they are none, or no more than a name that is made of names.
    A version or a URL may well go on on the next line."""
    parts = [parse_requirement(piece.text, lenient_path=False) for piece in pieces]
    names = all(part.url is None and not part.specifier for part in parts[:-1])
    return not any(part.error for part in parts) and bool(names or parse_requirement(joined, lenient_path=False).error)
