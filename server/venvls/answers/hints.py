"""What is worth showing at the end of a requirement: what is installed instead, that it is not here, that its line does not count."""

from __future__ import annotations

from venvls.answers.standing import no_environment, standing
from venvls.answers.stated import Statement
from venvls.model.facts import Facts
from venvls.model.record import NamedTuple
from venvls.rules.dependencies import installed_as, version_of
from venvls.rules.satisfaction import verdict
from venvls.rules.wording import core_span

_BAD = frozenset({"missing", "version", "source", "extra", "broken"})


class Hint(NamedTuple):
    """A few words for the place ``offset``, and the sentence that explains them. ``problem``: it is out of sync."""

    offset: int
    text: str
    why: str
    problem: bool


def hint(statement: Statement, facts: Facts) -> Hint | None:
    """The hint for one line; ``None`` where there is nothing to say that the line does not say."""
    if statement.bound or not statement.counts or statement.key is None or no_environment(facts) is not None:
        return None
    requirement = statement.requirement
    core = core_span(requirement.parsed)
    offset = requirement.locate(core).end if core is not None else requirement.span.end
    if statement.applies is False:
        return Hint(offset, "not here", "its marker is false here", False)
    answer = verdict(requirement.parsed, facts, facts.files.path.dirname(statement.path))
    if answer.state in _BAD:
        why = standing(statement.key, facts).why
        if answer.state == "missing":
            return Hint(offset, "not installed", why, True)
        if answer.locked is not None and answer.state == "version":
            return Hint(offset, f"{answer.installed} ≠ lock {answer.locked.version}", why, True)
        return Hint(offset, answer.installed or "not as required", why, True)
    if answer.state == "left-out":
        return Hint(offset, "not installed", standing(statement.key, facts).why, False)
    distribution = installed_as(facts, statement.key)
    pinned = requirement.parsed.specifier.strip().startswith("==") and "*" not in requirement.parsed.specifier
    if answer.state != "satisfied" or distribution is None or pinned:
        return None
    version = version_of(facts, distribution)
    return Hint(offset, version, f"{version} is installed", False)
