"""What completion puts into the text, where names and versions come from, and what a suggestion tells when it is looked at."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.looks.editor import LOOKS
from tests.lsp.editor import Editor, install, make_environment, range_of
from venvls.manifests.places.commas import missing
from venvls.manifests.places.cursor import Typed, typed_at
from venvls.model.text import Text


def typed(text: str, format: str = "pyproject.toml") -> Typed | None:
    """What is being typed where ``|`` stands."""
    return typed_at(Text(text.replace("|", "")), text.index("|"), format)


@pytest.mark.parametrize(
    ("text", "format", "kind", "written"),
    [
        ('[project]\ndependencies = [\n  "re|"\n]', "pyproject.toml", "requirement", "re"),
        ('[project]\ndependencies = ["a", "req|"]', "pyproject.toml", "requirement", "req"),
        ('[project]\ndependencies = ["a[x]", "b|', "pyproject.toml", "requirement", "b"),
        ('[project.optional-dependencies]\nx = ["y[fa|"]', "pyproject.toml", "requirement", "y[fa"),
        ('[dependency-groups]\n"a b" = [\n"c|', "pyproject.toml", "requirement", "c"),
        ('[tool.uv]\ndev-dependencies = ["a|"]', "pyproject.toml", "requirement", "a"),
        ('[tool.uv]\ndefault-groups = ["d|"]', "pyproject.toml", "group", "d"),
        ("[tool.poetry.group.dev.dependencies]\nre|", "pyproject.toml", "name", "re"),
        ("[packages]\nre|", "Pipfile", "name", "re"),
        ("[options]\ninstall_requires =\n    a\n    re|", "setup.cfg", "requirement", "re"),
        ("[options.extras_require]\nx =\n    re|", "setup.cfg", "requirement", "re"),
        ("[testenv]\ndeps =\n    py39: re|", "tox.ini", "requirement", "re"),
        ("dependencies:\n  - python\n  - pip:\n    - re|", "environment.yml", "requirement", "re"),
        ('# /// script\n# dependencies = [\n#   "re|",\n# ]\n# ///', "script", "requirement", "re"),
        ("--extra|", "requirements.txt", "option", "--extra"),
        ("-r sub/ba|", "requirements.txt", "path", "sub/ba"),
        ("setup(\n  install_requires=[\n    'a', # x\n    're|'\n  ])", "setup.py", "requirement", "re"),
        ('setup(extras_require={\'x\': ["a", "re|', "setup.py", "requirement", "re"),
        ('[packages]\nrequests = ">=2|"', "Pipfile", "specifier", ">=2"),
        ('[packages]\nrequests = {extras = ["a"], version = "|"}', "Pipfile", "specifier", ""),
        ('[packages]\nrequests = {extras = ["a", "s|"]}', "Pipfile", "own-extras", "s"),
        ('[tool.poetry.group.dev.dependencies]\nrequests = "^2|"', "pyproject.toml", "specifier", "^2"),
        ('[tool.poetry.dependencies.requests]\nversion = "~|"', "pyproject.toml", "specifier", "~"),
        ("[dependencies]\nre|", "pixi.toml", "name", "re"),
        ('[feature.x.dependencies]\nzlib = ">=1|"', "pixi.toml", "specifier", ">=1"),
        ('[tool.poetry.dependencies]\nme = { path = "../m|" }', "pyproject.toml", "path", "../m"),
        ('[tool.uv.sources]\nme = { path = "li|" }', "pyproject.toml", "path", "li"),
        ('[tool.uv]\nconflicts = [[{ group = "d|" }]]', "pyproject.toml", "group", "d"),
        ('[tool.uv]\nconflicts = [[{ extra = "d|" }]]', "pyproject.toml", "extra", "d"),
        ('[tool.hatch.envs.x]\nfeatures = ["d|"]', "pyproject.toml", "extra", "d"),
        ('[envs.x]\ndependency-groups = ["d|"]', "hatch.toml", "group", "d"),
        ('[env_run_base]\ndeps = ["re|"]', "tox.toml", "requirement", "re"),
        ('[env_run_base]\ncommands = [["uv sync --group do|"]]', "tox.toml", "group", "do"),
        ('[environments]\nx = ["d|"]', "pixi.toml", "group", "d"),
        ('[tool.pixi.environments]\nx = {features = ["d|"]}', "pyproject.toml", "group", "d"),
        ("[testenv]\ndependency_groups =\n    a\n    do|", "tox.ini", "group", "do"),
        ("[testenv]\nextras = a, do|", "tox.ini", "extra", "do"),
        ("[testenv]\ncommands =\n    uv sync --only-group do|", "tox.ini", "group", "do"),
    ],
)
def test_what_is_typed(text: str, format: str, kind: str, written: str) -> None:
    found = typed(text, format)
    assert found is not None and (found.kind, found.text) == (kind, written)


@pytest.mark.parametrize(
    ("text", "format"),
    [
        ('[project]\nname = "re|"', "pyproject.toml"),
        ('[project]\ndependencies = [\n  "re", # co|\n]', "pyproject.toml"),
        ('[project]\ndependencies = ["a"|]', "pyproject.toml"),
        ('[project]\ndependencies = ["a"]\nre|', "pyproject.toml"),
        ('[project]\ndependencies = ["a"]\nclassifiers = ["P|"]', "pyproject.toml"),
        ("[project.scripts]\nre|", "pyproject.toml"),
        ("requests # re|", "requirements.txt"),
        ("channels:\n  - re|", "environment.yml"),
        ("[metadata]\nname = x\nlong_description =\n    re|", "setup.cfg"),
        ("import re|", "script"),
        ("setup(name='re|')", "setup.py"),
        ("setup(install_requires=['a'], name='re|')", "setup.py"),
        ("setup(install_requires=['a', # 're|", "setup.py"),
        ("setup(extras_require={'re|", "setup.py"),
        ('[packages]\nrequests = {index = "re|"}', "Pipfile"),
        ('[tool.other]\nme = { path = "li|" }', "pyproject.toml"),
        ('[project]\ndependencies = ["a"]\n[to|', "pyproject.toml"),
        ('[build-system]\nrequires = [\n  "a",\n]\n[[tool.uv.in|', "pyproject.toml"),
        ('[dependency-groups]\ndev = ["a", {in|', "pyproject.toml"),
    ],
)
def test_where_nothing_is_suggested(text: str, format: str) -> None:
    assert typed(text, format) is None


@pytest.mark.parametrize(
    ("text", "format", "result"),
    [
        ('dependencies = [\n  "a"\n  re|\n]', "pyproject.toml", 'dependencies = [\n  "a",\n  re\n]'),
        ('dependencies = [\n  "a"  # "c"\n\n  # d\n  "re|"\n]', "pyproject.toml", 'dependencies = [\n  "a",  # "c"\n\n  # d\n  "re"\n]'),
        ('dependencies = [\n  "|"  # c\n  # d\n  "a",\n]', "pyproject.toml", 'dependencies = [\n  "",  # c\n  # d\n  "a",\n]'),
        ('dependencies = [\n  "a",\n  "re|",\n  "b"\n]', "pyproject.toml", 'dependencies = [\n  "a",\n  "re",\n  "b"\n]'),
        ('dependencies = [\n  """re|"""\n]', "pyproject.toml", 'dependencies = [\n  """re"""\n]'),
        ("setup(install_requires=[\n 'a'\n '|'\n u'b'])", "setup.py", "setup(install_requires=[\n 'a',\n '',\n u'b'])"),
        ("setup(install_requires=[\n 'a'\n '>|'])", "setup.py", "setup(install_requires=[\n 'a'\n '>'])"),
        (
            "# /// script\n# dependencies = [\n#   'a' # b\n#\n#   're|'\n# ]",
            "script",
            "# /// script\n# dependencies = [\n#   'a', # b\n#\n#   're'\n# ]",
        ),
        ("a\nre|", "requirements.txt", "a\nre"),
    ],
)
def test_commas_that_a_new_element_lacks(text: str, format: str, result: str) -> None:
    if "setup(" not in text and "///" not in text and "dep" in text:
        text, result = f"[project]\n{text}", f"[project]\n{result}"
    found, source = typed(text, format), text.replace("|", "")
    assert found is not None
    for offset in sorted(missing(Text(source), found, format), reverse=True):
        source = f"{source[:offset]},{source[offset:]}"
    assert source == result


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "work"
    root.mkdir()
    site = make_environment(root / ".venv", mine="2.0")
    (site / "mine-2.0.dist-info" / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: mine\nVersion: 2.0\nSummary: It is [mine](command:x).\n"
    )
    (root / "pyproject.toml").write_text('[project]\nname = "me"\ndependencies = [\n  mi\n  "x",\n]\n')
    (root / "other").mkdir()
    (root / "other" / "requirements.txt").write_text("minecraft==7\nmine==\n")
    install(make_environment(root / "other" / ".venv"), "mine", "10.1")
    (root / "third").mkdir()
    (root / "third" / "environment.yml").write_text("dependencies:\n  - minio\n")
    return root


@pytest.fixture
def editor(root: Path, tmp_path: Path) -> Iterator[Editor]:
    cache = tmp_path / "cache"
    (cache / "wheels-v9" / "pypi" / "mineral" / "1.0-py3-none-any").mkdir(parents=True)
    (cache / "wheels-v9" / "pypi" / "mine" / "9.0-py3-none-any").mkdir(parents=True)
    built = cache / "wheels" / "ab" / "cd" / "ef" / "0123"
    built.mkdir(parents=True)
    (built / "mine-11.0-py3-none-any.whl").write_bytes(b"")
    (built / "Mint-1.0-py3-none-any.whl").write_bytes(b"")
    with Editor(root, capabilities=LOOKS, environ={"UV_CACHE_DIR": str(cache), "PIP_CACHE_DIR": str(cache)}) as editor:
        yield editor


def complete(editor: Editor, path: Path, line: int, character: int) -> list[dict[str, Any]]:
    position = {"line": line, "character": character}
    return editor.request("textDocument/completion", {"textDocument": {"uri": path.as_uri()}, "position": position})


def test_names_from_the_nearest_place_first_with_quotes_and_comma(editor: Editor, root: Path) -> None:
    path = root / "pyproject.toml"
    editor.open(path)
    items = [each for each in complete(editor, path, 3, 4) if "insertTextFormat" not in each]
    names = ["minecraft", "minio", "mine", "mineral", "mint"]
    assert [each["label"] for each in sorted(items, key=lambda each: each["sortText"])] == names
    assert {each["label"]: each["detail"] for each in items}["mineral"] == "in a cache of uv or pip"
    edit = next(each["textEdit"] for each in items if each["label"] == "mine")
    assert edit == {"range": {"start": {"line": 3, "character": 2}, "end": {"line": 3, "character": 4}}, "newText": '"mine",'}


def test_a_file_includes_neither_itself_nor_an_environment(editor: Editor, root: Path) -> None:
    path = root / "other" / "requirements.txt"
    (path.parent / "more.txt").write_text("")
    (path.parent / "source").mkdir()
    editor.open(path, "-r \n-e ./.\n-e ./\n")
    assert [each["label"] for each in complete(editor, path, 0, 3)] == ["more.txt", "source"]
    assert complete(editor, path, 1, 6) == []


def test_versions_of_every_place_the_newest_first(editor: Editor, root: Path) -> None:
    items = complete(editor, root / "other" / "requirements.txt", 1, 6)
    assert [each["label"] for each in items] == ["11.0", "10.1", "9.0", "2.0"]


def test_the_newest_version_that_is_known_and_the_size_are_in_the_hover(editor: Editor, root: Path) -> None:
    record = next(root.glob(".venv/[lL]ib/**/mine-2.0.dist-info")) / "RECORD"
    record.write_text('mine/__init__.py,sha256=x,1200000\n"mine/a,b.py",sha256=x,34567\nmine-2.0.dist-info/RECORD,,\n')
    path = root / "pyproject.toml"
    editor.open(path, path.read_text().replace("  mi\n", '  "mine",\n'))
    place = {"textDocument": {"uri": path.as_uri()}, "position": {"line": 3, "character": 4}}
    value = editor.request("textDocument/hover", place)["contents"]["value"]
    assert "- newest known: 11.0, from what this machine has seen\n" in value and "- size: 1.2 MB" in value


def test_a_new_requirement_as_a_snippet_only_where_the_editor_knows_them(editor: Editor, root: Path) -> None:
    def snippets(path: Path, line: int, character: int) -> dict[str, str]:
        return {
            each["label"]: each["textEdit"]["newText"]
            for each in complete(editor, path, line, character)
            if each.get("insertTextFormat") == 2
        }

    assert snippets(root / "pyproject.toml", 3, 4) == {"mine>=2.0": '"mine>=${1:2.0}",$0'}
    (root / "Pipfile").write_text("[packages]\nmi\n")
    editor.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": (root / "Pipfile").as_uri(), "type": 1}]})
    assert snippets(root / "Pipfile", 1, 2) == {"mine>=2.0": 'mine = ">=${1:2.0}"$0'}
    plain = {**LOOKS, "textDocument": {**LOOKS["textDocument"], "completion": {}}}
    with Editor(root, capabilities=plain) as old:
        assert all("insertTextFormat" not in each for each in complete(old, root / "pyproject.toml", 3, 4))


def test_versions_where_the_name_is_a_key(editor: Editor, root: Path) -> None:
    path = root / "Pipfile"
    path.write_text('[packages]\nmine = ""\nother = ">=1,<9"\n[dev-packages]\nmine = {version = "==1"}\n')
    editor.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": path.as_uri(), "type": 1}]})
    assert [each["label"] for each in complete(editor, path, 1, 8)] == [">=11.0", ">=10.1", ">=9.0", ">=2.0"]
    edits = [each["textEdit"] for each in complete(editor, path, 4, 22)]
    assert [edit["newText"] for edit in edits] == ["11.0", "10.1"] and edits[0]["range"]["start"] == {"line": 4, "character": 21}


def test_a_suggestion_brings_the_comma_that_the_element_before_it_lacks(editor: Editor, root: Path) -> None:
    path = root / "pyproject.toml"
    editor.open(path, '[project]\ndependencies = [\n  "𝒳"\n  mi\n]\n')
    mine = next(each for each in complete(editor, path, 3, 4) if each["label"] == "mine")
    assert mine["additionalTextEdits"] == [{"range": range_of((2, 6), (2, 6)), "newText": ","}]
    assert "additionalTextEdits" not in complete(editor, root / "requirements.txt", 0, 0)[0]


def test_a_suggestion_tells_of_itself_and_nothing_of_it_becomes_a_link(editor: Editor, root: Path) -> None:
    items = complete(editor, root / "pyproject.toml", 3, 4)
    resolved = editor.request("completionItem/resolve", next(each for each in items if each["label"] == "mine"))
    assert resolved["documentation"] == {"kind": "markdown", "value": "It is \\[mine\\](command\\:x)\\."}
    assert resolved["label"] == "mine" and resolved["textEdit"]["newText"] == '"mine",'


def test_no_folder_outside_the_workspace_is_listed(editor: Editor, root: Path) -> None:
    (root.parent / "secret.txt").write_text("")
    (root / "away").symlink_to(root.parent)
    path = root / "requirements.txt"
    for words in ("-r ../", "-r away/", "-r /"):
        path.write_text(words)
        editor.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": path.as_uri(), "type": 1}]})
        assert complete(editor, path, 0, len(words)) == [], words
    path.write_text("-r ")
    assert [each["label"] for each in complete(editor, path, 0, 3)][:1] == ["other"]
