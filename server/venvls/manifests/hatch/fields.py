"""The fields that Hatch and hatchling fill in where a requirement says where it comes from: ``{root:uri}`` and what is next to the project.

Both read them in the lists of Hatch's environments; hatchling also in those of ``[project]`` (hatchling ``metadata/core.py``,
``utils/context.py``). What a field of another kind becomes (``{matrix:…}``, ``{env:…}``, ``{home}``) only the process knows.
"""

from __future__ import annotations

import re

from venvls.model.hints import TYPE_CHECKING

if TYPE_CHECKING:
    from venvls.model.requirement import ParsedRequirement

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
