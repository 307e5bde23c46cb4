"""Our verdict on compiled requirements, against ``pip-sync --dry-run`` and against what compiling again would write.

Where a file does not count (another group's) what it asks for is never called extraneous here; pip-sync, told only of the others,
removes it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.differential_tools import stage
from tests.differential_tools.forking import Done, Forking
from tests.differential_tools.stage import Stage, empty, keep, python, restore, uv, victim
from tests.differential_tools.tools import environ, tool

pytestmark = [pytest.mark.network, pytest.mark.slow]

PYPROJECT = (
    '[project]\nname = "Me_Too"\nversion = "1"\ndependencies = ["beta"]\n'
    '[project.optional-dependencies]\nweb = ["delta"]\nother = ["gamma"]\n'
)
SETUP_CFG = (
    "[metadata]\nname = me\nversion = 1\n[options]\ninstall_requires =\n  beta\n[options.extras_require]\nweb = delta\nother = gamma\n"
)
MARKERS = "epsilon ; python_version >= '3'\nwindows-only ; sys_platform == 'win32'\nalpha\n"
Files = dict[str, str]
PROJECTS: dict[str, tuple[Files, tuple[str, ...]]] = {
    "plain": ({"requirements.in": "beta\nepsilon<0.2\n"}, ("compile requirements.in",)),
    "hashes": ({"requirements.in": "alpha<2\n"}, ("compile --generate-hashes requirements.in",)),
    "extras": ({"requirements.in": "gamma[more]>=1\n"}, ("compile --no-strip-extras requirements.in",)),
    "stripped extras": ({"requirements.in": "Gamma[more]\n"}, ("compile --strip-extras requirements.in",)),
    "line style": ({"requirements.in": "beta\ngamma[more]\n"}, ("compile --annotation-style=line requirements.in",)),
    "no annotations": ({"requirements.in": "beta\n"}, ("compile --no-annotate requirements.in",)),
    "markers": ({"requirements.in": MARKERS}, ("compile requirements.in",)),
    "two inputs": (
        {"requirements.in": "alpha\n", "requirements-dev.in": "delta\n"},
        ("compile -o requirements.txt requirements.in requirements-dev.in",),
    ),
    "layers": (
        {"requirements.in": "beta\n", "requirements-dev.in": "-c requirements.txt\ndelta\nalpha\n"},
        ("compile requirements.in", "compile requirements-dev.in"),
    ),
    "nested": (
        {
            "requirements.in": "-r requirements/base.in\n-c requirements/bounds.in\ndelta\n",
            "requirements/base.in": "beta\n",
            "requirements/bounds.in": "alpha<2\n",
        },
        ("compile requirements.in",),
    ),
    "folder": (
        {"requirements/base.in": "alpha\n", "requirements/dev.in": "-r base.in\nepsilon\n"},
        ("compile requirements/base.in", "compile requirements/dev.in"),
    ),
    "pyproject": ({"pyproject.toml": PYPROJECT}, ("compile --extra=web -o requirements.txt pyproject.toml",)),
    "setup.cfg": (
        {"setup.cfg": SETUP_CFG, "setup.py": "from setuptools import setup\nsetup()\n"},
        ("compile --extra=web --no-build-isolation setup.cfg",),
    ),
    "setup.py": (
        {"setup.cfg": SETUP_CFG, "setup.py": "from setuptools import setup\nsetup()\n"},
        ("compile --extra=web --no-build-isolation setup.py",),
    ),
    "all extras": ({"pyproject.toml": PYPROJECT}, ("compile --all-extras --output-file=requirements-all.txt pyproject.toml",)),
    "settings": (
        {"pyproject.toml": PYPROJECT + "[tool.pip-tools]\ngenerate-hashes = true\n[tool.pip-tools.compile]\nall-extras = true\n"
         + 'unsafe-package = ["delta"]\n'},
        ("compile -o requirements.txt pyproject.toml",),
    ),
    "unsafe packages": (
        {"requirements.in": "beta\ndelta\nepsilon\nalpha\n"},
        ("compile --unsafe-package=delta --unsafe-package=beta requirements.in",),
    ),
    "a command of one's own": ({"requirements.in": "beta\n", "requirements-dev.in": "-c requirements.txt\ndelta\n"},
        ("custom requirements.in", "custom requirements-dev.in")),
    "bounds by option": ({"requirements.in": "beta\n", "constraints.txt": "alpha<2\n"}, ("compile -c constraints.txt requirements.in",)),
    "dev-requirements": ({"requirements.in": "beta\n", "dev-requirements.in": "-c requirements.txt\ndelta\nalpha\n"},
        ("compile requirements.in", "compile dev-requirements.in")),
    "an input of any name": ({"requirements.in": "beta\n", "dev.in": "-c requirements.txt\ndelta\n"},
        ("compile requirements.in", "compile dev.in")),
    "uv overrides": ({"requirements.in": "beta\nepsilon<0.2\n", "over.in": "epsilon>=0.2\n"},
        ("uv requirements.in --override over.in --no-emit-package delta -o requirements.txt",)),
    "uv groups": ({"pyproject.toml": PYPROJECT + '[dependency-groups]\ndev = ["epsilon"]\n'},
        ("uv --universal --group dev --extra web -o requirements.txt pyproject.toml",)),
    "uv": ({"requirements.in": "Zeta.Core\ngamma[more]\n"}, ("uv requirements.in -o requirements.txt",)),
    "uv universal": ({"requirements.in": MARKERS}, ("uv --universal --generate-hashes requirements.in -o requirements.txt",)),
    "uv pyproject": ({"pyproject.toml": PYPROJECT}, ("uv pyproject.toml --all-extras --output-file requirements.txt",)),
}  # fmt: skip
EDITS: list[tuple[str, str, str, str]] = [
    ("plain", "requirements.in", "epsilon<0.2", "epsilon<0.3"),
    ("plain", "requirements.in", "epsilon<0.2", "epsilon>=0.2"),
    ("plain", "requirements.in", "beta\n", ""),
    ("plain", "requirements.in", "beta\n", "beta\nalpha\n"),
    ("plain", "requirements.in", "beta\n", "beta\ndelta\n"),
    ("plain", "requirements.in", "beta\n", "# a remark\nBeta  # another\n"),
    ("plain", "requirements.in", "epsilon<0.2", "epsilon @ file://@FILES@/epsilon-0.1.5-py3-none-any.whl"),
    ("plain", "requirements.in", "epsilon<0.2", "epsilon<0.2; python_version < '3'"),
    ("layers", "requirements.in", "beta\n", "beta; sys_platform == 'win32'\n"),
    ("uv", "requirements.in", "Zeta.Core", "zeta_core; implementation_name == 'pypy'"),
    ("hashes", "requirements.in", "alpha<2", "alpha<1.2"),
    ("extras", "requirements.in", "gamma", "Gamma"),
    ("line style", "requirements.in", "beta\n", ""),
    ("markers", "requirements.in", "windows-only", "stray"),
    ("markers", "requirements.in", "alpha", "alpha\nstray; sys_platform == 'win32'"),
    ("markers", "requirements.in", "alpha", "alpha\nstray; sys_platform != 'win32'"),
    ("layers", "requirements-dev.in", "delta", "delta\nstray; python_version >= '3'"),
    ("uv", "requirements.in", "Zeta.Core", "Zeta.Core\nstray; implementation_name == 'cpython'"),
    ("two inputs", "requirements-dev.in", "delta", "stray"),
    ("layers", "requirements-dev.in", "delta", "gamma"),
    ("nested", "requirements/base.in", "beta", "alpha"),
    ("nested", "requirements/bounds.in", "alpha<2", "alpha<1.2"),
    ("folder", "requirements/dev.in", "epsilon", "epsilon\nstray"),
    ("pyproject", "pyproject.toml", '["delta"]', '["delta", "stray"]'),
    ("pyproject", "pyproject.toml", '["gamma"]', '["gamma", "stray"]'),
    ("pyproject", "pyproject.toml", '["beta"]', "[]"),
    ("dev-requirements", "dev-requirements.in", "delta", "gamma"),
    ("dev-requirements", "requirements.in", "beta", "alpha<2"),
    ("setup.cfg", "setup.cfg", "web = delta", "web = stray"),
    ("setup.cfg", "setup.cfg", "other = gamma", "other = stray"),
    ("setup.py", "setup.cfg", "beta", "beta\n  stray"),
    ("setup.py", "setup.cfg", "  beta\n", "  alpha\n"),
    ("settings", "pyproject.toml", '["gamma"]', '["gamma", "stray"]'),
    ("settings", "pyproject.toml", '["delta"]', '["delta>=1"]'),
    ("unsafe packages", "requirements.in", "delta\n", ""),
    ("unsafe packages", "requirements.in", "epsilon", "stray"),
    ("a command of one's own", "requirements-dev.in", "delta", "stray"),
    ("bounds by option", "constraints.txt", "alpha<2", "alpha<1.2"),
    ("uv overrides", "requirements.in", "epsilon<0.2", "epsilon<0.1.5"),
    ("uv groups", "pyproject.toml", '["epsilon"]', '["epsilon", "stray"]'),
    ("uv groups", "pyproject.toml", '["gamma"]', '["gamma", "stray"]'),
    ("uv", "requirements.in", "Zeta.Core", "zeta_core>=2"),
    ("uv", "requirements.in", "gamma[more]", "stray"),
    ("uv universal", "requirements.in", "alpha", "alpha\nstray; sys_platform == 'win32'"),
    ("uv pyproject", "pyproject.toml", '["gamma"]', '["gamma", "stray"]'),
]


@cache
def program() -> Forking:
    loaded = ("piptools.scripts.compile", "piptools.scripts.sync", "pip._internal.commands.install", "pip._internal.index.package_finder")
    return Forking(tool("pip-tools"), "piptools.__main__:cli", loaded)


def run(made: Stage, folder: Path, words: str) -> Done:
    """``compile …`` and ``sync …`` of pip-tools (``custom …``: the header names another command), or ``uv pip compile`` as ``uv …``."""
    first, *rest = words.split()
    if first == "uv":
        variables = {"UV_DEFAULT_INDEX": f"{made.index}/simple", "UV_NO_CONFIG": "1", "UV_CACHE_DIR": str(made.base / "uv-cache")}
        return Done(0, uv(folder, "pip", "compile", *rest, **variables))
    variables = environ(PIP_INDEX_URL=f"{made.index}/simple", PIP_CONFIG_FILE="/dev/null", PIP_DISABLE_PIP_VERSION_CHECK="1")
    if first == "custom":
        first, variables = "compile", {**variables, "CUSTOM_COMPILE_COMMAND": "make deps"}
    quiet = ["--no-emit-index-url", "--quiet"] if first == "compile" else []
    return program().run([first, *quiet, *rest], folder, variables)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Every project, compiled and synced."""
    with stage.opened("pip-tools", tmp_path_factory) as one:
        for name, (files, commands) in PROJECTS.items():
            folder = one.project(name, files)
            empty(folder, "--seed")
            for command in commands:
                done = run(one, folder, command)
                assert done.returncode == 0, done.output
            uv(folder, "pip", "uninstall", "--quiet", "packaging")
            one.install(folder, *(word for file in compiled(folder) for word in ("-r", file)))
            if name == "plain":
                keep(folder)
        yield one
    program().close()


def test_a_local_version_in_place_of_the_locked_one(made: Stage) -> None:
    name = "plain"
    changed, differing = made.relabelled(name, agree)
    assert differing == set(), changed
    restore(made.folders[name])


@pytest.mark.parametrize("name", PROJECTS)
def test_every_state_of_the_environment(name: str, made: Stage) -> None:
    folder = made.in_step(name, agree)
    if name == "an input of any name":
        return  # what dev.txt asks for is never extraneous; that a file of that name is one to follow nobody can tell
    lost = victim(folder, "delta", "alpha")
    older = ["alpha==1.0"] if next(folder.glob(".venv/lib*/**/alpha-*.dist-info"), None) else []
    uv(folder, "pip", "uninstall", "--quiet", lost)
    assert agree(made, name, "one missing", folder) == {lost}
    made.install(folder, "stray==1.0", *older)
    assert {"stray"} <= agree(made, name, "one extraneous, one downgraded", folder)
    restore(folder)


def test_pip_tools_in_the_environment_is_kept_with_what_it_needs(made: Stage) -> None:
    folder = made.folders["plain"]
    site = next(folder.glob(".venv/lib*/**/site-packages"))
    for name, needs in (("pip-tools", "needed"), ("needed", "deeper"), ("deeper", "")):
        info = site / f"{name.replace('-', '_')}-9.0.dist-info"
        info.mkdir()
        text = f"Metadata-Version: 2.1\nName: {name}\nVersion: 9.0\n" + (f"Requires-Dist: {needs}\n" if needs else "")
        (info / "METADATA").write_text(text, "utf-8")
        (info / "INSTALLER").write_text("pip\n", "utf-8")
        (info / "RECORD").write_text("", "utf-8")
    assert agree(made, "plain", "pip-tools inside", folder) == set()
    restore(folder)


@pytest.mark.parametrize(("name", "file", "before", "after"), EDITS)
def test_stale(name: str, file: str, before: str, after: str, made: Stage) -> None:
    def theirs(folder: Path) -> tuple[bool, str]:
        kept = {one: (folder / one).read_text("utf-8") for one in compiled(folder)}
        for command in PROJECTS[name][1]:
            run(made, folder, command)
        now = {one: (folder / one).read_text("utf-8") for one in kept}
        for one, text in kept.items():
            (folder / one).write_text(text, "utf-8")
        return any(_pins(now[one]) != _pins(text) for one, text in kept.items()), str(now)

    made.stale(name, file, before, after.replace("@FILES@", made.files.as_posix()), theirs, what=file)


def _pins(text: str) -> list[str]:
    """The lines without their comments: who asks for a package may change without a change of what is installed."""
    return [line.partition("#")[0].strip() for line in text.splitlines() if line.partition("#")[0].strip()]


def compiled(folder: Path) -> list[str]:
    """The project's compiled files, by path below its folder."""
    found = (path for path in (*folder.glob("*.txt"), *folder.glob("requirements/*.txt")) if path.name != "constraints.txt")
    return sorted(path.relative_to(folder).as_posix() for path in found)


def agree(made: Stage, name: str, state: str, folder: Path) -> set[str]:
    """pip-sync's set of changes and ours, which have to be equal; gives it."""
    interpreter = str(python(folder / ".venv"))
    if PROJECTS[name][1][0].startswith("uv "):
        # What a seeded environment holds besides pip is left out of it when the project is made.
        index = ("--no-index", "--find-links", str(made.files))
        said = uv(folder, "pip", "sync", "--dry-run", "--no-config", *index, "--python", interpreter, *compiled(folder))
        changes = {stage.key(match[1]) for match in re.finditer(r"^ [-+~] ([A-Za-z0-9._-]+)==", said, re.MULTILINE)}
    else:
        done = run(made, folder, f"sync --dry-run --python-executable {interpreter} {' '.join(compiled(folder))}")
        said = done.output
        changes = {stage.key(match[1]) for match in re.finditer(r"^  ([A-Za-z0-9._-]+)", said, re.MULTILINE)}
        assert done.returncode == (1 if changes else 0), said
    return made.agree(name, state, folder, changes, said)
