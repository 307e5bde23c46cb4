"""`python3 server` on a fresh checkout: once, interruptible, repeatable, two at once; and sentences where it cannot be done."""

from __future__ import annotations

import ast
import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import ModuleType

import pytest

SERVER = Path(__file__).resolve().parent.parent / "server"
PROJECT = """\
[build-system]
requires = ["hatchling>=1.25"]
build-backend = "hatchling.build"
[project]
name = "venvls"
version = "0"
[dependency-groups]
test = ["tomli>=2"]
[tool.hatch.build.targets.wheel]
packages = ["server/venvls"]
"""
LONG = bool(os.environ.get("VENVLS_LONG"))
MOMENTS = ("lib/*/site-packages/pip", "lib/*/site-packages/pip-*.dist-info", "lib/*/site-packages/*editable*", 0.1, 2.0)
"""What is there when it is killed, or after how many seconds. Without the long mode: once while each of the two steps is under way."""


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A checkout of a project as small as can be, with our own set-up."""
    root = tmp_path / "a checkout"
    package = root / "server" / "venvls"
    package.mkdir(parents=True)
    for name in ("__main__.py", "checkout.py"):
        shutil.copy(SERVER / name, root / "server" / name)
    (root / "pyproject.toml").write_text(PROJECT)
    (package / "__init__.py").touch()
    (package / "__main__.py").write_text("import sys\nprint(sys.prefix, *sys.argv[1:])\nsys.exit(3 if 'three' in sys.argv else 0)\n")
    return root


def start(root: Path, *words: str, **environ: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, str(root / "server"), *words],
        env={**os.environ, **environ}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip


def run(root: Path, *words: str, **environ: str) -> tuple[int, str, str]:
    process = start(root, *words, **environ)
    output, errors = process.communicate(timeout=300)
    return process.returncode, output, errors


@pytest.mark.slow
@pytest.mark.network
def test_two_at_once_set_up_once_and_afterwards_nothing_is_said(copy: Path) -> None:
    both = [start(copy, "which", "a b"), start(copy, "which", "a b")]
    answers = [process.communicate(timeout=300) for process in both]
    assert [process.returncode for process in both] == [0, 0], answers
    assert {output for output, _ in answers} == {f"{copy / '.venv'} which a b\n"}
    said = "".join(errors for _, errors in answers)
    assert said.count("setting up") == 1
    assert [said.count(f"step {number} of 2") for number in (1, 2)] == [1, 1]
    nowhere = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"), "http://127.0.0.1:9")
    assert run(copy, "three", PATH="", **nowhere) == (3, f"{copy / '.venv'} three\n", ""), "no program is looked for, nothing is fetched"
    assert sorted(path.name for path in copy.iterdir()) == [".venv", "pyproject.toml", "server"]

    (copy / "pyproject.toml").write_text(PROJECT + "# changed\n")
    assert "setting up" in run(copy)[2]
    assert run(copy)[2] == ""

    python = copy / ".venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    python.unlink()
    status, _, errors = run(copy)
    assert status == 0, errors
    assert "setting up" in errors


@pytest.mark.slow
@pytest.mark.network
@pytest.mark.skipif(os.name == "nt", reason="kills a process group, which Windows does not have")
@pytest.mark.parametrize("moment", MOMENTS if LONG else MOMENTS[1:3])
def test_killed_at_any_moment_it_goes_on_the_next_time(copy: Path, moment: str | float) -> None:
    process = start(copy)
    if isinstance(moment, str):
        while not list((copy / ".venv").glob(moment)):
            assert process.poll() is None, process.communicate()
            time.sleep(0.01)
    else:
        time.sleep(moment)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    status, output, errors = run(copy, "now")
    assert (status, output) == (0, f"{copy / '.venv'} now\n"), errors


@pytest.mark.skipif(os.name == "nt", reason="needs a pseudo-terminal")
@pytest.mark.parametrize("terminal", [True, False])
def test_what_an_installer_is_at_is_shown_while_it_runs(terminal: bool) -> None:
    import pty

    writes = [sys.executable, "-c", "print('Collecting\\x1b[31m first'); print('ERROR: no such thing'); raise SystemExit(3)"]
    code = f"import checkout; result = checkout._followed({writes!r}); print(result.returncode, checkout._last_line(result.stdout))"
    ends = pty.openpty() if terminal else os.pipe()
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=SERVER, stdout=subprocess.PIPE, stderr=ends[1], text=True, check=True, stdin=subprocess.DEVNULL
    )
    os.close(ends[1])
    shown = os.read(ends[0], 10_000).decode() if terminal else ""
    os.close(ends[0])
    assert done.stdout == "3 ERROR: no such thing.\n"
    if terminal:
        assert "Collecting[31m first" in shown and shown.endswith("\r\x1b[K"), "each line, and none of them is left"


@pytest.mark.slow
def test_without_an_index_it_says_so_in_a_sentence(copy: Path) -> None:
    nowhere = {"PIP_INDEX_URL": "http://127.0.0.1:9/", "PIP_RETRIES": "0", "UV_INDEX_URL": "http://127.0.0.1:9/", "PIP_NO_INDEX": "1"}
    nowhere |= {"PIP_FIND_LINKS": str(copy), "PIP_NO_CACHE_DIR": "1", "PIP_CONFIG_FILE": os.devnull}
    status, output, errors = run(copy, **nowhere)
    assert (status, output) == (2, "")
    assert "failed" in errors
    assert "Traceback" not in errors
    assert len(errors.strip().splitlines()) == 4, "that it is set up, two steps, and why the second failed"
    assert "hatchling" in errors


def checkout() -> ModuleType:
    spec = importlib.util.spec_from_file_location("checkout_under_test", SERVER / "checkout.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_python_without_ensurepip_gets_the_remedy(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    module = checkout()
    said = "The virtual environment was not created successfully because ensurepip is not\navailable."
    monkeypatch.setattr(module, "_quiet", lambda command: subprocess.CompletedProcess(command, 1, stdout=said))
    monkeypatch.setattr(module, "ENVIRONMENT", tmp_path / ".venv")
    with pytest.raises(module.SetupError, match=rf"sudo apt install python{sys.version_info[0]}\.{sys.version_info[1]}-venv"):
        module._create()


def test_the_entry_is_readable_for_every_old_python_3() -> None:
    for name in ("server", "tests"):
        # Python 2 reads nothing but ASCII without being told.
        ast.parse((SERVER.parent / name / "__main__.py").read_text("ascii"), feature_version=(3, 4))


def _old_pythons() -> list[str]:
    kept = Path.home() / ".pyenv" / "versions"
    return sorted(str(path) for version in ("2.7", "3.6", "3.7", "3.8", "3.9") for path in kept.glob(f"{version}.*/bin/python"))


@pytest.mark.parametrize("name", ["server", "tests"])
def test_an_old_python_answers_with_one_sentence(name: str) -> None:
    for python in _old_pythons():
        result = subprocess.run([python, str(SERVER.parent / name)], capture_output=True, text=True, check=False)
        assert result.returncode == 2
        assert "3.10 or newer" in result.stderr
        assert len(result.stderr.strip().splitlines()) == 1
