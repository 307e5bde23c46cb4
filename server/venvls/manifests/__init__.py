"""The manifest formats: which files are manifests, how each is read, and how each is edited. The family, in the order it is tried.

A new format is one file with ``parse`` and the three edits, and one line in ``FORMATS``, which names the file: it is imported when a file
of the format is first met.
"""

from __future__ import annotations

from venvls.model.hints import TYPE_CHECKING, cast
from venvls.model.limits import TooManyError, allow
from venvls.model.manifest import Hint, Manifest, Part, Problem
from venvls.model.pieces import import_module
from venvls.model.record import NamedTuple, Protocol, replace
from venvls.model.requirement_list import Requirements, listed
from venvls.model.text import Span, Text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from venvls.manifests.syntax.conflicts import OneSide
    from venvls.model.action import TextEdit
    from venvls.model.families import ToxNames
    from venvls.model.requirement import Requirement

__all__ = [
    "FORMATS",
    "Format",
    "environments_in",
    "format_of",
    "insert_requirement",
    "is_manifest",
    "is_one",
    "is_script",
    "kind_of",
    "parse",
    "remove_statement",
    "replace_specifier",
]


class Reads(Protocol):
    """What a format's module offers: the manifest of a text. ``previous`` is an earlier parse of the same file, or ``None``."""

    def parse(self, text: Text, path: str, previous: Manifest | None = None) -> Manifest: ...


class Edits(Protocol):
    """What a format's module, or its ``edits`` module, offers to actions."""

    def insert_requirement(self, manifest: Manifest, text: str) -> TextEdit: ...
    def replace_specifier(self, manifest: Manifest, requirement: Requirement, new_specifier: str) -> TextEdit: ...
    def remove_statement(self, manifest: Manifest, requirement: Requirement) -> TextEdit: ...


class Format(NamedTuple):
    """One format. ``matches`` is asked with a folder's name and a file's; ``suffixes`` are all the endings it can say yes to.

    ``module`` (of this package) has ``parse`` and the three edits; the edits are in ``edits`` where that names another module.
    ``kind`` is given where the file speaks of a tool's own environments alone: the folder's project needs nothing of it.
    """

    name: str
    suffixes: tuple[str, ...]
    matches: Callable[[str, str], bool]
    module: str
    edits: str = ""
    kind: str | None = None


FOLDERS = ("requirements", "requirement", "reqs")
"""Folders whose text files are requirements files, whatever their names."""


def _names_requirements(folder_name: str, file_name: str) -> bool:
    if not file_name.endswith((".txt", ".in")):
        return False
    if folder_name in FOLDERS or file_name.startswith("requirements"):
        return True
    stem = file_name.rpartition(".")[0]
    return stem.endswith(("-requirements", "_requirements")) or (file_name.startswith("constraints") and file_name.endswith(".txt"))


def _named(*names: str) -> Callable[[str, str], bool]:
    return lambda folder, name: name in names


FORMATS: tuple[Format, ...] = (
    Format("pyproject.toml", ("pyproject.toml",), _named("pyproject.toml"), "pyproject.manifest", "pyproject.edits"),
    Format("Pipfile", ("Pipfile",), _named("Pipfile"), "pipenv.manifest"),
    Format("hatch.toml", ("hatch.toml",), _named("hatch.toml"), "hatch.manifest"),
    Format("setup.cfg", ("setup.cfg",), _named("setup.cfg"), "setuptools.cfg"),
    Format("setup.py", ("setup.py",), _named("setup.py"), "setuptools.script", "setuptools.script_edits"),
    Format(
        "environment.yml",
        ("environment.yml", "environment.yaml"),
        _named("environment.yml", "environment.yaml"),
        "conda.manifest",
        "conda.edits",
    ),
    Format("tox.ini", ("tox.ini",), _named("tox.ini"), "tox.ini", "tox.edits", kind="tox"),
    Format("tox.toml", ("tox.toml",), _named("tox.toml"), "tox.toml", "tox.edits", kind="tox"),
    Format("pixi.toml", ("pixi.toml",), _named("pixi.toml"), "pixi.manifest"),
    Format("requirements.txt", (".txt", ".in"), _names_requirements, "requirements.file", "requirements.edits"),
    Format("script", (), lambda folder, name: False, "script.manifest"),
)
_REQUIREMENTS, _SCRIPT = FORMATS[-2:]

SUFFIXES = tuple(suffix for format_ in FORMATS for suffix in format_.suffixes)


SCRIPTS = (".py", ".pyw")
"""Endings of files that may hold requirements inside. They are manifests only when somebody opens or names them (:func:`is_script`)."""


def is_script(path: str, text: str) -> bool:
    """Whether an opened or named file is a Python script that states its requirements itself (PEP 723)."""
    if not path.endswith(SCRIPTS) or "# /// script" not in text:
        return False
    from venvls.manifests.script.block import holds_block

    return holds_block(text)


def format_of(path_parts: Sequence[str]) -> Format | None:
    """The format of a file by the last two parts of its path; ``None`` for a file that is not a manifest."""
    file_name = path_parts[-1] if path_parts else ""
    # Nearly every file of a walk ends here.
    if not file_name.endswith(SUFFIXES):
        return None
    folder_name = path_parts[-2] if len(path_parts) > 1 else ""
    for format_ in FORMATS:
        if format_.matches(folder_name, file_name):
            return format_
    return None


def is_manifest(folder_name: str, file_name: str) -> bool:
    """Whether a file is a manifest, by its folder's name and its own: called for every file of a walk."""
    return file_name.endswith(SUFFIXES) and any(format_.matches(folder_name, file_name) for format_ in FORMATS)


def is_one(path: str, text: str) -> bool:
    """Whether a file states requirements: a manifest by its name, or a script by its text."""
    return format_of(_parts(path)[-2:]) is not None or is_script(path, text)


def kind_of(path: str) -> str | None:
    """The kind of environments that a file speaks of alone, by its name; ``None`` for one that is about a project's own."""
    format_ = format_of(_parts(path)[-2:])
    return format_.kind if format_ is not None else None


def environments_in(path: str, text: Text) -> ToxNames | None:
    """The environments of its own that a tool's settings in a file speak of (tox); ``None`` where there are no such settings."""
    from venvls.manifests.tox import part as tox_part

    side = _one_side(text)
    return tox_part.names(path, Text(side.text) if side is not None else text)


def parse(path: str, text: Text, hint: Hint = None, previous: Manifest | None = None) -> Manifest:
    """A manifest of any format. ``hint`` is ``requirements`` or ``constraints`` for a file of any name that another one includes, or the
    part of the file that is required.

    ``previous`` is an earlier parse of the same file, which makes this one cheaper and never different. A file that states too much is a
    manifest of nothing, with a problem that says so.
    """
    format_ = format_of(_parts(path)[-2:])
    try:
        if (side := _one_side(text)) is None:
            manifest = _parsed(path, text, hint, None if previous is not None and _one_side(previous.text) else previous, format_)
        else:
            from venvls.manifests.syntax.conflicts import read_one_side

            manifest = read_one_side(text, side, lambda upper: _parsed(path, upper, hint, None, format_))
        allow(len(manifest.requirements))
    except TooManyError as problem:
        return left_out(path, text, f"This file is too large to be checked: {problem}.", hint)
    return manifest if isinstance(manifest.requirements, Requirements) else replace(manifest, requirements=listed(manifest.requirements))


def left_out(path: str, text: Text, why: str, hint: Hint = None) -> Manifest:
    """A manifest of which nothing is known but why it was not read."""
    format_ = format_of(_parts(path)[-2:])
    name = format_.name if format_ is not None and hint is None else _REQUIREMENTS.name
    problem = Problem("invalid-manifest", why, Span(0, 0))
    # A file of conda's or pixi's counts where it is about Python, which nobody has looked for.
    return Manifest(path, name, text, problems=(problem,), complete=False, constraint=hint == "constraints", names_python=True)


def _one_side(text: Text) -> OneSide | None:
    """One side of a text that git left in conflict; ``None`` for any other."""
    # Looked for in each text at every key, and nearly never there.
    if "<<<<<<< " not in text.source and ">>>>>>> " not in text.source:
        return None
    from venvls.manifests.syntax.conflicts import one_side

    return one_side(text.source)


def _parsed(path: str, text: Text, hint: Hint, previous: Manifest | None, format_: Format | None) -> Manifest:
    if isinstance(hint, Part):
        from venvls.manifests.tox import part as tox_part

        return tox_part.part(path, text, hint)
    if hint in ("requirements", "constraints"):
        from venvls.manifests.requirements import file as requirements_txt

        return requirements_txt.parse(text, path, constraint=hint == "constraints", previous=previous)
    if format_ is None:
        # No walk asks about scripts, so that a path of one has been opened or named.
        format_ = _SCRIPT if path.endswith(SCRIPTS) else _REQUIREMENTS
    reads = cast("Reads", import_module(f".{format_.module}", __package__))
    if previous is not None and previous.format == format_.name and previous.path == path:
        from venvls.manifests import shortened

        if format_.name in shortened.FORMATS:
            again = shortened.shortened(previous, text, lambda short: reads.parse(short, path))
            if again is not None:
                return again
    return reads.parse(text, path, previous)


def insert_requirement(manifest: Manifest, text: str) -> TextEdit:
    """The edit that adds a requirement to a manifest."""
    return _edits(manifest).insert_requirement(manifest, text)


def replace_specifier(manifest: Manifest, requirement: Requirement, new_specifier: str) -> TextEdit:
    """The edit that gives a requirement other versions."""
    return _edits(manifest).replace_specifier(manifest, requirement, new_specifier)


def remove_statement(manifest: Manifest, requirement: Requirement) -> TextEdit:
    """The edit that takes a requirement out of its manifest, with all that belongs to it."""
    return _edits(manifest).remove_statement(manifest, requirement)


def _edits(manifest: Manifest) -> Edits:
    for format_ in FORMATS:
        if format_.name == manifest.format:
            return cast("Edits", import_module(f".{format_.edits or format_.module}", __package__))
    raise ValueError(f"there is no format {manifest.format}")


def _parts(path: str) -> list[str]:
    return path.replace("\\", "/").split("/")
