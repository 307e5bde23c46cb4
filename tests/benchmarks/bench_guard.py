"""An agent's hook before a pip command, which is the dearest: the project is looked at.

    python tests/benchmarks --only guard

Must reach: 60 ms.
"""

from __future__ import annotations

from collections.abc import Iterator

from corpus import make_environment, make_requirements
from table import Bench, Row

LIMIT_MS = 60


def rows(bench: Bench) -> Iterator[Row]:
    """A pip command in a project of a hundred requirements."""
    root = bench.folder / "project"
    root.mkdir()
    make_requirements(root / "requirements.txt", make_environment(root / ".venv", 100))
    yield bench.row("guard, a pip command; limit: 60 ms", "guard", "--", "pip install x", cwd=root, at_most=LIMIT_MS, status=1)
