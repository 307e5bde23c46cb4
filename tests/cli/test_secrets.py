"""What is typed with a password in it is never printed with it."""

from __future__ import annotations

import io
import logging
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NoReturn

import pytest

from tests.cli.inside import Inside
from venvls import cli
from venvls.lsp.runtime import log_to

ADDRESS = "git+https://me:s3cret@example.org/x"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Inside:
    folder: Path = tmp_path_factory.mktemp("secrets")
    made = Inside(folder / "project", folder / "wheels")
    made.write("requirements.txt", "six\n")
    return made


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("add", "--dry-run", ADDRESS), 2, "Write `NAME @ git+https://***@example.org/x`"),
        (("install", ADDRESS), 2, "has no environment yet"),
        (("remove", ADDRESS), 2, "`git+https://***@example.org/x` is an address"),
        (("add", "--no-sync", f"x @ {ADDRESS}"), 0, "requirements.txt now lists x @ git+https://***@example.org/x."),
    ],
)  # fmt: skip
def test_a_password_is_not_printed(project: Inside, words: tuple[str, ...], status: int, said: str) -> None:
    ran = project.run(*words)
    assert ran.returncode == status
    assert said in ran.stdout + ran.stderr
    assert "s3cret" not in ran.stdout + ran.stderr


def test_an_internal_error_is_printed_without_a_password(capsys: pytest.CaptureFixture[str]) -> None:
    def services() -> NoReturn:
        raise ValueError(f"cannot read {ADDRESS}")

    assert cli.main(["envs"], services) == 2
    printed = capsys.readouterr().err
    assert "internal error (ValueError: cannot read git+https://***@example.org/x)" in printed


def test_the_log_of_the_server_has_no_password() -> None:
    stream = io.StringIO()
    told: list[Any] = []
    protocol: Any = SimpleNamespace(state="running", tell=lambda method, parameters: told.append(parameters["message"]))
    logger = logging.getLogger("venvls")
    before, level, propagate = list(logger.handlers), logger.level, logger.propagate
    try:
        log_to(stream, protocol)
        problem = ValueError(f"cannot read {ADDRESS}")
        logging.getLogger("venvls.lsp").error("%s", problem, exc_info=problem)
    finally:
        logger.handlers[:], logger.propagate = before, propagate
        logger.setLevel(level)
    assert told == ["cannot read git+https://***@example.org/x"]
    assert "example.org" in stream.getvalue() and "s3cret" not in stream.getvalue()
