"""Where tools keep their data and settings for a person, on each system; as platformdirs places them for a tool's name."""

from __future__ import annotations

from venvls.environments.kind import Query


def data_folder(query: Query, name: str, author: str | None = None) -> str:
    """platformdirs' ``user_data_dir(name, author)``; ``author`` is a folder of its own on Windows alone."""
    join = query.files.path.join
    if query.platform == "win32":
        base = query.environ.get("LOCALAPPDATA") or join(query.home, "AppData", "Local")
        return str(join(base, author, name) if author else join(base, name))
    if query.platform == "darwin":
        return str(join(query.home, "Library", "Application Support", name))
    return str(join(query.environ.get("XDG_DATA_HOME", "").strip() or join(query.home, ".local", "share"), name))


def config_folder(query: Query, name: str, author: str | None = None) -> str:
    """platformdirs' ``user_config_dir(name, author)``."""
    join = query.files.path.join
    if query.platform in ("win32", "darwin"):
        return data_folder(query, name, author)
    return str(join(query.environ.get("XDG_CONFIG_HOME", "").strip() or join(query.home, ".config"), name))
