"""`venvls add` that fails: what is put back, and what somebody else wrote in the meantime."""

from __future__ import annotations

from typing import NoReturn

import pytest

from tests.cli.inside import Inside
from tests.lsp.editor import make_environment
from venvls import cli
from venvls.__main__ import services
from venvls.cli import running
from venvls.cli.failure import Failure

BEFORE = "alpha\n"


@pytest.mark.parametrize("problem", [Failure("uv failed"), KeyboardInterrupt(), ValueError("of a test")])
@pytest.mark.parametrize("meanwhile", ["", "their own\n", None])
def test_only_what_was_written_is_put_back(
    inside: Inside,
    problem: BaseException,
    meanwhile: str | None,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    manifest = inside.write("requirements.txt", BEFORE)
    make_environment(inside.root / ".venv", alpha="1.0")

    def perform(*_: object) -> NoReturn:
        assert manifest.read_text() == BEFORE + "beta\n"
        if meanwhile is None:
            manifest.unlink()
        elif meanwhile:
            manifest.write_text(meanwhile)
        raise problem

    monkeypatch.chdir(inside.root)
    monkeypatch.setattr(running, "perform", perform)
    assert cli.main(["add", "beta"], services) == 2
    told = capsys.readouterr().err
    if meanwhile == "":
        assert manifest.read_text() == BEFORE and "requirements.txt was not changed." in told
    else:
        assert "requirements.txt was changed in the meantime, so it is not changed again." in told
        assert manifest.exists() is (meanwhile is not None)
        assert meanwhile is None or manifest.read_text() == meanwhile
