"""tox: for the environments that it created from its own file, and for nothing else. Only tox knows how to create them: Python,
variables, packages.

Each environment that tox has made (``.tox/py311``) and its file still names is compared with the file's requirements for it: ``deps``,
``constraints``, ``dependency_groups``, and, where tox installs the project, its dependencies and ``extras``. The findings are in tox.ini,
tox.toml or pyproject.toml and name the environment. An environment that tox has not made is not missing, a broken one is left to tox, and
none of them is ever used as the project's own. What depends on a variable or on ``{posargs}`` is not checked. The setting ``kinds.tox``
turns all of it off.

tox records in ``.tox-info.json`` what it installed and compares that with its file; it does not look into the environment (tox
``tox_env/info.py``). Where the file requires something that is not recorded, tox installs it when it is run. Where all is recorded and a
package is gone nevertheless, tox would do nothing, so the environment has to be recreated.
"""

from __future__ import annotations

from collections.abc import Iterator

from venvls.model.action import Plan, Step
from venvls.model.hints import TYPE_CHECKING
from venvls.model.manifest import Part
from venvls.model.rule import Tool
from venvls.standards.markers import evaluate
from venvls.tools.places import program

if TYPE_CHECKING:
    from venvls.model.action import Task
    from venvls.model.facts import Facts
    from venvls.model.rule import PlanContext

_MISSING = (
    "tox was not found on this machine outside the workspace: install it (`uv tool install tox`, or `pipx install tox`), then try again."
)
_RECORD = ".tox-info.json"
_LARGEST = 1_000_000


def _owns(facts: Facts) -> str | None:
    part = facts.project.part
    return f"{facts.files.path.basename(part.source)} describes it" if part is not None and part.tool == "tox" else None


def syncs(task: Task, facts: Facts) -> bool:
    """Whether a project's own environment is one that tox made for it, as the ``.venv`` says that tox writes: tox alone fills it."""
    environment = facts.environment
    return task.task == "sync" and environment is not None and environment.kind == "tox" and environment.project == facts.project.root


def _plan(task: Task, context: PlanContext) -> Plan:
    facts = context.facts
    environment, path = facts.environment, facts.files.path
    part = facts.project.part or (Part("tox", environment.name, "", path.join(facts.project.root, "tox.ini")) if environment else None)
    if part is None or environment is None:
        return Plan(task, "tox", refusal="tox creates this environment when it runs: tox run")
    again = task.task == "recreate" or (task.task == "sync" and not context.in_sync and is_recorded(facts))
    if task.task not in ("sync", "recreate"):
        reason = f"{path.basename(part.source)} lists the requirements of {environment.name}, and tox syncs it"
        return Plan(task, "tox", refusal=f"{reason}: change the file, then run `tox run -e {part.name} --notest`")
    executable = program("tox", context)
    if executable is None:
        return Plan(task, "tox", refusal=_MISSING)
    argv = (executable, "run", *(("-r",) if again else ()), "-e", part.name, "--notest")
    label = f"{'Recreate' if again else 'Sync'} tox's environment {part.name}"
    surprises = [f"tox deletes {environment.prefix} before it creates the new one."] if again else []
    if part.package:
        surprises.append("The project itself is built and installed, which runs its build.")
    step = Step(argv, path.dirname(part.source), label, {"NO_COLOR": "1"}, (environment.prefix,))
    return Plan(task, "tox", (step,), tuple(surprises), environment.prefix, deletes=environment.prefix if again else None)


def is_recorded(facts: Facts) -> bool:
    """Whether all requirements of the environment are in tox's record of it: then tox itself would find nothing to do."""
    import json

    environment = facts.environment
    data = facts.files.read(facts.files.path.join(environment.prefix, _RECORD), _LARGEST) if environment is not None else None
    try:
        record = json.loads(data) if data is not None else None
    except (ValueError, RecursionError):
        return False
    recorded = {_normal(text) for text in _texts(record)}
    return bool(recorded) and all(_normal(text) in recorded for text in _asked(facts))


def _asked(facts: Facts) -> Iterator[str]:
    read = (manifest for path, manifest in facts.manifests.items() if facts.counted is None or path in facts.counted)
    for manifest in read:
        for requirement in manifest.requirements:
            parsed = requirement.parsed
            if parsed.key is None or parsed.url is not None or not facts.counts(manifest, requirement.scope):
                continue
            # tox records what it would install, and nothing else.
            if evaluate(parsed.marker, facts.target) is not False:
                yield parsed.text


def _texts(value: object) -> Iterator[str]:
    """Every text in a record."""
    waiting = [value]
    while waiting:
        part = waiting.pop()
        if isinstance(part, str):
            yield part
        elif isinstance(part, list):
            waiting += part
        elif isinstance(part, dict):
            waiting += part.values()


def _normal(text: str) -> str:
    """A requirement in one spelling and without its marker; a text that is none as it is."""
    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name

    try:
        read = Requirement(text)
    except ValueError:
        return text.strip()
    read.name, read.marker = canonicalize_name(read.name), None
    return str(read)


TOOL = Tool("tox", frozenset({"sync", "recreate"}), _owns, _plan, __doc__ or "")
