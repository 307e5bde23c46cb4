"""What leaves an environment with a requirement: it and what only it needed, never what somebody asked for by name or still needs."""

from __future__ import annotations

import pytest

from tests.tools.workbench import Packages, bench, environment
from venvls import tools
from venvls.model.action import Plan, Task
from venvls.model.environment import Distribution, Metadata
from venvls.model.lock import Locked, LockedNeed, LockedSet

ENV = environment()
SITE = ENV.site_packages[0]
PY = "/w/p/.venv/bin/python"
NEEDS = {"app": ("mid>=1", 'extra-only; extra == "x"'), "mid": ("leaf", "shared"), "other": ("shared",), "leaf": (), "shared": ()}


class Needing(Packages):
    def metadata(self, one: Distribution) -> Metadata:
        return Metadata(one.key, one.version, requires=NEEDS.get(one.key, ()))


def removal(
    files: dict[str, str], *names: str, asked: tuple[str, ...] = (), programs: dict[str, str] | None = None, **more: object
) -> Plan:
    packages = Needing(*(Distribution(key, "1", f"{SITE}/{key}-1.dist-info") for key in (*NEEDS, "extra-only", "pip", "setuptools")))
    tree = {f"{SITE}/{key}-1.dist-info/REQUESTED": "" for key in asked}
    options = {"uninstall": True, "manifest": f"/w/p/{next(iter(files))}"}
    task = Task("remove", "/w/p", "/w/p/.venv", requirements=names, options=options, **more)  # type: ignore[arg-type]
    return tools.plan(task, bench(files, env=ENV, packages=packages, more=tree, programs=programs if programs is not None else {}))


def words(made: Plan) -> list[str]:
    assert made.refusal is None
    return [" ".join(step.argv) for step in made.steps]


PIP = f"{PY} -I -m pip uninstall --yes --disable-pip-version-check --no-input --"


def test_it_takes_along_what_only_it_needed() -> None:
    made = removal({"requirements.txt": "app>=1\nother\n"}, "app")
    assert words(made) == [f"{PIP} app extra-only leaf mid"]
    assert made.surprises == ("app, extra-only, leaf, mid are removed from .venv.", "Only app requires extra-only, leaf, mid.")


def test_with_uv() -> None:
    made = removal({"requirements.txt": "app\n"}, "app", programs={"uv": "/usr/local/bin/uv"})
    assert words(made) == [
        f"/usr/local/bin/uv pip uninstall --color never --no-python-downloads --python {PY} -- app extra-only leaf mid shared"
    ]


def test_what_was_asked_for_by_name_stays() -> None:
    made = removal({"requirements.txt": "app\nother\n"}, "app", asked=("app", "leaf"))
    assert words(made) == [f"{PIP} app extra-only mid"]
    assert "leaf stays installed as requested, though nothing requires it any more." in made.surprises


@pytest.mark.parametrize(
    ("files", "name", "sentence"),
    [
        ({"requirements.txt": "app\nmid\n"}, "mid", "mid stays installed: app requires it."),
        ({"requirements.txt": "app\n", "requirements-dev.txt": "app\n"}, "app", "app stays installed: the project requires it in another"),
        ({"requirements.txt": "nothere\n"}, "nothere", ""),
    ],
)  # fmt: skip
def test_what_is_still_needed_stays_and_that_is_said(files: dict[str, str], name: str, sentence: str) -> None:
    made = removal(files, name)
    assert words(made) == []
    assert [sentence in surprise for surprise in made.surprises] == ([True] if sentence else [])


def test_out_of_one_group_only() -> None:
    text = '[project]\nname = "p"\nversion = "1"\ndependencies = ["app"]\n[dependency-groups]\ndev = ["app", "other"]\n'
    assert words(removal({"pyproject.toml": text}, "app", groups=("dev",))) == []
    assert words(removal({"pyproject.toml": text}, "other", groups=("dev",))) == [f"{PIP} other"]


def test_the_projects_own_tool_does_both() -> None:
    files = {"pyproject.toml": '[project]\nname = "p"\nversion = "1"\ndependencies = ["app"]\n[tool.uv]\n'}
    made = tools.plan(Task("remove", "/w/p", "/w/p/.venv", requirements=("app",)), bench(files, env=ENV))
    assert [step.argv[1] for step in made.steps] == ["remove"]
    assert made.steps[0].argv[-1] == "app"


def test_nothing_named_or_an_option_in_disguise() -> None:
    assert "venvls delete" in (tools.plan(Task("remove", "/w/p", "/w/p/.venv"), bench({"requirements.txt": ""}, env=ENV)).refusal or "")
    made = tools.plan(Task("remove", "/w/p", "/w/p/.venv", requirements=("--all",)), bench({"requirements.txt": ""}, env=ENV))
    assert "is not a requirement" in (made.refusal or "")


def by_tool(tool: str, lock: str, pyproject: str, **more: frozenset[str]) -> Plan:
    """Removal where a lock keeps app > mid > leaf and six; iniconfig belongs to the group dev, packaging to docs; tomli is in no lock."""
    keys = ("app", "mid", "leaf", "six", "iniconfig", "packaging", "tomli", "pip")
    packages = Needing(*(Distribution(key, "1", f"{SITE}/{key}-1.dist-info") for key in keys))
    context = bench({"pyproject.toml": pyproject}, env=ENV, packages=packages, locks=(lock,), programs={tool: f"/usr/local/bin/{tool}"})
    needs = {"app": (LockedNeed("mid", ("more",)),), "mid": (LockedNeed("leaf", extra="more"), LockedNeed("six", extra="other"))}
    locked = {key: Locked(key, "1") for key in keys if key not in ("tomli", "pip")}
    context.facts.locked = LockedSet(f"/w/p/{lock}", tool, locked, needs=lambda key: needs.get(key, ()), **more)
    return tools.plan(Task("remove", "/w/p", "/w/p/.venv", requirements=("app",)), context)


STATED = """\
[project]
name = "me"
version = "1"
dependencies = ["app"]
[project.optional-dependencies]
x = ["six"]
[dependency-groups]
dev = ["iniconfig"]
docs = ["packaging"]
"""


@pytest.mark.parametrize(
    ("tool", "lock", "others"),
    [
        ("uv", "uv.lock", "uv also removes what its lock does not require then: packaging, six, tomli."),
        ("pdm", "pdm.lock", "PDM also removes what its lock does not require then: tomli."),
        ("poetry", "poetry.lock", None),
    ],
)
def test_the_plan_lists_what_the_projects_own_tool_takes_away(tool: str, lock: str, others: str | None) -> None:
    made = by_tool(tool, lock, STATED)
    assert made.steps[0].argv[:2] == (f"/usr/local/bin/{tool}", "remove")
    assert "app, leaf, mid are removed from .venv." in made.surprises
    assert "Only app requires leaf, mid." in made.surprises
    assert [sentence for sentence in made.surprises if "also removes" in sentence] == ([others] if others else [])


def test_what_another_group_requires_stays() -> None:
    made = by_tool("uv", "uv.lock", STATED.replace('"iniconfig"', '"iniconfig", "mid[more]"'))
    assert "app is removed from .venv." in made.surprises


def test_what_only_other_members_of_a_workspace_require_goes_too() -> None:
    others = {"own": frozenset({"me", "packaging"}), "kept": frozenset({"packaging", "six"})}
    made = by_tool("uv", "uv.lock", STATED, **others)
    assert "app, leaf, mid are removed from .venv." in made.surprises
    assert "uv also removes what its lock does not require then: packaging, six, tomli." in made.surprises, "members and what they need"
    assert not any("also removes" in sentence for sentence in by_tool("pdm", "pdm.lock", STATED, **others).surprises)
