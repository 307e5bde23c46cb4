"""Requirements put into a manifest and taken out of it, several at once: the text afterwards, and the sentence where there is none."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from tests.memory_tree import MemoryFiles
from venvls import declaring, manifests
from venvls.model.text import Text


def declared(name: str, source: str, *texts: str, undo: bool = False, **places: str) -> str:
    """The file's new text, or why it stays as it is."""
    path = f"/p/{name}"
    project = SimpleNamespace(root="/p", manifests=(path,))
    facts = SimpleNamespace(manifests={path: manifests.parse(path, Text(source))}, project=project, outside=(), files=MemoryFiles({}))
    answer = declaring.edits(texts, cast("Any", facts), undo=undo, path=path, **cast("Any", places))
    assert len(answer.edits) < 2 or answer.problem, "edits of one list may overlap"
    after = source
    for edit in answer.edits:
        after = after[: edit.span.start] + edit.new + after[edit.span.end :]
    return answer.problem or after


@pytest.mark.parametrize(
    ("name", "source", "names", "result"),
    [
        ("pyproject.toml", '[project]\ndependencies = ["a", "b"]\n', "ab", "[project]\ndependencies = []\n"),
        ("pyproject.toml", '[project]\ndependencies = ["a", "b", "c"]\n', "cb", '[project]\ndependencies = ["a"]\n'),
        (
            "pyproject.toml",
            "[project]\ndependencies = [\n  'a',  # A\n  'b'  # B\n]\n",
            "aA",
            "[project]\ndependencies = [\n  'b'  # B\n]\n",
        ),
        ("setup.py", "setup(install_requires=['a', 'b'])", "ba", "setup(install_requires=[])"),
        ("requirements.txt", "a; os_name == 'nt'\n# c\na; os_name != 'nt'\nb", "ab", "# c\n"),
        ("environment.yml", "dependencies:\n- a>=1\n- c\n- pip:\n  - b\n", "ab", "dependencies:\n- c\n"),
        ("Pipfile", '[packages]\na = "*"\nb = "*"\nc = "*"\n', "ab", '[packages]\nc = "*"\n'),
    ],
)
def test_each_that_is_named_is_taken_out(name: str, source: str, names: str, result: str) -> None:
    assert declared(name, source, *names, undo=True) == result


@pytest.mark.parametrize(
    ("name", "source", "texts", "result"),
    [
        ("pyproject.toml", '[project]\ndependencies = ["a>=1"]\n', "a>=2 b c", '[project]\ndependencies = ["a>=2", "b", "c"]\n'),
        ("setup.cfg", "[options]\ninstall_requires = a>=1\n", "a>=2 b", "[options]\ninstall_requires =\n    a>=2\n    b\n"),
        ("requirements.txt", "a>=1\r\n# end", "b a>=2 c", "a>=2\r\n# end\r\nb\r\nc"),
        ("environment.yml", "dependencies:\n- a=1=py_0\n- pip\n", "a>=2 b==3.*", "dependencies:\n- a>=2\n- pip\n- b=3.*\n"),
        ("requirements.txt", "a ; os_name=='nt'\n", 'a>=2;os_name=="nt"', "a>=2 ; os_name=='nt'\n"),
        ("requirements.txt", "a; os_name=='nt'\n", "a>=2;os_name!='nt'", "a; os_name=='nt'\na>=2;os_name!='nt'\n"),
    ],
)
def test_each_that_is_named_is_put_in(name: str, source: str, texts: str, result: str) -> None:
    assert declared(name, source, *texts.split()) == result


@pytest.mark.parametrize("wanted", ["a; os_name=='nt'", "a[x]", "a @ https://e.org/a.whl"])
def test_what_is_listed_otherwise_stays_and_nobody_says_that_it_was_changed(wanted: str) -> None:
    assert "already lists it differently" in declared("requirements.txt", "a>=1\n", wanted)
    assert "already lists it differently" in declared("requirements.txt", "a>=1; python_version>'3'\n", "a>=2")


@pytest.mark.parametrize(
    ("name", "source", "places", "result"),
    [
        ("Pipfile", '[packages]\na = "*"\n', {"group": "dev"}, '[packages]\na = "*"\n\n[dev-packages]\nx = "*"\n'),
        ("Pipfile", '[packages]\na = "*"\n', {"extra": "dev"}, "no place for the extra `dev`"),
        ("requirements.txt", "a\n", {"group": "dev"}, "no place for the group `dev`"),
        ("requirements-dev.txt", "a\n", {"group": "dev"}, "a\nx\n"),
        ("setup.py", "setup(install_requires=['a'], extras_require={'dev': ['b']})", {"extra": "dev"}, "no place for the extra `dev`"),
    ],
)
def test_a_group_or_extra_that_a_file_cannot_have_is_no_word_for_its_main_list(
    name: str, source: str, places: dict[str, str], result: str
) -> None:
    after = declared(name, source, "x", **places)
    assert after == result or (result in after and " " in result)
