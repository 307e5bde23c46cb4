"""A package index of tiny wheels on this machine (PEP 503), for tools that resolve from nothing else: quick, and the same every day.

``alpha`` has three versions; ``beta`` needs ``alpha``; ``gamma[more]`` needs ``delta``; ``windows-only`` is what its name says.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.differential.wheels import Wheel, write

WHEELS = (
    *(Wheel("alpha", version) for version in ("1.0", "1.1", "1.2", "2.0", "3.0rc1")),
    *(Wheel("beta", version, ("alpha>=1",)) for version in ("1.0", "2.0")),
    *(Wheel("gamma", version, ('delta>=1; extra == "more"',), ("more",)) for version in ("1.0", "1.5")),
    *(Wheel("delta", version) for version in ("1.0", "1.1")),
    *(Wheel("epsilon", version, ('windows-only; sys_platform == "win32"',)) for version in ("0.1.0", "0.1.5", "0.2.0")),
    *(Wheel("Zeta.Core", version, ("alpha", 'epsilon; python_version < "3"')) for version in ("1.0", "2.0")),
    Wheel("windows-only", "1.0"),
    Wheel("stray", "1.0"),
)

BACKEND = '''"""A build backend that needs nothing."""
import base64, hashlib, os, tomllib, zipfile
def _write(directory, editable):
    project = tomllib.load(open("pyproject.toml", "rb"))["project"]
    name, version = project["name"], project["version"]
    info = f"{name}-{version}.dist-info"
    requires = "".join(f"Requires-Dist: {one}\\n" for one in project.get("dependencies", []))
    files = {f"{info}/METADATA": f"Metadata-Version: 2.1\\nName: {name}\\nVersion: {version}\\n{requires}",
             f"{info}/WHEEL": "Wheel-Version: 1.0\\nGenerator: t\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n"}
    files[f"{name}.pth" if editable else f"{name}.py"] = os.getcwd() + "\\n" if editable else ""
    digest = lambda text: base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
    files[f"{info}/RECORD"] = "".join(f"{one},sha256={digest(text)},{len(text)}\\n" for one, text in files.items()) + f"{info}/RECORD,,\\n"
    wheel = f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(os.path.join(directory, wheel), "w") as archive:
        for one, text in files.items():
            archive.writestr(one, text)
    return wheel
def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    return _write(wheel_directory, False)
def build_editable(wheel_directory, config_settings=None, metadata_directory=None):
    return _write(wheel_directory, True)
'''


def library(folder: Path, name: str, version: str = "1.0", *requires: str) -> Path:
    """A project in a folder that builds without fetching anything."""
    folder.mkdir(parents=True, exist_ok=True)
    listed = "".join(f'"{one}", ' for one in requires)
    text = f'[project]\nname = "{name}"\nversion = "{version}"\nrequires-python = ">=3.9"\ndependencies = [{listed}]\n'
    build = '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
    (folder / "pyproject.toml").write_text(text + build, "utf-8")
    (folder / "backend.py").write_text(BACKEND, "utf-8")
    return folder


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The index's URL while it is served; the wheels themselves lie in ``folder/files``."""
    files = folder / "files"
    files.mkdir(parents=True)
    links: dict[str, str] = {}
    for wheel in WHEELS:
        path = write(wheel, files)
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        name = wheel.name.lower().replace(".", "-").replace("_", "-")
        links[name] = links.get(name, "") + f'<a href="../../files/{path.name}#sha256={digest}">{path.name}</a><br>\n'
    for name, text in links.items():
        (folder / "simple" / name).mkdir(parents=True)
        (folder / "simple" / name / "index.html").write_text(f"<!DOCTYPE html><html><body>{text}</body></html>", "utf-8")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=120)


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Nothing: tests print enough."""
