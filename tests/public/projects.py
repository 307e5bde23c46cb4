"""The public projects that venvls and their own tools are compared on. The list was fixed before the first run: what does not come out
well stays in it.

A project is a source distribution at a version, or a repository's tree at a commit; ``tree`` on top of a source distribution means that
the repository's file of that commit is added to it. ``stands`` is the folder inside it that the tool is run in.
"""

from __future__ import annotations

from typing import NamedTuple


class Public(NamedTuple):
    """One project: which tool keeps it, where it comes from, and the words that bring it in sync.

    ``files`` are those of the tree that are needed, where not all are. ``python`` is the Python it needs, the tests' own where empty.
    ``words`` are the groups, files or environments that the tool is given. ``traits`` say what else is in it. ``variables`` are what its
    build needs outside a repository (a version that is read from git's tags). ``release`` is the version of the tool, where the newest
    does not run with the Python that the project needs. ``instead`` names the project of the list that could not be synced, and that it
    was added for after the first run.
    """

    name: str
    tool: str
    version: str = ""
    tree: str = ""
    files: tuple[str, ...] = ()
    stands: str = ""
    python: str = ""
    words: tuple[str, ...] = ()
    traits: frozenset[str] = frozenset()
    variables: tuple[tuple[str, str], ...] = ()
    release: str = ""
    instead: str = ""

    @property
    def pinned(self) -> str:
        """The version or commit, as the table shows it."""
        pinned = self.version or self.tree.rpartition("@")[2][:12]
        return f"{pinned}, by {self.tool} {self.release}" if self.release else pinned


_WORKSPACE = frozenset({"workspace"})
_SCRIPTS = frozenset({"scripts"})
_NOTEBOOKS = frozenset({"notebooks"})
_UV_TESTS = "astral-sh/uv@6132b66d98d15e3a9388b22522e16dcb521bc093"
_VIRTUAL = "test/workspaces/albatross-virtual-workspace"
_EXCLUDED = "test/workspaces/albatross-project-in-excluded"

PROJECTS: tuple[Public, ...] = (
    Public("click", "uv", "8.5.1"),
    Public("werkzeug", "uv", "3.1.9"),
    Public("dirty-equals", "uv", "0.11"),
    Public("pydantic-settings", "uv", "2.16.3"),
    Public("rich-toolkit", "uv", "0.20.6"),
    Public("svcs", "uv", "26.2.0"),
    Public("starlette", "uv", "1.10.0"),
    Public("arq", "uv", "0.28.0"),
    Public("hishel", "uv", "2.0.0", traits=_SCRIPTS),
    Public("cibuildwheel", "uv", "4.3.5", traits=_SCRIPTS),
    Public("mcp", "uv", "2.3.0", traits=_WORKSPACE | _SCRIPTS, variables=(("UV_DYNAMIC_VERSIONING_BYPASS", "2.3.0"),)),
    Public("openai-agents", "uv", "0.24.0", traits=_WORKSPACE | _NOTEBOOKS),
    Public("a2a-sdk", "uv", "1.3.0", traits=_WORKSPACE),
    Public("marvin", "uv", "3.2.7", traits=_WORKSPACE | _SCRIPTS, variables=(("UV_DYNAMIC_VERSIONING_BYPASS", "3.2.7"),)),
    Public("singer-sdk", "uv", "0.54.9", traits=_WORKSPACE),
    Public("isort", "uv", "9.0.2", traits=_WORKSPACE),
    Public("prefab-ui", "uv", "0.21.1", traits=_WORKSPACE),
    Public("flask", "uv", "3.1.3", traits=_WORKSPACE),
    Public("langgraph", "uv", "1.2.24"),
    Public("albatross-virtual-workspace", "uv", "", _UV_TESTS, stands=_VIRTUAL, python="3.12", traits=_WORKSPACE),
    Public("albatross-project-in-excluded", "uv", "", _UV_TESTS, stands=_EXCLUDED, python="3.12", traits=_WORKSPACE),
    Public("records", "pip", "0.6.0", words=("-r", "requirements.txt")),
    Public("python-dotenv", "pip", "1.2.4", words=("-r", "requirements.txt", "-e", ".")),
    Public("mkdocs-material", "pip", "9.8.2", words=("-r", "requirements.txt", "-e", ".")),
    Public(
        "requests",
        "pip",
        "2.34.2",
        words=("-e", ".[socks]"),
    ),
    Public("tablib", "pip", "3.10.0", words=("-e", ".", "-r", "tests/requirements.txt")),
    Public("papermill", "pip", "2.7.0", words=("-e", "."), traits=_NOTEBOOKS),
    Public("cleo", "poetry", "2.1.0"),
    Public("rich", "poetry", "15.0.0"),
    Public("trogon", "poetry", "0.6.0"),
    Public("pytest-httpserver", "poetry", "1.2.0"),
    Public("crashtest", "poetry", "0.4.1"),
    Public("findpython", "pdm", "0.9.0"),
    Public("unearth", "pdm", "0.19.0"),
    Public("fastapi-cli", "pdm", "0.0.34"),
    Public("typer", "pdm", "0.29.2"),
    Public("duty", "pdm", "1.10.1"),
    Public("crypts-and-commits", "pdm", "", "theBraindonor/crypts-and-commits@2355eed0eb1326fdb7384afedc1517d3b6a7cb1e", traits=_WORKSPACE),
    Public("nbformat", "hatch", "5.11.1", traits=_NOTEBOOKS),
    Public("nbclient", "hatch", "0.11.0", traits=_NOTEBOOKS),
    Public("jupyter-core", "hatch", "5.9.1"),
    Public("jupyter-events", "hatch", "0.12.1", traits=_NOTEBOOKS),
    Public("traitlets", "hatch", "5.16.1"),
    Public("mkdocs", "hatch", "1.6.1"),
    Public(
        "python-polylith-example-hatch", "hatch", "", "DavidVujic/python-polylith-example-hatch@09ff892c9d91c177f92af543f7c565e6bc4559c5"
    ),
    Public("requests-html", "pipenv", "0.10.0", "psf/requests-html@0264e68757a7b9b6e72dcaebd3c753efd2aa5631", ("Pipfile",)),
    Public(
        "microblog",
        "pipenv",
        "",
        "01x01/microblog@6c04ee8bb0459283af63c6759a265fa02a2f9efd",
        ("Pipfile",),
        python="3.7",
        release="2023.2.4",
    ),
    Public("f1stats", "pipenv", "", "0097eo/f1stats@0055fdd5e4fb4e3f86386b273309bc81b4d508e9", ("Pipfile",), python="3.12"),
    Public(
        "fastapi-tutorials",
        "pipenv",
        "",
        "0-jam/fastapi_tutorials@a66d1c6040b5352abcfc063bc7ea889ce4928e65",
        ("Pipfile",),
        python="3.9",
        release="2025.0.4",
    ),
    Public("trio", "pip-tools", "0.35.0", words=("test-requirements.txt",)),
    Public("scrapy", "pip-tools", "2.19.0", words=("docs/requirements.txt",)),
    Public("pip-tools", "pip-tools", "7.6.2", words=("docs/requirements.txt",), python="3.12"),
    Public("jinja2", "pip-tools", "3.1.3", words=("requirements/tests.txt",)),
    Public("itsdangerous", "pip-tools", "2.1.2", words=("requirements/tests.txt",)),
    Public("markupsafe", "pip-tools", "2.1.3", words=("requirements/tests.txt",), instead="scrapy"),
    Public("platformdirs", "tox", "4.14.8", words=("type",)),
    Public("django-environ", "tox", "0.14.0", words=("lint",)),
    Public("pytest-xdist", "tox", "3.8.0", words=("py311",)),
    Public("structlog", "tox", "26.1.0", words=("py311-tests",)),
    Public("pluggy", "tox", "1.6.0", words=("py311",), instead="platformdirs"),
)
