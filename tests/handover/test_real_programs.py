"""`venvls which --for PROGRAM` against the programs: each is started as the answer says, in a project with two environments, and sees the
packages of that environment and not the other's."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import uv

from tests import pinned, pythons
from tests.differential_tools.tools import environ, install, tool
from tests.lsp.raw_client import RawClient

pytestmark = [pytest.mark.network, pytest.mark.slow]

CODE = "import only_left\nimport only_right\nimport sys\nprint(sys.prefix)\nonly_left.NAME\nonly_right.NAME\n"
MEMBERS = ("left", "right")
OTHER = {"left": "right", "right": "left"}


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two members, each with an environment that has one typed package of its own."""
    base = tmp_path_factory.mktemp("two members")
    for member in MEMBERS:
        folder = base / member
        folder.mkdir()
        (folder / "requirements.txt").write_text("")
        (folder / "code.py").write_text(CODE)
        made = [uv.find_uv_bin(), "venv", "--quiet", "--no-project", "--python", sys.executable, str(folder / ".venv")]
        subprocess.run(made, check=True)
        package = next((folder / ".venv").glob("[lL]ib/**/site-packages")) / f"only_{member}"
        package.mkdir()
        (package / "__init__.py").write_text(f"NAME: str = {member!r}\n")
        (package / "py.typed").write_text("")
    return base


def given(base: Path, member: str, name: str) -> dict[str, Any]:
    argv = [sys.executable, "-m", "venvls", "which", "--for", name, f"{member}/code.py", "--format", "json"]
    ran = subprocess.run(argv, cwd=base, capture_output=True, text=True, check=True)
    answer: dict[str, Any] = json.loads(ran.stdout)
    return answer


def run(base: Path, *argv: str, path: str | None = None) -> str:
    """What a program says, whatever its exit status; run from above both members."""
    variables = environ(**({"PATH": path + os.pathsep + os.environ["PATH"]} if path else {}))
    ran = subprocess.run(argv, cwd=base, env=variables, capture_output=True, text=True, check=False, timeout=300)
    return ran.stdout + ran.stderr


@pytest.mark.parametrize("name", ["pyright", "basedpyright", "ty", "mypy"])
@pytest.mark.parametrize("member", MEMBERS)
def test_a_type_checker_resolves_the_imports_of_that_environment(base: Path, name: str, member: str) -> None:
    argv = given(base, member, name)["argv"]
    said = run(base, str(tool(name)), *argv[1:], f"{member}/code.py")
    unresolved = "\n".join(line for line in said.splitlines() if re.search(r"could not be resolved|Cannot (resolve|find)", line))
    wrong = {other for other in MEMBERS if f"only_{other}" in unresolved}
    assert wrong == {OTHER[member]}, said


@pytest.mark.parametrize("member", MEMBERS)
def test_mypy_reads_the_same_from_its_configuration(base: Path, member: str, tmp_path: Path) -> None:
    settings = given(base, member, "mypy")["settings"]
    (tmp_path / "mypy.ini").write_text("[mypy]\n" + "".join(f"{key} = {value}\n" for key, value in settings["mypy"].items()))
    said = run(base, str(tool("mypy")), "--config-file", str(tmp_path / "mypy.ini"), f"{member}/code.py")
    assert f"only_{OTHER[member]}" in said and f"only_{member}" not in said


def test_ruff_checks_for_the_python_of_that_environment(tmp_path: Path) -> None:
    others = sorted(pythons.found())
    if not others:
        pytest.xfail("there is only one Python here")
    versions = {"left": others[0], "right": max(others[-1], sys.version_info[:2])}
    older, newer = sorted(versions.values())
    assert older < newer
    for member, version in versions.items():
        (tmp_path / member).mkdir()
        (tmp_path / member / "requirements.txt").write_text("")
        python = sys.executable if version == sys.version_info[:2] else pythons.found()[version]
        made = [uv.find_uv_bin(), "venv", "--quiet", "--no-project", "--python", python, str(tmp_path / member / ".venv")]
        subprocess.run(made, check=True)
        # Syntax that the newest Python understands and the oldest does not.
        new = {11: "try:\n    pass\nexcept* OSError:\n    pass\n", 12: "type X = int\n"}.get(newer[1], 'X = [f"{"a"}"]\ntype Y = int\n')
        (tmp_path / member / "code.py").write_text(new)
    said = {
        member: run(tmp_path, str(tool("ruff")), *given(tmp_path, member, "ruff")["argv"][1:], f"{member}/code.py") for member in versions
    }
    assert "invalid-syntax" in said["left"], said
    assert "All checks passed" in said["right"], said


@contextmanager
def server(base: Path, program: Path, *arguments: str, settings: Any = None, options: Any = None) -> Iterator[RawClient]:
    """A language server that is answered with ``settings`` by section, initialised above both members."""
    client = RawClient([str(program), *arguments], environ(), base)

    def configuration(params: Any) -> Any:
        def of(section: str | None) -> Any:
            value = settings
            for key in (section or "").split(".") if section else ():
                value = (value or {}).get(key)
            return value

        return [of(item.get("section")) for item in params["items"]]

    client.answers["workspace/configuration"] = configuration
    folder = {"uri": base.as_uri(), "name": "base"}
    client.answers["workspace/workspaceFolders"] = lambda _: [folder]
    with client:
        client.request(
            "initialize",
            {
                "processId": os.getpid(),
                "rootUri": base.as_uri(),
                "workspaceFolders": [folder],
                "initializationOptions": options,
                "capabilities": {
                    "workspace": {"configuration": True, "workspaceFolders": True, "didChangeConfiguration": {"dynamicRegistration": True}},
                    "textDocument": {"publishDiagnostics": {}, "definition": {}},
                },
            },
        )
        client.notify("initialized", {})
        if settings is not None:
            client.notify("workspace/didChangeConfiguration", {"settings": settings})
        yield client
        client.request("shutdown")
        client.notify("exit")


def opened(client: RawClient, file: Path) -> str:
    document = {"uri": file.as_uri(), "languageId": "python", "version": 1, "text": file.read_text()}
    client.notify("textDocument/didOpen", {"textDocument": document})
    return file.as_uri()


@pytest.mark.parametrize("name", ["pyright", "basedpyright", "ty"])
@pytest.mark.parametrize("member", MEMBERS)
def test_a_language_server_obeys_the_settings(base: Path, name: str, member: str) -> None:
    program = tool(name) if name == "ty" else tool(name).with_name(f"{name}-langserver")
    settings = given(base, member, name)["settings"]
    with server(base, program, *(("server",) if name == "ty" else ("--stdio",)), settings=settings, options=settings.get("ty")) as client:
        uri = opened(client, base / member / "code.py")

        def decided(message: dict[str, Any]) -> bool:
            params = message.get("params") or {}
            about = message.get("method") == "textDocument/publishDiagnostics" and params["uri"] == uri
            return about and any("only_" in diagnostic["message"] for diagnostic in params["diagnostics"])

        messages = [diagnostic["message"] for diagnostic in client.wait(decided)["params"]["diagnostics"]]
    assert {other for other in MEMBERS if any(f"only_{other}" in message for message in messages)} == {OTHER[member]}


@pytest.mark.parametrize("name", ["pylsp", "jedi"])
@pytest.mark.parametrize("member", MEMBERS)
def test_a_definition_is_in_that_environment(base: Path, name: str, member: str) -> None:
    settings = given(base, member, name)["settings"]
    program = tool("python-lsp-server" if name == "pylsp" else "jedi-language-server")
    how: dict[str, Any] = {"settings": settings} if name == "pylsp" else {"options": settings}
    with server(base, program, **how) as client:
        uri = opened(client, base / member / "code.py")
        places = {}
        for line, package in enumerate(("left", "right")):
            where = {"textDocument": {"uri": uri}, "position": {"line": line, "character": 9}}
            places[package] = json.dumps(client.request("textDocument/definition", where))
    assert f"/{member}/.venv/" in places[member], places
    assert ".venv" not in places[OTHER[member]], places


@pytest.mark.parametrize("member", MEMBERS)
def test_pytest_runs_inside_that_environment(base: Path, member: str, tmp_path: Path) -> None:
    argv = given(base, member, "pytest")["argv"]
    install(Path(argv[0]), pinned.requirement("pytest"))
    assert given(base, member, "pytest")["installed"] is True
    file = tmp_path / "test_it.py"
    file.write_text(f"import only_{member}, sys\ndef test_it():\n    assert sys.prefix == {str(base / member / '.venv')!r}\n")
    said = run(tmp_path, *argv, "-q", "-p", "no:cacheprovider", str(file))
    assert "1 passed" in said, said


@pytest.mark.parametrize("member", MEMBERS)
def test_a_debugger_launches_that_python(base: Path, member: str) -> None:
    """The adapter is another environment's: the settings alone say which Python runs the file."""
    file = base / member / "debugged.py"
    file.write_text("import sys\nprint('prefix', sys.prefix)\n")
    launch = given(base, member, "debugpy")["settings"] | {"program": str(file), "console": "internalConsole"}
    python = tool("debugpy").with_name("python.exe" if os.name == "nt" else "python")
    with RawClient([str(python), "-m", "debugpy.adapter"], environ()) as client:

        def ask(number: int, command: str, arguments: Any) -> None:
            client.send({"seq": number, "type": "request", "command": command, "arguments": arguments})

        ask(1, "initialize", {"adapterID": "debugpy", "clientID": "tests", "pathFormat": "path"})
        client.wait(lambda m: m.get("type") == "response" and m.get("command") == "initialize")
        ask(2, "launch", launch)
        client.wait(lambda m: m.get("type") == "event" and m.get("event") == "initialized")
        ask(3, "configurationDone", {})
        client.wait(lambda m: m.get("event") == "terminated")
        printed = "".join(m["body"]["output"] for m in client.messages if m.get("event") == "output")
    assert f"prefix {base / member / '.venv'}" in printed


KERNEL = """
import sys
from jupyter_client.manager import start_new_kernel
manager, client = start_new_kernel(kernel_name="of-the-project", startup_timeout=120)
said = []
code = "import sys; print('prefix', sys.prefix)"
client.execute_interactive(code, timeout=120, output_hook=lambda message: said.append(message["content"].get("text", "")))
client.stop_channels()
manager.shutdown_kernel(now=True)
print("".join(said))
"""


@pytest.mark.parametrize("member", MEMBERS)
def test_a_kernel_runs_inside_that_environment(base: Path, member: str, tmp_path: Path) -> None:
    answer = given(base, member, "ipykernel")
    install(Path(answer["argv"][0]), pinned.requirement("ipykernel"))
    folder = tmp_path / "kernels" / "of-the-project"
    folder.mkdir(parents=True)
    (folder / "kernel.json").write_text(json.dumps(answer["settings"]))
    python = tool("ipykernel").with_name("python.exe" if os.name == "nt" else "python")
    ran = subprocess.run(
        [str(python), "-c", KERNEL], env=environ(JUPYTER_PATH=str(tmp_path)), capture_output=True, text=True, check=False, timeout=300
    )
    assert f"prefix {base / member / '.venv'}" in ran.stdout, ran.stdout + ran.stderr
