"""An environment whose Python the project does not admit: uv and PDM delete it when they sync, or add a requirement, and make another.

They do so without a question (PDM even in a dry run), so a plan of ours names it as the deletion that it is.
"""

from __future__ import annotations

from venvls.model.hints import TYPE_CHECKING
from venvls.model.record import replace
from venvls.standards.python_versions import fits

if TYPE_CHECKING:
    from collections.abc import Iterable

    from venvls.model.action import Plan
    from venvls.model.environment import Environment


def is_admitted(environment: Environment, specifiers: Iterable[str]) -> bool:
    """Whether the environment's Python is in all these PEP 440 specifiers; one that is not known is."""
    return all(fits(specifier, environment.version) for specifier in specifiers)


def deleting(made: Plan, environment: Environment, tool: str) -> Plan:
    """A plan of ``tool``'s that deletes ``environment`` since its Python is not admitted."""
    if made.refusal is not None:
        return made
    what = f"The Python of {environment.name} ({environment.version}) does not fit this project"
    note = f"{what}: {tool} deletes the environment and makes another."
    return replace(made, deletes=environment.prefix, surprises=(*made.surprises, note))
