"""What the project depends on is made by a program when the project is built, so that it cannot be known from its files.

Nothing of it is compared with the environment: that the rest is in sync does not mean that everything is installed.

Example: `setup.py` works out `install_requires`, or `[project]` says `dynamic = ["dependencies"]` and a hook of hatchling fills the list.
So is a requirement of one of Hatch's environments that Hatch fills in by the process, as `django=={env:DJANGO}`, and what a chosen extra
requires where extras are computed. What it fills in by the environment, as `{matrix:django}`, is compared.

Where a project uses another project's environment, or one that another tool keeps, what only Hatch's `default` would have there is not
compared: that is reported at its list.

Fix it by writing the list down where it can be (`dependencies` in `[project]`, or the file that
`[tool.setuptools.dynamic]` names), or let `venvls sync` install the project, which runs the program.

With a lock that fits the project, the lock says what is required, and this is not reported.
"""

from __future__ import annotations

from venvls.model.facts import Facts
from venvls.model.finding import Finding
from venvls.model.hints import TYPE_CHECKING
from venvls.model.manifest import Manifest
from venvls.model.requirement import MAIN, Scope
from venvls.model.rule import Rule
from venvls.rules.locking import lock_in_force
from venvls.rules.wording import first_statement

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def check(manifest: Manifest, facts: Facts) -> Iterable[Finding]:
    """One finding for a manifest whose own list is made by something else, and one for each of its requirements that is."""
    if manifest.path in facts.project.manifests:
        yield from _filled_in(manifest, facts)
        yield from _of_hatch_alone(manifest, facts)
    maker, what = _maker(manifest, "install_requires", "dependencies"), "What this project depends on is"
    if maker is None or not facts.counts(manifest, MAIN):
        maker, what = _maker(manifest, "extras_require", "optional-dependencies"), "What the extras of this project require is"
        if not facts.choice.extras:
            return
    if maker is None or manifest.path not in facts.project.manifests:
        return
    lock = lock_in_force(facts)
    if lock is not None and facts.is_locked(manifest):
        return
    message = f"{what} computed by {maker}; venvls cannot know it, and does not compare it"
    yield Finding(code="unknown-dependencies", message=message, path=manifest.path, span=first_statement(facts, manifest.path))


def _filled_in(manifest: Manifest, facts: Facts) -> Iterator[Finding]:
    if not manifest.own.unknown or lock_in_force(facts) is not None:
        return
    for unknown in manifest.own.unknown:
        if facts.counts(manifest, unknown.scope) and not any(facts.counts(manifest, Scope("group", group)) for group in unknown.known):
            message = f"{unknown.tool} fills this in when it makes the environment; venvls cannot know it, and does not compare it"
            yield Finding(code="unknown-dependencies", message=message, path=manifest.path, span=unknown.span)


def _of_hatch_alone(manifest: Manifest, facts: Facts) -> Iterator[Finding]:
    """One finding where Hatch's ``default`` is to have more than the environment that is looked at, which is somebody else's."""
    asked, environment = facts.asked_by_hatch(manifest), facts.environment
    if asked is None or environment is None or environment.kind == "hatch" or facts.main_project is not None:
        return
    if facts.stands_for_hatch(manifest) or facts.is_locked(manifest):
        return
    named = {("group", name) for name in asked.groups} | {("extra", name) for name in asked.extras}
    for group in manifest.groups:
        if (group.kind, group.key) in named and not facts.counts(manifest, Scope(group.kind, group.key)):
            message = f"Hatch's default environment is to have this as well; {environment.name} is not compared with it"
            yield Finding(code="unknown-dependencies", message=message, path=manifest.path, span=group.span)
            return


def _maker(manifest: Manifest, argument: str, field: str) -> str | None:
    """What makes a list, called so by setup.py and in a ``[project]``, in words; ``None`` where it is known or somewhere else."""
    if manifest.format == "setup.py":
        return "setup.py" if argument in manifest.dynamic else None
    if manifest.format != "pyproject.toml" or field not in manifest.dynamic or manifest.own.poetry is not None:
        return None
    if any(include.group is None for include in manifest.includes):
        return None
    backend = manifest.own.pyproject.build_backend if manifest.own.pyproject is not None else None
    if backend is None or backend.startswith("setuptools."):
        return None  # What it reads instead are setup.cfg and setup.py, which speak for themselves.
    return f"{backend.partition('.')[0]} when it is built"


RULE = Rule(code="unknown-dependencies", severity="information", doc=__doc__ or "", manifest=check)
