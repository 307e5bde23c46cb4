"""The quick way to the symbols of plain requirements gives what the other way gives."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from tests.bounds.shapes import LINEAR
from venvls import manifests
from venvls.lsp import encode
from venvls.lsp.features import symbols
from venvls.model.manifest import Manifest
from venvls.model.text import Text

TEXTS = {
    "/w/requirements.txt": "a\n  b[x]>=1,<2  # c\n\nc @ https://u:p@h/c.whl\r\nd==1; os_name == 'x'\n-e ./e\n",
    "/w/constraints.txt": "a<2\n\nb<3",
    "/w/pyproject.toml": '[project]\nname = "p"\ndependencies = ["a>1", "b", """c""",\n  "d"]\n[dependency-groups]\ng = ["e"]\n',
}


def compared(manifest: Manifest) -> int:
    reading = SimpleNamespace(now=manifest.text, same=None)
    placed = encode.placer(manifest.text, "utf-16")
    quick = [symbols._plain(reading, [requirement]) for requirement in manifest.requirements]  # type: ignore[arg-type]
    whole = symbols._plain(reading, list(manifest.requirements))  # type: ignore[arg-type]
    slow = [symbols._requirement(reading, placed, requirement) for requirement in manifest.requirements]  # type: ignore[arg-type]
    for plain, other in zip(quick, slow, strict=True):
        assert plain in ([], [other])
    assert whole in ([], slow)
    return sum(map(len, quick))


@pytest.mark.parametrize("path", TEXTS)
def test_everyday_files(path: str) -> None:
    assert compared(manifests.parse(path, Text(TEXTS[path]))) >= 2


def test_strange_files() -> None:
    for shape in LINEAR.values():
        for name, text in shape(4).items():
            if not name.endswith(".lock"):
                compared(manifests.parse(f"/w/{name}", Text(text)))
