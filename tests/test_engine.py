"""The rules are run apart from each other, with a person's severities; what a finding says of groups and environments."""

from __future__ import annotations

from typing import Any

import pytest

from tests.memory_machine import MemoryMachine, MemoryMemory, environment
from venvls import engine, synced_groups
from venvls.model.facts import Facts
from venvls.model.finding import Finding
from venvls.model.rule import Rule
from venvls.settings import read
from venvls.workspace import Workspace

ROOT = "/home/me/p"
PROJECT = '[project]\nname = "me"\nversion = "1"\ndependencies = ["absent"]\n'


def opened(files: dict[str, str], settings: dict[str, object] | None = None, memory: MemoryMemory | None = None) -> Workspace:
    tree = {**environment(f"{ROOT}/.venv", packages=("alpha-1",)), **{f"{ROOT}/{name}": text for name, text in files.items()}}
    workspace = Workspace(MemoryMachine(tree), memory or MemoryMemory(), editor=settings or {}, strict=True)
    workspace.set_roots((ROOT,))
    workspace.discover()
    return workspace


def told(workspace: Workspace, code: str) -> list[Finding]:
    return [finding for finding in workspace.check().findings if finding.code == code]


def fails(*_: Any) -> Any:
    raise ValueError("of the rule's own")


@pytest.fixture
def facts() -> Facts:
    return opened({"requirements.txt": "absent\n"}).facts(ROOT)


BROKEN = [Rule("broken-rule", "error", "", project=fails), Rule("broken-rule", "error", "", manifest=fails)]


@pytest.mark.parametrize("rule", BROKEN, ids=["of projects", "of manifests"])
def test_a_rule_that_fails_is_told_and_the_others_go_on(facts: Facts, monkeypatch: pytest.MonkeyPatch, rule: Rule) -> None:
    monkeypatch.setattr(engine, "_PROJECT_RULES", (rule, *engine._PROJECT_RULES) if rule.project else engine._PROJECT_RULES)
    monkeypatch.setattr(engine, "_MANIFEST_RULES", (rule, *engine._MANIFEST_RULES) if rule.manifest else engine._MANIFEST_RULES)
    said: list[str] = []
    run = engine.Engine(read(), said.append)
    (manifest,) = facts.manifests.values()
    assert [finding.code for finding in run.manifest(manifest, facts)] == ["missing-requirement"]
    assert [finding.code for finding in run.project(facts)] == ["selected-environment"]
    assert len(said) == 1 and said[0].startswith("broken-rule failed and was skipped: ValueError(")
    with pytest.raises(ValueError, match="own"):
        strict = engine.Engine(read(), said.append, strict=True)
        strict.project(facts)
        strict.manifest(manifest, facts)


def test_a_requirement_without_a_verdict_is_told(facts: Facts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "asked_about", fails)
    said: list[str] = []
    (manifest,) = facts.manifests.values()
    assert engine.Engine(read(), said.append).manifest(manifest, facts) == []
    assert len(said) == 1 and said[0].startswith("the verdict of a requirement failed and was skipped")


FILES = {
    # One code of each kind of check: of a requirement, of a manifest and of a project.
    "missing-requirement": {"requirements.txt": "absent\n"},
    "duplicate-requirement": {"requirements.txt": "alpha\nalpha\n"},
    "selected-environment": {"requirements.txt": "alpha\n"},
}


@pytest.mark.parametrize("code", FILES)
def test_every_rule_is_as_severe_as_a_person_wants(code: str) -> None:
    for severity in ("error", "warning", "information", "hint"):
        assert {each.severity for each in told(opened(FILES[code], {f"rules.{code}": severity}), code)} == {severity}
    assert told(opened(FILES[code]), code)
    assert told(opened(FILES[code], {f"rules.{code}": "off"}), code) == []
    # A finding that is not shown is not worked out: what makes the engine quick is not told to another face either.
    workspace = opened(FILES[code], {f"rules.{code}": "off"})
    facts = workspace.facts(ROOT)
    run = engine.Engine(read({f"rules.{code}": "off"}), print, strict=True)
    (manifest,) = facts.manifests.values()
    assert code not in [each.code for each in (*run.manifest(manifest, facts), *run.project(facts))]


def test_the_same_text_where_it_does_not_count_is_no_finding() -> None:
    text = PROJECT + '[project.optional-dependencies]\nweb = ["absent", "other"]\n'
    (finding,) = told(opened({"pyproject.toml": text}), "missing-requirement")
    assert finding.span.start == text.index("absent")


GROUPS = PROJECT.replace('"absent"', '"alpha"') + '[dependency-groups]\ndocs = ["sphinx"]\nweb = ["flask"]\n'


@pytest.mark.parametrize("severity", ["error", "warning", "information", "hint"])
def test_what_counts_only_as_it_was_synced_is_information_at_most(severity: str) -> None:
    memory = MemoryMemory()
    synced_groups.remember(memory, f"{ROOT}/.venv", ("docs", "web"), ())
    workspace = opened({"pyproject.toml": GROUPS}, {"rules.missing-requirement": severity}, memory)
    findings = told(workspace, "missing-requirement")
    shown = severity if severity == "hint" else "information"
    assert {each.severity for each in findings} == {shown}
    if severity in ("error", "warning"):
        assert [each.message for each in findings] == [
            "sphinx is not installed (you synced group docs)",
            "flask is not installed (you synced group web)",
        ]
        assert [each.data["synced"] for each in findings] == [[["group", "docs"]], [["group", "web"]]]
