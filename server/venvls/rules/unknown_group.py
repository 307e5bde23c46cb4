"""A dependency group or an extra does not exist.

Tools stop at a group they cannot find; its requirements are not installed.

Example: `{include-group = "tests"}` in a `pyproject.toml` whose group is called `test`; or the setting `sync.groups` names `docs`, and the
project has no such group.

Fix the name, or add the group.

An extra that an installed package does not have (`requests[sock]`) is not reported: pip and uv warn and install the package.
"""

from __future__ import annotations

from venvls.model.facts import Facts
from venvls.model.finding import Finding
from venvls.model.hints import TYPE_CHECKING
from venvls.model.redact import redact
from venvls.model.rule import Rule
from venvls.rules.wording import about_project, hidden, listed

if TYPE_CHECKING:
    from collections.abc import Iterable


def check(facts: Facts) -> Iterable[Finding]:
    """One finding for each include of a group that is not there, and each chosen name that no manifest defines."""
    for path, manifest in facts.manifests.items():
        for problem in manifest.problems:
            if problem.code == "unknown-group":
                message = hidden(redact(problem.message), "This file includes a group that does not exist", path, facts)
                yield Finding(code="unknown-group", message=message, path=path, span=problem.span)
    yield from _chosen(facts)


def _chosen(facts: Facts) -> Iterable[Finding]:
    groups = [group for path in facts.project.manifests for group in (facts.manifests[path].groups if path in facts.manifests else ())]
    # Where nothing has groups (requirements files), a choice made for many projects at once is not wrong: it says nothing here.
    incomplete = any(not facts.manifests[path].complete for path in facts.project.manifests if path in facts.manifests)
    if not groups or incomplete:
        return
    for kind, chosen in (("group", facts.choice.groups), ("extra", facts.choice.extras)):
        known = {group.key: group.name for group in groups if group.kind == kind}
        for name in sorted(chosen - known.keys()):
            have = f"it has {listed(sorted(known.values()))}" if known else "it has none"
            word = "dependency group" if kind == "group" else "extra"
            message = f"The {word} {name} is selected, but this project does not define it: {have}"
            yield from about_project("unknown-group", message, facts, {"name": name, "kind": kind})


RULE = Rule(code="unknown-group", severity="error", doc=__doc__ or "", project=check)
