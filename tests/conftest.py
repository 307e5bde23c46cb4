"""What every test shares: no test may depend on the person's own environment, settings or state, nor leave anything there."""

from __future__ import annotations

import json
import os
import signal
import tempfile
from collections import Counter
from collections.abc import Generator, Iterator
from pathlib import Path

import hypothesis
import pytest

from tests import fast, kept, pythons, standard_records, together

if os.environ.get(standard_records.SWITCH):
    standard_records.use()

# A run says whether the change is good: the same examples every time. VENVLS_LONG hunts for new ones.
hypothesis.settings.register_profile("same", derandomize=True)
if not os.environ.get("VENVLS_LONG"):
    hypothesis.settings.load_profile("same")

# They would make an environment of the machine a candidate, or steer the tools.
_OF_THE_PERSON = (
    "VIRTUAL_ENV", "CONDA_PREFIX", "CONDA_DEFAULT_ENV", "PIPENV_ACTIVE", "POETRY_ACTIVE", "UV_PROJECT_ENVIRONMENT", "UV_PYTHON",
    "PIP_REQUIRE_VIRTUALENV", "PYTHONPATH", "PYTHONHOME", "NO_COLOR", "FORCE_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "COLUMNS",
)  # fmt: skip


_LONGEST = ("tests/client/test_scenarios.py", "tests/faults/test_kills.py", "tests/test_cases.py")
"""Files whose tests take minutes each."""
_LAST = "tests/test_pythons.py"
"""It waits for what runs next to the suite."""

# Gigabytes and half hours: collected only where they are wanted, so that what a plain run leaves out is not counted as skipped.
_OF_THE_LONG_MODE = (
    "imports/test_compiled_editables.py",
    "differential_tools/test_generated_imports.py",
    "differential_tools/test_real_imports.py",
    "histories/test_settling.py",
    "histories/test_soak.py",
    "looks/test_real_texts.py",
)
collect_ignore = [] if os.environ.get("VENVLS_LONG") or os.environ.get("VENVLS_WRITE_AGREEMENTS") else [*_OF_THE_LONG_MODE]

_CONFIGURATION = tempfile.TemporaryDirectory(prefix="venvls-tests-", ignore_cleanup_errors=True)
# A run that a shell began in the background ignores Ctrl+C, and what it starts would too: tests that press it wait for nothing.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
# Before any test module is loaded: some look at the variables right then.
kept.forget_the_person(Path(_CONFIGURATION.name))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves out what is not for a quick look, where that was asked for; what lasts longest begins first."""
    if os.environ.get(pythons.FAST):
        whole, items[:] = list(items), pythons.shared(fast.thin(items))
        config.hook.pytest_deselected(items=list(set(whole) - set(items)))
    # Several processes take a file each: none is to begin with the longest when the others are done.
    items.sort(key=lambda item: (item.nodeid.startswith(_LAST), not item.nodeid.startswith(_LONGEST)))


def pytest_collection_finish(session: pytest.Session) -> None:
    """What comes from an index comes through a cache: it has to be right."""
    if any(item.get_closest_marker("network") for item in session.items):
        for file in kept.verify():
            print(f"\nuv's cache of the tests is emptied, because {file}.")


_SPENT: Counter[str] = Counter()
"""Seconds, by the part of the suite."""
_WORKED: Counter[str] = Counter()
"""The same of the processor: what only waits keeps no other test waiting."""
_PROCESSOR = "seconds of the processor"


class _Processor:
    """What this process, and the programs that it began and saw end, took of the processor."""

    def __init__(self) -> None:
        self._before = sum(os.times()[:4])

    def since(self) -> float:
        """Seconds since the last call."""
        before, self._before = self._before, sum(os.times()[:4])
        return self._before - before


_OWN = _Processor()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Notes what each phase of a test took of the processor."""
    report = yield
    report.user_properties = [*report.user_properties, (_PROCESSOR, _OWN.since())]
    return report


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """A failure is told at once, not when all has run."""
    part = "/".join(report.nodeid.split("::")[0].split("/")[:2])
    _SPENT[part] += report.duration  # type: ignore[assignment]
    _WORKED[part] += dict(report.user_properties).get(_PROCESSOR, 0)  # type: ignore[assignment]
    if report.failed and pythons.PART in os.environ:
        why = "\n".join(report.longreprtext.splitlines()[-30:])
        print(f"\n{pythons.FAILED}{json.dumps({'test': report.nodeid, 'why': why})}", flush=True)
    elif report.failed:
        why = "\n".join([line for line in report.longreprtext.splitlines() if line.startswith("E ")][:10])
        print(f"\nFAILED {report.nodeid}\n{why}", flush=True)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What was counted, and how long each part took."""
    together.tell(terminalreporter)
    if sum(_SPENT.values()) > 30:
        terminalreporter.section("seconds, of which of the processor, by part")
        for part, seconds in _SPENT.most_common():
            if seconds >= 1:
                terminalreporter.line(f"{seconds:7.0f} {_WORKED[part]:7.0f}  {part}")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """One of several processes hands on what it counted."""
    handed_on: dict[str, object] | None = getattr(session.config, "workeroutput", None)
    if handed_on is not None:
        handed_on["counted"] = together.counted()


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: object) -> None:
    """Adds what one of several processes counted."""
    counts = getattr(node, "workeroutput", {}).get("counted")
    if counts:
        together.add(counts)


def pytest_unconfigure() -> None:
    """Takes away what the tools wrote down."""
    _CONFIGURATION.cleanup()


@pytest.fixture(autouse=True, scope="session")
def _no_traces_of_the_person(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What venvls remembers lives in a folder of this run."""
    with pytest.MonkeyPatch.context() as patch:
        for name in _OF_THE_PERSON:
            patch.delenv(name, raising=False)
        patch.setenv("VENVLS_STATE_DIR", str(tmp_path_factory.mktemp("person")))
        yield
