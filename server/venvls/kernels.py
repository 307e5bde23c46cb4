"""What a project's environment needs so that notebooks can run in it: ipykernel, in the list of what only developers need."""

from __future__ import annotations

from venvls import discovery
from venvls.model.action import Task
from venvls.model.hints import TYPE_CHECKING
from venvls.model.record import NamedTuple

if TYPE_CHECKING:
    from venvls.model.facts import Facts

PACKAGE = "ipykernel"
_GROUP = "dev"
_HAVE_GROUPS = ("pyproject.toml", "Pipfile")


class Missing(NamedTuple):
    """The task that adds ipykernel and installs it, and where it is added, in a person's words."""

    task: Task
    place: str


def missing(facts: Facts) -> Missing | None:
    """What gives the project's environment a kernel; ``None`` where it has one, or where nothing can be installed into it."""
    from venvls.actions.conditions import can_install
    from venvls.actions.main_list import main_list, takes_one_more

    environment, installed = facts.environment, facts.installed
    if environment is None or environment.health != "ok" or not can_install(facts) or not facts.project.manifests:
        return None
    if installed is None or PACKAGE in installed.distributions:
        return None
    group, main = _group(facts), main_list(facts)
    if group is None and (main is None or not takes_one_more(main)):
        return None
    task = Task("add", facts.project.root, environment.prefix, requirements=(PACKAGE,), groups=(group,) if group else ())
    return Missing(task, f"the group `{group}`" if group or main is None else facts.files.path.basename(main.path))


def _group(facts: Facts) -> str | None:
    """``dev``, where the project has a place for it: a manifest with groups, or a requirements file of that name."""
    own = [facts.manifests[path] for path in facts.project.manifests if path in facts.manifests and path not in facts.outside]
    has_place = any(
        manifest.format in _HAVE_GROUPS
        or (manifest.format.startswith("requirements") and discovery.group_of(manifest.path, facts.files) == _GROUP)
        for manifest in own
    )
    return _GROUP if has_place else None
