"""Which distribution a module is of, by everything that an installation may leave behind, in the layouts of Linux and of Windows."""

from __future__ import annotations

import pytest

from tests.memory_machine import MemoryMachine, MemoryMemory, environment
from venvls.workspace import Workspace

METADATA = "Metadata-Version: 2.5\nName: {name}\nVersion: 1.0\n{more}\n"
LEFT_BEHIND = {
    "RECORD, a package": ({"thing/__init__.py": "", "{info}/RECORD": "thing/__init__.py,,\n"}, "thing"),
    "RECORD, one file": ({"thing.py": "", "{info}/RECORD": "thing.py,,\n__pycache__/thing.cpython-312.pyc,,\n"}, "thing"),
    "RECORD, written on Windows": ({"thing.py": "", "{info}/RECORD": '"thing.py",,\r\n../../Scripts/it.exe,,\r\n'}, "thing"),
    "RECORD, stable ABI": ({"thing.abi3.so": "", "{info}/RECORD": "thing.abi3.so,,\n"}, "thing"),
    "RECORD, compiled": ({"thing.cp312-win_amd64.pyd": "", "{info}/RECORD": "thing.cp312-win_amd64.pyd,,\n"}, "thing"),
    "top_level.txt": ({"thing.py": "", "{info}/top_level.txt": "thing\n"}, "thing"),
    "Import-Name": ({"thing.py": "", "{info}/METADATA": METADATA.format(name="dist", more="Import-Name: thing; private\n")}, "thing"),
    "Import-Namespace": (
        {"space/part.py": "", "{info}/METADATA": METADATA.format(name="dist", more="Import-Namespace: space\n")},
        "space.part",
    ),
    "a folder on the path": ({"{info}/RECORD": "it.pth,,\n", "it.pth": "../source\n", "../source/thing.py": ""}, "thing"),
}
EGG = (
    {"thing/__init__.py": "", "dist.egg-info/installed-files.txt": "../thing/__init__.py\n", "dist.egg-info/PKG-INFO": METADATA},
    "thing",
)


def reported(site_files: dict[str, str], module: str, *, windows: bool, info: str = "dist-1.0.dist-info") -> list[str]:
    """What is said of an import in a project that requires nothing."""
    root, separator = ("C:\\work", "\\") if windows else ("/work", "/")
    prefix = separator.join([root, ".venv"])
    site = separator.join([prefix, "Lib" if windows else "lib/python3.12", "site-packages"])
    files = {separator.join([site, *name.format(info=info).split("/")]): text for name, text in site_files.items()}
    metadata = separator.join([site, info, "METADATA"])
    if info.endswith(".dist-info") and metadata not in files:
        files[metadata] = METADATA.format(name="dist", more="")
    files = {name.replace("site-packages/../", "").replace("site-packages\\..\\", ""): text for name, text in files.items()}
    files |= {separator.join([root, "requirements.txt"]): "", separator.join([root, "app.py"]): f"import {module}\n"}
    workspace = Workspace(MemoryMachine({**environment(prefix, windows=windows), **files}, windows=windows), MemoryMemory(), strict=True)
    workspace.set_roots([root])
    workspace.discover()
    return [finding.message for finding in workspace.check(imports=True).findings if finding.code.endswith("-import")]


@pytest.mark.parametrize("windows", [False, True], ids=["posix", "windows"])
@pytest.mark.parametrize("left_behind", LEFT_BEHIND)
def test_whose_a_module_is(left_behind: str, windows: bool) -> None:
    files, module = LEFT_BEHIND[left_behind]
    (message,) = reported(files, module, windows=windows)
    assert message.startswith(f"`{module}` (of dist) is imported, but the project does not require it")


@pytest.mark.parametrize("windows", [False, True], ids=["posix", "windows"])
def test_what_setuptools_left_in_an_egg_info(windows: bool) -> None:
    files = {name: text.format(name="dist", more="") for name, text in EGG[0].items()}
    (message,) = reported(files, EGG[1], windows=windows, info="dist.egg-info")
    assert message.startswith("`thing` (of dist) is imported")


def test_stubs_provide_no_module() -> None:
    files = {"yaml-stubs/__init__.pyi": "", "{info}/RECORD": "yaml-stubs/__init__.pyi,,\n"}
    (message,) = reported(files, "yaml", windows=False)
    assert "PyYAML, which provides it, is neither required nor installed" in message


@pytest.mark.parametrize("sees", [True, False])
def test_what_is_below_the_environment_counts_where_it_is_seen(sees: bool) -> None:
    base = "/usr/lib/python3.12/site-packages"
    files = environment("/work/.venv") | {f"{base}/thing.py": "", f"{base}/dist-1.0.dist-info/METADATA": METADATA}
    files["/work/.venv/pyvenv.cfg"] = f"home = /usr/bin\nversion = 3.12.4\ninclude-system-site-packages = {str(sees).lower()}\n"
    files |= {"/usr/bin/python3.12": "", "/usr/lib/python3.12/os.py": "", "/work/requirements.txt": "", "/work/app.py": "import thing\n"}
    workspace = Workspace(MemoryMachine(files), MemoryMemory(), strict=True)
    workspace.set_roots(["/work"])
    workspace.discover()
    codes = [finding.code for finding in workspace.check(imports=True).findings if finding.code.endswith("-import")]
    assert ("missing-import" in codes) is not sees
