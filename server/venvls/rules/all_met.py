"""Whether nothing lacks anywhere in an environment: asked of all its packages at once, it spares walking each requirement's tree.

That is how nearly every environment is, and a first check of a thousand requirements spends a third of its time in their trees. A *no* here
says nothing: what lacks may be needed by nobody. Then the trees are walked.
"""

from __future__ import annotations

from venvls.model.facts import Facts, OfEnvironment
from venvls.model.hints import TYPE_CHECKING
from venvls.model.names import canonical
from venvls.rules.dependencies import Node, outcome, reach
from venvls.standards.markers import holds
from venvls.standards.versions import at_least

if TYPE_CHECKING:
    from collections.abc import Iterable

    from venvls.model.environment import Installed

_WORTH = 8
"""Reading everything pays where so many packages, or fewer, are there for each requirement that is asked about."""
_MOST = 50_000
"""Different lines of all packages. Three thousand packages have ten thousand."""


class _Known(OfEnvironment):
    def __init__(self) -> None:
        self.answer: bool | None = None


def all_met(facts: Facts, asking: int) -> bool:
    """Whether all that any installed package needs is there; not looked at where only a few requirements ask (``asking``)."""
    known, installed = facts.remembered.of(_Known), facts.installed
    if known.answer is None and installed is not None and len(installed.distributions) <= _WORTH * asking:
        known.answer = _all_met(installed, facts)
    return known.answer is True


def _all_met(installed: Installed, facts: Facts) -> bool:
    lines = installed.every_need()
    if lines is None or len(lines) > _MOST:
        return False
    nodes: list[Node] = []
    for line in lines:
        if _plainly_met(line, installed, facts):
            continue
        result = outcome(line, "", facts)
        if result is None:
            continue
        if result.need.refused or not result.edges:
            return False
        nodes += result.edges[1:]  # the extras of what is needed: they need more
    return extras_met(nodes, facts)


def _plainly_met(line: str, installed: Installed, facts: Facts) -> bool:
    """Whether ``outcome`` would find nothing wrong with a line that is a name, or a name and a lowest version, and needs no extra: nearly
    all are. No line is taken apart for it. A *no* says nothing."""
    if "@" in line:
        return False  # a URL may contain what ends a name or begins a marker
    body, semicolon, marker = line.partition(";")
    if semicolon and holds(marker.strip() or None, facts) is not True:
        return True  # it does not count
    name, _, bound = body.partition(">=")
    records = installed.distributions.get(canonical(name.strip()))
    if not records:
        return False
    _, version, _, form, sign = records[0]
    return sign is None and form != "conda" and (not bound or at_least(version, bound.strip()))


def extras_met(nodes: Iterable[Node], facts: Facts) -> bool:
    """Whether all that these extras need is there too, where nothing else lacks; extras of extras followed."""
    queue = list(nodes)
    seen = set(queue)
    while queue:
        here = reach(facts, queue.pop())
        if here.lacks:
            return False
        more = {edge for edge in here.edges if edge[1]} - seen
        seen |= more
        queue += more
    return True
