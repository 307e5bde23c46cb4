"""conda itself, conda-lock and rattler, as far as the index of Python packages has them; made on first use and kept.

conda-lock carries conda's whole source below a name of its own. With that name taken away it is conda, of the version it says; what it
needs besides is on the index, but for the making of menu entries, which nothing here asks for. rattler is the library under pixi.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import uv

from tests import kept, pinned
from tests.differential_tools.tools import install

_BESIDE = ("pycosat", "pluggy", "tqdm", "frozendict", "conda-package-handling", "archspec", "jsonpatch")
_CONDA = "import sys\nfrom conda.cli.main import main\nsys.exit(main())\n"
_BIN = "Scripts" if os.name == "nt" else "bin"
_PYTHON = "python.exe" if os.name == "nt" else "python"


def conda() -> Path:
    """The program conda; conda-lock and their Python stand beside it."""
    folder = _folder(pinned.label("conda-lock"))
    program = folder / _BIN / "conda"
    with kept.making(folder) as missing:
        if missing:
            _make_conda(folder, program)
    return program


def _make_conda(folder: Path, program: Path) -> None:
    """conda by itself, from the copy that conda-lock carries."""
    python = _made(folder, pinned.requirement("conda-lock"), *_BESIDE)
    asked = [str(python), "-c", "import conda_lock; print(conda_lock.__path__[0])"]
    package = Path(subprocess.run(asked, capture_output=True, text=True, check=True, timeout=300).stdout.strip())
    target = package.parent / "conda"
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(package / "_vendor" / "conda", target)
    for file in target.rglob("*.py"):
        text = file.read_text("utf-8")
        if "conda_lock._vendor." in text:
            file.write_text(text.replace("conda_lock._vendor.", ""), "utf-8")
    # conda-lock is a plugin of conda's too, which would be loaded with every command.
    for listed in package.parent.glob("conda_lock-*.dist-info/entry_points.txt"):
        listed.write_text("[console_scripts]\nconda-lock = conda_lock:main\n", "utf-8")
    subprocess.run([str(python), "-m", "compileall", "-q", str(target)], check=True, timeout=300)
    (package.parent / "menuinst").mkdir(exist_ok=True)
    (package.parent / "menuinst" / "__init__.py").touch()
    (package.parent / "menuinst" / "api.py").write_text("def install(*a, **k): ...\ndef remove(*a, **k): ...\n", "utf-8")
    program.write_text(f"#!{python}\n{_CONDA}", "utf-8")
    program.chmod(0o755)


def rattler() -> Path:
    """A Python that has rattler."""
    folder = _folder(pinned.label("py-rattler"))
    with kept.making(folder) as missing:
        if missing:
            _made(folder, pinned.requirement("py-rattler"))
    return folder / _BIN / _PYTHON


def asked(python: Path, code: str, question: object, environ: dict[str, str] | None = None) -> Any:
    """What a few lines of Python say on standard output, as JSON, to a question on standard input."""
    argv = [str(python), "-c", code]
    variables = {**os.environ, **(environ or {})}
    done = subprocess.run(argv, input=json.dumps(question), capture_output=True, text=True, check=False, timeout=300, env=variables)
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def _folder(name: str) -> Path:
    return kept.folder() / "tools" / name


def _made(folder: Path, *wanted: str) -> Path:
    python = folder / _BIN / _PYTHON
    made = [uv.find_uv_bin(), "venv", "--quiet", "--clear", "--no-project", "--python", sys.executable, str(folder)]
    subprocess.run(made, check=True, timeout=300)
    install(python, *wanted)
    return python
