"""Where the code of an editable install is that setuptools finds by a program of its own (``__editable___NAME_VERSION_finder.py``)."""

from __future__ import annotations

import re

from venvls.model.ports import FileView

_FINDER = re.compile(r"import (__editable___\w+_finder)\b")
_MAPPING = re.compile(r"^MAPPING(?:: [^=\n]+)? = (\{[^\n]*\})", re.MULTILINE)
_LARGEST = 1_000_000


def mapped(files: FileView, folder: str, pth: str) -> list[str]:
    """The modules that the program named in a .pth file maps to, as paths that are there where they are; nothing where none can be read."""
    line = _text(files, files.path.join(folder, pth))
    named = _FINDER.match(line)
    written = _MAPPING.search(_text(files, files.path.join(folder, f"{named[1]}.py"))) if named else None
    if written is None:
        return []
    import ast

    try:
        mapping = ast.literal_eval(written[1])
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return []
    places = [place for place in mapping.values() if isinstance(place, str)] if isinstance(mapping, dict) else []
    return [_module(files, place) for place in places if "\0" not in place and not place.startswith(("\\\\", "//"))]


def _module(files: FileView, place: str) -> str:
    """A package's folder, or the file of a module, which is named without its ending."""
    if files.stat(place) is not None:
        return place
    name = files.path.basename(place)
    beside = files.list(files.path.dirname(place)) or ()
    return next((files.path.join(files.path.dirname(place), entry.name) for entry in beside if entry.name.startswith(f"{name}.")), place)


def _text(files: FileView, path: str) -> str:
    data = files.read(path, _LARGEST)
    return data.decode("utf-8", "replace") if data else ""
