"""The lock does not match its manifest any more.

The manifest changed after the lock was made. A tool would refuse to install from this lock, or update it first. Until then, the
environment is compared with the manifest, and with the versions in the lock where the manifest still agrees with them.

Example: a dependency was added to `pyproject.toml`, and `poetry lock` was not run.

Fix it with *Update the lock*, which runs the tool that made it.

The members of a workspace of uv share one lock, and uv refuses all of it where any part changed. A part that is not checked itself, as
where only one member's folder is opened, is named by its path alone.

How it is known without starting the tool: Poetry, PDM and Pipenv write a hash of what they locked; uv records the requirements
themselves, indexes and options (of `[tool.uv]`, or of the project's own `uv.toml`), and where no `requires-python` is stated the
Python of `.venv` counts; compiled requirements name their inputs.

A pixi.lock or conda-lock.yml is stale where what is required is not in it, or not
in a version that is required, or where it contains what nothing requires any more; what only the tool can know is not reported. The same is
true of the locks that Hatch keeps for its environments, where what the environment itself requires is what counts.
"""

from __future__ import annotations

from venvls.model.facts import Facts
from venvls.model.finding import Finding, Related
from venvls.model.hints import TYPE_CHECKING
from venvls.model.rule import Rule
from venvls.rules.locking import WHOLE_LOCK
from venvls.rules.wording import first_statement

if TYPE_CHECKING:
    from collections.abc import Iterable


def check(facts: Facts) -> Iterable[Finding]:
    """One finding, in the manifest where it differs from the lock; one in the lock where that cannot be read at all."""
    lock = facts.locked
    if lock is None:
        return
    if lock.problem is not None:
        yield Finding(code="stale-lock", message=lock.problem, path=lock.path, span=WHOLE_LOCK)
    elif lock.stale is not None:
        stale = lock.stale
        span = stale.span if stale.span.end > stale.span.start else first_statement(facts, stale.path)
        related = (Related(lock.path, WHOLE_LOCK, "the lock"),)
        yield Finding(code="stale-lock", message=stale.message, path=stale.path, span=span, related=related, data={"tool": lock.tool})


RULE = Rule(code="stale-lock", severity="warning", doc=__doc__ or "", project=check)
