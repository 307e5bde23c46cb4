"""Commands that write manifests: freeze, add, compile. Comments, order and everything else that a person wrote stays."""

from __future__ import annotations

import json

import pytest

from tests.cli.inside import Inside
from tests.lsp.editor import make_environment

FILE = "# what we need\nalpha ; python_version > '3'  # why\n\nnowhere ; sys_platform == 'nowhere'\nbeta>=0.5\r\n"


def test_freezing_to_standard_output_and_into_a_new_file(inside: Inside) -> None:
    inside.write("requirements.txt", "beta\n")
    inside.good("create")
    assert inside.good("freeze") == "alpha==2.0\nbeta==1.0\n"
    assert inside.good("freeze", "--top-level") == "beta==1.0\n"
    assert json.loads(inside.good("freeze", "--format", "json"))["requirements"] == ["alpha==2.0", "beta==1.0"]
    inside.good("freeze", "-o", "frozen.txt")
    assert inside.read("frozen.txt") == "alpha==2.0\nbeta==1.0\n"
    assert "pip freeze" in inside.good("freeze", "--dry-run")


def test_freezing_keeps_comments_order_and_markers(inside: Inside) -> None:
    inside.write("requirements.txt", FILE)
    inside.good("create")
    inside.good("install", "gamma==1.0", "alpha<2", "beta==1.0", "--dry-run")
    wanted = FILE.replace("alpha ;", "alpha==2.0 ;")
    shown = inside.good("freeze", "-o", "requirements.txt", "--dry-run")
    assert "-alpha ; python_version > '3'  # why\n+alpha==2.0 ; python_version > '3'  # why\n" in shown
    assert inside.read("requirements.txt") == FILE
    inside.good("freeze", "-o", "requirements.txt")
    assert inside.read("requirements.txt") == wanted
    inside.good("freeze", "-o", "requirements.txt", "--pin")
    assert inside.read("requirements.txt") == wanted.replace("beta>=0.5", "beta==1.0")
    assert inside.good("freeze", "-o", "requirements.txt") == "requirements.txt is already up to date.\n"


def test_freezing_adds_what_is_new_at_the_end(inside: Inside) -> None:
    inside.write("requirements.txt", "beta  # first\n")
    inside.good("create")
    inside.good("freeze", "-o", "requirements.txt")
    assert inside.read("requirements.txt") == "beta==1.0  # first\nalpha==2.0\n"
    ran = inside.run("freeze", "-o", ".")
    assert ran.returncode == 2


def test_adding_declares_and_installs_and_undo_takes_it_out(inside: Inside) -> None:
    inside.write("requirements.txt", "# ours\nbeta\n")
    inside.good("create")
    inside.good("add", "gamma==1.0", "--no-sync")
    assert inside.read("requirements.txt") == "# ours\nbeta\ngamma==1.0\n"
    inside.good("add", "gamma", "--undo")
    assert inside.read("requirements.txt") == "# ours\nbeta\n"
    shown = inside.good("remove", "beta", "--dry-run")
    assert "-beta\n" in shown and "beta is removed from .venv." in shown and "alpha stays installed as requested" in shown
    assert inside.read("requirements.txt") == "# ours\nbeta\n"
    assert inside.good("remove", "beta") == "requirements.txt no longer lists beta. Removed beta from .venv.\n"
    assert inside.read("requirements.txt") == "# ours\n"
    inside.good("freeze", "-o", "requirements.txt")
    assert inside.read("requirements.txt") == "# ours\n", "what was removed is not brought back"
    assert inside.installed() == {"alpha-2.0"}
    for words in ((), (".venv",), ("./.venv",), (".",)):
        assert "venvls delete" in inside.said("remove", *words)
    assert (inside.root / ".venv" / "pyvenv.cfg").exists()
    inside.good("add", "alpha>=1", "alpha>=2")
    assert "alpha>=" in inside.read("requirements.txt")
    assert "delta is not in" in inside.said("add", "delta", "--undo")
    inside.good("install", "beta")
    said = inside.said("remove", "beta")
    assert said.endswith("requirements.txt. It is only installed in .venv: `venvls sync --exact` removes everything that nothing requires.")
    assert "`not a requirement` is not a valid requirement" in inside.said("add", "not a requirement")


def test_an_installation_that_fails_leaves_the_manifest_as_it_was(inside: Inside) -> None:
    text = "beta\r\n# end"
    inside.write("requirements.txt", text)
    inside.good("create")
    assert "nowhere-to-be-found" in inside.said("add", "nowhere-to-be-found")
    assert inside.read("requirements.txt") == text
    assert inside.run("check").returncode == 0


def test_adding_to_a_pyproject_and_to_its_groups(inside: Inside) -> None:
    inside.write("pyproject.toml", '[project]\nname = "me"\nversion = "1"\ndependencies = [\n  "beta",  # b\n]\n')
    inside.good("create")
    inside.good("add", "alpha>=2", "gamma", "--no-sync")
    text = inside.read("pyproject.toml")
    assert '"beta",  # b' in text
    assert '"alpha>=2"' in text and '"gamma"' in text
    inside.good("add", "gamma", "--undo")
    assert "gamma" not in inside.read("pyproject.toml")
    inside.good("add", "alpha", "--group", "dev")
    assert inside.read("pyproject.toml").split("[dependency-groups]")[1].split() == ["dev", "=", "[", '"alpha",', "]"]
    inside.good("add", "alpha<3")
    assert '"alpha<3"' in inside.read("pyproject.toml")
    assert inside.installed() == {"alpha-2.0", "beta-1.0"}


def test_a_group_goes_to_its_own_file(inside: Inside) -> None:
    inside.write("requirements.txt", "beta\n")
    inside.write("requirements-dev.txt", "")
    inside.write("requirements-docs.txt", "-r requirements.txt\n")
    inside.good("create")
    inside.good("add", "alpha", "--group", "docs", "--no-sync")
    assert inside.read("requirements-docs.txt") == "-r requirements.txt\nalpha\n"
    inside.good("add", "gamma", "--manifest", "requirements-docs.txt", "--no-sync")
    assert inside.read("requirements-docs.txt").endswith("alpha\ngamma\n")


def test_compiling_writes_its_command_and_again_follows_it(inside: Inside) -> None:
    inside.write("requirements.in", "beta\n")
    inside.good("compile")
    text = inside.read("requirements.txt")
    assert "uv pip compile requirements.in -o requirements.txt" in text
    assert "alpha==2.0" in text and "beta==1.0" in text
    inside.good("create")
    assert inside.installed() == {"alpha-2.0", "beta-1.0"}
    inside.write("requirements.in", "alpha<2\n")
    assert inside.run("check").returncode == 1
    inside.good("compile")
    assert "alpha==1.0" in inside.read("requirements.txt")
    inside.good("sync")
    assert "alpha-1.0" in inside.installed()


def test_adding_to_a_source_compiles_it(inside: Inside) -> None:
    inside.write("requirements.in", "alpha<2\n")
    inside.good("compile")
    inside.good("create")
    inside.good("add", "gamma")
    assert inside.read("requirements.in") == "alpha<2\ngamma\n"
    assert "gamma==1.0" in inside.read("requirements.txt")
    assert "gamma-1.0" in inside.installed()
    before = inside.read("requirements.txt")
    inside.said("add", "nowhere-to-be-found")
    assert inside.read("requirements.in") == "alpha<2\ngamma\n"
    assert inside.read("requirements.txt") == before


def test_nothing_to_compile_is_said(inside: Inside) -> None:
    inside.write("requirements.txt", "alpha\n")
    assert "no `.in` file" in inside.said("compile")


@pytest.mark.parametrize(
    "words", [("add", "alpha", "--dry-run"), ("freeze", "--dry-run"), ("upgrade", "--dry-run"), ("repair", "--dry-run")]
)
def test_a_dry_run_changes_nothing(inside: Inside, words: tuple[str, ...]) -> None:
    inside.write("requirements.txt", "beta\n")
    inside.good("create")
    before = {path: path.stat().st_mtime_ns for path in inside.root.rglob("*") if path.name != ".lock"}
    inside.good(*words)
    assert {path: path.stat().st_mtime_ns for path in inside.root.rglob("*") if path.name != ".lock"} == before


def made_by_tox(inside: Inside) -> None:
    make_environment(inside.root / ".tox" / "lint", alpha="2.0")
    inside.write(".tox/lint/.tox-info.json", "{}")


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        (
            "tox.ini",
            "[testenv]\nskip_install = true\ndeps = alpha\n[testenv:lint]\ncommands = x\n",
            "[testenv]\nskip_install = true\ndeps = alpha\n[testenv:lint]\ncommands = x\n"
            "deps =\n    {[testenv]deps}\n    beta\n    gamma>=1\n",
        ),
        (
            "tox.toml",
            '[env_run_base]\nskip_install = true\n[env.lint]\ndeps = ["alpha"]\n',
            '[env_run_base]\nskip_install = true\n[env.lint]\ndeps = ["alpha", "beta", "gamma>=1"]\n',
        ),
    ],
)
def test_adding_to_one_environment_of_tox(inside: Inside, name: str, before: str, after: str) -> None:
    inside.write(name, before)
    made_by_tox(inside)
    assert name in inside.good("add", "--project", ".tox/lint", "beta", "gamma>=1", "--no-sync")
    assert inside.read(name) == after
    inside.good("add", "--project", ".tox/lint", "--undo", "beta", "gamma", "--no-sync")
    assert "beta" not in inside.read(name) and "alpha" in inside.read(name)
    # Without tox nothing can be installed: the file is as it was.
    inside.write(name, before)
    assert "tox was not found" in inside.said("add", "--project", ".tox/lint", "beta")
    assert inside.read(name) == before


def test_what_cannot_be_added_to_an_environment_of_tox_is_one_sentence(inside: Inside) -> None:
    inside.write("tox.toml", '[env.lint]\nskip_install = true\ndeps = "alpha"\n')
    made_by_tox(inside)
    said = inside.said("add", "--project", ".tox/lint", "beta", "--no-sync")
    assert said == f"{inside.root / 'tox.toml'} cannot be edited safely: change it by hand."
