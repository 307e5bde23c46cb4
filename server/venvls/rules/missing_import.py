"""The code imports a module that nothing provides: not the environment, not the standard library of its Python, not the project.

Running the code fails there with `ModuleNotFoundError`.

Example: `import yaml`, and PyYAML is not in the environment.

Fix it with the action *Sync* or *Install* where a requirement of the project provides the module and is not installed, or with *Add* where
the module is well known, the lock names its package, or a wheel that uv keeps in its cache has it. For any other module nothing is
suggested: its name may be anybody's on the package index. Where only a group or an extra requires the package, and the environment was not
synced with that, it is an information with *Sync with group docs*.

Imports that may fail are left alone: in `try` with `except ImportError`, below `if TYPE_CHECKING`, under a condition that is false for the
environment's Python and platform or whose value is not known, and in code that another tool runs (`setup.py`, `noxfile.py`, `docs/`,
`examples/`, scripts that `tox.ini` names…). Where the project may do without the module it is an information: another file tries to import
it and goes on without, or, in a package with tests, none of its tests, scripts and programs imports the file, or only a function imports
the module.

A file that nobody wrote by hand (more than 5,000 imports, blocks that are more than 50 deep) is not checked, which is reported here, once.
So is, as an information, that a file is too large (more than 5 million characters of Python, more than 10 MB) or cannot be read. Where not
all files of the project could be found in 30 seconds, or `.pth` files add more than 1,000 folders, that is reported at its first manifest.

Imports are checked in open Python files and notebooks (where the environment has `ipykernel`), and by `venvls check --imports`; without a
healthy environment nothing is reported. To have a module left alone, name it in `[tool.venvls] imports.ignore`.
"""

from __future__ import annotations

from collections.abc import Iterable

from venvls.model.facts import Facts
from venvls.model.finding import Finding
from venvls.model.imports import Sighting
from venvls.model.rule import Rule
from venvls.rules.wording import listed

_DISPENSABLE = {
    "elsewhere": ". Other files of the project do without it",
    "file": ". No test, script or program of the project imports this file",
    "function": ". Only a function imports it",
}


def check(sighting: Sighting, facts: Facts) -> Iterable[Finding]:
    """A finding on the module's name."""
    environment = facts.environment
    if sighting.unread is not None:
        severity = "information" if sighting.unread.common else RULE.severity
        what = "Not all of this project's code is checked" if sighting.unread.whole else "The imports of this file are not checked"
        message = f"{what}: {sighting.unread.why}"
        yield Finding("missing-import", message, sighting.path, sighting.imported.span, severity)
        return
    if sighting.standing != "missing" or environment is None:
        return
    module, severity = sighting.module, RULE.severity
    unsynced = [list(choice) for choice in sighting.unsynced]
    data = {"module": module, "add": sighting.known, "declared": sighting.declared, "unsynced": unsynced}
    if sighting.unsynced:
        severity = "information"
        which = "which requires" if len(sighting.scopes) == 1 else "which require"
        message = f"`{module}` cannot be imported: {environment.name} was not synced with {listed(sighting.scopes)}, {which} "
        message += str(sighting.declared)
    elif sighting.declared is not None:
        message = f"`{module}` cannot be imported: {sighting.declared} is required, but not installed in {environment.name}"
    elif sighting.known is not None:
        message = (
            f"`{module}` cannot be imported: {sighting.known}, which provides it, is neither required nor installed in {environment.name}"
        )
    else:
        message = f"`{module}` cannot be imported: nothing in {environment.name} provides it, and which package would is not known"
    if sighting.dispensable:
        severity = "information"
        message += _DISPENSABLE[sighting.dispensable]
    yield Finding("missing-import", message, sighting.path, sighting.imported.span, severity, data=data)


RULE = Rule(code="missing-import", severity="warning", doc=__doc__ or "", imports=check)
