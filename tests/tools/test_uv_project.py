"""Projects that uv keeps: task → argv, the environment that is named, and what a person is told first."""

from __future__ import annotations

import pytest

from tests.tools.workbench import Packages, bench, environment
from venvls import manifests, tools
from venvls.model.action import Task
from venvls.model.environment import Distribution
from venvls.model.facts import Choice
from venvls.model.lock import Locked, LockedSet, Source, Stale
from venvls.model.record import replace
from venvls.model.rule import PlanContext
from venvls.model.text import Span, Text

UV = "/usr/local/bin/uv"
COMMON = "--color never --no-python-downloads"
PYPROJECT = """\
[project]
name = "me"
dependencies = ["idna"]
[project.optional-dependencies]
Web = ["flask"]
[dependency-groups]
dev = ["pytest"]
Docs_X = ["sphinx"]
[tool.uv]
"""


def project(text: str = PYPROJECT, *, choice: Choice | None = None, locked: LockedSet | None = None, **more: object) -> PlanContext:
    at = bench({"pyproject.toml": text}, env=environment(), locks=("uv.lock",), choice=choice, more={"/w/p/run.py": ""}, **more)  # type: ignore[arg-type]
    at.facts.locked = locked
    return at


def task(name: str, *requirements: str, **options: object) -> Task:
    lists = {key: tuple(options.pop(key)) for key in ("groups", "extras") if key in options}  # type: ignore[arg-type]
    return Task(name, "/w/p", requirements=requirements, options=options, **lists)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("asked", "choice", "words"),
    [
        (task("sync"), Choice(), f"sync {COMMON} --inexact"),
        (task("sync", exact=True), Choice(), f"sync {COMMON}"),
        (task("sync", groups=["docs-x", "none"], extras=["web"]), Choice(), f"sync {COMMON} --inexact --group=Docs_X --extra=Web"),
        (task("sync"), Choice(frozenset({"docs-x"}), default=False), f"sync {COMMON} --inexact --no-default-groups --group=Docs_X"),
        (task("sync"), Choice(all_groups=True), f"sync {COMMON} --inexact --all-groups"),
        (task("install", "idna"), Choice(), f"sync {COMMON} --inexact"),
        (task("install", "idna", reinstall=["idna"]), Choice(), f"sync {COMMON} --inexact --reinstall-package=idna"),
        (task("repair", "idna==3"), Choice(), f"sync {COMMON} --inexact --reinstall-package=idna"),
        (task("upgrade"), Choice(), f"sync {COMMON} --inexact --upgrade"),
        (task("upgrade", "idna"), Choice(), f"sync {COMMON} --inexact --upgrade-package=idna"),
        (task("compile"), Choice(), f"lock {COMMON}"),
        (task("add", "six>=1"), Choice(), f"add {COMMON} -- six>=1"),
        (task("add", "six", groups=["dev"]), Choice(), f"add {COMMON} --group=dev -- six"),
        (task("add", "six", extras=["web"]), Choice(), f"add {COMMON} --optional=web -- six"),
        (task("add", "six>=1", undo=True), Choice(), f"remove {COMMON} -- six"),
        (task("sync", script="/w/p/run.py"), Choice(), f"sync {COMMON} --inexact --script=/w/p/run.py"),
        (task("compile", script="/w/p/run.py"), Choice(), f"lock {COMMON} --script=/w/p/run.py"),
    ],
)  # fmt: skip
def test_task_to_argv(asked: Task, choice: Choice, words: str) -> None:
    plan = tools.plan(asked, project(choice=choice))
    assert plan.refusal is None
    (step,) = plan.steps
    assert " ".join(step.argv) == f"{UV} {words}"
    assert step.cwd == "/w/p"
    named = {} if "script" in words or words.startswith("lock") else {"UV_PROJECT_ENVIRONMENT": "/w/p/.venv"}
    assert step.environ == named, "the environment the person sees is the one that changes"
    assert plan.fallback is None


FITTING = LockedSet("/w/p/uv.lock", "uv", {"idna": Locked("idna", "3.4"), "certifi": Locked("certifi", "2024.1")})


@pytest.mark.parametrize(
    ("asked", "locked", "words"),
    [
        (("idna>=3",), FITTING, "sync"),
        (("certifi",), FITTING, "sync"),
        (("idna",), None, "sync"),
        (("six",), FITTING, "pip install … -- six"),
        (("six",), None, "pip install … -- six"),
        (("idna<3",), FITTING, "pip install … -- idna<3"),
        (("idna[all]",), FITTING, "pip install … -- idna[all]"),
        (("idna @ https://example.org/idna.zip",), FITTING, "pip install … -- idna @ https://example.org/idna.zip"),
        (("certifi", "six"), FITTING, "pip install … -- certifi==2024.1 six"),
    ],
)
def test_what_the_project_does_not_list_is_installed_by_name(asked: tuple[str, ...], locked: LockedSet | None, words: str) -> None:
    """A sync would not bring it, and "Installed six" would be untrue."""
    plan = tools.plan(task("install", *asked), project(locked=locked))
    assert plan.refusal is None
    (step,) = plan.steps
    verb, _, rest = words.partition(" … -- ")
    assert " ".join(step.argv).startswith(f"{UV} {verb} "), step.argv
    assert not rest or " ".join(step.argv).endswith(f" -- {rest}")
    assert not rest or any(note.startswith("The project does not list ") for note in plan.surprises)


def test_what_another_file_lists_than_the_one_that_was_locked_is_installed_by_name() -> None:
    made = project(locked=LockedSet("/w/p/uv.lock", "uv", {"idna": Locked("idna", "3.7")}, covers=frozenset({"/w/p/pyproject.toml"})))
    beside = manifests.parse("/w/p/requirements.txt", Text("six\n"))
    facts = replace(made.facts, manifests={**made.facts.manifests, beside.path: beside})
    plan = tools.plan(task("install", "six"), made._replace(facts=facts))
    assert plan.steps[0].argv[-2:] == ("--", "six")
    assert plan.surprises[-1].startswith("uv.lock does not list six: an exact sync removes it again.")


@pytest.mark.parametrize(
    ("installed", "locked", "choice", "said"),
    [
        (("idna",), FITTING, Choice(), []),
        (("idna", "rich", "attrs"), FITTING, Choice(), ["uv also removes what uv.lock does not require: attrs, rich."]),
        (
            ("idna",),
            FITTING,
            Choice(frozenset({"docs-x"})),
            ["uv also removes packages from the environment that uv.lock does not require."],
        ),
        (("idna",), None, Choice(), ["uv also removes packages from the environment that uv.lock does not require."]),
    ],
)
def test_add_says_what_else_goes_only_where_something_does(
    installed: tuple[str, ...], locked: LockedSet | None, choice: Choice, said: list[str]
) -> None:
    there = Packages(*(Distribution(name, "1", f"/w/p/.venv/lib/{name}-1.dist-info") for name in installed))
    assert list(tools.plan(task("add", "six"), project(locked=locked, choice=choice, packages=there)).surprises) == said


def test_a_step_names_no_secret() -> None:
    plan = tools.plan(task("add", "x @ https://me:s3cret@example.org/x.zip"), project())
    assert [step.label for step in plan.steps] == ["Add x @ https://***@example.org/x.zip to pyproject.toml, and sync"]
    assert "s3cret" in plan.steps[0].argv[-1], "uv needs it"


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (task("add", "--index-url=x"), "not a requirement"),
        (task("add", "six", groups=["a", "b"]), "one group or extra at a time"),
        (task("sync", script="run.py"), "absolute path"),
    ],
)
def test_what_is_refused(asked: Task, said: str) -> None:
    assert said in str(tools.plan(asked, project()).refusal)


@pytest.mark.parametrize(
    ("wanted", "there", "refused"),
    [
        ("<0.1", "0.13.9", True),
        ("0.13", "0.13.9", True),
        (" >=1", "0.13.9", True),
        ("!=0.13.9", "0.13.9", True),
        ("0.13.9", "0.13.9", False),
        ("~=0.13.0", "0.13.9", False),
        (">=0.13", "0.13.9", False),
        ("^0.5", "0.13.9", False),
        ("<0.1", None, False),
        (">=1", "unknown", False),
    ],
)
def test_a_version_of_uv_that_the_project_does_not_allow_is_not_started(wanted: str, there: str | None, refused: bool) -> None:
    """What uv 0.13.9 says to each; where its version is not known, it is for uv to say."""
    here = project(PYPROJECT + f'required-version = "{wanted}"\n')._replace(recorded=lambda name, path: there if path == UV else None)
    for asked in (task("sync"), task("compile"), task("add", "six"), task("upgrade")):
        said = tools.plan(asked, here).refusal
        assert (said is None) is not refused
        assert said is None or f"uv {there} is on this machine" in said
    assert tools.plan(Task("create", "/w/p", options={"no-sync": True, "name": "other"}), here).refusal is None


def test_whose_settings_bound_the_version_of_uv() -> None:
    """Those of the nearest folder that has some; a uv.toml goes before the pyproject.toml next to it."""

    def refused(own: str, **above: str) -> bool:
        at = bench(
            {"pyproject.toml": own}, env=environment(), locks=("uv.lock",), more={f"/w/{name}": text for name, text in above.items()}
        )
        return tools.plan(task("sync"), at._replace(recorded=lambda name, path: "0.13.9")).refusal is not None

    never = '[tool.uv]\nrequired-version = "<0.1"\n'
    assert refused('[project]\nname = "me"\n', **{"pyproject.toml": never})
    assert not refused('[project]\nname = "me"\n[tool.uv]\n', **{"pyproject.toml": never})
    assert not refused(never, **{"p/uv.toml": ""})
    assert refused('[project]\nname = "me"\n', **{"p/uv.toml": 'required-version = "<0.1"'})


@pytest.mark.parametrize("asked", [task("sync"), task("compile"), task("add", "six"), task("install", "idna")])
def test_nothing_is_started_where_a_source_leads_nowhere(asked: Task) -> None:
    here = project(PYPROJECT + '[tool.uv.sources]\nidna = { index = "nowhere" }\n')
    assert "idna is to come from the index `nowhere`" in str(tools.plan(asked, here).refusal)
    assert tools.plan(asked, project(PYPROJECT + '[tool.uv.sources]\nsix = { index = "nowhere" }\n')).refusal is None


VENV = "venv --color never --no-project --no-python-downloads"
SYNC = f"sync {COMMON} --inexact"


@pytest.mark.parametrize(
    ("asked", "python", "lines"),
    [
        (task("create"), (), [f"{SYNC} --python=/opt/py313/bin/python3"]),
        (task("create", python="3.9"), (), [f"{SYNC} --python=/opt/py39/bin/python3"]),
        (Task("create", "/w/p", options={"name": "other"}), (), [f"{SYNC} --python=/opt/py313/bin/python3"]),
        (task("create", prompt="me"), (), [f"{VENV} --python /opt/py313/bin/python3 --prompt me", SYNC]),
        (task("create", system_site_packages=True), (), [VENV, SYNC]),
        (task("create", python="3.9"), ((">=3.10", "/w/p/pyproject.toml"),), [VENV, SYNC]),
        (task("create", no_sync=True), (), [VENV]),
    ],
)  # fmt: skip
def test_a_new_environment_is_created_by_the_sync_that_fills_it(asked: Task, python: tuple[tuple[str, str], ...], lines: list[str]) -> None:
    """In one start of uv, where uv would create the very same; nothing is said twice."""
    options = {name.replace("_", "-"): value for name, value in asked.options.items()}
    context = bench({"pyproject.toml": PYPROJECT}, locks=("uv.lock",), python=python)
    plan = tools.plan(replace(asked, options=options), context)
    assert plan.refusal is None
    assert len(plan.steps) == len(lines)
    for step, line in zip(plan.steps, lines, strict=True):
        assert " ".join(step.argv).startswith(f"{UV} {line}")
    prefix = f"/w/p/{options.get('name', '.venv')}"
    assert plan.environment == prefix
    if "sync" in lines[-1]:
        assert plan.steps[-1].environ == {"UV_PROJECT_ENVIRONMENT": prefix} and plan.steps[-1].cwd == "/w/p"
    assert plan.makes == (0 if lines[0].startswith("sync") else 1)


def test_without_uv_it_says_how_to_get_it() -> None:
    plan = tools.plan(task("sync"), project()._replace(programs={}))
    assert "install it" in str(plan.refusal)


@pytest.mark.parametrize(
    ("text", "locks", "reason"),
    [
        (PYPROJECT, (), "[tool.uv]"),
        ('[project]\nname = "me"\n', ("uv.lock",), "uv.lock"),
        (PYPROJECT + "managed = false\n", ("uv.lock",), None),
        ('[project]\nname = "me"\n', (), None),
        ("[tool.uv]\n", (), None),
    ],
)
def test_whose_project_it_is(text: str, locks: tuple[str, ...], reason: str | None) -> None:
    facts = bench({"pyproject.toml": text}, env=environment(), locks=locks).facts
    found = tools.uv_project.TOOL.owns(facts)
    assert (reason in str(found)) if reason else found is None


def test_what_a_person_is_told_first() -> None:
    locked = LockedSet(
        "/w/p/uv.lock",
        "uv",
        {
            "g": Locked("g", "1", Source("vcs", "https://user:secret@example.com/g")),
            "me": Locked("me", "1", Source("editable", "file:///w/p")),
        },
        own=frozenset({"me"}),
        stale=Stale("old", "/w/p/pyproject.toml", Span(0, 0)),
    )
    text = PYPROJECT + 'index = [{ url = "https://user:secret@example.com/simple" }]\n'
    plan = tools.plan(task("sync", exact=True), project(text, locked=locked, python=((">=3.13", "/w/p/pyproject.toml"),)))
    said = "\n".join(plan.surprises)
    for words in ("package index", "uv updates it first", "g is fetched", "uv deletes the environment", "are removed"):
        assert words in said
    assert "secret" not in said
    assert "me is" not in said


@pytest.mark.parametrize("asked", [task("sync"), task("upgrade"), task("add", "b")])
def test_an_environment_that_uv_replaces_is_named_as_deleted(asked: Task) -> None:
    plan = tools.plan(asked, project(python=((">=3.13", "/w/p/pyproject.toml"),)))
    assert plan.deletes == "/w/p/.venv"
    assert tools.plan(asked, project(python=((">=3.8", "/w/p/pyproject.toml"),))).deletes is None


PYLOCK = '[project]\nname = "me"\ndependencies = ["idna"]\n[dependency-groups]\ndocs = ["sphinx"]\n'


@pytest.mark.parametrize(
    ("asked", "programs", "pip", "words"),
    [
        (task("sync"), None, "24.0", f"{UV} pip install {COMMON} --python /w/p/.venv/bin/python -r /w/p/pylock.toml"),
        (task("sync", exact=True), None, "24.0", f"{UV} pip sync {COMMON} --python /w/p/.venv/bin/python -- /w/p/pylock.toml"),
        (
            task("sync", groups=["docs", "none"]),
            None,
            "24.0",
            f"{UV} pip install {COMMON} --python /w/p/.venv/bin/python --group=docs -r /w/p/pylock.toml",
        ),
        (
            task("sync"),
            {},
            "26.1",
            "/w/p/.venv/bin/python -I -m pip install --disable-pip-version-check --no-input -r /w/p/pylock.toml",
        ),
        (task("sync"), {}, "24.0", None),
        (task("sync", exact=True), {}, "26.1", None),
    ],
)
def test_pylock(asked: Task, programs: dict[str, str] | None, pip: str, words: str | None) -> None:
    packages = Packages(Distribution("pip", pip, f"/w/p/.venv/lib/python3.12/site-packages/pip-{pip}.dist-info"))
    at = bench({"pyproject.toml": PYLOCK}, env=environment(), locks=("pylock.toml",), programs=programs, packages=packages)
    plan = tools.plan(asked, at)
    assert " ".join(plan.steps[0].argv) == words if words else "install uv" in str(plan.refusal)
    assert plan.fallback is None
