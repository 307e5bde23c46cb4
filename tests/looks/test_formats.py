"""What each kind of file answers: every request in every format, as the table on the page about the language server says."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.case_folder import write
from tests.case_format import Case
from tests.looks.formats import LOCKS, MANIFESTS, Sample
from venvls.__main__ import services
from venvls.lsp.features import (
    call_hierarchy,
    code_lens,
    completion,
    definition,
    document_link,
    folding,
    hover,
    inlay_hint,
    rename,
    symbols,
)
from venvls.lsp.session import Session
from venvls.model.text import Text

PAGE = Path(__file__).resolve().parents[2] / "server" / "docs" / "language-server.md"
COLUMNS = ("hover", "hints", "lenses", "completion", "definition", "references", "links", "symbols", "in workspace", "folding", "calls",
           "rename")  # fmt: skip
SAMPLES = {**MANIFESTS, **LOCKS}


def answers(sample: Sample, folder: Path) -> dict[str, Any]:
    """What each request answers, by its column; falsy where it answers nothing."""
    root = write(Case("formats", "looks", "What a file answers.", sample.files, options={}), folder).root
    session = Session(SimpleNamespace(tell=lambda *_: None), services)  # type: ignore[arg-type]
    session.documents.units = "utf-16"
    session.client = session.client._replace(looks=frozenset({"nests symbols", "markdown"}))
    session.roots = (str(root),)
    session.workspace().discover()
    for name in filter(None, (sample.also_open, sample.path)):
        document = SimpleNamespace(uri=(root / name).as_uri(), version=0, text=(root / name).read_text("utf-8"))
        session.documents.open(document)  # type: ignore[arg-type]
    workspace, path = session.workspace(), str(root / sample.path)
    text = Text((root / sample.path).read_text("utf-8"))

    def place(words: str) -> Any:
        position = text.position(text.source.rindex(words) + 1, "utf-16")
        return SimpleNamespace(line=position.line, character=position.character)

    whole: Any = SimpleNamespace(start=SimpleNamespace(line=0, character=0), end=SimpleNamespace(line=10**6, character=0))
    here = place(sample.package)
    asked = call_hierarchy._prepared(workspace, session, path, here) or [{}]
    data = asked[0].get("data", {})
    return {
        "hover": hover._hover(workspace, session, path, here),
        "hints": inlay_hint._hints(workspace, session, path, whole),
        "lenses": code_lens._lenses(workspace, session, path),
        "completion": completion._completed(workspace, session, path, here),
        "definition": definition._definition(workspace, session, path, here),
        "references": [each for each in definition._references(workspace, session, path, here) if each["uri"].endswith(sample.path)],
        "links": document_link._links(workspace, session, path),
        "symbols": symbols._document(workspace, session, path),
        "in workspace": [each for each in symbols._workspace(workspace, session, "flask") if each["location"]["uri"].endswith(sample.path)],
        "folding": folding._ranges(workspace, session, path),
        "calls": data and (call_hierarchy._incoming(workspace, session, data["project"], data["package"])),
        "rename": sample.group and rename._prepared(workspace, session, path, place(sample.group)),
    }


def row(name: str, sample: Sample, folder: Path) -> str:
    known = answers(sample, folder)
    return f"| {name} | {' | '.join('✓' if known[column] else '' for column in COLUMNS)} |".replace("|  |", "| |").replace("|  |", "| |")


@pytest.mark.parametrize(
    "name", [pytest.param(name, id=sample.path + str(number)) for number, (name, sample) in enumerate(SAMPLES.items())]
)
def test_a_format_answers_what_the_page_says(name: str, tmp_path: Path) -> None:
    line = row(name, SAMPLES[name], tmp_path)
    assert line in PAGE.read_text("utf-8").splitlines()


def test_the_page_has_a_row_for_each_and_no_other() -> None:
    text = PAGE.read_text("utf-8").splitlines()
    head = text.index(f"| file | {' | '.join(COLUMNS)} |")
    names = []
    for line in text[head + 2 :]:
        if not line.startswith("| "):
            break
        names.append(line.split(" | ")[0].removeprefix("| "))
    assert names == list(SAMPLES)
