"""A project on disk to do harm to, and the way back: findings, their own actions, run for real, until everything is in step."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from functools import lru_cache, partial
from pathlib import Path

from tests.host_tasks import offline
from venvls import services
from venvls.host import tasks
from venvls.host.machine import ThisMachine
from venvls.host.pythons import base_pythons
from venvls.host.remembered import Remembered
from venvls.host.state import scratch
from venvls.model.action import Outcome, Plan, Task
from venvls.model.finding import Finding
from venvls.model.rule import BasePython
from venvls.workspace import Workspace

FILES = 100
"""Files of a wheel: enough that a kill lands among them."""


@lru_cache(maxsize=1)
def pythons() -> tuple[BasePython, ...]:
    found = [one for one in base_pythons() if one.implementation == "cpython" and not one.externally_managed and one.version >= "3.10"]
    assert found, "no Python of this machine can make environments"
    return tuple(found)


def index(folder: Path) -> Path:
    """``alpha`` 1 and 2, ``beta`` that needs it: packages of many files, each of which knows its version."""
    for name, version, needs in (("alpha", "1.0", ()), ("alpha", "2.0", ()), ("beta", "1.0", ("alpha",)), ("beta", "2.0", ("alpha>=2",))):
        offline.large_wheel(folder, name, version, *needs, files=FILES)
    return folder


class Ground:
    """One project. ``tool`` is ``uv`` or ``pip``: which installer the tasks use."""

    def __init__(self, root: Path, wheels: Path, cache: Path, tool: str = "uv") -> None:
        root.mkdir(parents=True, exist_ok=True)
        self.root, self.tool, self.prefix = root, tool, root / ".venv"
        self.environ = dict(offline.environ(wheels, cache))
        own = str(Path(sys.executable).parent)
        others = [entry for entry in self.environ.get("PATH", "").split(os.pathsep) if not (Path(entry) / "uv").exists()]
        self.environ["PATH"] = os.pathsep.join([own, *others] if tool == "uv" else others)
        self.services = services.Services(
            machine=ThisMachine(environ=self.environ),
            memory=Remembered(),
            run=partial(tasks.run, environ=self.environ),
            pythons=lambda outside, also=(): pythons(),
            scratch=scratch,
            write=lambda edits, roots=(): None,
        )
        self.heard: list[str] = []

    def ask(self, *lines: str) -> None:
        (self.root / "requirements.txt").write_text("".join(f"{line}\n" for line in lines))

    def workspace(self) -> Workspace:
        workspace = Workspace(self.services.machine, self.services.memory, strict=True)
        workspace.set_roots([str(self.root)])
        workspace.discover()
        return workspace

    def plan(self, name: str, *requirements: str, **options: object) -> Plan:
        prefix = str(self.prefix) if name != "create" else None
        plain = {key.replace("_", "-"): value for key, value in options.items()}
        task = Task(name, str(self.root), prefix, requirements=requirements, options=plain)  # type: ignore[arg-type]
        return services.plan(task, self.workspace(), self.services)

    def run(self, plan: Plan, cancelled: Callable[[], bool] = lambda: False) -> Outcome:
        return self.services.run(plan, report=self.heard.append, cancelled=cancelled, roots=(str(self.root),))

    def do(self, name: str, *requirements: str, **options: object) -> Outcome:
        return self.run(self.plan(name, *requirements, **options))

    def findings(self) -> list[Finding]:
        found = self.workspace().check().findings
        return [one for one in found if one.severity in ("error", "warning")]

    def codes(self) -> list[str]:
        return sorted({one.code for one in self.findings()})

    def mend(self, most: int = 6) -> list[str]:
        """Run the first action of the first finding until there is none; gives the codes on the way. Fails where none helps."""
        seen: list[str] = []
        for _ in range(most):
            workspace = self.workspace()
            found = [one for one in workspace.check().findings if one.severity in ("error", "warning")]
            if not found:
                return seen
            found.sort(key=lambda one: (not one.code.endswith("environment"), one.code != "broken-distribution"))
            seen.append(found[0].code)
            offered = [action for action in workspace.actions(found[0]) if action.task is not None]
            assert offered, f"nothing is offered for {found[0].code}: {found[0].message}"
            made = services.plan(offered[0].task, workspace, self.services)  # type: ignore[arg-type]
            outcome = self.run(made)
            assert outcome.ok, (found[0].code, offered[0].title, outcome, self.heard[-8:])
        raise AssertionError(f"not fixed: {seen}, still {self.codes()}")

    def works(self, *, left: bool = False) -> None:
        """What was asked for can be imported whole, and nothing of a repair is left, unless that is known."""
        code = (
            "import alpha, beta\n"
            f"for n in range({FILES}):\n"
            "    assert open(alpha.__path__[0] + '/part%d.py' % n).read().strip() == 'version = %r' % alpha.__version__\n"
            "    assert open(beta.__path__[0] + '/part%d.py' % n).read().strip() == 'version = %r' % beta.__version__\n"
        )
        program = self.prefix / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
        ran = subprocess.run([str(program), "-I", "-c", code], capture_output=True, text=True, check=False)
        assert ran.returncode == 0, ran.stderr
        leavings = [path.name for path in self.root.iterdir() if path.name.startswith(".venvls")]
        leavings += [path.name for path in self.prefix.glob("lib/*/site-packages/~*")]
        assert left or not leavings, leavings

    def cli(self, *words: str, **more: object) -> subprocess.Popen[bytes]:
        environ = self.environ | {"VENVLS_STATE_DIR": os.environ["VENVLS_STATE_DIR"]}
        return subprocess.Popen(
            [sys.executable, "-m", "venvls", *words], cwd=self.root, env=environ, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, **more,  # type: ignore[call-overload]
        )  # fmt: skip


def children(parent: int) -> list[int]:
    """The living processes that ``parent`` started, and theirs (Linux, else asked of ``ps``)."""
    pairs = []
    if os.path.isdir("/proc/self"):
        for name in os.listdir("/proc"):
            if name.isdigit():
                try:
                    rest = Path(f"/proc/{name}/stat").read_bytes().rpartition(b")")[2].split()
                except OSError:
                    continue
                if rest[0] not in (b"Z", b"X"):
                    pairs.append((int(name), int(rest[1])))
    else:
        said = subprocess.run(["ps", "-axo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
        pairs = [(int(line.split()[0]), int(line.split()[1])) for line in said.splitlines()]
    found = {parent}
    grown = True
    while grown:
        more = {pid for pid, above in pairs if above in found} - found
        grown = bool(more)
        found |= more
    return sorted(found - {parent})


def until(wanted: Callable[[], bool], seconds: float, what: str) -> None:
    end = time.monotonic() + seconds
    while not wanted():
        assert time.monotonic() < end, what
        time.sleep(0.01)
