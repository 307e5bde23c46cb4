"""The check that VS Code's Python extension runs in the environment's interpreter, as the peer of ``bench_first_check.py``.

Written after ``python_files/installed_check.py`` of microsoft/vscode-python: argparse, pathlib and json; for each line a ``Requirement`` of
``packaging``, its marker, and ``importlib.metadata.metadata(name)``. Beyond that it asks whether the version fits, as ``venvls`` does.
``packaging`` lies beside this file's copy, as it does in the extension.
"""

from __future__ import annotations

import argparse
import json
import pathlib
import sys
from importlib.metadata import PackageNotFoundError, metadata

sys.path.insert(0, str(pathlib.Path(__file__).parent / "lib"))

from packaging.requirements import InvalidRequirement, Requirement


def requirement(line: str) -> Requirement | None:
    try:
        asked = Requirement(line.strip("\\"))
        if asked.marker is None or asked.marker.evaluate():
            return asked
    except InvalidRequirement:
        pass
    return None


def check(path: pathlib.Path) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines()):
        if line.startswith(("#", "-", " ")) or line == "":
            continue
        asked = requirement(line.partition(" #")[0])
        if asked is None:
            continue
        try:
            code = None if asked.specifier.contains(metadata(asked.name)["Version"], prereleases=True) else "other-version"
        except PackageNotFoundError:
            code = "not-installed"
        if code is not None:
            found.append({"line": number, "character": 0, "endCharacter": len(asked.name), "package": asked.name, "code": code})
    return found


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("path", type=pathlib.Path)
    print(json.dumps(check(parser.parse_args().path)))
