"""For every package the line of a manifest that leads to it by the fewest needs."""

from __future__ import annotations

from collections.abc import Mapping

from venvls.answers.graph import graph, reached
from venvls.answers.stated import Statement, statements
from venvls.model.facts import Facts


def shortest(facts: Facts, *, installed: bool = False) -> Mapping[str, Statement]:
    """For every package that is reached, the line of a manifest that leads to it by the fewest needs."""
    network = graph(facts, installed=installed)
    leads: dict[str, Statement] = {}
    queue: list[tuple[str, Statement]] = []
    for each in statements(facts):
        if each.in_force and each.key is not None and each.key not in leads:
            leads[each.key] = each
            queue.append((each.key, each))
    extras = reached(facts, installed=installed).extras
    for key, statement in queue:
        for edge in network.active(key, extras.get(key, ())):
            if edge.key not in leads:
                leads[edge.key] = statement
                queue.append((edge.key, statement))
    return leads
