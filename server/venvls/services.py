"""Everything a face is given by ``__main__``: the machine, the person's memory, and how tasks are planned and run."""

from __future__ import annotations

from venvls.model.hints import TYPE_CHECKING
from venvls.model.record import NamedTuple, Protocol, replace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from venvls.model.action import Outcome, Plan, Task, TextEdit
    from venvls.model.environment import Environment
    from venvls.model.facts import Facts
    from venvls.model.finding import Project
    from venvls.model.ports import FileView, Machine, Memory
    from venvls.model.rule import BasePython
    from venvls.workspace import Workspace


_OF_SCRIPTS = frozenset({"sync", "create", "compile"})
"""What uv does for a script with requirements inside."""


class RunTask(Protocol):
    """Runs a plan to its end: each line the tool prints goes to ``report``; ``cancelled`` is called often and stops it for real."""

    def __call__(  # noqa: D102 - the class says it
        self, plan: Plan, *, report: Callable[[str], None], cancelled: Callable[[], bool], roots: tuple[str, ...] = ()
    ) -> Outcome: ...


class FindPythons(Protocol):
    """Every base Python outside the folders ``outside``, newest first; ``also`` are paths where somebody says that there is one."""

    def __call__(self, outside: tuple[str, ...], also: tuple[str, ...] = ()) -> tuple[BasePython, ...]: ...  # noqa: D102 - the class says it


class WriteEdits(Protocol):
    """Makes text edits in files on disk, each whole or not at all, never through a link; gives why it could not, as a sentence."""

    def __call__(self, edits: Iterable[TextEdit], roots: tuple[str, ...] = ()) -> str | None: ...  # noqa: D102 - the class says it


class Notices(Protocol):
    """What the machine tells of changes in folders, by itself. For one thread."""

    def watch(self, folder: str, *, contents: bool = False) -> int:
        """The number under which it is told from now on that an entry of ``folder`` came, went or changed its mode, with ``contents`` also
        that a file there was written; 0 where nobody can be sure to be told."""

    def forget(self, number: int) -> None:
        """Nothing more is told under this number."""

    def wait(self, seconds: float) -> bool:
        """Waits until something is told, so long at most; whether there is something."""

    def waiting(self) -> int:
        """How much is there to be taken; it grows while more is happening."""

    def take(self) -> list[tuple[int, str]] | None:
        """What was told since the last time: numbers of folders and names in them, none where it is about the folder itself. ``None`` where
        something was lost."""

    def close(self) -> None:
        """Nothing is told any more."""


class Services(NamedTuple):
    """The ports a face needs next to the workspace. All are cheap to hold and do their work when called.

    ``recorded`` gives the version of a tool's program, by its name and path, where its installer recorded it. ``variables`` gives those
    with which a tool is started: nothing of the folders that are named is on its paths.
    """

    machine: Machine
    memory: Memory
    run: RunTask
    pythons: FindPythons
    scratch: Callable[[], str]
    write: WriteEdits
    notices: Callable[[], Notices | None] = lambda: None
    give_back: Callable[[], None] = lambda: None
    recorded: Callable[[str, str], str | None] = lambda name, path: None
    variables: Callable[[tuple[str, ...]], Mapping[str, str]] = lambda outside: {}


def plan(task: Task, workspace: Workspace, services: Services, which: Callable[[str], str | None] | None = None) -> Plan:
    """The steps of a task in a project of the workspace. Starts nothing of the workspace; may ask base Pythons for their versions.

    ``which`` finds a program outside the workspace, where more than one plan wants to know.
    """
    from venvls import tools
    from venvls.model import installable
    from venvls.model.action import Plan
    from venvls.model.rule import PlanContext
    from venvls.programs import Programs

    if (above := _above(task, workspace)) is not None:
        return _in_project_above(task, above, workspace, services)
    facts = _facts(task, workspace)
    if facts is None:
        return Plan(task, "", refusal="There is no project here: no manifest (requirements.txt, pyproject.toml) was found.")
    project = facts.project
    if project.is_script and not task.options.get("script"):
        if task.task not in _OF_SCRIPTS:
            return Plan(task, "uv", refusal=_by_uv_alone(task, project, workspace.files))
        made = "sync" if task.task == "create" else task.task
        task = replace(task, task=made, environment=None, options={**task.options, "script": project.root})
    chosen = workspace.settings_for(project.root)
    find = which or (lambda name: services.machine.which(name, outside=workspace.roots))
    programs = Programs(tools.PROGRAMS, lambda name: chosen.programs.get(name) or find(name))
    asked = task.options.get("base") or task.options.get("upgrade") or task.task in ("create", "recreate", "repair")
    # Where nothing can be installed, no Python of the machine is started to say so.
    usable = installable.refusal(facts.environment, facts.files) is None
    without = task.task in _INSTALLS and "uv" not in programs and usable and not _has_pip(facts)
    wanted_python = task.options.get("python")
    named = (wanted_python,) if isinstance(wanted_python, str) and workspace.files.path.isabs(wanted_python) else ()
    pythons = services.pythons(workspace.roots, named) if asked or without else ()
    context = PlanContext(
        facts,
        programs,
        pythons,
        services.scratch(),
        chosen.sync_tool,
        services.machine.environ(),
        services.machine.contents,
        recorded=services.recorded,
        as_named=lambda environment: _as_named(environment, facts),
    )
    if task.task == "create" and (task.options.get("upgrade") or task.options.get("clear")):
        from venvls import environments
        from venvls.tools import creating

        prefix, problem = creating.folder(task, context)
        if problem is None:
            context = context._replace(standing=environments.recognise(workspace.files, prefix))
    if task.task == "repair" and project.part is None and not task.requirements and not task.options.get("paths"):
        from venvls import repairing

        damage = tuple(
            repairing.Damage(finding, workspace.actions(finding))
            for finding in workspace.findings_of(project.root)
            if finding.code in repairing.REPAIRED
        )
        return repairing.plan(task, damage, context)
    if task.task == "sync" and not task.requirements and not task.files and workspace.project_of(project.root) is not None:
        context = context._replace(in_sync=in_sync(workspace, project.root))
    return tools.plan(task, context)


def _as_named(environment: Environment, facts: Facts) -> Environment:
    from venvls import project_locks

    own = [manifest for path in facts.project.manifests if (manifest := facts.manifests.get(path)) is not None]
    return project_locks.as_hatch_names_it(environment, own, facts.project.root, facts.files.path)


def _by_uv_alone(task: Task, project: Project, files: FileView) -> str:
    """What to type for a script where no command of ours does it."""
    from shlex import quote

    name = quote(files.path.basename(project.root))
    if task.task in ("add", "remove") and task.requirements:
        words = " ".join(quote(requirement) for requirement in task.requirements)
        return f"The requirements of a script are in the script, and uv changes them: `uv {task.task} --script {name} {words}`"
    return f"{project.reason} and installs into it when the script runs: `uv run {name}`"


def in_sync(workspace: Workspace, root: str) -> bool:
    """Whether all that a project requires is known and there: nothing at warning or error, nothing that could not be compared, nothing that
    its tool would install again."""
    findings = workspace.findings_of(root)
    loud = any(finding.severity in ("error", "warning") or finding.code in _NOT_SURE or "left-out" in finding.data for finding in findings)
    return not loud and workspace.facts(root).installed is not None


def _above(task: Task, workspace: Workspace) -> str | None:
    """The project above whose environment a task of a project without one creates."""
    from venvls.tools import creating

    project = workspace.project_of(task.project) if task.task == "create" and task.project is not None else None
    return creating.belongs_above(task, project) if project is not None else None


def _in_project_above(task: Task, root: str, workspace: Workspace, services: Services) -> Plan:
    from venvls.model.action import Plan

    if workspace.project_of(root) is None:
        sentence = f"{root} installs this project from its folder: create the environment there, or choose a name for another one."
        return Plan(task, "venvls", refusal=sentence)
    made = plan(replace(task, project=root), workspace, services)
    return replace(made, surprises=(f"The environment is made for {root}, which installs this project from its folder.", *made.surprises))


def _facts(task: Task, workspace: Workspace) -> Facts | None:
    """What is known of the task's project. A folder that has none yet may get its environment first, as in every guide."""
    root = task.project
    project = workspace.project_of(root) if root is not None else None
    if project is not None:
        return workspace.facts(project.root)
    if task.task != "create" or root is None or not any(is_below(root, place, workspace.files) for place in workspace.roots):
        return None
    from venvls.model.facts import Facts
    from venvls.model.finding import Project

    return Facts(Project(root, ()), workspace.files, roots=workspace.roots)


def is_below(path: str, root: str, files: FileView) -> bool:
    """Whether ``path`` is the folder ``root`` or in it."""
    return path == root or path.startswith(root.rstrip(files.path.sep) + files.path.sep)


_NOT_SURE = frozenset({"unknown-dependencies", "outdated-install", "no-environment"})
_INSTALLS = frozenset({"install", "sync", "upgrade", "freeze", "remove"})


def _has_pip(facts: Facts) -> bool:
    return facts.installed is not None and "pip" in facts.installed.distributions
