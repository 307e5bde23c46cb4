"""Our verdict on a public project next to its tool's."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.differential_tools import stage
from tests.public.keepers import KEEPERS, REFUSES, Ground
from tests.public.listings import name_of
from tests.public.states import installed
from venvls.model.finding import Finding

_OF_PACKAGES = stage.LOCKED_CODES | {"missing-dependency", "broken-distribution", "outdated-install"}
"""What speaks of packages that the tool would change."""


class Ours(NamedTuple):
    """The packages that we warn of, those that we speak of at all, whether we call the lock stale, and what else we warn of.

    ``files`` are the manifests in which we warn.
    """

    loud: frozenset[str]
    spoken: frozenset[str]
    stale: bool
    other: tuple[str, ...]
    files: frozenset[Path]


def ours(ground: Ground, prefix: Path) -> Ours:
    """What venvls says of the projects in the folder that use the tool's environment, and of those without one."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in ground.variables.items():
            patch.setenv(name, value)  # a tool's variables may name the place of its environments
        reports = [stage.workspace(folder, ground.overrides).check() for folder in ground.named]
    projects = [project for report in reports for project in report.projects]
    here = {project.root for project in projects if project.environment and _same(project.environment.prefix, prefix)}
    without = {project.root for project in projects if project.environment is None}
    every = [finding for report in reports for finding in report.findings]
    findings = [finding for finding in every if finding.project in here]
    warned = [finding for finding in findings if finding.severity in ("error", "warning")]
    of_packages = [finding for finding in warned if finding.code in _OF_PACKAGES]
    others = [finding for finding in warned if finding.code not in _OF_PACKAGES and finding.code != "stale-lock"]
    others += [finding for finding in every if finding.project in without and finding.severity in ("error", "warning")]
    return Ours(
        frozenset(name for finding in of_packages for name in _named(finding)),
        frozenset(name for finding in findings if finding.code in _OF_PACKAGES for name in _named(finding)),
        any(finding.code == "stale-lock" for finding in findings),
        tuple(sorted({_line(ground, finding) for finding in others})),
        frozenset(Path(finding.path) for finding in of_packages),
    )


def _named(finding: Finding) -> list[str]:
    """The packages that the tool would have to change, if the finding is true."""
    if finding.code == "missing-extra" and isinstance(finding.data.get("missing"), list):
        return [stage.key(name_of(str(requirement))) for requirement in finding.data["missing"]]  # type: ignore[attr-defined]
    return [stage.named(finding)]


def _same(one: str, other: Path) -> bool:
    return os.path.realpath(one) == os.path.realpath(other)


def _line(ground: Ground, finding: Finding) -> str:
    place = os.path.relpath(finding.project or finding.path, ground.folder)
    return finding.code + ("" if place == "." else f" of {Path(place).as_posix()}")


class Compared(NamedTuple):
    """A state: what the tool says, what we say, and each difference."""

    state: str
    theirs: str
    ours: str
    differences: tuple[str, ...]
    said: str


def compared(ground: Ground, prefix: Path, state: str, about: frozenset[str], needs: Mapping[str, frozenset[str]]) -> Compared:
    """Asks both.

    A tool that refuses to go on from a stale lock says nothing of packages: what we say then may be about those that were changed. What
    the tool would change along, because another version of what we name requires it, nobody knows without an index; and what a package that
    is missing needs comes with it (``needs``: what each package that was installed before needs; what others need, nobody knows), where
    no lock lists it.
    """
    mine = ours(ground, prefix)
    theirs = KEEPERS[ground.project.tool].ask(ground, mine.files)
    changed = theirs.changes | theirs.later | (about if theirs.stale else frozenset())
    along = frozenset(installed(prefix)) if about & mine.spoken and state.startswith("version") else frozenset()
    if theirs.stale is None and mine.spoken:
        along |= _with_needs(mine.spoken, needs) | (theirs.changes - needs.keys() - about)
    differences = [f"only we warn of {name}" for name in sorted(mine.loud - changed)]
    differences += [f"only the tool would change {name}" for name in sorted(theirs.changes - mine.spoken - along)]
    if theirs.stale is not None and theirs.stale != mine.stale:
        differences.append("only the tool calls the lock stale" if theirs.stale else "only we call the lock stale")
    differences += [f"only we say {line}" for line in mine.other if line not in theirs.other]
    said = REFUSES if REFUSES in theirs.other else _short(theirs.changes, theirs.stale)
    return Compared(state, said, _short(mine.spoken, mine.stale), tuple(differences), theirs.said[-3000:])


def _with_needs(names: frozenset[str], needs: Mapping[str, frozenset[str]]) -> frozenset[str]:
    known: frozenset[str] = frozenset()
    while names - known:
        known |= names
        names = frozenset(need for name in known for need in needs.get(name, ()))
    return known


def _short(names: frozenset[str], stale: bool | None) -> str:
    parts = [f"{len(names)} to change"] if names else []
    return ", ".join([*parts, *(["stale lock"] if stale else [])]) or "in sync"
