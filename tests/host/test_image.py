"""Where Python keeps no compiled files, modules come from the image: of the very sources that are there, and of nobody else's making."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import platformdirs
import pytest

import venvls
from venvls.host.cache import cache_folder

PROGRAM = """
import sys
source = sys.argv[1]
def listen(event, arguments):
    if event == "compile" and isinstance(arguments[1], str) and arguments[1].startswith(source):
        sys.stderr.write("compiled " + arguments[1] + chr(10))
sys.addaudithook(listen)
from venvls.__main__ import main
sys.argv = ["venvls", *sys.argv[2:]]
sys.exit(main())
"""


class Installation:
    """A copy of venvls without compiled files, and a cache folder."""

    def __init__(self, folder: Path, source: Path) -> None:
        self.source, self.cache, self.work = source, folder / "cache", folder / "work"
        self.work.mkdir()
        self.environ = {**os.environ, "PYTHONPATH": str(source), "PYTHONDONTWRITEBYTECODE": "1", "VENVLS_CACHE": str(self.cache)}

    def compiled(self, *arguments: str, **environ: str) -> list[str]:
        """Runs a command; the names of the modules that were compiled for it."""
        done = subprocess.run(
            [sys.executable, "-S", "-c", PROGRAM, str(self.source), *(arguments or ("--version",))],
            cwd=self.work, env=self.environ | environ, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert arguments or done.stdout == f"venvls {venvls.__version__}\n"
        lines = [line.removeprefix("compiled ") for line in done.stderr.splitlines() if line.startswith("compiled ")]
        return [Path(line).relative_to(self.source).as_posix() for line in lines]

    def image(self) -> Path:
        (image,) = (self.cache / "modules").iterdir()
        return image


ALWAYS = {
    *("venvls/__init__.py", "venvls/__main__.py", "venvls/host/__init__.py"),
    *("venvls/host/cache.py", "venvls/host/image/__init__.py", "venvls/host/image/reading.py"),
}
"""What leads to the image cannot come from it."""
TO_CHANGE = "to change"


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    source = tmp_path_factory.mktemp("installed")
    for folder in (source, source / TO_CHANGE):
        shutil.copytree(Path(venvls.__file__).parent, folder / "venvls", ignore=shutil.ignore_patterns("__pycache__"))
    time.sleep(2.1)  # what was written a moment ago is not kept
    return source


@pytest.fixture
def installation(tmp_path: Path, copied: Path) -> Installation:
    return Installation(tmp_path, copied)


def test_the_second_run_compiles_nothing(installation: Installation) -> None:
    assert "venvls/cli/__init__.py" in installation.compiled()
    assert set(installation.compiled()) <= ALWAYS


def test_what_another_command_needs_is_added(installation: Installation) -> None:
    installation.compiled()
    first = set(installation.compiled("rules"))
    assert "venvls/cli/rules.py" in first
    assert "venvls/cli/__init__.py" not in first
    assert set(installation.compiled("rules")) | set(installation.compiled()) <= ALWAYS


def test_a_changed_source_counts_at_once(tmp_path: Path, copied: Path) -> None:
    installation = Installation(tmp_path, copied / TO_CHANGE)
    installation.compiled()
    module = installation.source / "venvls/cli/volume.py"
    text, standing = module.read_text("utf-8"), module.stat()
    # As long as before, and as old to the nanosecond.
    module.write_text(text.replace("Quiet leaves", "QUIET leaves"), "utf-8")
    os.utime(module, ns=(standing.st_atime_ns, standing.st_mtime_ns))
    assert "venvls/cli/volume.py" in installation.compiled()


def test_the_folder_is_where_such_files_belong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VENVLS_CACHE", raising=False)
    assert cache_folder() == platformdirs.user_cache_dir("venvls", appauthor=False)
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    assert cache_folder() == platformdirs.user_cache_dir("venvls", appauthor=False)
    monkeypatch.setenv("VENVLS_CACHE", "off")
    assert cache_folder() is None


def test_off_means_no_file(installation: Installation) -> None:
    assert "venvls/cli/__init__.py" in installation.compiled(VENVLS_CACHE="off", XDG_CACHE_HOME=str(installation.cache))
    assert not installation.cache.exists()


@pytest.mark.parametrize("place", [0, 18, 40, None], ids=["its first bytes", "the index's size", "the index", "a module"])
def test_a_damaged_image_is_as_if_absent(installation: Installation, place: int | None) -> None:
    installation.compiled()
    image = installation.image()
    data = bytearray(image.read_bytes())
    # A docstring of cli.
    data[data.index(b"every failure is one sentence") if place is None else place] ^= 0xFF
    image.write_bytes(data)
    assert set(installation.compiled()) - ALWAYS
    assert set(installation.compiled()) <= ALWAYS


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")
def test_what_others_can_write_to_is_not_trusted(installation: Installation) -> None:
    installation.compiled()
    image = installation.image()
    for path in (image, image.parent):
        mode = path.stat().st_mode
        path.chmod(0o777)
        assert set(installation.compiled()) - ALWAYS
        path.chmod(mode)
    installation.compiled()
    target = image.rename(image.parent.parent / "elsewhere")
    image.symlink_to(target)
    assert set(installation.compiled()) - ALWAYS


def test_what_a_workspace_brought_is_not_trusted(installation: Installation) -> None:
    inside = str(installation.work / "cache")
    for _ in range(2):
        assert set(installation.compiled("rules", VENVLS_CACHE=inside)) - ALWAYS
    (installation.cache.parent / ".git").mkdir()
    for _ in range(2):
        assert set(installation.compiled("rules")) - ALWAYS
    assert not installation.cache.exists()


def test_a_cache_that_cannot_be_written_stops_nothing(installation: Installation) -> None:
    installation.cache.write_text("not a folder")
    assert set(installation.compiled()) - ALWAYS
    assert set(installation.compiled()) - ALWAYS
