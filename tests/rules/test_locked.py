"""What is said of a project with a lock, to the letter: in the manifest what it names, in the lock the rest, each joined to the other."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from tests.memory_machine import MemoryMachine, MemoryMemory, environment
from tests.memory_tree import Content
from venvls.model.record import replace
from venvls.rules.satisfaction import verdict
from venvls.workspace import Workspace

ROOT = "/w/p"
SITE = f"{ROOT}/.venv/lib/python3.12/site-packages"
PROJECT = '[project]\nname = "me"\nversion = "1"\nrequires-python = ">=3.12"\ndependencies = ["alpha"]\n'
INDEX = '{ registry = "https://pypi.org/simple" }'
LOCK = f"""version = 1
requires-python = ">=3.12"

[[package]]
name = "me"
version = "1"
source = {{ virtual = "." }}
dependencies = [{{ name = "alpha" }}]

[package.metadata]
requires-dist = [{{ name = "alpha" }}]

[[package]]
name = "alpha"
version = "2"
source = {INDEX}
dependencies = [{{ name = "beta" }}]

[[package]]
name = "beta"
version = "2"
source = {INDEX}
"""
COMMIT, OTHER = "a" * 40, "b" * 40
URL = "https://example.com/alpha.git"


def installed(name: str, version: str = "2", origin: object = None) -> dict[str, Content]:
    info = f"{SITE}/{name}-{version}.dist-info"
    tree: dict[str, Content] = {f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n", f"{info}/RECORD": ""}
    return {**tree, f"{info}/INSTALLER": "uv\n", **({f"{info}/direct_url.json": json.dumps(origin)} if origin is not None else {})}


def lines(*installs: Mapping[str, Content], project: str = PROJECT, lock: str = LOCK) -> list[tuple[object, ...]]:
    """Of each finding: severity, code, file, marked text, message, what it is joined to, and its data."""
    tree: dict[str, Content] = {**environment(f"{ROOT}/.venv"), f"{ROOT}/pyproject.toml": project, f"{ROOT}/uv.lock": lock}
    for more in installs:
        tree.update(more)
    workspace = Workspace(MemoryMachine(tree), MemoryMemory(), strict=True)
    workspace.set_roots((ROOT,))
    workspace.discover()

    def shown(path: str, start: int, end: int) -> str:
        return f"{path.removeprefix(ROOT + '/')}: {workspace.text(path).source[start:end]}"

    return [
        (
            f"{each.severity} {each.code} {shown(each.path, *each.span)}",
            each.message,
            [(shown(other.path, *other.span), other.message) for other in each.related],
            dict(each.data),
        )
        for each in workspace.check().findings
        if each.code != "selected-environment"
    ]


def test_a_name_in_a_lock_is_said_as_its_requirement_writes_it() -> None:
    shown = lines(installed("alpha"), project=PROJECT.replace('"alpha"', '"Alpha"'))
    assert [line[2] for line in shown] == [[("pyproject.toml: Alpha", "Alpha leads to it")]]


HERE, THROUGH = [("uv.lock: alpha", "locked here")], [("pyproject.toml: alpha", "alpha leads to it")]
INDIRECT = {"name": "beta", "locked": "2"}


def test_nothing_is_said_of_what_is_as_locked() -> None:
    assert lines(installed("alpha"), installed("beta")) == []


def test_what_is_missing() -> None:
    assert lines() == [
        ("warning missing-requirement pyproject.toml: alpha", "alpha is not installed (2 is locked)", HERE, {}),
        ("warning missing-requirement uv.lock: beta", "beta 2 is not installed", THROUGH, INDIRECT),
    ]


def test_another_version() -> None:
    assert lines(installed("alpha", "1"), installed("beta", "1")) == [
        ("warning version-mismatch pyproject.toml: alpha", "alpha 1 is installed, but 2 is locked", HERE, {"locked": "2"}),
        ("warning version-mismatch uv.lock: beta", "beta 1 is installed, but 2 is locked", THROUGH, INDIRECT),
    ]


def test_another_source_than_the_index() -> None:
    alpha = {"url": URL, "vcs_info": {"vcs": "git", "commit_id": COMMIT}}
    beta = {"url": "file:///src/beta", "dir_info": {"editable": True}}
    end = "but the lock requires it from a package index"
    assert lines(installed("alpha", origin=alpha), installed("beta", origin=beta)) == [
        ("warning source-mismatch pyproject.toml: alpha", f"alpha was installed from {URL}, {end}", HERE, {}),
        ("warning source-mismatch uv.lock: beta", f"beta was installed as editable from file:///src/beta, {end}", THROUGH, INDIRECT),
    ]


@pytest.mark.parametrize(
    ("origin", "message"),
    [
        (None, "alpha was installed from a package index, but the lock names another source"),
        ({"url": URL, "vcs_info": {"vcs": "git", "commit_id": COMMIT}}, "alpha was installed from commit aaaaaaaaaaaa, not bbbbbbbbbbbb"),
        ({"url": URL, "vcs_info": {"vcs": "git", "commit_id": OTHER}}, None),
    ],
)
def test_another_commit(origin: object, message: str | None) -> None:
    git = f"{URL}?rev=v2"
    lock = LOCK.replace(f'"2"\nsource = {INDEX}\ndep', f'"2"\nsource = {{ git = "{git}#{OTHER}" }}\ndep')
    lock = lock.replace('dist = [{ name = "alpha" }]', f'dist = [{{ name = "alpha", git = "{git}" }}]')
    project = f'{PROJECT}[tool.uv.sources]\nalpha = {{ git = "{URL}", rev = "v2" }}\n'
    shown = lines(installed("alpha", origin=origin), installed("beta"), project=project, lock=lock)
    assert shown == ([("warning source-mismatch pyproject.toml: alpha", message, HERE, {})] if message else [])


def test_what_the_lock_does_not_require() -> None:
    data = {"name": "gamma", "version": "1"}
    assert lines(installed("alpha"), installed("beta"), installed("gamma", "1")) == [
        ("hint extraneous-package uv.lock: ", "gamma 1 is installed, but uv.lock does not require it", [], data)
    ]


def test_of_a_stale_lock_what_still_stands_is_compared() -> None:
    project = PROJECT.replace('"alpha"', '"alpha", "gamma"')
    stale = "uv.lock does not match this file any more: `gamma` is different from what was locked. Run `uv lock`, or sync."
    assert lines(installed("alpha", "1"), installed("beta", "1"), project=project) == [
        ("warning version-mismatch pyproject.toml: alpha", "alpha 1 is installed, but 2 is locked", HERE, {"locked": "2"}),
        ("warning missing-requirement pyproject.toml: gamma", "gamma is not installed", [], {}),
        ("warning stale-lock pyproject.toml: gamma", stale, [("uv.lock: ", "the lock")], {"tool": "uv"}),
        ("warning version-mismatch uv.lock: beta", "beta 1 is installed, but 2 is locked", THROUGH, INDIRECT),
    ]
    # What is required in another way now says nothing of what it leads to.
    other = lines(installed("beta", "1"), project=PROJECT.replace('"alpha"', '"alpha>2"'))
    assert [line[1] for line in other][:1] == ["alpha is not installed"] and len(other) == 2


def test_a_lock_that_cannot_be_read() -> None:
    message = "uv.lock cannot be read from line 1 on: run `uv lock` to create it again."
    assert lines(installed("alpha", "1"), lock="[x\n") == [("warning stale-lock uv.lock: ", message, [], {})]


def test_the_project_itself() -> None:
    build = '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n'
    shown = lines(installed("alpha"), installed("beta"), project=f"{PROJECT}{build}", lock=LOCK.replace("virtual", "editable"))
    assert shown == [("warning missing-requirement pyproject.toml: dependencies", "me 1 is not installed", [], {"name": "me"})]


def test_what_the_tool_would_build_again_and_why() -> None:
    build = '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n'
    me = installed("me", "1", {"url": f"file://{ROOT}", "dir_info": {"editable": True}})
    tree = {**environment(f"{ROOT}/.venv"), **installed("alpha"), **installed("beta"), **me}
    tree |= {f"{ROOT}/pyproject.toml": PROJECT + build, f"{ROOT}/uv.lock": LOCK.replace("virtual", "editable")}
    machine = MemoryMachine(tree)
    stat = machine.files.stat(f"{ROOT}/pyproject.toml")
    assert stat is not None

    def shown(nanoseconds: int | None, *folders: str) -> list[str]:
        stamp = {"secs_since_epoch": 0, "nanos_since_epoch": nanoseconds} if nanoseconds is not None else None
        recorded = json.dumps({"timestamp": stamp, "directories": {folder: {"inode": 1} for folder in folders}})
        machine.files.put(f"{SITE}/me-1.dist-info/uv_cache.json", recorded)
        workspace = Workspace(machine, MemoryMemory(), strict=True)
        workspace.set_roots((ROOT,))
        workspace.discover()
        findings = [each for each in workspace.check().findings if each.code == "outdated-install"]
        return [each.message.removeprefix("uv would install me again: ") for each in findings]

    now = stat.changed_ns
    assert shown(now) == []
    assert shown(now - 1) == shown(None) == ["its pyproject.toml has changed since"]
    assert shown(now + 1) == ["a file that it was built from is gone or was replaced"]
    assert shown(now, "src") == ["its folder src is gone"]
    machine.files.put(f"{ROOT}/src/me.py", "")
    assert shown(now) == ["its folder src is new"]
    assert shown(now, "src") == []
    machine.files.take(f"{ROOT}/src")
    assert shown(now - 1, "src") == ["its pyproject.toml has changed since"]


def test_what_is_installed_and_not_locked_is_greyed_out_where_it_is_the_environments_own() -> None:
    base = "/opt/py3.12/lib/python3.12/site-packages"
    tree: dict[str, Content] = {
        **environment(f"{ROOT}/.venv"),
        f"{ROOT}/pyproject.toml": PROJECT,
        f"{ROOT}/uv.lock": LOCK,
        f"{base}/inherited-1.dist-info/METADATA": "",
        f"{ROOT}/.venv/pyvenv.cfg": "home = /opt/py3.12/bin\nversion = 3.12.4\ninclude-system-site-packages = true\n",
        **installed("gamma", "1"),
    }
    workspace = Workspace(MemoryMachine(tree), MemoryMemory(), strict=True)
    workspace.set_roots((ROOT,))
    workspace.discover()
    snapshot = workspace.facts(ROOT).installed
    assert snapshot is not None and "inherited" in snapshot.distributions
    extraneous = [each for each in workspace.check().findings if each.code == "extraneous-package"]
    assert [(each.data["name"], each.unnecessary) for each in extraneous] == [("gamma", True)]


def test_a_folder_inside_what_is_locked() -> None:
    git = f"{URL}?subdirectory=one"
    lock = LOCK.replace(f'"2"\nsource = {INDEX}\ndep', f'"2"\nsource = {{ git = "{git}#{COMMIT}" }}\ndep')
    lock = lock.replace('dist = [{ name = "alpha" }]', f'dist = [{{ name = "alpha", git = "{git}" }}]')
    project = f'{PROJECT}[tool.uv.sources]\nalpha = {{ git = "{URL}", subdirectory = "one" }}\n'
    for folder, message in (("one", []), ("two", ["alpha was installed from another folder of the repository, two"])):
        origin = {"url": URL, "vcs_info": {"vcs": "git", "commit_id": COMMIT}, "subdirectory": folder}
        assert [line[1] for line in lines(installed("alpha", origin=origin), installed("beta"), project=project, lock=lock)] == message


def test_of_a_stale_lock_an_extra_counts_where_it_is_required() -> None:
    extra = '[package.optional-dependencies]\nx = [{ name = "beta" }]\n'
    lock = LOCK.replace('dependencies = [{ name = "beta" }]\n', extra).replace('{ name = "alpha" }', '{ name = "alpha", extras = ["x"] }')
    for required, shown in (("alpha[x]", ["beta 1 is installed, but 2 is locked"]), ("alpha", [])):
        project = PROJECT.replace('"alpha"', f'"{required}", "gamma"')
        found = lines(installed("alpha"), installed("beta", "1"), installed("gamma"), project=project, lock=lock)
        assert [line[1] for line in found if "stale-lock" not in str(line[0]) and "extraneous" not in str(line[0])] == shown


def test_what_uv_would_build_again_is_named_once_and_in_data() -> None:
    build = '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n'
    me = installed("me", "1", {"url": f"file://{ROOT}", "dir_info": {"editable": True}})
    lock = LOCK.replace("virtual", "editable")
    for scripts, message in (
        ("", "uv would install me again: it was not installed by uv"),
        ('[project.scripts]\nrun = "me:main"\n', "me is installed without the command run: install it again"),
    ):
        shown = lines(installed("alpha"), installed("beta"), me, project=f"{PROJECT}{scripts}{build}", lock=lock)
        assert [(line[1], dict(line[3])["name"]) for line in shown] == [(message, "me")]  # type: ignore[call-overload]


def test_what_only_bounds_or_builds_the_project_covers_no_requirement_of_the_same_text() -> None:
    more = '[tool.uv]\npackage = false\nconstraint-dependencies = ["delta<3"]\n[build-system]\nrequires = ["epsilon"]\n'
    lock = LOCK.replace("\n[[package]]", '\n[manifest]\nconstraints = [{ name = "delta", specifier = "<3" }]\n\n[[package]]', 1)
    listed: dict[str, Content] = {f"{ROOT}/requirements.txt": "alpha\ndelta<3\nepsilon\n"}
    shown = lines(installed("alpha"), installed("beta"), listed, project=PROJECT + more, lock=lock)
    assert [line[1] for line in shown] == ["delta is not installed", "epsilon is not installed"]


def test_what_a_package_needs_is_the_locks_to_say_where_that_was_made_from_its_requirement() -> None:
    needs: dict[str, Content] = {f"{SITE}/alpha-2.dist-info/METADATA": "Name: alpha\nVersion: 2\nRequires-Dist: gamma\n"}
    tree = (installed("alpha"), needs, installed("beta"))
    assert lines(*tree) == []
    for name in ("requirements.txt", "requirements-dev.txt"):
        shown = lines(*tree, {f"{ROOT}/{name}": "alpha>1\n"})
        assert [line[1] for line in shown] == ["alpha requires gamma, which is not installed"]
    # That something is as locked does not make it what another package needs.
    needs = {f"{SITE}/other-1.dist-info/METADATA": "Name: other\nVersion: 1\nRequires-Dist: beta>2\n"}
    shown = lines(installed("alpha"), installed("beta"), installed("other", "1"), needs, {f"{ROOT}/requirements.txt": "other\n"})
    assert [line[1] for line in shown if "extraneous" not in str(line[0])] == ["other requires beta>2, but 2 is installed"]


def test_a_lock_that_names_no_file_was_not_made_from_a_list_of_requirements() -> None:
    index = 'index = "https://pypi.org/simple"\n'
    pylock = f'lock-version = "1.0"\ncreated-by = "x"\n[[packages]]\nname = "alpha"\nversion = "2"\n{index}'
    listed: dict[str, Content] = {f"{ROOT}/requirements.txt": "delta\n", f"{ROOT}/pylock.toml": pylock}
    shown = lines(installed("alpha"), listed, lock="")
    assert [line[1] for line in shown if "stale-lock" not in str(line[0])] == ["delta is not installed"]


def test_what_uv_would_install_again_is_said_at_its_requirement_or_in_the_lock() -> None:
    lock = LOCK.replace(f'"2"\nsource = {INDEX}\ndep', '"2"\nsource = { directory = "lib" }\ndep')
    lock = lock.replace('dist = [{ name = "alpha" }]', 'dist = [{ name = "alpha", directory = "lib" }]')
    lock = lock.replace(f'name = "beta"\nversion = "2"\nsource = {INDEX}', 'name = "beta"\nversion = "2"\nsource = { directory = "low" }')
    project = f'{PROJECT}[tool.uv.sources]\nalpha = {{ path = "lib" }}\n'
    local = [
        installed(name, origin={"url": f"file://{ROOT}/{folder}", "dir_info": {}}) for name, folder in (("alpha", "lib"), ("beta", "low"))
    ]
    listed: dict[str, Content] = {f"{ROOT}/{folder}/setup.py": "setup()\n" for folder in ("lib", "low")}
    why = "again: it was not installed by uv"
    assert lines(*local, listed, project=project, lock=lock) == [
        ("information outdated-install pyproject.toml: alpha", f"uv would install alpha {why}", [], {"name": "alpha"}),
        ("information outdated-install uv.lock: beta", f"uv would install beta {why}", [], {"name": "beta"}),
    ]
    wheel = {"url": "file:///wheels/alpha-2-py3-none-any.whl", "archive_info": {}}
    assert [line[:2] for line in lines(installed("alpha", origin=wheel), installed("beta"))] == [
        (
            "information outdated-install pyproject.toml: alpha",
            "uv would install alpha again: it was installed from a file, alpha-2-py3-none-any.whl, not from the index",
        )
    ]


def test_a_verdict_without_the_lock_is_another_one() -> None:
    tree: dict[str, Content] = {
        **environment(f"{ROOT}/.venv"),
        **installed("alpha", "1"),
        f"{ROOT}/pyproject.toml": PROJECT,
        f"{ROOT}/uv.lock": LOCK,
    }
    workspace = Workspace(MemoryMachine(tree), MemoryMemory(), strict=True)
    workspace.set_roots((ROOT,))
    workspace.discover()
    facts = workspace.facts(ROOT)
    plain = replace(facts, locked=None)
    (requirement,) = facts.manifests[f"{ROOT}/pyproject.toml"].requirements
    for _ in range(2):
        assert [verdict(requirement.parsed, each, ROOT).state for each in (facts, plain)] == ["version", "satisfied"]


@pytest.mark.parametrize(
    ("required", "needed", "listed", "compared"),
    [
        ("alpha", "", "", True),
        ("alpha>1", "", "", True),
        ("alpha; os_name == 'posix'", "", "", True),
        ("alpha[other]", "", "", True),
        ("alpha>2", "", "", False),
        ("alpha; os_name == 'nt'", "", "", False),
        ("alpha @ https://example.com/alpha-2.zip", "", "", False),
        ("alpha", "; os_name == 'nt'", "", False),
        ("gamma>1", "", "alpha", False),  # in a file that the lock was not made from
    ],
)
def test_of_a_stale_lock_what_still_leads_to_a_version_counts(required: str, needed: str, listed: str, compared: bool) -> None:
    marker = f', marker = "{needed[2:]}"' if needed else ""
    lock = LOCK.replace('dependencies = [{ name = "beta" }]', f'dependencies = [{{ name = "beta"{marker} }}, {{ name = "alpha" }}]')
    project = PROJECT.replace('"alpha"', f'"{required}", "delta"')
    more: dict[str, Content] = {f"{ROOT}/requirements.txt": f"{listed}\n"} if listed else {}
    shown = lines(installed("alpha"), installed("beta", "1"), installed("gamma"), installed("delta"), more, project=project, lock=lock)
    versions = [line[1] for line in shown if "version-mismatch uv.lock" in str(line[0])]
    assert versions == (["beta 1 is installed, but 2 is locked"] if compared else [])
    elsewhere = lock.replace(
        f'name = "beta"\nversion = "2"\nsource = {INDEX}', f'name = "beta"\nversion = "2"\nsource = {{ git = "{URL}#{COMMIT}" }}'
    )
    shown = lines(installed("alpha"), installed("beta", "1"), installed("gamma"), installed("delta"), more, project=project, lock=elsewhere)
    assert [line[1] for line in shown if "version-mismatch uv.lock" in str(line[0])] == []
