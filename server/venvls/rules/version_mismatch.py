"""A package is installed in a version that the project does not allow.

The code then runs with another version than the one it was written for and that others use.

Example: `requirements.txt` requires `requests>=2.31`, and version 2.28.0 is installed. A constraints file (`-c`) counts as well: then the
message names the file. A constraint on a package that nobody requires but other packages is underlined itself.

Fix it with the action *Install*, which installs a version that fits, or with *Change the specifier* where the installed version is right.

With a lock that fits the manifest, the locked version is the only one that is right; for pip-tools, PDM and Pipenv also a local version
of it (`1.0+local` where `1.0` is locked), which they leave as it is.

Versions compare as in PEP 440, and as pip compares what is installed: pre-releases count, `1.0+local` satisfies `==1.0`, and a version
that PEP 440 does not know satisfies only `===` its own text.
"""

from __future__ import annotations

from venvls.model.facts import Facts
from venvls.model.finding import Finding, Related
from venvls.model.hints import TYPE_CHECKING
from venvls.model.names import plain
from venvls.model.requirement import Requirement
from venvls.model.rule import Fault, Rule
from venvls.rules.locking import indirect, lock_place, told
from venvls.rules.satisfaction import Verdict, verdict

if TYPE_CHECKING:
    from collections.abc import Iterable


def check(requirement: Requirement, facts: Facts, folder: str) -> Iterable[Fault]:
    """A fault on the specifier, or on the name where a constraint is what is broken."""
    parsed = requirement.parsed
    answer = verdict(parsed, facts, folder)
    if answer.state != "version":
        return
    name = parsed.name or answer.key
    if answer.locked is not None:
        message = f"{name} {answer.installed} is installed, but {answer.locked.version} is locked"
        span = parsed.specifier_span or parsed.name_span
        yield Fault(message, span, answer.installed, lock_place(answer.locked.key, facts), {"locked": answer.locked.version})
        return
    if answer.constraint is not None:
        yield _by_constraint(requirement, answer, facts)
        return
    message = f"{name} {answer.installed} is installed, but {parsed.specifier.strip()} is required"
    yield Fault(message, parsed.specifier_span or parsed.name_span, answer.installed)


def _by_constraint(requirement: Requirement, answer: Verdict, facts: Facts) -> Fault:
    parsed = requirement.parsed
    placed = answer.constraint
    start = f"{parsed.name or answer.key} {answer.installed} is installed, but "
    if placed is None or placed.path in facts.outside:
        # Of a file outside the workspace not even the bound is shown.
        return Fault(
            f"{start}a constraints file outside the workspace excludes it", parsed.specifier_span or parsed.name_span, answer.installed
        )
    bound = placed.requirement
    related = (Related(placed.path, bound.span, "the constraint that applies"),)
    message = f"{start}{facts.files.path.basename(placed.path)} allows only {bound.parsed.specifier.strip()}"
    data = {"constraint": bound.parsed.specifier.strip()}
    return Fault(message, parsed.specifier_span or parsed.name_span, answer.installed, related, data)


def check_project(facts: Facts) -> Iterable[Finding]:
    """A finding in the lock for each package that is installed in another version than the locked one; without a lock, at each constraint
    on a package that others need and that is installed in a version it does not allow."""
    if facts.constraints and facts.locked is None:
        from venvls.rules.broken_bounds import broken_bounds

        yield from broken_bounds(facts)
    for lock, how in indirect(facts):
        if how.state == "version":
            message = f"{plain(how.locked.key)} {how.installed} is installed, but {how.locked.version} is locked"
            yield told("version-mismatch", message, lock, how, facts)


RULE = Rule(code="version-mismatch", severity="warning", doc=__doc__ or "", requirement=check, project=check_project, about="version")
