"""What a person does to a manifest, as texts: each format's own way to write a list of requirements, and the kinds of edits of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple


class Line(NamedTuple):
    """One requirement: its name, its versions, and its marker."""

    name: str
    versions: str
    marker: str = ""

    @classmethod
    def of(cls, written: str) -> Line:
        """The line of a requirements file taken apart; a comment is left out."""
        need, _, marker = written.partition("  #")[0].partition(" ; ")
        end = min((need.index(operator) for operator in "=~<>" if operator in need), default=len(need))
        return cls(need[:end], need[end:], marker)


class Format(NamedTuple):
    """How a file of this name states requirements: ``write`` gives a line's text between ``head`` and ``tail``."""

    file: str
    head: str
    write: Callable[[Line], str]
    tail: str = ""

    def text(self, lines: list[str]) -> str:
        """The whole file."""
        return "".join([self.head, *lines, self.tail])


def _need(line: Line) -> str:
    return f"{line.name}{line.versions}" + (f" ; {line.marker}" if line.marker else "")


def _of_pipfile(line: Line) -> str:
    version = f'"{line.versions or "*"}"'
    return f"{line.name} = " + (f"{{version = {version}, markers = '{line.marker}'}}\n" if line.marker else f"{version}\n")


FORMATS = (
    Format("requirements.txt", "-r included.txt\n", lambda line: _need(line) + "\n"),
    Format(
        "pyproject.toml",
        '[project]\nname = "example"\nversion = "1.0"\ndependencies = [\n',
        lambda line: f"    '{_need(line)}',\n",
        "]\n",
    ),
    Format("Pipfile", "[packages]\n", _of_pipfile),
    Format(
        "environment.yml",
        "name: example\ndependencies:\n  - python\n  - pip\n  - pip:\n",
        lambda line: f"      - {_need(line)}\n",
    ),
    Format("setup.cfg", "[metadata]\nname = example\n\n[options]\ninstall_requires =\n", lambda line: f"    {_need(line)}\n"),
)


def kinds(shape: Format, lines: list[Line]) -> dict[str, Callable[[int], str]]:
    """The whole text after the nth edit, by kind. What is done and undone in turns is two kinds of work, and both count."""
    written = list(map(shape.write, lines))
    text = shape.text(written)
    middle = len(lines) // 2
    line = lines[middle]
    before, after = shape.text([])[: len(shape.head)] + "".join(written[:middle]), "".join(written[middle + 1 :]) + shape.tail
    pasted = [shape.write(Line(f"pasted-{number}", ">=1")) for number in range(100)]

    def with_middle(changed: Line) -> str:
        return before + shape.write(changed) + after

    return {
        "a digit in the middle": lambda n: with_middle(line._replace(versions=f"{line.versions or '>='}{n % 10}")),
        "a name half typed": lambda n: with_middle(Line(f"unheard{n}of", "")),
        "versions half typed": lambda n: with_middle(Line(f"unheard{n}of", ">=")),
        "a new line at the top, and undone": lambda n: "# comment\n" * (n % 2) + text,
        "the first line deleted, and undone": lambda n: shape.text(written[n % 2 :]),
        "100 lines pasted, and undone": lambda n: shape.text([*written[:middle], *pasted * (n % 2), *written[middle:]]),
        "a marker": lambda n: with_middle(line._replace(marker=f'python_version >= "3.{n % 2}"')),
        "a line that is there twice": lambda n: shape.text([*written, shape.write(lines[middle]._replace(versions=f">=0.{n % 10}"))]),
    }
