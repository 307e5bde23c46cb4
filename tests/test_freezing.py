"""What is installed, written into a file that a person wrote: ranges stay theirs, and what they removed stays removed."""

from __future__ import annotations

import pytest

from tests.memory_machine import MemoryMemory
from tests.memory_tree import Content, MemoryFiles
from tests.tools.workbench import Packages, bench, environment
from venvls import freezing, removals
from venvls.model.action import Task
from venvls.model.environment import DirectUrl, Distribution, Metadata
from venvls.model.facts import Facts

ENV = environment()
SITE = ENV.site_packages[0]
NEEDS = {"app": ("leaf",), "other": ()}


class Held(Packages):
    def metadata(self, one: Distribution) -> Metadata:
        return Metadata(one.key, one.version, requires=NEEDS.get(one.key, ()))

    def direct_url(self, one: Distribution) -> DirectUrl | None:
        return None


def facts(text: str, *keys: str) -> Facts:
    packages = Held(*(Distribution(key, "2.0", f"{SITE}/{key}-2.0.dist-info") for key in keys))
    tree: dict[str, Content] = {f"{SITE}/{key}-2.0.dist-info/REQUESTED": "" for key in keys}
    return bench({"requirements.txt": text}, env=ENV, packages=packages, more=tree).facts


def after(text: str, known: Facts, *, pin: bool = False, removed: frozenset[str] = frozenset()) -> tuple[str, tuple[str, ...]]:
    lines = freezing.wanted(freezing.listed(known), known, top_level=False, removed=removed)
    made = freezing.written("/w/p/requirements.txt", lines, known, pin=pin)
    assert made.refusal is None
    for edit in sorted(made.edits, key=lambda edit: -edit.span.start):
        text = text[: edit.span.start] + edit.new + text[edit.span.end :]
    return text, made.notes


@pytest.mark.parametrize(
    ("line", "kept", "pinned"),
    [
        ("app>=1", "app>=1", "app==2.0"),
        ("app>=1,<3  # by hand", "app>=1,<3  # by hand", "app==2.0  # by hand"),
        ("app~=2.0", "app~=2.0", "app==2.0"),
        ("app==2.*", "app==2.*", "app==2.0"),
        ("app==1.0", "app==2.0", "app==2.0"),
        ("app", "app==2.0", "app==2.0"),
        ("app<2", "app<2", "app==2.0"),
    ],
)
def test_a_range_stays_unless_pinned(line: str, kept: str, pinned: str) -> None:
    text = f"{line}\n"
    known = facts(text, "app")
    written, notes = after(text, known)
    assert written == f"{kept}\n"
    assert notes == (("app 2.0 is installed, but <2 is required; its line is kept.",) if line == "app<2" else ())
    assert after(text, known, pin=True)[0] == f"{pinned}\n"


def test_what_was_removed_does_not_come_back_until_it_is_installed_again() -> None:
    memory = MemoryMemory()
    known = facts("app\nother\n", "app", "other", "leaf")
    removals.note(Task("remove", "/w/p", requirements=("app",), options={"manifest": "/w/p/requirements.txt"}), known, memory)
    removed = removals.removed(known, memory)
    assert removed == {"app", "leaf"}
    left = facts("other\n", "app", "other", "leaf")
    assert after("other\n", left, removed=removed)[0] == "other==2.0\n"
    assert isinstance(left.files, MemoryFiles)
    left.files.put(f"{SITE}/app-2.0.dist-info/INSTALLER", "pip")
    assert removals.removed(left, memory) == {"leaf"}, "app was installed again"


def test_what_something_else_needs_is_listed_all_the_same() -> None:
    known = facts("app\n", "app", "leaf")
    assert after("app\n", known, removed=frozenset({"leaf"}))[0] == "app==2.0\nleaf==2.0\n"
