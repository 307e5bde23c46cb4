"""Twice as many projects are twice the work, and looking at what a walk has found so far is no more work than looking at all of it."""

from __future__ import annotations

import gc
from collections.abc import Callable

import pytest

from tests.effort import assert_even
from tests.memory_machine import MemoryMachine, MemoryMemory
from venvls.checking import Checker
from venvls.imports.first_party import FirstParty
from venvls.manifests.pep508.requirement import parse_requirement
from venvls.model.finding import Project
from venvls.model.ports import WalkResult, Wanted
from venvls.readership import Readership
from venvls.workspace import Workspace


def tree(projects: int, every: int = 4) -> dict[str, str]:
    """Projects of two files each, of which one includes the other, and an environment for every fourth, or so."""
    files = {}
    for number in range(projects):
        root = f"/w/service{number}"
        files[f"{root}/requirements.txt"] = "six==1.0\n-r more.txt\n"
        files[f"{root}/more.txt"] = "attrs==1.0\n"
        if number % every == 0:
            files[f"{root}/.venv/pyvenv.cfg"] = "home = /usr/bin\nversion = 3.12.1\n"
            files[f"{root}/.venv/bin/python"] = ""
            files[f"{root}/.venv/lib/python3.12/site-packages/six-1.0.dist-info/METADATA"] = "Name: six\nVersion: 1.0\n"
            files[f"{root}/.venv/lib/python3.12/site-packages/six-1.0.dist-info/INSTALLER"] = "pip\n"
    return files


class Telling(MemoryMachine):
    """A machine whose walk tells after each manifest what it has found so far."""

    def walk(self, root: str, *, wanted: Wanted, partial: Callable[[WalkResult], None] | None = None, **bounds: object) -> WalkResult:
        whole = super().walk(root, wanted=wanted)
        for number in range(len(whole.manifests) if partial is not None else 0):
            partial(WalkResult(whole.environments[:number], whole.manifests[:number]))
        return whole


def opened(machine: MemoryMachine) -> Workspace:
    workspace = Workspace(machine, MemoryMemory(), strict=True)
    workspace.set_roots(["/w"])
    return workspace


def test_looking_at_every_file_grows_with_their_number() -> None:
    spaces = {}

    def look(projects: int) -> None:
        workspace = spaces[projects]
        assert [len(workspace.findings(path)) > 0 for path in workspace.manifests()]

    for projects in (2, 60, 120):
        spaces[projects] = opened(MemoryMachine(tree(projects)))
        spaces[projects].discover()
        look(projects)
    assert_even(look, 60)


def test_whose_a_file_is_takes_no_look_at_every_project(monkeypatch: pytest.MonkeyPatch) -> None:
    workspace = opened(MemoryMachine(tree(40)))
    workspace.discover()
    workspace.check()
    asked: list[str] = []
    plain = Readership.reads

    def reads(self: Readership, project: Project, path: str) -> bool:
        asked.append(project.root)
        return plain(self, project, path)

    monkeypatch.setattr(Readership, "reads", reads)
    assert [project.root for project in workspace.readers_of("/w/service7/more.txt")] == ["/w/service7"]
    assert asked == ["/w/service7"]


def test_what_can_be_done_about_each_finding_grows_with_their_number() -> None:
    """Each project could use every environment there is: which is the nearest is not worked out for what installs something."""
    spaces = {}

    def offer(projects: int) -> None:
        workspace = spaces[projects]
        findings = [finding for finding in workspace.check().findings if finding.code == "missing-requirement"]
        assert len(findings) == projects
        assert all(workspace.actions(finding) for finding in findings)

    for projects in (2, 20, 40):
        spaces[projects] = opened(MemoryMachine({**tree(projects, every=1), "/usr/bin/python3.12": ""}))
        spaces[projects].discover()
    assert_even(offer, 20)


def test_who_shares_an_environment_is_sorted_once_for_all_projects() -> None:
    """Each project's code may import what another that uses the same environment declares."""
    below = "/w/service1/below"
    workspace = opened(MemoryMachine({**tree(3, every=1), f"{below}/requirements.txt": "six\n", "/usr/bin/python3.12": ""}))
    workspace.discover()
    used = {project.root: project.environment for project in workspace.projects()}
    first, second, third = used["/w/service0"], used["/w/service1"], used[below]
    assert first is not None and second is not None and third is not None
    assert list(workspace._here.sharing(first)) == ["/w/service0"]
    assert set(workspace._here.sharing(second)) == {"/w/service1", below}
    assert workspace._here.sharing(second) is workspace._here.sharing(third)
    workspace.select("/w/service0", "/w/service1/.venv")
    assert set(workspace._here.sharing(second)) == {"/w/service0", "/w/service1", below}


def test_what_is_found_so_far_is_known_early_and_sorted_few_times() -> None:
    known: list[int] = []
    workspace = opened(Telling(tree(64)))
    workspace.discover(lambda: known.append(len(workspace.projects())))
    assert known == sorted(known)
    assert 0 < known[10] < known[60] < 64 == known[-1]
    assert workspace.sortings <= 10


def test_what_was_found_bit_by_bit_is_what_is_there() -> None:
    whole, bit_by_bit = opened(MemoryMachine(tree(20))), opened(Telling(tree(20)))
    whole.discover()
    bit_by_bit.discover(lambda: None)
    assert whole.projects() == bit_by_bit.projects()
    assert whole.check().findings == bit_by_bit.check().findings


def test_a_file_that_another_project_includes_later_is_of_both() -> None:
    machine = MemoryMachine({**tree(3), "/w/service1/requirements.txt": "six\n"})
    workspace = opened(machine)
    workspace.discover()
    path = "/w/service2/requirements.txt"
    before = workspace.findings(path)
    assert {finding.project for finding in before} == {"/w/service2"}
    workspace.open("/w/service1/requirements.txt", "six\n-r ../service2/requirements.txt\n")
    workspace.findings("/w/service1/requirements.txt")
    assert [project.root for project in workspace.readers_of(path)] == ["/w/service2", "/w/service1"]
    # What both say alike is said by the one that a workspace opened only now lets say it.
    machine.files.put("/w/service1/requirements.txt", "six\n-r ../service2/requirements.txt\n")
    fresh = opened(machine)
    fresh.discover()
    assert workspace.findings(path) == fresh.findings(path)
    workspace.open("/w/service1/requirements.txt", "six\n")
    workspace.findings("/w/service1/requirements.txt")
    assert [project.root for project in workspace.readers_of(path)] == ["/w/service2"]


def test_the_first_file_is_looked_at_without_a_verdict_on_any_other_project(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever includes a file has a say in it; which projects these are is known from what they include."""
    machine = MemoryMachine({**tree(40, every=1), "/w/service9/requirements.txt": "six\n-r ../service7/requirements.txt\n"})
    workspace = opened(machine)
    workspace.discover()
    asked: list[str] = []
    plain = Checker._work_out

    def work_out(self: Checker, project: Project) -> object:
        asked.append(project.root)
        return plain(self, project)

    monkeypatch.setattr(Checker, "_work_out", work_out)
    assert workspace.findings("/w/service3/requirements.txt")
    assert set(asked) == {"/w/service3"}
    assert workspace.findings("/w/service7/requirements.txt")
    assert set(asked) == {"/w/service3", "/w/service7", "/w/service9"}


def test_in_a_round_each_project_is_looked_at_once_and_outside_of_it_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    workspace = opened(MemoryMachine(tree(6, every=1)))
    workspace.discover()
    asked: list[str] = []
    plain = Checker._work_out

    def work_out(self: Checker, project: Project) -> object:
        asked.append(project.root)
        return plain(self, project)

    def everything() -> None:
        for path in workspace.manifests():
            workspace.findings(path)
        workspace.code.take_stock(workspace.folder_projects(), lambda: None)
        for project in workspace.projects():
            workspace.facts(workspace.described(project).root)

    monkeypatch.setattr(Checker, "_work_out", work_out)
    with workspace.round():
        everything()
        with workspace.round():
            everything()
        assert sorted(asked) == sorted(project.root for project in workspace.projects())
        asked.clear()
        with workspace.pause():
            assert workspace.findings("/w/service0/requirements.txt")
            assert asked == ["/w/service0"]
        everything()
        assert asked == ["/w/service0"], "who asks in between costs a round nothing"
    asked.clear()
    assert workspace.check().findings
    assert sorted(asked) == sorted(project.root for project in workspace.projects())
    asked.clear()
    everything()
    assert len(asked) > 4 * 6


def test_in_a_round_what_was_told_counts_and_in_a_pause_what_nobody_told() -> None:
    path = "/w/service0/requirements.txt"
    machine = MemoryMachine({"/usr/bin/python3.12": "", **tree(2, every=1)})
    workspace = opened(machine)
    workspace.discover()

    def missing() -> set[str]:
        return {finding.message.split()[0] for finding in workspace.findings(path) if finding.code == "missing-requirement"}

    with workspace.round():
        assert not missing()
        workspace.open(path, "typed==1\n")
        assert missing() == {"typed"}
        workspace.close(path)
        assert not missing()
        machine.files.put(path, "one\n")
        assert not missing(), "one state of each project for all that is shown in this round"
        with workspace.pause():
            assert missing() == {"one"}, "who asks in between is told what is so"
            machine.files.put(path, "one\ntwo\n")
            assert missing() == {"one", "two"}
        machine.files.put(path, "three\n")
        workspace.changed({path})
        assert missing() == {"three"}
        machine.files.put("/w/service0/.venv/lib/python3.12/site-packages/three-1.0.dist-info/METADATA", "Name: three\nVersion: 1.0\n")
        workspace.configure({})
        assert not missing()
    machine.files.put(path, "last\n")
    assert missing() == {"last"}


def test_what_projects_have_alike_is_there_once_and_what_a_verdict_took_is_forgotten() -> None:
    workspace = opened(MemoryMachine(tree(80, every=1)))
    workspace.discover()
    workspace.check()
    known = list(workspace._checker._known.every())
    assert len({id(each.facts.target) for each in known}) == 1
    assert sum(bool(each.facts._counted) for each in known) <= 40
    before = parse_requirement("six==1.0")
    assert parse_requirement("six==1.0") is before
    workspace.rest()
    assert parse_requirement("six==1.0") is not before
    assert parse_requirement("six==1.0") == before


SAME = ("", "")
CERTAIN: dict[str, tuple[dict[str, str], tuple[str, str], bool]] = {
    "its environment is in its folder": ({}, SAME, True),
    "it has another usual name, and the reason counts those that there are": ({}, ("/service1/.venv", "/service1/venv"), False),
    "one that goes before is there": ({"/w/service1/.venv/pyvenv.cfg": "home = /nowhere"}, ("/service1/.venv", "/service1/venv"), False),
    "it is further below": ({}, ("/service1/.venv", "/service1/x/.venv"), False),
    "it is broken": ({}, ("/service1/.venv/bin/python", "/service1/python"), False),
    "a folder may have more of its manifests": ({"/w/service1/requirements/docs.txt": "six\n"}, SAME, False),
    "another project includes the file": ({"/w/service2/requirements.txt": "-r ../service1/requirements.txt\n"}, SAME, False),
}


@pytest.mark.parametrize("case", CERTAIN)
def test_what_is_shown_before_all_is_known_rests_on_nothing_that_is_still_to_be_found(case: str) -> None:
    more, moved, certain = CERTAIN[case]
    files = {"/usr/bin/python3.12": "", **tree(3, every=1)}
    files = {path.replace(*moved): text for path, text in files.items() if not path.startswith("/w/service2/.venv")} | more
    workspace = opened(MemoryMachine(files))
    workspace.discover()
    assert workspace.is_certain("/w/service1/requirements.txt") is certain
    assert not workspace.is_certain("/w/service2/requirements.txt")


def test_the_reason_that_is_shown_early_is_the_reason_in_the_end() -> None:
    files = {path.replace("/service1/.venv", "/service1/venv"): text for path, text in tree(3, every=1).items()}
    files |= {f"/w/service1/a/b/other{path[15:]}": text for path, text in tree(2, every=1).items() if path.startswith("/w/service1/.venv")}
    workspace, early = opened(Telling({"/usr/bin/python3.12": "", **files})), set[tuple[str, str]]()

    def partial() -> None:
        early.update((project.root, project.reason) for project in workspace.projects() if workspace.is_certain(project.manifests[0]))

    workspace.discover(partial)
    assert early == {(project.root, project.reason) for project in workspace.projects() if project.root != "/w/service1"}
    assert workspace.which("/w/service1").reason == "venv is the best of 2 environments"


def test_a_file_that_is_open_says_nothing_for_certain_before_its_folder_was_searched() -> None:
    """What else is in the folder may take all meaning from it: a setup.cfg, where a pyproject.toml states everything."""
    path, states = "/w/service1/setup.cfg", "[options]\ninstall_requires =\n    gone\n"
    more = {path: states, "/w/service1/pyproject.toml": '[project]\nname = "a"\nversion = "1"\ndependencies = ["six"]\n[tool.uv]\n'}
    workspace, shown = opened(Telling({"/usr/bin/python3.12": "", **tree(3, every=1), **more})), set[str]()
    workspace.open(path, states)

    def partial() -> None:
        if workspace.is_searching and workspace.is_certain(path):
            shown.update(finding.message for finding in workspace.findings(path))

    workspace.discover(partial)
    assert shown == set() == {finding.message for finding in workspace.findings(path)}
    assert workspace.is_certain("/w/service1/requirements.txt")


def test_a_folder_that_is_searched_again_is_known_meanwhile() -> None:
    workspace = opened(Telling(tree(8)))
    workspace.discover()
    known: list[int] = []
    workspace.discover(lambda: known.append(len(workspace.projects())))
    assert set(known) == {8}


def test_what_changes_between_being_read_in_a_search_and_its_end_is_looked_at_again() -> None:
    machine = Telling(tree(16, every=1))
    workspace = opened(machine)
    steps = 0

    def meanwhile() -> None:
        nonlocal steps
        steps += 1
        if steps == 8:
            assert workspace.projects()[0].locks == ()
            machine.files.put("/w/service0/uv.lock", "version = 1\n")

    workspace.discover(meanwhile)
    assert workspace.look_again()
    assert [project.locks for project in workspace.projects() if project.root == "/w/service0"] == [("/w/service0/uv.lock",)]
    assert not workspace.look_again()


def test_what_is_installed_where_nobody_watched_yet_is_looked_at_again() -> None:
    files = {"/usr/bin/python3.12": "", **tree(3, every=1), "/extra/six-1.0.dist-info/METADATA": "Name: six\nVersion: 1.0\n"}
    files["/w/service0/.venv/lib/python3.12/site-packages/more.pth"] = "/extra\n"
    machine = MemoryMachine(files)
    workspace = opened(machine)
    workspace.discover()
    for path in workspace.manifests():
        workspace.findings(path)
    assert not workspace.look_again()
    workspace.open("/w/service0/requirements.txt", "attrs\n")
    assert "missing-requirement" in [finding.code for finding in workspace.findings("/w/service0/requirements.txt")]
    machine.files.put("/extra/attrs-1.0.dist-info/METADATA", "Name: attrs\nVersion: 1.0\n")
    assert workspace.look_again()
    assert "missing-requirement" not in [finding.code for finding in workspace.findings("/w/service0/requirements.txt")]
    assert not workspace.look_again()


def test_what_was_worked_out_on_the_way_is_forgotten_and_the_answers_are_not() -> None:
    machine = MemoryMachine({"/usr/bin/python3.12": "", **tree(80, every=1)})
    workspace, fresh = opened(machine), opened(machine)
    workspace.discover()
    first = {path: workspace.findings(path) for path in workspace.manifests()}
    warm = [root for root, known in workspace._checker._known._now.items() if known.facts.remembered._records]
    assert 0 < len(warm) <= 32
    assert {path: workspace.findings(path) for path in first} == first
    # An edit of a project that had been put to rest is as in one that never was.
    path = "/w/service0/requirements.txt"
    fresh.discover()
    for each in (workspace, fresh):
        each.open(path, "six==1.0\nattrs\nnew\n-r more.txt\n")
    assert workspace.findings(path) == fresh.findings(path) != first[path]
    assert workspace.check().findings == fresh.check().findings


def test_what_code_is_compared_with_is_kept_of_few_projects() -> None:
    files = tree(100, every=1)
    for number in range(100):
        site = f"/w/service{number}/.venv/lib/python3.12/site-packages/extra-1.0.dist-info"
        files |= {f"{site}/METADATA": "Name: extra\nVersion: 1.0\n", f"{site}/INSTALLER": "pip\n", f"{site}/REQUESTED": ""}
    files["/usr/bin/python3.12"] = ""
    workspace = opened(MemoryMachine(files))
    workspace.discover()
    before = sum(isinstance(each, FirstParty) for each in gc.get_objects())

    def unrecorded(number: int) -> list[str]:
        return [finding.code for finding in workspace.findings(f"/w/service{number}/requirements.txt") if finding.code.startswith("unr")]

    for _ in range(2):
        workspace.code.take_stock(workspace.folder_projects(), lambda: None)
        assert all(unrecorded(number) == ["unrecorded-package"] for number in range(100)), "what was found is known of all"
        gc.collect()
        assert sum(isinstance(each, FirstParty) for each in gc.get_objects()) - before < 70


def test_a_key_in_code_looks_at_no_other_project_with_its_environment_until_something_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    site = "/w/.venv/lib/python3.12/site-packages"
    files = {f"/w/service{number}/requirements.txt": "six==1.0\n" for number in range(9)}
    files |= {"/w/.venv/pyvenv.cfg": "home = /usr/bin\nversion = 3.12.1\n", "/w/.venv/bin/python": "", "/usr/bin/python3.12": ""}
    for name in ("six", "extra"):
        dist_info = f"{site}/{name}-1.0.dist-info"
        files |= {f"{dist_info}/METADATA": f"Name: {name}\nVersion: 1.0\n", f"{dist_info}/INSTALLER": "pip\n"}
        files |= {f"{dist_info}/RECORD": f"{name}.py,,\n", f"{site}/{name}.py": ""}
    machine, code, other = MemoryMachine(files), "/w/service0/a.py", "/w/service8/requirements.txt"
    workspace = opened(machine)
    workspace.discover()
    workspace.code.is_told = True
    asked: list[str] = []
    plain = Checker._work_out

    def work_out(self: Checker, project: Project) -> object:
        asked.append(project.root)
        return plain(self, project)

    monkeypatch.setattr(Checker, "_work_out", work_out)

    def key(number: int) -> list[str]:
        asked.clear()
        workspace.open(code, f"import six, extra\nx = {number}\n")
        return [finding.message.split()[0].strip("`") for finding in workspace.findings(code)]

    assert key(1) == ["extra"]
    assert len(set(asked)) == 9
    assert key(2) == ["extra"]
    assert set(asked) == {"/w/service0"}
    machine.files.put(other, "extra\n")
    workspace.changed({other})
    assert not key(3), "what another project declares counts once it is told"
    workspace.open(other, "six\n")
    assert key(4) == ["extra"], "as it does while it is typed"
    assert key(5) == ["extra"]
    assert set(asked) == {"/w/service0"}
    workspace.close(other)
    assert not key(6)
    workspace.code.is_told = False
    machine.files.put(other, "six\n")
    assert key(7) == ["extra"], "where nobody tells each is looked at"
