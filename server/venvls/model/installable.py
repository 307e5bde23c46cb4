"""Whether a program may install into a Python at all, and how to say that it may not."""

from __future__ import annotations

from venvls.model.hints import TYPE_CHECKING

if TYPE_CHECKING:
    from venvls.model.environment import Environment
    from venvls.model.ports import FileView


def refusal(environment: Environment | None, files: FileView) -> str | None:
    """Why nothing is to be installed there and what to do instead, as a sentence; ``None`` where it may.

    Refused: no environment at all; a base Python, marked ``EXTERNALLY-MANAGED`` (PEP 668) or not; an environment that cannot run.
    """
    if environment is None:
        return "There is no environment to install into: create one for this project first."
    if is_base(environment, files):
        return f"{environment.prefix} is a Python of the machine, used by other programs too: create an environment for this project."
    if environment.interpreter is None or environment.health in ("broken", "incomplete"):
        reason = f" ({environment.problem.rstrip('.')})" if environment.problem else ""
        return f"The environment {environment.name} cannot be used{reason}: recreate it first."
    return None


def is_base(environment: Environment, files: FileView) -> bool:
    """Whether this is a Python of the machine and no environment: by its kind, or because its library is marked as managed."""
    if environment.kind in ("system", "pyenv"):
        return True
    path = files.path
    if path.basename(path.dirname(environment.prefix)) == "__pypackages__":
        return True  # Its interpreter is one of the machine (PEP 582): only PDM knows how to install next to it.
    if files.stat(path.join(environment.prefix, "pyvenv.cfg")) is not None:
        return False  # Its library is its own; the mark of the base it was made from does not speak of it.
    library = "Lib" if environment.layout == "windows" else path.join("lib", f"python{environment.minor}")
    return files.stat(path.join(environment.prefix, library, "EXTERNALLY-MANAGED")) is not None
