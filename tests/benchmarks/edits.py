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
    """How a file of this name states requirements: ``write`` gives a line's text between ``head`` and ``tail``.

    ``header`` is what of the head the lines are below, ``python`` where in the head the version of a Python is, ``opened`` are lines that
    open something that they do not close.
    """

    name: str
    file: str
    head: str
    write: Callable[[Line], str]
    tail: str = ""
    header: str = ""
    python: str = ""
    opened: tuple[str, ...] = ()

    def text(self, lines: list[str]) -> str:
        """The whole file."""
        return "".join([self.head, *lines, self.tail])


def _need(line: Line) -> str:
    return f"{line.name}{line.versions}" + (f" ; {line.marker}" if line.marker else "")


def _of_table(line: Line) -> str:
    version = f'"{line.versions or "*"}"'
    return f"{line.name} = " + (f"{{version = {version}, markers = '{line.marker}'}}\n" if line.marker else f"{version}\n")


FORMATS = (
    Format(
        "requirements.txt",
        "requirements.txt",
        "-r included.txt\n",
        lambda line: _need(line) + "\n",
        "",
        "-r included.txt",
        "",
        ("open[all",),
    ),
    Format("requirements.txt with 500 bounds", "requirements.txt", "-r included.txt\n-c bounds.txt\n", lambda line: _need(line) + "\n"),
    Format(
        "pyproject.toml",
        "pyproject.toml",
        '[project]\nname = "example"\nversion = "1.0"\nrequires-python = ">=3.8"\ndependencies = [\n',
        lambda line: f"    '{_need(line)}',\n",
        "]\n",
        "[project]",
        ">=3.8",
        ("    'open", "    [", "    'open[all'"),
    ),
    Format(
        "pyproject.toml of Poetry",
        "pyproject.toml",
        '[tool.poetry]\nname = "example"\nversion = "1.0"\n\n[tool.poetry.dependencies]\npython = ">=3.8"\n',
        _of_table,
        "",
        "[tool.poetry.dependencies]",
        ">=3.8",
        ('open = "', 'open = {version = ">=1"', "open"),
    ),
    Format(
        "Pipfile",
        "Pipfile",
        '[requires]\npython_version = "3.8"\n\n[packages]\n',
        _of_table,
        "",
        "[packages]",
        "3.8",
        ('open = "', 'open = {version = ">=1"', "open"),
    ),
    Format(
        "environment.yml",
        "environment.yml",
        "name: example\ndependencies:\n  - python>=3.8\n  - pip\n  - pip:\n",
        lambda line: f"      - {_need(line)}\n",
        "",
        "dependencies:",
        ">=3.8",
        ('      - "open', "      - [open", "      -"),
    ),
    Format(
        "setup.cfg",
        "setup.cfg",
        "[metadata]\nname = example\n\n[options]\npython_requires = >=3.8\ninstall_requires =\n",
        lambda line: f"    {_need(line)}\n",
        "",
        "[options]",
        ">=3.8",
        ("    open[all",),
    ),
)


def kinds(shape: Format, lines: list[Line]) -> dict[str, Callable[[int], str]]:
    """The whole text after the nth edit, by kind; a new one each time, but where something is undone. What is done in turns is several
    kinds of work, and all of them count: every kind repeats itself after ``TURNS`` edits."""
    written = list(map(shape.write, lines))
    text = shape.text(written)
    middle = len(lines) // 2
    line = lines[middle]
    before, after = shape.head + "".join(written[:middle]), "".join(written[middle + 1 :]) + shape.tail
    comment = "# " if shape.file != "pyproject.toml" else "    # "

    def with_middle(changed: Line) -> str:
        return before + shape.write(changed) + after

    def pasted(n: int, names: int) -> str:
        more = [shape.write(Line(f"pasted-{names}-{number}", ">=1")) for number in range(100)]
        return shape.text([*written[: middle + n], *more, *written[middle + n :]])

    def opened(n: int) -> str:
        # Two keys within what is open, and closed again.
        word = shape.opened[n // 3 % len(shape.opened)]
        return before + f"{word}{'x' * (n % 3)}\n" + after if n % 3 < 2 else text

    def headed(n: int) -> str:
        word = shape.header
        return text.replace(
            word, (word[:-1], word[:-2], word)[n % 3] if n % 6 < 3 else (f"{word[:-1]}x{word[-1]}", word[:1], word)[n % 3], 1
        )

    edits = {
        "a digit in the middle": lambda n: with_middle(line._replace(versions=f"{line.versions or '>='}{n % 10}")),
        "a name half typed": lambda n: with_middle(Line(f"unheard{n}of", "")),
        "versions half typed": lambda n: with_middle(Line(f"unheard{n}of", ">=")),
        "a new line at the top, and undone": lambda n: f"# comment {n}\n" * (n % 2) + text,
        "typed in the first line": lambda n: shape.text([shape.write(lines[0]._replace(name=f"{lines[0].name}x{n}")), *written[1:]]),
        "a line deleted, and undone": lambda n: shape.text([*written[:n], *written[n + n % 2 :]]),
        "a line commented out, and undone": lambda n: shape.text(
            [*written[: middle + n], comment * (n % 2) + written[middle + n], *written[middle + n + 1 :]]
        ),
        "100 lines pasted, and undone": lambda n: pasted(n, 0) if n % 2 else text,
        "100 unheard-of lines pasted, and undone": lambda n: pasted(n, n) if n % 2 else text,
        "a marker": lambda n: with_middle(line._replace(marker=f'python_version >= "3.{n % 7}"')),
        "a line that is there twice": lambda n: shape.text([*written, shape.write(lines[middle]._replace(versions=f">=0.{n % 10}"))]),
        "half of the lines deleted, and undone": lambda n: shape.text(written[: middle + n]) if n % 2 else text,
        "everything deleted, and undone": lambda n: "" if n % 2 else text,
    }
    if shape.header:
        edits["typed in the header of the lines"] = headed
    if shape.opened:
        edits["something opened, and closed"] = opened
    if shape.python:
        edits["another Python is required"] = lambda n: text.replace(shape.python, f"{shape.python[:-1]}{n % 7}", 1)
    return edits


TURNS = 18
"""After so many edits each kind has begun again."""
