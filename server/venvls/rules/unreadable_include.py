"""A file that this one includes cannot be read.

pip and uv stop at such a line, and nothing is installed.

Example: `-r requirements/base.txt`, where no such file exists; paths start from the folder of the file that includes.

Fix the path, or add the file. A file at a URL (`-r https://…`) is not fetched and not checked. On Windows a file
on another machine (`-r //host/share/base.txt`) is not read: looking at it would send your credentials there. The file of
an extra counts when the extra is chosen.
"""

from __future__ import annotations

from venvls.model.facts import Facts
from venvls.model.finding import Finding
from venvls.model.hints import TYPE_CHECKING
from venvls.model.redact import redact
from venvls.model.rule import Rule
from venvls.rules.asked import include_counts
from venvls.rules.wording import hidden

if TYPE_CHECKING:
    from collections.abc import Iterable


def check(facts: Facts) -> Iterable[Finding]:
    """One finding for each include that leads nowhere, on its path."""
    for link in facts.links:
        # pip reads a file at a URL; here it is not read, which is not a fault of the manifest.
        # Nor is the file of an extra read that nobody chose (setuptools' `optional-dependencies.docs = {file = …}`).
        is_read = include_counts(link.include, facts.manifests[link.source], facts)
        if is_read and link.failure is not None and "://" not in link.include.target:
            message = hidden(redact(link.failure), "A file that this one includes cannot be read", link.source, facts)
            data = {"target": link.target} if link.target and link.source not in facts.outside else {}
            yield Finding(code="unreadable-include", message=message, path=link.source, span=link.include.span, data=data)


RULE = Rule(code="unreadable-include", severity="error", doc=__doc__ or "", project=check)
