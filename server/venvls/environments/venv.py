"""Environments of PEP 405: a pyvenv.cfg in the prefix. Made by ``venv``, ``virtualenv`` and ``uv venv``, by Python 2.7 to 3.15.

All facts come from files. The X.Y is that of the library folder, since a pyvenv.cfg keeps the version of the day it was written;
the patch level is pyvenv.cfg's where its X.Y agrees, and goes stale when the base is upgraded.
"""

from __future__ import annotations

from venvls.environments import activation, layout
from venvls.environments.cfg import is_true, load_cfg
from venvls.environments.kind import Kind
from venvls.model.environment import Environment, Health
from venvls.model.environment import Kind as KindName
from venvls.model.patterns import re
from venvls.model.ports import FileView
from venvls.model.reach import is_remote
from venvls.model.record import NamedTuple

_VERSION = re.compile(r"(\d+)\.(\d+)(?:\.(\d+))?")
_RECREATE = "Recreate it."


class _Read(NamedTuple):
    """What was read of a prefix before anything is checked."""

    cfg: dict[str, str]
    programs: layout.Programs
    libraries: tuple[layout.Library, ...]
    executable: tuple[str, bool, str] | None


def recognise(view: FileView, prefix: str, expected: bool) -> Environment | None:
    """The environment at ``prefix``, broken or not; ``None`` where there is no pyvenv.cfg and nothing that lacks only that."""
    cfg = load_cfg(view, prefix)
    programs = layout.programs(view, prefix)
    if cfg is None:
        if view.lstat(view.path.join(prefix, "pyvenv.cfg")) is None:
            return _without_cfg(view, prefix, programs, expected)
        if not (expected or programs.interpreter or programs.dangling):
            return None
        sentence = f"Its pyvenv.cfg cannot be read. {_RECREATE}"
        return _environment(view, prefix, _read(view, prefix, {}, programs), "broken", sentence)
    if not (expected or programs.interpreter or programs.dangling):
        return None  # a fixture, or a file that only bears the name
    read = _read(view, prefix, cfg, programs)
    health, problem = _judge(view, prefix, read)
    return _environment(view, prefix, read, health, problem)


def _read(view: FileView, prefix: str, cfg: dict[str, str], programs: layout.Programs) -> _Read:
    executable = layout.executable_minor(view, programs.interpreter) if programs.interpreter else None
    return _Read(cfg, programs, layout.libraries(view, prefix), executable)


def _without_cfg(view: FileView, prefix: str, programs: layout.Programs, expected: bool) -> Environment | None:
    """A prefix without pyvenv.cfg: what a killed ``uv venv`` leaves, or what virtualenv before 20 made and called whole."""
    if not programs.interpreter and not programs.dangling:
        return None
    if "activate" in programs.names and not activation.states_prefix(view, programs.folder):
        return None  # conda's base and others have a bin/activate of another kind
    if "activate" not in programs.names and not expected:
        return None
    read = _read(view, prefix, {}, programs)
    if any(_is_old_virtualenv(view, library) for library in read.libraries):
        health, problem = _judge_programs(view, prefix, read)
        return _environment(view, prefix, read, health, problem, kind="virtualenv")
    if not read.libraries and "activate" not in programs.names:
        return None
    sentence = f"It has no pyvenv.cfg: its creation was interrupted. {_RECREATE}"
    return _environment(view, prefix, read, "incomplete", sentence, kind="uv" if _made_by_uv(view, prefix) else "venv")


def _is_old_virtualenv(view: FileView, library: layout.Library) -> bool:
    """virtualenv before 20 wrote no pyvenv.cfg; it left the base's prefix next to the standard library it had linked."""
    return view.stat(view.path.join(view.path.dirname(library.site_packages), "orig-prefix.txt")) is not None


def _made_by_uv(view: FileView, prefix: str) -> bool:
    """uv puts CACHEDIR.TAG and activate.nu there before pyvenv.cfg; virtualenv writes its pyvenv.cfg first."""
    return view.stat(view.path.join(prefix, "CACHEDIR.TAG")) is not None


def _judge(view: FileView, prefix: str, read: _Read) -> tuple[Health, str | None]:
    """Health and, when it is not ok, one sentence with what to do."""
    health, problem = _judge_programs(view, prefix, read)
    if health == "broken":
        return health, problem
    home = read.cfg.get("home")
    if not home:
        return "broken", f"Its pyvenv.cfg does not say where its base Python is. {_RECREATE}"
    absolute = view.path.join(prefix, home)
    # Nobody may look into the Microsoft Store's folder, and Pythons from there run all the same.
    if "WindowsApps" not in home and not is_remote(absolute, prefix, view.path) and view.stat(absolute) is None:
        return "broken", f"Its base Python is missing: {absolute} does not exist. {_RECREATE}"
    if _is_half_made(view, read):
        return "incomplete", f"It has neither pip nor activation scripts: its creation was interrupted. {_RECREATE}"
    return health, problem


def _judge_programs(view: FileView, prefix: str, read: _Read) -> tuple[Health, str | None]:
    """What the scripts and library folders alone tell."""
    programs = read.programs
    if programs.interpreter is None:
        if programs.dangling is None:
            return "broken", f"It has no Python interpreter in {programs.folder}. {_RECREATE}"
        target = _dangling_target(view, programs.dangling)
        return "broken", f"Its interpreter is a link to {target}, which does not exist. {_RECREATE}"
    if read.executable is not None:
        minor = read.executable[0]
        versions = sorted({library.minor for library in read.libraries if library.minor})
        if versions and minor not in versions:
            listed = ", ".join(versions)
            return "broken", f"Its packages are for Python {listed}, but its interpreter is Python {minor} now. {_RECREATE}"
    if is_true(read.cfg.get("relocatable")):
        return "ok", None
    written = activation.written_prefix(view, programs.folder, programs.names)
    if written is not None and not _same_place(view, written, prefix):
        return "moved", f"It was created at {written}, and its scripts still point there. {_RECREATE}"
    return "ok", None


def _dangling_target(view: FileView, path: str) -> str:
    """The end of a chain of links that leads nowhere, for a message."""
    for _ in range(40):
        target = view.link(path)
        if target is None:
            return path
        path = view.path.normpath(view.path.join(view.path.dirname(path), target))
    return path


def _same_place(view: FileView, place: str, other: str) -> bool:
    path = view.path
    if path.normcase(path.normpath(place)) == path.normcase(path.normpath(other)):
        return True
    if is_remote(place, other, view.path):
        return False
    first, second = view.stat(place), view.stat(other)
    # Links, bind mounts and disks that do not tell cases apart all end at one identity.
    return first is not None and second is not None and first.identity == second.identity


def _is_half_made(view: FileView, read: _Read) -> bool:
    """What a killed ``python -m venv`` leaves: no activation script, no pip, and nothing that anybody installed since.

    virtualenv and uv can be told to write no activation scripts, and say who they are; ``--without-pip`` does write them.
    """
    if activation.has_activation(read.programs.names) or "uv" in read.cfg or "virtualenv" in read.cfg:
        return False
    for library in read.libraries:
        for entry in view.list(library.site_packages) or ():
            name = entry.name.lower()
            if name.endswith((".dist-info", ".egg-info", ".egg-link", ".egg")) and not name.startswith(("~", "setuptools-")):
                return False
    return True


def _environment(
    view: FileView, prefix: str, read: _Read, health: Health, problem: str | None, *, kind: KindName | None = None
) -> Environment:
    cfg, programs = read.cfg, read.programs
    library = _chosen(read)
    implementation = _implementation(read, library)
    version = _version(view, prefix, read, library)
    minor = _minor(version)
    home = cfg.get("home") or None
    base = view.path.join(prefix, home) if home else None
    system = is_true(cfg.get("include-system-site-packages"))
    own = [
        candidate.site_packages
        for candidate in read.libraries
        if library is None or (candidate.minor, candidate.free_threaded) == library[:1] + library[2:3]
    ]
    reachable = base is not None and not is_remote(base, prefix, view.path)
    base_site = layout.base_site_packages(view, base, minor, implementation, programs.layout) if system and base and reachable else ()
    bundled = layout.bundled_packages(view, base, minor, implementation, programs.layout) if base and reachable else ()
    creator, made_by = _creator(cfg)
    return Environment(
        prefix=prefix,
        real=view.real(prefix),
        interpreter=programs.interpreter,
        version=version,
        implementation=implementation,
        kind=kind or made_by,
        name=view.path.basename(prefix),
        health=health,
        problem=problem,
        creator=kind or creator if not cfg else creator,
        base=base,
        prompt=_prompt(cfg.get("prompt")),
        system_site_packages=system,
        site_packages=(*own, *base_site, *bundled),
        layout=programs.layout,
        free_threaded=bool(library and library.free_threaded) or bool(read.executable and read.executable[1]),
    )


def _chosen(read: _Read) -> layout.Library | None:
    """The library folder in use, where an upgrade left several: the interpreter's, else pyvenv.cfg's, else the newest."""
    if not read.libraries:
        return None
    wanted, free_threaded = read.executable[:2] if read.executable else (_minor(_stated_version(read.cfg)), False)
    matching = [library for library in read.libraries if library.minor == wanted]
    if matching:
        return next((library for library in matching if library.free_threaded == free_threaded), matching[0])
    return max(read.libraries, key=lambda library: tuple(map(int, (library.minor or "0").split("."))))


def _version(view: FileView, prefix: str, read: _Read, library: layout.Library | None) -> str | None:
    stated = _stated_version(read.cfg)
    minor = library.minor if library else None
    if minor is None and read.executable:
        minor = read.executable[0]
    home = read.cfg.get("home")
    if minor is None and stated is None and home and not is_remote(home, prefix, view.path):
        minor = layout.dll_minor(view, home)
    if minor is None or (stated and _minor(stated) == minor):
        return stated
    return minor


def _stated_version(cfg: dict[str, str]) -> str | None:
    """The version that pyvenv.cfg gives, with its patch level where any key has it: ``version``, ``version_info``, PEP 838's key."""
    short = None
    for key in ("version", "version_info", "python-version"):
        match = _VERSION.match(cfg.get(key, ""))
        if match:
            if match[3] is not None:
                return match[0]
            short = short or match[0]
    return short


def _minor(version: str | None) -> str | None:
    return ".".join(version.split(".")[:2]) if version else None


def _implementation(read: _Read, library: layout.Library | None) -> str:
    stated = read.cfg.get("implementation")
    if stated:
        return {"graalvm": "graalpy"}.get(stated.lower(), stated.lower())
    if library is not None and library.implementation != "cpython":
        return library.implementation
    return read.executable[2] if read.executable else "cpython"


def _creator(cfg: dict[str, str]) -> tuple[str, KindName]:
    """Who made it, with the version of the tool where it is written, and the kind that follows."""
    if "uv" in cfg:
        return f"uv {cfg['uv']}".strip(), "uv"
    if "virtualenv" in cfg:
        return f"virtualenv {cfg['virtualenv']}".strip(), "virtualenv"
    return "venv", "venv"


def _prompt(value: str | None) -> str | None:
    """The prompt as a person typed it: ``venv`` writes Python's ``repr`` of it, uv and virtualenv the plain text."""
    if not value:
        return None
    if len(value) >= 2 and value[0] == value[-1] and value[0] in "'\"":
        return value[1:-1]
    return value


KIND = Kind("venv", ("pyvenv.cfg",), recognise)
