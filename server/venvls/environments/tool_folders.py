"""Where tools keep their data and settings for a person, on each system; as platformdirs places them for a tool's name."""

from __future__ import annotations

from venvls.environments.kind import Ask


def data_folder(ask: Ask, name: str, author: str | None = None) -> str:
    """platformdirs' ``user_data_dir(name, author)``; ``author`` is a folder of its own on Windows alone."""
    join = ask.files.path.join
    if ask.platform == "win32":
        base = ask.environ.get("LOCALAPPDATA") or join(ask.home, "AppData", "Local")
        return str(join(base, author, name) if author else join(base, name))
    if ask.platform == "darwin":
        return str(join(ask.home, "Library", "Application Support", name))
    return str(join(ask.environ.get("XDG_DATA_HOME", "").strip() or join(ask.home, ".local", "share"), name))


def config_folder(ask: Ask, name: str, author: str | None = None) -> str:
    """platformdirs' ``user_config_dir(name, author)``."""
    join = ask.files.path.join
    if ask.platform in ("win32", "darwin"):
        return data_folder(ask, name, author)
    return str(join(ask.environ.get("XDG_CONFIG_HOME", "").strip() or join(ask.home, ".config"), name))
