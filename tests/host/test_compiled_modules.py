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
from venvls.host.image.together import TOGETHER
if sys.argv[1] == "ours":
    image.use(["check"])
    assert type(sys.meta_path[0]).__module__ == "venvls.host.image.compiled"
for written in TOGETHER["venvls check"].split():
    __import__("venvls." + written.removesuffix("/__init__").replace("/", "."))
import json, venvls.cli.volume, venvls.rules, venvls.manifests.requirements.file
shown = {}
for name, module in sys.modules.items():
    if name.startswith("venvls.") and name != "venvls.host.image.compiled":
        spec = module.__spec__
        package, _, last = name.rpartition(".")
        assert getattr(sys.modules[package], last) is module, name
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


def test_what_is_loaded_together_is_searched_for_by_nobody(source: Path) -> None:
    # Each is after all that it needs: else Python would search for that. After a change: `python tests/load_order.py`.
    modules(source, "python")
    program = """
import sys
from venvls.host import image
from venvls.host.image import compiled
from venvls.host.image.together import TOGETHER
find, searched = compiled._Finder.find_spec, []
compiled._Finder.find_spec = lambda self, name, *more: searched.append(name) or find(self, name, *more)
image.use(["check"])
assert len(TOGETHER) == 4
for occasion in TOGETHER:
    sys.meta_path[0].load_together(occasion)
    assert {"venvls." + each.removesuffix("/__init__").replace("/", ".") for each in TOGETHER[occasion].split()} <= set(sys.modules)
searched = [name for name in searched if name.startswith("venvls.") and not name.startswith("venvls.model.patterns.engine")]
assert not searched, searched
"""
    environ = {name: value for name, value in os.environ.items() if name not in ("PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX")}
    environ |= {"PYTHONPATH": os.pathsep.join([str(source), *filter(None, sys.path)]), "VENVLS_CACHE": "off"}
    subprocess.run([sys.executable, "-S", "-c", program], cwd=source, env=environ, check=True)


@pytest.mark.parametrize(
    ("module", "line", "says", "status"),
    [
        ("settings", "raise RuntimeError('half a file')", "half a file", 2),
        *(
            (module, "raise KeyboardInterrupt", "stopped.", 2)
            for module in ("settings", "host/again", "host/image/__init__", "cli/streams")
        ),
    ],
)
def test_a_module_that_cannot_be_loaded_is_a_sentence(module: str, line: str, says: str, status: int, source: Path, tmp_path: Path) -> None:
    # What is wrong is said where it is needed, and what is loaded before it counts.
    broken = Path(shutil.copytree(source, tmp_path / "broken", copy_function=shutil.copy2))
    (broken / f"venvls/{module}.py").write_text(f"{line}\n", "utf-8")
    program = "import sys; from venvls.__main__ import main; sys.exit(main())"
    environ = {name: value for name, value in os.environ.items() if name not in ("PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX")}
    environ |= {"PYTHONPATH": str(broken), "VENVLS_CACHE": "off"}
    done = subprocess.run([sys.executable, "-S", "-c", program, "check"], cwd=tmp_path, env=environ, capture_output=True, text=True)
    assert done.returncode == status and says in done.stderr and "Traceback" not in done.stderr


def test_a_changed_source_or_a_compiled_file_of_another_python_is_compiled_again(source: Path) -> None:
    modules(source, "python")
    module = source / "venvls/cli/volume.py"
    # Longer than what is read at once.
    module.write_text(f"{module.read_text('utf-8')}\nquiet_means = 1\nlong = {'x' * 100_000!r}\n", "utf-8")
    (other,) = (source / "venvls/rules/__pycache__").glob(f"__init__.{sys.implementation.cache_tag}.pyc")
    other.write_bytes(b"of another Python" + other.read_bytes()[17:])
    shown = modules(source, "ours")
    assert shown["venvls.cli.volume"][-2] == 1
    assert shown == modules(source, "python")


def test_a_tree_that_was_moved_shows_where_it_is(source: Path, tmp_path: Path) -> None:
    modules(source, "python")
    moved = Path(shutil.copytree(source, tmp_path / "moved", copy_function=shutil.copy2))
    assert modules(moved, "ours")["venvls.rules"][-1] == str(moved / "venvls/rules/__init__.py")
