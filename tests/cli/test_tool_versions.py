"""Which version of a tool is there is read from what its installer recorded; only what nothing is recorded of is started."""

from __future__ import annotations

import importlib.metadata
import os
import shutil
import sys
from pathlib import Path

import pytest

from tests.cli.inside import Inside
from venvls.cli.tool_versions import versions
from venvls.host.tool_versions import recorded

pytestmark = pytest.mark.skipif(os.name == "nt", reason="its programs are made of scripts here")


@pytest.mark.parametrize("name", ["uv", "virtualenv"])
def test_real_installers_record_it(name: str, tmp_path: Path) -> None:
    program = Path(sys.executable).parent / name
    assert recorded(name, str(program)) == importlib.metadata.version(name)
    (tmp_path / name).symlink_to(program)  # as pipx and uv put it on the search path
    assert recorded(name, str(tmp_path / name)) == importlib.metadata.version(name)


def tool(prefix: Path, *, says: str = "poetry, version 9.9", written: str = "2.1.0") -> Path:
    """A tool that notes that it was started, and its record."""
    site = prefix / "lib/python3.12/site-packages"
    info = site / f"poetry-{written}.dist-info"
    info.mkdir(parents=True)
    program = prefix / "bin/poetry"
    program.parent.mkdir(exist_ok=True)
    program.write_text(f"#!/bin/sh\ntouch {prefix}/started\necho '{says}'\n")
    program.chmod(0o755)
    (info / "RECORD").write_text(f"poetry/__init__.py,,\n../../../bin/poetry,sha256=x,{program.stat().st_size}\n")
    return program


def test_what_is_recorded_is_not_started(tmp_path: Path) -> None:
    assert versions({"poetry": str(tool(tmp_path))}, str(tmp_path), recorded, os.environ) == {"poetry": "2.1.0"}
    assert not (tmp_path / "started").exists()


def test_a_program_that_is_not_the_recorded_one_says_itself(tmp_path: Path) -> None:
    program = tool(tmp_path)
    program.write_text(program.read_text() + "# updated by itself\n")
    assert versions({"poetry": str(program)}, str(tmp_path), recorded, os.environ) == {"poetry": "9.9"}


def test_two_records_are_none(tmp_path: Path) -> None:
    tool(tmp_path)
    program = tool(tmp_path, written="1.8.5")
    assert versions({"poetry": str(program)}, str(tmp_path), recorded, os.environ) == {"poetry": "9.9"}


def test_a_script_is_of_the_environment_that_its_first_line_names(tmp_path: Path) -> None:
    inside = tool(tmp_path / "home")
    python = inside.with_name("python")
    for number, first in enumerate((f"#!{python}\n", f"#!/bin/sh\n'''exec' \"{python}\" \"$0\" \"$@\"\n' '''\n")):
        elsewhere = tmp_path / f"programs{number}" / "bin" / "poetry"
        elsewhere.parent.mkdir(parents=True)
        elsewhere.write_text(first)
        record = next(inside.parents[1].rglob("RECORD"))
        record.write_text(f"{os.path.relpath(elsewhere, record.parent.parent)},sha256=x,{elsewhere.stat().st_size}\n")
        assert recorded("poetry", str(elsewhere)) == "2.1.0"


def test_conda_is_recorded_by_itself(tmp_path: Path) -> None:
    (tmp_path / "conda-meta").mkdir()
    for name in ("conda-24.7.1-py312_0.json", "conda-lock-3.0.0-py312_0.json", "history"):
        (tmp_path / "conda-meta" / name).touch()
    (tmp_path / "bin").mkdir()
    shutil.copy("/bin/sh", tmp_path / "bin/conda")
    assert recorded("conda", str(tmp_path / "bin/conda")) == "24.7.1"


def test_a_program_that_says_nothing_of_use(tmp_path: Path) -> None:
    program = tmp_path / "pdm"
    program.write_text("#!/bin/sh\necho sorry\nexit 1\n")
    program.chmod(0o755)
    assert versions({"pdm": str(program), "tox": str(tmp_path / "gone")}, str(tmp_path), recorded, os.environ) == {
        "pdm": "version unknown",
        "tox": "version unknown",
    }


def test_doctor_starts_no_code_of_the_workspace(inside: Inside, tmp_path: Path) -> None:
    program = tmp_path / "programs" / "pdm"
    program.parent.mkdir()
    program.write_text(f"#!{sys.executable}\nimport helper\nprint(helper.__name__, '7.7')\n")
    program.chmod(0o755)
    inside.write("requirements.txt", "")
    inside.write("helper.py", f"open({str(tmp_path / 'mark')!r}, 'w')\n")
    inside.environ["PATH"] = os.pathsep.join([str(program.parent), inside.environ["PATH"]])
    inside.environ["PYTHONPATH"] = os.pathsep.join([str(inside.root), inside.environ.get("PYTHONPATH", "")])
    assert "pdm version unknown" in inside.run("doctor").stdout
    assert not (tmp_path / "mark").exists()
