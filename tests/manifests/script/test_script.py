"""Requirements inside a Python script (PEP 723): where they stand, what is wrong, how they are edited, and the lock beside it."""

from __future__ import annotations

import pytest

from tests.manifests.locking import locked_set
from venvls import manifests
from venvls.model.action import TextEdit
from venvls.model.manifest import Manifest
from venvls.model.text import Text

SCRIPT = """\
#!/usr/bin/env python
# A comment.
# /// script
# requires-python = ">=3.10"
# dependencies = [
#     "idna>=3",
#     "attrs; python_version >= '3.11'",
# ]
# ///
import idna
# /// nothing
"""


def read(text: str) -> Manifest:
    return manifests.parse("/w/run.py", Text(text))


def edited(text: str, edit: TextEdit) -> str:
    return text[: edit.span.start] + edit.new + text[edit.span.end :]


@pytest.mark.parametrize("text", [SCRIPT, SCRIPT.replace("\n", "\r\n"), SCRIPT[SCRIPT.index("# ///") :], "'é𝄞'\n" + SCRIPT])
def test_requirements_at_their_characters(text: str) -> None:
    found = read(text)
    assert found.problems == ()
    assert found.format == "script"
    for one in found.requirements:
        assert text[slice(*one.span)] == one.parsed.text
    assert [one.parsed.key for one in found.requirements] == ["idna", "attrs"]
    assert found.requires_python is not None
    assert text[slice(*found.requires_python.span)] == ">=3.10"
    assert text[slice(*found.first_statement)] == "dependencies"


@pytest.mark.parametrize(
    ("text", "code", "at"),
    [
        (SCRIPT.replace("# ///\n", ""), "invalid-manifest", "# /// script"),
        (SCRIPT + "# /// script\n# ///\n", "invalid-manifest", "# /// script"),
        (SCRIPT.replace("idna>=3", "idna>>3"), "invalid-requirement", ">>"),
        (SCRIPT.replace('#     "idna', '#"idna'), "invalid-manifest", '#"idna>=3",'),
    ],
    ids=["not closed", "two blocks", "no requirement", "no blank"],
)
def test_what_is_wrong_is_shown_where_it_is(text: str, code: str, at: str) -> None:
    problem = next(one for one in read(text).problems if one.code == code)
    assert text[slice(*problem.span)] == at


def test_half_typed() -> None:
    found = read(SCRIPT.replace("# ]\n", ""))
    assert not found.complete
    assert found.problems


@pytest.mark.parametrize(
    ("path", "text", "answer"),
    [
        ("/w/run.py", SCRIPT, True),
        ("/w/run.pyw", SCRIPT, True),
        ("/w/run.py", "print('# /// script')\n", False),
        ("/w/run.py", "x = 1\n", False),
        ("/w/run.txt", SCRIPT, False),
        ("/w/run.py", "#\n" * 100_000 + SCRIPT, False),
    ],
)
def test_only_a_script_with_a_block_is_a_manifest(path: str, text: str, answer: bool) -> None:
    assert manifests.is_script(path, text) is answer
    assert not manifests.is_manifest("w", "run.py"), "a walk never takes it for one"


def test_a_block_ends_at_its_last_closing_line() -> None:
    text = SCRIPT.replace("# ///\nimport", "# ///\n# more\n# ///\nimport")
    assert read(text).problems, "PEP 723: the last closing line in the run of comments counts, so that what stands before it is TOML"


def test_a_hostile_script_is_read_in_no_time() -> None:
    for text in ("# /// script\n" * 100_000, "# /// script\n" + "#\n" * 300_000, "# /// script\n" + "# a = [\n" * 20_000):
        read(text)


def test_edits_keep_the_comment_signs() -> None:
    manifest = read(SCRIPT)
    inserted = edited(SCRIPT, manifests.insert_requirement(manifest, "six>=1"))
    assert '#     "six>=1",\n# ]\n' in inserted
    assert [one.parsed.key for one in read(inserted).requirements] == ["idna", "attrs", "six"]
    first = manifest.requirements[0]
    assert '#     "idna==3.7",\n' in edited(SCRIPT, manifests.replace_specifier(manifest, first, "==3.7"))
    removed = edited(SCRIPT, manifests.remove_statement(manifest, first))
    assert removed == SCRIPT.replace('#     "idna>=3",\n', "")
    bare = "# /// script\n# ///\n"
    assert edited(bare, manifests.insert_requirement(read(bare), "six")) == '# /// script\n# dependencies = ["six"]\n# ///\n'
    line = '# /// script\n# dependencies = ["idna"]\n# ///\n'
    assert edited(line, manifests.insert_requirement(read(line), "six")) == '# /// script\n# dependencies = ["idna", "six"]\n# ///\n'
    empty = "# /// script\n# dependencies = [\n# ]\n# ///\n"
    assert [one.parsed.key for one in read(edited(empty, manifests.insert_requirement(read(empty), "six"))).requirements] == ["six"]


LOCK = """\
version = 1
revision = 3
requires-python = ">=3.10"

[manifest]
requirements = [
    { name = "attrs", marker = "python_full_version >= '3.11'" },
    { name = "idna", specifier = ">=3" },
]

[[package]]
name = "attrs"
version = "25.1"
source = { registry = "https://index.example/simple" }

[[package]]
name = "idna"
version = "3.7"
source = { registry = "https://index.example/simple" }
"""


def test_the_lock_of_a_script() -> None:
    found = locked_set({"run.py": SCRIPT, "run.py.lock": LOCK}, "run.py.lock")
    assert {(one.key, one.version) for one in found.packages.values()} == {("attrs", "25.1"), ("idna", "3.7")}
    assert (found.stale, found.unsure) == (None, False)
    stale = locked_set({"run.py": SCRIPT.replace("idna>=3", "idna>=4"), "run.py.lock": LOCK}, "run.py.lock").stale
    assert stale is not None
    assert "uv lock --script run.py" in stale.message
