"""A project's facts are kept while nothing of theirs changes, and what is outside the workspace is shown to nobody at any time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.memory_machine import MemoryMachine, MemoryMemory, environment
from tests.memory_tree import Content, Link
from venvls import declaring, engine, synced_groups
from venvls.model import limits
from venvls.model.text import Span
from venvls.workspace import Overrides, Workspace

ROOT = "/w/p"
SITE = f"{ROOT}/.venv/lib/python3.12/site-packages"


def opened(files: dict[str, Content], *packages: str) -> tuple[Workspace, MemoryMachine]:
    machine = MemoryMachine({**environment(f"{ROOT}/.venv", packages=packages), **files})
    workspace = Workspace(machine, MemoryMemory(), strict=True)
    workspace.set_roots((ROOT,))
    workspace.discover()
    return workspace, machine


def messages(workspace: Workspace) -> list[str]:
    return [each.message for each in workspace.check().findings if each.code != "selected-environment"]


OUTSIDE = "This is for 2 places in the included file, which is outside the workspace and is not shown."


@pytest.fixture
def linked() -> tuple[Workspace, MemoryMachine]:
    """A project that includes a link, which leads to a file of its own first."""
    main = f"{ROOT}/requirements.txt"
    files: dict[str, Content] = {main: "-r link.txt\n", f"{ROOT}/own.txt": "alpha\n", "/secret.txt": "hidden\nhidden2\n"}
    workspace, machine = opened({**files, f"{ROOT}/link.txt": Link("own.txt")})
    assert messages(workspace) == ["alpha is not installed"]
    return workspace, machine


def test_a_link_that_comes_to_lead_outside_shows_nothing_of_it(linked: tuple[Workspace, MemoryMachine]) -> None:
    workspace, machine = linked
    link = f"{ROOT}/link.txt"
    machine.files.take(link)
    machine.files.put(link, Link("/secret.txt"))
    workspace.changed([link])
    assert messages(workspace) == [OUTSIDE]
    assert workspace.findings(link) == ()
    (finding,) = [each for each in workspace.findings(f"{ROOT}/requirements.txt") if each.message == OUTSIDE]
    assert not finding.related and not finding.data and finding.requirement is None
    machine.files.take(link)
    machine.files.put(link, Link("own.txt"))
    workspace.changed([link])
    assert messages(workspace) == ["alpha is not installed"]
    assert workspace.findings(link) != ()


def test_facts_are_kept_until_something_of_them_changes() -> None:
    workspace, machine = opened({f"{ROOT}/requirements.txt": "alpha\n", f"{ROOT}/sub/requirements.txt": "beta\n"}, "alpha-1")
    facts = workspace.facts(ROOT)
    assert workspace.facts(ROOT) is facts
    machine.files.put(f"{ROOT}/sub/requirements.txt", "gamma\n")
    workspace.changed([f"{ROOT}/sub/requirements.txt", f"{ROOT}/README"])
    assert workspace.facts(ROOT) is facts
    for path in (f"{SITE}/beta-1.dist-info/METADATA", f"{ROOT}/requirements.txt", f"{ROOT}/.python-version"):
        machine.files.put(path, "3.12\n")
        workspace.changed([path])
        assert workspace.facts(ROOT) is not facts, path
        facts = workspace.facts(ROOT)


def test_a_broken_environment_says_nothing_of_what_is_installed() -> None:
    workspace, machine = opened({f"{ROOT}/requirements.txt": "alpha\n"}, "alpha-1")
    assert workspace.facts(ROOT).installed is not None
    machine.files.take(f"{ROOT}/.venv/bin/python")
    workspace.changed([f"{ROOT}/.venv/pyvenv.cfg"])
    assert workspace.facts(ROOT).installed is None
    assert {each.code for each in workspace.check().findings} == {"broken-environment"}


LOCK = """version = 1
requires-python = ">=3.12"

[[package]]
name = "me"
version = "1"
source = { virtual = "." }
dependencies = [{ name = "alpha" }]

[package.metadata]
requires-dist = [{ name = "alpha" }]

[[package]]
name = "alpha"
version = "2"
source = { registry = "https://pypi.org/simple" }
dependencies = [{ name = "beta" }]

[[package]]
name = "beta"
version = "2"
source = { registry = "https://pypi.org/simple" }
"""
PROJECT = '[project]\nname = "me"\nversion = "1"\nrequires-python = ">=3.12"\ndependencies = ["alpha"]\n'
GROUPS = f'{PROJECT}[dependency-groups]\ndocs = ["sphinx"]\n'


def put(workspace: Workspace, machine: MemoryMachine, path: str, text: str | None) -> None:
    if text is None:
        machine.files.take(path)
    else:
        machine.files.put(path, text)
    workspace.changed([path])


def test_what_is_installed_is_compared_again_when_it_changes() -> None:
    workspace, machine = opened({f"{ROOT}/requirements.txt": "alpha\nbeta>1\n"}, "beta-1")
    before = ["alpha is not installed", "beta 1 is installed, but >1 is required"]
    assert messages(workspace) == before
    info = f"{SITE}/alpha-1.dist-info"
    machine.files.put(f"{info}/RECORD", "")
    put(workspace, machine, f"{info}/METADATA", "Metadata-Version: 2.1\nName: alpha\nVersion: 1\nRequires-Dist: gone\n")
    assert messages(workspace) == ["alpha requires gone, which is not installed", before[1]]
    put(workspace, machine, info, None)
    assert messages(workspace) == before


def test_a_constraint_is_compared_again_when_it_changes() -> None:
    workspace, machine = opened({f"{ROOT}/requirements.txt": "-c c.txt\nalpha\n", f"{ROOT}/c.txt": "alpha<2\n"}, "alpha-1")
    assert messages(workspace) == []
    put(workspace, machine, f"{ROOT}/c.txt", "alpha>1\n")
    assert messages(workspace) == ["alpha 1 is installed, but c.txt allows only >1"]
    put(workspace, machine, f"{ROOT}/c.txt", None)
    assert messages(workspace) == ["There is no such file."]


def test_what_was_compared_outlives_another_python_that_is_required(monkeypatch: pytest.MonkeyPatch) -> None:
    """The line is typed like any other: with a thousand requirements next to it, each of its keys would compare them all."""
    text = '[project]\nname = "p"\nversion = "1"\nrequires-python = ">=3.8"\ndependencies = ["alpha"]\n'
    workspace, _ = opened({(path := f"{ROOT}/pyproject.toml"): text})
    workspace.open(path, text)
    assert messages(workspace) == ["alpha is not installed"]
    compared: list[str] = []
    monkeypatch.setattr(engine, "asked_about", lambda requirement, *_: compared.append(requirement.parsed.text) or ())
    workspace.open(path, text.replace("3.8", "3.99"))
    assert messages(workspace) == ["The environment has Python 3.12.4, but >=3.99 is required", "alpha is not installed"]
    workspace.open(path, text.replace('"alpha"', '"beta"'))
    messages(workspace)
    assert compared == ["beta"]


@pytest.mark.parametrize("gone", ["", "[projec]", "[project"])
def test_what_was_compared_outlives_a_moment_without_it(gone: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether everything was deleted and undone, or a header is typed: the project is what it was, if what is installed is."""
    text = '[project]\nname = "p"\nversion = "1"\ndependencies = ["alpha", "beta"]\n'
    workspace, machine = opened({(path := f"{ROOT}/pyproject.toml"): text, f"{ROOT}/requirements.txt": "gamma\n"}, "beta-1")
    half = gone and text.replace("[project]", gone)

    def typed() -> list[str]:
        for keyed in (half, half and f"{half}#", text):
            workspace.open(path, keyed)
            shown = messages(workspace)
        return shown

    workspace.open(path, text)
    before = messages(workspace)
    assert before == ["alpha is not installed", "gamma is not installed"]
    typed()
    compared: list[str] = []
    known = engine.asked_about
    monkeypatch.setattr(engine, "asked_about", lambda need, *rest: compared.append(need.parsed.text) or known(need, *rest))
    assert typed() == before
    assert "alpha" not in compared
    workspace.open(path, half)
    messages(workspace)
    machine.files.put(f"{SITE}/alpha-1.dist-info/METADATA", "Metadata-Version: 2.1\nName: alpha\nVersion: 1\n")
    put(workspace, machine, f"{SITE}/alpha-1.dist-info/RECORD", "")
    assert typed() == ["gamma is not installed"]


def test_a_lock_is_compared_again_when_it_changes() -> None:
    workspace, machine = opened({f"{ROOT}/pyproject.toml": PROJECT, f"{ROOT}/uv.lock": LOCK}, "alpha-1")
    assert messages(workspace) == ["alpha 1 is installed, but 2 is locked", "beta 2 is not installed"]
    put(workspace, machine, f"{ROOT}/uv.lock", LOCK.replace('"2"', '"3"'))
    assert messages(workspace) == ["alpha 1 is installed, but 3 is locked", "beta 3 is not installed"]
    put(workspace, machine, f"{ROOT}/pyproject.toml", PROJECT.replace('"alpha"', '"alpha", "gamma"'))
    assert messages(workspace)[1] == "gamma is not installed" and messages(workspace)[2].startswith("uv.lock does not match this file")
    put(workspace, machine, f"{ROOT}/pyproject.toml", PROJECT)
    put(workspace, machine, f"{ROOT}/uv.lock", None)
    assert messages(workspace) == []


def test_settings_groups_and_pythons_count_at_once() -> None:
    workspace, machine = opened({f"{ROOT}/pyproject.toml": GROUPS}, "alpha-1")
    assert messages(workspace) == []
    workspace.configure({"sync.groups": ["docs"]})
    assert messages(workspace) == ["sphinx is not installed"]
    workspace.configure({"sync.groups": ["docs"], "rules.missing-requirement": "off"})
    assert messages(workspace) == []
    workspace.configure({})
    put(workspace, machine, f"{ROOT}/.python-version", "3.13\n")
    assert messages(workspace) == ["The environment has Python 3.12.4, but .python-version requires ==3.13.*"]


def test_what_was_synced_counts_but_where_a_person_wants_the_plain_answer() -> None:
    tree = {**environment(f"{ROOT}/.venv", packages=("alpha-1",)), f"{ROOT}/pyproject.toml": GROUPS}
    memory = MemoryMemory()
    synced_groups.remember(memory, f"{ROOT}/.venv", ("docs",), ())
    for overrides, expected in (
        (Overrides(), ["sphinx is not installed (you synced group docs)"]),
        (Overrides(isolated=True), []),
        (Overrides(groups=("Docs",)), ["sphinx is not installed"]),
        (Overrides(groups=("docs",), isolated=True), ["sphinx is not installed"]),
        (Overrides(all_groups=True), ["sphinx is not installed"]),
    ):
        workspace = Workspace(MemoryMachine(tree), memory, overrides=overrides, strict=True)
        workspace.set_roots((ROOT,))
        workspace.discover()
        assert messages(workspace) == expected, overrides


SIDE = {f"{ROOT}/requirements.txt": "alpha\n", f"{ROOT}/docs/requirements.txt": "sphinx\n"}


def test_a_side_matter_of_a_project_counts_where_it_is_chosen_or_has_its_own_environment() -> None:
    workspace, _ = opened(dict(SIDE), "alpha-1")
    assert messages(workspace) == []
    assert workspace.facts(f"{ROOT}/docs").main_project == ROOT
    workspace.configure({"sync.groups": ["docs"]})
    assert messages(workspace) == ["sphinx is not installed"]
    workspace, _ = opened({**SIDE, **environment(f"{ROOT}/docs/.venv")}, "alpha-1")
    assert messages(workspace) == ["sphinx is not installed"]
    assert workspace.facts(f"{ROOT}/docs").main_project is None
    # The environment of a project that is not above it makes it nobody's side matter.
    workspace, _ = opened(
        {f"{ROOT}/docs/requirements.txt": "sphinx\n", **environment(f"{ROOT}/a/.venv"), f"{ROOT}/a/requirements.txt": "b\n"}
    )
    workspace.select(f"{ROOT}/docs", f"{ROOT}/a/.venv")
    assert messages(workspace) == ["b is not installed", "sphinx is not installed"]


def test_a_file_that_is_named_counts_whatever_its_name() -> None:
    files = {f"{ROOT}/requirements.txt": "alpha\n", f"{ROOT}/requirements-docs.txt": "sphinx\n"}
    workspace, _ = opened(dict(files), "alpha-1")
    assert messages(workspace) == []
    named = [each.message for each in workspace.check([f"{ROOT}/requirements-docs.txt"]).findings if each.requirement is not None]
    assert named == ["sphinx is not installed"]
    # What its packages need counts with it.
    tree = {**files, f"{SITE}/sphinx-1.dist-info/METADATA": "Name: sphinx\nVersion: 1\nRequires-Dist: gone\n"}
    workspace, _ = opened({**tree, f"{SITE}/sphinx-1.dist-info/INSTALLER": ""}, "alpha-1")
    assert messages(workspace) == []
    workspace.configure({"sync.groups": ["docs"]})
    assert messages(workspace) == ["sphinx requires gone, which is not installed"]


def test_without_any_environment_it_is_said_where_it_would_be_made() -> None:
    machine = MemoryMachine(dict(SIDE))
    workspace = Workspace(machine, MemoryMemory(), strict=True)
    workspace.set_roots((ROOT,))
    workspace.discover()
    assert [(each.path, each.code) for each in workspace.check().findings] == [(f"{ROOT}/requirements.txt", "no-environment")]
    for path, content in environment(f"{ROOT}/.venv").items():
        machine.files.put(path, content)
    workspace.changed([f"{ROOT}/.venv/pyvenv.cfg"])
    assert messages(workspace) == ["alpha is not installed"]


def test_a_side_matter_that_is_named_counts_where_there_is_no_environment() -> None:
    machine = MemoryMachine(dict(SIDE))
    side = f"{ROOT}/docs/requirements.txt"
    workspace = Workspace(machine, MemoryMemory(), strict=True)
    workspace.set_roots((ROOT,))
    workspace.discover()
    assert [(each.path, each.code) for each in workspace.check([side]).findings] == [(side, "no-environment")]
    # With one, naming the file makes it count for that.
    for path, content in environment(f"{ROOT}/.venv").items():
        machine.files.put(path, content)
    workspace.changed([f"{ROOT}/.venv/pyvenv.cfg"])
    assert "sphinx is not installed" in [each.message for each in workspace.check([side]).findings]


def test_a_lock_of_condas_is_passed_over_in_another_environment() -> None:
    conda = "version: 1\nmetadata:\n  content_hash: {}\npackage:\n- name: alpha\n  version: '3'\n  manager: pip\n  platform: linux-64\n"
    project = {f"{ROOT}/pyproject.toml": PROJECT, f"{ROOT}/conda-lock.yml": conda}
    workspace, _ = opened(dict(project), "alpha-1")
    assert messages(workspace) == [] and workspace.facts(ROOT).locked is None
    workspace, _ = opened({**project, f"{ROOT}/uv.lock": LOCK}, "alpha-1")
    assert messages(workspace) == ["alpha 1 is installed, but 2 is locked", "beta 2 is not installed"]


def test_an_environment_of_hatchs_may_be_locked_by_another_tool() -> None:
    hatch = f'{PROJECT}[tool.hatch.envs.default]\npath = ".venv"\n'
    workspace, _ = opened({f"{ROOT}/pyproject.toml": hatch, f"{ROOT}/uv.lock": LOCK}, "alpha-1")
    environment_ = workspace.facts(ROOT).environment
    assert environment_ is not None and environment_.kind == "hatch"
    assert messages(workspace) == ["alpha 1 is installed, but 2 is locked", "beta 2 is not installed"]


def test_what_is_offered_is_for_the_text_as_it_is_now() -> None:
    path = f"{ROOT}/requirements.txt"
    workspace, _ = opened({path: "alpha\nalpha\n    # via beta\n"}, "alpha-1")

    def taken_out() -> list[Span]:
        (finding,) = [each for each in workspace.findings(path) if each.code == "duplicate-requirement"]
        return [edit.span for action in workspace.actions(finding) for edit in action.edits]

    assert taken_out() == [Span(6, 27)]
    workspace.open(path, "alpha\nalpha\n")
    assert taken_out() == [Span(6, 12)]
    workspace.close(path)
    assert taken_out() == [Span(6, 27)]


GIVEN_UP = f"This project takes too long to be checked: it was given up after {limits.MOST_SECONDS:g} seconds."


def test_a_project_that_takes_too_long_is_tried_again_only_when_it_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    lib, texts = f"{ROOT}/lib/setup.py", "-r more.txt\n./lib\n"
    files = {f"{ROOT}/pyproject.toml": PROJECT, f"{ROOT}/requirements.txt": texts, f"{ROOT}/more.txt": "more\n", lib: "setup()\n"}
    workspace, machine = opened({**files, f"{ROOT}/uv.lock": LOCK}, "beta-2")
    plain = messages(workspace)
    assert plain == ["more is not installed", "alpha is not installed (2 is locked)"]
    too_long = True
    tries: list[str] = []

    def within(seconds: float, work: Callable[[], Any], otherwise: Callable[[], Any]) -> Any:
        if seconds == limits.MOST_SECONDS:
            tries.append("a try")
            if too_long:
                work()
                return otherwise()
        return work()

    def is_given_up() -> bool:
        findings = workspace.check().findings
        assert all(finding.message == GIVEN_UP or finding.code == "selected-environment" for finding in findings)
        assert [(each.path, each.span) for each in findings if each.message == GIVEN_UP] == [(f"{ROOT}/pyproject.toml", Span(0, 0))]
        return True

    def change(path: str, text: str | None) -> Callable[[], None]:
        return lambda: put(workspace, machine, path, text)

    monkeypatch.setattr(machine, "within", within)
    changes: list[Callable[[], None]] = [
        change(f"{ROOT}/pyproject.toml", PROJECT.replace('"1"', '"2"')),
        change(f"{ROOT}/more.txt", "more>1\n"),
        change(f"{ROOT}/uv.lock", LOCK + "\n"),
        change(f"{SITE}/gamma-1.dist-info/METADATA", "Name: gamma\nVersion: 1\n"),
        change(f"{ROOT}/.python-version", "3.12\n"),
        lambda: workspace.configure({"sync.groups": ["docs"]}),
        change(lib, "setup(name='lib')\n"),  # which only a rule looked at
    ]
    for happens in changes:
        too_long = True
        put(workspace, machine, f"{ROOT}/requirements.txt", f"{texts}# {len(tries)}\n")
        assert is_given_up()
        too_long = False
        workspace.changed([f"{ROOT}/README"])
        assert is_given_up()
        happens()
        assert GIVEN_UP not in messages(workspace)
        assert "alpha is not installed (2 is locked)" in messages(workspace) or "alpha is not installed" in messages(workspace)


def test_of_a_lock_only_what_the_synced_group_adds_is_softer() -> None:
    group = '[package.dev-dependencies]\ndocs = [{ name = "sphinx" }]\n\n[package.metadata]'
    lock = LOCK.replace("[package.metadata]", group).replace(
        'dist = [{ name = "alpha" }]\n',
        'dist = [{ name = "alpha" }]\n\n[package.metadata.requires-dev]\ndocs = [{ name = "sphinx" }]\n',
    )
    source = 'source = { registry = "https://pypi.org/simple" }\n'
    for name, more in (("sphinx", 'dependencies = [{ name = "jinja2" }]\n'), ("jinja2", "")):
        lock += f'\n[[package]]\nname = "{name}"\nversion = "5"\n{source}{more}'
    memory = MemoryMemory()
    synced_groups.remember(memory, f"{ROOT}/.venv", ("docs",), ())
    files = {**environment(f"{ROOT}/.venv"), f"{ROOT}/pyproject.toml": GROUPS, f"{ROOT}/uv.lock": lock}
    workspace = Workspace(MemoryMachine(files), memory, strict=True)
    workspace.set_roots((ROOT,))
    workspace.discover()
    shown = {each.message: each.severity for each in workspace.check().findings if each.code != "selected-environment"}
    assert shown == {
        "alpha is not installed (2 is locked)": "warning",
        "beta 2 is not installed": "warning",
        "sphinx is not installed (5 is locked) (you synced group docs)": "information",
        "jinja2 5 is not installed (you synced group docs)": "information",
    }


def test_of_a_file_outside_each_kind_of_fault_is_counted() -> None:
    main = f"{ROOT}/requirements.txt"
    workspace, _ = opened({main: "-r /secret.txt\n", "/secret.txt": "hidden\n!!\nhidden2\n"})
    assert sorted(messages(workspace)) == [
        "This is for 2 places in the included file, which is outside the workspace and is not shown.",
        "This is for one place in the included file, which is outside the workspace and is not shown.",
    ]


def test_what_is_looked_at_for_a_requirement_counts_like_its_text() -> None:
    """Nothing of the project itself changes: only what a rule looked at."""
    lib = f"{ROOT}/lib/pyproject.toml"
    workspace, machine = opened({f"{ROOT}/requirements.txt": "-e ./lib\n", lib: PROJECT.replace('"me"', '"lib"')}, "alpha-1")

    def missing() -> list[str]:
        return [message for message in messages(workspace) if message.endswith("is not installed")]

    assert missing() == ["lib is not installed"]
    for text, expected in ((PROJECT.replace('"me"', '"other"'), "other"), (PROJECT.replace('"me"', '"lib"'), "lib")):
        machine.files.put(lib, text)
        workspace.changed([lib])
        assert missing() == [f"{expected} is not installed"]
        assert missing() == [f"{expected} is not installed"]


def test_what_is_included_and_not_there_is_looked_for() -> None:
    workspace, machine = opened({f"{ROOT}/requirements.txt": "-r gone.txt\n-r ../above.txt\nalpha\n"}, "alpha-1")
    workspace.check()
    assert {f"{ROOT}/gone.txt", "/w/above.txt"} <= set(workspace.outlook.watched())
    put(workspace, machine, f"{ROOT}/gone.txt", "beta\n")
    assert "beta is not installed" in messages(workspace)


def test_whose_findings_a_file_may_have_is_known_before_anything_was_checked() -> None:
    files: dict[str, Content] = {"/w/p/a/requirements.txt": "-r ../b/more.txt\nalpha\n", "/w/p/b/requirements.txt": "alpha\n"}
    workspace, _ = opened({**files, "/w/p/b/more.txt": "beta\n"}, "alpha-1")
    assert [each.message for each in workspace.findings("/w/p/b/more.txt")] == ["beta is not installed"]


def test_the_root_of_a_workspace_is_read_for_its_members() -> None:
    root = '[project]\nname = "w"\nversion = "1"\n[tool.uv.workspace]\nmembers = ["a"]\n'
    workspace, _ = opened({f"{ROOT}/pyproject.toml": root, f"{ROOT}/a/pyproject.toml": PROJECT, f"{ROOT}/uv.lock": ""})
    # True as well where nobody has worked out yet what a project includes.
    assert {project.root for project in workspace.readers_of(f"{ROOT}/pyproject.toml")} == {ROOT, f"{ROOT}/a"}
    workspace.check()
    assert [project.root for project in workspace.readers_of(f"{ROOT}/pyproject.toml")] == [ROOT, f"{ROOT}/a"]
    assert [project.root for project in workspace.readers_of(f"{ROOT}/a/pyproject.toml")] == [f"{ROOT}/a"]
    assert [project.root for project in workspace.readers_of(f"{ROOT}/uv.lock")] == [ROOT, f"{ROOT}/a"]


def test_a_script_is_compared_with_its_own_lock() -> None:
    script = f"{ROOT}/a.py"
    lock = LOCK.replace("[package.metadata]\nrequires-dist = ", "[manifest]\nrequirements = ")
    own = lock[lock.index("[[package]]") : lock.index("[manifest]")]
    files = {
        script: '# /// script\n# requires-python = ">=3.12"\n# dependencies = ["alpha"]\n# ///\n',
        f"{script}.lock": lock.replace(own, ""),
    }
    workspace, _ = opened({**files, **environment(f"{ROOT}/box", packages=("alpha-1",))})
    workspace.take_up(script)
    workspace.select(script, f"{ROOT}/box")
    locked = workspace.facts(script).locked
    assert locked is not None and locked.path == f"{script}.lock" and locked.problem is None
    assert "alpha 1 is installed, but 2 is locked" in [each.message for each in workspace.findings(script)]


def test_what_the_root_of_a_workspace_says_counts_for_its_members_when_it_changes() -> None:
    root, member = f"{ROOT}/pyproject.toml", f"{ROOT}/a/pyproject.toml"
    text = '[project]\nname = "w"\nversion = "1"\nrequires-python = ">=3.12"\n[tool.uv.workspace]\nmembers = ["a"]\n'
    lock = LOCK.replace("\n[[package]]", '\n[manifest]\nmembers = ["me", "w"]\n\n[[package]]', 1).replace('virtual = "."', 'virtual = "a"')
    lock += '[[package]]\nname = "w"\nversion = "1"\nsource = { virtual = "." }\n'
    workspace, machine = opened({root: text, member: PROJECT, f"{ROOT}/uv.lock": lock}, "alpha-2", "beta-2")

    def stale() -> set[str]:
        return {each.path for each in workspace.check().findings if each.code == "stale-lock"}

    assert stale() == set()
    put(workspace, machine, root, f'{text}[tool.uv.sources]\nalpha = {{ git = "https://example.com/alpha" }}\n')
    assert stale() == {member}
    put(workspace, machine, root, text)
    assert stale() == set()


def test_what_a_project_rests_on_is_forgotten_with_it() -> None:
    own = f"{ROOT}/a/lib/pyproject.toml"
    workspace, machine = opened({f"{ROOT}/requirements.txt": "alpha\n", f"{ROOT}/a/requirements.txt": "./lib\n", own: PROJECT})
    workspace.check()
    assert own in workspace.outlook.watched()
    put(workspace, machine, own, None)
    put(workspace, machine, f"{ROOT}/a/requirements.txt", None)
    workspace.check()
    assert own not in workspace.outlook.watched()


def test_a_file_that_is_no_longer_included_has_no_findings_of_who_included_it() -> None:
    including, included = f"{ROOT}/a/requirements.txt", f"{ROOT}/b/more.txt"
    workspace, _ = opened({including: "-r ../b/more.txt\n", included: "beta\n", f"{ROOT}/b/requirements.txt": "alpha\n"})
    workspace.check()
    for path in (including, included):
        assert [project.root for project in workspace.readers_of(included)] == [f"{ROOT}/b", f"{ROOT}/a"]
        workspace.changed([path])
    workspace.open(including, "-r ../b/more.txt\nbeta\n")
    workspace.check()
    sortings = workspace.sortings
    workspace.open(including, "alpha\n")
    workspace.check()
    assert [project.root for project in workspace.readers_of(included)] == [f"{ROOT}/b"]
    assert workspace.sortings == sortings


def test_a_project_that_takes_too_long_with_what_is_known_of_it_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    workspace, machine = opened({f"{ROOT}/requirements.txt": "alpha\n"})
    for _ in range(2):
        assert messages(workspace) == ["alpha is not installed"]
    monkeypatch.setattr(machine, "within", lambda seconds, work, otherwise: work() and otherwise() if seconds > 5 else work())
    assert messages(workspace) == [GIVEN_UP]
    # What it lists is not known: nothing is put into it.
    assert declaring.edits(("alpha>1",), workspace.facts(ROOT)).problem == f"No manifest in {ROOT} can be edited."


def test_what_a_lock_no_longer_says_is_not_kept() -> None:
    path = f"{ROOT}/pyproject.toml"
    workspace, _ = opened({path: PROJECT, f"{ROOT}/uv.lock": LOCK}, "beta-2")
    older = PROJECT.replace("3.12", "3.11")
    for text, message in ((PROJECT, "alpha is not installed (2 is locked)"), (older, "alpha is not installed")) * 2:
        workspace.open(path, text)
        assert message in [each.message for each in workspace.findings(path)]


def test_a_project_is_given_up_in_the_midst_of_what_it_is_read_for(monkeypatch: pytest.MonkeyPatch) -> None:
    workspace, machine = opened({f"{ROOT}/requirements.txt": "alpha\n", f"{ROOT}/other/requirements.txt": "beta\n"})

    def within(seconds: float, work: Callable[[], Any], otherwise: Callable[[], Any]) -> Any:
        try:
            return work()
        except TimeoutError:
            return otherwise()

    def git(*_: object) -> None:
        raise TimeoutError

    monkeypatch.setattr(machine, "within", within)
    monkeypatch.setattr(machine, "git", git)
    assert messages(workspace) == [GIVEN_UP, GIVEN_UP]
    monkeypatch.undo()
    for name, expected in (("", "alpha"), ("other/", "beta")):
        put(workspace, machine, f"{ROOT}/{name}requirements.txt", f"{expected}>1\n")
    assert sorted(messages(workspace)) == ["alpha is not installed", "beta is not installed"]
