"""The manifest changed after its lock was made.

What the lock names is no longer what the project asks for; a tool would refuse to install from it, or make it again first. Until then the
environment is judged by the manifest alone.

Example: a dependency was added to `pyproject.toml`, and `poetry lock` was not run.

Mend it with *Update the lock*, which runs the tool that keeps it.

How it is known without starting the tool: Poetry, PDM and Pipenv write a hash of what they locked; uv writes down the requirements
themselves; compiled requirements name their inputs. A pixi.lock or conda-lock.yml is stale where what is asked for is not in it, or not
in a version that is asked for, or where it holds what nothing asks for any more; whatever else only the tool can know is passed over.
"""

from __future__ import annotations

from collections.abc import Iterable

from venvls.model.facts import Facts
from venvls.model.finding import Finding, Related
from venvls.model.rule import Rule
from venvls.rules.locking import at_lock
from venvls.rules.wording import first_statement


def check(facts: Facts) -> Iterable[Finding]:
    """One finding, in the manifest where it differs from the lock; one in the lock where that cannot be read at all."""
    lock = facts.locked
    if lock is None:
        return
    if lock.problem is not None:
        yield Finding(code="stale-lock", message=lock.problem, path=lock.path, span=at_lock(lock))
    elif lock.stale is not None:
        stale = lock.stale
        span = stale.span if stale.span.end > stale.span.start else first_statement(facts, stale.path)
        related = (Related(lock.path, at_lock(lock), "the lock"),)
        yield Finding(code="stale-lock", message=stale.message, path=stale.path, span=span, related=related, data={"tool": lock.tool})


RULE = Rule(code="stale-lock", severity="warning", doc=__doc__ or "", project=check)
