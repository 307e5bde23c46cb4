"""What a first ``venvls check`` of an everyday project loads: each module is a part of the time that everybody waits, every time."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from venvls.host.image.together import TOGETHER

# Of the standard library what costs as much as a hundred requirements each; of ours and others' what no finding of such a project needs.
NEVER = frozenset(
    {
        *("typing", "dataclasses", "inspect", "ast", "tokenize", "argparse", "gettext", "locale", "json", "copy", "threading", "pathlib"),
        *("subprocess", "asyncio", "shutil", "tempfile", "urllib.parse", "packaging", "tomllib", "tomli", "pygls", "lsprotocol"),
        *("re", "enum", "contextlib"),
        *("venvls.model.action", "venvls.actions", "venvls.tools", "venvls.payload", "venvls.cli.which", "venvls.host.processes"),
        *("venvls.model.lock", "venvls.manifests.syntax.toml", "venvls.manifests.uv.lock"),
        *("venvls.manifests.requirements.options", "venvls.manifests.syntax.unchanged", "venvls.manifests.compiled.header"),
    }
)
NEVER_FOR_A_CHECK = NEVER | {"collections", "functools", "importlib", "operator", "warnings"}
MOST_OF_OURS = 130
"""Modules of venvls that are not empty. There were 114 when this was written; whoever raises it has checked that each is needed."""

PROGRAM = """
import sys
already = set(sys.modules)
from venvls.__main__ import main
status = main(sys.argv[1:])
print(*sorted(set(sys.modules) - already))
sys.exit(status)
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project that is in step: lines with bounds, a marker and comments; an environment whose packages need each other."""
    # By the machine's Python: up to 3.10 one made from an environment's links to that environment, which is looked at.
    subprocess.run([os.path.realpath(sys.executable), "-m", "venv", "--without-pip", str(tmp_path / ".venv")], check=True)
    site = next((tmp_path / ".venv").rglob("site-packages"))
    for name, version, needs in (("a", "1.2", "b>=1"), ("b", "1.0.1", 'c>=1; extra == "x"'), ("d", "2.0", "a")):
        info = site / f"{name}-{version}.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\nRequires-Dist: {needs}\n\nText.\n")
        (info / "INSTALLER").write_text("pip\n")
    (tmp_path / "requirements.txt").write_text("# needed\na>=1,<2  # why\nb==1.0.1 ; python_version >= '3.8'\nd~=2.0\n")
    return tmp_path


def loaded(project: Path, *words: str, says: str) -> set[str]:
    environ = {name: value for name, value in os.environ.items() if name not in ("VENVLS_TRACE", "VIRTUAL_ENV")}
    # Without site: what a .pth file of the Python that runs the tests brings in is not ours.
    environ["PYTHONPATH"] = os.pathsep.join(one for one in sys.path if one)
    # And nothing that other tests chose is remembered for this person.
    environ["VENVLS_STATE_DIR"] = str(project / "state")
    # A pyenv that names a Python is no more than that.
    (project / "pyenv" / "versions" / "3.11.7").mkdir(parents=True, exist_ok=True)
    environ |= {"PYENV_ROOT": str(project / "pyenv"), "PYENV_VERSION": "3.11.7"}
    done = subprocess.run([sys.executable, "-S", "-c", PROGRAM, *words], cwd=project, capture_output=True, text=True, env=environ)
    assert done.returncode == 0, done.stdout + done.stderr
    assert says in done.stdout
    return set(done.stdout.splitlines()[-1].split())


def test_a_first_check_loads_only_what_it_needs(project: Path) -> None:
    modules = loaded(project, "check", str(project), says="In sync")
    assert not modules & NEVER_FOR_A_CHECK, sorted(modules & NEVER_FOR_A_CHECK)
    # The empty files of packages cost next to nothing.
    ours = {name for name in modules if name.split(".")[0] == "venvls" and Path(find_spec(name).origin).stat().st_size}
    assert len(ours) <= MOST_OF_OURS, sorted(ours)


def test_what_a_check_loads_is_what_is_loaded_together(project: Path) -> None:
    needed = {name for name in loaded(project, "check", str(project), says="In sync") if name.startswith("venvls.")}
    listed = {
        "venvls." + place.removesuffix("/__init__").replace("/", ".")
        for occasion in ("venvls check", "manifests/requirements/file")
        for place in TOGETHER[occasion].split()
    }
    assert {name for name in listed - needed if Path(find_spec(name).origin).stat().st_size} == set(), "loaded for nothing"
    apart = {"venvls.__main__", "venvls.host", "venvls.manifests.requirements.file", "venvls.rules.checkouts"}
    assert {name for name in needed - listed - apart if ".patterns.engine_" not in name} == set(), "loaded one by one"


@pytest.mark.parametrize(
    ("words", "says"),
    [(("why", "b"), "b 1.0.1 is required"), (("tree",), "b 1.0.1"), (("list",), "INSTALLED"), (("envs",), "HEALTH")],
    ids=["why", "tree", "list", "envs"],
)
def test_an_answer_loads_nothing_that_only_other_commands_need(words: tuple[str, ...], says: str, project: Path) -> None:
    modules = loaded(project, *words, says=says)
    assert not modules & (NEVER - {"venvls.model.lock", "re", "enum", "contextlib"}) and "venvls.cli.running" not in modules
