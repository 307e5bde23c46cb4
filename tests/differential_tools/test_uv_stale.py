"""Whether a uv.lock still fits, after settings, sources, groups or a workspace's members changed: ours against ``uv lock --check``.

A lock that fits is never looked up in an index, so that uv is asked offline: what it would have to resolve anew does not fit.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.differential_tools.agreements import record
from tests.differential_tools.small_index import served
from tests.differential_tools.test_uv import findings, uv, workspace
from tests.differential_tools.uv_projects import HEAD
from tests.differential_tools.uv_stale_projects import ONLY_WITH_NOTES, STALE, WITHOUT_PYTHON, Edit
from venvls.workspace import Report

pytestmark = [pytest.mark.network, pytest.mark.slow]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(tmp_path_factory.mktemp("index")) as address:
        yield address


PREVIEWS = (
    "lock-without-metadata",
    "lockfile-normalization",
    "resolution-inputs",
    "missing-exclude-newer-package-lock",
    "frozen-lockfile",
    "venv-redirect-files",
)
"""What uv may do differently some day: every preview that is about locks."""

WHOLE = bool(os.environ.get("VENVLS_LONG") or os.environ.get("VENVLS_WRITE_AGREEMENTS"))
_SOME = ["without inputs", "without metadata", "exclude-newer, a day", "members by name"]
PREVIEWED = [name for name in STALE if not name.startswith(ONLY_WITH_NOTES)] if WHOLE else _SOME
"""The projects whose locks the previews write in another way; in the long mode all."""


@pytest.mark.parametrize(
    ("name", "previews"),
    [
        *(pytest.param(name, False, id=f"{name}-as it is") for name in STALE),
        *(pytest.param(name, True, id=f"{name}-every preview") for name in PREVIEWED),
    ],
)
def test_after_every_edit(name: str, previews: bool, index: str, tmp_path: Path) -> None:
    files, edits = STALE[name]
    origin = tmp_path / "origin"
    files = {path: text.replace("@INDEX@", index) for path, text in files.items()}
    _write(origin, files | ({"pyproject.toml": _with_previews(files["pyproject.toml"])} if previews else {}))
    uv(origin, "lock", "--quiet")
    folders = [_edited(origin, tmp_path / str(number), edit) for number, edit in enumerate(edits)]
    with ThreadPoolExecutor(4) as pool:
        said = list(pool.map(lambda folder: uv(folder, "lock", "--check", "--offline", check=False), folders))
    apart = []
    for folder, edit, done in zip(folders, edits, said, strict=True):
        ours = [one.message for one in findings(folder) if one.code == "stale-lock"]
        agree = bool(ours) == (done.returncode != 0)
        record("uv", f"{name}, every preview" if previews else name, f"lock after {edit!r}", agree)
        if not agree:
            apart.append((edit, ours, done.stderr))
        # A member that is opened alone has the lock of all of them.
        for alone in _members_opened_alone(folder):
            its = any(one.code == "stale-lock" for one in alone.findings)
            if its != (done.returncode != 0):
                apart.append((edit, [one.message for one in alone.findings], f"{alone.projects[0].root} alone: {done.stderr}"))
    assert not apart


def _members_opened_alone(folder: Path) -> Iterator[Report]:
    """The reports on each member of a workspace as a person has it who opens only its folder."""
    for manifest in sorted(folder.glob("*/**/pyproject.toml")):
        report = workspace(manifest.parent).check()
        if any(project.workspace == str(folder) for project in report.projects):
            yield report


def test_settings_from_elsewhere_are_not_ours_to_judge(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a person's own uv.toml or a variable states stands in the lock as well, and uv calls that lock fresh."""
    project, home = tmp_path / "project", tmp_path / "settings"
    _write(
        project,
        {"pyproject.toml": '[project]\nname = "me"\nversion = "1"\nrequires-python = ">=3.10"\ndependencies = ["idna>=3"]\n[tool.uv]\n'},
    )
    _write(home, {"uv/uv.toml": 'exclude-newer = "2025-01-01T00:00:00Z"\n'})
    mine = {"XDG_CONFIG_HOME": str(home), "APPDATA": str(home), "UV_RESOLUTION": "lowest-direct"}
    uv(project, "lock", "--quiet", **mine)
    for state, variables in (("with the person's settings", mine), ("without the person's settings", {})):
        for key, value in variables.items():
            monkeypatch.setenv(key, value)
        fresh = uv(project, "lock", "--check", check=False, **variables).returncode == 0
        ours = not any(one.code == "stale-lock" for one in findings(project))
        record("uv", "plain", f"the lock {state}", ours == fresh)
        assert ours == fresh == bool(variables)
        monkeypatch.undo()


@pytest.mark.parametrize("files", WITHOUT_PYTHON.values(), ids=WITHOUT_PYTHON)
@pytest.mark.parametrize("noted", [0, 1, -1], ids=["its minor", "a newer one", "an older one"])
def test_without_requires_python_that_of_the_environment_counts(files: dict[str, str], noted: int, tmp_path: Path) -> None:
    _write(tmp_path, files)
    uv(tmp_path, "venv", "--quiet", "--no-project", "--python", sys.executable)
    uv(tmp_path, "lock", "--quiet")
    path, (major, minor) = tmp_path / "uv.lock", sys.version_info[:2]
    lock = re.sub(r"(?m)^requires-python = .*", f'requires-python = ">={major}.{minor + noted}"', path.read_text("utf-8"))
    path.write_text(lock, "utf-8")
    done = uv(tmp_path, "lock", "--check", "--offline", check=False)
    assert f"Defaulting to `>={major}.{minor}`" in done.stderr
    said = [one.message for one in findings(tmp_path) if one.code == "stale-lock"]
    agree = bool(said) == (done.returncode != 0)
    record("uv", "without requires-python", f"locked for Python {noted:+}", agree)
    assert agree and bool(said) is bool(noted), (said, done.stderr)


@pytest.mark.parametrize(
    "more", ["", "; sys_platform == 'win32'", "; python_version < '3.11'"], ids=["anywhere", "on Windows", "for old Pythons"]
)
def test_a_wheel_that_is_gone(more: str, tmp_path: Path) -> None:
    wheel = tmp_path / "wheels" / "alpha-1.0-py3-none-any.whl"
    wheel.parent.mkdir()
    info = {
        "METADATA": "Metadata-Version: 2.1\nName: alpha\nVersion: 1.0\n",
        "WHEEL": "Wheel-Version: 1.0\nTag: py3-none-any\n",
        "RECORD": "",
    }
    with zipfile.ZipFile(wheel, "w") as archive:
        for name, text in info.items():
            archive.writestr(f"alpha-1.0.dist-info/{name}", text)
    source = f'dependencies = ["alpha{more}"]\n[tool.uv.sources]\nalpha = {{ path = "wheels/{wheel.name}" }}\n'
    _write(tmp_path, {"pyproject.toml": HEAD + source})
    uv(tmp_path, "lock", "--quiet")
    for state in ("there", "gone"):
        done = uv(tmp_path, "lock", "--check", "--offline", check=False)
        said = [one.message for one in findings(tmp_path) if one.code == "stale-lock"]
        record("uv", "a wheel of its own", f"the lock when it is {state}", bool(said) == (done.returncode != 0))
        assert (state == "gone") is bool(said) is (done.returncode != 0), (said, done.stderr)
        wheel.unlink(missing_ok=True)
    assert "No such file" in done.stderr or os.name == "nt"


def _with_previews(text: str) -> str:
    """The pyproject.toml with the previews switched on, those it switches on itself left as they are."""
    line = f"preview-features = {json.dumps(PREVIEWS)}\n"
    if "preview-features" in text:
        return text
    if "[tool.uv]\n" in text:
        return text.replace("[tool.uv]\n", f"[tool.uv]\n{line}", 1)
    tables = [match.start() for match in re.finditer(r"^\[", text, re.MULTILINE)]
    place = tables[1] if tables[1:] else len(text)
    return f"{text[:place]}[tool.uv]\n{line}{text[place:]}"


def _write(folder: Path, files: dict[str, str]) -> None:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, "utf-8")


def _edited(origin: Path, folder: Path, edit: Edit) -> Path:
    shutil.copytree(origin, folder)
    if edit.gone:
        shutil.rmtree(folder / edit.gone)
    _write(folder, dict(edit.new))
    path = folder / edit.path
    whole = path.read_text("utf-8")
    assert edit.before in whole, f"there is no {edit.before!r} in {edit.path}"
    path.write_text(whole.replace(edit.before, edit.after, 1) if edit.before else whole + edit.after, "utf-8")
    return folder
