"""The GitHub action and what a release publishes: their own scripts, run as the service runs them."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from ruamel.yaml import YAML

from tests.lsp.editor import make_environment

ROOT = Path(__file__).resolve().parents[2]
GITHUB = ROOT / ".github"
ACTION = GITHUB / "actions" / "venvls"


def loaded(path: Path) -> Any:
    return YAML(typ="safe").load(path.read_text("utf-8"))


@pytest.fixture
def release() -> ModuleType:
    spec = importlib.util.spec_from_file_location("venvls_release", GITHUB / "release.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_input_of_the_action_reaches_its_script() -> None:
    action = loaded(ACTION / "action.yml")
    (step,) = action["runs"]["steps"]
    assert {re.fullmatch(r"\$\{\{ inputs\.([a-z-]+) \}\}", value)[1] for value in step["env"].values()} == set(action["inputs"])  # type: ignore[index]
    script = (ACTION / "check.sh").read_text("utf-8")
    assert set(re.findall(r"\bVENVLS_[A-Z_]+", script)) == set(step["env"])
    assert "${{" not in step["run"], "an input is never a part of a command"
    assert os.access(ACTION / "check.sh", os.X_OK) or os.name == "nt"


@pytest.mark.slow
@pytest.mark.network
@pytest.mark.skipif(os.name == "nt", reason="runs the action's shell script")
def test_the_action_reports_what_is_out_of_sync(tmp_path: Path) -> None:
    project = tmp_path / "a project"
    project.mkdir()
    (project / "requirements.txt").write_text("idna\nflask\n")
    make_environment(project / ".venv", idna="3.4")
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    step = loaded(ACTION / "action.yml")["runs"]["steps"][0]
    environ = {**os.environ, "RUNNER_TEMP": str(tmp_path / "runner"), "GITHUB_ACTION_PATH": str(ACTION)}

    def run(**inputs: str) -> subprocess.CompletedProcess[str]:
        given = dict.fromkeys(step["env"], "") | {"VENVLS_PATH": "a project", "VENVLS_FORMAT": "github"} | inputs
        # As the service does it.
        command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
        return subprocess.run(command, cwd=tmp_path, env={**environ, **given}, capture_output=True, text=True, check=False)

    first = run()
    assert first.returncode == 1, first.stderr
    assert "::warning file=a project/requirements.txt,line=2," in first.stdout
    assert all(line.startswith("::") for line in first.stdout.splitlines())
    assert "Install venvls" in first.stderr
    again = run(VENVLS_ARGUMENTS="--exit-zero\n--ignore\nunignored-environment\n", VENVLS_FORMAT="sarif", VENVLS_OUTPUT_FILE="out.sarif")
    assert (again.returncode, again.stdout) == (0, "") and "Install venvls" not in again.stderr
    assert '"missing-requirement"' in (tmp_path / "out.sarif").read_text()
    refused = run(VENVLS_VERSION="--index-url=https://index.invalid")
    assert refused.returncode == 2 and refused.stdout == ""
    injected = run(VENVLS_PATH="$(touch stolen)")
    assert injected.returncode == 2 and not (tmp_path / "stolen").exists()


def test_the_version_is_the_same_everywhere(release: ModuleType) -> None:
    assert release.problems(None) == []


def test_a_release_needs_its_changelogs(release: ModuleType, tmp_path: Path) -> None:
    for name in release.versions():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    version = release.versions(tmp_path)["pyproject.toml"]
    server, client = tmp_path / "server" / "CHANGELOG.md", tmp_path / "client-vscode" / "CHANGELOG.md"
    server.write_text("# Changelog\n\n## Unreleased\n\n- New.\n")
    client.write_text(f"# Changes\n\n## {version}\n")
    wrong = release.problems(f"v{version}", tmp_path)
    assert [sentence.split()[0] for sentence in wrong] == ["server/CHANGELOG.md", "server/CHANGELOG.md", "client-vscode/CHANGELOG.md"]
    server.write_text(f"# Changelog\n\n## Unreleased\n\n## {version} (2027-01-31)\n\n- New.\n")
    client.write_text(f"# Changes\n\n## {version}\n\n- New.\n")
    assert release.problems(f"v{version}", tmp_path) == []
    assert len(release.problems("v99.0.0", tmp_path)) == 2 + len(release.versions())
    (tmp_path / "client-vscode" / "package.json").write_text('{"version": "0.0.9"}')
    assert any("differs" in sentence for sentence in release.problems(None, tmp_path))


@pytest.mark.slow
@pytest.mark.network
def test_what_is_published_is_made_and_whole(tmp_path: Path) -> None:
    """But for the VSIX, which the client's own tests make and look into."""
    environ = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    command = [sys.executable, str(GITHUB / "release.py"), "--without-vsix", str(tmp_path / "dist")]
    subprocess.run(command, env=environ, check=True, capture_output=True)
    sums = dict(line.split("  ")[::-1] for line in (tmp_path / "dist" / "SHA256SUMS").read_text().splitlines())
    assert sorted(Path(name).suffix for name in sums) == [".gz", ".whl"]
    for name, digest in sums.items():
        assert hashlib.sha256((tmp_path / "dist" / name).read_bytes()).hexdigest() == digest
    wheel = next((tmp_path / "dist").glob("*.whl"))
    with zipfile.ZipFile(wheel) as archive:
        assert archive.read("venvls/__main__.py") == (ROOT / "server" / "venvls" / "__main__.py").read_bytes()
        assert not [name for name in archive.namelist() if not name.startswith("venvls")]


def test_the_workflow_runs_what_is_here() -> None:
    workflow = loaded(GITHUB / "workflows" / "release.yml")
    lines = [step["run"] for job in workflow["jobs"].values() for step in job["steps"] if "run" in step]
    scripts = [word for line in lines for word in line.split() if word.startswith(".github/")]
    assert scripts and all((ROOT / script).is_file() for script in scripts)
    assert not [line for line in lines if "${{" in line], "what others choose (a tag's name) comes as a variable"
    vsce = re.search(r'"@vscode/vsce": "([^"]+)"', (ROOT / "client-vscode" / "package.json").read_text("utf-8"))
    assert vsce is not None and any(f"@vscode/vsce@{vsce[1]} " in line for line in lines)
