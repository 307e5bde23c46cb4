"""Where tools' settings name a dependency group or an extra of the project: to be offered there, and to be renamed with it."""

from __future__ import annotations

import re

_HATCH = r"(?:tool\.hatch\.)?envs\.[^.]+"
_TOX = r"(?:tool\.tox\.)?(?:env\.[^.]+|env_run_base)"
_PIXI = r"(?:tool\.pixi\.)?environments\.[^.]+(?:\.features)?"
LISTS = {
    "group": re.compile(
        rf"{_PIXI}|tool\.uv\.default-groups|tool\.venvls\.sync\.groups|{_HATCH}\.dependency-groups|{_TOX}\.dependency_groups"
    ),
    "extra": re.compile(rf"tool\.venvls\.sync\.extras|{_HATCH}\.features|{_TOX}\.extras"),
}
"""Lists in TOML, by the keys that lead to them."""
INI_LISTS = {"group": re.compile(r"dependency_groups\s*="), "extra": re.compile(r"extras\s*=")}
"""Keys of tox.ini whose lines and words are such names."""
CONFLICT = {"group": re.compile(r"\bgroup\s*=\s*$"), "extra": re.compile(r"\bextra\s*=\s*$")}
"""What goes before the name in uv's conflicts."""
OPTIONS = {"group": re.compile(r"--(?:only-|no-)?group(?:=|\s+)$"), "extra": re.compile(r"--(?:no-)?extra(?:=|\s+)$")}
"""What goes before the name in a command of uv's, pip's or PDM's."""
