"""`venvls list`, `show`, `why` and `tree`: what they print, in an untrusted folder, from files alone."""

from __future__ import annotations

import json

import pytest

from tests.cli.inside import Inside
from tests.lsp.editor import make_environment


@pytest.fixture
def made(inside: Inside) -> Inside:
    """beta needs alpha>=2; gamma is left over."""
    inside.write("requirements.txt", "beta\n")
    site = make_environment(inside.root / ".venv", alpha="2.0", beta="1.0", gamma="1.0")
    (site / "beta-1.0.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: beta\nVersion: 1.0\nRequires-Dist: alpha>=2\n")
    return inside


def test_list(made: Inside) -> None:
    lines = [line.split(None, 3) for line in made.good("list").splitlines()]
    assert lines[0] == ["NAME", "INSTALLED", "REQUIRED", "WHY"]
    assert ["alpha", "2.0", "-", "requirements.txt:1, through beta"] in lines
    assert ["beta", "1.0", "-", "requirements.txt:1"] in lines
    assert made.good("list", "--unrequired").splitlines()[1:] == ["gamma  1.0        -         left over: nothing requires it"]
    assert made.good("list", "--out-of-sync") == "Everything that is required is in sync.\n"


def test_list_what_is_out_of_sync(made: Inside) -> None:
    made.write("requirements.txt", "beta\nalpha<2\nmissing>=3\n")
    ran = made.run("list", "--out-of-sync", "--format", "json")
    assert ran.returncode == 1
    packages = {each["name"]: each for each in json.loads(ran.stdout)["packages"]}
    assert set(packages) == {"alpha", "missing"}
    assert packages["missing"]["installed"] is None and packages["missing"]["required"] == [">=3"]
    assert "2.0 is installed" in packages["alpha"]["reason"]
    assert "! " in made.good("list")


def test_why(made: Inside) -> None:
    assert made.good("why", "Alpha") == "alpha 2.0 is required:\n  requirements.txt:1  beta → alpha>=2\n"
    assert made.good("why", "beta") == "beta 1.0 is required:\n  requirements.txt:1  beta\n"
    assert made.good("why", "gamma") == "gamma 1.0 is left over: nothing requires it.\n"
    answer = json.loads(made.good("why", "alpha", "--format", "json"))
    assert answer["installed"] == "2.0" and answer["left_over"] is False
    way = answer["required_by"][0]
    assert way["requirement"]["path"] == str(made.root / "requirements.txt")
    assert way["requirement"]["range"]["end"] == {"line": 0, "character": 4}
    assert [(step["package"], step["needs"], step["specifier"]) for step in way["chain"]] == [("beta", "alpha", ">=2")]


def test_why_names_groups_and_what_does_not_count(made: Inside) -> None:
    made.write("pyproject.toml", '[project]\nname = "me"\nversion = "1"\n[dependency-groups]\ndocs = ["gamma"]\n')
    assert "required by nothing that counts here, only by:\n  pyproject.toml:5 (group docs)  gamma" in made.good("why", "gamma")
    assert made.good("why", "gamma", "--group", "docs") == "gamma 1.0 is required:\n  pyproject.toml:5 (group docs)  gamma\n"


def test_tree(made: Inside) -> None:
    project = made.root.name
    assert made.good("tree") == f"{project}\n└── beta 1.0\n    └── alpha 2.0 (>=2)\n"
    assert made.good("tree", "--depth", "1") == f"{project}\n└── beta 1.0\n"
    assert made.good("tree", "--invert") == "alpha 2.0\n└── beta 1.0 (>=2)\n    └── requirements.txt:1  beta\n"
    assert made.good("tree", "--package", "beta") == "beta 1.0\n└── alpha 2.0 (>=2)\n"
    rows = json.loads(made.good("tree", "--format", "json"))["rows"]
    assert [(row["depth"], row["package"], row["version"]) for row in rows] == [(0, None, None), (1, "beta", "1.0"), (2, "alpha", "2.0")]


def test_show(made: Inside) -> None:
    text = made.good("show", "alpha", "beta")
    assert text.startswith("alpha 2.0\n") and "\n\nbeta 1.0\n" in text
    assert "needed by:  beta (alpha>=2)" in text and "required:   requirements.txt:1  beta" in text
    answer = json.loads(made.good("show", "alpha", "--format", "json"))["packages"][0]
    assert (answer["name"], answer["installed"], answer["state"]) == ("alpha", "2.0", "in-sync")


def test_from_a_folder_below_and_for_another_project(made: Inside) -> None:
    below = made.root / "src" / "deep"
    below.mkdir(parents=True)
    assert "beta → alpha>=2" in made.run("why", "alpha", cwd=below).stdout
    assert "beta → alpha>=2" in made.run("why", "alpha", "--project", str(made.root), cwd=made.root.parent).stdout
    assert made.run("tree", str(made.root), cwd=made.root.parent).stdout.startswith(made.root.name)


def test_what_cannot_be_answered_is_one_sentence(made: Inside) -> None:
    assert made.said("why", "alhpa") == "`alhpa` is neither installed nor required here; did you mean `alpha`?"
    assert "give the name alone" in made.said("show", "alpha>=2")
    assert "neither installed nor required" in made.said("tree", "--package", "nothing")
    assert made.said("tree", "--depth", "-1") == "--depth is a number, 0 or more, and not `-1`"
    assert made.said("tree", "--depth", "x") == "--depth is a number, 0 or more, and not `x`"
    assert "Traceback" not in made.run("show").stderr


def test_nothing_is_started_and_nothing_of_metadata_steers_the_terminal(made: Inside) -> None:
    info = next(made.root.glob(".venv/[lL]ib/**/alpha-2.0.dist-info"))
    head = "Metadata-Version: 2.1\nName: alpha\nVersion: 2.0\n"
    (info / "METADATA").write_text(head + "Summary: \x1b[31mred\x07\nHome-page: https://u:secret@x.org\n\n")
    python = next(made.root.glob(".venv/[bs]*/python*"))
    python.unlink()
    python.write_text("#!/bin/sh\ntouch started\n")
    for words in (("list",), ("show", "alpha"), ("why", "alpha"), ("tree",), ("tree", "--invert")):
        ran = made.run(*words)
        assert ran.returncode == 0 and "\x1b" not in ran.stdout and "\x07" not in ran.stdout and "secret" not in ran.stdout
    assert not (made.root / "started").exists()


@pytest.mark.parametrize(
    ("address", "asked"),
    [
        ("https://[bad/x", "git+https://example.org/x"),
        ("https://exa\u2100mple.org/x", "https://example.org/x.zip"),
        ("file://[bad/x", "./x"),
    ],
)
def test_a_record_whose_address_cannot_be_read_stops_nothing(made: Inside, address: str, asked: str) -> None:
    made.write("requirements.txt", f"beta @ {asked}\n" if "//" in asked else f"{asked}\nbeta\n")
    more = {"vcs_info": {"vcs": "git", "commit_id": "0" * 40}} if asked.startswith("git") else {"dir_info": {"editable": "//" not in asked}}
    (record,) = made.root.glob(".venv/lib/*/site-packages/beta-1.0.dist-info")
    (record / "direct_url.json").write_text(json.dumps({"url": address, **more}))
    for words in (("list",), ("show", "beta"), ("tree",), ("check",)):
        ran = made.run(*words)
        assert ran.returncode in (0, 1) and "internal error" not in ran.stdout + ran.stderr, (words, ran)
        assert words != ("check",) or "//" not in asked or "was installed from" in ran.stdout
