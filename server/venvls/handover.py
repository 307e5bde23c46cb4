"""What makes another program use an environment: its own settings, or the words of its command line. Nothing is started or written.

Each program is one row of :data:`PROGRAMS`. The settings are what the program's own documentation names, whole from the top: the object
for ``kind`` ``workspace/configuration`` is keyed by the section that the server requests.
"""

from __future__ import annotations

from collections.abc import Callable

from venvls.model.hints import TYPE_CHECKING, Literal
from venvls.model.record import NamedTuple

if TYPE_CHECKING:
    from types import ModuleType

    from venvls.model.environment import Environment

SettingsKind = Literal["workspace/configuration", "initializationOptions", "configuration", "launch", "kernel.json"]


class Seat(NamedTuple):
    """What a row is given: the environment with its interpreter, the file that was named (empty for a folder), and the path rules of its
    system.

    ``own`` is the path of the program inside the environment where it is installed there, ``stated`` whether the project says itself
    which Python it is written for.
    """

    environment: Environment
    interpreter: str
    file: str
    path: ModuleType
    own: str | None = None
    stated: bool = False


class Handover(NamedTuple):
    """The words of a command line, or ``None``; settings and what they are, or ``None``."""

    argv: tuple[str, ...] | None
    settings: dict[str, object] | None = None
    kind: SettingsKind | None = None


class Program(NamedTuple):
    """A program by the name that ``--for`` takes. ``package`` has to be installed in the environment itself, where one has to."""

    name: str
    give: Callable[[Seat], Handover]
    package: str | None = None


def _pyright(name: str) -> Callable[[Seat], Handover]:
    def give(seat: Seat) -> Handover:
        # Both read the section `python`, as the editor extension that they come from does.
        settings: dict[str, object] = {"python": {"pythonPath": seat.interpreter}}
        return Handover((name, "--pythonpath", seat.interpreter), settings, "workspace/configuration")

    return give


def _ty(seat: Seat) -> Handover:
    settings: dict[str, object] = {"ty": {"configuration": {"environment": {"python": seat.environment.prefix}}}}
    return Handover(("ty", "check", "--python", seat.environment.prefix), settings, "workspace/configuration")


def _ruff(seat: Seat) -> Handover:
    # Ruff looks into no environment. What it needs of one is the version, and that only where the project states none: the oldest Python
    # that a project supports is not the one that happens to be installed.
    version = f"py{seat.environment.minor.replace('.', '')}" if seat.environment.minor and not seat.stated else None
    argv = (seat.own or "ruff", "check", *(("--target-version", version) if version else ()))
    settings: dict[str, object] | None = {"target-version": version} if version else None
    return Handover(argv, settings, "configuration" if settings else None)


def _mypy(seat: Seat) -> Handover:
    settings: dict[str, object] = {"mypy": {"python_executable": seat.interpreter}}
    return Handover(("mypy", "--python-executable", seat.interpreter), settings, "configuration")


def _pylsp(seat: Seat) -> Handover:
    settings: dict[str, object] = {"pylsp": {"plugins": {"jedi": {"environment": seat.interpreter}}}}
    return Handover(None, settings, "workspace/configuration")


def _jedi(seat: Seat) -> Handover:
    return Handover(None, {"workspace": {"environmentPath": seat.interpreter}}, "initializationOptions")


def _pytest(seat: Seat) -> Handover:
    return Handover((seat.interpreter, "-m", "pytest"))


def _debugpy(seat: Seat) -> Handover:
    # Without a file whatever is open: `${file}` is how launch configurations say it.
    argv = (seat.interpreter, "-m", "debugpy", "--listen", "127.0.0.1:5678", "--wait-for-client", seat.file or "{file}")
    program = seat.file or "${file}"
    launch: dict[str, object] = {"type": "debugpy", "request": "launch", "python": [seat.interpreter], "program": program}
    return Handover(argv, launch, "launch")


def _ipykernel(seat: Seat) -> Handover:
    argv = (seat.interpreter, "-m", "ipykernel_launcher", "-f", "{connection_file}")
    return Handover(argv, kernel_spec(seat.interpreter, seat.environment.name, seat.path.dirname(seat.environment.prefix)), "kernel.json")


def kernel_spec(interpreter: str, name: str, folder: str) -> dict[str, object]:
    """The content of a ``kernel.json`` (Jupyter's kernel specification) for an interpreter."""
    last = folder.replace("\\", "/").rstrip("/").rpartition("/")[2]
    return {
        "argv": [interpreter, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
        "display_name": f"{last} ({name})" if last else name,
        "language": "python",
        "metadata": {"debugger": True},
    }


PROGRAMS: tuple[Program, ...] = (
    Program("pyright", _pyright("pyright")),
    Program("basedpyright", _pyright("basedpyright")),
    Program("ty", _ty),
    Program("ruff", _ruff),
    Program("mypy", _mypy),
    Program("pylsp", _pylsp),
    Program("jedi", _jedi),
    Program("pytest", _pytest, "pytest"),
    Program("debugpy", _debugpy, "debugpy"),
    Program("ipykernel", _ipykernel, "ipykernel"),
)
NAMES = tuple(program.name for program in PROGRAMS)


def program(name: str) -> Program:
    """The row of a name of :data:`NAMES`."""
    return PROGRAMS[NAMES.index(name)]
