"""Every reader of a text that somebody else wrote, as a function of its bytes, with a few texts to begin from."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import cache, partial
from random import Random
from zlib import crc32

from tests.bounds.judged import judged
from tests.bounds.shapes import CAPPED, LINEAR
from tests.fuzz import trees
from tests.fuzz.changed import changed
from tests.memory_tree import MemoryFiles
from venvls import manifests
from venvls.environments.cfg import read_cfg
from venvls.environments.pointer import read_pointer, read_python_envs
from venvls.guard import lines
from venvls.host import editable, eggs, git_index, git_patterns, recorded
from venvls.imports import notebook, scanner
from venvls.manifests.locks import LOCKS
from venvls.manifests.places import cursor, folds, lock_entries
from venvls.manifests.syntax.decode import decode
from venvls.model import limits
from venvls.model.manifest import Manifest
from venvls.model.record import NamedTuple
from venvls.model.text import Text
from venvls.standards import conda_versions, markers, python_versions, versions


class Reader(NamedTuple):
    """``read`` fails where the reader does; ``examples`` gives texts that it knows."""

    read: Callable[[bytes], object]
    examples: Callable[[], tuple[str, ...]]


def _of_text(read: Callable[[str], object]) -> Callable[[bytes], object]:
    return lambda data: read(data.decode("utf-8", "replace"))


def _stated(manifest: Manifest) -> object:
    """What a manifest says, without what it is kept for."""
    lists = manifest.requirements, manifest.problems, manifest.includes, manifest.options, manifest.groups, manifest.members
    return *lists, manifest.requires_python, manifest.complete, manifest.name, manifest.dynamic, manifest.self_extras, manifest.defaults


def manifest(name: str) -> Callable[[bytes], object]:
    """Reads a manifest; afterwards with what was read of two earlier texts, which must say the same; then what is typed in it."""
    path = f"/p/{name}"
    format_ = manifests.format_of(("p", name))

    def read(data: bytes) -> None:
        text = Text(decode(data).text)
        whole = manifests.parse(path, text)
        length = len(text.source)
        for each in (*whole.requirements, *whole.problems, *whole.includes):
            assert 0 <= each.span.start <= each.span.end <= length, each
        for earlier in (text.source[: length // 3] + text.source[length // 2 :], changed(text.source, Random(crc32(data)))):
            again = manifests.parse(path, text, previous=manifests.parse(path, Text(earlier)))
            assert _stated(again) == _stated(whole), (earlier, _stated(again), _stated(whole))
        for offset in (length // 2, length):
            cursor.typed_at(text, offset, format_.name if format_ is not None else "script")
        folds.folds(name, text.source.splitlines())

    return read


def lock(name: str, manifest_name: str, manifest_text: str) -> Callable[[bytes], object]:
    """Reads a lock as a check of its project does."""

    def read(data: bytes) -> None:
        judged({manifest_name: manifest_text, name: data})
        list(lock_entries.entries(name, decode(data).text))

    return read


def _versions(text: str) -> None:
    for version in ("1.0", "3.12.1"):
        versions.contains(text, version)
        conda_versions.fits(text, version)
        python_versions.fits(text, version)
        versions.equal(text, version)
        versions.contains(f">={version}", text)
    versions.wrong_clause(text)
    versions.satisfiable(text)
    conda_versions.order(text)
    python_versions.pinned(text)
    python_versions.of_tool_versions(text)


def _marker(text: str) -> None:
    wrong = markers.marker_error(text)
    read = markers.read(text)
    assert (read is None) or wrong is None, (read, wrong)
    markers.evaluate(text, None)


def _in_environment(data: bytes) -> None:
    prefix = "/p/.venv"
    text = data.decode("utf-8", "replace")
    read_cfg(text)
    files = MemoryFiles({prefix: data, "/p/.python-envs": data, "/s/a.pth": data, "/s/__editable___a_1_finder.py": data})
    read_pointer(files, prefix, ("/h",))
    read_python_envs(files, "/p/.python-envs")
    editable.mapped(files, "/s", "a.pth")


def _installed(data: bytes) -> None:
    recorded.read_metadata(data, "METADATA", "a", "1")
    eggs.read_egg_requires(data)
    recorded.read_direct_url(data)
    recorded.recorded_size(data)
    recorded.read_record(data)
    recorded.read_built_from(data)
    recorded.read_entry_points(data)


def _git(data: bytes) -> None:
    git_index.count_below(data, "a")
    list(git_index.entries(data))
    patterns = git_patterns.parse(data.decode("utf-8", "replace"))
    git_patterns.decide(patterns, "a/.venv", folder=True)


def _code(text: str) -> None:
    for read in (scanner.scan, scanner.probed, notebook.read):
        # What there is too much of is an answer, which who reads code shows.
        with suppress(limits.TooManyError):
            read(text)
    manifests.is_script("/p/a.py", text)


@cache
def _shaped(name: str) -> tuple[str, ...]:
    """The texts of a file in the hostile shapes, small."""
    texts = (tree[name] for shape in (*LINEAR.values(), *CAPPED.values()) if name in (tree := shape(2)))
    return tuple(dict.fromkeys(text for text in texts if len(text) < 3_000))


_PROJECT = '[project]\nname = "a"\nversion = "1"\nrequires-python = ">=3.9"\ndependencies = ["p0"]\n'
_OF_LOCKS = {
    "Pipfile.lock": ("Pipfile", '[packages]\np0 = "*"\n'),
    "pixi.lock": ("pixi.toml", '[workspace]\nname = "a"\nchannels = ["c"]\nplatforms = ["linux-64"]\n[dependencies]\np0 = "*"\n'),
    "conda-lock.yml": ("environment.yml", "dependencies:\n  - p0\n"),
    "conda-linux-64.lock": ("environment.yml", "dependencies:\n  - p0\n"),
}
_MANIFESTS = ("pyproject.toml", "Pipfile", "hatch.toml", "setup.cfg", "setup.py", "environment.yml", "tox.ini", "tox.toml", "pixi.toml")
_SCRIPT = '# /// script\n# requires-python = ">=3.9"\n# dependencies = ["a", "b>1"]\n# ///\nimport a\n'
_INDEX = "DIRC\0\0\0\x02\0\0\0\x01" + "\0" * 62 + "a/b" + "\0" * 8
_METADATA = "Metadata-Version: 2.1\nName: a\nVersion: 1\nRequires-Dist: b>1; extra == 'c'\nProvides-Extra: c\n\nwords\n"

READERS: dict[str, Reader] = {
    **{name: Reader(manifest(name), partial(_shaped, name)) for name in (*_MANIFESTS, "requirements.txt")},
    "script.py": Reader(manifest("script.py"), lambda: (_SCRIPT,)),
    **{
        name: Reader(lock(name, *_OF_LOCKS.get(name, ("pyproject.toml", _PROJECT))), partial(_shaped, name))
        for each in LOCKS
        for name in [each.name if each.matches(each.name) else "conda-linux-64.lock"]
    },
    "trees": Reader(trees.read, trees.examples),
    "versions": Reader(_of_text(_versions), lambda: (">=1,<2", "==1.*", "~=1.4.2", "1!2.0rc1+a.b", "3.12", "python 3.12.1", ">=2|1.*")),
    "markers": Reader(
        _of_text(_marker), lambda: ("python_version < '3.9' and (os_name == 'nt' or extra == 'a')", "'3' not in python_version")
    ),
    "environment": Reader(
        _in_environment,
        lambda: ("home = /usr/bin\nversion = 3.12.1\n", "../x\n", "import __editable___a_1_finder\nMAPPING = {'a': '/s/a'}"),
    ),
    "installed": Reader(
        _installed,
        lambda: (
            *(_METADATA, '{"url": "file:///a", "dir_info": {"editable": true}}', "a.py,sha256=x,1\n", "b\n[c]\nd>1\n"),
            "[console_scripts]\na=b:c\n",
        ),
    ),
    "git": Reader(_git, lambda: (_INDEX, "*.py\n!a/\n/b/**/c[!a-z]\n\\#\n")),
    "code": Reader(
        _of_text(_code),
        lambda: (
            "import a.b as c\ntry:\n  from . import d\nexcept ImportError: pass\n",
            '{"cells": [{"cell_type": "code", "source": ["import a"]}]}',
        ),
    ),
    "command lines": Reader(
        _of_text(lines.commands), lambda: ("a=b pip install -r 'x y' && (cd z; uv sync) | tee \"$HOME\" <<EOF\nq\nEOF\n",)
    ),
}


def example(name: str, dice: Random) -> str:
    """One of a reader's examples."""
    return dice.choice(READERS[name].examples() or (_PROJECT,))
