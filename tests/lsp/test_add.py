"""venvls.add: a requirement declared in the manifest and installed, taken out again, and nothing half done where that fails."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.lsp.editor import Editor, codes_of, make_environment, wheel

TRUSTED = {"trusted": True}
HEAD = "--no-index\n--find-links ../wheels\n"


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with an empty environment; the wheel of alpha lies beside it."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("UV_OFFLINE", "1")
    root = tmp_path / "shop"
    root.mkdir()
    make_environment(root / ".venv")
    (root / "requirements.txt").write_text(HEAD)
    (tmp_path / "wheels").mkdir()
    wheel(tmp_path / "wheels", "alpha", "1.0")
    return root


def installed(root: Path) -> list[str]:
    return sorted(path.name for path in root.glob(".venv/[lL]ib/**/*.dist-info"))


def add(editor: Editor, root: Path, *requirements: str, **more: Any) -> dict[str, Any]:
    return editor.run("add", project=str(root), requirements=list(requirements), confirmed=True, **more)


def test_it_is_declared_and_installed_and_taken_out_again(shop: Path) -> None:
    manifest = shop / "requirements.txt"
    yes = {"window/showMessageRequest": lambda params: params["actions"][0]}
    with Editor(shop, options=TRUSTED, answers=yes) as editor:
        answer = add(editor, shop, "alpha>=1")
        assert answer["ok"] is True and answer["message"].startswith("requirements.txt now lists alpha>=1."), answer
        assert manifest.read_text() == f"{HEAD}alpha>=1\n"
        assert installed(shop) == ["alpha-1.0.dist-info"]
        assert codes_of(editor.last(manifest)) == []
        answer = add(editor, shop, "alpha", options={"undo": True})
        assert answer["message"] == "requirements.txt no longer lists alpha. Removed alpha from .venv."
        assert installed(shop) == []
        assert manifest.read_text() == HEAD
        assert "alpha is not in" in add(editor, shop, "alpha", options={"undo": True})["message"]
        add(editor, shop, "alpha>=1")
        refused = editor.run("remove", project=str(shop), confirmed=True)
        assert refused["ok"] is False and "venvls.delete deletes the environment" in refused["message"]
        assert (shop / ".venv" / "pyvenv.cfg").exists()
        answer = editor.run("remove", project=str(shop), requirements=["alpha"], confirmed=True)
        assert answer["ok"] is True and (manifest.read_text(), installed(shop)) == (HEAD, []), answer


def test_a_file_that_the_editor_holds(shop: Path) -> None:
    """Its text is the old one until the editor has read it again; what was added is installed all the same."""
    (shop / "requirements.txt").unlink()
    manifest = shop / "pyproject.toml"
    manifest.write_text('[project]\nname = "shop"\nversion = "1"\ndependencies = []\n')
    source = (shop.parent / "wheels" / "alpha-1.0-py3-none-any.whl").as_uri()
    with Editor(shop, options=TRUSTED) as editor:
        editor.open(manifest)
        answer = add(editor, shop, f"alpha @ {source}")
        assert answer["ok"] is True, answer
        assert "alpha @" in manifest.read_text() and installed(shop) == ["alpha-1.0.dist-info"]
        editor.replace(manifest, 2, f"{manifest.read_text()}# not saved\n")
        answer = add(editor, shop, "beta")
        assert answer["ok"] is False and "unsaved changes" in answer["message"]
        assert "beta" not in manifest.read_text()


def test_what_cannot_be_installed_leaves_the_manifest_as_it_was(shop: Path) -> None:
    yes = {"window/showMessageRequest": lambda params: params["actions"][0]}
    with Editor(shop, options=TRUSTED, answers=yes) as editor:
        answer = add(editor, shop, "nowhere==9")
        assert answer["ok"] is False and "requirements.txt was not changed." in answer["message"], answer
        assert (shop / "requirements.txt").read_text() == HEAD
        assert add(editor, shop, "nowhere==9", options={"no-sync": True})["ok"] is True
        assert add(editor, shop, "not a name")["ok"] is False
        assert "Name the requirements to add" in editor.run("add", project=str(shop))["message"]


def test_an_untrusted_workspace_stays_as_it_is(shop: Path) -> None:
    with Editor(shop, options={"trusted": False}) as editor:
        assert "not trusted" in add(editor, shop, "alpha")["message"]
    assert (shop / "requirements.txt").read_text() == HEAD


def test_uv_does_it_where_uv_keeps_the_project(shop: Path) -> None:
    (shop / "requirements.txt").unlink()
    manifest = shop / "pyproject.toml"
    manifest.write_text(
        '[project]\nname = "shop"\nversion = "1"\nrequires-python = ">=3.10"\ndependencies = []\n'
        '[tool.uv]\nno-index = true\nfind-links = ["../wheels"]\n'
    )
    uv = Path(sys.executable).with_name("uv")
    subprocess.run([uv, "lock", "-q"], cwd=shop, check=True)
    with Editor(shop, options=TRUSTED) as editor:
        answer = add(editor, shop, "alpha")
        assert answer["ok"] is True and answer["message"] == "Added alpha to the project.", answer
        assert "alpha" in manifest.read_text() and installed(shop) == ["alpha-1.0.dist-info"]
        answer = add(editor, shop, "alpha", options={"undo": True})
        assert answer["message"] == "Removed alpha from the project.", answer
        assert installed(shop) == []
