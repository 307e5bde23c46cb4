"""tox.toml → what each of tox's environments is to hold; the same of ``[tool.tox]`` in pyproject.toml.

As with tox.ini, :func:`parse` gives what is wrong in the file and the names it knows (``own.tox``), :meth:`TomlFile.part` what it asks
of one environment. Source: tox ``config/source/toml_pyproject.py``, ``config/loader/toml``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import product

from venvls.manifests.syntax.toml import Path, TomlText, read
from venvls.manifests.syntax.toml_edits import element_statement
from venvls.manifests.tox import names as tox_names
from venvls.manifests.tox.conditions import verdict
from venvls.manifests.tox.lines import Listed, Traced
from venvls.manifests.tox.names import MOST_NAMES
from venvls.manifests.tox.own_project import flag, installs_deps, own_project
from venvls.model.families import TOX_WORK_DIR, ToxNames, ToxProject
from venvls.model.limits import allow
from venvls.model.manifest import Manifest, Own, Problem
from venvls.model.text import Span, Text

FORMAT = "tox.toml"
_REFERENCE = re.compile(r"\[(?P<section>[^\[\]]+)\](?P<key>[-\w]+)(?::(?P<default>.*))?")
_MOST_REFERENCES = 2_000
_DEPTH = 20
_NOWHERE = Span(0, 0)


def parse(text: Text, path: str, previous: Manifest | None = None) -> Manifest:
    """What the tox.toml at ``path`` says on the whole: its problems and names. Never raises."""
    toml = read(text.source)
    file = TomlFile(toml, ())
    own = tuple(problem for problem in (toml.problem, toml.newer) if problem is not None)
    return Manifest(
        path=path,
        format=FORMAT,
        text=text,
        problems=tuple(sorted((*own, *file.problems()), key=lambda problem: problem.span)),
        first_statement=file.first_statement(),
        complete=toml.complete,
        own=Own(tox=file.names()),
    )


class TomlFile:
    """tox's settings below ``root`` of a TOML text (``()`` for tox.toml, ``("tool", "tox")`` for pyproject.toml)."""

    def __init__(self, toml: TomlText, root: Path) -> None:
        self._toml, self._root = toml, root
        self._items: dict[Path, list[Span]] = {}

    # The file as a whole

    @property
    def complete(self) -> bool:
        """Whether all of it parses."""
        return self._toml.complete

    def first_statement(self) -> Span:
        """Where a remark about the whole is shown."""
        statements = self._toml.statements
        return self._toml.span_of((*self._root, "env_run_base")) or (statements[0].span if statements else _NOWHERE)

    def names(self) -> ToxNames:
        """The environments it speaks of."""
        listed = self._listed()
        own = [name for name in self.table("env") if isinstance(name, str)]
        made = [name for base in self.table("env_base") for name in self._made(base) or ()]
        where = self._toml.get((*self._root, "work_dir"))
        where = TOX_WORK_DIR if where is None else _rooted(where) if isinstance(where, str) else None
        factors = frozenset(factor for name in listed or () for factor in name.split("-"))
        return ToxNames(frozenset(listed) if listed is not None else None, frozenset((*own, *made)), factors, where)

    def problems(self) -> tuple[Problem, ...]:
        """Requirements in its lists that cannot be understood."""
        listed = Listed()
        tables = [
            ("env_run_base",),
            *(("env", name) for name in self.table("env")),
            *(("env_base", name) for name in self.table("env_base")),
        ]
        for where in tables:
            path = (*self._root, *where, "deps")
            for line in self._plain_lines(path, self._toml.get(path)):
                if "{" not in line.text and "[]" not in line.text:
                    listed.line(line)
        return tuple(listed.problems)

    def table(self, *names: str) -> Mapping[str, object]:
        """A table of it; empty where there is none."""
        value = self._toml.get((*self._root, *names))
        return value if isinstance(value, dict) else {}

    def _plain_lines(self, path: Path, value: object) -> Iterator[Traced]:
        """The requirements of a list that are in it as plain texts."""
        if isinstance(value, str):
            yield from self.lines_of(path, value)
        elif isinstance(value, list):
            allow(len(value))
            for number, item in enumerate(value):
                if isinstance(item, str):
                    yield from self.lines_of((*path, number), item)

    def lines_of(self, path: Path, value: str) -> Iterator[Traced]:
        """The lines of the text at ``path``, with the place of each character."""
        whole = self._toml.span_of(path) or _NOWHERE
        text_offsets = self._toml.string_offsets(path)
        if text_offsets is None:
            places: tuple[int, ...] = (whole.start,) * len(value)
        else:
            places = (
                text_offsets[1] if text_offsets[1] is not None else tuple(range(text_offsets[0].start, text_offsets[0].start + len(value)))
            )
        offset = 0
        for line in value.splitlines(keepends=True):
            yield Traced(line.rstrip("\r\n"), places[offset : offset + len(line.rstrip("\r\n"))], self._statement(path, whole))
            offset += len(line)

    def _statement(self, path: Path, whole: Span) -> Span:
        number = path[-1]
        values = self._toml.get(path[:-1])
        if not isinstance(number, int) or not isinstance(values, list):
            return whole
        items = self._items.get(path[:-1])
        if items is None:
            items = self._items[path[:-1]] = [self._toml.span_of((*path[:-1], index)) or _NOWHERE for index in range(len(values))]
        return element_statement(self._toml.text, self._toml.span_of(path[:-1]) or _NOWHERE, items, number)

    def _listed(self) -> list[str] | None:
        value = self._toml.get((*self._root, "env_list"))
        if value is None:
            return []
        if not isinstance(value, list):
            return None
        names: list[str] = []
        for item in value:
            if isinstance(item, str):
                names.append(item)
                continue
            groups = item.get("product") if isinstance(item, dict) else None
            made = _combined(groups) if isinstance(groups, list) else _values(item) if isinstance(item, dict) else None
            if made is None or len(names) + len(made) > MOST_NAMES:
                return None
            left_out = item.get("exclude") if isinstance(item, dict) else None
            names += [name for name in made if not isinstance(left_out, list) or name not in left_out]
        return names

    def _made(self, base: str) -> list[str] | None:
        """The environments that ``env_base.<base>`` stands for."""
        factors = self.table("env_base", base).get("factors")
        if not isinstance(factors, list):
            return None
        several = bool(factors) and isinstance(factors[0], (list, dict))
        made = _combined(factors) if several else [str(factor) for factor in factors]
        return [f"{base}-{suffix}" for suffix in made] if made is not None else None

    # One environment

    def part(self, name: str, platform: str) -> tuple[Listed, ToxProject]:
        """What it asks of the environment ``name``, and what of the project is to be installed there."""
        asked = _Asked(self, name, platform)
        listed = Listed()
        if not installs_deps(asked.text("runner"), asked.text("pylock"), asked.command()):
            listed.unknown = True
            return listed, ToxProject(package=None)
        deps = asked.option("deps")
        if deps is not None:
            listed.take(asked.lines(*deps), asked.resolve)
        bounds = asked.option("constraints")
        for line in asked.lines(*bounds) if bounds is not None else ():
            listed.constraint(line)
        listed.unknown |= asked.unknown
        core = self.table()
        none = (flag(core.get("no_package", "")), flag(asked.raw("skip_install")))
        root = core.get("package_root", "")
        root = _rooted(root) if isinstance(root, str) else None
        develop = flag(asked.raw("use_develop", "usedevelop"))
        return listed, own_project(none, develop, asked.text("package"), root, asked.raw("extras"), asked.raw("dependency_groups"))

    def sections_of(self, name: str) -> list[Path]:
        """The tables that are about the environment ``name``, the nearest first."""
        maker = next((base for base in self.table("env_base") if name in (self._made(base) or ())), None)
        default = [("env_base", maker), ("env_run_base",)] if maker is not None else [("env_run_base",)]
        base = self.table("env", name).get("base")
        if not isinstance(base, list):
            return [("env", name), *default]
        above: list[Path] = []
        for section in base:
            text = str(section).removeprefix("tool.tox.") if self._root else str(section)
            made = text.startswith("env_base.")
            above += [("env_base", text[len("env_base.") :])] if made else [(text,), ("env", text)]
        return [("env", name), *above]

    def get(self, path: Path) -> object:
        """The value at a path of the whole file."""
        return self._toml.get(path)

    def path_of(self, name: str, key: str) -> Path | None:
        """The path of the option that the environment ``name`` takes, of whichever table."""
        option = _Asked(self, name, "").option(key)
        return option[0] if option is not None else None

    @property
    def toml(self) -> TomlText:
        """The whole text."""
        return self._toml

    @property
    def root(self) -> Path:
        """Where tox's settings begin."""
        return self._root


class _Asked:
    """One environment of a file: what its tables say of it."""

    def __init__(self, file: TomlFile, name: str, platform: str) -> None:
        self._file, self._name, self._platform = file, name, platform
        self._sections = file.sections_of(name)
        self._references = 0
        self.unknown = False

    def option(self, *keys: str) -> tuple[Path, object] | None:
        """An option by the first of its names and its path, of the nearest table that has it."""
        for section in self._sections:
            table = self._file.table(*map(str, section))
            for key in keys:
                if key in table:
                    return (*self._file.root, *section, key), table[key]
        return None

    def raw(self, *keys: str) -> object:
        """An option as it is written; empty where nothing is said."""
        option = self.option(*keys)
        return "" if option is None else option[1]

    def text(self, key: str) -> str | None:
        """An option that is a text; empty where nothing is said, ``None`` where it hangs on something."""
        value = self.raw(key)
        return value if isinstance(value, str) and "{" not in value else None

    def command(self) -> str | None:
        """The install command, where it is stated plainly."""
        value = self.raw("install_command")
        return " ".join(map(str, value)) if isinstance(value, list) else str(value)

    def lines(self, path: Path, value: object, depth: int = 0) -> Iterator[Traced]:
        """The lines of a value, what is to be replaced filled in; what cannot be known is left out."""
        self._references += 1
        if depth > _DEPTH or self._references > _MOST_REFERENCES:
            self.unknown = True
        elif isinstance(value, str):
            yield from self._file.lines_of(path, value)
        elif isinstance(value, list):
            for number, item in enumerate(value):
                yield from self.lines((*path, number), item, depth + 1)
        elif isinstance(value, dict) and "marker" not in value:
            yield from self._replaced(path, value, depth)
        else:
            self.unknown = True

    def _replaced(self, path: Path, value: Mapping[str, object], depth: int) -> Iterator[Traced]:
        how, of, condition = value.get("replace"), value.get("of"), value.get("condition")
        if how == "ref" and isinstance(of, list) and all(isinstance(part, str) for part in of):
            target = tuple(of)
            target_value = self._file.get(target)
            if target_value is not None:
                yield from self.lines(target, target_value, depth + 1)
                return
        if how == "if" and isinstance(condition, str):
            holds = verdict(condition, self._name, self._platform)
            branch = "then" if holds else "else"
            if holds is not None:
                if branch in value:
                    yield from self.lines((*path, branch), value[branch], depth + 1)
                return
        self.unknown = True

    def resolve(self, expression: str) -> list[Traced] | None:
        """The lines an expression in braces stands for; ``None`` where the file does not tell."""
        if expression in ("env_name", "envname", "/"):
            text = expression if expression == "/" else self._name
            return [Traced(text, (0,) * len(text), _NOWHERE)]
        match = _REFERENCE.fullmatch(expression)
        if match is None or match["section"].startswith(".".join(map(str, (*self._file.root, "env"))) + "."):
            return None
        target = (*match["section"].split("."), match["key"])
        value = self._file.get(target)
        if value is None or isinstance(value, dict):
            return None
        unknown, self.unknown = self.unknown, False
        lines = list(self.lines(target, value, 1))
        hangs, self.unknown = self.unknown, unknown
        return None if hangs else lines


def _rooted(text: str) -> str | None:
    """A path from the file's folder; ``None`` where it hangs on something else."""
    for variable, known in tox_names.KNOWN:
        text = text.replace(variable, known)
    return None if "{" in text else text


def _combined(groups: list[object]) -> list[str] | None:
    parts = [_values(group) for group in groups]
    size = 1
    for part in parts:
        if part is None:
            return None
        size *= len(part)
    return ["-".join(names) for names in product(*(part or [] for part in parts))] if size <= MOST_NAMES and parts else []


def _values(group: object) -> list[str] | None:
    """The factors of one group: a list, a range (``prefix``, ``start``, ``stop``), or one of the two under a label."""
    if isinstance(group, list):
        return [str(element) for element in group]
    if not isinstance(group, dict):
        return None
    if "prefix" not in group:
        inner = next(iter(group.values()), None) if len(group) == 1 else None
        return _values(inner["values"] if isinstance(inner, dict) and "values" in inner else inner)
    start, stop = group.get("start"), group.get("stop")
    if not all(bound is None or isinstance(bound, int) for bound in (start, stop)) or (start is None and stop is None):
        return None
    first = start if isinstance(start, int) else tox_names.OLDEST
    last = stop if isinstance(stop, int) else tox_names.NEWEST
    return [f"{group['prefix']}{number}" for number in range(first, min(last, first + MOST_NAMES) + 1)]
