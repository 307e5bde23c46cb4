"""Which build backends take a list that is stated and dynamic (PEP 808): an error where they refuse it, a warning where they build it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import uv

from tests.differential_tools.tools import environ, install
from venvls import manifests
from venvls.model.text import Text

pytestmark = [pytest.mark.network, pytest.mark.slow]

BACKENDS = {
    "setuptools.build_meta": "setuptools",
    "hatchling.build": "hatchling",
    "flit_core.buildapi": "flit-core",
    "pdm.backend": "pdm-backend",
    "poetry.core.masonry.api": "poetry-core",
    "uv_build": "uv-build",
    "scikit_build_core.build": "scikit-build-core",
    "mesonpy": "meson-python",
}
BUILD = """
import importlib, sys
backend = importlib.import_module(sys.argv[1])
make = getattr(backend, "prepare_metadata_for_build_wheel", None) or backend.build_wheel
make("out")
"""
LISTS = {"dependencies": 'dependencies = ["idna"]\n', "optional-dependencies": '[project.optional-dependencies]\nx = ["idna"]\n'}


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("backends")
    made = [uv.find_uv_bin(), "venv", "--quiet", "--no-project", "--python", sys.executable, str(folder)]
    subprocess.run(made, check=True, timeout=600)
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    install(python, *BACKENDS.values(), "ninja")
    return python


@pytest.mark.parametrize("field", LISTS)
@pytest.mark.parametrize("backend", BACKENDS)
def test_a_list_that_is_stated_and_dynamic(backend: str, field: str, python: Path, tmp_path: Path) -> None:
    def builds(dynamic: str) -> tuple[bool, str]:
        folder = tmp_path / (dynamic or "plain")
        package = folder / ("pkg" if backend.startswith("flit") else "src/pkg")
        package.mkdir(parents=True)
        (package / "__init__.py").write_text('"""doc"""\n')
        (folder / "out").mkdir()
        (folder / "CMakeLists.txt").write_text("cmake_minimum_required(VERSION 3.15)\nproject(pkg LANGUAGES NONE)\n")
        (folder / "meson.build").write_text("project('pkg', version: '1')\n")
        head = f'[build-system]\nrequires = []\nbuild-backend = "{backend}"\n[project]\nname = "pkg"\nversion = "1"\ndescription = "d"\n'
        text = head + (f'dynamic = ["{dynamic}"]\n' if dynamic else "") + LISTS[field]
        (folder / "pyproject.toml").write_text(text)
        path = os.pathsep.join([str(python.parent), os.environ.get("PATH", "")])
        ran = subprocess.run(
            [python, "-c", BUILD, backend], cwd=folder, env=environ(PATH=path), capture_output=True, text=True, check=False, timeout=600
        )
        return ran.returncode == 0, text

    assert builds("")[0], "without `dynamic` it builds"
    accepted, text = builds(field)
    problems = [problem for problem in manifests.parse("/w/pyproject.toml", Text(text)).problems if problem.code == "invalid-manifest"]
    assert [problem.mild for problem in problems] == [accepted]
