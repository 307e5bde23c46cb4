"""Every request in the manifests and locks of public projects, as they are and with something typed into them: no error.

Half of the projects have environments, so that what is installed is in the answers. How many files were looked at is printed at the end.
Only ``VENVLS_LONG=1`` collects these tests: they download the projects.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random
from types import SimpleNamespace

import pytest

from tests.differential_tools import real_projects
from tests.looks.test_any_text import ask_everything, typed_into
from tests.public.fetch import fetched
from tests.public.projects import PROJECTS, Public
from venvls.__main__ import services
from venvls.lsp.session import Session
from venvls.model.text import Text

pytestmark = [pytest.mark.network, pytest.mark.slow]
_PLACES = 10
_TEXTS = 6


@pytest.fixture(scope="module")
def looked_at(request: pytest.FixtureRequest) -> Iterator[list[str]]:
    """The files that were looked at, counted when the last test has ended."""
    paths: list[str] = []
    yield paths
    with request.config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
        print(f"\n{len(paths)} real manifests and locks, {_TEXTS} texts of each, {_PLACES} places in each text")


def look_at(folder: Path) -> list[str]:
    """Ask everything in every manifest and lock of a folder; gives their paths."""
    random = Random(folder.name)
    session = Session(SimpleNamespace(tell=lambda *_: None), services)  # type: ignore[arg-type]
    session.roots = (str(folder),)
    session.workspace().discover()
    projects = session.workspace().projects()
    paths = sorted({path for project in projects for path in (*project.manifests, *project.locks) if Path(path).is_relative_to(folder)})
    for path in paths:
        original = Path(path).read_bytes().decode("utf-8", "replace")
        for version in range(_TEXTS):
            source = original if version == 0 else typed_into(original, random)
            session.documents.open(SimpleNamespace(uri=Path(path).as_uri(), version=version, text=source))  # type: ignore[arg-type]
            ask_everything(session, path, Text(source), random, _PLACES)
        session.documents.close(Path(path).as_uri())
    return paths


@pytest.mark.parametrize("name", real_projects.PROJECTS)
def test_project_with_an_environment(name: str, looked_at: list[str]) -> None:
    looked_at += look_at(real_projects.project(name))


@pytest.mark.parametrize("project", [pytest.param(each, id=each.name) for each in PROJECTS if not each.tree])
def test_project_of_a_tool(project: Public, looked_at: list[str], tmp_path: Path) -> None:
    fetched(project, tmp_path / "public")
    looked_at += look_at(tmp_path / "public")
