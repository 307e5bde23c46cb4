"""The environment lies in a git work tree and git does not ignore it.

An environment is made of thousands of files that are right for one machine only. Committed by accident, they swell the repository and break
for everyone else.

Example: `.venv` in a repository whose `.gitignore` does not name it.

Mend it with the action *Ignore the environment*, which adds a line to `.gitignore`. If git already tracks files of it, take them out of the
repository with `git rm -r --cached` and the folder's name; the files on disk stay.
"""

from __future__ import annotations

from collections.abc import Iterable

from venvls.model.facts import Facts
from venvls.model.finding import Finding
from venvls.model.rule import Rule
from venvls.rules.wording import about_project


def check(facts: Facts) -> Iterable[Finding]:
    """One finding where git would take the environment's files, or has taken them already."""
    environment, git = facts.environment, facts.git
    # Where a tool keeps its own environments out of git is its matter.
    if environment is None or git is None or (git.ignored and not git.tracked) or facts.project.part is not None:
        return
    data = {"root": git.root, "tracked": git.tracked}
    if git.tracked:
        files = "1 file" if git.tracked == 1 else f"{git.tracked} files"
        message = f"git tracks {files} of the environment {environment.prefix}: take them out of the repository and ignore the folder"
        yield from about_project("unignored-environment", message, facts, data)
    else:
        yield from about_project("unignored-environment", f"git does not ignore the environment {environment.prefix}", facts, data)


RULE = Rule(code="unignored-environment", severity="information", doc=__doc__ or "", project=check)
