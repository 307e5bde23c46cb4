"""A task, a project, the tools found → the exact programs and arguments. One row each; ``PY`` is the environment's interpreter."""

# ruff: noqa: E501 - one row of a table is one line
from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from tests.memory_tree import MemoryFiles
from tests.tools.workbench import WINDOWS_PROGRAMS, WINDOWS_PYTHONS, Packages, bench, environment, pip_of
from venvls import tools
from venvls.model.action import Plan, Task
from venvls.model.environment import Distribution, Environment, Leftover
from venvls.model.facts import Choice, Facts
from venvls.model.finding import Project
from venvls.model.rule import PlanContext

PY = "/w/p/.venv/bin/python"
UV = "/usr/local/bin/uv"
PIP = f"{PY} -I -m pip install --disable-pip-version-check --no-input"
UVP = f"{UV} pip install --color never --no-python-downloads --python {PY}"
REQ = {"requirements.txt": "requests>=2.31\n"}
PYPROJECT = """\
[project]
name = "me"
dependencies = ["requests>=2.31", 'rich; python_version < "3"']
[project.optional-dependencies]
web = ["flask"]
all = ["me[web]", "numpy"]
[dependency-groups]
dev = ["pytest", {include-group = "lint"}]
lint = ["ruff"]
docs = ["sphinx"]
"""


@dataclass(frozen=True)
class Row:
    name: str
    task: Task
    at: PlanContext
    steps: list[str]
    cwd: str = "/scratch"
    surprises: list[str] = field(default_factory=list)
    environment: str | None = "/w/p/.venv"


def task(name: str, /, *requirements: str, **options: object) -> Task:
    plain = {key.replace("_", "-"): value for key, value in options.items() if key not in ("files", "groups", "extras")}
    return Task(
        name,  # type: ignore[arg-type]
        "/w/p",
        requirements=requirements,
        files=options.get("files", ()),  # type: ignore[arg-type]
        groups=options.get("groups", ()),  # type: ignore[arg-type]
        extras=options.get("extras", ()),  # type: ignore[arg-type]
        options=plain,
    )


ENV = environment()
PIP_ONLY: dict[str, str] = {}
ROWS = [
    # create
    Row("venv", task("create", tool="venv", no_sync=True), bench(REQ), ["/opt/py313/bin/python3 -I -m venv -- /w/p/.venv"]),
    Row(
        "venv with every option",
        task("create", tool="venv", no_sync=True, system_site_packages=True, copies=True, upgrade_deps=True, without_pip=True, prompt="-p", name="env", python="3.9"),
        bench(REQ),
        ["/opt/py39/bin/python3 -I -m venv --system-site-packages --copies --upgrade-deps --without-pip --prompt=-p -- /w/p/env"],
        environment="/w/p/env",
    ),
    Row(
        "virtualenv",
        task("create", tool="virtualenv", no_sync=True, python="pypy3.11"),
        bench(REQ),
        ["/usr/local/bin/virtualenv --python=/opt/pypy/bin/pypy3 -- /w/p/.venv"],
    ),
    Row(
        "uv",
        task("create", no_sync=True, prompt="p"),
        bench(REQ),
        [f"{UV} venv --color never --no-project --no-python-downloads --python /opt/py313/bin/python3 --seed --prompt p -- /w/p/.venv"],
    ),
    Row(
        "an implementation without a version",
        task("create", tool="venv", no_sync=True, python="pypy"),
        bench(REQ),
        ["/opt/pypy/bin/pypy3 -I -m venv -- /w/p/.venv"],
    ),
    Row(
        "CPython before a newer PyPy of the version asked for",
        task("create", tool="venv", no_sync=True, python="3.11"),
        bench(REQ),
        ["/usr/bin/python3 -I -m venv -- /w/p/.venv"],
    ),
    Row(
        "free-threaded",
        task("create", tool="venv", no_sync=True, python="3.13t"),
        bench(REQ),
        ["/opt/py313t/bin/python3 -I -m venv -- /w/p/.venv"],
    ),
    Row(
        "a pre-release only by name",
        task("create", tool="venv", no_sync=True, python="3.15"),
        bench(REQ),
        ["/opt/py315/bin/python3 -I -m venv -- /w/p/.venv"],
    ),
    Row(
        "what the project asks of its Python",
        task("create", tool="venv", no_sync=True),
        bench(REQ, python=(("<3.12", "/w/p/pyproject.toml"), (">=3.10", "/w/p/.python-version"))),
        ["/usr/bin/python3 -I -m venv -- /w/p/.venv"],
    ),
    Row(
        "uv fetches what is not there",
        task("create", no_sync=True, python="3.8"),
        bench(REQ),
        [f"{UV} venv --color never --no-project --managed-python --python 3.8 --seed -- /w/p/.venv"],
        surprises=["uv downloads"],
    ),
    Row(
        "create and sync, both with uv",
        task("create"),
        bench(REQ),
        [
            f"{UV} venv --color never --no-project --no-python-downloads --python /opt/py313/bin/python3 --seed -- /w/p/.venv",
            f"{UVP} -r /w/p/requirements.txt",
        ],
    ),
    Row(
        "create and sync without uv",
        task("create"),
        bench(REQ, programs=PIP_ONLY),
        ["/opt/py313/bin/python3 -I -m venv -- /w/p/.venv", f"{PIP} -r /w/p/requirements.txt"],
    ),
    Row(
        "create with venv, sync with uv",
        task("create", tool="venv"),
        bench(REQ),
        ["/opt/py313/bin/python3 -I -m venv -- /w/p/.venv", f"{UVP} -r /w/p/requirements.txt"],
    ),
    Row(
        "an environment without pip is filled from outside",
        task("create", tool="venv", without_pip=True),
        bench(REQ, prefer="pip"),
        [
            "/opt/py313/bin/python3 -I -m venv --without-pip -- /w/p/.venv",
            f"/opt/py313/bin/python3 -I -m pip --python {PY} install --disable-pip-version-check --no-input -r /w/p/requirements.txt",
        ],
    ),
    Row(
        "recreate",
        Task("recreate", "/w/p", "/w/p/.venv", options={"no-sync": True, "tool": "venv", "like": "3.9"}),
        bench(REQ, env=environment("3.9", health="broken"), more={"/w/p/.venv/pyvenv.cfg": ""}),
        ["/opt/py39/bin/python3 -I -m venv -- /w/p/.venv"],
        surprises=["Everything in /w/p/.venv is deleted"],
    ),
    # install
    Row("install, uv", task("install", "requests>=2.31"), bench(REQ, env=ENV), [f"{UVP} -- requests>=2.31"]),
    Row("install, pip", task("install", "requests>=2.31"), bench(REQ, env=ENV, prefer="pip"), [f"{PIP} -- requests>=2.31"]),
    Row(
        "install with the options of its file",
        task("install", "requests", manifest="/w/p/requirements.txt"),
        bench(
            {
                "requirements.txt": "--index-url https://u:pw@example.org/simple\n--trusted-host example.org\n-f wheels\n--pre\n-c bounds.txt\nrequests\n",
                "bounds.txt": "requests<3\n",
            },
            env=ENV,
            prefer="pip",
        ),
        [
            f"{PIP} --index-url=https://u:pw@example.org/simple --trusted-host=example.org --find-links=/w/p/wheels --pre "
            "-c /w/p/bounds.txt -- requests"
        ],
        surprises=["replaces the package index with https://***@example.org/simple", "certificate check for example.org", "also installs from wheels"],
    ),
    Row(
        "install with the options of its file, uv",
        task("install", "requests", manifest="/w/p/requirements.txt"),
        bench({"requirements.txt": "--trusted-host example.org\n--pre\nrequests\n"}, env=ENV),
        [f"{UVP} --allow-insecure-host=example.org --prerelease=allow -- requests"],
        surprises=["certificate check for example.org"],
    ),
    Row(
        "a variable in the options: the file itself",
        task("install", "requests", manifest="/w/p/requirements.txt"),
        bench({"requirements.txt": "--index-url https://${TOKEN}@example.org/simple\nrequests\n"}, env=ENV),
        [f"{UVP} -r /w/p/requirements.txt"],
        surprises=["The whole file is installed", "replaces the package index"],
    ),
    Row(
        "install a URL",
        task("install", "foo @ git+https://example.org/foo@v1"),
        bench(REQ, env=ENV),
        [f"{UVP} -- foo @ git+https://example.org/foo@v1"],
        surprises=["foo is fetched from git+https://example.org/foo@v1 and built"],
    ),
    Row(
        "Python 2.7 goes to pip, with the isolation it has",
        task("install", "six"),
        bench(REQ, env=environment("2.7.18")),
        [f"{PY} -E -s -m pip install --disable-pip-version-check --no-input -- six"],
    ),
    # sync
    Row(
        "several files, sources of compiled ones left out",
        task("sync"),
        bench(
            {
                "requirements.in": "a\n",
                "requirements.txt": "-r base.txt\na==1\n",
                "base.txt": "b\n",
                "requirements-dev.txt": "c\n",
                "constraints.txt": "a<2\n",
            },
            env=ENV,
            prefer="pip",
        ),
        [f"{PIP} -r /w/p/requirements.txt -r /w/p/requirements-dev.txt"],
    ),
    Row(
        "only what is asked of the environment",
        task("sync"),
        bench(
            {"requirements.txt": "a\n", "requirements-docs.txt": "b\n"}, env=ENV, prefer="pip", counted=frozenset({"/w/p/requirements.txt"})
        ),
        [f"{PIP} -r /w/p/requirements.txt"],
    ),
    Row(
        "hashes go apart with pip",
        task("sync"),
        bench({"requirements.txt": f"a==1 --hash=sha256:{'0' * 64}\n", "requirements-dev.txt": "b\n"}, env=ENV, prefer="pip"),
        [f"{PIP} -r /w/p/requirements.txt", f"{PIP} -r /w/p/requirements-dev.txt"],
    ),
    Row(
        "relative paths need the project's folder",
        task("sync"),
        bench({"requirements.txt": "-e ./lib\n./other\n"}, env=ENV, prefer="pip"),
        [f"{PIP} -r /w/p/requirements.txt"],
        cwd="/w/p",
        surprises=["is installed in editable mode from ./lib", "is installed from ./other"],
    ),
    Row(
        "a pyproject's requirements, default groups",
        task("sync"),
        bench({"pyproject.toml": PYPROJECT}, env=ENV),
        [f'{UVP} -- requests>=2.31 rich; python_version < "3" pytest ruff'],
    ),
    Row(
        "chosen groups and extras, also through the project's own name",
        task("sync", groups=("docs",), extras=("all",)),
        bench({"pyproject.toml": PYPROJECT}, env=ENV, choice=Choice(default=False)),
        [f'{UVP} -- requests>=2.31 rich; python_version < "3" flask numpy sphinx'],
    ),
    Row(
        "the project itself only when asked",
        task("sync", editable=True),
        bench({"pyproject.toml": '[project]\nname = "me"\ndependencies = ["a"]\n'}, env=ENV),
        [f"{UVP} -e /w/p -- a"],
        surprises=["editable mode, which runs its build"],
    ),
    Row(
        "exact, what is locked",
        task("sync", exact=True),
        bench({"requirements.txt": "a==1\n"}, env=ENV, locks=("requirements.txt",)),
        [f"{UV} pip sync --color never --no-python-downloads --python {PY} -- /w/p/requirements.txt"],
        surprises=["are removed from .venv"],
    ),
    Row(
        "exact, what is not",
        task("sync", exact=True),
        bench(REQ, env=ENV),
        [f"{UVP} --exact -r /w/p/requirements.txt"],
        surprises=["are removed from .venv"],
    ),
    Row(
        "another source of the same version, pip",
        task("sync", reinstall=["foo"]),
        bench({"requirements.txt": "foo @ git+https://example.org/foo\n"}, env=ENV, prefer="pip"),
        [f"{PIP} --force-reinstall --no-deps -- foo @ git+https://example.org/foo", f"{PIP} -r /w/p/requirements.txt"],
        surprises=["foo is fetched"],
    ),
    Row(
        "another source of the same version, uv",
        task("sync", reinstall=["foo"]),
        bench({"requirements.txt": "foo\n"}, env=ENV),
        [f"{UVP} --reinstall-package=foo -r /w/p/requirements.txt"],
    ),
    Row("upgrade", task("upgrade"), bench(REQ, env=ENV), [f"{UVP} --upgrade -r /w/p/requirements.txt"]),
    # the rest
    Row("freeze, pip", task("freeze"), bench(REQ, env=ENV, prefer="pip"), [f"{PY} -I -m pip freeze --disable-pip-version-check --no-input --all"]),
    Row("freeze, uv", task("freeze"), bench(REQ, env=ENV), [f"{UV} pip freeze --color never --no-python-downloads --python {PY}"]),
    Row("repair, uv", task("repair", "six==1.0"), bench(REQ, env=ENV), [f"{UVP} --reinstall --no-deps -- six==1.0"]),
    Row("repair, pip", task("repair", "six==1.0"), bench(REQ, env=ENV, prefer="pip"), [f"{PIP} --force-reinstall --no-deps -- six==1.0"]),
    Row(
        "compile",
        task("compile", files=("/w/p/requirements.in",)),
        bench({"requirements.in": "a\n"}, env=ENV),
        [
            f"{UV} pip compile --color never --no-python-downloads --quiet --python-version 3.12 --custom-compile-command "
            "uv pip compile requirements.in -o requirements.txt --output-file requirements.txt -- requirements.in"
        ],
        cwd="/w/p",
        environment=None,
    ),
    Row("delete", task("delete"), bench(REQ, env=ENV), [], surprises=["Everything in /w/p/.venv is deleted"]),
]  # fmt: skip


@pytest.mark.parametrize("row", ROWS, ids=[row.name for row in ROWS])
def test_a_task_becomes_these_programs(row: Row) -> None:
    made = tools.plan(row.task, row.at)
    assert made.refusal is None
    assert [" ".join(step.argv) for step in made.steps] == row.steps
    assert made.environment == row.environment
    if made.steps:
        assert made.steps[-1].cwd == row.cwd
    assert len(made.surprises) == len(row.surprises), made.surprises
    for said, wanted in zip(made.surprises, row.surprises, strict=True):
        assert wanted in said


@pytest.mark.parametrize("row", ROWS, ids=[row.name for row in ROWS])
def test_a_plan_names_no_program_of_the_workspace_but_the_environments_interpreter(row: Row) -> None:
    for step in tools.plan(row.task, row.at).steps:
        assert step.argv[0].startswith("/")
        assert step.argv[0] == PY or not step.argv[0].startswith("/w/"), step.argv


@pytest.mark.parametrize("row", ROWS, ids=[row.name for row in ROWS])
def test_what_is_shown_of_a_plan_holds_no_password(row: Row) -> None:
    made = tools.plan(row.task, row.at)
    said = [*tools.shown(made), *made.surprises, *(step.label for step in made.steps)]
    assert not any("pw" in text for text in said)


REFUSED = [
    ("no environment", task("install", "a"), bench(REQ), "create one"),
    ("a base of the system", task("install", "a"), bench(REQ, env=environment(kind="system", prefix="/usr")), "create an environment"),
    (
        "a managed base",
        task("sync"),
        bench(
            REQ,
            env=environment(prefix="/usr", health="moved"),
            more={"/usr/lib/python3.12/EXTERNALLY-MANAGED": ""},
        ),
        "create an environment",
    ),
    ("a broken environment", task("sync"), bench(REQ, env=environment(health="broken", problem="Its base is gone.")), "Its base is gone): recreate"),
    ("an option as a name", task("install", "--index-url=https://evil"), bench(REQ, env=ENV), "is not a requirement"),
    ("an option as a name, pip", task("install", "-rfoo"), bench(REQ, env=ENV, prefer="pip"), "is not a requirement"),
    ("a path as a name", task("install", "./lib"), bench(REQ, env=ENV), "is not a requirement"),
    ("a relative file", task("install", files=("requirements.txt",)), bench(REQ, env=ENV), "not an absolute path"),
    ("pip cannot be exact", task("sync", exact=True), bench(REQ, env=ENV, prefer="pip"), "install uv"),
    ("uv wanted and not found", task("sync"), bench(REQ, env=ENV, prefer="uv", programs={}), "uv was not found"),
    ("it exists", task("create"), bench(REQ, env=ENV), ".venv already exists"),
    ("a name that climbs", task("create", name="../x"), bench(REQ), "is not a valid name"),
    ("a name with a shell in it", task("create", name="$(x)"), bench(REQ), "is not a valid name"),
    ("no such Python", task("create", tool="venv", python="3.7"), bench(REQ), "found: 3.15.0a2, 3.13.1"),
    ("a Python of the workspace", task("create", tool="venv", python="/w/p/python"), bench(REQ), "No Python that fits"),
    ("files that contradict each other", task("create", tool="venv"), bench(REQ, python=((">=3.13", "/w/p/pyproject.toml"), ("==3.9.*", "/w/p/.python-version"))),
     "`>=3.13` (pyproject.toml) and `==3.9.*` (.python-version)"),
    ("another project's environment", Task("sync", "/w/p", "/w/q/.venv"), bench(REQ, env=ENV), "is not the environment of this project"),
    ("removing what lies outside", Task("delete", "/w/p", "/opt/env"), bench(REQ, more={"/opt/env/pyvenv.cfg": ""}), "is not inside the workspace"),
    ("removing the project", Task("delete", "/w/p", "/w/p"), bench(REQ, more={"/w/p/pyvenv.cfg": ""}), "is not inside the workspace"),
    ("removing what is no environment", Task("delete", "/w/p", "/w/p/src"), bench(REQ, more={"/w/p/src/a.py": ""}), "does not look like an environment"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "wanted", "at", "sentence"), REFUSED, ids=[row[0] for row in REFUSED])
def test_what_cannot_be_done_is_said(name: str, wanted: Task, at: PlanContext, sentence: str) -> None:
    made = tools.plan(wanted, at)
    assert made.steps == ()
    assert made.refusal is not None
    assert sentence in made.refusal


def test_tools_inside_the_workspace_are_not_used() -> None:
    at = bench(REQ, programs={"uv": "/w/p/bin/uv", "virtualenv": "/w/p/.venv/bin/virtualenv"})
    at = at._replace(pythons=(*(one._replace(executable=f"/w/p{one.executable}") for one in at.pythons), at.pythons[2]))
    made = tools.plan(task("create"), at)
    assert [step.argv[0] for step in made.steps] == ["/opt/py313/bin/python3", PY]
    assert tools.plan(task("create", tool="virtualenv"), at).refusal is not None


def test_a_tracked_environment_is_not_deleted() -> None:
    from venvls.model.facts import Git

    made = tools.plan(task("delete"), bench(REQ, env=ENV, git=Git("/w", False, 3)))
    assert made.refusal is not None
    assert "tracked by git" in made.refusal


def test_a_repair_takes_the_broken_records_away_first_and_nothing_outside_the_environment() -> None:
    site = ENV.site_packages[0]
    packages = Packages(
        pip_of(ENV),
        Distribution("six", "1.0", f"{site}/six-1.0.dist-info", sign="empty"),
        Distribution("six", "1.1", f"{site}/six-1.1.dist-info"),
        Distribution("ok", "1.0", f"{site}/ok-1.0.dist-info"),
        leftovers=(Leftover("six", f"{site}/~ix"), Leftover("six", "/usr/lib/python3/~ix"), Leftover("other", f"{site}/~ther")),
    )
    made = tools.plan(task("repair", "six==1.1"), bench(REQ, env=ENV, packages=packages))
    assert sorted(made.aside) == [f"{site}/six-1.0.dist-info", f"{site}/six-1.1.dist-info", f"{site}/~ix"]
    cleaning = tools.plan(
        task("repair", paths=[f"{site}/~ther", "/etc", f"{site}/ok-1.0.dist-info"]), bench(REQ, env=ENV, packages=packages)
    )
    assert (cleaning.aside, cleaning.steps) == ((f"{site}/~ther",), ())


def test_an_environment_made_by_uv_is_filled_by_a_base_python_with_pip() -> None:
    made = tools.plan(task("install", "a"), bench(REQ, env=environment("3.11.2", "uv"), packages=Packages(), prefer="pip"))
    # The base of the same version and kind comes first.
    assert made.steps[0].argv[:6] == ("/usr/bin/python3", "-I", "-m", "pip", "--python", PY)


def test_a_lock_that_is_not_followed_is_said() -> None:
    made = tools.plan(task("sync"), bench({"pyproject.toml": PYPROJECT}, env=ENV, more={"/w/p/poetry.lock": ""}))
    assert made.fallback is not None
    assert "Poetry" in made.fallback


def test_settings_that_come_along_are_said() -> None:
    more = {"/w/p/uv.toml": "", "/w/p/.venv/pip.conf": ""}
    made = tools.plan(task("sync"), bench({"requirements.txt": "./lib\n"}, env=ENV, more=more))
    assert any("/w/p/uv.toml" in said for said in made.surprises)
    assert any("/w/p/.venv/pip.conf" in said for said in made.surprises)


def test_of_a_file_outside_the_workspace_only_its_path_is_told() -> None:
    at = bench(
        {"requirements.txt": "-r /etc/secret.txt\n"},
        env=ENV,
        more={"/etc/secret.txt": "--index-url https://hidden\nx @ https://hidden/x\n"},
    )
    at.facts.outside = frozenset({"/etc/secret.txt"})
    made = tools.plan(task("sync"), at)
    assert made.surprises == ("Requirements are also installed from a file outside the workspace: /etc/secret.txt.",)


def test_files_that_include_each_other_are_still_installed() -> None:
    at = bench({"requirements.txt": "-r requirements-b.txt\na\n", "requirements-b.txt": "-r requirements.txt\nb\n"}, env=ENV)
    assert "-r /w/p/requirements" in " ".join(tools.plan(task("sync"), at).steps[0].argv)


def test_a_list_that_setuptools_reads_from_a_file_is_handed_over_as_that_file() -> None:
    text = '[project]\nname = "me"\ndynamic = ["dependencies"]\n[tool.setuptools.dynamic]\ndependencies = {file = ["requirements.txt"]}\n'
    made = tools.plan(task("sync"), bench({"pyproject.toml": text, "requirements.txt": "a\n"}, env=ENV))
    assert [" ".join(step.argv) for step in made.steps] == [f"{UVP} -r /w/p/requirements.txt"]


def test_windows_paths_and_drives() -> None:
    view = MemoryFiles({"C:\\w\\p\\requirements.txt": "a\n"}, windows=True)
    facts = Facts(Project("C:\\w\\p", ()), view, roots=("C:\\w",))
    made = tools.plan(Task("create", "C:\\w\\p"), PlanContext(facts, {}, WINDOWS_PYTHONS, "C:\\scratch"))
    assert made.steps[0].argv == ("C:\\Python312\\python.exe", "-I", "-m", "venv", "--", "C:\\w\\p\\.venv")
    inside = PlanContext(facts, {"uv": "c:\\W\\tools\\uv.exe"}, WINDOWS_PYTHONS, "C:\\scratch")
    assert tools.plan(Task("create", "C:\\w\\p"), inside).tool == "venv"
    assert tools.plan(Task("create", "C:\\w\\p"), inside._replace(programs=WINDOWS_PROGRAMS)).tool == "uv"


def test_who_syncs_and_why() -> None:
    facts = bench(REQ, env=ENV).facts
    assert (tools.tool_for(facts)[0].name, tools.tool_for(facts, "auto", {"uv": UV})[0].name) == ("pip", "uv")
    assert tools.tool_for(facts, "pip", {"uv": UV}) == (tools.pip.TOOL, "the setting `sync.tool` says pip")
    old = bench(REQ, env=environment("3.5.2")).facts
    assert tools.tool_for(old, "auto", {"uv": UV})[0].name == "pip"


def test_which_of_two_locks_is_followed_is_said() -> None:
    two = {"/w/p/uv.lock": "version = 1\n", "/w/p/pdm.lock": ""}
    both = bench({"pyproject.toml": PYPROJECT}, env=environment(), programs={"uv": UV}, more=two, locks=("uv.lock", "pdm.lock"))
    made = tools.plan(Task("sync", "/w/p", "/w/p/.venv"), both)
    assert (made.tool, made.fallback) == ("uv", "pdm.lock of PDM is not used: uv uses uv.lock.")


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("https://github.com/celery/vine/zipball/main", "pip"),
        ("vine @ https://me:word@github.com/celery/vine/zipball/main#egg=vine", "pip"),
        ("https://github.com/celery/vine/archive/main.zip?x=1#egg=vine", "uv"),
        ("vine @ git+https://github.com/celery/vine", "uv"),
        ("./vine", "uv"),
    ],
)
def test_pip_installs_where_uv_refuses_an_address(line: str, name: str) -> None:
    tool, why = tools.tool_for(bench({"requirements.txt": f"{line}\n"}, env=ENV).facts, "auto", {"uv": UV})
    assert tool.name == name
    assert "word" not in why


def test_every_tool_is_documented_and_does_something() -> None:
    for tool in tools.TOOLS:
        assert tool.doc.strip().lower().startswith(tool.name.split("-")[0].lower())
        assert tool.does


def test_planning_starts_no_program(monkeypatch: pytest.MonkeyPatch) -> None:
    import os
    import subprocess

    def never(*arguments: object, **options: object) -> None:
        raise AssertionError(f"planning started {arguments}")

    for module, names in ((subprocess, ("Popen",)), (os, ("system", "posix_spawn", "execve", "fork", "popen"))):
        for name in names:
            if hasattr(module, name):
                monkeypatch.setattr(module, name, never)
    for row in ROWS:
        assert isinstance(tools.plan(row.task, row.at), Plan)
    assert isinstance(ENV, Environment)
