"""What several actions ask before they offer themselves: is there an environment to install into, may this file be edited, can this
requirement are alone on a command line."""

from __future__ import annotations

import re
from collections.abc import Mapping

from venvls.model.hints import TYPE_CHECKING
from venvls.model.installable import is_base, refusal

if TYPE_CHECKING:
    from venvls.model.facts import Facts
    from venvls.model.finding import Finding
    from venvls.model.manifest import Manifest
    from venvls.model.requirement import Requirement

REQUIREMENT_CODES = frozenset({"missing-requirement", "version-mismatch", "missing-extra", "source-mismatch"})
_KEEPERS = frozenset({"uv", "poetry", "pdm", "pipenv"})
"""Tools whose sync installs what their own lock says and nothing else."""
_DISTANT = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*://")


class _Answers:
    """What was asked of one environment: thousands of findings may be of it."""

    def __init__(self) -> None:
        self.can_install: bool | None = None
        self.needs_new: bool | None = None
        # With the manifests and the choice among them that it is of: these answers outlive a state of the texts.
        self.counted: tuple[Mapping[str, Manifest], frozenset[str] | None, int] | None = None


def can_install(facts: Facts) -> bool:
    """Whether there is an environment that a task may install into; those a tool keeps by its own file are the tool's to fill."""
    answers = facts.remembered.of(_Answers)
    if answers.can_install is None:
        answers.can_install = facts.project.part is None and not facts.project.is_script and refusal(facts.environment, facts.files) is None
    return answers.can_install


def needs_new(facts: Facts) -> bool:
    """Whether creating an environment is the way: there is none, or only a Python of the machine."""
    answers = facts.remembered.of(_Answers)
    if answers.needs_new is None:
        has_own = facts.environment is not None and not is_base(facts.environment, facts.files)
        answers.needs_new = not facts.project.is_script and not has_own
    return answers.needs_new


def editable_manifest(finding: Finding, facts: Facts) -> Manifest | None:
    """The manifest a finding is in, where its text may be changed: inside the workspace, and read to its end."""
    if finding.path in facts.outside:
        return None
    return facts.manifests.get(finding.path)


def alone(requirement: Requirement | None) -> str | None:
    """A requirement as it can be installed by itself: PEP 508 text. ``None`` where only its file can say it: hashes, options, paths."""
    if requirement is None or requirement.parsed.error is not None or requirement.hashes or requirement.options:
        return None
    parsed = requirement.parsed
    if parsed.key is None or parsed.editable or "${" in parsed.text:
        return None
    if parsed.url is not None and (_DISTANT.match(parsed.url) is None or parsed.name_span is None or not _names_source(parsed.text)):
        return None
    return " ".join(parsed.text.replace("\\\r\n", " ").replace("\\\n", " ").split())


def _names_source(text: str) -> bool:
    """Whether it is written ``name @ URL``, not as a bare URL whose end names the project."""
    return re.match(r"\s*[A-Za-z0-9][\w.-]*\s*(\[[^\]]*\])?\s*@", text) is not None


def locked(finding: Finding, facts: Facts) -> bool:
    """Whether the lock says what to install here: then only a sync does, for it alone brings the locked version."""
    lock = facts.locked
    if lock is None or lock.problem is not None or (lock.stale is not None and "locked" not in finding.data):
        return False
    key = finding.requirement.parsed.key if finding.requirement is not None else finding.data.get("name")
    return key in lock.packages


def unsynced(finding: Finding, facts: Facts) -> bool:
    """Whether no sync brings what the requirement is about: the tool that keeps the project's lock reads another file than this one, or
    its lock has lost what is needed."""
    lock = facts.locked
    if lock is None or lock.tool not in _KEEPERS or not lock.covers or finding.requirement is None:
        return False
    if finding.code == "missing-dependency" and lock.loses_needs and lock.stale is None:
        return finding.data.get("name") not in lock.packages
    if finding.path in lock.covers or lock.path in facts.manifests or finding.path == lock.path:
        return False  # a compiled file is a list like any other
    return finding.code in REQUIREMENT_CODES and finding.requirement.parsed.key not in lock.packages


def counted(facts: Facts) -> int:
    """How many requirements the project asks of its environment."""
    answers = facts.remembered.of(_Answers)
    known = answers.counted
    if known is not None and known[0] is facts.manifests and known[1] is facts.counted:
        return known[2]
    number = sum(
        facts.counts(manifest, requirement.scope)
        for path, manifest in facts.manifests.items()
        if facts.counted is None or path in facts.counted
        for requirement in manifest.requirements
        if requirement.parsed.error is None
    )
    answers.counted = (facts.manifests, facts.counted, number)
    return number
