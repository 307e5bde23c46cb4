"""Why a tool and venvls differ on a public project, and who is right by the tool's own verdict; why a project cannot be brought in sync."""

from __future__ import annotations

_GIT = "a requirement of its lock is a git repository, which was out of reach where this page was made"
_INDEX = "a requirement was not to be had from the index where this page was made"

_OTHER_FILES = (
    "the tool is right for the files that it is given; setup.cfg requires more in the same environment, so venvls leaves out its hint on"
    " what is surplus, whose fix would remove that too"
)
_ITSELF = "the tool is right because it is given `-e .`; no file says that the project itself is to be installed"

REASONS: dict[tuple[str, str], str] = {
    ("mcp", "refused"): _GIT,
    ("marvin", "refused"): _GIT,
    ("langgraph", "refused"): "its lock names folders outside its source distribution (a part of a larger repository)",
    ("typer", "refused"): _INDEX,
    ("duty", "refused"): _INDEX,
    ("mkdocs", "refused"): "its environment is made by a plugin that reads mkdocs.yml, which is not in its source distribution",
    ("trio", "refused"): _INDEX,
    ("scrapy", "refused"): _GIT,
    ("jinja2", "only the tool would change toml"): _OTHER_FILES,
    ("jinja2", "only the tool would change exceptiongroup"): _OTHER_FILES,
    ("mkdocs-material", "only the tool would change mkdocs-material"): _ITSELF,
    ("tablib", "only the tool would change tablib"): _ITSELF,
    ("papermill", "only the tool would change papermill"): _ITSELF,
    ("papermill", "only the tool would change python-dateutil"): (
        "it follows from a package that both name: only an index knows that this, not installed yet, needs another version"
    ),
    ("platformdirs", "refused"): "tox skips its environments without Python 3.15, which was not on the machine where this page was made",
}
"""By the project, or the tool, and the difference; ``refused`` for what keeps the tool from bringing the project in sync."""
