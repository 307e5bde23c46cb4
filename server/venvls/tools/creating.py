"""Creating an environment: what every tool that can do it needs to settle first."""

from __future__ import annotations

import re

from venvls.model import made_by_tools
from venvls.model.environment import INSTALLERS
from venvls.model.hints import TYPE_CHECKING
from venvls.model.names import canonical
from venvls.model.record import dataclass
from venvls.tools import deleting, places

if TYPE_CHECKING:
    from venvls.model.action import Task
    from venvls.model.environment import Environment
    from venvls.model.facts import Facts
    from venvls.model.finding import Project
    from venvls.model.rule import BasePython, PlanContext

_NUMBERS = re.compile(r"(\d+)(?:\.(\d+))?")
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
    symlinks: bool = False
    upgrade_deps: bool = False
    without_pip: bool = False
    aside: tuple[str, ...] = ()
    surprises: tuple[str, ...] = ()
    refusal: str | None = None


def settle(task: Task, context: PlanContext, *, fetches: bool = False) -> New:
    """What a ``create`` or ``recreate`` task means here. ``fetches`` says that the tool can download a Python that is not there."""
    prefix, problem = folder(task, context)
    if problem is not None:
        return New(refusal=problem)
    aside, problem = _give_way(task, prefix, context)
    if problem is not None:
        return New(refusal=problem)
    spec = _text(task, "python")
    python = _like(task, context) if spec is None else None
    python = python or places.choose(spec, context)
    surprises: list[str] = []
    if python is None:
        asked = spec or ",".join(specifier for specifier, _ in context.facts.project.python)
        if not fetches or not asked or not _fetchable(asked):
            return New(refusal=_no_python(f"`{spec}`" if spec else _stated(context), context))
        surprises.append(f"No Python that fits `{asked}` is on this machine, so uv downloads one.")
        spec = asked
    if task.options.get("copies") and task.options.get("symlinks"):
        return New(refusal="An interpreter is either copied or linked to: choose `copies` or `symlinks`.")
    old = context.facts.environment if task.task == "recreate" else None
    old = old if old is not None and old.prefix == prefix else None
    surprises += _not_again(old, context)
    former = old or (context.standing if aside and context.standing is not None and context.standing.prefix == prefix else None)
    prompt = _text(task, "prompt") or (former.prompt if former is not None else None)
    if prompt is not None and not prompt.isprintable():
        return New(refusal="The prompt must not contain line breaks or control characters.")
    return New(
        prefix,
        python,
        spec,
        prompt,
        bool(task.options.get("system-site-packages")) or (old is not None and old.system_site_packages),
        bool(task.options.get("copies")),
        bool(task.options.get("symlinks")),
        bool(task.options.get("upgrade-deps")),
        bool(task.options.get("without-pip")),
        aside,
        tuple(surprises),
    )


def _like(task: Task, context: PlanContext) -> BasePython | None:
    """The Python of the version the environment had, where it is still there and the project's files admit it."""
    like = _text(task, "like")
    old = context.facts.environment
    if like is not None and like[:1].isdecimal() and old is not None and old.implementation != "cpython":
        like = f"{old.implementation}{like}"
    python = places.choose(like, context) if like is not None else None
    return python if python is not None and places.admits(context, python) else None


def _fetchable(spec: str) -> bool:
    """Whether uv could have a Python for it: a version, and none that is older than those it knows."""
    numbers = _NUMBERS.search(spec)
    return places.is_version(spec) and numbers is not None and tuple(map(int, numbers.groups(default="6"))) >= (3, 6)


def in_use_above(task: Task, facts: Facts) -> str | None:
    """Why a plain ``create`` makes none here: the project uses the environment of one above, which installs this one from its folder."""
    above, environment = facts.project.installed_above, facts.environment
    if task.task != "create" or above is None or environment is None or task.environment is not None or _text(task, "name"):
        return None
    return f"{above} installs this project in {environment.prefix}: sync that environment, or choose a name for another one."


def belongs_above(task: Task, project: Project) -> str | None:
    """The folder of the project in which a plain ``create`` makes the environment of this one: the one above that installs it from its
    folder, as the root of a workspace does. ``None`` where it makes one here."""
    if task.task != "create" or project.environment is not None or task.environment is not None or _text(task, "name"):
        return None
    return project.installer


def folder(task: Task, context: PlanContext) -> tuple[str, str | None]:
    """The folder that the task names, or the usual one; or why there can be none."""
    path = context.facts.files.path
    # Members of a workspace share the environment of its root: one in their own folder would never be used.
    root = context.facts.project.workspace or task.project or context.facts.project.root
    if task.environment is not None:
        return (task.environment, None) if path.isabs(task.environment) else ("", f"`{task.environment}` is not an absolute path.")
    name = _text(task, "name") or ".venv"
    parts = name.replace(path.sep, "/").split("/")
    inner = parts[1:] if path.isabs(name) else parts
    if not all(_NAME.fullmatch(part) and part not in (".", "..") for part in inner):
        return "", f"`{name}` is not a valid name for an environment: use letters, digits, `.`, `-` and `_`."
    return str(path.normpath(path.join(root, name))), None


def _give_way(task: Task, prefix: str, context: PlanContext) -> tuple[tuple[str, ...], str | None]:
    """What is moved aside for the new environment, or why it cannot be there."""
    files = context.facts.files
    if files.lstat(prefix) is None:
        return (), None
    name = files.path.basename(prefix)
    if not name:
        return (), f"{prefix} is not a place for an environment: name a folder."
    entries = files.list(prefix)
    stat = files.lstat(prefix)
    if stat is not None and stat.kind == "directory" and entries == ():
        return (), None
    parent = files.path.dirname(prefix)
    if stat is not None and stat.kind == "file":
        return (), f"{name} is a file in {parent}, which may contain the path of an environment: move it away, or choose another name."
    if stat is not None and stat.kind == "directory" and made_by_tools.is_empty_shell(files, prefix):
        return (prefix,), None
    if stat is not None and stat.kind == "directory" and made_by_tools.doubt(files, prefix) is not None:
        return (), f"{name} in {parent} is a folder that is not an environment and is not empty: choose another name."
    if task.task != "recreate" and not task.options.get("clear"):
        return (), f"{name} already exists in {parent}: recreate it, or choose another name."
    problem = deleting.refusal(prefix, context)
    return ((), problem) if problem else ((prefix,), None)


def _not_again(old: Environment | None, context: PlanContext) -> list[str]:
    """What is in the environment, is not required, and is therefore not reinstalled."""
    facts = context.facts
    if old is None or facts.installed is None:
        return []
    installed = facts.installed
    own = old.prefix.rstrip(facts.files.path.sep) + facts.files.path.sep
    asked = [
        requirement.parsed.key for manifest in facts.manifests.values() for requirement in manifest.requirements if requirement.parsed.key
    ]
    asked += [*INSTALLERS, *(facts.locked.packages if facts.locked is not None else ())]
    reached: set[str] = set()
    while asked:
        key = asked.pop()
        if key in reached:
            continue
        reached.add(key)
        for distribution in installed.distributions.get(key, ())[:1]:
            asked += [canonical(match.group()) for text in installed.metadata(distribution).requires if (match := _DEPENDENCY.match(text))]
    lost = sorted(key for key, every in installed.distributions.items() if key not in reached and every[0].path.startswith(own))
    if not lost:
        return []
    names = ", ".join(lost[:8]) + (f" and {len(lost) - 8} more" if len(lost) > 8 else "")
    return [f"Not reinstalled, because no file of the project requires them: {names}."]


_DEPENDENCY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def _stated(context: PlanContext) -> str:
    """What the project's files require of the Python, with the files where there are several: they may contradict each other."""
    basename, stated = context.facts.files.path.basename, context.facts.project.python
    if len({path for _, path in stated}) < 2:
        return f"`{','.join(specifier for specifier, _ in stated)}`"
    return " and ".join(f"`{specifier}` ({basename(path)})" for specifier, path in stated)


def _no_python(asked: str, context: PlanContext) -> str:
    versions = list(dict.fromkeys(_called(python) for python in places.pythons(context)))
    if not versions:
        return "No Python was found on this machine to create an environment with: install one, or set `server.python`."
    listed = ", ".join(versions[:10]) + (f" and {len(versions) - 10} more" if len(versions) > 10 else "")
    return f"No Python that fits {asked} was found on this machine (found: {listed}): install one, or choose another."


def _called(python: BasePython) -> str:
    name = python.implementation.removesuffix("t")
    version = python.version + ("t" if name != python.implementation else "")
    return version if name == "cpython" else f"{name} {version}"


def _text(task: Task, option: str) -> str | None:
    value = task.options.get(option)
    return value if isinstance(value, str) and value else None
