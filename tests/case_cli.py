"""Cases through the command line: `venvls check --format json`, in this process for speed or as a process of its own."""

from __future__ import annotations

import contextlib
import io
import json
import subprocess
import sys

from tests.case_engine import relative
from tests.case_folder import Folder
from tests.case_format import Case, Seen, offsets
from venvls.model.text import Text


def arguments(case: Case, folder: Folder) -> list[str]:
    """The command line of a case."""
    options = case.options
    words = ["check", "--format", "json", str(folder.root)]
    words += [word for name in options.get("groups", ()) for word in ("--group", name)]
    words += [word for name in options.get("extras", ()) for word in ("--extra", name)]
    words += ["--imports"] if options.get("imports") else []
    return [*words, "--all-groups"] if options.get("all_groups") else words


def seen(case: Case, folder: Folder, *, apart: bool = False) -> list[Seen]:
    """Every finding of the JSON; the exit status and silence on standard error are checked on the way."""
    status, output, errors = _apart(arguments(case, folder)) if apart else _here(arguments(case, folder))
    assert not errors, errors
    content = json.loads(output)
    findings = content["findings"]
    loud = any(one["severity"] in ("error", "warning") for one in findings)
    assert status == (1 if loud else 0)
    assert {one["project"] for one in findings if one["severity"] in ("error", "warning")} == {
        one["root"] for one in content["projects"] if not one["in_sync"]
    }
    return [_seen(one, folder) for one in findings]


def _seen(finding: dict[str, object], folder: Folder) -> Seen:
    path = relative(str(finding["path"]), folder.root)
    file = folder.root / path
    text = Text(file.read_bytes().decode("utf-8") if file.is_file() else "")
    start, end = (_pair(finding["range"][side]) for side in ("start", "end"))  # type: ignore[index]
    ids = tuple(action["id"] for action in finding["actions"])  # type: ignore[attr-defined]
    return Seen(path, *offsets(text, start, end, "utf-16"), str(finding["severity"]), str(finding["code"]), str(finding["message"]), ids)


def _pair(position: dict[str, int]) -> tuple[int, int]:
    return position["line"], position["character"]


def _here(words: list[str]) -> tuple[int, str, str]:
    from venvls.__main__ import main

    output, errors = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(errors):
        status = main(words)
    return status, output.getvalue(), errors.getvalue()


def _apart(words: list[str]) -> tuple[int, str, str]:
    result = subprocess.run(
        [sys.executable, "-m", "venvls", *words], capture_output=True, text=True, encoding="utf-8", stdin=subprocess.DEVNULL, check=False
    )
    return result.returncode, result.stdout, result.stderr
