"""What the tests of the VS Code client share: the built extension, the installed editor, and one driver for all scenarios."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from types import ModuleType

import pytest

HERE = Path(__file__).parent
CLIENT = HERE.parents[1] / "client-vscode"


def _beside(name: str) -> ModuleType:
    """A module of this folder: pytest's import mode puts no test folder on the path."""
    spec = importlib.util.spec_from_file_location(f"venvls_client_tests_{name}", HERE / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


editor_install, wheels = _beside("editor_install"), _beside("wheels")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Where the editor cannot be installed these tests cannot run, and say so; on Debian and its relatives they always run."""
    if sys.platform == "linux" and shutil.which("apt-get") is not None and shutil.which("dpkg-query") is not None:
        return
    reason = "a real VS Code is installed by way of Debian packages, and this machine has no apt-get: run these tests on Debian or Ubuntu"
    for item in items:
        if item.get_closest_marker("vscode") is not None:
            item.add_marker(pytest.mark.skip(reason=reason))


class Npm:
    """npm in client-vscode, with what package-lock.json names installed once for each lock."""

    def __init__(self) -> None:
        lock = hashlib.sha256((CLIENT / "package-lock.json").read_bytes()).hexdigest()
        stamp = CLIENT / "node_modules" / ".venvls-lock"
        if not stamp.exists() or stamp.read_text(encoding="utf-8") != lock:
            print("[venvls tests] npm ci in client-vscode (about 200 MB)", file=sys.stderr, flush=True)
            self("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
            stamp.write_text(lock, encoding="utf-8")

    def __call__(self, *arguments: str, cwd: Path = CLIENT) -> str:
        """Runs npm; a failure fails the test with what npm said."""
        npm = shutil.which("npm")
        assert npm is not None, "The client's tests need npm: apt-get install npm"
        environ = {**os.environ, "PYTHON": sys.executable}
        done = subprocess.run((npm, *arguments), cwd=cwd, env=environ, capture_output=True, text=True, check=False, timeout=600)
        assert done.returncode == 0, f"npm {' '.join(arguments)}:\n{done.stdout}\n{done.stderr}"
        return done.stdout


@pytest.fixture(scope="session")
def npm() -> Npm:
    return Npm()


@pytest.fixture(scope="session")
def vsix(npm: Npm) -> Path:
    """The packed extension, made from this checkout as a person would."""
    npm("run", "package")
    return CLIENT / "venvls.vsix"


class Driver:
    """The process that plays the stories in the editor. All of them are given to it at once; each test waits for its own."""

    def __init__(self, node: Path, environ: dict[str, str], config: Path, stories: list[str]) -> None:
        script = str(HERE / "driver" / "main.ts")
        self._process = subprocess.Popen(
            (str(node), "--no-warnings", script, str(config)), env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self._results: dict[str, dict[str, object]] = {}
        assert self._process.stdin is not None
        self._process.stdin.write("".join(f"{story}\n" for story in stories))
        self._process.stdin.flush()

    def play(self, story: str) -> None:
        """Waits for one story's end; what went wrong fails the test, with the picture of the screen at that moment."""
        assert self._process.stdout is not None
        while story not in self._results:
            answer = self._process.stdout.readline()
            assert answer, "the driver ended; its standard error says why"
            result = json.loads(answer)
            self._results[result["name"]] = result
        result = self._results[story]
        assert result["ok"], f"{result['error']}\nscreen: {result.get('picture')}\nfolder: {result.get('folder')}"

    def close(self) -> None:
        """Ends the driver, its browser and whatever still plays."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.close()
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()


@pytest.fixture(scope="session")
def driver(request: pytest.FixtureRequest, vsix: Path, npm: Npm, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Driver]:
    editor = editor_install.editor()
    scratch = tmp_path_factory.mktemp("vscode")
    uv = Path(sys.executable).parent / "uv"
    config = scratch / "config.json"
    where = {name.replace("code_server", "codeServer"): str(value) for name, value in asdict(editor).items()}
    config.write_text(
        json.dumps(
            {
                **where,
                "client": str(CLIENT),
                "vsix": str(vsix),
                "standIns": _stand_ins(npm, scratch),
                "real": _real(),
                "inHost": str(_in_host(npm, scratch / "in-host")),
                "scratch": str(scratch),
                "pictures": str(editor_install.cache() / "pictures"),
                "python": str(Path(getattr(sys, "_base_executable", sys.executable)).resolve()),
                "uv": str(uv.resolve()),
                "wheels": str(wheels.build(scratch / "wheels")),
            }
        ),
        encoding="utf-8",
    )
    stories = [item.callspec.params["story"] for item in request.session.items if "driver" in getattr(item, "fixturenames", ())]
    process = Driver(editor.node, editor.environ(), config, stories)
    yield process
    process.close()


def _in_host(npm: Npm, folder: Path) -> Path:
    """The tests that run inside the extension host, as an extension under development."""
    bundle = ("--bundle", "--platform=node", "--format=cjs", "--external:vscode", "--log-level=warning")
    npm("exec", "--", "esbuild", str(HERE / "in_host" / "index.ts"), *bundle, f"--outfile={folder / 'index.js'}")
    shutil.copy(HERE / "in_host" / "package.json", folder)
    return folder


PYTHON_EXTENSIONS = ("ms-python.vscode-python-envs", "ms-python.python")
CHECKER = "venvls-tests.checker"


def _stand_ins(npm: Npm, scratch: Path) -> dict[str, str]:
    """Small extensions with the interfaces of the Python extensions, by the real ones' ids, and one that marks imports."""
    packed = {identifier: str(scratch / f"{identifier}.vsix") for identifier in (*PYTHON_EXTENSIONS, CHECKER)}
    for identifier, target in packed.items():
        npm("run", "--silent", "stand-in", "--", str(HERE / "stand_ins" / identifier), target)
    return packed


def _real() -> dict[str, str]:
    """The real Python extensions by id, from the folder of VSIX files that ``VENVLS_TEST_EXTENSIONS`` names."""
    folder = os.environ.get("VENVLS_TEST_EXTENSIONS")
    files = {identifier: sorted(Path(folder).glob(f"{identifier}*.vsix")) for identifier in PYTHON_EXTENSIONS} if folder else {}
    return {identifier: str(newest[-1]) for identifier, newest in files.items() if newest}
