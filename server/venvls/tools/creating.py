"""Creating an environment: what every tool that can do it needs to settle first."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from venvls.tools import places

if TYPE_CHECKING:
    from venvls.model.action import Task
    from venvls.model.rule import BasePython, Bench

_NAME = re.compile(r"[\w.][\w. +-]*", re.UNICODE)


@dataclass(frozen=True, slots=True)
class New:
    """A new environment, settled: its folder, the base Python (``None``: the tool fetches one for ``spec``), and the choices.

    ``aside`` are folders that give way to it. ``refusal`` says why there can be none.
    """

    prefix: str = ""
    python: BasePython | None = None
    spec: str | None = None
    prompt: str | None = None
    system_site_packages: bool = False
    copies: bool = False
    upgrade_deps: bool = False
    without_pip: bool = False
    aside: tuple[str, ...] = ()
    surprises: tuple[str, ...] = ()
    refusal: str | None = None


def settle(task: Task, bench: Bench, *, fetches: bool = False) -> New:
    """What a ``create`` or ``recreate`` task means here. ``fetches`` says that the tool can download a Python that is not there."""
    prefix, problem = _folder(task, bench)
    if problem is not None:
        return New(refusal=problem)
    aside, problem = _give_way(task, prefix, bench)
    if problem is not None:
        return New(refusal=problem)
    spec = _text(task, "python")
    python = _like(task, bench) if spec is None else None
    python = python or places.choose(spec, bench)
    surprises = [f"Everything in {prefix} is deleted once the new environment stands."] if aside else []
    if python is None:
        asked = spec or ",".join(specifier for specifier, _ in bench.facts.project.python)
        if not fetches or not asked or bench.facts.files.path.isabs(asked):
            return New(refusal=_no_python(asked, bench))
        surprises.append(f"No Python that fits “{asked}” is on this machine: uv downloads one.")
        spec = asked
    prompt = _text(task, "prompt")
    if prompt is not None and not prompt.isprintable():
        return New(refusal="The prompt may hold no line breaks or control characters.")
    return New(
        prefix,
        python,
        spec,
        prompt,
        bool(task.options.get("system-site-packages")),
        bool(task.options.get("copies")),
        bool(task.options.get("upgrade-deps")),
        bool(task.options.get("without-pip")),
        aside,
        tuple(surprises),
    )


def _like(task: Task, bench: Bench) -> BasePython | None:
    """The Python of the version the environment had, where it is still there and the project's files admit it."""
    like = _text(task, "like")
    python = places.choose(like, bench) if like is not None else None
    return python if python is not None and places.admits(bench, python) else None


def _folder(task: Task, bench: Bench) -> tuple[str, str | None]:
    path = bench.facts.files.path
    root = task.project or bench.facts.project.root
    if task.environment is not None:
        return (task.environment, None) if path.isabs(task.environment) else ("", f"“{task.environment}” is not an absolute path.")
    name = _text(task, "name") or ".venv"
    parts = name.replace(path.sep, "/").split("/")
    inner = parts[1:] if path.isabs(name) else parts
    if not all(_NAME.fullmatch(part) and part not in (".", "..") for part in inner):
        return "", f"“{name}” cannot be the name of an environment: use letters, digits, “.”, “-” and “_”."
    return str(path.normpath(path.join(root, name))), None


def _give_way(task: Task, prefix: str, bench: Bench) -> tuple[tuple[str, ...], str | None]:
    """What is moved aside for the new environment, or why it cannot stand there."""
    files = bench.facts.files
    if files.lstat(prefix) is None:
        return (), None
    name = files.path.basename(prefix)
    entries = files.list(prefix)
    stat = files.lstat(prefix)
    if stat is not None and stat.kind == "directory" and entries == ():
        return (), None
    if task.task != "recreate" and not task.options.get("clear"):
        return (), f"{name} already exists in {files.path.dirname(prefix)}: recreate it, or choose another name."
    problem = deletable(prefix, bench)
    return ((), problem) if problem else ((prefix,), None)


def deletable(prefix: str, bench: Bench) -> str | None:
    """Why an environment may not be deleted, as a sentence; ``None`` where it may (T17). The runner looks again before it acts."""
    facts = bench.facts
    path = facts.files.path
    stat = facts.files.lstat(prefix)
    if stat is None:
        return f"{prefix} does not exist."
    if stat.kind != "directory":
        return f"{prefix} is a link or a file that leads to an environment elsewhere: remove it by hand."
    roots = [root for root in (*facts.roots, facts.project.root) if places.within(prefix, root, facts)]
    if not roots or any(places.within(root, prefix, facts) for root in (*facts.roots, facts.project.root)):
        return f"{prefix} does not lie inside the workspace: remove it with the tool that made it."
    if not places.within(facts.files.real(prefix), roots[0], facts):
        return f"{prefix} is reached through a link that leads out of the workspace: remove it by hand."
    if not any(facts.files.lstat(path.join(prefix, *mark)) for mark in _MARKS):
        return f"{prefix} does not look like an environment: it has neither pyvenv.cfg nor activation scripts."
    if facts.git is not None and facts.git.tracked and facts.environment is not None and facts.environment.prefix == prefix:
        return f"Files of {path.basename(prefix)} are tracked by git: take them out of the repository first (git rm -r --cached)."
    return None


_MARKS = (("pyvenv.cfg",), ("conda-meta",), ("bin", "activate"), ("Scripts", "activate.bat"), ("bin", "python"), ("Scripts", "python.exe"))


def _no_python(asked: str | None, bench: Bench) -> str:
    found = list(dict.fromkeys(python.version for python in places.pythons(bench)))
    if not found:
        return "No Python was found on this machine to create an environment with: install one, or set “server.python”."
    return f"No Python that fits “{asked}” was found on this machine (found: {', '.join(found[:8])}): install one, or choose another."


def _text(task: Task, option: str) -> str | None:
    value = task.options.get(option)
    return value if isinstance(value, str) and value else None
