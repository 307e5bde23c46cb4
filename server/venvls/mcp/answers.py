"""What is known of a path below the client's folders, as plain objects: read from files alone, nothing is started and nothing written."""

from __future__ import annotations

from collections.abc import Mapping

from venvls import payload
from venvls.model.hints import TYPE_CHECKING, Any
from venvls.model.names import canonical
from venvls.model.record import NamedTuple
from venvls.model.redact import redact
from venvls.model.visible import visible
from venvls.workspace import Workspace

if TYPE_CHECKING:
    from venvls.answers.stated import Statement
    from venvls.model.environment import Environment
    from venvls.model.facts import Facts
    from venvls.model.finding import Project
    from venvls.services import Services

Answer = dict[str, Any]
_QUIET = ("information", "hint")
_TESTS = "pytest"


class Refusal(Exception):
    """Why something is not answered or done, as a sentence."""


class Desk(NamedTuple):
    """The ports of this machine, and the folders that the client opened: nothing outside them is looked at or changed."""

    services: Services
    folders: tuple[str, ...]


class Opened(NamedTuple):
    """A path that was named, the workspace around it, and the project it belongs to."""

    path: str
    workspace: Workspace
    project: Project | None


def located(path: str, desk: Desk) -> tuple[str, str]:
    """``path`` absolute (a relative one is below a folder), and the folder that it is in. ``Refusal`` where it is in none or in several."""
    files = desk.services.machine.files
    flavour = files.path
    if not desk.folders:
        raise Refusal("No folder is open: the client names no root.")
    if "\0" in path:
        raise Refusal("A path cannot contain NUL.")
    absolute = _absolute(_plain(path), desk)
    real = files.real(absolute)
    # Both as named and with its links followed: a link must not lead out.
    for folder in desk.folders:
        if _within(absolute, flavour.normpath(folder), flavour.sep) and _within(real, files.real(folder), flavour.sep):
            if files.stat(absolute) is None:
                raise Refusal(f"There is no file or folder {absolute}.")
            return absolute, folder
    raise Refusal(f"{absolute} is outside the folders that are open here: {', '.join(desk.folders)}.")


def _plain(path: str) -> str:
    """A path that is given as a ``file:`` address, as clients name their roots."""
    if not path.startswith("file:"):
        return path
    from urllib.request import url2pathname

    from venvls.rules.sources import url_parts

    parts = url_parts(path)
    if parts is None:
        raise Refusal(f"{path} is not a valid address.")
    return url2pathname(parts.path)


def _absolute(path: str, desk: Desk) -> str:
    """With several folders a relative path is the one that is there, also where it begins with its folder's name."""
    files = desk.services.machine.files
    flavour = files.path
    places = {flavour.normpath(flavour.join(folder, path)): None for folder in desk.folders}
    if len(places) > 1:
        first, _, rest = path.replace("\\", "/").partition("/")
        named = [folder for folder in desk.folders if flavour.basename(flavour.normpath(folder)) == first]
        places |= {flavour.normpath(flavour.join(folder, rest)): None for folder in named}
    there = [place for place in places if files.stat(place) is not None]
    if len(there) > 1:
        raise Refusal(f"Several folders are open here: give an absolute path, such as {' or '.join(there[:5])}.")
    chosen: str = (there or list(places))[0]
    return chosen


def opened(path: str, desk: Desk) -> Opened:
    """The nearest project at or above ``path``, never above the client's folder; else the only one below it."""
    absolute, folder = located(path, desk)
    root = _project_folder(absolute, folder, desk)
    workspace = Workspace(desk.services.machine, desk.services.memory)
    workspace.set_roots((root,))
    workspace.discover()
    project = workspace.project_of(absolute)
    below = workspace.folder_projects()
    if project is None and len(below) == 1:
        project = below[0]
    return Opened(absolute, workspace, project)


def with_project(path: str, desk: Desk) -> tuple[Workspace, Project]:
    """As :func:`opened`, where a project is needed."""
    here = opened(path, desk)
    if here.project is not None:
        return here.workspace, here.project
    if (several := _several(here)) is not None:
        raise Refusal(several)
    raise Refusal(f"There is no project at {here.path}: no requirements.txt, pyproject.toml or other manifest.")


def _several(here: Opened) -> str | None:
    """Which projects could be meant, as a sentence; ``None`` where there is none below the path."""
    roots = ", ".join(each.root for each in here.workspace.folder_projects()[:20])
    return f"There are several projects below {here.path}: name one as `path`: {roots}." if roots else None


def environment_for(path: str, desk: Desk) -> Answer:
    """The environment for a file or folder and how to use it."""
    from shlex import quote

    here = opened(path, desk)
    asked = here.path if here.workspace.project_of(here.path) is not None or here.project is None else here.project.root
    choice = here.workspace.which(asked)
    environment, project = choice.environment, here.project
    usable = environment is not None and environment.interpreter is not None and environment.health == "ok"
    root = project.root if project is not None else None
    tool = here.workspace.described(project).tool if project is not None else None
    tests = _tests(environment, here.workspace) if environment is not None and usable else None
    return {
        "project": root,
        "tool": tool,
        "environment": payload.environment(environment),
        "reason": choice.reason,
        "in_sync": _in_sync(here.workspace, project) if project is not None else None,
        "run_python": [environment.interpreter] if environment is not None and usable else None,
        "run_tests": tests,
        "activate": f'eval "$(venvls activate {quote(root)})"' if usable and root is not None else None,
        "next": _next(environment, usable, tests, here),
    }


def check(path: str, desk: Desk, imports: bool = False) -> Answer:
    """Everything that is wrong in the projects at or under a path; of a manifest, in it and what it includes.

    Of a file of code, in its project, and what it imports; with ``imports`` what all code there imports.
    """
    if path in ("", ".") and len(desk.folders) > 1:
        return _together([check(folder, desk, imports) for folder in desk.folders])
    here = opened(path, desk)
    owner = here.workspace.project_of(here.path)
    is_code = here.workspace.is_code(here.path) and owner is not None
    report = here.workspace.check((here.path,) if owner is None or _is_file(here) else (owner.root,), imports=imports and not is_code)
    seen, texts = list(report.findings), dict(report.texts)
    if is_code:
        of_code = here.workspace.check((here.path,), imports=True)
        seen += [finding for finding in of_code.findings if finding.path == here.path]
        texts |= of_code.texts
    findings = [finding for finding in seen if finding.severity != "hint"]
    others = [finding for finding in report.elsewhere or () if finding.severity not in _QUIET]
    loud = others or any(finding.severity not in _QUIET for finding in findings)
    return {
        "in_sync": not loud if report.projects or findings else None,
        "projects": [project.root for project in report.projects],
        "findings": [_finding(finding, texts, here.workspace) for finding in findings],
        "notes": [
            *report.notes,
            *([] if report.projects else [f"There is no project at {here.path}."]),
            *(["More is wrong in other files of the project: check its folder."] if others else []),
        ],
    }


def _together(answers: list[Answer]) -> Answer:
    """The answers for each of several folders as one."""
    known = [answer["in_sync"] for answer in answers if answer["in_sync"] is not None]
    lists = {name: [each for answer in answers for each in answer[name]] for name in ("projects", "findings", "notes")}
    return {"in_sync": all(known) if known else None, **lists}


def why(package: str, path: str, desk: Desk) -> Answer:
    """Every chain from a line of a manifest to a package."""
    from venvls.answers import words
    from venvls.answers.why import why as answered

    if not package.strip() or any(character in package for character in "<>=!~;[]@ /\\\n"):
        raise Refusal(f"{package[:100]!r} is not the name of a package: give the name alone.")
    workspace, project = with_project(path, desk)
    facts = workspace.facts(project.root)
    answer = answered(canonical(package), facts)
    chains = [
        {"line": _place(chain.statement, facts), "chain": [words.text_of(chain.statement), *(words.need(edge) for edge in chain.edges)]}
        for chain in answer.chains
    ]
    return {
        "package": answer.key,
        "project": project.root,
        "installed": answer.installed,
        "required_by": chains,
        "needed_by": [f"{edge.parent} ({words.need(edge)})" for edge in answer.needed_by],
        "left_over": bool(answer.left_over),
    }


def packages(path: str, desk: Desk) -> Answer:
    """What is installed, required and locked."""
    from venvls.answers.listing import listing

    workspace, project = with_project(path, desk)
    facts = workspace.facts(project.root)
    rows = [
        {
            "name": row.key,
            "installed": row.installed,
            "required": list(filter(None, row.required)),
            "locked": row.locked,
            "why": row.cause,
            "state": row.standing.state,
            "reason": row.standing.why or None,
        }
        for row in listing(facts, ())
    ]
    return {"project": project.root, "environment": facts.environment.prefix if facts.environment else None, "packages": rows}


def explain(code: str) -> Answer:
    """The page of a rule."""
    from difflib import get_close_matches

    from venvls.rules import codes, every_rule

    rule = next((rule for rule in every_rule() if rule.code == code), None)
    if rule is None:
        near = get_close_matches(code, codes(), 3) or codes()
        raise Refusal(f"There is no rule {code[:100]!r}; there are: {', '.join(near)}.")
    return {"code": rule.code, "severity": rule.severity, "documentation": rule.doc.strip()}


def cleaned(value: Any) -> Any:
    """The same object with every text safe to show: no secret of an address, no control character."""
    if isinstance(value, str):
        return redact(visible(value))
    if isinstance(value, Mapping):
        return {name: cleaned(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [cleaned(each) for each in value]
    return value


def left(workspace: Workspace, project: Project) -> list[Answer]:
    """What is still wrong in a project."""
    report = workspace.check((project.root,))
    loud = [finding for finding in report.findings if finding.project == project.root and finding.severity not in _QUIET]
    return [_finding(finding, report.texts, workspace) for finding in loud]


def _within(path: str, folder: str, separator: str) -> bool:
    return path == folder or path.startswith(folder.rstrip("/\\") + separator)


def _project_folder(path: str, folder: str, desk: Desk) -> str:
    from venvls.nearest import has_manifest

    files = desk.services.machine.files
    stat = files.stat(path)
    start = path if stat is not None and stat.kind == "directory" else files.path.dirname(path)
    place = start
    while True:
        if has_manifest(place, files):
            return place
        if place == files.path.normpath(folder) or files.path.dirname(place) == place:
            return start
        place = files.path.dirname(place)


def _is_file(here: Opened) -> bool:
    stat = here.workspace.files.stat(here.path)
    return stat is not None and stat.kind == "file" and here.workspace.reads(here.path)


def _in_sync(workspace: Workspace, project: Project) -> bool:
    findings = workspace.check((project.root,)).findings
    return not any(finding.project == project.root and finding.severity not in _QUIET for finding in findings)


def _tests(environment: Environment, workspace: Workspace) -> list[str] | None:
    has = _TESTS in workspace.machine.installed(environment).distributions
    return [environment.interpreter or "", "-m", _TESTS] if has else None


def _next(environment: Environment | None, usable: bool, tests: list[str] | None, here: Opened) -> str:
    """What a model should do now, as a sentence."""
    if here.project is None:
        return _several(here) or "There is no project here: no manifest (requirements.txt, pyproject.toml) was found."
    if environment is None:
        return "The project has no environment: call `create`."
    if not usable:
        return f"The environment cannot be used: {environment.problem or environment.health} Run `venvls recreate` in a terminal."
    if not _in_sync(here.workspace, here.project):
        return "The environment is out of sync with the project: call `check` for the reasons, or `sync`."
    rest = "" if tests is not None else " pytest is not installed in it."
    return f"The environment is in sync. Run Python as `run_python` says, and install with `add`, never with pip.{rest}"


def _finding(finding: Any, texts: Mapping[str, Any], workspace: Workspace) -> Answer:
    place = texts[finding.path].position(finding.span.start) if finding.path in texts else None
    return {
        "code": finding.code,
        "severity": finding.severity,
        "message": finding.message,
        "path": finding.path,
        "line": place.line + 1 if place is not None else None,
        "package": finding.requirement.parsed.key if finding.requirement is not None else None,
        "fixes": [action.title for action in workspace.actions(finding)],
    }


def _place(statement: Statement, facts: Facts) -> str:
    from venvls.answers import words

    if statement.hidden:
        return words.OUTSIDE
    return f"{statement.path}:{facts.manifests[statement.path].text.position(statement.requirement.span.start).line + 1}"
