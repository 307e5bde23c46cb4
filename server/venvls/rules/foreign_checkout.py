"""The environment imports this project's code from another checkout or work tree of it.

What is edited here has no effect in this environment: tests and programs run the other copy.

Example: `git worktree add ../fix`, and an environment in which the project was installed as editable from `../main`; or a `.pth` file that
leads there.

Fix it with the action *Install this checkout*, which installs the project from this folder.

The same project is one with the same git repository, or with the same name where no manifest names that folder as a source. With a lock
that fits, the lock says where the project comes from (`source-mismatch`).
"""

from __future__ import annotations

from collections.abc import Iterable

from venvls.model.facts import Facts
from venvls.model.finding import Finding
from venvls.model.rule import Rule
from venvls.rules.locking import standing
from venvls.rules.wording import about_project


def check(facts: Facts) -> Iterable[Finding]:
    """One finding for the first such place: the project itself, what a .pth file adds, the interpreter's link."""
    environment = facts.environment
    if facts.installed is None or environment is None or environment.health == "broken" or not facts.project.manifests:
        return
    name = next((manifest.name for path in facts.project.manifests if (manifest := facts.manifests.get(path)) and manifest.name), None)
    records = facts.installed.distributions.get(name, ()) if name is not None else ()
    if not records and not facts.installed.added and environment.interpreter is None:
        return
    from venvls.rules.checkouts import elsewhere_by_name, elsewhere_by_repository

    place = None
    if records and name is not None and standing(name, facts) is None:
        place = elsewhere_by_name(records[0], facts)
        if place is not None:
            message = (
                f"{name} is installed from {place}, another checkout: what is changed in this folder has no effect in {environment.name}"
            )
    if place is None:
        place = next((added for added in facts.installed.added if elsewhere_by_repository(added, facts)), None)
        message = f"{environment.name} imports from {place}, which is in another work tree of this repository"
    link = facts.files.link(environment.interpreter) if place is None and environment.interpreter is not None else None
    # The link it is a link to leads on to a Python of the machine: where that stands counts.
    if link is not None and facts.files.path.isabs(link) and elsewhere_by_repository(facts.files.path.dirname(link), facts):
        place = link
        message = f"The interpreter of {environment.name} is a link to {place}, in another work tree of this repository"
    if place is not None:
        data = {"name": name, "place": place, "editable": link is None and bool(records)}
        yield from about_project("foreign-checkout", message, facts, data)


RULE = Rule(code="foreign-checkout", severity="warning", doc=__doc__ or "", project=check)
