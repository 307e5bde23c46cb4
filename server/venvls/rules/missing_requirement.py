"""A package the project requires is not installed in its environment.

Importing it fails, here and in the editor.

Example: `requirements.txt` requires `requests>=2.31`, and `requests` is not in the environment.

Fix it with the action *Install*, or sync everything at once with *Sync the environment* (`venvls sync`).

A requirement whose marker is false for the environment's Python, or whose group or extra nobody chose, is not required and never
reported. Where the package is installed in the Python that the environment was made from, the message says so: then `pip` ran while the
environment was not active. With a lock that fits the manifest, the locked packages are required: those that the manifest names are reported
there, the others in the lock. A member of a uv workspace that a plain `uv sync` of its root leaves out is information, until something
is installed for it alone. A path or URL without a name is compared where its project's name can be read from its files.

Of a project with settings for Hatch's environments, whatever environment it has in its folder is to have what the one called `default`
would: its lists, features and groups. Not where another tool's lock says what belongs there.

Hatch installs the project itself when it makes an environment, unless its settings say otherwise, and does not notice when somebody
uninstalls it: that is reported too.
"""

from __future__ import annotations

from venvls.model.facts import Facts
from venvls.model.finding import Finding
from venvls.model.hints import TYPE_CHECKING
from venvls.model.names import canonical, plain
from venvls.model.requirement import Requirement
from venvls.model.rule import Fault, Rule
from venvls.rules.locking import indirect, left_out, lock_in_force, lock_place, told
from venvls.rules.satisfaction import verdict
from venvls.rules.wording import about_project, core_span

if TYPE_CHECKING:
    from collections.abc import Iterable


def check(requirement: Requirement, facts: Facts, folder: str) -> Iterable[Fault]:
    """A fault on the requirement's own text, without its marker."""
    parsed = requirement.parsed
    answer = verdict(parsed, facts, folder)
    if answer.state == "missing":
        locked = answer.locked
        version = f" ({locked.version} is locked)" if locked is not None and locked.version else ""
        related = lock_place(locked.key, facts) if locked is not None else ()
        where = _elsewhere(answer.key or "", facts) if not version else ""
        yield Fault(f"{parsed.name or answer.key} is not installed{version}{where}{answer.difference}", core_span(parsed), related=related)


def _elsewhere(key: str, facts: Facts) -> str:
    from venvls.rules.global_python import elsewhere  # not needed where everything is installed

    return elsewhere(key, facts)


def check_lock(facts: Facts) -> Iterable[Finding]:
    """A finding in the lock for each package that is locked and not installed, and that no manifest line requires directly."""
    if left_out(facts):
        yield from _of_member(facts)
    if facts.environment is not None and facts.environment.kind == "hatch":
        yield from _of_itself(facts)
    for lock, how in indirect(facts):
        if how.state == "missing":
            named = f"{plain(how.locked.key)} {how.locked.version or ''}".rstrip()
            yield told("missing-requirement", f"{named} is not installed{how.difference}", lock, how, facts)


def _of_member(facts: Facts) -> Iterable[Finding]:
    lock = lock_in_force(facts)
    if lock is None:
        return
    name = next((manifest.name for path in facts.project.manifests if (manifest := facts.manifests.get(path)) and manifest.name), "it")
    lacking = "1 package of it is" if len(lock.left_out) == 1 else f"{len(lock.left_out)} packages of it are"
    part = facts.installed is not None and canonical(name) in facts.installed.distributions
    whole = f"Groups of {name} are" if part else f"{name} is"
    message = f"{whole} not part of the workspace's default sync: {lacking} not installed (`{lock.left_out_by()}`)"
    yield from about_project("missing-requirement", message, facts, {"name": name, "left-out": True})


def _of_itself(facts: Facts) -> Iterable[Finding]:
    environment = facts.environment
    if environment is None or facts.installed is None or environment.project not in (None, facts.project.root):
        return
    if facts.locked is not None:
        # One of Hatch's names it not, so that Hatch itself removes it (1.18.2); that of another tool says whether it belongs here.
        return
    for path in facts.project.manifests:
        manifest = facts.manifests.get(path)
        name = manifest.name if manifest is not None else None
        if manifest is None or name is None or canonical(name) in facts.installed.distributions or not facts.itself(manifest):
            continue
        synced = facts.itself(manifest) == "editable"
        hint = "" if synced else "; remove the environment (`hatch env remove`), and Hatch makes it again"
        message = f"The project itself ({name}) is not installed in {environment.name}, and Hatch does not notice that{hint}"
        yield from about_project("missing-requirement", message, facts, {"name": name, "itself": "synced" if synced else "made"})
        return


RULE = Rule(code="missing-requirement", severity="warning", doc=__doc__ or "", requirement=check, project=check_lock, about="missing")
