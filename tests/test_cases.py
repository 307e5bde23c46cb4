"""Every case through every driver. Ids are `<driver>::<rule>/<case>`; the format is described in `tests/cases/README.md`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.case_folder import write
from tests.case_format import Case, all_cases, compare

if TYPE_CHECKING:
    from tests.case_lsp import LspDriver

# How often each way of talking is tried: positions and the way findings come have nothing to do with each other, so that two ways show all
# cases, and the others a part of them but in the long mode.
_PART = 1 if os.environ.get("VENVLS_LONG") else 6
CLIENTS = {("pushed", "utf-8"): _PART, ("pushed", "utf-16"): 1, ("pulled", "utf-8"): 1, ("pulled", "utf-16"): _PART}


def _cases(driver: str) -> list[object]:
    found = []
    for case in all_cases():
        # What a driver has no way to say is not asked of it: the command line has no editor's settings, an editor no --all-groups.
        if ("cli" in driver and "settings" in case.options) or ("lsp" in driver and "all_groups" in case.options):
            continue
        found.append(pytest.param(case, id=f"{driver}::{case.id}"))
    return found


@pytest.mark.parametrize("case", _cases("engine"))
def test_engine(case: Case, tmp_path: Path) -> None:
    from tests.case_engine import EngineDriver

    driver = EngineDriver(case, write(case, tmp_path))
    problems = compare(case, driver.seen())
    if not problems:
        problems = [problem for result in case.results if (problem := driver.after(result))]
    assert not problems, _told(case, problems)


@pytest.mark.parametrize("case", _cases("cli"))
def test_command_line(case: Case, tmp_path: Path) -> None:
    from tests import case_cli

    problems = compare(case, case_cli.seen(case, write(case, tmp_path)))
    assert not problems, _told(case, problems)


@pytest.mark.parametrize("case", _cases("cli-process")[::12])
def test_command_line_as_a_process(case: Case, tmp_path: Path) -> None:
    from tests import case_cli

    problems = compare(case, case_cli.seen(case, write(case, tmp_path), apart=True))
    assert not problems, _told(case, problems)


@pytest.fixture(scope="module")
def clients() -> Iterator[dict[str, LspDriver]]:
    """One server for each way of talking, started when it is first needed."""
    from tests.case_lsp import LspDriver

    class Clients(dict[str, LspDriver]):
        def __missing__(self, name: str) -> LspDriver:
            mode, _, units = name.partition("-")
            return self.setdefault(name, LspDriver(mode, units))

    started = Clients()
    yield started
    for client in started.values():
        client.close()


@pytest.mark.parametrize(("client", "case"), [
    pytest.param(f"{mode}-{units}", *parameters.values, id=parameters.id)
    for (mode, units), every in CLIENTS.items()
    for parameters in _cases(f"lsp-{mode}-{units}")[::every]
])  # fmt: skip
def test_language_client(client: str, case: Case, clients: dict[str, LspDriver], tmp_path: Path) -> None:
    problems = clients[client].differences(case, write(case, tmp_path))
    assert not problems, _told(case, problems)


def _told(case: Case, problems: list[str]) -> str:
    return "\n".join([f"tests/cases/{case.id}.case: {case.prose.splitlines()[0]}", *problems])
