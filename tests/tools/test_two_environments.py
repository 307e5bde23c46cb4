"""Every option of ``create`` beside another environment, the selected one: only the one that was named is touched."""

from __future__ import annotations

import pytest

from tests.tools.workbench import bench, environment
from venvls import tools
from venvls.model.action import Plan, Task

REQ = {"requirements.txt": "alpha\n"}
CFG = "home = /opt/py313/bin\nversion = 3.13.1\n"
SELECTED = environment("3.11.2")
NAMED = environment(
    "3.13.1",
    prefix="/w/p/a",
    real="/w/p/a",
    interpreter="/w/p/a/bin/python",
    name="a",
    site_packages=("/w/p/a/lib/python3.13/site-packages",),
    base="/opt/py313/bin",
    prompt="mine",
)
TREE = {"/w/p/.venv/bin/python": "", "/w/p/a/pyvenv.cfg": CFG, "/w/p/a/bin/python": ""}


def planned(*, there: bool = True, **options: object) -> Plan:
    plain = {name.replace("_", "-"): value for name, value in options.items()}
    tree = TREE if there else {"/w/p/.venv/bin/python": ""}
    at = bench(REQ, env=SELECTED, more=tree)._replace(standing=NAMED if there else None)
    return tools.plan(Task("create", "/w/p", options={"name": "a", **plain}), at)


def touched(made: Plan) -> set[str]:
    assert made.refusal is None
    written = {path for step in made.steps for path in step.writes} | {*made.aside, made.environment or ""}
    for step in made.steps:
        assert not any("/w/p/.venv" in word for word in step.argv), step
    return written


NEW: list[dict[str, object]] = [
    {"python": "3.13"}, {"tool": "venv"}, {"tool": "virtualenv"}, {"tool": "uv"}, {"prompt": "p"}, {"system_site_packages": True},
    {"copies": True}, {"symlinks": True}, {"upgrade_deps": True}, {"without_pip": True}, {"no_sync": True},
]  # fmt: skip


@pytest.mark.parametrize("options", NEW, ids=[next(iter(options)) + str(number) for number, options in enumerate(NEW)])
def test_what_is_made_has_the_name(options: dict[str, object]) -> None:
    assert touched(planned(there=False, **options)) == {"/w/p/a"}
    assert touched(planned(clear=True, **options)) == {"/w/p/a"}


UPDATED: list[tuple[dict[str, object], str]] = [
    ({}, "/opt/py313/bin/python3 -I -m venv --upgrade --without-pip -- /w/p/a"),
    ({"python": "3.13"}, "/opt/py313/bin/python3 -I -m venv --upgrade --without-pip -- /w/p/a"),
    ({"tool": "venv"}, "/opt/py313/bin/python3 -I -m venv --upgrade --without-pip -- /w/p/a"),
    ({"prompt": "p"}, "/opt/py313/bin/python3 -I -m venv --upgrade --without-pip --prompt=p -- /w/p/a"),
    ({"system_site_packages": True}, "/opt/py313/bin/python3 -I -m venv --upgrade --without-pip --system-site-packages -- /w/p/a"),
    ({"copies": True}, "/opt/py313/bin/python3 -I -m venv --upgrade --without-pip --copies -- /w/p/a"),
    ({"no_sync": True}, "/opt/py313/bin/python3 -I -m venv --upgrade --without-pip -- /w/p/a"),
]


@pytest.mark.parametrize(("options", "words"), UPDATED, ids=[str(number) for number in range(len(UPDATED))])
def test_what_is_updated_has_the_name(options: dict[str, object], words: str) -> None:
    made = planned(upgrade=True, **options)
    assert touched(made) == {"/w/p/a"}
    assert [" ".join(step.argv) for step in made.steps] == [words]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"python": "3.11"}, "a has Python 3.13, and can only be updated to the same X.Y: recreate it for Python 3.11.2."),
        ({"python": "3.7"}, "No Python that fits `3.7` was found on this machine."),
        ({"tool": "uv"}, "a was created by venv, and only venv can update it: recreate it instead."),
        ({"upgrade_deps": True}, "`upgrade` keeps the packages as they are, so that `upgrade-deps` does not go with it."),
    ],
)
def test_what_cannot_be_updated_so_is_said_truly(options: dict[str, object], sentence: str) -> None:
    assert planned(upgrade=True, **options).refusal == sentence


def test_a_name_that_is_not_there_is_not_the_selected_one() -> None:
    assert planned(upgrade=True, there=False).refusal == "There is no environment named a to upgrade: create one first."


def test_clearing_keeps_the_prompt() -> None:
    assert "--prompt mine" in " ".join(planned(clear=True).steps[0].argv)
    assert "--prompt other" in " ".join(planned(clear=True, prompt="other").steps[0].argv)
