"""What is typed with a password in it is never printed with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.inside import Inside

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
