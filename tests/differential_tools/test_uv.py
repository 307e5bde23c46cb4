"""Our verdict on a project that uv keeps, against uv's own: ``uv sync --check``, ``uv lock --check``, ``uv python find``."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.markers import default_environment

from tests.differential_tools.agreements import record
from tests.differential_tools.small_index import library, served
from tests.differential_tools.tools import environ, tool
from tests.differential_tools.uv_projects import EDITS, HEAD, PROJECTS
from tests.memory_machine import MemoryMemory
from venvls.host.machine import ThisMachine
from venvls.model.finding import Finding
from venvls.model.lock import LockedSet
from venvls.workspace import Overrides, Workspace

pytestmark = [pytest.mark.network, pytest.mark.slow]

LOCKED_CODES = {"missing-requirement", "version-mismatch", "source-mismatch", "extraneous-package", "missing-extra"}


def uv(folder: Path, *arguments: str, check: bool = True, **more: str) -> subprocess.CompletedProcess[str]:
    command = [str(tool("uv")), *arguments]
    done = subprocess.run(command, cwd=folder, env=environ(**more), capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0 or not check, f"{' '.join(arguments)} in {folder}: {done.stderr}"
    return done


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Path]]:
    """Every project, locked and synced."""
    base = tmp_path_factory.mktemp("uv")
    repository = _repository(base / "gitted")
    folders = {}
    with served(base / "index") as index:
        for name, files in PROJECTS.items():
            folder = folders[name] = base / name.replace(" ", "-")
            for path, text in files.items():
                (folder / path).parent.mkdir(parents=True, exist_ok=True)
                (folder / path).write_text(text.replace("@GIT@", repository.as_uri()).replace("@INDEX@", index), "utf-8")
            uv(folder, "sync", "--quiet")
        yield folders


@pytest.mark.parametrize("name", PROJECTS)
def test_every_state_of_the_environment(name: str, made: dict[str, Path]) -> None:
    folder = made[name]
    python = folder / ".venv"
    _agree(name, "fresh", folder)
    warned = [one for one in findings(folder) if one.severity in ("error", "warning") and one.project == str(folder)]
    assert warned == [], "a project in step has no warning"
    names = installed(folder)
    victim = next(one for one in ("idna", "iniconfig", "six", "attrs", "gitted", "alpha") if one in names)
    uv(folder, "pip", "uninstall", "--quiet", victim, VIRTUAL_ENV=str(python))
    assert _agree(name, "one missing", folder) == {victim}
    older = {"idna": "3.4", "iniconfig": "1.1.1", "six": "1.15.0", "attrs": "22.1.0"}.get(victim)
    if older is not None:
        uv(folder, "pip", "install", "--quiet", f"{victim}=={older}", VIRTUAL_ENV=str(python))
        assert victim in _agree(name, "one downgraded", folder)
    uv(folder, "sync", "--quiet")
    uv(folder, "pip", "install", "--quiet", "pluggy", "pip", VIRTUAL_ENV=str(python))
    assert _agree(name, "extraneous", folder) == {"pluggy", "pip"}
    uv(folder, "sync", "--quiet")


@pytest.mark.parametrize(
    ("name", "extras", "groups"),
    [
        ("extras", ["web"], []),
        ("extras", ["all-of"], []),
        ("groups", [], ["docs"]),
        ("groups", [], ["empty", "lint-x"]),
        ("conflicts", ["old"], []),
        ("conflicts", ["new"], []),
    ],
)
def test_chosen_groups_and_extras(name: str, extras: list[str], groups: list[str], made: dict[str, Path]) -> None:
    folder = made[name]
    words = [*(f"--extra={one}" for one in extras), *(f"--group={one}" for one in groups)]
    chosen = Overrides(groups=tuple(groups), extras=tuple(extras))
    state = " ".join(words)
    _agree(name, f"{state} of a plain sync", folder, *words, overrides=chosen)
    uv(folder, "sync", "--quiet", *words)
    assert _agree(name, f"synced with {state}", folder, *words, overrides=chosen) == set()
    _agree(name, f"after {state}, without", folder)
    uv(folder, "sync", "--quiet")


def test_editable_swapped_for_a_wheel(made: dict[str, Path]) -> None:
    for name, words in (("editable path", ["lib"]), ("path", ["-e", "lib"]), ("package", ["."])):
        folder = made[name]
        uv(
            folder,
            "pip",
            "install",
            "--quiet",
            "--reinstall",
            "--no-deps",
            *_folder_words(words, folder),
            VIRTUAL_ENV=str(folder / ".venv"),
        )
        assert _agree(name, "editable swapped", folder), name
        uv(folder, "sync", "--quiet")


def test_seeds_are_kept_where_uv_did_not_leave_them_out(made: dict[str, Path], tmp_path: Path) -> None:
    folder = tmp_path / "seeded"
    shutil.copytree(made["plain"], folder, ignore=shutil.ignore_patterns(".venv"))
    uv(folder, "venv", "--quiet", "--seed")
    uv(folder, "sync", "--quiet")
    assert _agree("plain", "seeded", folder) == set()
    assert "pip" in installed(folder)


def test_members_share_the_environment(made: dict[str, Path]) -> None:
    root = made["workspace"]
    for member in ("packages/one", "packages/two"):
        uv(root / member, "sync", "--quiet")
        _agree("workspace", f"synced in {member}", root, at=root / member, in_step=True)
    uv(root, "sync", "--quiet", "--all-packages")
    for at in (root, root / "packages/one", root / "packages/two"):
        report = [one for one in findings(root) if one.project == str(at) and one.code in LOCKED_CODES]
        assert report == [], "what another member needs is neither missing nor too much"
    uv(root, "sync", "--quiet")


CASES = [(name, *edit) for name, edits in EDITS.items() for edit in edits]


@pytest.mark.parametrize(
    ("name", "before", "after"), CASES, ids=[f"{name}: {before[:30]!r} -> {after[:40]!r}" for name, before, after in CASES]
)
def test_stale(name: str, before: str, after: str, made: dict[str, Path]) -> None:
    """uv says of every change whether the lock is still fresh; we never call a fresh one stale."""
    manifest = made[name] / "pyproject.toml"
    whole = manifest.read_text("utf-8")
    assert before in whole
    try:
        manifest.write_text(whole.replace(before, after, 1), "utf-8")
        said = uv(made[name], "lock", "--check", check=False)
        ours = any(one.code == "stale-lock" for one in findings(made[name]))
    finally:
        manifest.write_text(whole, "utf-8")
    record("uv", name, f"lock after {before!r} -> {after!r}", ours == (said.returncode != 0))
    assert ours == (said.returncode != 0), said.stderr


@pytest.mark.parametrize("name", ["plain", "workspace", "virtual workspace"])
def test_the_same_environment_as_uv(name: str, made: dict[str, Path]) -> None:
    for at in (made[name], *made[name].glob("packages/[a-r]*")):
        said = uv(at, "python", "find").stdout.strip()
        found = workspace(made[name]).which(str(at)).environment
        agree = found is not None and found.interpreter is not None and Path(found.interpreter).parent == Path(said).parent
        record("uv", name, f"uv python find in {at.name}", agree)
        assert agree, (said, found)


def test_an_environment_named_by_a_variable(made: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "named"
    shutil.copytree(made["plain"], folder, ignore=shutil.ignore_patterns(".venv"))
    uv(folder, "sync", "--quiet", UV_PROJECT_ENVIRONMENT="elsewhere/env")
    monkeypatch.setenv("UV_PROJECT_ENVIRONMENT", "elsewhere/env")
    said = uv(folder, "sync", "--check", "--output-format", "json", UV_PROJECT_ENVIRONMENT="elsewhere/env").stdout
    found = workspace(folder).which(str(folder)).environment
    agree = found is not None and found.prefix == json.loads(said)["sync"]["environment"]["path"]
    record("uv", "plain", "UV_PROJECT_ENVIRONMENT", agree)
    assert agree, (said, found)


def test_an_environment_that_uv_keeps_elsewhere(made: dict[str, Path], tmp_path: Path) -> None:
    folder = tmp_path / "central"
    shutil.copytree(made["plain"], folder, ignore=shutil.ignore_patterns(".venv"))
    uv(folder, "sync", "--quiet", "--preview-features", "centralized-project-envs")
    said = json.loads(uv(folder, "sync", "--check", "--output-format", "json", "--preview-features", "centralized-project-envs").stdout)
    found = workspace(folder).which(str(folder)).environment
    agree = found is not None and found.real == str(Path(said["sync"]["environment"]["path"]).resolve())
    record("uv", "plain", "centralized environment", agree)
    assert agree, (said, found, sorted(folder.iterdir()))


def test_wrong_python(tmp_path: Path) -> None:
    folder = tmp_path / "wrong"
    folder.mkdir()
    (folder / "pyproject.toml").write_text(HEAD + 'dependencies = ["idna"]\n', "utf-8")
    uv(folder, "sync", "--quiet")
    text = (folder / "pyproject.toml").read_text("utf-8").replace(">=3.10", ">=99")
    (folder / "pyproject.toml").write_text(text, "utf-8")
    assert {"python-mismatch", "stale-lock"} <= {one.code for one in findings(folder)}


def test_a_group_may_ask_for_another_python(tmp_path: Path) -> None:
    """The bound of a group counts where the group does: by default, and through another group."""
    text = HEAD + 'dependencies = []\n[dependency-groups]\ndev = [{ include-group = "docs" }]\ndocs = []\nother = []\n'
    for group in ("dev", "docs", "other"):
        folder = tmp_path / group
        folder.mkdir()
        (folder / "pyproject.toml").write_text(f'{text}[tool.uv.dependency-groups]\n{group} = {{ requires-python = ">=99" }}\n', "utf-8")
        uv(folder, "venv", "--quiet", "--no-project")
        said = uv(folder, "sync", "--check", "--no-python-downloads", check=False).stderr
        refused, ours = ">=99" in said, any(one.code == "python-mismatch" for one in findings(folder))
        record("uv", "plain", f"the Python that the group `{group}` requires", ours == refused)
        assert ours == refused == (group != "other"), said


def workspace(folder: Path, overrides: Overrides | None = None) -> Workspace:
    one = Workspace(ThisMachine(), MemoryMemory(), strict=True, overrides=overrides or Overrides())
    one.set_roots([str(folder)])
    one.discover()
    return one


def findings(folder: Path, overrides: Overrides | None = None) -> tuple[Finding, ...]:
    return workspace(folder, overrides).check().findings


def installed(folder: Path) -> set[str]:
    listed = uv(folder, "pip", "list", "--format", "json", VIRTUAL_ENV=str(folder / ".venv")).stdout
    return {one["name"] for one in json.loads(listed)}


def _agree(
    name: str, state: str, folder: Path, *words: str, at: Path | None = None, overrides: Overrides | None = None, in_step: bool = False
) -> set[str]:
    """uv's set of changes and ours, which have to be equal; gives it."""
    where = at or folder
    said = uv(where, "sync", "--check", "--output-format", "json", "--frozen", *words, check=False)
    assert said.stdout, said.stderr
    changes = {_key(one["name"]) for one in json.loads(said.stdout)["sync"]["changes"]}
    relevant = [one for one in findings(folder, overrides) if one.project == str(where) and one.code in LOCKED_CODES]
    ours = set(_named(relevant))
    record("uv", name, state, ours == changes)
    assert ours == changes, [(one.code, one.message) for one in relevant]
    assert not in_step or not changes
    return ours


def _named(found: list[Finding]) -> Iterator[str]:
    for one in found:
        said = one.data.get("name") or (one.requirement.parsed.key if one.requirement is not None else None)
        yield str(said) if said else _key(re.split(r"[ \[]", one.message)[0])


def _key(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _folder_words(words: list[str], folder: Path) -> list[str]:
    return [str(folder / word) if not word.startswith("-") else word for word in words]


def _repository(folder: Path) -> Path:
    (folder / "src/gitted").mkdir(parents=True)
    (folder / "src/gitted/__init__.py").write_text("")
    text = '[project]\nname = "gitted"\nversion = "1"\n[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n'
    (folder / "pyproject.toml").write_text(text)
    who = ["-c", "user.name=t", "-c", "user.email=t@example.invalid", "-c", "commit.gpgsign=false", "-c", "tag.gpgsign=false"]
    for words in (["init", "--quiet", "--initial-branch=main"], ["add", "."], ["commit", "--quiet", "-m", "x"], ["tag", "v1"]):
        subprocess.run(["git", *who, *words], cwd=folder, check=True, capture_output=True, timeout=300)
    return folder


SCRIPT = """\
# /// script
# requires-python = ">=3.10"
# dependencies = ["idna>=3", "tomli; python_version < '3.11'", "iniconfig", "lib"]
# [tool.uv.sources]
# lib = { path = "lib" }
# ///
import idna
"""


def test_scripts_and_their_locks(tmp_path: Path) -> None:
    """The locked set of a script is what uv would install; its lock is stale where uv says so."""
    script = tmp_path / "run.py"
    script.write_text(SCRIPT, "utf-8")
    library(tmp_path / "lib", "lib")
    uv(tmp_path, "lock", "--quiet", "--script", "run.py")
    said = uv(tmp_path, "sync", "--script", "run.py", "--dry-run", "--output-format", "json", UV_CACHE_DIR=str(tmp_path / "cache")).stdout
    wanted = {_key(one["name"]): one.get("version") for one in json.loads(said)["sync"]["changes"]}  # what is not built yet has none
    locked = {key: one.version for key, one in _script_set(script).packages.items()}
    assert {key: version if wanted.get(key) else None for key, version in locked.items()} == wanted
    for before, after in (
        ("idna>=3", "idna >= 3.0"),
        ("idna>=3", "idna>=2"),
        (">=3.10", ">=3.11"),
        (', "iniconfig"', ""),
        ('path = "lib"', 'path = "lib", editable = true'),
        ("import", "# import"),
    ):
        script.write_text(SCRIPT.replace(before, after), "utf-8")
        fresh = uv(tmp_path, "lock", "--check", "--script", "run.py", check=False).returncode == 0
        record("uv", "script", f"lock after {before!r} -> {after!r}", (_script_set(script).stale is None) == fresh)
        assert (_script_set(script).stale is None) == fresh, (before, after)


def _script_set(script: Path) -> LockedSet:
    from venvls import manifests
    from venvls.manifests import locks
    from venvls.model.environment import Target
    from venvls.model.facts import Facts
    from venvls.model.finding import Project
    from venvls.model.lock import LockFile
    from venvls.model.text import Text

    lock = Path(f"{script}.lock")
    manifest = manifests.parse(str(script), Text(script.read_text("utf-8")))
    markers = {name: str(value) for name, value in default_environment().items()}
    facts = Facts(Project(str(script), (str(script),)), ThisMachine().files, {str(script): manifest}, target=Target(markers))
    return locks.locked(locks.SCRIPT_LOCK, LockFile(str(lock), Text(lock.read_text("utf-8"))), facts)


def test_pylock_against_uv(made: dict[str, Path], tmp_path: Path) -> None:
    """What ``uv pip sync pylock.toml`` would install is the locked set; a project that follows one is in step after it."""
    for name, words in (
        ("groups", ["--all-groups"]),
        ("extras", ["--all-extras"]),
        ("markers", []),
        ("forks", []),
        ("git", []),
        ("url", []),
    ):
        folder = tmp_path / name
        folder.mkdir()
        shutil.copy(made[name] / "pyproject.toml", folder)
        text = (folder / "pyproject.toml").read_text("utf-8").split("[tool.uv]")[0].split("[tool.uv.sources]")[0]
        (folder / "pyproject.toml").write_text(text, "utf-8")
        uv(
            made[name],
            "export",
            "--quiet",
            "--frozen",
            "--no-emit-project",
            "--format",
            "pylock.toml",
            *words,
            "-o",
            str(folder / "pylock.toml"),
        )
        uv(folder, "venv", "--quiet")
        said = uv(folder, "pip", "sync", "--dry-run", "pylock.toml", VIRTUAL_ENV=str(folder / ".venv")).stderr
        wanted = {_key(found) for found in re.findall(r"^ \+ ([A-Za-z0-9._-]+)", said, re.MULTILINE)}
        one = workspace(folder)
        facts = one.facts(str(folder))
        assert facts.locked is not None
        record("uv", f"{name} (pylock)", "uv pip sync --dry-run", set(facts.locked.packages) == wanted)
        assert set(facts.locked.packages) == wanted
        uv(folder, "pip", "sync", "--quiet", "pylock.toml", VIRTUAL_ENV=str(folder / ".venv"))
        assert [found.message for found in findings(folder) if found.code in LOCKED_CODES] == []
