"""Our modules are found without Python's search, and are what Python would have found."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import venvls

PROGRAM = """
import sys
from venvls.host import image
if sys.argv[1] == "ours":
    image.use(["check"])
    assert type(sys.meta_path[0]).__module__ == "venvls.host.image.compiled"
import json, venvls.cli.volume, venvls.rules, venvls.manifests.requirements.file
shown = {}
for name, module in sys.modules.items():
    if name.startswith("venvls.") and name != "venvls.host.image.compiled":
        spec = module.__spec__
        shown[name] = [module.__file__, spec.cached, module.__package__, spec.origin, spec.parent, spec.has_location,
                       list(getattr(module, "__path__", ())), spec.loader.path, isinstance(spec.loader, type(venvls.__spec__.loader)),
                       venvls.cli.volume.quiet_means if hasattr(venvls.cli.volume, "quiet_means") else None,
                       venvls.rules.codes.__code__.co_filename]
print(json.dumps(shown))
"""


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("installed")
    shutil.copytree(Path(venvls.__file__).parent, folder / "venvls", ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def modules(source: Path, how: str) -> dict[str, list[object]]:
    environ = {name: value for name, value in os.environ.items() if name not in ("PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX")}
    done = subprocess.run(
        [sys.executable, "-S", "-c", PROGRAM, how],
        cwd=source, env=environ | {"PYTHONPATH": str(source), "VENVLS_CACHE": "off"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    shown: dict[str, list[object]] = json.loads(done.stdout)
    return shown


def test_modules_are_what_python_finds(source: Path) -> None:
    by_python = modules(source, "python")
    assert len(by_python) > 50
    assert modules(source, "ours") == by_python


def test_a_changed_source_or_a_compiled_file_of_another_python_is_compiled_again(source: Path) -> None:
    modules(source, "python")
    module = source / "venvls/cli/volume.py"
    module.write_text(module.read_text("utf-8") + "\nquiet_means = 1\n", "utf-8")
    (other,) = (source / "venvls/rules/__pycache__").glob(f"__init__.{sys.implementation.cache_tag}.pyc")
    other.write_bytes(b"of another Python" + other.read_bytes()[17:])
    shown = modules(source, "ours")
    assert shown["venvls.cli.volume"][-2] == 1
    assert shown == modules(source, "python")


def test_a_tree_that_was_moved_shows_where_it_is(source: Path, tmp_path: Path) -> None:
    modules(source, "python")
    moved = Path(shutil.copytree(source, tmp_path / "moved", copy_function=shutil.copy2))
    assert modules(moved, "ours")["venvls.rules"][-1] == str(moved / "venvls/rules/__init__.py")
