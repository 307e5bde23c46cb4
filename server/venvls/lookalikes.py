"""Files that are named like manifests and are none: a template's, a page of prose, what a project's tests are made of."""

from __future__ import annotations

from itertools import pairwise

from venvls.model.environment import Environment
from venvls.model.hints import TYPE_CHECKING
from venvls.model.manifest import Manifest
from venvls.model.patterns import re
from venvls.model.ports import FileView

if TYPE_CHECKING:
    from collections.abc import Iterable

_MATERIAL = frozenset({"fixture", "fixtures", "testdata"})
_TEST_DATA = {(tests, data) for tests in ("test", "tests", "testing") for data in ("data", "resources", "assets")}
_SENTENCE = r"\s*[A-Za-z`:(][\w`:(),.'-]*(?:[ \t]+[A-Za-z`:(][\w`:(),.'-]*){3}"
_FEWEST_SENTENCES = 4


def is_template(path: str) -> bool:
    """Whether a file is in a template's folder (``{{cookiecutter.name}}``): it is a manifest only once somebody filled it in."""
    return "{{" in path and "}}" in path


def is_prose(manifest: Manifest) -> bool:
    """Whether a requirements file by name is a text to be read: most of it cannot be understood, and several lines are sentences.

    A file with a few mistakes is none, nor is a list in another program's form (``conda list``): those are told at each line.
    """
    if manifest.format != "requirements.txt" or len(manifest.problems) < _FEWEST_SENTENCES or manifest.includes:
        return False
    stated = sum(requirement.parsed.key is not None and requirement.parsed.error is None for requirement in manifest.requirements)
    if len(manifest.problems) <= stated:
        return False
    lines = {manifest.text.position(problem.span.start).line for problem in manifest.problems}
    return sum(re.match(_SENTENCE, manifest.text.line(number)) is not None for number in lines) >= _FEWEST_SENTENCES


def is_material(root: str, owner: str | None, files: FileView) -> bool:
    """Whether a project folder belongs to the tests of the project ``owner`` above it: it is as it is on purpose, mistakes included."""
    if owner is None:
        return False
    names = files.path.relpath(root, owner).lower().split(files.path.sep)
    return not _MATERIAL.isdisjoint(names) or any(pair in _TEST_DATA for pair in pairwise(names))


def is_material_prefix(environment: Environment, owner: str, files: FileView) -> bool:
    """Whether an environment below the project ``owner`` is what its tests work on: in a folder of test data, or far below and without an
    interpreter."""
    folder = files.path.dirname(environment.prefix)
    if not folder.startswith(owner.rstrip(files.path.sep) + files.path.sep):
        return False
    deep = files.path.relpath(folder, owner).count(files.path.sep) >= 1
    return is_material(folder, owner, files) or (deep and environment.interpreter is None and environment.kind != "pixi")


def is_subpackage(root: str, owner: str | None, paths: Iterable[str], files: FileView) -> bool:
    """Whether a folder with nothing but a setup.py is a package inside a package of the project ``owner`` above it.

    Generators of clients leave one there (OpenAPI), and numpy's distutils wanted one; nobody installs such a folder by itself.
    """
    if owner is None or any(files.path.basename(path) not in ("setup.py", "setup.cfg") for path in paths):
        return False
    return all(files.stat(files.path.join(folder, "__init__.py")) is not None for folder in (root, files.path.dirname(root)))


def outermost_above(root: str, folders: frozenset[str], files: FileView) -> str | None:
    """The outermost of ``folders`` that ``root`` is in: between the two may be others that are material as well."""
    outermost, folder = None, root
    while (parent := files.path.dirname(folder)) != folder:
        folder = parent
        outermost = folder if folder in folders else outermost
    return outermost
