"""Where a history takes place: a home folder, and in it a workspace of one tool's, with environments that need no tool to be made."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.host_tasks import offline
from tests.memory_machine import MemoryMemory

VERSION = "3.11.4"
OTHER_VERSION = "3.12.1"
NAMES = ("idna", "attrs", "six")
VERSIONS = ("1.0", "2.0", "3.0")

_UV_LOCK = """version = 1
requires-python = ">=3.9"

[[package]]
name = "attrs"
version = "2.0"
source = { registry = "https://example.org/simple" }

[[package]]
name = "demo"
version = "1"
source = { virtual = "." }
dependencies = [{ name = "attrs" }, { name = "idna" }]

[package.metadata]
requires-dist = [{ name = "attrs" }, { name = "idna", specifier = ">=2" }]

[[package]]
name = "idna"
version = "3.0"
source = { registry = "https://example.org/simple" }
"""
_BESIDE_LOCKED = """
[[package]]
name = "beside"
version = "1"
source = { virtual = "beside" }
dependencies = [{ name = "six" }]

[package.metadata]
requires-dist = [{ name = "six" }]

[[package]]
name = "six"
version = "1.0"
source = { registry = "https://example.org/simple" }
"""
_PDM_LOCK = """[metadata]
groups = ["default"]
strategy = []
lock_version = "4.5.0"
content_hash = "sha256:0"

[[package]]
name = "idna"
version = "3.0"
groups = ["default"]
"""
_POETRY_LOCK = """[[package]]
name = "idna"
version = "3.0"
optional = false
python-versions = "*"
files = []

[metadata]
lock-version = "2.0"
python-versions = ">=3.9"
content-hash = "0"
"""
_PROJECT = '[project]\nname = "demo"\nversion = "1"\nrequires-python = ">=3.9"\ndependencies = [\n  "idna>=2",\n  "attrs",\n]\n'

FILES: Mapping[str, Mapping[str, str]] = {
    "pip": {
        "requirements.txt": "-r more.txt\n-c constraints.txt\nidna>=2\n",
        "more.txt": "attrs\n",
        "constraints.txt": "attrs<3\n",
        "lib/requirements.txt": "six\n-e ../part\n",
        "app.py": "import six\nimport attrs\n",
        "part/setup.cfg": "[metadata]\nname = part\n[options]\ninstall_requires =\n    idna\n",
    },
    "uv": {
        "pyproject.toml": _PROJECT + '[tool.uv.workspace]\nmembers = ["packages/*"]\n',
        "uv.lock": _UV_LOCK,
        "packages/a/pyproject.toml": '[project]\nname = "a"\nversion = "1"\ndependencies = ["six"]\n',
    },
    "uv member": {
        "pyproject.toml": _PROJECT,
        "../pyproject.toml": '[tool.uv.workspace]\nmembers = ["demo", "beside"]\n',
        "../beside/pyproject.toml": '[project]\nname = "beside"\nversion = "1"\ndependencies = ["six"]\n',
        "../uv.lock": _UV_LOCK.replace('virtual = "."', 'virtual = "demo"').replace(
            "\n\n", '\n\n[manifest]\nmembers = ["beside", "demo"]\n\n', 1
        )
        + _BESIDE_LOCKED,
    },
    "poetry": {"pyproject.toml": _PROJECT + "[tool.poetry]\npackage-mode = false\n", "poetry.lock": _POETRY_LOCK},
    "pdm": {"pyproject.toml": _PROJECT + "[tool.pdm]\ndistribution = false\n", "pdm.lock": _PDM_LOCK},
    "pipenv": {"Pipfile": '[packages]\nidna = ">=2"\nattrs = "*"\n'},
    "hatch": {
        "pyproject.toml": _PROJECT + '[tool.hatch.envs.default]\ndependencies = ["six"]\n',
        "hatch.toml": '[envs.test]\ndependencies = ["six"]\n',
    },
    "tox": {"tox.ini": "[tox]\nenv_list = py, lint\n[testenv]\ndeps =\n    idna>=2\n    attrs\nskip_install = true\n"},
    "conda": {
        "environment.yml": "name: demo\ndependencies:\n  - python\n  - pip\n  - pip:\n    - idna>=2\n    - attrs\n",
        "sub/requirements.txt": "six\n",
    },
    "script": {
        "job.py": '# /// script\n# requires-python = ">=3.9"\n# dependencies = ["idna>=2"]\n# ///\nprint()\n',
        "requirements.txt": "idna\n",
    },
}
ENVIRONMENTS: Mapping[str, tuple[str, ...]] = {
    "pip": ("{root}/.venv", "{root}/venv", "{root}/lib/.venv"),
    "uv": ("{root}/.venv", "{root}/packages/a/.venv"),
    "uv member": ("{home}/work/.venv", "{root}/.venv"),
    "poetry": ("{home}/.cache/pypoetry/virtualenvs/{poetry}-py3.11", "{root}/.venv"),
    "pdm": ("{home}/.local/share/pdm/venvs/{pdm}-3.11", "{root}/.venv"),
    "pipenv": ("{home}/.local/share/virtualenvs/{pipenv}", "{root}/.venv"),
    "hatch": ("{home}/.local/share/hatch/env/virtual/demo/{hatch}/demo", "{root}/.venv"),
    "tox": ("{root}/.tox/py", "{root}/.tox/lint", "{root}/.venv"),
    "conda": ("{home}/miniconda3/envs/demo", "{root}/.venv", "{root}/sub/venv"),
    "script": ("{root}/.venv",),
}
"""Where each tool keeps environments of this workspace, the likeliest first."""


class Ground:
    """Folders of one history: ``home``, in it ``root`` (the workspace) and ``base`` (a Python that environments are made from)."""

    def __init__(self, folder: Path, tool: str) -> None:
        self.tool = tool
        self.home = folder / "home"
        self.root = self.home / "work" / "demo"
        self.base = folder / "base"
        self.environ = {"HOME": str(self.home), "PATH": str(self.base / "bin")}
        (self.base / "bin").mkdir(parents=True)
        for version in (VERSION, OTHER_VERSION):
            program = self.base / "bin" / f"python{minor(version)}"
            program.write_text("")
            program.chmod(0o755)
        self.root.mkdir(parents=True)
        for name, content in FILES[tool].items():
            write(self.root / name, content)

    def places(self) -> list[Path]:
        """Where this workspace's tools keep environments."""
        return [Path(place.format(root=self.root, home=self.home, **self._hashed())) for place in ENVIRONMENTS[self.tool]]

    def _hashed(self) -> dict[str, str]:
        from venvls.environments.hatch import root_hash
        from venvls.environments.kind import Query
        from venvls.environments.pdm import folder_hash
        from venvls.environments.pipenv import name_of
        from venvls.environments.poetry import base_name
        from venvls.host.files import DiskFiles

        root, files = str(self.root), DiskFiles()
        return {
            "poetry": base_name("demo", root, files),
            "pdm": f"demo-{folder_hash(root, '/')}",
            "pipenv": name_of(Query(files, self.environ, str(self.home), "linux", root, {})),
            "hatch": root_hash(root, "linux"),
        }

    def make(self, prefix: Path, packages: Mapping[str, str], version: str = VERSION) -> None:
        """An environment as this place's tool would leave it."""
        if os.path.lexists(prefix):
            return
        library = prefix / "lib" / f"python{minor(version)}"
        (library / "site-packages").mkdir(parents=True)
        (prefix / "bin").mkdir()
        (prefix / "bin" / "python").symlink_to(self.base / "bin" / f"python{minor(version)}")
        (prefix / "bin" / f"python{minor(version)}").symlink_to("python")
        if "miniconda3" in prefix.parts:
            write(prefix / "conda-meta" / "history", "")
            write(prefix / "conda-meta" / f"python-{version}-h1_0_cpython.json", "{}")
        else:
            write(prefix / "bin" / "activate", f"VIRTUAL_ENV='{prefix}'\nexport VIRTUAL_ENV\n")
            write(prefix / "pyvenv.cfg", f"home = {self.base / 'bin'}\nversion = {version}\n")
        if self.tool == "pipenv" and "virtualenvs" in prefix.parts:
            write(prefix / ".project", str(self.root))
        if ".tox" in prefix.parts:
            write(prefix / ".tox-info.json", "{}")
        for name, release in packages.items():
            install(prefix, name, release)

    def is_real(self, prefix: Path) -> bool:
        """Whether this environment's Python starts."""
        program = prefix / "bin" / "python"
        return program.is_file() and program.stat().st_size > 0

    def run_maker(self, maker: str, prefix: Path) -> None:
        """``venv`` or ``uv`` makes an environment of the Python that runs the tests, where nothing is yet."""
        if os.path.lexists(prefix):
            return
        if maker == "uv":
            self.start(offline.program("uv"), "venv", "--quiet", "--no-project", "--python", sys.executable, str(prefix)).wait()
        else:
            self.start(sys.executable, "-m", "venv", "--without-pip", str(prefix)).wait()

    def start_installer(self, installer: str, prefix: Path, name: str, version: str | None) -> subprocess.Popen[bytes]:
        """``uv`` or ``pip``, which installs a tiny wheel into an environment, or takes it away."""
        python = str(prefix / "bin" / "python")
        what = ["uninstall", name] if version is None else ["install", f"{name}=={version}"]
        if installer == "uv":
            return self.start(offline.program("uv"), "pip", *what, "--quiet", "--python", python)
        more = ["--yes"] if version is None else ["--no-compile"]
        return self.start(sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "--python", python, *what, *more)

    def start(self, *argv: str) -> subprocess.Popen[bytes]:
        """A program in the workspace."""
        nowhere = subprocess.DEVNULL
        return subprocess.Popen(
            argv, cwd=self.root, env={**self.offline(), "HOME": str(self.home)}, stdin=nowhere, stdout=nowhere, stderr=nowhere
        )

    def offline(self) -> Mapping[str, str]:
        """Variables with which pip and uv know tiny wheels of ``NAMES`` in all ``VERSIONS``, and no index."""
        wheels = self.home.parent / "wheels"
        if not wheels.exists():
            for name in NAMES:
                for version in VERSIONS:
                    offline.wheel(wheels, name, version)
        return offline.environ(wheels, self.home.parent / "cache")

    def git(self, *arguments: str) -> None:
        """Runs git in the workspace."""
        environ = {
            **os.environ,
            "HOME": str(self.home),
            "GIT_CONFIG_NOSYSTEM": "1",
            **{f"GIT_{who}_{what}": "a@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
        }
        subprocess.run(["git", *arguments], cwd=self.root, env=environ, check=False, capture_output=True)

    def files(self) -> dict[str, tuple[object, ...]]:
        """Every file and folder below the home folder, each with what tells that it changed."""
        known: dict[str, tuple[object, ...]] = {}
        pending = [str(self.home)]
        while pending:
            try:
                entries = list(os.scandir(pending.pop()))
            except OSError:
                continue
            for entry in entries:
                stat = entry.stat(follow_symlinks=False)
                known[entry.path] = (stat.st_mtime_ns, stat.st_size, stat.st_ino, stat.st_mode)
                if entry.is_dir(follow_symlinks=False) and entry.name != "objects":
                    pending.append(entry.path)
        return known


def minor(version: str) -> str:
    return ".".join(version.split(".")[:2])


def write(path: Path, content: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)


def site_of(prefix: Path) -> Path | None:
    return next(iter(sorted(prefix.glob("lib/python*/site-packages"))), None)


def install(prefix: Path, name: str, version: str | None) -> None:
    """Puts a distribution in place of what was there under its name; ``None`` takes it away."""
    site = site_of(prefix)
    if site is None:
        return
    for old in site.glob(f"{name}-*.dist-info"):
        shutil.rmtree(old)
    if version is not None:
        made = site / f"{name}.half"
        made.mkdir()
        (made / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        (made / "INSTALLER").write_text("pip\n")
        (made / "RECORD").write_text("")
        made.rename(site / f"{name}-{version}.dist-info")


class Selections(MemoryMemory):
    """Selections in a file, as all processes of a person's share them."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self._file = file

    def selected(self, root: str) -> str | None:
        known = json.loads(self._file.read_text()) if self._file.is_file() else {}
        return known.get(root)

    def select(self, root: str, prefix: str | None) -> None:
        known = json.loads(self._file.read_text()) if self._file.is_file() else {}
        self._file.write_text(json.dumps({**known, root: prefix}))

    def selections_file(self) -> str:
        return str(self._file)
