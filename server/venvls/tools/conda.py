"""conda, mamba or micromamba: for projects whose conda environment is made from an environment.yml.

``conda env update`` syncs the environment (micromamba: ``install --file``), with ``exact`` also without what the file does not
list (``--prune``). A file of conda-lock comes before environment.yml: an explicit one for this platform, or conda-lock.yml where conda-lock
is available to install from it (``conda-lock install``) and to update it (``conda-lock lock``). The requirements of other files of the
project are installed afterwards, as in any environment. A new environment gets the name in the file, or is created in ``.conda``.
"""

from __future__ import annotations

import re

from venvls.model.action import Plan, Step
from venvls.model.hints import TYPE_CHECKING
from venvls.model.installable import refusal
from venvls.model.record import replace
from venvls.model.redact import redact
from venvls.model.rule import Tool
from venvls.tools import deleting, pip, uv
from venvls.tools.places import is_foreign, program

if TYPE_CHECKING:
    from collections.abc import Iterable

    from venvls.model.action import Task
    from venvls.model.environment import Environment
    from venvls.model.facts import Facts
    from venvls.model.manifest import Manifest
    from venvls.model.rule import PlanContext

PROGRAMS = ("conda", "mamba", "micromamba")
_VARIABLES = {"CONDA_EXE": "conda", "MAMBA_EXE": "micromamba"}
_PREFIX = "conda:"
_CONDA_LOCK = "conda-lock"
# Nobody answers a question, neither conda's nor that of the pip it starts.
_QUIET = {"CONDA_ALWAYS_YES": "true", "MAMBA_ALWAYS_YES": "true", "PIP_NO_INPUT": "1", "NO_COLOR": "1"}
_SPEC = r"[A-Za-z0-9_][A-Za-z0-9_.-]*([ =<>!~].*)?|[A-Za-z0-9_./-]+::[A-Za-z0-9_][A-Za-z0-9_.-]*([ =<>!~].*)?"
_MISSING = (
    "This environment belongs to conda, but neither conda, mamba nor micromamba was found on this machine: "
    "install one (`https://conda-forge.org/download`), then try again."
)


def _owns(facts: Facts) -> str | None:
    manifest = _environment_yml(facts)
    if manifest is None:
        return None
    name = facts.files.path.basename(manifest.path)
    if facts.environment is not None:
        return f"{name} is in its folder, and its environment belongs to conda" if facts.environment.kind == "conda" else None
    alone = all(path == manifest.path for path in facts.project.manifests)
    return f"{name} is its only manifest" if alone else None


def _plan(task: Task, context: PlanContext) -> Plan:
    facts = context.facts
    manifest = _environment_yml(facts)
    if task.task == "compile":
        return _lock_again(task, context) if facts.locked is not None and facts.locked.tool == _CONDA_LOCK else uv.TOOL.plan(task, context)
    if manifest is None:
        return Plan(task, "conda", refusal="There is no environment.yml in the project's folder.")
    conda_program = _program(context)
    if task.task in ("create", "recreate"):
        return _create(task, context, manifest, conda_program)
    environment = facts.environment
    # One that holds no Python yet gets it from the file.
    problem = None if environment is not None and environment.health == "incomplete" else refusal(environment, facts.files)
    if problem is not None or environment is None:
        return Plan(task, "conda", refusal=problem)
    if task.task in ("install", "repair", "upgrade") and task.requirements:
        return _single(task, context, manifest, environment, conda_program)
    if conda_program is None:
        return Plan(task, "conda", refusal=_MISSING)
    kind, executable = conda_program
    lock, unified = _lock(facts), _unified(context)
    source = unified or lock or manifest.path
    name = facts.files.path.basename(source)
    surprises = [*_channels(manifest), *_builds(manifest)]
    if task.task == "upgrade":
        argv: tuple[str, ...] = (executable, "update", "--yes", "--prefix", environment.prefix, "--all")
        label = f"Upgrade the packages in {environment.name}"
    else:
        if unified is not None:
            argv = _install_locked(context, executable, unified, ("--prefix", environment.prefix))
        else:
            argv = _update(kind, executable, environment.prefix, source, explicit=lock is not None, prune=bool(task.options.get("exact")))
        label = f"Sync {environment.name} with {name}"
        if "--prune" in argv:
            surprises.append(f"Packages that {name} does not require are removed from {environment.name}.")
        elif task.options.get("exact"):
            surprises.append(f"Nothing is removed: {kind} cannot find out here what {name} does not require.")
    steps = [Step(argv, facts.files.path.dirname(source), label, _QUIET, (environment.prefix,))]
    if lock is not None or unified is not None:
        surprises.append(f"{name} is used, not {facts.files.path.basename(manifest.path)}.")
    follow = _others(task, context, manifest)
    return Plan(
        task,
        "conda",
        (*steps, *follow.steps),
        _once((*surprises, *follow.surprises)),
        environment.prefix,
        fallback=_left_out(context, lock),
    )


def _update(kind: str, executable: str, prefix: str, source: str, *, explicit: bool, prune: bool) -> tuple[str, ...]:
    if explicit or kind == "micromamba":
        return (executable, "install", "--yes", "--prefix", prefix, "--file", source)
    return (executable, "env", "update", "--prefix", prefix, "--file", source, *(("--prune",) if prune else ()))


def _create(task: Task, context: PlanContext, manifest: Manifest, conda_program: tuple[str, str] | None) -> Plan:
    """A new environment from the file, by the name it gives or in the project's folder."""
    if conda_program is None:
        return Plan(task, "conda", refusal=_MISSING.replace("This environment belongs to conda", "This project belongs to conda"))
    facts = context.facts
    path = facts.files.path
    kind, executable = conda_program
    lock, unified = _lock(facts), _unified(context)
    source = unified or lock or manifest.path
    aside: tuple[str, ...] = ()
    wanted, stated_name = task.options.get("name"), manifest.own.conda.name if manifest.own.conda is not None else None
    prefix: str | None = None
    if task.task == "recreate" and facts.environment is not None:
        prefix = facts.environment.prefix
        if (problem := deleting.refusal(prefix, context)) is not None:
            return Plan(task, "conda", refusal=problem)
        aside = (prefix,)
    elif isinstance(wanted, str) and wanted:
        if path.basename(wanted) != wanted or wanted in (".", "..") or wanted.startswith("-"):
            return Plan(task, "conda", refusal=f"`{wanted}` is not a valid folder name.")
        prefix = path.join(facts.project.root, wanted)
    elif (
        not isinstance(stated_name, str)
        or re.fullmatch(r"[\w.][\w.+-]*", stated_name) is None
        or stated_name in ("base", "root", ".", "..")
    ):
        prefix = path.join(facts.project.root, ".conda")
    if prefix is not None and not aside and facts.files.lstat(prefix) is not None:
        return Plan(task, "conda", refusal=f"{path.basename(prefix)} already exists in {path.dirname(prefix)}: choose another name.")
    where = ("--prefix", prefix) if prefix is not None else ("--name", str(stated_name))
    if unified is not None:
        argv: tuple[str, ...] = _install_locked(context, executable, unified, where)
    elif kind == "conda" and lock is None:
        argv = (executable, "env", "create", *where, "--file", source)
    else:
        argv = (executable, "create", "--yes", *where, "--file", source)
    shown = path.basename(prefix) if prefix is not None else str(stated_name)
    step = Step(argv, path.dirname(source), f"Create {shown} from {path.basename(source)}", _QUIET, (prefix,) if prefix is not None else ())
    surprises = [*_channels(manifest), *_builds(manifest)]
    if prefix is None:
        surprises.append(f"{shown} is created where {kind} stores named environments, outside the project's folder.")
    return Plan(task, "conda", (step,), _once(surprises), prefix, aside=aside, fallback=_left_out(context, lock))


def _single(task: Task, context: PlanContext, manifest: Manifest, environment: Environment, conda_program: tuple[str, str] | None) -> Plan:
    """Single requirements: those that environment.yml asks of conda by conda, all others as in any environment."""
    by_text = {
        requirement.parsed.text: requirement for requirement in manifest.requirements if (requirement.parsed.key or "").startswith(_PREFIX)
    }
    specs = [text for text in task.requirements if text in by_text]
    others = tuple(text for text in task.requirements if text not in by_text)
    rest = _general(replace(task, requirements=others), context) if others else None
    if not specs and rest is not None:
        return rest
    if conda_program is None:
        return Plan(task, "conda", refusal=_MISSING)
    if wrong := next((text for text in specs if re.fullmatch(_SPEC, text) is None), None):
        return Plan(task, "conda", refusal=f"`{redact(wrong)}` is not a valid package for conda.")
    if rest is not None and rest.refusal is not None:
        return rest
    flags = [part for channel in _stated_channels(manifest) for part in ("--channel", channel) if not channel.startswith("-")]
    force = ("--force-reinstall",) if task.task == "repair" else ()
    argv = (conda_program[1], "install", "--yes", *force, "--prefix", environment.prefix, *flags, *specs)
    step = Step(argv, context.scratch, f"Install {', '.join(specs)} into {environment.name}", _QUIET, (environment.prefix,))
    steps = (step, *(rest.steps if rest is not None else ()))
    surprises = (*_channels(manifest), *(rest.surprises if rest is not None else ()))
    return Plan(task, "conda", steps, _once(surprises), environment.prefix)


def _others(task: Task, context: PlanContext, manifest: Manifest) -> Plan:
    """What the project's other files require, next to what environment.yml and the files it includes do."""
    facts = context.facts
    own = {manifest.path} | {link.target for link in facts.links if link.source == manifest.path}
    counted = frozenset(facts.manifests if facts.counted is None else facts.counted) - own
    asked = any(
        facts.counts(facts.manifests[path], requirement.scope)
        for path in counted & facts.manifests.keys()
        for requirement in facts.manifests[path].requirements
    )
    if not asked:
        return Plan(task, "conda")
    plan = _general(replace(task, task="sync", options={}), context._replace(facts=replace(facts, counted=counted, locked=None)))
    return (
        plan
        if plan.refusal is None
        else Plan(task, "conda", surprises=(f"The requirements of other files are not installed: {plan.refusal}",))
    )


def _general(task: Task, context: PlanContext) -> Plan:
    general = uv.TOOL if context.prefer != "pip" and program("uv", context) is not None else pip.TOOL
    return general.plan(task, context)


def _program(context: PlanContext) -> tuple[str, str] | None:
    """The first of the three that is there, by its kind and absolute path: on PATH, or as conda's variables tell."""
    for name in PROGRAMS:
        if (executable := program(name, context)) is not None:
            return name, executable
    for variable, kind in _VARIABLES.items():
        place = context.environ.get(variable, "")
        if place and is_foreign(place, context.facts) and context.facts.files.stat(place) is not None:
            named = re.split(r"[\\/]", place)[-1].lower().removesuffix(".exe")
            return (named if named in PROGRAMS else kind), place
    return None


def _environment_yml(facts: Facts) -> Manifest | None:
    listed = (facts.manifests.get(path) for path in facts.project.manifests)
    return next((manifest for manifest in listed if manifest is not None and manifest.format == "environment.yml"), None)


def _lock(facts: Facts) -> str | None:
    lock = facts.locked
    return lock.path if lock is not None and lock.tool == "conda" and lock.packages and lock.problem is None else None


def _unified(context: PlanContext) -> str | None:
    """The project's conda-lock.yml, where it can be read and conda-lock is there to follow it."""
    lock = context.facts.locked
    usable = lock is not None and lock.tool == _CONDA_LOCK and lock.packages and lock.problem is None and lock.stale is None
    return lock.path if usable and lock is not None and program(_CONDA_LOCK, context) is not None else None


def _install_locked(context: PlanContext, executable: str, lock: str, where: tuple[str, str]) -> tuple[str, ...]:
    """``conda-lock install``, with the conda that was found: it would fetch one of its own."""
    chosen = sorted(context.facts.choice.groups | context.facts.choice.extras)
    extras = [part for name in chosen for part in ("--extras", name)]
    return (str(program(_CONDA_LOCK, context)), "install", "--conda", executable, *where, *extras, lock)


def _lock_again(task: Task, context: PlanContext) -> Plan:
    """``conda-lock lock``, which reads from the lock itself what it was made from."""
    lock, executable, conda = context.facts.locked, program(_CONDA_LOCK, context), _program(context)
    if lock is None or executable is None:
        return Plan(
            task, "conda", refusal="conda-lock was not found on this machine: install it (`pipx install conda-lock`), then try again."
        )
    if conda is None:
        return Plan(task, "conda", refusal=_MISSING.replace("This environment belongs to conda", "conda-lock uses conda"))
    path = context.facts.files.path
    argv = (executable, "lock", "--conda", conda[1], "--lockfile", lock.path)
    return Plan(task, "conda", (Step(argv, path.dirname(lock.path), f"Update {path.basename(lock.path)}", _QUIET, (lock.path,)),))


def _left_out(context: PlanContext, lock: str | None) -> str | None:
    """What of a lock is not followed, and how it would be."""
    facts = context.facts
    locked = facts.locked
    if locked is not None and locked.tool == _CONDA_LOCK and locked.packages and program(_CONDA_LOCK, context) is None:
        name = facts.files.path.basename(locked.path)
        return f"{name} is not used: conda-lock, which installs from it, was not found (`pipx install conda-lock`)."
    return _pip_of(facts, lock)


def _pip_of(facts: Facts, lock: str | None) -> str | None:
    """conda installs from an explicit file only what is conda's."""
    if lock is None or facts.locked is None or all(key.startswith(_PREFIX) for key in facts.locked.packages):
        return None
    return f"The lines `# pip` of {facts.files.path.basename(lock)} are not installed: conda-lock does that (`conda-lock install`)."


def _stated_channels(manifest: Manifest) -> tuple[str, ...]:
    return manifest.own.conda.channels if manifest.own.conda is not None else ()


def _channels(manifest: Manifest) -> Iterable[str]:
    for channel in _stated_channels(manifest):
        if "://" in channel or "/" in channel:
            yield f"Packages are also downloaded from the channel {redact(channel)}."


def _builds(manifest: Manifest) -> Iterable[str]:
    from venvls.tools.surprises import of_file

    return of_file(manifest)


def _once(sentences: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(sentences))


TOOL = Tool("conda", frozenset({"create", "recreate", "install", "sync", "repair", "upgrade", "compile"}), _owns, _plan, __doc__ or "")
