"""conda's environment.yml → requirements: packages of conda under names of their own (``conda:numpy``), and the list below ``pip:``.

A package of conda need not be one of Python, and is written in conda's words: its key begins with ``conda:``, which no name on an
index does, and ``specifier`` is conda's text, which :mod:`venvls.standards.conda_versions` understands. ``python`` is the bound of the
Python. What is below ``pip:`` is a requirements file to pip, options and includes with it. Facts: ``environment-name``,
``environment-prefix``, ``channels``.
Source: conda ``env/env.py``.
"""

from __future__ import annotations

from venvls.manifests.conda.platform import PREFIX
from venvls.manifests.conda.spec import parse_spec, python_bound
from venvls.manifests.requirements.line import read_line
from venvls.manifests.syntax.yaml_line import Fault
from venvls.manifests.syntax.yaml_lists import Item, Lists, Section, read
from venvls.manifests.syntax.yaml_problems import problems
from venvls.model.families import CondaFile
from venvls.model.manifest import Include, Manifest, Option, Own, Problem, PythonBound
from venvls.model.requirement import MAIN, ParsedRequirement, Requirement
from venvls.model.text import Span, Text

FORMAT = "environment.yml"


def parse(text: Text, path: str, previous: Manifest | None = None) -> Manifest:
    """What the environment.yml at ``path`` states. Never raises."""
    lists = read(text.source)
    draft = _Draft()
    for section in lists.sections:
        if section.key == "dependencies":
            for item in section.items:
                draft.take(item)
    by_key = {section.key: section for section in lists.sections}
    wanted = by_key.get("dependencies")
    channels = tuple(item.text for item in by_key["channels"].items) if "channels" in by_key else ()
    faults = [*_unknown(lists), *draft.faults]
    return Manifest(
        path=path,
        format=FORMAT,
        text=text,
        requirements=tuple(draft.requirements),
        includes=tuple(draft.includes),
        options=tuple(draft.options),
        problems=(*problems(faults), *draft.problems),
        requires_python=draft.python,
        first_statement=wanted.key_span if wanted is not None else Span(0, 0),
        complete=not faults,
        names_python=draft.about_python(unknown=bool(faults) and "dependencies" in text.source),
        own=Own(conda=CondaFile(_text(by_key.get("name")), channels)),
    )


def _unknown(lists: Lists) -> list[Fault]:
    """Where more may be required than was read."""
    faults = [fault for fault in lists.faults if fault.key in (None, "dependencies") or fault.kind == "twice"]
    for section in lists.sections:
        if section.key == "dependencies":
            faults += [Fault("unread", span, section.key) for key, span in section.keys if key != "pip"]
            if section.value is not None:
                faults.append(Fault("unread", section.value.span, section.key))
    return faults


def _text(section: Section | None) -> str | None:
    return section.value.text if section is not None and section.value is not None else None


class _Draft:
    """What has been read so far."""

    def __init__(self) -> None:
        self.requirements: list[Requirement] = []
        self.includes: list[Include] = []
        self.options: list[Option] = []
        self.problems: list[Problem] = []
        self.faults: list[Fault] = []
        self.python: PythonBound | None = None
        self.names_python = False

    def take(self, item: Item) -> None:
        """Adds one text of the list."""
        text = item.text if item.exact else item.text.strip()
        if "\n" in text:
            self.faults.append(Fault("unread", item.span, "dependencies"))
        elif item.under is None:
            self.conda(item if item.exact else item._replace(text=text))
        elif item.under == "pip":
            self.pip(item if item.exact else item._replace(text=text))

    def conda(self, item: Item) -> None:
        """Adds a package of conda's; ``python`` is a bound."""
        spec = parse_spec(item.text)
        if spec.name is None or spec.error is not None:
            self.problems.append(Problem("invalid-requirement", spec.error or "", item.span))
            return
        name = spec.name.lower()
        if name == "python":
            self.names_python = True
            bound = python_bound(spec.specifier)
            if bound is not None:
                place = spec.specifier_span if item.exact else None
                self.python = PythonBound(bound, place.shifted(item.span.start) if place is not None else item.span)
            return
        if name.startswith("__"):
            return  # what conda calls a virtual package: the machine itself
        place = spec.specifier_span if item.exact else None
        parsed = ParsedRequirement(
            item.text,
            spec.name,
            PREFIX + name,
            specifier=spec.specifier,
            name_span=spec.name_span if item.exact else None,
            specifier_span=place,
        )
        self.requirements.append(Requirement(parsed, item.span, item.statement, MAIN, offsets=None if item.exact else _flat(item)))

    def about_python(self, *, unknown: bool) -> bool:
        """Whether the environment is one of Python: it says so, or nothing says that it is one of R. ``unknown`` is whether there may be
        requirements that were not read."""
        names = {requirement.parsed.key or "" for requirement in self.requirements}
        if self.names_python or f"{PREFIX}pip" in names or any(not name.startswith(PREFIX) for name in names) or self.includes:
            return True
        return (bool(names) or unknown) and not any(name.startswith(f"{PREFIX}r-") for name in names)

    def pip(self, item: Item) -> None:
        """Adds a line of pip's list: a requirement, an include or an option."""
        line = read_line(item.text)
        start = item.span.start

        def span(begin: int, end: int) -> Span:
            return Span(start + begin, start + end) if item.exact else item.span

        if line.parsed is not None:
            where = span(line.start, line.end)
            offsets = None if item.exact and line.offsets is None else _flat(item, len(line.parsed.text))
            self.requirements.append(Requirement(line.parsed, where, item.statement, MAIN, line.hashes, line.options, offsets))
        self.includes += [Include(target, span(begin, end), kind) for target, begin, end, kind in line.includes]
        self.options += [Option(name, value, span(begin, end)) for name, value, begin, end in line.settings]
        self.problems += [
            Problem("invalid-requirement", wrong.message, span(wrong.start, min(wrong.end, line.length))) for wrong in line.wrongs
        ]


def _flat(item: Item, length: int | None = None) -> tuple[int, ...]:
    """Places for the characters of a text that is not there one by one."""
    return (item.span.start,) * (len(item.text) if length is None else length) + (item.span.end,)
