"""Who refuses a manifest because of what only TOML 1.1 allows, as the end of a sentence.

uv reads TOML 1.1 since 0.9.24, Pipenv and pixi read it too. Poetry 2.5, PDM 2.29, Hatch 1.18, tox 4.67, pip 26.3 and the build
backends setuptools, hatchling, poetry-core, pdm-backend, flit_core, meson-python and scikit-build-core read with the ``tomllib`` of the
Python they run on: that is TOML 1.1 from Python 3.15 on. A build runs on the environment's Python, Poetry and its like on one of their
own, which nothing in the project tells.
"""

from __future__ import annotations

from venvls.model.facts import Facts
from venvls.model.manifest import Manifest

_READS, _SINCE_TOMLLIB = (3, 15), (3, 11)
_BY_LOCK = {"uv.lock": "uv", "poetry.lock": "Poetry", "pdm.lock": "PDM", "pixi.lock": "pixi"}
_BY_TABLE = {"uv": "uv", "poetry": "Poetry", "pdm": "PDM", "pixi": "pixi"}
_BY_KIND = {"uv": "uv", "poetry": "Poetry", "pdm": "PDM", "hatch": "Hatch", "pixi": "pixi"}
_BUILT_BY = {
    "setuptools": "setuptools",
    "hatchling": "hatchling",
    "poetry.": "poetry-core",
    "pdm.": "pdm-backend",
    "flit_core": "flit_core",
    "mesonpy": "meson-python",
    "scikit_build_core": "scikit-build-core",
}
"""Build backends that read with the Python they run on, by how their modules begin."""


def refused_by(manifest: Manifest, facts: Facts) -> tuple[str, bool] | None:
    """What refuses a file with TOML 1.1 in it, to follow ``TOML 1.1, which``, and whether that is certain; ``None`` where it is read."""
    minor = _minor(facts)
    tool = _tool(manifest, facts)
    if tool == "uv":
        builder = _builder(manifest)
        if builder is None or minor is None or not _SINCE_TOMLLIB <= minor < _READS:
            return None
        return f"uv reads, but {builder}, which builds this project, refuses on Python {minor[0]}.{minor[1]}", True
    if tool == "pixi":
        return None
    if tool is not None:
        return f"{tool} refuses where it runs on Python 3.11 to 3.14", False
    if minor is not None and minor >= _READS:
        return None
    where = f"Python {minor[0]}.{minor[1]}" if minor is not None else "a Python before 3.15"
    return f"uv reads, and pip on {where} refuses; nothing here says which of them installs this", False


def _tool(manifest: Manifest, facts: Facts) -> str | None:
    """The tool that reads the file before any other does; ``None`` where nothing tells."""
    if facts.project.part is not None or manifest.format == "tox.toml":
        return "tox"
    if manifest.format == "hatch.toml":
        return "Hatch"
    path = facts.files.path
    for lock in facts.project.locks:
        if (tool := _BY_LOCK.get(path.basename(lock))) is not None or (path.basename(lock).endswith(".py.lock") and (tool := "uv")):
            return tool
    if facts.locked is not None and facts.locked.tool in _BY_KIND:
        return _BY_KIND[facts.locked.tool]
    for table, tool in _BY_TABLE.items():
        if table in manifest.tool:
            return tool
    if _backend(manifest).startswith("uv_build"):
        return "uv"
    return _BY_KIND.get(facts.environment.kind) if facts.environment is not None else None


def _builder(manifest: Manifest) -> str | None:
    """What builds the project on the environment's Python and reads this file there; ``None`` where nothing does that we know of."""
    table = manifest.tool.get("uv")
    if isinstance(table, dict) and table.get("package") is False:
        return None
    module = _backend(manifest)
    return next((name for start, name in _BUILT_BY.items() if module.startswith(start)), None)


def _backend(manifest: Manifest) -> str:
    stated = manifest.own.pyproject
    return (stated.build_backend if stated is not None else None) or ""


def _minor(facts: Facts) -> tuple[int, int] | None:
    """The environment's Python, as two numbers."""
    major, _, minor = ((facts.environment.minor if facts.environment is not None else None) or "").partition(".")
    return (int(major), int(minor)) if major.isdecimal() and minor.isdecimal() else None
