"""The environment is in a git work tree, and git does not ignore it.

An environment consists of thousands of files that work on one machine only. Committed by accident, they make the repository large and do
not work for anyone else.

Example: `.venv` in a repository whose `.gitignore` does not name it.

Fix it with the action *Ignore the environment*, which adds a line to `.gitignore`. If git already tracks files of it, remove them from the
repository with `git rm -r --cached` and the folder's name; the files on disk stay.
"""

from __future__ import annotations

from venvls.model.facts import Facts
from venvls.model.finding import Finding
from venvls.model.hints import TYPE_CHECKING
from venvls.model.rule import Rule
from venvls.rules.wording import about_project

if TYPE_CHECKING:
    from collections.abc import Iterable


def check(facts: Facts) -> Iterable[Finding]:
    """One finding where git would take the environment's files, or already tracks them."""
    environment, git = facts.environment, facts.git
    # How a tool keeps its own environments out of git is up to the tool.
    if environment is None or git is None or (git.ignored and not git.tracked) or facts.project.part is not None:
        return
    data = {"root": git.root, "tracked": git.tracked}
    if git.tracked:
        files = "1 file" if git.tracked == 1 else f"{git.tracked} files"
        message = f"git tracks {files} of the environment {environment.prefix}: remove them from the repository and ignore the folder"
        yield from about_project("unignored-environment", message, facts, data)
    else:
        yield from about_project("unignored-environment", f"git does not ignore the environment {environment.prefix}", facts, data)


RULE = Rule(code="unignored-environment", severity="information", doc=__doc__ or "", project=check)
