"""What is wrong with the environment itself, and packages in it that are damaged."""

from __future__ import annotations

import pytest

from tests.memory_tree import Link
from tests.rules.building import SITE, codes, distribution, facts, findings, said
from venvls.host.installed import Snapshot
from venvls.model.environment import Git
from venvls.model.facts import Remembered
from venvls.model.lock import LockedSet
from venvls.model.record import replace


def test_the_environment_in_use_is_named_with_the_reason() -> None:
    found = findings(facts("lib\n", ["lib 1"]))
    assert [(one.code, one.severity) for one in found] == [("selected-environment", "hint")]
    assert found[0].message == "Uses /p/.venv/bin/python, Python 3.12.4: it is in the project"


def test_no_environment_is_told_where_something_is_asked_for() -> None:
    assert codes(facts("lib\n", None)) == ["no-environment"]
    assert codes(facts("# nothing\n--index-url https://example.com\n", None)) == []
    assert codes(facts({"pyproject.toml": '[build-system]\nrequires = ["hatchling"]\n[dependency-groups]\nlint = ["x"]\n'}, None)) == []


@pytest.mark.parametrize(
    ("health", "expected"), [("broken", "broken-environment"), ("incomplete", "incomplete-environment"), ("moved", "moved-environment")]
)
def test_health(health: str, expected: str) -> None:
    project = facts("lib\n", ["lib 1"], health=health)
    assert codes(project) == [expected]
    assert "something" not in said(project)[0] or health != "ok"


@pytest.mark.parametrize(
    ("python", "bound", "fits"),
    [
        ("3.12.4", ">=3.10", True),
        ("3.9.1", ">=3.10", False),
        ("3.12", ">=3.12.2", True),
        ("3.12", ">=3.12.2,<3.12.3", True),
        ("3.12", "<3.12", False),
        ("3.12", ">=3.13", False),
        ("3.12.4", "==3.12.*", True),
        ("3.12.4", "==3.11.*", False),
        ("3.12.4", ">3.12.4", False),
        ("3.14.0a2", ">=3.14", True),
        ("3.12.4", "nonsense", True),
    ],
)
def test_python(python: str, bound: str, fits: bool) -> None:
    assert codes(facts("lib\n", ["lib 1"], python=python, asks=((bound, "/p/.python-version"),))) == ([] if fits else ["python-mismatch"])
    if bound == "nonsense":
        return
    project = facts({"pyproject.toml": f'[project]\nname = "a"\nversion = "1"\nrequires-python = "{bound}"\n'}, python=python)
    found = said(project)
    assert bool(found) is not fits
    assert fits or found[0].startswith(f"python-mismatch: {bound}:") or found[0].startswith(f'python-mismatch: "{bound}":')


def test_a_bound_is_told_once_where_it_stands() -> None:
    project = facts(
        {"pyproject.toml": '[project]\nname = "a"\nversion = "1"\nrequires-python = ">=3.13"\n'}, asks=((">=3.13", "/p/pyproject.toml"),)
    )
    assert len(said(project)) == 1


@pytest.mark.parametrize(
    ("git", "expected"),
    [
        (Git("/p", ignored=True), ""),
        (Git("/p", ignored=False), "does not ignore"),
        (Git("/p", ignored=True, tracked=3), "tracks 3 files"),
        (None, ""),
    ],
)
def test_git(git: Git | None, expected: str) -> None:
    messages = [one.message for one in findings(facts("lib\n", ["lib 1"], git=git)) if one.code == "unignored-environment"]
    assert len(messages) == bool(expected) and all(expected in one for one in messages)


def interrupted(name: str, files: int = 3) -> dict[str, str]:
    tree = {path: text for path, text in distribution(f"{name} 1.0").items() if not path.endswith(("INSTALLER", "RECORD"))}
    record = "".join(f"{name}/{number}.py,,\n" for number in range(files))
    return {**tree, f"{SITE}/{name}-1.0.dist-info/RECORD": record, f"{SITE}/{name}/0.py": ""}  # type: ignore[dict-item]


def test_an_interrupted_install_is_told_at_what_needs_it() -> None:
    assert said(facts("lib\n", tree=interrupted("lib"))) == [
        "broken-distribution: lib: lib's installation was interrupted: 2 files are missing"
    ]
    assert said(facts("app>=1\n", ["app 1 | lib"], tree=interrupted("lib")))[0].startswith("broken-distribution: app>=1: lib's")
    assert said(facts("lib\n", tree=interrupted("lib", files=2))) == [
        "broken-distribution: lib: lib's installation was interrupted: 1 file is missing"
    ]
    # In a circle, through an extra, and by a line whose bounds mean nothing.
    for text, needs in (("app", "app 1 | app2"), ("app[x]", "app 1 | lib; extra == 'x'"), ("app===?", "app 1 | lib")):
        project = facts(f"other\n{text}\n", [needs, "app2 1 | app | lib", "other 1"], tree=interrupted("lib"))
        assert [line for line in said(project) if "broken" in line] == [
            f"broken-distribution: {text}: lib's installation was interrupted: 2 files are missing"
        ]


def test_a_distribution_without_installer_but_whole_is_fine() -> None:
    assert codes(facts("lib\n", tree=interrupted("lib", files=1))) == []


def test_an_empty_record_is_damaged_not_missing() -> None:
    from tests.memory_tree import FOLDER

    project = facts("app\nlib>=2\n", ["app 1 | lib"], tree={f"{SITE}/lib-1.0.dist-info": FOLDER})
    assert said(project) == ["broken-distribution: lib>=2: lib's installation was interrupted: its record is empty"]


def test_two_versions_at_once() -> None:
    assert said(facts("lib\n", ["lib 1.0", "lib 2.0"])) == [
        "broken-distribution: lib: lib is recorded 2 times in site-packages, as 1.0 and 2.0: only one of them can be complete"
    ]


def test_what_an_interrupted_pip_left_behind() -> None:
    from tests.memory_tree import FOLDER

    project = facts("lib\n", ["lib 1"], tree={f"{SITE}/~ib": FOLDER, f"{SITE}/~ib-0.9.dist-info": FOLDER})
    assert said(project) == ["broken-distribution: lib: An interrupted installation left ~ib, ~ib-0.9.dist-info in the environment"]
    (damage,) = [each for each in findings(project) if each.code == "broken-distribution"]
    assert damage.data == {"name": "lib", "paths": [f"{SITE}/~ib", f"{SITE}/~ib-0.9.dist-info"]}


@pytest.mark.parametrize(("editable", "told"), [("true", True), ("false", False), (None, False)])
def test_an_editable_whose_code_is_gone(editable: str | None, told: bool) -> None:
    origin = {"direct_url": f'{{"url": "file:///gone", "dir_info": {{"editable": {editable}}}}}'} if editable else {}
    project = facts("lib\n", tree={**distribution("lib 1", **origin), f"{SITE}/__editable__.lib-1.pth": "/gone/src\n"})
    message = "lib is installed as editable, but /gone/src, where its code was, does not exist"
    assert said(project) == ([f"broken-distribution: lib: {message}"] if told else [])


@pytest.mark.parametrize(
    ("tag", "fits"),
    [
        ("cp312-cp312-manylinux_2_17_x86_64", True),
        ("cp312-cp312-manylinux_2_17_aarch64", False),
        ("cp312-cp312-win_amd64", False),
        ("cp311-cp311-manylinux_2_17_x86_64", False),
        ("cp39-abi3-manylinux_2_17_x86_64", True),
        ("", True),
    ],
)
def test_a_wheel_fits_its_python_and_machine(tag: str, fits: bool) -> None:
    project = facts("lib\n", tree=distribution("lib 1", WHEEL=f"Wheel-Version: 1.0\n{f'Tag: {tag}' if tag else ''}\n"))
    message = f"lib 1 was built for {tag}, which Python 3.12.4 cannot use here"
    assert said(project) == ([] if fits else [f"broken-distribution: lib: {message}"])


def test_damage_stands_at_the_first_line_that_names_the_package() -> None:
    for text, line in (
        ("app\nlib\nlib>0\n", "lib"),
        ("other\nlib; os_name == 'nt'\n", "other"),
        ("other\n-e ./gone\nlib>0\n", "lib>0"),
    ):
        damaged = [each for each in said(facts(text, ["app 1 | lib", "other 1"], tree=interrupted("lib"))) if "interrupted" in each]
        assert damaged == [f"broken-distribution: {line}: lib's installation was interrupted: 2 files are missing"]


def test_the_same_name_further_down_the_search_path_is_no_damage() -> None:
    below = {path.replace(SITE, "/src"): text for path, text in distribution("lib 1").items()}
    assert codes(facts("lib>1\n", ["lib 2"], tree={**below, f"{SITE}/x.pth": "/src\n"})) == []


def test_damage_nobody_needs_stands_on_the_first_statement() -> None:
    found = said(facts("# a comment\napp\n", ["app 1"], tree=interrupted("stray")))
    assert found == ["broken-distribution: app: stray's installation was interrupted: 2 files are missing"]


@pytest.mark.parametrize("base", ["/usr/lib/python3/dist-packages", "/base/lib/python3.12/site-packages"])
def test_what_the_base_holds_is_not_this_environments_to_mend(base: str) -> None:
    """Debian records its packages without INSTALLER, some twice, some with files that it put elsewhere; pip and uv are content with it."""
    from tests.memory_tree import FOLDER

    in_base = {path.replace(SITE, base): text for path, text in interrupted("distro").items()}
    twice = {
        f"{base}/crypto-38.0.4.dist-info/METADATA": "Name: crypto\nVersion: 38.0.4\n",
        f"{base}/crypto.egg-info/PKG-INFO": "Name: crypto\nVersion: 38.0.4\n",
        f"{base}/~ip-1.0.dist-info": FOLDER,
    }
    wheel = "Wheel-Version: 1.0\nTag: cp27-cp27m-win32\n"
    copied = {path.replace(SITE, base): text for path, text in distribution("copied 1", WHEEL=wheel).items()}
    project = facts("distro\ncrypto==38.0.4\ncopied\nlast\n", tree={**in_base, **twice, **copied, **distribution("last 1", WHEEL=wheel)})
    assert project.environment is not None
    project.environment = replace(project.environment, system_site_packages=True, site_packages=(SITE, base))
    project.installed = Snapshot(project.environment, project.files)
    assert said(project) == ["broken-distribution: last: last 1 was built for cp27-cp27m-win32, which Python 3.12.4 cannot use here"]
    # Nor where that base itself is the environment, if dpkg keeps it; and what is in both is only there twice.
    project.environment = replace(project.environment, prefix=base.partition("/lib")[0], system_site_packages=False, site_packages=(base,))
    project.installed, project.remembered = Snapshot(project.environment, project.files), Remembered()
    damaged = {line.split(": ")[1] for line in said(project) if line.startswith("broken")}
    assert damaged == (set() if "dist-packages" in base else {"distro", "crypto==38.0.4", "copied"})


def test_one_version_recorded_twice() -> None:
    twice = {f"{SITE}/lib.egg-info/PKG-INFO": "Name: lib\nVersion: 1.0\n"}
    assert said(facts("lib\n", ["lib 1.0"], tree=twice)) == [
        "broken-distribution: lib: lib 1.0 is recorded 2 times in site-packages: only one of them can be complete"
    ]


def test_a_package_whose_record_cannot_be_read_is_told_at_what_needs_it() -> None:
    project = facts("other\napp\n", ["app 1 | lib", "other 1"], tree={f"{SITE}/lib-1.0.dist-info/RECORD": ""})
    assert said(project) == ["broken-distribution: app: lib's METADATA cannot be read"]


FOREIGN = "Wheel-Version: 1.0\nTag: cp27-cp27m-win32\n"


def test_a_wheel_of_another_system_is_damaged_in_one_way() -> None:
    halfway = {**interrupted("lib"), f"{SITE}/lib-1.0.dist-info/WHEEL": FOREIGN}
    assert said(facts("lib\n", tree=halfway)) == ["broken-distribution: lib: lib's installation was interrupted: 2 files are missing"]
    twice = {**distribution("lib 1", WHEEL=FOREIGN), **distribution("lib 2", WHEEL=FOREIGN)}
    assert [line[:40] for line in said(facts("lib\n", tree=twice))] == ["broken-distribution: lib: lib is recorde"]


@pytest.mark.parametrize(
    ("kind", "tool", "told"), [("venv", "pip", 1), ("venv", "uv", 0), ("uv", "pip", 0), ("uv", None, 0), ("venv", None, 1)]
)
def test_what_only_pip_refuses_is_told_where_pip_is_used(kind: str, tool: str | None, told: int) -> None:
    project = facts("lib\n", ["lib 1 | low>=1.*", "low 2"])
    assert project.environment is not None
    project.environment = replace(project.environment, kind=kind)
    project.locked = LockedSet("/p/x.lock", tool, {}) if tool else None
    assert codes(project) == ["broken-distribution"] * told


PROJECT = {"pyproject.toml": '[project]\nname = "me"\nversion = "1"\n'}
TREES = {"/main/.git/worktrees/p/commondir": "../..\n", "/p/.git": "gitdir: /main/.git/worktrees/p\n"}


@pytest.mark.parametrize(
    ("place", "editable", "told"),
    [
        ("/p", True, False),
        ("/p/packages/me", True, False),
        ("/p2", True, True),
        ("/main/me", True, True),
        ("/main/me", False, False),
        ("/gone", True, False),
    ],
)
def test_a_project_is_installed_from_another_folder(place: str, editable: bool, told: bool) -> None:
    texts = {"requirements.txt": "-e ./lib\n", **PROJECT}  # which is another source
    there = {f"{folder}/pyproject.toml": "" for folder in ("/p/packages/me", "/p2", "/main/me")}
    origin = f'{{"url": "file://{place}", "dir_info": {{"editable": {str(editable).lower()}}}}}'
    shown = [line for line in said(facts(texts, tree={**there, **distribution("me 1", direct_url=origin)})) if "checkout" in line]
    message = f"me is installed from {place}, another checkout: what is changed in this folder has no effect in .venv"
    assert shown == ([f"foreign-checkout: -e ./lib: {message}"] if told else [])


@pytest.mark.parametrize(
    ("link", "told"),
    [
        ("/main/.venv/bin/python3", True),
        ("/main/bin/python3", False),
        ("/other/.venv/bin/python3", False),
        ("python3.12", False),
    ],
)
def test_an_interpreter_of_another_work_tree(link: str, told: bool) -> None:
    others = {"/main/.venv/pyvenv.cfg": "", "/other/.venv/pyvenv.cfg": "", "/other/.git/HEAD": "", "/main/bin/python3": ""}
    project = facts("lib\n", ["lib 1"], tree={**TREES, **others, "/p/.venv/bin/python": Link(link)})
    message = f"The interpreter of .venv is a link to {link}, in another work tree of this repository"
    assert said(project) == ([f"foreign-checkout: lib: {message}"] if told else [])


@pytest.mark.parametrize(
    ("added", "git", "told"),
    [
        ("/main/src", {}, True),
        ("/main", {}, True),
        ("/p/src", {}, False),
        ("/p/src/deep", {}, False),
        ("/other/src", {"/other/.git/HEAD": ""}, False),
        ("/other/src", {"/other/.git": "gitdir: /main/.git/worktrees/other\n", "/main/.git/worktrees/other/commondir": "../.."}, True),
        ("/other/src", {"/other/.git": "gitdir: ../main/.git/worktrees/other\n", "/main/.git/worktrees/other/commondir": "../.."}, True),
        ("/other/src", {"/other/.git": "of something else: /main/.git\n"}, False),
        ("/other/src", {"/other/.git": "gitdir: /main/.git/modules/other\n"}, False),
        ("/other/src", {}, False),
        ("/p/trees/x/src", {"/p/trees/x/.git": "gitdir: /main/.git/worktrees/x\n", "/main/.git/worktrees/x/commondir": "../.."}, True),
    ],
)
def test_what_is_imported_from_another_work_tree(added: str, git: dict[str, str], told: bool) -> None:
    folders = {f"{folder}/x.py": "" for folder in ("/main/src", "/p/src/deep", "/other/src", "/p/trees/x/src")}
    project = facts("lib\n", ["lib 1"], tree={**TREES, **git, **folders, f"{SITE}/a.pth": f"{added}\n"})
    message = f".venv imports from {added}, which is in another work tree of this repository"
    assert said(project) == ([f"foreign-checkout: lib: {message}"] if told else [])
