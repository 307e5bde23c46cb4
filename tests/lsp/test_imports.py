"""Imports of open Python files: marked on the module's name, kept current while one types, and gone once they are provided."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.lsp.editor import PULLED, PUSHED, Editor, codes_of, install, make_environment, with_capabilities

PYPROJECT = '[project]\nname = "app"\nversion = "1"\ndependencies = ["attrs"]\n'


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "work"
    root.mkdir()
    make_environment(root / ".venv", attrs="25.1.0")
    (root / "pyproject.toml").write_text(PYPROJECT)
    (root / "app.py").write_text("import os\nimport yaml\n")
    (root / "unopened.py").write_text("import sklearn\n")
    return root


def waited(holds: Callable[[], bool], seconds: float = 60.0) -> None:
    """Waits until something is true."""
    last = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < last
        time.sleep(0.05)


def marks(diagnostics: list[dict[str, Any]]) -> list[tuple[str, int, int]]:
    return [(each["code"], each["range"]["start"]["line"], each["range"]["start"]["character"]) for each in diagnostics]


def test_an_open_file_is_marked_as_one_types(project: Path) -> None:
    app = project / "app.py"
    with Editor(project) as editor:
        editor.open(app)
        assert marks(editor.until(app, ["missing-import"])) == [("missing-import", 1, 7)]
        editor.replace(app, 2, "import os\n\nimport yaml, strange\n")
        assert marks(editor.published(app, 2)) == [("missing-import", 2, 7), ("missing-import", 2, 13)]
        # Half-typed code has imports too.
        editor.replace(app, 3, "import os\ndef f(:\n  import yaml\n")
        assert marks(editor.published(app, 3)) == [("missing-import", 2, 9)]

        add, install, ignore = editor.actions(app, ((2, 10), (2, 10)), only=["quickfix"])
        assert add["title"] == "Add PyYAML to [project].dependencies"
        assert add["command"]["command"] == "venvls.add"
        assert add["command"]["arguments"][0]["requirements"] == ["PyYAML"]
        assert install["title"] == "Install PyYAML into .venv"
        assert ignore["title"] == "Ignore imports of `yaml` in this project"

        # What nobody has opened is left alone, and open code does not bring the environment out of sync.
        assert editor.last(project / "unopened.py") == []
        assert editor.request("venvls/projects", {})["projects"][0]["in_sync"] is True


@pytest.mark.parametrize("pulls", [False, True], ids=["pushed", "pulled"])
def test_what_is_typed_in_one_file_decides_on_another(project: Path, pulls: bool) -> None:
    """Whether the project can do without a module is said by all its files, as they are in the editor."""
    app, other = project / "app.py", project / "other.py"
    other.write_text("import os\n")

    def severities() -> list[int]:
        asked = {"textDocument": {"uri": app.as_uri()}}
        marked = editor.request("textDocument/diagnostic", asked)["items"] if pulls else editor.last(app)
        return [each["severity"] for each in marked]

    with Editor(project, capabilities=PULLED if pulls else PUSHED) as editor:
        editor.open(app)
        waited(lambda: severities() == [2])
        editor.open(other)
        editor.replace(other, 2, "try:\n    import yaml\nexcept ImportError:\n    yaml = None\n")
        waited(lambda: severities() == [3])
        editor.replace(other, 3, "import os\n")
        waited(lambda: severities() == [2])


def test_what_is_installed_or_required_meanwhile_is_no_longer_marked(project: Path, tmp_path: Path) -> None:
    app = project / "app.py"
    with Editor(project) as editor:
        editor.open(app)
        editor.until(app, ["missing-import"])
        site = next((project / ".venv").rglob("site-packages"))
        (site / "yaml.py").write_text("")
        # Whole before it is visible, as installers make it.
        install(tmp_path, "PyYAML", "6.0")
        (tmp_path / "PyYAML-6.0.dist-info" / "RECORD").write_text("yaml.py,,\n")
        (tmp_path / "PyYAML-6.0.dist-info").rename(site / "PyYAML-6.0.dist-info")
        editor.until(app, ["undeclared-import"], seconds=60)
        manifest = project / "pyproject.toml"
        editor.open(manifest)
        before = len(editor.messages)
        editor.replace(manifest, 2, manifest.read_text().replace('["attrs"]', '["attrs", "pyyaml"]'))
        editor.until(app, [], after=before)


@pytest.mark.parametrize("capabilities", [PUSHED, PULLED], ids=["pushed to", "pulling"])
def test_what_another_source_marks_too_is_a_hint(project: Path, capabilities: dict[str, Any]) -> None:
    app = project / "app.py"
    app.write_text("import yaml.nodes\nimport strange\n")

    def severities() -> list[int]:
        if capabilities is PULLED:
            items = editor.request("textDocument/diagnostic", {"textDocument": {"uri": app.as_uri()}})["items"]
        else:
            items = editor.last(app)
        return [item["severity"] for item in items]

    def mark(*names: str) -> None:
        editor.notify("venvls/didMarkImports", {"uri": app.as_uri(), "names": list(names)})

    with Editor(project, capabilities=capabilities) as editor:
        editor.open(app)
        waited(lambda: severities() == [2, 2])
        mark("yaml.nodes")
        waited(lambda: severities() == [4, 2])
        if capabilities is PULLED:
            assert editor.of("workspace/diagnostic/refresh")
        # The actions stay.
        assert editor.actions(app, ((0, 9), (0, 9)), only=["quickfix"])[0]["title"].startswith("Add PyYAML")
        mark()
        waited(lambda: severities() == [2, 2])


def test_switched_off_nothing_is_marked(project: Path) -> None:
    (project / "pyproject.toml").write_text(PYPROJECT + '[tool.venvls]\nimports.check = "off"\n')
    app = project / "app.py"
    with Editor(project) as editor:
        editor.open(app)
        assert editor.actions(app, only=["quickfix"]) == []
        assert marks(editor.last(app)) == []


@pytest.mark.parametrize("watches", [True, False], ids=["watching", "polled"])
def test_unopened_code_that_changes_outside_is_shown_again(project: Path, watches: bool) -> None:
    (project / "pyproject.toml").write_text(PYPROJECT + '[tool.venvls]\nimports.check = "all"\n')
    code, new = project / "unopened.py", project / "new.py"
    capabilities = with_capabilities(workspace={"didChangeWatchedFiles": {"dynamicRegistration": True}}) if watches else PUSHED
    with Editor(project, capabilities=capabilities) as editor:

        def write(path: Path, text: str | None) -> None:
            kind = 3 if text is None else 2 if path.exists() else 1
            path.unlink() if text is None else path.write_text(text)
            if watches:
                editor.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": path.as_uri(), "type": kind}]})

        editor.until(code, ["missing-import"])
        if watches:
            waited(lambda: "**/*.{py,pyi,pyw,ipynb}" in watched(editor))
        write(code, "import attr\n")
        editor.until(code, [])
        write(new, "import absent\n")
        editor.until(new, ["missing-import"])
        write(new, None)
        editor.until(new, [])


def test_code_is_watched_only_where_all_of_it_counts(project: Path) -> None:
    capabilities = with_capabilities(workspace={"didChangeWatchedFiles": {"dynamicRegistration": True}})
    with Editor(project, capabilities=capabilities) as editor:
        editor.settle()
        assert not any("py" in pattern.rpartition(".")[2] for pattern in watched(editor) if pattern.startswith("**/*."))
        manifest = project / "pyproject.toml"
        manifest.write_text(PYPROJECT + '[tool.venvls]\nimports.check = "all"\n')
        editor.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": manifest.as_uri(), "type": 2}]})
        waited(lambda: "**/*.{py,pyi,pyw,ipynb}" in watched(editor))
        manifest.write_text(PYPROJECT)
        editor.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": manifest.as_uri(), "type": 2}]})
        waited(lambda: bool(editor.of("client/unregisterCapability")))


def watched(editor: Editor) -> set[str]:
    """The patterns that the editor was asked to watch."""
    registrations = [each for message in editor.of("client/registerCapability") for each in message["registrations"]]
    watchers = [each["registerOptions"]["watchers"] for each in registrations if each["method"] == "workspace/didChangeWatchedFiles"]
    return {watcher["globPattern"] for each in watchers for watcher in each}


def test_what_a_project_states_counts_at_once_for_others_that_share_its_environment(project: Path) -> None:
    app, states, below = project / "app.py", project / "pyproject.toml", project / "below" / "requirements.txt"
    app.write_text("import six\n")
    below.parent.mkdir()
    below.write_text("attrs\n")
    site = next(project.glob(".venv/**/site-packages"))
    (site / "six.py").touch()
    install(site, "six", "1.17.0")
    (site / "six-1.17.0.dist-info" / "RECORD").write_text("six.py,,\n")
    (site / "six-1.17.0.dist-info" / "REQUESTED").touch()
    with Editor(project) as editor:
        editor.open(app)
        editor.until(app, ["undeclared-import"])
        editor.until(states, ["unrecorded-package"])
        editor.open(below, "attrs\nsix\n")
        waited(lambda: codes_of(editor.last(app)) == codes_of(editor.last(states)) == [])
        editor.replace(below, 2, "attrs\n")
        waited(lambda: codes_of(editor.last(app)) == ["undeclared-import"] and codes_of(editor.last(states)) == ["unrecorded-package"])


def test_what_no_code_used_while_all_was_checked_says_nothing_once_it_is_not(project: Path) -> None:
    states, site = project / "pyproject.toml", next(project.glob(".venv/**/site-packages"))
    (site / "attrs.py").touch()
    (site / "attrs-25.1.0.dist-info" / "RECORD").write_text("attrs.py,,\n")
    with Editor(project, options={"imports.check": "all"}) as editor:
        editor.until(states, ["unused-requirement"])
        editor.notify("workspace/didChangeConfiguration", {"settings": {"venvls": {"imports.check": "open"}}})
        waited(lambda: codes_of(editor.last(states)) == [])
