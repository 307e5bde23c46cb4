"""What setuptools' older ways recorded of a distribution: .egg-info next to the code, an .egg that contains it, a zip file of one.

Loaded where one is met: few environments have any.
"""

from __future__ import annotations

from venvls.host.recorded import METADATA_LIMIT, read_metadata
from venvls.model.environment import Distribution, Metadata
from venvls.model.names import canonical
from venvls.model.patterns import re
from venvls.model.ports import FileView

_EGG = r"([^-]+)-([^-]+)(?:-py\d[\d.]*(?:-.+)?)?\Z"
_EGG_LIMIT = 100_000_000


def egg_info(files: FileView, path: str, stem: str) -> Distribution:
    """The distribution of an .egg-info: a folder (setuptools) or a single file (distutils)."""
    match = re.match(_EGG, stem)
    if match is not None and "_" not in match[2] and match[2][:1].isdecimal():
        return Distribution(canonical(match[1]), match[2], path, "egg-info")
    name, version = (match[1], match[2]) if match else (stem, "")
    metadata = read_metadata(_package_info(files, path), "PKG-INFO", name, version)
    sign = "unreadable" if metadata.problem and not metadata.version else None
    return Distribution(canonical(metadata.name), metadata.version, path, "egg-info", sign)


def egg(files: FileView, path: str) -> Distribution | None:
    """The distribution of an .egg, a folder or a zip file."""
    if files.stat(path) is None:
        return None
    stem = str(files.path.basename(path)).removesuffix(".egg")
    match = re.match(_EGG, stem)
    if match is not None and "_" not in match[2]:
        return Distribution(canonical(match[1]), match[2], path, "egg")
    metadata = load_metadata(files, Distribution(canonical(stem), "", path, "egg"))
    return Distribution(canonical(metadata.name), metadata.version, path, "egg")


def load_metadata(files: FileView, distribution: Distribution) -> Metadata:
    """A distribution's metadata from its PKG-INFO and requires.txt; what cannot be read is said in ``problem``."""
    join = files.path.join
    key, version, path, form, _ = distribution
    if form == "egg" and not path.endswith(".egg-info"):
        inside = join(path, "EGG-INFO")
        if files.stat(inside) is None:
            info, requires = _zipped(files, path)
        else:
            info, requires = (files.read(join(inside, name), METADATA_LIMIT) for name in ("PKG-INFO", "requires.txt"))
    else:
        info, requires = _package_info(files, path), files.read(join(path, "requires.txt"), METADATA_LIMIT)
    metadata = read_metadata(info, "PKG-INFO", key, version)
    if metadata.requires:
        return metadata
    lines, extras = read_egg_requires(requires)
    return Metadata(metadata.name, metadata.version, lines, metadata.extras or extras, metadata.requires_python, metadata.problem)


def read_egg_requires(data: bytes | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The requirements and extras of an egg-info's requires.txt, its sections turned into markers as setuptools means them.

    ``[name]`` is an extra, ``[:marker]`` a condition, ``[name:marker]`` both.
    """
    if not data:
        return (), ()
    requires: list[str] = []
    extras: list[str] = []
    conditions: list[str] = []
    for raw in data.decode("utf-8", "replace").splitlines():
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        if line.startswith("[") and line.endswith("]"):
            extra, _, marker = line[1:-1].partition(":")
            extra, marker = extra.strip(), marker.strip()
            conditions = []
            if marker:
                conditions.append(f"({marker})" if extra else marker)
            if extra:
                conditions.append(f'extra == "{extra}"')
                extras.append(canonical(extra))
            continue
        # A URL ends only at a blank.
        space = " " if "@" in line else ""
        requires.append(f"{line}{space}; {' and '.join(conditions)}" if conditions else line)
    return tuple(requires), tuple(dict.fromkeys(extras))


def _package_info(files: FileView, path: str) -> bytes | None:
    standing = files.stat(path)
    if standing is not None and standing.kind == "file":
        return files.read(path, METADATA_LIMIT)
    return files.read(files.path.join(path, "PKG-INFO"), METADATA_LIMIT)


def _zipped(files: FileView, path: str) -> tuple[bytes | None, bytes | None]:
    """PKG-INFO and requires.txt of a zipped egg."""
    import io
    import zipfile
    import zlib

    data = files.read(path, _EGG_LIMIT)
    if data is None:
        return None, None
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            sizes = {info.filename: info.file_size for info in archive.infolist()}
            info, requires = (
                archive.read(name) if sizes.get(name, METADATA_LIMIT) < METADATA_LIMIT else None
                for name in ("EGG-INFO/PKG-INFO", "EGG-INFO/requires.txt")
            )
    except (zipfile.BadZipFile, OSError, EOFError, ValueError, NotImplementedError, RuntimeError, zlib.error):
        return None, None
    return info, requires
