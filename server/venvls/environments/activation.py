"""Where the activation scripts say their environment is. They are read, never run."""

from __future__ import annotations

from venvls.model.ports import FileView

# Each script and what precedes the path in it. bash's comes first: every creator writes it, on Windows too.
_SCRIPTS = (
    ("activate", "VIRTUAL_ENV="),
    ("activate.fish", "set -gx VIRTUAL_ENV "),
    ("activate.csh", "setenv VIRTUAL_ENV "),
    ("activate.bat", "set VIRTUAL_ENV="),
    ("activate.bat", 'set "VIRTUAL_ENV='),
)
_LIMIT = 200_000


def _is_absolute(view: FileView, path: str) -> bool:
    """Whether a path can be compared with ours: MSYS2 writes ``/c/p/.venv`` on Windows, which nobody else understands."""
    return bool(view.path.isabs(path) and (view.path.sep == "/" or view.path.splitdrive(path)[0]))


def has_activation(names: frozenset[str]) -> bool:
    """Whether a scripts folder holds an activation script for any shell."""
    return any(name.lower().startswith("activate") for name in names)


def written_prefix(view: FileView, folder: str, names: frozenset[str]) -> str | None:
    """The prefix that the activation script in ``folder`` states; ``None`` where it states none, or works it out when it runs."""
    for name, before in _SCRIPTS:
        if name not in names:
            continue
        data = view.read(view.path.join(folder, name), _LIMIT)
        if data is None:
            continue
        text = data.decode("utf-8", "surrogateescape")
        for line in text.splitlines():
            statement = line.strip().removeprefix("export ").lstrip()
            if statement.startswith(before):
                path = _unquote(statement[len(before) :], double_ends=name == "activate.bat")
                if path is not None and _is_absolute(view, path):
                    return path
    return None


def states_prefix(view: FileView, folder: str) -> bool:
    """Whether ``activate`` in ``folder`` is an environment's, not conda's or some program's."""
    data = view.read(view.path.join(folder, "activate"), _LIMIT)
    return data is not None and b"VIRTUAL_ENV=" in data


def _unquote(value: str, *, double_ends: bool) -> str | None:
    """A shell word's value; ``None`` for anything that the shell would have to work out.

    Creators quote in four ways: not at all, ``"…"`` with nothing escaped (venv before 3.13.1), ``'…'`` with ``'"'"'`` (shlex), and
    ``'…'`` with ``'\\''`` (uv).
    """
    value = value.strip()
    if double_ends:
        return value.strip('"') or None
    if len(value) >= 2 and value[0] == value[-1] == '"':
        inner = value[1:-1]
        return None if "$" in inner or "`" in inner or not inner else inner
    out: list[str] = []
    rest = value
    while rest:
        first = rest[0]
        if first == "'":
            inside, quote, rest = rest[1:].partition("'")
            if not quote:
                return None
            out.append(inside)
        elif first == '"':
            inside, quote, rest = rest[1:].partition('"')
            if not quote or "$" in inside or "`" in inside:
                return None
            out.append(inside)
        elif first == "\\":
            out.append(rest[1:2])
            rest = rest[2:]
        elif first in "$`(":
            return None
        elif first in " \t;#":
            break
        else:
            out.append(first)
            rest = rest[1:]
    return "".join(out) or None
