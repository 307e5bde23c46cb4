"""Threats T11 to T13, T18 and T20 to T22: what a text can make venvls expand, fetch, show, write or compute."""

from __future__ import annotations

import json
import socket
import sys
import threading
from pathlib import Path

import pytest

from tests.faults.hostile import venvls
from tests.lsp.editor import Editor, install, make_environment

SECRET = "hunter2"
FORMATS = ("text", "json", "sarif", "github")


def everything_said(root: Path, environ: dict[str, str] | None = None) -> str:
    """All that every face says of a project: four formats, a plan in two, the language server's messages, actions and log."""
    said = ""
    for form in FORMATS:
        done = venvls("check", "--format", form, root, environ=environ)
        assert done.returncode in (0, 1) and "Traceback" not in done.stderr, done.stderr
        said += done.stdout + done.stderr
    for form in ("text", "json"):
        done = venvls("sync", "--dry-run", "--format", form, root, environ=environ)
        said += done.stdout + done.stderr
    with Editor(root, options={"trusted": False}, environ=environ or {}) as editor:
        editor.settle()
        # A quick fix of the editor's own buffer may hold the buffer's words: what is shown to a person may not.
        said += json.dumps([[one["title"], one.get("diagnostics")] for one in editor.actions(root / "requirements.txt")])
        said += json.dumps(editor.messages[:-1])
        said += editor.stderr
    return said


@pytest.fixture
def root(tmp_path: Path) -> Path:
    made = tmp_path / "work"
    made.mkdir()
    make_environment(made / ".venv", idna="3.4")
    return made


def test_t11_variables_are_not_expanded(root: Path) -> None:
    lines = "--index-url https://${VENVLS_TEST_SECRET}@host.invalid/simple\n-r ${VENVLS_TEST_SECRET}.txt\n"
    (root / "requirements.txt").write_text(lines + "absent @ https://${VENVLS_TEST_SECRET}/a-1-py3-none-any.whl\n")
    assert SECRET not in everything_said(root, {"VENVLS_TEST_SECRET": SECRET})


def test_t12_nothing_is_fetched_to_check(root: Path) -> None:
    called: list[object] = []
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        server.settimeout(0.2)
        stop = threading.Event()

        def listen() -> None:
            while not stop.is_set():
                try:
                    connection, who = server.accept()
                except TimeoutError:
                    continue
                called.append(who)
                connection.close()

        thread = threading.Thread(target=listen)
        thread.start()
        try:
            where = f"http://127.0.0.1:{server.getsockname()[1]}"
            (root / "requirements.txt").write_text(
                f"-r {where}/r.txt\n-c {where}/c.txt\n-i {where}/simple\na @ {where}/a-1.tar.gz\nabsent\n"
            )
            assert "absent" in everything_said(root)
        finally:
            stop.set()
            thread.join()
    assert called == []


@pytest.mark.parametrize("how", ["absolute", "upwards", "link", "linked folder", "manifest"])
def test_t13_no_word_of_a_file_outside_is_said(root: Path, tmp_path: Path, how: str) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    secret = outside / "private.txt"
    secret.write_text(f"root:{SECRET}:0:0\n{SECRET}==1.0\n{SECRET}[x]>=?\n-r {SECRET}.txt\n")
    manifest = root / "requirements.txt"
    if how == "manifest":
        manifest.symlink_to(secret)
        (root / "requirements-dev.txt").write_text("absent\n")
    else:
        target = {"absolute": str(secret), "upwards": "../outside/private.txt", "link": "link.txt", "linked folder": "there/private.txt"}[
            how
        ]
        (root / "link.txt").symlink_to(secret)
        (root / "there").symlink_to(outside)
        manifest.write_text(f"-r {target}\nabsent\n")
    assert SECRET not in everything_said(root)


@pytest.mark.parametrize("how", ["file", "folder"])
def test_t18_nothing_is_written_through_a_link(root: Path, tmp_path: Path, how: str) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    victim = outside / "base.txt"
    victim.write_text("idna=3\nidna\nidna\n")
    if how == "file":
        (root / "requirements.txt").symlink_to(victim)
    else:
        (root / "there").symlink_to(outside)
        (root / "requirements.txt").write_text("-r there/base.txt\n")
    before = victim.read_bytes()
    done = venvls("check", "--fix", root)
    assert "Traceback" not in done.stderr
    assert victim.read_bytes() == before
    assert sorted(path.name for path in outside.iterdir()) == ["base.txt"]


def test_t20_no_secret_of_a_url_is_said(root: Path) -> None:
    where = f"https://ada:{SECRET}@host.invalid"
    (root / "requirements.txt").write_text(
        f"--index-url {where}/simple\n--extra-index-url {where}/x\n--find-links {where}/l\n-r {where}/r.txt\n-c {where}/c.txt\n"
        f"absent @ {where}/a-1-py3-none-any.whl\nidna @ git+{where}/idna.git@main\nother @ {where}/o.tar.gz?token={SECRET}\n"
        f"bad thing @ {where}/b\n-e git+{where}/e.git#egg=e\nidna\n"
    )
    (root / "pyproject.toml").write_text(
        f'[project]\nname = "a"\nversion = "1"\ndependencies = ["gone @ {where}/g.zip", "x y @ {where}"]\n'
    )
    site = next((root / ".venv").glob("lib/python*/site-packages"))
    (site / "idna-3.4.dist-info" / "direct_url.json").write_text(json.dumps({"url": f"{where}/idna.zip", "archive_info": {}}))
    assert SECRET not in everything_said(root)


def test_t21_what_packages_say_is_plain_text(root: Path) -> None:
    evil = "[x](command:evil) <img src=x onerror=alert(1)> \x1b]0;title\x07\x1b[31m"
    site = next((root / ".venv").glob("lib/python*/site-packages"))
    install(site, "thing", "1.0")
    (site / "thing-1.0.dist-info" / "METADATA").write_text(f"Metadata-Version: 2.1\nName: thing\nVersion: 1.0\nRequires-Dist: {evil}\n")
    (root / "requirements.txt").write_text(f"thing\n{evil}\n")
    for form in ("text", "github"):
        done = venvls("check", "--format", form, root)
        assert "\x1b" not in done.stdout + done.stderr and "\x07" not in done.stdout + done.stderr, form
    with Editor(root) as editor:
        assert "hoverProvider" not in editor.hello["capabilities"]
        editor.settle()
        assert all(isinstance(one["message"], str) for one in editor.last(root / "requirements.txt"))


BOMBS = {
    "blanks": " " * 200_000 + "#x\n" + "absent" + " " * 200_000 + "x\n",
    "parentheses": "absent ; " + "(" * 2_000 + "python_version > '3'" + ")" * 2_000 + "\n",
    "clauses": "absent " + ",".join([">=1.0"] * 20_000) + "\n",
    "continued": "absent \\\n" * 50_000 + "\n",
    "one long line": "a" * 5_000_000 + "\n",
    "quotes": "absent ; python_version > '" * 20_000 + "\n",
    "variables": "${A" * 100_000 + "\n",
}


@pytest.mark.parametrize("name", BOMBS)
def test_t22_hostile_lines_end(root: Path, name: str) -> None:
    (root / "requirements.txt").write_text(BOMBS[name])
    done = venvls("check", "--format", "json", root)
    assert done.returncode in (0, 1) and json.loads(done.stdout), done.stderr


def test_t22_a_bomb_of_includes_is_read_once_each(root: Path) -> None:
    for number in range(19):
        (root / f"r{number}.txt").write_text(f"-r r{number + 1}.txt\n-r r{number + 1}.txt\n")
    (root / "r19.txt").write_text("absent\n")
    (root / "requirements.txt").write_text("-r r0.txt\n")
    done = venvls("check", "--format", "json", root)
    assert len([one for one in json.loads(done.stdout)["findings"] if one["code"] == "missing-requirement"]) == 1


@pytest.mark.parametrize("text", ["x = " + "[" * 20_000, "a." * 20_000 + "b = 1", "[" * 20_000, 'x = "' + "\\" * 200_000])
def test_t22_hostile_toml_ends(root: Path, text: str) -> None:
    (root / "requirements.txt").write_text("idna\n")
    (root / "pyproject.toml").write_text(text)
    done = venvls("check", "--format", "json", root)
    assert done.returncode in (0, 1) and json.loads(done.stdout), done.stderr


def test_the_interpreter_is_ours() -> None:
    """The tests above speak of the checkout that is tested."""
    assert Path(sys.executable).parent.joinpath("venvls").exists() or sys.platform == "win32"
