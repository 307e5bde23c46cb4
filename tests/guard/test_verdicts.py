"""What `venvls guard` says of commands, in a tree in memory: a project with an environment, one kept by each tool, one without."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from tests.memory_machine import MemoryMachine, MemoryMemory
from venvls.cli.guard import Looking
from venvls.guard import verdicts
from venvls.guard.verdict import Verdict
from venvls.services import Services
from venvls.workspace import Workspace

CFG = "home = /usr/bin\nversion = 3.12.4\n"
BASE = {"/usr/bin/python3.12": "", "/usr/bin/python3": "", "/usr/bin/python": "", "/usr/bin/pip": "", "/usr/bin/pip3": ""}


def environment(prefix: str) -> dict[str, str]:
    site = f"{prefix}/lib/python3.12/site-packages/none.txt"
    return {f"{prefix}/pyvenv.cfg": CFG, f"{prefix}/bin/python": "", f"{prefix}/bin/pip": "", f"{prefix}/bin/activate": "", site: ""}


TREE = {
    **BASE,
    "/work/plain/requirements.txt": "idna\n",
    "/work/plain/src/code.py": "",
    **environment("/work/plain/.venv"),
    "/work/other/requirements.txt": "idna\n",
    "/work/other/script.py": "",
    **environment("/work/other/.venv"),
    "/work/none/requirements.txt": "idna\n",
    "/work/uv/pyproject.toml": '[project]\nname = "u"\nversion = "1"\n[tool.uv]\n',
    **environment("/work/uv/.venv"),
    "/work/poetry/pyproject.toml": '[tool.poetry]\nname = "p"\n[tool.poetry.dependencies]\npython = "^3.12"\n',
    **environment("/work/poetry/.venv"),
    "/work/pdm/pyproject.toml": '[project]\nname = "p"\nversion = "1"\n[tool.pdm]\ndistribution = true\n',
    **environment("/work/pdm/.venv"),
    "/work/pipenv/Pipfile": "[packages]\n",
    **environment("/work/pipenv/.venv"),
    "/work/broken/requirements.txt": "idna\n",
    "/work/broken/.venv/pyvenv.cfg": CFG,
    "/home/me/tools/pyvenv.cfg": CFG,
    "/home/me/tools/bin/python": "",
    "/home/me/tools/bin/pip": "",
    "/empty/x": "",
}


class Shelled(MemoryMachine):
    """A machine whose shell has these folders on PATH."""

    path: tuple[str, ...] = ("/usr/bin",)

    def which(self, program: str, *, outside: Iterable[str] = (), first: str | None = None) -> str | None:
        return next((f"{entry}/{program}" for entry in self.path if self.files.stat(f"{entry}/{program}")), None)


MACHINE = Shelled(TREE)


def services(machine: MemoryMachine) -> Services:
    def never(*_: object, **__: object) -> object:
        raise AssertionError("nothing is run, and nothing is written")

    return Services(machine, MemoryMemory(), never, never, never, never)  # type: ignore[arg-type]


def verdict(line: str, folder: str = "/work/plain", path: tuple[str, ...] = ("/usr/bin",)) -> Verdict:
    machine = Shelled(TREE)
    machine.path = path
    return verdicts.of_line(line, folder, Looking(lambda: services(machine), folder).ground)


STOPPED = {
    "pip install requests": "venvls add requests",
    "pip3 install -q requests==2.0 'flask>=3'": "venvls add requests==2.0 'flask>=3'",
    "python -m pip install requests": "venvls add requests",
    "python3.12 -m pip install requests": "venvls add requests",
    "/usr/bin/pip install requests": "venvls add requests",
    "pip install -U requests": "venvls upgrade requests",
    "pip install -r requirements.txt": "venvls sync",
    "pip install -e .": "venvls sync",
    "pip uninstall -y requests": "venvls remove requests",
    "pip install --user requests": "venvls add requests",
    "sudo pip install requests": "venvls add requests",
    "sudo -H -u root python3 -m pip install requests": "venvls add requests",
    "pip install --break-system-packages requests": "venvls add requests",
    "PIP_BREAK_SYSTEM_PACKAGES=1 pip install requests": "venvls add requests",
    "uv pip install --system requests": "venvls add requests",
    "cd src && pip install requests": "venvls add requests",
    "ls; git status && env A=1 pip install requests 2>&1 | tail -1": "venvls add requests",
    "bash -lc 'cd src && pip install requests'": "venvls add requests",
    "sudo .venv/bin/pip install requests": "venvls add requests",
    "/work/other/.venv/bin/pip install requests": "venvls add requests",
    "source ../other/.venv/bin/activate && pip install requests": "venvls add requests",
    "/work/other/.venv/bin/python src/code.py": "venvls run -- python …",
    "../other/.venv/bin/python -m pytest": "venvls run -- python …",
    "python -I -m pip install requests": "venvls add requests",
    "python3 -Wignore -X utf8 -mpip install requests": "venvls add requests",
    "python -Im pip install requests": "venvls add requests",
    "pip install -Ur requirements.txt": "venvls sync",
    "pip install requirements.txt": "venvls sync",
    "pip install -qqe '.[dev,docs]'": "venvls sync --extra dev --extra docs",
    "pip install -qU requests": "venvls upgrade requests",
    "timeout -k 5 300 pip install requests": "venvls add requests",
    "nice -n 5 stdbuf -oL setsid pip install requests": "venvls add requests",
    "bash -euo pipefail -c 'pip install requests'": "venvls add requests",
    "(cd src && pip install requests) > log.txt": "venvls add requests",
    "(cd /empty); pip install requests": "venvls add requests",
    "if [ -f x ]; then pip install requests; fi": "venvls add requests",
    "for x in a b; do pip install requests; done": "venvls add requests",
    "! pip install requests": "venvls add requests",
    "cat > x.py <<'EOF'\nprint('it''s')\nEOF\npip install requests": "venvls add requests",
    "pip uninstall -y -r requirements.txt": "venvls run -- python -m pip uninstall …",
    "pip install ./lib": "venvls run -- python -m pip install …",
    "pip install dist/x-1.0-py3-none-any.whl": "venvls run -- python -m pip install …",
    "pip install git+https://me:secret@example.org/x": "venvls add 'NAME @ git+https://***@example.org/x'",
    "pip install 'x @ https://me:secret@example.org/x.whl'": "venvls add 'x @ https://***@example.org/x.whl'",
}
PASSED = [
    "ls -la", "pip list", "pip --version", "pip download requests", "pip install --dry-run requests", "pip install -t out requests",
    "pip install --target=out requests", "pip install --help", "pip --python .venv install requests",
    ".venv/bin/pip install requests", ".venv/bin/python -m pip install requests", "source .venv/bin/activate && pip install requests",
    ". .venv/bin/activate; python src/code.py", "/work/plain/.venv/bin/python src/code.py", "uv pip install requests", "uv run python x.py",
    "poetry run pip install requests", "echo pip install requests", "grep -r 'pip install' .", "git commit -m 'pip install x'",
    "eval \"$(conda shell.bash hook)\" && pip install requests", "conda activate x && pip install requests",
    "PATH=/x:$PATH pip install requests",
    "export PATH=/x:$PATH; pip install requests", "$PIP install requests", "pip install $NAME", "pip install $(cat names)",
    "if a; then . .venv/bin/activate; fi; pip install requests", "(cd /empty && pip install requests)", "cat <<EOF\npip install x\nEOF",
    "uv run --with pip pip install requests", "venvls run -- pip install requests", "conda run -n x pip install requests",
    "pipx runpip ruff install x", "uvx pip install x", "docker run --rm python:3.12 pip install x", "python3 -m http.server",
    "python - <<'EOF'\nimport pip\nEOF", ".venv/bin/python -Im pip install -U pip", "timeout 9 .venv/bin/pip install x",
    "bash -o pipefail -c '.venv/bin/pip install x'", "command -v pip", "for x in *; do python3 -V; done",
    "cd ~ && pip install requests", "cd nowhere || pip install requests", "false || cd /tmp; pip install requests",
    "/home/me/tools/bin/pip install requests", "python -m venv /tmp/x && source /tmp/x/bin/activate && pip install requests",
    "python3 -m venv .venv", "python --version", "/work/other/.venv/bin/python /work/other/script.py",
    "cd /work/other && .venv/bin/python script.py", "pipx install ruff", "pip-compile", "/nowhere/pip install requests", "pip2 install x",
    "xargs pip install", "pip install", "python", "cd",
]  # fmt: skip


@pytest.mark.parametrize("line", STOPPED)
def test_stopped_with_the_right_command(line: str) -> None:
    given = verdict(line)
    assert given.kind == "stop"
    assert given.instead == f"`{STOPPED[line]}`"
    assert given.text.endswith(f"Use `{STOPPED[line]}`.")


@pytest.mark.parametrize("line", [line for line in PASSED if line != "pip install"])
def test_let_through(line: str) -> None:
    given = verdict(line)
    assert given.kind in ("pass", "advise"), given
    assert given.kind == "pass" or "src/code.py" in line or "-m venv" in line


def test_a_system_python_is_advised_not_stopped() -> None:
    given = verdict("python3 src/code.py")
    assert (given.kind, given.instead) == ("advise", "`venvls run -- python …`")
    assert "not of the project's environment .venv" in given.reason
    assert verdict("python3 src/code.py", "/work/none").kind == "pass"
    assert verdict("python src/code.py", path=("/work/plain/.venv/bin", "/usr/bin")).kind == "pass"


def test_an_active_environment_counts() -> None:
    assert verdict("pip install requests", path=("/work/plain/.venv/bin", "/usr/bin")).kind == "pass"
    given = verdict("pip install requests", path=("/work/other/.venv/bin", "/usr/bin"))
    assert given.kind == "stop" and "into /work/other/.venv, not in the project's environment .venv" in given.reason
    assert verdict("python src/code.py", path=("/work/other/.venv/bin", "/usr/bin")).kind == "stop"


@pytest.mark.parametrize(
    ("tool", "own"), [("uv", "uv add x"), ("poetry", "poetry add x"), ("pdm", "pdm add x"), ("pipenv", "pipenv install x")]
)
def test_a_tool_that_keeps_the_project(tool: str, own: str) -> None:
    for line in ("pip install x", ".venv/bin/pip install x", "source .venv/bin/activate && pip install x"):
        given = verdict(line, f"/work/{tool}")
        assert (given.kind, given.instead) == ("stop", f"`venvls add x` or `{own}`"), line
    assert verdict(".venv/bin/pip install -e .", f"/work/{tool}").kind == "pass"
    assert verdict("uv pip install x", f"/work/{tool}").kind == "advise"
    assert verdict(f"{own}", f"/work/{tool}").kind == "pass"


@pytest.mark.parametrize("tool", ["uv", "poetry", "pdm", "pipenv"])
def test_the_keeper_is_the_tool_that_syncs(tool: str) -> None:
    """What is found quickly for the guard is what the workspace says."""
    from venvls.nearest import nearest

    workspace = Workspace(MACHINE, MemoryMemory())
    workspace.set_roots((f"/work/{tool}",))
    workspace.discover()
    project = workspace.project_of(f"/work/{tool}")
    near = nearest(f"/work/{tool}", MACHINE, MemoryMemory())
    assert project is not None and near is not None
    assert near.keeper == workspace.described(project).tool == tool
    assert near.project.environment == project.environment


def test_where_there_is_no_environment_yet() -> None:
    given = verdict("pip install x", "/work/none")
    assert (given.kind, given.instead) == ("stop", "`venvls create`, then `venvls add x`")
    assert verdict("pip install -r requirements.txt", "/work/none").instead == "`venvls create`"


def test_nothing_is_stopped_where_there_is_no_project_or_a_broken_environment() -> None:
    for folder in ("/empty", "/nowhere", "/work/broken"):
        for line in ("pip install x", "sudo pip install x", "pip install --break-system-packages x"):
            assert verdict(line, folder).kind == "pass"


@pytest.mark.parametrize(
    ("line", "folder", "instead"),
    [
        ("uv run pip install requests", "uv", "`venvls add requests` or `uv add requests`"),
        ("uv run -q -- python -m pip install requests", "uv", "`venvls add requests` or `uv add requests`"),
        ("uv run -m pip uninstall -y requests", "uv", "`venvls remove requests`"),
        ("poetry run pip install requests", "poetry", "`venvls add requests` or `poetry add requests`"),
        ("pdm run python -I -m pip install requests", "pdm", "`venvls add requests` or `pdm add requests`"),
        ("pipenv run pip install requests", "pipenv", "`venvls add requests` or `pipenv install requests`"),
        ("venvls run -- pip install requests", "uv", "`venvls add requests` or `uv add requests`"),
        ("cd src; uv run pip install requests", "uv", None),
        ("uv run pip install -r requirements.txt", "uv", None),
        ("poetry run pip install -U pip", "poetry", None),
        ("uv run pip install requests", "poetry", None),
        ("uv run python x.py pip install requests", "uv", None),
    ],
)
def test_what_a_keeper_runs(line: str, folder: str, instead: str | None) -> None:
    """Where the environment has no pip, uv's `run` starts the system's; where it has one, the lock does not know what comes."""
    given = verdict(line, f"/work/{folder}")
    assert (given.kind, given.instead) == (("stop", instead) if instead is not None else ("pass", ""))


def test_a_command_of_the_tool_is_named_only_where_it_would_be_run_in_its_project() -> None:
    assert verdict("cd /work/uv && pip install requests").instead == "`venvls add --project /work/uv requests`"
