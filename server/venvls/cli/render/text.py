"""Findings for a person: `path:line:column`, the source line, a caret under the characters, and what mends it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from venvls.cli.render.cells import plain, underlined
from venvls.cli.render.place import may_be_shown, relative
from venvls.model.redact import masked

if TYPE_CHECKING:
    from venvls.cli.render import Result
    from venvls.cli.terminal import Terminal
    from venvls.model.action import Action
    from venvls.model.finding import Finding, Project

_LOUD = ("error", "warning")
_MENDING = ("sync", "install", "create", "recreate", "repair")


def render(result: Result, terminal: Terminal) -> str:
    """Every finding, then one line that sums up."""
    blocks: list[str] = []
    synced = fixed = 0
    for finding in result.findings:
        actions = result.actions_of(finding) if finding.severity in _LOUD else ()
        blocks.append(_finding(finding, actions, result, terminal))
        if any(action.task is not None and action.task.task in ("sync", "install", "create") for action in actions):
            synced += 1
        elif any(action.safe and action.edits for action in actions):
            fixed += 1
    return "\n".join([*blocks, _summary(result, synced, fixed, terminal)]) + "\n"


def _finding(finding: Finding, actions: Sequence[Action], result: Result, terminal: Terminal) -> str:
    text = result.text_of(finding.path)
    start = text.position(finding.span.start, "utf-32")
    end = text.position(max(finding.span.start, finding.span.end), "utf-32")
    place = f"{terminal.paint(plain(relative(finding.path, result.cwd)), 'strong')}:{start.line + 1}:{start.character + 1}"
    head = f"{place}: {terminal.paint(f'{finding.severity}[{finding.code}]', finding.severity)} {plain(finding.message)}"
    if finding.severity not in _LOUD:
        return head
    lines = [head]
    number = str(start.line + 1)
    blank = " " * len(number)
    bar = terminal.paint("|", "gutter")
    if may_be_shown(finding.path, result) and text.source:
        line = masked(text.line(start.line))
        stop = end.character if end.line == start.line else len(line)
        source, carets = underlined(line, start.character, stop, max(40, terminal.width - len(number) - 3))
        lines += [
            f"{blank} {bar}",
            f"{terminal.paint(number, 'gutter')} {bar} {source}".rstrip(),
            f"{blank} {bar} {terminal.paint(carets, finding.severity)}",
        ]
    for related in finding.related:
        place = _place(related.path, related.span.start, result)
        lines.append(f"{blank} {terminal.paint('=', 'gutter')} {terminal.paint('see', 'strong')}: {place}: {plain(related.message)}")
    help_ = _help(finding, actions, result)
    if help_:
        lines.append(f"{blank} {terminal.paint('=', 'gutter')} {terminal.paint('help', 'good')}: {help_}")
    return "\n".join([*lines, ""])


def _place(path: str, offset: int, result: Result) -> str:
    line, character = result.text_of(path).position(offset, "utf-32")
    return f"{plain(relative(path, result.cwd))}:{line + 1}:{character + 1}"


def _help(finding: Finding, actions: Sequence[Action], result: Result) -> str:
    """What mends it: the preferred action's title, and the command that does it where there is one."""
    if not actions:
        return ""
    action = next((one for one in actions if one.preferred), actions[0])
    command = ""
    if action.task is not None and action.task.task in _MENDING:
        # Installing one requirement is the editor's finer tool; in a terminal a sync does the same and more.
        name = "sync" if action.task.task == "install" else action.task.task
        command = " ".join(["venvls", name, *_project_argument(action.task.project or finding.project, result)])
    elif action.safe and action.edits:
        command = "venvls check --fix"
    title = plain(action.title)
    return f"{title}: {command}" if command else title


def _project_argument(root: str | None, result: Result) -> Iterable[str]:
    if root is None or root == result.cwd:
        return ()
    shown = plain(relative(root, result.cwd))
    return (f'"{shown}"' if " " in shown else shown,)


def _summary(result: Result, synced: int, fixed: int, terminal: Terminal) -> str:
    loud = [finding for finding in result.findings if finding.severity in _LOUD]
    if loud:
        behind = {finding.project for finding in loud if finding.project is not None}
        line = f"Found {_count(len(loud), 'problem')}"
        if behind:
            line += f" in {_count(len(behind), 'project')}"
        ways = [f"{count} can be mended by {how}" for count, how in ((synced, "venvls sync"), (fixed, "venvls check --fix")) if count]
        line += f" ({', '.join(ways)})." if ways else "."
        return terminal.paint(line, "error" if any(finding.severity == "error" for finding in loud) else "warning")
    if not result.projects:
        return "No project here: nothing states what it needs (requirements.txt, pyproject.toml)."
    parts = [] if result.requirements is None else [_count(result.requirements, "requirement")]
    parts.append(_count(len(result.projects), "project"))
    return f"{terminal.paint('In step', 'good')}: {' of '.join(parts)}{_environment(result.projects, result)}."


def _environment(projects: Sequence[Project], result: Result) -> str:
    """The environment's name, where all projects share one."""
    environments = {project.environment for project in projects}
    if len(environments) != 1:
        return ""
    environment = environments.pop()
    if environment is None:
        return ""
    python = f"Python {environment.version}" if environment.version else "Python"
    return f", {python} in {plain(relative(environment.prefix, result.cwd))}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
