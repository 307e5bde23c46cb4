"""The client as source and as package: types, lint, unit tests, and what is in the VSIX."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import pytest

CLIENT = Path(__file__).resolve().parents[2] / "client-vscode"
LARGEST = 3 * 1024 * 1024

pytestmark = [pytest.mark.vscode, pytest.mark.slow, pytest.mark.network]


class Npm(Protocol):
    def __call__(self, *arguments: str) -> str: ...


def test_types_lint_and_generated_parts(npm: Npm) -> None:
    npm("run", "check")


def test_units(npm: Npm) -> None:
    npm("test")


def test_nothing_in_the_editors_process_waits_for_a_program_or_reads_a_file_meanwhile() -> None:
    """All extensions share that process: what takes its time there is asynchronous, from activation on. A single stat is none."""
    waiting = {
        path.name: re.findall(r"\b(?:exec\w*|spawn|read\w*|write\w*|append\w*|copy\w*|cp|rm|mkdir)Sync\(", path.read_text("utf-8"))
        for path in (CLIENT / "src").rglob("*.ts")
    }
    assert {name: calls for name, calls in waiting.items() if calls} == {}
    entry = (CLIENT / "src" / "extension.ts").read_text("utf-8")
    assert "export function activate(" in entry, "activation ends before anything that is awaited"


def test_no_registry_is_named() -> None:
    lock = json.loads((CLIENT / "package-lock.json").read_text(encoding="utf-8"))
    assert [name for name, package in lock["packages"].items() if "resolved" in package] == []
    for name in (".npmrc", "server-requirements.txt", "package.json"):
        text = (CLIENT / name).read_text(encoding="utf-8")
        assert not re.search(r"index-url|registry\s*=", text), name


def test_package_is_small_and_whole(vsix: Path) -> None:
    assert vsix.stat().st_size <= LARGEST
    with zipfile.ZipFile(vsix) as archive:
        names = set(archive.namelist())
        manifest = json.loads(archive.read("extension/package.json"))
    for part in ("dist/extension.js", "dist/server/launch.py", "readme.md", "changelog.md", "ThirdPartyNotices.txt", "package.nls.json"):
        assert f"extension/{part}" in names
    assert f"extension/{manifest['l10n'].removeprefix('./')}/bundle.l10n.json" in names
    for language in manifest["contributes"]["languages"]:
        assert f"extension/{language['configuration'].removeprefix('./')}" in names
    assert f"extension/{manifest['icon']}" in names
    for step in manifest["contributes"]["walkthroughs"][0]["steps"]:
        assert f"extension/{step['media']['image']}" in names
    compiled = [name for name in names if name.endswith((".so", ".pyd", ".dylib", ".pyc", ".node"))]
    assert compiled == [], "one VSIX for every platform"
    assert [name for name in names if re.search(r"node_modules|/src/|/test/|\.map$", name)] == []


def test_gallery_page_has_its_pictures_and_links(vsix: Path) -> None:
    """The gallery, and the editor's own page, show pictures by https only: each one is a file of the repository that the manifest names."""
    with zipfile.ZipFile(vsix) as archive:
        page = archive.read("extension/readme.md").decode("utf-8")
        manifest = json.loads(archive.read("extension/package.json"))
        gallery = archive.read("extension.vsixmanifest").decode("utf-8")
    repository = manifest["repository"]["url"].removesuffix(".git")
    pictures = re.findall(r"!\[[^\]]*\]\(([^)]+)\)", page)
    assert len(pictures) == 6
    for picture in pictures:
        folder = f"{repository}/raw/HEAD/{manifest['repository']['directory']}/"
        assert picture.startswith(folder)
        assert (CLIENT / picture.removeprefix(folder)).read_bytes().startswith(b"\x89PNG")
    for kind in ("Source", "Support", "Learn"):
        assert re.search(rf'Services\.Links\.{kind}" Value="{re.escape(repository)}', gallery), kind


def test_licences_of_all_that_is_carried(vsix: Path) -> None:
    with zipfile.ZipFile(vsix) as archive:
        notices = archive.read("extension/ThirdPartyNotices.txt").decode("utf-8")
        infos = {match[1] for name in archive.namelist() if (match := re.search(r"libraries/([^/]+)\.dist-info/METADATA$", name))}
    listed = set(re.findall(r"^-{80}\n(\S+ \S+) \(.+\)\n-{80}$", notices, re.MULTILINE))
    carried = {re.sub(r"[-_.]+", "-", name.rsplit("-", 1)[0]).lower() + " " + name.rsplit("-", 1)[1] for name in infos}
    assert len(carried) > 5
    assert carried <= listed
    assert {name.split()[0] for name in listed} >= {"vscode-languageclient", "vscode-jsonrpc", "semver"}


def test_every_sentence_can_be_translated(npm: Npm) -> None:
    """What a person reads comes from the two bundles: no sentence of package.json is in it as it is."""
    manifest = json.loads((CLIENT / "package.json").read_text(encoding="utf-8"))
    shown = [*_texts(manifest["contributes"]), manifest["displayName"], manifest["description"]]
    assert len(shown) > 50
    assert [text for text in shown if not re.fullmatch(r"%[\w.-]+%", text)] == []


SHOWN = frozenset({"title", "description", "markdownDescription", "contents", "altText"})


def _texts(value: object) -> Iterator[str]:
    """The texts below keys that a person is shown. `venvls` alone is a name; what a tool takes, a language model reads."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "inputSchema":
                continue
            if key in SHOWN and isinstance(inner, str) and inner != "venvls":
                yield inner
            else:
                yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)


def test_bundled_server_is_complete(vsix: Path, tmp_path: Path) -> None:
    """Every module can be imported from the bundle alone: nothing of the Python that happens to run it."""
    with zipfile.ZipFile(vsix) as archive:
        archive.extractall(tmp_path)
    script = (
        "import os, pkgutil, sys, importlib\n"
        "here = sys.argv[1]\n"
        "sys.path[:0] = [here, os.path.join(here, 'libraries')]\n"
        "import venvls\n"
        "for module in pkgutil.walk_packages(venvls.__path__, 'venvls.'):\n"
        "    if not module.name.endswith(('__main__', 'windows_job')) and not module.name.startswith('venvls.mcp.'):\n"
        "        importlib.import_module(module.name)\n"
        "import findpython.providers\n"
        if (tmp_path / "extension/dist/server/libraries/findpython").is_dir()
        else ""
    )
    server = tmp_path / "extension" / "dist" / "server"
    done = subprocess.run((sys.executable, "-I", "-S", "-c", script, str(server)), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    answer = subprocess.run((sys.executable, "-I", "-S", str(server / "launch.py"), "--help"), capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr
    assert "lsp" in answer.stdout
    # What stands on the SDK of the protocol for agents is an extra, which the bundle does without, and says so.
    command = (sys.executable, "-I", "-S", str(server / "launch.py"), "mcp")
    without = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    assert without.returncode == 2
    assert "venvls[mcp]" in without.stderr and "Traceback" not in without.stderr


def test_restricted_settings_are_those_of_the_machine(npm: Npm) -> None:
    manifest = json.loads((CLIENT / "package.json").read_text(encoding="utf-8"))
    properties = manifest["contributes"]["configuration"]["properties"]
    machine = {name for name, setting in properties.items() if setting["scope"] == "machine"}
    assert machine == set(manifest["capabilities"]["untrustedWorkspaces"]["restrictedConfigurations"])
    assert "venvls.server.python" in machine
