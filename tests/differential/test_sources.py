"""Paths, editable installs and repositories: our verdict against uv's dry run, with projects that build themselves without an index."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.differential import judging, tools
from tests.differential.wheels import Wheel, write

pytestmark = pytest.mark.slow

# A build backend that needs nothing: it writes the wheel itself.
BACKEND = """
import base64, hashlib, os, zipfile

def _wheel(folder, files):
    name = f"{NAME}-1.0-py3-none-any.whl"
    info = f"{NAME}-1.0.dist-info"
    files = dict(files)
    files[f"{info}/METADATA"] = f"Metadata-Version: 2.1\\nName: {NAME}\\nVersion: 1.0\\n"
    files[f"{info}/WHEEL"] = "Wheel-Version: 1.0\\nGenerator: x\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n"
    record = ""
    for path, text in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
        record += f"{path},sha256={digest},{len(text.encode())}\\n"
    with zipfile.ZipFile(os.path.join(folder, name), "w") as archive:
        for path, text in {**files, f"{info}/RECORD": record + f"{info}/RECORD,,\\n"}.items():
            archive.writestr(path, text)
    return name

def build_wheel(folder, config_settings=None, metadata_directory=None):
    return _wheel(folder, {f"{NAME}.py": ""})

def build_editable(folder, config_settings=None, metadata_directory=None):
    return _wheel(folder, {f"__editable__.{NAME}.pth": os.getcwd() + "\\n"})

def get_requires_for_build_wheel(config_settings=None):
    return []

get_requires_for_build_editable = get_requires_for_build_wheel
"""


def project(folder: Path, name: str) -> Path:
    """A project in ``folder`` that can be built offline."""
    folder.mkdir(parents=True)
    head = '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
    (folder / "pyproject.toml").write_text(f'{head}[project]\nname = "{name}"\nversion = "1.0"\n', "utf-8")
    (folder / "backend.py").write_text(f"NAME = {name!r}\n{BACKEND}", "utf-8")
    return folder


def git(folder: Path, *arguments: str) -> str:
    command = ["git", "-C", str(folder), "-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two projects, a repository with two tags, and wheels of two versions."""
    root = tmp_path_factory.mktemp("sources")
    project(root / "lib", "lib")
    shutil.copytree(project(root / "fork", "lib"), root / "repo")
    git(root / "repo", "init", "--quiet", "--initial-branch=main")
    for tag in ("v1", "v2"):
        (root / "repo" / "version.txt").write_text(tag, "utf-8")
        git(root / "repo", "add", "-A")
        git(root / "repo", "commit", "--quiet", "-m", tag)
        git(root / "repo", "tag", tag)
    (root / "wheels").mkdir()
    for version in ("1.0", "2.0"):
        write(Wheel("lib", version), root / "wheels")
    return root


INSTALLED = {
    "index": ["lib==1.0"],
    "folder": ["./lib"],
    "editable": ["-e", "./lib"],
    "fork": ["./fork"],
    "wheel": ["./wheels/lib-1.0-py3-none-any.whl"],
    "v1": ["lib @ git+{repo}@v1"],
    "main": ["lib @ git+{repo}"],
}
WANTED = (
    "lib", "lib>=2", "./lib", "-e ./lib", "./fork", "lib @ {root}/lib", "lib @ {root}/wheels/lib-1.0-py3-none-any.whl",
    "./wheels/lib-2.0-py3-none-any.whl", "lib @ git+{repo}@{v1}", "lib @ git+{repo}@{v2}", "lib @ git+{repo}@v1", "lib @ git+{repo}@v2",
    "lib @ git+{repo}", "git+{repo}@{v1}#egg=lib",
)  # fmt: skip
# Where uv is stricter on purpose of its own, and what we say instead; the reasons stand in rules/sources.py.
LENIENT = {
    # pip leaves a wheel of the version that is installed alone.
    ("index", "lib @ {root}/wheels/lib-1.0-py3-none-any.whl"): "pip is content",
    # Which commit a branch, a tag or the default branch is today, uv asks the repository; we ask nobody.
    ("v1", "lib @ git+{repo}"): "not known from files",
    ("main", "lib @ git+{repo}@v1"): "not known from files",
}


@pytest.fixture(scope="module", params=INSTALLED)
def environment(request: pytest.FixtureRequest, place: Path) -> tuple[str, Path]:
    name = str(request.param)
    prefix = place / f"env-{name}"
    tools.make_environment(prefix, tools.pythons()[-1])
    words = [word.format(repo=(place / "repo").as_uri()) for word in INSTALLED[name]]
    tools.run_uv(
        "pip", "install", "--python", str(prefix), "--no-deps", "--no-index", "--find-links", str(place / "wheels"), *words, cwd=place
    )
    return name, prefix


def test_sources_agree_as_uv_says(environment: tuple[str, Path], place: Path) -> None:
    name, prefix = environment
    names = {"repo": (place / "repo").as_uri(), "root": place.as_uri()}
    names.update({tag: git(place / "repo", "rev-parse", tag) for tag in ("v1", "v2")})
    wrong = []
    for wanted in WANTED:
        manifest = place / "requirements.txt"
        manifest.write_text(wanted.format(**names) + "\n", "utf-8")
        answer = tools.ask_uv(prefix, place / "wheels", manifest, dependencies=False)
        theirs = answer.changes == frozenset()
        found = judging.findings(judging.facts_of(prefix, manifest))
        if theirs == (not found):
            continue
        if (name, wanted) in LENIENT:
            assert not found
            continue
        wrong.append(f"{name} installed, {wanted} wanted: uv says {answer.said.strip()!r}, we say {[one.message for one in found]}")
    assert not wrong, "\n".join(wrong)
