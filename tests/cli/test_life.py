"""The life of an environment on the command line: recreate, repair, upgrade, remove, create's refusals."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys

import pytest

from tests import pythons
from tests.cli.inside import Inside

BIN = "Scripts" if os.name == "nt" else "bin"


@pytest.fixture
def made(inside: Inside) -> Inside:
    inside.write("requirements.txt", "beta\n")
    inside.good("create")
    return inside


def test_recreating_keeps_the_python_and_the_settings_and_asks_first(inside: Inside) -> None:
    inside.write("requirements.txt", "beta\n")
    inside.good("create", "--prompt", "mine", "--system-site-packages")
    before = inside.read(".venv/pyvenv.cfg")
    assert "--yes" in inside.said("recreate")
    plan = inside.good("recreate", "--dry-run")
    assert "is moved aside first" in plan
    inside.good("recreate", "--yes")
    after = inside.read(".venv/pyvenv.cfg")
    for key in ("prompt", "include-system-site-packages", "version"):
        assert [line for line in before.splitlines() if line.startswith(key)] == [
            line for line in after.splitlines() if line.startswith(key)
        ]
    assert inside.installed() == {"alpha-2.0", "beta-1.0"}


def test_recreating_with_another_python(made: Inside) -> None:
    mine = ".".join(map(str, sys.version_info[:2]))
    others = [".".join(map(str, minor)) for minor in pythons.found()]
    for version in others[:2]:
        made.good("recreate", "--yes", "--python", version)
        said = json.loads(made.run("which", "--format", "json").stdout)
        assert said["environment"]["version"].startswith(version)
        assert made.installed() == {"alpha-2.0", "beta-1.0"}
    assert "No Python that fits `2.9`" in made.said("recreate", "--yes", "--tool", "venv", "--python", "2.9"), mine
    assert made.installed() == {"alpha-2.0", "beta-1.0"}


def test_recreating_says_what_is_not_installed_again(made: Inside) -> None:
    made.write("requirements.txt", "alpha\n")
    ran = made.run("recreate", "--dry-run")
    assert "no file of the project requires them: beta." in ran.stdout


def test_a_moved_environment_is_repaired_in_its_place(made: Inside) -> None:
    shutil.move(made.root, made.root.parent / "elsewhere")
    made.root = made.root.parent / "elsewhere"
    assert "moved-environment" in made.run("check").stdout
    assert "--yes" in made.said("repair")
    made.good("repair", "--yes")
    assert made.run("check").returncode == 0
    assert str(made.root) in made.good("run", "--", "python", "-c", "import sys; print(sys.prefix)")


@pytest.mark.skipif(os.name == "nt", reason="links")
def test_an_interpreter_that_is_gone_is_repaired(made: Inside) -> None:
    for link in (made.root / ".venv" / "bin").glob("python*"):
        link.unlink()
    (made.root / ".venv" / "bin" / "python").symlink_to("/nowhere/python3")
    assert made.run("doctor").returncode == 1
    made.good("repair", "--yes")
    assert made.run("check").returncode == 0


def test_half_installed_packages_are_reinstalled_and_leftovers_go(made: Inside) -> None:
    (site,) = made.root.glob(".venv/[lL]ib/**/site-packages")
    (site / "alpha.py").unlink()  # RECORD lists it, INSTALLER stands: only a look at every file tells
    (site / "~lpha").mkdir()
    (site / "empty-1.0.dist-info").mkdir()
    assert made.run("doctor").returncode == 1
    said = made.good("repair")
    assert said == ".venv was repaired.\n"
    assert (site / "alpha.py").exists()
    assert not (site / "~lpha").exists()
    assert not (site / "empty-1.0.dist-info").exists()
    assert made.run("check").returncode == 0
    assert made.good("repair") == "Nothing is broken in .venv: there is nothing to repair.\n"


def test_cleaning_stays_inside_the_environment(made: Inside) -> None:
    """RECORD may say anything (T19): nothing that it lists outside is touched."""
    (record,) = made.root.glob(".venv/**/alpha-2.0.dist-info/RECORD")
    kept = made.write("kept.txt", "mine")
    record.write_text(record.read_text() + "../../../../../kept.txt,,\n../../../../../gone.txt,,\n")
    made.good("repair")
    assert kept.read_text() == "mine"


@pytest.mark.slow
def test_a_missing_pip_comes_back(inside: Inside) -> None:
    inside.write("requirements.txt", "alpha\n")
    inside.good("create", "--tool", "venv", "--without-pip", "--no-sync")
    assert "without pip (uv" in inside.run("doctor").stdout
    inside.good("repair", "--pip")
    assert list(inside.root.glob(".venv/**/pip-*.dist-info"))


def test_upgrading_one_and_all(inside: Inside) -> None:
    inside.write("requirements.txt", "alpha==1.0\n")
    inside.good("create")
    inside.write("requirements.txt", "alpha\n")
    inside.good("sync")
    assert inside.installed() == {"alpha-1.0"}
    inside.good("upgrade", "alpha")
    assert inside.installed() == {"alpha-2.0"}
    inside.write("requirements.txt", "alpha==1.0\n")
    inside.good("sync")
    inside.write("requirements.txt", "alpha<3\n")
    inside.good("upgrade")
    assert inside.installed() == {"alpha-2.0"}
    assert "give no names with it" in inside.said("upgrade", "--base", "alpha")


@pytest.mark.parametrize("tool", ["uv", "venv", "virtualenv"])
def test_the_environment_follows_its_base_in_place(inside: Inside, tool: str) -> None:
    if tool == "virtualenv" and not (os.path.exists(os.path.join(os.path.dirname(sys.executable), "virtualenv"))):
        pytest.fail("virtualenv is in the test group")
    inside.write("requirements.txt", "alpha\n")
    inside.good("create", "--tool", tool, *(["--without-pip"] if tool != "uv" else []))
    config = inside.root / ".venv" / "pyvenv.cfg"
    before = config.read_text()
    # As it stands after the base went from one patch version to the next: what is written there is stale.
    config.write_text(re.sub(r"(version(?:_info)? = 3\.\d+)\.\d+", r"\1.0", before))
    inside.good("upgrade", "--base")
    assert inside.installed() == {"alpha-2.0"}
    assert inside.run("check").returncode == 0
    inside.good("create", "--upgrade")
    assert inside.installed() == {"alpha-2.0"}


def test_removing_asks_and_takes_only_environments(made: Inside) -> None:
    assert "--yes" in made.said("delete")
    assert "delete" in made.good("delete", "--dry-run")
    made.good("delete", "--yes")
    assert not (made.root / ".venv").exists()
    assert "nothing to delete" in made.said("delete", "--yes")
    outside = made.root.parent / "outside"
    made.good("create", "--name", "env", "--no-sync")
    shutil.move(made.root / "env", outside)
    assert "is not inside the workspace" in made.said("delete", "--yes", "--env", str(outside))
    assert outside.exists()


def test_a_home_folder_is_never_removed(made: Inside) -> None:
    made.environ["HOME"] = made.environ["USERPROFILE"] = str(made.root / ".venv")
    assert "never deleted" in made.said("delete", "--yes")
    made.environ["HOME"] = made.environ["USERPROFILE"] = str(made.root)
    made.good("delete", "--yes")  # an environment in a home folder that is the workspace is one


REFUSALS = [
    ("file", "is a file in"),
    ("folder", "is not an environment and is not empty"),
    ("environment", "already exists"),
]


@pytest.mark.parametrize(("what", "sentence"), REFUSALS)
def test_what_stands_in_the_way_still_stands(inside: Inside, what: str, sentence: str) -> None:
    inside.write("requirements.txt", "alpha\n")
    if what == "file":
        inside.write(".venv", "mine")
    elif what == "folder":
        inside.write(".venv/thesis.txt", "mine")
    else:
        inside.good("create", "--no-sync")
    assert sentence in inside.said("create", "--no-sync")
    if what == "folder":
        assert "is not an environment" in inside.said("create", "--clear")
    if what != "environment":
        assert inside.read(".venv" if what == "file" else ".venv/thesis.txt") == "mine"


def test_what_a_killed_creation_left_first_is_no_obstacle(inside: Inside) -> None:
    inside.write("requirements.txt", "alpha\n")
    inside.write(".venv/CACHEDIR.TAG", "")
    (inside.root / ".venv" / "bin").mkdir()
    inside.good("create")
    assert inside.installed() == {"alpha-2.0"}


def test_another_name_is_selected_and_ignored_when_asked(inside: Inside) -> None:
    import subprocess

    inside.write("requirements.txt", "alpha\n")
    subprocess.run(["git", "init", "-q"], cwd=inside.root, check=True)
    inside.good("create", "--name", "deep/er env", "--ignore")
    assert "deep/er env" in inside.good("which")
    (inside.root / "deep" / "er env" / ".gitignore").unlink(missing_ok=True)
    assert inside.run("check").returncode == 0
    assert "create" in inside.good("--help")


@pytest.mark.parametrize("option", ["--copies", "--symlinks"])
def test_copies_and_links(inside: Inside, option: str) -> None:
    inside.write("requirements.txt", "alpha\n")
    inside.good("create", option, "--without-pip", "--no-sync")
    program = inside.root / ".venv" / BIN / ("python.exe" if os.name == "nt" else "python")
    assert program.is_symlink() == (option == "--symlinks")
    assert "not allowed with" in inside.said("create", "--copies", "--symlinks", "--name", "x")


@pytest.mark.parametrize(
    "files",
    [{}, {"a.ipynb": "{}", "notes.md": ""}, {"tool.py": '# /// script\n# dependencies = ["alpha"]\n# ///\n'}],
    ids=["empty", "notebooks", "script"],
)
def test_a_folder_without_a_manifest_gets_an_environment(inside: Inside, files: dict[str, str]) -> None:
    for name, text in files.items():
        inside.write(name, text)
    assert "no group or extra `x`" in inside.said("create", "--group", "x")
    assert not (inside.root / ".venv").exists()
    plan = inside.good("create", "--dry-run")
    assert f"Create {inside.root / '.venv'} with Python" in plan
    if not files:
        made = json.loads(inside.good("create", "--format", "json"))
        assert made["message"] == ".venv was created."
        assert made["environment"]["prefix"] == str(inside.root / ".venv")
        assert list((inside.root / ".venv").glob("[lL]ib/**/pip/__init__.py")), "the next step of the guide is pip install"
        assert "already exists" in inside.said("create")
