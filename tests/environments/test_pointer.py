"""`.venv` as a file or link, and `.python-envs`: where they lead, and what is said when they lead nowhere."""

from __future__ import annotations

import pytest

from tests.memory_tree import FOLDER, PIPE, Content, Link, MemoryFiles
from venvls.environments import read_pointer, read_python_envs


@pytest.mark.parametrize(
    ("content", "target", "said"),
    [
        (FOLDER, "/p/.venv", None), (Link("../envs/a"), "/p/.venv", None), ("/envs/a\n", "/envs/a", None), ("../envs/a", "/envs/a", None),
        ("../envs/a\r\n", "/envs/a", None), ("../envs/a/", "/envs/a", None), ("../envs/a\nmore\n", None, "more than a path"),
        ("\n../envs/a\n", None, "more than a path"), (" ../envs/a\n", None, "more than a path"), ("../envs/a \n", None, "more than a path"),
        ("../envs/a\n\n", None, "more than a path"), ('"/envs/a"', None, "does not exist"),
        ("named", "/home/named", None), ("\ufeff/envs/a", None, "more than a path"), ("\n", None, "is empty"),
        ("../gone", None, "/gone, which does not exist"), ("nobody", None, "nobody, which does not exist"), ("", None, "is empty"),
        (b"\xff\xfe\0", None, "not a text file"), (PIPE, None, "neither a folder nor a file"), (Link("/gone"), None, "link to /gone"),
        ("x" * 5000, None, "does not contain"), ("a\0b", None, "not a text file"),
        ("/file", None, "does not exist"), ("x" * 200_000, None, "cannot be read"),
    ],
)  # fmt: skip
def test_where_a_venv_leads(content: Content, target: str | None, said: str | None) -> None:
    view = MemoryFiles({"/p/.venv": content, "/envs/a": FOLDER, "/home/named": FOLDER, "/file": ""})
    pointer = read_pointer(view, "/p/.venv", ["/home"])
    assert pointer is not None
    assert pointer.target == target
    assert (said or "") in (pointer.problem or "")
    assert (pointer.problem is None) is (said is None)


def test_pipenv_takes_blanks_away() -> None:
    view = MemoryFiles({"/p/.venv": "  named \n\n", "/p/Pipfile": "", "/home/named": FOLDER})
    pointer = read_pointer(view, "/p/.venv", ["/home"])
    assert pointer is not None
    assert pointer.target == "/home/named"


def test_no_pointer() -> None:
    assert read_pointer(MemoryFiles({"/p": FOLDER}), "/p/.venv") is None
    assert read_python_envs(MemoryFiles({"/p": FOLDER}), "/p/.python-envs") is None


@pytest.mark.parametrize(
    ("content", "more", "listed", "default", "said"),
    [
        ("envs/a\nenvs/b\n", {}, ["/p/envs/a", "/p/envs/b"], "/p/envs/b", ""),
        ("envs/b\n\n  envs/a  \n", {}, ["/p/envs/b", "/p/envs/a"], "/p/envs/a", ""),
        ("envs/a\n", {"/p/.venv": FOLDER}, ["/p/envs/a", "/p/.venv"], "/p/.venv", ""),
        (".venv\nenvs/a\n", {"/p/.venv": FOLDER}, ["/p/envs/a", "/p/.venv"], "/p/.venv", ""),
        ("/elsewhere\n", {"/elsewhere": FOLDER}, ["/elsewhere"], "/elsewhere", ""),
        ("envs/a\nenvs/none\n", {}, ["/p/envs/a", "/p/envs/none"], None, "is /p/envs/none, which does not exist"),
        ("envs/none\nenvs/a\n", {}, ["/p/envs/none", "/p/envs/a"], "/p/envs/a", ""),
        ("", {}, [], None, ""),
        (b"\xff\n", {"/p/.venv": FOLDER}, ["/p/.venv"], None, "not UTF-8"),
        ("x\n" * 3000, {}, [], None, "too long"),
        (PIPE, {}, [], None, "cannot be read"),
    ],
)  # fmt: skip
def test_python_envs(content: Content, more: dict[str, Content], listed: list[str], default: str | None, said: str) -> None:
    view = MemoryFiles({"/p/envs/a": FOLDER, "/p/envs/b": FOLDER, "/p/.python-envs": content, **more})
    found = read_python_envs(view, "/p/.python-envs")
    assert found is not None
    assert (list(found.environments), found.default) == (listed, default)
    assert said in (found.problem or "")
    assert bool(found.problem) is bool(said)
