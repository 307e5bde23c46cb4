"""Which files are manifests, how a format is found, and the edits every format offers."""

from __future__ import annotations

import subprocess
import sys

import pytest

from venvls import manifests
from venvls.model.action import TextEdit
from venvls.model.manifest import Manifest
from venvls.model.text import Text


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("requirements.txt", "requirements.txt"),
        ("requirements-dev.txt", "requirements.txt"),
        ("requirements_test.in", "requirements.txt"),
        ("requirements.in", "requirements.txt"),
        ("requirements/base.txt", "requirements.txt"),
        ("x/requirements/base.in", "requirements.txt"),
        ("constraints.txt", "requirements.txt"),
        ("constraints-3.12.txt", "requirements.txt"),
        ("dev-requirements.txt", "requirements.txt"),
        ("dev-requirements.in", "requirements.txt"),
        ("pyproject.toml", "pyproject.toml"),
        ("x/y/pyproject.toml", "pyproject.toml"),
        ("notes.txt", None),
        ("requirements.md", None),
        ("base.txt", None),
        ("MANIFEST.in", None),
        ("my-pyproject.toml", None),
        ("Cargo.toml", None),
        ("requirements/readme.md", None),
        ("requirements", None),
    ],
)
def test_names(path: str, name: str | None) -> None:
    parts = tuple(path.split("/"))
    found = manifests.format_of(parts)
    assert (found.name if found else None) == name
    assert manifests.is_manifest(parts[-2] if len(parts) > 1 else "", parts[-1]) == (name is not None)


def test_hints_and_names_decide_what_binds_only() -> None:
    def kind(path: str, hint: str | None = None) -> str:
        return manifests.parse(path, Text("a<2\n"), hint).requirements[0].scope.kind

    assert kind("/x/requirements.txt") == "main"
    assert kind("/x/constraints.txt") == "constraint"
    assert kind("C:\\x\\constraints.txt") == "constraint"
    assert kind("/x/constraints.txt", "requirements") == "main"
    assert kind("/x/any.name", "constraints") == "constraint"
    assert kind("/x/any.name", "requirements") == "main"


def test_no_format_is_loaded_before_it_is_needed() -> None:
    code = (
        "import sys, venvls.manifests as m; m.format_of(('requirements.txt',));"
        "print([n for n in sys.modules if n.startswith('venvls.manifests.')])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"


def after(manifest: Manifest, edit: TextEdit) -> str:
    source = manifest.text.source
    return source[: edit.span.start] + edit.new + source[edit.span.end :]


def parse(source: str) -> Manifest:
    return manifests.parse("/x/requirements.txt", Text(source))


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("a\nb\n", "a\nb\nnew>=1\n"),
        ("a\r\n", "a\r\nnew>=1\r\n"),
        ("a", "a\nnew>=1"),
        ("a\r\nb", "a\r\nb\r\nnew>=1"),
        ("", "new>=1\n"),
        ("# only\n", "# only\nnew>=1\n"),
        ("a\n\n\n", "a\nnew>=1\n\n\n"),
        ("a \\", "a \\\n\nnew>=1"),
        ("a \\\n", "a \\\n\nnew>=1\n"),
        ("\n", "\nnew>=1\n"),
        ("a\rb\r", "a\rb\rnew>=1\r"),
        ("a  ", "a  \nnew>=1"),
    ],
)
def test_insert(before: str, expected: str) -> None:
    manifest = parse(before)
    changed = after(manifest, manifests.insert_requirement(manifest, "new>=1"))
    assert changed == expected
    assert [r.parsed.text for r in parse(changed).requirements] == [*(r.parsed.text for r in manifest.requirements), "new>=1"]


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("a>=1,<2 # why\n", "a==5 # why\n"),
        ("a\n", "a==5\n"),
        ("a[x] ; os_name=='nt'\n", "a[x]==5 ; os_name=='nt'\n"),
        ("a (>=1)\n", "a (==5)\n"),
        ("a \\\n  >=1, \\\n <2\n", "a \\\n  ==5\n"),
        ("a @ https://h/x ; os_name=='nt'\n", "a==5 ; os_name=='nt'\n"),
        ("a[x]@https://h/x\n", "a[x]==5\n"),
        ("a>=1 --hash=sha256:aa\n", "a==5 --hash=sha256:aa\n"),
        ("  a~=1.0", "  a==5"),
    ],
)
def test_replace(before: str, expected: str) -> None:
    manifest = parse(before)
    assert after(manifest, manifests.replace_specifier(manifest, manifest.requirements[0], "==5")) == expected


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("a\nb\nc\n", "a\nc\n"),
        ("a\nb # why\nc\n", "a\nc\n"),
        ("a\nb \\\n  --hash=sha256:aa\n    # via a\nc\n", "a\nc\n"),
        ("a\r\nb\r\nc\r\n", "a\r\nc\r\n"),
        ("a\nb", "a\n"),
        ("a\nb\n# of c\nc\n", "a\n# of c\nc\n"),
        ("a\nb\n    # via\n    #   x\n    #   y\nc\n", "a\nc\n"),
    ],
)
def test_remove(before: str, expected: str) -> None:
    manifest = parse(before)
    assert after(manifest, manifests.remove_statement(manifest, manifest.requirements[1])) == expected
