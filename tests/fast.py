"""What `python3 tests --fast` leaves out, besides what is marked slow or needs a package index: for a look between two edits."""

from __future__ import annotations

import zlib

import hypothesis
import pytest

LEFT_OUT = (
    *("client/", "demo/", "faults/"),
    *("cli/test_life.py", "cli/test_run_and_doctor.py", "cli/test_suggestions.py", "cli/test_writing.py"),
    *("cli/test_upward.py", "cli/test_closed_ends.py", "cli/test_completion.py", "cli/test_check_options.py", "cli/test_reports.py"),
    *("cli/test_sizes.py", "cli/test_dry_run_diff.py", "lsp/test_session.py", "lsp/test_pulled.py", "test_pythons.py"),
    *("looks/test_requests.py", "looks/test_rename.py", "host_tasks/", "environments/test_real.py"),
    *(
        "lsp/test_actions.py",
        "lsp/test_add.py",
        "lsp/test_commands.py",
        "lsp/test_promises.py",
        "lsp/test_pythons.py",
        "lsp/test_scripts.py",
    ),
    "lsp/test_tox.py",
    *("bounds/test_arguments.py", "bounds/test_bursts.py"),
    "environments/test_old_and_strange.py",
    *("histories/", "bounds/", "handover/", "mcp/", "docs/test_editors.py", "docs/test_release.py", "host/test_image.py"),
    *("cli/test_kernel.py", "cli/test_like.py", "cli/test_several.py", "cli/test_tooling.py", "cli/test_commands.py"),
    *("lsp/test_drift.py", "lsp/test_looking_again.py", "lsp/test_imports.py", "lsp/test_bare_folder.py"),
)
"""Each of these tests starts a process or several."""
SAMPLED = (
    "test_cases.py::test_language_client",
    "test_cases.py::test_command_line_as_a_process",
    "looks/test_looks.py::test_through_a_client",
)
"""Of these cases one in five is run: always the same ones, and the engine's run of the same cases is whole."""
SHARE = 5


def thin(items: list[pytest.Item]) -> list[pytest.Item]:
    """What is left of the items; of generated examples one in five."""
    left = [item for item in items if not _path(item).startswith(LEFT_OUT) and (not _path(item).startswith(SAMPLED) or _sample(item))]
    for test in {id(item.obj): item.obj for item in left if isinstance(item, pytest.Function)}.values():  # type: ignore[attr-defined]
        whole = getattr(test, "_hypothesis_internal_use_settings", None)
        if whole is not None:
            fewer = hypothesis.settings(whole, max_examples=max(10, whole.max_examples // SHARE))
            getattr(test, "__func__", test)._hypothesis_internal_use_settings = fewer
    return left


def _path(item: pytest.Item) -> str:
    return item.nodeid.removeprefix("tests/")


def _sample(item: pytest.Item) -> bool:
    return zlib.crc32(item.nodeid.encode()) % SHARE == 0
