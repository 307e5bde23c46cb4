"""Code that nobody wrote by hand is as little work as code that somebody did: what there is too much of is one finding at its file."""

from __future__ import annotations

import os
from typing import Any

import pytest

from tests.bounds.judged import ROOT, judged
from tests.bounds.shapes import CODE, PROJECT, SITE, Tree
from tests.effort import assert_even, ends
from tests.memory_machine import MemoryMachine
from venvls.imports.scanner import MOST_IMPORTS, scan
from venvls.model.finding import Finding
from venvls.model.limits import TooManyError
from venvls.model.ports import WalkResult

LONG = bool(os.environ.get("VENVLS_LONG"))
LARGE = "#" * 10_000_001
"""A file of code that is not read at all."""
TOO_LARGE = "The imports of this file are not checked: the file is larger than 10 MB"


def _judged(tree: Tree) -> tuple[Finding, ...]:
    return judged(tree, ("ipykernel-6",), imports=True)


SIZES = {"projects that share an environment": 100}
"""Where little is done for each, its square shows late."""


@pytest.mark.parametrize("name", CODE)
def test_work_grows_with_the_code(name: str) -> None:
    assert_even(lambda size: _judged(CODE[name](size)), SIZES.get(name, 20))
    if LONG:
        with ends():
            _judged(CODE[name](1_000 if any(each in name for each in ("files", "package", "projects")) else 20_000))


def test_a_file_of_too_many_imports_is_said_to_be_one() -> None:
    for count, findings in ((MOST_IMPORTS, MOST_IMPORTS), (MOST_IMPORTS + 1, 1)):
        with ends():
            found = [each for each in _judged(CODE["imports"](count)) if each.path == f"{ROOT}/a.py"]
        assert len(found) == findings
    [finding] = found
    assert (finding.code, finding.severity, finding.span.start) == ("missing-import", "warning", 0)
    assert finding.message == "The imports of this file are not checked: the file has more than 5,000 imports"


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("import " + "a, " * 300_000, "more than 5,000 imports"),
        (f"from a import {'b,' * 40_000}b\n" * 2, "more than 50,000 imported names"),
        ("from a import (" + "    " * 300_000, "more than 100,000 characters of one import"),
        ("import " + "a." * 300_000, "more than 500 characters of one module's name"),
        ("import_module('" + "a." * 300_000 + "a')", "more than 500 characters of one module's name"),
        ("".join(f"{' ' * k}if x:\n" for k in range(1_500)) + " import a\n", "blocks that are more than 50 deep"),
        ("#\n" * 600_000 + "import a\n", "more than 500,000 strings and comments before an import"),
        ("if x:\n" * 400_000 + " import a\n", "more than 150,000 blocks to be looked at"),
        ("try:\n  import a\nexcept (\n" + "except (((((((((((((((\n" * 100_000, "more than 150,000 blocks to be looked at"),
        ("try:\n import a\n" * 60 + "x = 1\n" * 600_000, None),
        ("import \\\n" * 500_000, "more than 5,000 imports"),
        ("import;" * 500_000, "more than 5,000 imports"),
        ("import.\\\n" * 500_000, "more than 5,000 imports"),
        ("from a import b \\\n" * 180 + "+" * 4_000_000, "more than 100,000 characters of one import"),
    ],
    ids=lambda value: value[:20] if isinstance(value, str) else "",
)
def test_what_nobody_writes_is_given_up_at_once(text: str, what: str | None) -> None:
    with ends(5):
        try:
            scan(text)
            said = None
        except TooManyError as problem:
            said = str(problem)
    assert said == what


def test_the_word_in_front_of_an_import_may_be_there_a_hundred_thousand_times() -> None:
    assert scan("lazy " * 100_000 + "import a\n") == ()


def test_strings_without_an_end_are_looked_at_once() -> None:
    """A backslash that is the last of all ended none of them, so that each was looked for to the end."""
    with ends(5):
        assert [each.module for each in scan('"""\n\\' * 300_000 + '\nimport a\n"""\nimport b\n\\')] in (["a"], ["b"], [])
    notebook = '{"cells": [{"cell_type": "code", "source": ["import absent"]}], "metadata": "' + '\\"' * 1_000_000
    with ends(10):
        found = _judged({"pyproject.toml": PROJECT, "a.ipynb": notebook})
    assert [finding.code for finding in found if finding.path.endswith(".ipynb")] == ["missing-import"]


def test_what_is_too_large_is_said_and_is_no_reason_to_fail() -> None:
    [finding] = [each for each in _judged({"requirements.txt": "pip\n", "a.py": LARGE}) if each.path == f"{ROOT}/a.py"]
    assert (finding.code, finding.severity, finding.message) == ("missing-import", "information", TOO_LARGE)


def test_no_requirement_is_called_unused_where_a_file_was_not_read() -> None:
    """That one may use it."""
    used = {".venv/lib/python3.12/site-packages/lib-1.dist-info/RECORD": "lib.py,,\n"}
    for files, expected in (({"a.py": "import os\n"}, ["unused-requirement"]), ({"a.py": LARGE}, []), ({"a.py": "", "b.py": LARGE}, [])):
        found = judged({"requirements.txt": "lib\n", **used, **files}, ("lib-1",), imports=True)
        assert [each.code for each in found if each.code == "unused-requirement"] == expected


def test_that_not_all_of_a_projects_code_is_checked_is_said_at_its_manifest(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of what was not found, no requirement is called unused and no module missing."""
    files = {"requirements.txt": "lib\n", "a.py": "import absent\n"}
    files[f"{SITE}/lib-1.dist-info/RECORD"] = "lib.py,,\n"
    walk = MemoryMachine.walk

    def cut(self: MemoryMachine, root: str, **options: Any) -> WalkResult:
        return walk(self, root, **options)._replace(limit="timeout" if options.get("timeout") == 30 else None)

    crowded = {**files, f"{SITE}/x.pth": "".join(f"/x/{number}\n" for number in range(1_001))}
    monkeypatch.setattr(MemoryMachine, "walk", cut)
    late = [(each.code, each.severity, each.message) for each in judged(files, ("lib-1",), imports=True) if each.severity != "hint"]
    monkeypatch.undo()
    full = [(each.code, each.severity, each.message) for each in judged(crowded, ("lib-1",), imports=True) if each.severity != "hint"]
    what = "Not all of this project's code is checked: "
    assert late == [("missing-import", "information", f"{what}to find all of it takes longer than 30 seconds")]
    assert full == [("missing-import", "warning", f"{what}the .pth files of .venv add more than 1,000 folders")]


def test_a_file_is_not_called_unneeded_where_another_was_not_read() -> None:
    """A test that was not read may import it."""
    package = {"pyproject.toml": PROJECT + 'dependencies = ["pip"]\n', "src/a/__init__.py": "", "src/a/b.py": "import absent\n"}
    for test, severity in (("import a\n", "information"), (LARGE, "warning")):
        [found] = [each for each in _judged({**package, "tests/test_a.py": test}) if each.path.endswith("b.py")]
        assert (found.code, found.severity) == ("missing-import", severity)
