"""How one package stands: in sync with what is required of it, out of sync and why, not required at all, or not known.

The same verdict as the rules give, so that no answer contradicts a finding: first from the manifest's own lines, then from the lock, then
from what other packages need of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from venvls.answers.graph import by_lock, certainly, graph, reached
from venvls.answers.remembered import of_texts
from venvls.answers.stated import Statement, by_name, own_names
from venvls.model.facts import Facts
from venvls.model.hints import Literal
from venvls.model.names import plain
from venvls.model.record import NamedTuple
from venvls.rules.dependencies import in_range, installed_as, version_of
from venvls.rules.locking import lock_in_force
from venvls.rules.locking import standing as locked_standing
from venvls.rules.satisfaction import verdict

State = Literal["in-sync", "out-of-sync", "unknown", "not-required"]
SEEDS = frozenset({"pip", "setuptools", "wheel", "distribute", "uv"})
"""What comes with an environment without anybody asking for it."""
_BAD = frozenset({"missing", "version", "source", "extra", "broken", "gone"})


class Standing(NamedTuple):
    """The state, and a sentence without a final stop that says why where it is not ``in-sync``."""

    state: State
    why: str = ""


_IN_SYNC = Standing("in-sync")


def standing(key: str, facts: Facts) -> Standing:
    """How the package under this PEP 503 name stands."""
    unusable = no_environment(facts)
    if unusable is not None:
        return Standing("unknown", unusable)
    problem = next(_problems(key, facts), None)
    if problem is not None:
        return Standing("out-of-sync", problem)
    stands = locked_standing(key, facts)
    stated = [each for each in by_name(facts).get(key, ()) if each.in_force]
    states = {verdict(each.requirement.parsed, facts, facts.files.path.dirname(each.path)).state for each in stated}
    if "left-out" in states or (stands is not None and stands.state == "left-out"):
        return Standing("not-required", "not installed: only this member requires it, and it is not part of the workspace's default sync")
    if not stated and key not in reached(facts).extras and not _locked(key, facts):
        return Standing("not-required", "nothing in this project requires it")
    if "unknown" in states:
        known = key in own_names(facts)
        return _IN_SYNC if known else Standing("unknown", "what is installed cannot be compared with what is required")
    if installed_as(facts, key) is None and key not in own_names(facts) and stands is None:
        return Standing("unknown", "it is not installed, and whether it has to be is not known")
    return _IN_SYNC


def no_environment(facts: Facts) -> str | None:
    """Why nothing installed can be looked at, as a sentence without a final stop; ``None`` where it can."""
    environment = facts.environment
    if environment is None:
        return "the project has no environment"
    if facts.installed is None:
        return (environment.problem or f"the environment {environment.name} cannot be read").rstrip(".")
    return None


def inherited(key: str, facts: Facts) -> bool:
    """Whether a package comes from the Python below the environment and not from the environment's own folder."""
    distribution, environment = installed_as(facts, key), facts.environment
    if distribution is None or environment is None:
        return False
    files = facts.files.path
    folder: str = files.dirname(distribution.path)
    own: str = environment.prefix.rstrip(files.sep) + files.sep
    return folder in environment.site_packages and not folder.startswith(own)


def _problems(key: str, facts: Facts) -> Iterator[str]:
    for statement in by_name(facts).get(key, ()):
        if statement.in_force:
            yield from _of_statement(statement, facts)
    yield from _of_lock(key, facts)
    yield from _of_dependents(key, facts)
    for known in (_bounds(facts), _damages(facts)):
        if key in known:
            yield known[key]


def _of_statement(statement: Statement, facts: Facts) -> Iterable[str]:
    """What the rules say of one line; in general words where its file must not be shown."""
    from venvls.rules import asked_about

    requirement, folder = statement.requirement, facts.files.path.dirname(statement.path)
    if verdict(requirement.parsed, facts, folder).state not in _BAD:
        return ()
    if statement.hidden:
        return ("a file outside the workspace requires something else",)
    rules = asked_about(requirement, facts, folder)
    messages = [fault.message for rule in rules if rule.requirement for fault in rule.requirement(requirement, facts, folder)]
    # An unreadable record is a matter of the rule for the whole project.
    return messages or ("its record in the environment cannot be read",)


def _of_lock(key: str, facts: Facts) -> Iterator[str]:
    stands = locked_standing(key, facts)
    if stands is None or stands.state in ("satisfied", "left-out"):
        return
    wanted = f" {stands.locked.version}" if stands.locked.version else ""
    if stands.state == "missing":
        yield f"{plain(key)}{wanted} is locked, but not installed"
    elif stands.state == "version":
        yield f"{plain(key)} {stands.installed} is installed, but{wanted} is locked"
    else:
        yield f"{plain(key)} {stands.difference}"


def _of_dependents(key: str, facts: Facts) -> Iterator[str]:
    """What other packages need of it and do not find; not of those that the lock speaks of: then its word counts."""
    lock = graph(facts).lock or lock_in_force(facts)
    sure = certainly(facts)
    distribution = installed_as(facts, key)
    for edge in reached(facts).parents.get(key, ()):
        if not edge.certain or edge.parent not in sure or by_lock(edge.parent, lock) or installed_as(facts, edge.parent) is None:
            continue
        if edge.extra and _to_be_replaced(edge.parent, facts):
            continue
        need = f"{plain(edge.parent)}{f'[{edge.extra}]' if edge.extra else ''} requires {plain(edge.key)}{edge.specifier}"
        if distribution is None:
            if not (facts.installed is not None and facts.installed.distributions.get(key)):
                yield f"{need}, which is not installed"
        elif edge.specifier and in_range(facts, distribution, edge.specifier) is False:
            yield f"{need}, but {version_of(facts, distribution)} is installed"


def _to_be_replaced(key: str, facts: Facts) -> bool:
    """Whether another version or source of it is required: what that one's extras need is not known yet."""
    dirname = facts.files.path.dirname
    lines = (each for each in by_name(facts).get(key, ()) if each.in_force)
    return any(verdict(each.requirement.parsed, facts, dirname(each.path)).state in ("version", "source") for each in lines)


def _bounds(facts: Facts) -> Mapping[str, str]:
    """What only other packages need and a constraint does not allow, each with a sentence."""
    if not facts.constraints or facts.locked is not None:
        return {}

    def work() -> dict[str, str]:
        from venvls.rules.broken_bounds import broken_bounds

        return {str(each.data.get("name")): each.message for each in broken_bounds(facts)}

    return of_texts(facts, "bounds", work)


def _damages(facts: Facts) -> Mapping[str, str]:
    """The damaged packages of the environment, each with a sentence."""

    def work() -> dict[str, str]:
        from venvls.rules import broken_distribution

        return {str(each.data.get("name")): each.message for each in broken_distribution.check(facts)}

    return of_texts(facts, "damages", work)


def _locked(key: str, facts: Facts) -> bool:
    lock = lock_in_force(facts)
    return lock is not None and key in lock.packages
