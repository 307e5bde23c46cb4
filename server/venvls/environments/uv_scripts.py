"""Where uv keeps the environment of a script with requirements inside (PEP 723): in its cache, under the script's name and a hash of its
path (uv ``uv/src/commands/project/environment.rs``). Computed, so that a check starts nothing.

The hash is SeaHash over the parts of the path as Rust's standard library feeds them to a hasher: their bytes one after the other, then a
number made of their lengths. On Windows, where a drive is fed in another way, nothing is computed.

The cache is the one that ``UV_CACHE_DIR`` names, else ``cache-dir`` in the script, in the settings of the folder that the script is in or
of one above it, or in the person's own; else uv's default. Somebody who runs the script from another folder has that one's settings:
then another place is used, and nothing here says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from venvls.environments.kind import Place, Query
from venvls.environments.tool_folders import config_folder
from venvls.model.settings_file import settings_in

_BUCKET = "environments-v2"
_LONGEST_NAME = 100
_LIMIT = 1_000_000
_BITS = 64
_MASK = (1 << _BITS) - 1
_FACTOR = 0x6EED0E9DA4D94A4F
_SEEDS = (0x16F11FE89B0D677C, 0xB480A793D8E6C86C, 0x6FE2E5AAF078EBC9, 0x14F994A4C5259381)


def places(query: Query) -> Iterator[Place]:
    """The one place of the script that ``query.root`` is; none where only uv can say it."""
    if query.platform == "win32" or query.environ.get("UV_NO_CACHE"):
        return
    cache = _cache(query)
    yield Place(query.files.path.join(cache, _BUCKET, name_of(query.root)), "uv keeps an environment for each script", "uv")


def name_of(script: str) -> str:
    """The name of the folder for the script at this absolute POSIX path."""
    stem = script.rpartition("/")[2]
    dot = stem.rfind(".")
    plain = _plain(stem[:dot] if dot > 0 else stem)
    digest = _digest(script)
    return f"{plain}-{digest}" if plain else digest


def _plain(stem: str) -> str:
    """The name as uv shortens it: ASCII letters in lower case and digits, one dash for each run of anything else, none at the end."""
    name = ""
    for byte in stem.encode("utf-8", "surrogateescape"):
        letter = chr(byte).lower() if byte < 128 and chr(byte).isalnum() else "-"
        if letter != "-" or not name.endswith("-"):
            name += letter
    return name[:_LONGEST_NAME].removesuffix("-")


def _digest(path: str) -> str:
    lengths, data = 0, b""
    for part in path.split("/"):
        if part in ("", "."):
            continue
        encoded = part.encode("utf-8", "surrogateescape")
        lengths = (lengths + len(encoded)) & _MASK
        lengths = lengths >> 2 | (lengths & 3) << (_BITS - 2)
        data += encoded
    return _sea_hash(data + lengths.to_bytes(8, "little")).to_bytes(8, "little").hex()


def _sea_hash(data: bytes) -> int:
    state = list(_SEEDS)
    for start in range(0, len(data), 8):
        mixed = _diffused(state[0] ^ int.from_bytes(data[start : start + 8], "little"))
        state = [*state[1:], mixed]
    return _diffused(state[0] ^ state[1] ^ state[2] ^ state[3] ^ len(data))


def _diffused(number: int) -> int:
    number = number * _FACTOR & _MASK
    number ^= (number >> 32) >> (number >> 60)
    return number * _FACTOR & _MASK


def _cache(query: Query) -> str:
    path = query.files.path
    folder = path.dirname(query.root)
    if named := query.environ.get("UV_CACHE_DIR"):
        return str(path.normpath(path.join(folder, named)))
    for base, settings in _settings(query, folder):
        stated = settings.get("cache-dir")
        if isinstance(stated, str) and stated:
            return str(path.normpath(path.join(base, stated)))
    home = query.environ.get("XDG_CACHE_HOME", "")
    return str(path.join(home if path.isabs(home) else path.join(query.home, ".cache"), "uv"))


def _settings(query: Query, folder: str) -> Iterator[tuple[str, Mapping[str, object]]]:
    """The settings of uv that may count, the first to say something wins; each with the folder that its relative paths are in."""
    manifest = query.manifests.get("script")
    own = manifest.tool.get("uv") if manifest is not None else None
    if isinstance(own, Mapping):
        yield folder, own
    path, read = query.files.path, query.files.read
    if named := query.environ.get("UV_CONFIG_FILE"):
        file = path.join(folder, named)
        yield path.dirname(file), settings_in(read(file, _LIMIT))
        return
    if query.environ.get("UV_NO_CONFIG"):
        return
    above = folder
    while True:
        if (data := read(path.join(above, "uv.toml"), _LIMIT)) is not None:
            yield above, settings_in(data)
            break
        project = settings_in(read(path.join(above, "pyproject.toml"), _LIMIT)).get("tool")
        table = project.get("uv") if isinstance(project, Mapping) else None
        if isinstance(table, Mapping):
            yield above, table
            break
        parent = path.dirname(above)
        if parent == above:
            break
        above = parent
    person = config_folder(query, "uv") if query.platform != "darwin" else path.join(query.home, ".config", "uv")
    yield person, settings_in(read(path.join(person, "uv.toml"), _LIMIT))
