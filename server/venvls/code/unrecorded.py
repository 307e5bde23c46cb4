"""Packages that somebody installed by name and that no file of the project lists: who needs them has to know it by heart.

pip and uv note that a package was requested (the file ``REQUESTED``, PEP 376). pip does so for what was named alone, uv for everything it
installs: there only what nothing else requires may be meant, or is left over from what was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from venvls.answers.graph import reached, who_needs
from venvls.answers.standing import SEEDS, inherited
from venvls.model.environment import Distribution
from venvls.model.facts import Facts
from venvls.model.imports import Import, Sighting
from venvls.model.ports import FileView
from venvls.model.text import Span
from venvls.rules.locking import lock_in_force

# What keeps environments or is put into them by editors: part of no project.
_TOOLS = frozenset({"pip-tools", "pip-review", "pip-audit", "pipdeptree", "pipx", "virtualenv", "venvls", "ipykernel", "debugpy"})
_INSTALLERS = {b"pip": "pip", b"uv": "uv"}


def sightings(
    shared: Sequence[Facts],
    declared: frozenset[str],
    own: frozenset[str],
    requested_by: Callable[[Distribution], str | None],
) -> Iterator[Sighting]:
    """Each such package, on the main manifest of the first of the projects that ``shared`` one environment, which is the one that this is
    most likely for.

    ``declared`` is what any of them names, ``own`` are their names; ``requested_by`` is :func:`requested_by`, remembered.
    """
    facts = shared[0]
    if facts.main_project is not None:
        return
    installed, environment, manifests = facts.installed, facts.environment, facts.project.manifests
    if installed is None or environment is None or environment.tool_owned or facts.project.part is not None or not manifests:
        return
    lock = lock_in_force(facts)
    if lock is not None and lock.exact:
        return  # Of what is in no such lock another rule speaks.
    source = f"{manifests[0][: -len('.txt')]}.in" if manifests[0].endswith(".txt") else ""
    path = source if source in facts.manifests else manifests[0]
    locked = lock.packages.keys() if lock is not None else frozenset()
    for key in sorted(installed.distributions.keys() - declared - own - locked - SEEDS - _TOOLS):
        installer = requested_by(installed.distributions[key][0])
        if installer is None or inherited(key, facts):
            continue
        if any(key in (reached(each).extras if installer == "pip" else who_needs(each)) for each in shared):
            continue
        yield Sighting(path, Import(key, Span(0, 0)), "unrecorded", key, (key,), requested=installer == "pip")


def requested_by(distribution: Distribution, files: FileView) -> str | None:
    """Who installed a package because it was requested; ``None`` where that is not known."""
    path = files.path
    if distribution.format != "dist-info" or files.stat(path.join(distribution.path, "REQUESTED")) is None:
        return None
    note = files.read(path.join(distribution.path, "INSTALLER"), 100)
    return _INSTALLERS.get(note.strip()) if note is not None else None
