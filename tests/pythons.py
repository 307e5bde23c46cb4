"""The other Pythons of this machine, and the part of the suite that runs under each. Standard library only.

The parts run with the least priority next to the rest of the suite, which waits for tools and editors a good part of its time.

Their environments are kept in the tests' folder (`kept.py`), one for each checkout and Python; without it they are made in a temporary
folder and thrown away.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import zlib
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from tests import kept

if TYPE_CHECKING:
    import pytest

MINORS = ((3, 10), (3, 11), (3, 12), (3, 13))
VERDICTS = "VENVLS_TEST_PYTHONS"
PART = "VENVLS_TEST_PART"
"""Names the Python to the part that runs under it."""
FAILED = "venvls-failed "
"""Begins a line of a part's output that says as JSON which test failed and why (`conftest.py` writes it)."""
FAST = "VENVLS_TEST_FAST"
"""Asks for what `fast.py` leaves."""
SHARE = "VENVLS_TEST_SHARE"
"""``0/4``: of four shares this part runs the first. Each runs its share of the examples of every parametrised test."""
# Editors, speed, set-up and what happens to other programs do not depend on our Python in a way worth three more runs; of the rest
# what `--fast` runs is enough to tell: which process runs it, the engine does not know.
LEFT_OUT = (
    *("lsp", "looks", "client", "benchmarks", "demo", "docs", "faults", "cli/test_again.py", "cli/test_searching.py"),
    *("test_checkout.py", "test_shells.py", "test_layers.py", "test_client_patterns.py", "test_code_style.py"),
)
LIMIT = 3600  # seconds for one Python, many times what it takes: a hanging test must not hang the run


def begin(root: Path, own: Path) -> None:
    """Starts the part without editors under the oldest and the newest other Python, in the long mode under each.

    It goes on in a process of its own, for which :func:`verdict` waits in whatever process this one becomes.
    """
    mine = _minor(own)
    others = {".".join(map(str, minor)): executable for minor, executable in found().items() if minor != mine}
    if not os.environ.get("VENVLS_LONG"):
        # What works in the oldest and in the newest works in those between them.
        others = {name: others[name] for name in dict.fromkeys([*list(others)[:1], *list(others)[-1:]])}
    folder = tempfile.mkdtemp(prefix="venvls-pythons-")
    os.environ[VERDICTS] = json.dumps({"folder": folder, "of": list(others)})
    words = [str(root), str(own), folder, str(os.getpid()), json.dumps(others)]
    subprocess.Popen([str(own), "-m", "tests.pythons", *words], cwd=root, stdin=subprocess.DEVNULL)


def shared(items: Sequence[pytest.Item]) -> list[pytest.Item]:
    """What a part runs of these: of a test with many examples, those that no other part runs."""
    number, count = map(int, os.environ.get(SHARE, "0/1").split("/"))
    return [item for item in items if not hasattr(item, "callspec") or zlib.crc32(item.nodeid.encode()) % count == number]


def begun() -> list[str]:
    """The Pythons under which a part was begun, as ``X.Y``."""
    names: list[str] = json.loads(os.environ.get(VERDICTS, '{"of": []}'))["of"]
    return names


def verdict(name: str) -> str:
    """``ok`` or the failure of the part under a Python, when it has run."""
    answer = Path(json.loads(os.environ[VERDICTS])["folder"], name)
    until = time.monotonic() + LIMIT
    while not answer.exists():
        if time.monotonic() > until:
            return f"no word of it within {LIMIT} seconds"
        time.sleep(0.2)
    return answer.read_text("utf-8")


def _run_all(root: Path, own: Path, folder: Path, parent: int, others: dict[str, str]) -> None:
    """Runs the parts, prints a line for each, and leaves what :func:`verdict` reads for as long as somebody may read it."""
    if hasattr(os, "nice"):
        os.nice(19)
    os.environ.pop(VERDICTS, None)  # what runs in a part waits for no part

    def one(name: str) -> None:
        # In the long mode each runs all of it; else all together half of what the Python that began them runs.
        share = "0/1" if os.environ.get("VENVLS_LONG") else f"{list(others).index(name)}/{2 * len(others)}"
        began = time.monotonic()
        verdict = "it was given up"
        try:
            verdict, summary = _run(root, own, name, others[name], share)
            print(f"\nPython {name}: {summary} [{time.monotonic() - began:.0f} s, {others[name]}]", flush=True)
        finally:
            written = folder / f"{name}.writing"
            written.write_text(verdict, "utf-8")
            written.replace(folder / name)

    watch = threading.Thread(target=_end_with, args=(parent, folder), daemon=True)
    watch.start()
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
        list(pool.map(one, others))
    if os.name != "nt":  # where nobody learns that the one who began it has ended
        watch.join()


_RUNNING: list[subprocess.Popen[str]] = []
"""The parts that are under way."""


def _end_with(parent: int, folder: Path) -> None:
    """Ends the parts, and takes away what they left, when nobody is there any more who waits for them."""
    while os.getppid() == parent:
        time.sleep(0.5)
    for process in _RUNNING:
        process.kill()
    shutil.rmtree(folder, ignore_errors=True)
    os._exit(0)


def newest(root: Path, own: Path) -> Path:
    """The interpreter of an environment like this checkout's, with the newest of everything that is pinned there."""
    place, _ = _place(root, "newest")
    python = place / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    groups = (root / "pyproject.toml").read_text("utf-8").partition("[dependency-groups]")[2].partition("\n[")[0]
    names = re.findall(r'"([A-Za-z0-9._-]+)==', groups)
    uv = [str(own), "-I", "-m", "uv", "--quiet"]
    _checked([*uv, "venv", "--clear", "--no-project", "--seed", "--python", str(own), str(place)])
    _checked([*uv, "pip", "install", "--upgrade", "--refresh", "--python", str(python), "--editable", str(root), *names])
    return python


def found() -> dict[tuple[int, int], str]:
    """One working interpreter for each of the versions we support, where this machine has one."""
    pythons: dict[tuple[int, int], str] = {}
    for candidate in _candidates():
        if all(minor in pythons for minor in MINORS):
            break
        minor = _minor(Path(candidate))
        if minor in MINORS and minor not in pythons:
            pythons[minor] = candidate
    return dict(sorted(pythons.items()))


def _candidates() -> list[str]:
    """Where Pythons usually are: the kept ones first, then PATH (whose pyenv shims answer only for chosen versions)."""
    home = Path.home()
    shapes = ("bin/python", "python.exe", "bin/python3")
    kept = (home / ".pyenv" / "versions", home / ".pyenv" / "pyenv-win" / "versions", home / ".local" / "share" / "uv" / "python")
    places = [str(path) for folder in kept for shape in shapes for path in sorted(folder.glob(f"[c3]*/{shape}"))]
    on_path = (shutil.which("python" + ".".join(map(str, minor))) for minor in MINORS)
    base = Path(sys.base_prefix) / ("python.exe" if os.name == "nt" else "bin/python3")
    return [*places, *filter(None, on_path), str(base)]


def _minor(python: Path) -> tuple[int, int] | None:
    """``X.Y`` of a CPython; ``None`` where it does not start or is another implementation."""
    code = "import sys; print(sys.implementation.name, *sys.version_info[:2])"
    try:
        result = subprocess.run(
            [str(python), "-I", "-S", "-c", code], capture_output=True, text=True, timeout=120, check=False, stdin=subprocess.DEVNULL
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    match = re.fullmatch(r"cpython (\d+) (\d+)", result.stdout.strip())
    return (int(match[1]), int(match[2])) if match else None


def _run(root: Path, own: Path, name: str, executable: str, share: str) -> tuple[str, str]:
    """Verdict and summary for one Python's share."""
    place, kept = _place(root, name)
    temporary = tempfile.mkdtemp(prefix=f"venvls-{name}-")
    try:
        python = _environment(place, root, own, executable)
        # As in `suite.py`: else each process that a test starts would compile all of it again.
        subprocess.run([str(python), "-m", "compileall", "-qq", "-j", "0", str(root / "server")], check=False)
        command = [str(python), "-m", "pytest", "-q", "-p", "no:cacheprovider", "-m", "not slow and not network", "--no-header"]
        command += ["-o", "tmp_path_retention_policy=none", *(f"--ignore={root / 'tests' / one}" for one in LEFT_OUT)]
        command += ["--deselect", "tests/test_cases.py::test_language_client", str(root / "tests")]
        # A temporary root of its own: sessions side by side clean up after each other in a shared one.
        environ = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTEST_DEBUG_TEMPROOT": temporary, FAST: "1"}
        code, lines = followed(
            command, root, {**environ, PART: name, SHARE: share}, lambda failure: print(f"Python {name}: {failure}", flush=True)
        )
    except RuntimeError as error:
        return str(error), f"could not be prepared: {error}"
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
        if not kept:
            shutil.rmtree(place, ignore_errors=True)
    if code is None:
        return f"no end after {LIMIT} seconds; its last lines:\n" + "\n".join(lines[-20:]), f"did not end within {LIMIT} seconds"
    summary = re.sub(r"^=+ | =+$", "", lines[-1]) if lines else "no output"
    if code == 0:
        return "ok", summary
    failures = [_failure(line) for line in lines if line.startswith(FAILED)]
    return "\n".join([summary, *(failures or lines[-60:])]), f"FAILED, {summary}"


def followed(command: list[str], root: Path, environ: dict[str, str], tell: Callable[[str], object]) -> tuple[int | None, list[str]]:
    """Exit status (``None`` where it does not end) and lines of a part that is run; of a test that fails ``tell`` hears at once."""
    lines: list[str] = []
    late = threading.Event()
    with subprocess.Popen(
        command,
        cwd=root,
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as process:
        assert process.stdout is not None
        _RUNNING.append(process)
        timer = threading.Timer(LIMIT, lambda: (late.set(), process.kill()))
        timer.start()
        try:
            for line in process.stdout:
                if line.strip():
                    lines.append(line.rstrip())
                if line.startswith(FAILED):
                    tell(_failure(line))
        finally:
            timer.cancel()
            _RUNNING.remove(process)
    return (None if late.is_set() else process.returncode), lines


def _failure(line: str) -> str:
    """A failed test and why, for a person."""
    told = json.loads(line.removeprefix(FAILED))
    return f"FAILED {told['test']}\n{told['why']}"


def _environment(place: Path, root: Path, own: Path, executable: str) -> Path:
    """The interpreter of an environment with the project and its test group; made when it is not there or no longer right."""
    python = place / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    stamp = place / "venvls-tests.stamp"
    state = hashlib.sha256((root / "pyproject.toml").read_bytes() + os.fsencode(f"{root}\0{executable}")).hexdigest()
    if python.exists() and stamp.is_file() and stamp.read_text("utf-8") == state:
        return python
    uv = [str(own), "-I", "-m", "uv", "--quiet"]
    _checked([*uv, "venv", "--clear", "--no-project", "--python", executable, str(place)])
    _checked([*uv, "pip", "install", "--python", str(python), "--editable", str(root), "--group", f"{root / 'pyproject.toml'}:test"])
    stamp.write_text(state, "utf-8")
    return python


def _checked(command: list[str]) -> None:
    environ = {key: value for key, value in os.environ.items() if key not in ("VIRTUAL_ENV", "PYTHONPATH", "PYTHONHOME")}
    environ |= kept.caches()
    result = subprocess.run(
        command,
        env=environ,
        cwd=tempfile.gettempdir(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if result.returncode != 0:
        lines = [line.strip() for line in (result.stderr or result.stdout).splitlines() if line.strip()]
        raise RuntimeError(" ".join(lines[:4]) or f"{command[0]} ended with {result.returncode}")


def _place(root: Path, name: str) -> tuple[Path, bool]:
    """Where that Python's environment stands, and whether it is kept."""
    digest = hashlib.sha256(os.fsencode(str(root))).hexdigest()[:10]
    place = kept.folder() / digest / name
    try:
        place.mkdir(parents=True, exist_ok=True)
        probe = place / ".writable"  # in its own place: several Pythons are prepared at once
        probe.touch()
        probe.unlink()
    except OSError:
        return Path(tempfile.mkdtemp(prefix="venvls-tests-")), False
    return place, True


if __name__ == "__main__":
    _run_all(Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4]), json.loads(sys.argv[5]))
