"""Files or groups include each other in a circle.

pip and uv refuse a dependency group that includes itself; for files, each tool decides by itself what it reads, and in which order.

Example: `base.txt` says `-r dev.txt`, and `dev.txt` says `-r base.txt`; or group `a` includes `b`, which includes `a`.

Fix it by removing one of the includes, usually the one in the more basic file.
"""

from __future__ import annotations

from venvls.model.facts import Facts
from venvls.model.finding import Finding
from venvls.model.hints import TYPE_CHECKING
from venvls.model.redact import redact
from venvls.model.rule import Rule
from venvls.rules.wording import hidden

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import ModuleType

_ENDS = 4
"""How many names of a long circle are listed, at each of its ends."""


def check(facts: Facts) -> Iterable[Finding]:
    """One finding for each include that leads back to its own file, and each group that includes itself."""
    for link in facts.links:
        if link.cycle:
            names = _names(link.cycle, facts.files.path)
            if len(names) > 2 * _ENDS:
                names = [*names[:_ENDS], f"{len(names) - 2 * _ENDS} more", *names[-_ENDS:]]
            around = f"This include leads back to its own file: {' → '.join(names)}"
            message = around if len(set(link.cycle)) > 1 else "This file includes itself"
            message = hidden(message, "This include leads back to its own file", link.source, facts)
            yield Finding(code="include-cycle", message=message, path=link.source, span=link.include.span)
    for path, manifest in facts.manifests.items():
        for problem in manifest.problems:
            if problem.code == "include-cycle":
                message = hidden(redact(problem.message), "Groups of this file include each other", path, facts)
                yield Finding(code="include-cycle", message=message, path=path, span=problem.span)


def _names(paths: tuple[str, ...], path: ModuleType) -> list[str]:
    """What the files are called; with their folders where two of them have one name."""
    names = [path.basename(each) for each in paths]
    if len(set(names)) == len(set(paths)):
        return names
    return [path.join(path.basename(path.dirname(each)), name) for each, name in zip(paths, names, strict=True)]


RULE = Rule(code="include-cycle", severity="error", doc=__doc__ or "", project=check)
