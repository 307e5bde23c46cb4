"""What is said of a lock that cannot be read is the same for all tools, and names the line of the whole text."""

from __future__ import annotations

import pytest

from venvls.manifests.pdm import reading as pdm
from venvls.manifests.poetry import reading as poetry
from venvls.manifests.uv import reading as uv

FILES = 'files = [\n    {file = "a.whl", hash = "sha256:00"},\n    {file = "b.whl", hash = "sha256:00"},\n]\n'
READERS = {"uv": uv.read, "pdm": pdm.read, "poetry": poetry.read}


@pytest.mark.parametrize("tool", READERS)
def test_the_line_is_that_of_the_text_with_its_files(tool: str) -> None:
    read = READERS[tool]
    broken = f"{FILES}x = = 1\ny = 2\n"
    for text in (broken, "\ufeff" + broken.replace("\n", "\r\n")):
        problem = str(read(text, f"{tool}.lock").problem)
        assert problem.startswith(f"{tool}.lock cannot be read from line 5 on: run ")
        assert f"{tool} lock" in problem
    conflict = read(f"<<<<<<< ours\n{FILES}=======\n>>>>>>> theirs\n", f"{tool}.lock").problem
    assert conflict is not None and "merge conflict" in conflict and f"{tool} lock" in conflict
    assert "too large" in str(read("#" * 50_000_001, f"{tool}.lock").problem)
    many = '[[package]]\nname = "a"\nversion = "1"\n' * 20_001
    assert "too large to be checked: more than 20,000 packages" in str(read(many, f"{tool}.lock").problem)
    assert "cannot be read" in str(read("x = " + "[" * 5_000, f"{tool}.lock").problem)
