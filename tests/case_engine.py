"""Cases through the engine: a workspace over real files, its findings as they are, its actions as tasks and edits."""

from __future__ import annotations

import json
from pathlib import Path

from tests.case_folder import Folder
from tests.case_format import Case, Expected, Result, Seen
from venvls.host.machine import ThisMachine
from venvls.model.action import Action, Task, TextEdit
from venvls.model.finding import Finding
from venvls.workspace import Overrides, Workspace


class Nothing:
    """A person who never selected and never answered anything; ``synced`` are groups they synced before (``group docs``)."""

    def __init__(self, synced: tuple[str, ...] = ()) -> None:
        self.synced = synced

    def selected(self, root: str) -> str | None:
        return None

    def select(self, root: str, prefix: str | None) -> None:
        raise AssertionError("checking changes nothing")

    def selections_file(self) -> str | None:
        return None

    def trusted(self, root: str) -> bool | None:
        return None

    def noted(self, concern: str, path: str) -> tuple[str, ...]:
        return self.synced if concern == "environments" else ()

    def note(self, concern: str, path: str, texts: object) -> None:
        pass

    def trust(self, root: str, answer: bool) -> None:
        raise AssertionError("checking changes nothing")


class EngineDriver:
    """One case in one workspace. A rule that fails is fatal here."""

    def __init__(self, case: Case, folder: Folder) -> None:
        options = case.options
        self.case = case
        self.root = folder.root
        self.workspace = Workspace(
            ThisMachine(),
            Nothing(tuple(options.get("synced", ()))),
            editor=options.get("settings", {}),
            overrides=Overrides(
                groups=tuple(options.get("groups", ())), extras=tuple(options.get("extras", ())), all_groups=bool(options.get("all_groups"))
            ),
            strict=True,
        )
        self.workspace.set_roots([str(folder.root)])
        self.workspace.discover()
        self.report = self.workspace.check(imports=bool(options.get("imports")))

    def seen(self) -> list[Seen]:
        """Every finding, with the actions offered."""
        return [
            Seen(
                relative(one.path, self.root),
                one.span.start,
                one.span.end,
                one.severity,
                one.code,
                one.message,
                tuple(action.id for action in self.workspace.actions(one)),
            )
            for one in self.report.findings
        ]

    def after(self, wanted: Result) -> str | None:
        """What differs after an action: a sentence, or ``None``."""
        action = self.action(wanted)
        if action is None:
            return f"no finding offers {wanted.action} a {wanted.nth}. time"
        if wanted.path == "task.json":
            return _task_differs(action.task, json.loads(wanted.text), self.root)
        got = edited(action.edits, wanted.path, self.root)
        return None if got == wanted.text else f"after {wanted.action}, {wanted.path} is:\n{got}"

    def actions_for(self, seen: Seen) -> tuple[Action, ...]:
        """The actions of a finding another driver saw."""
        for one in self.report.findings:
            if (one.code, *one.span, relative(one.path, self.root), one.message) == (
                seen.code,
                seen.start,
                seen.end,
                seen.path,
                seen.message,
            ):
                return self.workspace.actions(one)
        return ()

    def action(self, wanted: Result) -> Action | None:
        """The action a result speaks of: the ``nth`` offer in the order of the annotations."""
        order = {id(one): number for number, one in enumerate(self.case.expected)}
        found: list[tuple[int, Action]] = []
        for finding in self.report.findings:
            expected = next((one for one in self.case.expected if self._is(one, finding)), None)
            if expected is not None:
                found += [(order[id(expected)], one) for one in self.workspace.actions(finding) if one.id == wanted.action]
        found.sort(key=lambda pair: pair[0])
        return found[wanted.nth - 1][1] if len(found) >= wanted.nth else None

    def _is(self, expected: Expected, finding: Finding) -> bool:
        same = expected.code == finding.code and expected.path == relative(finding.path, self.root)
        return same and expected.place.start == finding.span.start and expected.message in finding.message


def relative(path: str, root: Path) -> str:
    """A path below the workspace with slashes; any other as it is."""
    try:
        return Path(path).relative_to(root).as_posix()
    except ValueError:
        return path


def edited(edits: tuple[TextEdit, ...], path: str, root: Path) -> str:
    """The text of a file of the workspace after the edits that are for it."""
    file = root / path
    text = file.read_bytes().decode("utf-8") if file.is_file() else ""
    own = [edit for edit in edits if relative(edit.path, root) == path]
    for edit in sorted(own, key=lambda one: one.span, reverse=True):
        text = text[: edit.span.start] + edit.new + text[edit.span.end :]
    return text


def _task_differs(task: Task | None, wanted: dict[str, object], root: Path) -> str | None:
    if task is None:
        return "the action is no task"
    got: dict[str, object] = {
        "task": task.task,
        "project": task.project and relative(task.project, root),
        "environment": task.environment and relative(task.environment, root),
        "requirements": list(task.requirements),
        "files": [relative(file, root) for file in task.files],
        "groups": list(task.groups),
        "extras": list(task.extras),
        "options": dict(task.options),
    }
    differing = {key: got.get(key, "(no such key)") for key, value in wanted.items() if got.get(key) != value}
    return f"the task has {json.dumps(differing, default=str)}" if differing else None
