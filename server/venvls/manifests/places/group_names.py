"""Where tools' settings name a dependency group or an extra of the project, as well as where requirements do: to be renamed with it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from venvls.manifests.places.cursor import toml_place
from venvls.model.names import canonical
from venvls.model.text import Span, Text

_STRING = re.compile(r"\"([A-Za-z0-9._-]+)\"|'([A-Za-z0-9._-]+)'")
_LISTS = {
    "group": re.compile(
        r"tool\.uv\.default-groups|tool\.venvls\.sync\.groups|tool\.hatch\.envs\.[^.]+\.dependency-groups|envs\.[^.]+\.dependency-groups"
        r"|(?:tool\.tox\.)?(?:env\.[^.]+|env_run_base)\.dependency_groups|tool\.tox\.env_run_base\.dependency_groups"
    ),
    "extra": re.compile(
        r"tool\.venvls\.sync\.extras|tool\.hatch\.envs\.[^.]+\.features|envs\.[^.]+\.features"
        r"|(?:tool\.tox\.)?(?:env\.[^.]+|env_run_base)\.extras"
    ),
}
_CONFLICT = {"group": re.compile(r"\bgroup\s*=\s*$"), "extra": re.compile(r"\bextra\s*=\s*$")}


def named_in_toml(text: Text, key: str, kind: str) -> Iterator[Span]:
    """The places in a tool's TOML that name the group or extra with this PEP 503 name."""
    for match in _STRING.finditer(text.source):
        if canonical(match[1] or match[2]) != key:
            continue
        number = text.position(match.start(), "utf-32").line
        before = text.source[text.starts[number] : match.start()]
        if "#" in re.sub(_STRING, "", before):
            continue
        table, stated, _ = toml_place(text, number, before)
        path = f"{table}.{stated}" if table and stated else table or stated
        if _LISTS[kind].fullmatch(path) or (path == "tool.uv.conflicts" and _CONFLICT[kind].search(before)):
            yield Span(match.start() + 1, match.end() - 1)
