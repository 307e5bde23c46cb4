"""The environment imports this project's code from another checkout or work tree of it.

What is edited here has no effect in this environment: tests and programs run the other copy.

Example: `git worktree add ../fix`, and an environment in which the project was installed as editable from `../main`; or a `.pth` file that
leads there.

Fix it with the action *Install this checkout*, which installs the project from this folder.

The same project is one with the same git repository, or with the same name where no manifest names that folder as a source. With a lock
that fits, the lock says where the project comes from (`source-mismatch`).
"""

from __future__ import annotations

from venvls.model.facts import Facts
from venvls.model.finding import Finding
from venvls.model.hints import TYPE_CHECKING
from venvls.model.rule import Rule
from venvls.rules.locking import standing
from venvls.rules.wording import about_project

if TYPE_CHECKING:
    from collections.abc import Iterable


def check(facts: Facts) -> Iterable[Finding]:
    """One finding for the first such place: the project itself, what a .pth file adds, the interpreter's link."""
    environment = facts.environment
    if facts.installed is None or environment is None:
        return
    name = next((manifest.name for path in facts.project.manifests if (manifest := facts.manifests.get(path)) and manifest.name), None)
    records = facts.installed.distributions.get(name, ()) if name is not None else ()
    link = _link_into_an_environment(environment.interpreter, facts)
    if not records and not facts.installed.added and link is None:
        return
    from venvls.rules.checkouts import elsewhere_by_name, elsewhere_by_repository

    # With a lock, where the project comes from is the lock's to say.
    place = elsewhere_by_name(records[0], facts) if records and name is not None and standing(name, facts) is None else None
    data = {"name": name, "editable": bool(records)}
    if place is not None:
        message = f"{name} is installed from {place}, another checkout: what is changed in this folder has no effect in {environment.name}"
        yield from about_project("foreign-checkout", message, facts, data)
        return
    place = next((added for added in facts.installed.added if elsewhere_by_repository(added, facts)), None)
    if place is not None:
        message = f"{environment.name} imports from {place}, which is in another work tree of this repository"
        yield from about_project("foreign-checkout", message, facts, data)
    elif link is not None and elsewhere_by_repository(facts.files.path.dirname(link), facts):
        message = f"The interpreter of {environment.name} is a link to {link}, in another work tree of this repository"
        yield from about_project("foreign-checkout", message, facts)


def _link_into_an_environment(interpreter: str | None, facts: Facts) -> str | None:
    """Where the interpreter's link leads, if that is in another environment; what that one's own leads to does not matter."""
    path = facts.files.path
    link = facts.files.link(interpreter) if interpreter is not None else None
    if link is None or not path.isabs(link):
        return None
    prefix = path.dirname(path.dirname(link))
    return link if facts.files.stat(path.join(prefix, "pyvenv.cfg")) is not None else None


RULE = Rule(code="foreign-checkout", severity="warning", doc=__doc__ or "", project=check)
