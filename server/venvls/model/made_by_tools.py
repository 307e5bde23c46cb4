"""Whether a folder is an environment that a tool made, or what is left of one: what deleting it rests on, when planned and when done."""

from __future__ import annotations

import re

from venvls.model.hints import TYPE_CHECKING

if TYPE_CHECKING:
    from venvls.model.ports import FileView

_MOST = 100_000
_KEYS = frozenset({"home", "include-system-site-packages", "version", "version_info", "implementation", "executable", "virtualenv", "uv"})
_PROGRAM_FOLDERS = ("bin", "Scripts")
_ACTIVATE = ("activate", "activate.bat", "activate.fish", "Activate.ps1", "activate.ps1", "activate.csh", "activate.nu")
_INTERPRETER = re.compile(r"(python|pypy|graalpy)[\d.]*t?w?(\.exe)?", re.IGNORECASE)
_LIBRARY = re.compile(r"(python|pypy|graalpy)\d[\d.]*t?", re.IGNORECASE)
# What a creation makes first, and all there is where it was killed then.
_FIRST_FOLDERS = frozenset({"bin", "lib", "lib64", "include", "Scripts", "Lib", "Include", "share", "conda-meta"})
_FIRST_RECORDS = frozenset({"history", "pixi", "pixi_env_prefix"})
_FIRST_FILES = frozenset({"CACHEDIR.TAG", ".gitignore", ".lock"})
# Folders of data, of examples and of other people's code: a prefix in one of them is not an environment that the project uses.
_DATA = frozenset(
    {"tests", "test", "testing", "testdata", "test-data", "test_data", "testcases", "fixtures", "fixture", "data", "samples",
     "vendor", "vendored", "_vendor", "third_party", "third-party", "node_modules", "site-packages"}
)  # fmt: skip


def stranger(files: FileView, prefix: str, root: str) -> str | None:
    """The folder between the project at ``root`` and the prefix that makes the prefix somebody else's: of data, a checkout, another
    environment. ``None`` where there is none, or the prefix is not below ``root``."""
    path = files.path
    ends = {path.normcase(path.normpath(place)) for place in (root, files.real(root))}
    between: list[str] = []
    place = path.dirname(prefix)
    while path.normcase(path.normpath(place)) not in ends:
        between.append(place)
        if path.dirname(place) == place:
            return None
        place = path.dirname(place)
    for folder in reversed(between):
        if path.basename(folder).lower() in _DATA or files.lstat(path.join(folder, ".git")) is not None:
            return folder
        if files.lstat(path.join(folder, "pyvenv.cfg")) is not None or files.lstat(path.join(folder, "conda-meta")) is not None:
            return folder
    return None


def doubt(files: FileView, prefix: str, *, partly_deleted: bool = False) -> str | None:
    """Why the folder at ``prefix`` is not known to be an environment a tool made, as a sentence; ``None`` where it is one.

    Of one that may be ``partly_deleted`` its marks are enough: a deletion takes them last (``host/removal.py``).
    """
    if is_empty_shell(files, prefix, with_cfg=True):
        return None
    has_marks = _has_marks(files, prefix)
    if has_marks and partly_deleted:
        return None
    if not has_marks:
        return (
            f"{prefix} does not look like an environment that a tool created: it has no pyvenv.cfg, conda-meta or activation script of one."
        )
    if not _has_interpreter(files, prefix):
        return f"{prefix} does not look like an environment: it has neither an interpreter nor anything that is left of one."
    return None


def _has_marks(files: FileView, prefix: str) -> bool:
    """pyvenv.cfg with a key that tools write, conda's records, or an activation script that sets ``VIRTUAL_ENV``."""
    join = files.path.join
    cfg = files.read(join(prefix, "pyvenv.cfg"), _MOST)
    if cfg is not None and any(line.partition("=")[0].strip().lower() in _KEYS for line in _text(cfg).splitlines() if "=" in line):
        return True
    records = files.list(join(prefix, "conda-meta")) or ()
    if any(entry.name in ("history", "pixi") or entry.name.endswith(".json") for entry in records):
        return True
    return any(
        b"VIRTUAL_ENV" in (files.read(join(prefix, folder, name), _MOST) or b"") for folder in _PROGRAM_FOLDERS for name in _ACTIVATE
    )


def _has_interpreter(files: FileView, prefix: str) -> bool:
    """An interpreter, a link that led to one, activation scripts, or a library folder of a Python."""
    join = files.path.join
    folders = {name: files.list(join(prefix, name)) or () for name in ("", *_PROGRAM_FOLDERS, "lib", "lib64", "Lib")}
    return (
        any(_INTERPRETER.fullmatch(entry.name) and entry.kind != "directory" for name in ("", *_PROGRAM_FOLDERS) for entry in folders[name])
        or any(entry.name in _ACTIVATE for name in _PROGRAM_FOLDERS for entry in folders[name])
        or any(_LIBRARY.fullmatch(entry.name) for name in ("lib", "lib64") for entry in folders[name])
        or any(entry.name == "site-packages" for entry in folders["Lib"])
    )


def is_empty_shell(files: FileView, prefix: str, *, with_cfg: bool = False) -> bool:
    """Whether it is what a creation leaves that was killed at its very start: folders, links, and nothing anybody wrote; ``with_cfg``:
    nothing but a pyvenv.cfg."""
    waiting = [(prefix, 0)]
    seen = 0
    while waiting:
        folder, depth = waiting.pop()
        entries = files.list(folder)
        seen += 1
        if entries is None or depth > 5 or seen > 50:
            return False
        for entry in entries:
            if entry.kind == "directory" and (depth or entry.name in _FIRST_FOLDERS):
                waiting.append((files.path.join(folder, entry.name), depth + 1))
            elif with_cfg and depth == 0 and entry.name == "pyvenv.cfg" and entry.kind == "file":
                # Written before the interpreter is there; nothing else in it can be lost.
                if not _has_marks(files, prefix) and files.read(files.path.join(prefix, entry.name)) != b"":
                    return False
            elif with_cfg and depth == 1 and files.path.basename(folder) == "conda-meta" and entry.name in _FIRST_RECORDS:
                continue
            elif entry.kind != "link" and (depth or entry.name not in _FIRST_FILES):
                return False
    return True


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace").removeprefix("\ufeff")
