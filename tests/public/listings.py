"""The list of requirements in a project's manifest that a test changes, whatever file of which tool it is in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import tomlkit

from tests.public.keepers import Ground


class Listing(NamedTuple):
    """A file, its requirements as text, how a name with a specifier is written in it, and the file's text with other requirements."""

    file: Path
    entries: list[str]
    entry: Callable[[str, str], str]
    written: Callable[[Sequence[str]], str]


def name_of(entry: str) -> str:
    """The name in a requirement; empty where it is an option, a comment or a path."""
    match = re.match(r"([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:[\[<>=!~;@ (]|$)", entry)
    return match[1] if match and " @ " not in entry else ""


def listing(ground: Ground) -> Listing | None:
    """The list that a change is made to; ``None`` where the project has none that can be changed by hand."""
    tool, folder, words = ground.project.tool, ground.folder, ground.project.words
    if tool == "pipenv":
        return _table(folder / "Pipfile", ("packages",))
    if tool == "pip-tools":
        return _lines(folder / words[0])
    if tool == "tox":
        return _of_tox(ground)
    if "-r" in words:
        return _lines(folder / words[words.index("-r") + 1])
    manifests = [folder / "pyproject.toml", *sorted(folder.glob("packages/*/pyproject.toml"))]
    return next((listed for file in manifests if file.exists() for listed in _of_pyproject(file)), None)


def _plain(name: str, specifier: str) -> str:
    return name + specifier


def _lines(file: Path) -> Listing:
    """Requirements with their hashes are several lines; here each is one entry."""
    entries = re.split(r"(?<!\\)\n", file.read_text("utf-8").rstrip("\n"))
    return Listing(file, entries, lambda name, specifier: name + (specifier or "==0.10.2"), lambda changed: "\n".join(changed) + "\n")


def _of_pyproject(file: Path) -> Iterable[Listing]:
    document = tomlkit.parse(file.read_text("utf-8"))
    if _value(document, ("project", "dependencies")):
        yield _array(file, ("project", "dependencies"))
    if _value(document, ("tool", "poetry", "dependencies")):
        yield _table(file, ("tool", "poetry", "dependencies"))
    for group in ("dev", "test", "tests"):
        if _value(document, ("dependency-groups", group)):
            yield _array(file, ("dependency-groups", group))


def _value(document: Any, path: tuple[str, ...]) -> Any:
    for part in path:
        document = document.get(part) if document is not None else None
    return document


def _array(file: Path, path: tuple[str, ...]) -> Listing:
    text = file.read_text("utf-8")
    values = list(_value(tomlkit.parse(text), path).unwrap())

    def written(changed: Sequence[str]) -> str:
        document = tomlkit.parse(text)
        array = _value(document, path)
        new = [entry for entry in changed if entry]
        for position in range(len(values) - 1, -1, -1):
            if values[position] in new:
                new.remove(values[position])
            elif isinstance(values[position], str):
                array.pop(position)
        array.extend(new)
        return tomlkit.dumps(document)

    return Listing(file, [value if isinstance(value, str) else "" for value in values], _plain, written)


def _table(file: Path, path: tuple[str, ...]) -> Listing:
    text = file.read_text("utf-8")
    values = _value(tomlkit.parse(text), path).unwrap()
    entries = [f"{name} {value}" if isinstance(value, str) and name != "python" else "" for name, value in values.items()]

    def written(changed: Sequence[str]) -> str:
        document = tomlkit.parse(text)
        table = _value(document, path)
        for entry in entries:
            if entry and entry not in changed:
                table.remove(entry.split(" ")[0])
        for entry in changed:
            if entry not in entries:
                name, _, specifier = entry.partition(" ")
                table[name] = specifier
        return tomlkit.dumps(document)

    return Listing(file, entries, lambda name, specifier: f"{name} {specifier or '*'}", written)


def _of_tox(ground: Ground) -> Listing | None:
    """The ``deps`` of the environment in a tox.ini, else the dependency group that it names."""
    file, name = ground.folder / "tox.ini", ground.project.words[0]
    text = file.read_text("utf-8") if file.exists() else ""
    sections = (f"testenv:{name}", "testenv")
    pattern = r"^\[%s\]\n(?:(?!\[).*\n)*?deps *=(?P<lines>(?:\n[ \t]+.*)+)"
    matches = (re.search(pattern % re.escape(section), text, re.MULTILINE) for section in sections)
    if match := next(filter(None, matches), None):
        before, entries, after = text[: match.start("lines")], match["lines"].split("\n"), text[match.end("lines") :]
        return Listing(file, list(map(str.strip, entries)), _plain, lambda changed: before + "\n    ".join(changed) + after)
    groups = ("type", "tests")
    manifest = ground.folder / "pyproject.toml"
    document = tomlkit.parse(manifest.read_text("utf-8"))
    return next((_array(manifest, path) for group in groups if _value(document, path := ("dependency-groups", group))), None)
