"""The few values of git's configuration that decide what is ignored, read from its files; conditional includes are not followed."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping

from venvls.model.ports import FileView

_LIMIT = 1_000_000
_DEEPEST = 5


def settings(files: FileView, git_folder: str, environ: Mapping[str, str], home: str) -> dict[str, str]:
    """``core.excludesfile``, ``core.ignorecase``, ``extensions.objectformat``… by lower-cased name: the system's, the person's, the
    repository's, the last one wins."""
    out: dict[str, str] = {}
    for path in _config_files(git_folder, environ, home):
        out.update(_read(files, path, home, 0))
    return out


def excludes_file(values: Mapping[str, str], environ: Mapping[str, str], home: str) -> str:
    """The person's own ignore file, whether it exists or not."""
    named = values.get("core.excludesfile")
    if named is not None:
        return _expand(named, home)
    return os.path.join(_config_home(environ, home), "git", "ignore")


def _config_home(environ: Mapping[str, str], home: str) -> str:
    return environ.get("XDG_CONFIG_HOME") or os.path.join(home, ".config")


def _config_files(git_folder: str, environ: Mapping[str, str], home: str) -> Iterator[str]:
    if not environ.get("GIT_CONFIG_NOSYSTEM"):
        yield environ.get("GIT_CONFIG_SYSTEM") or "/etc/gitconfig"
    if environ.get("GIT_CONFIG_GLOBAL"):
        yield environ["GIT_CONFIG_GLOBAL"]
    else:
        yield os.path.join(_config_home(environ, home), "git", "config")
        yield os.path.join(home, ".gitconfig")
    yield os.path.join(git_folder, "config")


def _read(files: FileView, path: str, home: str, depth: int) -> Iterator[tuple[str, str]]:
    data = files.read(path, _LIMIT)
    if data is None:
        return
    section = ""
    for raw in data.decode("utf-8", "surrogateescape").removeprefix("\ufeff").split("\n"):
        line = raw.strip()
        if line.startswith("["):
            section, _, line = line[1:].partition("]")
            section, line = section.strip().lower(), line.strip()
        if not line or line[0] in "#;":
            continue
        name, equals, value = line.partition("=")
        name = f"{section}.{name.strip().lower()}"
        text = _value(value) if equals else "true"
        if name == "include.path" and depth < _DEEPEST:
            place = os.path.join(os.path.dirname(path), _expand(text, home))
            yield from _read(files, place, home, depth + 1)
        elif '"' not in section:
            yield name, text


def _value(written: str) -> str:
    """A value without its quotes, escapes and comment."""
    out: list[str] = []
    quoted = False
    written = written.strip()
    index = 0
    while index < len(written):
        character = written[index]
        index += 1
        if character == '"':
            quoted = not quoted
        elif character == "\\" and index < len(written):
            out.append({"n": "\n", "t": "\t", "b": "\b"}.get(written[index], written[index]))
            index += 1
        elif character in "#;" and not quoted:
            return "".join(out).rstrip()
        else:
            out.append(character)
    return "".join(out)


def _expand(path: str, home: str) -> str:
    if path == "~" or path.startswith("~/"):
        return home + path[1:]
    return path
