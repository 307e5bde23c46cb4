"""Editable installations by the backends that compile, built for real: meson-python, scikit-build-core (both modes) and maturin.

What the environment's own interpreter finds is never missing."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.memory_machine import MemoryMemory
from venvls.host.machine import ThisMachine
from venvls.workspace import Workspace

pytestmark = [pytest.mark.network, pytest.mark.slow]

_C = """#include <Python.h>
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "NAME", NULL, -1, NULL};
PyMODINIT_FUNC PyInit_NAME(void) { return PyModule_Create(&module); }
"""
_MESON = """project('dist-meson', 'c', version: '1.0')
py = import('python').find_installation(pure: false)
py.install_sources('src/of_meson/__init__.py', 'src/of_meson/deep.py', subdir: 'of_meson')
py.install_sources('src/of_meson_ns/part/inner.py', subdir: 'of_meson_ns/part')
py.install_sources('of_meson_single.py')
py.extension_module('of_meson_native', 'of_meson_native.c', install: true)
py.extension_module('_inside', '_inside.c', install: true, subdir: 'of_meson')
"""
_CMAKE = """cmake_minimum_required(VERSION 3.15...3.30)
project(x LANGUAGES C)
find_package(Python REQUIRED COMPONENTS Interpreter Development.Module)
python_add_library(NAME_native MODULE NAME_native.c WITH_SOABI)
python_add_library(_inside MODULE _inside.c WITH_SOABI)
install(TARGETS NAME_native DESTINATION .)
install(TARGETS _inside DESTINATION NAME)
"""
_CARGO = """[package]
name = "NAME"
version = "1.0.0"
edition = "2021"
[lib]
name = "NAME"
crate-type = ["cdylib"]
"""
_RUST = '#[no_mangle]\npub extern "C" fn answer() -> i32 { 42 }\n'
_SCIKIT = ("scikit-build-core==1.1.2", "cmake==4.1.2", "ninja==1.13.0")
_BACKENDS = {
    "meson": (("meson-python==0.22.1", "meson==1.9.1", "ninja==1.13.0"), "mesonpy", ""),
    "redirect": (_SCIKIT, "scikit_build_core.build", '[tool.scikit-build]\nwheel.packages = ["src/of_redirect", "src/of_redirect_ns"]\n'),
    "inplace": (
        _SCIKIT,
        "scikit_build_core.build",
        '[tool.scikit-build]\neditable.mode = "inplace"\nwheel.packages = ["src/of_inplace", "src/of_inplace_ns"]\n',
    ),
    # Its other kinds need libraries of Rust; what it leaves in site-packages is the same: a path, or the built package.
    "mixed": (("maturin==1.9.6",), "maturin", '[tool.maturin]\nbindings = "cffi"\npython-source = "src"\n'),
    "pure": (("maturin==1.9.6",), "maturin", '[tool.maturin]\nbindings = "cffi"\n'),
}
_ASK = """
import importlib.util, json, sys
for module in json.load(sys.stdin):
    try:
        there = importlib.util.find_spec(module) is not None
    except ImportError:
        there = False
    print(module, there)
"""


def _write(folder: Path, name: str) -> None:
    module = f"of_{name}"
    requires, backend, setting = _BACKENDS[name]
    texts = {
        "pyproject.toml": f'[project]\nname = "dist-{name}"\nversion = "1.0"\n[build-system]\nrequires = {json.dumps(requires)}\n'
        f'build-backend = "{backend}"\n{setting}'
    }
    if name != "pure":
        texts |= {f"src/{module}/__init__.py": "", f"src/{module}/deep.py": ""}
    if name in ("meson", "redirect", "inplace"):
        texts |= {f"src/{module}_ns/part/inner.py": "", f"{module}_single.py": ""}
        texts |= {f"{native}.c": _C.replace("NAME", native) for native in (f"{module}_native", "_inside")}
        texts |= {"meson.build": _MESON} if name == "meson" else {"CMakeLists.txt": _CMAKE.replace("NAME", module)}
    else:
        texts |= {"Cargo.toml": _CARGO.replace("NAME", module), "src/lib.rs": _RUST, "target/header.h": "int answer(void);\n"}
    for path, text in texts.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project whose environment has one editable installation of each kind, from outside the workspace."""
    place = tmp_path_factory.mktemp("editable")
    root = place / "work"
    root.mkdir()
    subprocess.run([sys.executable, "-m", "venv", str(root / ".venv")], check=True)
    binaries = root / ".venv" / ("Scripts" if os.name == "nt" else "bin")
    # meson-python builds again when something is imported, with the programs that it was installed with.
    _pip(binaries, "cffi==2.0.0", *_BACKENDS["meson"][0])
    for name in _BACKENDS:
        if name in ("mixed", "pure") and shutil.which("cargo") is None:
            continue
        _write(place / name, name)
        _pip(binaries, "--no-deps", *(["--no-build-isolation"] if name == "meson" else []), "-e", str(place / name))
    return root


def _pip(binaries: Path, *wanted: str) -> None:
    environ = {**os.environ, "PATH": f"{binaries}{os.pathsep}{os.environ['PATH']}"}
    command = [str(binaries / "python"), "-m", "pip", "install", "-q", *wanted]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL, env=environ, timeout=900)


def _modules(name: str) -> list[str]:
    ends = ("", ".deep", "._inside", "_native", "_single", "_ns", "_ns.part", "_ns.part.inner", ".absent", "_ns.absent", "_absent")
    return [f"of_{name}{end}" for end in ends]


@pytest.mark.parametrize("name", _BACKENDS)
def test_what_the_interpreter_finds_is_never_missing(root: Path, name: str) -> None:
    if name in ("mixed", "pure") and shutil.which("cargo") is None:
        pytest.skip("maturin needs Rust")
    modules = _modules(name)
    python = root / ".venv" / ("Scripts" if os.name == "nt" else "bin") / "python"
    done = subprocess.run(
        [str(python), "-c", _ASK], input=json.dumps(modules), capture_output=True, text=True, check=True, cwd=root.parent, timeout=300
    )
    there = {line.split()[0] for line in done.stdout.splitlines() if line.endswith(" True")}
    assert {f"of_{name}"} <= there, "the interpreter itself finds what was installed"
    (root / "requirements.txt").write_text("attrs\n")
    (root / "app.py").write_text("".join(f"import {module}\n" for module in modules))
    workspace = Workspace(ThisMachine(), MemoryMemory(), strict=True)
    workspace.set_roots([str(root)])
    workspace.discover()
    findings = [finding for finding in workspace.check(imports=True).findings if finding.path.endswith("app.py")]
    missing = {finding.data["module"] for finding in findings if finding.code == "missing-import"}
    assert missing.isdisjoint(there)
    assert f"of_{name}_absent" in missing, "what nobody provides is reported"
    owners = {finding.data["add"] for finding in findings if finding.code == "undeclared-import"}
    assert owners == {f"dist-{name}"}, "and the others are of their distribution"
