"""tox.ini → what each of tox's environments is to hold; the same of ``[tox:tox]`` in setup.cfg and of ``legacy_tox_ini``.

The file as a whole states nothing that a project's own environment needs: :func:`parse` gives what is wrong in it and the names it knows
(``own.tox``). What it asks of one environment is the part of that name (:func:`part`). Source: tox ``config/source/ini.py``,
``config/loader/ini``, ``config/loader/replacer.py``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from venvls.manifests.syntax.ini import Chunk, Value, read
from venvls.manifests.tox import names as tox_names
from venvls.manifests.tox.lines import Listed, Traced
from venvls.manifests.tox.own_project import flag, installs_deps, own_project
from venvls.model.families import TOX_WORK_DIR, ToxNames, ToxProject
from venvls.model.limits import allow
from venvls.model.manifest import Manifest, Own, Problem
from venvls.model.text import Span, Text

FORMAT = "tox.ini"
_BASE = "testenv"
_OWN = f"{_BASE}:"
_REFERENCE = re.compile(r"\[(?P<section>[-\w]+|testenv:[^\[\]]+)\](?P<key>[-\w]+)(?::(?P<default>.*))?")
_HANGS = re.compile(r"\{[^{}]*[\[:]|\{\w*(?:dir|name|home)\}")
_MOST_REFERENCES = 2_000


def parse(text: Text, path: str, previous: Manifest | None = None) -> Manifest:
    """What the tox.ini at ``path`` says on the whole: its problems and names. Never raises."""
    file = IniFile(text.source)
    return Manifest(
        path=path,
        format=FORMAT,
        text=text,
        problems=file.problems(),
        first_statement=file.first_statement(),
        complete=file.complete,
        own=Own(tox=file.names()),
    )


class IniFile:
    """An INI text of tox, read once. ``place`` gives the offset in the file for one in ``source``; ``core`` is its main section.

    ``end`` is where ``source`` ends.
    """

    def __init__(self, source: str, core: str = "tox", place: Callable[[int], int] | None = None) -> None:
        self._ini = read(source)
        self._core = core
        self._is_whole = place is None
        self.place: Callable[[int], int] = place or (lambda offset: offset)
        self.end = len(source)
        self._options: dict[str, dict[str, Value]] = {name: {} for name, _ in self._ini.sections}
        for value in self._ini.values:
            self._options[value.section].setdefault(value.key.lower(), value)

    # The file as a whole

    @property
    def complete(self) -> bool:
        """Whether every line of it makes sense."""
        return not self._ini.problems

    def first_statement(self) -> Span:
        """Where a remark about the whole is shown."""
        return next((self._span(span) for name, span in self._ini.sections if name.split(":")[0] in (_BASE, "tox")), Span(0, 0))

    def names(self) -> ToxNames:
        """The environments it speaks of."""
        text = self._always(self._core, "env_list", "envlist")
        listed = tox_names.expanded(text) if text is not None else None
        sections = [
            name for section in self._options if section.startswith(_OWN) for name in tox_names.expanded(section[len(_OWN) :]) or ()
        ]
        known = {factor for name in (*(listed or ()), *sections) for factor in name.split("-")}
        lines = (line.text for value in self._of_environments() for line in self._lines(value))
        spoken = [name for name in tox_names.conditions(lines) if not known.issuperset(name.split("-"))]
        return ToxNames(
            listed=frozenset(listed) if listed is not None else None,
            others=frozenset((*sections, *spoken)),
            factors=frozenset(factor for name in (*(listed or ()), *spoken) for factor in name.split("-")),
            work_dir=self._always(self._core, "work_dir", "toxworkdir", unset=TOX_WORK_DIR),
        )

    def problems(self) -> tuple[Problem, ...]:
        """What is wrong in it: lines that are none, what is twice, and requirements that cannot be understood."""
        listed = Listed()
        waiting = [(value.section, "deps") for value in self._of_environments() if value.key.lower() == "deps"]
        seen = set(waiting)
        while waiting:
            value = self._options.get((reference := waiting.pop())[0], {}).get(reference[1])
            allow(len(value.chunks) if value is not None else 0)
            for line in self.lines_for(value, None, "")[0] if value is not None else ():
                content = line.stripped()
                match = _REFERENCE.fullmatch(content.text[1:-1]) if content.text[:1] == "{" and content.text[-1:] == "}" else None
                if match is not None and (target := (match["section"], match["key"].lower())) not in seen:
                    seen.add(target)
                    waiting.append(target)
                elif "{" not in content.text and "[]" not in content.text:
                    listed.line(content)
        own = [problem._replace(span=self._span(problem.span)) for problem in (*self._ini.problems, *self._twice())]
        return tuple(sorted({*own, *listed.problems}, key=lambda problem: problem.span))

    def _twice(self) -> Iterator[Problem]:
        seen: set[tuple[str, str]] = set()
        sections = [((name, ""), f"The section [{name}]", span) for name, span in self._ini.sections]
        values = [((value.section, value.key.lower()), f"`{value.key}` of [{value.section}]", value.key_span) for value in self._ini.values]
        for key, what, span in (*sections, *values):
            if key in seen and key[0] != "DEFAULT":
                yield Problem("invalid-manifest", f"{what} is here a second time: tox does not read such a file.", span)
            seen.add(key)

    def _of_environments(self) -> Iterator[Value]:
        for section, options in self._options.items():
            if section == _BASE or section.startswith(_OWN):
                yield from options.values()

    # One environment

    def part(self, name: str, platform: str) -> tuple[Listed, ToxProject]:
        """What it asks of the environment ``name``, and what of the project is to be installed there."""
        asked = _Asked(self, name, platform)
        listed = Listed()
        if not installs_deps(asked.text("runner"), asked.text("pylock"), asked.written("install_command")):
            listed.unknown = True
            return listed, ToxProject(package=None)
        listed.take(asked.lines("deps"), asked.resolve)
        for line in asked.lines("constraints"):
            listed.constraint(line)
        listed.unknown |= asked.unknown
        return listed, self._own_project(asked)

    def _own_project(self, asked: _Asked) -> ToxProject:
        none = (flag(self._always(self._core, "no_package", "skipsdist")), flag(asked.text("skip_install")))
        root = self._always(self._core, "package_root", "setupdir")
        develop = flag(asked.text("use_develop", "usedevelop"))
        return own_project(none, develop, asked.text("package"), root, asked.text("extras"), asked.text("dependency_groups"))

    def sections_of(self, name: str) -> list[str]:
        """The sections that are about the environment ``name``, the nearest first: its own, or one for several; then those it builds on."""
        own = next(
            (option for option in self._options if option.startswith(_OWN) and name in (tox_names.expanded(option[len(_OWN) :]) or ())),
            None,
        )
        base = self._options[own].get("base") if own is not None else None
        if own is None or base is None:
            return [*([own] if own is not None else []), _BASE]
        parts = [part.strip() for line in self._lines(base) for part in line.text.split(",") if part.strip()]
        return [own, *(section for part in parts for section in (part, f"{_OWN}{part}") if section in self._options)]

    def own_section(self, name: str) -> str | None:
        """The section of the environment ``name``, or of several that it is one of; ``None`` where no section is about it."""
        nearest = self.sections_of(name)[0]
        return nearest if nearest != _BASE else None

    def section_with(self, name: str, platform: str, key: str) -> str | None:
        """The section that the environment ``name`` takes an option from."""
        for section in self.sections_of(name):
            value = self.value(section, key)
            if value is not None and (any(self.lines_for(value, name, platform)) or not self.stated(value)):
                return value.section
        return None

    def option(self, section: str, key: str) -> Value | None:
        """An option that is written in a section itself."""
        return self._options.get(section, {}).get(key)

    def end_of(self, section: str) -> int:
        """Where the last line of a section ends, as an offset in ``source``."""
        values = [value.statement.end for value in self._ini.values if value.section == section]
        return max(values, default=next((span.end for name, span in self._ini.sections if name == section), 0))

    def has(self, section: str) -> bool:
        """Whether there is a section of this name."""
        return section in self._options

    def value(self, section: str, *keys: str) -> Value | None:
        """An option by the first of its names that is in a section, or in [DEFAULT]; ``None`` where there is none."""
        default = self._options.get("DEFAULT", {})
        own = self._options.get(section)
        return next((value for key in keys if (value := own.get(key) or default.get(key)) is not None), None) if own is not None else None

    def lines_for(self, value: Value, name: str | None, platform: str) -> tuple[list[Traced], bool]:
        """The lines of a value that hold for one environment (``None``: for any), and whether there are some of which that is not known.

        A backslash at a line's end joins the next one to it, also where a condition takes it out.
        """
        lines: list[Traced] = []
        going_on = skipping = unknown = False
        for line in self._lines(value):
            alternatives, start = tox_names.condition(line.text)
            content = line.part(start)
            goes_on = content.text.endswith("\\")
            content = content.part(0, -1) if goes_on else content
            holds: bool | None = not skipping
            if alternatives is not None:
                holds = tox_names.holds(alternatives, name, platform) if name is not None else True
            unknown |= holds is None
            if holds and going_on:
                before = lines.pop()
                statement = Span(before.statement.start, content.statement.end)
                content = Traced(before.text + content.text, before.offsets + content.offsets, statement)
            if holds:
                lines.append(content)
            going_on, skipping = bool(holds) and goes_on, not holds and goes_on
        return [line for line in lines if line.text.strip()], unknown

    def stated(self, value: Value) -> bool:
        """Whether a value holds anything but comments."""
        return any(line.text.strip() for line in self._lines(value))

    def _always(self, section: str, *keys: str, unset: str = "") -> str | None:
        """An option that says the same for every environment; ``unset`` where it is not there, ``None`` where it hangs on something."""
        value = self.value(section, *keys)
        if value is None:
            return unset
        lines = [line.text for line in self._lines(value)]
        text = "\n".join(lines)
        for variable, known in tox_names.KNOWN:
            text = text.replace(variable, known)
        conditional = any(tox_names.condition(line)[0] is not None for line in lines)
        return None if conditional or _HANGS.search(text) is not None else text.strip()

    def _lines(self, value: Value) -> Iterator[Traced]:
        """The lines of a value as tox takes them: up to a ``#`` without a backslash before it."""
        for chunk in value.chunks:
            yield self._traced(chunk)

    def _traced(self, chunk: Chunk) -> Traced:
        text = chunk.text
        hash_offset = text.find("#")
        while hash_offset > 0 and text[hash_offset - 1] == "\\":
            hash_offset = text.find("#", hash_offset + 1)
        text = text if hash_offset < 0 else text[:hash_offset].rstrip()
        if self._is_whole and "\\#" not in text:
            start = chunk.span.start
            return Traced(text, tuple(range(start, start + len(text))), chunk.statement)
        kept = [index for index in range(len(text)) if text[index : index + 2] != "\\#"]
        places = tuple(self.place(chunk.span.start + index) for index in kept)
        return Traced("".join(text[index] for index in kept) if len(kept) < len(text) else text, places, self._span(chunk.statement))

    def _span(self, span: Span) -> Span:
        return Span(self.place(span.start), self.place(span.end))


class _Asked:
    """One environment of a file: what its sections say of it."""

    def __init__(self, file: IniFile, name: str, platform: str) -> None:
        self._file, self._name, self._platform = file, name, platform
        self._sections = file.sections_of(name)
        self._references = 0
        self.unknown = False

    def lines(self, *keys: str) -> list[Traced]:
        """The lines of an option, of the nearest section that has one of which anything holds."""
        for section in self._sections:
            value = self._file.value(section, *keys)
            if value is None:
                continue
            lines, unknown = self._file.lines_for(value, self._name, self._platform)
            self.unknown |= unknown
            if lines or unknown or not self._file.stated(value):
                return lines
        return []

    def text(self, *keys: str) -> str | None:
        """An option as one text; empty where nothing is said, ``None`` where it hangs on what the file does not tell."""
        unknown, self.unknown = self.unknown, False
        text = "\n".join(line.text.strip() for line in self.lines(*keys))
        hangs, self.unknown = self.unknown, unknown
        return None if hangs or "{" in text else text

    def written(self, *keys: str) -> str:
        """An option's lines as they are, with what is in braces."""
        return "\n".join(line.text for line in self.lines(*keys))

    def resolve(self, expression: str) -> list[Traced] | None:
        """The lines an expression in braces stands for; ``None`` where the file does not tell."""
        if expression in ("envname", "env_name", "/"):
            text = expression if expression == "/" else self._name
            return [Traced(text, (0,) * len(text), Span(0, 0))]
        match = _REFERENCE.fullmatch(expression)
        self._references += 1
        value = self._file.value(match["section"], match["key"].lower()) if match is not None else None
        if value is None or self._references > _MOST_REFERENCES:
            return [] if match is not None and value is None and match["default"] == "" else None
        lines, unknown = self._file.lines_for(value, self._name, self._platform)
        self.unknown |= unknown
        return lines
