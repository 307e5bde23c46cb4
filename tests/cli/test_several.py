"""Several projects at once: each by its own, the others go on where one cannot, and the status is the worst."""

from __future__ import annotations

import json

from tests.cli.inside import Inside


def test_several_projects_are_created_synced_and_looked_at(inside: Inside) -> None:
    inside.write("a/requirements.txt", "alpha\n")
    inside.write("b/requirements.txt", "beta\n")
    ran = inside.run("create", "a", "nowhere", "b", "--no-sync")
    assert ran.returncode == 2
    assert ran.stdout == "a: .venv was created.\nb: .venv was created.\n"
    assert "venvls: nowhere: there is no file or folder `nowhere`" in ran.stderr
    doctor = inside.run("doctor", "--all")
    assert doctor.returncode == 1
    assert "a:   FAIL in sync:" in doctor.stdout and "b:   FAIL in sync:" in doctor.stdout
    made = json.loads(inside.good("sync", "--all", "--format", "json"))
    assert [(result["project"], result["status"]) for result in made["results"]] == [
        (str(inside.root / name), 0) for name in ("a", "b")
    ]  # fmt: skip
    assert all(result["result"]["message"] == ".venv is now in sync." for result in made["results"])
    assert inside.run("check", "a", "b").returncode == 0
    assert inside.run("doctor", "--all").returncode == 0


def test_a_group_that_was_synced_is_remembered_until_it_is_forgotten(inside: Inside) -> None:
    inside.write("pyproject.toml", '[project]\nname = "me"\nversion = "1"\n[dependency-groups]\ndocs = ["alpha"]\n')
    inside.good("create")
    inside.good("sync", "--group", "docs")
    assert "alpha" in inside.good("sync", "--dry-run")
    assert "group docs: counts because you synced it" in inside.good("which", "--explain")
    inside.write("pyproject.toml", inside.read("pyproject.toml").replace('"alpha"', '"alpha", "gamma"'))
    seen = inside.run("check")
    assert (seen.returncode, "information[missing-requirement]" in seen.stdout) == (0, True), seen.stdout
    assert "gamma" not in inside.run("check", "--isolated").stdout
    assert "docs is forgotten" in inside.good("select", "--forget-group", "docs")
    assert "gamma" not in inside.run("check").stdout
    assert "docs is not remembered" in inside.said("select", "--forget-group", "docs")


def test_a_group_counts_in_the_projects_that_define_it(inside: Inside) -> None:
    project = '[project]\nname = "{0}"\nversion = "1"\n[dependency-groups]\n{1}'
    inside.write("a/pyproject.toml", project.format("a", 'docs = ["alpha"]\n'))
    inside.write("b/pyproject.toml", project.format("b", 'lint = ["alpha"]\n'))
    inside.write("c/requirements.txt", "alpha\n")
    inside.good("create", "a", "b", "c", "--no-sync")
    inside.good("sync", "c")
    seen = inside.run("check", "--group", "docs", "--group", "lint")
    assert "unknown-group" not in seen.stdout
    assert seen.stdout.count("alpha is not installed") == 2
    inside.good("sync", "--all", "--group", "docs")
    assert "unknown-group" not in inside.good("check", "--group", "docs")
    assert "none of these 3 projects defines a group or extra `nowhere`." in inside.said("check", "--group", "nowhere")
    # Of one project as well: the commands that fix what it finds would refuse the name.
    assert "c defines no group or extra `nowhere`." in inside.said("check", "--group", "nowhere", "c")
    assert "none of these 3 projects defines a group or extra `nowhere`." in inside.said("sync", "--all", "--extra", "nowhere")
    assert "error[unknown-group] The dependency group lint is selected" in inside.run("check", "a", "--group", "lint").stdout
