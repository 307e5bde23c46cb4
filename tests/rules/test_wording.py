"""Words and places that several rules share."""

from __future__ import annotations

import pytest

from tests.memory_machine import MemoryMachine, MemoryMemory, environment
from tests.memory_tree import Content
from venvls.model.ports import Stat
from venvls.model.text import Span
from venvls.rules.wording import listed
from venvls.workspace import Workspace


def opened(machine: MemoryMachine, root: str) -> Workspace:
    workspace = Workspace(machine, MemoryMemory(), strict=True)
    workspace.set_roots((root,))
    workspace.discover()
    return workspace


@pytest.mark.parametrize(("parts", "words"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")])
def test_a_list_is_a_part_of_a_sentence(parts: list[str], words: str) -> None:
    assert listed(parts) == words


def test_a_remark_about_a_manifest_is_shown_at_what_it_states_first() -> None:
    text = "# what we need\n\nalpha\n"
    files: dict[str, Content] = {"/w/requirements.txt": text}
    (finding,) = opened(MemoryMachine(files), "/w").check().findings
    assert (finding.code, finding.path, text[finding.span.start : finding.span.end]) == (
        "no-environment",
        "/w/requirements.txt",
        "alpha",
    )


def test_of_a_manifest_that_went_away_there_is_no_place() -> None:
    machine = MemoryMachine({"/w/requirements.txt": "alpha\n", **environment("/w/.venv")})
    workspace = opened(machine, "/w")
    machine.files.take("/w/requirements.txt")
    # Before anybody has told that it went away.
    for _ in range(2):
        assert [(each.code, each.span) for each in workspace.findings("/w/requirements.txt")] == [("selected-environment", Span(0, 0))]


def test_a_wheel_has_the_name_that_its_file_has() -> None:
    files = {"/w/requirements.txt": "./alpha-1-py3-none-any.whl\n", "/w/alpha-1-py3-none-any.whl": "", **environment("/w/.venv")}
    messages = [each.message for each in opened(MemoryMachine(files), "/w").check().findings if each.requirement is not None]
    assert messages == ["alpha is not installed"]


@pytest.mark.parametrize("place", ["//server/share/alpha.whl", "file://server/share/alpha.whl", "file:////server/share/alpha.whl"])
def test_no_look_at_another_machine_is_taken(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    machine = MemoryMachine({"C:\\w\\requirements.txt": f"{place}\n", **environment("C:\\w\\.venv", windows=True)}, windows=True)
    looks: list[str] = []
    for name in ("stat", "lstat", "read", "list", "real"):
        plain = getattr(machine.files, name)

        def look(path: str, *more: int, plain: object = plain) -> Stat | None:
            looks.append(path)
            return plain(path, *more)  # type: ignore[operator,no-any-return]

        monkeypatch.setattr(machine.files, name, look)
    opened(machine, "C:\\w").check()
    assert looks and not [path for path in looks if "server" in path]
