"""Which lines fold together, in each kind of file, and in any text."""

from __future__ import annotations

from random import Random

import pytest

from venvls.manifests.places.folds import folds

TOML = '''[a]
b = [
  "x", # ]
  [1,
   2],
]
c = """
[no]
[
"""

[[d]]
e = 1
'''


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("pyproject.toml", TOML, [(0, 9), (1, 4), (3, 3), (11, 12)]),
        ("setup.cfg", "[a]\nb =\n    c\n    d\n\n[e]\nf = 1\n", [(0, 3), (1, 3), (5, 6)]),
        ("environment.yml", "a:\n- b\n- c:\n  - d\ne: 1\n", [(0, 3), (2, 3)]),
        ("requirements.txt", "a==1 \\\n    --hash=sha256:x \\\n    --hash=sha256:y\nb\n", [(0, 2)]),
        ("Pipfile.lock", '{\n    "a": {\n        "b": []\n    }\n}\n', [(0, 3), (1, 2)]),
        ("setup.py", "a(\n  b)\n", []),
    ],
)
def test_folds(name: str, text: str, expected: list[tuple[int, int]]) -> None:
    assert folds(name, text.splitlines()) == [pair for pair in expected if pair[1] > pair[0]]


@pytest.mark.parametrize("name", ["pyproject.toml", "tox.ini", "environment.yml", "Pipfile.lock"])
def test_any_text(name: str) -> None:
    random = Random(name)
    for _ in range(200):
        lines = ["".join(random.choices("[]{}\"'#-= \ta=:\\", k=random.randrange(12))) for _ in range(random.randrange(12))]
        assert all(0 <= first < last < len(lines) for first, last in folds(name, lines))
