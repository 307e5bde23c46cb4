"""The fields that Hatch and hatchling fill in where a requirement says where it comes from: ``{root:uri}`` and what is next to the project.

Both read them in the lists of Hatch's environments; hatchling also in those of ``[project]`` (hatchling ``metadata/core.py``,
``utils/context.py``). In its environments Hatch also fills in ``{matrix:…}`` and ``{env_name}``, by the environment (hatch
``env/context.py``). What a field of another kind becomes (``{env:…}``, ``{home}``) only the process knows.
"""

from __future__ import annotations

import re

from venvls.model.hints import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from venvls.model.requirement import ParsedRequirement

_OF_ENVIRONMENT = re.compile(r"\{(?:matrix:([^{}:]+)(?::([^{}]*))?|env_name(?::[^{}]*)?)\}")
_ROOT = re.compile(r"\{root((?::parent)*)(?::real)?(?::uri)?\}(?=/|$)")


def filled(parsed: ParsedRequirement) -> ParsedRequirement | None:
    """The requirement with the folder that its field stands for, relative to the project's; as it is where it has no field; ``None`` where
    something else is filled in."""
    if "{" not in parsed.text:
        return parsed
    url = parsed.url or ""
    root = _ROOT.match(url)
    rest = url[root.end() :] if root else ""
    if root is None or "{" in rest or parsed.text.count("{") != 1:
        return None
    up = root[1].count(":parent")
    return parsed._replace(url="/".join([".." for _ in range(up)] or ["."]) + rest)


def is_by_environment(text: str) -> bool:
    """Whether a text has a field that each environment fills in by itself."""
    return _OF_ENVIRONMENT.search(text) is not None


def in_environment(text: str, name: str, values: Mapping[str, str]) -> tuple[str, list[int]] | None:
    """The text as the environment ``name`` with these values of its matrix fills it in, and for each of its characters the one it is
    from; ``None`` where a value is missing, which Hatch refuses."""
    filled_in = ""
    origins: list[int] = []
    end = 0
    for match in _OF_ENVIRONMENT.finditer(text):
        value = values.get(match[1], match[2]) if match[1] is not None else name
        if value is None:
            return None
        filled_in += text[end : match.start()] + value
        origins += range(end, match.start())
        end = match.end()
        origins += [match.start() if not number and (len(value) > 1 or not match.start()) else end - 1 for number in range(len(value))]
    return filled_in + text[end:], [*origins, *range(end, len(text))]
