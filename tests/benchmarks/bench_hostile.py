"""Hostile projects at the size of the caps: processor seconds of `venvls check` in a fresh process, the slowest first.

Run: ``python tests/benchmarks/bench_hostile.py [--format FORMAT] [--only WORD]``. The shapes are those whose growth ``tests/bounds``
counts; status 1 where one takes more than the limit. On a busy machine processor time counts half as much again, or twice: what is over
the limit runs three times, and the least counts.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).resolve().parent))

from table import Bench, Row
from whole import ROOT, plain, venvls

from tests.bounds.shapes import (
    CAPPED,
    CODE,
    LINEAR,
    SITE,
    Tree,
    bounds_and_pins,
    members_and_excludes,
    often_from_many,
    requirements_and_imports,
    two_records,
)
from tests.bounds.test_too_many import FORMATS
from tests.lsp.editor import make_environment
from venvls.imports.scanner import MOST_IMPORTS
from venvls.model.limits import MOST_OF_A_PACKAGE, MOST_REQUIREMENTS, MOST_TABLES

LIMIT = 2.0
FEWER = {"members": 1_000, "a circle of includes": 1_000, "doubling includes": 1_000, "dynamic files": 1_000, "constraints files": 1_000}
FEWER |= {
    "members of a lock": 1_000,
    "one package required often, from many sources": MOST_OF_A_PACKAGE,
    "sources with markers": MOST_OF_A_PACKAGE,
    "members of a lock and its root": 1_000,
    "files that include others": 1_000,
    "tables of dependencies": MOST_TABLES,
    "poetry tables/pyproject.toml": MOST_TABLES,
}
FEWER |= {"a chain of what is installed": 6_000, "records of one name": 3_000, "records that are half written": 3_000, "pth files": 3_000}
"""Shapes of many files, or with a cap of their own."""
CODE_SIZE = 100_000
"""Of code: beyond the caps of its own, and less than the characters that a file may have."""
OF_CODE = {
    "files": 3_000,
    "files that import others": 1_000,
    "a package that imports all of itself": 1_000,
    "projects that share an environment": 1_000,
}
OF_CODE |= {"modules of a namespace": MOST_IMPORTS, "imports and requirements": MOST_IMPORTS}
OF_CODE |= {"imports in a test, and what tox names": MOST_IMPORTS, "strings": 1_000_000}
DOUBLING = 2_000


def shapes() -> Iterator[tuple[str, Callable[[], Tree]]]:
    for name, shape in LINEAR.items():
        yield name, lambda shape=shape, name=name: shape(FEWER.get(name, MOST_REQUIREMENTS))  # type: ignore[misc]
    for name, shape in CAPPED.items():
        yield name, lambda shape=shape: shape(DOUBLING)  # type: ignore[misc]
    for name, (before, each, behind) in FORMATS.items():
        for count in (FEWER.get(name, MOST_REQUIREMENTS), 5 * MOST_REQUIREMENTS):

            def tree(name: str = name, before: str = before, each: str = each, behind: str = behind, count: int = count) -> Tree:
                return {name.split("/")[-1]: before + "".join(each.format(number) for number in range(count)) + behind}

            yield f"{count:,} requirements: {name}", tree
    yield f"{MOST_REQUIREMENTS:,} bounds and pins", lambda: bounds_and_pins(20, 64, 936)
    yield "one package required often, from as many sources as it may have", lambda: often_from_many(MOST_REQUIREMENTS, MOST_OF_A_PACKAGE)
    yield f"{MOST_REQUIREMENTS:,} equal lines", lambda: {"requirements.txt": "absent\n" * MOST_REQUIREMENTS}
    yield "100,000 needs of one package", lambda: LINEAR["needs of one package"](100_000)
    yield "code: members and excludes", lambda: members_and_excludes(1_000, 1_000)
    yield "code: as many requirements as imports that are missing", lambda: requirements_and_imports(MOST_REQUIREMENTS, 9_999)
    yield "code: two records of 300,000 files", lambda: two_records(300_000)
    for name, shape in CODE.items():
        yield f"code: {name}", lambda shape=shape, name=name: shape(OF_CODE.get(name, CODE_SIZE))  # type: ignore[misc]
    for name in ("imports", "relative imports", "names of one import", "tries", "branches"):
        yield f"{MOST_IMPORTS:,} code: {name}", lambda shape=CODE[name]: shape(MOST_IMPORTS - 1)  # type: ignore[misc]


def spent(tree: Tree, form: str) -> tuple[float, bool]:
    """Processor seconds of a check, and whether something was given up in it."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder).resolve()
        site = make_environment(root / ".venv", pip="25.0", ipykernel="6").relative_to(root).as_posix()
        for name, text in tree.items():
            name = name.replace(SITE, site)
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text, "utf-8")
        imports = ["--imports"] if any(name.endswith((".py", ".ipynb")) for name in tree) else []
        command = venvls(ROOT / "server", "check", "--format", form, *imports, cwd=root)
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run(command.argv, cwd=root, env=plain() | command.environ, capture_output=True, check=False)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode not in (0, 1):
        raise SystemExit(f"it ended with {done.returncode}: {done.stderr.decode(errors='replace')[-500:]}")
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, b"takes too long to be checked" in done.stdout


def least(tree: Tree, form: str) -> tuple[float, bool]:
    """The least of three where the first is over the limit."""
    first = spent(tree, form)
    return first if first[0] <= LIMIT else min(first, spent(tree, form), spent(tree, form))


def rows(_: Bench) -> Iterator[Row]:
    """The slowest of all shapes, and how many are over the limit."""
    taken = sorted(((least(tree(), "text")[0], name) for name, tree in shapes()), reverse=True)
    over = sum(seconds > LIMIT for seconds, _ in taken)
    yield Row(f"hostile: {taken[0][1][:32]} ({over} of {len(taken)} over); limit: 2 s", "ms", 1000 * taken[0][0], 1000 * LIMIT, None, 1.0)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--format", default="text")
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    rows = [(*least(tree(), options.format), name) for name, tree in shapes() if options.only in name]
    for seconds, given_up, name in sorted(rows, reverse=True):
        print(f"{seconds:6.2f}  {name}{'  (given up, and said so)' if given_up else ''}")
    return 0 if all(seconds <= LIMIT for seconds, _, _ in rows) else 1


if __name__ == "__main__":
    raise SystemExit(main())
