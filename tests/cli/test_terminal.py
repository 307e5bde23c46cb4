"""When colour and progress appear, and when they do not."""

from __future__ import annotations

import io

import pytest

from venvls.cli.render.cells import fitted
from venvls.cli.terminal import Progress, terminal


class Tty(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("stream", "environ", "colour"),
    [
        (Tty, {}, True),
        (io.StringIO, {}, False),
        (Tty, {"NO_COLOR": "1"}, False),
        (Tty, {"NO_COLOR": ""}, True),
        (Tty, {"TERM": "dumb"}, False),
        (io.StringIO, {"FORCE_COLOR": "1"}, True),
        (Tty, {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
    ],
)
def test_colour(stream: type[io.StringIO], environ: dict[str, str], colour: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("venvls.cli.terminal._understands_colour", lambda _: True)
    assert terminal(stream(), environ).colour is colour


def test_width_is_the_persons_where_it_is_said() -> None:
    assert terminal(Tty(), {"COLUMNS": "57"}).width == 57
    assert terminal(io.StringIO(), {"COLUMNS": "57"}).width == 100


def test_progress_is_silent_where_there_is_no_terminal() -> None:
    stream = io.StringIO()
    with Progress(stream, {}) as progress:
        progress.show("looking")
    assert stream.getvalue() == ""


def test_progress_waits_a_moment_fits_the_width_and_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("venvls.cli.terminal._understands_colour", lambda _: True)
    stream = Tty()
    with Progress(stream, {"COLUMNS": "20", "NO_COLOR": "1"}) as progress:
        progress.show("too early")
        assert stream.getvalue() == ""
        monkeypatch.setattr(Progress, "DELAY", 0)
        monkeypatch.setattr(Progress, "PAUSE", 0)
        progress.show("looking into a folder\nwith a \x1b name")
    written = stream.getvalue()
    assert written.startswith("\r\x1b[2Klooking into a f...")
    assert written.endswith("\r\x1b[2K")


def test_fitted_counts_wide_characters() -> None:
    assert fitted("日本語日本語", 9) == "日本語..."
    assert fitted("short", 9) == "short"
