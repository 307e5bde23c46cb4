"""Pipfile and Pipfile.lock: what they ask for, where it stands, and which packages count."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

import pytest

from tests.memory_tree import MemoryFiles
from venvls import manifests
from venvls.manifests.locks import lock_format, locked
from venvls.manifests.pipenv import manifest as pipfile
from venvls.manifests.pipenv.lock import content_hash
from venvls.manifests.syntax.toml import TomlText, read
from venvls.model.environment import Target
from venvls.model.facts import Choice, Facts
from venvls.model.finding import Project
from venvls.model.lock import LockedSet, LockFile, Source
from venvls.model.manifest import Manifest
from venvls.model.requirement import Scope
from venvls.model.text import Text

PIPFILE = """\
[[source]]
name = "inner"
url = "https://user:secret@inner.example/simple"
verify_ssl = true

[packages]
requests = {version = ">=2", extras = ["socks"]}
"Zope.Interface" = "*"
bare = "1.2"
win = {version = "*", sys_platform = "== 'win32'", markers = "python_version > '3.8'"}
bad = "^1.0"
code = {git = "https://example/x.git", ref = "v1", subdirectory = "s"}
here = {path = "./here", editable = true}

[dev-packages]
pytest = "~=8.0"

[Docs_X]
sphinx = "*"

[requires]
python_version = "3.11"

[pipenv]
venv_in_project = true
"""
LOCK: dict[str, Any] = {
    "_meta": {"hash": {"sha256": ""}, "pipfile-spec": 6, "requires": {}, "sources": []},
    "default": {
        "requests": {"version": "==2.31.0", "hashes": ["sha256:0"]},
        "win": {"version": "==1.0", "markers": "sys_platform == 'win32'"},
        "code": {"git": "https://example/x.git", "ref": "0123456789012345678901234567890123456789", "subdirectory": "s"},
        "here": {"editable": True, "path": "./here"},
        "archive": {"file": "https://example/archive-1.0.zip"},
    },
    "develop": {"pytest": {"version": "==8.1"}, "requests": {"version": "==9"}},
    "Docs_X": {"sphinx": {"version": "==7.0"}},
}
DEFAULT = Choice()


def parse(text: str) -> Manifest:
    return manifests.parse("/p/Pipfile", Text(text))


def judge(lock: str, manifest: Manifest, choice: Choice = DEFAULT) -> LockedSet:
    target = Target({"python_version": "3.11", "python_full_version": "3.11.4", "sys_platform": "linux"})
    facts = Facts(Project("/p", (manifest.path,)), MemoryFiles({}), {manifest.path: manifest}, choice=choice, target=target)
    format_ = lock_format("Pipfile.lock")
    assert format_ is not None
    return locked(format_, LockFile("/p/Pipfile.lock", Text(lock)), facts)


def test_every_package_is_pep_508() -> None:
    manifest = parse(PIPFILE)
    assert [(one.parsed.text, one.scope) for one in manifest.requirements if one.parsed.error is None] == [
        ("requests[socks]>=2", Scope("main")),
        ("Zope.Interface", Scope("main")),
        ("bare==1.2", Scope("main")),
        ("win; (python_version > '3.8') and (sys_platform == 'win32')", Scope("main")),
        ("code @ git+https://example/x.git@v1#subdirectory=s", Scope("main")),
        ("here @ ./here", Scope("main")),
        ("pytest~=8.0", Scope("group", "dev")),
        ("sphinx", Scope("group", "docs-x")),
    ]
    assert [PIPFILE[slice(*one.span)] for one in manifest.problems] == ["^1.0"]
    assert manifest.requires_python is not None
    assert manifest.requires_python.specifier == "==3.11.*"
    assert [group.key for group in manifest.groups] == ["dev", "docs-x"]
    assert [(one.name, one.value) for one in manifest.options] == [("--index-url", "https://user:secret@inner.example/simple")]


def test_the_parts_stand_where_they_are_written() -> None:
    first = parse(PIPFILE).requirements[0]
    assert PIPFILE[slice(*first.span)] == 'requests = {version = ">=2", extras = ["socks"]}'
    assert first.parsed.specifier_span is not None
    assert PIPFILE[slice(*first.locate(first.parsed.specifier_span))] == ">=2"


@pytest.mark.parametrize("cut", range(0, len(PIPFILE), 7))
def test_half_typed_text_is_read(cut: int) -> None:
    manifest = parse(PIPFILE[:cut])
    assert all(0 <= one.span.start <= one.span.end <= cut for one in (*manifest.requirements, *manifest.problems))


def test_edits() -> None:
    manifest = parse(PIPFILE)
    by_name = {one.parsed.name: one for one in manifest.requirements}

    def after(edit: Any) -> str:
        return PIPFILE[: edit.span.start] + edit.new + PIPFILE[edit.span.end :]

    assert 'bare = ">=2"\n' in after(manifests.replace_specifier(manifest, by_name["bare"], ">=2"))
    assert after(manifests.remove_statement(manifest, by_name["bare"])) == PIPFILE.replace('bare = "1.2"\n', "")
    assert 'editable = true}\nnew = "*"\n' in after(manifests.insert_requirement(manifest, "new"))


@pytest.mark.parametrize("typed", ["{", "{version", '{version = "', '{version = "1"', '{version = "1", extras = ["x"', "["])
def test_a_table_that_is_half_typed_takes_no_other_line_with_it(typed: str) -> None:
    manifest = parse(f'[packages]\na = "*"\nb = {typed}\nc = "*"\nd = "*"\n[dev-packages]\ne = "*"\n')
    assert {"a", "c", "d", "e"} <= {requirement.parsed.key for requirement in manifest.requirements}
    assert not manifest.complete


def test_packages_of_the_chosen_categories() -> None:
    manifest = parse(PIPFILE)
    text = json.dumps(LOCK, indent=4)
    found = judge(text, manifest)
    assert set(found.packages) == {"requests", "code", "here", "archive", "pytest"}
    assert found.packages["requests"].version == "2.31.0", "what [packages] locks comes first"
    assert found.packages["here"].source == Source("editable", "file:///p/here")
    assert found.packages["code"].source == Source("vcs", "https://example/x.git", "0123456789012345678901234567890123456789", "s")
    assert found.packages["archive"].source == Source("url", "https://example/archive-1.0.zip")
    assert not found.exact, "pipenv sync removes nothing"
    assert "sphinx" in judge(text, manifest, Choice(groups=frozenset({"docs-x"}))).packages
    assert "pytest" not in judge(text, manifest, Choice(default=False)).packages
    assert text[slice(*found.locate("pytest"))] == "pytest"


def test_stale() -> None:
    text = '[packages]\nAlpha = "*"\n[scripts]\nx = "y"\n'
    said = {
        "_meta": {"sources": [{"name": "pypi", "url": "https://pypi.org/simple", "verify_ssl": True}], "requires": {}},
        "default": {"alpha": "*"},
        "develop": {},
    }
    digest = sha256(json.dumps(said, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
    lock = json.dumps({**LOCK, "_meta": {"hash": {"sha256": digest}}, "default": {"alpha": {"version": "==1"}}}, indent=4)
    assert judge(lock, parse(text)).stale is None
    assert judge(lock, parse(text.replace('"y"', '"z"'))).stale is None
    changed = parse(text.replace('"*"\n', '"*"\nlate = "*"\n'))
    stale = judge(lock, changed).stale
    assert stale is not None
    assert changed.text.source[slice(*stale.span)] == 'late = "*"'


def test_a_pipfile_is_read_once_for_itself_and_its_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    times: list[str] = []

    def counted(source: str) -> TomlText:
        times.append(source)
        return read(source)

    monkeypatch.setattr(pipfile, "read", counted)
    texts = ['[packages]\nalpha = "*"\n', '[packages]\nbeta = "*"\n']
    digests = [content_hash(read(text).value) for text in texts]
    locks = [json.dumps({**LOCK, "_meta": {"hash": {"sha256": digest}}}) for digest in digests]
    for text, lock in zip(texts, locks, strict=True):
        assert judge(lock, parse(text)).stale is None
    assert times == texts
    # Where another one was read in between, each lock is still compared with its own.
    first, second = map(parse, texts)
    assert [judge(lock, manifest).stale is None for lock in locks for manifest in (first, second)] == [True, False, False, True]


@pytest.mark.parametrize("text", ["", "{", "[]", "[" * 100_000, "<<<<<<< a\n{}"])
def test_a_lock_that_cannot_be_understood_is_a_sentence(text: str) -> None:
    assert judge(text, parse(PIPFILE)).problem is not None
