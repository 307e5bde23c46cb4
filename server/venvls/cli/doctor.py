"""Says in a few lines what is right about a project, what is wrong, and the command that fixes it. Starts nothing of the workspace."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator

from venvls import payload
from venvls.cli import opening, running, several, suggest, volume
from venvls.cli.refused import refusals
from venvls.model.environment import ASIDE
from venvls.model.hints import TYPE_CHECKING, Literal
from venvls.model.record import NamedTuple
from venvls.model.visible import one_line

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from venvls.model.environment import Environment
    from venvls.model.facts import Facts
    from venvls.model.finding import Finding, Project
    from venvls.services import Services


class Line(NamedTuple):
    """One thing looked at: whether it is right, a sentence, and the command that fixes it: words for ``venvls``, or a whole line."""

    about: str
    state: Literal["good", "note", "wrong"]
    says: str
    mend: str | None = None


_MARKS = {"good": "ok  ", "note": "note", "wrong": "FAIL"}
_ENVIRONMENT = frozenset({"no-environment", "broken-environment", "incomplete-environment", "moved-environment"})
_APART = _ENVIRONMENT | {"python-mismatch", "unignored-environment", "stale-lock", "selected-environment", "broken-distribution"}


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``doctor``."""
    running.add_project(parser)
    several.add_all(parser)
    opening.add_groups(parser)
    parser.add_argument("--agents", action="store_true", help="print a block for AGENTS.md, which tells coding agents how to use it")
    opening.add_format(parser)


def run(options: argparse.Namespace, services: Callable[[], Services]) -> int:
    """0 where nothing is wrong, 1 otherwise."""
    if options.all:
        joined = services()
        return several.each(options, several.below(options.project, joined), lambda own: run(own, lambda: joined), joined)
    here = running.opened(options, services)
    if options.agents:
        from venvls.cli import for_agents

        text = for_agents.block(here)
        sys.stdout.write(json.dumps({"schema": payload.SCHEMA, "block": text}, indent=2) + "\n" if options.format == "json" else text)
        return 0
    refusal = refusals(here.workspace, here.services)
    lines = tuple(_mendable(line, here.project.root, refusal) for line in _lines(here))
    if options.format == "json":
        objects = [{"about": line.about, "state": line.state, "says": line.says, "fix": line.mend} for line in lines]
        print(json.dumps({"schema": payload.SCHEMA, "project": here.project.root, "lines": objects}, indent=2))
    else:
        shown = (_shown(line) for line in lines if line.state != "good" or not volume.quiet())
        sys.stdout.write(f"{one_line(here.project.root)}\n" + "".join(shown))
    return 1 if any(line.state == "wrong" for line in lines) else 0


def _mendable(line: Line, root: str, refusal: Callable[[str, str | None], str | None]) -> Line:
    """The line with its command as it is typed here; where that cannot run, with what to do first instead."""
    if line.mend is None:
        return line
    if (why := refusal(line.mend.removeprefix("venvls "), root)) is not None:
        return line._replace(says=f"{line.says}. {why}", mend=None)
    return line._replace(mend=_whole(line.mend, root))


def _whole(mend: str, root: str) -> str:
    """The command as it can be pasted here, where this is another folder than the project's too."""
    return suggest.command(mend.removeprefix("venvls "), root) if mend.startswith("venvls ") else mend


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _shown(line: Line) -> str:
    from venvls.cli.terminal import terminal

    paint: Literal["good", "warning", "error"] = "good" if line.state == "good" else "warning" if line.state == "note" else "error"
    mark = terminal().paint(_MARKS[line.state], paint)
    return f"  {mark} {line.about + ':':<13} {one_line(line.says)}" + (f"  → {one_line(line.mend)}" if line.mend else "") + "\n"


def _lines(here: running.Opened) -> Iterator[Line]:
    root = here.project.root
    facts = here.workspace.facts(root)
    environment = facts.environment
    findings = [finding for finding in here.workspace.check((root,)).findings if finding.project == root]
    yield _python(facts, environment, findings)
    yield _environment(environment, here.project, findings)
    yield from _health(facts, environment, findings)
    yield _sync(environment, findings)
    yield _lock(facts, environment, findings)
    yield _git(facts, environment, findings)
    yield _tools(here)
    yield _trust(here)
    yield _shell(environment, root)
    yield from _kernels(root)


def _of(findings: Iterable[Finding], *codes: str) -> list[Finding]:
    return [finding for finding in findings if finding.code in codes]


def _python(facts: Facts, environment: Environment | None, findings: list[Finding]) -> Line:
    asked = ", ".join(f"{specifier} ({os.path.basename(source)})" for specifier, source in facts.project.python)
    wrong = _of(findings, "python-mismatch")
    if wrong:
        return Line("Python", "wrong", wrong[0].message, "venvls recreate")
    if environment is None:
        return Line("Python", "note", f"none yet; {f'{asked} is required' if asked else 'any version is allowed'}")
    version = environment.python.removeprefix("Python").strip() if environment.version else "unknown"
    return Line("Python", "good", version + (f", {asked} is required" if asked else ""))


def _environment(environment: Environment | None, project: Project, findings: list[Finding]) -> Line:
    if environment is None and project.is_script:
        return Line("environment", "note", f"none yet: {project.reason} and makes it when the script runs", "venvls sync")
    if environment is None:
        mild = next((finding for finding in _of(findings, "no-environment") if finding.severity not in ("error", "warning")), None)
        return Line("environment", "note" if mild else "wrong", mild.message if mild else f"none: {project.reason}", "venvls create")
    return Line("environment", "good", f"{environment.prefix} ({environment.creator or environment.kind}), because {project.reason}")


def _health(facts: Facts, environment: Environment | None, findings: list[Finding]) -> Iterator[Line]:
    if environment is None:
        return
    if environment.health != "ok":
        yield Line("health", "wrong", environment.problem or environment.health, "venvls recreate")
        return
    damaged = {str(finding.data.get("name")) for finding in _of(findings, "broken-distribution")}
    if facts.installed is not None:
        own = os.path.join(environment.prefix, "")
        for key, records in facts.installed.distributions.items():
            if len(records) == 1 and records[0].path.startswith(own) and facts.installed.missing_files(records[0]):
                damaged.add(key)
    if damaged:
        yield Line("health", "wrong", f"damaged packages: {', '.join(sorted(damaged))}", "venvls repair")
        return
    if left := _left_aside(environment.prefix):
        yield Line("health", "note", f"an interrupted task left the old environment at {left[0]}", "venvls sync")
        return
    has_pip = facts.installed is not None and "pip" in facts.installed.distributions
    count = len(facts.installed.distributions) if facts.installed is not None else 0
    yield Line(
        "health",
        "good",
        f"complete, {_count(count, 'package')}" + ("" if has_pip else ", without pip (uv or the base Python's pip installs)"),
    )


def _left_aside(prefix: str) -> list[str]:
    parent, name = os.path.split(prefix)
    try:
        return [os.path.join(parent, entry) for entry in os.listdir(parent) if entry.startswith(ASIDE) and entry.endswith(f"-{name}")]
    except OSError:
        return []


def _sync(environment: Environment | None, findings: list[Finding]) -> Line:
    counted = [finding for finding in findings if finding.severity in ("error", "warning") and finding.code not in _APART]
    if environment is None or environment.health == "broken":
        return Line("in sync", "note", "not compared: there is no working environment")
    unknown = _of(findings, "unknown-dependencies")
    if not counted and unknown:
        return Line("in sync", "note", f"nothing that is known is missing. {unknown[0].message}")
    apart = [finding for finding in findings if finding.data.get("left-out") or finding.code == "outdated-install"]
    if not counted and apart:
        return Line("in sync", "note", "; ".join(finding.message for finding in apart))
    if not counted and _of(findings, "stale-lock"):
        return Line("in sync", "note", "what the manifest requires is installed; with a stale lock, no more can be compared")
    if not counted:
        return Line("in sync", "good", "everything the project requires is installed")
    texts = any(finding.severity == "error" for finding in counted)
    mend = "venvls check" if texts else "venvls sync"
    return Line(
        "in sync", "wrong", f"{_count(len(counted), 'finding')}{', the first' if len(counted) > 1 else ''}: {counted[0].message}", mend
    )


def _lock(facts: Facts, environment: Environment | None, findings: list[Finding]) -> Line:
    stale = _of(findings, "stale-lock")
    if stale:
        return Line("lock", "wrong", stale[0].message, "venvls compile")
    if not facts.project.locks:
        return _without_lock(facts, environment)
    return Line("lock", "good", f"{', '.join(os.path.basename(lock) for lock in facts.project.locks)} matches its manifest")


def _without_lock(facts: Facts, environment: Environment | None) -> Line:
    """What is said where no lock is, and how to get one: by the tool that keeps the project, from its sources, or as a list of pins."""
    from venvls import freezing, tools

    if freezing.are_pinned(facts):
        return Line("lock", "good", "none is needed: every package in the environment is required in one version")
    keeper = next((tool for tool in tools.TOOLS if "compile" in tool.does and tool.owns(facts) is not None), None)
    mend = None
    if keeper is not None:
        # conda itself has none, and conda-lock only updates the one that is there.
        mend = "venvls compile" if keeper.name != "conda" else None
    elif any(path.endswith(".in") for path in facts.project.manifests):
        mend = "venvls compile"
    elif environment is not None and environment.health == "ok":
        mend = f"venvls freeze --pin -o {suggest.below(os.path.join(facts.project.root, 'requirements.txt'))}"
    return Line("lock", "note", "none: every installation chooses its versions again", mend)


def _git(facts: Facts, environment: Environment | None, findings: list[Finding]) -> Line:
    if environment is None or facts.git is None:
        return Line("git", "good", "nothing to ignore" if environment is None else "not inside a repository")
    wrong = _of(findings, "unignored-environment")
    if facts.git.tracked:
        return Line(
            "git",
            "wrong",
            f"{_count(facts.git.tracked, 'file')} of the environment tracked by git",
            f"git rm -r --cached {suggest.below(environment.prefix)}",
        )
    if wrong or not facts.git.ignored:
        ignore = suggest.below(os.path.join(os.path.dirname(environment.prefix), ".gitignore"))
        line = f"/{environment.name}/" if os.name == "nt" else f"'/{environment.name}/'"
        return Line("git", "note", f"{environment.name} is not ignored", f"echo {line} >> {ignore}")
    return Line("git", "good", f"{environment.name} is ignored")


def _tools(here: running.Opened) -> Line:
    """The tools with their versions. They are outside the workspace, so that starting them runs nothing of it."""
    from venvls import tools
    from venvls.cli.tool_versions import versions
    from venvls.programs import Programs

    chosen = here.workspace.settings_for(here.project.root)
    outside = here.workspace.roots
    programs = Programs(tools.PROGRAMS, lambda name: chosen.programs.get(name) or here.services.machine.which(name, outside=outside))
    environ = here.services.variables(outside)
    found = versions(programs, here.services.scratch(), here.services.recorded, environ)
    known = [f"{name} {version}" for name, version in found.items()]
    keeper = here.workspace.described(here.project)
    installer, _ = tools.tool_for(here.workspace.facts(here.project.root), chosen.sync_tool, programs)
    used = (
        f"{keeper.tool} manages this project ({keeper.tool_reason})"
        if keeper.tool not in ("pip", "uv") or here.project.locks
        else f"{installer.name} installs what this project requires"
    )
    says = f"{', '.join(known) or 'none but pip'}; {used}"
    # Conda has several programs for the same, and what is not listed is none of a tool that manages projects.
    if keeper.tool in tools.PROGRAMS and keeper.tool != "conda" and keeper.tool not in programs and used.startswith(keeper.tool):
        return Line("tools", "note", f"{says}, but was not found on this machine")
    return Line("tools", "good", says)


def _trust(here: running.Opened) -> Line:
    answer = here.services.memory.trusted(here.project.root)
    what = {
        True: "you trust this folder",
        False: "you do not trust this folder: editors start no program for it",
        None: "no editor has asked yet",
    }
    return Line("trust", "good", what[answer])


def _shell(environment: Environment | None, root: str) -> Line:
    """Which python and pip this shell would start, and whether they are the project's."""
    import shutil

    active = os.environ.get("VIRTUAL_ENV") or os.environ.get("CONDA_PREFIX")
    python, pip = (shutil.which("python") or shutil.which("python3"), shutil.which("pip"))
    summary = f"python is {python or 'not found'}, pip is {pip or 'not found'}"
    if environment is None or environment.interpreter is None:
        return Line("shell", "note", summary)
    folder = os.path.dirname(environment.interpreter)
    if python is not None and os.path.dirname(python) == folder:
        foreign = pip is not None and os.path.dirname(pip) != folder
        return Line(
            "shell",
            "note" if foreign else "good",
            f"the project's environment is active; {summary}",
            "venvls repair --pip" if foreign else None,
        )
    other = f"another environment is active ({active}); " if active and os.path.realpath(active) != environment.real else "not activated; "
    here = "venvls activate --shell pwsh | Out-String | iex" if os.name == "nt" else f'eval "$({suggest.command("activate", root)})"'
    return Line("shell", "note", other + summary, here)


def _kernels(root: str) -> Iterator[Line]:
    """The Jupyter kernels that start an environment of this project which is gone; nothing where there is none."""
    from venvls.cli.kernel import kernels

    for kernel in kernels():
        if kernel.stale and kernel.interpreter and kernel.interpreter.startswith(root.rstrip("/\\") + os.sep):
            mend = f"venvls kernel --add --install --name {kernel.name}"
            yield Line("kernel", "wrong", f"the Jupyter kernel `{kernel.name}` is stale: {kernel.stale}", mend)
