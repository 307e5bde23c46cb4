"""Every fenced command of the how-to pages, run for real by a shell in a project of its own, with local wheels."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.inside import Inside
from tests.host_tasks import offline

PAGES = Path(__file__).resolve().parents[2] / "server" / "docs" / "how-to"
FENCED = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
WITHOUT = {"create", "compile"}
"""Pages that begin without an environment."""


def pages() -> list[Path]:
    return sorted(path for path in PAGES.glob("*.md") if path.name != "README.md")


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="the pages' commands are a POSIX shell's")
@pytest.mark.parametrize("page", pages(), ids=lambda page: page.stem)
def test_the_commands_of_a_page_work(page: Path, tmp_path: Path) -> None:
    inside = Inside(tmp_path / "a project", offline.index(tmp_path / "wheels"))
    # `venvls` beside the Python that runs the tests; uv is there too.
    assert (Path(sys.executable).parent / "venvls").exists() or shutil.which("venvls")
    git = ["git", "-c", "user.name=t", "-c", "user.email=t@t"]
    subprocess.run([*git, "init", "-q"], cwd=inside.root, check=True)
    if page.stem != "compile":
        inside.write("requirements.txt", "beta\n")
        subprocess.run([*git, "add", "."], cwd=inside.root, check=True)
        subprocess.run([*git, "commit", "-qm", "one"], cwd=inside.root, check=True)
    if page.stem == "notebooks":
        offline.wheel(tmp_path / "wheels", "ipykernel", "7.4.0")
        inside.environ["JUPYTER_DATA_DIR"] = str(tmp_path / "jupyter")
    if page.stem not in WITHOUT:
        inside.good("create")
    for block in FENCED.findall(page.read_text("utf-8")):
        ran = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", block], cwd=inside.root, env=inside.environ, capture_output=True, text=True, check=False
        )
        assert ran.returncode == 0, (block, ran.stdout, ran.stderr)
    if page.stem not in ("delete",):
        where = tmp_path / "colleague" if page.stem == "share" else inside.root
        assert inside.run("check", cwd=where).returncode == 0


def test_every_page_is_listed_and_says_how() -> None:
    listed = re.findall(r"\]\(([a-z-]+\.md)\)", (PAGES / "README.md").read_text("utf-8"))
    assert sorted(listed) == [page.name for page in pages()]
    assert all(FENCED.search(page.read_text("utf-8")) for page in pages())
