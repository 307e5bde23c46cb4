"""What the tools write when they fail, and the one sentence that a person reads.

Resolution, hash and network failures are also made for real in `test_tasks_for_real.py`; the others here are written after the tools'
known wording (disk full, read-only, permission, login, builds), not recorded from a run.
"""

# ruff: noqa: E501 - one row of a table is one line
from __future__ import annotations

import pytest

from tests.effort import ends
from venvls.host.causes import cause

SHAPES = [
    ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "The disk is full"),
    ("error: Failed to install: a.whl (a==1)\n  Caused by: No space left on device (os error 28)", "The disk is full"),
    ("OSError: [Errno 30] Read-only file system: '/w/.venv/lib'", "/w/.venv/lib is on a read-only file system."),
    ("error: failed to create directory `/w/.venv`\n  Caused by: Read-only file system (os error 30)", "read-only file system"),
    ("Error: [Errno 13] Permission denied: '/w/.venv'", "no permission to write to /w/.venv: make it writable"),
    ("error: externally-managed-environment\n\n× This environment is externally managed", "belongs to the operating system"),
    ("The virtual environment was not created successfully because ensurepip is not available.", "python3-venv"),
    ("/usr/bin/python3: No module named pip", "pip is not installed in the environment"),
    (
        "WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError('<...>: Failed to establish a new connection')'\n"
        "ERROR: Could not find a version that satisfies the requirement a (from versions: none)\nERROR: No matching distribution found for a",
        "cannot be reached",
    ),
    ("error: Failed to fetch: `https://example.org/simple/a/`\n  Caused by: dns error: failed to lookup address", "at example.org cannot be reached"),
    ("error: Failed to fetch: `https://e.org/simple/a/`\n  Caused by: HTTP status client error (401 Unauthorized) for url", "refused the login"),
    ("error: Failed to fetch: `https://e.org/simple/a/`\n  Caused by: HTTP status client error (403 Forbidden) for url", "Access was refused (403)"),
    ("ERROR: HTTP error 403 while getting https://e.org/a.whl\nERROR: 403 Client Error: Forbidden for url: https://e.org/a.whl", "Access was refused (403)"),
    (
        "  fatal: unable to access 'https://git.invalid/a/': Could not resolve host: git.invalid\n  error: subprocess-exited-with-error\n"
        "  × git clone --filter=blob:none --quiet https://git.invalid/a /tmp/b did not run successfully.",
        "git.invalid cannot be reached: check the network or the proxy.",
    ),
    (
        "  × Failed to download and build `a @ git+https://git.invalid/a`\n  ├─▶ Git operation failed\n  ╰─▶ process didn't exit successfully\n"
        "      fatal: unable to access 'https://git.invalid/a/': Could not resolve host: git.invalid",
        "git.invalid cannot be reached",
    ),
    ("ssh: connect to host git.invalid port 22: Connection refused\nfatal: Could not read from remote repository.", "git.invalid cannot be reached"),
    ("git@github.com: Permission denied (publickey).\nfatal: Could not read from remote repository.", "its address and your credentials"),
    ("fatal: could not read Username for 'https://github.com': terminal prompts disabled", "its address and your credentials"),
    (
        "error: Failed to download `https://github.com/astral-sh/python-build-standalone/releases/download/20261110/cpython-3.14.10%2B20261110-x86_64-"
        "unknown-linux-gnu-install_only_stripped.tar.gz`\n  cause: error sending request for url (https://github.com/astral-sh/python-build-standalone/"
        "releases/download/20261110/cpython-3.14.10%2B20261110-x86_64-unknown-linux-gnu-install_only_stripped.tar.gz)\n  cause: client error (Connect)",
        "Python 3.14 could not be downloaded from github.com: check the network or the proxy.",
    ),
    ("Resolving dependencies...\n\nExpecting value: line 1 column 1 (char 0)", "not from a package index"),
    ("ERROR: Could not find a version that satisfies the requirement a==9 (from versions: 1)\nERROR: No matching distribution found for a==9", "`a==9`"),
    ("ERROR: Ignored the following versions that require a different python version: 2 Requires-Python >=3.12\nERROR: No matching distribution found for a>=2", "`a>=2`"),
    ("error: No solution found when resolving dependencies\n  cause: Because only alpha<=2.0 is available and you require alpha>=3, we can", "`alpha`"),
    ("  × No solution found when resolving dependencies:\n  ╰─▶ Because nowhere was not found in the package registry and you require nowhere", "`nowhere`"),
    (
        "  × No solution found when resolving dependencies:\n  ╰─▶ Because gamma depends on alpha<2 and beta depends on\n      alpha>=2, we can conclude that no.",
        "contradict each other: gamma depends on alpha<2 and beta depends on alpha>=2.",
    ),
    (
        "ERROR: Cannot install beta==1.0 and gamma==1.0 because these package versions have conflicting dependencies.\n\nThe conflict is caused by:\n"
        "    beta 1.0 depends on alpha>=2\n    gamma 1.0 depends on alpha<2\n\nERROR: ResolutionImpossible: for help visit https://pip",
        "contradict each other: beta 1.0 depends on alpha>=2; gamma 1.0 depends on alpha<2.",
    ),
    ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.", "The hash of a downloaded file"),
    ("error: Failed to read `a==1`\n  Caused by: Hash mismatch for `a==1`", "The hash of a==1"),
    ("ERROR: In --require-hashes mode, all requirements must have their versions pinned with ==. These do not:", "every line needs a hash"),
    ("ERROR: Failed building wheel for numpy\nERROR: Could not build wheels for numpy", "numpy could not be built"),
    ("  × Failed to build `numpy==1.0`\n  ├─▶ The build backend returned an error", "numpy could not be built"),
    ("ERROR: Package 'a' requires a different Python: 3.9.1 not in '>=3.12'", "does not support the Python of this environment"),
    ("[WinError 32] The process cannot access the file because it is being used by another process: 'x'", "in use"),
    ("something\nERROR: a thing nobody has seen before\n[notice] A new release of pip is available", "a thing nobody has seen before."),
    ("just one word", "just one word."),
]  # fmt: skip


@pytest.mark.parametrize(("written", "sentence"), SHAPES, ids=[sentence[:40] for _, sentence in SHAPES])
def test_a_failure_is_one_sentence_with_its_cause(written: str, sentence: str) -> None:
    said = cause(written.split("\n"))
    assert said is not None
    assert sentence in said
    assert "\n" not in said
    assert said.endswith(".")


def test_silence_has_no_cause() -> None:
    assert cause([]) is None


def test_a_flood_of_output_is_read_to_its_end() -> None:
    with ends():
        cause(["x" * 20_000] * 400 + ["'" * 20_000] * 10)
