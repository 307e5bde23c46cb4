"""First reading of a big lock: text → the locked set, against the standard library's TOML parser alone on the same text.

    python tests/benchmarks/bench_locks.py

Must reach: ≤ 1.5 × ``tomllib.loads`` (issue 4). Both are timed in the same run, the best of several. A new format is one line in LOCKS: its
name, how many packages, how its text is made, the pyproject.toml beside it.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).resolve().parent))

from table import Bench, Row

from tests.memory_tree import MemoryFiles
from venvls import manifests
from venvls.manifests import locks
from venvls.model.environment import Target
from venvls.model.facts import Facts
from venvls.model.finding import Project
from venvls.model.lock import LockFile
from venvls.model.text import Text

LIMIT = 1.5
MARKERS = {
    "python_version": "3.12", "python_full_version": "3.12.4", "os_name": "posix", "sys_platform": "linux", "platform_system": "Linux",
    "platform_machine": "x86_64", "implementation_name": "cpython", "platform_python_implementation": "CPython",
}  # fmt: skip
HASH = "0123456789abcdef" * 4


def uv_lock(packages: int) -> str:
    """A uv.lock of so many packages, each with files and with dependencies, every third under a marker."""
    parts = ['version = 1\nrevision = 3\nrequires-python = ">=3.10"\n']
    for number in range(packages):
        needs = [other for other in (number * 2 + 1, number * 2 + 2) if other < packages]
        lines = "".join(
            f'    {{ name = "package-{other}"' + (", marker = \"python_full_version < '4'\"" if other % 3 == 0 else "") + " },\n"
            for other in needs
        )
        files = "".join(
            f'    {{ url = "https://files.example.invalid/packages/{HASH[:40]}/package_{number}-1.{number}-cp31{minor}-cp31{minor}-manylinux_2_17_x86_64.'
            f'whl", hash = "sha256:{HASH}", size = {1000 + minor}, upload-time = "2025-01-01T00:00:00.000Z" }},\n'
            for minor in range(4)
        )
        parts.append(
            f'\n[[package]]\nname = "package-{number}"\nversion = "1.{number}"\nsource = {{ registry = "https://index.example/simple" }}\n'
            + (f"dependencies = [\n{lines}]\n" if needs else "")
            + f'sdist = {{ url = "https://files.example.invalid/{HASH}/package-{number}.tar.gz", hash = "sha256:{HASH}", size = 1 }}\n'
            + f"wheels = [\n{files}]\n"
        )
    parts.append(
        '\n[[package]]\nname = "me"\nversion = "1"\nsource = { virtual = "." }\ndependencies = [\n    { name = "package-0" },\n]\n'
        '\n[package.metadata]\nrequires-dist = [{ name = "package-0" }]\n'
    )
    return "".join(parts)


UV_MANIFEST = '[project]\nname = "me"\nversion = "1"\nrequires-python = ">=3.10"\ndependencies = ["package-0"]\n'
LOCKS: tuple[tuple[str, int, Callable[[int], str], str], ...] = (("uv.lock", 800, uv_lock, UV_MANIFEST),)


def best(work: Callable[[], object], times: int = 7) -> float:
    """Seconds of the quickest of several runs."""
    took = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        took.append(time.perf_counter() - began)
    return min(took)


def measure(name: str, packages: int, make: Callable[[int], str], pyproject: str) -> tuple[float, float, str]:
    """Seconds of ours and of ``tomllib`` alone for one format; and how large it is, in words."""
    text = make(packages)
    manifest = manifests.parse("/w/pyproject.toml", Text(pyproject))
    format_ = locks.lock_format(name)
    assert format_ is not None

    def ours() -> int:
        facts = Facts(Project("/w", (manifest.path,)), MemoryFiles(), {manifest.path: manifest}, target=Target(MARKERS))
        return len(locks.locked(format_, LockFile(f"/w/{name}", Text(text)), facts).packages)

    assert ours() >= packages, "everything is reached"
    mine, alone = best(ours), best(lambda: tomllib.loads(text))
    return mine, alone, f"{name}, {len(text) / 1e6:.2f} MB, {packages} packages"


def rows(_: Bench) -> Iterator[Row]:
    """All formats."""
    for form in LOCKS:
        mine, alone, size = measure(*form)
        yield Row(f"first reading of {size}; peer: tomllib", "ms", 1000 * mine, 1000 * alone, None, LIMIT)


def main() -> int:
    """1 where a format misses the limit."""
    missed = False
    for form in LOCKS:
        mine, alone, size = measure(*form)
        print(f"{size}: {mine * 1000:.1f} ms, tomllib alone {alone * 1000:.1f} ms: {mine / alone:.2f} ×")
        missed = missed or mine > LIMIT * alone
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
