"""Each fault that a random history has shown, as the short history that it comes down to. After each step a fresh editor agrees."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.histories.editor import KINDS
from tests.histories.ground import FILES, OTHER_VERSION, VERSION, install, write
from tests.histories.history import History
from venvls.lsp.features import projects

Begin = Callable[..., History]


@pytest.fixture
def begin(tmp_path: Path) -> Iterator[Begin]:
    """Begins a history of a tool's workspace and an editor; at the end what is shown is compared once more."""
    begun: list[History] = []

    def begin(tool: str, kind: str = "watching like VS Code") -> History:
        begun.append(History(tmp_path / str(len(begun)), tool, kind, None))
        return begun[-1]

    yield begin
    for history in begun:
        history.compare()
        history.editor.close()


_PYLOCK = """lock-version = "1.0"
created-by = "pdm"
[[packages]]
name = "idna"
version = "3.0"
[[packages.wheels]]
name = "idna-3.0-py3-none-any.whl"
url = "https://example.invalid/idna-3.0-py3-none-any.whl"
hashes = { sha256 = "0" }
[tool.pdm]
hashes = { sha256 = "0" }
"""


def everybody(test: Callable[..., None]) -> Callable[..., None]:
    return pytest.mark.parametrize("kind", KINDS)(test)


@everybody
def test_a_python_version_that_is_written_changed_and_removed(begin: Begin, kind: str) -> None:
    history = begin("pip", kind)
    ground = history.ground
    history.act(ground.make, ground.root / ".venv", {"idna": "2.0", "attrs": "2.0"})
    assert history.codes("requirements.txt") == []
    history.act(write, ground.root / ".python-version", "3.12\n")
    assert history.codes("requirements.txt") == ["python-mismatch"]
    history.act(write, ground.root / ".python-version", "3.11\n")
    assert history.codes("requirements.txt") == []
    history.act(write, ground.root / ".python-version", "3.13\n")
    assert history.codes("requirements.txt") == ["python-mismatch"]
    history.act((ground.root / ".python-version").unlink)
    assert history.codes("requirements.txt") == []


@everybody
def test_a_python_version_above_the_workspace(begin: Begin, kind: str) -> None:
    history = begin("pip", kind)
    ground = history.ground
    history.act(ground.make, ground.root / ".venv", {"idna": "2.0", "attrs": "2.0"})
    history.act(write, ground.root.parent / ".python-version", "3.12\n")
    assert history.codes("requirements.txt") == ["python-mismatch"]


@everybody
@pytest.mark.parametrize("setting", [{"search.exclude": ["lib"]}, {"search.depth": 1}])
def test_the_editors_search_settings(begin: Begin, kind: str, setting: dict[str, object]) -> None:
    history = begin("pip", kind)
    deep = history.ground.root / "lib" / "deep" / "requirements.txt"
    history.act(write, deep, "six\n")
    assert history.codes("lib/deep/requirements.txt") == ["no-environment"]
    for settings, codes in ((setting, []), ({}, ["no-environment"])):
        history.settings = settings
        history.act(history.editor.configure, settings)
        assert history.codes("lib/deep/requirements.txt") == codes
        history.compare()


@everybody
@pytest.mark.parametrize("table", ['search.exclude = ["a"]\n', "search.depth = 1\n"])
def test_a_projects_search_settings(begin: Begin, kind: str, table: str) -> None:
    history = begin("uv", kind)
    manifest = history.ground.root / "pyproject.toml"
    before = manifest.read_text()
    first = history.codes("packages/a/pyproject.toml")
    assert first
    history.act(write, manifest, f"{before}[tool.venvls]\n{table}")
    assert history.codes("packages/a/pyproject.toml") == []
    history.act(write, manifest, before)
    assert history.codes("packages/a/pyproject.toml") == first
    history.act(history.editor.type, manifest, f"{before}[tool.venvls]\n{table}")
    assert history.codes("packages/a/pyproject.toml") == []


@everybody
@pytest.mark.parametrize("place", [".venv/lib/python3.11/site-packages/idna", "node_modules/x", "excluded"])
def test_a_manifest_where_no_search_goes_is_nobodys_when_it_changes(begin: Begin, kind: str, place: str) -> None:
    history = begin("pip", kind)
    history.settings = {"search.exclude": ["excluded"]}
    history.act(history.editor.configure, history.settings)
    history.act(history.ground.make, history.ground.root / ".venv", {"idna": "2.0", "attrs": "2.0"})
    history.act(write, history.ground.root / place / "requirements.txt", "nothing-like-it\n")
    assert history.codes(f"{place}/requirements.txt") == []


@everybody
def test_an_included_file_of_any_name(begin: Begin, kind: str) -> None:
    history = begin("pip", kind)
    history.act(history.ground.make, history.ground.root / ".venv", {"idna": "2.0"})
    assert history.codes("more.txt") == ["missing-requirement"]
    history.act(write, history.ground.root / "more.txt", "idna\n")
    assert history.codes("more.txt") == []


@everybody
def test_a_package_that_comes_into_an_environment_elsewhere(begin: Begin, kind: str) -> None:
    for tool in ("poetry", "pdm", "pipenv", "hatch", "conda"):
        history = begin(tool, kind)
        place = history.ground.places()[0]
        history.act(history.ground.make, place, {"attrs": "2.0"})
        main = next(iter(FILES[tool]))
        assert "missing-requirement" in history.codes(main) and "no-environment" not in history.codes(main), tool
        history.act(install, place, "idna", "3.0")
        told = [item["message"] for item in history.editor.shown()[str(history.ground.root / main)]]
        assert "idna is not installed" not in told, tool


@everybody
def test_an_environment_that_another_window_selects(begin: Begin, kind: str) -> None:
    history = begin("pip", kind)
    ground = history.ground
    history.act(ground.make, ground.root / ".venv", {"idna": "2.0", "attrs": "2.0"})
    history.act(ground.make, ground.root / "venv", {"idna": "2.0"})
    assert history.codes("more.txt") == []
    history.act(history.memory.select, str(ground.root), str(ground.root / "venv"))
    assert history.codes("more.txt") == ["missing-requirement"]
    history.act(history.memory.select, str(ground.root), None)
    assert history.codes("more.txt") == []


@everybody
def test_an_environment_that_is_renamed(begin: Begin, kind: str) -> None:
    history = begin("pip", kind)
    prefix = history.ground.root / ".venv"
    history.act(history.ground.make, prefix, {"idna": "2.0", "attrs": "2.0"})
    assert history.codes("requirements.txt") == []
    history.act(prefix.rename, history.ground.root / "renamed")
    assert history.codes("requirements.txt") == ["moved-environment"]
    history.act((history.ground.root / "renamed").rename, prefix)
    assert history.codes("requirements.txt") == []


@everybody
def test_a_link_to_an_environment_elsewhere(begin: Begin, kind: str) -> None:
    history = begin("pip", kind)
    elsewhere = history.ground.home / "somewhere"
    history.act(history.ground.make, elsewhere, {"idna": "2.0", "attrs": "2.0"})
    assert history.codes("requirements.txt") == ["no-environment"]
    history.act((history.ground.root / ".venv").symlink_to, elsewhere)
    assert history.codes("requirements.txt") == []


@everybody
def test_a_document_whose_file_is_renamed_is_still_a_manifest(begin: Begin, kind: str) -> None:
    history = begin("uv", kind)
    manifest = history.ground.root / "pyproject.toml"
    history.act(history.editor.type, manifest, manifest.read_text())
    history.act(manifest.rename, manifest.with_name("kept.bak"))
    assert "no-environment" in history.codes("pyproject.toml")
    history.act(history.editor.let_go, manifest)
    assert history.codes("pyproject.toml") == []


@everybody
def test_pdm_is_set_to_its_other_lock(begin: Begin, kind: str) -> None:
    history = begin("pdm", kind)
    root = history.ground.root
    history.act(history.ground.make, root / ".venv", {"idna": "2.0", "attrs": "2.0"})
    history.act(write, root / "pylock.toml", _PYLOCK)
    assert history.codes("pyproject.toml") == ["stale-lock", "version-mismatch"]
    history.act(write, root / "pdm.toml", '[lock]\nformat = "pylock"\n')
    assert history.codes("pyproject.toml") == ["stale-lock"]
    history.act((root / "pdm.toml").unlink)
    assert history.codes("pyproject.toml") == ["stale-lock", "version-mismatch"]


@everybody
def test_a_project_stays_while_its_manifest_is_half_typed(begin: Begin, kind: str) -> None:
    history = begin("conda", kind)
    manifest = history.ground.root / "environment.yml"
    history.act(history.editor.type, manifest, manifest.read_text())
    history.act(history.editor.type, manifest, "name: demo\ndepende")
    history._good[manifest] = manifest.read_text()
    history.act(shutil.rmtree, history.ground.root / "sub")
    assert "invalid-manifest" in history.codes("environment.yml")


def test_a_key_in_the_manifest_changes_what_is_shown_in_the_lock(begin: Begin) -> None:
    history = begin("uv")
    manifest = history.ground.root / "pyproject.toml"
    text = manifest.read_text()
    history.act(history.ground.make, history.ground.root / ".venv", {"attrs": "2.0", "idna": "3.0", "six": "1.0"})
    before = history.codes("uv.lock")
    history.act(history.editor.type, manifest, text.replace('"idna>=2"', '"idna>=3"'))
    history.compare()
    history.act(history.editor.type, manifest, text)
    assert history.codes("uv.lock") == before


def test_what_breaks_and_heals_inside_an_environment(begin: Begin) -> None:
    history = begin("tox")
    prefix = history.ground.root / ".tox" / "py"
    history.act(history.ground.make, prefix, {"idna": "2.0"})
    assert history.codes("tox.ini") == ["missing-requirement"]
    activate = (prefix / "bin" / "activate").read_text()
    for part in ("bin/activate", "pyvenv.cfg", "bin/python3.11"):
        history.act((prefix / part).rename, prefix / "aside")
        history.compare()
        history.act((prefix / "aside").rename, prefix / part)
        assert history.codes("tox.ini") == ["missing-requirement"]
    history.act(write, prefix / "bin" / "activate", activate.replace(str(prefix), "/elsewhere"))
    history.compare()


def test_an_environment_without_its_cfg_at_the_bound_of_the_search(begin: Begin) -> None:
    history = begin("pip")
    history.settings = {"search.depth": 1}
    history.act(history.editor.configure, history.settings)
    prefix = history.ground.root / ".venv"
    history.act(history.ground.make, prefix, {"idna": "2.0"})
    history.act((prefix / "pyvenv.cfg").unlink)
    history.compare()
    history.act(write, prefix / "pyvenv.cfg", f"home = {history.ground.base / 'bin'}\nversion = {VERSION}\n")
    assert history.codes("more.txt") == ["missing-requirement"]


def test_a_severity_from_the_workspaces_folder(begin: Begin) -> None:
    history = begin("conda")
    history.act(history.ground.make, history.ground.root / "sub" / "venv", {})
    assert history.codes("sub/requirements.txt") == ["missing-requirement"]
    history.act(write, history.ground.root / "pyproject.toml", '[tool.venvls.rules]\nmissing-requirement = "off"\n')
    assert history.codes("sub/requirements.txt") == []


def test_a_project_that_requires_itself_and_is_renamed(begin: Begin) -> None:
    history = begin("uv")
    manifest = history.ground.root / "pyproject.toml"
    own = manifest.read_text().replace('"attrs"', '"demo[extra] @ file:///nowhere"')
    history.act(history.ground.make, history.ground.root / ".venv", {"idna": "3.0"})
    history.act((history.ground.root / "uv.lock").unlink)
    history.act(history.editor.type, manifest, own)
    history.compare()
    history.act(history.editor.type, manifest, own.replace('name = "demo"', 'name = "other"'))
    history.compare()


def test_the_name_of_a_project_that_is_required_by_its_path(begin: Begin) -> None:
    history = begin("pip")
    history.act(history.ground.make, history.ground.root / ".venv", {"idna": "2.0", "attrs": "2.0", "six": "1.0"})
    assert history.codes("lib/requirements.txt") == ["missing-requirement"]
    history.act(write, history.ground.root / "part" / "setup.cfg", "[metadata]\nname = six\n")
    assert history.codes("lib/requirements.txt") != ["missing-requirement"]


def test_groups_that_another_file_chooses(begin: Begin) -> None:
    history = begin("hatch")
    place = history.ground.places()[0]
    history.act(history.ground.make, place, {"idna": "2.0", "attrs": "2.0", "demo": "1"})
    assert history.codes("pyproject.toml") == []
    history.act(write, history.ground.root / "hatch.toml", '[envs.default]\nfeatures = ["x"]\ndependencies = ["nothing-like-it"]\n')
    history.compare()
    history.act((history.ground.root / "hatch.toml").unlink)
    assert history.codes("pyproject.toml") == ["missing-requirement"]


def test_a_text_of_the_same_size_in_the_same_tick(begin: Begin) -> None:
    history = begin("pip")
    history.act(history.ground.make, history.ground.root / ".venv", {"idna": "2.0", "attrs": "2.0"})
    manifest = history.ground.root / "more.txt"
    history.act(write, manifest, "attrs\n")
    stat = manifest.stat()

    def again() -> None:
        write(manifest, "sixth\n")
        os.utime(manifest, ns=(stat.st_atime_ns, stat.st_mtime_ns))

    history.act(again)
    history.editor.session.files_changed([str(manifest)])
    history.editor.rest()
    assert history.codes("more.txt") == ["missing-requirement"]


def test_another_python_in_place_of_an_environments(begin: Begin) -> None:
    history = begin("uv")
    prefix = history.ground.root / ".venv"
    history.act(history.ground.make, prefix, {"attrs": "2.0", "idna": "3.0"})
    text = (history.ground.root / "pyproject.toml").read_text().replace(">=3.9", "<3.12")
    history.act(write, history.ground.root / "pyproject.toml", text)
    assert "python-mismatch" not in history.codes("pyproject.toml")
    history.act(shutil.rmtree, prefix)
    history.act(history.ground.make, prefix, {"attrs": "2.0", "idna": "3.0"}, OTHER_VERSION)
    assert "python-mismatch" in history.codes("pyproject.toml")


def test_a_first_requirement_makes_a_file_the_one_that_is_spoken_of(begin: Begin) -> None:
    history = begin("script")
    root = history.ground.root
    history.act(history.ground.make, root / ".venv", {"idna": "2.0"})
    history.act(write, root / "requirements.txt", "# nothing yet\n")
    history.act(write, root / "pyproject.toml", '[project]\nname = "demo"\nversion = "1"\n')
    history.compare()
    history.act(history.editor.type, root / "requirements.txt", "idna\n")
    history.compare()


def test_a_file_that_another_folders_project_includes(begin: Begin) -> None:
    history = begin("pip")
    root = history.ground.root
    history.act(history.ground.make, root / ".venv", {"idna": "2.0", "attrs": "2.0", "six": "1.0"})
    history.act(write, root / "requirements.txt", "-r lib/requirements.txt\nsix\n")
    history.act(history.editor.type, root / "lib" / "requirements.txt", "six<1\n")
    history.compare()
    history.act(history.editor.type, root / "lib" / "requirements.txt", "# nothing\n")
    assert history.codes("requirements.txt") == []


def test_the_settings_of_a_uv_workspace_while_they_are_typed(begin: Begin) -> None:
    history = begin("uv")
    manifest = history.ground.root / "pyproject.toml"
    text = manifest.read_text()
    history.act(history.ground.make, history.ground.root / ".venv", {"idna": "3.0", "attrs": "2.0"})
    for typed in ("", "[tool.uv.sources]\nsix = { path = 'x' }\n", "[tool.uv]\nmanaged = false\n", ""):
        history.act(history.editor.type, manifest, text + typed)
        history.compare()


@everybody
def test_what_git_ignores(begin: Begin, kind: str) -> None:
    history = begin("pip", kind)
    ground = history.ground

    def told() -> bool:
        items = history.editor.shown().get(str(ground.root / "requirements.txt"), [])
        return any(item["code"] == "unignored-environment" for item in items)

    ground.git("init", "-q")
    history.act(ground.make, ground.root / ".venv", {"idna": "2.0", "attrs": "2.0"})
    assert told()
    exclude = ground.root / ".git" / "info" / "exclude"
    for path in (exclude, ground.root / ".gitignore"):
        history.act(write, path, ".venv\n")
        assert not told()
        history.act(path.unlink)
        assert told()


@everybody
def test_a_document_that_is_opened_again_with_another_text(begin: Begin, kind: str) -> None:
    history = begin("script", kind)
    script = history.ground.root / "job.py"
    text = script.read_text()
    history.act(history.editor.type, script, text[:20])
    assert history.codes("job.py") == ["invalid-manifest"]
    history.act(history.editor.let_go, script)
    history.act(history.editor.type, script, text)
    assert history.codes("job.py") == ["no-environment"]  # uv's own, which is not there yet


@everybody
def test_the_file_below_a_document_that_was_never_whole(begin: Begin, kind: str) -> None:
    """What decides on projects is the last text that could be read: a document that is wrong from the start has none but the file's."""
    history = begin("tox", kind)
    ini = history.ground.root / "tox.ini"
    history.act(write, ini, "[tox]\ne")
    assert history.codes("tox.ini") == ["invalid-manifest"]
    history.act(history.editor.type, ini, "[tox]\ne")
    for text in ("", "[tox]\ne", "[testenv]\ndeps = six\n"):
        history.act(write, ini, text)
        history.compare()


@everybody
def test_another_member_of_a_uv_workspace_outside_of_what_is_opened(begin: Begin, kind: str) -> None:
    history = begin("uv member", kind)
    root, lock = history.ground.root, history.ground.root.parent / "uv.lock"
    beside = root.parent / "beside" / "pyproject.toml"
    stated, locked = beside.read_text(), lock.read_text()
    history.act(history.ground.make, root.parent / ".venv", {"idna": "3.0", "attrs": "2.0"})
    assert history.codes("pyproject.toml") == []
    for text, codes in ((stated.replace("six", "idna"), ["stale-lock"]), (f"# The same.\n{stated}", [])):
        history.act(write, beside, text)
        assert history.codes("pyproject.toml") == codes
    history.act(write, root.parent / "pyproject.toml", '[tool.uv.workspace]\nmembers = ["demo"]\n')
    assert history.codes("pyproject.toml") == ["stale-lock"]
    history.act(write, root.parent / "pyproject.toml", '[tool.uv.workspace]\nmembers = ["demo", "b*"]\n')
    assert history.codes("pyproject.toml") == []
    # The tool locks again.
    history.act(write, beside, stated.replace("six", "attrs"))
    history.act(write, lock, locked.replace('[{ name = "six" }]', '[{ name = "attrs" }]'))
    assert history.codes("pyproject.toml") == []
    history.act(beside.unlink)
    assert history.codes("pyproject.toml") == ["stale-lock"]
    # Where it is opened too, it is said there.
    history.act(write, beside, stated)
    history.roots.append(beside.parent)
    history.act(history.editor.folders, [beside.parent], [])
    assert history.codes("pyproject.toml") == []
    assert "stale-lock" in [item["code"] for item in history.editor.shown()[str(beside)]]
    history.roots.remove(beside.parent)
    history.act(history.editor.folders, [], [beside.parent])
    assert history.codes("pyproject.toml") == ["stale-lock"]


@everybody
def test_a_script_that_is_opened_half_typed_and_whose_block_is_typed_again(begin: Begin, kind: str) -> None:
    history = begin("script", kind)
    path = history.ground.root / "job.py"
    whole = path.read_text()
    for text in (whole[len("# /// script\n# p") :], whole[: whole.index("dependencies") + len("dependencies ")], whole):
        history.act(history._type, path, text)
        history.compare()


@everybody
def test_what_was_told_before_projects_are_requested_counts(begin: Begin, kind: str) -> None:
    history = begin("pip", kind)
    path, session = history.ground.root / "newer" / "requirements.txt", history.editor.session
    write(path, "six\n")
    session.files_changed([str(path)])  # It waits for its turn, and the request goes first.
    assert str(path.parent) in {project["root"] for project in projects._projects(session.workspace(), session)}
    history.act(lambda: None)
