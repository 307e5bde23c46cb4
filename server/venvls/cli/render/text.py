"""Findings for a person: `path:line:column`, the source line, a caret under the characters, and what fixes it."""

from __future__ import annotations

from venvls.cli.render.place import may_be_shown, relative, shown_folders
from venvls.model.hints import TYPE_CHECKING
from venvls.model.redact import masked
from venvls.model.visible import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from venvls.cli.render import Result
    from venvls.cli.terminal import Terminal
    from venvls.model.action import Action
    from venvls.model.finding import Finding, Project

_LOUD = ("error", "warning")
_FIX = "check --fix"
_CHOOSING = ("sync", "create", "recreate")
_MENDING = ("sync", "install", "create", "recreate", "repair", "compile")
_MOST_PLACES = 3


def render(result: Result, terminal: Terminal) -> str:
    """Every finding, then one line that sums up; problems alone where the result is quiet. An import in many files is shown once."""
    sources = _Sources(result, terminal)
    blocks: list[str] = []
    ways: dict[str, list[str | None]] = {}
    shown = [finding for finding in result.findings if not result.quiet or finding.severity in _LOUD]
    alike: dict[tuple[str | None, str], list[Finding]] = {}
    for finding in shown:
        if finding.code.endswith("-import"):
            alike.setdefault((finding.project, finding.message), []).append(finding)
    for finding in shown:
        actions = result.actions_of(finding) if finding.severity in _LOUD else ()
        if finding.code.endswith("-import"):
            first, *others = alike[finding.project, finding.message]
            if first is finding:
                advised = actions if not others else _for_all_of(alike[finding.project, finding.message], actions, result)
                blocks.append(_finding(finding, advised, result, terminal, sources, others))
        else:
            blocks.append(_finding(finding, actions, result, terminal, sources, ()))
        # A task before a text edit: what is required is seldom wrong where it is not there.
        offered = [way for action in actions if (way := _way(action, finding)) is not None]
        if offered:
            words, root = next((way for way in offered if way[0] != _FIX), offered[0])
            ways.setdefault(words, []).append(root)
    if result.quiet:
        return "\n".join(blocks)
    return "\n".join([*blocks, _summary(result, ways, terminal)]) + "\n"


def _for_all_of(alike: Sequence[Finding], actions: Sequence[Action], result: Result) -> Sequence[Action]:
    """What helps all findings that say the same: where other code than tests imports the module too, no list for developers does."""
    if not any(action.preferred and action.task is not None and action.task.groups for action in actions):
        return actions
    for finding in alike:
        offered = result.actions_of(finding)
        if not any(action.preferred and action.task is not None and action.task.groups for action in offered):
            return offered
    return actions


class _Sources:
    """Lines of the files that findings are in, and what is alike of all findings there. Thousands of findings may be in one line, which is
    looked for secrets once."""

    __slots__ = ("_folders", "_last", "_line", "_names", "_result", "_shown", "_terminal", "also", "bar", "help", "see")

    def __init__(self, result: Result, terminal: Terminal) -> None:
        self._result = result
        self._terminal = terminal
        self._folders: frozenset[str] = frozenset()
        self._shown: dict[str, bool] = {}
        self._names: dict[str, str] = {}
        self._last: tuple[str, int] | None = None
        self._line = ""
        self.bar = terminal.paint("|", "gutter")
        equals = terminal.paint("=", "gutter")
        self.see, self.also = (f"{equals} {terminal.paint(word, 'strong')}: " for word in ("see", "also"))
        self.help = f"{equals} {terminal.paint('help', 'good')}: "

    def may_be_shown(self, path: str) -> bool:
        """Whether lines of the file may be printed at all."""
        if path not in self._shown:
            self._folders = self._folders or shown_folders(self._result)
            self._shown[path] = may_be_shown(path, self._folders)
        return self._shown[path]

    def name(self, path: str) -> str:
        """The file's name as the head of a finding has it."""
        name = self._names.get(path)
        if name is None:
            name = self._names[path] = self._terminal.paint(one_line(relative(path, self._result.cwd)), "strong")
        return name

    def line(self, path: str, number: int) -> str:
        """A line without its secrets, each character at its place."""
        if self._last != (path, number):
            self._last, self._line = (path, number), masked(self._result.text_of(path).line(number))
        return self._line


def _finding(
    finding: Finding, actions: Sequence[Action], result: Result, terminal: Terminal, sources: _Sources, others: Sequence[Finding]
) -> str:
    """One finding; ``others`` say the same at other places."""
    from venvls.cli.render.cells import underlined

    path, severity, (first, last) = finding.path, finding.severity, finding.span
    text = result.text_of(path)
    line_number, character = text.position(first, "utf-32")
    number = str(line_number + 1)
    rule = terminal.paint(f"{severity}[{finding.code}]", severity)
    head = f"{sources.name(path)}:{number}:{character + 1}: {rule} {one_line(finding.message)}"
    also = _also(others, result) if others else ""
    if severity not in _LOUD:
        return f"{head} (also {also})" if also else head
    lines = [head]
    blank = " " * len(number)
    if text.source and sources.may_be_shown(path):
        line = sources.line(path, line_number)
        # What goes on in the next line is marked up to the end of this one.
        stop = character + max(0, last - first)
        source, carets = underlined(line, character, stop, max(40, terminal.width - len(number) - 3))
        bar = sources.bar
        lines += [
            f"{blank} {bar}",
            f"{terminal.paint(number, 'gutter')} {bar} {source}".rstrip(),
            f"{blank} {bar} {terminal.paint(carets, severity)}",
        ]
    for related in finding.related:
        place = _place(related.path, related.span.start, result)
        lines.append(f"{blank} {sources.see}{place}: {one_line(related.message)}")
    if also:
        lines.append(f"{blank} {sources.also}{also}")
    help_ = _help(finding, actions, result)
    if help_:
        lines.append(f"{blank} {sources.help}{help_}")
    lines.append("")
    return "\n".join(lines)


def _also(others: Sequence[Finding], result: Result) -> str:
    """The places of findings, the first of them."""
    places = [_place(finding.path, finding.span.start, result) for finding in others[:_MOST_PLACES]]
    more = len(others) - len(places)
    return ", ".join(places) + (f" and {_count(more, 'more place')}" if more else "")


def _place(path: str, offset: int, result: Result) -> str:
    line, character = result.text_of(path).position(offset, "utf-32")
    return f"{one_line(relative(path, result.cwd))}:{line + 1}:{character + 1}"


def _help(finding: Finding, actions: Sequence[Action], result: Result) -> str:
    """What fixes it: the preferred action's title, and the command that does it where there is one."""
    if not actions:
        return ""
    action = next((action for action in actions if action.preferred), actions[0])
    way = _way(action, finding) or _adding(action)
    title = one_line(action.title)
    return f"{title}: {_command(*way, result)}" if way and _refusal(*way, result) is None else title


def _adding(action: Action) -> tuple[str, str | None] | None:
    """The command that adds what the action adds, or installs what no sync brings: it differs from finding to finding."""
    from venvls.cli import suggest

    task = action.task
    if task is None or (task.task != "add" and not task.options.get("apart")):
        return None
    if task.task != "add":
        return " ".join(["install", *map(suggest.word, task.requirements)]), task.project
    words = ["add", *map(suggest.word, task.requirements)]
    words += [word for group in task.groups for word in ("--group", suggest.word(group))]
    words += [word for extra in task.extras for word in ("--extra", suggest.word(extra))]
    manifest = task.options.get("manifest")
    return " ".join([*words, *(("--manifest", suggest.below(manifest)) if isinstance(manifest, str) else ())]), task.project


def _command(words: str, root: str | None, result: Result) -> str:
    """The command as it has to be typed to mean what was checked: with the groups and extras that were chosen for it."""
    from venvls.cli import suggest

    return suggest.command(words, root, result.cwd) + (f" {result.chosen}" if result.chosen and words in _CHOOSING else "")


def _way(action: Action, finding: Finding) -> tuple[str, str | None] | None:
    """The command that does what the action does, and the project it is for; ``None`` where there is none."""
    if action.task is not None and action.task.options.get("editable"):
        return None  # No command does that.
    if action.task is not None and action.task.options.get("apart"):
        return None  # No sync brings it.
    if finding.code == "missing-import" and finding.data.get("declared") is None:
        return None  # A sync brings what is required.
    if action.task is not None and action.task.task in _MENDING:
        # Installing one requirement is the editor's finer tool; in a terminal a sync does the same and more.
        name = "sync" if action.task.task == "install" else action.task.task
        return name, action.task.project or finding.project
    return (_FIX, finding.project) if action.safe and action.edits else None


def _mended(ways: dict[str, list[str | None]], result: Result) -> Iterable[str]:
    """What each command fixes, for one project the very command."""
    for words, roots in ways.items():
        usable = [root for root in roots if _refusal(words, root, result) is None]
        if usable:
            yield f"{len(usable)} can be fixed by {_for_all(words, usable, result)}"


def _not_yet(ways: dict[str, list[str | None]], result: Result) -> Iterable[str]:
    """What commands would fix that cannot run here, and what to do so that they can: said once for all that one thing hinders."""
    said: dict[str, list[str]] = {}
    for words, roots in ways.items():
        # An environment can be created without the tool that keeps the project, but stays empty.
        verb = "install" if words == "create" else "run"
        refused: dict[str, list[str | None]] = {}
        for root in roots:
            if (why := _refusal(words, root, result)) is not None:
                refused.setdefault(why, []).append(root)
        for why, those in refused.items():
            said.setdefault(why, []).append(f"{len(those)} would be fixed by {_for_all(words, those, result)}, which cannot {verb} here.")
    for why, lines in said.items():
        yield from lines[:-1]
        yield f"{lines[-1]} {one_line(why)}"


def _refusal(words: str, root: str | None, result: Result) -> str | None:
    return result.refusal(words, root) if result.refusal is not None else None


def _for_all(words: str, roots: Sequence[str | None], result: Result) -> str:
    only = set(roots)
    if len(only) == 1:
        return _command(words, only.pop(), result)
    return f"venvls {words}" if words == _FIX else f"venvls {words} PROJECT"


def _summary(result: Result, ways: dict[str, list[str | None]], terminal: Terminal) -> str:
    loud = [finding for finding in result.findings if finding.severity in _LOUD]
    if loud:
        behind = {finding.project for finding in loud if finding.project is not None}
        line = f"Found {_count(len(loud), 'problem')}"
        if behind:
            line += f" in {_count(len(behind), 'project')}"
        mended = ", ".join(_mended(ways, result))
        line = "\n".join([f"{line} ({mended})." if mended else f"{line}.", *_not_yet(ways, result)])
        return terminal.paint(line, "error" if any(finding.severity == "error" for finding in loud) else "warning")
    if not result.projects and result.elsewhere is not None:
        return "Nothing was checked: none of these files is a manifest."
    if not result.projects:
        return "No project here: there is no manifest (requirements.txt, pyproject.toml)."
    # Of what has no environment and needs none (a script of uv's, a project of tox's, one that requires no package) nothing was compared.
    without = {finding.project for finding in result.findings if finding.code == "no-environment"}
    without |= {project.root for project in result.projects if project.environment is None and project.installed_above is None}
    compared = [project for project in result.projects if project.root not in without]
    if not compared:
        return "Nothing was compared: there is no environment."
    others = [finding for finding in result.elsewhere or () if finding.severity in _LOUD]
    if others:
        return f"No problem in the files that were named; {_count(len(others), 'problem')} in other files of the same project."
    rest = f"; {_count(len(without), 'project')} without an environment not compared" if without else ""
    # What a program makes when the project is built was not compared.
    known = " as far as is known" if any(finding.code == "unknown-dependencies" for finding in result.findings) else ""
    return f"{terminal.paint('In sync', 'good')}{known}: {_count(len(compared), 'project')}{_environment(compared, result)}{rest}."


def _environment(projects: Sequence[Project], result: Result) -> str:
    """The environment's name, where all projects share one."""
    environments = {project.environment for project in projects}
    if len(environments) != 1:
        return ""
    environment = environments.pop()
    if environment is None:
        return ""
    return f", {environment.python} in {one_line(relative(environment.prefix, result.cwd))}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
