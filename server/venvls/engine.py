"""Facts in, findings and actions out. It decides nothing: rules do. It keeps rules apart, and remembers what did not change.

A rule that fails is logged and left out, and one finding says that what it checks is not known; the others speak (``strict`` makes it
fatal, for tests).
"""

from __future__ import annotations

from itertools import compress, count

from venvls.model.finding import OF_TEXT, Finding, Later, Severity
from venvls.model.hints import TYPE_CHECKING, Any, cast
from venvls.model.pieces import not_
from venvls.model.requirement import MAIN
from venvls.model.requirement_list import KnownNeeds, listed
from venvls.model.rule import Fault, Rule
from venvls.model.text import Span
from venvls.rules import NOTHING_ASKED_OF_SATISFIED, RULES, asked_about, import_rules
from venvls.rules.satisfaction import plainly_met

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from venvls.model.action import Action
    from venvls.model.facts import Facts
    from venvls.model.imports import Sighting
    from venvls.model.manifest import Manifest
    from venvls.model.requirement import ParsedRequirement, Requirement
    from venvls.model.rule import Offer
    from venvls.settings import Settings

_Faults = tuple[tuple["Rule", "Fault"], ...]


class _KnownFaults:
    """The faults of requirements by their meaning, which is kept next to them so that its identity stays its own, and by their folder.
    With a lock they live as long as one state of the facts. ``right`` are those without any, wherever they are; ``wrong`` by identity the
    faults of those that have the same wherever they are. ``failed``: a rule failed for one of them, which is among its faults."""

    def __init__(self) -> None:
        self.faults: dict[tuple[int, str], tuple[ParsedRequirement, _Faults]] = {}
        self.right = KnownNeeds()
        self.wrong: dict[int, _Faults] = {}
        self.failed = False


_made = tuple.__new__
_MANY = 100
"""From so many on the findings of a rule, or of a file's requirements, are made when somebody looks at them."""
_MANIFEST_RULES = tuple(rule for rule in RULES if rule.manifest)
_REQUIREMENT_RULES = tuple(rule for rule in RULES if rule.requirement)
_PROJECT_RULES = tuple(rule for rule in RULES if rule.project)
_SEVERITIES = {rule.code: rule.severity for rule in RULES}
_FAILED = Rule("invalid-manifest", "error", "")
"""Stands among the faults of a requirement for a rule that failed, with its code as the message: reported once, as a project that was given
up is."""


class Engine:
    """The rules, with the settings and the log of one face."""

    def __init__(self, settings: Settings, log: Callable[[str], None], *, strict: bool = False) -> None:
        self.settings = settings
        self._log = log
        self._strict = strict

    def manifest(self, manifest: Manifest, facts: Facts) -> list[Finding]:
        """What is wrong in one manifest: in its text always; in the environment where there is a usable one and the file counts."""
        return [finding for part in self.manifest_in_parts(manifest, facts) for finding in part]

    def manifest_in_parts(self, manifest: Manifest, facts: Facts) -> list[Sequence[Finding]]:
        """The same, by rule; very many are made later."""
        failed: dict[str, None] = {}
        parts = [self._run(rule, rule.manifest, failed, manifest, facts) for rule in self._active(_MANIFEST_RULES)]
        if facts.installed is not None and (facts.counted is None or manifest.path in facts.counted):
            parts += self._requirements(manifest, facts, failed)
        if failed:
            parts.append(self._unknown(failed, manifest.path))
        return [self._all_finished(part, facts) for part in parts if part]

    def _all_finished(self, findings: Sequence[Finding], facts: Facts) -> Sequence[Finding]:
        if isinstance(findings, Later):
            return Later(len(findings), lambda numbers: [self._finished(finding, facts) for finding in findings.make(numbers)])
        return [self._finished(finding, facts) for finding in findings]

    def project(self, facts: Facts) -> list[Finding]:
        """What is wrong with a project as a whole, its environment first of all."""
        failed: dict[str, None] = {}
        findings = [finding for rule in self._active(_PROJECT_RULES) for finding in self._run(rule, rule.project, failed, facts)]
        if failed:
            findings += self._unknown(failed, facts.project.manifests[0] if facts.project.manifests else facts.project.root)
        return [self._finished(finding, facts) for finding in findings]

    def imports(self, sightings: Iterable[Sighting], facts: Facts) -> list[Finding]:
        """What is wrong with the imports of one file of code."""
        active = self._active(import_rules())
        failed: dict[str, None] = {}
        findings = [
            finding for sighting in sightings for rule in active for finding in self._run(rule, rule.imports, failed, sighting, facts)
        ]
        return [self._finished(finding, facts) for finding in findings]

    def actions(self, finding: Finding, facts: Facts) -> tuple[Action, ...]:
        """What a person can do about a finding, the preferred first; an edit never reaches a file outside the workspace."""
        actions: list[Action] = []
        for offer in _offers(finding.code):
            # Not by ``_run``: of thousands of findings each is here.
            try:
                actions += list(offer.offer(finding, facts))
            except Exception as problem:  # noqa: PERF203 - each by itself
                self._failed(offer.id, problem)
        if facts.project.is_script:
            # Its environment is uv's to make and to fill.
            actions = [action for action in actions if action.task is None or action.task.task in ("sync", "compile")]
        if len(actions) > 1:
            actions.sort(key=_by_preference)
        return tuple(actions)

    def _unknown(self, failed: Iterable[str], path: str) -> list[Finding]:
        """What these rules check is not known, so that nothing may be called in sync."""
        if self.settings.severity(_FAILED.code, _FAILED.severity) == "off":
            return []
        codes = sorted(failed)
        what = f"{codes[0]} checks" if len(codes) == 1 else f"{', '.join(codes)} check"
        message = f"What {what} could not be compared because of an internal error."
        return [Finding(code=_FAILED.code, message=message, path=path, span=Span(0, 0), data={"mild": True, "internal-error": True})]

    def _requirements(self, manifest: Manifest, facts: Facts, failed: dict[str, None]) -> list[Sequence[Finding]]:
        known_faults = facts.remembered.of(_KnownFaults)
        requirements = listed(manifest.requirements)
        needs, folder = requirements.needs, facts.files.path.dirname(manifest.path)
        # At each key nearly all of thousands are right, and were before; or wrong, and were that before.
        numbers = requirements.unknown(known_faults.right)
        faults = list(map(known_faults.wrong.get, map(id, map(needs.__getitem__, numbers))))
        elsewhere: list[Finding] = []
        places = list(compress(count(), map(not_, faults)))
        if NOTHING_ASKED_OF_SATISFIED and places:
            fresh = [needs[numbers[place]] for place in places]
            met = plainly_met(fresh, facts)
            known_faults.right.update([(id(need), need) for need in fresh if id(need) in met])
            places = [place for place, need in zip(places, fresh, strict=True) if id(need) not in met]
        for place, requirement in zip(places, requirements.at([numbers[place] for place in places]), strict=True):
            its = self._looked_up(requirement, manifest, facts, known_faults, folder)
            if requirement.parsed.url is None:
                faults[place] = its
            elif its and facts.counts(manifest, requirement.scope):
                elsewhere += self._all_placed(self._without_failed(its, failed), requirement, manifest)
        if known_faults.failed:
            for place, requirement in enumerate(requirements.at(numbers)):
                found_there = faults[place]
                if found_there:
                    faults[place] = self._without_failed(found_there, failed if facts.counts(manifest, requirement.scope) else {})
        numbers, its_faults = list(compress(numbers, faults)), list(filter(None, faults))
        if len(numbers) > _MANY and requirements.are_in_order and set(map(len, its_faults)) == {1}:
            all_count = all(facts.counts(manifest, scope) for scope in requirements.scopes)
            if all_count and not any(self._severity(rule) == "off" for rule in _REQUIREMENT_RULES):

                def make(some: Sequence[int]) -> list[Finding]:
                    chosen = zip(requirements.at([numbers[each] for each in some]), [its_faults[each][0] for each in some], strict=True)
                    return [_placed(rule, fault, requirement, manifest) for requirement, (rule, fault) in chosen]

                return [Later(len(numbers), make), elsewhere]
        found = [
            finding
            for requirement, its in zip(requirements.at(numbers), its_faults, strict=True)
            if facts.counts(manifest, requirement.scope)
            for finding in self._all_placed(its, requirement, manifest)
        ]
        return [found, elsewhere]

    def _all_placed(self, faults: _Faults, requirement: Requirement, manifest: Manifest) -> list[Finding]:
        return [_placed(rule, fault, requirement, manifest) for rule, fault in faults if self._severity(rule) != "off"]

    def _looked_up(self, requirement: Requirement, manifest: Manifest, facts: Facts, known_faults: _KnownFaults, folder: str) -> _Faults:
        parsed = requirement.parsed
        # A relative path means another place in another folder; everything else means the same wherever it is.
        key = (id(parsed), folder if parsed.url is not None else "")
        known = known_faults.faults.get(key)
        if known is None:
            if parsed.error is not None or (requirement.scope is not MAIN and not facts.counts(manifest, requirement.scope)):
                return ()
            # The parsed requirement is kept next to the answer, so that its identity stays its own.
            known = known_faults.faults[key] = (parsed, self._faults(requirement, facts, folder))
            if parsed.url is None and known[1]:
                known_faults.wrong[id(parsed)] = known[1]
            elif parsed.url is None:
                known_faults.right[id(parsed)] = parsed
        return known[1]

    def _faults(self, requirement: Requirement, facts: Facts, folder: str) -> _Faults:
        # Rules that are switched off run too: the answer outlives a change of settings.
        try:
            rules = asked_about(requirement, facts, folder)
        except Exception as problem:
            self._failed("the verdict of a requirement", problem)
            facts.remembered.of(_KnownFaults).failed = True
            return ((_FAILED, Fault("missing-requirement")),)
        faults: list[tuple[Rule, Fault]] = []
        for rule in rules:
            # Not by ``_run``: of thousands of requirements each is here.
            try:
                faults += [(rule, fault) for fault in cast("Any", rule.requirement)(requirement, facts, folder)]
            except Exception as problem:  # noqa: PERF203 - each by itself
                self._failed(rule.code, problem)
                facts.remembered.of(_KnownFaults).failed = True
                faults.append((_FAILED, Fault(rule.code)))
        return tuple(faults)

    def _active(self, rules: Iterable[Rule]) -> list[Rule]:
        return [rule for rule in rules if self._severity(rule) != "off"]

    def _severity(self, rule: Rule) -> str:
        return self.settings.severity(rule.code, rule.severity)

    def _finished(self, finding: Finding, facts: Facts) -> Finding:
        severity = cast("Severity", self.settings.severity(finding.code, _SEVERITIES.get(finding.code, finding.severity)))
        environment = facts.environment.prefix if facts.environment else None
        part = facts.project.part
        if not finding.data and not facts.choice.synced and part is None:
            code, message, path, span, _, requirement, installed, related, unnecessary, data, _, _ = finding
            root = facts.project.root
            # By place: of thousands of findings each is here at every key.
            return _made(
                Finding, (code, message, path, span, severity, requirement, installed, related, unnecessary, data, root, environment)
            )
        if facts.choice.synced and severity in ("error", "warning") and (names := _only_synced(finding, facts)):
            told = " and ".join(f"{kind} {name}" for kind, name in names)
            finding = finding._replace(message=f"{finding.message} (you synced {told})", data={**finding.data, "synced": names})
            severity = "information"
        data = finding.data
        if data and severity in ("error", "warning") and any(data.get(mark) for mark in ("left-out", "script")):
            severity = "information"
        if data.get("of-runner") and finding.code not in self.settings.rules:
            severity = "information"  # whoever runs these alone needs no other, unless the settings say that one does
        if severity == "error" and data.get("mild"):
            severity = "warning"
        # One file speaks of several environments: which one is meant has to be said.
        message = f"{finding.message} ({part.tool} {part.name})" if part is not None and finding.code not in OF_TEXT else finding.message
        return finding._replace(message=message, severity=severity, project=facts.project.root, environment=environment)

    def _run(self, rule: Rule, check: Any, failed: dict[str, None], *arguments: object) -> Sequence[Any]:
        """What a rule finds; nothing where it fails, and its code is then one of those that ``failed``."""
        try:
            return _kept(check(*arguments))
        except Exception as problem:
            self._failed(rule.code, problem)
            failed[rule.code] = None
            return ()

    def _failed(self, name: str, problem: Exception) -> None:
        if self._strict:
            raise problem
        from venvls.model.redact import redact

        self._log(redact(f"{name} failed and was skipped: {problem!r}"))

    def _without_failed(self, faults: _Faults, failed: dict[str, None]) -> _Faults:
        """The faults without the marks of rules that failed, whose codes are noted in ``failed``; not of those that are switched off."""
        codes = [fault.message for rule, fault in faults if rule is _FAILED]
        failed.update([(code, None) for code in codes if self.settings.severity(code, "") != "off"])
        return tuple([each for each in faults if each[0] is not _FAILED])


def _kept(findings: Iterable[Any]) -> Sequence[Any]:
    return findings if isinstance(findings, Later) else tuple(findings)


_offers_of: dict[str, tuple[Offer, ...]] = {}
_comparing: dict[str, bool] = {}


def _offers(code: str) -> tuple[Offer, ...]:
    """The offers that answer findings of this code, in their order."""
    known = _offers_of.get(code)
    if known is None:
        from venvls.actions import OFFERS

        known = _offers_of[code] = tuple([offer for offer in OFFERS if code in offer.answers])
    return known


def compares(code: str) -> bool:
    """Whether any offer that answers findings of this code needs the project's ``candidates``."""
    known = _comparing.get(code)
    if known is None:
        known = _comparing[code] = any(offer.compares for offer in _offers(code))
    return known


def _by_preference(action: Action) -> bool:
    return not action.preferred


def _only_synced(finding: Finding, facts: Facts) -> list[list[str]]:
    """The groups and extras, as kind and name, that a finding is about alone and that count only because a person synced them before."""
    names = sorted([scope.kind, str(scope.name)] for scope in facts.choice.synced)
    requirement = finding.requirement
    if requirement is None:
        return names if finding.data.get("name") in facts.locked_as_synced else []
    manifest = facts.manifests.get(finding.path)
    if manifest is None or not facts.only_as_synced(manifest, requirement.scope):
        return []
    own = [name for name in names if name == [requirement.scope.kind, str(requirement.scope.name)]]
    return own or names


def _placed(rule: Rule, fault: Fault, requirement: Requirement, manifest: Manifest) -> Finding:
    span = requirement.span if fault.span is None else requirement.locate(fault.span)
    return Finding(
        code=rule.code,
        message=fault.message,
        path=manifest.path,
        span=span,
        requirement=requirement,
        installed=fault.installed,
        related=fault.related,
        data=fault.data,
    )
