"""What all benchmarks give to the one table: rows, with the limits that they must keep; and what they share to measure them.

A file ``bench_NAME.py`` with a function ``rows(bench)`` is a part of the table, without being listed anywhere.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

from whole import ROOT, Command, ends_as_expected, seconds, venvls


class Row(NamedTuple):
    """One line of the table. ``limit`` is the most that it may be of the peer's, ``of_before`` of the earlier commit's.

    A limit that is a time is given as the peer. With ``quiet`` it is one for a quiet machine: where there is an earlier commit, the ratio
    to that counts instead.
    """

    work: str
    unit: str
    ours: float
    peer: float | None = None
    before: float | None = None
    limit: float | None = None
    of_before: float | None = None
    quiet: bool = False

    @property
    def missed(self) -> bool:
        """Whether it is over a limit."""
        by_before = self.of_before is not None and self.before is not None
        over_before = by_before and self.ours > (self.of_before or 0) * (self.before or 0)
        over_peer = self.limit is not None and self.peer is not None and self.ours > self.limit * self.peer
        return over_before or (over_peer and not (self.quiet and by_before))

    def shown(self) -> str:
        """As a line of the table."""
        peer, before = _ratio(self.ours, self.peer, self.limit), _ratio(self.ours, self.before, self.of_before)
        cells = (self.work, _number(self.ours), self.unit, _number(self.peer), peer, _number(self.before), before)
        return (_LINE.format(*cells) + (" MISSED" if self.missed else "")).rstrip()


_LINE = "{:<70} {:>8} {:<3} {:>8} {:<14} {:>8} {:<14}"
HEAD = _LINE.format("work", "ours", "", "peer", "of it", "before", "of it").rstrip()


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:,.0f}" if value >= 20 else f"{value:.2f}"


def _ratio(ours: float, other: float | None, limit: float | None) -> str:
    return "" if not other else f"{ours / other:.2f}" + ("" if limit is None else f" (≤ {limit:g})")


class Bench:
    """What a part is given: a folder of its own, the builds that are compared, how often each command runs."""

    def __init__(self, folder: Path, before: Path | None, runs: int) -> None:
        self.folder, self.runs = folder, runs
        self.builds = {"ours": ROOT / "server"} | ({"before": before} if before else {})

    def row(
        self,
        work: str,
        *arguments: str,
        cwd: Path,
        peer: Command | None = None,
        at_most: float | None = None,
        limit: float | None = None,
        of_before: float | None = None,
        status: int = 0,
    ) -> Row:
        """Both builds and the peer run in turns; ``at_most`` is a limit in milliseconds."""
        commands = {name: venvls(source, *arguments, cwd=cwd)._replace(status=status) for name, source in self.builds.items()}
        return self._in_turns(work, commands, peer, at_most, limit, of_before)

    def again(
        self, work: str, *arguments: str, cwd: Path, peer: Command | None, limit: float, of_before: float | None = None, status: int = 0
    ) -> Row:
        """A command for which nothing changed, by the answer that is kept of the one before; an earlier build has no state."""
        kept = {"VENVLS_CACHE": str(self.folder / "answers")}
        commands = {"ours": venvls(ROOT / "server", *arguments, cwd=cwd, environ=kept)._replace(status=status)}
        if before := self.builds.get("before"):
            commands["before"] = venvls(before, *arguments, cwd=cwd)._replace(status=status)
        time.sleep(2.5)  # of what has only just been written nothing is kept
        seconds({"ours": commands["ours"]}, 1)
        return self._in_turns(work, commands, peer, None, limit, of_before)

    def _in_turns(
        self,
        work: str,
        commands: dict[str, Command],
        peer: Command | None,
        at_most: float | None,
        limit: float | None,
        of_before: float | None,
    ) -> Row:
        if "before" in commands and not ends_as_expected(commands["before"]):
            del commands["before"]
        took = seconds(commands | ({"peer": peer} if peer is not None else {}), self.runs)
        milliseconds = {name: 1000 * spent for name, spent in took.items()}
        limit = 1.0 if at_most is not None else limit
        return Row(work, "ms", milliseconds["ours"], milliseconds.get("peer", at_most), milliseconds.get("before"), limit, of_before)


def parts() -> dict[str, Callable[[Bench], Iterator[Row]]]:
    """The parts of the table by name."""
    names = sorted(path.stem for path in Path(__file__).parent.glob("bench_*.py"))
    modules = {name.removeprefix("bench_"): import_module(name) for name in names}
    return {name: module.rows for name, module in modules.items() if hasattr(module, "rows")}
