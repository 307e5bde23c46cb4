"""Add the environment to .gitignore: to the project's own where it has one, else to the repository's."""

from __future__ import annotations

import re
from collections.abc import Iterable

from venvls.model.action import Action, TextEdit
from venvls.model.hints import TYPE_CHECKING
from venvls.model.rule import Offer
from venvls.model.text import Span

if TYPE_CHECKING:
    from venvls.model.facts import Facts
    from venvls.model.finding import Finding

_SPECIAL = re.compile(r"([\\*?\[])")


def offer(finding: Finding, facts: Facts) -> Iterable[Action]:
    """One offer, where git does not ignore it yet; files that git tracks already have to be taken out of the repository first."""
    environment, git, files = facts.environment, facts.git, facts.files
    if environment is None or git is None or git.ignored:
        return
    path = files.path
    folder = facts.project.root if files.lstat(path.join(facts.project.root, ".gitignore")) is not None else git.root
    separator = path.sep
    prefix = environment.prefix
    if not prefix.startswith(folder.rstrip(separator) + separator) or "\n" in prefix:
        return
    ignore = path.join(folder, ".gitignore")
    stat = files.lstat(ignore)
    if stat is not None and stat.kind != "file":
        return  # A link is not written through.
    inner = (
        prefix[len(folder.rstrip(separator)) + 1 :].replace("\\", "/") if separator == "\\" else prefix[len(folder.rstrip(separator)) + 1 :]
    )
    entry = files.lstat(prefix)
    line = "/" + _SPECIAL.sub(r"\\\1", inner) + ("/" if entry is not None and entry.kind == "directory" else "")
    data = files.read(ignore) if stat is not None else b""
    if data is None:
        return
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return
    end = "\r\n" if "\r\n" in text else "\n"
    before = "" if not text or text.endswith(("\n", "\r")) else end
    edit = TextEdit(ignore, Span(len(text), len(text)), f"{before}{line}{end}", create=stat is None)
    yield Action("ignore-environment", f"Add {line} to .gitignore", edits=(edit,), preferred=True)


OFFER = Offer("ignore-environment", frozenset({"unignored-environment"}), offer, __doc__ or "")
