"""Where things are inside a prefix: the interpreter, the library folders, the site-packages; POSIX, Windows, MSYS2 and PyPy."""

from __future__ import annotations

from venvls.model.environment import Layout
from venvls.model.hints import TYPE_CHECKING
from venvls.model.patterns import re
from venvls.model.ports import FileView
from venvls.model.record import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

# CPython's lib/python3.13t, PyPy's lib/pypy3.10, GraalPy's lib/graalpy24.1 (there the number is GraalPy's own and says no X.Y).
# A library's folder or an executable by name; its last group is what only executables have.
_NAMED = re.compile(r"(python|pypy|graalpy)(\d+)\.(\d+)(t?)((?:-c|m|u|mu|d)?(?:\.exe)?)\Z")
_WINDOWS_LIBRARY = r"(?i)(?:lib)?(python|pypy)(\d)\.?(\d+)(t?)(?:-c)?\.dll\Z"

IMPLEMENTATIONS = {"python": "cpython", "pypy": "pypy", "graalpy": "graalpy"}


class Library(NamedTuple):
    """A library folder of one Python version: its X.Y (``None`` where the name does not say), implementation, and site-packages."""

    minor: str | None
    implementation: str
    free_threaded: bool
    site_packages: str


class Programs(NamedTuple):
    """The scripts folder and what is in it. ``interpreter`` is a path that exists; ``dangling`` a link to one that does not."""

    layout: Layout
    folder: str
    names: frozenset[str]
    interpreter: str | None
    dangling: str | None


def programs(view: FileView, prefix: str) -> Programs:
    """The scripts folder of ``prefix``; that of the machine's own flavour, without names, where there is none."""
    join = view.path.join
    candidates: list[tuple[Layout, str]] = [("windows", join(prefix, "Scripts")), ("posix", join(prefix, "bin"))]
    if view.path.sep == "/":
        candidates.reverse()
    best: Programs | None = None
    for layout, folder in candidates:
        listed = view.list(folder)
        if listed is None:
            continue
        in_folder = _programs_in(view, layout, folder, frozenset(entry.name for entry in listed))
        if in_folder.interpreter or in_folder.dangling:
            return in_folder
        best = best or in_folder
    if best is not None:
        return best
    layout, folder = candidates[0]
    return Programs(layout, folder, frozenset(), None, None)


def _programs_in(view: FileView, layout: Layout, folder: str, names: frozenset[str]) -> Programs:
    plain = ["python", "python3", "python2", "pypy3", "pypy"]
    if layout == "windows" or view.path.sep == "\\":
        lowered = {name.lower(): name for name in names}
        ordered = [lowered[f"{name}.exe"] for name in plain if f"{name}.exe" in lowered]
    else:
        # MSYS2 builds have bin/python.exe under POSIX folder names.
        ordered = [name for name in (*plain, "python.exe") if name in names]
        ordered += sorted(name for name in names if _is_executable(name))
    dangling = None
    for name in ordered:
        path = view.path.join(folder, name)
        stat = view.stat(path)
        if stat is not None and stat.kind == "file":
            return Programs(layout, folder, names, path, None)
        if stat is None:
            dangling = dangling or path
    return Programs(layout, folder, names, None, dangling)


def libraries(view: FileView, prefix: str) -> tuple[Library, ...]:
    """Every library folder of ``prefix``, ``lib`` before a ``lib64`` of its own."""
    join = view.path.join
    out: list[Library] = []
    seen: set[object] = set()

    def add(minor: str | None, implementation: str, free_threaded: bool, folder: str) -> None:
        stat = view.stat(folder)
        if stat is not None and stat.kind == "directory" and stat.identity not in seen:
            seen.add(stat.identity)
            out.append(Library(minor, implementation, free_threaded, folder))

    lib_links = view.lstat(join(prefix, "lib64"))
    parents = ["lib"] if lib_links is None or lib_links.kind == "link" else ["lib", "lib64"]
    for parent in parents:
        for entry in sorted(view.list(join(prefix, parent)) or ()):
            match = _NAMED.match(entry.name)
            if match and not match[5]:
                kind = match[1]
                minor = None if kind == "graalpy" else f"{match[2]}.{match[3]}"
                add(minor, IMPLEMENTATIONS[kind], bool(match[4]), join(prefix, parent, entry.name, "site-packages"))
    if not out:
        # Windows; a case-insensitive disk would give the first spelling for both.
        add(None, "cpython", False, join(prefix, "Lib", "site-packages"))
        # PyPy before 3.8, on every system.
        add(None, "pypy", False, join(prefix, "site-packages"))
    return tuple(out)


def _is_executable(name: str) -> bool:
    match = _NAMED.match(name)
    return match is not None and match[1] != "graalpy"


def executable_minor(view: FileView, interpreter: str) -> tuple[str, bool, str] | None:
    """The X.Y that the interpreter's real file name states, whether it is free-threaded, and its implementation; ``None``: unsaid.

    ``bin/python`` is a link to the base's ``python3`` in most environments, and that one to ``python3.12``.
    """
    match = _NAMED.match(view.path.basename(view.real(interpreter)))
    if match is None or match[1] == "graalpy":
        return None
    return f"{match[2]}.{match[3]}", bool(match[4]), IMPLEMENTATIONS[match[1]]


def dll_minor(view: FileView, folder: str) -> str | None:
    """The X.Y of a Windows base, from its ``python312.dll``; ``None`` where there is none or more than one."""
    minors = {f"{match[2]}.{match[3]}" for entry in view.list(folder) or () if (match := re.match(_WINDOWS_LIBRARY, entry.name))}
    return minors.pop() if len(minors) == 1 else None


def base_site_packages(view: FileView, home: str, minor: str | None, implementation: str, layout: Layout) -> tuple[str, ...]:
    """The folders of the base Python that hold distributions, in the order it searches them; Debian's ``dist-packages`` too."""
    join = view.path.join
    if layout == "windows":
        candidates = [join(home, "Lib", "site-packages"), join(home, "site-packages")]
    else:
        base = view.path.dirname(home.rstrip("/")) or "/"
        stem = f"{'pypy' if implementation == 'pypy' else 'python'}{minor}"
        major = (minor or "3").split(".")[0]
        local = join(base, "local") if base == "/usr" else base
        candidates = [
            join(local, "lib", stem, "dist-packages"),
            join(local, "lib", stem, "site-packages"),
            join(base, "lib", stem, "site-packages"),
            join(base, "lib64", stem, "site-packages"),
            join(base, "lib", f"python{major}", "dist-packages"),
            join(base, "lib", stem, "dist-packages"),
            join(base, "site-packages"),
        ]
    return _folders(view, candidates)


def bundled_packages(view: FileView, home: str, minor: str | None, implementation: str, layout: Layout) -> tuple[str, ...]:
    """Where a base Python keeps packages that come with it and are seen in all its environments: PyPy's cffi and greenlet."""
    if implementation != "pypy":
        return ()
    join, base = view.path.join, home if layout == "windows" else view.path.dirname(home.rstrip("/")) or "/"
    inner = [join(base, "Lib")] if layout == "windows" else [join(base, "lib", f"pypy{minor}")]
    return _folders(view, [*inner, join(base, "lib_pypy")])


def _folders(view: FileView, candidates: Iterable[str]) -> tuple[str, ...]:
    """Those that are folders, each once."""
    out: list[str] = []
    seen: set[object] = set()
    for folder in candidates:
        stat = view.stat(folder)
        if stat is not None and stat.kind == "directory" and stat.identity not in seen:
            seen.add(stat.identity)
            out.append(folder)
    return tuple(out)
