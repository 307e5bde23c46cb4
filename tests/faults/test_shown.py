"""T23: nothing that a workspace or an environment says can steer a terminal, turn a line around or add a line, whatever shows it."""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.lsp.editor import Editor, install, make_environment
from venvls.__main__ import main
from venvls.cli.streams import visible_streams
from venvls.cli.terminal import _CODES

PAYLOADS = (
    "\x1b[31mred", "\x1b[2J", "\x1b]0;title\x07", "\x1b]8;;https:e.invalid\x1b\\link", "\x1b[6n", "\x1bP$q\x1b\\", "\x9b31m", "\x9d0;t\x9c",
    "one\rtwo", "\x08\x08\x08", "\x07", "\x7f", "\x0e", "\x0b\x0c", "\u202egpj.exe", "\u2066a\u2069", "\u200e\u200f", "\u061c",
    "\u2028new\u2029", "\x85next", "line\n::error::forged", "\U000e0041", "\ufeff",
)  # fmt: skip
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no folder there has such a name")

# What a program opens, sends back or writes; no person reads it.
DATA = frozenset(
    ["uri", "path", "prefix", "interpreter", "project", "root", "manifests", "locks", "arguments", "data", "edit", "edits", "newText"]
)


def acts(text: str, lines: bool = True) -> list[str]:
    """The characters of ``text`` that would do something instead of showing."""
    return [
        character
        for character in text
        if (unicodedata.category(character) in ("Cc", "Zl", "Zp", "Cs") and not (lines and character == "\n"))
        or unicodedata.bidirectional(character) in ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")
        or character in "\u200e\u200f\u061c\ufeff"
        or 0xE0000 <= ord(character) < 0xE0080
    ]


def said(*words: str | Path) -> tuple[str, str]:
    """What the command line writes to its two streams."""
    output, errors = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(errors):
        assert main([str(word) for word in words]) in (0, 1, 2)
    assert "internal error" not in errors.getvalue()
    return output.getvalue(), errors.getvalue()


def folders(root: Path) -> list[Path]:
    return sorted(path for path in root.iterdir() if path.is_dir())


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with a project for each payload, which says it in its folder's name and in every field of every file."""
    root = tmp_path_factory.mktemp("work")
    for number, payload in enumerate(PAYLOADS):
        project = root / f"p{number:02}{payload.replace('/', '_')}"
        project.mkdir()
        words = "".join(one if one.isalnum() else f"\\U{ord(one):08x}" for one in payload).join('""')
        (project / "pyproject.toml").write_text(
            f'[project]\nname = "a"\nversion = "1"\nrequires-python = {words}\ndependencies = [{words}, "lib>=2"]\n'
            f"[project.optional-dependencies]\n{words} = [{words}]\n[dependency-groups]\ndev = [{words}, {{include-group = {words}}}]\n"
            f"[tool.venvls]\nignore = [{words}]\nsync.groups = [{words}]\n{words} = {words}\n[tool.uv.sources]\nlib = {{path = {words}}}\n",
            "utf-8",
        )
        (project / "requirements.txt").write_text(
            f"lib>=2\n{payload}\n-r {payload}.txt\n-c {payload}\n--{payload}\nlib[{payload}]\nlib; {payload}\nabsent @ https://h/{payload}\n",
            "utf-8",
        )
        (project / "setup.cfg").write_text(f"[options]\npython_requires = {payload}\ninstall_requires =\n  {payload}\n", "utf-8")
        (project / "Pipfile").write_text(f"[packages]\n{words} = {words}\n[requires]\npython_version = {words}\n", "utf-8")
        (project / "environment.yml").write_text(f"name: {payload}\ndependencies:\n  - {payload}\n  - pip:\n    - {payload}\n", "utf-8")
        (project / "tox.ini").write_text(f"[tox]\nenvlist = {payload}\n[testenv]\ndeps = {payload}\n", "utf-8")
        (project / ".python-version").write_text(payload, "utf-8")
        (project / "uv.lock").write_text(
            f"version = 1\nrequires-python = {words}\n[[package]]\nname = {words}\nversion = {words}\n", "utf-8"
        )
        site = project / ".venv" / "lib" / "python3.11" / "site-packages"
        site.mkdir(parents=True)
        (project / ".venv" / "pyvenv.cfg").write_text(f"home = /nowhere/{payload}\nversion = 3.11.{payload}\nprompt = {payload}\n", "utf-8")
        install(site, "lib", "1.0")
        info = site / "lib-1.0.dist-info"
        (info / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: lib\nVersion: 1.0\nRequires-Dist: {payload}\nRequires-Dist: gone{payload}\n"
        )
        (info / "direct_url.json").write_text(json.dumps({"url": f"file:///x/{payload}", "dir_info": {"editable": True}}))
    return root


def _others(words: str, plain: str) -> dict[str, dict[str, str]]:
    """Projects of other tools that say the payload in each field: as a TOML or JSON string, and as it is."""
    project = '[project]\nname = "a"\nversion = "1"\ndependencies = ["lib>=2"]\n'
    package = f'[[package]]\nname = {words}\nversion = {words}\n[[package]]\nname = "lib"\nversion = {words}\n'
    packages = package.replace("package", "packages")
    poetry = '[tool.poetry]\nname = "a"\nversion = "1"\n[tool.poetry.dependencies]\n'
    pixi = f"[workspace]\nname = {words}\nchannels = [{words}]\nplatforms = [{words}]\n[dependencies]\n"
    pip_tools = "# This file is autogenerated by pip-compile with Python 3.11\n"
    pipenv = f'"default": {{"lib": {{"version": {plain}}}, {plain}: {{"markers": {plain}}}}}'
    setup = f"setup(name={plain}, install_requires=[{plain}], python_requires={plain})"
    return {
        "hatch": {
            "pyproject.toml": project,
            "hatch.toml": f"[envs.{words}]\ndependencies = [{words}]\ntemplate = {words}\npython = {words}\n",
        },
        "poetry": {
            "pyproject.toml": f"{poetry}python = {words}\nlib = {words}\n{words} = {{git = {words}}}\n",
            "poetry.lock": f"{package}[metadata]\nlock-version = {words}\ncontent-hash = {words}\n",
        },
        "pdm": {
            "pyproject.toml": f"{project}[tool.pdm.dev-dependencies]\n{words} = [{words}]\n",
            "pdm.lock": f"[metadata]\nlock_version = {words}\ncontent_hash = {words}\n{package}",
        },
        "pylock": {"pyproject.toml": project, "pylock.toml": f'lock-version = "1.0"\ncreated-by = {words}\n{packages}'},
        "pipenv": {
            "Pipfile": f"[packages]\nlib = {words}\n",
            "Pipfile.lock": f'{{"_meta": {{"hash": {{"sha256": "x"}}}}, {pipenv}}}',
        },
        "pixi": {
            "pixi.toml": f"{pixi}{words} = {words}\nlib = {words}\n",
            "pixi.lock": f"version: 6\nenvironments:\n  default:\n    packages:\n      linux-64:\n      - pypi: {plain}\n",
        },
        "conda": {
            "environment.yml": f"dependencies:\n  - python={plain}\n  - lib={plain}\n",
            "conda-lock.yml": f"version: 1\npackage:\n- name: {plain}\n  version: {plain}\n  manager: pip\n",
        },
        "pip-tools": {
            "requirements.in": "lib>=2\n",
            "requirements.txt": f"{pip_tools}# pip-compile {words}\nlib=={words}\n    # via {words}\n",
        },
        "tox": {"tox.toml": f"env_list = [{words}]\n[env_run_base]\ndeps = [{words}]\n[env.{words}]\ndescription = {words}\n"},
        "setuptools": {"setup.py": f"from setuptools import setup\n{setup}\n"},
    }


def test_t23_no_manifest_or_lock_of_any_tool_acts(tmp_path: Path) -> None:
    for number, payload in enumerate(PAYLOADS):
        words = "".join(one if one.isalnum() else f"\\U{ord(one):08x}" for one in payload).join('""')
        for tool, files in _others(words, json.dumps(payload)).items():
            project = tmp_path / f"{tool}{number}"
            site = project / ".venv" / "lib" / "python3.11" / "site-packages"
            site.mkdir(parents=True)
            (project / ".venv" / "bin").mkdir()
            (project / ".venv" / "bin" / "python").symlink_to(sys.executable)
            (project / ".venv" / "pyvenv.cfg").write_text(f"home = {Path(sys.executable).parent}\nversion = 3.11.4\n")
            install(site, "lib", "1.0")
            for name, text in files.items():
                (project / name).write_text(text, "utf-8")
    for form in ("text", "json"):
        output, errors = said("check", "--all-groups", "--format", form, tmp_path)
        assert acts(output + errors) == []
        assert not [line for line in output.splitlines() if line.startswith("::error::")], "a line that a name made"
        spoken_of = {tool for tool in _others("", "") if f"{tool}14" in output}
        # What is for conda alone says nothing of another environment.
        assert spoken_of >= _others("", "").keys() - {"conda", "pixi"}, "each tool's project has something to say"


@pytest.mark.parametrize("form", ["text", "github", "json", "sarif", "junit", "gitlab"])
def test_t23_what_a_check_shows_acts_on_nothing(root: Path, form: str) -> None:
    output, errors = said("check", "--format", form, root)
    assert acts(output + errors) == []
    if form in ("json", "sarif", "gitlab"):
        assert json.loads(output)
    else:
        assert r"p14\u202egpj.exe" in output, "the name is shown, with what it hides"
    assert not [line for line in output.splitlines() if line.startswith("::error::")], "a line that a name made"


def _commands() -> Iterator[tuple[str, ...]]:
    for form in ("text", "json"):
        yield ("envs", "--format", form)
        yield ("which", "--explain", "--format", form)
        yield ("select", "--format", form, "--project")
        for name in ("list", "tree"):
            yield (name, "--format", form)
        for name in ("why", "show"):
            yield (name, "lib", "--format", form, "--project")
        for name in ("sync", "create", "recreate", "upgrade", "freeze", "compile", "repair", "delete"):
            yield (name, "--dry-run", "--format", form)
        yield ("add", "--dry-run", "lib==1", "--format", form, "--project")


@pytest.mark.parametrize("words", tuple(_commands()), ids=" ".join)
def test_t23_no_command_lets_a_name_act(root: Path, words: tuple[str, ...]) -> None:
    # Making a plan looks for programs and starts Pythons, so not for every name.
    for project in folders(root)[:: 4 if "--dry-run" in words else 1]:
        output, errors = said(*words, project)
        assert acts(output + errors) == [], (words, project)
        if "json" in words and output:
            assert json.loads(output)
        lines = (output + errors).splitlines()
        assert not [line for line in lines if line.startswith("::error")], "a line that a name made"


def test_t23_whatever_is_printed_is_visible(capsys: pytest.CaptureFixture[str]) -> None:
    """Also by a command that does not think of it."""
    with visible_streams(lambda stream: ()):
        for payload in PAYLOADS:
            print(payload)
            sys.stderr.writelines([payload])
    shown = capsys.readouterr()
    assert acts(shown.out + shown.err) == []
    assert r"\x1b[2J" in shown.out


def test_t23_doctor_and_colours(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where colours are, ours are the only ones: a name that would be red is not."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("PATH", "")
    for project in folders(root):
        for words in (("doctor",), ("check",)):
            output, errors = said(*words, project)
            for code in ("0", *_CODES.values()):
                output = output.replace(f"\x1b[{code}m", "")
            assert acts(output + errors) == [], (words, project)
    output, _ = said("check", folders(root)[0])
    assert r"p00\x1b[31mred" in output


def test_t23_a_path_for_a_program_is_exact(root: Path) -> None:
    """A path with an escape in it is another path."""
    project = root / f"exact{PAYLOADS[0]}"
    project.mkdir()
    try:
        make_environment(project / ".venv")
        (project / "requirements.txt").touch()
        output, _ = said("which", project)
        assert os.path.samefile(output.strip(), project / ".venv" / "bin" / "python")
    finally:
        for path in sorted(project.rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() and not path.is_symlink() else path.unlink()
        project.rmdir()


def test_t23_freeze_shows_where_a_package_came_from(tmp_path: Path) -> None:
    site = make_environment(tmp_path / ".venv")
    (tmp_path / "requirements.txt").touch()
    for number, payload in enumerate(PAYLOADS):
        install(site, f"lib{number}", "1.0")
        (site / f"lib{number}-1.0.dist-info" / "direct_url.json").write_text(
            json.dumps({"url": f"https://host.invalid/{payload}/a.zip", "archive_info": {}})
        )
    for form in ("text", "json"):
        output, errors = said("freeze", tmp_path, "--format", form)
        assert acts(output + errors) == []
    assert "lib0" in output


def _shown(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Each text of a message that a person may read, with the field it is in."""
    if name in DATA:
        return
    if isinstance(value, str):
        yield name, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _shown(inner, key)
    elif isinstance(value, list):
        for inner in value:
            yield from _shown(inner, name)


def test_t23_no_message_of_the_server_acts(root: Path) -> None:
    with Editor(root, options={"trusted": True}) as editor:
        editor.settle()
        editor.request("venvls/environments", {})
        for project in folders(root):
            editor.open(project / "requirements.txt")
            editor.settle()
            for action in editor.actions(project / "requirements.txt"):
                assert action["title"]
            editor.request("venvls/which", {"uri": project.as_uri()})
            editor.run("freeze", project=str(project))
            editor.run("sync", project=str(project))
        messages, errors = list(editor.messages), editor.stderr
    texts = [(name, text) for message in messages for name, text in _shown(message)]
    assert len(texts) > 20 * len(PAYLOADS)
    assert [(name, text) for name, text in texts if acts(text)] == []
    assert any("\\u202e" in text for _, text in texts), "what would act is written out"
    assert acts(errors) == []
