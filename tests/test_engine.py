"""The rules are run apart from each other, with a person's severities; what a finding says of groups and environments."""

from __future__ import annotations

from typing import Any

import pytest

from tests.memory_machine import MemoryMachine, MemoryMemory, environment
from venvls import engine, payload, synced_groups
from venvls.model.action import Action, Task
from venvls.model.facts import Facts
from venvls.model.finding import Finding, Severity
from venvls.model.manifest import Part
from venvls.model.record import replace
from venvls.model.rule import Offer, Rule
from venvls.model.text import Span
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
    told = [*run.manifest(manifest, facts), *run.project(facts)]
    assert {finding.code for finding in told} == {"missing-requirement", "selected-environment", "invalid-manifest"}
    (failed,) = [finding for finding in told if finding.code == "invalid-manifest"]
    assert failed.message == "What broken-rule checks could not be compared because of an internal error."
    assert (failed.severity, failed.path, failed.project) == ("warning", manifest.path, ROOT)
    assert len(said) == 1 and said[0].startswith("broken-rule failed and was skipped: ValueError(")
    with pytest.raises(ValueError, match="own"):
        strict = engine.Engine(read(), said.append, strict=True)
        strict.project(facts)
        strict.manifest(manifest, facts)


def test_a_requirement_without_a_verdict_is_told(facts: Facts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "asked_about", fails)
    said: list[str] = []
    (manifest,) = facts.manifests.values()
    for _ in range(2):  # also where the verdict is remembered
        (failed,) = engine.Engine(read(), said.append).manifest(manifest, facts)
        assert failed.message == "What missing-requirement checks could not be compared because of an internal error."
    assert len(said) == 1 and said[0].startswith("the verdict of a requirement failed and was skipped")


def test_a_rule_that_fails_for_many_requirements_is_one_warning_and_nothing_is_in_sync(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = Rule("version-mismatch", "error", "", requirement=lambda *_: fails())
    monkeypatch.setattr(engine, "asked_about", lambda *_: (broken,))
    said: list[str] = []
    lines = "".join(f"absent{number}\n" for number in range(300))
    workspace = Workspace(MemoryMachine({**environment(f"{ROOT}/.venv"), f"{ROOT}/requirements.txt": lines}), MemoryMemory(), said.append)
    workspace.set_roots((ROOT,))
    workspace.discover()
    for _ in range(2):
        (failed,) = [finding for finding in workspace.check().findings if finding.severity in ("error", "warning")]
        assert failed.message == "What version-mismatch checks could not be compared because of an internal error."
        assert (failed.code, failed.severity) == ("invalid-manifest", "warning")
    (project,) = payload.projects(workspace.projects(), workspace.check().findings)
    assert project["in_sync"] is False


def test_what_is_logged_of_a_rule_that_fails_has_no_secret(facts: Facts, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails_aloud(*_: Any) -> Any:
        raise ValueError("https://ada:s3cret@example.org/simple")

    monkeypatch.setattr(engine, "_PROJECT_RULES", (Rule("broken-rule", "error", "", project=fails_aloud),))
    said: list[str] = []
    (failed,) = engine.Engine(read(), said.append).project(facts)
    assert "example.org" in said[0] and "s3cret" not in said[0] + failed.message


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


@pytest.mark.parametrize("text", ["alpha\n???\nabsent\n", "???\nabsent\n"])
def test_what_follows_a_line_that_cannot_be_read_is_compared(text: str) -> None:
    (finding,) = told(opened({"requirements.txt": text}), "missing-requirement")
    assert finding.span.start == text.index("absent")


def test_what_follows_a_group_that_nobody_chose_is_compared() -> None:
    (finding,) = told(opened({"pyproject.toml": GROUPS}, {"sync.groups": ["web"]}), "missing-requirement")
    assert finding.message == "flask is not installed"


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


def test_what_counts_by_itself_is_no_softer_because_of_what_was_synced() -> None:
    memory = MemoryMemory()
    synced_groups.remember(memory, f"{ROOT}/.venv", ("docs",), ())
    findings = told(opened({"pyproject.toml": GROUPS.replace('["alpha"]', '["absent"]')}, {}, memory), "missing-requirement")
    assert [(each.message, each.severity) for each in findings] == [
        ("absent is not installed", "warning"),
        ("sphinx is not installed (you synced group docs)", "information"),
    ]


def test_a_file_that_counts_for_two_groups_names_both() -> None:
    memory = MemoryMemory()
    synced_groups.remember(memory, f"{ROOT}/.venv", ("docs", "web"), ())
    files = {"requirements.txt": "alpha\n", "requirements-docs.txt": "sphinx\n", "requirements-web.txt": "alpha\n"}
    (finding,) = told(opened(files, {}, memory), "missing-requirement")
    assert finding.message == "sphinx is not installed (you synced group docs and group web)"
    assert finding.data["synced"] == [["group", "docs"], ["group", "web"]]


def finished(facts: Facts, monkeypatch: pytest.MonkeyPatch, code: str = "made-up", severity: Severity = "error", **data: object) -> Finding:
    """What becomes of a project's finding with this data."""
    finding = Finding(code, "It is so", facts.project.manifests[0], Span(0, 0), severity, data=data)
    monkeypatch.setattr(engine, "_PROJECT_RULES", (Rule(code, severity, "", project=lambda facts: [finding]),))
    (shown,) = engine.Engine(read(), print, strict=True).project(facts)
    return shown


@pytest.mark.parametrize("mark", ["left-out", "script"])
@pytest.mark.parametrize(("severity", "shown"), [("error", "information"), ("warning", "information"), ("information",) * 2, ("hint",) * 2])
def test_what_no_plain_sync_installs_is_information_at_most(
    facts: Facts, monkeypatch: pytest.MonkeyPatch, mark: str, severity: Severity, shown: str
) -> None:
    assert finished(facts, monkeypatch, severity=severity, **{mark: True}).severity == shown
    assert finished(facts, monkeypatch, severity=severity, **{mark: False}).severity == severity


@pytest.mark.parametrize(("severity", "shown"), [("error", "warning"), ("warning", "warning"), ("information",) * 2, ("hint",) * 2])
def test_what_the_projects_own_tools_accept_is_a_warning_at_most(
    facts: Facts, monkeypatch: pytest.MonkeyPatch, severity: Severity, shown: str
) -> None:
    assert finished(facts, monkeypatch, severity=severity, mild=True).severity == shown
    assert finished(facts, monkeypatch, severity=severity, mild=False).severity == severity


def test_what_is_locked_only_as_it_was_synced_is_information(monkeypatch: pytest.MonkeyPatch) -> None:
    memory = MemoryMemory()
    synced_groups.remember(memory, f"{ROOT}/.venv", ("web", "docs"), ())
    facts = opened({"pyproject.toml": GROUPS}, {}, memory).facts(ROOT)
    facts.locked_as_synced = frozenset({"jinja2"})
    shown = finished(facts, monkeypatch, name="jinja2")
    assert (shown.severity, shown.message) == ("information", "It is so (you synced group docs and group web)")
    assert (shown.data["name"], shown.data["synced"]) == ("jinja2", [["group", "docs"], ["group", "web"]])
    other = finished(facts, monkeypatch, name="other")
    assert (other.severity, other.message) == ("error", "It is so")


def test_a_finding_names_its_project_its_environment_and_its_part(facts: Facts, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = finished(facts, monkeypatch)
    assert (shown.project, shown.environment, shown.message) == (ROOT, f"{ROOT}/.venv", "It is so")
    facts.environment = None
    assert finished(facts, monkeypatch).environment is None
    # One file speaks of several environments; what is wrong in the file itself is wrong for all of them.
    facts.project = replace(facts.project, part=Part("tox", "py312", "linux", f"{ROOT}/tox.ini"))
    assert finished(facts, monkeypatch).message == "It is so (tox py312)"
    assert finished(facts, monkeypatch, code="invalid-manifest").message == "It is so"


def offered(facts: Facts, monkeypatch: pytest.MonkeyPatch, *actions: Action, log: list[str] | None = None) -> list[str]:
    """The titles of what is offered for a finding, where each action is an offer of its own, after one that fails."""
    answers = frozenset({"made-up"})
    made = [Offer(each.id, answers, lambda *_, each=each: [each], "") for each in actions]  # type: ignore[misc]
    monkeypatch.setattr(
        "venvls.actions.OFFERS", (Offer("broken", answers, fails, ""), *made, Offer("other", frozenset({"other"}), fails, ""))
    )
    monkeypatch.setattr(engine, "_offers_of", {})
    finding = Finding("made-up", "It is so", facts.project.manifests[0], Span(0, 0))
    return [each.title for each in engine.Engine(read(), (log if log is not None else []).append).actions(finding, facts)]


def test_an_offer_that_fails_is_told_and_the_others_are_made(facts: Facts, monkeypatch: pytest.MonkeyPatch) -> None:
    log: list[str] = []
    assert offered(facts, monkeypatch, Action("a", "A"), log=log) == ["A"]
    assert len(log) == 1 and log[0].startswith("broken failed and was skipped: ValueError(")


def test_the_preferred_action_comes_first_and_the_others_in_their_order(facts: Facts, monkeypatch: pytest.MonkeyPatch) -> None:
    assert offered(facts, monkeypatch) == []
    assert offered(facts, monkeypatch, Action("a", "A"), Action("b", "B", preferred=True), Action("c", "C")) == ["B", "A", "C"]
    assert offered(facts, monkeypatch, Action("a", "A"), Action("b", "B", preferred=True)) == ["B", "A"]


def test_a_scripts_environment_is_made_and_filled_by_its_tool_alone(facts: Facts, monkeypatch: pytest.MonkeyPatch) -> None:
    actions = [Action(name, name, task=Task(name, ROOT)) for name in ("sync", "compile", "install", "create")]  # type: ignore[arg-type]
    assert offered(facts, monkeypatch, Action("edit", "edit"), *actions) == ["edit", "sync", "compile", "install", "create"]
    facts.project = replace(facts.project, manifests=(ROOT,))
    assert offered(facts, monkeypatch, Action("edit", "edit"), *actions) == ["edit", "sync", "compile"]
