"""`venvls kernel`: the person's Jupyter kernels, a new one for a project, and stale ones."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests import pinned
from tests.cli.inside import Inside
from tests.differential_tools.tools import environ, install, tool
from tests.host_tasks import offline
from tests.lsp.editor import make_environment
from venvls.__main__ import main


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project whose environment has ipykernel, as far as its files say; and a Jupyter folder of its own."""
    root = tmp_path / "My Project"
    root.mkdir()
    make_environment(root / ".venv", ipykernel="7.4.0")
    (root / "requirements.txt").write_text("ipykernel\n")
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "jupyter"))
    monkeypatch.delenv("JUPYTER_PATH", raising=False)
    monkeypatch.chdir(root)
    return root


def said(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    status = main(["kernel", *words])
    out, err = capsys.readouterr()
    return status, out, err


def test_a_kernel_is_made_listed_and_stale_when_its_environment_is_gone(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "There is no kernel here" in said(capsys)[1]
    assert said(capsys, "--add", "--dry-run")[0] == 0 and "There is no kernel" in said(capsys)[1]
    assert said(capsys, "--add")[:2] == (0, f"The kernel `my-project` starts {interpreter(project)}.\n")
    assert said(capsys, "--add")[0] == 0, "the same again changes nothing"
    spec = json.loads((project.parent / "jupyter" / "kernels" / "my-project" / "kernel.json").read_text())
    assert spec["argv"][:3] == [interpreter(project), "-m", "ipykernel_launcher"]
    assert spec["display_name"] == "My Project (.venv)"
    status, out, _ = said(capsys, "--format", "json")
    (kernel,) = json.loads(out)["kernels"]
    assert (status, kernel["environment"], kernel["stale"]) == (0, str(project / ".venv"), None)
    shutil.rmtree(project / ".venv")
    status, out, _ = said(capsys)
    assert status == 1 and "my-project" in out and "stale" in out and interpreter(project) in out


def interpreter(project: Path) -> str:
    return str(project / ".venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python"))


def test_another_projects_kernel_is_not_overwritten(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, "--add", "--name", "shared")[0] == 0
    other = project.parent / "other"
    other.mkdir()
    make_environment(other / ".venv", ipykernel="7.4.0")
    (other / "requirements.txt").write_text("")
    status, _, err = said(capsys, str(other), "--add", "--name", "shared")
    assert status == 2 and "exists already and starts" in err
    for name in ("../x", "a b", "..", ""):
        assert said(capsys, "--add", "--name", name)[0] == (0 if not name else 2)


def test_without_ipykernel_the_command_that_adds_it(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.rmtree(next(project.rglob("ipykernel-7.4.0.dist-info")))
    status, out, err = said(capsys, "--add")
    assert (status, out) == (2, "") and "`venvls kernel --add --install`" in err
    assert said(capsys, "--install")[0] == 2, "it is a part of --add"


@pytest.mark.slow
def test_one_command_adds_ipykernel_for_developers_installs_it_and_makes_the_kernel(inside: Inside, tmp_path: Path) -> None:
    offline.wheel(Path(inside.environ["PIP_FIND_LINKS"]), "ipykernel", "7.4.0")
    inside.environ["JUPYTER_DATA_DIR"] = str(tmp_path / "jupyter")
    inside.write("requirements.txt", "")
    inside.write("requirements-dev.txt", "alpha\n")
    inside.good("create")
    shown = inside.run("kernel", "--add", "--install", "--dry-run")
    assert shown.returncode == 0 and "+ipykernel" in shown.stdout, shown.stderr
    assert not (tmp_path / "jupyter").exists() and "ipykernel" not in (inside.root / "requirements-dev.txt").read_text()
    made = inside.run("kernel", "--add", "--install", "--format", "json")
    assert made.returncode == 0, made.stderr
    assert (inside.root / "requirements-dev.txt").read_text() == "alpha\nipykernel\n"
    assert (inside.root / "requirements.txt").read_text() == ""
    assert list((inside.root / ".venv").glob("[lL]ib/**/ipykernel-7.4.0.dist-info"))
    assert json.loads(made.stdout)["kernel"]["environment"] == str(inside.root / ".venv")
    assert inside.run("check").returncode == 0


def test_the_doctor_names_a_stale_kernel_of_the_project(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def lines() -> list[str]:
        main(["doctor"])
        return [line for line in capsys.readouterr().out.splitlines() if "kernel" in line]

    said(capsys, "--add", "--name", "mine")
    assert not lines(), "a kernel that starts is nothing to speak of"
    elsewhere = project.parent / "jupyter" / "kernels" / "other"
    elsewhere.mkdir()
    (elsewhere / "kernel.json").write_text(json.dumps({"argv": [str(project.parent / "gone" / "python")]}))
    shutil.rmtree(project / ".venv")
    (line,) = lines()
    assert "FAIL" in line and "`mine` is stale" in line and "venvls kernel --add --install --name mine" in line


def test_what_is_no_specification_is_named(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, text in (("a", "{"), ("b", "[]"), ("c", '{"argv": []}'), ("d", '{"argv": [1]}'), ("e", '{"argv": ["python3"]}')):
        folder = project.parent / "jupyter" / "kernels" / name
        folder.mkdir(parents=True)
        (folder / "kernel.json").write_text(text)
    status, out, _ = said(capsys, "--format", "json")
    assert status == 1
    assert {kernel["name"]: kernel["stale"] is not None for kernel in json.loads(out)["kernels"]} == {
        "a": True, "b": True, "c": True, "d": True, "e": False
    }  # fmt: skip


@pytest.mark.network
@pytest.mark.slow
def test_jupyter_itself_sees_it(inside: Inside, tmp_path: Path) -> None:
    inside.write("requirements.txt", "")
    inside.good("create")
    install(inside.root / ".venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python"), pinned.requirement("ipykernel"))
    inside.environ["JUPYTER_DATA_DIR"] = str(tmp_path / "jupyter")
    inside.good("kernel", "--add", "--name", "mine")
    listing = [str(tool("ipykernel").with_name("jupyter-kernelspec")), "list", "--json"]
    ran = subprocess.run(listing, env=environ(JUPYTER_DATA_DIR=str(tmp_path / "jupyter")), capture_output=True, text=True, check=True)
    spec = json.loads(ran.stdout)["kernelspecs"]["mine"]
    assert Path(spec["resource_dir"]) == tmp_path / "jupyter" / "kernels" / "mine"
    assert str(inside.root / ".venv") in spec["spec"]["argv"][0]
