"""What `venvls mcp` answers and refuses, without the SDK: paths, requirements, and what is known of a project."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.lsp.editor import make_environment
from tests.memory_machine import MemoryMachine, MemoryMemory
from venvls import removals
from venvls.__main__ import services
from venvls.mcp import answers, doing
from venvls.mcp.answers import Desk, Refusal
from venvls.model.action import Outcome, Task
from venvls.rules import every_rule
from venvls.services import Services


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A project with an environment, one without, and a folder outside of both with a link to it."""
    base = tmp_path_factory.mktemp("mcp")
    site = make_environment(base / "open" / "made" / ".venv", beta="1.0", alpha="2.0", pytest="9.0")
    (site / "beta-1.0.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: beta\nVersion: 1.0\nRequires-Dist: alpha>=2\n")
    (base / "open" / "made" / "requirements.txt").write_text("--index-url https://me:secret@example.invalid/simple\nbeta\ngone>=3\n")
    (base / "open" / "none").mkdir()
    (base / "open" / "none" / "requirements.txt").write_text("beta\n")
    (base / "outside").mkdir()
    (base / "outside" / "requirements.txt").write_text("secret-name\n")
    if os.name == "posix":
        (base / "open" / "link").symlink_to(base / "outside")
    return Desk(services(), (str(base / "open"),))


@pytest.mark.parametrize("text", ["requests", "httpx[http2] >= 0.27", "Flask~=3.0; python_version >= '3.10'", "a==1.*,!=1.2"])
def test_a_name_with_extras_and_versions_is_taken(text: str) -> None:
    assert Requirement(doing.requirement(text)) == Requirement(text)


@pytest.mark.parametrize(
    "text",
    [
        "-r x.txt", "--index-url=https://x", "-e .", ".", "./x", "/x", "../x", "x/y", "git+https://x/y", "https://x/y.whl", "x @ https://y/z",
        "x @ file:///y", "x-1.0-py3-none-any.whl", "x.tar.gz", "x.zip", "requirements.txt", "pyproject.toml",
        "x\n--pre", "x # -i y", "x -i y", " -x", "", " ", "x; import os", "x==", "C:\\x", "${HOME}", "x\0y", "x\x1b[2J",
    ],
)  # fmt: skip
def test_everything_else_that_an_installer_takes_is_refused(text: str) -> None:
    with pytest.raises(Refusal):
        doing.requirement(text)


def test_secrets_are_not_in_the_refusal() -> None:
    with pytest.raises(Refusal) as refused:
        doing.requirement("x @ https://me:secret@example.invalid/x.whl")
    assert "secret" not in str(refused.value)


def test_a_path_stays_below_the_folders(desk: Desk) -> None:
    inner, _ = answers.located("made/requirements.txt", desk)
    assert inner.endswith("requirements.txt")
    for path in ("..", "../outside", "/etc/passwd", "made/../../outside", "link", "link/requirements.txt", "made\0"):
        if "link" in path and os.name != "posix":
            continue
        with pytest.raises(Refusal):
            answers.located(path, desk)
    with pytest.raises(Refusal, match="no root"):
        answers.located(".", desk._replace(folders=()))
    with pytest.raises(Refusal, match="There is no file"):
        answers.located("made/gone.py", desk)


def test_a_project_above_the_folder_is_not_looked_at() -> None:
    machine = MemoryMachine({"/work/requirements.txt": "secret-name\n", "/work/src/code.py": ""})

    def never(*_: object, **__: object) -> object:
        raise AssertionError

    given = Desk(Services(machine, MemoryMemory(), never, never, never, never), ("/work/src",))  # type: ignore[arg-type]
    answer = answers.environment_for("code.py", given)
    assert answer["project"] is None and "no project here" in answer["next"]
    assert answers.check(".", given)["findings"] == []


def test_with_several_folders_a_path_is_where_it_is() -> None:
    lists = {"/w/a/requirements.txt": "idna\n", "/w/b/requirements.txt": "six\n", "/w/b/src/code.py": "", "/v/none/readme": ""}
    machine = MemoryMachine(lists)

    def never(*_: object, **__: object) -> object:
        raise AssertionError

    ports = Services(machine, MemoryMemory(), never, never, never, never)  # type: ignore[arg-type]
    desk = Desk(ports, ("/w/a", "/w/b", "/v/none"))
    for path in ("src/code.py", "b/src/code.py", "/w/b/src/code.py", "file:///w/b/src/code.py", "../b/src/code.py"):
        assert answers.located(path, desk) == ("/w/b/src/code.py", "/w/b"), path
    assert answers.located("b", desk) == ("/w/b", "/w/b")
    for path in (".", "", "requirements.txt"):
        with pytest.raises(Refusal, match=r"give an absolute path, such as /w/a.* or /w/b"):
            answers.located(path, desk)
    for path in ("../c", "/w", "file:///etc/passwd", "../../etc/passwd"):
        with pytest.raises(Refusal, match="outside the folders"):
            answers.located(path, desk)
    with pytest.raises(Refusal, match="not a valid address"):
        answers.located("file://[bad/x", desk)
    whole = answers.check(".", desk)
    assert whole["projects"] == ["/w/a", "/w/b"] and whole["in_sync"] is False
    assert {finding["path"] for finding in whole["findings"]} == {"/w/a/requirements.txt", "/w/b/requirements.txt"}
    none = answers.check("/v/none", desk)
    assert (none["in_sync"], none["notes"]) == (None, ["There is no project at /v/none."])


def test_the_environment_of_a_file(desk: Desk) -> None:
    answer = answers.environment_for("made", desk)
    interpreter = answer["environment"]["interpreter"]
    assert answer["run_python"] == [interpreter]
    assert answer["run_tests"] == [interpreter, "-m", "pytest"]
    assert answer["in_sync"] is False and "call `check`" in answer["next"]
    assert answer["activate"].startswith('eval "$(venvls activate ')
    assert subprocess.run([*answer["run_python"], "-c", "import sys; print(sys.prefix)"], capture_output=True, text=True, check=True)
    none = answers.environment_for("none", desk)
    assert none["environment"] is None and none["run_python"] is None and "call `create`" in none["next"]


def test_findings_why_and_packages(desk: Desk) -> None:
    answer = answers.check("made", desk)
    assert not answer["in_sync"]
    found = next(each for each in answer["findings"] if each["package"] == "gone")
    assert (found["code"], found["line"]) == ("missing-requirement", 3)
    assert any("Install gone" in title for title in found["fixes"])
    reason = answers.why("Alpha", "made", desk)
    assert [step["chain"] for step in reason["required_by"]] == [["beta", "alpha>=2"]]
    assert reason["required_by"][0]["line"].endswith("requirements.txt:2")
    rows = {row["name"]: row for row in answers.packages("made", desk)["packages"]}
    assert rows["gone"]["state"] == "out-of-sync" and rows["beta"]["installed"] == "1.0"
    for wrong in ("", "a b", "a>=1", "./x"):
        with pytest.raises(Refusal):
            answers.why(wrong, "made", desk)


def test_of_code_what_it_imports(tmp_path: Path) -> None:
    make_environment(tmp_path / ".venv", idna="3.4")
    (tmp_path / "requirements.txt").write_text("idna\ngone\n")
    for name in ("app.py", "other.py"):
        (tmp_path / name).write_text("import idna\nimport yaml\n")
    desk = Desk(services(), (str(tmp_path),))

    def seen(path: str, **more: bool) -> set[tuple[str, str, int]]:
        return {(Path(each["path"]).name, each["code"], each["line"]) for each in answers.check(path, desk, **more)["findings"]}

    missing, app = ("requirements.txt", "missing-requirement", 2), ("app.py", "missing-import", 2)
    assert seen(".") == {missing}
    assert seen("app.py") == {missing, app}
    assert seen(".", imports=True) == {missing, app, ("other.py", "missing-import", 2)}


def test_several_projects_have_to_be_named(desk: Desk) -> None:
    with pytest.raises(Refusal, match="name one as `path`"):
        answers.packages(".", desk)
    told = answers.environment_for(".", desk)["next"]
    assert "several projects" in told and "made" in told and "none" in told, "what a model asks first where it was started"


def test_rules_are_explained() -> None:
    for rule in every_rule():
        assert answers.explain(rule.code)["documentation"], "a model asks for whatever code it was shown"
    with pytest.raises(Refusal, match="version-mismatch"):
        answers.explain("version-mismatches")


def test_a_plan_says_the_commands_and_runs_nothing(desk: Desk) -> None:
    task, workspace, _ = doing.task_of("sync", "made", [], desk)
    plan = doing.plan(task, workspace, desk)
    assert plan["steps"] and plan["steps"][0]["argv"]
    assert "secret" not in str(answers.cleaned(plan))
    task, workspace, _ = doing.task_of("add", "made", ["attrs>=1"], desk)
    assert doing.plan(task, workspace, desk)["edits"].endswith("requirements.txt")
    assert "attrs" not in Path(doing.plan(task, workspace, desk)["edits"]).read_text()
    with pytest.raises(Refusal, match="There is no task"):
        doing.task_of("delete", "made", [], desk)
    with pytest.raises(Refusal, match="Name the packages"):
        doing.task_of("add", "made", [], desk)


def test_what_is_unusual_is_not_run_before_somebody_agreed(desk: Desk) -> None:
    """The index of the project is not the usual one: the person has to know."""
    task, workspace, project = doing.task_of("sync", "made", [], desk)
    with pytest.raises(Refusal, match="confirmed: true") as refused:
        doing.perform(task, workspace, project, desk, False, print, lambda: False)
    assert "secret" not in str(refused.value)


def test_nothing_that_is_shown_acts() -> None:
    assert answers.cleaned({"a": ["x\x1b[2J https://me:pw@h/s", 1, None, ("\u202e",)]}) == {
        "a": ["x\\x1b[2J https://***@h/s", 1, None, ["\\u202e"]]
    }


def test_without_the_extra_one_sentence_says_how_to_get_it(tmp_path: Path) -> None:
    """The SDK is hidden: the package of ours with the same last name must not be taken for it."""
    program = "import sys; sys.modules['mcp'] = None; from venvls.__main__ import main; sys.exit(main(['mcp']))"
    ran = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr == 'venvls mcp needs the extra "mcp": pip install "venvls[mcp]", or: uv tool install "venvls[mcp]".\n'
    for words in (["mcp", "--nonsense"], ["mcp", "--root", str(tmp_path / "gone")]):
        ran = subprocess.run(
            [sys.executable, "-m", "venvls", *words], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
        )
        assert ran.returncode == 2 and len(ran.stderr.splitlines()) <= 2


PAGE = Path(__file__).resolve().parents[2] / "server" / "docs" / "how-to" / "agents.md"


def test_the_page_shows_what_is_answered(tmp_path: Path) -> None:
    """Every answer in `how-to/agents.md` is that of the tool, but for the folder and the version of Python; of a plan the words."""
    shop = tmp_path / "shop"
    site = make_environment(shop / ".venv", flask="3.1.0", werkzeug="3.1.3", pytest="9.2.0")
    (site / "flask-3.1.0.dist-info" / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: flask\nVersion: 3.1.0\nRequires-Dist: werkzeug>=3.1\n"
    )
    (shop / "requirements.txt").write_text("flask>=3\nhttpx>=0.28\n")
    (shop / "requirements-dev.txt").write_text("pytest\n")
    desk = Desk(services(), (str(shop),))
    page = PAGE.read_text("utf-8")
    sections = {section.split("\n")[0]: re.search(r"^```json\n(.*?)^```$", section, re.M | re.S) for section in re.split("(?m)^### ", page)}
    shown = {name: json.loads(example[1]) for name, example in sections.items() if example is not None}
    task, workspace, _ = doing.task_of("add", ".", ["rich>=13"], desk)
    given = {
        "environment_for": answers.environment_for(".", desk),
        "check": answers.check(".", desk),
        "why": answers.why("werkzeug", ".", desk),
        "packages": answers.packages(".", desk),
        "plan": doing.plan(task, workspace, desk),
    }
    if os.name == "nt":
        pytest.xfail("the page shows the paths of POSIX")
    for name, answer in given.items():
        text = json.dumps(answers.cleaned(answer)).replace(str(shop), "/work/shop")
        seen = json.loads(text.replace(".".join(map(str, sys.version_info[:3])), "3.12.4"))
        if name == "plan":
            assert seen.keys() == shown[name].keys() and seen["steps"][0].keys() == shown[name]["steps"][0].keys()
            assert seen["edits"] == shown[name]["edits"]
        else:
            assert seen == shown[name], name
    assert set(given) < set(shown)


def test_the_page_names_every_hook() -> None:
    from venvls.guard.hooks import HOOKS

    rows = re.findall(r"^\| `([\w-]+)` \| ([\w ]+) \| `(\w+)` \|", PAGE.read_text("utf-8"), re.M)
    assert rows == [(hook.name, hook.agent, hook.event) for hook in HOOKS]


def test_what_an_agent_removes_is_noted_as_removed(tmp_path: Path) -> None:
    """So that a list of what is installed does not bring it back, as long as it is there."""
    make_environment(tmp_path / ".venv", alpha="1.0")
    (tmp_path / "requirements.txt").write_text("alpha\n")
    ports = services()
    here = Desk(ports._replace(run=lambda made, **_: Outcome(False, "uv failed")), (str(tmp_path),))
    workspace, project = answers.with_project(str(tmp_path), here)
    task = Task("remove", project.root, project.environment.prefix if project.environment else None, requirements=("alpha",))
    doing.perform(task, workspace, project, here, True, lambda line: None, lambda: False)
    assert removals.removed(workspace.facts(project.root), ports.memory) == {"alpha"}
