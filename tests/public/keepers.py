"""How each tool brings a project in sync, and what it says of it afterwards: what it would change, and whether its lock is stale."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import uv as _uv

from tests import kept
from tests.differential_tools.stage import key, python
from tests.differential_tools.tools import environ, install, tool
from tests.public.projects import Public
from venvls.workspace import Overrides


class Verdict(NamedTuple):
    """What a tool would change, whether it calls the lock stale (``None`` where it cannot say), and all that it said.

    ``other`` is what else it complains of, in the words of :mod:`tests.public.verdicts`; ``later`` what it would change once it has
    updated a stale lock.
    """

    changes: frozenset[str]
    stale: bool | None
    said: str
    other: frozenset[str] = frozenset()
    later: frozenset[str] = frozenset()


REFUSES = "refuses"
"""Among what else a tool complains of: that it can do nothing with what the manifest says now."""


class Refused(Exception):
    """The tool could not bring the project in sync."""


class Ground(NamedTuple):
    """A project's folder, and the variables that its tool is run with."""

    project: Public
    folder: Path
    variables: Mapping[str, str]

    @property
    def overrides(self) -> Overrides:
        """What our command line is given: the extras that the tool is given."""
        extras = [name for word in self.project.words for name in re.findall(r"^\.\[(.+)\]$", word)]
        return Overrides(extras=tuple(name for names in extras for name in names.split(",")))

    @property
    def named(self) -> list[Path]:
        """The folders that we are given: the project's, and those of documentation and tests whose lists the tool is given by name."""
        sides = {self.folder / Path(word).parent for word in self.project.words if word.startswith(("docs/", "tests/"))}
        return [self.folder, *sorted(sides)]

    @property
    def interpreter(self) -> str:
        """The Python that the project needs."""
        pinned = self.folder / ".python-version"
        return self.project.python or (pinned.read_text("utf-8").split()[0] if pinned.exists() else sys.executable)

    def run(self, *argv: str | Path, check: bool = True, **more: str) -> tuple[int, str]:
        """A program's exit status and what it said."""
        variables = environ(**{**self.variables, **more})
        done = subprocess.run(
            list(map(str, argv)), cwd=self.folder, env=variables, capture_output=True, text=True, check=False, timeout=1200
        )
        if check and done.returncode:
            raise Refused(f"{' '.join(map(str, argv[:6]))}: {(done.stdout + done.stderr)[-1500:]}")
        return done.returncode, done.stdout + done.stderr

    def uv(self, *words: str, check: bool = True, **more: str) -> tuple[int, str]:
        """What uv says."""
        return self.run(_uv.find_uv_bin(), *words, check=check, **more)

    def made(self, *words: str) -> Path:
        """A new environment in ``.venv``."""
        self.uv("venv", "--quiet", "--clear", "--no-project", "--no-config", *words, "--python", self.interpreter, ".venv")
        return python(self.folder / ".venv")


class Keeper(NamedTuple):
    """One tool: bring in sync, ask (also of files that its words do not name), and where the environment is."""

    sync: Callable[[Ground], None]
    ask: Callable[[Ground, Iterable[Path]], Verdict]
    prefix: Callable[[Ground], Path]


_CHANGED = re.compile(r"^ [-+~] ([A-Za-z0-9._-]+)(?:==| @|$| \()", re.MULTILINE)


def changed(said: str) -> frozenset[str]:
    """The packages that uv says it would change."""
    return frozenset(map(key, _CHANGED.findall(said)))


def _here(ground: Ground) -> Path:
    return ground.folder / ".venv"


def _sync_uv(ground: Ground) -> None:
    """As it is locked; where the index has not all of it any more, locked again first."""
    for words in (["--locked"], [], ["--upgrade"]):
        code, said = ground.uv("sync", "--quiet", *words, "--python", ground.interpreter, check=False)
        if not code:
            return
    raise Refused(said[-1500:])


def _ask_uv(ground: Ground, files: Iterable[Path] = ()) -> Verdict:
    code, said = ground.uv("lock", "--check", "--python", ground.interpreter, check=False)
    _, dry = ground.uv("sync", "--frozen", "--dry-run", "--python", ground.interpreter, check=False)
    stale = code != 0
    _, later = ground.uv("sync", "--dry-run", "--python", ground.interpreter, check=False) if stale else (0, "")
    changes = changed(dry) - (_rebuilt(dry) if stale else frozenset())
    unmanaged = frozenset(_changes_of_unmanaged(ground))
    return Verdict(changes | unmanaged, stale, said + dry + later, frozenset(_without_environment(ground)), changed(later))


def _changes_of_unmanaged(ground: Ground) -> Iterator[str]:
    """What ``uv pip`` would change for projects below that ``uv sync`` refuses: they use the environment above."""
    for manifest in ground.folder.glob("*/**/pyproject.toml"):
        if ".venv" not in manifest.parts and re.search(r"^managed *= *false", manifest.read_text("utf-8"), re.MULTILINE):
            inner = ground._replace(folder=manifest.parent)
            yield from changed(inner.uv("pip", "install", "--dry-run", "-r", manifest.name, check=False)[1])


def _rebuilt(said: str) -> frozenset[str]:
    """What uv would install again as it is, because its files were written: part of what follows from a stale lock."""
    gone, come = (set(re.findall(rf"^ \{sign} (\S+)(?:==| @)", said, re.MULTILINE)) for sign in "-+")
    return frozenset(map(key, gone & {name for name in come if f" + {name} @ file:" in said}))


def _without_environment(ground: Ground) -> Iterator[str]:
    """The projects with a lock of their own below, where uv would make an environment."""
    for lock in ground.folder.glob("*/**/uv.lock"):
        if ".venv" not in lock.parts:
            inner = ground._replace(folder=lock.parent)
            if "Would create" in inner.uv("sync", "--frozen", "--dry-run", "--python", ground.interpreter, check=False)[1]:
                yield f"no-environment of {lock.parent.relative_to(ground.folder).as_posix()}"


def _unnamed(ground: Ground, files: Iterable[Path]) -> list[str]:
    """The requirements files that a tool's words do not name: venvls compares those of the development by itself."""
    names = {file.relative_to(ground.folder).as_posix() for file in files if file.suffix == ".txt"}
    return sorted(names - set(ground.project.words))


def _sync_pip(ground: Ground) -> None:
    ground.run(ground.made("--seed"), "-m", "pip", "install", "--quiet", *ground.project.words)


def _ask_pip(ground: Ground, files: Iterable[Path] = ()) -> Verdict:
    interpreter = python(ground.folder / ".venv")
    more = [word for file in _unnamed(ground, files) for word in ("-r", file)]
    argv = ("-m", "pip", "install", "--dry-run", "--quiet", "--report", ".report.json", *ground.project.words, *more)
    code, report = ground.run(interpreter, *argv, check=False)
    if code:
        refused = " ".join(re.findall(r"^ERROR: Cannot install (.*)", report, re.MULTILINE))
        return Verdict(frozenset(), None, report, frozenset({REFUSES}), frozenset(map(key, re.findall(r"[A-Za-z0-9._-]+", refused))))
    written = json.loads((ground.folder / ".report.json").read_text("utf-8"))
    (ground.folder / ".report.json").unlink()
    there = {key(name) for name in re.findall(r"^(\S+) ", ground.run(interpreter, "-m", "pip", "list")[1], re.MULTILINE)}
    wanted = {key(entry["metadata"]["name"]): entry["download_info"].get("dir_info") for entry in written["install"]}
    names = {name for name, of_folder in wanted.items() if of_folder is None or name not in there}
    _, checked = ground.run(interpreter, "-m", "pip", "check", check=False)
    names |= {
        key(name)
        for name in re.findall(r" requires ([A-Za-z0-9._-]+), which is not installed|but you have ([A-Za-z0-9._-]+) ", checked)
        for name in name
        if name
    }
    return Verdict(frozenset(names), None, report + checked)


_PLAIN_INDEX = '\n[[tool.poetry.source]]\nname = "plain"\nurl = "https://pypi.org/simple"\npriority = "primary"\n'


def _poetry(ground: Ground, *words: str, check: bool = True) -> tuple[int, str]:
    more = {"POETRY_VIRTUALENVS_IN_PROJECT": "true", "POETRY_KEYRING_ENABLED": "false"}
    return ground.run(tool("poetry"), "--no-interaction", "--no-ansi", *words, check=check, **more)


def _sync_poetry(ground: Ground) -> None:
    """Through the index's plain pages: its other interface is not everywhere to be had."""
    ground.made()
    manifest = ground.folder / "pyproject.toml"
    if _PLAIN_INDEX not in manifest.read_text("utf-8"):
        manifest.write_text(manifest.read_text("utf-8") + _PLAIN_INDEX, "utf-8")
    if not (ground.folder / "poetry.lock").exists():
        _poetry(ground, "lock")
    _poetry(ground, "sync")


def _ask_poetry(ground: Ground, files: Iterable[Path] = ()) -> Verdict:
    _, said = _poetry(ground, "check", "--lock", check=False)
    _, dry = _poetry(ground, "sync", "--dry-run", check=False)
    names = re.findall(r"^ *[-•] (?:Installing|Updating|Downgrading|Removing) (\S+) \((?!.*Skipped)", dry, re.MULTILINE)
    # It installs the project itself each time, whatever is there.
    itself = re.findall(r"^Installing the current project: (\S+)", dry, re.MULTILINE)
    return Verdict(frozenset(map(key, names)), "changed significantly" in said, said + dry, later=frozenset(map(key, itself)))


def _pdm(ground: Ground, *words: str, check: bool = True) -> tuple[int, str]:
    return ground.run(tool("pdm"), *words, check=check, PDM_CHECK_UPDATE="0")


def _sync_pdm(ground: Ground) -> None:
    ground.made()
    if not (ground.folder / "pdm.lock").exists():
        _pdm(ground, "lock")
    _pdm(ground, "sync", "--clean")


def _ask_pdm(ground: Ground, files: Iterable[Path] = ()) -> Verdict:
    code, said = _pdm(ground, "lock", "--check", check=False)
    _, dry = _pdm(ground, "sync", "--dry-run", check=False)
    changes = {key(name) for name, change in re.findall(r"^  - (\S+) (.*)$", dry, re.MULTILINE) if not _same(change)}
    return Verdict(frozenset(changes), code != 0, said + dry)


def _same(change: str) -> bool:
    """A local folder that is installed again as it is: "1.0 -> 1.0"."""
    before, arrow, after = change.partition(" -> ")
    return bool(arrow) and before == after


def _hatch(ground: Ground, *words: str, check: bool = True) -> tuple[int, str]:
    return ground.run(tool("hatch"), *words, check=check, HATCH_INTERACTIVE="0")


def _place_of_hatch(ground: Ground) -> Path:
    return Path(_hatch(ground, "env", "find", "default")[1].strip().splitlines()[-1])


_CHECK_OF_HATCH = """
import json, sys
import click
from hatch.cli import hatch
from hatch.cli.application import Application
from hatch.dep.core import Dependency
from hatch.dep.sync import InstalledDistributions

@hatch.command("ask-what-is-missing")
@click.pass_obj
def ask(app):
    env = app.project.get_environment("default")
    with env:
        known = InstalledDistributions(sys_path=env.virtual_env.sys_path, environment=env.virtual_env.environment)
        asked = map(str, env.dependencies)
        print(json.dumps([text for text in asked if not known.dependency_in_sync(Dependency(text))]))

hatch(["ask-what-is-missing"])
"""


def _ask_hatch(ground: Ground, files: Iterable[Path] = ()) -> Verdict:
    interpreter = tool("hatch").with_name("python.exe" if os.name == "nt" else "python")
    _, said = ground.run(interpreter, "-c", _CHECK_OF_HATCH, HATCH_INTERACTIVE="0")
    missing = json.loads(said.strip().splitlines()[-1])
    stated = frozenset(key(re.split(r"[ \[<>=!;~@]", text)[0]) for text in missing)
    broken, checked = _pip_check(ground, _place_of_hatch(ground))
    return Verdict(stated | broken, None, said + checked)


def _pip_check(ground: Ground, place: Path) -> tuple[frozenset[str], str]:
    """What installed packages require and is not there as they require it; who only compares what is stated misses that."""
    _, said = ground.uv("pip", "check", "--no-config", "--python", str(place), check=False)
    return frozenset(map(key, re.findall(r"requires `([A-Za-z0-9._-]+)", said))), said


def _pipenv(ground: Ground, *words: str, check: bool = True) -> tuple[int, str]:
    more = {"PIPENV_VENV_IN_PROJECT": "1", "PIPENV_NOSPIN": "1", "PIPENV_YES": "1", "CI": "1"}
    return ground.run(_program(ground.project), *words, check=check, **more)


def _program(project: Public) -> Path:
    """The tool in the version that the project needs."""
    if not project.release:
        return tool(project.tool)
    folder = kept.folder() / "tools" / f"{project.tool}-{project.release}"
    program = python(folder).with_name(project.tool)
    with kept.making(folder) as missing:
        if missing:
            made = [_uv.find_uv_bin(), "venv", "--quiet", "--clear", "--no-project", "--seed", str(folder)]
            subprocess.run(made, check=True, timeout=600)
            install(python(folder), f"{project.tool}=={project.release}", "setuptools<81")
    return program


def _sync_pipenv(ground: Ground) -> None:
    """The index by the name that it has now: the old one only leads there."""
    manifest = ground.folder / "Pipfile"
    manifest.write_text(manifest.read_text("utf-8").replace("//pypi.python.org/", "//pypi.org/"), "utf-8")
    ground.made("--seed")
    if not (ground.folder / "Pipfile.lock").exists():
        _pipenv(ground, "lock")
    _pipenv(ground, "sync", "--dev")


def _ask_pipenv(ground: Ground, files: Iterable[Path] = ()) -> Verdict:
    code, said = _pipenv(ground, "verify", check=False)
    _, wanted = _pipenv(ground, "requirements", "--dev")
    lines = [line for line in wanted.splitlines() if line and not line.startswith(("-i ", "Loading", "--extra", "#", "Courtesy"))]
    (ground.folder / ".asked").write_text("\n".join(line for line in lines if not line.startswith("-e ")) + "\n", "utf-8")
    _, dry = ground.uv("pip", "install", "--dry-run", "--no-deps", "--no-config", "--python", ".venv", "-r", ".asked", check=False)
    (ground.folder / ".asked").unlink()
    return Verdict(changed(dry), code != 0, said + dry)


def _pip_sync(ground: Ground, *words: str) -> tuple[int, str]:
    interpreter = str(python(ground.folder / ".venv"))
    return ground.run(tool("pip-tools"), "--python-executable", interpreter, *words, *ground.project.words, check="--dry-run" not in words)


def _sync_pip_tools(ground: Ground) -> None:
    ground.made("--seed")
    _pip_sync(ground)


def _ask_pip_tools(ground: Ground, files: Iterable[Path] = ()) -> Verdict:
    _, said = _pip_sync(ground, "--dry-run", *_unnamed(ground, files))
    return Verdict(frozenset(map(key, re.findall(r"^  ([A-Za-z0-9._-]+)(?:==.*)?$", said, re.MULTILINE))), None, said)


def _sync_tox(ground: Ground) -> None:
    ground.run(tool("tox"), "run", "-e", *ground.project.words, "--notest")


def _ask_tox(ground: Ground, files: Iterable[Path] = ()) -> Verdict:
    """tox looks at its own record alone: ``uv pip install`` says what it would install."""
    name = ground.project.words[0]
    _, config = ground.run(tool("tox"), "config", "-e", name, "-k", "deps", "dependency_groups", check=False)
    asked = ground.folder / ".asked"
    values = {match[1]: match[2].split("\n") for match in re.finditer(r"^(\w+) *=((?:\n? +\S.*)+)", config, re.MULTILINE)}
    asked.write_text("".join(f"{line.strip()}\n" for line in values.get("deps", ())), "utf-8")
    groups = [word for line in values.get("dependency_groups", ()) if line.strip() for word in ("--group", line.strip())]
    place = str(_place_of_tox(ground))
    _, dry = ground.uv("pip", "install", "--dry-run", "--no-config", "--python", place, "-r", ".asked", *groups, check=False)
    asked.unlink()
    broken, said = _pip_check(ground, Path(place))
    return Verdict(changed(dry) | broken, None, config + dry + said)


def _place_of_tox(ground: Ground) -> Path:
    return ground.folder / ".tox" / ground.project.words[0]


KEEPERS: dict[str, Keeper] = {
    "uv": Keeper(_sync_uv, _ask_uv, _here),
    "pip": Keeper(_sync_pip, _ask_pip, _here),
    "poetry": Keeper(_sync_poetry, _ask_poetry, _here),
    "pdm": Keeper(_sync_pdm, _ask_pdm, _here),
    "hatch": Keeper(lambda ground: void(_hatch(ground, "env", "create")), _ask_hatch, _place_of_hatch),
    "pipenv": Keeper(_sync_pipenv, _ask_pipenv, _here),
    "pip-tools": Keeper(_sync_pip_tools, _ask_pip_tools, _here),
    "tox": Keeper(_sync_tox, _ask_tox, _place_of_tox),
}


def void(value: object) -> None:
    """Nothing, whatever was given."""
