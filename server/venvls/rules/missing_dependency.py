"""Something that an installed package needs is missing, or there in a version it cannot use.

The manifest's own line is satisfied, and importing the package still fails, or behaves as its authors never tested.

Example: `flask` is installed, and `werkzeug`, which flask needs in version 3 or newer, is not there, or is 2.0.

Mend it with the action *Sync the environment*, or install the named package. The same is said by `pip check`; here it is shown at the
requirement that leads to it, once for each missing package. What the manifest asks for itself and lacks is not repeated.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from venvls.model.facts import Facts
from venvls.model.finding import Finding
from venvls.model.requirement import Requirement
from venvls.model.rule import Rule
from venvls.rules.asked import judged
from venvls.rules.dependencies import Lack, Walk, canonical
from venvls.rules.satisfaction import Verdict, verdict
from venvls.rules.wording import core_span, hidden

_STANDING = frozenset({"satisfied", "version", "source", "extra"})
_WANTING = frozenset({"missing", "version", "broken"})


def check(facts: Facts) -> Iterable[Finding]:
    """One finding for each dependency that lacks, at the first requirement whose tree it is in."""
    environment = facts.environment
    if facts.installed is None or environment is None or environment.health == "broken":
        return
    standing = list(_verdicts(facts))
    roots = tuple([(each.key, requirement.parsed.extras) for _, requirement, each in standing])
    wanting = {each.key for _, _, each in standing if each.state in _WANTING}
    walk = Walk(facts)
    clean = cast("set[tuple[tuple[str | None, tuple[str, ...]], ...]]", facts.shared.setdefault("clean-roots", set()))
    if roots in clean:
        return
    spoken = {lack for _, _, each in standing for lack in each.lacks}
    said: set[tuple[str, str]] = set()
    anything = False
    for path, requirement, each in standing:
        if each.state not in _STANDING or each.key is None:
            continue
        for lack, chain in walk.from_root(each.key, tuple(canonical(extra) for extra in requirement.parsed.extras)):
            anything = True
            # One cause is told once: what a manifest line or an extra says already is left to that.
            once = (lack.need.key, "" if lack.installed is None else lack.need.specifier)
            if lack in spoken or lack.need.key in wanting or once in said:
                continue
            said.add(once)
            yield _finding(path, requirement, each, lack, chain, facts)
    if not anything:
        clean.clear()
        clean.add(roots)


def _verdicts(facts: Facts) -> Iterable[tuple[str, Requirement, Verdict]]:
    for path, requirements in judged(facts):
        folder = facts.files.path.dirname(path)
        for requirement in requirements:
            yield path, requirement, verdict(requirement.parsed, facts, folder)


def _finding(path: str, requirement: Requirement, verdict_: Verdict, lack: Lack, chain: tuple[str, ...], facts: Facts) -> Finding:
    need = f"{lack.need.name}{lack.need.specifier}"
    state = "which is not installed" if lack.installed is None else f"but {lack.installed} is installed"
    through = f" (needed through {' → '.join(chain[:-1])})" if len(chain) > 1 else ""
    message = f"{lack.parent[0]} needs {need}, {state}{through}"
    relative = core_span(requirement.parsed)
    return Finding(
        code="missing-dependency",
        message=hidden(message, "Something that a package of this file needs is missing or too old or new", path, facts),
        path=path,
        span=requirement.span if relative is None else requirement.locate(relative),
        requirement=requirement,
        installed=verdict_.installed,
        data={"name": lack.need.key, "requirement": need, "chain": [*chain, lack.need.key], "found": lack.installed},
    )


RULE = Rule(code="missing-dependency", severity="warning", doc=__doc__ or "", project=check)
