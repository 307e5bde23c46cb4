"""Every request at places by chance in the manifests and locks of all cases, whole, cut off, with something typed into them, and with
what nobody expects: no error.

The same in every run. --fast takes every fourth case, a whole run all of them, and the long mode ten times the texts and places.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest

from tests.case_folder import write
from tests.case_format import Case, all_cases
from tests.fuzz.changed import changed
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

_TYPED = ("", '"', "[", "]", "=", ";", ",", "#", "{", "'''", "\\", "\r", "\n", "é", "😀", "-r ", "a[")
_BOUNDARY = re.compile(r"\b|\Z")
CASES = all_cases()
LONG = bool(os.environ.get("VENVLS_LONG"))


def ask_everything(session: Session, path: str, text: Text, random: Random, places: int) -> None:
    """Every request, at places between tokens."""
    workspace = session.workspace()
    for request in (symbols._document, folding._ranges, code_lens._lenses, document_link._links):
        request(workspace, session, path)
    whole = SimpleNamespace(start=SimpleNamespace(line=0, character=0), end=SimpleNamespace(line=10**6, character=0))
    inlay_hint._hints(workspace, session, path, whole)  # type: ignore[arg-type]
    boundaries = [match.start() for match in _BOUNDARY.finditer(text.source)]
    for offset in random.sample(boundaries, min(places, len(boundaries))):
        place = text.position(offset, session.documents.units)
        at: Any = SimpleNamespace(line=place.line, character=place.character)
        for look in (hover._hover, definition._definition, definition._references, completion._completed, rename._prepared):
            look(workspace, session, path, at)
        for item in call_hierarchy._prepared(workspace, session, path, at) or ():
            call_hierarchy._incoming(workspace, session, item["data"]["project"], item["data"]["package"])
            call_hierarchy._outgoing(workspace, session, item["data"]["project"], item["data"]["package"])


def typed_into(text: str, random: Random) -> str:
    place = random.randrange(len(text) + 1)
    return text[:place] + random.choice(_TYPED) + (text[place:] if random.random() < 0.5 else "")


def look_at(case: Case, tmp_path: Path, versions: int, places: int) -> None:
    folder = write(case, tmp_path)
    random = Random(case.id)
    session = Session(SimpleNamespace(tell=lambda *_: None), services)  # type: ignore[arg-type]
    session.documents.units = random.choice(("utf-8", "utf-16"))
    session.roots = (str(folder.root),)
    session.workspace().discover()
    names = [
        path
        for path in case.files
        if ".venv/" not in path and "/site-packages/" not in path and not path.endswith(("pyvenv.cfg", "@installed"))
    ]
    for name in names:
        path = folder.root / name
        original = path.read_bytes().decode("utf-8", "replace")
        for version in range(versions):
            become = typed_into if version % 2 else changed
            source = original if version == 0 else become(original, random)
            session.documents.open(SimpleNamespace(uri=path.as_uri(), version=version, text=source))  # type: ignore[arg-type]
            ask_everything(session, str(path), Text(source), random, places)
        session.documents.close(path.as_uri())


@pytest.mark.parametrize("case", [pytest.param(case, id=case.id) for case in CASES[::4]])
def test_no_text_is_an_error(case: Case, tmp_path: Path) -> None:
    look_at(case, tmp_path, versions=4, places=4)


@pytest.mark.slow
@pytest.mark.parametrize("case", [pytest.param(case, id=case.id) for case in CASES])
def test_no_text_is_an_error_at_many_places(case: Case, tmp_path: Path) -> None:
    look_at(case, tmp_path, versions=25 if LONG else 5, places=12 if LONG else 6)
