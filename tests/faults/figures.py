"""What the fault tests did and saw, added up over a run."""

from __future__ import annotations

from collections import Counter

KILLS: Counter[str] = Counter()
"""How often a program was killed, by what it was doing."""
STATES: Counter[str] = Counter()
"""What stood on disk right after a kill: the codes that named it, or ``intact``."""
FAULTS: Counter[str] = Counter()
"""Other faults that were injected, by name."""
LOST: list[str] = []
"""Kills after which what stood before, or what was asked for, could not be brought back by the findings' own actions."""


def lines() -> list[str]:
    """The figures for a person."""
    found = [f"kills: {sum(KILLS.values())}, other faults: {sum(FAULTS.values())}, lost: {len(LOST)}"]
    found += [f"  killed while {what}: {count}" for what, count in sorted(KILLS.items())]
    found += [f"  fault: {what}: {count}" for what, count in sorted(FAULTS.items())]
    found += [f"  state after a kill: {what}: {count}" for what, count in STATES.most_common()]
    return found


_HISTORIES = "## After any history"


def page(seed: int, before: str) -> str:
    """The figures as the page of the documentation; what ``before`` says of histories stays."""
    rows = ["| killed with `kill -9` while | times |", "|---|---|", *(f"| {what} | {count} |" for what, count in sorted(KILLS.items()))]
    faults = ["| fault | times |", "|---|---|", *(f"| {what} | {count} |" for what, count in sorted(FAULTS.items()))]
    states = ["| what named it | times |", "|---|---|", *(f"| {what} | {count} |" for what, count in STATES.most_common())]
    return "\n".join((
        "<!-- Written by `VENVLS_LONG=1 python3 tests tests/faults`. -->",
        "",
        "# What happens when it is interrupted",
        "",
        "The tests in `tests/faults` damage real environments: programs are killed at random moments, disks fill up, folders",
        "are replaced by links while they are deleted. After each fault, either the old environment is intact, or a finding names what",
        "is wrong, and the action it offers is run and fixes it. This is what the last long run did.",
        "",
        f"**{sum(KILLS.values())} kills, {sum(FAULTS.values())} other faults, {len(LOST)} lost.** (Seed {seed}.)",
        "",
        *rows,
        "",
        *faults,
        "",
        "What was on disk right after a kill, by the rules that named it (`intact`: everything was as before, or all was",
        "already done):",
        "",
        *states,
        "",
        *([before[before.index(_HISTORIES) :].rstrip("\n"), ""] if _HISTORIES in before else []),
    ))  # fmt: skip
