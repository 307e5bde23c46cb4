"""The rules: facts → findings. One file a rule, named after its code; this list is the order of the documentation.

The other files here are what the rules share: ``satisfaction`` (whether a requirement is satisfied), ``dependencies`` (what distributions
need of each other), ``versions``, ``markers``, ``sources``, ``local_projects``, ``asked`` (which requirements count), ``wording``.
"""

from __future__ import annotations

from venvls.model.hints import TYPE_CHECKING, cast
from venvls.model.pieces import import_module
from venvls.model.record import NamedTuple
from venvls.model.rule import Rule
from venvls.rules import (
    broken_distribution,
    broken_environment,
    conflicting_requirements,
    duplicate_requirement,
    extraneous_package,
    foreign_checkout,
    include_cycle,
    incomplete_environment,
    invalid_manifest,
    invalid_requirement,
    missing_dependency,
    missing_extra,
    missing_requirement,
    moved_environment,
    no_environment,
    outdated_install,
    python_mismatch,
    selected_environment,
    source_mismatch,
    stale_lock,
    unignored_environment,
    unknown_dependencies,
    unknown_group,
    unreadable_include,
    version_mismatch,
)
from venvls.rules.satisfaction import verdict

if TYPE_CHECKING:
    from venvls.model.facts import Facts
    from venvls.model.requirement import Requirement

RULES: tuple[Rule, ...] = (
    selected_environment.RULE,
    no_environment.RULE,
    broken_environment.RULE,
    incomplete_environment.RULE,
    moved_environment.RULE,
    foreign_checkout.RULE,
    python_mismatch.RULE,
    unignored_environment.RULE,
    missing_requirement.RULE,
    version_mismatch.RULE,
    missing_extra.RULE,
    source_mismatch.RULE,
    missing_dependency.RULE,
    broken_distribution.RULE,
    outdated_install.RULE,
    unknown_dependencies.RULE,
    extraneous_package.RULE,
    stale_lock.RULE,
    invalid_requirement.RULE,
    invalid_manifest.RULE,
    unreadable_include.RULE,
    include_cycle.RULE,
    unknown_group.RULE,
    duplicate_requirement.RULE,
    conflicting_requirements.RULE,
)


class Later(NamedTuple):
    """A rule about the imports of code: its code, and the file that is loaded when imports are first looked at."""

    code: str
    module: str


ABOUT_IMPORTS: tuple[Later, ...] = (
    Later("missing-import", "missing_import"),
    Later("undeclared-import", "undeclared_import"),
    Later("development-import", "development_import"),
    Later("unrecorded-package", "unrecorded_package"),
    Later("unused-requirement", "unused_requirement"),
)


def import_rules() -> tuple[Rule, ...]:
    """The rules about imports, loaded."""
    return tuple(cast("Rule", import_module(f".{row.module}", __package__).RULE) for row in ABOUT_IMPORTS)


def every_rule() -> tuple[Rule, ...]:
    """All rules, in the order of the documentation."""
    return (*RULES, *import_rules())


def codes() -> tuple[str, ...]:
    """The codes of all rules."""
    return (*(rule.code for rule in RULES), *(row.code for row in ABOUT_IMPORTS))


_ASKED_ALWAYS = tuple(rule for rule in RULES if rule.requirement and not rule.about)
_ASKED_IN = {
    state: tuple(rule for rule in RULES if rule.requirement and rule.about in ("", state)) for state in {rule.about for rule in RULES}
}
NOTHING_ASKED_OF_SATISFIED = not _ASKED_IN.get("satisfied", _ASKED_ALWAYS)
"""Whether no rule has anything to say of a requirement that is satisfied."""


def asked_about(requirement: Requirement, facts: Facts, folder: str) -> tuple[Rule, ...]:
    """The requirement rules that may have something to say, by the requirement's state; for a satisfied one, hardly any."""
    return _ASKED_IN.get(verdict(requirement.parsed, facts, folder).state, _ASKED_ALWAYS)
