"""What a person, a script, a scanner and a workflow see of the same findings."""

from __future__ import annotations

import json
import os
import random
import re
from collections.abc import Sequence

import pytest

from venvls.cli.indented import dumps
from venvls.cli.render import FORMATS, Result, render
from venvls.cli.terminal import Terminal
from venvls.model.action import Action, Task, TextEdit
from venvls.model.environment import Environment
from venvls.model.finding import Finding, Project, Related
from venvls.model.requirement import ParsedRequirement, Requirement
from venvls.model.rule import Rule
from venvls.model.text import Span, Text

ROOT = os.path.join(os.sep, "work", "shop")
MANIFEST = os.path.join(ROOT, "requirements.txt")
TEXT = Text("flask==3.0\nrequests>=2.31  # talks\n")
REQUESTS = Span(11, 25)
VENV = Environment(os.path.join(ROOT, ".venv"), os.path.join(ROOT, ".venv"), os.path.join(ROOT, ".venv", "bin", "python"), "3.12.4")
PROJECT = Project(ROOT, (MANIFEST,), environment=VENV, reason="it stands beside the manifest")
SYNC = Action("sync-environment", "Sync .venv", task=Task("sync", ROOT, VENV.prefix), preferred=True)
REMOVE = Action("remove-duplicate", "Remove this line", edits=(TextEdit(MANIFEST, Span(11, 35), ""),), safe=True)


def test_json_is_written_as_the_standard_library_writes_it() -> None:
    dice, deep = random.Random(3), 5
    leaves = [None, True, False, 0, -7, 10**20, 1.5, float("inf"), "", "a", 'é\u2028\x1b"\\', "\ud800", (), [], {}]

    def value(depth: int) -> object:
        if depth == 0 or dice.random() < 0.3:
            return dice.choice(leaves)
        if dice.random() < 0.5:
            return dice.choice((list, tuple))(value(depth - 1) for _ in range(dice.randrange(4)))
        return {dice.choice(("a", "b", "é", 1, None, True, 2.5)): value(depth - 1) for _ in range(dice.randrange(4))}

    for _ in range(1_000):
        made = value(deep)
        assert dumps(made) == json.dumps(made, indent=2)


def finding(**changes: object) -> Finding:
    values: dict[str, object] = {
        "code": "version-mismatch",
        "message": "requests 2.28.0 is installed, but >=2.31 is required",
        "path": MANIFEST,
        "span": REQUESTS,
        "project": ROOT,
        "environment": VENV.prefix,
    }
    return Finding(**{**values, **changes})  # type: ignore[arg-type]


def result(*findings: Finding, actions: Sequence[Action] = (SYNC,), text: Text = TEXT, **changes: object) -> Result:
    values: dict[str, object] = {"projects": (PROJECT,), "cwd": ROOT}
    return Result(findings=findings, text_of=lambda path: text, actions_of=lambda one: actions, **{**values, **changes})  # type: ignore[arg-type]


def test_a_problem_is_shown_with_its_line_the_carets_and_what_mends_it() -> None:
    assert render("text", result(finding())) == (
        "requirements.txt:2:1: warning[version-mismatch] requests 2.28.0 is installed, but >=2.31 is required\n"
        "  |\n"
        "2 | requests>=2.31  # talks\n"
        "  | ^^^^^^^^^^^^^^\n"
        "  = help: Sync .venv: venvls sync\n"
        "\n"
        "Found 1 problem in 1 project (1 can be fixed by venvls sync).\n"
    )


def test_the_command_that_mends_has_the_groups_and_extras_that_were_checked() -> None:
    shown = render("text", result(finding(), chosen="--extra dev"))
    assert "= help: Sync .venv: venvls sync --extra dev\n" in shown
    assert shown.endswith("(1 can be fixed by venvls sync --extra dev).\n")


def test_a_safe_edit_names_check_fix() -> None:
    shown = render("text", result(finding(), actions=(REMOVE,)))
    assert "help: Remove this line: venvls check --fix\n" in shown
    assert shown.endswith("Found 1 problem in 1 project (1 can be fixed by venvls check --fix).\n")


def test_a_project_elsewhere_is_named_in_the_command() -> None:
    shown = render("text", result(finding(), cwd=os.path.dirname(ROOT)))
    assert shown.startswith(os.path.join("shop", "requirements.txt") + ":2:1: ")
    assert "venvls sync shop\n" in shown


def test_a_remark_takes_one_line_and_is_no_problem() -> None:
    remark = finding(code="selected-environment", severity="information", message="Python 3.12.4 of .venv.")
    assert render("text", result(remark)) == (
        "requirements.txt:2:1: information[selected-environment] Python 3.12.4 of .venv.\nIn sync: 1 project, Python 3.12.4 in .venv.\n"
    )


def imported(number: int, **changes: object) -> Finding:
    code = os.path.join(ROOT, f"code{number}.py")
    data: dict[str, object] = {"module": "yaml", "add": "PyYAML", "declared": None}
    changes = {"code": "missing-import", "message": "`yaml` cannot be imported", "data": data, **changes}
    return finding(path=code, span=Span(0, 5), **changes)


def test_what_is_imported_in_many_files_is_shown_once_and_counted() -> None:
    shown = render("text", result(*map(imported, range(6)), imported(7, project="elsewhere"), actions=()))
    assert shown.count("missing-import") == 2
    assert "  = also: code1.py:1:1, code2.py:1:1, code3.py:1:1 and 2 more places\n" in shown
    assert shown.endswith("Found 7 problems in 2 projects.\n")
    remarks = [imported(number, code="undeclared-import", severity="information") for number in range(2)]
    assert render("text", result(*remarks)).startswith(
        "code0.py:1:1: information[undeclared-import] `yaml` cannot be imported (also code1.py:1:1)\n"
    )


def test_what_other_code_than_tests_imports_too_is_added_for_all() -> None:
    """The finding in the tests comes first, and its list for developers alone would leave the other without."""

    def offered(one: Finding) -> tuple[Action, ...]:
        groups = ("dev",) if one.path.endswith("code0.py") else ()
        task = Task("add", ROOT, VENV.prefix, requirements=("PyYAML",), groups=groups)
        return (Action("add-requirement", "Add PyYAML", task=task, preferred=True),)

    both = result(imported(0), imported(1))._replace(actions_of=offered)
    assert "  = help: Add PyYAML: venvls add PyYAML\n" in render("text", both)
    tests_alone = result(imported(0))._replace(actions_of=offered)
    assert "  = help: Add PyYAML: venvls add PyYAML --group dev\n" in render("text", tests_alone)


def test_the_command_that_adds_is_named_and_no_sync_for_what_nothing_requires() -> None:
    install = Action("install-imported", "Install PyYAML into .venv", task=Task("install", ROOT, VENV.prefix, requirements=("PyYAML",)))
    for place, words in ({"groups": ("test",)}, "--group test"), ({"extras": ("a b",)}, '--extra "a b"'):
        add = Action(
            "add-requirement", "Add PyYAML", task=Task("add", ROOT, VENV.prefix, requirements=("PyYAML",), **place), preferred=True
        )
        shown = render("text", result(imported(0), actions=(add, install)))
        assert f"= help: Add PyYAML: venvls add PyYAML {words}\n" in shown
        assert shown.endswith("Found 1 problem in 1 project.\n")
    required = imported(0, data={"module": "yaml", "add": None, "declared": "pyyaml"})
    assert render("text", result(required, actions=(install,))).endswith("(1 can be fixed by venvls sync).\n")


def test_nothing_to_check_is_said() -> None:
    assert "there is no manifest" in render("text", result(projects=()))


def test_related_places_are_pointed_at() -> None:
    shown = render("text", result(finding(related=(Related(MANIFEST, Span(0, 10), "the other one"),))))
    assert "  = see: requirements.txt:1:1: the other one\n" in shown


@pytest.mark.parametrize(
    ("line", "start", "end", "source", "carets"),
    [
        ("\tflask", 1, 6, "    flask", "    ^^^^^"),
        ("a\tflask", 2, 7, "a   flask", "    ^^^^^"),
        ('x = "日本語"  # é', 5, 8, 'x = "日本語"  # é', "     ^^^^^^"),
        ("e\u0301a b", 3, 4, "e\u0301a b", "  ^"),
        ("👍 flask", 2, 7, "👍 flask", "   ^^^^^"),
        ("a\x1b[31m b", 7, 8, r"a\x1b[31m b", "          ^"),
        ("a\u202eb", 2, 3, r"a\u202eb", "       ^"),
        ("flask", 5, 5, "flask", "     ^"),
    ],
)
def test_carets_stand_under_their_characters(line: str, start: int, end: int, source: str, carets: str) -> None:
    lines = render("text", result(finding(span=Span(start, end)), text=Text(line + "\n"))).splitlines()
    assert lines[2] == f"1 | {source}"
    assert lines[3] == f"  | {carets}"


def test_a_stretch_over_several_lines_is_underlined_to_the_end_of_its_first() -> None:
    lines = render("text", result(finding(span=Span(6, 20)), text=Text("deps =[\n  'requests\n"))).splitlines()
    assert lines[3] == "  |       ^"


def test_a_very_long_line_is_shown_around_the_place() -> None:
    text = Text("a" * 500_000 + "flask" + "b" * 500_000)
    lines = render("text", result(finding(span=Span(500_000, 500_005)), text=text)).splitlines()
    assert len(lines[2]) < 130
    column = lines[3].index("^")
    assert lines[2][column : column + 5] == "flask"
    assert lines[3].count("^") == 5


def test_messages_and_paths_cannot_steer_the_terminal() -> None:
    shown = render("text", result(finding(message="name \x1b[2Jflask\nfound", path=MANIFEST + "\x07")))
    assert not re.search(r"[\x00-\x09\x0b-\x1f]", shown)
    assert r"name \x1b[2Jflask\nfound" in shown


def test_passwords_in_urls_are_covered_and_columns_kept() -> None:
    text = Text("pkg @ https://me:secret@host/pkg.whl\n")
    lines = render("text", result(finding(span=Span(6, 36)), text=text)).splitlines()
    assert lines[2] == "1 | pkg @ https://*********@host/pkg.whl"
    assert lines[3] == "  |       " + "^" * 30


def test_no_line_of_a_file_outside_the_projects_is_printed() -> None:
    shown = render("text", result(finding(path=os.path.join(os.sep, "etc", "passwd")), text=Text("root:x:0:0\n")))
    assert "root:x" not in shown


def test_colour_only_when_asked_for() -> None:
    plain = render("text", result(finding()))
    coloured = render("text", result(finding()), Terminal(colour=True))
    assert "\x1b" not in plain
    assert re.sub(r"\x1b\[[\d;]*m", "", coloured) == plain != coloured


def test_json_is_the_public_shape() -> None:
    requirement = Requirement(ParsedRequirement("requests>=2.31", "requests", "requests"), REQUESTS, REQUESTS)
    content = json.loads(render("json", result(finding(requirement=requirement, installed="2.28.0"), finding(severity="hint"))))
    assert set(content) == {"schema", "projects", "findings"}
    assert content["schema"] == 1
    (project,) = content["projects"]
    assert set(project) == {"root", "manifests", "locks", "tool", "environment", "reason", "in_sync"}
    assert project["in_sync"] is False
    assert set(project["environment"]) == {
        "prefix", "interpreter", "version", "implementation", "kind", "name", "health", "problem", "project",
    }  # fmt: skip
    first = content["findings"][0]
    assert first == {
        "code": "version-mismatch",
        "severity": "warning",
        "message": "requests 2.28.0 is installed, but >=2.31 is required",
        "path": MANIFEST,
        "range": {"start": {"line": 1, "character": 0}, "end": {"line": 1, "character": 14}},
        "project": ROOT,
        "environment": VENV.prefix,
        "requirement": {"name": "requests", "text": "requests>=2.31", "installed": "2.28.0", "group": None},
        "actions": [{"title": "Sync .venv", "kind": "quickfix", "id": "sync-environment"}],
    }
    assert content["findings"][1]["requirement"] is None


def test_json_counts_in_utf_16() -> None:
    content = json.loads(render("json", result(finding(span=Span(2, 7)), text=Text("👍 flask"))))
    assert content["findings"][0]["range"] == {"start": {"line": 0, "character": 3}, "end": {"line": 0, "character": 8}}


def test_github_commands_are_escaped() -> None:
    odd = finding(path=os.path.join(ROOT, "a,b:c.txt"), message="50% of\nit")
    assert render("github", result(odd)) == (
        "::warning file=a%2Cb%3Ac.txt,line=2,endLine=2,col=1,endColumn=15,title=venvls version-mismatch::50%25 of%0Ait\n"
    )
    assert render("github", result(finding(severity="hint"))).startswith("::notice ")
    assert "col=" not in render("github", result(finding(span=Span(0, 14))))


def test_sarif_has_what_code_scanning_reads() -> None:
    rule = Rule("version-mismatch", "warning", "The installed version\nis another.\n\nInstall the right one.", requirement=lambda *_: ())
    log = json.loads(
        render(
            "sarif",
            result(
                finding(related=(Related(MANIFEST, Span(0, 10), "the other one"),)),
                finding(path=os.path.join(os.sep, "else where", "r.txt")),
                actions=(REMOVE,),
                rules=(rule,),
            ),
        )
    )
    assert log["version"] == "2.1.0"
    assert "sarif-schema-2.1.0" in log["$schema"]
    (run,) = log["runs"]
    assert run["columnKind"] == "utf16CodeUnits"
    assert run["originalUriBaseIds"]["%SRCROOT%"]["uri"].startswith("file:///")
    assert run["originalUriBaseIds"]["%SRCROOT%"]["uri"].endswith("/shop/")
    driver = run["tool"]["driver"]
    assert driver["name"] == "venvls"
    (shown,) = driver["rules"]
    assert shown["id"] == "version-mismatch"
    assert shown["shortDescription"]["text"] == "The installed version is another."
    assert "Install the right one." in shown["help"]["text"]
    assert shown["defaultConfiguration"] == {"level": "warning"}
    first, second = run["results"]
    assert driver["rules"][first["ruleIndex"]]["id"] == first["ruleId"]
    assert first["level"] == "warning"
    assert first["message"]["text"]
    place = first["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "requirements.txt", "uriBaseId": "%SRCROOT%"}
    assert place["region"] == {"startLine": 2, "startColumn": 1, "endLine": 2, "endColumn": 15}
    assert first["relatedLocations"][0]["message"]["text"] == "the other one"
    change = first["fixes"][0]["artifactChanges"][0]
    assert change["replacements"] == [
        {"deletedRegion": {"startLine": 2, "startColumn": 1, "endLine": 3, "endColumn": 1}, "insertedContent": {"text": ""}}
    ]
    assert second["locations"][0]["physicalLocation"]["artifactLocation"] == {"uri": "file:///else%20where/r.txt"}


@pytest.mark.parametrize("format", FORMATS)
def test_every_format_takes_every_severity_and_no_finding_at_all(format: str) -> None:
    for severity in ("error", "warning", "information", "hint"):
        assert "version-mismatch" in render(format, result(finding(severity=severity)))
    assert "version-mismatch" not in render(format, result())
