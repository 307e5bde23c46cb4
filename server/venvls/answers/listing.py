"""All packages of a project in a table: what is installed, required, locked, and why each is there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from venvls.answers.graph import reached
from venvls.answers.sharing import Sharer, sharers
from venvls.answers.shortest import shortest
from venvls.answers.standing import SEEDS, Standing, inherited, standing
from venvls.answers.stated import Statement, by_name, own_names
from venvls.model.facts import Facts
from venvls.model.hints import Literal
from venvls.model.record import NamedTuple
from venvls.rules.dependencies import installed_as, version_of
from venvls.rules.locking import lock_in_force

Cause = Literal["stated", "needed", "project", "inherited", "seed", "left-over", "locked", "shared"]


class Listed(NamedTuple):
    """One package. ``required`` are the texts of the lines in force after the name (``[more]>=1``, empty for any version), each once.

     ``cause`` says why it is there: a line ``stated`` it; another package ``needed`` it, to which ``statement`` leads; it is the
     ``project`` itself, ``inherited`` from the Python below, a ``seed`` of every environment, ``locked`` for a reason the lock does not
     keep; ``shared`` with the project ``sharer``, which requires it; or ``left-over``.
    ``editable`` is the folder's URL of an editable installation.
    """

    key: str
    installed: str | None
    required: tuple[str, ...]
    locked: str | None
    cause: Cause
    statement: Statement | None
    editable: str | None
    standing: Standing
    sharer: Sharer | None = None


def listing(facts: Facts, others: Iterable[Facts] = (), *, installed: bool = False) -> Iterator[Listed]:
    """Every package that is installed, required or locked, by name. With ``installed``, who needs what is read from what is installed.

    ``others`` are the projects with the same environment.
    """
    lock = lock_in_force(facts)
    locked = lock.packages if lock is not None else {}
    present = facts.installed.distributions if facts.installed is not None else {}
    leads = shortest(facts, installed=installed)
    sharing = sharers(facts, others, installed=installed)
    for key in sorted({*present, *locked, *reached(facts, installed=installed).extras}):
        distribution = installed_as(facts, key)
        lines = [each for each in by_name(facts).get(key, ()) if each.in_force]
        pin = locked.get(key)
        cause = _cause(key, facts, bool(lines), key in leads, pin is not None, key in sharing)
        yield Listed(
            key,
            version_of(facts, distribution) if distribution is not None else None,
            tuple(dict.fromkeys(required(each) for each in lines)),
            pin.version if pin is not None else None,
            cause,
            lines[0] if lines else leads.get(key),
            editable(key, facts),
            standing(key, facts),
            sharing[key] if cause == "shared" else None,
        )


def required(statement: Statement) -> str:
    """What a line requires of a package, without its name: extras and specifier, or where it is to come from; empty for any version."""
    parsed = statement.requirement.parsed
    if statement.hidden:
        return "(in a file outside the workspace)"
    extras = f"[{','.join(parsed.extras)}]" if parsed.extras else ""
    if parsed.url is not None:
        from venvls.model.redact import redact

        return f"{extras}@ {redact(parsed.url)}"
    return f"{extras}{parsed.specifier}"


def editable(key: str, facts: Facts) -> str | None:
    """The URL of the folder that an editable installation leads to."""
    distribution = installed_as(facts, key)
    if distribution is None or facts.installed is None:
        return None
    source = facts.installed.direct_url(distribution)
    return source.url if source is not None and source.editable else None


def _cause(key: str, facts: Facts, stated: bool, needed: bool, locked: bool, shared: bool) -> Cause:
    if stated:
        return "stated"
    if key in own_names(facts):
        return "project"
    if needed:
        return "needed"
    if shared:
        return "shared"
    if locked:
        return "locked"
    if inherited(key, facts):
        return "inherited"
    return "seed" if key in SEEDS else "left-over"
