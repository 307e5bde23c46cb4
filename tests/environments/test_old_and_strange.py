"""Old Pythons, other Pythons, odd places: environments that few people have and that are inspected, made and mended like any other."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.inside import Inside
from tests.effort import Looks
from tests.environments.making import program, pythons, run, truth
from tests.host_tasks import offline
from tests.lsp.editor import Editor, install
from tests.memory_tree import FOLDER, Link, MemoryFiles
from venvls.environments import recognise

PYTHONS = pythons()
OWN = ".".join(map(str, sys.version_info[:2]))
PYPY = shutil.which("pypy3")
POSIX = pytest.mark.skipif(os.name == "nt", reason="links and mounts as POSIX has them")
ODD = "Projekt ü 漢字 'a' $HOME"


@pytest.fixture
def inside(tmp_path: Path) -> Inside:
    return Inside(tmp_path / "a project", offline.index(tmp_path / "wheels"))


def environments(inside: Inside, *words: str) -> dict[str, dict[str, str]]:
    """What ``venvls envs`` says, by the name of the folder an environment stands in."""
    said = json.loads(inside.good("envs", *words, "--format", "json"))["environments"]
    return {Path(one["prefix"]).parent.name: one for one in said}


# Every Python of this machine


@pytest.mark.slow
def test_environments_of_every_python_are_inspected_in_one_go(inside: Inside) -> None:
    wanted = {}
    for minor, python in PYTHONS.items():
        if minor == "2.7":
            continue
        inside.write(f"{minor}/requirements.txt", "alpha\nnowhere ; python_version < '3'\n")
        run(python, "-m", "venv", "--without-pip", inside.root / minor / ".venv")
        wanted[minor] = truth(str(interpreter(inside.root / minor)))
    found = environments(inside)
    assert {name: one["version"] for name, one in found.items()} == {name: said["version"] for name, said in wanted.items()}
    assert {(one["health"], one["kind"]) for one in found.values()} == {("ok", "venv")}
    for minor in wanted:
        install(next((inside.root / minor / ".venv").glob("[lL]ib/**/site-packages")), "alpha", "1.0")
    checked = inside.run("check")
    assert checked.returncode == 0, checked.stdout
    assert checked.stdout.splitlines()[-1] == f"In sync: {len(wanted)} projects."


@pytest.mark.slow
@pytest.mark.network
def test_python_2_is_inspected_and_judged_by_its_own_markers(inside: Inside) -> None:
    if "2.7" not in PYTHONS or "3.9" not in PYTHONS:
        assert recognise(MemoryFiles(PYTHON2), "/w/.venv") is not None
        return
    maker = inside.root.parent / "maker"
    run(program("uv"), "venv", "-q", "--no-project", "-p", PYTHONS["3.9"], maker)
    run(program("uv"), "pip", "install", "-q", "-p", interpreter(maker.parent, maker.name), "virtualenv==20.21.1")
    python = interpreter(maker.parent, maker.name)
    run(python, "-m", "virtualenv", "-q", "--no-download", "--without-pip", "-p", PYTHONS["2.7"], inside.root / ".venv")
    inside.write("requirements.txt", "alpha ; python_version < '3'\nnowhere ; python_version >= '3'\n")
    (found,) = environments(inside).values()
    assert (found["version"][:4], found["kind"], found["health"]) == ("2.7.", "virtualenv", "ok")
    checked = inside.run("check")
    assert "alpha is not installed" in checked.stdout and "nowhere" not in checked.stdout
    install(next((inside.root / ".venv").glob("lib/**/site-packages")), "alpha", "1.0")
    assert inside.run("check").returncode == 0


PYTHON2 = {
    "/opt/2.7/bin/python2.7": "", "/w/.venv/bin/python": Link("/opt/2.7/bin/python2.7"), "/w/.venv/bin/activate": "",
    "/w/.venv/lib/python2.7/site-packages": FOLDER,
    "/w/.venv/pyvenv.cfg": "home = /opt/2.7/bin\nimplementation = CPython\nversion_info = 2.7.18.final.0\nvirtualenv = 20.21.1\n",
}  # fmt: skip


def test_python_2_in_memory() -> None:
    found = recognise(MemoryFiles(PYTHON2), "/w/.venv")
    assert found is not None
    assert (found.version, found.kind, found.health) == ("2.7.18", "virtualenv", "ok")


@pytest.mark.slow
@pytest.mark.parametrize("tool", ["venv", "uv"])
@pytest.mark.parametrize(
    "minor", [minor for minor in ("3.6", "3.7", "3.13") if minor in PYTHONS] or [".".join(map(str, sys.version_info[:2]))]
)
def test_creating_with_an_old_or_new_python(inside: Inside, minor: str, tool: str) -> None:
    inside.write("requirements.txt", "beta\n")
    inside.good("create", "--python", minor, "--tool", tool)
    (found,) = environments(inside).values()
    assert found["version"].startswith(f"{minor}.") and (found["kind"], found["health"]) == (tool, "ok")
    assert inside.installed() >= {"alpha-2.0", "beta-1.0"}
    assert inside.run("check").returncode == 0
    assert inside.good("run", "--", "python", "-c", "import alpha; print(alpha.__version__)") == "2.0\n"


@pytest.mark.parametrize("spec", ["2.7", "nonsense", "graalpy", "/nowhere/python3"])
@pytest.mark.parametrize("tool", ["venv", "uv", "auto"])
def test_a_python_that_is_not_there_is_said_and_nothing_stands(inside: Inside, spec: str, tool: str) -> None:
    inside.write("requirements.txt", "")
    assert f"No Python that fits `{spec}`" in inside.said("create", "--python", spec, "--tool", tool)
    assert not (inside.root / ".venv").exists()


@POSIX
def test_a_python_that_nobody_would_have_found_is_used_by_its_path(inside: Inside, tmp_path: Path) -> None:
    """Another way to a Python that is known is that Python; a copy of one stands for one built by hand."""
    inside.write("requirements.txt", "")
    base = Path(os.path.realpath(sys.executable))
    (tmp_path / "way").mkdir()
    (tmp_path / "way" / "snake").symlink_to(base)
    inside.good("create", "--python", str(tmp_path / "way" / "snake"), "--without-pip", "--no-sync")
    assert next(iter(environments(inside).values()))["version"] == ".".join(map(str, sys.version_info[:3]))
    run(sys.executable, "-m", "venv", "--without-pip", "--copies", tmp_path / "built")
    inside.good("create", "--python", str(interpreter(tmp_path, "built")), "--name", "other", "--without-pip", "--no-sync")
    said = truth(str(interpreter(inside.root, "other")))
    assert said["version"] == ".".join(map(str, sys.version_info[:3]))


# PyPy


@pytest.mark.slow
@pytest.mark.parametrize("spec", ["pypy", "path", "version"])
def test_pypy_is_made_inspected_and_kept(inside: Inside, spec: str) -> None:
    if PYPY is None:
        test_pypy_in_memory()
        return
    inside.write("requirements.txt", "beta\nnowhere ; implementation_name != 'pypy'\n")
    version = run(PYPY, "-c", "import sys; print('%d.%d' % sys.version_info[:2])").strip()
    inside.good("create", "--python", {"pypy": "pypy", "path": PYPY, "version": f"pypy{version}"}[spec])
    said = truth(str(interpreter(inside.root)))
    (found,) = environments(inside).values()
    assert (found["implementation"], found["version"], found["health"]) == ("pypy", said["version"], "ok")
    assert inside.run("check").returncode == 0
    inside.good("recreate", "--yes")
    assert next(iter(environments(inside).values()))["implementation"] == "pypy"
    # What comes with PyPy is there without having been installed.
    inside.write("requirements.txt", "beta\ncffi\n")
    comes = "import importlib.metadata as m; print(any(one.metadata['Name'] == 'cffi' for one in m.distributions()))"
    there = run(interpreter(inside.root), "-c", comes).strip() == "True"
    assert inside.run("check").returncode == (0 if there else 1), inside.run("check").stdout


def test_pypy_in_memory() -> None:
    tree = {
        "/usr/bin/pypy3.9": "", "/usr/bin/pypy3": Link("pypy3.9"), "/w/.venv/bin/python": Link("pypy3"), "/w/.venv/bin/activate": "",
        "/w/.venv/bin/pypy3": Link("/usr/bin/pypy3"), "/w/.venv/lib/pypy3.9/site-packages": FOLDER,
        "/w/.venv/pyvenv.cfg": "home = /usr/bin\ninclude-system-site-packages = false\nversion = 3.9.16\n",
    }  # fmt: skip
    found = recognise(MemoryFiles(tree), "/w/.venv")
    assert found is not None
    assert (found.version, found.implementation, found.kind, found.health) == ("3.9.16", "pypy", "venv", "ok")


# Moved, shared and linked


def interpreter(project: Path, name: str = ".venv") -> Path:
    return project / name / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


@pytest.mark.slow
@POSIX
def test_a_relocatable_environment_may_move_and_another_is_mended(tmp_path: Path) -> None:
    inside = Inside(tmp_path / "here", offline.index(tmp_path / "wheels"))
    for name in ("still", "ordinary"):
        inside.write(f"{name}/requirements.txt", "beta\n")
        option = ["--relocatable"] if name == "still" else []
        run(program("uv"), "venv", "-q", "--no-project", *option, "-p", sys.executable, inside.root / name / ".venv")
        inside.good("sync", name)
    inside.root.rename(tmp_path / "there")
    inside.root = tmp_path / "there"
    assert {name: one["health"] for name, one in environments(inside).items()} == {"still": "ok", "ordinary": "moved"}
    findings = json.loads(inside.run("check", "--format", "json").stdout)["findings"]
    (moved,) = [one for one in findings if one["code"] == "moved-environment"]
    assert Path(moved["project"]).name == "ordinary" and moved["actions"]
    inside.good("repair", "ordinary", "--yes")
    assert inside.run("check").returncode == 0
    assert inside.good("run", "--project", "ordinary", "--", "python", "-c", "import beta; print(beta.__version__)") == "1.0\n"


def test_what_the_base_has_satisfies_an_environment_that_sees_it(inside: Inside) -> None:
    """The base is an environment's own here only in that nobody else's packages are touched."""
    inside.write("requirements.txt", "pip\n")
    run(sys.executable, "-m", "venv", "--without-pip", "--system-site-packages", inside.root / ".venv")
    seen = run(interpreter(inside.root), "-c", "import importlib.util; print(importlib.util.find_spec('pip') is not None)").strip()
    assert inside.run("check").returncode == (0 if seen == "True" else 1)
    inside.write("requirements.txt", "no-base-has-this\n")
    assert inside.run("check").returncode == 1


@POSIX
def test_an_environment_behind_a_link(inside: Inside, tmp_path: Path) -> None:
    inside.write("requirements.txt", "beta\n")
    inside.good("create")
    (tmp_path / "another disk").mkdir()
    shutil.rmtree(inside.root / ".venv")
    real = tmp_path / "another disk" / "env"
    run(sys.executable, "-m", "venv", "--without-pip", real)
    (inside.root / ".venv").symlink_to(real)
    inside.good("sync")
    assert inside.run("check").returncode == 0
    (found,) = environments(inside).values()
    assert (found["prefix"], found["health"]) == (str(inside.root / ".venv"), "ok")
    # A link is never deleted through: what it leads to is not the workspace's.
    assert "link" in inside.said("delete", "--yes")
    assert real.exists()


@pytest.fixture
def mounted(tmp_path: Path) -> Iterator[Path]:
    """A folder on another file system: a tmpfs of its own for root, else the machine's shared memory."""
    place = tmp_path / "mounted"
    place.mkdir()
    if os.geteuid() == 0 and subprocess.run(["mount", "-t", "tmpfs", "none", place], capture_output=True, check=False).returncode == 0:
        yield place
        subprocess.run(["umount", place], check=True)
        return
    shared = Path("/dev/shm") / f"venvls-{os.getpid()}"
    shared = shared if shared.parent.is_dir() else tmp_path / "beside"
    shared.mkdir()
    yield shared
    shutil.rmtree(shared)


@pytest.mark.slow
@POSIX
def test_an_environment_on_another_mount(inside: Inside, mounted: Path) -> None:
    inside.write("requirements.txt", "beta\n")
    run(sys.executable, "-m", "venv", "--without-pip", mounted / "env")
    inside.good("select", str(mounted / "env"))
    inside.good("sync")
    assert inside.run("check").returncode == 0
    assert inside.good("which").strip() == str(interpreter(mounted, "env"))
    # And a whole project there.
    inside.root = mounted
    inside.write("own/requirements.txt", "beta\n")
    inside.good("create", "own")
    inside.good("recreate", "own", "--yes")
    assert inside.run("check", "own").returncode == 0


# Odd names


@pytest.mark.slow
@POSIX
@pytest.mark.parametrize("tool", ["venv", "uv"])
def test_spaces_and_letters_of_all_kinds_in_every_path(tmp_path: Path, tool: str) -> None:
    wheels = offline.index(tmp_path / "Räder und mehr 輪")
    inside = Inside(tmp_path / ODD, wheels, uv=tool == "uv")
    # pip parts the variable's value at blanks; as an address there are none.
    inside.environ["PIP_FIND_LINKS"] = inside.environ["UV_FIND_LINKS"] = wheels.as_uri()
    inside.write("requirements.txt", "beta\n")
    inside.good("create", "--tool", tool, "--name", "Umgebung ünd mehr")
    assert inside.run("check").returncode == 0
    prefix = inside.root / "Umgebung ünd mehr"
    assert {path.name for path in prefix.glob("lib/**/beta-1.0.dist-info")} == {"beta-1.0.dist-info"}
    inside.write("requirements.txt", "beta\nalpha==1.0\n")
    assert inside.run("check").returncode == 1
    inside.write("requirements.txt", "alpha<3\nbeta\n")
    inside.good("sync")
    line = inside.good("activate", "--shell", "bash")
    inside.environ.pop("BASH_ENV", None)
    asked = f'{line}\npython -c "import sys, beta; print(sys.prefix)"'
    said = subprocess.run(["bash", "-c", asked], capture_output=True, text=True, check=False, env=inside.environ, encoding="utf-8")
    assert (said.returncode, said.stdout.strip()) == (0, str(prefix)), said.stderr
    assert inside.good("freeze") == "alpha==2.0\nbeta==1.0\n"


# Large places


def test_a_home_folder_as_workspace_is_not_searched_where_tools_keep_things(tmp_path: Path) -> None:
    home = tmp_path / "home"
    inside = Inside(home, offline.index(tmp_path / "wheels"))
    inside.environ |= {"HOME": str(home), "USERPROFILE": str(home), "XDG_STATE_HOME": str(tmp_path / "state")}
    inside.environ = {name: value for name, value in inside.environ.items() if name not in ("XDG_CACHE_HOME", "XDG_DATA_HOME")}
    inside.write("work/requirements.txt", "alpha\n")
    others = (
        ".cache/uv/archive-v0/abc/thing", ".cache/pip/x", ".local/share/uv/tools/ruff", ".local/share/Trash/files/old", ".npm/_cacache/x",
        ".cargo/registry/src/a", ".vscode/extensions/ms-python/bundled", ".pyenv/sources/3.12", "go/pkg/mod/x", ".rustup/toolchains/x",
        ".config/tool", ".local/lib/python3.11/thing", ".virtualenvs/old",
    )  # fmt: skip
    for name in others:
        inside.write(f"{name}/requirements.txt", "nowhere\n")
        inside.write(f"{name}/pyproject.toml", '[project]\nname = "thing"\nversion = "1"\ndependencies = ["nowhere"]\n')
        for number in range(150):
            inside.write(f"{name}/part{number}/file.txt", "")
    looks = Looks(tmp_path / "looks")
    inside.environ |= looks.environ
    checked = inside.run("check", "--format", "json")
    roots = {os.path.relpath(one["root"], home) for one in json.loads(checked.stdout)["projects"]}
    assert "work" in roots
    assert roots <= {"work", ".", os.path.join(".virtualenvs", "old")}
    entered = [name for name in others if looks.at(home / name)]
    assert looks.at(home / "work") and entered == [".virtualenvs/old"], "environments are looked for there"


def test_three_hundred_environments(tmp_path: Path) -> None:
    root = tmp_path / "many"
    for number in range(300):
        fake(root / f"group{number % 10}" / f"p{number}")
    inside = Inside(root, offline.index(tmp_path / "wheels"))
    looks = Looks(tmp_path / "looks")
    inside.environ |= looks.environ
    found = environments(inside)
    assert len(found) == 300 and {one["health"] for one in found.values()} == {"ok"}
    often = Counter(looks.at(root)).most_common(3)
    assert often[0][1] <= 3, often
    with Editor(root) as editor:
        assert len(editor.request("venvls/environments", {})["environments"]) == 300
        editor.settle()
        manifest = root / "group0" / "p0" / "requirements.txt"
        editor.open(manifest)
        editor.settle()
        before = len(editor.messages)
        editor.replace(manifest, 2, "alpha\nnowhere\n")
        editor.published(manifest, version=2)
        assert editor.request("venvls/which", {"uri": manifest.as_uri()})["environment"]["prefix"].endswith("p0/.venv".replace("/", os.sep))
        published = [one["params"]["uri"] for one in editor.messages[before:] if one.get("method") == "textDocument/publishDiagnostics"]
        assert published == [manifest.as_uri()], "a key concerns one project, not three hundred"


def fake(project: Path) -> None:
    """A project in step, with an environment as ``python -m venv`` lays one out on this system."""
    prefix = project / ".venv"
    site = prefix / "Lib" / "site-packages" if os.name == "nt" else prefix / "lib" / f"python{OWN}" / "site-packages"
    site.mkdir(parents=True)
    program = interpreter(project)
    program.parent.mkdir()
    if os.name == "nt":
        program.write_bytes(b"")
    else:
        program.symlink_to(sys.executable)
    (program.parent / "activate").write_text(f'VIRTUAL_ENV="{prefix}"\nexport VIRTUAL_ENV\n')
    home = os.path.dirname(os.path.realpath(sys.executable))
    (prefix / "pyvenv.cfg").write_text(f"home = {home}\nversion = {'.'.join(map(str, sys.version_info[:3]))}\n")
    install(site, "alpha", "1.0")
    (project / "requirements.txt").write_text("alpha\n")
