"""A package is installed from another source than the requirement names.

A direct reference requires one repository, commit, archive or folder. The same name and version from somewhere else may be different code.

Example: the manifest says `lib @ git+https://example.com/lib@v2`, and what is installed came from tag `v1`, or from an index; or
`-e ./lib`, and `lib` was installed without `-e`.

Fix it with the action *Install*.

What is compared is the origin the installer wrote down (`direct_url.json`, PEP 610): repository or URL, commit or tag, subdirectory,
archive hash, and whether it is editable. Nothing is fetched: whether a branch has changed since is not known here. References with a
variable (`${TOKEN}`) are compared by name alone.
"""

from __future__ import annotations

from venvls.model.facts import Facts
from venvls.model.finding import Finding
from venvls.model.hints import TYPE_CHECKING
from venvls.model.requirement import Requirement
from venvls.model.rule import Fault, Rule
from venvls.rules.locking import indirect, lock_place, told
from venvls.rules.satisfaction import verdict

if TYPE_CHECKING:
    from collections.abc import Iterable


def check(requirement: Requirement, facts: Facts, folder: str) -> Iterable[Fault]:
    """A fault on the URL or path."""
    parsed = requirement.parsed
    answer = verdict(parsed, facts, folder)
    if answer.state == "source":
        related = lock_place(answer.locked.key, facts) if answer.locked is not None else ()
        yield Fault(f"{parsed.name or answer.key} {answer.difference}", parsed.url_span, answer.installed, related)


def check_lock(facts: Facts) -> Iterable[Finding]:
    """A finding in the lock for each package that came from another source than the locked one."""
    for lock, how in indirect(facts):
        if how.state == "source":
            yield told("source-mismatch", f"{how.locked.key} {how.difference}", lock, how, facts)


RULE = Rule(code="source-mismatch", severity="warning", doc=__doc__ or "", requirement=check, project=check_lock, about="source")
