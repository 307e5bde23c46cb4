"""What a check shows of large projects is work that grows with them only, in every format. Counted, not timed."""

from __future__ import annotations

import contextlib
import io
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.effort import assert_even
from venvls.__main__ import main
from venvls.model.text import Text


def _each_includes_all(folder: Path, size: int) -> None:
    for number in range(size):
        lines = "".join(f"-r requirements-{other}.txt\n" for other in range(size))
        (folder / f"requirements-{number}.txt").write_text(lines + "absent\n")


def _chain(folder: Path, size: int) -> None:
    (folder / "requirements.txt").write_text("-r r0.txt\n")
    for number in range(size):
        (folder / f"r{number}.txt").write_text(f"-r r{number + 1}.txt\nabsent{number}\n")


def _equal_lines(folder: Path, size: int) -> None:
    (folder / "requirements.txt").write_text("absent\n" * size)


def _one_line(folder: Path, size: int) -> None:
    names = ", ".join(f'"absent{number}"' for number in range(size))
    (folder / "pyproject.toml").write_text(f'[project]\nname = "a"\nversion = "1"\ndependencies = [{names}]  # é\n', "utf-8")


SHAPES: dict[str, tuple[Callable[[Path, int], None], int, int]] = {
    "each includes all": (_each_includes_all, 6, 4),  # twice the files are four times the includes
    "a chain of includes": (_chain, 20, 2),
    "equal lines": (_equal_lines, 30, 2),
    "one line": (_one_line, 30, 2),
}


@pytest.mark.parametrize("form", ["text", "json", "sarif", "github"])
@pytest.mark.parametrize("shape", SHAPES)
def test_a_check_is_work_that_grows_with_the_project(tmp_path: Path, shape: str, form: str) -> None:
    build, size, times = SHAPES[shape]

    def check(size: int) -> None:
        folder = Path(tempfile.mkdtemp(dir=tmp_path))
        site = folder / ".venv" / "lib" / "python3.11" / "site-packages"
        site.mkdir(parents=True)
        (folder / ".venv" / "bin").mkdir()
        (folder / ".venv" / "bin" / "python").touch(0o755)
        (folder / ".venv" / "pyvenv.cfg").write_text("home = /usr/bin\nversion = 3.11.4\n")
        build(folder, size)
        output = io.StringIO()
        with contextlib.redirect_stdout(output):
            assert main(["check", "--format", form, str(folder)]) == 1
        assert "absent" in output.getvalue()

    assert_even(check, size, times)


def test_a_million_includes_are_one_finding(tmp_path: Path) -> None:
    _each_includes_all(tmp_path, 150)
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        assert main(["check", "--format", "github", str(tmp_path)]) == 1
    assert output.getvalue().count("Too large to check: more than 10,000 includes") == 1


@pytest.mark.parametrize("units", ["utf-8", "utf-16", "utf-32"])
def test_places_in_a_line_are_the_same_in_any_order(units: str) -> None:
    source = "a\U0001f40dé\r\n" + "é\U0001f40d" * 20
    text = Text(source)
    for offset in [*range(len(source)), *reversed(range(len(source))), 9, 3, 30, 4]:
        assert text.position(offset, units) == Text(source).position(offset, units)  # type: ignore[arg-type]
