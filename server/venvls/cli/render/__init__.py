"""Findings for a person, a script, a code scanner or a workflow: one file a format, all over the same :class:`Result`.

Nothing here looks anything up: the result carries what is shown. Adding a format is a file with ``render`` and a line in ``FORMATS``.
"""

from __future__ import annotations

import os

from venvls.cli import volume
from venvls.cli.terminal import Terminal, terminal
from venvls.model.hints import TYPE_CHECKING, cast
from venvls.model.pieces import import_module
from venvls.model.record import NamedTuple, Protocol
from venvls.model.text import Text, quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from venvls.model.action import Action
    from venvls.model.finding import Finding, Project
    from venvls.model.rule import Rule
    from venvls.workspace import Report

FORMATS = ("text", "json", "sarif", "github", "junit", "gitlab")
_REPORTS = frozenset({"sarif", "github", "junit", "gitlab"})
"""What services read that know the repository and not where the command was run."""


class Result(NamedTuple):
    """What a check found, and what a renderer needs to show it.

    ``text_of`` gives the text a finding's span is in; ``actions_of`` what can be done about it, in the order of preference. ``cwd`` is the
    absolute folder paths are shown relative to. ``rules`` are those that ran, for their documentation. ``chosen`` are the groups and extras
    of this check as options, for commands that fix. ``quiet`` is for a person who wants problems alone. ``top`` is the absolute folder that
    paths in reports are relative to. ``refusal`` gives for a command that fixes and a project's root why it cannot run here, as a sentence;
    without it every command can. ``elsewhere`` is what is wrong in other files of the projects where only files were named; ``None`` where
    folders were.
    """

    findings: Sequence[Finding]
    projects: Sequence[Project]
    text_of: Callable[[str], Text]
    actions_of: Callable[[Finding], Sequence[Action]]
    cwd: str
    rules: Sequence[Rule] = ()
    chosen: str = ""
    quiet: bool = False
    top: str = ""
    refusal: Callable[[str, str | None], str | None] | None = None
    elsewhere: Sequence[Finding] | None = None


def render_check(
    format: str,
    report: Report,
    actions: Callable[[Finding], Sequence[Action]],
    chosen: str = "",
    *,
    file: bool = False,
    refusal: Callable[[str, str | None], str | None] | None = None,
) -> str:
    """A check's report in one of :data:`FORMATS`, seen from the current folder, for standard output or a ``file``."""
    rules: Sequence[Rule] = ()
    if format == "sarif":
        from venvls.rules import every_rule

        rules = every_rule()
    nothing = Text("")
    cwd = os.getcwd()
    top = ""
    if format in _REPORTS:
        from venvls.cli.render import repository

        top = repository.top(cwd, (project.root for project in report.projects))
    result = Result(
        report.findings,
        report.projects,
        lambda path: report.texts.get(path, nothing),
        actions,
        cwd,
        rules,
        chosen,
        volume.quiet(),
        top,
        refusal,
        report.elsewhere,
    )
    return render(format, result, Terminal() if file else terminal())


class _Renderer(Protocol):
    def render(self, result: Result, terminal: Terminal) -> str: ...


def render(format: str, result: Result, terminal: Terminal | None = None) -> str:
    """The result in one of :data:`FORMATS`, with a line end at its end; empty where the format has nothing to say."""
    if format not in FORMATS:
        raise ValueError(f"there is no format {quoted(format)}")
    renderer = cast(_Renderer, import_module(f".{format}", __package__))
    return renderer.render(result, terminal or Terminal())
