"""Threats T7, T15, T16 and T20 where programs do start: no module shadows a tool's, no name is an option, no path a command."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.faults.hostile import Hostile, venvls
from tests.host_tasks import offline
from tests.lsp.editor import Editor, codes_of, make_environment, wheel

POSIX_ONLY = os.name == "posix"
TOOLS = ("pip", "uv")


def prefer(root: Path, tool: str) -> None:
    (root / "pyproject.toml").write_text(f'[tool.venvls]\nsync.tool = "{tool}"\n')


def installed(root: Path, name: str = ".venv") -> set[str]:
    found = [path.name.split("-")[0] for path in (root / name).rglob("*.dist-info")]
    return {one for one in found if one not in ("pip", "setuptools")}


@pytest.mark.parametrize("tool", TOOLS)
@pytest.mark.parametrize("where", ["requirements.txt", "relative"])
def test_t7_modules_of_the_project_are_not_the_tools(tmp_path: Path, tool: str, where: str) -> None:
    """A relative path makes pip run in the project's own folder: where ``python -m pip`` would take ``pip/`` and ``json.py`` from."""
    hostile = Hostile(tmp_path)
    hostile.shadows()
    prefer(hostile.root, tool)
    subprocess.run([sys.executable, "-m", "venv", str(hostile.root / ".venv")], check=True, stdin=subprocess.DEVNULL)
    made = wheel(hostile.root, "tinything", "1.0")
    line = f"./{made.name}" if where == "relative" else f"tinything @ {made.as_uri()}"
    (hostile.root / "requirements.txt").write_text(f"{line}\n")
    environ = {**hostile.environ, "PYTHONPATH": str(hostile.root), "PYTHONSTARTUP": str(hostile.root / "json.py")}
    # Ours is started as a person would start it, from that folder; its own PYTHONPATH is that person's affair.
    done = venvls("sync", cwd=hostile.root, environ={**environ, "PYTHONPATH": ""})
    assert done.returncode == 0, done.stderr
    assert installed(hostile.root) == {"tinything"}
    assert hostile.marks == ""


@pytest.mark.parametrize("tool", ["venv", "virtualenv", "uv"])
def test_t7_creating_is_as_careful(tmp_path: Path, tool: str) -> None:
    hostile = Hostile(tmp_path)
    hostile.shadows()
    made = wheel(hostile.root, "tinything", "1.0")
    (hostile.root / "requirements.txt").write_text(f"./{made.name}\n")
    done = venvls("create", "--tool", tool, cwd=hostile.root, environ=hostile.environ)
    assert done.returncode == 0, done.stderr
    assert installed(hostile.root) >= {"tinything"}
    assert hostile.marks == ""


def test_t7_tools_run_where_nobody_else_can_put_a_file(tmp_path: Path) -> None:
    """The system's temporary folder is everybody's: pip and uv would read settings and modules there."""
    make_environment(tmp_path / "work" / ".venv")
    (tmp_path / "work" / "requirements.txt").write_text("absent\n")
    state = tmp_path / "state"
    done = venvls("sync", "--dry-run", "--format", "json", tmp_path / "work", environ={"VENVLS_STATE_DIR": str(state)})
    for step in json.loads(done.stdout)["steps"]:
        assert step["cwd"] == str(state / "scratch")
    if POSIX_ONLY:
        assert (state / "scratch").stat().st_mode & 0o077 == 0


# T15

OPTIONS = ["--index-url=https://evil.invalid", "-r", "-e", "--target=/tmp/x", "-rrequirements.txt", "--", "-", "-i https://evil.invalid/ x"]


@pytest.mark.parametrize("word", OPTIONS)
def test_t15_a_requirement_that_is_an_option_is_refused(tmp_path: Path, word: str) -> None:
    make_environment(tmp_path / ".venv")
    (tmp_path / "requirements.txt").write_text("absent\n")
    for arguments in (("install", "--dry-run", tmp_path, "--", word), ("install", "--dry-run", "--", word)):
        done = venvls(*arguments, cwd=tmp_path)
        assert done.returncode == 2 and not done.stdout, (done.stdout, done.stderr)
        assert len(done.stderr.strip().splitlines()) == 1 and "Traceback" not in done.stderr
    with Editor(tmp_path, options={"trusted": True}) as editor:
        answer = editor.run("install", project=str(tmp_path), requirements=[word], confirmed=True)
        assert answer["ok"] is False and answer["message"]


@pytest.mark.parametrize("name", ["-x", "--clear", "../out", "a/../../b", "$(touch x)", "a;b", "a\nb", "", ".."])
def test_t15_an_environments_name_that_is_an_option_or_a_way_out_is_refused(tmp_path: Path, name: str) -> None:
    root = tmp_path / "work"
    root.mkdir()
    (root / "requirements.txt").write_text("absent\n")
    done = venvls("create", "--dry-run", "--no-sync", f"--name={name}", root, cwd=tmp_path)
    if name == "":
        assert ".venv" in done.stdout  # Nothing was said: the usual name.
    else:
        assert done.returncode == 2 and not done.stdout, done.stdout
        assert "Traceback" not in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["work"]


# T15, T16: folders of any name

NAMES = [
    "-x",
    "--help",
    "a\nb",
    'a\'b "c" $(touch hit) `touch hit`; touch hit; & | > hit',
    "é 漢字 🐍 !! a\\b %s [x] {a,b} * ~",
    "#a ${HOME} b@c --index-url=x#sha256=1",
]
WINDOWS_CANNOT = set('\n"|*\\<>:?')
NAMES = [name for name in NAMES if POSIX_ONLY or not set(name) & WINDOWS_CANNOT]
# How each shell evaluates what was printed, and prints what came of it; "{}" is the command.
EVALUATE = {
    "bash": ("bash", ["--norc", "--noprofile", "-c"], 'eval "$({})"; printf "%s\\0" "$VIRTUAL_ENV" "$(command -v python)"'),
    "sh": ("bash", ["-c"], 'eval "$({})"; printf "%s\\0" "$VIRTUAL_ENV" "$(command -v python)"'),
    "dash": ("bash", ["-c"], 'eval "$({})"; printf "%s\\0" "$VIRTUAL_ENV" "$(command -v python)"'),
    "zsh": ("zsh", ["-f", "-c"], 'eval "$({})"; printf "%s\\0" "$VIRTUAL_ENV" "$(command -v python)"'),
    "fish": ("fish", ["--no-config", "-c"], '{} | source; printf "%s\\0" "$VIRTUAL_ENV" (command -v python)'),
    "csh": ("csh", ["-f", "-c"], 'eval "`{}`"; printf "%s\\0" "$VIRTUAL_ENV"; sh -c \'printf "%s\\0" "$(command -v python)"\''),
    "tcsh": ("csh", ["-f", "-c"], 'eval "`{}`"; printf "%s\\0" "$VIRTUAL_ENV"; sh -c \'printf "%s\\0" "$(command -v python)"\''),
}


def evaluate(shell: str, root: Path, folder: Path) -> list[str]:
    """What a real shell has after it evaluated what the real command printed. It starts in a folder where a mark would be seen."""
    kind, options, script = EVALUATE[shell]
    command = folder / "lines"
    command.write_text(f'#!/bin/sh\nexec "{Path(sys.executable).parent / "venvls"}" activate --shell {kind} -- "$PROJECT"\n')
    command.chmod(0o755)
    here = folder / "here"
    here.mkdir(exist_ok=True)
    environ = {**os.environ, "PROJECT": str(root), "HOME": str(folder), "LC_ALL": "C.UTF-8"}
    done = subprocess.run(
        [shutil.which(shell) or shell, *options, script.replace("{}", str(command))],
        cwd=here, env=environ, stdin=subprocess.DEVNULL, capture_output=True, timeout=300, check=False,
    )  # fmt: skip
    assert list(here.iterdir()) == [], (shell, root)
    assert done.stderr == b"", (shell, root, done.stderr)
    return [os.fsdecode(part) for part in done.stdout.split(b"\0")[:-1]]


@pytest.mark.parametrize("name", NAMES)
def test_t15_t16_a_folder_of_any_name_is_only_a_folder(tmp_path: Path, name: str) -> None:
    """Created, checked, synced and activated for real, from inside the folder above, with the name as the only argument."""
    above = tmp_path / "above"
    root = above / name
    root.mkdir(parents=True)
    folder = tmp_path / "wheels"
    folder.mkdir()
    (root / "requirements.txt").write_text(f"tinything @ {wheel(folder, 'tinything', '1.0').as_uri()}\n")

    def said(*arguments: str, expect: int = 0) -> str:
        done = venvls(*arguments, "--", name, cwd=above)
        assert done.returncode == expect, (arguments, done.stdout, done.stderr)
        assert "Traceback" not in done.stderr
        return done.stdout

    assert "no-environment" in said("check", expect=1)
    said("create", "--no-sync", "--without-pip")
    assert "tinything" in said("sync", "--dry-run")
    assert "missing-requirement" in said("check", expect=1)
    said("sync")
    assert said("check") == "" or "missing" not in said("check")
    python = root / ".venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    assert said("which") == f"{python}{os.linesep}"
    assert json.loads(said("envs", "--format", "json"))["environments"][0]["prefix"] == str(root / ".venv")
    if "\n" in name:
        assert "line break" in venvls("activate", "--", name, cwd=above).stderr
    elif POSIX_ONLY:
        for shell in EVALUATE:
            if shutil.which(shell) is not None:
                assert evaluate(shell, root, tmp_path) == [str(root / ".venv"), str(python)], shell
    assert [path.name for path in above.iterdir()] == [name]
    assert not list(tmp_path.rglob("hit"))


def bare(prefix: Path) -> None:
    """An environment under a name that the venv module refuses."""
    (prefix / "bin").mkdir(parents=True)
    (prefix / "bin" / "python").symlink_to(sys.executable)
    (prefix / "pyvenv.cfg").write_text(f"home = {Path(sys.executable).parent}\nversion = 3.11.4\n")
    (prefix / "lib" / "python3.11" / "site-packages").mkdir(parents=True)


@pytest.mark.skipif(sys.platform != "linux", reason="the other systems' file names are text")
def test_t16_a_name_that_is_no_text_reaches_the_shell_as_its_bytes(tmp_path: Path) -> None:
    root = Path(os.fsdecode(os.fsencode(tmp_path / "caf") + b"\xe9"))
    bare(root / ".venv")
    (root / "requirements.txt").write_text("absent\n")
    assert evaluate("bash", root, tmp_path) == [str(root / ".venv"), str(root / ".venv" / "bin" / "python")]
    assert venvls("which", root).stdout == f"{root / '.venv' / 'bin' / 'python'}\n"


@pytest.mark.skipif(not POSIX_ONLY, reason="a colon is no character of a file name on Windows")
def test_t16_a_folder_that_would_split_path_is_refused(tmp_path: Path) -> None:
    root = tmp_path / "a:b"
    bare(root / ".venv")
    (root / "requirements.txt").write_text("absent\n")
    done = venvls("activate", root)
    assert done.returncode == 2 and done.stdout == "" and "separates the entries of PATH" in done.stderr


# T20 where tools speak

SECRET = "hunter2"


@pytest.mark.parametrize("tool", TOOLS)
def test_t20_what_a_tool_says_of_a_url_is_said_without_its_secret(tmp_path: Path, tool: str) -> None:
    """pip and uv repeat the URLs they were given, in progress and in errors; neither terminal, answer nor log may."""
    root = tmp_path / "work"
    subprocess.run([sys.executable, "-m", "venv", str(root / ".venv")], check=True, stdin=subprocess.DEVNULL)
    prefer(root, tool)
    address = f"http://ada:{SECRET}@127.0.0.1:9"
    (root / "requirements.txt").write_text(f"--index-url {address}/simple\nabsent\nother @ {address}/other-1-py3-none-any.whl\n")
    programs = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environ = {"PATH": programs, "PIP_RETRIES": "0", "UV_HTTP_RETRIES": "0", "PIP_DEFAULT_TIMEOUT": "2", "UV_HTTP_TIMEOUT": "2"}
    plan = venvls("sync", "--dry-run", root, environ=environ)
    assert "127.0.0.1:9" in plan.stdout and SECRET not in plan.stdout + plan.stderr
    done = venvls("sync", root, environ=environ)
    assert done.returncode == 2 and "Traceback" not in done.stderr
    assert SECRET not in done.stdout + done.stderr
    go_on = {"window/showMessageRequest": lambda params: params["actions"][0]}
    with Editor(root, options={"trusted": True}, answers=go_on, environ=environ) as editor:
        answer = editor.run("sync", project=str(root))
        assert answer["ok"] is False
        assert "127.0.0.1:9" in json.dumps(editor.of("window/showMessageRequest"))
        answer = editor.run("install", project=str(root), requirements=[f"other @ {address}/other-1-py3-none-any.whl"])
        assert answer["ok"] is False
        assert SECRET not in json.dumps([one for one in editor.messages if "publishDiagnostics" not in str(one.get("method"))])
        assert SECRET not in editor.stderr


class WithLogin(SimpleHTTPRequestHandler):
    """Files for those who know the secret, in the address or behind a question mark."""

    def do_GET(self) -> None:
        login = "Basic " + base64.b64encode(f"ada:{SECRET}".encode()).decode()
        if self.headers.get("Authorization") == login or SECRET in self.path:
            super().do_GET()
        else:
            self.send_error(401)

    def end_headers(self) -> None:
        if self.path.endswith("/"):
            self.send_header("WWW-Authenticate", "Basic")
        super().end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[str]:
    """An index of one large package, and a wheel of another, as an address that has to be given with the secret."""
    served = tmp_path / "served"
    large = offline.wheel(served / "large", "large", "1.0", parts={"large.txt": "".join(map(str, range(200_000)))})
    links = f'<a href="{large.name}?token={SECRET}">{large.name}</a>'
    (served / "large" / "index.html").write_text(links)
    offline.wheel(served, "other", "1.0")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(WithLogin, directory=str(served)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("tool", TOOLS)
def test_t20_progress_of_a_download_is_shown_without_the_secret_of_its_address(tmp_path: Path, guarded: str, tool: str) -> None:
    root = tmp_path / "work"
    without = ["--without-pip"] if tool == "uv" else []
    subprocess.run([sys.executable, "-m", "venv", *without, str(root / ".venv")], check=True, stdin=subprocess.DEVNULL)
    prefer(root, tool)
    other = f"http://{guarded}/other-1.0-py2.py3-none-any.whl?access_token={SECRET}"
    (root / "requirements.txt").write_text(f"--index-url http://ada:{SECRET}@{guarded}/\nlarge\nother @ {other}\n")
    programs = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environ = {"PATH": programs, "PIP_CACHE_DIR": str(tmp_path / "cache"), "UV_CACHE_DIR": str(tmp_path / "cache"), "NO_PROXY": "*"}
    go_on = {"window/showMessageRequest": lambda params: params["actions"][0]}
    with Editor(root, options={"trusted": True}, answers=go_on, environ=environ) as editor:
        answer = editor.run("sync", project=str(root))
        assert answer["ok"] is True, answer
        reported = [params["value"].get("message") for params in editor.of("$/progress")]
        assert len([message for message in reported if message]) > 1
        # The manifest's own line is quoted in no finding, now that all is installed.
        assert SECRET not in json.dumps([message for message in editor.messages if "publishDiagnostics" not in str(message.get("method"))])
        assert SECRET not in editor.stderr


# A new user's way through, with both installers and no network


@pytest.mark.parametrize("tool", TOOLS)
def test_open_see_click_and_it_is_in_step(tmp_path: Path, tool: str) -> None:
    """Folder open → diagnostics → the offered action → done → the diagnostics are gone because they are no longer true."""
    wheels = offline.index(tmp_path / "wheels")
    environ = dict(offline.environ(wheels, tmp_path / "cache"))
    root = tmp_path / "work"
    root.mkdir()
    subprocess.run([sys.executable, "-m", "venv", str(root / ".venv")], check=True, stdin=subprocess.DEVNULL)
    prefer(root, tool)
    python = str(root / ".venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python"))
    subprocess.run([python, "-I", "-m", "pip", "install", "-q", "alpha==1.0"], check=True, env=environ, stdin=subprocess.DEVNULL)
    manifest = root / "requirements.txt"
    manifest.write_text("alpha>=2\nbeta\n")
    with Editor(root, options={"trusted": True}, environ={name: environ[name] for name in environ if name != "PATH"}) as editor:
        shown = editor.until(manifest, ["missing-requirement", "version-mismatch"])
        assert {one["message"].split()[0] for one in shown if one["severity"] == 2} == {"alpha", "beta"}
        [sync] = [one for one in editor.actions(manifest) if one["kind"].startswith("source.")]
        command = sync["command"]
        answer = editor.request("workspace/executeCommand", {"command": command["command"], "arguments": command["arguments"]}, 120)
        assert answer["ok"] is True, answer
        assert codes_of(editor.last(manifest)) == []
        project = editor.request("venvls/projects", {})["projects"][0]
        assert project["in_sync"] is True and project["tool"] == tool
    assert venvls("check", root, environ=environ).returncode == 0
