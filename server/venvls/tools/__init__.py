"""Task → Plan. One file a tool; this list is the order in which they are tried. Nothing here starts a program.

A new tool: one file with a ``TOOL``, one line in :data:`TOOLS`, one table of tasks and argv in ``tests/tools``. A tool that keeps projects
(a lock of its own) says so in ``owns`` and comes before the general ones.
"""

from __future__ import annotations

from collections.abc import Mapping

from venvls.model.action import Plan
from venvls.model.environment import Environment
from venvls.model.hints import TYPE_CHECKING
from venvls.model.names import canonical
from venvls.model.record import replace
from venvls.tools import (
    conda,
    creating,
    deleting,
    hatch,
    locked,
    pdm,
    pip,
    pip_tools,
    pipenv,
    pixi,
    poetry,
    pylock,
    removing,
    renewing,
    tox,
    uv,
    uv_project,
    venv,
    virtualenv,
)  # fmt: skip
from venvls.tools.places import choose, interpreter_of, program

if TYPE_CHECKING:
    from venvls.model.action import Task
    from venvls.model.facts import Facts
    from venvls.model.rule import PlanContext, Tool

TOOLS: tuple[Tool, ...] = (
    tox.TOOL,
    uv_project.TOOL,
    poetry.TOOL,
    pipenv.TOOL,
    pdm.TOOL,
    pixi.TOOL,
    conda.TOOL,
    pylock.TOOL,
    pip_tools.TOOL,
    hatch.TOOL,
    uv.TOOL,
    pip.TOOL,
    venv.TOOL,
    virtualenv.TOOL,
)
PROGRAMS = (
    "uv",
    "virtualenv",
    "poetry",
    "pipenv",
    "pdm",
    "hatch",
    "pip-compile",
    "pip-sync",
    "conda",
    "mamba",
    "micromamba",
    "conda-lock",
    "pixi",
    "tox",
)
"""Programs the tools may start, other than Pythons: looked for on PATH, outside the workspace."""

_BY_NAME = {tool.name: tool for tool in TOOLS}
_SYNCS_ONLY = (uv_project.TOOL, poetry.TOOL, pipenv.TOOL, pdm.TOOL, pixi.TOOL, pylock.TOOL, hatch.TOOL)
"""Those for which installing something is a sync with their list."""
_NOTHING_TO_RUN = frozenset({"select", "activate", "ignore", "add"})
_ARCHIVES = (".whl", ".zip", ".tgz", ".tbz", ".txz", ".tlz", ".tar", ".tar.gz", ".tar.bz2", ".tar.xz", ".tar.lz", ".tar.lzma", ".tar.zst")
"""What uv asks the path of an address to end in; pip looks at what comes."""
_LOCKS = {"uv.lock": "uv", "poetry.lock": "Poetry", "pdm.lock": "PDM", "Pipfile.lock": "Pipenv"}


def tool_for(facts: Facts, prefer: str = "auto", programs: Mapping[str, str] | None = None) -> tuple[Tool, str]:
    """The tool that brings this project in sync, and why, as a sentence without its end.

    A tool that keeps the project comes first; else ``prefer`` (the setting ``sync.tool``); else uv where it is found and knows the
    environment's Python (3.6 or newer), else pip. ``programs`` are the programs found, as in :class:`PlanContext`.
    """
    for tool in TOOLS:
        if (reason := tool.owns(facts)) is not None and not _is_needless(tool, facts, programs):
            return tool, reason
    return _for_any(facts, prefer, programs)


def _is_needless(tool: Tool, facts: Facts, programs: Mapping[str, str] | None) -> bool:
    """Whether any installer does as well, where the tool that may keep the project is not on this machine."""
    return tool is poetry.TOOL and programs is not None and "poetry" not in programs and poetry.by_backend_alone(facts)


def _for_any(facts: Facts, prefer: str, programs: Mapping[str, str] | None) -> tuple[Tool, str]:
    """What installs into any environment, whoever keeps the project."""
    if prefer in ("pip", "uv"):
        return _BY_NAME[prefer], f"the setting `sync.tool` says {prefer}"
    if programs is None or "uv" not in programs:
        return pip.TOOL, "uv was not found"
    minor = facts.environment.minor if facts.environment is not None else None
    if minor is not None and _older(minor, (3, 6)):
        return pip.TOOL, f"uv does not know Python {minor}"
    if (strange := _unknown_to_uv(facts)) is not None:
        return pip.TOOL, f"uv accepts only addresses that end like an archive's name, and {strange} does not"
    return uv.TOOL, f"uv was found at {programs['uv']}"


def _unknown_to_uv(facts: Facts) -> str | None:
    """An address among the requirements that uv refuses and pip takes: one without an archive's ending (GitHub's ``…/zipball/main``)."""
    from venvls.model.redact import redact
    from venvls.tools.wanted import is_requirements_file

    for path, manifest in facts.manifests.items():
        if (facts.counted is None or path in facts.counted) and is_requirements_file(manifest):
            for requirement in manifest.requirements:
                url = requirement.parsed.url
                if url is not None and url.startswith(("https://", "http://")) and not _ends_like_an_archive(url):
                    return redact(url)
    return None


def _ends_like_an_archive(url: str) -> bool:
    return url.partition("#")[0].partition("?")[0].endswith(_ARCHIVES) or "$" in url


def plan(task: Task, context: PlanContext) -> Plan:
    """The exact steps for a task, or why there are none (``refusal``). Starts nothing, and says no secret (T20)."""
    from venvls.model.redact import redact

    made = deleting.checked(_plan(task, context), context)
    steps = tuple(step if "//" not in step.label else replace(step, label=redact(step.label)) for step in made.steps)
    return made if steps == made.steps else replace(made, steps=steps)


def _plan(task: Task, context: PlanContext) -> Plan:
    if task.task == "add" and task.requirements and (keeper := _keeper(task, context)) is not None:
        return keeper.plan(task, context)
    if task.task in _NOTHING_TO_RUN:
        return Plan(task, "venvls", environment=task.environment)
    if task.task == "remove":
        return _remove(task, context)
    if task.task == "delete":
        return deleting.plan(task, context)
    if tox.TOOL.owns(context.facts) is not None or tox.syncs(task, context.facts):
        # Whatever is done to an environment of tox's, nobody else may do it.
        return tox.TOOL.plan(task, context)
    if task.environment is not None and task.task not in ("create", "recreate"):
        environment = context.facts.environment
        if environment is None or task.environment not in (environment.prefix, environment.real):
            return Plan(task, "venvls", refusal=f"{task.environment} is not the environment of this project: select it first.")
    if (task.task == "create" and task.options.get("upgrade")) or (task.task == "upgrade" and task.options.get("base")):
        return renewing.in_place(task, context)
    if task.task == "repair" and task.options.get("pip"):
        return renewing.pip_again(task, context)
    if task.task in ("create", "recreate"):
        # Those two make an environment and fill it in one go, with Pythons of their own.
        keeper = _keeper(task, context) if not task.options.get("tool") else None
        return keeper.plan(task, context) if keeper in (conda.TOOL, pixi.TOOL) and keeper is not None else _create(task, context)
    if task.task == "compile":
        keeper = None if task.files else hatch.TOOL if hatch.keeps_lock(context.facts) else _keeper(task, context)
        by_uv = program("uv", context) is not None and context.prefer != "pip"
        compiled = pip_tools.compiling(task, context) if keeper is None and not by_uv else None
        return compiled or (keeper or uv.TOOL).plan(task, context)
    if task.task == "install" and task.requirements and not task.files:
        return _install(task, context)
    return _installer(task, context).plan(task, context) if task.task != "sync" else _sync(task, context)


def _install(task: Task, context: PlanContext) -> Plan:
    """By the project's tool, in the version of its lock; what the project does not list no sync brings, so any installer does it."""
    from venvls.model.redact import redact

    tool = _installer(task, context)
    if tool not in _SYNCS_ONLY or not (strange := locked.unlisted(task, context.facts)):
        return tool.plan(task, context)
    made = locked.in_their_versions(task, context, _for_any(context.facts, context.prefer, context.programs)[0])
    if made.refusal is not None:
        return made
    names = ", ".join(map(redact, strange))
    lock, asked = context.facts.locked, set(map(canonical, locked.names(task)))
    apart = lock is not None and any(
        requirement.parsed.key in asked
        for manifest in context.facts.manifests.values()
        if lock.covers and manifest.path not in lock.covers
        for requirement in manifest.requirements
    )
    lister = context.facts.files.path.basename(lock.path) if lock is not None and apart else "The project"
    note = f"{lister} does not list {names}: an exact sync removes it again. `venvls add` also writes it into the manifest."
    return replace(made, surprises=(*made.surprises, note))


def shown(plan: Plan) -> tuple[str, ...]:
    """The command lines of a plan for a person's eyes: quoted for reading, credentials taken out (T20). Never to be run."""
    import shlex

    from venvls.model.redact import redact

    return tuple(redact(shlex.join(step.argv)) for step in plan.steps)


def _keeper(task: Task, context: PlanContext) -> Tool | None:
    """The tool that keeps the project, where it does such tasks."""
    facts, programs = context.facts, context.programs
    keepers = (tool for tool in TOOLS if task.task in tool.does and tool.owns(facts) is not None)
    return next((tool for tool in keepers if not _is_needless(tool, facts, programs)), None)


def _installer(task: Task, context: PlanContext) -> Tool:
    asked = task.options.get("tool")
    prefer = asked if asked in ("pip", "uv") else context.prefer
    executable = program("uv", context)
    programs = {name: path for name, path in (("uv", executable), ("poetry", program("poetry", context))) if path}
    if task.task == "upgrade" and task.options.get("tooling"):
        # pip and its like are in no lock: the tool that keeps the project would not touch them.
        return _for_any(context.facts, str(prefer), programs)[0]
    tool, _ = tool_for(context.facts, str(prefer), programs)
    # Poetry, PDM, Pipenv, pixi and conda write no list of what is installed: they would install instead.
    return tool if task.task != "freeze" or "freeze" in tool.does else _for_any(context.facts, str(prefer), programs)[0]


def _sync(task: Task, context: PlanContext) -> Plan:
    tool = _installer(task, context)
    exactly = pip_tools.syncing_exactly(task, context) if tool is pip.TOOL and task.options.get("exact") else None
    made = exactly or tool.plan(task, context)
    files = context.facts.files
    if made.refusal is not None:
        return made
    standing = [name for name in _LOCKS if files.stat(files.path.join(context.facts.project.root, name)) is not None]
    own = next((name for name in standing if _LOCKS[name].lower() == made.tool.lower()), None)
    for name in standing:
        if name != own:
            instead = f"uses {own}" if own else "installs the manifest's requirements"
            return replace(made, fallback=f"{name} of {_LOCKS[name]} is not used: {tool.name} {instead}.")
    return made


def _remove(task: Task, context: PlanContext) -> Plan:
    """By the tool that keeps the project, manifest and environment in one go; else what is to be uninstalled."""
    add = replace(task, task="add", options={**task.options, "undo": True})
    if task.requirements and not task.options.get("uninstall") and (keeper := _keeper(add, context)) is not None:
        return keeper.plan(add, context)
    if tox.TOOL.owns(context.facts) is not None:
        return Plan(task, "tox", environment=task.environment)  # tox makes its environment follow the file when it runs
    return removing.plan(task, context, prefer_uv=_for_any(context.facts, context.prefer, context.programs)[0] is uv.TOOL)


def _create(task: Task, context: PlanContext) -> Plan:
    """Make the environment, then, unless ``no-sync`` is given, install what the project requires: one plan."""
    if (shared := creating.in_use_above(task, context.facts)) is not None:
        return Plan(task, "venvls", refusal=shared)
    creator = _creator(task, context)
    made = creator.plan(task, context)
    if creator is uv.TOOL and made.refusal is None and _wants_pip(task, context):
        made = replace(uv.TOOL.plan(replace(task, options={**task.options, "seed": True}), context), task=task)
    if made.refusal is not None or task.options.get("no-sync") or made.environment is None:
        return made
    facts = context.facts
    base = choose(_python(task), context)
    new = Environment(
        prefix=made.environment,
        real=made.environment,
        interpreter=interpreter_of(made.environment, facts),
        version=base.version if base else None,
        # Only uv, and whoever is told so, leaves pip out; who installs afterwards wants to know.
        kind="uv" if creator is uv.TOOL or task.options.get("without-pip") else "venv",
        name=facts.files.path.basename(made.environment),
        layout="windows" if facts.files.path.sep == "\\" else "posix",
        project=facts.project.root,
    )
    new = context.as_named(new)
    later = context._replace(facts=replace(facts, environment=new, installed=None, git=None))
    follow = _sync(replace(task, task="sync", environment=None, options=_without_tool(task)), later)
    if follow.refusal is not None and task.task == "recreate":
        # The old environment would be gone, and the new one empty.
        return Plan(task, made.tool, refusal=f"{follow.refusal} The environment is not changed.")
    if follow.refusal is not None:
        return replace(made, surprises=(*made.surprises, f"Nothing is installed afterwards: {follow.refusal}"))
    if (whole := uv_project.in_one_step(made, follow)) is not None:
        return whole
    return replace(
        made,
        tool=made.tool if made.tool == follow.tool or not follow.steps else f"{made.tool} and {follow.tool}",
        steps=(*made.steps, *follow.steps),
        surprises=(*made.surprises, *follow.surprises),
        fallback=follow.fallback,
    )


def _wants_pip(task: Task, context: PlanContext) -> bool:
    """Whether pip belongs into the environment that uv makes: a person who follows a guide runs it next. Not where another tool keeps the
    project, and not where it is recreated and had none."""
    facts = context.facts
    if task.options.get("without-pip") or tool_for(facts, programs=context.programs)[0] not in (
        pip.TOOL,
        uv.TOOL,
        pip_tools.TOOL,
        pylock.TOOL,
    ):
        return False
    had = facts.installed.distributions if facts.installed is not None else None
    return task.task != "recreate" or had is None or "pip" in had


def _creator(task: Task, context: PlanContext) -> Tool:
    asked = task.options.get("tool")
    if asked in ("venv", "virtualenv", "uv", "hatch"):
        return _BY_NAME[str(asked)]
    if (former := _former(task, context)) is not None:
        return former
    if hatch.makes_workspace(task, context):
        return hatch.TOOL
    # uv always links to its interpreter on POSIX.
    if (task.options.get("copies") or task.options.get("symlinks")) and asked != "uv":
        return venv.TOOL
    if context.prefer != "pip" and asked != "pip" and program("uv", context) is not None:
        return uv.TOOL
    base = choose(_python(task), context)
    if base is not None and _older(base.version, (3, 4)) and program("virtualenv", context) is not None:
        return virtualenv.TOOL
    return venv.TOOL


def _former(task: Task, context: PlanContext) -> Tool | None:
    """Who made the environment that is recreated: a person who had pip in it wants it again."""
    old = context.facts.environment
    if task.task != "recreate" or old is None or task.environment not in (None, old.prefix):
        return None
    base = choose(_python(task) or old.minor, context) or choose(None, context)
    if old.kind == "venv" and base is not None and not _older(base.version, (3, 4)) and old.creator == "venv":
        return venv.TOOL
    if old.kind == "virtualenv" and program("virtualenv", context) is not None:
        return virtualenv.TOOL
    return None


def _without_tool(task: Task) -> Mapping[str, object]:
    asked = task.options.get("tool")
    return task.options if asked in ("pip", "uv") else {name: value for name, value in task.options.items() if name != "tool"}


def _python(task: Task) -> str | None:
    value = task.options.get("python")
    return value if isinstance(value, str) and value else None


def _older(version: str, than: tuple[int, int]) -> bool:
    parts = version.split(".")
    return len(parts) >= 2 and parts[0].isdecimal() and parts[1].isdecimal() and (int(parts[0]), int(parts[1])) < than
